/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: from pictures that wait to answers. The streaming thread
 * decides and waits; the network thread calls.
 */

#include "gstvitallenssink.h"
#include "gstvitalsmessages.h"

#include <math.h>
#include <vitals/client/vitals-network-private.h>

/* --- on the network thread --- */

static void
chunk_free (GstVitalLensChunk * chunk)
{
  g_clear_pointer (&chunk->model, vitals_vitallens_model_free);
  g_clear_pointer (&chunk->video, g_bytes_unref);
  g_clear_pointer (&chunk->state, g_bytes_unref);
  g_clear_pointer (&chunk->times, g_array_unref);
  g_object_unref (chunk->cancellable);
  gst_object_unref (chunk->sink);
  g_free (chunk);
}

static void
frames_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GstVitalLensChunk *chunk = user_data;
  VitalsVitalLensClient *client = VITALS_VITALLENS_CLIENT (source);
  VitalsVitalLensAnswer *answer;
  GError *error = NULL;

  answer = chunk->as_file ?
      vitals_vitallens_client_file_finish (client, result, &error)
      : vitals_vitallens_client_stream_finish (client, result, &error);
  if (answer) {
    gst_vitallens_sink_tell_answer (chunk->sink, chunk, answer);
    vitals_vitallens_answer_unref (answer);
  } else {
    gst_vitallens_sink_tell_failure (chunk->sink, chunk, error);
    g_error_free (error);
  }
  chunk_free (chunk);
}

typedef struct
{
  GstVitalLensChunk *chunk;
  VitalsVitalLensClient *client;
  gchar *model;                 /* name to resolve, or NULL */
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->client);
  g_free (call->model);
  g_free (call);
}

/* Made here, the call completes here: no main loop of an application is
 * needed. */
static gboolean
call_frames (gpointer user_data)
{
  Call *call = user_data;
  GstVitalLensChunk *chunk = call->chunk;

  if (chunk->as_file)
    vitals_vitallens_client_file_async (call->client, chunk->model,
        chunk->video, chunk->fps, chunk->rates, chunk->state,
        chunk->cancellable, frames_done, chunk);
  else
    vitals_vitallens_client_stream_async (call->client, chunk->model,
        chunk->video, chunk->state, chunk->cancellable, frames_done, chunk);
  return G_SOURCE_REMOVE;
}

static void
model_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GstVitalLensChunk *chunk = user_data;
  GstVitalLensSink *self = chunk->sink;
  GError *error = NULL;
  VitalsVitalLensModel *model =
      vitals_vitallens_client_resolve_model_finish (VITALS_VITALLENS_CLIENT
      (source), result, &error);

  if (model) {
    g_mutex_lock (&self->lock);
    if (chunk->cancellable == self->cancellable)
      self->model = g_steal_pointer (&model);
    g_mutex_unlock (&self->lock);
    g_clear_pointer (&model, vitals_vitallens_model_free);
    gst_vitallens_sink_end_call (self, chunk);
  } else {
    gst_vitallens_sink_tell_failure (self, chunk, error);
    g_error_free (error);
  }
  chunk_free (chunk);
}

static gboolean
call_model (gpointer user_data)
{
  Call *call = user_data;

  vitals_vitallens_client_resolve_model_async (call->client, call->model,
      call->chunk->cancellable, model_done, call->chunk);
  return G_SOURCE_REMOVE;
}

/* --- on the streaming thread --- */

/* With the lock. */
static GstVitalLensChunk *
chunk_new (GstVitalLensSink * self)
{
  GstVitalLensChunk *chunk = g_new0 (GstVitalLensChunk, 1);

  chunk->sink = gst_object_ref (self);
  chunk->generation = self->generation;
  chunk->cancellable = g_object_ref (self->cancellable);
  self->in_flight = TRUE;
  return chunk;
}

static void
start_call (GstVitalLensSink * self, GstVitalLensChunk * chunk,
    GSourceFunc func, const gchar * model)
{
  Call *call = g_new0 (Call, 1);

  call->chunk = chunk;
  call->client = g_object_ref (self->client);
  call->model = model && *model ? g_strdup (model) : NULL;
  vitals_network_invoke (func, call, call_free);
}

typedef gboolean (*ReadyFunc) (GstVitalLensSink * self);

static gboolean
is_answered (GstVitalLensSink * self)
{
  return !self->in_flight;
}

