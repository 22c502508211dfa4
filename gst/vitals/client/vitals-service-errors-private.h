/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-transport-private.h>
#include <vitals/vitals-error.h>

G_BEGIN_DECLS

/* What services say when they refuse: the same for all of them. */

/* A text of the service, fit to be shown: cut, without control characters and
 * without @api_key. Returns: (transfer full) */
gchar *vitals_service_quote (const gchar * text, const gchar * api_key);

/* The error that an answer is, or NULL for 2xx. Returns: (transfer full) */
GError *vitals_service_error_from_response (const VitalsResponse * response,
    const gchar * api_key);

/* Errors that are not of our domain get @code. @error, returns: (transfer
 * full) */
GError *vitals_service_error_map (GError * error, VitalsError code);

G_END_DECLS
