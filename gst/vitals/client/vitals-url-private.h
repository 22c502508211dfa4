/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/* vitals_check_service_url() is in vitals-scan-private.h, for the elements. */

VITALS_API gboolean vitals_url_needs_tls (const gchar * url);

/* The part of a URL that may be shown: scheme and host.
 * Returns: (transfer full) */
VITALS_API gchar *vitals_url_for_display (const gchar * url);

G_END_DECLS
