/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the subcommands of `vitals tensor` read and write. */

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-file-private.h>

#include "tensor.h"
#include "vitals-cli.h"

#define BLOCK_BYTES (64 * 1024)

static gboolean
is_standard (const gchar * path)
{
  return !path || g_str_equal (path, "-");
}

static void
set_too_large (GError ** error, gsize max)
{
  vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
      "it has more than the %" G_GSIZE_FORMAT " bytes that it may have", max);
}

static GBytes *
read_standard_input (gsize max, GError ** error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO,
      FALSE);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 block[BLOCK_BYTES];
  gssize size;

  while ((size = g_input_stream_read (input, block, sizeof block, NULL,
              error)) > 0) {
    if ((gsize) size > max - bytes->len) {
      set_too_large (error, max);
      return NULL;
    }
    g_byte_array_append (bytes, block, size);
  }
  if (size < 0)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GBytes *
tensor_read_input (const gchar * path, gsize max, GError ** error)
{
  gchar *content;
  gsize size;

  if (is_standard (path))
    return read_standard_input (max, error);
  content = vitals_file_read (path, max, &size, error);
  return content ? g_bytes_new_take (content, size) : NULL;
}

gboolean
tensor_check_output (const gchar * path, GError ** error)
{
  if (!is_standard (path))
    return vitals_cli_check_output (path, FALSE, error);
  if (!isatty (STDOUT_FILENO))
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
      "this is no text for a terminal: name a file with --output");
  return FALSE;
}

gboolean
tensor_check_not_input (const gchar * option, const gchar * output,
    const gchar * input, GError ** error)
{
  return is_standard (output) || !input
      || vitals_cli_check_not_input (option, output, input, error);
}

static gboolean
write_standard_output (GBytes * bytes, GError ** error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  if (fwrite (data, 1, size, stdout) == size && fflush (stdout) == 0)
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
      "standard output did not take all %" G_GSIZE_FORMAT " bytes", size);
  return FALSE;
}

gboolean
tensor_write_output (const gchar * path, GBytes * bytes, GError ** error)
{
  g_autoptr (GFile) file = NULL;
  gsize size;
  const gchar *data = g_bytes_get_data (bytes, &size);

  if (is_standard (path))
    return write_standard_output (bytes, error);
  file = g_file_new_for_path (path);
  if (g_file_replace_contents (file, data, size, NULL, FALSE,
          G_FILE_CREATE_PRIVATE, NULL, NULL, error))
    return TRUE;
  g_prefix_error (error, "%s cannot be written: ", path);
  return FALSE;
}

int
tensor_failure (const gchar * path, const GError * error)
{
  /* of a file that cannot be opened, see vitals-file-private.h */
  if (error->domain == G_FILE_ERROR)
    return vitals_cli_failure ("%s", error->message);
  return vitals_cli_failure ("%s: %s", path, error->message);
}

/* Appends up to @max bytes; *@taken of @size were read then. */
static gboolean
inflate_some (const guint8 * data, gsize size, gsize max, GByteArray * content,
    gsize * taken, gboolean * finished, GError ** error)
{
  g_autoptr (GConverter) gunzip =
      G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  guint8 block[BLOCK_BYTES];

  *taken = 0;
  *finished = FALSE;
  while (!*finished && content->len < max) {
    gsize read, written;
    GConverterResult result = g_converter_convert (gunzip, data + *taken,
        size - *taken, block, MIN (sizeof block, max - content->len),
        G_CONVERTER_INPUT_AT_END, &read, &written, error);

    if (result == G_CONVERTER_ERROR)
      return FALSE;
    *taken += read;
    *finished = result == G_CONVERTER_FINISHED;
    g_byte_array_append (content, block, written);
  }
  return TRUE;
}

GBytes *
tensor_unpack (GBytes * payload, gsize max, gboolean * gzip, gsize * rest,
    GError ** error)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  gsize size, taken;
  const guint8 *data = g_bytes_get_data (payload, &size);
  gboolean finished;

  *rest = 0;
  *gzip = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
  if (!*gzip)
    return g_bytes_new_from_bytes (payload, 0, MIN (size, max));
  if (!inflate_some (data, size, max, content, &taken, &finished, error)) {
    g_prefix_error (error, "its gzip is damaged or cut off: ");
    return NULL;
  }
  if (finished)
    *rest = size - taken;
  return g_byte_array_free_to_bytes (g_steal_pointer (&content));
}
