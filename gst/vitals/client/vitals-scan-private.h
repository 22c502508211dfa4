/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-circadify-client.h>
#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/vitals-error-private.h>

G_BEGIN_DECLS

/*
 * VitalsScan: one paid session for one payload: start, upload, complete, poll.
 * It lives on the network thread; start and cancel may be called on any
 * thread and never block. Counted. The scan drops its payload as soon as the
 * PUT was accepted.
 */
typedef struct _VitalsScan VitalsScan;

typedef enum
{
  VITALS_SCAN_STARTING,         /* nothing accepted yet */
  VITALS_SCAN_UPLOADING,        /* start accepted: the session id is known */
  VITALS_SCAN_PROCESSING        /* PUT accepted: the payload was released */
} VitalsScanPhase;

/* All are called on the network thread with no lock held. */
typedef struct
{
  /* A new phase; STARTING is not reported. */
  void (*phase) (VitalsScan * scan, VitalsScanPhase phase, gpointer user_data);
  /* Exactly once, also after a cancel (VITALS_ERROR_CANCELLED). One of
   * @reading and @error is set, both (transfer none). Nothing follows. */
  void (*done) (VitalsScan * scan, VitalsReading * reading,
      const GError * error, gpointer user_data);
} VitalsScanCallbacks;

/* @callbacks is static; @destroy(@user_data) is called on the network thread
 * after done. @demographics may be NULL. */
VITALS_API VitalsScan *vitals_scan_new (VitalsCircadifyClient * client,
    VitalsPayload * payload, const VitalsDemographics * demographics,
    const VitalsScanCallbacks * callbacks, gpointer user_data,
    GDestroyNotify destroy);
VITALS_API VitalsScan *vitals_scan_ref (VitalsScan * scan);
VITALS_API void vitals_scan_unref (VitalsScan * scan);

VITALS_API void vitals_scan_start (VitalsScan * scan);
VITALS_API void vitals_scan_cancel (VitalsScan * scan);

/* NULL until the start was accepted; stays the same then. On the network
 * thread, or after done. */
VITALS_API const gchar *vitals_scan_get_session_id (VitalsScan * scan);
/* The start failed, and the service may have accepted it all the same. */
VITALS_API gboolean vitals_scan_start_is_in_doubt (VitalsScan * scan);
/* HTTP requests that were repeated. */
VITALS_API guint vitals_scan_get_retries (VitalsScan * scan);
/* Attempts of the step that ended it (1 = the first try). */
VITALS_API guint vitals_scan_get_attempts (VitalsScan * scan);
/* Payload bytes that the storage accepted. */
VITALS_API guint64 vitals_scan_get_bytes_sent (VitalsScan * scan);

/* X-Usage-Remaining as last seen for this client's key by any client of this
 * process; -1 when the header was never sent, or so long ago that a start is to
 * ask. Any thread. */
VITALS_API gint64 vitals_circadify_client_get_usage_remaining
    (VitalsCircadifyClient * client);

G_END_DECLS
