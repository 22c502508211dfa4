/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-circadify-steps-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-quota-private.h>
#include <vitals/client/vitals-scan-private.h>
#include <vitals/client/vitals-timer-private.h>
#include <vitals/vitals-error-private.h>

GST_DEBUG_CATEGORY_STATIC (vitals_scan_debug);
#define GST_CAT_DEFAULT vitals_scan_debug

/*
 * What is set by vitals_scan_new() and never changes may be read anywhere, as
 * may "cancellable"; all else belongs to the network thread. There is no lock.
 */
struct _VitalsScan
{
  gatomicrefcount ref_count;

  VitalsCircadifyClient *client;
  VitalsDemographics *demographics;
  const VitalsScanCallbacks *callbacks;
  gpointer user_data;
  GDestroyNotify destroy;
  GCancellable *cancellable;

  VitalsPayload *payload;       /* until the PUT was accepted */
  VitalsSession *session;       /* once the start was accepted */
  gulong closed_handler;
  GError *doubt;                /* whether upload-complete was taken, or NULL */
  guint doubt_attempts;
  VitalsStepRecord record;
  guint64 bytes_sent;
};

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (vitals_scan_debug, "vitals-scan", 0,
        "scans: one session for one payload");
    g_once_init_leave (&done, 1);
  }
}

VitalsScan *
vitals_scan_new (VitalsCircadifyClient * client, VitalsPayload * payload,
    const VitalsDemographics * demographics,
    const VitalsScanCallbacks * callbacks, gpointer user_data,
    GDestroyNotify destroy)
{
  VitalsScan *scan = g_new0 (VitalsScan, 1);

  init_debug ();
  g_atomic_ref_count_init (&scan->ref_count);
  scan->client = g_object_ref (client);
  scan->payload = vitals_payload_ref (payload);
  if (demographics)
    scan->demographics = vitals_demographics_copy (demographics);
  scan->callbacks = callbacks;
  scan->user_data = user_data;
  scan->destroy = destroy;
  scan->cancellable = g_cancellable_new ();
  return scan;
}

VitalsScan *
vitals_scan_ref (VitalsScan * scan)
{
  g_atomic_ref_count_inc (&scan->ref_count);
  return scan;
}

void
vitals_scan_unref (VitalsScan * scan)
{
  if (!g_atomic_ref_count_dec (&scan->ref_count))
    return;
  g_object_unref (scan->client);
  g_clear_pointer (&scan->payload, vitals_payload_unref);
  g_clear_pointer (&scan->session, vitals_session_unref);
  g_clear_pointer (&scan->demographics, vitals_demographics_free);
  g_clear_error (&scan->doubt);
  g_object_unref (scan->cancellable);
  g_free (scan);
}

static VitalsServiceState *
get_state (VitalsScan * scan)
{
  return vitals_circadify_client_get_state (scan->client);
}

/* Releases the reference that the run of the scan holds. */
static void
scan_end (VitalsScan * scan, VitalsReading * reading, const GError * error)
{
  vitals_cancel_unfollow (get_state (scan)->closed, &scan->closed_handler);
  g_clear_pointer (&scan->payload, vitals_payload_unref);
  scan->callbacks->done (scan, reading, error, scan->user_data);
  if (scan->destroy)
    scan->destroy (scan->user_data);
  vitals_scan_unref (scan);
}

/* The failures that fallback vitals may stand in for; for nothing else, ever
 * (circadify-protocol.md, section 1). */
static gboolean
is_fallback_case (const GError * error)
{
  switch ((VitalsError) error->code) {
    case VITALS_ERROR_NETWORK:
    case VITALS_ERROR_UPLOAD_FAILED:
    case VITALS_ERROR_SCAN_TIMEOUT:
    case VITALS_ERROR_SERVICE_UNAVAILABLE:
      return error->domain == VITALS_ERROR;
    default:
      return FALSE;
  }
}

