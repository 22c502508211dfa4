/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/capture/vitals-box.h>
#include <vitals/tensor/vitals-tensor-layout.h>

G_BEGIN_DECLS

/* GstVideoFormat names for a caps template, as "{ I420, ... }". */
#define VITALS_PACKER_FORMATS "{ I420, YV12, NV12, NV21, Y42B, Y444, " \
    "YUY2, UYVY, RGB, BGR, RGBx, BGRx, xRGB, xBGR, RGBA, BGRA, ARGB, ABGR, " \
    "RGBP, GBR }"

/**
 * vitals_pack_frame:
 * @frame: a mapped frame of one of %VITALS_PACKER_FORMATS
 * @face: the face box, partly outside the frame is allowed
 * @pixels: (out caller-allocates) (array fixed-size=62208): the 12 planes
 * @error: VITALS_ERROR_INVALID_REQUEST when @face lies outside the frame,
 *   VITALS_ERROR_UNSUPPORTED for another format
 *
 * Downsamples the four patches of the face to 72x72 planar RGB: area average
 * with fractional edges, colour matrix and range of the frame, one rounding.
 *
 * Returns: %TRUE when @pixels was filled
 */
VITALS_API gboolean vitals_pack_frame (GstVideoFrame * frame,
    const VitalsBox * face, guint8 * pixels, GError ** error);

/**
 * vitals_patch_box:
 * @face: the face box, in pixels of the frame
 * @patch: 0 face, 1 forehead, 2 left cheek, 3 right cheek (left and right as
 *   the viewer sees them)
 * @box: (out caller-allocates): the box of the patch
 *
 * Where a patch lies in a face where no layout says otherwise, before it is
 * clipped to the frame.
 */
VITALS_API void vitals_patch_box (const VitalsBox * face, guint patch,
    VitalsBox * box);

G_END_DECLS
