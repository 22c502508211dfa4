/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-circadify-types-private.h>
#include <vitals/client/vitals-service-errors-private.h>
#include <vitals/client/vitals-transport-private.h>

G_BEGIN_DECLS

/*
 * The wire format of the service, in both generations of its pages: pure
 * functions from values to requests and from answers to values. The table of
 * what is accepted is in docs/circadify-protocol.md.
 */

/* More than this is not an answer of the service. */
#define VITALS_CIRCADIFY_MAX_ANSWER (1024 * 1024)

typedef enum
{
  VITALS_RESULT_ROUTE_NEWER,    /* /sdk/session/ID/result */
  VITALS_RESULT_ROUTE_OLDER     /* /sdk/session/result/ID */
} VitalsResultRoute;

/* Requests; @base_url has no slash at its end. Returns: (transfer full) */
VitalsRequest *vitals_circadify_request_start (const gchar * base_url,
    const gchar * api_key, const VitalsDemographics * demographics);
VitalsRequest *vitals_circadify_request_upload (const gchar * upload_url,
    VitalsPayload * payload);
VitalsRequest *vitals_circadify_request_complete (const gchar * base_url,
    const gchar * api_key, const gchar * session_id);
VitalsRequest *vitals_circadify_request_result (const gchar * base_url,
    const gchar * api_key, const gchar * session_id, VitalsResultRoute route);

/* Age, sex or skin type out of range: INVALID_REQUEST. @demographics may be
 * NULL. */
gboolean vitals_circadify_check_demographics (const VitalsDemographics *
    demographics, GError ** error);

/* Returns: (transfer full), or NULL with INVALID_RESPONSE */
VitalsSession *vitals_circadify_parse_session (GBytes * body, GError ** error);

/* The answer to upload-complete and result. TRUE with @reading: completed;
 * TRUE with NULL: not yet. FALSE: failed, expired, of another session than
 * @session_id, or not what the protocol says. @reading is a fallback when its
 * confidence is 0. */
gboolean vitals_circadify_parse_complete (GBytes * body,
    const gchar * session_id, const gchar * api_key, VitalsReading ** reading,
    GError ** error);
gboolean vitals_circadify_parse_result (GBytes * body,
    const gchar * session_id, const gchar * api_key, VitalsReading ** reading,
    GError ** error);

/* TRUE when one of the rate-limit headers was there. */
gboolean vitals_circadify_parse_rate_limit (const VitalsResponse * response,
    VitalsRateLimit * rate_limit);

G_END_DECLS