static VitalsReading *
make_fallback (VitalsScan * scan, const GError * error)
{
  const gchar *environment =
      vitals_circadify_client_get_key_environment (scan->client);
  g_autoptr (VitalsCircadifySettings) settings =
      vitals_circadify_client_copy_settings (scan->client);
  VitalsReading *reading;

  if (!settings->allow_fallback || !scan->session || !is_fallback_case (error))
    return NULL;
  reading = vitals_session_make_fallback (scan->session);
  if (reading) {
    vitals_reading_set_key_environment (reading, environment);
    vitals_reading_set_synthetic (reading, g_str_equal (environment, "test"));
  }
  return reading;
}

/* @error: (transfer full) */
static void
scan_fail (VitalsScan * scan, GError * error)
{
  VitalsReading *fallback = make_fallback (scan, error);

  GST_INFO ("scan failed with %s: %s%s", vitals_error_get_name (error),
      error->message, fallback ? "; fallback vitals stand in" : "");
  vitals_service_state_note_failure (get_state (scan), error,
      vitals_scan_get_session_id (scan), scan->record.attempts);
  if (fallback) {
    scan_end (scan, fallback, NULL);
    vitals_reading_unref (fallback);
  } else {
    scan_end (scan, NULL, error);
  }
  g_error_free (error);
}

/* @reading: (transfer full) */
static void
scan_succeed (VitalsScan * scan, VitalsReading * reading)
{
  scan_end (scan, reading, NULL);
  vitals_reading_unref (reading);
}

static void
scan_add_record (VitalsScan * scan, const VitalsStepRecord * record)
{
  scan->record.attempts = record->attempts;
  scan->record.retries += record->retries;
}

static void
scan_set_phase (VitalsScan * scan, VitalsScanPhase phase)
{
  if (scan->callbacks->phase)
    scan->callbacks->phase (scan, phase, scan->user_data);
}

/* Its start is no longer under way. */
static void
scan_end_start (VitalsScan * scan)
{
  VitalsQuotaStartEnd end = VITALS_QUOTA_START_REFUSED;

  if (scan->session)
    end = VITALS_QUOTA_START_ACCEPTED;
  else if (scan->record.in_doubt)
    end = VITALS_QUOTA_START_IN_DOUBT;
  vitals_quota_end_start (get_state (scan)->settings.api_key, end);
}

/* That a session is not known, or the route is not, is no news from a service
 * that keeps no results: what failed is the upload-complete before. */
static void
explain_unknown_result (VitalsScan * scan, GError ** error)
{
  if (!scan->doubt || !g_error_matches (*error, VITALS_ERROR,
          VITALS_ERROR_SESSION_NOT_FOUND))
    return;
  g_clear_error (error);
  *error = g_steal_pointer (&scan->doubt);
  scan->record.attempts = scan->doubt_attempts;
  g_prefix_error (error, "The answer to upload-complete is lost, and the "
      "service keeps no result to be asked for (scan again; it keeps them for "
      "accounts with PERSIST_VITALS): ");
}

static void
poll_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsScan *scan = user_data;
  GError *error = NULL;
  VitalsStepRecord record;
  VitalsReading *reading = vitals_step_poll_finish (result, &record, &error);

  scan_add_record (scan, &record);
  if (reading) {
    scan_succeed (scan, reading);
    return;
  }
  explain_unknown_result (scan, &error);
  scan_fail (scan, error);
}

static void
complete_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsScan *scan = user_data;
  GError *error = NULL;
  VitalsStepRecord record;
  VitalsReading *reading;

  vitals_step_complete_finish (result, &reading, &scan->doubt, &record, &error);
  scan_add_record (scan, &record);
  scan->doubt_attempts = record.attempts;
  if (error)
    scan_fail (scan, error);
  else if (reading)
    scan_succeed (scan, reading);
  else
    vitals_step_poll_async (scan->client, scan->session->session_id,
        scan->cancellable, poll_done, scan);
}

