/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-method-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-timer-private.h>
#include <vitals/vitals-error-private.h>

/* In the thread of the caller, where a file may be read. What is wrong with it
 * is told by the first request. */
static void
prepare_ca_file (VitalsServiceState * state)
{
  VitalsServiceSettings settings;

  vitals_service_state_copy_settings (state, &settings);
  vitals_network_prepare_ca_file (settings.ca_file, NULL);
  vitals_service_settings_clear (&settings);
}

VitalsMethod *
vitals_method_new (gpointer client, VitalsServiceState * state,
    const VitalsMethodClass * klass, VitalsMethodFunc run, gpointer data,
    GCancellable * cancellable)
{
  VitalsMethod *method = g_new0 (VitalsMethod, 1);

  prepare_ca_file (state);
  method->client = g_object_ref (client);
  method->state = state;
  method->klass = klass;
  method->run = run;
  method->data = data;
  if (cancellable)
    method->caller_cancellable = g_object_ref (cancellable);
  method->cancellable = g_cancellable_new ();
  g_mutex_init (&method->lock);
  g_cond_init (&method->cond);
  return method;
}

static void
method_free (VitalsMethod * method)
{
  g_clear_object (&method->caller_cancellable);
  g_clear_object (&method->cancellable);
  method->klass->free_data (method->data);
  if (method->result)
    method->free_result (method->result);
  g_clear_error (&method->error);
  g_mutex_clear (&method->lock);
  g_cond_clear (&method->cond);
  g_object_unref (method->client);
  g_free (method);
}

void
vitals_method_set_result (VitalsMethod * method, gpointer result,
    GDestroyNotify free_result)
{
  method->result = result;
  method->free_result = free_result;
}

void
vitals_method_end (VitalsMethod * method)
{
  vitals_cancel_unfollow (method->caller_cancellable, &method->caller_handler);
  vitals_cancel_unfollow (method->state->closed, &method->closed_handler);

  if (method->task) {
    GTask *task = method->task;

    if (method->error)
      g_task_return_error (task, g_steal_pointer (&method->error));
    else
      g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  g_mutex_lock (&method->lock);
  method->done = TRUE;
  g_cond_signal (&method->cond);
  g_mutex_unlock (&method->lock);
}

void
vitals_method_end_step (VitalsMethod * method, guint attempts)
{
  if (method->error)
    vitals_service_state_note_failure (method->state, method->error,
        method->session_id, attempts);
  vitals_method_end (method);
}

static gboolean
method_check (VitalsMethod * method)
{
  if (!g_cancellable_is_cancelled (method->cancellable))
    return vitals_service_state_check (method->state, &method->error)
        && method->klass->check (method, &method->error);
  vitals_set_error (&method->error, VITALS_ERROR_CANCELLED,
      "The call was cancelled before it began");
  return FALSE;
}

static gboolean
method_begin (gpointer user_data)
{
  VitalsMethod *method = user_data;

  if (method->caller_cancellable)
    method->caller_handler = vitals_cancel_follow (method->caller_cancellable,
        method->cancellable);
  method->closed_handler = vitals_cancel_follow (method->state->closed,
      method->cancellable);
  if (method_check (method))
    method->run (method);
  else
    vitals_method_end_step (method, 0);
  return G_SOURCE_REMOVE;
}

static void
wait_for_end (VitalsMethod * method)
{
  g_mutex_lock (&method->lock);
  while (!method->done)
    g_cond_wait (&method->cond, &method->lock);
  g_mutex_unlock (&method->lock);
}

gboolean
vitals_method_call (VitalsMethod * method, gpointer * result, GError ** error)
{
  gboolean good;

  if (vitals_network_is_current_thread ()) {
    vitals_set_error (&method->error, VITALS_ERROR_INVALID_REQUEST,
        "A blocking call on the network thread would wait for itself: use the "
        "asynchronous one");
  } else {
    vitals_network_invoke (method_begin, method, NULL);
    wait_for_end (method);
  }
  good = method->error == NULL;
  if (!good)
    g_propagate_error (error, g_steal_pointer (&method->error));
  if (result)
    *result = good ? g_steal_pointer (&method->result) : NULL;
  method_free (method);
  return good;
}

void
vitals_method_start (VitalsMethod * method, gpointer tag,
    GAsyncReadyCallback callback, gpointer user_data)
{
  method->task = g_task_new (method->client, method->caller_cancellable,
      callback, user_data);
  g_task_set_source_tag (method->task, tag);
  /* the method itself says how it ended, also when it was cancelled */
  g_task_set_check_cancellable (method->task, FALSE);
  g_task_set_task_data (method->task, method, (GDestroyNotify) method_free);
  vitals_network_invoke (method_begin, method, NULL);
}

gboolean
vitals_method_finish (gpointer client, GAsyncResult * async_result,
    gpointer tag, gpointer * result, GError ** error)
{
  VitalsMethod *method;

  if (result)
    *result = NULL;
  g_return_val_if_fail (g_task_is_valid (async_result, client), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (async_result, tag), FALSE);

  if (!g_task_propagate_boolean (G_TASK (async_result), error))
    return FALSE;
  method = g_task_get_task_data (G_TASK (async_result));
  if (result)
    *result = g_steal_pointer (&method->result);
  return TRUE;
}
