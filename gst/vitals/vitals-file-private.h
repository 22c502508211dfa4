/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/stat.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * Files whose names come from a property or a command line. Only regular files
 * are opened: opening a pipe waits for who writes into it, and a device may
 * never end. Errors are of G_FILE_ERROR and begin with @path.
 */

/* For reading; @info: (out) (nullable). Returns: a file descriptor, or -1 */
VITALS_API gint vitals_file_open (const gchar * path, struct stat * info,
    GError ** error);
/* Whether it can be opened. */
VITALS_API gboolean vitals_file_check (const gchar * path, GError ** error);
/* All of it, @max bytes (below 4 GB) at most, with a zero behind.
 * Returns: (transfer full): NULL with an error */
VITALS_API gchar *vitals_file_read (const gchar * path, gsize max,
    gsize * length, GError ** error);

G_END_DECLS
