/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-circadify-client-private.h>
#include <vitals/tensor/vitals-payload-private.h>

G_BEGIN_DECLS

/*
 * The four steps of a session, each with its time-outs and retries. On the
 * network thread only, and they complete there. Every error is a VITALS_ERROR.
 */

typedef struct
{
  /* requests sent, of the last call of the step and of all together */
  guint attempts;
  guint retries;
  /* of a start that failed: the service may have accepted it all the same */
  gboolean in_doubt;
} VitalsStepRecord;

void vitals_step_start_async (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) */
VitalsSession *vitals_step_start_finish (GAsyncResult * result,
    VitalsStepRecord * record, GError ** error);

void vitals_step_upload_async (VitalsCircadifyClient * client,
    const gchar * upload_url, VitalsPayload * payload,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
gboolean vitals_step_upload_finish (GAsyncResult * result,
    VitalsStepRecord * record, GError ** error);

void vitals_step_complete_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
/* TRUE with NULL in @reading: go and poll. @doubt (may be NULL): then the error
 * that leaves it open whether the service has taken the call, if there was one;
 * it is what failed when polling shows that nothing is known of a result.
 * (out) (transfer full) */
gboolean vitals_step_complete_finish (GAsyncResult * result,
    VitalsReading ** reading, GError ** doubt, VitalsStepRecord * record,
    GError ** error);

void vitals_step_poll_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) */
VitalsReading *vitals_step_poll_finish (GAsyncResult * result,
    VitalsStepRecord * record, GError ** error);

G_END_DECLS
