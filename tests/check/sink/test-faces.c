/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose face is sent. */

#include <string.h>
#include <gst/video/video.h>

#include "fixture.h"

typedef struct
{
  gint id;
  guint x, size;
} Region;

static void
push_faces (Sink * sink, guint n, const Region * regions, guint n_regions)
{
  guint i, r;

  for (i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, FRAME_BYTES, NULL);
    GstFlowReturn ret;

    gst_buffer_memset (buffer, 0, 128, FRAME_BYTES);
    GST_BUFFER_PTS (buffer) = sink->next;
    GST_BUFFER_DURATION (buffer) = FRAME_DURATION;
    sink->next += FRAME_DURATION;
    for (r = 0; r < n_regions; r++)
      gst_buffer_add_video_region_of_interest_meta (buffer, "face",
          regions[r].x, 4, regions[r].size, regions[r].size)->id =
          regions[r].id;
    g_signal_emit_by_name (sink->src, "push-buffer", buffer, &ret);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (ret, GST_FLOW_OK);
  }
}

static void
check_place (const GstStructure * quality, gdouble x, gdouble width)
{
  gdouble told_x, told_width;

  fail_unless (gst_structure_get (quality, "x", G_TYPE_DOUBLE, &told_x,
          "width", G_TYPE_DOUBLE, &told_width, NULL));
  fail_unless_equals_float (told_x, x);
  fail_unless_equals_float (told_width, width);
}

static void
check_dropped (Sink * sink, guint index, guint frames)
{
  const GstStructure *dropped = sink_wait (sink, "vitals-dropped", index);

  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      "discontinuity");
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), frames);
}

GST_START_TEST (a_window_of_two_people_is_not_sent)
{
  const Region first = { 0, 4, 20 }, second = { 1, 40, 20 };
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  push_faces (sink, 20, &first, 1);
  push_faces (sink, 1 + WINDOW_FRAMES, &second, 1);
  sink_end (sink);
  sink_check_order (sink);
  check_dropped (sink, 0, 20);
  check_place (sink_wait (sink, "vitals-quality", 0), 4, 20);
  check_place (sink_wait (sink, "vitals-quality", 1), 40, 20);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 0),
          "timestamp"), 21 * FRAME_DURATION);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  sink_free (sink);
}

GST_END_TEST;

/* A single scan was asked for: the window that was dropped was it. */
GST_START_TEST (a_scan_of_two_people_is_over)
{
  const Region first = { 0, 4, 20 }, second = { 1, 40, 20 };
  Sink *sink = sink_new ("active=false");

  sink_set_state (sink, GST_STATE_PLAYING);
  g_signal_emit_by_name (sink->sink, "scan");
  push_faces (sink, 20, &first, 1);
  push_faces (sink, 1 + WINDOW_FRAMES, &second, 1);
  sink_end (sink);
  sink_check_order (sink);
  check_dropped (sink, 0, 20);
  fail_unless_equals_int (sink_count (sink, "vitals-dropped"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (scan_interval_holds_over_another_face)
{
  const Region first = { 0, 4, 20 }, second = { 1, 40, 20 };
  Sink *sink = sink_new ("scan-interval=2000000000");

  sink_set_state (sink, GST_STATE_PLAYING);
  push_faces (sink, 20, &first, 1);
  push_faces (sink, 70, &second, 1);
  sink_end (sink);
  sink_check_order (sink);
  check_dropped (sink, 0, 20);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless (sink_get_uint64 (sink_wait (sink, "vitals", 0), "timestamp")
      >= 2 * GST_SECOND - FRAME_DURATION);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (of_several_faces_the_largest_is_sent)
{
  const Region first[] = { {4, 2, 18}, {5, 40, 20} };
  const Region later[] = { {5, 40, 20}, {4, 2, 22} };
  Sink *sink = sink_new ("");
  guint i;

  sink_set_state (sink, GST_STATE_PLAYING);
  for (i = 0; i < WINDOW_FRAMES / 2; i++) {
    push_faces (sink, 1, first, 2);
    push_faces (sink, 1, later, 2);
  }
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_int (sink_count (sink, "vitals-dropped"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals-quality"), 1);
  check_place (sink_wait (sink, "vitals-quality", 0), 40, 20);
  sink_free (sink);
}

GST_END_TEST;

/* The module of OpenCV is not among those of this test. */
GST_START_TEST (detection_that_is_on_needs_its_module)
{
  Sink *sink = sink_new ("face-detection=on");
  GError *error;

  fail_unless_equals_int (gst_element_set_state (sink->pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  error = sink_wait_error (sink);
  fail_unless (strstr (error->message, "libvitalsopencv") != NULL, "%s",
      error->message);
  g_error_free (error);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
faces_suite (void)
{
  Suite *suite = suite_create ("sink-faces");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, a_window_of_two_people_is_not_sent);
  tcase_add_test (tests, a_scan_of_two_people_is_over);
  tcase_add_test (tests, scan_interval_holds_over_another_face);
  tcase_add_test (tests, of_several_faces_the_largest_is_sent);
  tcase_add_test (tests, detection_that_is_on_needs_its_module);
  return suite;
}

GST_CHECK_MAIN (faces);
