/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink: from answers to messages. On the network thread. */

#include "gstvitallenssink.h"
#include "gstvitalsmessages.h"

#include <vitals/vitals-error.h>
#include <vitals/vitals-reading-private.h>

/* As the service's own clients wait: 0.1 s, twice as long each time. */
#define FIRST_DELAY (G_USEC_PER_SEC / 10)
#define LONGEST_DELAY (5 * G_USEC_PER_SEC)

gchar *
gst_vitallens_sink_dup_source_id (GstVitalLensSink * self)
{
  gchar *source_id;

  GST_OBJECT_LOCK (self);
  source_id = g_strdup (self->settings.source_id);
  GST_OBJECT_UNLOCK (self);
  return source_id;
}

void
gst_vitallens_sink_post (GstVitalLensSink * self, GstStructure * message)
{
  g_mutex_lock (&self->lock);
  if (self->results)
    gst_vitals_results_write (self->results, message);
  if (gst_structure_has_name (message, "vitals")) {
    g_clear_pointer (&self->last_reading, gst_structure_free);
    self->last_reading = gst_structure_copy (message);
  }
  g_mutex_unlock (&self->lock);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), message));
}

void
gst_vitallens_sink_end_call (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk)
{
  g_mutex_lock (&self->lock);
  /* not one of an earlier run */
  if (chunk->cancellable == self->cancellable)
    self->in_flight = FALSE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* What the service itself computed. */
static void
take_rates (const GstVitalLensChunk * chunk,
    const VitalsVitalLensAnswer * answer, GstVitalLensRates * rates)
{
  const GArray *times = chunk->times;

  rates->reading =
      vitals_reading_ref (vitals_vitallens_answer_get_reading (answer));
  rates->timestamp = g_array_index (times, GstClockTime, 0);
  rates->frames = times->len;
  rates->framerate = chunk->fps;
  rates->duration = chunk->fps > 0 ? (GstClockTime) (times->len / chunk->fps
      * GST_SECOND) : GST_CLOCK_TIME_NONE;
  if (!vitals_reading_get_value (rates->reading, VITALS_MEASURE_HEART_RATE,
          NULL))
    rates->reason = "the service found no heart rate";
}

static GstStructure *
make_message (GstVitalLensSink * self, const GstVitalLensChunk * chunk,
    const GstVitalLensRates * rates, guint64 index)
{
  g_autofree gchar *source_id = gst_vitallens_sink_dup_source_id (self);
  GstVitalsWindow *window = gst_vitals_window_new (index);
  GstStructure *message;

  window->frames = rates->frames;
  window->framerate = rates->framerate;
  window->synthetic = chunk->synthetic;
  window->timestamp = rates->timestamp;
  window->duration = rates->duration;
  if (GST_CLOCK_TIME_IS_VALID (rates->timestamp)) {
    window->stream_time = gst_segment_to_stream_time (&chunk->segment,
        GST_FORMAT_TIME, rates->timestamp);
    window->running_time = gst_segment_to_running_time (&chunk->segment,
        GST_FORMAT_TIME, rates->timestamp);
  }
  message = gst_vitals_message_vitals (window, rates->reading, source_id);
  if (rates->reason)
    gst_structure_set (message, "reason", G_TYPE_STRING, rates->reason, NULL);
  g_free (window);
  return message;
}

/* With the lock: what @answer means for what was shown so far. An answer that
 * is no measurement ends the stretch. */
static void
digest (GstVitalLensSink * self, const GstVitalLensChunk * chunk,
    const VitalsVitalLensAnswer * answer, GstVitalLensRates * rates)
{
  GBytes *state = vitals_vitallens_answer_get_state (answer);
  const gchar *unusable;

  g_clear_pointer (&self->state, g_bytes_unref);
  self->state = state ? g_bytes_ref (state) : NULL;
  self->failures = 0;
  self->retry_at = 0;
  if (!vitals_vitallens_answer_is_usable (answer, &unusable))
    gst_vitallens_waveform_clear (self->waveform);
  else
    gst_vitallens_waveform_add (self->waveform, answer,
        (GstClockTime *) chunk->times->data, chunk->times->len);
  if (chunk->rates)
    take_rates (chunk, answer, rates);
  else
    gst_vitallens_waveform_measure (self->waveform, rates);
  if (unusable)
    rates->reason = unusable;
  vitals_reading_set_model (rates->reading,
      vitals_vitallens_answer_get_model (answer));
  vitals_reading_set_processing_time (rates->reading,
      (g_get_monotonic_time () - chunk->sent_at) * GST_USECOND);
}

void
gst_vitallens_sink_tell_answer (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const VitalsVitalLensAnswer * answer)
{
  GstVitalLensRates rates = { NULL, };
  GstStructure *message;
  gboolean current, post_waveform;
  guint64 index = 0;

  GST_OBJECT_LOCK (self);
  post_waveform = self->settings.post_waveform;
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->lock);
  current = chunk->generation == self->generation
      && chunk->cancellable == self->cancellable;
  if (current) {
    digest (self, chunk, answer, &rates);
    index = self->n_answers++;
  } else {
    self->n_stale++;
  }
  g_mutex_unlock (&self->lock);
  if (current) {
    message = make_message (self, chunk, &rates, index);
    g_mutex_lock (&self->lock);
    if (post_waveform && !chunk->rates)
      gst_vitallens_waveform_describe (self->waveform, &rates, message);
    g_mutex_unlock (&self->lock);
    gst_vitallens_sink_post (self, message);
    vitals_reading_unref (rates.reading);
  }
  gst_vitallens_sink_end_call (self, chunk);
}

