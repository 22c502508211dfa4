/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS
/*
 * Scales @crop of @frame to @size x @size pixels of RGB without keeping its
 * aspect: area average with fractional edges, colour matrix and range of the
 * frame, one rounding. @crop lies inside the frame; @rgb has @size * @size * 3
 * bytes. @frame is of VITALS_PACKER_FORMATS.
 */
VITALS_API void vitals_crop_scale (GstVideoFrame * frame,
    const VitalsBox * crop, guint size, guint8 * rgb);

G_END_DECLS
