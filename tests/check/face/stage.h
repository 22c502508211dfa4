/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/* Pictures with and without a face, and an element that is shown them. */

#define CAPS(width, height) "video/x-raw,format=I420,width=" #width \
    ",height=" #height ",framerate=30/1"
#define FRAME (GST_SECOND / 30)

#define FACE "vitalstestsrc face-meta=false"
#define CHAIR "vitalstestsrc face-meta=false face=false"

/* One frame of @source ! @filters, which may be caps alone. (transfer full) */
GstBuffer *render (const gchar * source, const gchar * filters);
/* Copies the luma and chroma of a small picture into a larger, from this corner
 * (even numbers) on. */
void paste_at (GstBuffer * small, guint small_width, guint small_height,
    GstBuffer * large, guint width, guint height, guint x, guint y);
/* ... from the upper left corner on. */
void paste (GstBuffer * small, guint small_width, guint small_height,
    GstBuffer * large, guint width, guint height);
/* The face of vitalstestsrc in a frame of this size. */
VitalsBox get_truth (gdouble width, gdouble height);
/* They overlap as well as docs/face.md says. */
void assert_place (const VitalsBox * box, const VitalsBox * truth);

/* An element that is shown frames, not live, and what it says. */
typedef struct
{
  GstHarness *harness;
  GstBus *bus;
  GstClockTime now;
  guint n_regions;              /* of the frames that came out */
} Stage;

/* @element: (transfer full) */
void stage_open (Stage * stage, GstElement * element, const gchar * caps);
void stage_open_tracker (Stage * stage, const gchar * caps);
/* circadifyenc with windows of 2 s and a face-timeout of 2 s. */
void stage_open_encoder (Stage * stage, const gchar * caps);
void stage_close (Stage * stage);
void stage_show_at_rate (Stage * stage, GstBuffer * frame, guint n,
    GstClockTime duration);
void stage_show (Stage * stage, GstBuffer * frame, guint n);
/* The next message of this name; NULL: there is none. (transfer full) */
GstStructure *stage_pop (Stage * stage, const gchar * name);
/* Fails unless the next event of facetracker is this one. @box: (nullable) (out).
 * Returns: the id of the face */
gint assert_event (Stage * stage, const gchar * event, VitalsBox * box);
/* There is no further message of this name. */
void assert_quiet (Stage * stage, const gchar * name);

/* The error of NULL to PAUSED. (transfer full) */
gchar *get_start_error (GstElement * element);
/* Plays a launch line to its end; it must not fail. Returns: the number of
 * facetracker messages. @box: of the first */
guint count_found (const gchar * launch, VitalsBox * box);

G_END_DECLS
