/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "picture.h"

/* A padding on each side makes strides and offsets that are not the default. */
#define PADDING 6

const gchar *const formats[N_FORMATS] = {
  "I420", "YV12", "NV12", "NV21", "Y42B", "Y444", "YUY2", "UYVY", "RGB", "BGR",
  "RGBx", "BGRx", "xRGB", "xBGR", "RGBA", "BGRA", "ARGB", "ABGR", "RGBP", "GBR"
};

const Geometry geometries[N_GEOMETRIES] = {
  {320, 240, FALSE, {80, 40, 160, 180}},
  {161, 97, TRUE, {13.37, 5.5, 101.3, 88.8}},
  {97, 161, TRUE, {1, 1, 95, 159}},
  /* partly outside, on each side */
  {160, 120, FALSE, {-20.5, -11, 120, 100}},
  {161, 121, TRUE, {70, 50, 110, 90}},
  /* patches smaller than 72 pixels, and than one */
  {64, 48, FALSE, {20.2, 10.7, 21, 17}},
  {33, 31, TRUE, {15.1, 14.3, 2.5, 2.2}}
};

void
picture_open (Picture * picture, GstVideoFormat format, gint width,
    gint height, gboolean padded, const gchar * colorimetry)
{
  gst_video_info_set_format (&picture->info, format, width, height);
  if (padded) {
    GstVideoAlignment align;

    gst_video_alignment_reset (&align);
    align.padding_top = align.padding_bottom = PADDING;
    align.padding_left = align.padding_right = PADDING;
    fail_unless (gst_video_info_align (&picture->info, &align));
  }
  if (colorimetry)
    fail_unless (gst_video_colorimetry_from_string (&picture->info.colorimetry,
            colorimetry));
  picture->buffer = gst_buffer_new_allocate (NULL, picture->info.size, NULL);
  fail_unless (gst_video_frame_map (&picture->frame, &picture->info,
          picture->buffer, GST_MAP_READWRITE));
}

void
picture_close (Picture * picture)
{
  gst_video_frame_unmap (&picture->frame);
  gst_buffer_unref (picture->buffer);
}

/* Noise around a slope: every pixel matters, none is clipped by the matrix
 * more often than others. */
void
picture_fill (Picture * picture, guint32 seed)
{
  GstMapInfo *map = &picture->frame.map[0];
  gsize i;

  for (i = 0; i < map->size; i++) {
    seed = seed * 1664525u + 1013904223u;
    map->data[i] = 96 + (seed >> 26) + i % 13;
  }
}
