/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The 40x40 pictures are area averages. */

#include <math.h>
#include <gst/check/gstcheck.h>
#include <vitals/capture/vitals-crop-private.h>

#define WIDTH 640
#define HEIGHT 480
#define SIZE 40

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_I420,
  GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_YUY2
};

static const VitalsBox crops[] = {
  {210, 11, 272, 398}, {0, 0, 640, 480}, {601, 441, 38, 38}, {3, 5, 26, 62}
};

static gdouble
share (gdouble pixel, gdouble start, gdouble end)
{
  return MAX (MIN (pixel + 1, end) - MAX (pixel, start), 0);
}

/* Of component @c in a cell, in double precision and pixel by pixel. */
static gdouble
average (GstVideoFrame * frame, guint c, const VitalsBox * crop, guint x,
    guint y)
{
  const guint8 *data = GST_VIDEO_FRAME_COMP_DATA (frame, c);
  gdouble x_scale = 1 << GST_VIDEO_FORMAT_INFO_W_SUB (frame->info.finfo, c);
  gdouble y_scale = 1 << GST_VIDEO_FORMAT_INFO_H_SUB (frame->info.finfo, c);
  gdouble width = crop->width / x_scale / SIZE;
  gdouble height = crop->height / y_scale / SIZE;
  gdouble left = crop->x / x_scale + x * width;
  gdouble top = crop->y / y_scale + y * height;
  gdouble sum = 0, area = 0;
  gint i, j;

  for (j = 0; j < GST_VIDEO_FRAME_COMP_HEIGHT (frame, c); j++) {
    for (i = 0; i < GST_VIDEO_FRAME_COMP_WIDTH (frame, c); i++) {
      gdouble weight = share (i, left, left + width)
          * share (j, top, top + height);

      if (weight > 0) {
        sum += weight * data[j * GST_VIDEO_FRAME_COMP_STRIDE (frame, c)
            + i * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c)];
        area += weight;
      }
    }
  }
  return sum / area;
}

static void
check_cell (GstVideoFrame * frame, const VitalsBox * crop, guint x, guint y,
    const guint8 * rgb)
{
  gdouble a = average (frame, 0, crop, x, y);
  gdouble b = average (frame, 1, crop, x, y);
  gdouble c = average (frame, 2, crop, x, y);
  gdouble expected[3] = { a, b, c };
  guint i;

  /* BT.601, studio range: the matrix of the caps below */
  if (GST_VIDEO_INFO_IS_YUV (&frame->info)) {
    gdouble luma = (a - 16) * 255 / 219, k = 255.0 / 224;

    expected[0] = luma + 1.402 * k * (c - 128);
    expected[1] = luma - 0.344136 * k * (b - 128) - 0.714136 * k * (c - 128);
    expected[2] = luma + 1.772 * k * (b - 128);
  }
  for (i = 0; i < 3; i++)
    fail_unless (fabs (CLAMP (expected[i], 0, 255) - rgb[i]) <= 1.0,
        "%u,%u component %u: %g is %u", x, y, i, expected[i], rgb[i]);
}

GST_START_TEST (pictures_are_area_averages_within_one_step)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  GstBuffer *buffer;
  GRand *rand = g_rand_new_with_seed (3);
  guint8 rgb[SIZE * SIZE * 3];
  GstMapInfo map;
  guint i, k;

  gst_video_info_set_format (&info, formats[__i__], WIDTH, HEIGHT);
  gst_video_colorimetry_from_string (&info.colorimetry,
      GST_VIDEO_INFO_IS_YUV (&info) ? "bt601" : "sRGB");
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (i = 0; i < map.size; i++)
    map.data[i] = g_rand_int_range (rand, 0, 256);
  gst_buffer_unmap (buffer, &map);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  for (k = 0; k < G_N_ELEMENTS (crops); k++) {
    vitals_crop_scale (&frame, &crops[k], SIZE, rgb);
    for (i = 0; i < SIZE; i++)
      check_cell (&frame, &crops[k], i, (i * 7) % SIZE,
          rgb + ((i * 7) % SIZE * SIZE + i) * 3);
  }
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
scale_suite (void)
{
  Suite *suite = suite_create ("vitallens scale");
  TCase *tests = tcase_create ("pictures");

  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, pictures_are_area_averages_within_one_step, 0,
      G_N_ELEMENTS (formats));
  return suite;
}

GST_CHECK_MAIN (scale);
