/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-quota-private.h>

/* "lock" guards "remaining": hash of a key -> gint64. Keys themselves are not
 * kept longer than their clients. Nothing is called with the lock held. */
static struct
{
  GMutex lock;
  GHashTable *remaining;
} quota;

static gchar *
hash_key (const gchar * api_key)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, api_key, -1);
}

void
vitals_quota_set (const gchar * api_key, gint64 remaining)
{
  gchar *hash = hash_key (api_key);

  g_mutex_lock (&quota.lock);
  if (!quota.remaining)
    quota.remaining = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
        g_free);
  g_hash_table_replace (quota.remaining, hash,
      g_memdup2 (&remaining, sizeof (remaining)));
  g_mutex_unlock (&quota.lock);
}

gint64
vitals_quota_get (const gchar * api_key)
{
  gchar *hash = hash_key (api_key);
  gint64 *remaining = NULL, value;

  g_mutex_lock (&quota.lock);
  if (quota.remaining)
    remaining = g_hash_table_lookup (quota.remaining, hash);
  value = remaining ? *remaining : -1;
  g_mutex_unlock (&quota.lock);
  g_free (hash);
  return value;
}
