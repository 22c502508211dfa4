/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/face/vitals-face-tracker-private.h>
#include <vitals/face/vitals-face-worker-private.h>
#include <vitals/face/vitals-luma-private.h>
#include <vitals/vitals-error-private.h>

/* Frames that stay away for longer begin a new stream, whatever the interval of
 * the frames is; a longer lost-timeout bridges more. */
#define GAP GST_SECOND

/* All of it is of the streaming thread. */
struct _VitalsFaceTracker
{
  VitalsFaceTrackerConfig config;
  VitalsFaceDetector *detector;
  VitalsFaceWorker *worker;     /* live only, NULL until it is needed */
  VitalsFaceTracks *tracks;
  VitalsLumaScaler *scaler;
  GstVideoOrientationMethod orientation;
  gboolean live;
  GstClockTime looked, seen;    /* PTS of the last look, of the last frame */
  guint width, height;          /* of the frame that was looked at last */
  guint8 pixels[VITALS_LUMA_MAX_PIXELS];
};

void
vitals_face_tracker_config_init (VitalsFaceTrackerConfig * config)
{
  config->interval = VITALS_FACE_DEFAULT_INTERVAL;
  config->hold = VITALS_FACE_DEFAULT_HOLD;
  config->lost_timeout = VITALS_FACE_DEFAULT_LOST_TIMEOUT;
}

VitalsFaceTracker *
vitals_face_tracker_new (VitalsFaceDetector * detector,
    const VitalsFaceTrackerConfig * config)
{
  VitalsFaceTracker *tracker = g_new0 (VitalsFaceTracker, 1);

  tracker->config = *config;
  tracker->detector = g_object_ref (detector);
  tracker->tracks = vitals_face_tracks_new (config->hold, config->interval,
      config->lost_timeout);
  tracker->scaler = vitals_luma_scaler_new ();
  tracker->looked = tracker->seen = GST_CLOCK_TIME_NONE;
  return tracker;
}

void
vitals_face_tracker_free (VitalsFaceTracker * tracker)
{
  g_clear_pointer (&tracker->worker, vitals_face_worker_free);
  vitals_luma_scaler_free (tracker->scaler);
  vitals_face_tracks_free (tracker->tracks);
  g_object_unref (tracker->detector);
  g_free (tracker);
}

void
vitals_face_tracker_set_live (VitalsFaceTracker * tracker, gboolean live)
{
  if (tracker->live == live)
    return;
  tracker->live = live;
  /* the detector is of one thread at a time */
  g_clear_pointer (&tracker->worker, vitals_face_worker_free);
}

void
vitals_face_tracker_set_orientation (VitalsFaceTracker * tracker,
    GstVideoOrientationMethod orientation)
{
  if (tracker->orientation == orientation)
    return;
  tracker->orientation = orientation;
  vitals_luma_scaler_set_orientation (tracker->scaler, orientation);
  vitals_face_tracker_reset (tracker);
}

void
vitals_face_tracker_reset (VitalsFaceTracker * tracker)
{
  vitals_face_tracks_reset (tracker->tracks);
  tracker->looked = tracker->seen = GST_CLOCK_TIME_NONE;
  if (tracker->worker)
    vitals_face_worker_forget (tracker->worker);
}

static gboolean
is_time_to_look (const VitalsFaceTracker * tracker, GstClockTime pts)
{
  GstClockTime interval = tracker->config.interval;

  if (!GST_CLOCK_TIME_IS_VALID (tracker->looked))
    return TRUE;
  if (vitals_face_tracks_is_unsure (tracker->tracks))
    interval /= 2;
  return pts - tracker->looked >= interval;
}

static void
take_faces (VitalsFaceTracker * tracker, const VitalsLuma * luma,
    GstClockTime time, VitalsDetectedFace * faces, guint n_faces)
{
  guint i;

  for (i = 0; i < n_faces; i++)
    vitals_luma_scaler_map_box (tracker->scaler, luma, tracker->width,
        tracker->height, &faces[i].box);
  vitals_face_tracks_push (tracker->tracks, time, faces, n_faces);
}

