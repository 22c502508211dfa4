/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <dlfcn.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-transport-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-file-private.h>
#include <vitals/vitals-modules-private.h>

#define SOUP2_LIBRARY "libsoup-2.4.so.1"
#define TRANSPORT_MODULE "vitalssoup"
#define TRANSPORT_HINT \
    "install libsoup 3 (Debian: libsoup-3.0-0) and the part of this package " \
    "that uses it, or set VITALS_MODULE_PATH to its directory"

/*
 * The one network thread and what runs on it.
 *
 * network_once guards the thread's start. "lock" guards create_transport and
 * authorities; it is never held while anything of another lock or a callback
 * runs, nor while a file is read. The transport itself is used on the network
 * thread only.
 */
static GOnce network_once = G_ONCE_INIT;
static struct
{
  GMutex lock;

  GMainContext *context;
  GThread *thread;

  VitalsTransportCreateFunc create_transport;
  GHashTable *authorities;      /* absolute name of a ca-file -> GTlsDatabase */

  VitalsTransport *transport;
} network;

static gpointer
network_thread (gpointer user_data G_GNUC_UNUSED)
{
  GMainLoop *loop = g_main_loop_new (network.context, FALSE);

  g_main_context_push_thread_default (network.context);
  /* never quits: a message handler of an application may be on the stack of
   * this thread, so nobody can wait for its end */
  g_main_loop_run (loop);
  return NULL;
}

static gpointer
network_start (gpointer user_data G_GNUC_UNUSED)
{
  network.context = g_main_context_new ();
  network.thread = g_thread_new ("vitals-network", network_thread, NULL);
  return NULL;
}

GMainContext *
vitals_network_get_context (void)
{
  g_once (&network_once, network_start, NULL);
  return network.context;
}

gboolean
vitals_network_is_current_thread (void)
{
  vitals_network_get_context ();
  return g_thread_self () == network.thread;
}

void
vitals_network_invoke (GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, vitals_network_get_context ());
  g_source_unref (source);
}

/* libsoup 3 ends the process when libsoup 2 is in it. */
static gboolean
check_no_soup2 (GError ** error)
{
  void *soup2 = dlopen (SOUP2_LIBRARY, RTLD_NOW | RTLD_NOLOAD);

  if (!soup2)
    return TRUE;
  dlclose (soup2);
  vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
      "This process has loaded libsoup 2 (" SOUP2_LIBRARY "), which cannot be "
      "in one process with libsoup 3 that the upload needs: use a build of the "
      "application, or of the plugin that loads it, that is on libsoup 3");
  return FALSE;
}

static gboolean
check_tls (GError ** error)
{
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
      "TLS is not available, so https does not work: install glib-networking");
  return FALSE;
}

gboolean
vitals_network_prepare (gboolean need_tls, GError ** error)
{
  VitalsTransportCreateFunc create;

  g_mutex_lock (&network.lock);
  create = network.create_transport;
  g_mutex_unlock (&network.lock);

  if (!create) {
    if (!check_no_soup2 (error))
      return FALSE;
    create = vitals_modules_find (TRANSPORT_MODULE, VITALS_TRANSPORT_SYMBOL,
        TRANSPORT_HINT, error);
    if (!create)
      return FALSE;
    g_mutex_lock (&network.lock);
    network.create_transport = create;
    g_mutex_unlock (&network.lock);
  }
  return !need_tls || check_tls (error);
}

static GTlsDatabase *
read_authorities (const gchar * path, GError ** error)
{
  GError *file_error = NULL;
  GTlsDatabase *authorities = NULL;

  if (vitals_file_check (path, &file_error))
    authorities = g_tls_file_database_new (path, &file_error);
  if (authorities)
    return authorities;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
      "The file of ca-file cannot be used: %s", file_error->message);
  g_error_free (file_error);
  return NULL;
}

/* (transfer full) (nullable) */
static GTlsDatabase *
find_authorities (const gchar * path)
{
  GTlsDatabase *found = NULL;

  g_mutex_lock (&network.lock);
  if (network.authorities)
    found = g_hash_table_lookup (network.authorities, path);
  if (found)
    g_object_ref (found);
  g_mutex_unlock (&network.lock);
  return found;
}

static void
keep_authorities (const gchar * path, GTlsDatabase * authorities)
{
  g_mutex_lock (&network.lock);
  if (!network.authorities)
    network.authorities = g_hash_table_new_full (g_str_hash, g_str_equal,
        g_free, g_object_unref);
  if (!g_hash_table_contains (network.authorities, path))
    g_hash_table_insert (network.authorities, g_strdup (path),
        g_object_ref (authorities));
  g_mutex_unlock (&network.lock);
}

GTlsDatabase *
vitals_network_get_authorities (const gchar * ca_file, GError ** error)
{
  /* the TLS library takes absolute names only, and ignores others */
  gchar *path = g_canonicalize_filename (ca_file, NULL);
  GTlsDatabase *authorities = find_authorities (path);

  if (!authorities) {
    authorities = read_authorities (path, error);
    if (authorities)
      keep_authorities (path, authorities);
  }
  g_free (path);
  return authorities;
}

gboolean
vitals_network_prepare_ca_file (const gchar * ca_file, GError ** error)
{
  GTlsDatabase *authorities;

  if (!ca_file || !*ca_file)
    return TRUE;
  authorities = vitals_network_get_authorities (ca_file, error);
  if (!authorities)
    return FALSE;
  g_object_unref (authorities);
  return TRUE;
}

VitalsTransport *
vitals_network_get_transport (void)
{
  VitalsTransportCreateFunc create;

  g_return_val_if_fail (vitals_network_is_current_thread (), NULL);

  if (!network.transport) {
    g_mutex_lock (&network.lock);
    create = network.create_transport;
    g_mutex_unlock (&network.lock);
    g_return_val_if_fail (create != NULL, NULL);
    network.transport = create ();
  }
  return network.transport;
}
