/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include "fixture.h"

/* More than the buffers of a loopback socket hold. */
#define PAYLOAD_BYTES (16 * 1024 * 1024)
#define SMALL_PAYLOAD_BYTES 1000

/* After which an answer that never comes is given up; those that do come need
 * less also where everything is slow. */
#ifdef __SANITIZE_THREAD__
#define TIME_OUT (2 * GST_SECOND)
#else
#define TIME_OUT (500 * GST_MSECOND)
#endif

RawEnd
apply_faults (RawRequest * request, gpointer user_data)
{
  const Fault *fault;

  for (fault = user_data; fault->route; fault++) {
    if (!g_str_equal (fault->route, request->route)
        || request->number < fault->from
        || (fault->to && request->number > fault->to))
      continue;
    if (fault->action)
      return fault->action (request, NULL);
    return raw_request_answer (request, fault->status,
        fault->headers ? fault->headers : "", fault->body ? fault->body : "");
  }
  return RAW_DEFAULT;
}

RawEnd
reset_after_head (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return raw_request_reset (request);
}

RawEnd
reset_in_body (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  raw_request_read_body (request, request->content_length / 2);
  return raw_request_reset (request);
}

RawEnd
stall (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return raw_request_stall (request);
}

RawEnd
stall_in_answer (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  static const gchar text[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";

  raw_request_read_body (request, G_MAXSIZE);
  raw_request_write (request, text, strlen (text));
  return raw_request_stall (request);
}

RawEnd
cut_answer (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  static const gchar text[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":";

  raw_request_read_body (request, G_MAXSIZE);
  raw_request_write (request, text, strlen (text));
  return RAW_CLOSE;
}

VitalsCircadifyClient *
new_client (RawServer * server, const gchar * key)
{
  GError *error = NULL;
  VitalsCircadifyClient *client = vitals_circadify_client_new (key,
      raw_server_get_url (server), &error);

  fail_unless (client != NULL, "%s", error ? error->message : "");
  g_object_set (client, "poll-interval", 10 * GST_MSECOND, "max-retries", 1,
      NULL);
  return client;
}

static VitalsReading *
scan_bytes (VitalsCircadifyClient * client, gsize size,
    GCancellable * cancellable, GError ** error)
{
  GBytes *data = g_bytes_new_take (g_malloc0 (size), size);
  VitalsReading *reading = vitals_circadify_client_scan_tensor (client, data,
      NULL, cancellable, error);

  g_bytes_unref (data);
  return reading;
}

VitalsReading *
scan (VitalsCircadifyClient * client, GCancellable * cancellable,
    GError ** error)
{
  return scan_bytes (client, PAYLOAD_BYTES, cancellable, error);
}

/* What @faults do to an upload shows only with one that is under way for a
 * while, and time only runs out where one of them stalls. */
static VitalsReading *
scan_with_faults (VitalsCircadifyClient * client, const Fault * faults,
    GError ** error)
{
  gsize size = SMALL_PAYLOAD_BYTES;

  for (; faults->route; faults++) {
    if (faults->action && g_str_equal (faults->route, "upload"))
      size = PAYLOAD_BYTES;
    if (faults->action == stall || faults->action == stall_in_answer)
      g_object_set (client, "request-timeout", TIME_OUT, NULL);
  }
  return scan_bytes (client, size, NULL, error);
}

void
assert_error (GError * error, VitalsError code)
{
  fail_unless (error != NULL, "there was no error");
  fail_unless (g_error_matches (error, VITALS_ERROR, code),
      "got %s, %s: %s", g_quark_to_string (error->domain),
      vitals_error_get_name (error), error->message);
  fail_unless (strstr (error->message, "KEYSECRET") == NULL);
  fail_unless (strstr (error->message, "UPLOADSECRET") == NULL);
  g_error_free (error);
}

static void
get_counts (RawServer * server, guint * starts, guint * uploads)
{
  if (starts)
    *starts = raw_server_get_count (server, "start");
  if (uploads)
    *uploads = raw_server_get_count (server, "upload");
}

gchar *
scan_fails (const Fault * faults, VitalsError code, guint * starts,
    guint * uploads)
{
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  gchar *message;

  fail_unless (scan_with_faults (client, faults, &error) == NULL);
  fail_unless (error != NULL);
  message = g_strdup (error->message);
  assert_error (error, code);
  get_counts (server, starts, uploads);
  g_object_unref (client);
  raw_server_free (server);
  return message;
}

void
scan_works (const Fault * faults, guint * starts, guint * uploads)
{
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  VitalsReading *reading;

  reading = scan_with_faults (client, faults, &error);
  fail_unless (reading != NULL, "%s", error ? error->message : "");
  vitals_reading_unref (reading);
  get_counts (server, starts, uploads);
  g_object_unref (client);
  raw_server_free (server);
}
