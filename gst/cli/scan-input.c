/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which files are scanned. */

#include <gio/gunixinputstream.h>
#include <stdlib.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-file-private.h>

#include "scan-input.h"

#define PAYLOAD_SUFFIX ".ckt"
#define BLOCK_BYTES (64 * 1024)

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const gchar * const *) a, *(const gchar * const *) b);
}

static gboolean
list_folder (GPtrArray * files, const gchar * folder, GError ** error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  guint first = files->len;
  const gchar *name;

  if (!dir)
    return FALSE;
  while ((name = g_dir_read_name (dir))) {
    if (g_str_has_suffix (name, PAYLOAD_SUFFIX))
      g_ptr_array_add (files, g_build_filename (folder, name, NULL));
  }
  if (files->len > first)
    qsort (files->pdata + first, files->len - first, sizeof (gpointer),
        compare_names);
  return TRUE;
}

/* Keeps the first of each. */
static GPtrArray *
remove_doubles (GPtrArray * files)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);
  GPtrArray *unique = g_ptr_array_new_with_free_func (g_free);
  guint i;

  for (i = 0; i < files->len; i++) {
    const gchar *path = g_ptr_array_index (files, i);

    if (g_hash_table_add (seen, g_canonicalize_filename (path, NULL)))
      g_ptr_array_add (unique, g_strdup (path));
  }
  return unique;
}

GPtrArray *
scan_input_list (gchar ** arguments, GError ** error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  guint i;

  for (i = 0; arguments[i]; i++) {
    if (!g_file_test (arguments[i], G_FILE_TEST_IS_DIR))
      g_ptr_array_add (files, g_strdup (arguments[i]));
    else if (!list_folder (files, arguments[i], error))
      return NULL;
  }
  return remove_doubles (files);
}

gboolean
scan_input_stat (ScanFile * file, GError ** error)
{
  g_autoptr (GFile) location = g_file_new_for_path (file->path);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GDateTime) modified = NULL;

  info = g_file_query_info (location, G_FILE_ATTRIBUTE_STANDARD_TYPE ","
      G_FILE_ATTRIBUTE_STANDARD_SIZE ","
      G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC,
      G_FILE_QUERY_INFO_NONE, NULL, error);
  if (!info)
    return FALSE;
  /* a pipe may never open, a device never end */
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR) {
    g_autofree gchar *shown = g_filename_display_name (file->path);

    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "%s is no regular file: give files that circadifyenc wrote", shown);
    return FALSE;
  }
  modified = g_file_info_get_modification_date_time (info);
  file->size = g_file_info_get_size (info);
  file->modified = g_date_time_to_unix (modified) * G_USEC_PER_SEC +
      g_date_time_get_microsecond (modified);
  return TRUE;
}

static void
clear_payload (gpointer payload)
{
  vitals_payload_unref (((ScanPayload *) payload)->payload);
}

static GArray *
take_payloads (VitalsPayloadParser * parser)
{
  GArray *payloads = g_array_new (FALSE, FALSE, sizeof (ScanPayload));
  VitalsParsedPayload parsed;

  g_array_set_clear_func (payloads, clear_payload);
  while (vitals_payload_parser_pop (parser, &parsed)) {
    ScanPayload payload = { parsed.payload, parsed.frames, parsed.framerate };

    g_array_append_val (payloads, payload);
  }
  return payloads;
}

/* Block by block, so that what is no payload is not read to its end. FALSE with
 * an error */
static gboolean
push_file (VitalsPayloadParser * parser, GInputStream * stream, gsize * size,
    GError ** error)
{
  g_autoptr (GBytes) block = NULL;

  *size = 0;
  while ((block = g_input_stream_read_bytes (stream, BLOCK_BYTES, NULL, error))
      && g_bytes_get_size (block) > 0) {
    if (!vitals_payload_parser_push (parser, block, error))
      return FALSE;
    *size += g_bytes_get_size (block);
    g_clear_pointer (&block, g_bytes_unref);
  }
  return block != NULL;
}

/* It is not mapped: when another program cut the file, reading the mapping would
 * end this one. */
GArray *
scan_input_read (const gchar * path, VitalsTensorLayout * layout,
    GError ** error)
{
  gint fd = vitals_file_open (path, NULL, error);
  g_autoptr (VitalsPayloadParser) parser = NULL;
  g_autoptr (GInputStream) stream = NULL;
  gsize size;

  if (fd < 0)
    return NULL;
  stream = g_unix_input_stream_new (fd, TRUE);
  parser = vitals_payload_parser_new (layout);
  if (!push_file (parser, stream, &size, error))
    return NULL;
  if (size == 0) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "The file is empty: it holds no payload");
    return NULL;
  }
  if (!vitals_payload_parser_finish (parser, error))
    return NULL;
  return take_payloads (parser);
}
