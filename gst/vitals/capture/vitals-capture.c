/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/capture/vitals-capture-private.h>
#include <vitals/capture/vitals-pacer-private.h>
#include <vitals/capture/vitals-packer-private.h>
#include <vitals/vitals-dropped-private.h>
#include <vitals/vitals-error-private.h>

/* Time without a frame after which what follows is another recording. */
#define LONGEST_GAP GST_SECOND
/* The same where the source itself says that something is missing. */
#define LONGEST_DISCONT (GST_SECOND / 4)
/* Containers round times, some to milliseconds: a frame that ends this much
 * before the end of the window has reached it. */
#define ROUNDING (2 * GST_MSECOND)
/* Caps with a rate up to this many times capture_fps: nothing is skipped. */
#define RATE_TOLERANCE 1.1
/* Frames that a window may have more than its duration times the rate: one at
 * its edge, and those that the pacer lets through early. */
#define EXTRA_FRAMES 3

struct _VitalsCapture
{
  VitalsCaptureConfig config;
  VitalsCaptureWindowFunc func;
  gpointer user_data;
  VitalsPayloadWriter *writer;
  VitalsPacker *packer;
  VitalsGate *gate;
  guint8 *pixels;               /* one packed frame */

  GstVideoInfo info;
  gboolean has_info;
  GstClockTime nominal;         /* of a frame by the caps, NONE: variable */
  gboolean paced;
  VitalsPacer pacer;

  GstClockTime last_seen;       /* PTS of the last frame in order, or NONE */
  GstClockTime pts, duration;   /* of the frame that was admitted */
  gboolean open_windows;
  gboolean jumped;              /* since the last window that was sealed */
  GstClockTime since_start;     /* media time that passed since a window began,
                                   whatever jumps there were, or NONE */

  /* the open window */
  gboolean open;
  gboolean waiting;             /* the last frame was held back */
  GstClockTime first, last;     /* PTS; of frames held back when none is open */
  guint frames;
  guint64 window;
};

const gchar *
vitals_window_end_get_reason (VitalsWindowEnd end)
{
  static const gchar *const reasons[] = {
    [VITALS_WINDOW_SEALED] = "sealed",
    [VITALS_WINDOW_TOO_FEW_FRAMES] = VITALS_DROPPED_TOO_FEW_FRAMES,
    [VITALS_WINDOW_DISCONTINUITY] = VITALS_DROPPED_DISCONTINUITY,
    [VITALS_WINDOW_STOPPED] = VITALS_DROPPED_STOPPED,
    [VITALS_WINDOW_LOW_QUALITY] = "low-quality"
  };

  return reasons[end];
}

static gboolean
check_config (const VitalsCaptureConfig * config, GError ** error)
{
  const gchar *what;

  if (config->min_frames < 1 || config->min_frames > config->max_frames
      || config->max_frames > VITALS_TENSOR_MAX_FRAMES)
    what = "min-frames must be 1 or more and not above max-frames, which must "
        "not be above 720";
  else if (config->window_duration == 0
      || !GST_CLOCK_TIME_IS_VALID (config->window_duration))
    what = "window-duration must be above 0";
  else if (!(config->capture_fps > 0) || !isfinite (config->capture_fps))
    what = "capture-fps must be above 0";
  else
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST, "Settings: %s", what);
  return FALSE;
}

gboolean
vitals_capture_config_is_possible (const VitalsCaptureConfig * config)
{
  gdouble seconds = config->window_duration / (gdouble) GST_SECOND;

  return seconds * config->capture_fps * RATE_TOLERANCE + EXTRA_FRAMES
      >= config->min_frames;
}

