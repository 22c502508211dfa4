/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: from sealed windows to sessions. What is on its way is in a
 * VitalsScanQueue.
 */

#include "gstcircadifysink.h"

#include <vitals/vitals-error.h>

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

static void
wake (gpointer user_data)
{
  GstCircadifySinkRun *run = user_data;

  gst_vitals_service_sink_wake (run->sink);
}

static void
run_free (gpointer user_data)
{
  GstCircadifySinkRun *run = user_data;

  gst_object_unref (run->sink);
  g_free (run);
}

void
gst_circadify_sink_make_queue (GstCircadifySink * self)
{
  static const VitalsScanQueueCallbacks callbacks = {
    gst_circadify_sink_tell_phase, gst_circadify_sink_tell_outcome, wake
  };
  GstCircadifySinkRun *run = g_new (GstCircadifySinkRun, 1);
  VitalsScanQueueLimits limits;

  GST_OBJECT_LOCK (self);
  limits.max_sessions = self->settings.max_sessions;
  limits.max_queued = self->settings.max_queued_windows;
  limits.max_starts = self->settings.num_scans;
  limits.quota_reserve = self->settings.quota_reserve;
  limits.stop_on_failure =
      self->parent.settings.on_failure == GST_VITALS_ON_FAILURE_ERROR;
  GST_OBJECT_UNLOCK (self);
  run->sink = gst_object_ref (self);
  run->queue = vitals_scan_queue_new (self->parent.client, &limits, &callbacks,
      run, run_free);

  g_mutex_lock (&self->parent.lock);
  self->queue = run->queue;
  g_mutex_unlock (&self->parent.lock);
}

/* What is left of a queue that was cancelled: its sessions, @n_stale of them,
 * end by themselves, and are of no run. */
static void
keep_stats (GstCircadifySink * self, VitalsScanQueue * queue, guint n_stale)
{
  g_mutex_lock (&self->parent.lock);
  vitals_scan_queue_get_stats (queue, &self->queue_stats);
  self->n_stale = n_stale;
  self->queue_stats.running = self->queue_stats.starting = 0;
  g_mutex_unlock (&self->parent.lock);
}

void
gst_circadify_sink_cancel_queue (GstCircadifySink * self)
{
  VitalsScanQueue *queue;

  g_mutex_lock (&self->parent.lock);
  queue = g_steal_pointer (&self->queue);
  if (queue)
    vitals_scan_queue_get_stats (queue, &self->queue_stats);
  g_mutex_unlock (&self->parent.lock);
  if (!queue)
    return;
  keep_stats (self, queue, vitals_scan_queue_cancel (queue));
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
    return self->parent.live;
  return policy == GST_CIRCADIFY_SINK_QUEUE_DROP_OLDEST;
}

static gboolean
has_room (gpointer user_data)
{
  GstCircadifySink *self = user_data;

  return !vitals_scan_queue_is_full (self->queue);
}

/* With the lock. Makes room by the policy. Returns: whether there is any */
static gboolean
make_room (GstCircadifySink * self)
{
  while (!self->parent.failed && !has_room (self) && drops_oldest (self))
    vitals_scan_queue_drop_oldest (self->queue, VITALS_DROPPED_QUEUE_FULL);
  return has_room (self);
}

static GError *
new_cancelled_error (void)
{
  return g_error_new (VITALS_ERROR, VITALS_ERROR_CANCELLED,
      "The scan was cancelled by the application");
}

void
gst_circadify_sink_cancel_scan (GstCircadifySink * self)
{
  VitalsScanQueue *queue;
  GError *error;

  g_mutex_lock (&self->parent.lock);
  self->scan_wanted = FALSE;
  /* before the queue has room: what waits for that must not be sent */
  self->cancel_wanted = TRUE;
  queue = self->queue ? vitals_scan_queue_ref (self->queue) : NULL;
  g_mutex_unlock (&self->parent.lock);
  if (!queue)
    return;
  error = new_cancelled_error ();
  vitals_scan_queue_fail_all (queue, error);
  g_error_free (error);
  vitals_scan_queue_unref (queue);
}

/* With the lock. Nothing is sealed that was captured after a cancel that the
 * streaming thread has not seen. It keeps its place in the order of messages. */
static void
obey_cancel (GstCircadifySink * self)
{
  guint i;

  for (i = 0; self->cancel_wanted && i < self->sealed->len; i++) {
    VitalsScanItem *item = g_ptr_array_index (self->sealed, i);

    if (!item->payload)
      continue;
    g_clear_pointer (&item->payload, vitals_payload_unref);
    item->error = new_cancelled_error ();
  }
}

gboolean
gst_circadify_sink_take_cancel (GstCircadifySink * self)
{
  gboolean cancelled;

  g_mutex_lock (&self->parent.lock);
  obey_cancel (self);
  cancelled = self->cancel_wanted;
  self->cancel_wanted = FALSE;
  g_mutex_unlock (&self->parent.lock);
  return cancelled;
}

/* With the lock. What is left after a flush, or an error, stays sealed: it
 * is not lost. @left: us, or NULL: for ever; what finds no room in time goes
 * without. */
