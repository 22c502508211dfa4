/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/*
 * VitalsFaceChange: whether the face of a frame is that of the frame before. A
 * window of two people must not be sent, and neither must one person lose it by
 * a move. Not thread-safe.
 *
 * Another face is one
 * - with another id of the own tracker, which gives a new one only to a face
 *   that it had lost or that took over;
 * - with the same id, whose box shares less than a fifth with the one before
 *   (intersection over union: a step of two thirds of the width): detectors
 *   that track nothing give the same id to all;
 * - without an id, or with another one of region meta (some detectors number
 *   the faces of each frame anew), whose box shares half or less (a step of a
 *   third of the width); or with another one after a frame without a face;
 * - after more than a second without a face, whoever it is: a hole, as if the
 *   frames had not come.
 */
typedef enum
{
  VITALS_FACE_ID_NONE,
  VITALS_FACE_ID_OF_META,
  VITALS_FACE_ID_OF_TRACKER
} VitalsFaceIdKind;

typedef struct
{
  VitalsFaceIdKind kind;
  gint id;                      /* nothing when kind is NONE */
  VitalsBox box;
} VitalsFaceSeen;

typedef struct
{
  gboolean known;               /* there is a face to compare with */
  gboolean missed;              /* the last frame had none */
  GstClockTime time;            /* of the last frame that had one */
  VitalsFaceSeen face;
} VitalsFaceChange;

/* Forgets the face: the next is no other. */
VITALS_API void vitals_face_change_init (VitalsFaceChange * change);
/* Whether the face in the frame of @time is another one. */
VITALS_API gboolean vitals_face_change_see (VitalsFaceChange * change,
    const VitalsFaceSeen * face, GstClockTime time);
/* There is no face in the frame of @time. TRUE, once: for more than a second by
 * now; what follows is another recording. */
VITALS_API gboolean vitals_face_change_miss (VitalsFaceChange * change,
    GstClockTime time);

G_END_DECLS
