/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-call-private.h>
#include <vitals/client/vitals-circadify-steps-private.h>
#include <vitals/client/vitals-timer-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

/* What the steps have in common; the data of their tasks. Everything on the
 * network thread, so no lock. */
typedef struct
{
  VitalsCircadifyClient *client;
  VitalsCircadifySettings *settings;    /* as they were when it began */
  VitalsStepRecord record;
  gchar *session_id;

  /* upload-complete only */
  gboolean answer_lost;         /* a gateway answered, or an answer was cut */
  gboolean broke_down;          /* an answer was another 5xx */
  GError *doubt;                /* whether it was taken, or NULL */

  /* poll only */
  gint64 deadline;              /* monotonic us */
  VitalsResultRoute route;
  gboolean other_route_tried;
  gint64 asked_at;
  VitalsWait wait;
} Step;

static void poll_once (GTask * task);

static void
step_free (gpointer data)
{
  Step *step = data;

  vitals_wait_clear (&step->wait);
  g_object_unref (step->client);
  vitals_circadify_settings_free (step->settings);
  g_clear_error (&step->doubt);
  g_free (step->session_id);
  g_free (step);
}

static GTask *
step_new (VitalsCircadifyClient * client, const gchar * session_id,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Step *step = g_new0 (Step, 1);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, step, step_free);
  step->client = g_object_ref (client);
  step->settings = vitals_circadify_client_copy_settings (client);
  step->session_id = g_strdup (session_id);
  return task;
}

static gint64
deadline_in (guint64 time)
{
  return g_get_monotonic_time () + time / GST_USECOND;
}

/* Every answer of the API but those to uploads, which come from a storage. */
static GError *
check_answer (const VitalsResponse * response, gpointer user_data)
{
  Step *step = g_task_get_task_data (user_data);

  vitals_circadify_client_note_response (step->client, response);
  return vitals_service_error_from_response (response,
      step->settings->service.api_key);
}

/* An answer with a result. Of one that is empty or cut the rest is lost on the
 * way; HTTP does not always tell. */
static GError *
check_result (const VitalsResponse * response, gpointer user_data)
{
  GError *error = check_answer (response, user_data);

  if (!error)
    vitals_json_check_whole (response->body, VITALS_CIRCADIFY_MAX_ANSWER,
        &error);
  return error;
}

/* @request: (transfer full) */
static void
step_call (GTask * task, VitalsRequest * request, VitalsCallPlan * plan,
    GAsyncReadyCallback callback)
{
  Step *step = g_task_get_task_data (task);

  request->ca_file = g_strdup (step->settings->service.ca_file);
  plan->max_retries = step->settings->service.max_retries;
  vitals_call_async (request, plan, g_task_get_cancellable (task), callback,
      task);
  vitals_request_unref (request);
}

static VitalsResponse *
step_call_finish (GTask * task, GAsyncResult * result,
    VitalsCallRecord * call, GError ** error)
{
  Step *step = g_task_get_task_data (task);
  VitalsResponse *response = vitals_call_finish (result, call, error);

  step->record.attempts = call->attempts;
  step->record.retries += call->attempts - 1;
  return response;
}

/* @error: (transfer full); releases @task. */
static void
step_fail (GTask * task, GError * error)
{
  g_task_return_error (task, vitals_service_error_map (error,
          VITALS_ERROR_NETWORK));
  g_object_unref (task);
}