/* With the lock. Waits for @ready, at most until @end (monotonic us; 0: for
 * ever), which passes only while PLAYING. */
static GstFlowReturn
wait_for (GstVitalLensSink * self, ReadyFunc ready, gint64 * end)
{
  while (!ready (self)) {
    GstFlowReturn ret;
    gint64 left;

    if (!self->unlocked) {
      if (*end == 0)
        g_cond_wait (&self->cond, &self->lock);
      else if (!g_cond_wait_until (&self->cond, &self->lock, *end))
        return GST_FLOW_OK;
      continue;
    }
    left = *end - g_get_monotonic_time ();
    g_mutex_unlock (&self->lock);
    ret = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
    g_mutex_lock (&self->lock);
    if (ret != GST_FLOW_OK)
      return ret;
    if (*end != 0)
      *end = g_get_monotonic_time () + left;
  }
  return GST_FLOW_OK;
}

static gboolean
is_blocked (GstVitalLensSink * self)
{
  return self->blocked;
}

/* With the lock: until the next call may be made. */
static GstFlowReturn
wait_for_turn (GstVitalLensSink * self, gint64 * end)
{
  GstFlowReturn ret = wait_for (self, is_answered, end);
  gint64 retry_at = self->retry_at;

  if (ret != GST_FLOW_OK || retry_at == 0)
    return ret;
  return wait_for (self, is_blocked, &retry_at);
}

static GstFlowReturn
wait_for_answer (GstVitalLensSink * self)
{
  GstFlowReturn ret;
  gint64 end = 0;

  g_mutex_lock (&self->lock);
  ret = wait_for_turn (self, &end);
  g_mutex_unlock (&self->lock);
  return ret;
}

static gboolean
is_live (GstVitalLensSink * self)
{
  gboolean live = FALSE, upstream_live = FALSE, known;

  g_mutex_lock (&self->lock);
  known = self->live_known;
  live = self->live;
  g_mutex_unlock (&self->lock);
  if (known)
    return live;
  live = gst_base_sink_query_latency (GST_BASE_SINK (self), &live,
      &upstream_live, NULL, NULL) && upstream_live;
  g_mutex_lock (&self->lock);
  self->live = live;
  self->live_known = TRUE;
  g_mutex_unlock (&self->lock);
  return live;
}

/* Whether a call may be made; with the lock. */
static gboolean
may_call (GstVitalLensSink * self)
{
  return !self->in_flight && !self->blocked
      && g_get_monotonic_time () >= self->retry_at;
}

GstFlowReturn
gst_vitallens_sink_need_model (GstVitalLensSink * self, gboolean * known)
{
  gboolean live = is_live (self);
  g_autofree gchar *name = NULL;
  GstVitalLensChunk *chunk = NULL;
  GstFlowReturn ret = GST_FLOW_OK;

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->settings.model);
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->lock);
  if (!self->model && may_call (self))
    chunk = chunk_new (self);
  g_mutex_unlock (&self->lock);
  if (chunk) {
    start_call (self, chunk, call_model, name);
    if (!live)
      ret = wait_for_answer (self);
  }
  g_mutex_lock (&self->lock);
  /* a file does not come again: without a model nothing can be measured */
  if (!live && ret == GST_FLOW_OK && !self->model)
    self->blocked = TRUE;
  *known = self->model && !self->blocked;
  g_mutex_unlock (&self->lock);
  return ret;
}

/* Frames of one call: what is aimed at, and the most. */
static void
get_limits (GstVitalLensSink * self, const VitalsVitalLensModel * model,
    guint * wanted, guint * most)
{
  GST_OBJECT_LOCK (self);
  if (self->settings.mode == GST_VITALLENS_SINK_MODE_FILE) {
    *most = *wanted = VITALS_VITALLENS_MAX_FILE_FRAMES;
  } else {
    *most = VITALS_VITALLENS_MAX_STREAM_FRAMES;
    *wanted = lround (self->settings.chunk_duration * model->fps_target
        / GST_SECOND);
  }
  GST_OBJECT_UNLOCK (self);
  *wanted = CLAMP (*wanted, 1, *most - model->n_inputs);
}

