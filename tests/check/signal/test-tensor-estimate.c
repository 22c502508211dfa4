/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-tensor-estimate-private.h>
#include <vitals/vitals-error.h>
#include "skin-tensor.h"
#include <gst/check/gstcheck.h>
#include <math.h>

GST_START_TEST (the_pulse_of_a_tensor_is_measured)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (VitalsTensor) tensor = skin_tensor_new (&skin, 300);
  g_autoptr (GError) error = NULL;
  VitalsPulseEstimate estimate;

  fail_unless (vitals_tensor_estimate (tensor, &estimate, &error), "%s",
      error ? error->message : "");
  check_estimate (&estimate);
  fail_unless (fabs (estimate.heart_rate - 72.0) < 1.0, "%f",
      estimate.heart_rate);
}

GST_END_TEST;

static void
assert_not_measured (const VitalsTensor * tensor)
{
  g_autoptr (GError) error = NULL;
  VitalsPulseEstimate estimate;

  fail_if (vitals_tensor_estimate (tensor, &estimate, &error));
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_PROCESSING_FAILED));
  check_estimate (&estimate);
}

GST_START_TEST (a_tensor_without_a_face_gives_no_rate)
{
  g_autoptr (VitalsTensor) tensor = vitals_tensor_new_placeholder (300);

  assert_not_measured (tensor);
}

GST_END_TEST;

GST_START_TEST (a_tensor_of_one_frame_gives_no_rate)
{
  g_autoptr (VitalsTensor) tensor = vitals_tensor_new_placeholder (1);

  assert_not_measured (tensor);
}

GST_END_TEST;

GST_START_TEST (a_tensor_of_noise_gives_no_rate)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (VitalsTensor) tensor = NULL;

  skin.amplitude = 0.0;
  skin.respiratory_rate = 0.0;
  tensor = skin_tensor_new (&skin, 300);
  assert_not_measured (tensor);
}

GST_END_TEST;

static Suite *
tensor_estimate_suite (void)
{
  Suite *suite = suite_create ("tensor estimate");
  TCase *tcase = tcase_create ("tensors");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_pulse_of_a_tensor_is_measured);
  tcase_add_test (tcase, a_tensor_without_a_face_gives_no_rate);
  tcase_add_test (tcase, a_tensor_of_one_frame_gives_no_rate);
  tcase_add_test (tcase, a_tensor_of_noise_gives_no_rate);
  return suite;
}

GST_CHECK_MAIN (tensor_estimate);
