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
/**
 * vitals_demographics_new:
 * @age: years, 0 to 120, or -1 when not given
 * @sex: a #VitalsSex
 * @fitzpatrick: skin type 1 to 6, or 0 when not given
 *
 * What is known of a person. Its ranges are checked by the call that sends it,
 * which fails with VITALS_ERROR_INVALID_REQUEST.
 *
 * Returns: (transfer full): the demographics
 */
VITALS_API VitalsDemographics *vitals_demographics_new (gint age, VitalsSex sex,
    gint fitzpatrick);
/**
 * vitals_demographics_copy:
 * @demographics: a #VitalsDemographics
 *
 * A copy of it.
 *
 * Returns: (transfer full): the copy
 */
VITALS_API VitalsDemographics *vitals_demographics_copy (const
    VitalsDemographics * demographics);
/**
 * vitals_demographics_free:
 * @demographics: (transfer full): a #VitalsDemographics
 *
 * Frees it.
 */
VITALS_API void vitals_demographics_free (VitalsDemographics * demographics);

/**
 * VitalsRateLimit:
 * @limit: calls that are allowed, X-RateLimit-Limit
 * @remaining: calls that are left, X-RateLimit-Remaining
 * @reset: when they are counted anew, as the service says it
 * @usage_current: scans that were made, X-Usage-Current
 * @usage_limit: scans that are paid for, X-Usage-Limit
 * @usage_remaining: scans that are left, X-Usage-Remaining
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
/**
 * vitals_rate_limit_copy:
 * @rate_limit: a #VitalsRateLimit
 *
 * A copy of it.
 *
 * Returns: (transfer full): the copy
 */
VITALS_API VitalsRateLimit *vitals_rate_limit_copy (const VitalsRateLimit *
    rate_limit);
/**
 * vitals_rate_limit_free:
 * @rate_limit: (transfer full): a #VitalsRateLimit
 *
 * Frees it.
 */
VITALS_API void vitals_rate_limit_free (VitalsRateLimit * rate_limit);

/**
 * VitalsSession:
 *
 * What a started session is: immutable, counted.
 */
typedef struct _VitalsSession VitalsSession;

#define VITALS_TYPE_SESSION (vitals_session_get_type ())
VITALS_API GType vitals_session_get_type (void);
/**
 * vitals_session_ref:
 * @session: a #VitalsSession
 *
 * One more reference. Any thread.
 *
 * Returns: (transfer full): @session
 */
VITALS_API VitalsSession *vitals_session_ref (VitalsSession * session);
/**
 * vitals_session_unref:
 * @session: (transfer full): a #VitalsSession
 *
 * One reference less; the last frees it. Any thread.
 */
VITALS_API void vitals_session_unref (VitalsSession * session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsSession, vitals_session_unref)
/**
 * vitals_session_get_session_id:
 * @session: a #VitalsSession
 *
 * What the later calls name the session by.
 *
 * Returns: (transfer none): its id, printable ASCII
 */
VITALS_API const gchar *vitals_session_get_session_id (const VitalsSession *
    session);
/**
 * vitals_session_get_upload_url:
 * @session: a #VitalsSession
 *
 * A bearer secret: whoever knows it can write there. Never log it.
 *
 * Returns: the presigned URL that takes the payload
 */
VITALS_API const gchar *vitals_session_get_upload_url (const VitalsSession *
    session);
/**
 * vitals_session_get_expires_at:
 * @session: a #VitalsSession
 *
 * Until when the payload can be uploaded.
 *
 * Returns: Unix seconds, or -1 when the service did not say
 */
VITALS_API gint64 vitals_session_get_expires_at (const VitalsSession * session);
/**
 * vitals_session_get_fallback_range:
 * @session: a #VitalsSession
 * @measure: which measure
 * @min: (out) (optional): lower end, in the unit of @measure
 * @max: (out) (optional): upper end
 *
 * The range of the values that stand in for a measurement, @min not above @max.
 * For %VITALS_MEASURE_DIASTOLIC_BP the range is that of an offset from the
 * systolic pressure, of either sign.
 *
 * Returns: %FALSE when the service sent no range for this measure, or one that
 *   no person can have
 */
VITALS_API gboolean vitals_session_get_fallback_range (const VitalsSession *
    session, VitalsMeasure measure, gdouble * min, gdouble * max);

