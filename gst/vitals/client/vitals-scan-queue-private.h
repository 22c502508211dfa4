/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-scan-private.h>

G_BEGIN_DECLS

/*
 * VitalsScanQueue: the windows of one recording on their way to the service.
 * Sealed windows wait until one of a limited number of scans is free; whatever
 * becomes of them is told strictly in the order in which they were pushed: an
 * early answer is held back. Thread-safe, counted.
 *
 * A queue serves one generation: once cancelled it tells nothing more.
 */
typedef struct _VitalsScanQueue VitalsScanQueue;

/* One window. The queue owns it from push on. */
typedef struct
{
  /* set by the one who pushes it */
  guint64 window;
  VitalsPayload *payload;       /* (transfer full); NULL: it never was sealed */
  VitalsDemographics demographics;
  gpointer data;                /* of the one who pushes */
  GDestroyNotify free_data;

  /* the outcome: one of the three */
  VitalsReading *reading;
  GError *error;
  const gchar *dropped;         /* reason, static string */

  /* of a window whose scan was started */
  gboolean started;             /* a start was sent, or was about to be */
  gboolean accepted;            /* the start was, and phase() told so */
  gchar *session_id;            /* of an accepted start, else NULL */
  guint attempts;
} VitalsScanItem;

/* All are called on the network thread with no lock held, never two of one
 * queue at the same time. */
typedef struct
{
  /* The scan reached a new phase. */
  void (*phase) (const VitalsScanItem * item, VitalsScanPhase phase,
      gpointer user_data);
  /* The outcome. */
  void (*outcome) (const VitalsScanItem * item, gpointer user_data);
  /* A window left the queue, or a scan began or ended: who waits looks
   * again. */
  void (*changed) (gpointer user_data);
} VitalsScanQueueCallbacks;

typedef struct
{
  guint max_sessions;           /* scans at the same time, 1 or more */
  guint max_queued;             /* windows that wait, 1 or more */
  gint max_starts;              /* accepted starts in all, -1: no limit */
  gint64 quota_reserve;         /* no start at this X-Usage-Remaining or less */
} VitalsScanQueueLimits;

typedef struct
{
  guint waiting;                /* sealed, start not sent */
  guint running;
  guint starting;               /* of those that run, not accepted yet */
  guint unanswered;             /* all whose outcome was not told */
  guint sessions;               /* accepted starts */
  guint retries;
  guint64 bytes;                /* that the storage accepted */
  gboolean blocked;             /* nothing is started any more: 401, 403, quota */
  gsize held_bytes;             /* of payloads that are in memory */
} VitalsScanQueueStats;

/* @callbacks is static, and all are set. @destroy(@user_data) when the queue was
 * cancelled and no callback is under way, else with the last reference. */
VITALS_API VitalsScanQueue *vitals_scan_queue_new (VitalsCircadifyClient *
    client, const VitalsScanQueueLimits * limits,
    const VitalsScanQueueCallbacks * callbacks, gpointer user_data,
    GDestroyNotify destroy);
VITALS_API VitalsScanQueue *vitals_scan_queue_ref (VitalsScanQueue * queue);
VITALS_API void vitals_scan_queue_unref (VitalsScanQueue * queue);

VITALS_API VitalsScanItem *vitals_scan_item_new (guint64 window,
    VitalsPayload * payload, gpointer data, GDestroyNotify free_data);

VITALS_API void vitals_scan_item_free (VitalsScanItem * item);

/* @item: (transfer full). With a `dropped` or an `error` it only keeps its
 * place in the order. */
VITALS_API void vitals_scan_queue_push (VitalsScanQueue * queue,
    VitalsScanItem * item);
/* As many windows wait as may. */
VITALS_API gboolean vitals_scan_queue_is_full (VitalsScanQueue * queue);
/* Drops the oldest window that waits, if there is one. */
VITALS_API void vitals_scan_queue_drop_oldest (VitalsScanQueue * queue,
    const gchar * reason);
/* Drops all that wait; scans that run go on. */
VITALS_API void vitals_scan_queue_drop_waiting (VitalsScanQueue * queue,
    const gchar * reason);
/* Cancels the scans that run; they and what waits end with @error. */
VITALS_API void vitals_scan_queue_fail_all (VitalsScanQueue * queue,
    const GError * error);
/* Ends the generation: cancels all, tells nothing more. Does not wait. */
VITALS_API void vitals_scan_queue_cancel (VitalsScanQueue * queue);
VITALS_API void vitals_scan_queue_get_stats (VitalsScanQueue * queue,
    VitalsScanQueueStats * stats);

G_END_DECLS
