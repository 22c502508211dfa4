/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-circadify-client-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-quota-private.h>
#include <vitals/client/vitals-scan-entry-private.h>
#include <vitals/client/vitals-scan-queue-private.h>

/*
 * "lock" guards all below it, and the entries: their state, scan, starting and
 * held_bytes, and their outcome until they are OVER. Nothing is called with it
 * held but what only changes these, and vitals-quota, whose lock is the
 * innermost. Outcomes are told and scans are started by pump(), on the network
 * thread only.
 */
struct _VitalsScanQueue
{
  gatomicrefcount ref_count;

  VitalsCircadifyClient *client;
  VitalsScanQueueLimits limits;
  VitalsScanListener listener;  /* with a lock of its own */

  GMutex lock;
  GQueue entries;               /* in order, until their outcome was told */
  VitalsScanQueueStats stats;   /* kept up to date, but unanswered */
  gboolean cancelled;
  gboolean waits_for_others;    /* for a start of another queue to end */
};

static void schedule_pump (VitalsScanQueue * queue);

VitalsScanQueue *
vitals_scan_queue_new (VitalsCircadifyClient * client,
    const VitalsScanQueueLimits * limits,
    const VitalsScanQueueCallbacks * callbacks, gpointer user_data,
    GDestroyNotify destroy)
{
  VitalsScanQueue *queue = g_new0 (VitalsScanQueue, 1);

  g_atomic_ref_count_init (&queue->ref_count);
  queue->client = g_object_ref (client);
  queue->limits = *limits;
  vitals_scan_listener_init (&queue->listener, callbacks, user_data, destroy);
  g_mutex_init (&queue->lock);
  g_queue_init (&queue->entries);
  return queue;
}

VitalsScanQueue *
vitals_scan_queue_ref (VitalsScanQueue * queue)
{
  g_atomic_ref_count_inc (&queue->ref_count);
  return queue;
}

void
vitals_scan_queue_unref (VitalsScanQueue * queue)
{
  if (!g_atomic_ref_count_dec (&queue->ref_count))
    return;
  g_queue_clear_full (&queue->entries,
      (GDestroyNotify) vitals_scan_entry_unref);
  vitals_scan_listener_clear (&queue->listener);
  g_object_unref (queue->client);
  g_mutex_clear (&queue->lock);
  g_free (queue);
}

/* With the lock. */
static VitalsScanEntry *
find_waiting (VitalsScanQueue * queue)
{
  GList *link;

  for (link = queue->entries.head; link; link = link->next) {
    VitalsScanEntry *entry = link->data;

    if (entry->state == VITALS_SCAN_ENTRY_WAITING)
      return entry;
  }
  return NULL;
}

/* Callbacks of a scan */

static void
scan_phase (VitalsScan * scan G_GNUC_UNUSED, VitalsScanPhase phase,
    gpointer user_data)
{
  VitalsScanEntry *entry = user_data;
  VitalsScanQueue *queue = entry->queue;
  gboolean tell;

  g_mutex_lock (&queue->lock);
  if (phase == VITALS_SCAN_UPLOADING)
    vitals_scan_entry_accepted (entry, &queue->stats);
  else
    vitals_scan_entry_release_bytes (entry, &queue->stats);
  tell = entry->state == VITALS_SCAN_ENTRY_RUNNING;
  g_mutex_unlock (&queue->lock);

  if (tell)
    vitals_scan_listener_tell_phase (&queue->listener, &entry->item, phase);
  schedule_pump (queue);
}

static void
scan_done (VitalsScan * scan G_GNUC_UNUSED, VitalsReading * reading,
    const GError * error, gpointer user_data)
{
  VitalsScanEntry *entry = user_data;
  VitalsScanQueue *queue = entry->queue;

  g_mutex_lock (&queue->lock);
  vitals_scan_entry_answered (entry, &queue->stats, &queue->limits, reading,
      error);
  g_mutex_unlock (&queue->lock);
  schedule_pump (queue);
}

static void
scan_released (gpointer user_data)
{
  VitalsScanEntry *entry = user_data;

  g_clear_pointer (&entry->queue, vitals_scan_queue_unref);
  vitals_scan_entry_unref (entry);
}

/* pump */

