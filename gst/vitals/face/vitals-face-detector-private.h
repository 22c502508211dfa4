/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/* A small picture without colour: what faces are looked for in. */
typedef struct
{
  const guint8 *pixels;         /* height rows, stride bytes apart */
  guint width, height, stride;
} VitalsLuma;

typedef struct
{
  VitalsBox box;                /* pixels of the small picture */
  gdouble score;                /* the surer the larger, unit of the detector */
} VitalsDetectedFace;

/* More faces than this are not told. */
#define VITALS_MAX_FACES 16

/*
 * VitalsFaceDetector: upright faces in a small picture. An object is used by
 * one thread at a time, not always the same.
 */
#define VITALS_TYPE_FACE_DETECTOR (vitals_face_detector_get_type ())
VITALS_API G_DECLARE_INTERFACE (VitalsFaceDetector, vitals_face_detector,
    VITALS, FACE_DETECTOR, GObject)

struct _VitalsFaceDetectorInterface
{
  GTypeInterface parent;

  /* As vitals_face_detector_detect(). */
  gboolean (*detect) (VitalsFaceDetector * detector, const VitalsLuma * luma,
      VitalsDetectedFace * faces, guint * n_faces, GError ** error);
};

/* @faces: room for VITALS_MAX_FACES. FALSE with VITALS_ERROR_UNSUPPORTED when
 * the detector does not work; no face is no error. */
VITALS_API gboolean vitals_face_detector_detect (VitalsFaceDetector *
    detector, const VitalsLuma * luma, VitalsDetectedFace * faces,
    guint * n_faces, GError ** error);

/* Which detector; NULL and "" mean the same. */
typedef struct
{
  const gchar *cascade_location;        /* NULL: where distributions put it */
  const gchar *model_location;  /* a YuNet model; NULL: the cascade is used */
} VitalsFaceDetectorConfig;

/*
 * Loads the module that finds faces, and its data. VITALS_ERROR_UNSUPPORTED
 * when the module or the cascade is not installed, with what to install;
 * VITALS_ERROR_INVALID_REQUEST when a file cannot be read as what it should
 * be. Returns: (transfer full) (nullable)
 */
VITALS_API VitalsFaceDetector *vitals_face_detector_new (const
    VitalsFaceDetectorConfig * config, GError ** error);

/* What the module exports, under this name. */
#define VITALS_FACE_DETECTOR_SYMBOL "vitals_opencv_face_detector_new"
typedef VitalsFaceDetector *(*VitalsFaceDetectorNewFunc) (const
    VitalsFaceDetectorConfig * config, GError ** error);

G_END_DECLS
