/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/**
 * VitalsRoiMethod:
 * @VITALS_ROI_METHOD_FACE: the inner part of the face box
 * @VITALS_ROI_METHOD_FOREHEAD: the forehead
 * @VITALS_ROI_METHOD_UPPER_BODY: head and shoulders
 * @VITALS_ROI_METHOD_UPPER_BODY_CROPPED: head and neck
 *
 * Which part of the picture a model of the VitalLens service looks at.
 */
typedef enum
{
  VITALS_ROI_METHOD_FACE,
  VITALS_ROI_METHOD_FOREHEAD,
  VITALS_ROI_METHOD_UPPER_BODY,
  VITALS_ROI_METHOD_UPPER_BODY_CROPPED
} VitalsRoiMethod;

#define VITALS_TYPE_ROI_METHOD (vitals_roi_method_get_type ())
VITALS_API GType vitals_roi_method_get_type (void);

/**
 * vitals_roi_method_crop:
 * @method: a #VitalsRoiMethod
 * @face: the face box in pixels of the frame
 * @width: of the frame, at least 2
 * @height: of the frame, at least 2
 * @crop: (out): whole pixels, its width and height even and at least 2
 *
 * The crop that the service's own clients make of a face box: grown or shrunk
 * by fractions of the box, clipped to the frame; then x, y, width and height
 * are each rounded on their own, and the sizes reduced to even numbers.
 *
 * Returns: %FALSE when nothing of it lies inside the frame
 */
VITALS_API gboolean vitals_roi_method_crop (VitalsRoiMethod method,
    const VitalsBox * face, guint width, guint height, VitalsBox * crop);

G_END_DECLS
