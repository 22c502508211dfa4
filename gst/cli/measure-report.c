/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure: what it prints. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <vitals/vitals-json-private.h>

#include "measure-report.h"

#define BAR_WIDTH 24
/* Back to the first column, and delete what is in the line. */
#define CLEAR_LINE "\r\033[K"

struct _MeasureReport
{
  gboolean json, lasting;
  gboolean shown;               /* the terminal's last line is the live line */
  gdouble share;                /* of the input; below 0: unknown */
  gchar *state;                 /* the end of the live line */
  GstStructure *last;           /* the last reading with a heart rate, or NULL */
  gchar *reason;                /* why the last window had none, or NULL */
};

static const struct
{
  const gchar *field, *title, *unit;
  gint decimals;
} measures[] = {
  {"heart-rate", "heart", " bpm", 1},
  {"respiratory-rate", "breathing", " /min", 1},
  {"hrv", "HRV", " ms (experimental)", 0},
  {"hrv-sdnn", "SDNN", " ms (experimental)", 0},
  {"hrv-rmssd", "RMSSD", " ms (experimental)", 0},
  {"spo2", "SpO2", " %", 0},
  {"systolic-bp", "systolic", " mmHg", 0},
  {"diastolic-bp", "diastolic", " mmHg", 0},
  {"confidence", "confidence", "", 2}
};

MeasureReport *
measure_report_new (gboolean json, gboolean lasting)
{
  MeasureReport *report = g_new0 (MeasureReport, 1);

  report->json = json || !isatty (STDOUT_FILENO);
  report->lasting = lasting;
  report->share = -1.0;
  report->state = g_strdup ("looking for the face");
  return report;
}

gboolean
measure_report_is_live (const MeasureReport * report)
{
  return !report->json;
}

/* --- the live line --- */

static void
hide (MeasureReport * report)
{
  if (report->shown)
    printf (CLEAR_LINE);
  report->shown = FALSE;
}

static void
show (MeasureReport * report)
{
  gchar bar[BAR_WIDTH + 1] = "";

  if (report->json)
    return;
  hide (report);
  if (report->share >= 0.0) {
    memset (bar, '.', BAR_WIDTH);
    memset (bar, '#', (gsize) (BAR_WIDTH * MIN (report->share, 1.0)));
    printf ("[%s] %3.0f %%  ", bar, 100.0 * MIN (report->share, 1.0));
  }
  printf ("%s", report->state);
  fflush (stdout);
  report->shown = TRUE;
}

/* @state: (transfer full) */
static void
set_state (MeasureReport * report, gchar * state)
{
  g_free (report->state);
  report->state = state;
  show (report);
}

void
measure_report_progress (MeasureReport * report, gdouble share)
{
  report->share = share;
  show (report);
}

static void
say (MeasureReport * report, const gchar * text)
{
  hide (report);
  puts (text);
  show (report);
}

void
measure_report_note (MeasureReport * report, const gchar * text)
{
  hide (report);
  fflush (stdout);
  g_printerr ("%s: %s\n", g_get_prgname (), text);
  show (report);
}

void
measure_report_free (MeasureReport * report)
{
  hide (report);
  g_clear_pointer (&report->last, gst_structure_free);
  g_free (report->reason);
  g_free (report->state);
  g_free (report);
}

/* --- messages --- */

/* What is no measurement of a person says so in the same line. */
static const gchar *
describe_origin (const GstStructure * vitals)
{
  const gchar *key = gst_structure_get_string (vitals, "key-environment");
  gboolean fallback = FALSE, synthetic = FALSE;

  gst_structure_get_boolean (vitals, "is-fallback", &fallback);
  gst_structure_get_boolean (vitals, "is-synthetic", &synthetic);
  if (fallback)
    return "  FALLBACK: not measured";
  if (synthetic && g_strcmp0 (key, "test") == 0)
    return "  SYNTHETIC: the numbers of a test key, not measured";
  return synthetic ? "  SYNTHETIC: measured, but the input is a synthetic face"
      : "";
}

