/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/face/vitals-face-tracks-private.h>

G_BEGIN_DECLS

/*
 * VitalsFaceTracker: the face in a stream of video. It looks for faces each
 * "interval" of media time (half of that while a face moves or is new, to decide soon)
 * and holds the box in between, see VitalsFaceTracks. Not live: in step with
 * the media, so that the same stream always gives the same boxes. Live: a
 * thread of its own looks, and the caller never waits for it. One streaming
 * thread uses it.
 */
typedef struct _VitalsFaceTracker VitalsFaceTracker;

typedef struct
{
  GstClockTime interval;        /* ns, above 0 */
  gdouble hold;                 /* share of the width of the box */
  GstClockTime lost_timeout;    /* ns */
} VitalsFaceTrackerConfig;

#define VITALS_FACE_DEFAULT_INTERVAL (500 * GST_MSECOND)
/* Of the width: smaller steps cost more pulse than they gain. */
#define VITALS_FACE_DEFAULT_HOLD 0.10
#define VITALS_FACE_DEFAULT_LOST_TIMEOUT (2 * GST_SECOND)

VITALS_API void vitals_face_tracker_config_init (VitalsFaceTrackerConfig *
    config);

VITALS_API VitalsFaceTracker *vitals_face_tracker_new (VitalsFaceDetector *
    detector, const VitalsFaceTrackerConfig * config);
/* Waits for a detection that runs. */
VITALS_API void vitals_face_tracker_free (VitalsFaceTracker * tracker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsFaceTracker, vitals_face_tracker_free)

/* FALSE by default. */
VITALS_API void vitals_face_tracker_set_live (VitalsFaceTracker * tracker,
    gboolean live);
/* How the frames must be turned to be upright; a change forgets all faces. */
VITALS_API void vitals_face_tracker_set_orientation (VitalsFaceTracker *
    tracker, GstVideoOrientationMethod orientation);
/* Forgets all faces: new caps, a flush. */
VITALS_API void vitals_face_tracker_reset (VitalsFaceTracker * tracker);

/* The face at @pts, in pixels of the frame, clipped to it. The pixels of
 * @buffer are read only when it is time to look for faces. FALSE with
 * VITALS_ERROR_UNSUPPORTED when the detector does not work,
 * VITALS_ERROR_INVALID_REQUEST when the frame is smaller than @info says. */
VITALS_API gboolean vitals_face_tracker_track (VitalsFaceTracker * tracker,
    GstBuffer * buffer, const GstVideoInfo * info, GstClockTime pts,
    VitalsTrackedFace * face, GError ** error);

G_END_DECLS
