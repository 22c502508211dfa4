/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals waveform: rates and variability of stored waveforms. */

#include <math.h>
#include <vitals/signal/vitals-waveform-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-file-private.h>
#include <vitals/vitals-json-private.h>

#include "vitals-cli.h"

/* An hour at 60 samples a second, with confidences and face boxes. */
#define MAX_BYTES (64 * 1024 * 1024)

#define LEAST_CONFIDENCE 0.5
#define DISTRUSTED "its confidence is below 0.5 in the mean"

typedef struct
{
  guint n;
  gdouble *samples;
  gdouble *quality;             /* NULL when the file has none */
} Waveform;

static void
waveform_clear (Waveform * waveform)
{
  g_free (waveform->samples);
  g_free (waveform->quality);
}

/* *INDENT-OFF* */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Waveform, waveform_clear)
/* *INDENT-ON* */

static JsonObject *
load_object (const gchar * file, GError ** error)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  JsonObject *object;
  gsize size;

  text = vitals_file_read (file, MAX_BYTES, &size, error);
  if (!text)
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&text), size);
  object = vitals_json_parse_object (bytes, MAX_BYTES, NULL);
  if (!object)
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "%s: this is not the JSON of a waveform: it is cut off, or something "
        "else", file);
  return object;
}

/* NULL with an error unless @member is a list of finite numbers. */
static gdouble *
read_numbers (JsonObject * object, const gchar * member, guint * n,
    GError ** error)
{
  JsonNode *node = json_object_get_member (object, member);
  g_autofree gdouble *numbers = NULL;
  JsonArray *array;
  guint i;

  if (!node || !JSON_NODE_HOLDS_ARRAY (node)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "\"%s\" of the waveform is not a list", member);
    return NULL;
  }
  array = json_node_get_array (node);
  *n = json_array_get_length (array);
  numbers = g_new (gdouble, MAX (*n, 1));
  for (i = 0; i < *n; i++) {
    JsonNode *item = json_array_get_element (array, i);

    numbers[i] = JSON_NODE_HOLDS_VALUE (item)
        && json_node_get_value_type (item) != G_TYPE_STRING
        ? json_node_get_double (item) : NAN;
    if (!isfinite (numbers[i])) {
      vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
          "\"%s\" of the waveform is not a number at %u", member, i);
      return NULL;
    }
  }
  return g_steal_pointer (&numbers);
}

static gboolean
check_confidences (const gdouble * confidences, guint n, const gchar * name,
    GError ** error)
{
  guint i;

  for (i = 0; i < n; i++)
    if (confidences[i] < 0.0 || confidences[i] > 1.0) {
      vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
          "confidence %u of %s is not 0 to 1, but %g", i, name, confidences[i]);
      return FALSE;
    }
  return TRUE;
}

/* TRUE without samples when the file has no such waveform. */
static gboolean
read_waveform (JsonObject * waveforms, const gchar * name, Waveform * waveform,
    GError ** error)
{
  JsonObject *object;
  GError *failure = NULL;
  guint n_quality;

  object = vitals_json_get_object (waveforms, name, &failure);
  if (failure) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  if (!object)
    return TRUE;
  waveform->samples = read_numbers (object, "data", &waveform->n, error);
  if (!waveform->samples)
    return FALSE;
  if (!json_object_has_member (object, "confidence"))
    return TRUE;
  waveform->quality = read_numbers (object, "confidence", &n_quality, error);
  if (!waveform->quality
      || !check_confidences (waveform->quality, n_quality, name, error))
    return FALSE;
  if (n_quality == waveform->n)
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
      "%s has %u samples but %u confidences", name, waveform->n, n_quality);
  return FALSE;
}

/* Who made it does not trust it: below 0.5 in the mean. */
static gboolean
is_distrusted (const Waveform * waveform)
{
  gdouble sum = 0.0;
  guint i;

  if (!waveform->quality)
    return FALSE;
  for (i = 0; i < waveform->n; i++)
    sum += waveform->quality[i];
  return sum < LEAST_CONFIDENCE * waveform->n;
}

static gboolean
add_pulse (const Waveform * waveform, gdouble rate, GstStructure * result,
    GError ** error)
{
  VitalsWaveformAnalysis analysis;

  if (!waveform->samples) {
    gst_structure_set (result, "reason", G_TYPE_STRING,
        "there is no waveform of a pulse in it", NULL);
    return TRUE;
  }
  if (!vitals_waveform_analyse_pulse (waveform->samples, waveform->quality,
          waveform->n, rate, &analysis, error))
    return FALSE;
  if (!analysis.has_rate || is_distrusted (waveform)) {
    gst_structure_set (result, "reason", G_TYPE_STRING,
        analysis.has_rate ? DISTRUSTED : analysis.reason, NULL);
    return TRUE;
  }
  gst_structure_set (result, "heart-rate", G_TYPE_DOUBLE, analysis.rate,
      "snr", G_TYPE_DOUBLE, analysis.snr, NULL);
  if (analysis.has_variability)
    gst_structure_set (result,
        "hrv-sdnn", G_TYPE_DOUBLE, analysis.variability.sdnn,
        "hrv-rmssd", G_TYPE_DOUBLE, analysis.variability.rmssd,
        "intervals", G_TYPE_UINT, analysis.variability.intervals, NULL);
  if (analysis.has_variability && analysis.variability.has_lfhf)
    gst_structure_set (result, "hrv-lfhf", G_TYPE_DOUBLE,
        analysis.variability.lfhf, NULL);
  return TRUE;
}