/* The newest answer of the thread, if there is one. */
static gboolean
take_answer (VitalsFaceTracker * tracker, GError ** error)
{
  VitalsFaceAnswer answer;

  if (!tracker->worker
      || !vitals_face_worker_take_answer (tracker->worker, &answer))
    return TRUE;
  if (answer.error) {
    g_propagate_error (error, answer.error);
    return FALSE;
  }
  take_faces (tracker, &answer.luma, answer.time, answer.faces, answer.n_faces);
  return TRUE;
}

static gboolean
scale_buffer (VitalsFaceTracker * tracker, GstBuffer * buffer,
    const GstVideoInfo * info, guint8 * pixels, VitalsLuma * luma,
    GError ** error)
{
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, info, buffer, GST_MAP_READ)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "A video frame is not as large as its caps say.");
    return FALSE;
  }
  tracker->width = GST_VIDEO_FRAME_WIDTH (&frame);
  tracker->height = GST_VIDEO_FRAME_HEIGHT (&frame);
  vitals_luma_scaler_scale (tracker->scaler, &frame, pixels, luma);
  gst_video_frame_unmap (&frame);
  return TRUE;
}

static gboolean
look_now (VitalsFaceTracker * tracker, GstBuffer * buffer,
    const GstVideoInfo * info, GstClockTime pts, GError ** error)
{
  VitalsDetectedFace faces[VITALS_MAX_FACES];
  VitalsLuma luma;
  guint n_faces;

  tracker->looked = pts;
  if (!scale_buffer (tracker, buffer, info, tracker->pixels, &luma, error)
      || !vitals_face_detector_detect (tracker->detector, &luma, faces,
          &n_faces, error))
    return FALSE;
  take_faces (tracker, &luma, pts, faces, n_faces);
  return TRUE;
}

/* Nothing when the thread still looks at a frame before: after an interval it is
 * asked again, or, when what it looks at is forgotten, with the next frame. */
static gboolean
look_later (VitalsFaceTracker * tracker, GstBuffer * buffer,
    const GstVideoInfo * info, GstClockTime pts, GError ** error)
{
  VitalsLuma luma;
  guint8 *pixels;

  if (!tracker->worker)
    tracker->worker = vitals_face_worker_new (tracker->detector);
  pixels = vitals_face_worker_get_pixels (tracker->worker);
  if (pixels || GST_CLOCK_TIME_IS_VALID (tracker->looked))
    tracker->looked = pts;
  if (!pixels)
    return TRUE;
  if (!scale_buffer (tracker, buffer, info, pixels, &luma, error))
    return FALSE;
  vitals_face_worker_look (tracker->worker, &luma, pts);
  return TRUE;
}

static gboolean
is_new_stream (const VitalsFaceTracker * tracker, GstClockTime pts)
{
  if (!GST_CLOCK_TIME_IS_VALID (tracker->seen))
    return FALSE;
  return pts < tracker->seen
      || pts - tracker->seen > MAX (tracker->config.lost_timeout, GAP);
}

gboolean
vitals_face_tracker_track (VitalsFaceTracker * tracker, GstBuffer * buffer,
    const GstVideoInfo * info, GstClockTime pts, VitalsTrackedFace * face,
    GError ** error)
{
  if (is_new_stream (tracker, pts))
    vitals_face_tracker_reset (tracker);
  tracker->seen = pts;
  if (!take_answer (tracker, error))
    return FALSE;
  if (is_time_to_look (tracker, pts)
      && !(tracker->live ? look_later (tracker, buffer, info, pts, error)
          : look_now (tracker, buffer, info, pts, error)))
    return FALSE;
  vitals_face_tracks_get (tracker->tracks, pts, face);
  face->present &= vitals_box_clip (&face->box, GST_VIDEO_INFO_WIDTH (info),
      GST_VIDEO_INFO_HEIGHT (info), &face->box);
  return TRUE;
}
