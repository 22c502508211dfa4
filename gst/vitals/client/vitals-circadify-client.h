/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/vitals-error.h>
#include <vitals/vitals-reading.h>

G_BEGIN_DECLS

/**
 * VitalsSex:
 * @VITALS_SEX_UNSET: not given
 * @VITALS_SEX_MALE: male
 * @VITALS_SEX_FEMALE: female
 */
typedef enum
{
  VITALS_SEX_UNSET,
  VITALS_SEX_MALE,
  VITALS_SEX_FEMALE
} VitalsSex;

#define VITALS_TYPE_SEX (vitals_sex_get_type ())
VITALS_API GType vitals_sex_get_type (void);

/**
 * VitalsDemographics:
 * @age: years, 0 to 120, or -1 when not given
 * @sex: a #VitalsSex
 * @fitzpatrick: skin type 1 to 6, or 0 when not given
 *
 * What may be told about the person. Each is optional.
 */
typedef struct
{
  gint age;
  VitalsSex sex;
  gint fitzpatrick;
} VitalsDemographics;

#define VITALS_TYPE_DEMOGRAPHICS (vitals_demographics_get_type ())
VITALS_API GType vitals_demographics_get_type (void);
VITALS_API VitalsDemographics *vitals_demographics_new (gint age, VitalsSex sex,
    gint fitzpatrick);
VITALS_API VitalsDemographics *vitals_demographics_copy (const
    VitalsDemographics * demographics);
VITALS_API void vitals_demographics_free (VitalsDemographics * demographics);

/**
 * VitalsRateLimit:
 *
 * The last X-RateLimit- and X-Usage- headers; -1: the header was not sent.
 */
typedef struct
{
  gint64 limit, remaining, reset;
  gint64 usage_current, usage_limit, usage_remaining;
} VitalsRateLimit;

#define VITALS_TYPE_RATE_LIMIT (vitals_rate_limit_get_type ())
VITALS_API GType vitals_rate_limit_get_type (void);
VITALS_API VitalsRateLimit *vitals_rate_limit_copy (const VitalsRateLimit *
    rate_limit);
VITALS_API void vitals_rate_limit_free (VitalsRateLimit * rate_limit);

/**
 * VitalsSession:
 *
 * What a started session is: immutable, counted.
 */
typedef struct _VitalsSession VitalsSession;

#define VITALS_TYPE_SESSION (vitals_session_get_type ())
VITALS_API GType vitals_session_get_type (void);
VITALS_API VitalsSession *vitals_session_ref (VitalsSession * session);
VITALS_API void vitals_session_unref (VitalsSession * session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsSession, vitals_session_unref)
VITALS_API const gchar *vitals_session_get_session_id (const VitalsSession *
    session);
/* A bearer secret: whoever knows it can write there. Never log it. */
VITALS_API const gchar *vitals_session_get_upload_url (const VitalsSession *
    session);
/* Unix seconds, or -1 when the service did not say. */
VITALS_API gint64 vitals_session_get_expires_at (const VitalsSession * session);
/* FALSE when the service sent no range for this measure. For
 * VITALS_MEASURE_DIASTOLIC_BP it is an offset from the systolic pressure. */
VITALS_API gboolean vitals_session_get_fallback_range (const VitalsSession *
    session, VitalsMeasure measure, gdouble * min, gdouble * max);

/**
 * VitalsCircadifyClient:
 *
 * The low-level methods of the service's Python SDK. Thread-safe. Every call
 * exists blocking and as _async/_finish, which complete in the thread-default
 * context of the caller. A blocking call must not be made on the library's
 * network thread (where no code of an application ever runs).
 *
 * Properties: api-key (write-only, construct), base-url, ca-file,
 * request-timeout, upload-timeout, poll-interval, poll-timeout (guint64 ns),
 * max-retries (guint), allow-fallback (gboolean), key-environment (read-only),
 * last-rate-limit (read-only), last-failure (read-only #GstStructure with the
 * fields of `vitals-failed`). They are set before the first call.
 */
