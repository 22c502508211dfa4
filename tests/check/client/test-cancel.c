/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A cancel takes effect at once, whatever is under way. */

#include <string.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-scan-private.h>
#include "fixture.h"

typedef struct
{
  VitalsCircadifyClient *client;
  GCancellable *cancellable;
  GError *error;
} Scanner;

static gpointer
scanner_thread (gpointer user_data)
{
  Scanner *scanner = user_data;

  fail_unless (scan (scanner->client, scanner->cancellable,
          &scanner->error) == NULL);
  return NULL;
}

static const struct
{
  const gchar *route;
  RawHandler action;
  const gchar *status;
  guint count;                  /* requests of the route before the cancel */
} phases[] = {
  {"start", stall, NULL, 1},
  {"start", stall_in_answer, NULL, 1},
  {"upload", stall, NULL, 1},
  {"upload", stall_in_answer, NULL, 1},
  {"complete", stall, NULL, 1},
  {"result", stall, NULL, 1},
  {"result", stall_in_answer, NULL, 1},
  /* waits to poll */
  {"result", NULL, "200 OK", 2},
  /* waits to send again */
  {"upload", NULL, "500 Internal Server Error", 1},
};

/* The client's own time-outs are at least 30 s, the server waits for ever, and
 * what check allows a test is less: only the cancel can end this. */
