/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What a measurement prints on stdout: for a person on a terminal a live line
 * with a bar, and a line for each event that lasts; else a line of JSON a
 * message, with the message's fields.
 */
typedef struct _MeasureReport MeasureReport;

/* @lasting: each reading stays, for they come seldom; else it is the live line
 * that shows the latest */
MeasureReport *measure_report_new (gboolean json, gboolean lasting);
void measure_report_free (MeasureReport * report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MeasureReport, measure_report_free)

/* Whether a live line is shown, which measure_report_progress() moves. */
gboolean measure_report_is_live (const MeasureReport * report);
/* An element message of ours; every other is left alone. */
void measure_report_message (MeasureReport * report,
    const GstStructure * message);
/* @share: of the input, 0 to 1; below 0: unknown */
void measure_report_progress (MeasureReport * report, gdouble share);
/* A line for a person, on stderr. */
void measure_report_note (MeasureReport * report, const gchar * text);
/* The end: leaves the last reading on the terminal. Returns: whether there was
 * one with a heart rate; else it says why on stderr */
gboolean measure_report_finish (MeasureReport * report);

G_END_DECLS
