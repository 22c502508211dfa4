/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-quota-private.h>

/* us, after which it is asked again */
#define USED_UP_AGE (G_TIME_SPAN_HOUR)
#define RESERVE_AGE (24 * G_TIME_SPAN_HOUR)

typedef struct
{
  VitalsQuotaFunc func;
  gpointer data;
} Waiter;

typedef struct
{
  gint64 remaining;             /* -1: never said */
  gint64 known_at;              /* us, monotonic */
  guint starting;
  gboolean silent;              /* a start was accepted, and nothing said */
  GArray *waiters;              /* of Waiter; or NULL */
} Known;

/* "lock" guards all below it. Keys themselves are not kept longer than their
 * clients. Nothing but the clock is called with the lock held. */
static struct
{
  GMutex lock;
  GHashTable *known;            /* hash of a key -> Known */
  VitalsQuotaClock clock;       /* or NULL */
} quota;

static gchar *
hash_key (const gchar * api_key)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, api_key, -1);
}

/* With the lock. */
static gint64
get_time (void)
{
  return quota.clock ? quota.clock () : g_get_monotonic_time ();
}

/* With the lock. */
static Known *
find (const gchar * api_key)
{
  gchar *hash = hash_key (api_key);
  Known *known;

  if (!quota.known)
    quota.known = g_hash_table_new (g_str_hash, g_str_equal);
  known = g_hash_table_lookup (quota.known, hash);
  if (known) {
    g_free (hash);
    return known;
  }
  known = g_new0 (Known, 1);
  known->remaining = -1;
  g_hash_table_insert (quota.known, hash, known);
  return known;
}

/* With the lock. */
static gboolean
is_old (const Known * known)
{
  gint64 age = known->remaining > 0 ? RESERVE_AGE : USED_UP_AGE;

  return get_time () - known->known_at >= age;
}

void
vitals_quota_set (const gchar * api_key, gint64 remaining, gint64 asked_at)
{
  Known *known;

  if (!api_key)
    return;
  g_mutex_lock (&quota.lock);
  known = find (api_key);
  if (known->remaining < 0 || asked_at >= known->known_at
      || remaining < known->remaining) {
    known->remaining = remaining;
    known->known_at = get_time ();
  }
  g_mutex_unlock (&quota.lock);
}

void
vitals_quota_get (const gchar * api_key, VitalsQuotaUsage * usage)
{
  Known *known;

  usage->remaining = -1;
  usage->starting = 0;
  usage->asking = FALSE;
  if (!api_key)
    return;
  g_mutex_lock (&quota.lock);
  known = find (api_key);
  if (!is_old (known))
    usage->remaining = known->remaining;
  usage->starting = known->starting;
  usage->asking = known->starting > 0 && known->remaining < 0 && !known->silent;
  g_mutex_unlock (&quota.lock);
}

void
vitals_quota_begin_start (const gchar * api_key)
{
  Known *known;

  if (!api_key)
    return;
  g_mutex_lock (&quota.lock);
  known = find (api_key);
  known->starting++;
  if (is_old (known))
    known->known_at = get_time ();
  g_mutex_unlock (&quota.lock);
}

/* With the lock. */
static void
note_end (Known * known, VitalsQuotaStartEnd end)
{
  known->starting--;
  if (end == VITALS_QUOTA_START_ACCEPTED)
    known->silent |= known->remaining < 0;
  /* until the next answer says it better */
  if (end == VITALS_QUOTA_START_IN_DOUBT && known->remaining > 0)
    known->remaining--;
}

void
vitals_quota_end_start (const gchar * api_key, VitalsQuotaStartEnd end)
{
  GArray *waiters;
  Known *known;
  guint i;

  if (!api_key)
    return;
  g_mutex_lock (&quota.lock);
  known = find (api_key);
  note_end (known, end);
  waiters = g_steal_pointer (&known->waiters);
  g_mutex_unlock (&quota.lock);
  if (!waiters)
    return;
  for (i = 0; i < waiters->len; i++) {
    Waiter *waiter = &g_array_index (waiters, Waiter, i);

    waiter->func (waiter->data);
  }
  g_array_unref (waiters);
}

gboolean
vitals_quota_wait (const gchar * api_key, VitalsQuotaFunc func, gpointer data)
{
  Waiter waiter = { func, data };
  gboolean waits;
  Known *known;

  if (!api_key)
    return FALSE;
  g_mutex_lock (&quota.lock);
  known = find (api_key);
  waits = known->starting > 0;
  if (waits) {
    if (!known->waiters)
      known->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
    g_array_append_val (known->waiters, waiter);
  }
  g_mutex_unlock (&quota.lock);
  return waits;
}

void
vitals_quota_set_clock (VitalsQuotaClock clock)
{
  g_mutex_lock (&quota.lock);
  quota.clock = clock;
  g_mutex_unlock (&quota.lock);
}

gint64
vitals_quota_get_time (void)
{
  gint64 time;

  g_mutex_lock (&quota.lock);
  time = get_time ();
  g_mutex_unlock (&quota.lock);
  return time;
}

gboolean
vitals_quota_refusal_is_old (gint64 refused_at)
{
  return vitals_quota_get_time () - refused_at >= USED_UP_AGE;
}
