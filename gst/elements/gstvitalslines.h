/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * GstVitalsLines: a file of lines that a thread of its own writes, so that a slow
 * disk or reader holds up nobody: no call here waits for it, but
 * gst_vitals_lines_wait(), and gst_vitals_lines_close() for a second.
 * Thread-safe until it is closed.
 */
typedef struct _GstVitalsLines GstVitalsLines;

/* Called on the writing thread when all is written, with no lock held.
 * @element: a GstElement, the one that opened it */
typedef void (*GstVitalsLinesIdleFunc) (gpointer element);

/* @fd: of gst_vitals_pipe_open() (transfer full). @idle may be NULL. @element is
 * held until it is closed. */
GstVitalsLines *gst_vitals_lines_new (gint fd, GstVitalsLinesIdleFunc idle,
    GstElement * element);
/* @text: one line or several, each with its end, given to the file in one piece.
 * (transfer full) Where thousands wait it is lost, which is an error. */
void gst_vitals_lines_write (GstVitalsLines * lines, gchar * text);
/* FALSE, once, when something could not be written. */
gboolean gst_vitals_lines_check (GstVitalsLines * lines, GError ** error);
/* Whether all is written. */
gboolean gst_vitals_lines_is_idle (GstVitalsLines * lines);
/* Until all is written, or until it is interrupted. */
void gst_vitals_lines_wait (GstVitalsLines * lines);
/* TRUE: nobody waits any more. */
void gst_vitals_lines_set_interrupted (GstVitalsLines * lines,
    gboolean interrupted);
/* Writes what is left, and closes. Where that takes more than a second it goes
 * on behind, as long as the process lives. FALSE with an error for what is not
 * written. */
gboolean gst_vitals_lines_close (GstVitalsLines * lines, GError ** error);

G_END_DECLS
