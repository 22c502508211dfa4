/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
/*
 * The API key of an element: @api_key, else the first line of @api_key_file
 * without spaces around it, else NULL in @key (transfer full): the environment.
 * FALSE after an error of @element when the file cannot be read or its first line
 * is empty; a warning when others can read it.
 */
gboolean gst_vitals_key_find (GstElement * element, const gchar * api_key,
    const gchar * api_key_file, gchar ** key);

G_END_DECLS