static gdouble
measure_fps (const GArray * times)
{
  GstClockTime span = g_array_index (times, GstClockTime, times->len - 1)
      - g_array_index (times, GstClockTime, 0);

  return span > 0 ? (times->len - 1) * (gdouble) GST_SECOND / span : 0;
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
  if (!chunk->state)
    remove_first (pending, pending->n_context, bytes);
  chunk->video = g_bytes_new (pending->pixels->data, pending->pixels->len);
  chunk->times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  g_array_append_vals (chunk->times, pending->times->data, pending->times->len);
  chunk->fps = measure_fps (chunk->times);
  chunk->synthetic = pending->synthetic;
  gst_segment_copy_into (&GST_BASE_SINK (self)->segment, &chunk->segment);
  keep = MIN (chunk->model->n_inputs - 1, pending->times->len);
  remove_first (pending, pending->times->len - keep, bytes);
  pending->n_context = keep;
  GST_OBJECT_LOCK (self);
  chunk->as_file = self->settings.mode == GST_VITALLENS_SINK_MODE_FILE
      || self->settings.encoding == GST_VITALLENS_SINK_ENCODING_JSON;
  chunk->rates = self->settings.process_signals
      == GST_VITALLENS_SINK_SIGNALS_SERVER;
  GST_OBJECT_UNLOCK (self);
  chunk->sent_at = g_get_monotonic_time ();
}

/* Whether @wanted new pictures, and what the service asks for, are there; with
 * the lock. */
static gboolean
has_enough (GstVitalLensSink * self, guint wanted)
{
  const GstVitalLensPending *pending = &self->pending;
  guint fresh = pending->times->len - pending->n_context;

  if (fresh < wanted)
    return FALSE;
  if (self->state)
    return pending->times->len >= self->model->n_inputs;
  return fresh >= MAX (VITALS_VITALLENS_MIN_FRAMES, self->model->n_inputs);
}

static void
send_enough (GstVitalLensSink * self, guint wanted)
{
  GstVitalLensChunk *chunk = NULL;

  g_mutex_lock (&self->lock);
  if (may_call (self) && has_enough (self, wanted)) {
    chunk = chunk_new (self);
    chunk->model = vitals_vitallens_model_copy (self->model);
    chunk->state = self->state ? g_bytes_ref (self->state) : NULL;
    self->n_chunks++;
  }
  g_mutex_unlock (&self->lock);
  if (!chunk)
    return;
  fill_chunk (self, chunk);
  start_call (self, chunk, call_frames, NULL);
}

GstFlowReturn
gst_vitallens_sink_send_full (GstVitalLensSink * self)
{
  GstFlowReturn ret = GST_FLOW_OK;
  guint wanted, most;
  gboolean full, wait;

  get_limits (self, self->model, &wanted, &most);
  wait = !is_live (self);
  g_mutex_lock (&self->lock);
  full = has_enough (self, wanted);
  g_mutex_unlock (&self->lock);
  /* a file waits for each answer, so that it always gives the same */
  if (full && wait)
    ret = wait_for_answer (self);
  send_enough (self, wanted);
  if (self->pending.times->len >= most)
    gst_vitallens_sink_reset (self, "queue-full");
  return ret;
}

/* What is too little to be sent is said to be. */
static void
drop_rest (GstVitalLensSink * self)
{
  gboolean blocked;

  g_mutex_lock (&self->lock);
  blocked = self->blocked;
  g_mutex_unlock (&self->lock);
  if (self->pending.times->len > self->pending.n_context)
    gst_vitallens_sink_reset (self, blocked ? "stopped" : "too-few-frames");
}

GstFlowReturn
gst_vitallens_sink_drain (GstVitalLensSink * self)
{
  GstFlowReturn ret;
  gboolean known, late;
  gint64 end;

  GST_OBJECT_LOCK (self);
  end = g_get_monotonic_time () + self->settings.drain_timeout / GST_USECOND;
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->lock);
  ret = wait_for_turn (self, &end);
  known = self->model != NULL;
  g_mutex_unlock (&self->lock);
  if (ret != GST_FLOW_OK || !known)
    return ret;
  send_enough (self, 1);
  g_mutex_lock (&self->lock);
  ret = wait_for (self, is_answered, &end);
  late = self->in_flight;
  g_mutex_unlock (&self->lock);
  if (ret != GST_FLOW_OK)
    return ret;
  if (late)
    gst_vitallens_sink_reset (self, "stopped");
  drop_rest (self);
  return GST_FLOW_OK;
}
