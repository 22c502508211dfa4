/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: payloads that come as they are, from circadifyenc or from a
 * file. Everything on the streaming thread.
 */

#include "gstcircadifysink.h"

#include <vitals/vitals-error.h>

#include "gstvitalspayloads.h"
#include "gstvitalssynthetic.h"

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

/* @payload: (transfer full). Without @buffer there are no times. */
static void
seal_payload (GstCircadifySink * self, VitalsPayload * payload, guint frames,
    gdouble framerate, GstBuffer * buffer)
{
  VitalsCaptureWindow window = {
    .window = self->next_payload++,
    .frames = frames,
    .framerate = framerate
  };
  GstVitalsWindow *info;
  VitalsScanItem *item;

  if (buffer && GST_BUFFER_PTS_IS_VALID (buffer)) {
    window.timestamp = GST_BUFFER_PTS (buffer);
    window.duration = GST_BUFFER_DURATION (buffer);
    info = gst_vitals_window_new_from_capture (&window,
        &GST_BASE_SINK (self)->segment);
  } else {
    info = gst_vitals_window_new (window.window);
    info->frames = frames;
    info->framerate = framerate;
  }
  info->synthetic = buffer && gst_vitals_synthetic_is_marked (buffer);
  info->source_id = gst_vitals_service_sink_dup_source_id (&self->parent);
  item = vitals_scan_item_new (window.window, payload, info,
      (GDestroyNotify) gst_vitals_window_free);
  GST_OBJECT_LOCK (self);
  item->demographics = self->settings.demographics;
  GST_OBJECT_UNLOCK (self);
  g_ptr_array_add (self->sealed, item);
  g_mutex_lock (&self->parent.lock);
  self->n_windows++;
  self->n_frames += frames;
  g_mutex_unlock (&self->parent.lock);
}

/* What comes is no payload: why not is told once what came before is answered,
 * and ends the stream. @error: (transfer full) */
static void
refuse (GstCircadifySink * self, GError * error)
{
  if (self->refused)
    g_error_free (error);
  else
    self->refusal = error;
  self->refused = TRUE;
}

void
gst_circadify_sink_tell_refusal (GstCircadifySink * self)
{
  g_autoptr (GError) error = g_steal_pointer (&self->refusal);

  if (!error)
    return;
  if (vitals_payload_parser_is_foreign (self->parser))
    GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
        ("This is neither raw video nor a payload of layout %s. For a video "
            "file put decodebin and videoconvert in front.",
            vitals_tensor_layout_get_name (self->layout)),
        ("%s", error->message));
  else
    GST_ELEMENT_ERROR (self, STREAM, DECODE, ("%s", error->message), (NULL));
}

static void
skip_payload (GstCircadifySink * self, const VitalsParsedPayload * parsed)
{
  g_mutex_lock (&self->parent.lock);
  self->n_skipped += parsed->frames;
  g_mutex_unlock (&self->parent.lock);
  vitals_payload_unref (parsed->payload);
}

/* What passes between two payloads is media time, however long it is: windows
 * may be far from each other. A jump is not: behind one that goes ahead, which
 * only its mark tells from a wait, no more passed than the payload before. */
static void
note_time (GstCircadifySink * self, GstBuffer * buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer), step = 0;

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return;
  if (GST_CLOCK_TIME_IS_VALID (self->payload_pts) && pts > self->payload_pts)
    step = pts - self->payload_pts;
  if (GST_BUFFER_IS_DISCONT (buffer))
    step = GST_CLOCK_TIME_IS_VALID (self->payload_duration)
        ? MIN (step, self->payload_duration) : 0;
  if (GST_CLOCK_TIME_IS_VALID (self->since_payload))
    self->since_payload += step;
  self->payload_pts = pts;
  self->payload_duration = GST_BUFFER_DURATION (buffer);
}

/* Whether scan-interval has passed; payloads without a time have none. */
static gboolean
is_due (GstCircadifySink * self, GstBuffer * buffer)
{
  guint64 interval;

  if (!buffer || !GST_BUFFER_PTS_IS_VALID (buffer)
      || !GST_CLOCK_TIME_IS_VALID (self->since_payload))
    return TRUE;
  GST_OBJECT_LOCK (self);
  interval = self->settings.capture.config.scan_interval;
  GST_OBJECT_UNLOCK (self);
  return self->since_payload >= interval;
}

/* Takes what is complete. @buffer: a payload with a time of its own, or NULL */
static void
take_ready (GstCircadifySink * self, GstBuffer * buffer)
{
  VitalsParsedPayload parsed;
  guint n = 0;

  while (vitals_payload_parser_pop (self->parser, &parsed)) {
    if (buffer && n++ > 0) {
      refuse (self, g_error_new_literal (VITALS_ERROR,
              VITALS_ERROR_INVALID_TENSOR, "A buffer with a time holds more "
              "than one payload: send them one by one"));
      skip_payload (self, &parsed);
    } else if (gst_circadify_sink_is_scan_wanted (self)
        && gst_circadify_sink_may_scan (self) && is_due (self, buffer)) {
      self->since_payload = 0;
      seal_payload (self, parsed.payload, parsed.frames, parsed.framerate,
          buffer);
      gst_circadify_sink_end_wanted_scan (self);
    } else {
      skip_payload (self, &parsed);
    }
  }
}

/* What was pushed must be complete now. */
static void
finish_parser (GstCircadifySink * self)
{
  GError *error = NULL;

  if (!vitals_payload_parser_finish (self->parser, &error))
    refuse (self, error);
}

GstFlowReturn
gst_circadify_sink_render_payload (GstCircadifySink * self, GstBuffer * buffer)
{
  /* here a buffer is a payload, and must be whole */
  gboolean whole = self->input == GST_CIRCADIFY_SINK_INPUT_BUFFERS;
  GError *error = NULL;
  GstFlowReturn ret;
  GBytes *bytes;

  if (self->refused)
    return GST_FLOW_ERROR;
  /* what follows was not there when a scan was cancelled */
  gst_circadify_sink_take_cancel (self);
  bytes = gst_vitals_payloads_copy_bytes (buffer);
  if (!vitals_payload_parser_push (self->parser, bytes, &error))
    refuse (self, error);
  else if (whole)
    finish_parser (self);
  g_bytes_unref (bytes);
  note_time (self, buffer);
  take_ready (self, whole ? buffer : NULL);
  /* the stream ends here, as it does with EOS */
  if (self->refused)
    return gst_vitals_service_sink_drain (&self->parent);
  ret = gst_circadify_sink_send_sealed (self, TRUE);
  if (ret == GST_FLOW_OK && gst_circadify_sink_is_finished (self))
    ret = GST_FLOW_EOS;
  return ret;
}

void
gst_circadify_sink_finish_payload (GstCircadifySink * self)
{
  if (self->refused)
    return;
  finish_parser (self);
  take_ready (self, NULL);
}

void
gst_circadify_sink_forget_payload (GstCircadifySink * self)
{
  vitals_payload_parser_free (self->parser);
  self->parser = vitals_payload_parser_new (self->layout);
  self->payload_pts = GST_CLOCK_TIME_NONE;
  self->refused = FALSE;
  g_clear_error (&self->refusal);
}
