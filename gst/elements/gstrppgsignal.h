/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

G_BEGIN_DECLS

/*
 * GstRppgSignal: a CSV file with the signals of each frame. A row waits for the
 * estimate that gives it its pulse and its confidence, 6 s at most; a field
 * that is unknown is empty. A thread of its own writes it, so that a slow disk or
 * reader does not hold up the stream. One thread uses it, but for
 * gst_rppg_signal_set_waiting().
 */
typedef struct _GstRppgSignal GstRppgSignal;

/* Replaces @location; a new file is only for its owner (0600), a pipe must have a
 * reader. Errors of G_FILE_ERROR, here and below; each is told once. */
GstRppgSignal *gst_rppg_signal_open (GstElement * element,
    const gchar * location, GError ** error);
/* A frame: @rgb the means of its skin, 0..255; @respiration how far the chest
 * has moved, NaN when unknown. */
void gst_rppg_signal_add (GstRppgSignal * signal, GstClockTime time,
    const gdouble * rgb, gdouble respiration);
/* What comes does not go on from here: the rows that wait get no pulse. */
void gst_rppg_signal_interrupt (GstRppgSignal * signal);
/* Writes the rows that wait, with what @estimate, the last of @estimator, says
 * of them. Rows of a window that is still too short go on waiting. */
gboolean gst_rppg_signal_write (GstRppgSignal * signal,
    const VitalsPulseEstimator * estimator,
    const VitalsPulseEstimate * estimate, GError ** error);
/* Until all that was given to write is written; not while waiting is FALSE. */
void gst_rppg_signal_wait (GstRppgSignal * signal);
void gst_rppg_signal_set_waiting (GstRppgSignal * signal, gboolean waiting);
/* Writes what still waits, in a second at most, and closes. FALSE with an error
 * when not all is in the file. */
gboolean gst_rppg_signal_close (GstRppgSignal * signal, GError ** error);

G_END_DECLS
