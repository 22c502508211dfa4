/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: from pictures that wait to chunks. The streaming thread decides
 * and waits.
 */

#include "gstvitallenssink.h"

#include <math.h>
#include <vitals/vitals-dropped-private.h>

GST_DEBUG_CATEGORY_EXTERN (gst_vitallens_sink_debug);
#define GST_CAT_DEFAULT gst_vitallens_sink_debug

#define FOR_EVER (G_MAXINT64 / 2)

/* What is waited for; with the lock. */

static gboolean
is_posted (gpointer user_data)
{
  GstVitalLensSink *self = user_data;

  return !self->posting && g_queue_is_empty (&self->outbox);
}

gboolean
gst_vitallens_sink_is_quiet (gpointer user_data)
{
  GstVitalLensSink *self = user_data;

  return !self->in_flight && is_posted (self);
}

static gboolean
is_blocked (gpointer user_data)
{
  GstVitalLensSink *self = user_data;

  return self->blocked;
}

/* With the lock: until the next call may be made, or no more will be. */
static GstFlowReturn
wait_for_turn (GstVitalLensSink * self, gint64 * left)
{
  GstFlowReturn ret = gst_vitals_service_sink_wait (&self->parent,
      gst_vitallens_sink_is_quiet, left);
  gint64 delay = self->retry_at - g_get_monotonic_time ();
  gint64 rest;

  delay = rest = MIN (delay, *left);
  if (ret != GST_FLOW_OK || delay <= 0)
    return ret;
  ret = gst_vitals_service_sink_wait (&self->parent, is_blocked, &rest);
  *left -= delay - rest;
  return ret;
}

static GstFlowReturn
wait_for_answer (GstVitalLensSink * self)
{
  GstFlowReturn ret;
  gint64 left = FOR_EVER;

  g_mutex_lock (&self->parent.lock);
  ret = wait_for_turn (self, &left);
  g_mutex_unlock (&self->parent.lock);
  return ret;
}

/* Whether a call may be made; with the lock. */
static gboolean
may_call (GstVitalLensSink * self)
{
  return !self->in_flight && !self->blocked && !self->failing
      && g_get_monotonic_time () >= self->retry_at;
}

/* Asks for it when it is time to. */
static void
ask_for_model (GstVitalLensSink * self)
{
  g_autofree gchar *name = NULL;
  GstVitalLensChunk *chunk = NULL;

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->settings.model);
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->parent.lock);
  if (!self->model && may_call (self)) {
    chunk = gst_vitallens_sink_chunk_new (self);
    self->in_flight = TRUE;
    self->flight.frames = 0;
  }
  g_mutex_unlock (&self->parent.lock);
  if (chunk)
    gst_vitallens_sink_call (self, chunk, name);
}

GstFlowReturn
gst_vitallens_sink_need_model (GstVitalLensSink * self, gboolean * known)
{
  gboolean live = gst_vitals_service_sink_is_live (&self->parent);
  GstFlowReturn ret = GST_FLOW_OK;

  ask_for_model (self);
  g_mutex_lock (&self->parent.lock);
  if (!live && !self->model)
    ret = gst_vitals_service_sink_wait (&self->parent,
        gst_vitallens_sink_is_quiet, NULL);
  /* a file does not come again: without a model nothing can be measured */
  if (!live && ret == GST_FLOW_OK && !self->model)
    self->blocked = TRUE;
  *known = self->model && !self->blocked;
  g_mutex_unlock (&self->parent.lock);
  return ret;
}

/* When new pictures are a chunk: so many, or so long; and what is the most. */
typedef struct
{
  guint frames;
  GstClockTime duration;        /* or NONE */
  guint most;                   /* with context */
} Limits;

static const Limits whatever_is_there = { 1, GST_CLOCK_TIME_NONE, 0 };

static void
get_limits (GstVitalLensSink * self, Limits * limits)
{
  GST_OBJECT_LOCK (self);
  if (self->settings.mode == GST_VITALLENS_SINK_MODE_FILE) {
    limits->most = VITALS_VITALLENS_MAX_FILE_FRAMES;
    limits->duration = GST_CLOCK_TIME_NONE;
  } else {
    limits->most = VITALS_VITALLENS_MAX_STREAM_FRAMES;
    limits->duration = self->settings.chunk_duration;
  }
  GST_OBJECT_UNLOCK (self);
  limits->frames = limits->most - self->model->n_inputs;
}

static gdouble
measure_fps (const GArray * times)
{
  GstClockTime span = g_array_index (times, GstClockTime, times->len - 1)
      - g_array_index (times, GstClockTime, 0);

  return span > 0 ? (times->len - 1) * (gdouble) GST_SECOND / span : 0;
}

