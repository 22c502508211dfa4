/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsmessages.h"

#include <math.h>
#include <vitals/client/vitals-scan-private.h>

GstVitalsWindow *
gst_vitals_window_new (guint64 window)
{
  GstVitalsWindow *self = g_new0 (GstVitalsWindow, 1);

  self->window = window;
  self->timestamp = self->stream_time = self->running_time = self->duration =
      GST_CLOCK_TIME_NONE;
  return self;
}

void
gst_vitals_window_free (GstVitalsWindow * self)
{
  g_free (self->source_id);
  g_free (self);
}

void
gst_vitals_window_place (GstVitalsWindow * self, const GstSegment * segment)
{
  if (segment->format != GST_FORMAT_TIME)
    return;
  self->stream_time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME,
      self->timestamp);
  self->running_time = gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      self->timestamp);
}

GstVitalsWindow *
gst_vitals_window_new_from_capture (const VitalsCaptureWindow * window,
    const GstSegment * segment)
{
  GstVitalsWindow *self = gst_vitals_window_new (window->window);

  self->frames = window->frames;
  self->framerate = window->framerate;
  self->timestamp = window->timestamp;
  self->duration = window->duration;
  gst_vitals_window_place (self, segment);
  return self;
}

static void
set_text (GstStructure * message, const gchar * field, const gchar * text)
{
  if (text && *text)
    gst_structure_set (message, field, G_TYPE_STRING, text, NULL);
}

static void
set_time (GstStructure * message, const gchar * field, GstClockTime time)
{
  if (GST_CLOCK_TIME_IS_VALID (time))
    gst_structure_set (message, field, G_TYPE_UINT64, time, NULL);
}

/* ISO-8601 in UTC, to the millisecond. */
static void
set_captured_at (GstStructure * message, gint64 captured_at)
{
  GDateTime *second;
  gchar *start, *text;

  if (captured_at == 0)
    return;
  second = g_date_time_new_from_unix_utc (captured_at / G_USEC_PER_SEC);
  start = g_date_time_format (second, "%Y-%m-%dT%H:%M:%S");
  text = g_strdup_printf ("%s.%03dZ", start,
      (gint) (captured_at % G_USEC_PER_SEC / 1000));
  set_text (message, "captured-at", text);
  g_free (text);
  g_free (start);
  g_date_time_unref (second);
}

void
gst_vitals_message_post (GstElement * element, GstStructure * message)
{
  gst_element_post_message (element,
      gst_message_new_element (GST_OBJECT (element), message));
}

GstStructure *
gst_vitals_message_vitals (const GstVitalsWindow * window,
    VitalsReading * reading, const gchar * source_id)
{
  GstStructure *message = vitals_reading_to_structure (reading);
  gboolean synthetic = vitals_reading_is_synthetic (reading)
      || window->synthetic;

  gst_structure_set (message, "window", G_TYPE_UINT64, window->window,
      "is-synthetic", G_TYPE_BOOLEAN, synthetic, NULL);
  set_text (message, "source-id", source_id);
  set_time (message, "timestamp", window->timestamp);
  set_time (message, "stream-time", window->stream_time);
  set_time (message, "running-time", window->running_time);
  set_time (message, "duration", window->duration);
  set_captured_at (message, window->captured_at);
  if (window->frames > 0)
    gst_structure_set (message, "frames", G_TYPE_UINT, window->frames, NULL);
  if (window->framerate > 0)
    gst_structure_set (message, "framerate", G_TYPE_DOUBLE, window->framerate,
        NULL);
  return message;
}

void
gst_vitals_message_set_waveform (GstStructure * message,
    const gdouble * samples, guint n, gdouble rate)
{
  GValue list = G_VALUE_INIT, sample = G_VALUE_INIT;
  guint i;

  if (n == 0)
    return;
  g_value_init (&list, GST_TYPE_ARRAY);
  g_value_init (&sample, G_TYPE_DOUBLE);
  for (i = 0; i < n; i++) {
    g_value_set_double (&sample, samples[i]);
    gst_value_array_append_value (&list, &sample);
  }
  gst_structure_take_value (message, "waveform", &list);
  if (rate > 0)
    gst_structure_set (message, "waveform-rate", G_TYPE_DOUBLE, rate, NULL);
}