static void
cancel_in_phase (guint i, gboolean by_close)
{
  Fault faults[] = {
    {phases[i].route, 1, 0, phases[i].status, "Retry-After: 50\r\n",
        "{\"status\":\"processing\"}", phases[i].action},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  Scanner scanner = {.client = new_client (server, TEST_KEY),
    .cancellable = g_cancellable_new ()
  };
  GThread *thread;

  /* the next attempts come long after the cancel */
  g_object_set (scanner.client, "max-retries", 50, NULL);
  thread = g_thread_new ("scanner", scanner_thread, &scanner);
  fail_unless (raw_server_wait (server, phases[i].route, phases[i].count));
  if (by_close)
    vitals_circadify_client_close (scanner.client);
  else
    g_cancellable_cancel (scanner.cancellable);
  g_thread_join (thread);
  assert_error (scanner.error, VITALS_ERROR_CANCELLED);
  g_object_unref (scanner.cancellable);
  g_object_unref (scanner.client);
  raw_server_free (server);
}

GST_START_TEST (cancel_ends_a_scan_in_any_phase)
{
  cancel_in_phase (__i__, FALSE);
}

GST_END_TEST;

GST_START_TEST (close_ends_a_scan_in_any_phase)
{
  cancel_in_phase (__i__, TRUE);
}

GST_END_TEST;

GST_START_TEST (cancelled_and_closed_calls_send_nothing)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GCancellable *cancellable = g_cancellable_new ();
  GError *error = NULL;

  g_cancellable_cancel (cancellable);
  fail_unless (scan (client, cancellable, &error) == NULL);
  assert_error (error, VITALS_ERROR_CANCELLED);
  error = NULL;
  fail_unless (vitals_circadify_client_poll_result (client, "s", cancellable,
          &error) == NULL);
  assert_error (error, VITALS_ERROR_CANCELLED);

  vitals_circadify_client_close (client);
  error = NULL;
  fail_unless (scan (client, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_CANCELLED);
  assert_equals_int (raw_server_get_count (server, "start"), 0);
  g_object_unref (cancellable);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* Code of an application that is called by a cancel, and takes its time. */

typedef struct
{
  VitalsCircadifyClient *client;
  guint readings;
} Neighbour;

static void
scan_elsewhere (GCancellable * cancellable G_GNUC_UNUSED, gpointer user_data)
{
  Neighbour *neighbour = user_data;
  VitalsReading *reading = scan (neighbour->client, NULL, NULL);

  fail_unless (reading != NULL);
  vitals_reading_unref (reading);
  neighbour->readings++;
}

/* The handler is called while the first scan is over already: it must not have
 * to end before the network thread goes on. */
GST_START_TEST (handler_of_a_cancel_that_scans_holds_up_nobody)
{
  Fault faults[] = {
    {"start", 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  RawServer *other = raw_server_new (NULL, NULL);
  Scanner scanner = {.client = new_client (server, TEST_KEY),
    .cancellable = g_cancellable_new ()
  };
  Neighbour neighbour = {.client = new_client (other, TEST_KEY) };
  GThread *thread = g_thread_new ("scanner", scanner_thread, &scanner);

  fail_unless (raw_server_wait (server, "start", 1));
  g_cancellable_connect (scanner.cancellable, G_CALLBACK (scan_elsewhere),
      &neighbour, NULL);
  g_cancellable_cancel (scanner.cancellable);
  assert_equals_int (neighbour.readings, 1);
  g_thread_join (thread);
  assert_error (scanner.error, VITALS_ERROR_CANCELLED);
  g_object_unref (scanner.cancellable);
  g_object_unref (scanner.client);
  g_object_unref (neighbour.client);
  raw_server_free (server);
  raw_server_free (other);
}

GST_END_TEST;

/* A resolver that never answers, not even to a cancel. */

typedef GResolver StuckResolver;
typedef GResolverClass StuckResolverClass;

static GType stuck_resolver_get_type (void);
/* *INDENT-OFF* */
G_DEFINE_TYPE (StuckResolver, stuck_resolver, G_TYPE_RESOLVER)
/* *INDENT-ON* */

static gint lookups;
static GList *stuck_tasks;

static void
stuck_lookup (GResolver * resolver, const gchar * name G_GNUC_UNUSED,
    GResolverNameLookupFlags flags G_GNUC_UNUSED,
    GCancellable * cancellable G_GNUC_UNUSED, GAsyncReadyCallback callback,
    gpointer user_data)
{
  stuck_tasks = g_list_prepend (stuck_tasks, g_task_new (resolver, NULL,
          callback, user_data));
  g_atomic_int_inc (&lookups);
}

static void
stuck_lookup_by_name (GResolver * resolver, const gchar * name,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  stuck_lookup (resolver, name, 0, cancellable, callback, user_data);
}

static void
stuck_resolver_class_init (StuckResolverClass * klass)
{
  klass->lookup_by_name_async = stuck_lookup_by_name;
  klass->lookup_by_name_with_flags_async = stuck_lookup;
}

static void
stuck_resolver_init (StuckResolver * self G_GNUC_UNUSED)
{
}

GST_START_TEST (cancel_ends_a_scan_that_waits_for_a_name)
{
  GResolver *resolver = g_object_new (stuck_resolver_get_type (), NULL);
  Scanner scanner = {.cancellable = g_cancellable_new () };
  GThread *thread;

  g_resolver_set_default (resolver);
  scanner.client = vitals_circadify_client_new (TEST_KEY,
      "https://service.invalid", NULL);
  thread = g_thread_new ("scanner", scanner_thread, &scanner);
  while (g_atomic_int_get (&lookups) == 0)
    g_thread_yield ();
  g_cancellable_cancel (scanner.cancellable);
  g_thread_join (thread);
  assert_error (scanner.error, VITALS_ERROR_CANCELLED);
  g_object_unref (scanner.cancellable);
  g_object_unref (scanner.client);
  g_object_unref (resolver);
}

GST_END_TEST;

/* A scan that is cancelled from its own callback on the network thread. */

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean over;
  guint done_calls;
  gint code;
} Watch;

static void
cancel_in_phase_callback (VitalsScan * scan,
    VitalsScanPhase phase G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED)
{
  fail_unless (vitals_network_is_current_thread ());
  vitals_scan_cancel (scan);
}

static void
note_done (VitalsScan * scan, VitalsReading * reading, const GError * error,
    gpointer user_data)
{
  Watch *watch = user_data;

  fail_unless (reading == NULL && error != NULL);
  fail_unless (vitals_scan_get_session_id (scan) != NULL);
  watch->done_calls++;
  watch->code = error->code;
}

static void
note_destroy (gpointer user_data)
{
  Watch *watch = user_data;

  g_mutex_lock (&watch->lock);
  watch->over = TRUE;
  g_cond_signal (&watch->cond);
  g_mutex_unlock (&watch->lock);
}

GST_START_TEST (scan_that_cancels_itself_is_done_once)
{
  static const VitalsScanCallbacks callbacks = { cancel_in_phase_callback,
    note_done
  };
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GBytes *bytes = g_bytes_new_static ("x", 1);
  VitalsPayload *payload = vitals_payload_new (bytes, "text/plain");
  Watch watch = {.done_calls = 0 };
  VitalsScan *scan;

  g_mutex_init (&watch.lock);
  g_cond_init (&watch.cond);
  scan = vitals_scan_new (client, payload, NULL, &callbacks, &watch,
      note_destroy);
  vitals_scan_start (scan);
  g_mutex_lock (&watch.lock);
  while (!watch.over)
    g_cond_wait (&watch.cond, &watch.lock);
  g_mutex_unlock (&watch.lock);
  assert_equals_int (watch.done_calls, 1);
  assert_equals_int (watch.code, VITALS_ERROR_CANCELLED);
  vitals_scan_unref (scan);
  vitals_payload_unref (payload);
  g_bytes_unref (bytes);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static Suite *
cancel_suite (void)
{
  Suite *suite = suite_create ("cancel");
  TCase *tcase = tcase_create ("cancel");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 25);
  tcase_add_loop_test (tcase, cancel_ends_a_scan_in_any_phase, 0,
      G_N_ELEMENTS (phases));
  tcase_add_loop_test (tcase, close_ends_a_scan_in_any_phase, 0,
      G_N_ELEMENTS (phases));
  tcase_add_test (tcase, cancelled_and_closed_calls_send_nothing);
  tcase_add_test (tcase, handler_of_a_cancel_that_scans_holds_up_nobody);
  tcase_add_test (tcase, cancel_ends_a_scan_that_waits_for_a_name);
  tcase_add_test (tcase, scan_that_cancels_itself_is_done_once);
  return suite;
}

GST_CHECK_MAIN (cancel)