/* (transfer full) */
static gchar *
describe_vitals (const GstStructure * vitals)
{
  GString *text = g_string_new (NULL);
  gdouble value;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (measures); i++)
    if (gst_structure_get_double (vitals, measures[i].field, &value))
      g_string_append_printf (text, "%s%s %.*f%s", text->len > 0 ? "  " : "",
          measures[i].title, measures[i].decimals, value, measures[i].unit);
  g_string_append (text, describe_origin (vitals));
  return g_string_free (text, FALSE);
}

static void
keep_reason (MeasureReport * report, const gchar * reason)
{
  g_free (report->reason);
  report->reason = g_strdup (reason);
}

static void
keep_vitals (MeasureReport * report, const GstStructure * vitals)
{
  if (gst_structure_has_field (vitals, "heart-rate")) {
    g_clear_pointer (&report->last, gst_structure_free);
    report->last = gst_structure_copy (vitals);
  }
  keep_reason (report, gst_structure_get_string (vitals, "reason"));
}

static void
show_vitals (MeasureReport * report, const GstStructure * vitals)
{
  g_autofree gchar *text = describe_vitals (vitals);

  if (report->lasting)
    say (report, text);
  else if (report->reason)
    set_state (report, g_strconcat ("no heart rate: ", report->reason, NULL));
  else
    set_state (report, g_steal_pointer (&text));
}

static void
show_failed (MeasureReport * report, const GstStructure * failed)
{
  g_autofree gchar *text = g_strdup_printf ("failed, %s: %s",
      gst_structure_get_string (failed, "code"),
      gst_structure_get_string (failed, "message"));

  say (report, text);
}

static void
show_dropped (MeasureReport * report, const GstStructure * dropped)
{
  g_autofree gchar *text = g_strdup_printf ("a window was dropped: %s",
      gst_structure_get_string (dropped, "reason"));

  say (report, text);
}

static void
show_quality (MeasureReport * report, const GstStructure * quality)
{
  gboolean face = TRUE;

  if (gst_structure_get_boolean (quality, "face", &face) && !face)
    set_state (report, g_strdup ("no face is seen"));
}

static void
show_phase (MeasureReport * report, const GstStructure * progress)
{
  gint percent;

  report->share = gst_structure_get_int (progress, "percent", &percent)
      ? percent / 100.0 : -1.0;
  set_state (report, g_strdup (gst_structure_get_string (progress, "phase")));
}

static const struct
{
  const gchar *name;
  void (*show) (MeasureReport * report, const GstStructure * message);
} kinds[] = {
  {"vitals", show_vitals},
  {"vitals-failed", show_failed},
  {"vitals-dropped", show_dropped},
  {"vitals-quality", show_quality},
  {"vitals-progress", show_phase}
};

/* The waveform is for the plot; a line with 300 numbers a second is none. */
static void
print_json (const GstStructure * message)
{
  g_autoptr (GstStructure) copy = gst_structure_copy (message);
  g_autofree gchar *line = NULL;

  gst_structure_remove_fields (copy, "waveform", "waveform-rate", NULL);
  line = vitals_structure_to_json (copy);
  puts (line);
  fflush (stdout);
}

static gint
find_kind (const GstStructure * message)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (gst_structure_has_name (message, kinds[i].name))
      return i;
  return -1;
}

void
measure_report_message (MeasureReport * report, const GstStructure * message)
{
  gint kind = find_kind (message);

  if (kind < 0)
    return;
  if (gst_structure_has_name (message, "vitals"))
    keep_vitals (report, message);
  else if (gst_structure_has_name (message, "vitals-failed"))
    keep_reason (report, gst_structure_get_string (message, "message"));
  if (report->json)
    print_json (message);
  else
    kinds[kind].show (report, message);
}

gboolean
measure_report_finish (MeasureReport * report)
{
  hide (report);
  if (!report->last) {
    g_printerr ("%s: no reading: %s\n", g_get_prgname (),
        report->reason ? report->reason :
        "less than 5 s with a face in the picture");
    return FALSE;
  }
  if (!report->json && !report->lasting) {
    g_autofree gchar *text = describe_vitals (report->last);

    puts (text);
  }
  return TRUE;
}
