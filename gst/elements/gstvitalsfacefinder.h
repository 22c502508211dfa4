/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

#include "gstvitalsfacesettings.h"

G_BEGIN_DECLS

/*
 * Where the face is, for an element that looks at it: region meta, else roi, else
 * the own tracker, else the whole frame, which is said once as a warning. All
 * calls are of the streaming thread, or while it does not run; none with a lock
 * held.
 */
typedef struct _GstVitalsFaceFinder GstVitalsFaceFinder;

typedef enum
{
  GST_VITALS_FACE_FOUND,
  GST_VITALS_FACE_ABSENT,
  GST_VITALS_FACE_ABSENT_LONG,  /* for face-timeout; told once an absence */
  GST_VITALS_FACE_FAILED        /* an error was posted */
} GstVitalsFaceResult;

/* @element owns @settings and the finder; @sinkpad: its own. NULL after an error
 * when face-detection is on and there is no detector. */
GstVitalsFaceFinder *gst_vitals_face_finder_new (GstElement * element,
    GstPad * sinkpad, const GstVitalsFaceSettings * settings);
void gst_vitals_face_finder_free (GstVitalsFaceFinder * finder);

/* Forgets which face it was: new caps, a flush. */
void gst_vitals_face_finder_reset (GstVitalsFaceFinder * finder);
/* Any event of the sink pad; takes the orientation from it. */
void gst_vitals_face_finder_event (GstVitalsFaceFinder * finder,
    GstEvent * event);
/* @box: set when FOUND */
GstVitalsFaceResult gst_vitals_face_finder_find (GstVitalsFaceFinder * finder,
    GstBuffer * buffer, const GstVideoInfo * info, GstClockTime pts,
    VitalsBox * box);

/* Whether that call told of another face than the one before it, or of none for
 * more than a second: a step of the signal, see VitalsFaceChange. */
gboolean gst_vitals_face_finder_is_another (const GstVitalsFaceFinder *
    finder);
/* The end of a recording. FOUND: there was a face in its last frame, or no
 * frame at all; ABSENT_LONG: there was none, and face-timeout did not tell. */
GstVitalsFaceResult gst_vitals_face_finder_end (GstVitalsFaceFinder * finder);

/* Whether the streaming thread may not wait: a detection then has to follow. */
gboolean gst_vitals_face_is_upstream_live (GstPad * sinkpad);
/* Posts why the tracker failed. @error: (transfer full) */
void gst_vitals_face_fail (GstElement * element, GError * error);

G_END_DECLS
