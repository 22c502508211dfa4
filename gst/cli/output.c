/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether a file can and may be written, before the work whose result it
 * gets. */

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "vitals-cli.h"

static gboolean
check_existing (const gchar * file, const gchar * shown, GError ** error)
{
  gint failure;

  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
        "%s: no regular file: name another to write to", shown);
    return FALSE;
  }
  if (g_access (file, W_OK) == 0)
    return TRUE;
  failure = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (failure),
      "%s cannot be written: %s", shown, g_strerror (failure));
  return FALSE;
}

static gboolean
check_folder (const gchar * file, const gchar * shown, GError ** error)
{
  g_autofree gchar *folder = g_path_get_dirname (file);
  /* what is no folder has nothing inside */
  g_autofree gchar *inside = g_build_filename (folder, ".", NULL);
  g_autofree gchar *shown_folder = g_filename_display_name (folder);
  gint failure;

  if (g_access (inside, W_OK | X_OK) == 0)
    return TRUE;
  failure = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (failure),
      "%s cannot be written: %s: %s", shown, shown_folder,
      g_strerror (failure));
  return FALSE;
}

gboolean
vitals_cli_check_output (const gchar * file, gboolean replaced, GError ** error)
{
  g_autofree gchar *shown = g_filename_display_name (file);
  gboolean exists = g_file_test (file, G_FILE_TEST_EXISTS);

  if (exists && !check_existing (file, shown, error))
    return FALSE;
  return (exists && !replaced) || check_folder (file, shown, error);
}

gboolean
vitals_cli_check_not_input (const gchar * option, const gchar * output,
    const gchar * input, GError ** error)
{
  g_autofree gchar *shown = NULL;
  GStatBuf written, read;

  /* one file may have many names */
  if (g_stat (output, &written) != 0 || g_stat (input, &read) != 0
      || written.st_dev != read.st_dev || written.st_ino != read.st_ino)
    return TRUE;
  shown = g_filename_display_name (output);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "%s %s: this file is an input: name another to write to", option, shown);
  return FALSE;
}
