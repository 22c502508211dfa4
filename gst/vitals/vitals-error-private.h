/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

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

G_END_DECLS