GstStructure *
gst_vitals_message_failed (guint64 window, const GError * error,
    const gchar * session_id, guint attempts, const gchar * source_id)
{
  GstStructure *message = vitals_failure_to_structure (error, session_id,
      attempts);

  gst_structure_set (message, "window", G_TYPE_UINT64, window, NULL);
  set_text (message, "source-id", source_id);
  return message;
}

GstStructure *
gst_vitals_message_dropped (const GstVitalsWindow * window,
    const gchar * reason, guint64 total, const gchar * source_id)
{
  GstStructure *message = gst_structure_new ("vitals-dropped",
      "window", G_TYPE_UINT64, window->window,
      "reason", G_TYPE_STRING, reason,
      "frames", G_TYPE_UINT, window->frames,
      "total", G_TYPE_UINT64, total, NULL);

  set_text (message, "source-id", source_id);
  return message;
}

static void
set_measure (GstStructure * message, const gchar * field, gdouble measure)
{
  if (!isnan (measure))
    gst_structure_set (message, field, G_TYPE_DOUBLE, measure, NULL);
}

static void
append_warning (GValue * warnings, const gchar * text)
{
  GValue warning = G_VALUE_INIT;

  g_value_init (&warning, G_TYPE_STRING);
  g_value_set_static_string (&warning, text);
  gst_value_list_append_and_take_value (warnings, &warning);
}

/* Each warning once. */
static void
set_warnings (GstStructure * message, VitalsQualityProblems problems)
{
  GValue warnings = G_VALUE_INIT;
  const gchar *last = NULL;
  guint i;

  g_value_init (&warnings, GST_TYPE_LIST);
  for (i = 0; i < VITALS_QUALITY_N_PROBLEMS; i++) {
    const gchar *text = vitals_quality_get_warning (i);

    /* those of one text follow each other */
    if ((problems & (1 << i)) && g_strcmp0 (text, last) != 0)
      append_warning (&warnings, last = text);
  }
  gst_structure_take_value (message, "warnings", &warnings);
}

GstStructure *
gst_vitals_message_quality (guint64 window,
    const VitalsQualityMeasures * measures, const gchar * source_id)
{
  GstStructure *message = gst_structure_new ("vitals-quality",
      "window", G_TYPE_UINT64, window,
      "face", G_TYPE_BOOLEAN, TRUE,
      "x", G_TYPE_DOUBLE, measures->box.x,
      "y", G_TYPE_DOUBLE, measures->box.y,
      "width", G_TYPE_DOUBLE, measures->box.width,
      "height", G_TYPE_DOUBLE, measures->box.height, NULL);

  set_measure (message, "brightness", measures->brightness);
  set_measure (message, "clipped", measures->clipped);
  set_measure (message, "flicker", measures->flicker);
  set_measure (message, "motion", measures->motion);
  set_measure (message, "skin", measures->skin);
  set_measure (message, "framerate", measures->framerate);
  set_warnings (message, measures->problems);
  set_text (message, "source-id", source_id);
  return message;
}

GstStructure *
gst_vitals_message_no_face (guint64 window, const gchar * source_id)
{
  GstStructure *message = gst_structure_new ("vitals-quality",
      "window", G_TYPE_UINT64, window,
      "face", G_TYPE_BOOLEAN, FALSE, NULL);
  GValue warnings = G_VALUE_INIT;

  g_value_init (&warnings, GST_TYPE_LIST);
  append_warning (&warnings, "face_position");
  gst_structure_take_value (message, "warnings", &warnings);
  set_text (message, "source-id", source_id);
  return message;
}

GstStructure *
gst_vitals_message_progress (guint64 window, const gchar * phase,
    gint percent, guint frames, guint target_frames, const gchar * source_id)
{
  GstStructure *message = gst_structure_new ("vitals-progress",
      "phase", G_TYPE_STRING, phase,
      "window", G_TYPE_UINT64, window, NULL);

  if (percent >= 0)
    gst_structure_set (message, "percent", G_TYPE_INT, percent, NULL);
  if (frames > 0)
    gst_structure_set (message, "frames", G_TYPE_UINT, frames, NULL);
  if (target_frames > 0)
    gst_structure_set (message, "target-frames", G_TYPE_UINT, target_frames,
        NULL);
  set_text (message, "source-id", source_id);
  return message;
}
