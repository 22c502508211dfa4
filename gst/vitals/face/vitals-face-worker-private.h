/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/face/vitals-face-detector-private.h>

G_BEGIN_DECLS

/*
 * VitalsFaceWorker: a thread that looks for faces in one small picture at a
 * time. The calls below are of one other thread, and none waits for a
 * detection but _free().
 */
typedef struct _VitalsFaceWorker VitalsFaceWorker;

typedef struct
{
  GstClockTime time;            /* of the picture */
  VitalsLuma luma;              /* its size; its pixels are gone */
  VitalsDetectedFace faces[VITALS_MAX_FACES];
  guint n_faces;
  GError *error;                /* (transfer full), or NULL */
} VitalsFaceAnswer;

VitalsFaceWorker *vitals_face_worker_new (VitalsFaceDetector * detector);
void vitals_face_worker_free (VitalsFaceWorker * worker);

/* Where to write the next picture, VITALS_LUMA_MAX_PIXELS bytes; NULL while
 * the thread looks at one. */
guint8 *vitals_face_worker_get_pixels (VitalsFaceWorker * worker);
/* Hands it over: @luma is of the pixels that _get_pixels() gave. */
void vitals_face_worker_look (VitalsFaceWorker * worker,
    const VitalsLuma * luma, GstClockTime time);
/* What came of it, once. FALSE when there is nothing new. */
gboolean vitals_face_worker_take_answer (VitalsFaceWorker * worker,
    VitalsFaceAnswer * answer);
/* The answer that is to come is of no use any more. */
void vitals_face_worker_forget (VitalsFaceWorker * worker);

G_END_DECLS
