/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-transport-private.h>

G_BEGIN_DECLS

/*
 * An exchange: one request is sent once, within its time. On the network
 * thread only. A cancel and a time-out take effect at once, whatever the
 * transport is doing (it cleans up behind).
 */

/* ns; 0: no limit */
typedef struct
{
  guint64 timeout;              /* for all of it */
  guint64 progress_timeout;     /* without a byte sent or received */
} VitalsExchangeLimits;

/* @request: one that was never sent. */
void vitals_exchange_async (VitalsRequest * request,
    const VitalsExchangeLimits * limits, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
/* Any HTTP status is a success here. Errors: those of the transport,
 * G_IO_ERROR_TIMED_OUT, G_IO_ERROR_CANCELLED. Returns: (transfer full) */
VitalsResponse *vitals_exchange_finish (GAsyncResult * result, GError ** error);

G_END_DECLS
