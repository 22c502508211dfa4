/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* rppg: from estimates to messages. */

#include "gstrppg.h"

#include "gstvitalsmessages.h"

static void
add_waveform (GstRppg * self, GstStructure * message)
{
  const gdouble *waveform;
  gdouble rate;
  guint n;

  waveform = vitals_pulse_estimator_get_waveform (self->estimator, &n, &rate);
  gst_vitals_message_set_waveform (message, waveform, n, rate);
}

static GstStructure *
make_message (GstRppg * self, const VitalsPulseEstimate * estimate)
{
  GstBaseTransform *transform = GST_BASE_TRANSFORM (self);
  VitalsReading *reading = vitals_pulse_estimate_to_reading (estimate);
  GstVitalsWindow *window = gst_vitals_window_new (self->n_messages++);
  GstStructure *message;
  gboolean post_waveform;

  window->frames = estimate->frames;
  window->framerate = estimate->framerate;
  window->timestamp = estimate->timestamp;
  window->duration = estimate->duration;
  window->synthetic = self->synthetic;
  gst_vitals_window_place (window, &transform->segment);
  GST_OBJECT_LOCK (self);
  message = gst_vitals_message_vitals (window, reading,
      self->settings.source_id);
  post_waveform = self->settings.post_waveform;
  GST_OBJECT_UNLOCK (self);
  if (!estimate->has_heart_rate)
    gst_structure_set (message, "reason", G_TYPE_STRING,
        vitals_no_rate_get_text (estimate->no_heart_rate), NULL);
  else
    gst_structure_set (message, "snr", G_TYPE_DOUBLE, estimate->snr, NULL);
  if (post_waveform)
    add_waveform (self, message);
  vitals_reading_unref (reading);
  gst_vitals_window_free (window);
  return message;
}

void
gst_rppg_post_vitals (GstRppg * self, const VitalsPulseEstimate * estimate)
{
  gst_vitals_message_post (GST_ELEMENT (self), make_message (self, estimate));
}

void
gst_rppg_post_no_face (GstRppg * self)
{
  GstStructure *message;

  GST_OBJECT_LOCK (self);
  message = gst_vitals_message_no_face (self->n_messages,
      self->settings.source_id);
  GST_OBJECT_UNLOCK (self);
  gst_vitals_message_post (GST_ELEMENT (self), message);
}
