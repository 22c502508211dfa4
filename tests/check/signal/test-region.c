/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/capture/vitals-region-private.h>
#include <gst/check/gstcheck.h>
#include <math.h>

#define WIDTH 1500
#define HEIGHT 40

static GstBuffer *buffer;
static GstVideoFrame frame;

static void
open_frame (GstVideoFormat format, guint8 value)
{
  GstVideoInfo info;

  gst_video_info_set_format (&info, format, WIDTH, HEIGHT);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, value, info.size);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READWRITE));
}

static void
close_frame (void)
{
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
}

static void
assert_near (gdouble value, gdouble expected)
{
  fail_unless (fabs (value - expected) < 1e-9, "%.12f, not %.12f", value,
      expected);
}

GST_START_TEST (the_mean_of_each_row_is_exact)
{
  gdouble profile[HEIGHT], expected;
  VitalsBox box = { 3, 5, 1401, 9 };
  guint8 *line;
  guint x, y;

  open_frame (GST_VIDEO_FORMAT_I420, 128);
  for (y = 0; y < HEIGHT; y++) {
    line = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0)
        + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
    for (x = 0; x < WIDTH; x++)
      line[x] = (guint8) (x * 37 + y * 11);
  }
  fail_unless_equals_int (vitals_region_profile (&frame, &box, profile,
          HEIGHT), 9);
  for (y = 0; y < 9; y++) {
    expected = 0.0;
    for (x = 3; x < 1404; x++)
      expected += (guint8) (x * 37 + (y + 5) * 11);
    assert_near (profile[y], expected / 1401.0);
  }
  close_frame ();
}

GST_END_TEST;

GST_START_TEST (a_row_of_white_does_not_overflow)
{
  VitalsBox box = { 0, 0, WIDTH, HEIGHT };
  gdouble profile[HEIGHT];
  guint y;

  open_frame (GST_VIDEO_FORMAT_I420, 255);
  fail_unless_equals_int (vitals_region_profile (&frame, &box, profile,
          HEIGHT), HEIGHT);
  for (y = 0; y < HEIGHT; y++)
    assert_near (profile[y], 255.0);
  close_frame ();
}

GST_END_TEST;

GST_START_TEST (skin_is_red_green_and_blue_in_each_order)
{
  static const GstVideoFormat formats[] = { GST_VIDEO_FORMAT_RGB,
    GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_GBR
  };
  VitalsBox face = { 100, 2, 800, 30 };
  gdouble rgb[3];
  guint c, x, y;

  open_frame (formats[__i__], 0);
  for (c = 0; c < 3; c++)
    for (y = 0; y < HEIGHT; y++)
      for (x = 0; x < WIDTH; x++)
        *((guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, c)
            + y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, c)
            + x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, c)) = 50 * (c + 1);
  fail_unless (vitals_region_skin (&frame, &face, rgb));
  for (c = 0; c < 3; c++)
    assert_near (rgb[c], 50.0 * (c + 1));
  close_frame ();
}

GST_END_TEST;

GST_START_TEST (a_face_outside_the_frame_has_no_skin)
{
  static const VitalsBox boxes[] = { {2000, 0, 100, 30}, {0, 100, 100, 30},
  {-500, 0, 100, 30}, {10, 10, 0.5, 0.5}
  };
  gdouble rgb[3], profile[HEIGHT];
  guint i;

  open_frame (GST_VIDEO_FORMAT_I420, 100);
  for (i = 0; i < G_N_ELEMENTS (boxes); i++) {
    fail_if (vitals_region_skin (&frame, &boxes[i], rgb), "box %u", i);
    fail_unless_equals_int (vitals_region_profile (&frame, &boxes[i], profile,
            HEIGHT), 0);
  }
  close_frame ();
}

GST_END_TEST;

static Suite *
region_suite (void)
{
  Suite *suite = suite_create ("region");
  TCase *tcase = tcase_create ("means");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_mean_of_each_row_is_exact);
  tcase_add_test (tcase, a_row_of_white_does_not_overflow);
  tcase_add_loop_test (tcase, skin_is_red_green_and_blue_in_each_order, 0, 3);
  tcase_add_test (tcase, a_face_outside_the_frame_has_no_skin);
  return suite;
}

GST_CHECK_MAIN (region);
