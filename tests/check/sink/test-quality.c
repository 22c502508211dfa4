/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows that are not worth a scan. */

#include <string.h>
#include "fixture.h"

#define DARK "videotestsrc pattern=black num-buffers=150 ! " FRAME_CAPS

static Sink *
play (const gchar * source, const gchar * properties)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full (source, properties, &options);

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  return sink;
}

static guint
count_warnings (const GstStructure * quality)
{
  const GValue *warnings = gst_structure_get_value (quality, "warnings");

  fail_unless (warnings && GST_VALUE_HOLDS_LIST (warnings));
  return gst_value_list_get_size (warnings);
}

static void
assert_warning (const GstStructure * quality, const gchar * expected)
{
  const GValue *warnings = gst_structure_get_value (quality, "warnings");

  fail_unless_equals_int (count_warnings (quality), 1);
  fail_unless_equals_string (g_value_get_string (gst_value_list_get_value
          (warnings, 0)), expected);
}

static gdouble
get_number (const GstStructure * structure, const gchar * field)
{
  gdouble number;

  fail_unless (gst_structure_get_double (structure, field, &number), "no %s",
      field);
  return number;
}

GST_START_TEST (good_frames_are_told_once_with_their_numbers)
{
  Sink *sink = play ("vitalstestsrc num-buffers=90 ! video/x-raw,format=I420,"
      "width=320,height=240,framerate=30/1", "source-id=bed-7");
  const GstStructure *quality = sink_wait (sink, "vitals-quality", 0);
  gboolean face = FALSE;

  fail_unless_equals_int (sink_count (sink, "vitals"), 3);
  fail_unless_equals_int (sink_count (sink, "vitals-quality"), 1);
  fail_unless_equals_int (count_warnings (quality), 0);
  fail_unless (gst_structure_get_boolean (quality, "face", &face) && face);
  fail_unless_equals_uint64 (sink_get_uint64 (quality, "window"), 0);
  fail_unless_equals_string (gst_structure_get_string (quality, "source-id"),
      "bed-7");
  fail_unless (get_number (quality, "width") > 80);
  fail_unless (get_number (quality, "height") > 80);
  fail_unless (get_number (quality, "x") > 0);
  fail_unless (get_number (quality, "y") > 0);
  fail_unless (get_number (quality, "brightness") > 0.3);
  fail_unless (get_number (quality, "clipped") == 0);
  /* not known after one frame */
  fail_if (gst_structure_has_field (quality, "motion"));
  fail_if (gst_structure_has_field (quality, "framerate"));
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (dark_video_is_refused_once_and_starts_no_scan)
{
  Sink *sink = play (DARK, "");
  const GstStructure *failed = sink_wait (sink, "vitals-failed", 0);

  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals-dropped"), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  fail_unless_equals_string (gst_structure_get_string (failed, "code"),
      "QUALITY_TOO_LOW");
  fail_unless (strstr (gst_structure_get_string (failed, "message"),
          "too dark"));
  fail_if (gst_structure_has_field (failed, "session-id"));
  assert_warning (sink_wait (sink, "vitals-quality", 0), "lighting");
  sink_wait_phase (sink, "readiness", 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (warnings_alone_send_every_window)
{
  Sink *sink = play (DARK, "quality-gate=warn");

  fail_unless_equals_int (sink_count (sink, "vitals"), 5);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  assert_warning (sink_wait (sink, "vitals-quality", 0), "lighting");
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (gate_that_is_off_tells_nothing)
{
  Sink *sink = play (DARK, "quality-gate=off");

  fail_unless_equals_int (sink_count (sink, "vitals"), 5);
  fail_unless_equals_int (sink_count (sink, "vitals-quality"), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (limits_are_properties)
{
  Sink *sink = play (DARK, "min-brightness=0");

  fail_unless_equals_int (sink_count (sink, "vitals"), 5);
  fail_unless_equals_int (count_warnings (sink_wait (sink, "vitals-quality",
              0)), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (refused_window_may_fail_the_pipeline)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full (DARK, "on-failure=error", &options);
  GError *error;

  sink_set_state (sink, GST_STATE_PLAYING);
  error = sink_wait_error (sink);
  fail_unless (strstr (error->message, "too dark"));
  g_error_free (error);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (a_head_that_moves_is_told_and_refused)
{
  Sink *sink = play ("vitalstestsrc motion=0.3 num-buffers=300 ! "
      "video/x-raw,format=I420,width=320,height=240,framerate=30/1",
      "window-duration=5000000000 roi=\"117,29,86,108\"");
  const GstStructure *quality;

  fail_unless (sink_count (sink, "vitals-failed") >= 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  quality = sink_wait (sink, "vitals-quality", 1);
  assert_warning (quality, "motion");
  fail_unless (get_number (quality, "motion") > 0.15);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (encoder_refuses_by_the_same_rule)
{
  Sink *sink = play (DARK " ! circadifyenc min-frames=10 "
      "window-duration=1000000000", "");

  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_string (gst_structure_get_string (sink_wait (sink,
              "vitals-failed", 0), "code"), "QUALITY_TOO_LOW");
  assert_warning (sink_wait (sink, "vitals-quality", 0), "lighting");
  sink_free (sink);
}

GST_END_TEST;

static Suite *
quality_suite (void)
{
  Suite *suite = suite_create ("quality");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, good_frames_are_told_once_with_their_numbers);
  tcase_add_test (tcase, dark_video_is_refused_once_and_starts_no_scan);
  tcase_add_test (tcase, warnings_alone_send_every_window);
  tcase_add_test (tcase, gate_that_is_off_tells_nothing);
  tcase_add_test (tcase, limits_are_properties);
  tcase_add_test (tcase, refused_window_may_fail_the_pipeline);
  tcase_add_test (tcase, a_head_that_moves_is_told_and_refused);
  tcase_add_test (tcase, encoder_refuses_by_the_same_rule);
  return suite;
}

GST_CHECK_MAIN (quality);
