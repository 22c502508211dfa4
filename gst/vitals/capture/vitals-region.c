/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-colour-private.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/capture/vitals-region-private.h>

/* Whole samples of one component. */
typedef struct
{
  const guint8 *data;           /* the first sample */
  gint stride, pixel_stride;
  guint width, height;
} Area;

/* FALSE when not one whole sample is inside. @box is inside the frame. */
static gboolean
area_init (Area * area, GstVideoFrame * frame, guint component,
    const VitalsBox * box)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  gdouble w = 1 << GST_VIDEO_FORMAT_INFO_W_SUB (finfo, component);
  gdouble h = 1 << GST_VIDEO_FORMAT_INFO_H_SUB (finfo, component);
  gint left = (gint) ceil (box->x / w), top = (gint) ceil (box->y / h);
  gint right = MIN (GST_VIDEO_FRAME_COMP_WIDTH (frame, component),
      (gint) floor ((box->x + box->width) / w));
  gint bottom = MIN (GST_VIDEO_FRAME_COMP_HEIGHT (frame, component),
      (gint) floor ((box->y + box->height) / h));

  if (left >= right || top >= bottom)
    return FALSE;
  area->stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, component);
  area->pixel_stride = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component);
  area->width = right - left;
  area->height = bottom - top;
  area->data = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, component)
  + (gsize) top *area->stride + (gsize) left *area->pixel_stride;
  return TRUE;
}

/* Eight bytes at a time, as four sums of 16 bits that are emptied before they
 * could overflow (128 times two bytes): at -O2 compilers add byte by byte. */
static guint32
sum_bytes (const guint8 * bytes, guint n)
{
  const guint64 even = G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
  guint32 sum = 0;

  while (n >= 8) {
    guint words = MIN (n / 8, 128), i;
    guint64 lanes = 0;

    for (i = 0; i < words; i++) {
      guint64 word;

      memcpy (&word, bytes + 8 * i, 8);
      lanes += (word & even) + ((word >> 8) & even);
    }
    for (i = 0; i < 4; i++)
      sum += (lanes >> (16 * i)) & 0xffff;
    bytes += 8 * words;
    n -= 8 * words;
  }
  while (n-- > 0)
    sum += *bytes++;
  return sum;
}

static guint32
sum_row (const Area * area, guint row)
{
  const guint8 *sample = area->data + (gsize) row * area->stride;
  guint32 sum = 0;
  guint i;

  if (area->pixel_stride == 1)
    return sum_bytes (sample, area->width);
  for (i = 0; i < area->width; i++, sample += area->pixel_stride)
    sum += *sample;
  return sum;
}

static gdouble
area_mean (const Area * area)
{
  guint64 sum = 0;
  guint row;

  for (row = 0; row < area->height; row++)
    sum += sum_row (area, row);
  return (gdouble) sum / ((guint64) area->width * area->height);
}

gboolean
vitals_region_skin (GstVideoFrame * frame, const VitalsBox * face,
    gdouble * rgb)
{
  gdouble means[VITALS_COLOUR_COMPONENTS];
  VitalsColour colour;
  VitalsBox box;
  guint c, i;

  vitals_patch_box (face, 0, &box);
  if (!vitals_box_clip (&box, GST_VIDEO_FRAME_WIDTH (frame),
          GST_VIDEO_FRAME_HEIGHT (frame), &box))
    return FALSE;
  for (c = 0; c < VITALS_COLOUR_COMPONENTS; c++) {
    Area area;

    if (!area_init (&area, frame, c, &box))
      return FALSE;
    means[c] = area_mean (&area);
  }

  vitals_colour_init (&colour, &frame->info);
  for (c = 0; c < VITALS_COLOUR_COMPONENTS; c++) {
    rgb[c] = colour.offset[c];
    for (i = 0; i < VITALS_COLOUR_COMPONENTS; i++)
      rgb[c] += colour.matrix[c][i] * means[i];
  }
  return TRUE;
}

guint
vitals_region_profile (GstVideoFrame * frame, const VitalsBox * box,
    gdouble * profile, guint size)
{
  VitalsBox clipped;
  Area area;
  guint row;

  if (!vitals_box_clip (box, GST_VIDEO_FRAME_WIDTH (frame),
          GST_VIDEO_FRAME_HEIGHT (frame), &clipped)
      || !area_init (&area, frame, 0, &clipped))
    return 0;
  for (row = 0; row < MIN (area.height, size); row++)
    profile[row] = (gdouble) sum_row (&area, row) / area.width;
  return row;
}
