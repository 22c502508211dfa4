/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-scan-queue-private.h>
#include <vitals/vitals-error-private.h>

typedef enum
{
  ENTRY_WAITING,
  ENTRY_RUNNING,
  ENTRY_OVER                    /* its outcome waits to be told */
} EntryState;

/* An item with what the queue knows of it. Held by the queue until its outcome
 * was told, and by its scan until that is done. */
typedef struct
{
  VitalsScanItem item;

  gatomicrefcount ref_count;
  VitalsScanQueue *queue;       /* set while a scan may call back */
  EntryState state;
  VitalsScan *scan;
  gboolean starting;            /* it runs, its start is not accepted yet */
  gsize held_bytes;
} Entry;

/*
 * "lock" guards all below it, and the entries' state, scan, starting,
 * held_bytes and outcome until they are OVER; nothing is called with it held.
 * Outcomes are told and scans are started by pump(), on the network thread
 * only.
 */
struct _VitalsScanQueue
{
  gatomicrefcount ref_count;

  VitalsCircadifyClient *client;
  VitalsScanQueueLimits limits;
  const VitalsScanQueueCallbacks *callbacks;
  gpointer user_data;
  GDestroyNotify destroy;

  GMutex lock;
  GCond cond;                   /* changing ended */
  GQueue entries;               /* in order */
  guint running;
  guint starting;               /* of them, not accepted yet */
  guint sessions;
  guint retries;
  guint64 bytes;
  gboolean telling;             /* phase() or outcome() is under way */
  gboolean changing;            /* changed() is; written on the network thread */
  const gchar *blocked;         /* why no scan is started any more, or NULL */
  gboolean cancelled;
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
  queue->callbacks = callbacks;
  queue->user_data = user_data;
  queue->destroy = destroy;
  g_mutex_init (&queue->lock);
  g_cond_init (&queue->cond);
  g_queue_init (&queue->entries);
  return queue;
}

VitalsScanQueue *
vitals_scan_queue_ref (VitalsScanQueue * queue)
{
  g_atomic_ref_count_inc (&queue->ref_count);
  return queue;
}

static void
entry_unref (gpointer data)
{
  Entry *entry = data;

  if (!g_atomic_ref_count_dec (&entry->ref_count))
    return;
  if (entry->item.free_data)
    entry->item.free_data (entry->item.data);
  g_clear_pointer (&entry->item.payload, vitals_payload_unref);
  g_clear_pointer (&entry->item.reading, vitals_reading_unref);
  g_clear_error (&entry->item.error);
  g_clear_pointer (&entry->scan, vitals_scan_unref);
  g_free (entry->item.session_id);
  g_free (entry);
}

void
vitals_scan_queue_unref (VitalsScanQueue * queue)
{
  if (!g_atomic_ref_count_dec (&queue->ref_count))
    return;
  g_queue_clear_full (&queue->entries, entry_unref);
  if (queue->destroy)
    queue->destroy (queue->user_data);
  g_object_unref (queue->client);
  g_mutex_clear (&queue->lock);
  g_cond_clear (&queue->cond);
  g_free (queue);
}

VitalsScanItem *
vitals_scan_item_new (guint64 window, VitalsPayload * payload, gpointer data,
    GDestroyNotify free_data)
{
  Entry *entry = g_new0 (Entry, 1);

  g_atomic_ref_count_init (&entry->ref_count);
  entry->item.window = window;
  entry->item.payload = payload;
  entry->item.demographics.age = -1;
  entry->item.data = data;
  entry->item.free_data = free_data;
  entry->held_bytes = payload ? vitals_payload_get_size (payload) : 0;
  return &entry->item;
}

void
vitals_scan_item_free (VitalsScanItem * item)
{
  entry_unref (item);
}

/* With the lock. Who is told is kept alive while it is told, and let go of at
 * once when the queue is cancelled otherwise. FALSE: nobody is told. */
static gboolean
begin_telling (VitalsScanQueue * queue)
{
  queue->telling = !queue->cancelled;
  return queue->telling;
}

