/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The life of the sandbox: its thread, its server, what callers ask of it. */

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>
#include <vitals/vitals-file-private.h>

#include "sandbox-private.h"

/* Linux holds it to net.core.somaxconn, 4096 by default. */
#define MAX_WAITING_CONNECTIONS 1024

SandboxFault *
sandbox_find_fault (VitalsSandbox * sandbox, SandboxRoute route,
    guint occurrence)
{
  SandboxFault *found = NULL;
  guint i;

  g_mutex_lock (&sandbox->lock);
  for (i = sandbox->faults->len; i > 0 && !found; i--) {
    SandboxFault *fault = g_ptr_array_index (sandbox->faults, i - 1);

    if (sandbox_fault_matches (fault, route, occurrence))
      found = sandbox_fault_ref (fault);
  }
  g_mutex_unlock (&sandbox->lock);
  return found;
}

/* (transfer full): where to listen, or NULL with @error */
static GSocketAddress *
find_address (VitalsSandbox * sandbox, GError ** error)
{
  const gchar *host = sandbox->listen_address;
  GSocketAddress *address;

  address = g_inet_socket_address_new_from_string (host ? host : "127.0.0.1",
      sandbox->port);
  if (!address)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "cannot listen on \"%s\": give the numeric address of an interface, "
        "or 0.0.0.0 for all", host);
  return address;
}

/* A socket of its own, as SoupServer's lets only ten connections wait: the
 * kernel resets some when a box with 50 cameras begins. */
static gboolean
listen (VitalsSandbox * sandbox, GError ** error)
{
  g_autoptr (GSocketAddress) address = find_address (sandbox, error);
  g_autoptr (GSocket) socket = NULL;
  SoupServerListenOptions options = 0;

  if (!address)
    return FALSE;
  if (sandbox->certificate) {
    soup_server_set_tls_certificate (sandbox->server, sandbox->certificate);
    options |= SOUP_SERVER_LISTEN_HTTPS;
  }
  socket = g_socket_new (g_socket_address_get_family (address),
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (!socket)
    return FALSE;
  g_socket_set_listen_backlog (socket, MAX_WAITING_CONNECTIONS);
  return g_socket_bind (socket, address, TRUE, error)
      && g_socket_listen (socket, error)
      && soup_server_listen_socket (sandbox->server, socket, options, error);
}

/* The URL as this machine reaches it. */
static gchar *
find_url (VitalsSandbox * sandbox)
{
  GSList *uris = soup_server_get_uris (sandbox->server);
  GUri *uri = uris->data;
  const gchar *host = g_uri_get_host (uri);
  gboolean any = g_strcmp0 (host, "0.0.0.0") == 0 || g_strcmp0 (host,
      "::") == 0;
  gboolean ipv6 = !any && strchr (host, ':') != NULL;
  gchar *url;

  url = g_strdup_printf ("%s://%s%s%s:%d", g_uri_get_scheme (uri),
      ipv6 ? "[" : "", any ? "127.0.0.1" : host, ipv6 ? "]" : "",
      g_uri_get_port (uri));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return url;
}

static gboolean
start_serving (VitalsSandbox * sandbox, GError ** error)
{
  sandbox->server = soup_server_new ("server-header", "vitals-sandbox", NULL);
  if (!listen (sandbox, error))
    return FALSE;
  sandbox->url = find_url (sandbox);
  sandbox_requests_serve (sandbox);
  return TRUE;
}

static void
destroy_waiting (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
stop_serving (VitalsSandbox * sandbox)
{
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_remove_all (sandbox->waiting);
  soup_server_disconnect (sandbox->server);
  g_hash_table_iter_init (&iter, sandbox->connections);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    sandbox_connection_cancel (connection);
  while (g_hash_table_size (sandbox->connections) > 0)
    g_main_context_iteration (sandbox->context, TRUE);
  while (g_main_context_iteration (sandbox->context, FALSE));
  g_clear_object (&sandbox->server);
}

static gboolean
is_stopping (VitalsSandbox * sandbox)
{
  gboolean stopping;

  g_mutex_lock (&sandbox->lock);
  stopping = sandbox->stopping;
  g_mutex_unlock (&sandbox->lock);
  return stopping;
}

static gpointer
serve (gpointer data)
{
  VitalsSandbox *sandbox = data;
  GError *error = NULL;
  gboolean started;

  g_main_context_push_thread_default (sandbox->context);
  started = start_serving (sandbox, &error);

  g_mutex_lock (&sandbox->lock);
  sandbox->started = TRUE;
  sandbox->start_error = error;
  g_cond_signal (&sandbox->cond);
  g_mutex_unlock (&sandbox->lock);

  while (started && !is_stopping (sandbox))
    g_main_context_iteration (sandbox->context, TRUE);

  stop_serving (sandbox);
  g_main_context_pop_thread_default (sandbox->context);
  return NULL;
}

static GTlsCertificate *
load_certificate (const VitalsSandboxOptions * options, GError ** error)
{
  if (!options->tls_key) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "a TLS certificate needs its key: give both files");
    return NULL;
  }
  /* GIO would wait for who writes into a pipe */
  if (!vitals_file_check (options->tls_cert, error)
      || !vitals_file_check (options->tls_key, error))
    return NULL;
  return g_tls_certificate_new_from_files (options->tls_cert,
      options->tls_key, error);
}

/* Else no upload would be taken, and who sends them would not know why. */
static gboolean
check_keep_dir (const gchar * path, GError ** error)
{
  g_autofree gchar *inside = g_build_filename (path, ".", NULL);
  gint failure;

  if (g_access (inside, W_OK | X_OK) == 0)
    return TRUE;
  failure = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (failure),
      "%s: uploads cannot be kept there: %s", path, g_strerror (failure));
  return FALSE;
}