VitalsCapture *
vitals_capture_new (VitalsTensorLayout * layout,
    const VitalsCaptureConfig * config, VitalsCaptureWindowFunc func,
    gpointer user_data, GError ** error)
{
  VitalsPayloadWriter *writer;
  VitalsCapture *capture;

  if (!check_config (config, error))
    return NULL;
  writer = vitals_payload_writer_new (layout, config->compressor,
      config->compression_level, error);
  if (!writer)
    return NULL;

  capture = g_new0 (VitalsCapture, 1);
  capture->config = *config;
  capture->func = func;
  capture->user_data = user_data;
  capture->writer = writer;
  capture->packer = vitals_packer_new (NULL);
  vitals_packer_set_patches (capture->packer,
      vitals_tensor_layout_get_patches (layout));
  capture->gate = vitals_gate_new (&config->gate,
      vitals_tensor_layout_get_patches (layout));
  capture->pixels = g_malloc (VITALS_FRAME_BYTES);
  capture->nominal = GST_CLOCK_TIME_NONE;
  capture->paced = TRUE;
  vitals_pacer_init (&capture->pacer, config->capture_fps);
  capture->last_seen = GST_CLOCK_TIME_NONE;
  capture->since_start = GST_CLOCK_TIME_NONE;
  capture->open_windows = TRUE;
  capture->jumped = TRUE;
  return capture;
}

void
vitals_capture_free (VitalsCapture * capture)
{
  vitals_payload_writer_free (capture->writer);
  g_clear_pointer (&capture->packer, vitals_packer_free);
  vitals_gate_free (capture->gate);
  g_free (capture->pixels);
  g_free (capture);
}

static gdouble
measured_rate (const VitalsCapture * capture)
{
  if (capture->frames < 2)
    return 0;
  return (capture->frames - 1) * (gdouble) GST_SECOND
      / (capture->last - capture->first);
}

/* How long a frame is: what it says itself, else by the caps, else by those
 * before it. */
static GstClockTime
frame_duration (const VitalsCapture * capture)
{
  if (GST_CLOCK_TIME_IS_VALID (capture->duration))
    return capture->duration;
  if (GST_CLOCK_TIME_IS_VALID (capture->nominal))
    return capture->nominal;
  return capture->frames > 1 ? GST_SECOND / measured_rate (capture) : 0;
}

/* Times near the end of all times do not begin anew. */
static GstClockTime
add_times (GstClockTime a, GstClockTime b)
{
  return a < GST_CLOCK_TIME_NONE - 1 - b ? a + b : GST_CLOCK_TIME_NONE - 1;
}

static GstClockTime
window_end (const VitalsCapture * capture)
{
  return add_times (capture->first, capture->config.window_duration);
}

static VitalsWindowEnd
judge_end (const VitalsCapture * capture)
{
  if (capture->frames == 0
      || vitals_gate_refuses (capture->gate, capture->frames))
    return VITALS_WINDOW_LOW_QUALITY;
  if (capture->frames < capture->config.min_frames)
    return VITALS_WINDOW_TOO_FEW_FRAMES;
  return VITALS_WINDOW_SEALED;
}

static GError *
explain_refusal (const VitalsCapture * capture)
{
  g_autofree gchar *text = vitals_gate_explain (capture->gate);

  return vitals_error_new_service (VITALS_ERROR_QUALITY_TOO_LOW, NULL, 0, TRUE,
      -1, "%s", text);
}

/* Ends the open window, or what was held back in place of one; the next gets
 * the next number. */
static void
end_window (VitalsCapture * capture, VitalsWindowEnd end)
{
  g_autoptr (GError) error = NULL;
  VitalsCaptureWindow window = {
    .window = capture->window,
    .end = end == VITALS_WINDOW_SEALED ? judge_end (capture) : end,
    .frames = capture->frames + vitals_gate_get_held (capture->gate),
    .framerate = measured_rate (capture),
    .timestamp = capture->first,
    .duration = add_times (capture->last - capture->first,
        frame_duration (capture))
  };

  if (window.end == VITALS_WINDOW_LOW_QUALITY) {
    window.error = error = explain_refusal (capture);
    /* it costs no scan */
    capture->since_start = GST_CLOCK_TIME_NONE;
  }
  vitals_gate_end_window (capture->gate, error != NULL);
  if (window.end == VITALS_WINDOW_SEALED) {
    window.payload = vitals_payload_writer_seal (capture->writer,
        window.framerate);
    window.discont = capture->jumped;
    capture->jumped = FALSE;
  } else {
    vitals_payload_writer_reset (capture->writer);
  }

  capture->open = FALSE;
  capture->frames = 0;
  capture->window++;
  capture->func (&window, capture->user_data);
  g_clear_pointer (&window.payload, vitals_payload_unref);
}

