/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/* One line of JSON (no line feed in it, none at its end) with the fields of
 * @structure under their own names, after a field "type" with the structure's
 * name. Integers stay integers (guint64 too), doubles are written so that they
 * read back the same, NaN and infinity are left out. Lists become arrays,
 * structures objects, enums and other types their serialised string.
 * Returns: (transfer full) */
VITALS_API gchar *vitals_structure_to_json (const GstStructure * structure);

/* @text in quotes, escaped; what is no UTF-8 in it is replaced. */
void vitals_json_append_string (GString * json, const gchar * text);

/* Parses JSON from the network: refuses more than @max_bytes, nesting over 32,
 * anything but an object at the top, invalid UTF-8.
 * VITALS_ERROR_INVALID_RESPONSE. Returns: (transfer full) */
VITALS_API JsonObject *vitals_json_parse_object (GBytes * bytes,
    gsize max_bytes, GError ** error);

/* Whether the bytes are JSON to their end, be it of use or not. If not, what
 * came is only a part of an answer, or of somebody else: @error is a retryable
 * VITALS_ERROR_INVALID_RESPONSE. What is refused unread (too large, too deep)
 * counts as whole. */
gboolean vitals_json_check_whole (GBytes * bytes, gsize max_bytes,
    GError ** error);

/* TRUE and @value for a finite JSON number below 1e15 in magnitude. An absent
 * member or null gives FALSE without, anything else FALSE with @error
 * (INVALID_RESPONSE, names the member). */
VITALS_API gboolean vitals_json_get_number (JsonObject * object,
    const gchar * member, gdouble * value, GError ** error);
/* Likewise; (transfer none). */
VITALS_API const gchar *vitals_json_get_string (JsonObject * object,
    const gchar * member, GError ** error);
VITALS_API JsonObject *vitals_json_get_object (JsonObject * object,
    const gchar * member, GError ** error);

G_END_DECLS
