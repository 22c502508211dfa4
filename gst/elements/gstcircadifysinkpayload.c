/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: payloads that come as they are, from circadifyenc or from a
 * file. Everything on the streaming thread.
 */

#include "gstcircadifysink.h"

#include <vitals/vitals-error.h>

#include "gstvitalspayloads.h"

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

/* @payload: (transfer full). Without @buffer there are no times. */
static void
seal_payload (GstCircadifySink * self, VitalsPayload * payload, guint frames,
    gdouble framerate, GstBuffer * buffer)
{
  VitalsCaptureWindow window = {
    .window = self->n_payloads++,
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
  item = vitals_scan_item_new (window.window, payload, info, g_free);
  GST_OBJECT_LOCK (self);
  item->demographics = self->settings.demographics;
  GST_OBJECT_UNLOCK (self);
  g_ptr_array_add (self->sealed, item);
  g_mutex_lock (&self->parent.lock);
  self->n_windows++;
  self->n_frames += frames;
  g_mutex_unlock (&self->parent.lock);
}

static GstFlowReturn
refuse (GstCircadifySink * self, GError * error)
{
  if (vitals_payload_parser_is_foreign (self->parser))
    GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
        ("This is neither raw video nor a payload of layout %s. For a video "
            "file put decodebin and videoconvert in front.",
            vitals_tensor_layout_get_name (self->layout)),
        ("%s", error->message));
  else
    GST_ELEMENT_ERROR (self, STREAM, DECODE, ("%s", error->message), (NULL));
  g_error_free (error);
  return GST_FLOW_ERROR;
}

/* Hands over what is complete. */
static GstFlowReturn
take_ready (GstCircadifySink * self, GstBuffer * buffer)
{
  VitalsParsedPayload parsed;

  while (vitals_payload_parser_pop (self->parser, &parsed)) {
    if (gst_circadify_sink_may_scan (self)) {
      seal_payload (self, parsed.payload, parsed.frames, parsed.framerate,
          buffer);
    } else {
      g_mutex_lock (&self->parent.lock);
      self->n_skipped += parsed.frames;
      g_mutex_unlock (&self->parent.lock);
      vitals_payload_unref (parsed.payload);
    }
  }
  return gst_circadify_sink_send_sealed (self, TRUE);
}

/* What was pushed must be complete now. */
static GstFlowReturn
finish_payload (GstCircadifySink * self, GstBuffer * buffer)
{
  GError *error = NULL;

  if (!vitals_payload_parser_finish (self->parser, &error))
    return refuse (self, error);
  return take_ready (self, buffer);
}

GstFlowReturn
gst_circadify_sink_render_payload (GstCircadifySink * self, GstBuffer * buffer)
{
  GError *error = NULL;
  GBytes *bytes = gst_vitals_payloads_copy_bytes (buffer);
  gboolean good = vitals_payload_parser_push (self->parser, bytes, &error);
  GstFlowReturn ret;

  g_bytes_unref (bytes);
  if (!good)
    return refuse (self, error);
  /* here a buffer is a payload, and must be whole */
  if (self->input == GST_CIRCADIFY_SINK_INPUT_BUFFERS)
    ret = finish_payload (self, buffer);
  else
    ret = take_ready (self, NULL);
  if (ret == GST_FLOW_OK && gst_circadify_sink_is_finished (self))
    ret = GST_FLOW_EOS;
  return ret;
}

GstFlowReturn
gst_circadify_sink_finish_payload (GstCircadifySink * self)
{
  return finish_payload (self, NULL);
}