void
vitals_capture_set_info (VitalsCapture * capture, const GstVideoInfo * info)
{
  if (capture->has_info && gst_video_info_is_equal (&capture->info, info))
    return;
  if (capture->open)
    end_window (capture, VITALS_WINDOW_DISCONTINUITY);

  vitals_gate_begin_anew (capture->gate);
  capture->info = *info;
  capture->has_info = TRUE;
  capture->nominal = GST_CLOCK_TIME_NONE;
  capture->paced = TRUE;
  if (GST_VIDEO_INFO_FPS_N (info) > 0) {
    gdouble rate = GST_VIDEO_INFO_FPS_N (info)
        / (gdouble) GST_VIDEO_INFO_FPS_D (info);

    capture->nominal = GST_SECOND / rate;
    capture->paced = rate > RATE_TOLERANCE * capture->config.capture_fps;
  }
  vitals_pacer_reset (&capture->pacer);
}

/* What follows has nothing to do with what was before; but it is the same
 * person who pays for windows. */
static void
begin_anew (VitalsCapture * capture)
{
  capture->last_seen = GST_CLOCK_TIME_NONE;
  capture->jumped = TRUE;
  vitals_gate_begin_anew (capture->gate);
  vitals_pacer_reset (&capture->pacer);
}

/* A step from frame to frame. A long one may be time that passed, or a jump of
 * the time stamps: as a window costs money, it counts as a jump. */
static void
pass_time (VitalsCapture * capture, GstClockTime step, gboolean jump)
{
  if (jump)
    capture->jumped = TRUE;
  else if (GST_CLOCK_TIME_IS_VALID (capture->since_start))
    capture->since_start += step;
}

/* Looks at the step from the last frame. FALSE: the frame is out of order. */
static gboolean
check_step (VitalsCapture * capture, GstClockTime pts, gboolean discont)
{
  GstClockTime last = capture->last_seen;
  GstClockTime frame = GST_CLOCK_TIME_IS_VALID (capture->nominal)
      ? capture->nominal : 0;

  if (!GST_CLOCK_TIME_IS_VALID (last))
    return TRUE;
  if (pts <= last && last - pts <= LONGEST_GAP)
    return FALSE;

  pass_time (capture, pts - last, pts < last
      || pts - last > LONGEST_GAP + frame);
  if (pts > last && pts - last <= (discont ? LONGEST_DISCONT : LONGEST_GAP)
      + frame)
    return TRUE;
  if (capture->open)
    end_window (capture, VITALS_WINDOW_DISCONTINUITY);
  if (pts < last)
    begin_anew (capture);
  return TRUE;
}

VitalsAdmit
vitals_capture_admit (VitalsCapture * capture, GstClockTime pts,
    GstClockTime duration, gboolean discont)
{
  if (!check_step (capture, pts, discont))
    return VITALS_ADMIT_SKIP_ORDER;
  capture->last_seen = pts;

  if (capture->open && pts >= window_end (capture))
    end_window (capture, VITALS_WINDOW_SEALED);
  if (!capture->open && !capture->open_windows)
    return VITALS_ADMIT_SKIP_CLOSED;
  if (!capture->open && GST_CLOCK_TIME_IS_VALID (capture->since_start)
      && capture->since_start < capture->config.scan_interval)
    return VITALS_ADMIT_SKIP_INTERVAL;
  if (capture->paced && !vitals_pacer_admit (&capture->pacer, pts))
    return VITALS_ADMIT_SKIP_RATE;

  capture->pts = pts;
  capture->duration = duration;
  return VITALS_ADMIT_TAKE;
}

static VitalsGateVerdict
ask_gate (VitalsCapture * capture, const VitalsBox * face)
{
  return vitals_gate_push (capture->gate, capture->pixels, face, capture->pts,
      capture->open, capture->config.window_duration,
      vitals_capture_get_target_frames (capture));
}

