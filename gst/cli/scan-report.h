/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Prints what becomes of the payloads: lines on stdout, progress on stderr
 * when that is a terminal. */
typedef struct _ScanReport ScanReport;

ScanReport *scan_report_new (gboolean json);
void scan_report_free (ScanReport * report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanReport, scan_report_free)

/* One payload: @structure is a "vitals" or "vitals-failed" with a field
 * "file"; @json the same as a line of JSON. FALSE when it could not be written.
 */
gboolean scan_report_result (ScanReport * report,
    const GstStructure * structure, const gchar * json);
/* Where the work stands. */
void scan_report_progress (ScanReport * report, guint files_done,
    guint n_files, guint running, guint failed);
/* A line for a person, on stderr. */
void scan_report_note (ScanReport * report, const gchar * format, ...)
G_GNUC_PRINTF (2, 3);

G_END_DECLS
