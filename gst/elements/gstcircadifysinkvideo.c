/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: from frames to sealed windows. Everything on the streaming
 * thread.
 */

#include "gstcircadifysink.h"
#include "gstvitalsframes.h"
#include "gstvitalssynthetic.h"

#include <vitals/capture/vitals-packer.h>

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

#define PROGRESS_INTERVAL G_USEC_PER_SEC

static void
take_source_id (GstCircadifySink * self)
{
  g_free (self->window_source_id);
  self->window_source_id =
      gst_vitals_service_sink_dup_source_id (&self->parent);
}

/* Demographics, source-id, the time of day, the mark and the segment are those
 * of the window's first frame: its answer may come when the next person is
 * there. */
static void
window_begins (GstCircadifySink * self)
{
  take_source_id (self);
  GST_OBJECT_LOCK (self);
  self->window_demographics = self->settings.demographics;
  GST_OBJECT_UNLOCK (self);
  self->window_captured_at = gst_vitals_service_sink_is_live (&self->parent) ?
      g_get_real_time () : 0;
  self->window_synthetic = FALSE;
  gst_segment_copy_into (&GST_BASE_SINK (self)->segment, &self->window_segment);
}

void
gst_circadify_sink_window_ended (const VitalsCaptureWindow * window,
    gpointer user_data)
{
  GstCircadifySink *self = user_data;
  GstVitalsWindow *info = gst_vitals_window_new_from_capture (window,
      &self->window_segment);
  VitalsScanItem *item;

  GST_DEBUG_OBJECT (self, "window %" G_GUINT64_FORMAT " ends with %u frames",
      window->window, window->frames);
  info->captured_at = self->window_captured_at;
  info->synthetic = self->window_synthetic;
  info->source_id = g_strdup (self->window_source_id);
  item = vitals_scan_item_new (window->window,
      window->payload ? vitals_payload_ref (window->payload) : NULL, info,
      (GDestroyNotify) gst_vitals_window_free);
  item->demographics = self->window_demographics;
  if (window->error) {
    item->error = g_error_copy (window->error);
  } else if (!window->payload) {
    item->dropped = vitals_window_end_get_reason (window->end);
  }
  g_ptr_array_add (self->sealed, item);
  g_mutex_lock (&self->parent.lock);
  self->n_windows++;
  g_mutex_unlock (&self->parent.lock);
  /* a scan that is wanted since the cancel is of the next window */
  if (window->end != VITALS_WINDOW_STOPPED)
    gst_circadify_sink_end_wanted_scan (self);
}

gboolean
gst_circadify_sink_set_video_caps (GstCircadifySink * self, GstCaps * caps)
{
  GstVideoInfo info;

  if (!gst_vitals_frames_set_caps (GST_ELEMENT (self), caps, &info))
    return FALSE;
  if (vitals_tensor_layout_is_opaque (self->layout)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("tensor-layout=opaque only "
            "passes payloads on. Set the layout of the service."), (NULL));
    return FALSE;
  }
  if (self->input != GST_CIRCADIFY_SINK_INPUT_VIDEO) {
    vitals_capture_set_window (self->capture, self->next_payload);
    self->first_window = self->next_payload;
  }
  self->info = info;
  self->input = GST_CIRCADIFY_SINK_INPUT_VIDEO;
  vitals_capture_set_info (self->capture, &info);
  gst_vitals_face_finder_reset (self->parent.face);
  gst_circadify_sink_send_sealed (self, FALSE);
  return TRUE;
}

/* There were frames, and never a face: who waits for an outcome is told. */
static void
drop_faceless (GstCircadifySink * self, GstVitalsFaceResult face)
{
  g_autofree gchar *source_id =
      gst_vitals_service_sink_dup_source_id (&self->parent);
  VitalsCaptureWindow window = {
    .window = self->first_window,
    .end = VITALS_WINDOW_TOO_FEW_FRAMES
  };

  if (face == GST_VITALS_FACE_FOUND)
    return;
  if (face == GST_VITALS_FACE_ABSENT_LONG)
    gst_vitals_message_post (GST_ELEMENT (self),
        gst_vitals_message_no_face (window.window, source_id));
  take_source_id (self);
  gst_circadify_sink_window_ended (&window, self);
  vitals_capture_set_window (self->capture, window.window + 1);
}

void
gst_circadify_sink_finish_video (GstCircadifySink * self)
{
  if (gst_circadify_sink_take_cancel (self))
    vitals_capture_drop (self->capture, VITALS_WINDOW_STOPPED);
  vitals_capture_finish (self->capture);
  if (vitals_capture_get_window (self->capture) == self->first_window)
    drop_faceless (self, gst_vitals_face_finder_end (self->parent.face));
  self->first_window = vitals_capture_get_window (self->capture);
}

