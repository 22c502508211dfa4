/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals tensor inspect: header, sizes and mean colours of payloads. */

#include <gst/gst.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-json-private.h>

#include "scan-input.h"
#include "tensor.h"
#include "vitals-cli.h"

#define N_COLOURS 3

static const gchar *const patches[VITALS_N_PATCHES] = {
  "face", "forehead", "left-cheek", "right-cheek"
};

static gdouble
mean_of_plane (VitalsTensor * tensor, guint plane)
{
  const guint8 *pixels = g_bytes_get_data (vitals_tensor_get_pixels (tensor),
      NULL);
  guint frames = vitals_tensor_get_frames (tensor);
  guint64 sum = 0;
  guint frame, i;

  for (frame = 0; frame < frames; frame++) {
    const guint8 *pixel = pixels + (gsize) frame * VITALS_FRAME_BYTES
        + plane * VITALS_PLANE_BYTES;

    for (i = 0; i < VITALS_PLANE_BYTES; i++)
      sum += pixel[i];
  }
  return sum / ((gdouble) frames * VITALS_PLANE_BYTES);
}

static void
add_means (GstStructure * result, VitalsTensor * tensor)
{
  GstStructure *means = gst_structure_new_empty ("mean-colour");
  guint patch, colour;

  for (patch = 0; patch < VITALS_N_PATCHES; patch++) {
    GValue list = G_VALUE_INIT;

    g_value_init (&list, GST_TYPE_ARRAY);
    for (colour = 0; colour < N_COLOURS; colour++) {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, G_TYPE_DOUBLE);
      g_value_set_double (&value, mean_of_plane (tensor,
              N_COLOURS * patch + colour));
      gst_value_array_append_and_take_value (&list, &value);
    }
    gst_structure_take_value (means, patches[patch], &list);
  }
  gst_structure_set (result, "mean-colour", GST_TYPE_STRUCTURE, means, NULL);
  gst_structure_free (means);
}

static gboolean
add_header (GstStructure * result, GBytes * payload,
    VitalsTensorLayout * layout, GError ** error)
{
  gsize size = vitals_tensor_layout_get_header_size (layout), rest;
  g_autoptr (GstStructure) header = gst_structure_new_empty ("header");
  g_autoptr (GArray) fields = NULL;
  g_autoptr (GBytes) content = NULL;
  gboolean gzip;
  guint i;

  content = tensor_unpack (payload, size, &gzip, &rest, error);
  if (!content)
    return FALSE;
  fields = vitals_tensor_layout_check_header (layout,
      g_bytes_get_data (content, NULL));
  for (i = 0; i < fields->len; i++) {
    const VitalsFieldCheck *field = &g_array_index (fields, VitalsFieldCheck,
        i);

    gst_structure_set (header, field->name, G_TYPE_STRING, field->found, NULL);
  }
  gst_structure_set (result, "gzip", G_TYPE_BOOLEAN, gzip,
      "header", GST_TYPE_STRUCTURE, header, NULL);
  return TRUE;
}

/* (transfer full) */
static GstStructure *
inspect_payload (GBytes * payload, VitalsTensorLayout * layout, GError ** error)
{
  g_autoptr (VitalsTensor) tensor = vitals_tensor_decode (payload, layout,
      error);
  g_autoptr (GstStructure) result = NULL;
  gdouble framerate;

  if (!tensor)
    return NULL;
  framerate = vitals_tensor_get_framerate (tensor);
  result = gst_structure_new ("tensor",
      "layout", G_TYPE_STRING, vitals_tensor_layout_get_name (layout),
      "bytes", G_TYPE_UINT64, (guint64) g_bytes_get_size (payload),
      "body-bytes", G_TYPE_UINT64,
      (guint64) g_bytes_get_size (vitals_tensor_get_pixels (tensor)),
      "frames", G_TYPE_UINT, vitals_tensor_get_frames (tensor), NULL);
  if (framerate > 0)
    gst_structure_set (result, "framerate", G_TYPE_DOUBLE, framerate, NULL);
  if (!add_header (result, payload, layout, error))
    return NULL;
  add_means (result, tensor);
  return g_steal_pointer (&result);
}

static gboolean
print_header_field (GQuark field, const GValue * value,
    gpointer user_data G_GNUC_UNUSED)
{
  g_print ("    %-16s %s\n", g_quark_to_string (field),
      g_value_get_string (value));
  return TRUE;
}

