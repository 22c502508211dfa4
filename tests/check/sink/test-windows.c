/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which windows a stream becomes. */

#include <string.h>
#include "fixture.h"

static void
assert_dropped (Sink * sink, guint index, const gchar * reason, guint frames)
{
  const GstStructure *dropped = sink_wait (sink, "vitals-dropped", index);

  assert_equals_string (gst_structure_get_string (dropped, "reason"), reason);
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), frames);
  fail_unless_equals_uint64 (sink_get_uint64 (dropped, "total"), index + 1);
}

GST_START_TEST (windows_are_answered_in_order_before_eos)
{
  Sink *sink = sink_new ("source-id=bed-7 age=40");
  const GstStructure *vitals;
  gboolean flag;
  gdouble rate;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3 * WINDOW_FRAMES + 12);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 4);

  vitals = sink_wait (sink, "vitals", 1);
  fail_unless_equals_int (sink_get_uint (vitals, "frames"), WINDOW_FRAMES);
  fail_unless_equals_uint64 (sink_get_uint64 (vitals, "timestamp"),
      30 * FRAME_DURATION);
  fail_unless_equals_uint64 (sink_get_uint64 (vitals, "running-time"),
      30 * FRAME_DURATION);
  fail_unless_equals_uint64 (sink_get_uint64 (vitals, "duration"),
      30 * FRAME_DURATION);
  fail_unless (gst_structure_get_double (vitals, "heart-rate", &rate));
  fail_unless (gst_structure_get_boolean (vitals, "is-synthetic", &flag)
      && flag);
  fail_unless (gst_structure_get_boolean (vitals, "is-fallback", &flag)
      && !flag);
  assert_equals_string (gst_structure_get_string (vitals, "source-id"),
      "bed-7");
  assert_equals_string (gst_structure_get_string (vitals, "backend"),
      "circadify");
  /* not live */
  fail_if (gst_structure_has_field (vitals, "captured-at"));
  fail_unless_equals_uint64 (sink_get_stat (sink, "sessions"), 4);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (video_shorter_than_min_frames_is_dropped_before_eos)
{
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 9);
  sink_end (sink);
  sink_check_order (sink);
  assert_dropped (sink, 0, "too-few-frames", 9);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (frames_without_times_are_an_error_that_says_so)
{
  Sink *sink = sink_new ("");
  GError *error;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push_at (sink, GST_CLOCK_TIME_NONE);
  error = sink_wait_error (sink);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FAILED));
  fail_unless (strstr (error->message, "time stamps") != NULL);
  g_error_free (error);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (time_that_goes_back_is_skipped_and_counted)
{
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 12);
  sink_push_at (sink, 3 * FRAME_DURATION);
  sink_push_at (sink, 11 * FRAME_DURATION);
  sink_push (sink, 8);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_get_uint (sink_wait (sink, "vitals", 0),
          "frames"), 20);
  fail_unless_equals_uint64 (sink_get_stat (sink, "skipped"), 2);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (outcome_has_the_source_id_of_the_start_of_its_window)
{
  Sink *sink = sink_new ("source-id=bed-7");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 12);
  while (sink_get_stat (sink, "frames") < 12)
    g_thread_yield ();
  g_object_set (sink->sink, "source-id", "bed-8", NULL);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_equals_string (gst_structure_get_string (sink_wait (sink, "vitals",
              0), "source-id"), "bed-7");
  assert_equals_string (gst_structure_get_string (sink_wait (sink, "vitals",
              1), "source-id"), "bed-8");
  sink_free (sink);
}

GST_END_TEST;

static const gchar *const with_source_id[] = {
  "circadifysink", "vitallenssink", "rppg"
};

GST_START_TEST (source_id_may_change_while_it_plays)
{
  GstElement *element = gst_element_factory_make (with_source_id[__i__], NULL);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS
      (element), "source-id");

  fail_unless (pspec->flags & GST_PARAM_MUTABLE_PLAYING);
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (gap_drops_the_open_window)
{
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 12);
  sink->next += 5 * GST_SECOND;
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_dropped (sink, 0, "discontinuity", 12);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (new_caps_drop_the_open_window)
{
  Sink *sink = sink_new ("");
  GstCaps *caps = gst_caps_from_string ("video/x-raw,format=I420,width=64,"
      "height=32,framerate=30/1");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 12);
  g_object_set (sink->src, "caps", caps, NULL);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_dropped (sink, 0, "discontinuity", 12);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  gst_caps_unref (caps);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (flush_drops_the_open_window)
{
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 12);
  sink_wait_phase (sink, "capturing", 0);
  while (sink_get_stat (sink, "frames") < 12)
    g_thread_yield ();
  fail_unless (gst_element_send_event (sink->src, gst_event_new_flush_start
          ()));
  fail_unless (gst_element_send_event (sink->src, gst_event_new_flush_stop
          (TRUE)));
  sink->next = 0;
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_dropped (sink, 0, "discontinuity", 12);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

