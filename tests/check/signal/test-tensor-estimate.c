/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-tensor-estimate-private.h>
#include <vitals/vitals-error.h>
#include "synthetic.h"
#include <gst/check/gstcheck.h>
#include <math.h>

/* A skin in 8 bit: the noise of the pixels carries the pulse over the steps of
 * rounding, as that of a sensor does. */
static VitalsTensor *
new_skin_tensor (const Skin * skin, guint frames)
{
  guint8 *pixels = g_malloc (frames * VITALS_FRAME_BYTES), *pixel = pixels;
  g_autoptr (GRand) rand = g_rand_new_with_seed (skin->seed);
  g_autoptr (GBytes) bytes = NULL;
  VitalsTensor *tensor;
  gdouble dither[1021];
  guint i, plane, k;

  for (k = 0; k < G_N_ELEMENTS (dither); k++)
    dither[k] = gaussian (rand);
  for (i = 0; i < frames; i++) {
    gdouble colour[3];
    guint start = g_rand_int_range (rand, 0, G_N_ELEMENTS (dither));

    skin_colour (skin, i / skin->framerate, colour);
    for (plane = 0; plane < VITALS_N_CHANNELS; plane++)
      for (k = 0; k < VITALS_PLANE_BYTES; k++)
        *pixel++ = (guint8) (colour[plane % 3] + 0.5
            + dither[(start + k) % G_N_ELEMENTS (dither)]);
  }
  bytes = g_bytes_new_take (pixels, frames * VITALS_FRAME_BYTES);
  tensor = vitals_tensor_new (bytes, skin->framerate, NULL);
  fail_unless (tensor != NULL);
  return tensor;
}

GST_START_TEST (the_pulse_of_a_tensor_is_measured)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (VitalsTensor) tensor = new_skin_tensor (&skin, 300);
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
  tensor = new_skin_tensor (&skin, 300);
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