static GstFlowReturn
send_waiting (GstCircadifySink * self, gboolean may_wait, gint64 * left)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (self->sealed->len > 0) {
    VitalsScanItem *item = g_ptr_array_index (self->sealed, 0);

    obey_cancel (self);
    if (item->payload && !make_room (self)) {
      if (!may_wait)
        return GST_FLOW_OK;
      ret = gst_vitals_service_sink_wait (&self->parent, has_room, left);
      if (ret != GST_FLOW_OK)
        return ret;
      /* which may be what has made the room */
      obey_cancel (self);
    }
    vitals_scan_queue_push (self->queue,
        g_ptr_array_steal_index (self->sealed, 0));
  }
  return GST_FLOW_OK;
}

static GstFlowReturn
send_sealed (GstCircadifySink * self, gboolean may_wait, gint64 * left)
{
  GstFlowReturn ret;

  g_mutex_lock (&self->parent.lock);
  ret = send_waiting (self, may_wait, left);
  if (ret == GST_FLOW_OK && self->parent.failed)
    ret = GST_FLOW_ERROR;
  g_mutex_unlock (&self->parent.lock);
  return ret;
}

GstFlowReturn
gst_circadify_sink_send_sealed (GstCircadifySink * self, gboolean may_wait)
{
  return send_sealed (self, may_wait, NULL);
}

static void
fail_unanswered (GstCircadifySink * self)
{
  GError *error = gst_vitals_service_sink_new_late_error (&self->parent);

  GST_WARNING_OBJECT (self, "%s", error->message);
  vitals_scan_queue_fail_all (self->queue, error);
  g_error_free (error);
}

static gboolean
is_answered (gpointer user_data)
{
  GstCircadifySink *self = user_data;
  VitalsScanQueueStats stats;

  vitals_scan_queue_get_stats (self->queue, &stats);
  return stats.unanswered == 0;
}

GstFlowReturn
gst_circadify_sink_drain_sealed (GstCircadifySink * self, gint64 * left)
{
  GstFlowReturn ret = send_sealed (self, TRUE, left);

  if (ret != GST_FLOW_OK)
    return ret;
  g_mutex_lock (&self->parent.lock);
  self->draining = TRUE;
  ret = gst_vitals_service_sink_wait (&self->parent, is_answered, left);
  if (ret == GST_FLOW_OK && !is_answered (self)) {
    /* now each has an outcome, which only has to be told */
    fail_unanswered (self);
    ret = gst_vitals_service_sink_wait (&self->parent, is_answered, NULL);
  }
  self->draining = FALSE;
  g_mutex_unlock (&self->parent.lock);
  return ret;
}

static void
get_queue_stats (GstCircadifySink * self, VitalsScanQueueStats * stats)
{
  g_mutex_lock (&self->parent.lock);
  if (self->queue)
    vitals_scan_queue_get_stats (self->queue, stats);
  else
    *stats = self->queue_stats;
  g_mutex_unlock (&self->parent.lock);
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
      || vitals_scan_policy_count_starts (&stats) + stats.starting
      + stats.waiting < (guint) num_scans);
}

gboolean
gst_circadify_sink_is_scan_wanted (GstCircadifySink * self)
{
  gboolean active, wanted;

  GST_OBJECT_LOCK (self);
  active = self->parent.settings.active;
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->parent.lock);
  wanted = self->scan_wanted;
  g_mutex_unlock (&self->parent.lock);
  return active || wanted;
}

void
gst_circadify_sink_end_wanted_scan (GstCircadifySink * self)
{
  g_mutex_lock (&self->parent.lock);
  self->scan_wanted = FALSE;
  g_mutex_unlock (&self->parent.lock);
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
          && vitals_scan_policy_count_starts (&stats)
          >= (guint) self->settings.num_scans));
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
gst_circadify_sink_get_stats (GstVitalsServiceSink * service)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (service);
  VitalsScanQueueStats stats;
  GstStructure *structure;

  get_queue_stats (self, &stats);
  g_mutex_lock (&self->parent.lock);
  structure = gst_structure_new ("application/x-circadifysink-stats",
      "state", G_TYPE_STRING, state_name (self, &stats),
      "frames", G_TYPE_UINT64, self->n_frames,
      "skipped", G_TYPE_UINT64, self->n_skipped,
      "windows", G_TYPE_UINT64, self->n_windows,
      "dropped", G_TYPE_UINT64, self->n_dropped,
      "answers", G_TYPE_UINT64, self->n_answers,
      "failed", G_TYPE_UINT64, self->n_failed,
      "sessions", G_TYPE_UINT, stats.sessions,
      "doubtful", G_TYPE_UINT, stats.doubtful,
      "running", G_TYPE_UINT, stats.running,
      "waiting", G_TYPE_UINT, stats.waiting,
      "stale", G_TYPE_UINT, self->n_stale,
      "retries", G_TYPE_UINT, stats.retries,
      "bytes", G_TYPE_UINT64, stats.bytes,
      "held-bytes", G_TYPE_UINT64, (guint64) stats.held_bytes, NULL);
  g_mutex_unlock (&self->parent.lock);
  return structure;
}
