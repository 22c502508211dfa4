/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/vitals-error.h>

G_BEGIN_DECLS

/* A local error: not retryable, nothing from the service. */
#define vitals_error_new(code, ...) \
    g_error_new (VITALS_ERROR, (code), __VA_ARGS__)
#define vitals_set_error(error, code, ...) \
    g_set_error ((error), VITALS_ERROR, (code), __VA_ARGS__)

/* An error with what the service said. @service_code may be NULL, @http_status
 * 0, @retry_after -1. Returns: (transfer full) */
VITALS_API GError *vitals_error_new_service (VitalsError code,
    const gchar * service_code, guint http_status, gboolean retryable,
    gint64 retry_after, const gchar * format, ...) G_GNUC_PRINTF (6, 7);

/* Whether no later call with the same settings can succeed either: a key that
 * is missing or refused, an account without scans, a part that is not
 * installed. Unlike this, an error that is not retryable may be of one call
 * only. FALSE for an error of another domain. */
VITALS_API gboolean vitals_error_is_final (const GError * error);
/* The same, by what vitals_error_get_name() gives. */
VITALS_API gboolean vitals_error_name_is_final (const gchar * name);

/* The fields of a `vitals-failed` message that tell of @error (all but window
 * and source-id); what is unknown is absent. "retry-after" (guint64, ns) is
 * there when the service said it. @session_id may be NULL.
 * Returns: (transfer full) */
VITALS_API GstStructure *vitals_failure_to_structure (const GError * error,
    const gchar * session_id, guint attempts);

G_END_DECLS