static void
step_return_reading (GTask * task, VitalsReading * reading)
{
  Step *step = g_task_get_task_data (task);
  const gchar *environment =
      vitals_circadify_client_get_key_environment (step->client);

  if (reading && vitals_reading_is_fallback (reading)
      && !step->settings->allow_fallback) {
    vitals_reading_unref (reading);
    step_fail (task, vitals_error_new (VITALS_ERROR_PROCESSING_FAILED,
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

static void
step_finish_record (GAsyncResult * result, VitalsStepRecord * record)
{
  Step *step = g_task_get_task_data (G_TASK (result));

  *record = step->record;
}

/* Start */

static void
start_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response = step_call_finish (task, result, &call, &error);
  VitalsSession *session = NULL;

  if (response) {
    session = vitals_circadify_parse_session (response->body, &error);
    vitals_response_free (response);
  } else if (call.sent && vitals_error_get_http_status (error) == 0
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_prefix_error (&error, "The start of a scan was sent and may have been "
        "accepted, so it is not sent again: ");
  }
  if (!session) {
    step_fail (task, error);
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
  GTask *task = step_new (client, NULL, cancellable, callback, user_data);
  Step *step = g_task_get_task_data (task);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_START,
    .limits.timeout = step->settings->service.request_timeout,
    .check = check_answer
  };

  step_call (task,
      vitals_circadify_request_start (step->settings->service.base_url,
          step->settings->service.api_key, demographics), &plan, start_done);
}

VitalsSession *
vitals_step_start_finish (GAsyncResult * result, VitalsStepRecord * record,
    GError ** error)
{
  step_finish_record (result, record);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Upload */

static GError *
check_storage_answer (const VitalsResponse * response,
    gpointer user_data G_GNUC_UNUSED)
{
  guint status = response->status;

  if (status >= 200 && status < 300)
    return NULL;
  return vitals_error_new_service (VITALS_ERROR_UPLOAD_FAILED, NULL, status,
      status >= 500 || status == 408 || status == 429, -1,
      "The storage did not take the payload (status %u): %s", status,
      status == 403 ? "the address may have expired, scan again" :
      status == 413 ? "the payload is too large" : "try again later");
}

static void
upload_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response = step_call_finish (task, result, &call, &error);

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
  GTask *task = step_new (client, NULL, cancellable, callback, user_data);
  Step *step = g_task_get_task_data (task);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_REPEATABLE,
    .limits.progress_timeout = step->settings->service.request_timeout,
    .deadline = deadline_in (step->settings->service.upload_timeout),
    .check = check_storage_answer
  };

  step_call (task, vitals_circadify_request_upload (upload_url, payload),
      &plan, upload_done);
}

gboolean
vitals_step_upload_finish (GAsyncResult * result, VitalsStepRecord * record,
    GError ** error)
{
  step_finish_record (result, record);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Upload-complete */

/* Notes what leaves open whether the service has taken the call. */
static GError *
check_complete (const VitalsResponse * response, gpointer user_data)
{
  Step *step = g_task_get_task_data (user_data);
  guint status = response->status;
  GError *error;

  /* an empty one is a plain yes */
  if (g_bytes_get_size (response->body) == 0)
    error = check_answer (response, user_data);
  else
    error = check_result (response, user_data);

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
may_be_taken (Step * step, const VitalsCallRecord * call, const GError * error)
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
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response = step_call_finish (task, result, &call, &error);
  VitalsReading *reading = NULL;

  if (response) {
    vitals_circadify_parse_complete (response->body,
        step->settings->service.api_key, &reading, &error);
    vitals_response_free (response);
  } else if (may_be_taken (step, &call, error)) {
    step->doubt = vitals_service_error_map (g_steal_pointer (&error),
        VITALS_ERROR_NETWORK);
  }
  if (error)
    step_fail (task, error);
  else
    step_return_reading (task, reading);
}

void
vitals_step_complete_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = step_new (client, session_id, cancellable, callback, user_data);
  Step *step = g_task_get_task_data (task);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_COMPLETE,
    .limits.timeout = step->settings->poll_timeout,
    .deadline = deadline_in (step->settings->poll_timeout),
    .check = check_complete
  };

  step_call (task,
      vitals_circadify_request_complete (step->settings->service.base_url,
          step->settings->service.api_key, session_id), &plan, complete_done);
}

gboolean
vitals_step_complete_finish (GAsyncResult * result, VitalsReading ** reading,
    GError ** doubt, VitalsStepRecord * record, GError ** error)
{
  Step *step = g_task_get_task_data (G_TASK (result));
  GError *step_error = NULL;

  step_finish_record (result, record);
  if (doubt)
    *doubt = g_steal_pointer (&step->doubt);
  *reading = g_task_propagate_pointer (G_TASK (result), &step_error);
  if (!step_error)
    return TRUE;
  g_propagate_error (error, step_error);
  return FALSE;
}

/* Poll */

static GError *
poll_timeout_error (Step * step)
{
  return vitals_error_new_service (VITALS_ERROR_SCAN_TIMEOUT, NULL, 0, TRUE,
      -1, "The service gave no result within %.3g s: ask later for the result "
      "of session %s, or raise poll-timeout",
      step->settings->poll_timeout / (gdouble) GST_SECOND, step->session_id);
}

static void
poll_again (gboolean cancelled, gpointer user_data)
{
  Step *step = g_task_get_task_data (user_data);

  if (cancelled)
    step_fail (user_data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
            "Cancelled"));
  else if (g_get_monotonic_time () >= step->deadline)
    step_fail (user_data, poll_timeout_error (step));
  else
    poll_once (user_data);
}