/**
 * VitalsCircadifyClient:
 *
 * The low-level methods of the service's Python SDK. Thread-safe. Every call
 * exists blocking and as _async/_finish, which complete in the thread-default
 * context of the caller. A blocking call on the library's network thread is an
 * INVALID_REQUEST: it would wait for itself. Of an application, sync handlers of
 * the bus run there, as elements post from it; and what such a handler calls
 * with _async completes there.
 *
 * Properties: api-key (write-only, construct), base-url, ca-file,
 * request-timeout, upload-timeout, poll-interval, poll-timeout (guint64 ns),
 * max-retries (guint), allow-fallback (gboolean), key-environment (read-only),
 * last-rate-limit (read-only), last-failure (read-only #GstStructure with the
 * fields of `vitals-failed`). The key and the address are fixed once the client
 * is made. What else is set while a call runs counts from its next step on.
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
 * A client with the key and the address that are given. Sends nothing.
 *
 * Returns: (transfer full) (nullable): a client
 */
VITALS_API VitalsCircadifyClient *vitals_circadify_client_new (const gchar *
    api_key, const gchar * base_url, GError ** error);

/**
 * vitals_circadify_client_start_session:
 * @client: a client
 * @demographics: (nullable): what is known of the person
 * @cancellable: (nullable): to cancel it
 * @error: any #VitalsError that a service may cause
 *
 * Opens a session. With a live key this costs one scan: a start that may have
 * been accepted is never sent again.
 *
 * Returns: (transfer full) (nullable): the session, %NULL on failure
 */
VITALS_API VitalsSession
    * vitals_circadify_client_start_session (VitalsCircadifyClient * client,
    const VitalsDemographics * demographics, GCancellable * cancellable,
    GError ** error);
/**
 * vitals_circadify_client_start_session_async:
 * @client: a client
 * @demographics: (nullable): what is known of the person
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_circadify_client_start_session().
 */
