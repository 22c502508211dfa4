/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: from sealed windows to messages. What is on its way is in a
 * VitalsScanQueue; its outcomes come on the network thread, in order, and are
 * posted from there.
 */

#include "gstcircadifysink.h"

#include <vitals/vitals-error-private.h>

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

#define PROGRESS_CODE "vitals-session"

gchar *
gst_circadify_sink_dup_source_id (GstCircadifySink * self)
{
  gchar *source_id;

  GST_OBJECT_LOCK (self);
  source_id = g_strdup (self->settings.source_id);
  GST_OBJECT_UNLOCK (self);
  return source_id;
}

void
gst_circadify_sink_post_progress (GstCircadifySink * self, guint64 window,
    const gchar * phase, gint percent, guint frames, guint target_frames)
{
  gboolean wanted;
  gchar *source_id;

  GST_OBJECT_LOCK (self);
  wanted = self->settings.post_progress;
  GST_OBJECT_UNLOCK (self);
  if (!wanted)
    return;
  source_id = gst_circadify_sink_dup_source_id (self);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_vitals_message_progress (window, phase, percent, frames,
              target_frames, source_id)));
  g_free (source_id);
}

/* @error: (transfer full) */
static void
warn_results (GstCircadifySink * self, GError * error)
{
  GST_ELEMENT_WARNING (self, RESOURCE, WRITE,
      ("Results could not be written to results-location: %s",
          error->message), (NULL));
  g_error_free (error);
}

/* @message: (transfer full) */
static void
publish (GstCircadifySink * self, GstStructure * message)
{
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  if (self->results) {
    /* of lines before this one: a stream that never ends has no other time */
    gst_vitals_results_check (self->results, &error);
    gst_vitals_results_write (self->results, message);
  }
  g_mutex_unlock (&self->lock);
  if (error)
    warn_results (self, error);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), message));
}

static void
post_session (GstCircadifySink * self, GstProgressType type,
    const VitalsScanItem * item, const gchar * text)
{
  gchar *whole = g_strdup_printf ("Window %" G_GUINT64_FORMAT ": %s",
      item->window, text);

  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_progress (GST_OBJECT (self), type, PROGRESS_CODE, whole));
  g_free (whole);
}

/* The GStreamer error that a failure is, where failures are errors. */
static gint
resource_error (const GError * error)
{
  switch ((VitalsError) error->code) {
    case VITALS_ERROR_MISSING_API_KEY:
    case VITALS_ERROR_INVALID_API_KEY:
    case VITALS_ERROR_UNAUTHORIZED:
    case VITALS_ERROR_FORBIDDEN:
      return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
    case VITALS_ERROR_SESSION_NOT_FOUND:
    case VITALS_ERROR_SESSION_EXPIRED:
      return GST_RESOURCE_ERROR_NOT_FOUND;
    case VITALS_ERROR_RATE_LIMITED:
    case VITALS_ERROR_SERVICE_UNAVAILABLE:
      return GST_RESOURCE_ERROR_BUSY;
    case VITALS_ERROR_QUOTA_EXCEEDED:
      return GST_RESOURCE_ERROR_NO_SPACE_LEFT;
    case VITALS_ERROR_NETWORK:
    case VITALS_ERROR_UPLOAD_FAILED:
      return GST_RESOURCE_ERROR_WRITE;
    case VITALS_ERROR_UNSUPPORTED:
    case VITALS_ERROR_INVALID_REQUEST:
      return GST_RESOURCE_ERROR_SETTINGS;
    default:
      return GST_RESOURCE_ERROR_READ;
  }
}

static void
answered (GstCircadifySink * self, const VitalsScanItem * item,
    const gchar * source_id)
{
  GstStructure *message = gst_vitals_message_vitals (item->data, item->reading,
      source_id);
  GstStructure *old;

  g_mutex_lock (&self->lock);
  self->n_answers++;
  old = self->last_reading;
  self->last_reading = gst_structure_copy (message);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&old, gst_structure_free);

  post_session (self, GST_PROGRESS_TYPE_COMPLETE, item, "measured");
  publish (self, message);
}

static void
failed (GstCircadifySink * self, const VitalsScanItem * item,
    const gchar * source_id)
{
  GstCircadifySinkOnFailure on_failure;

  g_mutex_lock (&self->lock);
  self->n_failed++;
  g_mutex_unlock (&self->lock);
  GST_OBJECT_LOCK (self);
  on_failure = self->settings.on_failure;
  GST_OBJECT_UNLOCK (self);

  if (item->started)
    post_session (self, GST_PROGRESS_TYPE_ERROR, item, item->error->message);
  publish (self, gst_vitals_message_failed (item->window, item->error,
          item->session_id, item->attempts, source_id));
  if (on_failure == GST_CIRCADIFY_SINK_ON_FAILURE_ERROR)
    gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_ERROR,
        GST_RESOURCE_ERROR, resource_error (item->error),
        g_strdup (item->error->message), NULL, __FILE__, GST_FUNCTION,
        __LINE__);
}

