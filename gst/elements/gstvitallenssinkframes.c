/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: from frames to pictures that wait to be sent. Everything on
 * the streaming thread.
 */

#include "gstvitallenssink.h"
#include "gstvitalsframes.h"
#include "gstvitalsmessages.h"
#include "gstvitalssynthetic.h"

#include <vitals/capture/vitals-crop-private.h>
#include <vitals/vitals-dropped-private.h>

/* The service's own clients keep a crop as long as the face overlaps this
 * much with the one that it was made of. */
#define SAME_FACE 0.6
/* A longer hole begins anew. */
#define LONGEST_GAP GST_SECOND
/* Of vitals-progress while nothing else is told. */
#define PROGRESS_INTERVAL G_USEC_PER_SEC

GST_DEBUG_CATEGORY_EXTERN (gst_vitallens_sink_debug);
#define GST_CAT_DEFAULT gst_vitallens_sink_debug

/* With the lock. */
static void
publish_dropped (GstVitalLensSink * self, guint frames, const gchar * reason)
{
  g_autofree gchar *source_id =
      gst_vitals_service_sink_dup_source_id (&self->parent);
  GstVitalsWindow *window = gst_vitals_window_new (self->n_windows++);

  window->frames = frames;
  gst_vitallens_sink_end_session (self, GST_PROGRESS_TYPE_CANCELED, reason);
  gst_vitallens_sink_publish (self, gst_vitals_message_dropped (window, reason,
          ++self->n_dropped, source_id));
  gst_vitals_window_free (window);
}

static void
forget_pictures (GstVitalLensPending * pending)
{
  g_byte_array_set_size (pending->pixels, 0);
  g_array_set_size (pending->times, 0);
  pending->n_context = 0;
  pending->has_crop = pending->synthetic = FALSE;
  pending->last = GST_CLOCK_TIME_NONE;
  pending->due = 0;
}

void
gst_vitallens_sink_reset (GstVitalLensSink * self, const gchar * reason)
{
  GstVitalLensPending *pending = &self->pending;
  guint frames;

  GST_DEBUG_OBJECT (self, "what was shown so far counts no more: %s",
      GST_STR_NULL (reason));
  g_mutex_lock (&self->parent.lock);
  frames = pending->times->len - pending->n_context + self->flight.frames;
  if (reason && (frames > 0 || self->in_session))
    publish_dropped (self, frames, reason);
  self->generation++;
  self->flight.frames = 0;
  g_clear_pointer (&self->state, g_bytes_unref);
  gst_vitallens_waveform_clear (self->waveform);
  g_mutex_unlock (&self->parent.lock);
  forget_pictures (pending);
  gst_vitallens_sink_post_queued (self);
}

void
gst_vitallens_sink_tell_faceless (GstVitalLensSink * self)
{
  GstVitalsFaceResult face = gst_vitals_face_finder_end (self->parent.face);
  gboolean faceless;

  g_mutex_lock (&self->parent.lock);
  faceless = face != GST_VITALS_FACE_FOUND && self->n_windows == 0;
  g_mutex_unlock (&self->parent.lock);
  if (!faceless)
    return;
  if (face == GST_VITALS_FACE_ABSENT_LONG)
    gst_vitallens_sink_tell_no_face (self);
  g_mutex_lock (&self->parent.lock);
  publish_dropped (self, 0, VITALS_DROPPED_TOO_FEW_FRAMES);
  g_mutex_unlock (&self->parent.lock);
  gst_vitallens_sink_post_queued (self);
}

