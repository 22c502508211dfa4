/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writing into what may be a pipe. */

/* Opens @location for writing, with @flags (of open()) besides; a new file is
 * only for its owner (0600). A pipe that nobody reads is an error at once: to
 * wait for a reader would hold up a change of state. Writing may block.
 * Returns: a file descriptor, or -1 with errno */
gint gst_vitals_pipe_open (const gchar * location, gint flags);
void gst_vitals_pipe_set_error (GError ** error, gint failure);

/* A reader that leaves must not end the process: SIGPIPE is held back on this
 * thread from now on, so that a write says EPIPE. */
void gst_vitals_pipe_hold_signal (void);

G_END_DECLS