static void
dropped (GstCircadifySink * self, const VitalsScanItem * item,
    const gchar * source_id)
{
  guint64 total;

  g_mutex_lock (&self->lock);
  total = ++self->n_dropped;
  g_mutex_unlock (&self->lock);
  publish (self, gst_vitals_message_dropped (item->data, item->dropped, total,
          source_id));
}

/* Callbacks of the queue, on the network thread */

static void
queue_phase (const VitalsScanItem * item, VitalsScanPhase phase,
    gpointer user_data)
{
  GstCircadifySink *self = user_data;

  if (phase == VITALS_SCAN_UPLOADING)
    post_session (self, GST_PROGRESS_TYPE_START, item, "session started");
  gst_circadify_sink_post_progress (self, item->window,
      phase == VITALS_SCAN_UPLOADING ? "uploading" : "processing", -1, 0, 0);
}

static void
queue_outcome (const VitalsScanItem * item, gpointer user_data)
{
  GstCircadifySink *self = user_data;
  gchar *source_id = gst_circadify_sink_dup_source_id (self);

  if (item->reading)
    answered (self, item, source_id);
  else if (item->error)
    failed (self, item, source_id);
  else
    dropped (self, item, source_id);
  g_free (source_id);
}

static void
queue_changed (gpointer user_data)
{
  GstCircadifySink *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
gst_circadify_sink_make_queue (GstCircadifySink * self)
{
  static const VitalsScanQueueCallbacks callbacks = {
    queue_phase, queue_outcome, queue_changed
  };
  VitalsScanQueueLimits limits;
  VitalsScanQueue *queue;

  GST_OBJECT_LOCK (self);
  limits.max_sessions = self->settings.max_sessions;
  limits.max_queued = self->settings.max_queued_windows;
  limits.max_starts = self->settings.num_scans;
  limits.quota_reserve = self->settings.quota_reserve;
  GST_OBJECT_UNLOCK (self);
  queue = vitals_scan_queue_new (self->client, &limits, &callbacks,
      gst_object_ref (self), gst_object_unref);

  g_mutex_lock (&self->lock);
  self->queue = queue;
  g_mutex_unlock (&self->lock);
}

void
gst_circadify_sink_cancel_queue (GstCircadifySink * self)
{
  VitalsScanQueue *queue;

  g_mutex_lock (&self->lock);
  queue = g_steal_pointer (&self->queue);
  if (queue)
    vitals_scan_queue_get_stats (queue, &self->queue_stats);
  g_mutex_unlock (&self->lock);
  if (!queue)
    return;
  vitals_scan_queue_cancel (queue);
  vitals_scan_queue_unref (queue);
}

/* With the lock. Whether a full queue drops its oldest window. */
static gboolean
drops_oldest (GstCircadifySink * self)
{
  GstCircadifySinkQueuePolicy policy;

  GST_OBJECT_LOCK (self);
  policy = self->settings.queue_policy;
  GST_OBJECT_UNLOCK (self);
  if (policy == GST_CIRCADIFY_SINK_QUEUE_AUTO)
    return self->upstream_live;
  return policy == GST_CIRCADIFY_SINK_QUEUE_DROP_OLDEST;
}

/* With the lock, which it lets go meanwhile: waits in PAUSED until the stream
 * goes on, or is flushed. */
static GstFlowReturn
wait_preroll (GstCircadifySink * self)
{
  GstFlowReturn ret;

  g_mutex_unlock (&self->lock);
  ret = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
  g_mutex_lock (&self->lock);
  return ret;
}

/* With the lock. Waits until the queue has room for a window. */
static GstFlowReturn
wait_for_room (GstCircadifySink * self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK && vitals_scan_queue_is_full (self->queue)) {
    if (drops_oldest (self))
      vitals_scan_queue_drop_oldest (self->queue, "queue-full");
    else if (self->unlocked)
      ret = wait_preroll (self);
    else
      g_cond_wait (&self->cond, &self->lock);
  }
  return ret;
}

GstFlowReturn
gst_circadify_sink_send_sealed (GstCircadifySink * self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  while (self->sealed->len > 0) {
    VitalsScanItem *item = g_ptr_array_index (self->sealed, 0);

    if (ret == GST_FLOW_OK && item->payload)
      ret = wait_for_room (self);
    /* flushed while it waited: a window that is sealed is not lost */
    vitals_scan_queue_push (self->queue,
        g_ptr_array_steal_index (self->sealed, 0));
  }
  g_mutex_unlock (&self->lock);
  return ret;
}

static void
fail_unanswered (GstCircadifySink * self, VitalsScanQueue * queue,
    guint64 timeout)
{
  GError *error = vitals_error_new_service (VITALS_ERROR_SCAN_TIMEOUT, NULL, 0,
      TRUE, -1, "No answer within the %.3g s that drain-timeout gives at the "
      "end of the stream: raise it, or check the network",
      timeout / (gdouble) GST_SECOND);

  GST_WARNING_OBJECT (self, "%s", error->message);
  vitals_scan_queue_fail_all (queue, error);
  g_error_free (error);
}

