/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scan-report.h"

#define BAR_WIDTH 30
/* Back to the first column, and delete what is in the line. */
#define CLEAR_LINE "\r\033[K"

struct _ScanReport
{
  gboolean json;
  gboolean terminal;            /* stderr: progress is shown */
  gboolean heading_printed;
  gchar *progress;              /* what the terminal's last line shows */
};

ScanReport *
scan_report_new (gboolean json)
{
  ScanReport *report = g_new0 (ScanReport, 1);

  report->json = json;
  report->terminal = isatty (STDERR_FILENO);
  return report;
}

static void
hide_progress (ScanReport * report)
{
  if (report->progress)
    g_printerr (CLEAR_LINE);
}

static void
show_progress (ScanReport * report)
{
  if (report->progress)
    g_printerr ("%s", report->progress);
}

void
scan_report_free (ScanReport * report)
{
  hide_progress (report);
  g_free (report->progress);
  g_free (report);
}

static void
print_number (const GstStructure * structure, const gchar * name, gint width,
    gint decimals)
{
  gdouble value;

  if (gst_structure_get_double (structure, name, &value))
    printf (" %*.*f", width, decimals, value);
  else
    printf (" %*s", width, "-");
}

static const gchar *
describe_origin (const GstStructure * structure)
{
  gboolean fallback = FALSE;
  gboolean synthetic = FALSE;

  gst_structure_get_boolean (structure, "is-fallback", &fallback);
  gst_structure_get_boolean (structure, "is-synthetic", &synthetic);
  if (fallback)
    return "fallback, not measured";
  return synthetic ? "synthetic" : "";
}

static void
print_row (const GstStructure * structure)
{
  const gchar *file = gst_structure_get_string (structure, "file");
  g_autofree gchar *shown = g_filename_display_name (file);
  guint64 window = 0;

  gst_structure_get_uint64 (structure, "window", &window);
  printf ("%-32s %3" G_GUINT64_FORMAT, shown, window);
  if (gst_structure_has_name (structure, "vitals-failed")) {
    printf (" %s: %s\n", gst_structure_get_string (structure, "code"),
        gst_structure_get_string (structure, "message"));
    return;
  }
  print_number (structure, "heart-rate", 6, 1);
  print_number (structure, "respiratory-rate", 6, 1);
  print_number (structure, "hrv", 6, 1);
  print_number (structure, "spo2", 6, 1);
  print_number (structure, "systolic-bp", 6, 0);
  print_number (structure, "diastolic-bp", 6, 0);
  print_number (structure, "confidence", 6, 2);
  printf (" %s\n", describe_origin (structure));
}

static void
print_heading (ScanReport * report)
{
  if (report->heading_printed)
    return;
  report->heading_printed = TRUE;
  printf ("%-32s %3s %6s %6s %6s %6s %6s %6s %6s\n", "FILE", "WIN", "HR/min",
      "RR/min", "HRV ms", "SpO2 %", "SYS", "DIA", "CONF");
}

gboolean
scan_report_result (ScanReport * report, const GstStructure * structure,
    const gchar * json)
{
  gboolean written;

  hide_progress (report);
  if (report->json) {
    puts (json);
  } else {
    print_heading (report);
    print_row (structure);
  }
  written = fflush (stdout) == 0 && !ferror (stdout);
  show_progress (report);
  return written;
}

void
scan_report_progress (ScanReport * report, guint files_done, guint n_files,
    guint running, guint failed)
{
  guint filled = n_files > 0 ? BAR_WIDTH * files_done / n_files : BAR_WIDTH;
  gchar bar[BAR_WIDTH + 1];

  if (!report->terminal)
    return;
  memset (bar, '.', BAR_WIDTH);
  memset (bar, '#', filled);
  bar[BAR_WIDTH] = '\0';
  hide_progress (report);
  g_free (report->progress);
  report->progress = g_strdup_printf ("[%s] %u of %u files, %u running, "
      "%u failed", bar, files_done, n_files, running, failed);
  show_progress (report);
}

void
scan_report_note (ScanReport * report, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  hide_progress (report);
  g_printerr ("%s: %s\n", g_get_prgname (), text);
  show_progress (report);
}
