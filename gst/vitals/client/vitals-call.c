/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-call-private.h>
#include <vitals/client/vitals-timer-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error.h>

GST_DEBUG_CATEGORY_STATIC (vitals_call_debug);
#define GST_CAT_DEFAULT vitals_call_debug

/* Everything on the network thread, so no lock. */
typedef struct
{
  VitalsRequest *request;       /* never sent itself: each attempt is a copy */
  VitalsRequest *attempt;       /* the one under way, or NULL */
  VitalsCallPlan plan;
  VitalsCallRecord record;
  gpointer user_data;

  VitalsWait wait;              /* to send again */
} Call;

static void send_once (GTask * task);

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (vitals_call_debug, "vitals-call", 0,
        "calls to a service");
    g_once_init_leave (&done, 1);
  }
}

static void
call_free (gpointer data)
{
  Call *call = data;

  vitals_wait_clear (&call->wait);
  vitals_request_unref (call->request);
  g_clear_pointer (&call->attempt, vitals_request_unref);
  g_free (call);
}

static void
wait_is_over (gboolean cancelled, gpointer user_data)
{
  if (!cancelled) {
    send_once (user_data);
    return;
  }
  g_task_return_new_error (user_data, G_IO_ERROR, G_IO_ERROR_CANCELLED,
      "Cancelled");
  g_object_unref (user_data);
}

/* ns until the deadline; G_MAXUINT64 when there is none */
static guint64
time_left (const Call * call)
{
  if (!call->plan.deadline)
    return G_MAXUINT64;
  return MAX (call->plan.deadline - g_get_monotonic_time (), 0) * GST_USECOND;
}

static gboolean
send_again_later (GTask * task, const GError * error)
{
  Call *call = g_task_get_task_data (task);
  gchar *where;
  guint64 delay;

  if (!vitals_retry_decide (call->plan.rule, error, call->record.sent,
          call->record.attempts, call->plan.max_retries, &delay))
    return FALSE;
  delay = MAX (delay, call->plan.least_delay);
  if (delay >= time_left (call))
    return FALSE;

  where = vitals_url_for_display (call->request->url);
  GST_INFO ("%s: attempt %u failed with %s, again in %" GST_TIME_FORMAT, where,
      call->record.attempts, vitals_error_get_name (error),
      GST_TIME_ARGS (delay));
  g_free (where);

  call->record.sent = FALSE;
  vitals_wait_begin (&call->wait, delay, g_task_get_cancellable (task),
      wait_is_over, task);
  return TRUE;
}

static void
exchange_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GTask *task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  VitalsResponse *response = vitals_exchange_finish (result, &error);

  call->record.sent = call->attempt->sent;
  call->record.lost |= call->attempt->sent && !response;
  g_clear_pointer (&call->attempt, vitals_request_unref);
  if (response) {
    GST_DEBUG ("%s: status %u, %" G_GSIZE_FORMAT " bytes",
        call->request->method, response->status,
        g_bytes_get_size (response->body));
    error = call->plan.check (response, call->user_data);
  }

  if (!error) {
    g_task_return_pointer (task, response,
        (GDestroyNotify) vitals_response_free);
    g_object_unref (task);
    return;
  }

  g_clear_pointer (&response, vitals_response_free);
  if (send_again_later (task, error)) {
    g_error_free (error);
    return;
  }
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
send_once (GTask * task)
{
  Call *call = g_task_get_task_data (task);
  VitalsExchangeLimits limits = call->plan.limits;
  guint64 left = time_left (call);

  /* an attempt never outlives the deadline of the call; 0 means no limit */
  if (limits.timeout == 0 || left < limits.timeout)
    limits.timeout = call->plan.deadline ? MAX (left, 1) : 0;

  call->record.attempts++;
  call->attempt = vitals_request_copy (call->request);
  vitals_exchange_async (call->attempt, &limits, g_task_get_cancellable (task),
      exchange_done, task);
}

void
vitals_call_async (VitalsRequest * request, const VitalsCallPlan * plan,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  init_debug ();
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, call, call_free);
  call->request = vitals_request_ref (request);
  call->plan = *plan;
  call->user_data = user_data;
  send_once (task);
}

VitalsResponse *
vitals_call_finish (GAsyncResult * result, VitalsCallRecord * record,
    GError ** error)
{
  Call *call = g_task_get_task_data (G_TASK (result));

  *record = call->record;
  return g_task_propagate_pointer (G_TASK (result), error);
}
