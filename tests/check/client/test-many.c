/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many scans at once: one network thread, and nobody waits for another. */

#include <string.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-scan-private.h>
#include "../threads.h"
#include "fixture.h"

#define N_SCANS 50

/* "lock" guards all below it. */
typedef struct
{
  GMutex lock;
  GCond cond;
  guint over, read, failed;
} Tally;

static void
note_done (VitalsScan * scan G_GNUC_UNUSED, VitalsReading * reading,
    const GError * error G_GNUC_UNUSED, gpointer user_data)
{
  Tally *tally = user_data;

  g_mutex_lock (&tally->lock);
  if (reading)
    tally->read++;
  else
    tally->failed++;
  g_mutex_unlock (&tally->lock);
}

static void
note_over (gpointer user_data)
{
  Tally *tally = user_data;

  g_mutex_lock (&tally->lock);
  tally->over++;
  g_cond_broadcast (&tally->cond);
  g_mutex_unlock (&tally->lock);
}

static void
wait_over (Tally * tally, guint over)
{
  g_mutex_lock (&tally->lock);
  while (tally->over < over)
    g_cond_wait (&tally->cond, &tally->lock);
  g_mutex_unlock (&tally->lock);
}

static const VitalsScanCallbacks callbacks = {.done = note_done };

static VitalsPayload *
new_payload (gsize size)
{
  GPtrArray *chunks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint i;

  for (i = 0; i < 4; i++)
    g_ptr_array_add (chunks, g_bytes_new_take (g_malloc0 (size / 4), size / 4));
  return vitals_payload_new_from_chunks (chunks, "application/octet-stream");
}

static VitalsScan *
start_scan (VitalsCircadifyClient * client, Tally * tally, gsize size)
{
  VitalsPayload *payload = new_payload (size);
  VitalsScan *scan = vitals_scan_new (client, payload, NULL, &callbacks, tally,
      note_over);

  vitals_scan_start (scan);
  vitals_payload_unref (payload);
  return scan;
}

