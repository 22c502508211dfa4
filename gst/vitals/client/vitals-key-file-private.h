/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/* The key in the first line of a file, without spaces around it and without a
 * byte order mark. No more is read than a key can be long. @others_can_read:
 * (out).
 * Returns: (transfer full): NULL with @error when it cannot be read or its first
 * line is empty */
VITALS_API gchar *vitals_key_file_read (const gchar * path,
    gboolean * others_can_read, GError ** error);

G_END_DECLS
