/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "moving.h"

#include <math.h>
#include <vitals/capture/vitals-box.h>

#define WIDTH 640
#define HEIGHT 480
/* of vitalstestsrc */
#define SWAY_HZ 0.31

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
  VitalsBox box;

  fit->n_frames++;
  if (!meta)
    return;
  box = (VitalsBox) {
  meta->x, meta->y, meta->w, meta->h};
  fit->n_good += vitals_box_get_overlap (&truth, &box) >= 0.6;
}

static void
run_to_eos (GstElement * pipeline)
{
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (!message || GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS)
    g_error ("the face cannot be followed");
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

Fit
moving_sway (gdouble motion)
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

/* A picture that is wider than what is seen of it, which jumps to the left: the
 * face jumps to the right. */
#define MARGIN 80

typedef struct
{
  GstElement *crop;
  gint step;                    /* pixels */
  GstClockTime at;
  Reaction reaction;
} Step;

static GstPadProbeReturn
jump (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info, gpointer user_data)
{
  Step *step = user_data;

  if (GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)) < step->at)
    return GST_PAD_PROBE_OK;
  g_object_set (step->crop, "left", MARGIN - step->step, "right",
      MARGIN + step->step, NULL);
  return GST_PAD_PROBE_REMOVE;
}

static void
follow (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, Step * step)
{
  GstVideoRegionOfInterestMeta *meta =
      gst_buffer_get_video_region_of_interest_meta (buffer);
  Reaction *reaction = &step->reaction;

  if (!meta)
    return;
  if (GST_BUFFER_PTS (buffer) < step->at) {
    reaction->from = reaction->to = meta->x;
  } else if (meta->x != reaction->to) {
    if (reaction->n_moves++ == 0)
      reaction->took = GST_BUFFER_PTS (buffer) - step->at;
    reaction->to = meta->x;
  }
}

Reaction
moving_step (gint step_size, GstClockTime at)
{
  g_autofree gchar *launch = g_strdup_printf ("vitalstestsrc face-meta=false "
      "num-buffers=180 ! video/x-raw,format=I420,width=%d,height=%d,"
      "framerate=30/1 ! videocrop name=crop left=%d right=%d ! facetracker ! "
      "fakesink name=sink signal-handoffs=true", WIDTH + 2 * MARGIN, HEIGHT,
      MARGIN, MARGIN);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  Step step = { gst_bin_get_by_name (GST_BIN (pipeline), "crop"), step_size,
    at, {0, 0, -1, 0}
  };
  GstPad *pad = gst_element_get_static_pad (step.crop, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, jump, &step, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (follow), &step);
  run_to_eos (pipeline);
  gst_object_unref (pad);
  gst_object_unref (step.crop);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  return step.reaction;
}

gdouble
moving_get_width (void)
{
  return get_truth (0, 0).width;
}
