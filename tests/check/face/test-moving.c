/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Faces that move over a background: how well the box fits, frame by frame. */

#include <math.h>
#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <vitals/face/vitals-face-detector-private.h>

static gboolean
has_detector (void)
{
  VitalsFaceDetectorConfig config = { NULL, NULL };
  GError *error = NULL;
  VitalsFaceDetector *detector = vitals_face_detector_new (&config, &error);

  if (!detector) {
    g_print ("skipped: %s\n", error->message);
    g_clear_error (&error);
    return FALSE;
  }
  g_object_unref (detector);
  return TRUE;
}

#define WIDTH 640
#define HEIGHT 480
/* of vitalstestsrc */
#define SWAY_HZ 0.31

typedef struct
{
  gdouble motion;
  guint n_frames, n_good;
} Fit;

/* The face as vitalstestsrc places it. */
static VitalsBox
get_truth (gdouble motion, GstClockTime pts)
{
  gdouble height = 0.45 * HEIGHT, width = 0.8 * height;
  VitalsBox box = { (WIDTH - width) / 2 + motion * width * sin (2 * G_PI
        * SWAY_HZ * ((gdouble) pts / GST_SECOND)), 0.12 * HEIGHT, width, height
  };

  return box;
}

static void
judge (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, Fit * fit)
{
  GstVideoRegionOfInterestMeta *meta =
      gst_buffer_get_video_region_of_interest_meta (buffer);
  VitalsBox truth = get_truth (fit->motion, GST_BUFFER_PTS (buffer));
  gdouble width, height, common;

  fit->n_frames++;
  if (!meta)
    return;
  width = MIN (truth.x + truth.width, meta->x + meta->w) - MAX (truth.x,
      meta->x);
  height = MIN (truth.y + truth.height, meta->y + meta->h) - MAX (truth.y,
      meta->y);
  common = MAX (0, width) * MAX (0, height);
  if (common >= 0.6 * (truth.width * truth.height + (gdouble) meta->w * meta->h
          - common))
    fit->n_good++;
}

static Fit
play (gdouble motion)
{
  g_autofree gchar *launch = g_strdup_printf ("vitalstestsrc face-meta=false "
      "motion=%f num-buffers=300 ! video/x-raw,format=I420,width=%d,height=%d,"
      "framerate=30/1 ! facetracker ! fakesink name=sink "
      "signal-handoffs=true", motion, WIDTH, HEIGHT);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstMessage *message;
  Fit fit = { motion, 0, 0 };

  g_signal_connect (sink, "handoff", G_CALLBACK (judge), &fit);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  return fit;
}

GST_START_TEST (box_fits_the_face_that_moves_in_95_of_100_frames)
{
  const gdouble motions[] = { 0, 0.05, 0.1 };
  guint i;

  if (!has_detector ())
    return;
  for (i = 0; i < G_N_ELEMENTS (motions); i++) {
    Fit fit = play (motions[i]);

    fail_unless_equals_int (fit.n_frames, 300);
    fail_unless (fit.n_good >= 0.95 * fit.n_frames,
        "motion %.2f: %u of %u frames", motions[i], fit.n_good, fit.n_frames);
  }
}

GST_END_TEST;

static Suite *
moving_suite (void)
{
  Suite *suite = suite_create ("moving");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, box_fits_the_face_that_moves_in_95_of_100_frames);
  return suite;
}

GST_CHECK_MAIN (moving);
