/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Crops are those of the service's own clients, pixel by pixel. */

#include <gst/check/gstcheck.h>
#include <vitals/face/vitals-roi-method.h>

static void
assert_crop (VitalsRoiMethod method, VitalsBox face, guint width, guint height,
    VitalsBox expected)
{
  VitalsBox crop;

  fail_unless (vitals_roi_method_crop (method, &face, width, height, &crop));
  fail_unless (crop.x == expected.x && crop.y == expected.y
      && crop.width == expected.width && crop.height == expected.height,
      "(%g,%g,%g,%g)", crop.x, crop.y, crop.width, crop.height);
}

#define BOX(x, y, w, h) ((VitalsBox) { x, y, w, h })

GST_START_TEST (crops_are_those_of_the_official_clients)
{
  assert_crop (VITALS_ROI_METHOD_UPPER_BODY_CROPPED, BOX (247, 52, 197, 280),
      640, 480, BOX (210, 11, 272, 398));
  assert_crop (VITALS_ROI_METHOD_UPPER_BODY_CROPPED, BOX (364, 81, 191, 280),
      854, 480, BOX (328, 40, 264, 398));
}

GST_END_TEST;

GST_START_TEST (crop_is_clipped_to_the_frame_and_even)
{
  assert_crop (VITALS_ROI_METHOD_UPPER_BODY, BOX (0, 0, 101, 101), 101, 101,
      BOX (0, 0, 100, 100));
  assert_crop (VITALS_ROI_METHOD_FACE, BOX (10, 10, 100, 100), 640, 480,
      BOX (30, 20, 60, 80));
  assert_crop (VITALS_ROI_METHOD_FOREHEAD, BOX (100, 100, 100, 100), 640, 480,
      BOX (135, 115, 30, 10));
}

GST_END_TEST;

GST_START_TEST (crop_outside_the_frame_is_refused)
{
  VitalsBox face = { 700, 10, 50, 50 }, crop;

  fail_if (vitals_roi_method_crop (VITALS_ROI_METHOD_FACE, &face, 640, 480,
          &crop));
}

GST_END_TEST;

static Suite *
vitallens_crop_suite (void)
{
  Suite *s = suite_create ("vitallens-crop");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, crops_are_those_of_the_official_clients);
  tcase_add_test (tc, crop_is_clipped_to_the_frame_and_even);
  tcase_add_test (tc, crop_outside_the_frame_is_refused);
  return s;
}

GST_CHECK_MAIN (vitallens_crop);
