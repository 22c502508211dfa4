/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-scan-private.h>

G_BEGIN_DECLS

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
  const gchar *dropped;         /* VITALS_DROPPED_..., static string */

  /* of a window whose scan was started */
  gboolean accepted;            /* its start was, and phase() told so */
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
  /* A window left the queue, or a scan began or ended: who waits looks again.
   * It must not run code of an application, nor cancel the queue, for a cancel
   * waits for its end. */
  void (*changed) (gpointer user_data);
} VitalsScanQueueCallbacks;

/*
 * VitalsScanListener: whom a queue calls back with what becomes of its windows,
 * until it is cancelled. Part of its queue. destroy() is called once: when it
 * was cancelled and no callback is running any more, else with the queue.
 *
 * "lock" guards all below it; it is never held together with another lock, nor
 * while anything is called.
 */
typedef struct
{
  const VitalsScanQueueCallbacks *callbacks;
  gpointer user_data;

  GMutex lock;
  GCond cond;                   /* changing ended */
  GDestroyNotify destroy;       /* NULL once it was called */
  gboolean telling;             /* phase() or outcome() is under way */
  gboolean changing;            /* changed() is */
  gboolean cancelled;
} VitalsScanListener;

void vitals_scan_listener_init (VitalsScanListener * listener,
    const VitalsScanQueueCallbacks * callbacks, gpointer user_data,
    GDestroyNotify destroy);
/* When nothing can be told any more. */
void vitals_scan_listener_clear (VitalsScanListener * listener);

/* On the network thread. They do nothing once it was cancelled. */
void vitals_scan_listener_tell_phase (VitalsScanListener * listener,
    const VitalsScanItem * item, VitalsScanPhase phase);
void vitals_scan_listener_tell_outcome (VitalsScanListener * listener,
    const VitalsScanItem * item);
void vitals_scan_listener_tell_changed (VitalsScanListener * listener);

/* See vitals_scan_queue_cancel(). */
void vitals_scan_listener_cancel (VitalsScanListener * listener);

G_END_DECLS
