/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-quota-private.h>

/* us, after which it is asked again */
#define USED_UP_AGE (G_TIME_SPAN_HOUR)
#define RESERVE_AGE (24 * G_TIME_SPAN_HOUR)

typedef struct
{
  gint64 remaining;
  gint64 known_at;              /* us, monotonic */
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

/* With the lock. (nullable) */
static Known *
find (const gchar * api_key)
{
  gchar *hash = hash_key (api_key);
  Known *known = NULL;

  if (quota.known)
    known = g_hash_table_lookup (quota.known, hash);
  g_free (hash);
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
vitals_quota_set (const gchar * api_key, gint64 remaining)
{
  Known *known = g_new (Known, 1);

  known->remaining = remaining;
  g_mutex_lock (&quota.lock);
  known->known_at = get_time ();
  if (!quota.known)
    quota.known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
        g_free);
  g_hash_table_replace (quota.known, hash_key (api_key), known);
  g_mutex_unlock (&quota.lock);
}

gint64
vitals_quota_get (const gchar * api_key)
{
  Known *known;
  gint64 remaining;

  g_mutex_lock (&quota.lock);
  known = find (api_key);
  remaining = known && !is_old (known) ? known->remaining : -1;
  g_mutex_unlock (&quota.lock);
  return remaining;
}

void
vitals_quota_ask (const gchar * api_key)
{
  Known *known;

  g_mutex_lock (&quota.lock);
  known = find (api_key);
  if (known && is_old (known))
    known->known_at = get_time ();
  g_mutex_unlock (&quota.lock);
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