static void
end_telling (VitalsScanQueue * queue)
{
  GDestroyNotify destroy = NULL;

  g_mutex_lock (&queue->lock);
  queue->telling = FALSE;
  if (queue->cancelled)
    destroy = g_steal_pointer (&queue->destroy);
  g_mutex_unlock (&queue->lock);
  if (destroy)
    destroy (queue->user_data);
}

/* No code of an application runs in there, so a cancel may wait for its end. */
static void
tell_changed (VitalsScanQueue * queue)
{
  g_mutex_lock (&queue->lock);
  queue->changing = !queue->cancelled;
  g_mutex_unlock (&queue->lock);
  if (!queue->changing)
    return;
  queue->callbacks->changed (queue->user_data);
  g_mutex_lock (&queue->lock);
  queue->changing = FALSE;
  g_cond_broadcast (&queue->cond);
  g_mutex_unlock (&queue->lock);
}

/* With the lock. */
static void
entry_drop (Entry * entry, const gchar * reason)
{
  entry->state = ENTRY_OVER;
  entry->item.dropped = reason;
  entry->held_bytes = 0;
  g_clear_pointer (&entry->item.payload, vitals_payload_unref);
}

/* With the lock. */
static Entry *
find_waiting (VitalsScanQueue * queue)
{
  GList *link;

  for (link = queue->entries.head; link; link = link->next) {
    Entry *entry = link->data;

    if (entry->state == ENTRY_WAITING)
      return entry;
  }
  return NULL;
}

/* With the lock. Errors that the next start would only repeat. */
static void
note_error (VitalsScanQueue * queue, const GError * error)
{
  if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNAUTHORIZED)
      || g_error_matches (error, VITALS_ERROR, VITALS_ERROR_FORBIDDEN))
    queue->blocked = "stopped";
  else if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_QUOTA_EXCEEDED))
    queue->blocked = "quota";
}

/* Callbacks of a scan */

static void
scan_phase (VitalsScan * scan, VitalsScanPhase phase, gpointer user_data)
{
  Entry *entry = user_data;
  VitalsScanQueue *queue = entry->queue;
  gboolean tell;

  g_mutex_lock (&queue->lock);
  if (phase == VITALS_SCAN_UPLOADING) {
    entry->starting = FALSE;
    queue->starting--;
    queue->sessions++;
  }
  if (phase == VITALS_SCAN_PROCESSING)
    entry->held_bytes = 0;
  /* one that was failed meanwhile keeps the outcome that it has */
  tell = entry->state == ENTRY_RUNNING && begin_telling (queue);
  if (tell && phase == VITALS_SCAN_UPLOADING) {
    entry->item.accepted = TRUE;
    entry->item.session_id = g_strdup (vitals_scan_get_session_id (scan));
  }
  g_mutex_unlock (&queue->lock);

  if (tell) {
    queue->callbacks->phase (&entry->item, phase, queue->user_data);
    end_telling (queue);
  }
  schedule_pump (queue);
}

static void
scan_done (VitalsScan * scan, VitalsReading * reading, const GError * error,
    gpointer user_data)
{
  Entry *entry = user_data;
  VitalsScanQueue *queue = entry->queue;

  g_mutex_lock (&queue->lock);
  queue->running--;
  if (entry->starting)
    queue->starting--;
  queue->retries += vitals_scan_get_retries (scan);
  queue->bytes += vitals_scan_get_bytes_sent (scan);
  if (entry->state == ENTRY_RUNNING) {
    entry->state = ENTRY_OVER;
    entry->held_bytes = 0;
    entry->item.attempts = vitals_scan_get_attempts (scan);
    if (reading)
      entry->item.reading = vitals_reading_ref (reading);
    else
      entry->item.error = g_error_copy (error);
  }
  if (error)
    note_error (queue, error);
  g_mutex_unlock (&queue->lock);
  schedule_pump (queue);
}

