/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * VitalsTransport over libsoup 3. A private module: libvitals opens it when
 * something is to be sent, so that neither the library nor the plugin link
 * libsoup. Everything here runs on the network thread of libvitals.
 *
 * There is no logger: it would print keys and upload addresses. Messages name
 * scheme, host and port of a URL, nothing more.
 */

#include "vitals-payload-stream.h"

#include <gmodule.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <libsoup/soup.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-transport-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error-private.h>

/* libsoup's own two connections per host would let two stalled uploads hold up
 * everybody; who uploads how much is decided above. */
#define MAX_CONNECTIONS 1024

#define READ_BYTES (64 * 1024)

/* Bytes of a request that may wait in the kernel for the network. */
#define UNSENT_BYTES (256 * 1024)

#define VITALS_TYPE_SOUP_TRANSPORT (vitals_soup_transport_get_type ())

/* *INDENT-OFF* */
G_DECLARE_FINAL_TYPE (VitalsSoupTransport, vitals_soup_transport, VITALS,
    SOUP_TRANSPORT, GObject)

struct _VitalsSoupTransport
{
  GObject parent;

  /* "direct" or "proxy", and CA file ("": the system's) -> SoupSession */
  GHashTable *sessions;
};

static void vitals_soup_transport_iface_init (VitalsTransportInterface * iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitalsSoupTransport, vitals_soup_transport,
    G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (VITALS_TYPE_TRANSPORT,
        vitals_soup_transport_iface_init))
/* *INDENT-ON* */

/* One request under way; the data of its task. */
typedef struct
{
  VitalsRequest *request;
  SoupMessage *message;
  GInputStream *stream;         /* of the answer's body */
  GByteArray *body;
} Send;

static void
send_free (gpointer data)
{
  Send *send = data;

  if (send->message) {
    g_signal_handlers_disconnect_by_data (send->message, send);
    g_object_unref (send->message);
  }
  g_clear_object (&send->stream);
  g_byte_array_unref (send->body);
  vitals_request_unref (send->request);
  g_free (send);
}

static void
send_progress (Send * send, gsize sent)
{
  if (send->request->progress)
    send->request->progress (sent, send->request->progress_data);
}

/* A connection is there and the request goes out on it. */
static void
starting (SoupMessage * message G_GNUC_UNUSED, gpointer user_data)
{
  Send *send = user_data;

  send->request->sent = TRUE;
  send_progress (send, 0);
}

/* The kernel would take megabytes of an upload at once, and what a slow line
 * then still had to carry would look like a stall. */
static void
bound_unsent (SoupMessage * message G_GNUC_UNUSED, GSocketClientEvent event,
    GIOStream * connection, gpointer user_data G_GNUC_UNUSED)
{
#ifdef TCP_NOTSENT_LOWAT
  if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_SOCKET_CONNECTION (connection))
    g_socket_set_option (g_socket_connection_get_socket (G_SOCKET_CONNECTION
            (connection)), IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_BYTES, NULL);
#endif
}

static void
wrote_body_data (SoupMessage * message G_GNUC_UNUSED, guint size,
    gpointer user_data)
{
  send_progress (user_data, size);
}

/* @error: (transfer full), of libsoup or GIO. */
static GError *
to_network_error (const VitalsRequest * request, GError * error)
{
  gchar *where;
  GError *mapped;
  gboolean bad_certificate;

  if (error->domain == VITALS_ERROR
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;

  bad_certificate = g_error_matches (error, G_TLS_ERROR,
      G_TLS_ERROR_BAD_CERTIFICATE);
  where = vitals_url_for_display (request->url);
  mapped = vitals_error_new_service (VITALS_ERROR_NETWORK, NULL, 0,
      !bad_certificate, -1, "%s: %s: %s", where, error->message,
      bad_certificate ? "name the certification authority with ca-file if the "
      "service has its own" : "check the network connection and the base URL");
  g_free (where);
  g_error_free (error);
  return mapped;
}

static void
send_fail (GTask * task, GError * error)
{
  Send *send = g_task_get_task_data (task);

  g_task_return_error (task, to_network_error (send->request, error));
  g_object_unref (task);
}

static void
add_header (const gchar * name, const gchar * value, gpointer user_data)
{
  vitals_response_add_header (user_data, name, value);
}

/* libsoup takes a connection that is closed too early for the end of a body.
 * Where that is between two chunks, or where no length was announced, nothing
 * tells: whoever reads the body must see whether it is whole. */
static gboolean
is_cut (Send * send)
{
  SoupMessageHeaders *headers =
      soup_message_get_response_headers (send->message);

  return soup_message_headers_get_encoding (headers)
      == SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers)
      > (goffset) send->body->len;
}

