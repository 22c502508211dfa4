/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows that wait: for an answer in a pause or at the end of the stream, and
 * for their turn. */

#include <string.h>
#include "fixture.h"

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

/* A window is on its way, and the stream has ended. */
static Sink *
pause_in_drain (const gchar * properties)
{
  Sink *sink = sink_new (properties);

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  sink_set_state (sink, GST_STATE_PAUSED);
  fail_unless (gst_element_get_state (sink->pipeline, NULL, NULL,
          20 * GST_SECOND) != GST_STATE_CHANGE_FAILURE);
  fail_if (sink_has_eos (sink));
  return sink;
}

GST_START_TEST (answer_in_a_pause_of_the_drain_does_not_end_the_stream)
{
  Sink *sink = pause_in_drain ("");

  vitals_sandbox_clear_faults (sink->sandbox);
  sink_wait (sink, "vitals", 0);
  fail_if (sink_has_eos (sink));
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (drain_goes_on_after_a_pause)
{
  Sink *sink = pause_in_drain ("");
  guint n = vitals_sandbox_get_count (sink->sandbox, "result");

  sink_set_state (sink, GST_STATE_PLAYING);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", n + 3,
          20000));
  fail_if (sink_has_eos (sink));
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

/* 60 polls, one each 20 ms, are longer than the drain may take. */
GST_START_TEST (pause_does_not_count_for_the_drain)
{
  Sink *sink = pause_in_drain ("drain-timeout=1000000000");
  guint n = vitals_sandbox_get_count (sink->sandbox, "result");

  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", n + 60,
          20000));
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  sink_set_state (sink, GST_STATE_PLAYING);
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

/* More scans may be started: one that the seek had cancelled would be there
 * besides. */
GST_START_TEST (seek_leaves_the_paid_session_alone)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("videotestsrc num-buffers=60 ! " FRAME_CAPS,
      "num-scans=5 max-sessions=1", &options);
  guint answers;

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  fail_unless (gst_element_seek_simple (sink->pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, 0));
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_check_order (sink);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 0),
          "window"), 0);
  answers = sink_count (sink, "vitals");
  fail_unless (answers >= 2, "%u", answers);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), answers);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
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

/* And of itself when upstream is live. */
static const gchar *const dropping[][2] = {
  {"false", "max-sessions=1 max-queued-windows=2 queue-policy=drop-oldest"},
  {"true", "max-sessions=1 max-queued-windows=2"}
};

GST_START_TEST (full_queue_drops_the_oldest_when_told_to)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autofree gchar *source = g_strdup_printf ("appsrc name=src format=time "
      "block=true is-live=%s caps=" FRAME_CAPS, dropping[__i__][0]);
  Sink *sink = sink_new_full (source, dropping[__i__][1], &options);
  guint i;

  sink_fault (sink, "upload#1:stall-read");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "upload", 1, 20000));
  /* with the first frame of another window the sixth is in the queue */
  sink_push (sink, 5 * WINDOW_FRAMES + 1);
  while (sink_get_stat (sink, "frames") < 6 * WINDOW_FRAMES + 1)
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

/* One window runs, one waits in the queue, and one for its place there. */
GST_START_TEST (cancel_takes_the_window_that_a_full_queue_blocks)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("videotestsrc num-buffers=95 ! " FRAME_CAPS,
      "max-sessions=1 max-queued-windows=1", &options);
  guint i;

  sink_fault (sink, "result#1:never");
  sink_fault (sink, "result#2-:stall");
  sink_set_state (sink, GST_STATE_PLAYING);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  while (sink_get_stat (sink, "windows") < 3)
    g_thread_yield ();
  g_signal_emit_by_name (sink->sink, "cancel-scan");
  for (i = 0; i < 3; i++)
    sink_wait_failure (sink, i, "CANCELLED");
  /* what is left is too short for a window */
  sink_check_order (sink);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 1);
  fail_unless_equals_uint64 (sink_get_stat (sink, "held-bytes"), 0);
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
  sink_wait_failure (sink, 0, "SCAN_TIMEOUT");
  sink_wait_failure (sink, 1, "SCAN_TIMEOUT");
  sink_free (sink);
}

GST_END_TEST;

static Suite *
sink_queue_suite (void)
{
  Suite *s = suite_create ("sink-queue");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, pause_and_resume_leave_a_session_alone);
  tcase_add_test (tc, answer_in_a_pause_of_the_drain_does_not_end_the_stream);
  tcase_add_test (tc, drain_goes_on_after_a_pause);
  tcase_add_test (tc, pause_does_not_count_for_the_drain);
  tcase_add_test (tc, seek_leaves_the_paid_session_alone);
  tcase_add_test (tc, eos_waits_for_three_windows);
  tcase_add_test (tc, stalled_uploads_do_not_hold_up_the_others);
  tcase_add_loop_test (tc, full_queue_drops_the_oldest_when_told_to, 0,
      G_N_ELEMENTS (dropping));
  tcase_add_test (tc, full_queue_blocks_when_upstream_is_not_live);
  tcase_add_test (tc, cancel_takes_the_window_that_a_full_queue_blocks);
  tcase_add_test (tc, null_is_reached_while_a_full_queue_blocks);
  tcase_add_test (tc, drain_has_an_end);
  return s;
}

GST_CHECK_MAIN (sink_queue);