/* Each Nth frame by the nominal rate; by time when there is none. */
static gboolean
is_due (GstVitalLensSink * self, GstClockTime time, gdouble fps)
{
  GstVitalLensPending *pending = &self->pending;
  gdouble nominal = GST_VIDEO_INFO_FPS_D (&self->info) > 0 ?
      GST_VIDEO_INFO_FPS_N (&self->info)
      / (gdouble) GST_VIDEO_INFO_FPS_D (&self->info) : 0;

  if (nominal > 0) {
    guint every = MAX ((guint) (nominal / fps + 0.5), 1);

    return pending->n_seen++ % every == 0;
  }
  if (time < pending->due)
    return FALSE;
  /* a real camera jitters */
  pending->due = time + (GstClockTime) (0.8 * GST_SECOND / fps);
  return TRUE;
}

/* FALSE for a frame that is out of order. */
static gboolean
check_time (GstVitalLensSink * self, GstClockTime time)
{
  GstClockTime last = self->pending.last;

  if (!GST_CLOCK_TIME_IS_VALID (last))
    return TRUE;
  if (time <= last && last - time < LONGEST_GAP)
    return FALSE;
  if (time < last || time - last > LONGEST_GAP)
    gst_vitallens_sink_reset (self, VITALS_DROPPED_DISCONTINUITY);
  return TRUE;
}

/* Another crop, and another person, is another stream. FALSE when nothing of it
 * is in the frame. */
static gboolean
update_crop (GstVitalLensSink * self, const VitalsBox * face,
    const VitalsVitalLensModel * model)
{
  GstVitalLensPending *pending = &self->pending;

  if (pending->has_crop
      && vitals_box_get_overlap (face, &pending->face) >= SAME_FACE
      && !gst_vitals_face_finder_is_another (self->parent.face))
    return TRUE;
  if (pending->has_crop)
    gst_vitallens_sink_reset (self, VITALS_DROPPED_DISCONTINUITY);
  pending->has_crop = vitals_roi_method_crop (model->roi_method, face,
      GST_VIDEO_INFO_WIDTH (&self->info), GST_VIDEO_INFO_HEIGHT (&self->info),
      &pending->crop);
  pending->face = *face;
  return pending->has_crop;
}

static gboolean
add_picture (GstVitalLensSink * self, GstBuffer * buffer, GstClockTime time,
    guint size)
{
  GstVitalLensPending *pending = &self->pending;
  guint bytes = size * size * 3, length = pending->pixels->len;
  GstVideoFrame frame;

  if (!gst_vitals_frames_map (GST_ELEMENT (self), buffer, &self->info, &frame))
    return FALSE;
  g_byte_array_set_size (pending->pixels, length + bytes);
  vitals_crop_scale (&frame, &pending->crop, size,
      pending->pixels->data + length);
  gst_video_frame_unmap (&frame);
  g_array_append_val (pending->times, time);
  pending->last = time;
  pending->captured_at = gst_vitals_service_sink_is_live (&self->parent) ?
      g_get_real_time () : 0;
  pending->synthetic |= gst_vitals_synthetic_is_marked (buffer);
  return TRUE;
}

/* Frames come, and nothing can be measured in them yet. */
static void
tell_readiness (GstVitalLensSink * self)
{
  GstVitalLensProgress *progress = &self->progress;

  if (g_strcmp0 (progress->phase, "readiness") == 0)
    return;
  progress->phase = "readiness";
  gst_vitallens_sink_tell_progress (self, progress->phase, -1, 0, 0);
}

/* Until what a first heart rate needs is there; of a file until it is sent. */
static void
tell_capturing (GstVitalLensSink * self, const VitalsVitalLensModel * model)
{
  GstVitalLensProgress *progress = &self->progress;
  gboolean began = g_strcmp0 (progress->phase, "capturing") != 0;
  gint64 now = g_get_monotonic_time ();
  guint target;

  GST_OBJECT_LOCK (self);
  target = self->settings.mode == GST_VITALLENS_SINK_MODE_FILE ?
      VITALS_VITALLENS_MAX_FILE_FRAMES
      : GST_VITALLENS_SHORTEST_HEART_WINDOW * model->fps_target / GST_SECOND;
  GST_OBJECT_UNLOCK (self);
  if (progress->n_frames > target
      || (!began && now - progress->told_at < PROGRESS_INTERVAL))
    return;
  progress->phase = "capturing";
  progress->told_at = now;
  gst_vitallens_sink_tell_progress (self, progress->phase,
      progress->n_frames * 100 / target, progress->n_frames, target);
}

