/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <vitals/vitals-file-private.h>

#include "vitals-key-file-private.h"

/* Far above any key: a video is not read to its end. */
#define MAX_KEY_BYTES 4096

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Until its line, the file or @size end. Returns: bytes read, or -1 */
static gssize
read_line (gint fd, gchar * line, gsize size)
{
  gsize length = 0;
  gssize got;

  do {
    got = read (fd, line + length, size - length);
    if (got > 0)
      length += got;
  } while ((got > 0 && length < size && !memchr (line, '\n', length))
      || (got < 0 && errno == EINTR));
  return got < 0 ? -1 : (gssize) length;
}

/* Editors on Windows begin a file with a byte order mark. It is not seen, and
 * never part of a key. */
static gchar *
skip_byte_order_mark (gchar * line)
{
  return g_str_has_prefix (line, BYTE_ORDER_MARK)
      ? line + strlen (BYTE_ORDER_MARK) : line;
}

/* The file was named on purpose: a key from elsewhere in its place would be a
 * surprise. */
static gchar *
take_key (const gchar * path, gchar * line, GError ** error)
{
  line = skip_byte_order_mark (line);
  line[strcspn (line, "\r\n")] = '\0';
  g_strstrip (line);
  if (*line)
    return g_strdup (line);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
      "%s: its first line is empty: put the key there", path);
  return NULL;
}

gchar *
vitals_key_file_read (const gchar * path, gboolean * others_can_read,
    GError ** error)
{
  gchar line[MAX_KEY_BYTES + 1];
  struct stat info;
  gint fd = vitals_file_open (path, &info, error);
  gssize length;
  gchar *key = NULL;

  if (fd < 0)
    return NULL;
  length = read_line (fd, line, MAX_KEY_BYTES);
  if (length < 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
        "%s: %s", path, g_strerror (errno));
  } else {
    line[length] = '\0';
    key = take_key (path, line, error);
    *others_can_read = (info.st_mode & (S_IRGRP | S_IROTH)) != 0;
  }
  close (fd);
  return key;
}
