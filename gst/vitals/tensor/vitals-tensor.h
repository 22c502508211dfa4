/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/tensor/vitals-tensor-layout.h>

G_BEGIN_DECLS

/**
 * VitalsTensor:
 *
 * The frames of one window, decoded: immutable, counted. Pixels are always in
 * the order of this library, whatever the layout they came from: frame after
 * frame, in a frame the 12 planes face R,G,B, forehead R,G,B, left cheek
 * R,G,B, right cheek R,G,B (left and right as the viewer sees them), a plane
 * 72 rows of 72 bytes.
 */
typedef struct _VitalsTensor VitalsTensor;

#define VITALS_TYPE_TENSOR (vitals_tensor_get_type ())
VITALS_API GType vitals_tensor_get_type (void);

/* @pixels: frames x VITALS_FRAME_BYTES bytes. @framerate: frames per second,
 * VITALS_TENSOR_MIN_FRAMERATE to VITALS_TENSOR_MAX_FRAMERATE. Error VITALS_ERROR_INVALID_TENSOR when the sizes do not fit.
 * Returns: (transfer full) (nullable) */
VITALS_API VitalsTensor *vitals_tensor_new (GBytes * pixels, gdouble framerate,
    GError ** error);

/**
 * vitals_tensor_new_placeholder:
 * @frames: how many frames, 1 to 720
 *
 * A tensor without a face in it (mid grey, 30 frames per second), for trying
 * the service with a test key.
 *
 * Returns: (transfer full): a tensor
 */
VITALS_API VitalsTensor *vitals_tensor_new_placeholder (guint frames);

/* Error VITALS_ERROR_INVALID_TENSOR: no gzip and no header of this layout,
 * truncated, too large, sizes that do not fit, trailing bytes.
 * Returns: (transfer full) (nullable) */
VITALS_API VitalsTensor *vitals_tensor_decode (GBytes * payload,
    VitalsTensorLayout * layout, GError ** error);

/* @level: 0 (no gzip) to 9. Error VITALS_ERROR_UNSUPPORTED for an opaque
 * layout. Returns: (transfer full) (nullable): the payload */
VITALS_API GBytes *vitals_tensor_encode (VitalsTensor * tensor,
    VitalsTensorLayout * layout, gint level, GError ** error);

VITALS_API VitalsTensor *vitals_tensor_ref (VitalsTensor * tensor);
VITALS_API void vitals_tensor_unref (VitalsTensor * tensor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsTensor, vitals_tensor_unref)

VITALS_API guint vitals_tensor_get_frames (const VitalsTensor * tensor);
/* Frames per second; 0 when the layout has no such field. */
VITALS_API gdouble vitals_tensor_get_framerate (const VitalsTensor * tensor);
/**
 * vitals_tensor_get_pixels:
 * @tensor: a #VitalsTensor
 *
 * Returns: (transfer none): frames x VITALS_FRAME_BYTES bytes
 */
VITALS_API GBytes *vitals_tensor_get_pixels (const VitalsTensor * tensor);

G_END_DECLS
