/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/face/vitals-face-detector-private.h>
#include <vitals/vitals-modules-private.h>

#define MODULE "vitalsopencv"
#define HINT "install the OpenCV module of vitals, or name the face by roi or " \
    "by region meta"

G_DEFINE_INTERFACE (VitalsFaceDetector, vitals_face_detector, G_TYPE_OBJECT);

static void
vitals_face_detector_default_init (VitalsFaceDetectorInterface *
    iface G_GNUC_UNUSED)
{
}

gboolean
vitals_face_detector_detect (VitalsFaceDetector * detector,
    const VitalsLuma * luma, VitalsDetectedFace * faces, guint * n_faces,
    GError ** error)
{
  *n_faces = 0;
  return VITALS_FACE_DETECTOR_GET_IFACE (detector)->detect (detector, luma,
      faces, n_faces, error);
}

VitalsFaceDetector *
vitals_face_detector_new (const VitalsFaceDetectorConfig * config,
    GError ** error)
{
  gpointer create = vitals_modules_find (MODULE, VITALS_FACE_DETECTOR_SYMBOL,
      HINT, error);

  return create ? ((VitalsFaceDetectorNewFunc) create) (config, error) : NULL;
}
