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

/**
 * vitals_tensor_new:
 * @pixels: 1 to 720 frames of %VITALS_FRAME_BYTES bytes each, in the order of
 *   #VitalsTensor
 * @framerate: frames per second, %VITALS_TENSOR_MIN_FRAMERATE to
 *   %VITALS_TENSOR_MAX_FRAMERATE
 * @error: VITALS_ERROR_INVALID_TENSOR when the size or the rate does not fit
 *
 * A tensor of pixels that are there already. They are not copied.
 *
 * Returns: (transfer full) (nullable): a tensor, %NULL on failure
 */
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

/**
 * vitals_tensor_decode:
 * @payload: the payload as it is uploaded, a gzip member or not
 * @layout: how it is laid out
 * @error: VITALS_ERROR_INVALID_TENSOR when it is neither gzip nor of this
 *   layout, cut, too large, followed by more bytes, or when its sizes do not
 *   fit; VITALS_ERROR_UNSUPPORTED for an opaque layout
 *
 * The frames in a payload.
 *
 * Returns: (transfer full) (nullable): a tensor, %NULL on failure
 */
VITALS_API VitalsTensor *vitals_tensor_decode (GBytes * payload,
    VitalsTensorLayout * layout, GError ** error);

/**
 * vitals_tensor_encode:
 * @tensor: a #VitalsTensor
 * @layout: how to lay it out
 * @level: 0 (no gzip) to 9 (slow and small); a layout without gzip wins
 * @error: VITALS_ERROR_UNSUPPORTED for an opaque layout
 *
 * The payload as it is uploaded. The same tensor, layout and level give the
 * same bytes on every machine.
 *
 * Returns: (transfer full) (nullable): the payload, %NULL on failure
 */
VITALS_API GBytes *vitals_tensor_encode (VitalsTensor * tensor,
    VitalsTensorLayout * layout, gint level, GError ** error);

/**
 * vitals_tensor_ref:
 * @tensor: a #VitalsTensor
 *
 * One more reference. Any thread.
 *
 * Returns: (transfer full): @tensor
 */
VITALS_API VitalsTensor *vitals_tensor_ref (VitalsTensor * tensor);
/**
 * vitals_tensor_unref:
 * @tensor: (transfer full): a #VitalsTensor
 *
 * One reference less; the last frees it. Any thread.
 */
VITALS_API void vitals_tensor_unref (VitalsTensor * tensor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsTensor, vitals_tensor_unref)

/**
 * vitals_tensor_get_frames:
 * @tensor: a #VitalsTensor
 *
 * How many frames it has.
 *
 * Returns: 1 to 720
 */
VITALS_API guint vitals_tensor_get_frames (const VitalsTensor * tensor);
/**
 * vitals_tensor_get_framerate:
 * @tensor: a #VitalsTensor
 *
 * The rate at which the frames were taken.
 *
 * Returns: frames per second; 0 when it is not known, because the layout that
 *   it was decoded from has no such field or its header says so
 */
VITALS_API gdouble vitals_tensor_get_framerate (const VitalsTensor * tensor);
/**
 * vitals_tensor_get_pixels:
 * @tensor: a #VitalsTensor
 *
 * The pixels, in the order of #VitalsTensor.
 *
 * Returns: (transfer none): frames x %VITALS_FRAME_BYTES bytes
 */
VITALS_API GBytes *vitals_tensor_get_pixels (const VitalsTensor * tensor);

G_END_DECLS
