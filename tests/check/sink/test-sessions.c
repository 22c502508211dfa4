/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a service, a network and an application do to sessions under way. */

#include <string.h>
#include "fixture.h"

/* A stall at each point of a session. */
static const gchar *const points[] = {
  "start:stall", "upload:stall-read", "upload:stall", "complete:stall",
  "result:stall", "result:never"
};

static const gchar *const routes[] = {
  "start", "upload", "upload", "complete", "result", "result"
};

static void
assert_failed (Sink * sink, guint index, const gchar * code)
{
  const GstStructure *failed = sink_wait (sink, "vitals-failed", index);

  assert_equals_string (gst_structure_get_string (failed, "code"), code);
  fail_unless (gst_structure_get_string (failed, "message") != NULL);
}

/* A window is on its way and stands at the @index-th point. */
static Sink *
stall_at (guint index, const gchar * properties)
{
  Sink *sink = sink_new (properties);

  sink_fault (sink, points[index]);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, routes[index], 1,
          20000));
  return sink;
}

GST_START_TEST (wrong_key_fails_once_and_blocks)
{
  Sink *sink = sink_new ("");
  gchar *state;

  g_object_set (sink->sink, "api-key", "ck_test_unknown", NULL);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 5 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_failed (sink, 0, "UNAUTHORIZED");
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 1);
  state = sink_get_state_name (sink);
  assert_equals_string (state, "blocked");
  g_free (state);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (quota_that_is_used_up_blocks)
{
  Sink *sink = sink_new ("");

  sink_fault (sink, "start#2-:status=429,code=QUOTA_EXCEEDED");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait (sink, "vitals", 0);
  sink_push (sink, WINDOW_FRAMES);
  assert_failed (sink, 0, "QUOTA_EXCEEDED");
  sink_push (sink, 3 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 2);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (failed_window_is_not_a_failed_pipeline)
{
  Sink *sink = sink_new ("max-retries=0");

  sink_fault (sink, "start#1:status=500");
  sink_fault (sink, "result#1:failed=too dark");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_failed (sink, 0, "SERVICE_UNAVAILABLE");
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 2);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (failed_window_may_be_an_error_when_that_is_wanted)
{
  Sink *sink = sink_new ("on-failure=error");
  GError *error;

  g_object_set (sink->sink, "api-key", "ck_test_unknown", NULL);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  error = sink_wait_error (sink);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NOT_AUTHORIZED));
  g_error_free (error);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (upload_that_is_reset_in_the_middle_is_tried_again)
{
  Sink *sink = sink_new ("");

  sink_fault (sink, "upload#1:reset-after=1000");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  fail_unless_equals_uint64 (sink_get_stat (sink, "retries"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (fallback_vitals_are_marked_and_only_when_allowed)
{
  Sink *sink = sink_new ("allow-fallback=true");
  const GstStructure *vitals;
  gboolean fallback;
  gdouble confidence;

  sink_fault (sink, "result:fallback");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  vitals = sink_wait (sink, "vitals", 0);
  fail_unless (gst_structure_get_boolean (vitals, "is-fallback", &fallback)
      && fallback);
  fail_unless (gst_structure_get_double (vitals, "confidence", &confidence)
      && confidence == 0);
  sink_free (sink);

  sink = sink_new ("");
  sink_fault (sink, "result:fallback");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_failed (sink, 0, "PROCESSING_FAILED");
  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (null_is_reached_from_every_point_of_a_session)
{
  Sink *sink = stall_at (__i__, "");

  sink_set_state (sink, GST_STATE_NULL);
  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  /* nothing is under way any more */
  fail_unless_equals_uint64 (sink_get_stat (sink, "running"), 0);
  fail_unless_equals_uint64 (sink_get_stat (sink, "waiting"), 0);
  fail_unless_equals_uint64 (sink_get_stat (sink, "held-bytes"), 0);
  fail_unless_equals_uint64 (sink_get_stat (sink, "stale"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (sink_works_again_after_null_in_a_session)
{
  Sink *sink = stall_at (__i__, "");

  sink_set_state (sink, GST_STATE_NULL);
  vitals_sandbox_clear_faults (sink->sandbox);
  sink->next = 0;
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

/* As an application that reacts in its sync handler does it. */
static void
go_to_null (GstMessage * message, gpointer user_data)
{
  Sink *sink = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && (gst_message_has_name (message, "vitals")
          || gst_message_has_name (message, "vitals-failed")))
    gst_element_set_state (sink->sink, GST_STATE_NULL);
}

GST_START_TEST (null_is_reached_from_a_sync_bus_handler)
{
  Sink *sink = sink_new ("");
  GstState state;

  if (__i__ == 1)
    sink_fault (sink, "start:status=403");
  sink->user_data = sink;
  sink->on_message = go_to_null;
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait (sink, __i__ == 1 ? "vitals-failed" : "vitals", 0);
  do {
    gst_element_get_state (sink->sink, &state, NULL, GST_CLOCK_TIME_NONE);
  } while (state != GST_STATE_NULL);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (pause_and_resume_leave_a_session_alone)
{
  Sink *sink = sink_new ("");

  sink_fault (sink, "result#1-3:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  sink_set_state (sink, GST_STATE_PAUSED);
  /* answered although paused */
  sink_wait (sink, "vitals", 0);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (eos_comes_after_a_pause_during_the_drain)
{
  Sink *sink = sink_new ("");

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  sink_set_state (sink, GST_STATE_PAUSED);
  fail_unless (gst_element_get_state (sink->pipeline, NULL, NULL,
          20 * GST_SECOND) != GST_STATE_CHANGE_FAILURE);
  fail_if (sink_has_eos (sink));
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_wait (sink, "vitals", 0);
  fail_if (sink_has_eos (sink));
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (seek_leaves_the_paid_session_alone)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("videotestsrc num-buffers=2000 ! " FRAME_CAPS,
      "num-scans=1", &options);

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  fail_unless (gst_element_seek_simple (sink->pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, 0));
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_wait (sink, "vitals", 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (eos_waits_for_three_windows)
{
  Sink *sink = sink_new ("max-sessions=1 max-queued-windows=3");

  sink_fault (sink, "result#1-4:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 3);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (stalled_uploads_do_not_hold_up_the_others)
{
  Sink *sink = sink_new ("max-sessions=4 max-queued-windows=8");

  /* the first is answered, and then two stall */
  sink_fault (sink, "upload#2-3:stall-read");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait (sink, "vitals", 0);
  sink_push (sink, 5 * WINDOW_FRAMES);
  /* the three that can be are through; their messages wait for their turn */
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 4, 20000));
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_set_state (sink, GST_STATE_NULL);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (full_queue_drops_the_oldest_when_told_to)
{
  Sink *sink = sink_new ("max-sessions=1 max-queued-windows=2 "
      "queue-policy=drop-oldest");
  guint i;

  sink_fault (sink, "upload#1:stall-read");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "upload", 1, 20000));
  sink_push (sink, 5 * WINDOW_FRAMES);
  while (sink_get_stat (sink, "windows") < 6)
    g_thread_yield ();
  fail_unless_equals_uint64 (sink_get_stat (sink, "waiting"), 2);
  g_signal_emit_by_name (sink->sink, "cancel-scan");
  sink_end (sink);
  sink_check_order (sink);
  for (i = 0; i < 3; i++)
    assert_equals_string (gst_structure_get_string (sink_wait (sink,
                "vitals-dropped", i), "reason"), "queue-full");
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (full_queue_blocks_when_upstream_is_not_live)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("videotestsrc num-buffers=300 ! " FRAME_CAPS,
      "max-sessions=1 max-queued-windows=1", &options);

  sink_fault (sink, "result#1-5:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 10);
  fail_unless_equals_int (sink_count (sink, "vitals-dropped"), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (null_is_reached_while_a_full_queue_blocks)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("videotestsrc ! " FRAME_CAPS,
      "max-sessions=1 max-queued-windows=1", &options);

  sink_fault (sink, "upload:stall-read");
  sink_set_state (sink, GST_STATE_PLAYING);
  while (sink_get_stat (sink, "windows") < 3)
    g_thread_yield ();
  sink_set_state (sink, GST_STATE_PAUSED);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_set_state (sink, GST_STATE_NULL);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (drain_has_an_end)
{
  Sink *sink = sink_new ("drain-timeout=300000000 max-sessions=1");

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 2 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_failed (sink, 0, "SCAN_TIMEOUT");
  assert_failed (sink, 1, "SCAN_TIMEOUT");
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (demographics_are_those_of_the_start_of_the_window)
{
  Sink *sink = sink_new ("age=35 sex=female fitzpatrick=3");
  GBytes *body;
  gchar *text;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3);
  while (sink_get_stat (sink, "frames") < 3)
    g_thread_yield ();
  g_object_set (sink->sink, "age", 80, NULL);
  sink_push (sink, WINDOW_FRAMES - 3);
  sink_end (sink);
  sink_check_order (sink);
  body = vitals_sandbox_get_last_body (sink->sandbox, "start");
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  fail_unless (strstr (text, "35") && strstr (text, "\"F\""), "%s", text);
  g_free (text);
  g_bytes_unref (body);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
sink_sessions_suite (void)
{
  Suite *s = suite_create ("sink-sessions");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, wrong_key_fails_once_and_blocks);
  tcase_add_test (tc, quota_that_is_used_up_blocks);
  tcase_add_test (tc, failed_window_is_not_a_failed_pipeline);
  tcase_add_test (tc, failed_window_may_be_an_error_when_that_is_wanted);
  tcase_add_test (tc, upload_that_is_reset_in_the_middle_is_tried_again);
  tcase_add_test (tc, fallback_vitals_are_marked_and_only_when_allowed);
  tcase_add_loop_test (tc, null_is_reached_from_every_point_of_a_session, 0,
      G_N_ELEMENTS (points));
  tcase_add_loop_test (tc, sink_works_again_after_null_in_a_session, 0,
      G_N_ELEMENTS (points));
  tcase_add_loop_test (tc, null_is_reached_from_a_sync_bus_handler, 0, 2);
  tcase_add_test (tc, pause_and_resume_leave_a_session_alone);
  tcase_add_test (tc, eos_comes_after_a_pause_during_the_drain);
  tcase_add_test (tc, seek_leaves_the_paid_session_alone);
  tcase_add_test (tc, eos_waits_for_three_windows);
  tcase_add_test (tc, stalled_uploads_do_not_hold_up_the_others);
  tcase_add_test (tc, full_queue_drops_the_oldest_when_told_to);
  tcase_add_test (tc, full_queue_blocks_when_upstream_is_not_live);
  tcase_add_test (tc, null_is_reached_while_a_full_queue_blocks);
  tcase_add_test (tc, drain_has_an_end);
  tcase_add_test (tc, demographics_are_those_of_the_start_of_the_window);
  return s;
}

GST_CHECK_MAIN (sink_sessions);
