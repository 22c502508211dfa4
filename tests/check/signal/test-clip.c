/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/capture/vitals-region-private.h>
#include <vitals/signal/vitals-chest-motion-private.h>
#include "synthetic.h"
#include <gst/check/gstcheck.h>
#include <math.h>
#include "../data.h"

#define CLIP_RATE 52.7          /* docs/accuracy.md */

static const VitalsBox clip_face = { 50, 60, 390, 440 };
static const VitalsBox clip_wall = { 440, 240, 80, 180 };

typedef struct
{
  VitalsPulseEstimator *estimator;
  VitalsChestMotion *chest;
  const VitalsBox *face;
  guint frames;
} Measurement;

static void
measure_buffer (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer user_data)
{
  Measurement *measurement = user_data;
  gdouble rgb[3], profile[VITALS_CHEST_MAX_ROWS];
  GstVideoFrame frame;
  GstVideoInfo info;
  VitalsBox chest;
  GstCaps *caps;
  guint rows;

  (void) sink;
  caps = gst_pad_get_current_caps (pad);
  fail_unless (gst_video_info_from_caps (&info, caps));
  gst_caps_unref (caps);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  fail_unless (vitals_region_skin (&frame, measurement->face, rgb));
  vitals_chest_box (measurement->face, &chest);
  rows = vitals_region_profile (&frame, &chest, profile, VITALS_CHEST_MAX_ROWS);
  gst_video_frame_unmap (&frame);
  vitals_pulse_estimator_push (measurement->estimator,
      GST_BUFFER_PTS (buffer), rgb[0], rgb[1], rgb[2], FALSE,
      vitals_chest_motion_push (measurement->chest, profile, rows));
  measurement->frames++;
}

static void
measure_clip (const gchar * format, const VitalsBox * face,
    VitalsPulseMethod method, VitalsPulseEstimate * estimate)
{
  g_autofree gchar *file = data_get_path ("face.mp4");
  g_autofree gchar *launch = NULL;
  VitalsPulseConfig config;
  Measurement measurement = { NULL, NULL, face, 0 };
  GstElement *pipeline, *sink;
  GstMessage *message;

  vitals_pulse_config_init (&config);
  config.method = method;
  measurement.estimator = vitals_pulse_estimator_new (&config);
  measurement.chest = vitals_chest_motion_new ();
  launch = g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! "
      "videoconvert ! video/x-raw,format=%s ! "
      "fakesink name=sink signal-handoffs=true sync=false", file, format);
  pipeline = gst_parse_launch (launch, NULL);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_signal_connect (sink, "handoff", G_CALLBACK (measure_buffer), &measurement);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);

  fail_unless_equals_int (measurement.frames, 301);
  vitals_pulse_estimator_estimate (measurement.estimator, estimate);
  check_estimate (estimate);
  vitals_pulse_estimator_free (measurement.estimator);
  vitals_chest_motion_free (measurement.chest);
}

static void
assert_clip_rate (const gchar * format, VitalsPulseMethod method)
{
  VitalsPulseEstimate estimate;

  measure_clip (format, &clip_face, method, &estimate);
  GST_INFO ("%s: %f, confidence %f, SNR %f", format, estimate.heart_rate,
      estimate.heart_rate_confidence, estimate.snr);
  fail_unless (estimate.has_heart_rate);
  fail_unless (fabs (estimate.heart_rate - CLIP_RATE) <= 1.0, "%f",
      estimate.heart_rate);
  fail_unless (estimate.heart_rate_confidence >= 0.8, "%f",
      estimate.heart_rate_confidence);
}

GST_START_TEST (a_real_face_has_its_rate_with_each_method)
{
  assert_clip_rate ("I420", __i__);
}

GST_END_TEST;

GST_START_TEST (a_real_face_has_its_rate_in_each_kind_of_format)
{
  static const gchar *const formats[] = { "NV12", "YUY2", "BGRx", "GBR" };

  assert_clip_rate (formats[__i__], VITALS_PULSE_METHOD_POS);
}

GST_END_TEST;

GST_START_TEST (a_real_wall_has_no_rate)
{
  VitalsPulseEstimate estimate;

  measure_clip ("I420", &clip_wall, VITALS_PULSE_METHOD_POS, &estimate);
  fail_if (estimate.has_heart_rate, "%f, confidence %f", estimate.heart_rate,
      estimate.heart_rate_confidence);
}

GST_END_TEST;

static Suite *
clip_suite (void)
{
  Suite *suite = suite_create ("clip");
  TCase *tcase = tcase_create ("face");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, a_real_face_has_its_rate_with_each_method,
      VITALS_PULSE_METHOD_POS, VITALS_PULSE_METHOD_GREEN + 1);
  tcase_add_loop_test (tcase, a_real_face_has_its_rate_in_each_kind_of_format,
      0, 4);
  tcase_add_test (tcase, a_real_wall_has_no_rate);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  if (!data_is_there ("face.mp4", "the clip"))
    return EXIT_SKIPPED;
  return gst_check_run_suite (clip_suite (), "clip", __FILE__);
}
