/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/*
 * Means over a region at full resolution, for traces: the pulse is a third of
 * one 8-bit step, so nothing is rounded on the way. Regions are whole pixels
 * (and whole chroma samples); @frame is of VITALS_PACKER_FORMATS.
 */

/* Mean red, green and blue, 0..255, of the skin in a face box: the box shrunk
 * by 20 % left and right and 10 % above and below. FALSE when nothing of that
 * is inside the frame. */
VITALS_API gboolean vitals_region_skin (GstVideoFrame * frame,
    const VitalsBox * face, gdouble * rgb);

/* The mean of each row of @box in the component 0 of the frame (luma; of RGB
 * formats red), from top to bottom. @profile holds @size. Returns: rows
 * written; 0 when nothing of @box is inside. */
VITALS_API guint vitals_region_profile (GstVideoFrame * frame,
    const VitalsBox * box, gdouble * profile, guint size);

G_END_DECLS