static void
poll_later (GTask * task)
{
  Step *step = g_task_get_task_data (task);
  gint64 now = g_get_monotonic_time ();
  gint64 next = step->asked_at + step->settings->poll_interval / GST_USECOND;

  next = CLAMP (next, now, MAX (step->deadline, now));
  vitals_wait_begin (&step->wait, (next - now) * GST_USECOND,
      g_task_get_cancellable (task), poll_again, task);
}

/* A 404 that does not speak of a session is that of a route that this
 * generation of the service does not have. */
static gboolean
is_unknown_route (const GError * error)
{
  const gchar *code = vitals_error_get_service_code (error);

  return vitals_error_get_http_status (error) == 404
      && g_strcmp0 (code, "SESSION_NOT_FOUND") != 0
      && g_strcmp0 (code, "DEVELOPER_NOT_FOUND") != 0;
}

/* TRUE when the other route is being asked. */
static gboolean
try_other_route (GTask * task, const GError * error)
{
  Step *step = g_task_get_task_data (task);

  if (step->other_route_tried || !is_unknown_route (error))
    return FALSE;
  step->other_route_tried = TRUE;
  step->route = step->route == VITALS_RESULT_ROUTE_NEWER ?
      VITALS_RESULT_ROUTE_OLDER : VITALS_RESULT_ROUTE_NEWER;
  poll_once (task);
  return TRUE;
}

static void
poll_failed (GTask * task, GError * error)
{
  Step *step = g_task_get_task_data (task);

  if (try_other_route (task, error)) {
    g_error_free (error);
    return;
  }
  if (g_get_monotonic_time () >= step->deadline
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
    g_error_free (error);
    error = poll_timeout_error (step);
  }
  step_fail (task, error);
}

static void
poll_answered (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response = step_call_finish (task, result, &call, &error);
  VitalsReading *reading = NULL;

  if (response) {
    vitals_circadify_client_set_route (step->client, step->route);
    vitals_circadify_parse_result (response->body,
        step->settings->service.api_key, &reading, &error);
    vitals_response_free (response);
  }
  if (error)
    poll_failed (task, error);
  else if (reading)
    step_return_reading (task, reading);
  else
    poll_later (task);
}

static void
poll_once (GTask * task)
{
  Step *step = g_task_get_task_data (task);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_REPEATABLE,
    .limits.timeout = step->settings->service.request_timeout,
    /* the scan is paid: a network that is gone for a moment must not lose it */
    .least_delay = step->settings->poll_interval,
    .deadline = step->deadline,
    .check = check_result
  };

  step->asked_at = g_get_monotonic_time ();
  step_call (task,
      vitals_circadify_request_result (step->settings->service.base_url,
          step->settings->service.api_key, step->session_id, step->route),
      &plan, poll_answered);
}

void
vitals_step_poll_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = step_new (client, session_id, cancellable, callback, user_data);
  Step *step = g_task_get_task_data (task);

  step->deadline = deadline_in (step->settings->poll_timeout);
  step->route = vitals_circadify_client_get_route (client);
  poll_once (task);
}

VitalsReading *
vitals_step_poll_finish (GAsyncResult * result, VitalsStepRecord * record,
    GError ** error)
{
  step_finish_record (result, record);
  return g_task_propagate_pointer (G_TASK (result), error);
}