static void
scan_released (gpointer user_data)
{
  Entry *entry = user_data;

  g_clear_pointer (&entry->queue, vitals_scan_queue_unref);
  entry_unref (entry);
}

/* pump */

/* With the lock. Why the next window may never start, or NULL. */
static const gchar *
refusal (VitalsScanQueue * queue)
{
  gint64 remaining;

  if (queue->blocked)
    return queue->blocked;
  if (queue->limits.max_starts >= 0
      && queue->sessions >= (guint) queue->limits.max_starts)
    return "stopped";
  remaining = vitals_circadify_client_get_usage_remaining (queue->client);
  if (remaining >= 0 && remaining <= queue->limits.quota_reserve)
    return "quota";
  return NULL;
}

/* With the lock. */
static gboolean
may_start_now (VitalsScanQueue * queue)
{
  /* one alone until the service has taken the key: a wrong one must not fail
   * once for each window */
  guint most = queue->sessions > 0 ? queue->limits.max_sessions : 1;
  gint64 remaining =
      vitals_circadify_client_get_usage_remaining (queue->client);

  if (queue->limits.max_starts >= 0
      && queue->sessions + queue->starting >= (guint) queue->limits.max_starts)
    return FALSE;
  /* a start under way may take one of those that remain */
  if (remaining >= 0
      && remaining - queue->starting <= queue->limits.quota_reserve)
    return FALSE;
  return queue->running < most;
}

/* With the lock. The next scan to start, or NULL. */
static VitalsScan *
prepare_scan (VitalsScanQueue * queue)
{
  static const VitalsScanCallbacks callbacks = { scan_phase, scan_done };
  Entry *entry = find_waiting (queue);
  const gchar *reason;

  while (entry && (reason = refusal (queue))) {
    entry_drop (entry, reason);
    entry = find_waiting (queue);
  }
  if (!entry || !may_start_now (queue))
    return NULL;

  g_atomic_ref_count_inc (&entry->ref_count);
  entry->queue = vitals_scan_queue_ref (queue);
  entry->state = ENTRY_RUNNING;
  entry->starting = TRUE;
  entry->item.started = TRUE;
  entry->scan = vitals_scan_new (queue->client, entry->item.payload,
      &entry->item.demographics, &callbacks, entry, scan_released);
  g_clear_pointer (&entry->item.payload, vitals_payload_unref);
  queue->running++;
  queue->starting++;
  return vitals_scan_ref (entry->scan);
}

static void
start_scans (VitalsScanQueue * queue)
{
  VitalsScan *scan;

  do {
    g_mutex_lock (&queue->lock);
    scan = queue->cancelled ? NULL : prepare_scan (queue);
    g_mutex_unlock (&queue->lock);
    if (scan) {
      vitals_scan_start (scan);
      vitals_scan_unref (scan);
    }
  } while (scan);
}

static void
tell_outcomes (VitalsScanQueue * queue)
{
  Entry *entry;

  do {
    g_mutex_lock (&queue->lock);
    entry = queue->cancelled ? NULL : g_queue_peek_head (&queue->entries);
    if (entry && (entry->state != ENTRY_OVER || !begin_telling (queue)))
      entry = NULL;
    if (entry)
      g_atomic_ref_count_inc (&entry->ref_count);
    g_mutex_unlock (&queue->lock);
    if (!entry)
      break;

    queue->callbacks->outcome (&entry->item, queue->user_data);
    end_telling (queue);

    /* it counts as unanswered until it was told */
    g_mutex_lock (&queue->lock);
    if (g_queue_peek_head (&queue->entries) == entry)
      entry_unref (g_queue_pop_head (&queue->entries));
    g_mutex_unlock (&queue->lock);
    entry_unref (entry);
    tell_changed (queue);
  } while (entry);
}

static gboolean
pump (gpointer user_data)
{
  VitalsScanQueue *queue = user_data;

  start_scans (queue);
  tell_outcomes (queue);
  tell_changed (queue);
  return G_SOURCE_REMOVE;
}

