/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-exchange-private.h>
#include <vitals/client/vitals-retry-private.h>

G_BEGIN_DECLS

/*
 * A call: copies of a request are sent until one succeeds, or until the retry
 * policy says that it has failed. On the network thread only.
 */

/* The error that an answer is, or NULL when it is a success. */
typedef GError *(*VitalsCheckFunc) (const VitalsResponse * response,
    gpointer user_data);

typedef struct
{
  VitalsRetryRule rule;
  guint max_retries;
  VitalsExchangeLimits limits;  /* of each attempt */
  guint64 least_delay;          /* ns, before it is sent again */
  gint64 deadline;              /* of all attempts, monotonic us; 0: none */
  VitalsCheckFunc check;        /* called with the callback's user_data */
} VitalsCallPlan;

/* How it went. */
typedef struct
{
  guint attempts;               /* times the request was sent */
  gboolean sent;                /* the last one may have been accepted; FALSE
                                 * while it waits to be sent again */
  gboolean lost;                /* one of them was sent and not answered */
} VitalsCallRecord;

void vitals_call_async (VitalsRequest * request, const VitalsCallPlan * plan,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/* Errors: what check() returned, and those of vitals_exchange_finish().
 * Returns: (transfer full) */
VitalsResponse *vitals_call_finish (GAsyncResult * result,
    VitalsCallRecord * record, GError ** error);

G_END_DECLS
