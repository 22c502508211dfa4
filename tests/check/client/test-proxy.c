/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a proxy gets to see: nothing that is for this machine. */

#include <string.h>
#include "fixture.h"

#define RESOLVER "vitals-test"

/* A machine whose settings name a proxy for everything; nobody listens there. */
typedef struct
{
  GObject parent;
} TestResolver;

typedef struct
{
  GObjectClass parent_class;
} TestResolverClass;

static gint n_lookups;

static gchar **
make_proxies (void)
{
  static const gchar *const proxies[] = { "http://127.0.0.1:9", NULL };

  g_atomic_int_inc (&n_lookups);
  return g_strdupv ((gchar **) proxies);
}

static gchar **
lookup (GProxyResolver * resolver G_GNUC_UNUSED, const gchar * uri
    G_GNUC_UNUSED, GCancellable * cancellable G_GNUC_UNUSED,
    GError ** error G_GNUC_UNUSED)
{
  return make_proxies ();
}

static void
lookup_async (GProxyResolver * resolver, const gchar * uri G_GNUC_UNUSED,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_pointer (task, make_proxies (), (GDestroyNotify) g_strfreev);
  g_object_unref (task);
}

static gchar **
lookup_finish (GProxyResolver * resolver G_GNUC_UNUSED, GAsyncResult * result,
    GError ** error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_supported (GProxyResolver * resolver G_GNUC_UNUSED)
{
  return TRUE;
}

static void
implement (GProxyResolverInterface * iface)
{
  iface->is_supported = is_supported;
  iface->lookup = lookup;
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
}

static GType test_resolver_get_type (void);

/* *INDENT-OFF* */
G_DEFINE_TYPE_WITH_CODE (TestResolver, test_resolver, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, implement))
/* *INDENT-ON* */

static void
test_resolver_class_init (TestResolverClass * klass G_GNUC_UNUSED)
{
}

static void
test_resolver_init (TestResolver * self G_GNUC_UNUSED)
{
}

static void
use_resolver (void)
{
  g_proxy_resolver_get_default ();
  n_lookups = 0;
}

GST_START_TEST (what_is_for_this_machine_goes_to_no_proxy)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, LIVE_KEY);
  GError *error = NULL;
  VitalsReading *reading;

  use_resolver ();
  reading = scan (client, NULL, &error);
  fail_unless (reading != NULL, "%s", error ? error->message : "");
  assert_equals_int (raw_server_get_count (server, "upload"), 1);
  assert_equals_int (g_atomic_int_get (&n_lookups), 0);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* Which shows, too, that the resolver above is the one that is asked. */
GST_START_TEST (what_is_for_the_service_goes_to_the_proxy)
{
  VitalsCircadifyClient *client = vitals_circadify_client_new (LIVE_KEY,
      "https://service.invalid", NULL);
  GError *error = NULL;

  use_resolver ();
  fail_unless (client != NULL);
  g_object_set (client, "max-retries", 0, NULL);
  fail_unless (scan (client, NULL, &error) == NULL);
  fail_unless (g_atomic_int_get (&n_lookups) > 0);
  fail_unless (strstr (error->message, "proxy") != NULL, "%s", error->message);
  assert_error (error, VITALS_ERROR_NETWORK);
  g_object_unref (client);
}

GST_END_TEST;

static Suite *
proxy_suite (void)
{
  Suite *suite = suite_create ("proxy");
  TCase *tests = tcase_create ("general");

  /* before anything asks for the machine's own */
  g_setenv ("GIO_USE_PROXY_RESOLVER", RESOLVER, TRUE);
  /* makes the extension point */
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME,
      test_resolver_get_type (), RESOLVER, 100);
  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, what_is_for_this_machine_goes_to_no_proxy);
  tcase_add_test (tests, what_is_for_the_service_goes_to_the_proxy);
  return suite;
}

GST_CHECK_MAIN (proxy);
