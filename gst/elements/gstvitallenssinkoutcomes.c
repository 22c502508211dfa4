/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink: from answers to messages. On the network thread. */

#include "gstvitallenssink.h"
#include "gstvitalsmessages.h"

#include <vitals/vitals-error-private.h>
#include <vitals/vitals-reading-private.h>

/* As the service's own clients wait: 0.1 s, twice as long each time. */
#define FIRST_DELAY (G_USEC_PER_SEC / 10)
#define LONGEST_DELAY (5 * G_USEC_PER_SEC)
/* s; more is a mistake */
#define LONGEST_RETRY_AFTER (24 * 60 * 60)

GST_DEBUG_CATEGORY_EXTERN (gst_vitallens_sink_debug);
#define GST_CAT_DEFAULT gst_vitallens_sink_debug

/* What the service itself computed. */
static void
take_rates (const GstVitalLensChunk * chunk,
    const VitalsVitalLensAnswer * answer, GstVitalLensRates * rates)
{
  const GArray *times = chunk->times;

  gst_vitallens_waveform_take_rates (vitals_vitallens_answer_get_reading
      (answer), chunk->model, rates);
  rates->timestamp = g_array_index (times, GstClockTime, 0);
  rates->frames = times->len;
  rates->framerate = chunk->fps;
  rates->duration = chunk->fps > 0 ? (GstClockTime) (times->len / chunk->fps
      * GST_SECOND) : GST_CLOCK_TIME_NONE;
}

/* When the first frame of the rates came; 0 when that was not live. */
static gint64
get_captured_at (const GstVitalLensChunk * chunk,
    const GstVitalLensRates * rates)
{
  GstClockTime last = g_array_index (chunk->times, GstClockTime,
      chunk->times->len - 1);

  if (chunk->captured_at == 0 || !GST_CLOCK_TIME_IS_VALID (rates->timestamp)
      || rates->timestamp > last)
    return 0;
  return chunk->captured_at - (last - rates->timestamp) / GST_USECOND;
}

static GstStructure *
make_message (GstVitalLensSink * self, const GstVitalLensChunk * chunk,
    const GstVitalLensRates * rates, guint64 index)
{
  g_autofree gchar *source_id =
      gst_vitals_service_sink_dup_source_id (&self->parent);
  GstVitalsWindow *window = gst_vitals_window_new (index);
  GstStructure *message;

  window->frames = rates->frames;
  window->framerate = rates->framerate;
  window->synthetic = chunk->synthetic;
  window->timestamp = rates->timestamp;
  window->duration = rates->duration;
  gst_vitals_window_place (window, &chunk->segment);
  window->captured_at = get_captured_at (chunk, rates);
  message = gst_vitals_message_vitals (window, rates->reading, source_id);
  if (rates->reason)
    gst_structure_set (message, "reason", G_TYPE_STRING, rates->reason, NULL);
  gst_vitals_window_free (window);
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
  self->flight.frames = 0;
  if (!vitals_vitallens_answer_is_usable (answer, &unusable))
    gst_vitallens_waveform_clear (self->waveform);
  else
    gst_vitallens_waveform_add (self->waveform, answer,
        (GstClockTime *) chunk->times->data, chunk->times->len);
  if (chunk->rates)
    take_rates (chunk, answer, rates);
  else
    gst_vitallens_waveform_measure (self->waveform, chunk->model, rates);
  if (unusable)
    rates->reason = unusable;
  vitals_reading_set_model (rates->reading,
      vitals_vitallens_answer_get_model (answer));
}

/* With the lock. */
static void
publish_rates (GstVitalLensSink * self, const GstVitalLensChunk * chunk,
    const GstVitalLensRates * rates)
{
  GstStructure *message = make_message (self, chunk, rates, self->n_windows++);
  gboolean post_waveform;

  GST_OBJECT_LOCK (self);
  post_waveform = self->settings.post_waveform;
  GST_OBJECT_UNLOCK (self);
  if (post_waveform && !chunk->rates)
    gst_vitallens_waveform_describe (self->waveform, rates, message);
  gst_vitals_service_sink_take_reading (&self->parent, message);
  self->n_answers++;
  gst_vitallens_sink_publish (self, message);
}

/* With the lock. Whether @chunk is of this run, which is also over when it has
 * no cancellable any more. */
static gboolean
is_of_run (GstVitalLensSink * self, const GstVitalLensChunk * chunk)
{
  return chunk->cancellable == self->cancellable;
}

/* With the lock, in which its outcome became known: it is not unanswered any
 * more. Who waits is woken when all is posted. */
static void
end_call (GstVitalLensSink * self, const GstVitalLensChunk * chunk)
{
  if (is_of_run (self, chunk))
    self->in_flight = FALSE;
}

