/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals tensor compare: which fields of a header fit a layout. Unlike a
 * reader it goes on after what does not fit. */

#include <vitals/vitals-error-private.h>

#include "tensor.h"
#include "vitals-cli.h"

#define MAX_CONTENT_BYTES (VITALS_HEADER_MAX_BYTES + \
    (gsize) VITALS_TENSOR_MAX_FRAMES * VITALS_FRAME_BYTES)
/* Room for what does not compress, and to see that it is too much. */
#define MAX_FILE_BYTES (2 * MAX_CONTENT_BYTES)

/* Prints a line; counts those that do not fit. */
static void
report (guint * misfits, const gchar * what, const gchar * found,
    const gchar * problem)
{
  if (problem)
    (*misfits)++;
  g_print ("  %-16s %-24s %s%s\n", what, found, problem ? "does not fit: " :
      "fits", problem ? problem : "");
}

static void
compare_gzip (const VitalsTensorLayout * layout, gboolean gzip, gsize rest,
    guint * misfits)
{
  /* a layout with gzip may be written without, at level 0 */
  report (misfits, "gzip", gzip ? "one member" : "none",
      gzip && !vitals_tensor_layout_get_gzip (layout)
      ? "the layout says gzip = none" : NULL);
  if (rest > 0) {
    g_autofree gchar *found = g_strdup_printf ("%" G_GSIZE_FORMAT " bytes",
        rest);

    report (misfits, "after the gzip", found, "nothing may follow");
  }
}

static void
compare_fields (const VitalsTensorLayout * layout, const guint8 * header,
    guint * misfits)
{
  g_autoptr (GArray) fields = vitals_tensor_layout_check_header (layout,
      header);
  guint i;

  for (i = 0; i < fields->len; i++) {
    const VitalsFieldCheck *field = &g_array_index (fields, VitalsFieldCheck,
        i);
    g_autofree gchar *found = g_strdup_printf ("at %" G_GSIZE_FORMAT ", %s: %s",
        field->offset, field->type, field->found);

    report (misfits, field->name, found, field->problem);
  }
}

/* The body must be whole frames, as many as the header says. */
static void
compare_body (const VitalsTensorLayout * layout, GBytes * content,
    guint * misfits)
{
  gsize header_size = vitals_tensor_layout_get_header_size (layout);
  gsize body = g_bytes_get_size (content) - header_size;
  g_autofree gchar *found = g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", body);
  g_autofree gchar *problem = NULL;
  VitalsTensorHeader header;

  if (body == 0 || body % VITALS_FRAME_BYTES != 0)
    problem = g_strdup_printf ("not whole frames of %d bytes",
        VITALS_FRAME_BYTES);
  else if (vitals_tensor_layout_read_header (layout, g_bytes_get_data (content,
              NULL), &header, NULL) && header.frames != 0
      && header.frames != body / VITALS_FRAME_BYTES)
    problem = g_strdup_printf ("%" G_GSIZE_FORMAT " frames, not %u",
        body / VITALS_FRAME_BYTES, header.frames);
  report (misfits, "body", found, problem);
}

/* Frames are far larger than headers, so the rest of the division is one. */
static void
suggest_header_size (const VitalsTensorLayout * layout, gsize size)
{
  gsize rest = size % VITALS_FRAME_BYTES;

  if (size > VITALS_FRAME_BYTES && rest <= VITALS_HEADER_MAX_BYTES
      && rest != vitals_tensor_layout_get_header_size (layout))
    g_print ("%" G_GSIZE_FORMAT " bytes are %" G_GSIZE_FORMAT " frames of %d "
        "bytes and %" G_GSIZE_FORMAT " more: try header-size = %"
        G_GSIZE_FORMAT "\n", size, size / VITALS_FRAME_BYTES,
        VITALS_FRAME_BYTES, rest, rest);
}

static int
compare (const gchar * path, const VitalsTensorLayout * layout)
{
  gsize header_size = vitals_tensor_layout_get_header_size (layout);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL, content = NULL;
  gboolean gzip;
  guint misfits = 0;
  gsize size, rest;

  if (!(file = tensor_read_input (path, MAX_FILE_BYTES, &error)) ||
      !(content = tensor_unpack (file, MAX_CONTENT_BYTES + 1, &gzip, &rest,
              &error)))
    return tensor_failure (path, error);
  size = g_bytes_get_size (content);
  g_print ("%s, layout %s\n", path, vitals_tensor_layout_get_name (layout));
  compare_gzip (layout, gzip, rest, &misfits);
  if (size < header_size) {
    g_autofree gchar *found = g_strdup_printf ("%" G_GSIZE_FORMAT " bytes",
        size);

    report (&misfits, "header", found, "shorter than header-size");
  } else {
    compare_fields (layout, g_bytes_get_data (content, NULL), &misfits);
    compare_body (layout, content, &misfits);
  }
  suggest_header_size (layout, size);
  return misfits == 0 ? VITALS_EXIT_OK : VITALS_EXIT_FAILED;
}

int
tensor_compare (int argc, char **argv)
{
  g_autoptr (VitalsTensorLayout) layout = NULL;
  g_autofree gchar *layout_name = NULL;
  g_auto (GStrv) files = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    {"layout", 0, 0, G_OPTION_ARG_FILENAME, &layout_name,
        "Layout to compare with (default: draft-1)", "NAME|FILE"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
        NULL},
    G_OPTION_ENTRY_NULL
  };

  if (!tensor_parse_options (argc, argv, entries, "FILE",
          "Compares a payload that something else wrote, with or without "
          "gzip, with a layout,\nand names each field of the header that fits "
          "and each that does not.",
          "The order of regions, planes and frames is in no header: look at "
          "\"vitals tensor\ndecode --ppm\".\n\n"
          "Exit status: 0 everything fits, 1 something does not or the file "
          "cannot be read, 2\nthe command line or the layout is wrong."))
    return VITALS_EXIT_USAGE;
  if (!files || files[1])
    return vitals_cli_usage_error ("which file? (one)");
  layout = vitals_tensor_layout_new (layout_name ? layout_name : "draft-1",
      &error);
  if (!layout)
    return vitals_cli_usage_error ("%s", error->message);
  if (vitals_tensor_layout_is_opaque (layout))
    return vitals_cli_usage_error ("layout opaque has no fields to compare "
        "with");
  return compare (files[0], layout);
}
