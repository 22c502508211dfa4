/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The public methods of VitalsCircadifyClient. Each is a Method that runs on
 * the network thread; a blocking call waits there for its end, an asynchronous
 * one has a GTask that carries the end into the context of the caller.
 */

#include <vitals/client/vitals-circadify-steps-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-scan-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error-private.h>

#define DEFAULT_CONTENT_TYPE "application/octet-stream"

typedef struct _Method Method;
typedef void (*MethodFunc) (Method * method);

/*
 * "lock" guards "done" and goes with "cond"; both are only used by blocking
 * calls. What is above is set before the network thread knows the method, what
 * is below belongs to the network thread until the end.
 */
struct _Method
{
  VitalsCircadifyClient *client;
  MethodFunc run;
  GTask *task;                  /* NULL: a blocking call */
  GCancellable *caller_cancellable;
  GCancellable *cancellable;    /* of the caller and of close() together */
  VitalsDemographics *demographics;
  VitalsPayload *payload;
  gchar *upload_url;
  gchar *session_id;

  GMutex lock;
  GCond cond;
  gboolean done;

  gulong caller_handler;
  gulong closed_handler;
  VitalsSession *session;
  VitalsReading *reading;
  GError *error;
};

static Method *
method_new (VitalsCircadifyClient * client, MethodFunc run,
    GCancellable * cancellable)
{
  Method *method = g_new0 (Method, 1);

  method->client = g_object_ref (client);
  method->run = run;
  if (cancellable)
    method->caller_cancellable = g_object_ref (cancellable);
  method->cancellable = g_cancellable_new ();
  g_mutex_init (&method->lock);
  g_cond_init (&method->cond);
  return method;
}

static void
method_free (Method * method)
{
  g_clear_object (&method->caller_cancellable);
  g_clear_object (&method->cancellable);
  g_clear_pointer (&method->demographics, vitals_demographics_free);
  g_clear_pointer (&method->payload, vitals_payload_unref);
  g_clear_pointer (&method->session, vitals_session_unref);
  g_clear_pointer (&method->reading, vitals_reading_unref);
  g_clear_error (&method->error);
  g_free (method->upload_url);
  g_free (method->session_id);
  g_mutex_clear (&method->lock);
  g_cond_clear (&method->cond);
  g_object_unref (method->client);
  g_free (method);
}

static void
cancel_method (GCancellable * cancellable G_GNUC_UNUSED, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static gulong
method_follow (Method * method, GCancellable * cancellable)
{
  if (!cancellable)
    return 0;
  return g_cancellable_connect (cancellable, G_CALLBACK (cancel_method),
      g_object_ref (method->cancellable), g_object_unref);
}

/* The method may be freed by its owner as soon as this was called. */
static void
method_end (Method * method)
{
  GCancellable *closed = vitals_circadify_client_get_closed (method->client);

  if (method->caller_cancellable)
    g_cancellable_disconnect (method->caller_cancellable,
        method->caller_handler);
  g_cancellable_disconnect (closed, method->closed_handler);

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

static void
method_end_step (Method * method, guint attempts)
{
  if (method->error)
    vitals_circadify_client_note_failure (method->client, method->error,
        method->session_id, attempts);
  method_end (method);
}

static gboolean
method_check (Method * method)
{
  GError *url_error = NULL;

  if (g_cancellable_is_cancelled (method->cancellable))
    vitals_set_error (&method->error, VITALS_ERROR_CANCELLED,
        "The call was cancelled before it began");
  else if (method->upload_url
      && !vitals_check_service_url (method->upload_url, &url_error))
    g_propagate_error (&method->error, url_error);
  else
    return vitals_circadify_client_check (method->client, &method->error)
        && vitals_network_prepare (method->upload_url
        && vitals_url_needs_tls (method->upload_url), &method->error)
        && vitals_circadify_check_demographics (method->demographics,
        &method->error);
  return FALSE;
}

static gboolean
method_begin (gpointer user_data)
{
  Method *method = user_data;

  method->caller_handler = method_follow (method, method->caller_cancellable);
  method->closed_handler = method_follow (method,
      vitals_circadify_client_get_closed (method->client));
  if (method_check (method))
    method->run (method);
  else
    method_end_step (method, 0);
  return G_SOURCE_REMOVE;
}

/* Runs @method to its end; its results stay in it. FALSE: it failed. */
static gboolean
method_call (Method * method, GError ** error)
{
  if (vitals_network_is_current_thread ()) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "A blocking call on the network thread would wait for itself: use the "
        "asynchronous one");
    return FALSE;
  }
  vitals_network_invoke (method_begin, method, NULL);
  g_mutex_lock (&method->lock);
  while (!method->done)
    g_cond_wait (&method->cond, &method->lock);
  g_mutex_unlock (&method->lock);
  if (!method->error)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&method->error));
  return FALSE;
}

