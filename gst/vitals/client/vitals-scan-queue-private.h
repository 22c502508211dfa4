/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-scan-listener-private.h>
#include <vitals/client/vitals-scan-policy-private.h>
#include <vitals/vitals-dropped-private.h>

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

/* @callbacks is static, and all are set. @destroy(@user_data) when the queue
 * was cancelled and no callback is under way, else with the last reference. */
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
/* Cancels the scans that run; they and what waits end with @error. */
VITALS_API void vitals_scan_queue_fail_all (VitalsScanQueue * queue,
    const GError * error);
/*
 * Ends the generation: cancels all, and tells nothing more. Any thread,
 * also from within phase() and outcome().
 *
 * It waits for a changed() that is under way, and for nothing else: not for
 * phase() or outcome(), in which code of an application may run that itself
 * waits for the one who cancels, and not for the network. changed() takes the
 * lock of its owner and wakes who waits there; so this cannot deadlock as long
 * as whoever cancels does not hold that lock. On the network thread there is
 * nothing to wait for: callbacks are never nested.
 *
 * Returns: how many scans were under way
 */
VITALS_API guint vitals_scan_queue_cancel (VitalsScanQueue * queue);
/* Cheap: may be asked for each frame of a video. */
VITALS_API void vitals_scan_queue_get_stats (VitalsScanQueue * queue,
    VitalsScanQueueStats * stats);

G_END_DECLS