/* Those that were not sent yet. */
static GstVitalLensSpan
get_fresh (const GstVitalLensPending * pending)
{
  const GArray *times = pending->times;
  GstVitalLensSpan fresh = {.frames = times->len - pending->n_context };

  if (fresh.frames > 0) {
    fresh.first = g_array_index (times, GstClockTime, pending->n_context);
    fresh.last = g_array_index (times, GstClockTime, times->len - 1);
  }
  return fresh;
}

static void
remove_first (GstVitalLensPending * pending, guint n, guint bytes)
{
  if (n == 0)
    return;
  g_byte_array_remove_range (pending->pixels, 0, n * bytes);
  g_array_remove_range (pending->times, 0, n);
}

/* Takes what waits; the last pictures stay as context of the next call. */
static void
fill_chunk (GstVitalLensSink * self, GstVitalLensChunk * chunk)
{
  GstVitalLensPending *pending = &self->pending;
  guint bytes = chunk->model->input_size * chunk->model->input_size * 3;
  guint keep;

  /* without a state there is no context */
  if (!chunk->state) {
    remove_first (pending, pending->n_context, bytes);
    pending->n_context = 0;
  }
  chunk->fresh = get_fresh (pending);
  chunk->captured_at = pending->captured_at;
  chunk->video = g_bytes_new (pending->pixels->data, pending->pixels->len);
  chunk->times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  g_array_append_vals (chunk->times, pending->times->data, pending->times->len);
  chunk->fps = measure_fps (chunk->times);
  chunk->synthetic = pending->synthetic;
  gst_segment_copy_into (&GST_BASE_SINK (self)->segment, &chunk->segment);
  keep = MIN (chunk->model->n_inputs - 1, pending->times->len);
  remove_first (pending, pending->times->len - keep, bytes);
  pending->n_context = keep;
}

/* Returns: whether it is a file, which takes long */
static gboolean
take_settings (GstVitalLensSink * self, GstVitalLensChunk * chunk)
{
  gboolean file;

  GST_OBJECT_LOCK (self);
  file = self->settings.mode == GST_VITALLENS_SINK_MODE_FILE;
  chunk->as_file = file
      || self->settings.encoding == GST_VITALLENS_SINK_ENCODING_JSON;
  chunk->rates = self->settings.process_signals
      == GST_VITALLENS_SINK_SIGNALS_SERVER;
  /* it is named in a call only when it was chosen */
  if (!self->settings.model || !*self->settings.model)
    g_clear_pointer (&chunk->model->name, g_free);
  GST_OBJECT_UNLOCK (self);
  return file;
}

/* Time stamps are cut off, and jitter: half a frame less is as long. */
static gboolean
is_chunk (const GstVitalLensSpan * fresh, const Limits * limits)
{
  gdouble frame;

  if (fresh->frames >= limits->frames)
    return TRUE;
  if (fresh->frames < 2 || !GST_CLOCK_TIME_IS_VALID (limits->duration))
    return FALSE;
  frame = (fresh->last - fresh->first) / (fresh->frames - 1.0);
  return (fresh->frames + 0.5) * frame >= limits->duration;
}

/* Whether new pictures, and what the service asks for, are there; with the
 * lock. */
static gboolean
has_enough (GstVitalLensSink * self, const Limits * limits)
{
  const GstVitalLensPending *pending = &self->pending;
  GstVitalLensSpan fresh = get_fresh (pending);

  if (!is_chunk (&fresh, limits))
    return FALSE;
  if (self->state)
    return pending->times->len >= self->model->n_inputs;
  return fresh.frames >= MAX (VITALS_VITALLENS_MIN_FRAMES,
      self->model->n_inputs);
}

/* Returns: whether there was enough, and it may be sent now */
static gboolean
send_enough (GstVitalLensSink * self, const Limits * limits)
{
  GstVitalLensChunk *chunk = NULL;

  g_mutex_lock (&self->parent.lock);
  if (may_call (self) && has_enough (self, limits)) {
    chunk = gst_vitallens_sink_chunk_new (self);
    chunk->model = vitals_vitallens_model_copy (self->model);
    chunk->state = self->state ? g_bytes_ref (self->state) : NULL;
    fill_chunk (self, chunk);
    self->in_flight = TRUE;
    self->flight = chunk->fresh;
    self->n_chunks++;
    self->n_bytes += g_bytes_get_size (chunk->video);
    gst_vitallens_sink_begin_session (self);
  }
  g_mutex_unlock (&self->parent.lock);
  if (!chunk)
    return FALSE;
  GST_DEBUG_OBJECT (self, "sending %u frames, %u of them new",
      chunk->times->len, chunk->fresh.frames);
  gst_vitallens_sink_post_queued (self);
  if (take_settings (self, chunk))
    gst_vitallens_sink_tell_progress (self, "uploading", -1, 0, 0);
  chunk->sent_at = g_get_monotonic_time ();
  gst_vitallens_sink_call (self, chunk, NULL);
  return TRUE;
}

