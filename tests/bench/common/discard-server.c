/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "discard-server.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_CONNECTIONS 512
#define BODY_BYTES (256 * 1024)

#define FAILED "{\"status\":\"failed\",\"error\":\"PROCESSING_FAILED\"," \
    "\"message\":\"This service measures nobody.\"}"

/* Returns: (transfer full) (nullable): the first line; @length: of the body */
static gchar *
read_head (GDataInputStream * input, guint64 * length)
{
  gchar *first = g_data_input_stream_read_line (input, NULL, NULL, NULL);
  gchar *line;

  *length = 0;
  while (first && (line = g_data_input_stream_read_line (input, NULL, NULL,
              NULL))) {
    gboolean end = *line == '\0';

    if (g_ascii_strncasecmp (line, "content-length:", 15) == 0)
      *length = g_ascii_strtoull (line + 15, NULL, 10);
    g_free (line);
    if (end)
      return first;
  }
  g_free (first);
  return NULL;
}

static void
skip_body (GInputStream * input, guint64 length)
{
  gpointer scrap = g_malloc (BODY_BYTES);

  while (length > 0) {
    gssize n = g_input_stream_read (input, scrap, MIN (length, BODY_BYTES),
        NULL, NULL);

    if (n <= 0)
      break;
    length -= n;
  }
  g_free (scrap);
}

static gchar *
make_answer (const gchar * first, guint16 port)
{
  if (g_str_has_suffix (first, "/sdk/session/start HTTP/1.1"))
    return g_strdup_printf ("{\"session_id\":\"discard\",\"upload_url\":"
        "\"http://127.0.0.1:%u/upload\",\"status\":\"pending\"}", port);
  if (g_str_has_prefix (first, "PUT "))
    return g_strdup ("");
  return g_strdup (FAILED);
}

static gboolean
serve (GThreadedSocketService * service G_GNUC_UNUSED,
    GSocketConnection * connection, GObject * source G_GNUC_UNUSED,
    gpointer port)
{
  GDataInputStream *input =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM
          (connection)));
  guint64 length;
  gchar *first;

  g_data_input_stream_set_newline_type (input,
      G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  first = read_head (input, &length);
  if (first) {
    gchar *body = make_answer (first, GPOINTER_TO_UINT (port));
    gchar *answer = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: "
        "application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n"
        "%s", strlen (body), body);

    skip_body (G_INPUT_STREAM (input), length);
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM
            (connection)), answer, strlen (answer), NULL, NULL, NULL);
    g_free (answer);
    g_free (body);
    g_free (first);
  }
  g_object_unref (input);
  return TRUE;
}

static void
serve_for_ever (int port_fd)
{
  GSocketService *service = g_threaded_socket_service_new (MAX_CONNECTIONS);
  guint16 port;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), MAX_CONNECTIONS);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service),
      NULL, NULL);
  g_signal_connect (service, "run", G_CALLBACK (serve),
      GUINT_TO_POINTER (port));
  if (write (port_fd, &port, sizeof (port)) != sizeof (port))
    _exit (1);
  close (port_fd);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
}

gboolean
discard_server_start (DiscardServer * server)
{
  int fds[2];
  gboolean told;

  if (pipe (fds) != 0)
    return FALSE;
  server->pid = fork ();
  if (server->pid < 0)
    return FALSE;
  if (server->pid == 0) {
    close (fds[0]);
    serve_for_ever (fds[1]);
  }
  close (fds[1]);
  told = read (fds[0], &server->port, sizeof (server->port))
      == sizeof (server->port);
  close (fds[0]);
  return told;
}

void
discard_server_stop (DiscardServer * server)
{
  kill (server->pid, SIGKILL);
  waitpid (server->pid, NULL, 0);
}

gchar *
discard_server_dup_url (const DiscardServer * server)
{
  return g_strdup_printf ("http://127.0.0.1:%u", server->port);
}
