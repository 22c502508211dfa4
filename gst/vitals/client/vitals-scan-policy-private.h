/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-quota-private.h>

G_BEGIN_DECLS

/*
 * Which window of a queue may be started, and when. A scan is paid for once its
 * start was accepted, so nothing is started that is known to be in vain. Pure
 * functions: whoever has the numbers calls them with its own lock held.
 */

typedef struct
{
  guint max_sessions;           /* scans at the same time, 1 or more */
  guint max_queued;             /* windows that wait, 1 or more */
  gint max_starts;              /* accepted, or perhaps accepted, starts in
                                 * all, -1: no limit */
  gint64 quota_reserve;         /* no start at this X-Usage-Remaining or less */
  gboolean stop_on_failure;     /* no start after a failure, but a cancel */
} VitalsScanQueueLimits;

typedef struct
{
  guint waiting;                /* sealed, start not sent */
  guint running;
  guint starting;               /* of those that run, not accepted yet */
  guint unanswered;             /* all whose outcome was not told */
  guint sessions;               /* accepted starts */
  guint doubtful;               /* starts that failed, perhaps accepted */
  guint retries;
  guint64 bytes;                /* that the storage accepted */
  const gchar *blocked;         /* why nothing is started any more, or NULL:
                                 * VITALS_DROPPED_STOPPED (401, 403, any failure
                                 * when that is to stop it) for good,
                                 * _QUOTA until it may have been renewed */
  gint64 blocked_at;            /* vitals_quota_get_time() */
  gsize held_bytes;             /* of payloads that are in memory */
} VitalsScanQueueStats;

/* Why no window that waits will ever be started (VITALS_DROPPED_...), or NULL.
 * @usage: of the key, by all queues of the process and whoever else starts. */
VITALS_API const gchar *vitals_scan_policy_refuse (const VitalsScanQueueLimits *
    limits, const VitalsScanQueueStats * stats, const VitalsQuotaUsage * usage);
/* Whether a window that is not refused may be started now, with what already
 * runs; else it waits. */
VITALS_API gboolean vitals_scan_policy_may_start (const VitalsScanQueueLimits *
    limits, const VitalsScanQueueStats * stats, const VitalsQuotaUsage * usage);
/* Starts that are paid for, or may be: what max_starts bounds. */
VITALS_API guint vitals_scan_policy_count_starts (const VitalsScanQueueStats *
    stats);
VITALS_API gboolean vitals_scan_policy_is_full (const VitalsScanQueueLimits *
    limits, const VitalsScanQueueStats * stats);
/* What a failed scan means for all that come after it: the reason to start no
 * more of them, or NULL when the next may well succeed. */
VITALS_API const gchar *vitals_scan_policy_block (const VitalsScanQueueLimits *
    limits, const GError * error);

G_END_DECLS
