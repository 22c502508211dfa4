/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-scan-listener-private.h>
#include <vitals/client/vitals-scan-policy-private.h>

G_BEGIN_DECLS

/*
 * VitalsScanEntry: an item with what its queue knows of it, and the numbers of
 * the queue that follow from it. Held by the queue until its outcome was told,
 * and by its scan until that is done. Each function but those that count
 * references is called with the queue's lock held, and with the stats of that
 * queue.
 */

typedef enum
{
  VITALS_SCAN_ENTRY_WAITING,
  VITALS_SCAN_ENTRY_RUNNING,
  VITALS_SCAN_ENTRY_OVER        /* its outcome waits to be told */
} VitalsScanEntryState;

typedef struct
{
  VitalsScanItem item;          /* first: one is cast to the other */

  gatomicrefcount ref_count;
  struct _VitalsScanQueue *queue;       /* set while a scan may call back */
  VitalsScanEntryState state;
  VitalsScan *scan;
  gboolean starting;            /* it runs, its start is not accepted yet */
  gsize held_bytes;
} VitalsScanEntry;

VitalsScanEntry *vitals_scan_entry_ref (VitalsScanEntry * entry);
void vitals_scan_entry_unref (VitalsScanEntry * entry);

/* The last entry of the queue, from now on. */
void vitals_scan_entry_pushed (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const VitalsScanQueueLimits * limits);
/* It has its scan, whose start is about to be sent. */
void vitals_scan_entry_started (VitalsScanEntry * entry, VitalsScan * scan,
    VitalsScanQueueStats * stats);
/* The start was accepted. */
void vitals_scan_entry_accepted (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats);
/* The payload is no longer in memory. */
void vitals_scan_entry_release_bytes (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats);
/* The scan is done; one of @reading and @error is set. */
void vitals_scan_entry_answered (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const VitalsScanQueueLimits * limits,
    VitalsReading * reading, const GError * error);

/* The ends of one that is not over, without an answer. */
void vitals_scan_entry_drop (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const gchar * reason);
void vitals_scan_entry_fail (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const GError * error);
/* The queue was cancelled. */
void vitals_scan_entry_forget (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats);

G_END_DECLS
