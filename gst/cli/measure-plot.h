/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * A picture (SVG) of a local measurement: the pulse of the last window that has
 * a heart rate (else of the last), the spectrum of that pulse, and the rate over
 * time.
 */
typedef struct _MeasurePlot MeasurePlot;

MeasurePlot *measure_plot_new (void);
void measure_plot_free (MeasurePlot * plot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MeasurePlot, measure_plot_free)

/* @vitals: a message of rppg with post-waveform. */
void measure_plot_add (MeasurePlot * plot, const GstStructure * vitals);
/* Errors of G_FILE_ERROR; the file is only for its owner (0600). */
gboolean measure_plot_write (MeasurePlot * plot, const gchar * file,
    GError ** error);

G_END_DECLS
