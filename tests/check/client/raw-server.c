/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <sys/socket.h>
#include "raw-server.h"

static const gchar *const routes[] = { "start", "upload", "complete", "result",
  "model", "file", "stream", "unknown"
};

#define N_ROUTES G_N_ELEMENTS (routes)

/* "lock" guards counts, connections and running, and goes with "cond". */
struct _RawServer
{
  GSocketService *service;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GCancellable *stop;
  GTlsCertificate *certificate;
  RawHandler handler;
  gpointer user_data;
  gchar *url;

  GMutex lock;
  GCond cond;
  guint counts[N_ROUTES];
  guint connections;
  guint running;
};

static guint
route_index (const gchar * route)
{
  guint i;

  for (i = 0; i < N_ROUTES - 1 && !g_str_equal (routes[i], route); i++);
  return i;
}

static const gchar *
find_route (const gchar * path)
{
  if (g_str_equal (path, "/sdk/session/start"))
    return "start";
  if (g_str_equal (path, "/sdk/session/upload-complete"))
    return "complete";
  if (g_str_has_prefix (path, "/upload/"))
    return "upload";
  if (g_str_has_prefix (path, "/sdk/session/"))
    return "result";
  if (g_str_has_prefix (path, "/resolve-model"))
    return "model";
  if (g_str_equal (path, "/file"))
    return "file";
  if (g_str_equal (path, "/stream"))
    return "stream";
  return "unknown";
}

void
raw_request_read_body (RawRequest * request, gsize max)
{
  gchar buffer[16384];

  while (request->body_read < MIN (max, request->content_length)) {
    gsize want = MIN (sizeof (buffer),
        MIN (max, request->content_length) - request->body_read);
    gssize got = g_input_stream_read (G_INPUT_STREAM (request->input), buffer,
        want, request->server->stop, NULL);

    if (got <= 0)
      return;
    request->body_read += got;
  }
}

void
raw_request_write (RawRequest * request, const gchar * text, gsize size)
{
  g_output_stream_write_all (request->output, text, size, NULL,
      request->server->stop, NULL);
}

RawEnd
raw_request_answer (RawRequest * request, const gchar * status,
    const gchar * headers, const gchar * body)
{
  gchar *text = g_strdup_printf ("HTTP/1.1 %s\r\n%sContent-Type: "
      "application/json\r\nContent-Length: %zu\r\n\r\n%s", status, headers,
      strlen (body), body);

  raw_request_read_body (request, G_MAXSIZE);
  raw_request_write (request, text, strlen (text));
  g_free (text);
  return RAW_ANSWERED;
}

RawEnd
raw_request_reset (RawRequest * request)
{
  struct linger linger = {.l_onoff = 1,.l_linger = 0 };

  setsockopt (g_socket_get_fd (g_socket_connection_get_socket
          (request->socket)), SOL_SOCKET, SO_LINGER, &linger, sizeof (linger));
  return RAW_CLOSE;
}

RawEnd
raw_request_stall (RawRequest * request)
{
  GSocket *socket = g_socket_connection_get_socket (request->socket);

  g_socket_condition_wait (socket, G_IO_HUP | G_IO_ERR, request->server->stop,
      NULL);
  return RAW_CLOSE;
}

static RawEnd
answer_right (RawRequest * request)
{
  const gchar *url = request->server->url;
  gchar *body;

  if (g_str_equal (request->route, "start")) {
    body = g_strdup_printf ("{\"session_id\":\"s%u\",\"upload_url\":"
        "\"%s/upload/%u?signature=UPLOADSECRET\",\"expires_at\":4102444800}",
        request->number, url, request->number);
    raw_request_answer (request, "200 OK", "", body);
    g_free (body);
  } else if (g_str_equal (request->route, "result")) {
    raw_request_answer (request, "200 OK", "", "{\"status\":\"completed\","
        "\"vitals\":{\"heart_rate\":72,\"confidence\":0.9}}");
  } else if (g_str_equal (request->route, "unknown")) {
    raw_request_answer (request, "404 Not Found", "", "{}");
  } else {
    raw_request_answer (request, "200 OK", "", "{\"status\":\"processing\"}");
  }
  return RAW_ANSWERED;
}

static void
count_request (RawServer * server, RawRequest * request)
{
  g_mutex_lock (&server->lock);
  request->number = ++server->counts[route_index (request->route)];
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
}

static gboolean
read_head (RawRequest * request)
{
  GString *head = g_string_new (NULL);
  gchar *line, **words;
  gboolean complete = FALSE;

  while ((line = g_data_input_stream_read_line (request->input, NULL,
              request->server->stop, NULL))) {
    complete = *line == '\0';
    g_string_append_printf (head, "%s\n", line);
    if (g_ascii_strncasecmp (line, "Content-Length:", 15) == 0)
      request->content_length = g_ascii_strtoull (line + 15, NULL, 10);
    g_free (line);
    if (complete)
      break;
  }
  request->head = g_string_free (head, FALSE);
  words = g_strsplit (request->head, " ", 3);
  if (complete && g_strv_length (words) == 3)
    request->path = g_strdup (words[1]);
  g_strfreev (words);
  return request->path != NULL;
}

