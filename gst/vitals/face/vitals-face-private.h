/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/* Another face takes over when its area is this much larger than that of the
 * face that is held: two people of like size must not alternate. */
#define VITALS_FACE_TAKE_OVER 1.5

/*
 * VitalsFaceChoice: which box of a buffer is the face. Region meta of type
 * "face" first (the largest; with hysteresis, so that two faces of like size
 * do not alternate; its id is kept), then the roi given, then the whole frame.
 * Not thread-safe.
 */
typedef struct _VitalsFaceChoice VitalsFaceChoice;

typedef enum
{
  VITALS_FACE_NONE,             /* the roi lies outside the frame */
  VITALS_FACE_FROM_META,
  VITALS_FACE_FROM_ROI,
  VITALS_FACE_WHOLE_FRAME
} VitalsFaceSource;

VITALS_API VitalsFaceChoice *vitals_face_choice_new (void);
VITALS_API void vitals_face_choice_free (VitalsFaceChoice * choice);
/* @roi: NULL for none */
VITALS_API void vitals_face_choice_set_roi (VitalsFaceChoice * choice,
    const VitalsBox * roi);
/* Forgets which face was held (flush, new caps). */
VITALS_API void vitals_face_choice_reset (VitalsFaceChoice * choice);
/* The box, not shrunk, clipped to the frame. @id: of the region meta, else
 * -1; may be NULL. */
VITALS_API VitalsFaceSource vitals_face_choice_pick (VitalsFaceChoice * choice,
    GstBuffer * buffer, const GstVideoInfo * info, VitalsBox * box, gint * id);

/* Whether a region of type "face" that lies inside the frame is attached. */
VITALS_API gboolean vitals_face_is_in_meta (GstBuffer * buffer,
    const GstVideoInfo * info);

G_END_DECLS