static void
assert_caps_refused (const gchar * caps, const gchar * words)
{
  Sink *sink = sink_new ("");
  GstCaps *parsed = gst_caps_from_string (caps);
  GError *error;

  g_object_set (sink->src, "caps", parsed, NULL);
  gst_caps_unref (parsed);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push_at (sink, 0);
  error = sink_wait_error (sink);
  fail_unless (error->domain == GST_STREAM_ERROR
      || error->domain == GST_CORE_ERROR);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
  sink_free (sink);
}

GST_START_TEST (interlaced_video_is_refused)
{
  assert_caps_refused ("video/x-raw,format=I420,width=64,height=64,"
      "framerate=30/1,interlace-mode=interleaved", "interlaced");
}

GST_END_TEST;

GST_START_TEST (memory_that_cannot_be_read_is_refused)
{
  GstElement *element = gst_element_factory_make ("circadifysink", NULL);
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstCaps *caps = gst_caps_from_string ("video/x-raw(memory:DMABuf),"
      "format=I420,width=64,height=64,framerate=30/1");

  fail_if (gst_pad_query_accept_caps (pad, caps));
  gst_caps_unref (caps);
  gst_object_unref (pad);
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (num_scans_limits_what_is_paid_and_may_end_the_stream)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("videotestsrc ! " FRAME_CAPS,
      "num-scans=2 eos-after-scans=true", &options);

  /* the source has no end of its own */
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 2);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (scan_interval_is_the_time_between_window_starts)
{
  Sink *sink = sink_new ("scan-interval=2990000000");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 5 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 1),
          "timestamp"), 90 * FRAME_DURATION);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (kiosk_scans_when_it_is_told_to)
{
  Sink *sink = sink_new ("active=false");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  while (sink_get_stat (sink, "skipped") < WINDOW_FRAMES)
    g_thread_yield ();
  g_signal_emit_by_name (sink->sink, "scan");
  sink_push (sink, 2 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (cancelled_scan_is_dropped_and_the_next_one_counts)
{
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 15);
  while (sink_get_stat (sink, "frames") < 15)
    g_thread_yield ();
  g_signal_emit_by_name (sink->sink, "cancel-scan");
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  assert_dropped (sink, 0, "stopped", 15);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

/* As somebody who sits down where another has just left. */
GST_START_TEST (scan_after_a_cancel_is_captured)
{
  Sink *sink = sink_new ("active=false");

  sink_set_state (sink, GST_STATE_PLAYING);
  g_signal_emit_by_name (sink->sink, "scan");
  sink_push (sink, WINDOW_FRAMES / 2);
  sink_wait_phase (sink, "capturing", 0);
  g_signal_emit_by_name (sink->sink, "cancel-scan");
  g_signal_emit_by_name (sink->sink, "scan");
  sink_push (sink, WINDOW_FRAMES + 1);
  sink_wait (sink, "vitals-dropped", 0);
  sink_wait (sink, "vitals", 0);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  sink_free (sink);
}

GST_END_TEST;

/* No frame comes after the cancel. */
GST_START_TEST (window_that_was_open_at_a_cancel_is_not_sent_at_the_end)
{
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 15);
  while (sink_get_stat (sink, "frames") < 15)
    g_thread_yield ();
  g_signal_emit_by_name (sink->sink, "cancel-scan");
  sink_end (sink);
  sink_check_order (sink);
  assert_dropped (sink, 0, "stopped", 15);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (region_outside_the_frame_is_an_error)
{
  Sink *sink = sink_new ("roi=100,100,50,50");
  GError *error;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push_at (sink, 0);
  error = sink_wait_error (sink);
  fail_unless (strstr (error->message, "roi") != NULL);
  g_error_free (error);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
sink_windows_suite (void)
{
  Suite *s = suite_create ("sink-windows");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, windows_are_answered_in_order_before_eos);
  tcase_add_test (tc, video_shorter_than_min_frames_is_dropped_before_eos);
  tcase_add_test (tc, frames_without_times_are_an_error_that_says_so);
  tcase_add_test (tc, time_that_goes_back_is_skipped_and_counted);
  tcase_add_test (tc, outcome_has_the_source_id_of_the_start_of_its_window);
  tcase_add_loop_test (tc, source_id_may_change_while_it_plays, 0,
      G_N_ELEMENTS (with_source_id));
  tcase_add_test (tc, gap_drops_the_open_window);
  tcase_add_test (tc, new_caps_drop_the_open_window);
  tcase_add_test (tc, flush_drops_the_open_window);
  tcase_add_test (tc, interlaced_video_is_refused);
  tcase_add_test (tc, memory_that_cannot_be_read_is_refused);
  tcase_add_test (tc, num_scans_limits_what_is_paid_and_may_end_the_stream);
  tcase_add_test (tc, scan_interval_is_the_time_between_window_starts);
  tcase_add_test (tc, kiosk_scans_when_it_is_told_to);
  tcase_add_test (tc, cancelled_scan_is_dropped_and_the_next_one_counts);
  tcase_add_test (tc, scan_after_a_cancel_is_captured);
  tcase_add_test (tc, window_that_was_open_at_a_cancel_is_not_sent_at_the_end);
  tcase_add_test (tc, region_outside_the_frame_is_an_error);
  return s;
}

GST_CHECK_MAIN (sink_windows);