void
gst_vitallens_sink_tell_model (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, VitalsVitalLensModel * model)
{
  GST_INFO_OBJECT (self, "model %s: %u inputs of %ux%u at %g Hz", model->name,
      model->n_inputs, model->input_size, model->input_size, model->fps_target);
  g_mutex_lock (&self->parent.lock);
  if (is_of_run (self, chunk)) {
    self->model = g_steal_pointer (&model);
    self->failures = 0;
    self->retry_at = 0;
  }
  end_call (self, chunk);
  g_mutex_unlock (&self->parent.lock);
  g_clear_pointer (&model, vitals_vitallens_model_free);
  gst_vitals_service_sink_wake (self);
}

void
gst_vitallens_sink_tell_answer (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const VitalsVitalLensAnswer * answer)
{
  GstVitalLensRates rates = { NULL, };

  g_mutex_lock (&self->parent.lock);
  if (is_of_run (self, chunk)) {
    self->failures = 0;
    self->retry_at = 0;
  }
  if (is_of_run (self, chunk) && chunk->generation == self->generation) {
    digest (self, chunk, answer, &rates);
    publish_rates (self, chunk, &rates);
  } else {
    self->n_stale++;
  }
  end_call (self, chunk);
  g_mutex_unlock (&self->parent.lock);
  GST_DEBUG_OBJECT (self, "%s after %" G_GINT64_FORMAT " us",
      rates.reading ? "answered" : "an answer that does not count any more",
      g_get_monotonic_time () - chunk->sent_at);
  gst_vitallens_sink_post_queued (self);
  g_clear_pointer (&rates.reading, vitals_reading_unref);
  gst_vitals_service_sink_wake (self);
}

/* With the lock. */
static void
wait_longer (GstVitalLensSink * self, const GError * error)
{
  gint64 delay = MIN (FIRST_DELAY << MIN (self->failures, 10), LONGEST_DELAY);
  gint64 asked = vitals_error_get_retry_after (error);  /* s, or below 0 */

  delay = MAX (delay, CLAMP (asked, 0, LONGEST_RETRY_AFTER) * G_USEC_PER_SEC);
  self->retry_at = g_get_monotonic_time () + delay;
  self->failures++;
}

/* What of the stream the failure is about. */
static void
describe_lost (const GstVitalLensSpan * lost, GstStructure * message)
{
  GstClockTime span = lost->last - lost->first;

  /* with as much as one frame takes, of which it is not known how long the
   * last one is */
  if (lost->frames > 1)
    span += span / (lost->frames - 1);
  gst_structure_set (message, "frames", G_TYPE_UINT, lost->frames,
      "timestamp", G_TYPE_UINT64, lost->first,
      "duration", G_TYPE_UINT64, span, NULL);
}

void
gst_vitallens_sink_fail (GstVitalLensSink * self,
    const GstVitalLensSpan * lost, const GError * error, guint attempts)
{
  g_autofree gchar *source_id =
      gst_vitals_service_sink_dup_source_id (&self->parent);
  GstStructure *message = gst_vitals_message_failed (self->n_windows++, error,
      NULL, attempts, source_id);
  GstVitalsOnFailure on_failure;

  GST_WARNING_OBJECT (self, "%s", error->message);
  if (lost && lost->frames > 0)
    describe_lost (lost, message);
  self->n_failed++;
  self->generation++;
  self->flight.frames = 0;
  g_clear_pointer (&self->state, g_bytes_unref);
  gst_vitallens_waveform_clear (self->waveform);
  gst_vitallens_sink_end_session (self, GST_PROGRESS_TYPE_ERROR,
      error->message);
  gst_vitallens_sink_publish (self, message);
  GST_OBJECT_LOCK (self);
  on_failure = self->parent.settings.on_failure;
  GST_OBJECT_UNLOCK (self);
  if (on_failure != GST_VITALS_ON_FAILURE_ERROR || self->failing)
    return;
  gst_vitallens_sink_queue (self,
      gst_vitals_failure_to_message (GST_ELEMENT (self), error));
  self->failing = TRUE;
}

void
gst_vitallens_sink_tell_failure (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const GError * error, guint attempts)
{
  g_mutex_lock (&self->parent.lock);
  if (is_of_run (self, chunk)
      && !g_error_matches (error, VITALS_ERROR, VITALS_ERROR_CANCELLED)) {
    gboolean stale = chunk->times && chunk->generation != self->generation;

    self->blocked |= vitals_error_is_final (error);
    wait_longer (self, error);
    self->n_stale += stale;
    /* even when its frames were dropped meanwhile: that it is the network, or the
     * service, nothing else would say */
    gst_vitallens_sink_fail (self, stale ? NULL : &chunk->fresh, error,
        attempts);
  }
  end_call (self, chunk);
  g_mutex_unlock (&self->parent.lock);
  gst_vitallens_sink_post_queued (self);
  gst_vitals_service_sink_wake (self);
}