static gboolean
print_mean (GQuark field, const GValue * value,
    gpointer user_data G_GNUC_UNUSED)
{
  g_print ("    %-16s %6.2f %6.2f %6.2f\n", g_quark_to_string (field),
      g_value_get_double (gst_value_array_get_value (value, 0)),
      g_value_get_double (gst_value_array_get_value (value, 1)),
      g_value_get_double (gst_value_array_get_value (value, 2)));
  return TRUE;
}

static void
print_text (const gchar * path, guint window, const GstStructure * result)
{
  g_autoptr (GstStructure) header = NULL, means = NULL;
  const gchar *layout;
  guint64 bytes, body;
  gdouble framerate;
  gboolean gzip;
  guint frames;

  layout = gst_structure_get_string (result, "layout");
  gst_structure_get (result, "bytes", G_TYPE_UINT64, &bytes,
      "body-bytes", G_TYPE_UINT64, &body, "frames", G_TYPE_UINT, &frames,
      "gzip", G_TYPE_BOOLEAN, &gzip, "header", GST_TYPE_STRUCTURE, &header,
      "mean-colour", GST_TYPE_STRUCTURE, &means, NULL);

  g_print ("%s, payload %u\n", path, window);
  g_print ("  layout             %s\n", layout);
  g_print ("  bytes              %" G_GUINT64_FORMAT "%s\n", bytes,
      gzip ? ", one gzip member" : ", no gzip");
  g_print ("  body               %" G_GUINT64_FORMAT " bytes\n", body);
  g_print ("  frames             %u\n", frames);
  if (gst_structure_get_double (result, "framerate", &framerate))
    g_print ("  frames a second    %.3f\n", framerate);
  g_print ("  header\n");
  gst_structure_foreach (header, print_header_field, NULL);
  g_print ("  mean red, green, blue\n");
  gst_structure_foreach (means, print_mean, NULL);
}

static void
print_json (const gchar * path, guint window, GstStructure * result)
{
  g_autofree gchar *line = NULL;

  gst_structure_set (result, "file", G_TYPE_STRING, path,
      "window", G_TYPE_UINT, window, NULL);
  line = vitals_structure_to_json (result);
  g_print ("%s\n", line);
}

static gboolean
inspect_file (const gchar * path, VitalsTensorLayout * layout, gboolean json,
    GError ** error)
{
  g_autoptr (GArray) payloads = scan_input_read (path, layout, error);
  g_autofree gchar *shown = g_filename_display_name (path);
  guint i;

  for (i = 0; payloads && i < payloads->len; i++) {
    g_autoptr (GBytes) payload = vitals_payload_to_bytes (g_array_index
        (payloads, ScanPayload, i).payload);
    g_autoptr (GstStructure) result = inspect_payload (payload, layout, error);

    if (!result)
      return FALSE;
    if (json)
      print_json (shown, i, result);
    else
      print_text (shown, i, result);
  }
  return payloads != NULL;
}

static int
inspect_files (gchar ** files, VitalsTensorLayout * layout, gboolean json)
{
  int status = VITALS_EXIT_OK;

  for (; *files; files++) {
    g_autoptr (GError) error = NULL;

    if (!inspect_file (*files, layout, json, &error))
      status = tensor_failure (*files, error);
  }
  return status;
}

int
tensor_inspect (int argc, char **argv)
{
  g_autoptr (VitalsTensorLayout) layout = NULL;
  g_autofree gchar *layout_name = NULL;
  g_auto (GStrv) files = NULL;
  g_autoptr (GError) error = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    {"layout", 0, 0, G_OPTION_ARG_FILENAME, &layout_name,
        "Layout of the payloads (default: draft-1)", "NAME|FILE"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &json,
        "Print one line of JSON a payload", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
        NULL},
    G_OPTION_ENTRY_NULL
  };

  if (!tensor_parse_options (argc, argv, entries, "FILE...",
          "Checks payload files and prints, for each payload, its sizes, the "
          "fields of its\nheader, frames, frame rate and the mean colour of "
          "each patch.",
          "Exit status: 0 all are valid, 1 one is not, 2 the command line or "
          "the layout\nis wrong."))
    return VITALS_EXIT_USAGE;
  if (!files)
    return vitals_cli_usage_error ("which files?");
  layout = vitals_tensor_layout_new (layout_name ? layout_name : "draft-1",
      &error);
  if (!layout)
    return vitals_cli_usage_error ("%s", error->message);
  return inspect_files (files, layout, json);
}
