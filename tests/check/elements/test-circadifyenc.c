/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <string.h>
#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/tensor/vitals-tensor.h>
#include "../data.h"
#include "encoder.h"

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

GST_START_TEST (new_caps_drop_the_open_window)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (encoder_push (&encoder, 12, FRAME_SIZE), GST_FLOW_OK);
  gst_harness_set_src_caps_str (encoder.harness, "video/x-raw,format=RGB,"
      "width=64,height=48,framerate=30/1");
  check_dropped (&encoder, "discontinuity", 12);
  fail_unless_equals_int (encoder_push (&encoder, WINDOW + 1, 64 * 48 * 3),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (flush_drops_the_open_window)
{
  Encoder encoder = encoder_new ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless_equals_int (encoder_push (&encoder, 12, FRAME_SIZE), GST_FLOW_OK);
  gst_harness_push_event (encoder.harness, gst_event_new_flush_start ());
  gst_harness_push_event (encoder.harness, gst_event_new_flush_stop (TRUE));
  check_dropped (&encoder, "discontinuity", 12);
  encoder.next = 0;
  gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
  fail_unless_equals_int (encoder_push (&encoder, WINDOW + 1, FRAME_SIZE),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (gap_in_time_drops_the_open_window)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (encoder_push (&encoder, 12, FRAME_SIZE), GST_FLOW_OK);
  encoder.next += 5 * GST_SECOND;
  fail_unless_equals_int (encoder_push (&encoder, WINDOW + 1, FRAME_SIZE),
      GST_FLOW_OK);
  check_dropped (&encoder, "discontinuity", 12);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (frames_without_times_are_an_error_that_says_so)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (gst_harness_push (encoder.harness,
          make_frame (FRAME_SIZE, GST_CLOCK_TIME_NONE)), GST_FLOW_ERROR);
  check_error (&encoder, "time stamps");
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (frames_that_are_too_small_are_an_error)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (encoder_push (&encoder, 1, FRAME_SIZE - 100),
      GST_FLOW_ERROR);
  check_error (&encoder, "not as large");
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (other_speeds_are_refused)
{
  const gdouble rates[] = { 2.0, 0.5, -1.0 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    Encoder encoder = encoder_new ();
    GstSegment segment;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.rate = rates[i];
    gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
    check_error (&encoder, "its own");
    fail_if (encoder_push (&encoder, 1, FRAME_SIZE) == GST_FLOW_OK);
    encoder_free (&encoder);
  }
}

GST_END_TEST;

GST_START_TEST (memory_that_cannot_be_read_is_refused)
{
  GstElement *element = gst_element_factory_make ("circadifyenc", NULL);
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstCaps *caps = gst_caps_from_string ("video/x-raw(memory:DMABuf),"
      "format=I420,width=64,height=48,framerate=30/1");

  fail_if (gst_pad_query_accept_caps (pad, caps));
  gst_caps_unref (caps);
  gst_object_unref (pad);
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (window_that_ends_before_a_bad_frame_is_told_of_in_its_own_run)
{
  Encoder encoder = encoder_new ();

  encoder_push (&encoder, 12, FRAME_SIZE);
  encoder.next += 5 * GST_SECOND;
  fail_unless_equals_int (encoder_push (&encoder, 1, FRAME_SIZE - 100),
      GST_FLOW_ERROR);
  check_dropped (&encoder, "discontinuity", 12);
  encoder_free (&encoder);

  /* one that is complete is sent */
  encoder = encoder_new ();
  encoder_push (&encoder, 25, FRAME_SIZE);
  encoder.next += GST_SECOND / 2;
  fail_unless_equals_int (encoder_push (&encoder, 1, FRAME_SIZE - 100),
      GST_FLOW_ERROR);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

/* The pixels of the first frame that circadifyenc packs with the layout in the
 * file. (transfer full) */
static GBytes *
pack_with_layout (const gchar * layout_file)
{
  g_autofree gchar *launch = g_strdup_printf ("vitalstestsrc num-buffers=2 ! "
      "video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! "
      "circadifyenc min-frames=2 tensor-layout=\"%s\" ! "
      "appsink name=end sync=false", layout_file);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  VitalsTensorLayout *layout = vitals_tensor_layout_new (layout_file, NULL);
  VitalsTensor *tensor;
  GstSample *sample;
  GBytes *payload, *pixels;
  gpointer data;
  gsize size;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (end, "pull-sample", &sample);
  fail_unless (sample != NULL);
  gst_buffer_extract_dup (gst_sample_get_buffer (sample), 0, -1, &data, &size);
  payload = g_bytes_new_take (data, size);
  tensor = vitals_tensor_decode (payload, layout, NULL);
  fail_unless (tensor != NULL);
  pixels = vitals_tensor_get_pixels (tensor);
  pixels = g_bytes_new_from_bytes (pixels, 0, VITALS_FRAME_BYTES);
  vitals_tensor_unref (tensor);
  g_bytes_unref (payload);
  gst_sample_unref (sample);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  vitals_tensor_layout_unref (layout);
  gst_object_unref (end);
  gst_object_unref (pipeline);
  return pixels;
}

/* The left cheek where the right one is: the same pixels twice. */
GST_START_TEST (patches_lie_where_the_layout_says)
{
  VitalsTensorLayout *draft = vitals_tensor_layout_new ("draft-1", NULL);
  g_autofree gchar *text = vitals_tensor_layout_to_data (draft);
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "moved", NULL);
  g_autofree gchar *moved = g_strconcat (text, "\n[patch left-cheek]\n"
      "left = 0.6\ntop = 0.5\nright = 0.8\nbottom = 0.7\n", NULL);
  GBytes *usual = pack_with_layout ("draft-1"), *pixels;
  const guint8 *a, *b;

  fail_unless (g_file_set_contents (path, moved, -1, NULL));
  pixels = pack_with_layout (path);
  a = g_bytes_get_data (usual, NULL);
  b = g_bytes_get_data (pixels, NULL);
  fail_unless (memcmp (a + 6 * VITALS_PLANE_BYTES, a + 9 * VITALS_PLANE_BYTES,
          3 * VITALS_PLANE_BYTES) != 0);
  fail_unless (memcmp (b + 6 * VITALS_PLANE_BYTES, b + 9 * VITALS_PLANE_BYTES,
          3 * VITALS_PLANE_BYTES) == 0);
  /* the others stay */
  fail_unless (memcmp (a, b, 6 * VITALS_PLANE_BYTES) == 0);
  g_bytes_unref (pixels);
  g_bytes_unref (usual);
  g_unlink (path);
  g_rmdir (folder);
  vitals_tensor_layout_unref (draft);
}

GST_END_TEST;

GST_START_TEST (real_clip_is_one_payload_of_301_frames)
{
  g_autofree gchar *clip = data_get_path ("face.mp4");
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "face.ckt", NULL);
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=\"%s\" ! "
      "decodebin ! videoconvert ! circadifyenc min-frames=300 "
      "roi=40,84,392,392 ! filesink location=\"%s\"", clip, path);
  VitalsTensorLayout *layout;
  guint frames = 0, dropped;
  gchar *contents;
  GBytes *bytes;
  gsize size;

  fail_unless (run (gst_parse_launch (launch, NULL), &dropped));
  fail_unless_equals_int (dropped, 0);
  fail_unless (g_file_get_contents (path, &contents, &size, NULL));
  bytes = g_bytes_new_take (contents, size);
  layout = vitals_tensor_layout_new ("draft-1", NULL);
  fail_unless (vitals_payload_check (bytes, layout, &frames, NULL, NULL));
  fail_unless_equals_int (frames, 301);
  vitals_tensor_layout_unref (layout);
  g_bytes_unref (bytes);
  g_unlink (path);
  g_rmdir (folder);
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
  tcase_add_test (tests, new_caps_drop_the_open_window);
  tcase_add_test (tests, flush_drops_the_open_window);
  tcase_add_test (tests, gap_in_time_drops_the_open_window);
  tcase_add_test (tests, frames_without_times_are_an_error_that_says_so);
  tcase_add_test (tests, frames_that_are_too_small_are_an_error);
  tcase_add_test (tests, other_speeds_are_refused);
  tcase_add_test (tests, memory_that_cannot_be_read_is_refused);
  tcase_add_test (tests,
      window_that_ends_before_a_bad_frame_is_told_of_in_its_own_run);
  tcase_add_test (tests, patches_lie_where_the_layout_says);
  if (data_is_there ("face.mp4", "real_clip_is_one_payload_of_301_frames"))
    tcase_add_test (tests, real_clip_is_one_payload_of_301_frames);
  return suite;
}

GST_CHECK_MAIN (circadifyenc);