GST_START_TEST (fifty_scans_at_once_use_one_network_thread)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  VitalsScan *scans[N_SCANS];
  Tally tally = {.over = 0 };
  guint i;

  g_mutex_init (&tally.lock);
  g_cond_init (&tally.cond);
  for (i = 0; i < N_SCANS; i++)
    scans[i] = start_scan (client, &tally, 100000);
  wait_over (&tally, N_SCANS);
  assert_equals_int (tally.read, N_SCANS);
  assert_equals_int (count_network_threads (), 1);
  for (i = 0; i < N_SCANS; i++) {
    assert_equals_uint64 (vitals_scan_get_bytes_sent (scans[i]), 100000);
    assert_equals_int (vitals_scan_get_retries (scans[i]), 0);
    assert_equals_int (vitals_scan_get_attempts (scans[i]), 1);
    vitals_scan_unref (scans[i]);
  }
  assert_equals_int (raw_server_get_count (server, "start"), N_SCANS);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (two_uploads_that_stall_hold_up_nobody)
{
  static const Fault faults[] = {
    {"upload", 1, 2, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  VitalsScan *stalled[2], *others[8];
  Tally stalled_tally = {.over = 0 }, tally = {.over = 0 };
  guint i;

  g_mutex_init (&tally.lock);
  g_cond_init (&tally.cond);
  g_mutex_init (&stalled_tally.lock);
  g_cond_init (&stalled_tally.cond);
  for (i = 0; i < 2; i++)
    stalled[i] = start_scan (client, &stalled_tally, 16 * 1024 * 1024);
  fail_unless (raw_server_wait (server, "upload", 2));

  for (i = 0; i < 8; i++)
    others[i] = start_scan (client, &tally, 100000);
  wait_over (&tally, 8);
  assert_equals_int (tally.read, 8);
  assert_equals_int (stalled_tally.over, 0);

  for (i = 0; i < 2; i++)
    vitals_scan_cancel (stalled[i]);
  wait_over (&stalled_tally, 2);
  assert_equals_int (stalled_tally.failed, 2);
  for (i = 0; i < 2; i++)
    vitals_scan_unref (stalled[i]);
  for (i = 0; i < 8; i++)
    vitals_scan_unref (others[i]);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* Asynchronous calls */

typedef struct
{
  GMainContext *context;
  GThread *thread;
  guint calls;
} Caller;

static void
scan_finished (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Caller *caller = user_data;
  GError *error = NULL;
  VitalsReading *reading = vitals_circadify_client_scan_tensor_finish
      (VITALS_CIRCADIFY_CLIENT (source), result, &error);

  fail_unless (reading != NULL, "%s", error ? error->message : "");
  fail_unless (g_thread_self () == caller->thread);
  fail_unless (g_main_context_is_owner (caller->context));
  vitals_reading_unref (reading);
  caller->calls++;
}

GST_START_TEST (asynchronous_call_ends_in_the_context_of_its_caller)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GBytes *bytes = g_bytes_new_static ("x", 1);
  Caller caller = {.context = g_main_context_new (),
    .thread = g_thread_self ()
  };

  g_main_context_push_thread_default (caller.context);
  vitals_circadify_client_scan_tensor_async (client, bytes, NULL, NULL,
      scan_finished, &caller);
  vitals_circadify_client_scan_tensor_async (client, bytes, NULL, NULL,
      scan_finished, &caller);
  /* the calls keep what they need */
  g_object_unref (client);
  g_bytes_unref (bytes);
  while (caller.calls < 2)
    g_main_context_iteration (caller.context, TRUE);
  g_main_context_pop_thread_default (caller.context);
  g_main_context_unref (caller.context);
  raw_server_free (server);
}

GST_END_TEST;

typedef struct
{
  VitalsCircadifyClient *client;
  VitalsSession *session;
  GMainLoop *loop;
  gboolean completed;
  VitalsReading *reading;
} Steps;

static void
result_polled (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Steps *steps = user_data;

  steps->reading = vitals_circadify_client_poll_result_finish
      (VITALS_CIRCADIFY_CLIENT (source), result, NULL);
  g_main_loop_quit (steps->loop);
}

static void
upload_completed (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Steps *steps = user_data;
  VitalsReading *reading;

  fail_unless (vitals_circadify_client_complete_upload_finish
      (VITALS_CIRCADIFY_CLIENT (source), result, &reading, NULL));
  fail_unless (reading == NULL);
  vitals_circadify_client_poll_result_async (steps->client,
      vitals_session_get_session_id (steps->session), NULL, result_polled,
      steps);
}

static void
uploaded (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Steps *steps = user_data;

  fail_unless (vitals_circadify_client_upload_finish
      (VITALS_CIRCADIFY_CLIENT (source), result, NULL));
  vitals_circadify_client_complete_upload_async (steps->client,
      vitals_session_get_session_id (steps->session), NULL, upload_completed,
      steps);
}

static void
session_started (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Steps *steps = user_data;
  GBytes *bytes = g_bytes_new_static ("x", 1);

  steps->session = vitals_circadify_client_start_session_finish
      (VITALS_CIRCADIFY_CLIENT (source), result, NULL);
  fail_unless (steps->session != NULL);
  vitals_circadify_client_upload_async (steps->client,
      vitals_session_get_upload_url (steps->session), bytes, NULL, uploaded,
      steps);
  g_bytes_unref (bytes);
}

GST_START_TEST (four_asynchronous_steps_make_a_session)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsDemographics person = { 35, VITALS_SEX_FEMALE, 3 };
  Steps steps = {.client = new_client (server, TEST_KEY),
    .loop = g_main_loop_new (NULL, FALSE)
  };

  vitals_circadify_client_start_session_async (steps.client, &person, NULL,
      session_started, &steps);
  g_main_loop_run (steps.loop);
  fail_unless (steps.reading != NULL);
  assert_equals_string (vitals_reading_get_session_id (steps.reading), "s1");
  vitals_reading_unref (steps.reading);
  vitals_session_unref (steps.session);
  g_main_loop_unref (steps.loop);
  g_object_unref (steps.client);
  raw_server_free (server);
}

GST_END_TEST;

static gboolean
block_on_network_thread (gpointer user_data)
{
  VitalsCircadifyClient *client = user_data;
  GError *error = NULL;

  fail_unless (vitals_circadify_client_poll_result (client, "s", NULL,
          &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  return G_SOURCE_REMOVE;
}

GST_START_TEST (blocking_call_on_the_network_thread_is_refused)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  VitalsReading *reading;

  vitals_network_invoke (block_on_network_thread, client, NULL);
  /* comes after it */
  reading = vitals_circadify_client_poll_result (client, "s", NULL, NULL);
  fail_unless (reading != NULL);
  assert_equals_int (raw_server_get_count (server, "result"), 1);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static void
scan_over (GObject * source, GAsyncResult * result, gpointer user_data)
{
  guint *over = user_data;
  VitalsReading *reading = vitals_circadify_client_scan_tensor_finish
      (VITALS_CIRCADIFY_CLIENT (source), result, NULL);

  fail_unless (reading != NULL);
  vitals_reading_unref (reading);
  (*over)++;
}

GST_START_TEST (settings_may_change_while_scans_run)
{
  static const gchar *const ca_files[] = { TLS_DIR "/ca.pem", NULL };
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GBytes *bytes = g_bytes_new_static ("x", 1);
  guint over = 0, i;

  for (i = 0; i < 20; i++)
    vitals_circadify_client_scan_tensor_async (client, bytes, NULL, NULL,
        scan_over, &over);
  for (i = 0; over < 20; i++) {
    g_object_set (client, "ca-file", ca_files[i % 2], "poll-interval",
        (1 + i % 2) * GST_MSECOND, "request-timeout", (30 + i % 2) * GST_SECOND,
        NULL);
    g_main_context_iteration (NULL, FALSE);
  }
  g_bytes_unref (bytes);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static Suite *
many_suite (void)
{
  Suite *suite = suite_create ("many");
  TCase *tcase = tcase_create ("many");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, fifty_scans_at_once_use_one_network_thread);
  tcase_add_test (tcase, two_uploads_that_stall_hold_up_nobody);
  tcase_add_test (tcase, asynchronous_call_ends_in_the_context_of_its_caller);
  tcase_add_test (tcase, four_asynchronous_steps_make_a_session);
  tcase_add_test (tcase, blocking_call_on_the_network_thread_is_refused);
  tcase_add_test (tcase, settings_may_change_while_scans_run);
  return suite;
}

GST_CHECK_MAIN (many)
