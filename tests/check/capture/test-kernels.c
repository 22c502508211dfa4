/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernels for a processor against those in C: the same bytes, always. */

#include "picture.h"

#include <string.h>
#include <vitals/capture/vitals-packer-private.h>

/* Noise from black to white, with runs of both: nothing may overflow. */
static void
fill_with_extremes (Picture * picture, guint32 seed)
{
  GstMapInfo *map = &picture->frame.map[0];
  gsize i;

  for (i = 0; i < map->size; i++) {
    seed = seed * 1664525u + 1013904223u;
    map->data[i] = (seed >> 16) & 1 ? seed >> 24 : (i >> 7) & 1 ? 255 : 0;
  }
}

static void
pack_with (const VitalsKernels * kernels, Picture * picture,
    const VitalsBox * face, guint8 * pixels)
{
  g_autoptr (VitalsPacker) packer = vitals_packer_new (kernels);

  memset (pixels, 0, VITALS_FRAME_BYTES);
  fail_unless (vitals_packer_pack (packer, &picture->frame, face, pixels,
          NULL));
}

static void
assert_as_c (const VitalsKernels * kernels, Picture * picture,
    const VitalsBox * face)
{
  g_autofree guint8 *pixels = g_malloc (VITALS_FRAME_BYTES);
  g_autofree guint8 *expected = g_malloc (VITALS_FRAME_BYTES);

  pack_with (kernels, picture, face, pixels);
  pack_with (&vitals_kernels_c, picture, face, expected);
  fail_unless (memcmp (pixels, expected, VITALS_FRAME_BYTES) == 0,
      "%s, %s %dx%d", kernels->name,
      gst_video_format_to_string (GST_VIDEO_FRAME_FORMAT (&picture->frame)),
      picture->info.width, picture->info.height);
}

GST_START_TEST (kernels_of_every_processor_give_the_bytes_of_c)
{
  GstVideoFormat format = gst_video_format_from_string (formats[__i__]);
  const VitalsKernels *kernels;
  guint i, n;

  for (i = 0; i < N_GEOMETRIES; i++) {
    const Geometry *geometry = &geometries[i];
    Picture picture;

    picture_open (&picture, format, geometry->width, geometry->height,
        geometry->padded, NULL);
    fill_with_extremes (&picture, i);
    for (n = 0; (kernels = vitals_kernels_get_nth (n)) != NULL; n++)
      assert_as_c (kernels, &picture, &geometry->face);
    picture_close (&picture);
  }
}

GST_END_TEST;

/* Boxes that grow and move by parts of a pixel, so that every tail of a row and
 * every number of rows in a cell comes. */
GST_START_TEST (kernels_agree_at_every_width_and_offset)
{
  const VitalsKernels *kernels;
  Picture picture;
  guint n, i;

  picture_open (&picture, gst_video_format_from_string (formats[__i__]), 203,
      149, TRUE, NULL);
  fill_with_extremes (&picture, 7);
  for (i = 0; i < 40; i++) {
    VitalsBox face = { i * 1.3, i * .7, 9 + i * 5.3, 7 + i * 4.1 };

    for (n = 0; (kernels = vitals_kernels_get_nth (n)) != NULL; n++)
      assert_as_c (kernels, &picture, &face);
  }
  picture_close (&picture);
}

GST_END_TEST;

/* The roundings of hundreds of columns add up to more than a word holds. */
GST_START_TEST (white_of_a_very_wide_frame_stays_white)
{
  static const VitalsBox face = { -.2 / .6 * 40000, -.1 / .8 * 8, 40000 / .6,
    8 / .8
  };
  guint8 *pixels = g_malloc (VITALS_FRAME_BYTES);
  Picture picture;
  guint n, i;

  picture_open (&picture, GST_VIDEO_FORMAT_RGB, 40000, 8, FALSE, NULL);
  memset (GST_VIDEO_FRAME_PLANE_DATA (&picture.frame, 0), 255,
      GST_VIDEO_FRAME_SIZE (&picture.frame));
  for (n = 0; vitals_kernels_get_nth (n); n++) {
    g_autoptr (VitalsPacker) packer =
        vitals_packer_new (vitals_kernels_get_nth (n));

    fail_unless (vitals_packer_pack (packer, &picture.frame, &face, pixels,
            NULL));
    for (i = 0; i < VITALS_FRAME_BYTES; i++)
      fail_unless (pixels[i] >= 254, "%s: %u", vitals_kernels_get_nth (n)->name,
          pixels[i]);
  }
  g_free (pixels);
  picture_close (&picture);
}

GST_END_TEST;

/* Each plane in memory of its own, that ends with the last visible sample: the
 * address sanitizer and valgrind see who reads more. */