static gboolean
serve_one (RawServer * server, RawRequest * connection)
{
  RawRequest request = *connection;
  RawEnd end = RAW_CLOSE;

  if (read_head (&request)) {
    request.route = find_route (request.path);
    count_request (server, &request);
    end = server->handler ? server->handler (&request, server->user_data)
        : RAW_DEFAULT;
    if (end == RAW_DEFAULT)
      end = answer_right (&request);
  }
  g_free (request.head);
  g_free (request.path);
  return end == RAW_ANSWERED;
}

static GIOStream *
wrap_tls (RawServer * server, GSocketConnection * socket)
{
  GIOStream *stream;

  if (!server->certificate)
    return g_object_ref (G_IO_STREAM (socket));
  stream = g_tls_server_connection_new (G_IO_STREAM (socket),
      server->certificate, NULL);
  return stream;
}

static gboolean
run_connection (GThreadedSocketService * service G_GNUC_UNUSED,
    GSocketConnection * socket, GObject * source G_GNUC_UNUSED,
    gpointer user_data)
{
  RawServer *server = user_data;
  GIOStream *stream = wrap_tls (server, socket);
  RawRequest connection = {.server = server,.socket = socket,
    .input = g_data_input_stream_new (g_io_stream_get_input_stream (stream)),
    .output = g_io_stream_get_output_stream (stream)
  };

  g_data_input_stream_set_newline_type (connection.input,
      G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  g_mutex_lock (&server->lock);
  server->running++;
  connection.connection = ++server->connections;
  g_mutex_unlock (&server->lock);

  while (serve_one (server, &connection));

  g_object_unref (connection.input);
  g_io_stream_close (stream, NULL, NULL);
  g_object_unref (stream);
  g_mutex_lock (&server->lock);
  server->running--;
  g_cond_broadcast (&server->cond);
  g_mutex_unlock (&server->lock);
  return TRUE;
}

static gpointer
server_thread (gpointer user_data)
{
  RawServer *server = user_data;

  g_main_context_push_thread_default (server->context);
  g_main_loop_run (server->loop);
  g_main_context_pop_thread_default (server->context);
  return NULL;
}

/* A small buffer, so that what the server has not read is not sent either. */
static void
limit_buffer (GSocketListener * listener G_GNUC_UNUSED,
    GSocketListenerEvent event, GSocket * socket,
    gpointer user_data G_GNUC_UNUSED)
{
  if (event == G_SOCKET_LISTENER_BINDING)
    g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 32 * 1024, NULL);
}

RawServer *
raw_server_new_tls (GTlsCertificate * certificate, RawHandler handler,
    gpointer user_data)
{
  RawServer *server = g_new0 (RawServer, 1);
  GInetAddress *address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  GSocketAddress *wanted = g_inet_socket_address_new (address, 0);
  GSocketAddress *bound = NULL;

  g_mutex_init (&server->lock);
  g_cond_init (&server->cond);
  server->certificate = certificate;
  server->handler = handler;
  server->user_data = user_data;
  server->stop = g_cancellable_new ();
  server->context = g_main_context_new ();
  server->loop = g_main_loop_new (server->context, FALSE);

  g_main_context_push_thread_default (server->context);
  server->service = g_threaded_socket_service_new (200);
  g_signal_connect (server->service, "event", G_CALLBACK (limit_buffer), NULL);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (server->service), 200);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (server->service),
          wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
          NULL))
    g_error ("cannot listen on loopback");
  g_signal_connect (server->service, "run", G_CALLBACK (run_connection),
      server);
  g_socket_service_start (server->service);
  g_main_context_pop_thread_default (server->context);

  server->url = g_strdup_printf ("%s://127.0.0.1:%u", certificate ? "https"
      : "http", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  g_object_unref (bound);
  g_object_unref (wanted);
  g_object_unref (address);
  server->thread = g_thread_new ("raw-server", server_thread, server);
  return server;
}

RawServer *
raw_server_new (RawHandler handler, gpointer user_data)
{
  return raw_server_new_tls (NULL, handler, user_data);
}

static gboolean
quit_loop (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
raw_server_free (RawServer * server)
{
  GSource *quit = g_idle_source_new ();

  /* from within the loop: before it runs, a quit would be lost */
  g_source_set_callback (quit, quit_loop, server->loop, NULL);
  g_source_attach (quit, server->context);
  g_source_unref (quit);
  g_thread_join (server->thread);
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_cancellable_cancel (server->stop);
  g_mutex_lock (&server->lock);
  while (server->running > 0)
    g_cond_wait (&server->cond, &server->lock);
  g_mutex_unlock (&server->lock);
  g_object_unref (server->service);
  g_main_loop_unref (server->loop);
  g_main_context_unref (server->context);
  g_object_unref (server->stop);
  g_free (server->url);
  g_mutex_clear (&server->lock);
  g_cond_clear (&server->cond);
  g_free (server);
}

const gchar *
raw_server_get_url (RawServer * server)
{
  return server->url;
}

guint
raw_server_get_count (RawServer * server, const gchar * route)
{
  guint count;

  g_mutex_lock (&server->lock);
  count = server->counts[route_index (route)];
  g_mutex_unlock (&server->lock);
  return count;
}

gboolean
raw_server_wait (RawServer * server, const gchar * route, guint count)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  gboolean in_time = TRUE;

  g_mutex_lock (&server->lock);
  while (in_time && server->counts[route_index (route)] < count)
    in_time = g_cond_wait_until (&server->cond, &server->lock, end);
  g_mutex_unlock (&server->lock);
  return in_time;
}