#define VITALS_TYPE_CIRCADIFY_CLIENT (vitals_circadify_client_get_type ())
VITALS_API G_DECLARE_FINAL_TYPE (VitalsCircadifyClient,
    vitals_circadify_client, VITALS, CIRCADIFY_CLIENT, GObject)

#define VITALS_CIRCADIFY_DEFAULT_BASE_URL "https://api.circadify.com"

/**
 * vitals_circadify_client_new:
 * @api_key: (nullable): `ck_test_...` or `ck_live_...`; %NULL: the environment
 *   variable CIRCADIFY_API_KEY
 * @base_url: (nullable): %NULL: the environment variable CIRCADIFY_BASE_URL,
 *   else https://api.circadify.com; https, or http on loopback only
 * @error: VITALS_ERROR_MISSING_API_KEY, _INVALID_API_KEY, _INVALID_REQUEST
 *   (base URL)
 *
 * Returns: (transfer full) (nullable): a client
 */
VITALS_API VitalsCircadifyClient *vitals_circadify_client_new (const gchar *
    api_key, const gchar * base_url, GError ** error);

VITALS_API VitalsSession
    * vitals_circadify_client_start_session (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GError ** error);
VITALS_API void vitals_circadify_client_start_session_async
    (VitalsCircadifyClient * client, const VitalsDemographics * demographics,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
VITALS_API VitalsSession
    * vitals_circadify_client_start_session_finish (VitalsCircadifyClient *
    client, GAsyncResult * result, GError ** error);

VITALS_API gboolean vitals_circadify_client_upload (VitalsCircadifyClient *
    client, const gchar * upload_url, GBytes * data,
    GCancellable * cancellable, GError ** error);
VITALS_API void vitals_circadify_client_upload_async (VitalsCircadifyClient *
    client, const gchar * upload_url, GBytes * data,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
VITALS_API gboolean vitals_circadify_client_upload_finish (VitalsCircadifyClient
    * client, GAsyncResult * result, GError ** error);

/* @reading: (out) (optional) (nullable): set when the answer already holds the
 * vitals, NULL when poll_result must be called. */
VITALS_API gboolean vitals_circadify_client_complete_upload
    (VitalsCircadifyClient * client, const gchar * session_id,
    VitalsReading ** reading, GCancellable * cancellable, GError ** error);
VITALS_API void vitals_circadify_client_complete_upload_async
    (VitalsCircadifyClient * client, const gchar * session_id,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
VITALS_API gboolean vitals_circadify_client_complete_upload_finish
    (VitalsCircadifyClient * client, GAsyncResult * result,
    VitalsReading ** reading, GError ** error);

/* Asks every poll-interval until done, failed, cancelled or poll-timeout. */
VITALS_API VitalsReading
    * vitals_circadify_client_poll_result (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable, GError ** error);
VITALS_API void vitals_circadify_client_poll_result_async
    (VitalsCircadifyClient * client, const gchar * session_id,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
VITALS_API VitalsReading
    * vitals_circadify_client_poll_result_finish (VitalsCircadifyClient *
    client, GAsyncResult * result, GError ** error);

/* The four above in order. @data: a payload as uploaded. */
VITALS_API VitalsReading
    * vitals_circadify_client_scan_tensor (VitalsCircadifyClient * client,
    GBytes * data, const VitalsDemographics * demographics,
    GCancellable * cancellable, GError ** error);
VITALS_API void vitals_circadify_client_scan_tensor_async (VitalsCircadifyClient
    * client, GBytes * data, const VitalsDemographics * demographics,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
VITALS_API VitalsReading
    * vitals_circadify_client_scan_tensor_finish (VitalsCircadifyClient *
    client, GAsyncResult * result, GError ** error);

/* "test" or "live", by the key's prefix. */
VITALS_API const gchar
    * vitals_circadify_client_get_key_environment (VitalsCircadifyClient *
    client);
/* Returns: (transfer full) (nullable) */
VITALS_API VitalsRateLimit
    * vitals_circadify_client_get_last_rate_limit (VitalsCircadifyClient *
    client);
/* Cancels everything under way; calls made later fail with
 * VITALS_ERROR_CANCELLED. Does not block. */
VITALS_API void vitals_circadify_client_close (VitalsCircadifyClient * client);

G_END_DECLS