GST_START_TEST (nothing_behind_the_last_pixel_is_read)
{
  /* the largest patch is the whole frame */
  static const VitalsBox face = { -.2 / .6 * 131, -.1 / .8 * 67, 131 / .6,
    67 / .8
  };
  Picture picture;
  guint8 *pixels = g_malloc (VITALS_FRAME_BYTES);
  GstVideoFrame cut;
  guint i;

  picture_open (&picture, gst_video_format_from_string (formats[__i__]), 131,
      67, FALSE, NULL);
  fill_with_extremes (&picture, 3);
  cut = picture.frame;
  for (i = 0; i < GST_VIDEO_FRAME_N_PLANES (&cut); i++) {
    guint size = 0, c;

    for (c = 0; c < 3; c++) {
      if (GST_VIDEO_FRAME_COMP_PLANE (&cut, c) == i)
        size = MAX (size, (guint) GST_VIDEO_FRAME_COMP_STRIDE (&cut, c)
            * (GST_VIDEO_FRAME_COMP_HEIGHT (&cut, c) - 1)
            + (guint) GST_VIDEO_FRAME_COMP_WIDTH (&cut, c)
            * GST_VIDEO_FRAME_COMP_PSTRIDE (&cut, c));
    }
    cut.data[i] = g_memdup2 (cut.data[i], size);
  }
  for (i = 0; vitals_kernels_get_nth (i); i++) {
    g_autoptr (VitalsPacker) packer =
        vitals_packer_new (vitals_kernels_get_nth (i));

    fail_unless (vitals_packer_pack (packer, &cut, &face, pixels, NULL));
  }
  for (i = 0; i < GST_VIDEO_FRAME_N_PLANES (&cut); i++)
    g_free (cut.data[i]);
  g_free (pixels);
  picture_close (&picture);
}

GST_END_TEST;

GST_START_TEST (a_packer_follows_new_boxes_formats_sizes_and_colours)
{
  static const struct
  {
    GstVideoFormat format;
    gint width, height;
    const gchar *colorimetry;
    VitalsBox face;
  } steps[] = {
    {GST_VIDEO_FORMAT_I420, 160, 120, "2:4:0:0", {10, 10, 80, 90}},
    {GST_VIDEO_FORMAT_I420, 160, 120, "2:4:0:0", {12.5, 10, 80, 90}},
    {GST_VIDEO_FORMAT_I420, 160, 120, "1:3:0:0", {12.5, 10, 80, 90}},
    {GST_VIDEO_FORMAT_BGRx, 160, 120, NULL, {12.5, 10, 80, 90}},
    {GST_VIDEO_FORMAT_NV12, 320, 240, "2:4:0:0", {12.5, 10, 280, 190}},
    {GST_VIDEO_FORMAT_NV12, 160, 240, "2:4:0:0", {12.5, 10, 80, 190}}
  };
  g_autoptr (VitalsPacker) packer = vitals_packer_new (NULL);
  g_autofree guint8 *pixels = g_malloc (VITALS_FRAME_BYTES);
  g_autofree guint8 *expected = g_malloc (VITALS_FRAME_BYTES);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (steps); i++) {
    Picture picture;

    picture_open (&picture, steps[i].format, steps[i].width, steps[i].height,
        FALSE, steps[i].colorimetry);
    picture_fill (&picture, i);
    fail_unless (vitals_packer_pack (packer, &picture.frame, &steps[i].face,
            pixels, NULL));
    pack_with (NULL, &picture, &steps[i].face, expected);
    fail_unless (memcmp (pixels, expected, VITALS_FRAME_BYTES) == 0,
        "step %u", i);
    picture_close (&picture);
  }
}

GST_END_TEST;

GST_START_TEST (a_packer_goes_on_after_a_box_that_was_refused)
{
  static const VitalsBox inside = { 10, 10, 40, 40 };
  static const VitalsBox outside = { 100, 10, 40, 40 };
  g_autoptr (VitalsPacker) packer = vitals_packer_new (NULL);
  g_autofree guint8 *pixels = g_malloc (VITALS_FRAME_BYTES);
  g_autofree guint8 *expected = g_malloc (VITALS_FRAME_BYTES);
  Picture picture;

  picture_open (&picture, GST_VIDEO_FORMAT_I420, 64, 64, FALSE, NULL);
  picture_fill (&picture, 1);
  pack_with (NULL, &picture, &inside, expected);
  fail_unless (vitals_packer_pack (packer, &picture.frame, &inside, pixels,
          NULL));
  fail_if (vitals_packer_pack (packer, &picture.frame, &outside, pixels, NULL));
  fail_unless (vitals_packer_pack (packer, &picture.frame, &inside, pixels,
          NULL));
  fail_unless (memcmp (pixels, expected, VITALS_FRAME_BYTES) == 0);
  picture_close (&picture);
}

GST_END_TEST;

GST_START_TEST (plain_c_is_always_there_and_last)
{
  guint n = 0;

  while (vitals_kernels_get_nth (n))
    n++;
  fail_unless (n > 0);
  fail_unless (vitals_kernels_get_nth (n - 1) == &vitals_kernels_c);
}

GST_END_TEST;

static Suite *
kernels_suite (void)
{
  Suite *suite = suite_create ("kernels");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_loop_test (test, kernels_of_every_processor_give_the_bytes_of_c, 0,
      N_FORMATS);
  tcase_add_loop_test (test, kernels_agree_at_every_width_and_offset, 0,
      N_FORMATS);
  tcase_add_loop_test (test, nothing_behind_the_last_pixel_is_read, 0,
      N_FORMATS);
  tcase_add_test (test, white_of_a_very_wide_frame_stays_white);
  tcase_add_test (test, a_packer_follows_new_boxes_formats_sizes_and_colours);
  tcase_add_test (test, a_packer_goes_on_after_a_box_that_was_refused);
  tcase_add_test (test, plain_c_is_always_there_and_last);
  return suite;
}

GST_CHECK_MAIN (kernels);
