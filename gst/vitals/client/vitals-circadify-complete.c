/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The step upload-complete. */

#include <gst/gst.h>
#include <vitals/client/vitals-circadify-step-private.h>
#include <vitals/vitals-error-private.h>

typedef struct
{
  VitalsStep base;
  gboolean answer_lost;         /* a gateway answered, or an answer was cut */
  gboolean broke_down;          /* an answer was another 5xx */
  GError *doubt;                /* whether it was taken, or NULL */
} CompleteStep;

static void
complete_free (gpointer data)
{
  CompleteStep *step = data;

  g_clear_error (&step->doubt);
  vitals_step_clear (&step->base);
  g_free (step);
}

/* Notes what leaves open whether the service has taken the call. */
static GError *
check_complete (const VitalsResponse * response, gpointer user_data)
{
  CompleteStep *step = g_task_get_task_data (user_data);
  guint status = response->status;
  GError *error;

  /* an empty one is a plain yes */
  if (g_bytes_get_size (response->body) == 0)
    error = vitals_step_check_answer (response, user_data);
  else
    error = vitals_step_check_result (response, user_data);

  if (error && (status < 300 || status == 502 || status == 504))
    step->answer_lost = TRUE;
  else if (status >= 500)
    step->broke_down = TRUE;
  return error;
}

/* Whether a session that may have been taken before ends all the same. */
static gboolean
ends_session (const GError * error)
{
  if (error->domain != VITALS_ERROR)
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  switch ((VitalsError) error->code) {
    case VITALS_ERROR_UNAUTHORIZED:
    case VITALS_ERROR_FORBIDDEN:
    case VITALS_ERROR_SESSION_EXPIRED:
    case VITALS_ERROR_PROCESSING_FAILED:
    case VITALS_ERROR_CANCELLED:
      return TRUE;
    case VITALS_ERROR_INVALID_RESPONSE:
      return !vitals_error_get_retryable (error);
    default:
      return FALSE;
  }
}

/* The scan is paid: only what says for certain that there will be no result
 * ends it here, else polling will tell. A refusal of a call that was sent
 * before says that it is not needed any more as likely as that it is wrong. */
static gboolean
may_be_taken (CompleteStep * step, const VitalsCallRecord * call,
    const GError * error)
{
  guint status = vitals_error_get_http_status (error);

  if (ends_session (error))
    return FALSE;
  return call->lost || step->answer_lost
      || (step->broke_down && status >= 400 && status < 500);
}

static void
complete_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  CompleteStep *step = g_task_get_task_data (task);
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response =
      vitals_step_call_finish (task, result, &call, &error);
  VitalsReading *reading = NULL;

  if (response) {
    vitals_circadify_parse_complete (response->body, step->base.session_id,
        step->base.settings->service.api_key, &reading, &error);
    vitals_response_free (response);
  } else if (may_be_taken (step, &call, error)) {
    step->doubt = vitals_service_error_map (g_steal_pointer (&error),
        VITALS_ERROR_NETWORK);
  }
  if (error)
    vitals_step_fail (task, error);
  else
    vitals_step_return_reading (task, reading);
}

void
vitals_step_complete_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  CompleteStep *step = g_new0 (CompleteStep, 1);
  GTask *task = vitals_step_begin (&step->base, complete_free, client,
      session_id, cancellable, callback, user_data);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_COMPLETE,
    .limits.timeout = step->base.settings->poll_timeout,
    .deadline = vitals_step_deadline (step->base.settings->poll_timeout),
    .check = check_complete
  };

  vitals_step_call (task,
      vitals_circadify_request_complete (step->base.settings->service.base_url,
          step->base.settings->service.api_key, session_id), &plan,
      complete_done);
}

gboolean
vitals_step_complete_finish (GAsyncResult * result, VitalsReading ** reading,
    GError ** doubt, VitalsStepRecord * record, GError ** error)
{
  CompleteStep *step = g_task_get_task_data (G_TASK (result));
  GError *step_error = NULL;

  vitals_step_finish_record (result, record);
  if (doubt)
    *doubt = g_steal_pointer (&step->doubt);
  *reading = g_task_propagate_pointer (G_TASK (result), &step_error);
  if (!step_error)
    return TRUE;
  g_propagate_error (error, step_error);
  return FALSE;
}
