/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <vitals/capture/vitals-colour-private.h>

/* Where the components' values lie: normalised = (value - offset) / scale. */
static void
colour_init_rgb (VitalsColour * colour, const gint * offset, const gint * scale)
{
  guint i;

  for (i = 0; i < VITALS_COLOUR_COMPONENTS; i++) {
    colour->matrix[i][i] = 255.0 / scale[i];
    colour->offset[i] = -offset[i] * 255.0 / scale[i];
  }
}

/* Y'CbCr to R'G'B' (ITU-R BT.601, 709 and 2020 share the form and differ in
 * Kr and Kb). */
static void
colour_init_yuv (VitalsColour * colour, GstVideoColorMatrix matrix,
    const gint * offset, const gint * scale)
{
  gdouble kr, kb, kg, y, u, v;
  guint i;

  if (!gst_video_color_matrix_get_Kr_Kb (matrix, &kr, &kb))
    gst_video_color_matrix_get_Kr_Kb (GST_VIDEO_COLOR_MATRIX_BT601, &kr, &kb);
  kg = 1 - kr - kb;
  y = 255.0 / scale[0];
  u = 255.0 / scale[1];
  v = 255.0 / scale[2];
  for (i = 0; i < VITALS_COLOUR_COMPONENTS; i++)
    colour->matrix[i][0] = y;
  colour->matrix[0][2] = 2 * (1 - kr) * v;
  colour->matrix[1][1] = -2 * (1 - kb) * kb / kg * u;
  colour->matrix[1][2] = -2 * (1 - kr) * kr / kg * v;
  colour->matrix[2][1] = 2 * (1 - kb) * u;
  for (i = 0; i < VITALS_COLOUR_COMPONENTS; i++)
    colour->offset[i] = -(colour->matrix[i][0] * offset[0]
        + colour->matrix[i][1] * offset[1] + colour->matrix[i][2] * offset[2]);
}

void
vitals_colour_init (VitalsColour * colour, const GstVideoInfo * info)
{
  gint offset[GST_VIDEO_MAX_COMPONENTS], scale[GST_VIDEO_MAX_COMPONENTS];

  memset (colour, 0, sizeof (*colour));
  gst_video_color_range_offsets (info->colorimetry.range, info->finfo, offset,
      scale);
  if (GST_VIDEO_INFO_IS_RGB (info))
    colour_init_rgb (colour, offset, scale);
  else
    colour_init_yuv (colour, info->colorimetry.matrix, offset, scale);
}
