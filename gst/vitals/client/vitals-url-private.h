/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/* https, or http on loopback; no userinfo. INVALID_REQUEST else. */
VITALS_API gboolean vitals_check_service_url (const gchar * url,
    GError ** error);
VITALS_API gboolean vitals_url_needs_tls (const gchar * url);
/* Whether it is of this machine, by its form: "localhost" or an address. */
VITALS_API gboolean vitals_url_is_loopback (const gchar * url);

/* The part of a URL that may be shown: scheme, host, and a port that is not the
 * usual one.
 * Returns: (transfer full) */
VITALS_API gchar *vitals_url_for_display (const gchar * url);

/* @value, or what the environment @variable holds; an empty value counts as
 * not set. (transfer none) (nullable) */
const gchar *vitals_or_environment (const gchar * value,
    const gchar * variable);

/* The base URL of a service: @url, the environment @variable, or the usual one;
 * without a slash at its end. Returns: (transfer full) */
gchar *vitals_service_url_new (const gchar * url, const gchar * variable,
    const gchar * usual);

G_END_DECLS
