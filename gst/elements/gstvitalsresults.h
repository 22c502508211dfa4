/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * GstVitalsResults: a file of JSON lines. Lines are written by a thread of its
 * own, each with one write, so that a slow disk holds up nobody.
 * Thread-safe until it is closed.
 */
typedef struct _GstVitalsResults GstVitalsResults;

/* Opens @location for append; a new file is only for its owner (0600). Errors
 * of G_FILE_ERROR. */
GstVitalsResults *gst_vitals_results_open (const gchar * location,
    GError ** error);
/* @message: a structure of gstvitalsmessages.h (transfer none) */
void gst_vitals_results_write (GstVitalsResults * results,
    const GstStructure * message);
/* FALSE, once, when a line could not be written. Does not wait. */
gboolean gst_vitals_results_check (GstVitalsResults * results, GError ** error);
/* The same, when all lines are written: waits for that. */
gboolean gst_vitals_results_flush (GstVitalsResults * results, GError ** error);
/* Writes what is left, and closes. */
void gst_vitals_results_close (GstVitalsResults * results);

G_END_DECLS
