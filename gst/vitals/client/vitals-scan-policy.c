/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-scan-policy-private.h>
#include <vitals/vitals-dropped-private.h>
#include <vitals/vitals-error-private.h>

/* @n: starts that were or may yet be accepted */
static gboolean
starts_are_used_up (const VitalsScanQueueLimits * limits, guint n)
{
  return limits->max_starts >= 0 && n >= (guint) limits->max_starts;
}

static gboolean
quota_is_used_up (const VitalsScanQueueLimits * limits, gint64 remaining)
{
  return remaining <= limits->quota_reserve;
}

const gchar *
vitals_scan_policy_refuse (const VitalsScanQueueLimits * limits,
    const VitalsScanQueueStats * stats, const VitalsQuotaUsage * usage)
{
  if (stats->blocked)
    return stats->blocked;
  if (starts_are_used_up (limits, vitals_scan_policy_count_starts (stats)))
    return VITALS_DROPPED_STOPPED;
  if (usage->remaining >= 0 && quota_is_used_up (limits, usage->remaining))
    return VITALS_DROPPED_QUOTA;
  return NULL;
}

gboolean
vitals_scan_policy_may_start (const VitalsScanQueueLimits * limits,
    const VitalsScanQueueStats * stats, const VitalsQuotaUsage * usage)
{
  /* one alone until the service has taken the key: a wrong one must not fail
   * once for each window */
  guint most = stats->sessions > 0 ? limits->max_sessions : 1;

  /* a start under way may become one of the starts that are allowed, and one of
   * the scans that remain; if it is refused, its place is free again */
  if (starts_are_used_up (limits, vitals_scan_policy_count_starts (stats)
          + stats->starting))
    return FALSE;
  if (usage->remaining >= 0
      && quota_is_used_up (limits, usage->remaining - usage->starting))
    return FALSE;
  /* all that begin together could take the reserve before anyone knows */
  if (usage->asking && limits->quota_reserve > 0)
    return FALSE;
  return stats->running < most;
}

guint
vitals_scan_policy_count_starts (const VitalsScanQueueStats * stats)
{
  return stats->sessions + stats->doubtful;
}

gboolean
vitals_scan_policy_is_full (const VitalsScanQueueLimits * limits,
    const VitalsScanQueueStats * stats)
{
  return stats->waiting >= limits->max_queued;
}

const gchar *
vitals_scan_policy_block (const VitalsScanQueueLimits * limits,
    const GError * error)
{
  if (limits->stop_on_failure
      && !g_error_matches (error, VITALS_ERROR, VITALS_ERROR_CANCELLED))
    return VITALS_DROPPED_STOPPED;
  if (!vitals_error_is_final (error))
    return NULL;
  if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_QUOTA_EXCEEDED))
    return VITALS_DROPPED_QUOTA;
  return VITALS_DROPPED_STOPPED;
}
