/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The step start. */

#include <gst/gst.h>
#include <vitals/client/vitals-circadify-step-private.h>

static void
start_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  VitalsStep *step = g_task_get_task_data (task);
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response =
      vitals_step_call_finish (task, result, &call, &error);
  VitalsSession *session = NULL;

  if (response) {
    session = vitals_circadify_parse_session (response->body, &error);
    vitals_response_free (response);
  }
  if (!session) {
    step->record.in_doubt = vitals_retry_start_is_in_doubt (error, call.sent);
    if (step->record.in_doubt
        && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_prefix_error (&error, "The start of a scan was sent and may have been "
          "accepted, so it is not sent again: ");
    vitals_step_fail (task, error);
    return;
  }
  g_task_return_pointer (task, session, (GDestroyNotify) vitals_session_unref);
  g_object_unref (task);
}

void
vitals_step_start_async (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VitalsStep *step = g_new0 (VitalsStep, 1);
  GTask *task = vitals_step_begin (step, vitals_step_free, client, NULL,
      cancellable, callback, user_data);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_START,
    .limits.timeout = step->settings->service.request_timeout,
    .check = vitals_step_check_answer
  };

  vitals_step_call (task,
      vitals_circadify_request_start (step->settings->service.base_url,
          step->settings->service.api_key, demographics), &plan, start_done);
}

VitalsSession *
vitals_step_start_finish (GAsyncResult * result, VitalsStepRecord * record,
    GError ** error)
{
  vitals_step_finish_record (result, record);
  return g_task_propagate_pointer (G_TASK (result), error);
}