/* Of the stretch that @self is at. */
static void
count_frame (GstVitalLensSink * self)
{
  GstVitalLensProgress *progress = &self->progress;

  g_mutex_lock (&self->parent.lock);
  if (progress->generation != self->generation)
    progress->n_frames = 0;
  progress->generation = self->generation;
  g_mutex_unlock (&self->parent.lock);
  progress->n_frames++;
}

/* @taken: FALSE when there is no face in it. */
static GstFlowReturn
measure_frame (GstVitalLensSink * self, GstBuffer * buffer, GstClockTime time,
    const VitalsVitalLensModel * model, gboolean * taken)
{
  VitalsBox face;

  switch (gst_vitals_face_finder_find (self->parent.face, buffer, &self->info,
          time, &face)) {
    case GST_VITALS_FACE_FAILED:
      return GST_FLOW_ERROR;
    case GST_VITALS_FACE_ABSENT:
      tell_readiness (self);
      return GST_FLOW_OK;
    case GST_VITALS_FACE_ABSENT_LONG:
      gst_vitallens_sink_tell_no_face (self);
      gst_vitallens_sink_reset (self, VITALS_DROPPED_DISCONTINUITY);
      return GST_FLOW_OK;
    case GST_VITALS_FACE_FOUND:
      break;
  }
  if (!update_crop (self, &face, model))
    return GST_FLOW_OK;
  if (!add_picture (self, buffer, time, model->input_size))
    return GST_FLOW_ERROR;
  *taken = TRUE;
  count_frame (self);
  tell_capturing (self, model);
  return gst_vitallens_sink_send_full (self);
}

/* The model stays from when it is known to the end of the run. */
static GstFlowReturn
take_known (GstVitalLensSink * self, GstBuffer * buffer, gboolean * taken)
{
  const VitalsVitalLensModel *model;
  GstFlowReturn ret;
  GstClockTime time;
  gboolean known;

  if (!gst_vitals_frames_get_time (GST_ELEMENT (self), buffer, &time))
    return GST_FLOW_ERROR;
  ret = gst_vitallens_sink_need_model (self, &known);
  if (ret != GST_FLOW_OK)
    return ret;
  if (!known) {
    tell_readiness (self);
    return GST_FLOW_OK;
  }
  g_mutex_lock (&self->parent.lock);
  model = self->model;
  g_mutex_unlock (&self->parent.lock);
  if (!check_time (self, time) || !is_due (self, time, model->fps_target))
    return GST_FLOW_OK;
  return measure_frame (self, buffer, time, model, taken);
}

/* Whoever switches it off does not want to be measured on. */
static gboolean
update_active (GstVitalLensSink * self)
{
  gboolean active;

  GST_OBJECT_LOCK (self);
  active = self->parent.settings.active;
  GST_OBJECT_UNLOCK (self);
  if (!active && !self->inactive)
    gst_vitallens_sink_reset (self, VITALS_DROPPED_STOPPED);
  self->inactive = !active;
  return active;
}

GstFlowReturn
gst_vitallens_sink_take_frame (GstVitalLensSink * self, GstBuffer * buffer)
{
  GstFlowReturn ret = GST_FLOW_OK;
  gboolean taken = FALSE;

  if (update_active (self))
    ret = take_known (self, buffer, &taken);
  g_mutex_lock (&self->parent.lock);
  if (taken)
    self->n_frames++;
  else
    self->n_skipped++;
  if (ret == GST_FLOW_OK && self->parent.failed)
    ret = GST_FLOW_ERROR;
  g_mutex_unlock (&self->parent.lock);
  return ret;
}
