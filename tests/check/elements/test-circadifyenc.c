/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <vitals/tensor/vitals-payload-private.h>

#define SOURCE "vitalstestsrc num-buffers=75 ! video/x-raw,format=I420," \
    "width=64,height=48,framerate=30/1 ! "

/* Runs to EOS or error; counts vitals-dropped. */
static gboolean
run (GstElement * pipeline, guint * dropped)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  gboolean done = FALSE, good = FALSE;

  *dropped = 0;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!done) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);

    good = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    done = GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT;
    *dropped += gst_message_has_name (message, "vitals-dropped");
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return good;
}

GST_START_TEST (each_window_is_a_payload_with_its_time)
{
  GstHarness *harness = gst_harness_new_parse (SOURCE
      "circadifyenc window-duration=1000000000 min-frames=20");
  VitalsTensorLayout *layout = vitals_tensor_layout_new ("draft-1", NULL);
  guint i;

  gst_harness_play (harness);
  for (i = 0; i < 2; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    gsize size = gst_buffer_get_size (buffer);
    gpointer data = g_malloc (size);
    GBytes *bytes;
    guint frames = 0;

    gst_buffer_extract (buffer, 0, data, size);
    bytes = g_bytes_new_take (data, size);
    fail_unless (vitals_payload_check (bytes, layout, &frames, NULL, NULL));
    fail_unless_equals_int (frames, 30);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), i * GST_SECOND);
    g_bytes_unref (bytes);
    gst_buffer_unref (buffer);
  }
  vitals_tensor_layout_unref (layout);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (window_below_min_frames_is_told_of_before_eos)
{
  guint dropped;

  fail_unless (run (gst_parse_launch (SOURCE "circadifyenc "
              "window-duration=1000000000 min-frames=20 ! fakesink", NULL),
          &dropped));
  fail_unless_equals_int (dropped, 1);
}

GST_END_TEST;

GST_START_TEST (interlaced_video_and_detection_are_refused)
{
  guint dropped;

  fail_if (run (gst_parse_launch (SOURCE "capssetter caps=video/x-raw,"
              "interlace-mode=interleaved ! circadifyenc ! fakesink", NULL),
          &dropped));
  fail_if (run (gst_parse_launch (SOURCE "circadifyenc face-detection=on "
              "! fakesink", NULL), &dropped));
}

GST_END_TEST;

static Suite *
circadifyenc_suite (void)
{
  Suite *suite = suite_create ("circadifyenc");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, each_window_is_a_payload_with_its_time);
  tcase_add_test (tests, window_below_min_frames_is_told_of_before_eos);
  tcase_add_test (tests, interlaced_video_and_detection_are_refused);
  return suite;
}

GST_CHECK_MAIN (circadifyenc);