static void
send_succeed (GTask * task)
{
  Send *send = g_task_get_task_data (task);
  VitalsResponse *response =
      vitals_response_new (soup_message_get_status (send->message));

  soup_message_headers_foreach (soup_message_get_response_headers
      (send->message), add_header, response);
  response->body = g_bytes_new (send->body->data, send->body->len);
  g_task_return_pointer (task, response, (GDestroyNotify) vitals_response_free);
  g_object_unref (task);
}

static void body_read (GObject * source, GAsyncResult * result,
    gpointer user_data);

static void
read_more (GTask * task)
{
  Send *send = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (send->stream, READ_BYTES,
      G_PRIORITY_DEFAULT, g_task_get_cancellable (task), body_read, task);
}

static void
body_read (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GTask *task = user_data;
  Send *send = g_task_get_task_data (task);
  GError *error = NULL;
  GBytes *bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source),
      result, &error);
  gsize size = bytes ? g_bytes_get_size (bytes) : 0;

  if (!bytes) {
    send_fail (task, error);
  } else if (size == 0 && is_cut (send)) {
    send_fail (task, g_error_new_literal (G_IO_ERROR,
            G_IO_ERROR_CONNECTION_CLOSED, "The answer was cut off"));
  } else if (size == 0) {
    send_succeed (task);
  } else if (size > send->request->max_response_bytes - send->body->len) {
    send_fail (task, vitals_error_new (VITALS_ERROR_INVALID_RESPONSE,
            "The answer has more than %" G_GSIZE_FORMAT " bytes; it is not "
            "from the service that the base URL should name",
            send->request->max_response_bytes));
  } else {
    g_byte_array_append (send->body, g_bytes_get_data (bytes, NULL), size);
    send_progress (send, 0);
    read_more (task);
  }
  g_clear_pointer (&bytes, g_bytes_unref);
}

static void
answer_began (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GTask *task = user_data;
  Send *send = g_task_get_task_data (task);
  GError *error = NULL;

  send->stream = soup_session_send_finish (SOUP_SESSION (source), result,
      &error);
  if (!send->stream) {
    send_fail (task, error);
    return;
  }
  send_progress (send, 0);
  read_more (task);
}

static void
set_body (SoupMessage * message, VitalsPayload * payload)
{
  GInputStream *stream = vitals_payload_stream_new (payload);

  soup_message_set_request_body (message,
      vitals_payload_get_content_type (payload), stream,
      vitals_payload_get_size (payload));
  g_object_unref (stream);
}

static SoupMessage *
make_message (VitalsRequest * request, GError ** error)
{
  GUri *uri = g_uri_parse (request->url, SOUP_HTTP_URI_FLAGS, NULL);
  SoupMessage *message;
  guint i;

  if (!uri) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "The address of a request is not a URL: check the base URL");
    return NULL;
  }
  message = soup_message_new_from_uri (request->method, uri);
  g_uri_unref (uri);

  /* A redirect would carry the key along to another host.
   * One that was kept alive may be stale: a start that is lost on it looks as
   * if it may have been accepted, and a GET is sent again by libsoup itself,
   * which 3.2.3 may not survive (SIGSEGV after a reset). No upload's stall holds
   * back another either. */
  soup_message_add_flags (message,
      SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  soup_message_headers_replace (soup_message_get_request_headers (message),
      "Connection", "close");
  for (i = 0; i + 1 < request->headers->len; i += 2)
    soup_message_headers_replace (soup_message_get_request_headers (message),
        g_ptr_array_index (request->headers, i),
        g_ptr_array_index (request->headers, i + 1));
  if (request->body)
    set_body (message, request->body);
  return message;
}

