/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#define WIDTH 32
#define HEIGHT 24

const VitalsBox face = { 4, 2, 24, 20 };

VitalsCapture *capture;
VitalsTensorLayout *layout;
GArray *windows;
GstVideoFrame frame;

void
take_window (const VitalsCaptureWindow * window,
    gpointer user_data G_GNUC_UNUSED)
{
  VitalsCaptureWindow copy = *window;

  if (copy.payload)
    vitals_payload_ref (copy.payload);
  if (copy.error)
    copy.error = g_error_copy (copy.error);
  g_array_append_val (windows, copy);
}

static void
clear_window (gpointer data)
{
  VitalsCaptureWindow *window = data;

  g_clear_pointer (&window->payload, vitals_payload_unref);
  if (window->error)
    g_error_free ((GError *) window->error);
}

void
set_up (void)
{
  GstVideoInfo info;
  GstBuffer *buffer;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 128, info.size);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READWRITE));
  gst_buffer_unref (buffer);
  layout = vitals_tensor_layout_new ("draft-1", NULL);
  windows = g_array_new (FALSE, FALSE, sizeof (VitalsCaptureWindow));
  g_array_set_clear_func (windows, clear_window);
}

void
tear_down (void)
{
  g_clear_pointer (&capture, vitals_capture_free);
  g_array_unref (windows);
  vitals_tensor_layout_unref (layout);
  gst_video_frame_unmap (&frame);
}

VitalsCaptureConfig
config_of (GstClockTime duration, guint min, guint max)
{
  VitalsCaptureConfig config = {
    .window_duration = duration,
    .min_frames = min,
    .max_frames = max,
    .capture_fps = 30,
    .compressor = VITALS_COMPRESSOR_AUTO,
    .compression_level = 1
  };

  return config;
}

void
set_rate (gint fps_n, gint fps_d)
{
  GstVideoInfo info = frame.info;

  GST_VIDEO_INFO_FPS_N (&info) = fps_n;
  GST_VIDEO_INFO_FPS_D (&info) = fps_d;
  vitals_capture_set_info (capture, &info);
}

void
start (const VitalsCaptureConfig * config, gint fps)
{
  capture = vitals_capture_new (layout, config, take_window, NULL, NULL);
  fail_unless (capture != NULL);
  set_rate (fps, 1);
}

VitalsAdmit
push_full (GstClockTime pts, GstClockTime duration, gboolean discont)
{
  VitalsAdmit admit = vitals_capture_admit (capture, pts, duration, discont);

  if (admit == VITALS_ADMIT_TAKE)
    fail_unless (vitals_capture_add (capture, &frame, &face, NULL));
  return admit;
}

VitalsAdmit
push (GstClockTime pts)
{
  return push_full (pts, NONE, FALSE);
}

void
push_at_30 (guint from, guint to)
{
  guint i;

  for (i = from; i < to; i++)
    fail_unless_equals_int (push (AT_30 (i)), VITALS_ADMIT_TAKE);
}

const VitalsCaptureWindow *
get_window (guint index, VitalsWindowEnd end, guint frames)
{
  const VitalsCaptureWindow *window;

  fail_unless (index < windows->len, "only %u windows", windows->len);
  window = &g_array_index (windows, VitalsCaptureWindow, index);
  fail_unless (window->window == index);
  fail_unless_equals_int (window->end, end);
  fail_unless_equals_int (window->frames, frames);
  fail_unless ((window->payload != NULL) == (end == VITALS_WINDOW_SEALED));
  return window;
}