static void
method_start (Method * method, gpointer tag, GAsyncReadyCallback callback,
    gpointer user_data)
{
  method->task = g_task_new (method->client, method->caller_cancellable,
      callback, user_data);
  g_task_set_source_tag (method->task, tag);
  /* the method itself says how it ended, also when it was cancelled */
  g_task_set_check_cancellable (method->task, FALSE);
  g_task_set_task_data (method->task, method, (GDestroyNotify) method_free);
  vitals_network_invoke (method_begin, method, NULL);
}

/* The method behind @result, or NULL with @error. */
static Method *
method_finish (VitalsCircadifyClient * client, GAsyncResult * result,
    gpointer tag, GError ** error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_task_get_task_data (G_TASK (result));
}

/* Start */

static void
start_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  Method *method = user_data;
  VitalsStepRecord record;

  method->session = vitals_step_start_finish (result, &record, &method->error);
  method_end_step (method, record.attempts);
}

static void
run_start (Method * method)
{
  vitals_step_start_async (method->client, method->demographics,
      method->cancellable, start_done, method);
}

static Method *
new_start (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable)
{
  Method *method = method_new (client, run_start, cancellable);

  if (demographics)
    method->demographics = vitals_demographics_copy (demographics);
  return method;
}

VitalsSession *
vitals_circadify_client_start_session (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GError ** error)
{
  Method *method;
  VitalsSession *session;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), NULL);

  method = new_start (client, demographics, cancellable);
  method_call (method, error);
  session = g_steal_pointer (&method->session);
  method_free (method);
  return session;
}

void
vitals_circadify_client_start_session_async (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));

  method_start (new_start (client, demographics, cancellable),
      vitals_circadify_client_start_session_async, callback, user_data);
}

VitalsSession *
vitals_circadify_client_start_session_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  Method *method = method_finish (client, result,
      vitals_circadify_client_start_session_async, error);

  return method ? g_steal_pointer (&method->session) : NULL;
}

/* Upload */

static void
upload_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  Method *method = user_data;
  VitalsStepRecord record;

  vitals_step_upload_finish (result, &record, &method->error);
  method_end_step (method, record.attempts);
}

static void
run_upload (Method * method)
{
  vitals_step_upload_async (method->client, method->upload_url,
      method->payload, method->cancellable, upload_done, method);
}

static Method *
new_upload (VitalsCircadifyClient * client, const gchar * upload_url,
    GBytes * data, GCancellable * cancellable)
{
  Method *method = method_new (client, run_upload, cancellable);

  method->upload_url = g_strdup (upload_url);
  method->payload = vitals_payload_new (data, DEFAULT_CONTENT_TYPE);
  return method;
}

gboolean
vitals_circadify_client_upload (VitalsCircadifyClient * client,
    const gchar * upload_url, GBytes * data, GCancellable * cancellable,
    GError ** error)
{
  Method *method;
  gboolean ok;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), FALSE);
  g_return_val_if_fail (upload_url != NULL && data != NULL, FALSE);

  method = new_upload (client, upload_url, data, cancellable);
  ok = method_call (method, error);
  method_free (method);
  return ok;
}

void
vitals_circadify_client_upload_async (VitalsCircadifyClient * client,
    const gchar * upload_url, GBytes * data, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));
  g_return_if_fail (upload_url != NULL && data != NULL);

  method_start (new_upload (client, upload_url, data, cancellable),
      vitals_circadify_client_upload_async, callback, user_data);
}

gboolean
vitals_circadify_client_upload_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  return method_finish (client, result, vitals_circadify_client_upload_async,
      error) != NULL;
}

/* Upload-complete */

static void
complete_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  Method *method = user_data;
  VitalsStepRecord record;

  vitals_step_complete_finish (result, &method->reading, &record,
      &method->error);
  method_end_step (method, record.attempts);
}

static void
run_complete (Method * method)
{
  vitals_step_complete_async (method->client, method->session_id,
      method->cancellable, complete_done, method);
}

static Method *
new_of_session (VitalsCircadifyClient * client, MethodFunc run,
    const gchar * session_id, GCancellable * cancellable)
{
  Method *method = method_new (client, run, cancellable);

  method->session_id = g_strdup (session_id);
  return method;
}

