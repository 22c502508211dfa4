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

static void
run_to_eos (GstElement * pipeline)
{
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
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
  Fit fit = { motion, 0, 0 };

  g_signal_connect (sink, "handoff", G_CALLBACK (judge), &fit);
  run_to_eos (pipeline);
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

/* A picture that is wider than what is seen of it, which jumps to the left: the
 * face jumps to the right. */
#define MARGIN 80
#define STEP_AT (3 * GST_SECOND)

typedef struct
{
  GstElement *crop;
  gint step;                    /* pixels */
  guint from, to;               /* left edge of the box: before, at the end */
  GstClockTime moved_at;        /* PTS of the first frame with another box */
  guint n_moves;
} Reaction;

static GstPadProbeReturn
jump (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info, gpointer user_data)
{
  Reaction *reaction = user_data;

  if (GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)) < STEP_AT)
    return GST_PAD_PROBE_OK;
  g_object_set (reaction->crop, "left", MARGIN - reaction->step, "right",
      MARGIN + reaction->step, NULL);
  return GST_PAD_PROBE_REMOVE;
}

static void
follow (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, Reaction * reaction)
{
  GstVideoRegionOfInterestMeta *meta =
      gst_buffer_get_video_region_of_interest_meta (buffer);

  if (!meta)
    return;
  if (GST_BUFFER_PTS (buffer) < STEP_AT) {
    reaction->from = reaction->to = meta->x;
  } else if (meta->x != reaction->to) {
    if (reaction->n_moves++ == 0)
      reaction->moved_at = GST_BUFFER_PTS (buffer);
    reaction->to = meta->x;
  }
}

static Reaction
watch_step (gint step)
{
  g_autofree gchar *launch = g_strdup_printf ("vitalstestsrc face-meta=false "
      "num-buffers=180 ! video/x-raw,format=I420,width=%d,height=%d,"
      "framerate=30/1 ! videocrop name=crop left=%d right=%d ! facetracker ! "
      "fakesink name=sink signal-handoffs=true", WIDTH + 2 * MARGIN, HEIGHT,
      MARGIN, MARGIN);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  Reaction reaction = { gst_bin_get_by_name (GST_BIN (pipeline), "crop"), step,
    0, 0, GST_CLOCK_TIME_NONE, 0
  };
  GstPad *pad = gst_element_get_static_pad (reaction.crop, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, jump, &reaction, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (follow), &reaction);
  run_to_eos (pipeline);
  gst_object_unref (pad);
  gst_object_unref (reaction.crop);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  return reaction;
}

GST_START_TEST (a_move_of_15_percent_of_the_width_is_followed_within_a_second)
{
  VitalsBox face = get_truth (0, 0);
  gint step = lrint (0.15 * face.width);
  Reaction reaction;

  if (!has_detector ())
    return;
  reaction = watch_step (step);
  fail_unless_equals_int (reaction.n_moves, 1);
  fail_unless (reaction.moved_at <= STEP_AT + GST_SECOND, "after %"
      GST_TIME_FORMAT, GST_TIME_ARGS (reaction.moved_at - STEP_AT));
  fail_unless (ABS ((gint) reaction.to - (gint) reaction.from - step)
      <= 0.05 * face.width, "from %u to %u, not by %d", reaction.from,
      reaction.to, step);
}

GST_END_TEST;

static Suite *
moving_suite (void)
{
  Suite *suite = suite_create ("moving");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, box_fits_the_face_that_moves_in_95_of_100_frames);
  tcase_add_test (tcase,
      a_move_of_15_percent_of_the_width_is_followed_within_a_second);
  return suite;
}

GST_CHECK_MAIN (moving);