/* With the lock. The scan of @entry, which waits. */
static VitalsScan *
start_entry (VitalsScanQueue * queue, VitalsScanEntry * entry)
{
  static const VitalsScanCallbacks callbacks = { scan_phase, scan_done };
  VitalsScan *scan = vitals_scan_new (queue->client, entry->item.payload,
      &entry->item.demographics, &callbacks, vitals_scan_entry_ref (entry),
      scan_released);

  entry->queue = vitals_scan_queue_ref (queue);
  vitals_scan_entry_started (entry, scan, &queue->stats);
  return scan;
}

/* With the lock. A used-up quota blocks until it may have been renewed; a wrong
 * key does for good. */
static void
forget_old_refusal (VitalsScanQueue * queue)
{
  if (g_strcmp0 (queue->stats.blocked, VITALS_DROPPED_QUOTA) == 0
      && vitals_quota_refusal_is_old (queue->stats.blocked_at))
    queue->stats.blocked = NULL;
}

static const gchar *
get_key (VitalsScanQueue * queue)
{
  return vitals_circadify_client_get_state (queue->client)->settings.api_key;
}

/* @user_data: (transfer full): the queue */
static void
other_start_ended (gpointer user_data)
{
  VitalsScanQueue *queue = user_data;

  g_mutex_lock (&queue->lock);
  queue->waits_for_others = FALSE;
  g_mutex_unlock (&queue->lock);
  schedule_pump (queue);
  vitals_scan_queue_unref (queue);
}

/* With the lock. What it may not start now it may once another queue's start
 * has ended, of which it hears nothing else. */
static void
wait_for_others (VitalsScanQueue * queue)
{
  if (queue->waits_for_others)
    return;
  queue->waits_for_others = vitals_quota_wait (get_key (queue),
      other_start_ended, vitals_scan_queue_ref (queue));
  if (!queue->waits_for_others)
    vitals_scan_queue_unref (queue);
}

/* With the lock. The next scan to start, or NULL; drops what never may. */
static VitalsScan *
prepare_scan (VitalsScanQueue * queue)
{
  VitalsQuotaUsage usage;
  const gchar *refusal;
  VitalsScanEntry *entry;

  /* starts end on this thread: none does from here until it is waited for */
  vitals_quota_get (get_key (queue), &usage);
  forget_old_refusal (queue);
  refusal = vitals_scan_policy_refuse (&queue->limits, &queue->stats, &usage);
  while ((entry = find_waiting (queue)) && refusal)
    vitals_scan_entry_drop (entry, &queue->stats, refusal);
  if (!entry)
    return NULL;
  if (vitals_scan_policy_may_start (&queue->limits, &queue->stats, &usage))
    return start_entry (queue, entry);
  if (usage.starting > queue->stats.starting)
    wait_for_others (queue);
  return NULL;
}

static void
start_scans (VitalsScanQueue * queue)
{
  VitalsScan *scan;

  do {
    g_mutex_lock (&queue->lock);
    scan = prepare_scan (queue);
    g_mutex_unlock (&queue->lock);
    if (scan) {
      vitals_scan_start (scan);
      vitals_scan_unref (scan);
    }
  } while (scan);
}

/* (transfer full): the first of all, if its outcome is there */
static VitalsScanEntry *
ref_first_over (VitalsScanQueue * queue)
{
  VitalsScanEntry *entry;

  g_mutex_lock (&queue->lock);
  entry = g_queue_peek_head (&queue->entries);
  if (entry && entry->state == VITALS_SCAN_ENTRY_OVER)
    vitals_scan_entry_ref (entry);
  else
    entry = NULL;
  g_mutex_unlock (&queue->lock);
  return entry;
}

/* @entry: (transfer full) */
static void
remove_first (VitalsScanQueue * queue, VitalsScanEntry * entry)
{
  g_mutex_lock (&queue->lock);
  /* a cancel may have taken them all */
  if (g_queue_peek_head (&queue->entries) == entry)
    vitals_scan_entry_unref (g_queue_pop_head (&queue->entries));
  g_mutex_unlock (&queue->lock);
  vitals_scan_entry_unref (entry);
}

static void
tell_outcomes (VitalsScanQueue * queue)
{
  VitalsScanEntry *entry;

  while ((entry = ref_first_over (queue))) {
    vitals_scan_listener_tell_outcome (&queue->listener, &entry->item);
    /* it counts as unanswered until it was told */
    remove_first (queue, entry);
    vitals_scan_listener_tell_changed (&queue->listener);
  }
}