GstFlowReturn
gst_vitallens_sink_send_full (GstVitalLensSink * self)
{
  GstFlowReturn ret = GST_FLOW_OK;
  gboolean full, wait;
  Limits limits;

  get_limits (self, &limits);
  wait = !gst_vitals_service_sink_is_live (&self->parent);
  g_mutex_lock (&self->parent.lock);
  full = has_enough (self, &limits);
  g_mutex_unlock (&self->parent.lock);
  /* a file waits for each answer, so that it always gives the same */
  if (full && wait)
    ret = wait_for_answer (self);
  if (ret != GST_FLOW_OK)
    return ret;
  send_enough (self, &limits);
  if (self->pending.times->len >= limits.most)
    gst_vitallens_sink_reset (self, VITALS_DROPPED_QUEUE_FULL);
  return GST_FLOW_OK;
}

/* What is in flight, and with @unsent what waits behind it; with the lock. */
static GstVitalLensSpan
get_unanswered (GstVitalLensSink * self, gboolean unsent)
{
  GstVitalLensSpan lost = self->flight, fresh = get_fresh (&self->pending);

  if (!unsent || fresh.frames == 0)
    return lost;
  if (lost.frames == 0)
    return fresh;
  lost.frames += fresh.frames;
  lost.last = fresh.last;
  return lost;
}

/* Nothing that is unanswered counts any more. @unsent: there is more, which could
 * not be sent yet. Returns: whether there was anything */
static gboolean
give_up (GstVitalLensSink * self, gboolean unsent)
{
  GError *error = gst_vitals_service_sink_new_late_error (&self->parent);
  GstVitalLensSpan lost;
  gboolean late;

  g_mutex_lock (&self->parent.lock);
  late = unsent || self->in_flight;
  lost = get_unanswered (self, unsent);
  if (late)
    gst_vitallens_sink_fail (self, &lost, error, 1);
  g_mutex_unlock (&self->parent.lock);
  gst_vitallens_sink_post_queued (self);
  g_mutex_lock (&self->parent.lock);
  /* told before the stream ends with it */
  gst_vitals_service_sink_wait (&self->parent, is_posted, NULL);
  g_mutex_unlock (&self->parent.lock);
  g_error_free (error);
  return late;
}

/* What is too little to be sent is said to be; the session ends well. @told: it
 * was said already */
static void
end_stream (GstVitalLensSink * self, gboolean told, gboolean late)
{
  gboolean blocked;

  g_mutex_lock (&self->parent.lock);
  blocked = self->blocked;
  gst_vitallens_sink_end_session (self, GST_PROGRESS_TYPE_COMPLETE,
      "end of the stream");
  g_mutex_unlock (&self->parent.lock);
  gst_vitallens_sink_post_queued (self);
  if (self->pending.times->len > self->pending.n_context)
    gst_vitallens_sink_reset (self, told ? NULL : blocked || late
        ? VITALS_DROPPED_STOPPED : VITALS_DROPPED_TOO_FEW_FRAMES);
  gst_vitallens_sink_tell_faceless (self);
}

/* The rest of the pictures, and its answer. */
GstFlowReturn
gst_vitallens_sink_drain (GstVitalsServiceSink * service, gint64 * left)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (service);
  GstFlowReturn ret;
  gboolean more, late;

  g_mutex_lock (&self->parent.lock);
  ret = gst_vitals_service_sink_wait (service, gst_vitallens_sink_is_quiet,
      left);
  more = ret == GST_FLOW_OK && self->model && !self->blocked
      && has_enough (self, &whatever_is_there);
  if (more)
    ret = wait_for_turn (self, left);
  g_mutex_unlock (&self->parent.lock);
  if (ret != GST_FLOW_OK)
    return ret;
  if (more && send_enough (self, &whatever_is_there))
    more = FALSE;
  g_mutex_lock (&self->parent.lock);
  ret = gst_vitals_service_sink_wait (service, gst_vitallens_sink_is_quiet,
      left);
  more &= !self->blocked;
  late = more || self->in_flight;
  g_mutex_unlock (&self->parent.lock);
  if (ret != GST_FLOW_OK)
    return ret;
  late = late && give_up (self, more);
  end_stream (self, late && more, late);
  g_mutex_lock (&self->parent.lock);
  ret = gst_vitals_service_sink_wait (service, is_posted, NULL);
  g_mutex_unlock (&self->parent.lock);
  return ret;
}