/* @direct: what is for this machine would reach another one by a proxy, and
 * plain http with the key in it. */
static SoupSession *
make_session (const gchar * ca_file, gboolean direct, GError ** error)
{
  GTlsDatabase *database = NULL;
  SoupSession *session;

  if (*ca_file) {
    database = vitals_network_get_authorities (ca_file, error);
    if (!database)
      return NULL;
  }
  session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
      "max-conns-per-host", MAX_CONNECTIONS, "timeout", 0,
      "user-agent", PACKAGE "/" VERSION, NULL);
  /* no one is asked for a password, and nothing is sent twice for it */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  /* bodies as they are: their size is checked against what was announced */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  if (direct)
    soup_session_set_proxy_resolver (session, NULL);
  if (database) {
    soup_session_set_tls_database (session, database);
    g_object_unref (database);
  }
  return session;
}

static SoupSession *
get_session (VitalsSoupTransport * self, const VitalsRequest * request,
    GError ** error)
{
  gboolean direct = vitals_url_is_loopback (request->url);
  /* the TLS library takes absolute names only, and ignores others */
  g_autofree gchar *ca_file = request->ca_file && *request->ca_file ?
      g_canonicalize_filename (request->ca_file, NULL) : g_strdup ("");
  g_autofree gchar *key = g_strconcat (direct ? "direct " : "proxy ", ca_file,
      NULL);
  SoupSession *session = g_hash_table_lookup (self->sessions, key);

  if (!session) {
    session = make_session (ca_file, direct, error);
    if (session)
      g_hash_table_insert (self->sessions, g_steal_pointer (&key), session);
  }
  return session;
}

static void
vitals_soup_transport_send_async (VitalsTransport * transport,
    VitalsRequest * request, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (transport, cancellable, callback, user_data);
  Send *send = g_new0 (Send, 1);
  GError *error = NULL;
  SoupSession *session;

  g_task_set_task_data (task, send, send_free);
  send->request = vitals_request_ref (request);
  send->body = g_byte_array_new ();

  session = get_session (VITALS_SOUP_TRANSPORT (transport), request, &error);
  if (session)
    send->message = make_message (request, &error);
  if (!send->message) {
    send_fail (task, error);
    return;
  }
  g_signal_connect (send->message, "network-event", G_CALLBACK (bound_unsent),
      send);
  g_signal_connect (send->message, "starting", G_CALLBACK (starting), send);
  g_signal_connect (send->message, "wrote-body-data",
      G_CALLBACK (wrote_body_data), send);
  soup_session_send_async (session, send->message, G_PRIORITY_DEFAULT,
      cancellable, answer_began, task);
}

static VitalsResponse *
vitals_soup_transport_send_finish (VitalsTransport * transport G_GNUC_UNUSED,
    GAsyncResult * result, GError ** error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
vitals_soup_transport_finalize (GObject * object)
{
  g_hash_table_unref (VITALS_SOUP_TRANSPORT (object)->sessions);

  G_OBJECT_CLASS (vitals_soup_transport_parent_class)->finalize (object);
}

static void
vitals_soup_transport_class_init (VitalsSoupTransportClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitals_soup_transport_finalize;
}

static void
vitals_soup_transport_init (VitalsSoupTransport * self)
{
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_object_unref);
}

static void
vitals_soup_transport_iface_init (VitalsTransportInterface * iface)
{
  iface->send_async = vitals_soup_transport_send_async;
  iface->send_finish = vitals_soup_transport_send_finish;
}

/* VITALS_TRANSPORT_SYMBOL */
G_MODULE_EXPORT VitalsTransport *vitals_transport_create (void);

VitalsTransport *
vitals_transport_create (void)
{
  return g_object_new (VITALS_TYPE_SOUP_TRANSPORT, NULL);
}