VITALS_API void vitals_circadify_client_start_session_async
    (VitalsCircadifyClient * client, const VitalsDemographics * demographics,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/**
 * vitals_circadify_client_start_session_finish:
 * @client: a client
 * @result: what the callback got
 * @error: as of the blocking call
 *
 * The end of vitals_circadify_client_start_session_async().
 *
 * Returns: (transfer full) (nullable): the session, %NULL on failure
 */
VITALS_API VitalsSession
    * vitals_circadify_client_start_session_finish (VitalsCircadifyClient *
    client, GAsyncResult * result, GError ** error);

/**
 * vitals_circadify_client_upload:
 * @client: a client
 * @upload_url: as in the session; https, or http on loopback
 * @data: the payload
 * @cancellable: (nullable): to cancel it
 * @error: VITALS_ERROR_UPLOAD_FAILED for whatever goes wrong on the way
 *
 * Puts the payload where the session wants it. The API key is not sent along.
 *
 * Returns: %TRUE when the storage accepted it
 */
VITALS_API gboolean vitals_circadify_client_upload (VitalsCircadifyClient *
    client, const gchar * upload_url, GBytes * data,
    GCancellable * cancellable, GError ** error);
/**
 * vitals_circadify_client_upload_async:
 * @client: a client
 * @upload_url: as in the session; https, or http on loopback
 * @data: the payload
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_circadify_client_upload().
 */
VITALS_API void vitals_circadify_client_upload_async (VitalsCircadifyClient *
    client, const gchar * upload_url, GBytes * data,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/**
 * vitals_circadify_client_upload_finish:
 * @client: a client
 * @result: what the callback got
 * @error: as of the blocking call
 *
 * The end of vitals_circadify_client_upload_async().
 *
 * Returns: %TRUE when the storage accepted it
 */
VITALS_API gboolean vitals_circadify_client_upload_finish (VitalsCircadifyClient
    * client, GAsyncResult * result, GError ** error);

/**
 * vitals_circadify_client_complete_upload:
 * @client: a client
 * @session_id: of the session
 * @reading: (out) (optional) (nullable) (transfer full): what was measured, if
 *   the answer already holds it; %NULL when the result must be polled
 * @cancellable: (nullable): to cancel it
 * @error: any #VitalsError that a service may cause
 *
 * Tells the service that the payload is there. An answer that does not come
 * within poll-timeout is a success without a reading.
 *
 * Returns: %TRUE when the service goes on
 */
VITALS_API gboolean vitals_circadify_client_complete_upload
    (VitalsCircadifyClient * client, const gchar * session_id,
    VitalsReading ** reading, GCancellable * cancellable, GError ** error);
/**
 * vitals_circadify_client_complete_upload_async:
 * @client: a client
 * @session_id: of the session
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_circadify_client_complete_upload().
 */
VITALS_API void vitals_circadify_client_complete_upload_async
    (VitalsCircadifyClient * client, const gchar * session_id,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/**
 * vitals_circadify_client_complete_upload_finish:
 * @client: a client
 * @result: what the callback got
 * @reading: (out) (optional) (nullable) (transfer full): as of the blocking
 *   call
 * @error: as of the blocking call
 *
 * The end of vitals_circadify_client_complete_upload_async().
 *
 * Returns: %TRUE when the service goes on
 */
VITALS_API gboolean vitals_circadify_client_complete_upload_finish
    (VitalsCircadifyClient * client, GAsyncResult * result,
    VitalsReading ** reading, GError ** error);

/**
 * vitals_circadify_client_poll_result:
 * @client: a client
 * @session_id: of the session
 * @cancellable: (nullable): to cancel it
 * @error: VITALS_ERROR_SCAN_TIMEOUT after poll-timeout, or any #VitalsError
 *   that a service may cause
 *
 * Asks every poll-interval until done, failed, cancelled or poll-timeout.
 *
 * Returns: (transfer full) (nullable): what was measured, %NULL on failure
 */
VITALS_API VitalsReading
    * vitals_circadify_client_poll_result (VitalsCircadifyClient * client,
    const gchar * session_id, GCancellable * cancellable, GError ** error);
/**
 * vitals_circadify_client_poll_result_async:
 * @client: a client
 * @session_id: of the session
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_circadify_client_poll_result().
 */
VITALS_API void vitals_circadify_client_poll_result_async
    (VitalsCircadifyClient * client, const gchar * session_id,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/**
 * vitals_circadify_client_poll_result_finish:
 * @client: a client
 * @result: what the callback got
 * @error: as of the blocking call
 *
 * The end of vitals_circadify_client_poll_result_async().
 *
 * Returns: (transfer full) (nullable): what was measured, %NULL on failure
 */
VITALS_API VitalsReading
    * vitals_circadify_client_poll_result_finish (VitalsCircadifyClient *
    client, GAsyncResult * result, GError ** error);

/**
 * vitals_circadify_client_scan_tensor:
 * @client: a client
 * @data: a payload as uploaded
 * @demographics: (nullable): what is known of the person
 * @cancellable: (nullable): to cancel it
 * @error: any #VitalsError of the four steps
 *
 * The four calls above in order. Only here allow-fallback may put the
 * session's own fallback ranges in the place of a failure.
 *
 * Returns: (transfer full) (nullable): what was measured, %NULL on failure
 */
VITALS_API VitalsReading
    * vitals_circadify_client_scan_tensor (VitalsCircadifyClient * client,
    GBytes * data, const VitalsDemographics * demographics,
    GCancellable * cancellable, GError ** error);
/**
 * vitals_circadify_client_scan_tensor_async:
 * @client: a client
 * @data: a payload as uploaded
 * @demographics: (nullable): what is known of the person
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_circadify_client_scan_tensor().
 */
VITALS_API void vitals_circadify_client_scan_tensor_async (VitalsCircadifyClient
    * client, GBytes * data, const VitalsDemographics * demographics,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/**
 * vitals_circadify_client_scan_tensor_finish:
 * @client: a client
 * @result: what the callback got
 * @error: as of the blocking call
 *
 * The end of vitals_circadify_client_scan_tensor_async().
 *
 * Returns: (transfer full) (nullable): what was measured, %NULL on failure
 */
VITALS_API VitalsReading
    * vitals_circadify_client_scan_tensor_finish (VitalsCircadifyClient *
    client, GAsyncResult * result, GError ** error);

/**
 * vitals_circadify_client_get_key_environment:
 * @client: a client
 *
 * What the key is for: a test key costs nothing and gives synthetic vitals.
 *
 * Returns: (transfer none): "test" or "live", by the key's prefix
 */
VITALS_API const gchar
    * vitals_circadify_client_get_key_environment (VitalsCircadifyClient *
    client);
/**
 * vitals_circadify_client_get_last_rate_limit:
 * @client: a client
 *
 * What the service last said of the limits of this key.
 *
 * Returns: (transfer full) (nullable): the last rate-limit headers, %NULL when
 *   the service never sent one
 */
VITALS_API VitalsRateLimit
    * vitals_circadify_client_get_last_rate_limit (VitalsCircadifyClient *
    client);
/**
 * vitals_circadify_client_close:
 * @client: a client
 *
 * Cancels everything under way; calls made later fail with
 * VITALS_ERROR_CANCELLED. Does not block.
 */
VITALS_API void vitals_circadify_client_close (VitalsCircadifyClient * client);

G_END_DECLS
