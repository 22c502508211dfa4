/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include <vitals/vitals-file-private.h>

#define BLOCK_BYTES 4096

static void
set_errno_error (GError ** error, const gchar * path, gint failure)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (failure),
      "%s: %s", path, g_strerror (failure));
}

gint
vitals_file_open (const gchar * path, struct stat *info, GError ** error)
{
  gint fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  struct stat found;

  if (fd < 0 || fstat (fd, &found) < 0) {
    set_errno_error (error, path, errno);
  } else if (S_ISREG (found.st_mode)) {
    if (info)
      *info = found;
    return fd;
  } else {
    g_set_error (error, G_FILE_ERROR, S_ISDIR (found.st_mode)
        ? G_FILE_ERROR_ISDIR : G_FILE_ERROR_INVAL, "%s: this is %s", path,
        S_ISDIR (found.st_mode) ? "a folder"
        : "no regular file, but a pipe or a device");
  }
  if (fd >= 0)
    close (fd);
  return -1;
}

gboolean
vitals_file_check (const gchar * path, GError ** error)
{
  gint fd = vitals_file_open (path, NULL, error);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

/* Until its end, or until there is more than @max; what its size is said to be
 * is not true of all files. FALSE with errno */
static gboolean
read_all (gint fd, gsize max, GByteArray * bytes)
{
  guint8 block[BLOCK_BYTES];
  gssize got;

  do {
    got = read (fd, block, sizeof (block));
    if (got > 0)
      g_byte_array_append (bytes, block, got);
  } while ((got > 0 && bytes->len <= max) || (got < 0 && errno == EINTR));
  return got >= 0;
}

gchar *
vitals_file_read (const gchar * path, gsize max, gsize * length,
    GError ** error)
{
  gint fd = vitals_file_open (path, NULL, error);
  GByteArray *bytes;

  if (fd < 0)
    return NULL;
  bytes = g_byte_array_new ();
  if (!read_all (fd, max, bytes)) {
    set_errno_error (error, path, errno);
  } else if (bytes->len > max) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: it has more "
        "than the %" G_GSIZE_FORMAT " bytes that it may have", path, max);
  } else {
    close (fd);
    *length = bytes->len;
    g_byte_array_append (bytes, (const guint8 *) "", 1);
    return (gchar *) g_byte_array_free (bytes, FALSE);
  }
  close (fd);
  g_byte_array_unref (bytes);
  return NULL;
}