/* What no later call can change. */
static gboolean
is_final (const GError * error)
{
  return !vitals_error_get_retryable (error)
      && !g_error_matches (error, VITALS_ERROR, VITALS_ERROR_INVALID_RESPONSE)
      && !g_error_matches (error, VITALS_ERROR, VITALS_ERROR_CANCELLED);
}

void
gst_vitallens_sink_tell_failure (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const GError * error)
{
  g_autofree gchar *source_id = gst_vitallens_sink_dup_source_id (self);
  gboolean cancelled;
  guint64 index;

  g_mutex_lock (&self->lock);
  cancelled = chunk->cancellable != self->cancellable
      || g_error_matches (error, VITALS_ERROR, VITALS_ERROR_CANCELLED);
  index = self->n_answers;
  if (!cancelled) {
    self->n_failed++;
    self->blocked = is_final (error);
    self->retry_at = g_get_monotonic_time () + MIN (FIRST_DELAY
        << MIN (self->failures, 10), LONGEST_DELAY);
    self->failures++;
    /* its frames are lost: what comes next is another stretch */
    if (chunk->generation == self->generation) {
      self->generation++;
      g_clear_pointer (&self->state, g_bytes_unref);
      gst_vitallens_waveform_clear (self->waveform);
    }
  }
  g_mutex_unlock (&self->lock);
  if (!cancelled)
    gst_vitallens_sink_post (self, gst_vitals_message_failed (index, error,
            NULL, 1, source_id));
  gst_vitallens_sink_end_call (self, chunk);
}

GstStructure *
gst_vitallens_sink_get_stats (GstVitalLensSink * self)
{
  GstStructure *stats;

  g_mutex_lock (&self->lock);
  stats = gst_structure_new ("vitals-stats",
      "frames", G_TYPE_UINT64, self->n_frames,
      "skipped", G_TYPE_UINT64, self->n_skipped,
      "chunks", G_TYPE_UINT64, self->n_chunks,
      "answers", G_TYPE_UINT64, self->n_answers,
      "failed", G_TYPE_UINT64, self->n_failed,
      "dropped", G_TYPE_UINT64, self->n_dropped,
      "stale", G_TYPE_UINT64, self->n_stale,
      "state", G_TYPE_STRING, self->blocked ? "blocked"
      : self->in_flight ? "sending" : "idle", NULL);
  g_mutex_unlock (&self->lock);
  return stats;
}
