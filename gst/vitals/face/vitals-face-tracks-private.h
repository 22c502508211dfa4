/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/face/vitals-face-detector-private.h>

G_BEGIN_DECLS

/*
 * VitalsFaceTracks: from what a detector finds now and then to one box that
 * holds still. Pure logic, by media time. Not thread-safe.
 *
 * - The largest face is the one; another takes over when its area is half as
 *   large again. An id stays with a face until it is lost.
 * - The box is held until two detections in a row are off by more than "hold",
 *   then it moves in one step: each step is a discontinuity of the signal.
 * - A face that is not found for "lost_timeout" is lost: by a look that missed
 *   it, or when there is no look at all for 4 "interval"s.
 * - One detection is no face yet: detectors see one in a background now and
 *   then. It is one when the next detection agrees, else it is forgotten. Only
 *   what the first detection of all finds is told at once (a file begins with
 *   its face); and lost at once when the second does not agree.
 */
typedef struct _VitalsFaceTracks VitalsFaceTracks;

typedef enum
{
  VITALS_FACE_EVENT_NONE,
  VITALS_FACE_EVENT_FOUND,      /* there was none, or another took over */
  VITALS_FACE_EVENT_MOVED,
  VITALS_FACE_EVENT_LOST
} VitalsFaceEvent;

#define VITALS_TYPE_FACE_EVENT (vitals_face_event_get_type ())
VITALS_API GType vitals_face_event_get_type (void);

typedef struct
{
  gboolean present;             /* there is a face */
  gint id;                      /* from 0; -1: none. Of a lost face: its own */
  VitalsBox box;                /* held; of a lost face: its last */
  VitalsFaceEvent event;        /* what this call changed */
} VitalsTrackedFace;

/* @hold: share of the width; @interval: ns from one look to the next;
 * @lost_timeout: ns */
VITALS_API VitalsFaceTracks *vitals_face_tracks_new (gdouble hold,
    GstClockTime interval, GstClockTime lost_timeout);
VITALS_API void vitals_face_tracks_free (VitalsFaceTracks * tracks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsFaceTracks, vitals_face_tracks_free)

/* Forgets all faces; ids go on. */
VITALS_API void vitals_face_tracks_reset (VitalsFaceTracks * tracks);
/* What was found in the frame of @time; boxes in pixels of the frame. */
VITALS_API void vitals_face_tracks_push (VitalsFaceTracks * tracks,
    GstClockTime time, const VitalsDetectedFace * faces, guint n_faces);
/* The face at @time, with what changed since the last call. */
VITALS_API void vitals_face_tracks_get (VitalsFaceTracks * tracks,
    GstClockTime time, VitalsTrackedFace * face);
/* A face was off, or is not told yet, and the next detection, which decides,
 * should come soon. */
VITALS_API gboolean vitals_face_tracks_is_unsure (const VitalsFaceTracks *
    tracks);

G_END_DECLS