gboolean
vitals_circadify_client_complete_upload (VitalsCircadifyClient * client,
    const gchar * session_id, VitalsReading ** reading,
    GCancellable * cancellable, GError ** error)
{
  Method *method;
  gboolean ok;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), FALSE);
  g_return_val_if_fail (session_id != NULL, FALSE);

  method = new_of_session (client, run_complete, session_id, cancellable);
  ok = method_call (method, error);
  if (reading)
    *reading = g_steal_pointer (&method->reading);
  method_free (method);
  return ok;
}

void
vitals_circadify_client_complete_upload_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));
  g_return_if_fail (session_id != NULL);

  method_start (new_of_session (client, run_complete, session_id, cancellable),
      vitals_circadify_client_complete_upload_async, callback, user_data);
}

gboolean
vitals_circadify_client_complete_upload_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, VitalsReading ** reading, GError ** error)
{
  Method *method = method_finish (client, result,
      vitals_circadify_client_complete_upload_async, error);

  if (reading)
    *reading = method ? g_steal_pointer (&method->reading) : NULL;
  return method != NULL;
}

/* Poll */

static void
poll_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  Method *method = user_data;
  VitalsStepRecord record;

  method->reading = vitals_step_poll_finish (result, &record, &method->error);
  method_end_step (method, record.attempts);
}

static void
run_poll (Method * method)
{
  vitals_step_poll_async (method->client, method->session_id,
      method->cancellable, poll_done, method);
}

VitalsReading *
vitals_circadify_client_poll_result (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable, GError ** error)
{
  Method *method;
  VitalsReading *reading;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), NULL);
  g_return_val_if_fail (session_id != NULL, NULL);

  method = new_of_session (client, run_poll, session_id, cancellable);
  method_call (method, error);
  reading = g_steal_pointer (&method->reading);
  method_free (method);
  return reading;
}

void
vitals_circadify_client_poll_result_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));
  g_return_if_fail (session_id != NULL);

  method_start (new_of_session (client, run_poll, session_id, cancellable),
      vitals_circadify_client_poll_result_async, callback, user_data);
}

VitalsReading *
vitals_circadify_client_poll_result_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  Method *method = method_finish (client, result,
      vitals_circadify_client_poll_result_async, error);

  return method ? g_steal_pointer (&method->reading) : NULL;
}

/* All four */

static void
scan_done (VitalsScan * scan G_GNUC_UNUSED, VitalsReading * reading,
    const GError * error, gpointer user_data)
{
  Method *method = user_data;

  if (reading)
    method->reading = vitals_reading_ref (reading);
  if (error)
    method->error = g_error_copy (error);
}

/* The scan itself has noted a failure. */
static void
scan_over (gpointer user_data)
{
  method_end (user_data);
}

static void
cancel_scan (GCancellable * cancellable G_GNUC_UNUSED, gpointer user_data)
{
  vitals_scan_cancel (user_data);
}

static void
run_scan (Method * method)
{
  static const VitalsScanCallbacks callbacks = {.done = scan_done };
  VitalsScan *scan = vitals_scan_new (method->client, method->payload,
      method->demographics, &callbacks, method, scan_over);

  g_cancellable_connect (method->cancellable, G_CALLBACK (cancel_scan),
      vitals_scan_ref (scan), (GDestroyNotify) vitals_scan_unref);
  vitals_scan_start (scan);
  vitals_scan_unref (scan);
}

static Method *
new_scan (VitalsCircadifyClient * client, GBytes * data,
    const VitalsDemographics * demographics, GCancellable * cancellable)
{
  Method *method = method_new (client, run_scan, cancellable);

  method->payload = vitals_payload_new (data, DEFAULT_CONTENT_TYPE);
  if (demographics)
    method->demographics = vitals_demographics_copy (demographics);
  return method;
}

VitalsReading *
vitals_circadify_client_scan_tensor (VitalsCircadifyClient * client,
    GBytes * data, const VitalsDemographics * demographics,
    GCancellable * cancellable, GError ** error)
{
  Method *method;
  VitalsReading *reading;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), NULL);
  g_return_val_if_fail (data != NULL, NULL);

  method = new_scan (client, data, demographics, cancellable);
  method_call (method, error);
  reading = g_steal_pointer (&method->reading);
  method_free (method);
  return reading;
}

void
vitals_circadify_client_scan_tensor_async (VitalsCircadifyClient * client,
    GBytes * data, const VitalsDemographics * demographics,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));
  g_return_if_fail (data != NULL);

  method_start (new_scan (client, data, demographics, cancellable),
      vitals_circadify_client_scan_tensor_async, callback, user_data);
}

VitalsReading *
vitals_circadify_client_scan_tensor_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  Method *method = method_finish (client, result,
      vitals_circadify_client_scan_tensor_async, error);

  return method ? g_steal_pointer (&method->reading) : NULL;
}
