/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: from sealed windows to sessions. What is on its way is in a
 * VitalsScanQueue.
 */

#include "gstcircadifysink.h"

#include <vitals/vitals-error-private.h>

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

void
gst_circadify_sink_wake (gpointer user_data)
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
    gst_circadify_sink_tell_phase, gst_circadify_sink_tell_outcome,
    gst_circadify_sink_wake
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
  gst_circadify_sink_tell_cancelled (self);
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

/* With the lock. Waits until the queue has room for a window, or will not have
 * any more. */
static GstFlowReturn
wait_for_room (GstCircadifySink * self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK && !self->failed
      && vitals_scan_queue_is_full (self->queue)) {
    if (drops_oldest (self))
      vitals_scan_queue_drop_oldest (self->queue, VITALS_DROPPED_QUEUE_FULL);
    else if (self->unlocked)
      ret = wait_preroll (self);
    else
      g_cond_wait (&self->cond, &self->lock);
  }
  return ret;
}

GstFlowReturn
gst_circadify_sink_send_sealed (GstCircadifySink * self, gboolean may_wait)
{
  GstFlowReturn ret = GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  while (self->sealed->len > 0) {
    VitalsScanItem *item = g_ptr_array_index (self->sealed, 0);

    if (may_wait && ret == GST_FLOW_OK && item->payload)
      ret = wait_for_room (self);
    /* flushed while it waited: a window that is sealed is not lost */
    vitals_scan_queue_push (self->queue,
        g_ptr_array_steal_index (self->sealed, 0));
  }
  if (ret == GST_FLOW_OK && self->failed)
    ret = GST_FLOW_ERROR;
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

typedef enum
{
  DRAIN_ANSWERS,                /* of all windows */
  DRAIN_RESULTS                 /* lines of results-location */
} Drain;

/* With the lock. */
static gboolean
is_drained (GstCircadifySink * self, Drain drain)
{
  if (drain == DRAIN_ANSWERS)
    return count_unanswered (self) == 0;
  return !self->results || gst_vitals_results_is_idle (self->results);
}

/* With the lock, which it lets go while it waits. @left: us, what is left of
 * drain-timeout; the time of a pause does not count. @late: it was not enough */
static GstFlowReturn
wait_drained (GstCircadifySink * self, Drain drain, gint64 * left,
    gboolean * late)
{
  GstFlowReturn ret = GST_FLOW_OK;

  *late = FALSE;
  while (ret == GST_FLOW_OK && !*late && !self->failed
      && !is_drained (self, drain)) {
    gint64 began = g_get_monotonic_time ();

    if (self->unlocked)
      ret = wait_preroll (self);
    else if (g_cond_wait_until (&self->cond, &self->lock, began + *left))
      *left = MAX (*left - (g_get_monotonic_time () - began), 0);
    else
      *late = TRUE;
  }
  return ret;
}

static GstFlowReturn
wait_for_answers (GstCircadifySink * self, guint64 timeout, gint64 * left)
{
  GstFlowReturn ret;
  gboolean late;

  g_mutex_lock (&self->lock);
  self->draining = TRUE;
  ret = wait_drained (self, DRAIN_ANSWERS, left, &late);
  if (late) {
    gint64 for_ever = G_MAXINT64 / 2;

    /* now each has an outcome, which only has to be told */
    fail_unanswered (self, self->queue, timeout);
    ret = wait_drained (self, DRAIN_ANSWERS, &for_ever, &late);
  }
  self->draining = FALSE;
  if (ret == GST_FLOW_OK && self->failed)
    ret = GST_FLOW_ERROR;
  g_mutex_unlock (&self->lock);
  return ret;
}

static GstFlowReturn
wait_for_results (GstCircadifySink * self, gint64 * left)
{
  GError *error = NULL;
  GstFlowReturn ret;
  gboolean late;

  g_mutex_lock (&self->lock);
  ret = wait_drained (self, DRAIN_RESULTS, left, &late);
  if (self->results)
    gst_vitals_results_check (self->results, &error);
  g_mutex_unlock (&self->lock);
  if (late && !error)
    error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_FAILED,
        "the disk does not answer within drain-timeout");
  if (error)
    gst_vitals_results_warn (GST_ELEMENT (self), error);
  return ret;
}

GstFlowReturn
gst_circadify_sink_drain (GstCircadifySink * self)
{
  GstFlowReturn ret;
  guint64 timeout;
  gint64 left;

  GST_OBJECT_LOCK (self);
  timeout = self->settings.drain_timeout;
  GST_OBJECT_UNLOCK (self);

  left = timeout / GST_USECOND;
  ret = gst_circadify_sink_send_sealed (self, TRUE);
  if (ret == GST_FLOW_OK)
    ret = wait_for_answers (self, timeout, &left);
  if (ret == GST_FLOW_OK)
    ret = wait_for_results (self, &left);
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
