/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-circadify-step-private.h>
#include <vitals/client/vitals-quota-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

void
vitals_step_clear (VitalsStep * step)
{
  g_object_unref (step->client);
  vitals_circadify_settings_free (step->settings);
  g_free (step->session_id);
}

void
vitals_step_free (gpointer step)
{
  vitals_step_clear (step);
  g_free (step);
}

GTask *
vitals_step_begin (VitalsStep * step, GDestroyNotify step_free,
    VitalsCircadifyClient * client, const gchar * session_id,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, step, step_free);
  step->client = g_object_ref (client);
  step->settings = vitals_circadify_client_copy_settings (client);
  step->session_id = g_strdup (session_id);
  step->began_at = vitals_quota_get_time ();
  return task;
}

gint64
vitals_step_deadline (guint64 time)
{
  return g_get_monotonic_time () + time / GST_USECOND;
}

GError *
vitals_step_check_answer (const VitalsResponse * response, gpointer user_data)
{
  VitalsStep *step = g_task_get_task_data (user_data);

  vitals_circadify_client_note_response (step->client, response,
      step->began_at);
  return vitals_service_error_from_response (response,
      step->settings->service.api_key);
}

GError *
vitals_step_check_result (const VitalsResponse * response, gpointer user_data)
{
  GError *error = vitals_step_check_answer (response, user_data);

  if (!error)
    vitals_json_check_whole (response->body, VITALS_CIRCADIFY_MAX_ANSWER,
        &error);
  return error;
}

void
vitals_step_call (GTask * task, VitalsRequest * request, VitalsCallPlan * plan,
    GAsyncReadyCallback callback)
{
  VitalsStep *step = g_task_get_task_data (task);

  request->ca_file = g_strdup (step->settings->service.ca_file);
  plan->max_retries = step->settings->service.max_retries;
  vitals_call_async (request, plan, g_task_get_cancellable (task), callback,
      task);
  vitals_request_unref (request);
}

VitalsResponse *
vitals_step_call_finish (GTask * task, GAsyncResult * result,
    VitalsCallRecord * call, GError ** error)
{
  VitalsStep *step = g_task_get_task_data (task);
  VitalsResponse *response = vitals_call_finish (result, call, error);

  step->record.attempts = call->attempts;
  step->record.retries += call->attempts - 1;
  return response;
}

void
vitals_step_fail (GTask * task, GError * error)
{
  g_task_return_error (task, vitals_service_error_map (error,
          VITALS_ERROR_NETWORK));
  g_object_unref (task);
}

void
vitals_step_return_reading (GTask * task, VitalsReading * reading)
{
  VitalsStep *step = g_task_get_task_data (task);
  const gchar *environment =
      vitals_circadify_client_get_key_environment (step->client);

  if (reading && vitals_reading_is_fallback (reading)
      && !step->settings->allow_fallback) {
    vitals_reading_unref (reading);
    vitals_step_fail (task, vitals_error_new (VITALS_ERROR_PROCESSING_FAILED,
            "The service could not measure and sent fallback vitals, which "
            "are not accepted (allow-fallback is off): record again, with even "
            "light on a face that is still"));
    return;
  }
  if (reading) {
    vitals_reading_set_session_id (reading, step->session_id);
    vitals_reading_set_key_environment (reading, environment);
    vitals_reading_set_synthetic (reading, g_str_equal (environment, "test"));
  }
  g_task_return_pointer (task, reading, (GDestroyNotify) vitals_reading_unref);
  g_object_unref (task);
}

void
vitals_step_finish_record (GAsyncResult * result, VitalsStepRecord * record)
{
  VitalsStep *step = g_task_get_task_data (G_TASK (result));

  *record = step->record;
}
