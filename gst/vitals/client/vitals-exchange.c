/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-exchange-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-timer-private.h>
#include <vitals/client/vitals-url-private.h>

/* Everything on the network thread, so no lock. */
typedef struct
{
  VitalsRequest *request;
  VitalsExchangeLimits limits;
  GCancellable *transport_cancellable;

  GSource *cancel_watch;
  GSource *timer;
  GSource *progress_timer;

  gboolean over;                /* returned: ignore what the transport says */
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  vitals_request_unref (exchange->request);
  g_object_unref (exchange->transport_cancellable);
  g_free (exchange);
}

/* Nothing but the transport's own end calls back after this. */
static void
exchange_stop (Exchange * exchange)
{
  exchange->over = TRUE;
  exchange->request->progress = NULL;
  vitals_timer_clear (&exchange->cancel_watch);
  vitals_timer_clear (&exchange->timer);
  vitals_timer_clear (&exchange->progress_timer);
}

static void
exchange_abort (GTask * task, GError * error)
{
  Exchange *exchange = g_task_get_task_data (task);

  exchange_stop (exchange);
  g_cancellable_cancel (exchange->transport_cancellable);
  g_task_return_error (task, error);
}

static gboolean
cancelled (GCancellable * cancellable G_GNUC_UNUSED, gpointer user_data)
{
  exchange_abort (user_data, g_error_new_literal (G_IO_ERROR,
          G_IO_ERROR_CANCELLED, "Cancelled"));
  return G_SOURCE_REMOVE;
}

static GError *
timeout_error (Exchange * exchange, const gchar * what, guint64 limit)
{
  gchar *where = vitals_url_for_display (exchange->request->url);
  GError *error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
      "%s %s within %.3g s; check the network connection", where, what,
      limit / (gdouble) GST_SECOND);

  g_free (where);
  return error;
}

static gboolean
timed_out (gpointer user_data)
{
  Exchange *exchange = g_task_get_task_data (user_data);

  exchange_abort (user_data, timeout_error (exchange, "gave no answer",
          exchange->limits.timeout));
  return G_SOURCE_REMOVE;
}

static gboolean
stalled (gpointer user_data)
{
  Exchange *exchange = g_task_get_task_data (user_data);

  exchange_abort (user_data, timeout_error (exchange, "took and sent nothing",
          exchange->limits.progress_timeout));
  return G_SOURCE_REMOVE;
}

static void
progress (gsize sent G_GNUC_UNUSED, gpointer user_data)
{
  Exchange *exchange = g_task_get_task_data (user_data);

  if (exchange->progress_timer)
    g_source_set_ready_time (exchange->progress_timer, g_get_monotonic_time ()
        + exchange->limits.progress_timeout / GST_USECOND);
}

static void
transport_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GTask *task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  VitalsResponse *response =
      vitals_transport_send_finish (VITALS_TRANSPORT (source), result, &error);

  if (exchange->over) {
    g_clear_pointer (&response, vitals_response_free);
    g_clear_error (&error);
  } else {
    exchange_stop (exchange);
    if (response)
      g_task_return_pointer (task, response,
          (GDestroyNotify) vitals_response_free);
    else
      g_task_return_error (task, error);
  }
  g_object_unref (task);
}

void
vitals_exchange_async (VitalsRequest * request,
    const VitalsExchangeLimits * limits, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, exchange, exchange_free);
  exchange->request = vitals_request_ref (request);
  exchange->limits = *limits;
  exchange->transport_cancellable = g_cancellable_new ();

  if (cancellable)
    exchange->cancel_watch = vitals_cancel_watch_new (cancellable, cancelled,
        task);
  if (limits->timeout)
    exchange->timer = vitals_timer_new (limits->timeout, timed_out, task);
  if (limits->progress_timeout)
    exchange->progress_timer = vitals_timer_new (limits->progress_timeout,
        stalled, task);

  request->progress = progress;
  request->progress_data = task;
  vitals_transport_send_async (vitals_network_get_transport (), request,
      exchange->transport_cancellable, transport_done, task);
}

VitalsResponse *
vitals_exchange_finish (GAsyncResult * result, GError ** error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
