/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/**
 * VITALS_ERROR:
 *
 * Error domain of everything in this library. Errors of this domain are
 * extended errors: beside code and message they carry what the service said,
 * see vitals_error_get_service_code() and its neighbours.
 */
#define VITALS_ERROR (vitals_error_quark ())

/**
 * VitalsError:
 * @VITALS_ERROR_MISSING_API_KEY: no key was given
 * @VITALS_ERROR_INVALID_API_KEY: the key does not have the form of a key
 * @VITALS_ERROR_UNAUTHORIZED: the service does not know the key (401)
 * @VITALS_ERROR_FORBIDDEN: the key may not do this (403)
 * @VITALS_ERROR_INVALID_REQUEST: the service refused the request (400), or an
 *   argument was out of its range
 * @VITALS_ERROR_SESSION_NOT_FOUND: the service does not know the session (404)
 * @VITALS_ERROR_SESSION_EXPIRED: the session ended before it was used
 * @VITALS_ERROR_RATE_LIMITED: too many calls (429), later again
 * @VITALS_ERROR_QUOTA_EXCEEDED: no scans are left (429), final
 * @VITALS_ERROR_NETWORK: the service was not reached, or the connection broke
 * @VITALS_ERROR_UPLOAD_FAILED: the storage did not take the payload
 * @VITALS_ERROR_SERVICE_UNAVAILABLE: the service failed (5xx)
 * @VITALS_ERROR_SCAN_TIMEOUT: no result within the poll time-out
 * @VITALS_ERROR_PROCESSING_FAILED: the service could not measure
 * @VITALS_ERROR_INVALID_RESPONSE: the answer is not what the protocol says
 * @VITALS_ERROR_INVALID_TENSOR: a payload or a layout is not valid
 * @VITALS_ERROR_QUALITY_TOO_LOW: the recording is not good enough to be sent
 * @VITALS_ERROR_UNSUPPORTED: a part that is needed is not installed or built
 * @VITALS_ERROR_CANCELLED: cancelled by the caller
 */
typedef enum
{
  VITALS_ERROR_MISSING_API_KEY,
  VITALS_ERROR_INVALID_API_KEY,
  VITALS_ERROR_UNAUTHORIZED,
  VITALS_ERROR_FORBIDDEN,
  VITALS_ERROR_INVALID_REQUEST,
  VITALS_ERROR_SESSION_NOT_FOUND,
  VITALS_ERROR_SESSION_EXPIRED,
  VITALS_ERROR_RATE_LIMITED,
  VITALS_ERROR_QUOTA_EXCEEDED,
  VITALS_ERROR_NETWORK,
  VITALS_ERROR_UPLOAD_FAILED,
  VITALS_ERROR_SERVICE_UNAVAILABLE,
  VITALS_ERROR_SCAN_TIMEOUT,
  VITALS_ERROR_PROCESSING_FAILED,
  VITALS_ERROR_INVALID_RESPONSE,
  VITALS_ERROR_INVALID_TENSOR,
  VITALS_ERROR_QUALITY_TOO_LOW,
  VITALS_ERROR_UNSUPPORTED,
  VITALS_ERROR_CANCELLED
} VitalsError;

/**
 * vitals_error_quark:
 *
 * See %VITALS_ERROR.
 *
 * Returns: the domain
 */
VITALS_API GQuark vitals_error_quark (void);

/**
 * vitals_error_get_name:
 * @error: an error of any domain
 *
 * The name as in the `code` field of a vitals-failed message, for example
 * `RATE_LIMITED`; `UNKNOWN` for an error of another domain.
 *
 * Returns: (transfer none): the name
 */
VITALS_API const gchar *vitals_error_get_name (const GError * error);

/**
 * vitals_error_get_service_code:
 * @error: an error of any domain
 *
 * What the service called it, for example `RATE_LIMIT_EXCEEDED`.
 *
 * Returns: (transfer none) (nullable): the code; %NULL when the service gave
 *   none, and for an error of another domain
 */
VITALS_API const gchar *vitals_error_get_service_code (const GError * error);

/**
 * vitals_error_get_http_status:
 * @error: an error of any domain
 *
 * The status with which the service refused.
 *
 * Returns: the HTTP status; 0 when there was none, and for an error of another
 *   domain
 */
VITALS_API guint vitals_error_get_http_status (const GError * error);

/**
 * vitals_error_get_retryable:
 * @error: an error of any domain
 *
 * Whether trying again makes sense.
 *
 * Returns: whether the same call may succeed later without a change; %FALSE for
 *   an error of another domain
 */
VITALS_API gboolean vitals_error_get_retryable (const GError * error);

/**
 * vitals_error_get_retry_after:
 * @error: an error of any domain
 *
 * When the service wants to be asked again.
 *
 * Returns: seconds from when it said so, 0 to 86400 (a longer time is cut to a
 *   day); -1 when it did not say, and for an error of another domain
 */
VITALS_API gint64 vitals_error_get_retry_after (const GError * error);

G_END_DECLS
