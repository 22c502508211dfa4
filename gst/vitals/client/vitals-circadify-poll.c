/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The step poll. */

#include <gst/gst.h>
#include <vitals/client/vitals-circadify-step-private.h>
#include <vitals/client/vitals-timer-private.h>
#include <vitals/vitals-error-private.h>

typedef struct
{
  VitalsStep base;
  gint64 deadline;              /* monotonic us */
  VitalsResultRoute route;
  gboolean other_route_tried;
  gint64 asked_at;
  VitalsWait wait;
} PollStep;

static void poll_once (GTask * task);

static void
poll_free (gpointer data)
{
  PollStep *step = data;

  vitals_wait_clear (&step->wait);
  vitals_step_clear (&step->base);
  g_free (step);
}

static GError *
poll_timeout_error (PollStep * step)
{
  return vitals_error_new_service (VITALS_ERROR_SCAN_TIMEOUT, NULL, 0, TRUE,
      -1, "The service gave no result within %.3g s: ask later for the result "
      "of session %s, or raise poll-timeout",
      step->base.settings->poll_timeout / (gdouble) GST_SECOND,
      step->base.session_id);
}

static void
poll_again (gboolean cancelled, gpointer user_data)
{
  PollStep *step = g_task_get_task_data (user_data);

  if (cancelled)
    vitals_step_fail (user_data, g_error_new_literal (G_IO_ERROR,
            G_IO_ERROR_CANCELLED, "Cancelled"));
  else if (g_get_monotonic_time () >= step->deadline)
    vitals_step_fail (user_data, poll_timeout_error (step));
  else
    poll_once (user_data);
}

static void
poll_later (GTask * task)
{
  PollStep *step = g_task_get_task_data (task);
  gint64 now = g_get_monotonic_time ();
  gint64 next =
      step->asked_at + step->base.settings->poll_interval / GST_USECOND;

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
  PollStep *step = g_task_get_task_data (task);

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
  PollStep *step = g_task_get_task_data (task);

  if (try_other_route (task, error)) {
    g_error_free (error);
    return;
  }
  if (g_get_monotonic_time () >= step->deadline
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
    g_error_free (error);
    error = poll_timeout_error (step);
  }
  vitals_step_fail (task, error);
}

static void
poll_answered (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  PollStep *step = g_task_get_task_data (task);
  GError *error = NULL;
  VitalsCallRecord call;
  VitalsResponse *response =
      vitals_step_call_finish (task, result, &call, &error);
  VitalsReading *reading = NULL;

  if (response) {
    vitals_circadify_client_set_route (step->base.client, step->route);
    vitals_circadify_parse_result (response->body, step->base.session_id,
        step->base.settings->service.api_key, &reading, &error);
    vitals_response_free (response);
  }
  if (error)
    poll_failed (task, error);
  else if (reading)
    vitals_step_return_reading (task, reading);
  else
    poll_later (task);
}

static void
poll_once (GTask * task)
{
  PollStep *step = g_task_get_task_data (task);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_REPEATABLE,
    .limits.timeout = step->base.settings->service.request_timeout,
    /* the scan is paid: a network that is gone for a moment must not lose it */
    .least_delay = step->base.settings->poll_interval,
    .deadline = step->deadline,
    .check = vitals_step_check_result
  };

  step->asked_at = g_get_monotonic_time ();
  vitals_step_call (task,
      vitals_circadify_request_result (step->base.settings->service.base_url,
          step->base.settings->service.api_key, step->base.session_id,
          step->route), &plan, poll_answered);
}

void
vitals_step_poll_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  PollStep *step = g_new0 (PollStep, 1);
  GTask *task = vitals_step_begin (&step->base, poll_free, client, session_id,
      cancellable, callback, user_data);

  step->deadline = vitals_step_deadline (step->base.settings->poll_timeout);
  step->route = vitals_circadify_client_get_route (client);
  poll_once (task);
}

VitalsReading *
vitals_step_poll_finish (GAsyncResult * result, VitalsStepRecord * record,
    GError ** error)
{
  vitals_step_finish_record (result, record);
  return g_task_propagate_pointer (G_TASK (result), error);
}