/* A storage only says that it refuses; why, our own clock may know. */
static void
explain_refusal (VitalsScan * scan, GError ** error)
{
  gint64 expires_at = scan->session->expires_at;

  if (vitals_error_get_http_status (*error) != 403 || expires_at < 0
      || g_get_real_time () / G_USEC_PER_SEC < expires_at)
    return;
  g_clear_error (error);
  *error = vitals_error_new_service (VITALS_ERROR_SESSION_EXPIRED, NULL, 403,
      FALSE, -1, "The session expired before its payload was uploaded: scan "
      "again, with a faster connection or a shorter window");
}

static void
upload_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsScan *scan = user_data;
  GError *error = NULL;
  VitalsStepRecord record;
  gboolean accepted = vitals_step_upload_finish (result, &record, &error);

  scan_add_record (scan, &record);
  if (!accepted) {
    explain_refusal (scan, &error);
    scan_fail (scan, error);
    return;
  }
  scan->bytes_sent += vitals_payload_get_size (scan->payload);
  g_clear_pointer (&scan->payload, vitals_payload_unref);
  scan_set_phase (scan, VITALS_SCAN_PROCESSING);
  vitals_step_complete_async (scan->client, scan->session->session_id,
      scan->cancellable, complete_done, scan);
}

static void
start_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsScan *scan = user_data;
  GError *error = NULL;
  VitalsStepRecord record;

  scan->session = vitals_step_start_finish (result, &record, &error);
  scan->record.in_doubt = record.in_doubt;
  scan_add_record (scan, &record);
  scan_end_start (scan);
  if (!scan->session) {
    scan_fail (scan, error);
    return;
  }
  scan_set_phase (scan, VITALS_SCAN_UPLOADING);
  vitals_step_upload_async (scan->client, scan->session->upload_url,
      scan->payload, scan->cancellable, upload_done, scan);
}

static gboolean
scan_check (VitalsScan * scan, GError ** error)
{
  if (g_cancellable_is_cancelled (scan->cancellable)) {
    vitals_set_error (error, VITALS_ERROR_CANCELLED,
        "The scan was cancelled before it started");
    return FALSE;
  }
  if (vitals_payload_get_size (scan->payload) == 0) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "There is no payload: it has 0 bytes");
    return FALSE;
  }
  return vitals_service_state_check (get_state (scan), error)
      && vitals_circadify_check_demographics (scan->demographics, error);
}

static gboolean
scan_run (gpointer user_data)
{
  VitalsScan *scan = user_data;
  GError *error = NULL;

  scan->closed_handler = vitals_cancel_follow (get_state (scan)->closed,
      scan->cancellable);
  if (scan_check (scan, &error)) {
    vitals_step_start_async (scan->client, scan->demographics,
        scan->cancellable, start_done, scan);
  } else {
    scan_end_start (scan);
    scan_fail (scan, error);
  }
  return G_SOURCE_REMOVE;
}

void
vitals_scan_start (VitalsScan * scan)
{
  /* from now on, not when it is sent: who asks next must know of it */
  vitals_quota_begin_start (get_state (scan)->settings.api_key);
  vitals_network_invoke (scan_run, vitals_scan_ref (scan), NULL);
}

void
vitals_scan_cancel (VitalsScan * scan)
{
  g_cancellable_cancel (scan->cancellable);
}

const gchar *
vitals_scan_get_session_id (VitalsScan * scan)
{
  return scan->session ? scan->session->session_id : NULL;
}

gboolean
vitals_scan_start_is_in_doubt (VitalsScan * scan)
{
  return scan->record.in_doubt;
}

guint
vitals_scan_get_retries (VitalsScan * scan)
{
  return scan->record.retries;
}

guint
vitals_scan_get_attempts (VitalsScan * scan)
{
  return scan->record.attempts;
}

guint64
vitals_scan_get_bytes_sent (VitalsScan * scan)
{
  return scan->bytes_sent;
}
