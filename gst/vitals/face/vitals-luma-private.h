/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/face/vitals-face-detector-private.h>

G_BEGIN_DECLS

/*
 * VitalsLumaScaler: makes the small upright picture that faces are looked for
 * in, and brings boxes back. Not thread-safe.
 */
typedef struct _VitalsLumaScaler VitalsLumaScaler;

/* Room for every picture that is made. */
#define VITALS_LUMA_MAX_PIXELS (320 * 180)

VITALS_API VitalsLumaScaler *vitals_luma_scaler_new (void);
VITALS_API void vitals_luma_scaler_free (VitalsLumaScaler * scaler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsLumaScaler, vitals_luma_scaler_free)

/* How the pictures must be turned to be upright, as GST_TAG_IMAGE_ORIENTATION
 * says; identity by default. */
VITALS_API void vitals_luma_scaler_set_orientation (VitalsLumaScaler *
    scaler, GstVideoOrientationMethod orientation);

/* Writes the small picture of @frame (of VITALS_PACKER_FORMATS) into @pixels,
 * VITALS_LUMA_MAX_PIXELS bytes, and tells of it in @luma. Brightness of RGB
 * formats is their green. */
VITALS_API void vitals_luma_scaler_scale (VitalsLumaScaler * scaler,
    GstVideoFrame * frame, guint8 * pixels, VitalsLuma * luma);

/* From pixels of a small picture to pixels of the frame it was made of, whose
 * size is given: the orientation is that of now. */
VITALS_API void vitals_luma_scaler_map_box (const VitalsLumaScaler *
    scaler, const VitalsLuma * luma, guint width, guint height,
    VitalsBox * box);

G_END_DECLS
