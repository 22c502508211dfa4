/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Connections that were taken from the server, because they end in a way that
 * no HTTP server is willing to end them.
 */

#include <sys/socket.h>

#include "sandbox-private.h"

#define BLOCK_BYTES 65536

struct _SandboxConnection
{
  SandboxRequest *request;
  GIOStream *stream;
  GSocket *socket;
  GCancellable *cancellable;
  GSource *watch;               /* of SANDBOX_END_HOLD_UNREAD */
  SandboxBytes bytes;           /* what is left to send */
  gchar *block;                 /* of fill bytes, or what is read and dropped */
  SandboxEnd end;
};

static void write_next (SandboxConnection * connection);
static void read_next (SandboxConnection * connection);

static void
connection_free (SandboxConnection * connection)
{
  VitalsSandbox *sandbox = connection->request->sandbox;

  g_hash_table_remove (sandbox->connections, connection);
  if (connection->watch) {
    g_source_destroy (connection->watch);
    g_source_unref (connection->watch);
  }
  g_socket_close (connection->socket, NULL);
  g_object_unref (connection->stream);
  g_object_unref (connection->socket);
  g_object_unref (connection->cancellable);
  g_clear_pointer (&connection->bytes.head, g_bytes_unref);
  g_clear_pointer (&connection->bytes.tail, g_bytes_unref);
  g_free (connection->block);
  sandbox_request_unref (connection->request);
  g_free (connection);
}

/* A close that discards what is not sent yet is a reset for the peer. */
static void
reset (SandboxConnection * connection)
{
  struct linger linger = { 1, 0 };

  setsockopt (g_socket_get_fd (connection->socket), SOL_SOCKET, SO_LINGER,
      &linger, sizeof linger);
  connection_free (connection);
}

static gboolean
hung_up (GSocket * socket G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
    gpointer data)
{
  connection_free (data);
  return G_SOURCE_REMOVE;
}

/* Also woken by the cancellable. */
static void
wait_for_hang_up (SandboxConnection * connection)
{
  connection->watch = g_socket_create_source (connection->socket,
      G_IO_HUP | G_IO_ERR, connection->cancellable);
  g_source_set_callback (connection->watch, G_SOURCE_FUNC (hung_up),
      connection, NULL);
  g_source_attach (connection->watch, connection->request->sandbox->context);
}

static void
finish (SandboxConnection * connection)
{
  switch (connection->end) {
    case SANDBOX_END_RESET:
      reset (connection);
      break;
    case SANDBOX_END_HOLD:
    case SANDBOX_END_RESET_ON_DATA:
      read_next (connection);
      break;
    case SANDBOX_END_HOLD_UNREAD:
      wait_for_hang_up (connection);
      break;
    case SANDBOX_END_CLOSE:
      connection_free (connection);
      break;
  }
}

static void
was_read (GObject * source, GAsyncResult * result, gpointer data)
{
  SandboxConnection *connection = data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result,
      NULL);

  if (length <= 0)
    connection_free (connection);
  else if (connection->end == SANDBOX_END_RESET_ON_DATA)
    reset (connection);
  else
    read_next (connection);
}

static void
read_next (SandboxConnection * connection)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (connection->stream),
      connection->block, BLOCK_BYTES, G_PRIORITY_DEFAULT,
      connection->cancellable, was_read, connection);
}

static void
was_written (GObject * source, GAsyncResult * result, gpointer data)
{
  SandboxConnection *connection = data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL,
          NULL))
    write_next (connection);
  else
    connection_free (connection);
}

static void
write_block (SandboxConnection * connection, gconstpointer data, gsize size)
{
  g_output_stream_write_all_async (g_io_stream_get_output_stream
      (connection->stream), data, size, G_PRIORITY_DEFAULT,
      connection->cancellable, was_written, connection);
}

static void
was_bytes_written (GObject * source, GAsyncResult * result, gpointer data)
{
  SandboxConnection *connection = data;

  if (connection->bytes.head)
    g_clear_pointer (&connection->bytes.head, g_bytes_unref);
  else
    g_clear_pointer (&connection->bytes.tail, g_bytes_unref);
  was_written (source, result, data);
}

static void
write_bytes (SandboxConnection * connection, GBytes * bytes)
{
  g_output_stream_write_all_async (g_io_stream_get_output_stream
      (connection->stream), g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), G_PRIORITY_DEFAULT, connection->cancellable,
      was_bytes_written, connection);
}

static void
write_next (SandboxConnection * connection)
{
  SandboxBytes *bytes = &connection->bytes;

  if (bytes->head) {
    write_bytes (connection, bytes->head);
  } else if (bytes->fill > 0) {
    gsize size = MIN (bytes->fill, BLOCK_BYTES);

    bytes->fill -= size;
    write_block (connection, connection->block, size);
  } else if (bytes->tail) {
    write_bytes (connection, bytes->tail);
  } else {
    finish (connection);
  }
}

void
sandbox_connection_cancel (SandboxConnection * connection)
{
  g_cancellable_cancel (connection->cancellable);
}

void
sandbox_connection_take (SandboxRequest * request, SoupServerMessage * message,
    const SandboxBytes * bytes, SandboxEnd end)
{
  SandboxConnection *connection = g_new0 (SandboxConnection, 1);

  connection->request = sandbox_request_ref (request);
  connection->socket = g_object_ref (soup_server_message_get_socket (message));
  connection->stream = soup_server_message_steal_connection (message);
  connection->cancellable = g_cancellable_new ();
  connection->end = end;
  if (bytes)
    connection->bytes = *bytes;
  connection->block = g_malloc (BLOCK_BYTES);
  memset (connection->block, connection->bytes.fill_byte, BLOCK_BYTES);
  g_hash_table_add (request->sandbox->connections, connection);
  write_next (connection);
}
