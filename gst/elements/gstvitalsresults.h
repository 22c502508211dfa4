/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstvitalslines.h"

G_BEGIN_DECLS

/* The file of results-location: a JSON line a message. */

/* Opens @location for append; a new file is only for its owner (0600). A pipe
 * must have a reader. Nothing is opened where @location is NULL or empty:
 * *@results is NULL then. FALSE after an error of @element. */
gboolean gst_vitals_results_open (GstElement * element, const gchar * location,
    GstVitalsLinesIdleFunc idle, GstVitalsLines ** results);
/* Posts that lines are not written. @error: (transfer full) */
void gst_vitals_results_warn (GstElement * element, GError * error);
/* @message: a structure of gstvitalsmessages.h (transfer none). */
void gst_vitals_results_write (GstVitalsLines * results,
    const GstStructure * message);

G_END_DECLS