static gboolean
pump (gpointer user_data)
{
  VitalsScanQueue *queue = user_data;

  start_scans (queue);
  tell_outcomes (queue);
  vitals_scan_listener_tell_changed (&queue->listener);
  return G_SOURCE_REMOVE;
}

static void
schedule_pump (VitalsScanQueue * queue)
{
  vitals_network_invoke (pump, vitals_scan_queue_ref (queue),
      (GDestroyNotify) vitals_scan_queue_unref);
}

/* The functions of the header. Any thread. */

void
vitals_scan_queue_push (VitalsScanQueue * queue, VitalsScanItem * item)
{
  VitalsScanEntry *entry = (VitalsScanEntry *) item;
  gboolean taken;

  g_mutex_lock (&queue->lock);
  taken = !queue->cancelled;
  if (taken) {
    g_queue_push_tail (&queue->entries, entry);
    vitals_scan_entry_pushed (entry, &queue->stats, &queue->limits);
  }
  g_mutex_unlock (&queue->lock);
  if (taken)
    schedule_pump (queue);
  else
    vitals_scan_entry_unref (entry);
}

gboolean
vitals_scan_queue_is_full (VitalsScanQueue * queue)
{
  gboolean full;

  g_mutex_lock (&queue->lock);
  full = vitals_scan_policy_is_full (&queue->limits, &queue->stats);
  g_mutex_unlock (&queue->lock);
  return full;
}

void
vitals_scan_queue_drop_oldest (VitalsScanQueue * queue, const gchar * reason)
{
  VitalsScanEntry *entry;

  g_mutex_lock (&queue->lock);
  entry = find_waiting (queue);
  if (entry)
    vitals_scan_entry_drop (entry, &queue->stats, reason);
  g_mutex_unlock (&queue->lock);
  schedule_pump (queue);
}

/* With the lock. The scans that run, for being cancelled without it. */
static GPtrArray *
collect_scans (VitalsScanQueue * queue)
{
  GPtrArray *scans =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitals_scan_unref);
  GList *link;

  for (link = queue->entries.head; link; link = link->next) {
    VitalsScanEntry *entry = link->data;

    if (entry->state == VITALS_SCAN_ENTRY_RUNNING)
      g_ptr_array_add (scans, vitals_scan_ref (entry->scan));
  }
  return scans;
}

/* @scans: (transfer full) */
static void
cancel_scans (GPtrArray * scans)
{
  guint i;

  for (i = 0; i < scans->len; i++)
    vitals_scan_cancel (g_ptr_array_index (scans, i));
  g_ptr_array_unref (scans);
}

void
vitals_scan_queue_fail_all (VitalsScanQueue * queue, const GError * error)
{
  GPtrArray *scans;
  GList *link;

  g_mutex_lock (&queue->lock);
  scans = collect_scans (queue);
  for (link = queue->entries.head; link; link = link->next) {
    VitalsScanEntry *entry = link->data;

    if (entry->state != VITALS_SCAN_ENTRY_OVER)
      vitals_scan_entry_fail (entry, &queue->stats, error);
  }
  g_mutex_unlock (&queue->lock);
  cancel_scans (scans);
  schedule_pump (queue);
}

guint
vitals_scan_queue_cancel (VitalsScanQueue * queue)
{
  GPtrArray *scans;
  GQueue entries;
  GList *link;
  guint n_scans;

  g_mutex_lock (&queue->lock);
  queue->cancelled = TRUE;
  scans = collect_scans (queue);
  n_scans = scans->len;
  for (link = queue->entries.head; link; link = link->next)
    vitals_scan_entry_forget (link->data, &queue->stats);
  entries = queue->entries;
  g_queue_init (&queue->entries);
  g_mutex_unlock (&queue->lock);

  vitals_scan_listener_cancel (&queue->listener);
  cancel_scans (scans);
  g_queue_clear_full (&entries, (GDestroyNotify) vitals_scan_entry_unref);
  return n_scans;
}

void
vitals_scan_queue_get_stats (VitalsScanQueue * queue,
    VitalsScanQueueStats * stats)
{
  g_mutex_lock (&queue->lock);
  forget_old_refusal (queue);
  *stats = queue->stats;
  stats->unanswered = g_queue_get_length (&queue->entries);
  g_mutex_unlock (&queue->lock);
}
