/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>

#include "raw-client.h"

#define GUARD_SECONDS 20
#define MAX_HEAD_BYTES 16384

void
raw_answer_free (RawAnswer * answer)
{
  g_free (answer->head);
  g_byte_array_unref (answer->body);
  g_clear_error (&answer->error);
  g_free (answer);
}

gchar *
raw_answer_get_header (const RawAnswer * answer, const gchar * name)
{
  g_auto (GStrv) lines = g_strsplit (answer->head, "\r\n", -1);
  gsize length = strlen (name);
  guint i;

  for (i = 1; lines[i]; i++) {
    if (g_ascii_strncasecmp (lines[i], name, length) == 0 &&
        lines[i][length] == ':')
      return g_strstrip (g_strdup (lines[i] + length + 1));
  }
  return NULL;
}

JsonObject *
raw_answer_get_object (const RawAnswer * answer)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, (const gchar *) answer->body->data,
      answer->body->len, &error);
  fail_unless (error == NULL, "no JSON: %s", error ? error->message : "");
  fail_unless (JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)));
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

gchar *
raw_answer_get_string (const RawAnswer * answer, const gchar * member)
{
  g_autoptr (JsonObject) object = raw_answer_get_object (answer);

  fail_unless (json_object_has_member (object, member), "no %s", member);
  return g_strdup (json_object_get_string_member (object, member));
}

GSocketConnection *
raw_connect (const gchar * url)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, GUARD_SECONDS);
  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri),
      g_uri_get_port (uri), NULL, &error);
  fail_unless (connection != NULL, "%s", error ? error->message : "");
  return connection;
}

gboolean
raw_send (GSocketConnection * connection, gconstpointer data, gsize size,
    GError ** error)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM
          (connection)), data, size, NULL, NULL, error);
}

/* Returns: bytes read, 0 at the end, -1 with answer->error */
static gssize
read_some (GSocketConnection * connection, RawAnswer * answer, void *buffer,
    gsize size)
{
  gssize length = g_input_stream_read (g_io_stream_get_input_stream
      (G_IO_STREAM (connection)), buffer, size, NULL, &answer->error);

  fail_if (g_error_matches (answer->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT),
      "the server does not answer");
  if (length == 0)
    answer->closed = TRUE;
  return length;
}

static gboolean
read_head (GSocketConnection * connection, RawAnswer * answer)
{
  g_autoptr (GString) head = g_string_new (NULL);
  gchar byte;

  while (!g_str_has_suffix (head->str, "\r\n\r\n")) {
    if (head->len > MAX_HEAD_BYTES ||
        read_some (connection, answer, &byte, 1) <= 0)
      return FALSE;
    g_string_append_c (head, byte);
  }
  answer->head = g_strdup (head->str);
  return TRUE;
}

RawAnswer *
raw_read_answer (GSocketConnection * connection, gsize max_body)
{
  RawAnswer *answer = g_new0 (RawAnswer, 1);
  g_autofree gchar *announced = NULL;
  gchar buffer[16384];
  guint64 received = 0;

  answer->body = g_byte_array_new ();
  if (!read_head (connection, answer))
    return answer;
  answer->status = g_ascii_strtoull (answer->head + strlen ("HTTP/1.1 "), NULL,
      10);
  announced = raw_answer_get_header (answer, "Content-Length");
  answer->announced = announced ? g_ascii_strtoull (announced, NULL, 10) : 0;

  while (received < answer->announced) {
    gssize length = read_some (connection, answer, buffer,
        MIN (sizeof buffer, answer->announced - received));

    if (length <= 0)
      break;
    received += length;
    if (received <= max_body)
      g_byte_array_append (answer->body, (guint8 *) buffer, length);
  }
  return answer;
}

gboolean
raw_is_silent (GSocketConnection * connection, guint ms)
{
  return !g_socket_condition_timed_wait (g_socket_connection_get_socket
      (connection), G_IO_IN, ms * G_TIME_SPAN_MILLISECOND, NULL, NULL);
}

gchar *
raw_make_request (const gchar * method, const gchar * url, const gchar * key,
    const gchar * body)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  GString *request = g_string_new (NULL);

  g_string_append_printf (request, "%s %s HTTP/1.1\r\nHost: %s:%d\r\n", method,
      g_uri_get_path (uri), g_uri_get_host (uri), g_uri_get_port (uri));
  if (key)
    g_string_append_printf (request, "X-API-Key: %s\r\n", key);
  if (body || !g_str_equal (method, "GET"))
    g_string_append_printf (request, "Content-Length: %" G_GSIZE_FORMAT "\r\n",
        body ? strlen (body) : 0);
  g_string_append_printf (request, "\r\n%s", body ? body : "");
  return g_string_free (request, FALSE);
}

RawAnswer *
raw_ask (const gchar * method, const gchar * base, const gchar * path,
    const gchar * key, const gchar * body)
{
  g_autofree gchar *url = path ? g_strconcat (base, path, NULL) :
      g_strdup (base);
  g_autofree gchar *request = raw_make_request (method, url, key, body);
  g_autoptr (GSocketConnection) connection = raw_connect (url);

  raw_send (connection, request, strlen (request), NULL);
  return raw_read_answer (connection, G_MAXUINT);
}

RawAnswer *
raw_put (const gchar * url, GBytes * body)
{
  g_autoptr (GSocketConnection) connection = raw_connect (url);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree gchar *head = NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (body, &size);

  head = g_strdup_printf ("PUT %s HTTP/1.1\r\nHost: %s:%d\r\n"
      "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", g_uri_get_path (uri),
      g_uri_get_host (uri), g_uri_get_port (uri), size);
  fail_unless (raw_send (connection, head, strlen (head), NULL));
  fail_unless (raw_send (connection, data, size, NULL));
  return raw_read_answer (connection, G_MAXUINT);
}