/* With the lock. */
static guint
count_unanswered (GstCircadifySink * self)
{
  VitalsScanQueueStats stats;

  vitals_scan_queue_get_stats (self->queue, &stats);
  return stats.unanswered;
}

static GstFlowReturn
wait_for_answers (GstCircadifySink * self, guint64 timeout)
{
  gint64 left = timeout / GST_USECOND;
  gboolean bounded = TRUE;
  GstFlowReturn ret = GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  self->draining = TRUE;
  while (ret == GST_FLOW_OK && count_unanswered (self) > 0) {
    gint64 began = g_get_monotonic_time ();

    if (self->unlocked) {
      /* the time of a pause does not count */
      ret = wait_preroll (self);
    } else if (!bounded) {
      g_cond_wait (&self->cond, &self->lock);
    } else if (g_cond_wait_until (&self->cond, &self->lock, began + left)) {
      left = MAX (left - (g_get_monotonic_time () - began), 0);
    } else {
      bounded = FALSE;
      fail_unanswered (self, self->queue, timeout);
    }
  }
  self->draining = FALSE;
  g_mutex_unlock (&self->lock);
  return ret;
}

static void
flush_results (GstCircadifySink * self)
{
  GError *error = NULL;

  /* only stop() takes it away, when nothing streams */
  if (self->results && !gst_vitals_results_flush (self->results, &error))
    warn_results (self, error);
}

GstFlowReturn
gst_circadify_sink_drain (GstCircadifySink * self)
{
  GstFlowReturn ret;
  guint64 timeout;

  GST_OBJECT_LOCK (self);
  timeout = self->settings.drain_timeout;
  GST_OBJECT_UNLOCK (self);

  ret = gst_circadify_sink_send_sealed (self);
  if (ret == GST_FLOW_OK)
    ret = wait_for_answers (self, timeout);
  if (ret == GST_FLOW_OK)
    flush_results (self);
  return ret;
}

static void
get_queue_stats (GstCircadifySink * self, VitalsScanQueueStats * stats)
{
  g_mutex_lock (&self->lock);
  if (self->queue)
    vitals_scan_queue_get_stats (self->queue, stats);
  else
    *stats = self->queue_stats;
  g_mutex_unlock (&self->lock);
}

gboolean
gst_circadify_sink_may_scan (GstCircadifySink * self)
{
  VitalsScanQueueStats stats;
  gint num_scans;

  GST_OBJECT_LOCK (self);
  num_scans = self->settings.num_scans;
  GST_OBJECT_UNLOCK (self);
  get_queue_stats (self, &stats);
  return !stats.blocked && (num_scans < 0
      || stats.sessions + stats.starting + stats.waiting < (guint) num_scans);
}

gboolean
gst_circadify_sink_is_finished (GstCircadifySink * self)
{
  VitalsScanQueueStats stats;
  gboolean finished;

  get_queue_stats (self, &stats);
  if (stats.unanswered > 0)
    return FALSE;
  GST_OBJECT_LOCK (self);
  finished = self->settings.eos_after_scans && (stats.blocked
      || (self->settings.num_scans >= 0
          && stats.sessions >= (guint) self->settings.num_scans));
  GST_OBJECT_UNLOCK (self);
  return finished;
}

/* With the lock. */
static const gchar *
state_name (GstCircadifySink * self, const VitalsScanQueueStats * stats)
{
  if (!self->queue)
    return "stopped";
  if (stats->blocked)
    return "blocked";
  if (self->draining)
    return "draining";
  return stats->unanswered > 0 ? "scanning" : "capturing";
}

GstStructure *
gst_circadify_sink_get_stats (GstCircadifySink * self)
{
  VitalsScanQueueStats stats;
  GstStructure *structure;

  get_queue_stats (self, &stats);
  g_mutex_lock (&self->lock);
  structure = gst_structure_new ("application/x-circadifysink-stats",
      "state", G_TYPE_STRING, state_name (self, &stats),
      "frames", G_TYPE_UINT64, self->n_frames,
      "skipped", G_TYPE_UINT64, self->n_skipped,
      "windows", G_TYPE_UINT64, self->n_windows,
      "dropped", G_TYPE_UINT64, self->n_dropped,
      "answers", G_TYPE_UINT64, self->n_answers,
      "failed", G_TYPE_UINT64, self->n_failed,
      "sessions", G_TYPE_UINT, stats.sessions,
      "running", G_TYPE_UINT, stats.running,
      "waiting", G_TYPE_UINT, stats.waiting,
      "retries", G_TYPE_UINT, stats.retries,
      "bytes", G_TYPE_UINT64, stats.bytes,
      "held-bytes", G_TYPE_UINT64, (guint64) stats.held_bytes, NULL);
  g_mutex_unlock (&self->lock);
  return structure;
}
