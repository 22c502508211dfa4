/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

#define VITALS_COLOUR_COMPONENTS 3

/* From averaged components to red, green, blue in 0..255:
 * rgb[i] = offset[i] + sum of matrix[i][j] * component[j]. */
typedef struct
{
  gdouble matrix[VITALS_COLOUR_COMPONENTS][VITALS_COLOUR_COMPONENTS];
  gdouble offset[VITALS_COLOUR_COMPONENTS];
} VitalsColour;

/* With the matrix and the range of the frames. */
void vitals_colour_init (VitalsColour * colour, const GstVideoInfo * info);

G_END_DECLS
