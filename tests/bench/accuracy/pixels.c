/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pixels.h"
#include <gst/video/video.h>
#include <math.h>
#include <vitals/capture/vitals-region-private.h>
#include <vitals/signal/vitals-chest-motion-private.h>

typedef struct
{
  const Video *video;
  Score *heart, *breath;
  VitalsPulseEstimator *estimator;
  VitalsChestMotion *chest;
  GstClockTime next;            /* when to estimate */
} Run;

static void
run_estimate (Run * run, guint second)
{
  VitalsPulseEstimate estimate;

  vitals_pulse_estimator_estimate (run->estimator, &estimate);
  if (second >= run->video->first)
    score_add_heart (run->heart, &estimate, run->video->heart_rate);
  if (run->breath && second >= run->video->first_breath)
    score_add_breath (run->breath, &estimate, run->video->respiratory_rate);
}

static void
run_push (Run * run, GstVideoFrame * frame, GstClockTime pts)
{
  gdouble rgb[3], profile[VITALS_CHEST_MAX_ROWS], motion;
  VitalsBox chest;
  guint rows;

  if (!vitals_region_skin (frame, &run->video->face, rgb))
    return;
  vitals_chest_box (&run->video->face, &chest);
  rows = vitals_region_profile (frame, &chest, profile, VITALS_CHEST_MAX_ROWS);
  motion = vitals_chest_motion_push (run->chest, profile, rows);
  vitals_pulse_estimator_push (run->estimator, pts, rgb[0], rgb[1], rgb[2],
      FALSE, motion);
}

static void
take_buffer (GstElement * sink, GstBuffer * buffer, GstPad * pad, Run * run)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstVideoFrame frame;
  GstVideoInfo info;

  (void) sink;
  if (gst_video_info_from_caps (&info, caps)
      && gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ)) {
    /* x264enc shifts its times by 1000 hours */
    pts %= 1000 * 3600 * GST_SECOND;
    run_push (run, &frame, pts);
    gst_video_frame_unmap (&frame);
    if (pts + GST_SECOND / 60 >= run->next) {
      run_estimate (run, run->next / GST_SECOND);
      run->next += GST_SECOND;
    }
  }
  gst_caps_unref (caps);
}

static gboolean
play (GstElement * pipeline)
{
  GstMessage *message;
  gboolean finished;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  finished = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return finished;
}

gboolean
video_measure (const Video * video, Score * heart, Score * breath)
{
  g_autofree gchar *launch = NULL;
  g_autoptr (GError) error = NULL;
  Run run = { video, heart, breath, NULL, NULL, GST_SECOND };
  GstElement *pipeline, *sink;
  VitalsPulseConfig config;
  gboolean finished;

  launch = g_strdup_printf ("%s ! fakesink name=sink signal-handoffs=true "
      "sync=false", video->source);
  pipeline = gst_parse_launch (launch, &error);
  if (error) {
    g_printerr ("bench-accuracy: %s: %s\n", video->group, error->message);
    if (pipeline)
      gst_object_unref (pipeline);
    return FALSE;
  }
  vitals_pulse_config_init (&config);
  config.min_confidence = 0.0;
  run.estimator = vitals_pulse_estimator_new (&config);
  run.chest = vitals_chest_motion_new ();
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_signal_connect (sink, "handoff", G_CALLBACK (take_buffer), &run);
  finished = play (pipeline);
  if (!finished)
    g_printerr ("bench-accuracy: %s: it cannot be played\n", video->group);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  vitals_pulse_estimator_free (run.estimator);
  vitals_chest_motion_free (run.chest);
  return finished;
}
