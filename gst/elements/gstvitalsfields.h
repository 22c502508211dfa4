/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * A property whose value is a field of a struct: gchar * (owned), gboolean,
 * an enum, gint, guint or guint64, as the type of the value says.
 */

void gst_vitals_field_set (gpointer field, const GValue * value);
void gst_vitals_field_get (gconstpointer field, GValue * value);

G_END_DECLS