void
gst_circadify_sink_leave_video (GstCircadifySink * self)
{
  vitals_capture_drop (self->capture, VITALS_WINDOW_DISCONTINUITY);
  self->next_payload = vitals_capture_get_window (self->capture);
  gst_circadify_sink_send_sealed (self, FALSE);
}

static void
update_open_windows (GstCircadifySink * self)
{
  gboolean wanted = gst_circadify_sink_is_scan_wanted (self);
  gboolean cancelled = gst_circadify_sink_take_cancel (self);

  /* whoever switches it off does not want to be filmed on */
  if (cancelled || !wanted)
    vitals_capture_drop (self->capture, VITALS_WINDOW_STOPPED);
  vitals_capture_set_open_windows (self->capture, wanted
      && gst_circadify_sink_may_scan (self));
}

static void
tell_capturing (GstCircadifySink * self)
{
  gint64 now = g_get_monotonic_time ();
  guint frames = vitals_capture_get_frames (self->capture);

  if (frames == 0
      || (frames > 1 && now - self->progress_at < PROGRESS_INTERVAL))
    return;
  self->progress_at = now;
  self->readiness_told = FALSE;
  gst_circadify_sink_post_progress (self,
      vitals_capture_get_window (self->capture), "capturing",
      vitals_capture_get_percent (self->capture), frames,
      vitals_capture_get_target_frames (self->capture));
}

/* Frames come, and none is good enough to begin a window with. */
static void
tell_readiness (GstCircadifySink * self)
{
  if (self->readiness_told)
    return;
  self->readiness_told = TRUE;
  gst_circadify_sink_post_progress (self,
      vitals_capture_get_window (self->capture), "readiness", -1, 0, 0);
}

static gboolean
pack_frame (GstCircadifySink * self, GstBuffer * buffer,
    const gchar * source_id, const VitalsBox * face)
{
  if (vitals_capture_get_frames (self->capture) == 0)
    window_begins (self);
  self->window_synthetic |= gst_vitals_synthetic_is_marked (buffer);
  if (!gst_vitals_frames_pack (GST_ELEMENT (self), self->capture, buffer,
          &self->info, source_id, face))
    return FALSE;
  if (vitals_capture_is_waiting (self->capture))
    tell_readiness (self);
  else
    tell_capturing (self);
  return TRUE;
}

/* The frame was admitted. @taken: FALSE when there is no face in it. */
static gboolean
add_frame (GstCircadifySink * self, GstBuffer * buffer, GstClockTime time,
    gboolean * taken)
{
  g_autofree gchar *source_id =
      gst_vitals_service_sink_dup_source_id (&self->parent);
  VitalsBox face;

  if (!gst_vitals_frames_find_face (GST_ELEMENT (self), self->parent.face,
          self->capture, buffer, &self->info, time, source_id, &face, taken))
    return FALSE;
  if (*taken)
    return pack_frame (self, buffer, source_id, &face);
  if (vitals_capture_get_frames (self->capture) == 0)
    tell_readiness (self);
  return TRUE;
}

GstFlowReturn
gst_circadify_sink_render_video (GstCircadifySink * self, GstBuffer * buffer)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstClockTime time;
  VitalsAdmit admit;
  gboolean taken = FALSE;

  if (!gst_vitals_frames_get_time (GST_ELEMENT (self), buffer, &time))
    return GST_FLOW_ERROR;
  /* live or not decides whether a full queue drops or blocks */
  gst_vitals_service_sink_is_live (&self->parent);
  update_open_windows (self);

  admit = vitals_capture_admit (self->capture, time,
      GST_BUFFER_DURATION (buffer), GST_BUFFER_IS_DISCONT (buffer));
  /* a window may have ended before this frame */
  if (admit == VITALS_ADMIT_TAKE && !add_frame (self, buffer, time, &taken))
    ret = GST_FLOW_ERROR;
  g_mutex_lock (&self->parent.lock);
  if (taken)
    self->n_frames++;
  else
    self->n_skipped++;
  g_mutex_unlock (&self->parent.lock);
  if (!taken)
    GST_LOG_OBJECT (self, "frame at %" GST_TIME_FORMAT " is skipped (%d)",
        GST_TIME_ARGS (time), admit);
  /* what was sealed before a frame that fails is not lost */
  if (ret != GST_FLOW_OK)
    gst_circadify_sink_send_sealed (self, FALSE);
  else
    ret = gst_circadify_sink_send_sealed (self, TRUE);
  if (ret == GST_FLOW_OK && gst_circadify_sink_is_finished (self))
    ret = GST_FLOW_EOS;
  return ret;
}
