/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The public methods of VitalsCircadifyClient. */

#include <vitals/client/vitals-circadify-steps-private.h>
#include <vitals/client/vitals-method-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-scan-private.h>
#include <vitals/client/vitals-url-private.h>

#define DEFAULT_CONTENT_TYPE "application/octet-stream"

/* Arguments of a method. */
typedef struct
{
  VitalsDemographics *demographics;
  VitalsPayload *payload;
  gchar *upload_url;
  gchar *session_id;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_pointer (&call->demographics, vitals_demographics_free);
  g_clear_pointer (&call->payload, vitals_payload_unref);
  g_free (call->upload_url);
  g_free (call->session_id);
  g_free (call);
}

static Call *
get_call (VitalsMethod * method)
{
  return method->data;
}

static VitalsCircadifyClient *
get_client (VitalsMethod * method)
{
  return VITALS_CIRCADIFY_CLIENT (method->client);
}

static gboolean
check_method (VitalsMethod * method, GError ** error)
{
  const Call *call = get_call (method);

  if (call->upload_url && !vitals_check_service_url (call->upload_url, error))
    return FALSE;
  return vitals_network_prepare (call->upload_url
      && vitals_url_needs_tls (call->upload_url), error)
      && vitals_circadify_check_demographics (call->demographics, error);
}

static VitalsMethod *
new_method (VitalsCircadifyClient * client, VitalsMethodFunc run,
    GCancellable * cancellable)
{
  static const VitalsMethodClass klass = {
    .check = check_method,.free_data = call_free
  };

  return vitals_method_new (client, vitals_circadify_client_get_state (client),
      &klass, run, g_new0 (Call, 1), cancellable);
}

static void
set_reading (VitalsMethod * method, VitalsReading * reading)
{
  vitals_method_set_result (method, reading,
      (GDestroyNotify) vitals_reading_unref);
}

/* Start */

static void
start_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  VitalsStepRecord record;

  vitals_method_set_result (method, vitals_step_start_finish (result, &record,
          &method->error), (GDestroyNotify) vitals_session_unref);
  vitals_method_end_step (method, record.attempts);
}

static void
run_start (VitalsMethod * method)
{
  vitals_step_start_async (get_client (method), get_call (method)->demographics,
      method->cancellable, start_done, method);
}

static VitalsMethod *
new_start (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable)
{
  VitalsMethod *method = new_method (client, run_start, cancellable);

  if (demographics)
    get_call (method)->demographics = vitals_demographics_copy (demographics);
  return method;
}

VitalsSession *
vitals_circadify_client_start_session (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GError ** error)
{
  gpointer session;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), NULL);

  vitals_method_call (new_start (client, demographics, cancellable), &session,
      error);
  return session;
}

void
vitals_circadify_client_start_session_async (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));

  vitals_method_start (new_start (client, demographics, cancellable),
      vitals_circadify_client_start_session_async, callback, user_data);
}

VitalsSession *
vitals_circadify_client_start_session_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  gpointer session;

  vitals_method_finish (client, result,
      vitals_circadify_client_start_session_async, &session, error);
  return session;
}

/* Upload */

static void
upload_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  VitalsStepRecord record;

  vitals_step_upload_finish (result, &record, &method->error);
  vitals_method_end_step (method, record.attempts);
}

static void
run_upload (VitalsMethod * method)
{
  vitals_step_upload_async (get_client (method), get_call (method)->upload_url,
      get_call (method)->payload, method->cancellable, upload_done, method);
}

static VitalsMethod *
new_upload (VitalsCircadifyClient * client, const gchar * upload_url,
    GBytes * data, GCancellable * cancellable)
{
  VitalsMethod *method = new_method (client, run_upload, cancellable);

  get_call (method)->upload_url = g_strdup (upload_url);
  get_call (method)->payload = vitals_payload_new (data, DEFAULT_CONTENT_TYPE);
  return method;
}

gboolean
vitals_circadify_client_upload (VitalsCircadifyClient * client,
    const gchar * upload_url, GBytes * data, GCancellable * cancellable,
    GError ** error)
{
  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), FALSE);
  g_return_val_if_fail (upload_url != NULL && data != NULL, FALSE);

  return vitals_method_call (new_upload (client, upload_url, data, cancellable),
      NULL, error);
}

void
vitals_circadify_client_upload_async (VitalsCircadifyClient * client,
    const gchar * upload_url, GBytes * data, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));
  g_return_if_fail (upload_url != NULL && data != NULL);

  vitals_method_start (new_upload (client, upload_url, data, cancellable),
      vitals_circadify_client_upload_async, callback, user_data);
}

gboolean
vitals_circadify_client_upload_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  return vitals_method_finish (client, result,
      vitals_circadify_client_upload_async, NULL, error);
}

/* Upload-complete */

static void
complete_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  VitalsReading *reading;
  VitalsStepRecord record;

  vitals_step_complete_finish (result, &reading, NULL, &record, &method->error);
  set_reading (method, reading);
  vitals_method_end_step (method, record.attempts);
}

