/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * GstVitalsResults: a file of JSON lines. Lines are written by a thread of its
 * own, each with one write, so that a slow disk holds up nobody: no call here
 * waits for it, but gst_vitals_results_close() for a second. Thread-safe until
 * it is closed.
 */
typedef struct _GstVitalsResults GstVitalsResults;

/* Called on the writing thread when all lines are written, with no lock held.
 * @element: a GstElement, the one that opened it */
typedef void (*GstVitalsResultsIdleFunc) (gpointer element);

/* Opens @location for append; a new file is only for its owner (0600). A pipe
 * must have a reader. Nothing is opened where @location is NULL or empty:
 * *@results is NULL then. @element is held until it is closed. FALSE after an
 * error of @element. */
gboolean gst_vitals_results_open (GstElement * element, const gchar * location,
    GstVitalsResultsIdleFunc idle, GstVitalsResults ** results);
/* Posts that lines are not written. @error: (transfer full) */
void gst_vitals_results_warn (GstElement * element, GError * error);
/* @message: a structure of gstvitalsmessages.h (transfer none). */
void gst_vitals_results_write (GstVitalsResults * results,
    const GstStructure * message);
/* FALSE, once, when a line could not be written. */
gboolean gst_vitals_results_check (GstVitalsResults * results, GError ** error);
/* Whether all lines are written. */
gboolean gst_vitals_results_is_idle (GstVitalsResults * results);
/* Writes what is left, and closes. Where that takes more than a second it goes
 * on behind, as long as the process lives. FALSE with an error for lines that
 * are not written. */
gboolean gst_vitals_results_close (GstVitalsResults * results, GError ** error);

G_END_DECLS