static gboolean
check_options (const VitalsSandboxOptions * options, GError ** error)
{
  if (options->api != 1 && options->api != 3) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "the sandbox knows the API generations 1 and 3, not %u", options->api);
    return FALSE;
  }
  if (options->port > G_MAXUINT16) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "%u is no port: 0 to 65535", options->port);
    return FALSE;
  }
  return !options->keep_dir || check_keep_dir (options->keep_dir, error);
}

static void
destroy (VitalsSandbox * sandbox)
{
  g_hash_table_unref (sandbox->waiting);
  g_hash_table_unref (sandbox->connections);
  g_main_context_unref (sandbox->context);
  sandbox_sessions_free (sandbox->sessions);
  sandbox_record_free (sandbox->record);
  g_ptr_array_unref (sandbox->faults);
  g_clear_object (&sandbox->certificate);
  g_free (sandbox->listen_address);
  g_free (sandbox->keep_dir);
  g_free (sandbox->url);
  g_mutex_clear (&sandbox->lock);
  g_cond_clear (&sandbox->cond);
  g_free (sandbox);
}

VitalsSandbox *
vitals_sandbox_new (const VitalsSandboxOptions * options, GError ** error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  VitalsSandbox *sandbox;

  if (!check_options (options, error))
    return NULL;
  if (options->tls_cert && !(certificate = load_certificate (options, error)))
    return NULL;

  sandbox = g_new0 (VitalsSandbox, 1);
  sandbox->api = options->api;
  sandbox->persist = options->persist;
  sandbox->listen_address = g_strdup (options->listen_address);
  sandbox->port = options->port;
  sandbox->keep_dir = g_strdup (options->keep_dir);
  sandbox->processing_ms = options->processing_ms;
  sandbox->quota = options->quota;
  sandbox->lens_shape = options->lens_shape;
  sandbox->certificate = g_steal_pointer (&certificate);
  sandbox->record = sandbox_record_new ();
  sandbox->sessions = sandbox_sessions_new ();
  sandbox->waiting = g_hash_table_new_full (NULL, NULL, destroy_waiting, NULL);
  sandbox->connections = g_hash_table_new (NULL, NULL);
  sandbox->faults = g_ptr_array_new_with_free_func ((GDestroyNotify)
      sandbox_fault_unref);
  g_mutex_init (&sandbox->lock);
  g_cond_init (&sandbox->cond);
  sandbox->context = g_main_context_new ();
  sandbox->thread = g_thread_new ("vitals-sandbox", serve, sandbox);

  g_mutex_lock (&sandbox->lock);
  while (!sandbox->started)
    g_cond_wait (&sandbox->cond, &sandbox->lock);
  g_mutex_unlock (&sandbox->lock);

  if (sandbox->start_error) {
    g_propagate_error (error, sandbox->start_error);
    g_thread_join (sandbox->thread);
    destroy (sandbox);
    return NULL;
  }
  return sandbox;
}

void
vitals_sandbox_free (VitalsSandbox * sandbox)
{
  g_mutex_lock (&sandbox->lock);
  sandbox->stopping = TRUE;
  g_mutex_unlock (&sandbox->lock);
  g_main_context_wakeup (sandbox->context);
  g_thread_join (sandbox->thread);
  destroy (sandbox);
}

const gchar *
vitals_sandbox_get_url (VitalsSandbox * sandbox)
{
  return sandbox->url;
}

gboolean
vitals_sandbox_add_fault (VitalsSandbox * sandbox, const gchar * spec,
    GError ** error)
{
  SandboxFault *fault = sandbox_fault_parse (spec, error);

  if (!fault)
    return FALSE;
  g_mutex_lock (&sandbox->lock);
  g_ptr_array_add (sandbox->faults, fault);
  g_mutex_unlock (&sandbox->lock);
  return TRUE;
}

void
vitals_sandbox_clear_faults (VitalsSandbox * sandbox)
{
  g_mutex_lock (&sandbox->lock);
  g_ptr_array_set_size (sandbox->faults, 0);
  g_mutex_unlock (&sandbox->lock);
}

guint
vitals_sandbox_get_count (VitalsSandbox * sandbox, const gchar * route)
{
  return sandbox_record_get_count (sandbox->record,
      sandbox_route_from_name (route));
}

guint
vitals_sandbox_get_scans (VitalsSandbox * sandbox)
{
  return sandbox_record_get_scans (sandbox->record);
}

guint
vitals_sandbox_get_active_uploads (VitalsSandbox * sandbox)
{
  return sandbox_record_get_active_uploads (sandbox->record);
}

GBytes *
vitals_sandbox_get_upload (VitalsSandbox * sandbox, guint index)
{
  return sandbox_record_get_upload (sandbox->record, index);
}

gchar *
vitals_sandbox_get_last_header (VitalsSandbox * sandbox, const gchar * route,
    const gchar * name)
{
  return sandbox_record_get_header (sandbox->record,
      sandbox_route_from_name (route), name);
}

GBytes *
vitals_sandbox_get_last_body (VitalsSandbox * sandbox, const gchar * route)
{
  return sandbox_record_get_body (sandbox->record,
      sandbox_route_from_name (route));
}

gboolean
vitals_sandbox_wait_count (VitalsSandbox * sandbox, const gchar * route,
    guint count, guint timeout_ms)
{
  return sandbox_record_wait_count (sandbox->record,
      sandbox_route_from_name (route), count, timeout_ms);
}