/* The frame is not good enough to begin a window with. */
static void
hold_back (VitalsCapture * capture, gboolean refused)
{
  if (vitals_gate_get_held (capture->gate) <= 1)
    capture->first = capture->pts;
  capture->last = capture->pts;
  if (refused)
    end_window (capture, VITALS_WINDOW_LOW_QUALITY);
}

static void
append_frame (VitalsCapture * capture)
{
  if (!capture->open) {
    capture->open = TRUE;
    capture->first = capture->pts;
    capture->since_start = 0;
  }
  vitals_payload_writer_add_frame (capture->writer, capture->pixels);
  capture->last = capture->pts;
  capture->frames++;
}

gboolean
vitals_capture_add (VitalsCapture * capture, GstVideoFrame * frame,
    const VitalsBox * face, GError ** error)
{
  VitalsGateVerdict verdict;
  GstClockTime end;

  if (!vitals_packer_pack (capture->packer, frame, face, capture->pixels,
          error))
    return FALSE;
  verdict = ask_gate (capture, face);
  capture->waiting = !capture->open && verdict != VITALS_GATE_TAKE;
  if (capture->waiting) {
    hold_back (capture, verdict == VITALS_GATE_REFUSE);
    return TRUE;
  }

  append_frame (capture);
  end = add_times (capture->pts, add_times (frame_duration (capture),
          ROUNDING));
  if (verdict == VITALS_GATE_REFUSE)
    end_window (capture, VITALS_WINDOW_LOW_QUALITY);
  else if (capture->frames >= capture->config.max_frames
      || end >= window_end (capture))
    end_window (capture, VITALS_WINDOW_SEALED);
  return TRUE;
}

gboolean
vitals_capture_lose_face (VitalsCapture * capture)
{
  return vitals_gate_lose_face (capture->gate);
}

gboolean
vitals_capture_change_face (VitalsCapture * capture)
{
  gboolean open = capture->open;

  if (open)
    end_window (capture, VITALS_WINDOW_DISCONTINUITY);
  vitals_gate_begin_anew (capture->gate);
  return open;
}

void
vitals_capture_finish (VitalsCapture * capture)
{
  guint frames = capture->frames + vitals_gate_get_held (capture->gate);

  if (frames > 0)
    end_window (capture, frames < capture->config.min_frames
        ? VITALS_WINDOW_TOO_FEW_FRAMES : VITALS_WINDOW_SEALED);
  begin_anew (capture);
}

void
vitals_capture_drop (VitalsCapture * capture, VitalsWindowEnd reason)
{
  if (capture->open)
    end_window (capture, reason);
  vitals_gate_begin_anew (capture->gate);
  if (reason == VITALS_WINDOW_DISCONTINUITY)
    begin_anew (capture);
}

void
vitals_capture_set_open_windows (VitalsCapture * capture, gboolean open_windows)
{
  capture->open_windows = open_windows;
}

const VitalsQualityMeasures *
vitals_capture_get_quality (const VitalsCapture * capture)
{
  return vitals_gate_get_measures (capture->gate);
}

gboolean
vitals_capture_is_waiting (const VitalsCapture * capture)
{
  return capture->waiting;
}

guint
vitals_capture_get_frames (const VitalsCapture * capture)
{
  return capture->frames;
}

guint
vitals_capture_get_target_frames (const VitalsCapture * capture)
{
  gdouble rate = capture->config.capture_fps;
  gdouble target;

  if (!capture->paced)
    rate = GST_SECOND / (gdouble) capture->nominal;
  target = round (rate * capture->config.window_duration / GST_SECOND);
  return MIN (target, capture->config.max_frames);
}

gint
vitals_capture_get_percent (const VitalsCapture * capture)
{
  if (!capture->open)
    return 0;
  return MIN (100, (capture->last - capture->first) * 100
      / capture->config.window_duration);
}

guint64
vitals_capture_get_window (const VitalsCapture * capture)
{
  return capture->window;
}

void
vitals_capture_set_window (VitalsCapture * capture, guint64 window)
{
  g_return_if_fail (!capture->open);

  capture->window = window;
}
