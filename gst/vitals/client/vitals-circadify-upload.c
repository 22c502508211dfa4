/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The step upload. */

#include <gst/gst.h>
#include <vitals/client/vitals-circadify-step-private.h>
#include <vitals/vitals-error-private.h>

static gboolean
is_for_now (guint status)
{
  return status >= 500 || status == 408 || status == 429;
}

/* What happened, and what to do; to wait only where it can help. */
static const gchar *
get_advice (guint status)
{
  if (is_for_now (status))
    return "try again later";
  if (status >= 300 && status < 400)
    return "redirects are not followed, for the payload would go to where the "
        "service did not send it; if a proxy on the way redirects, have it "
        "pass uploads through, and scan again";
  if (status == 403)
    return "the address may have expired, scan again";
  if (status == 413)
    return "the payload is too large";
  return "it will not take it at this address, scan again for a new one";
}

static GError *
check_storage_answer (const VitalsResponse * response,
    gpointer user_data G_GNUC_UNUSED)
{
  guint status = response->status;

  if (status >= 200 && status < 300)
    return NULL;
  return vitals_error_new_service (VITALS_ERROR_UPLOAD_FAILED, NULL, status,
      is_for_now (status), -1,
      "The storage did not take the payload (status %u): %s", status,
      get_advice (status));
}

static void
upload_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response =
      vitals_step_call_finish (task, result, &call, &error);

  if (response) {
    vitals_response_free (response);
    g_task_return_boolean (task, TRUE);
  } else {
    error = vitals_service_error_map (error, VITALS_ERROR_UPLOAD_FAILED);
    /* a lost connection to the storage is a failed upload too */
    if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_NETWORK))
      error->code = VITALS_ERROR_UPLOAD_FAILED;
    g_task_return_error (task, error);
  }
  g_object_unref (task);
}

void
vitals_step_upload_async (VitalsCircadifyClient * client,
    const gchar * upload_url, VitalsPayload * payload,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  VitalsStep *step = g_new0 (VitalsStep, 1);
  GTask *task = vitals_step_begin (step, vitals_step_free, client, NULL,
      cancellable, callback, user_data);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_REPEATABLE,
    .limits.progress_timeout = step->settings->service.request_timeout,
    .deadline = vitals_step_deadline (step->settings->service.upload_timeout),
    .check = check_storage_answer
  };

  vitals_step_call (task, vitals_circadify_request_upload (upload_url, payload),
      &plan, upload_done);
}

gboolean
vitals_step_upload_finish (GAsyncResult * result, VitalsStepRecord * record,
    GError ** error)
{
  vitals_step_finish_record (result, record);
  return g_task_propagate_boolean (G_TASK (result), error);
}