static void
run_complete (VitalsMethod * method)
{
  vitals_step_complete_async (get_client (method),
      get_call (method)->session_id, method->cancellable, complete_done,
      method);
}

static VitalsMethod *
new_of_session (VitalsCircadifyClient * client, VitalsMethodFunc run,
    const gchar * session_id, GCancellable * cancellable)
{
  VitalsMethod *method = new_method (client, run, cancellable);

  get_call (method)->session_id = g_strdup (session_id);
  method->session_id = get_call (method)->session_id;
  return method;
}

gboolean
vitals_circadify_client_complete_upload (VitalsCircadifyClient * client,
    const gchar * session_id, VitalsReading ** reading,
    GCancellable * cancellable, GError ** error)
{
  gpointer found;
  gboolean good;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), FALSE);
  g_return_val_if_fail (session_id != NULL, FALSE);

  good = vitals_method_call (new_of_session (client, run_complete, session_id,
          cancellable), reading ? &found : NULL, error);
  if (reading)
    *reading = found;
  return good;
}

void
vitals_circadify_client_complete_upload_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));
  g_return_if_fail (session_id != NULL);

  vitals_method_start (new_of_session (client, run_complete, session_id,
          cancellable), vitals_circadify_client_complete_upload_async, callback,
      user_data);
}

gboolean
vitals_circadify_client_complete_upload_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, VitalsReading ** reading, GError ** error)
{
  gpointer found;
  gboolean good = vitals_method_finish (client, result,
      vitals_circadify_client_complete_upload_async,
      reading ? &found : NULL, error);

  if (reading)
    *reading = found;
  return good;
}

/* Poll */

static void
poll_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  VitalsStepRecord record;

  set_reading (method, vitals_step_poll_finish (result, &record,
          &method->error));
  vitals_method_end_step (method, record.attempts);
}

static void
run_poll (VitalsMethod * method)
{
  vitals_step_poll_async (get_client (method), get_call (method)->session_id,
      method->cancellable, poll_done, method);
}

VitalsReading *
vitals_circadify_client_poll_result (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable, GError ** error)
{
  gpointer reading;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), NULL);
  g_return_val_if_fail (session_id != NULL, NULL);

  vitals_method_call (new_of_session (client, run_poll, session_id,
          cancellable), &reading, error);
  return reading;
}

void
vitals_circadify_client_poll_result_async (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client));
  g_return_if_fail (session_id != NULL);

  vitals_method_start (new_of_session (client, run_poll, session_id,
          cancellable), vitals_circadify_client_poll_result_async, callback,
      user_data);
}

VitalsReading *
vitals_circadify_client_poll_result_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  gpointer reading;

  vitals_method_finish (client, result,
      vitals_circadify_client_poll_result_async, &reading, error);
  return reading;
}

/* All four */

static void
scan_done (VitalsScan * scan G_GNUC_UNUSED, VitalsReading * reading,
    const GError * error, gpointer user_data)
{
  VitalsMethod *method = user_data;

  if (reading)
    set_reading (method, vitals_reading_ref (reading));
  if (error)
    method->error = g_error_copy (error);
}

/* The scan itself has noted a failure. */
static void
scan_over (gpointer user_data)
{
  vitals_method_end (user_data);
}

static void
cancel_scan (GCancellable * cancellable G_GNUC_UNUSED, gpointer user_data)
{
  vitals_scan_cancel (user_data);
}

static void
run_scan (VitalsMethod * method)
{
  static const VitalsScanCallbacks callbacks = {.done = scan_done };
  VitalsScan *scan =
      vitals_scan_new (get_client (method), get_call (method)->payload,
      get_call (method)->demographics, &callbacks, method, scan_over);

  g_cancellable_connect (method->cancellable, G_CALLBACK (cancel_scan),
      vitals_scan_ref (scan), (GDestroyNotify) vitals_scan_unref);
  vitals_scan_start (scan);
  vitals_scan_unref (scan);
}

static VitalsMethod *
new_scan (VitalsCircadifyClient * client, GBytes * data,
    const VitalsDemographics * demographics, GCancellable * cancellable)
{
  VitalsMethod *method = new_method (client, run_scan, cancellable);

  get_call (method)->payload = vitals_payload_new (data, DEFAULT_CONTENT_TYPE);
  if (demographics)
    get_call (method)->demographics = vitals_demographics_copy (demographics);
  return method;
}

VitalsReading *
vitals_circadify_client_scan_tensor (VitalsCircadifyClient * client,
    GBytes * data, const VitalsDemographics * demographics,
    GCancellable * cancellable, GError ** error)
{
  gpointer reading;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (client), NULL);
  g_return_val_if_fail (data != NULL, NULL);

  vitals_method_call (new_scan (client, data, demographics, cancellable),
      &reading, error);
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

  vitals_method_start (new_scan (client, data, demographics, cancellable),
      vitals_circadify_client_scan_tensor_async, callback, user_data);
}

VitalsReading *
vitals_circadify_client_scan_tensor_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, GError ** error)
{
  gpointer reading;

  vitals_method_finish (client, result,
      vitals_circadify_client_scan_tensor_async, &reading, error);
  return reading;
}