static gboolean
add_breath (const Waveform * waveform, gdouble rate, GstStructure * result,
    GError ** error)
{
  VitalsWaveformAnalysis analysis;

  if (!waveform->samples)
    return TRUE;
  if (!vitals_waveform_analyse_breath (waveform->samples, waveform->n, rate,
          &analysis, error))
    return FALSE;
  if (analysis.has_rate && !is_distrusted (waveform))
    gst_structure_set (result, "respiratory-rate", G_TYPE_DOUBLE,
        analysis.rate, NULL);
  return TRUE;
}

/* (transfer full). @file: the name of @root */
static GstStructure *
analyse_object (JsonObject * root, const gchar * file, GError ** error)
{
  g_autoptr (GstStructure) result = NULL;
  g_auto (Waveform) pulse = { 0 };
  g_auto (Waveform) breath = { 0 };
  GError *failure = NULL;
  JsonObject *waveforms;
  gdouble rate;

  waveforms = vitals_json_get_object (root, "waveforms", &failure);
  if (failure || !waveforms
      || !vitals_json_get_number (root, "fps", &rate, &failure)) {
    g_clear_error (&failure);
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "the file needs \"waveforms\" and \"fps\", the samples a second");
    return NULL;
  }
  result = gst_structure_new ("waveform", "file", G_TYPE_STRING, file, NULL);
  if (!read_waveform (waveforms, "ppg_waveform", &pulse, error)
      || !read_waveform (waveforms, "respiratory_waveform", &breath, error)
      || !add_pulse (&pulse, rate, result, error)
      || !add_breath (&breath, rate, result, error))
    return NULL;
  return g_steal_pointer (&result);
}

/* (transfer full). Errors name the file. */
static GstStructure *
analyse_file (const gchar * file, GError ** error)
{
  g_autoptr (JsonObject) root = load_object (file, error);
  GstStructure *result;

  if (!root)
    return NULL;
  result = analyse_object (root, file, error);
  if (!result)
    g_prefix_error (error, "%s: ", file);
  return result;
}

static void
print_measure (const GstStructure * result, const gchar * field,
    const gchar * label, const gchar * unit)
{
  gdouble value;

  if (gst_structure_get_double (result, field, &value))
    g_print ("  %-18s %8.2f %s\n", label, value, unit);
}

static void
print_result (const GstStructure * result, gboolean json)
{
  if (json) {
    g_autofree gchar *line = vitals_structure_to_json (result);

    g_print ("%s\n", line);
    return;
  }
  g_print ("%s\n", gst_structure_get_string (result, "file"));
  print_measure (result, "heart-rate", "heart rate", "bpm");
  print_measure (result, "respiratory-rate", "respiratory rate", "/min");
  print_measure (result, "hrv-sdnn", "SDNN", "ms (experimental)");
  print_measure (result, "hrv-rmssd", "RMSSD", "ms (experimental)");
  print_measure (result, "hrv-lfhf", "LF/HF", "(experimental)");
}

/* Returns: an exit status. A file without a pulse may still breathe. */
static int
report_result (const gchar * file, const GstStructure * result, gboolean json)
{
  gboolean heart = gst_structure_has_field (result, "heart-rate");

  if (json || heart || gst_structure_has_field (result, "respiratory-rate"))
    print_result (result, json);
  if (heart)
    return VITALS_EXIT_OK;
  g_printerr ("%s: %s: no heart rate: %s\n", g_get_prgname (), file,
      gst_structure_get_string (result, "reason"));
  return VITALS_EXIT_NO_READING;
}

static int
analyse_files (gchar ** files, gboolean json)
{
  int status = VITALS_EXIT_OK;

  for (; *files; files++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GstStructure) result = analyse_file (*files, &error);

    if (!result) {
      status = vitals_cli_failure ("%s", error->message);
      continue;
    }
    if (report_result (*files, result, json) != VITALS_EXIT_OK
        && status == VITALS_EXIT_OK)
      status = VITALS_EXIT_NO_READING;
  }
  return status;
}

int
vitals_cli_waveform (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) files = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    {"json", 0, 0, G_OPTION_ARG_NONE, &json,
        "Print one line of JSON a file", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
        "FILE..."},
    {NULL, 0, 0, 0, NULL, NULL, NULL}
  };

  context = g_option_context_new (NULL);
  g_option_context_set_summary (context,
      "Recomputes heart rate, respiratory rate and variability from stored "
      "waveforms.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return vitals_cli_usage_error ("%s", error->message);
  if (!files)
    return vitals_cli_usage_error ("which file?");
  return analyse_files (files, json);
}
