/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Heart rate variability: of hearts that vary, and of no metronome. */

#include "synthetic.h"
#include <vitals/signal/vitals-variability-private.h>
#include <gst/check/gstcheck.h>
#include <math.h>

#define SEEDS 10

static VitalsPulseEstimate
measure_skin (const Skin * skin, guint32 seed, GstClockTime window)
{
  g_autoptr (VitalsPulseEstimator) estimator = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  VitalsPulseConfig config;
  VitalsPulseEstimate estimate;

  vitals_pulse_config_init (&config);
  config.hrv_window = window;
  estimator = vitals_pulse_estimator_new (&config);
  push_skin (estimator, skin, rand, 0.0, window / (gdouble) GST_SECOND + 0.1);
  vitals_pulse_estimator_estimate (estimator, &estimate);
  check_estimate (&estimate);
  return estimate;
}

static const gdouble metronomes[] = { 48.0, 72.0, 110.0, 160.0 };
static const gdouble noises[] = { 0.0, 0.0002, 0.0005, 0.001, 0.002 };
static const gdouble framerates[] = { 10.0, 15.0, 30.0 };

/* Whatever noise moves its beats; it may move them by 100 ms. */
GST_START_TEST (a_heart_that_beats_evenly_has_no_variability)
{
  Skin skin = { metronomes[__i__], 0.0, 0.004, 0.0, 30.0, 1, 0.0 };
  guint i, k, seed, count = 0, hearts = 0;

  for (i = 0; i < G_N_ELEMENTS (noises); i++)
    for (k = 0; k < G_N_ELEMENTS (framerates); k++)
      for (seed = 1; seed <= SEEDS; seed++) {
        VitalsPulseEstimate estimate;

        skin.noise = noises[i];
        skin.framerate = framerates[k];
        estimate = measure_skin (&skin, seed, 60 * GST_SECOND);
        hearts += estimate.has_heart_rate;
        count += estimate.has_hrv;
      }
  fail_unless (hearts > 100, "%u", hearts);
  fail_unless_equals_int (count, 0);
}

GST_END_TEST;

/* A short window has few beats: one of a hundred may look uneven. */
GST_START_TEST (a_metronome_is_one_in_24_seconds_too)
{
  Skin skin = { metronomes[__i__], 0.0, 0.004, 0.0, 30.0, 1, 0.0 };
  guint i, seed, count = 0;

  for (i = 0; i < G_N_ELEMENTS (noises); i++)
    for (seed = 1; seed <= 2 * SEEDS; seed++) {
      skin.noise = noises[i];
      count += measure_skin (&skin, seed, 24 * GST_SECOND).has_hrv;
    }
  fail_unless (count <= 2 * G_N_ELEMENTS (noises) * SEEDS / 50, "%u", count);
}

GST_END_TEST;

static void
assert_near (gdouble value, gdouble truth, gdouble share)
{
  fail_unless (fabs (value - truth) <= share * truth, "%f, not %f", value,
      truth);
}

static const struct
{
  gdouble rate, variability, noise;
} hearts[] = {
  {60.0, 0.03, 0.0002}, {60.0, 0.05, 0.0003}, {72.0, 0.04, 0.0003},
  {90.0, 0.04, 0.0002}, {54.0, 0.07, 0.0005}
};

/* Stated in the documentation: within a quarter. */
GST_START_TEST (the_variability_of_a_heart_is_found)
{
  Skin skin = { hearts[__i__].rate, 0.0, 0.004, hearts[__i__].noise, 30.0, 1,
    hearts[__i__].variability
  };
  gdouble sdnn, rmssd;
  guint seed, count = 0;

  skin_variability (&skin, 60.0, &sdnn, &rmssd);
  fail_unless (sdnn > 15.0 && rmssd > 15.0, "%f %f", sdnn, rmssd);
  for (seed = 1; seed <= SEEDS; seed++) {
    VitalsPulseEstimate estimate = measure_skin (&skin, seed,
        60 * GST_SECOND);

    if (!estimate.has_hrv)
      continue;
    count++;
    assert_near (estimate.hrv_sdnn, sdnn, 0.25);
    assert_near (estimate.hrv_rmssd, rmssd, 0.25);
    fail_unless (estimate.has_lfhf);
    fail_unless (estimate.hrv_confidence <= estimate.heart_rate_confidence);
  }
  fail_unless (10 * count >= 8 * SEEDS, "%u", count);
}

GST_END_TEST;

static Suite *
variability_suite (void)
{
  Suite *suite = suite_create ("variability");
  TCase *tcase = tcase_create ("synthetic");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 60);
  tcase_add_loop_test (tcase, a_heart_that_beats_evenly_has_no_variability, 0,
      G_N_ELEMENTS (metronomes));
  tcase_add_loop_test (tcase, a_metronome_is_one_in_24_seconds_too, 0,
      G_N_ELEMENTS (metronomes));
  tcase_add_loop_test (tcase, the_variability_of_a_heart_is_found, 0,
      G_N_ELEMENTS (hearts));
  return suite;
}

GST_CHECK_MAIN (variability);