static void
schedule_pump (VitalsScanQueue * queue)
{
  vitals_network_invoke (pump, vitals_scan_queue_ref (queue),
      (GDestroyNotify) vitals_scan_queue_unref);
}

/* What others call */

void
vitals_scan_queue_push (VitalsScanQueue * queue, VitalsScanItem * item)
{
  Entry *entry = (Entry *) item;
  gboolean taken;

  if (item->dropped || item->error)
    entry->state = ENTRY_OVER;
  g_mutex_lock (&queue->lock);
  taken = !queue->cancelled;
  if (taken)
    g_queue_push_tail (&queue->entries, entry);
  g_mutex_unlock (&queue->lock);
  if (taken)
    schedule_pump (queue);
  else
    entry_unref (entry);
}

/* With the lock. */
static guint
count_waiting (VitalsScanQueue * queue)
{
  GList *link;
  guint n = 0;

  for (link = queue->entries.head; link; link = link->next)
    n += ((Entry *) link->data)->state == ENTRY_WAITING;
  return n;
}

gboolean
vitals_scan_queue_is_full (VitalsScanQueue * queue)
{
  gboolean full;

  g_mutex_lock (&queue->lock);
  full = !queue->cancelled && count_waiting (queue) >= queue->limits.max_queued;
  g_mutex_unlock (&queue->lock);
  return full;
}

void
vitals_scan_queue_drop_oldest (VitalsScanQueue * queue, const gchar * reason)
{
  Entry *entry;

  g_mutex_lock (&queue->lock);
  entry = find_waiting (queue);
  if (entry)
    entry_drop (entry, reason);
  g_mutex_unlock (&queue->lock);
  schedule_pump (queue);
}

void
vitals_scan_queue_drop_waiting (VitalsScanQueue * queue, const gchar * reason)
{
  Entry *entry;

  g_mutex_lock (&queue->lock);
  while ((entry = find_waiting (queue)))
    entry_drop (entry, reason);
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
    Entry *entry = link->data;

    if (entry->state == ENTRY_RUNNING)
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
    Entry *entry = link->data;

    if (entry->state == ENTRY_OVER)
      continue;
    entry->state = ENTRY_OVER;
    entry->held_bytes = 0;
    entry->item.error = g_error_copy (error);
    g_clear_pointer (&entry->item.payload, vitals_payload_unref);
  }
  g_mutex_unlock (&queue->lock);
  cancel_scans (scans);
  schedule_pump (queue);
}

void
vitals_scan_queue_cancel (VitalsScanQueue * queue)
{
  GDestroyNotify destroy = NULL;
  GPtrArray *scans;
  GQueue entries;

  g_mutex_lock (&queue->lock);
  queue->cancelled = TRUE;
  while (queue->changing)
    g_cond_wait (&queue->cond, &queue->lock);
  if (!queue->telling)
    destroy = g_steal_pointer (&queue->destroy);
  scans = collect_scans (queue);
  entries = queue->entries;
  g_queue_init (&queue->entries);
  g_mutex_unlock (&queue->lock);

  cancel_scans (scans);
  g_queue_clear_full (&entries, entry_unref);
  if (destroy)
    destroy (queue->user_data);
}

void
vitals_scan_queue_get_stats (VitalsScanQueue * queue,
    VitalsScanQueueStats * stats)
{
  GList *link;

  g_mutex_lock (&queue->lock);
  stats->waiting = count_waiting (queue);
  stats->running = queue->running;
  stats->starting = queue->starting;
  stats->unanswered = g_queue_get_length (&queue->entries);
  stats->sessions = queue->sessions;
  stats->retries = queue->retries;
  stats->bytes = queue->bytes;
  stats->blocked = queue->blocked != NULL;
  stats->held_bytes = 0;
  for (link = queue->entries.head; link; link = link->next)
    stats->held_bytes += ((Entry *) link->data)->held_bytes;
  g_mutex_unlock (&queue->lock);
}
