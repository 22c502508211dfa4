/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals-sandbox.h>

G_BEGIN_DECLS

/* The `vitals` command of this build, as a child. */

/* Starts it with these arguments, NULL at the end; with CIRCADIFY_BASE_URL and
 * CIRCADIFY_API_KEY when @base_url and @key are not NULL, without else. Where its
 * output goes is the launcher's. (transfer full) */
GSubprocess *command_spawn (GSubprocessLauncher * launcher,
    const gchar * base_url, const gchar * key, const gchar * const *arguments);
/* The same, with pipes for its output. (transfer full) */
GSubprocess *command_start (const gchar * base_url, const gchar * key,
    const gchar * const *arguments);
/* Its exit status; fails the test when a signal ended it. @out and @err:
 * (out) (transfer full) (optional) */
gint command_wait (GSubprocess * process, gchar ** out, gchar ** err);
/* Both. */
gint command_run (const gchar * base_url, const gchar * key,
    const gchar * const *arguments, gchar ** out, gchar ** err);

/* The same, with standard output closed, as a shell does it for >&-. */
gint command_run_without_output (const gchar * base_url, const gchar * key,
    const gchar * const *arguments, gchar ** err);

/* How often @needle is in @text. */
guint count_strings (const gchar * text, const gchar * needle);

G_END_DECLS
