/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-call-private.h>
#include <vitals/client/vitals-circadify-steps-private.h>

G_BEGIN_DECLS

/*
 * What the steps of a session have in common; the first member of the data of
 * their tasks. Everything on the network thread, so no lock.
 */
typedef struct
{
  VitalsCircadifyClient *client;
  VitalsCircadifySettings *settings;    /* as they were when it began */
  VitalsStepRecord record;
  gchar *session_id;
  gint64 began_at;              /* vitals_quota_get_time() */
} VitalsStep;

/* @step: zeroed, (transfer full); @step_free: vitals_step_free(), or what calls
 * vitals_step_clear() where there is more in it.
 * Returns: (transfer full) */
GTask *vitals_step_begin (VitalsStep * step, GDestroyNotify step_free,
    VitalsCircadifyClient * client, const gchar * session_id,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
void vitals_step_clear (VitalsStep * step);
void vitals_step_free (gpointer step);

/* When @time (ns) from now is, in monotonic us. */
gint64 vitals_step_deadline (guint64 time);

/* For VitalsCallPlan.check, with the task: every answer of the API but those to
 * uploads, which come from a storage. */
GError *vitals_step_check_answer (const VitalsResponse * response,
    gpointer user_data);
/* The same for an answer with a result. Of one that is empty or cut the rest is
 * lost on the way; HTTP does not always tell. */
GError *vitals_step_check_result (const VitalsResponse * response,
    gpointer user_data);

/* @request: (transfer full) */
void vitals_step_call (GTask * task, VitalsRequest * request,
    VitalsCallPlan * plan, GAsyncReadyCallback callback);
VitalsResponse *vitals_step_call_finish (GTask * task, GAsyncResult * result,
    VitalsCallRecord * call, GError ** error);

/* Both end the step and release @task; what they are given is theirs. */
void vitals_step_fail (GTask * task, GError * error);
void vitals_step_return_reading (GTask * task, VitalsReading * reading);
void vitals_step_finish_record (GAsyncResult * result,
    VitalsStepRecord * record);

G_END_DECLS
