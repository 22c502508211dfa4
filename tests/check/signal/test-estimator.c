/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "synthetic.h"
#include <gst/check/gstcheck.h>
#include <math.h>

static VitalsPulseEstimator *
new_estimator (void)
{
  VitalsPulseConfig config;

  vitals_pulse_config_init (&config);
  return vitals_pulse_estimator_new (&config);
}

static VitalsPulseEstimate
measure_skin (const Skin * skin, gdouble seconds)
{
  g_autoptr (VitalsPulseEstimator) estimator = new_estimator ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (skin->seed);
  VitalsPulseEstimate estimate;

  push_skin (estimator, skin, rand, 0.0, seconds);
  vitals_pulse_estimator_estimate (estimator, &estimate);
  check_estimate (&estimate);
  return estimate;
}

static void
assert_heart_rate (const VitalsPulseEstimate * estimate, gdouble rate,
    gdouble tolerance)
{
  fail_unless (estimate->has_heart_rate, "%s",
      vitals_no_rate_get_text (estimate->no_heart_rate));
  fail_unless (fabs (estimate->heart_rate - rate) <= tolerance,
      "%f, not %f", estimate->heart_rate, rate);
}

GST_START_TEST (heart_rates_from_42_to_200_are_found)
{
  static const gdouble rates[] = { 42.0, 55.0, 72.0, 100.0, 150.0, 200.0 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    Skin skin = SKIN_DEFAULT;
    VitalsPulseEstimate estimate;

    skin.heart_rate = rates[i];
    estimate = measure_skin (&skin, 10.0);
    assert_heart_rate (&estimate, rates[i], 1.0);
    fail_unless (estimate.heart_rate_confidence > 0.8);
  }
}

GST_END_TEST;

/* Of a heart below 40 a minute the second harmonic is in range. */
GST_START_TEST (a_slow_heart_is_not_reported_doubled)
{
  gdouble rate;

  for (rate = 18.0; rate <= 38.0; rate += 2.0) {
    Skin skin = SKIN_DEFAULT;
    VitalsPulseEstimate estimate;

    skin.heart_rate = rate;
    skin.respiratory_rate = 0.0;
    for (skin.seed = 1; skin.seed <= 3; skin.seed++) {
      estimate = measure_skin (&skin, 12.0);
      fail_if (estimate.has_heart_rate, "%f for %f", estimate.heart_rate, rate);
    }
  }
}

GST_END_TEST;

/* Breath at half of the heart's rate changes the light of the skin, too. */
GST_START_TEST (breath_at_half_the_rate_hides_no_heart)
{
  Skin skin = SKIN_DEFAULT;
  VitalsPulseEstimate estimate;

  skin.heart_rate = 50.0;
  skin.respiratory_rate = 25.0;
  estimate = measure_skin (&skin, 12.0);
  assert_heart_rate (&estimate, 50.0, 1.0);
}

GST_END_TEST;

GST_START_TEST (the_first_heart_rate_comes_after_five_seconds)
{
  Skin skin = SKIN_DEFAULT;
  VitalsPulseEstimate estimate = measure_skin (&skin, 4.8);

  fail_unless_equals_int (estimate.no_heart_rate, VITALS_NO_RATE_TOO_SHORT);
  estimate = measure_skin (&skin, 5.05);
  assert_heart_rate (&estimate, 72.0, 3.0);
}

GST_END_TEST;

GST_START_TEST (ten_to_sixty_frames_a_second_will_do)
{
  static const gdouble rates[] = { 10.0, 15.0, 24.0, 60.0, 120.0 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    Skin skin = SKIN_DEFAULT;
    VitalsPulseEstimate estimate;

    skin.framerate = rates[i];
    estimate = measure_skin (&skin, 10.0);
    assert_heart_rate (&estimate, 72.0, 1.0);
  }
}

GST_END_TEST;

GST_START_TEST (each_method_finds_the_rate)
{
  VitalsPulseMethod method;

  for (method = VITALS_PULSE_METHOD_POS; method <= VITALS_PULSE_METHOD_GREEN;
      method++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    g_autoptr (VitalsPulseEstimator) estimator = NULL;
    Skin skin = SKIN_DEFAULT;
    VitalsPulseConfig config;
    VitalsPulseEstimate estimate;

    vitals_pulse_config_init (&config);
    config.method = method;
    estimator = vitals_pulse_estimator_new (&config);
    push_skin (estimator, &skin, rand, 0.0, 10.0);
    vitals_pulse_estimator_estimate (estimator, &estimate);
    assert_heart_rate (&estimate, 72.0, 1.0);
  }
}

GST_END_TEST;

/* A pulse is a beat where the skin is darkest. */
GST_START_TEST (peaks_of_the_waveform_are_beats)
{
  VitalsPulseMethod method;

  for (method = VITALS_PULSE_METHOD_POS; method <= VITALS_PULSE_METHOD_GREEN;
      method++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    g_autoptr (VitalsPulseEstimator) estimator = NULL;
    Skin skin = { 60.0, 0.0, 0.004, 0.0, 30.0, 1, 0.0 };
    VitalsPulseConfig config;
    VitalsPulseEstimate estimate;
    const gdouble *waveform;
    gdouble rate, product = 0.0;
    guint n, i;

    vitals_pulse_config_init (&config);
    config.method = method;
    estimator = vitals_pulse_estimator_new (&config);
    push_skin (estimator, &skin, rand, 0.0, 10.0 + 1.0 / 30.0);
    fail_unless (vitals_pulse_estimator_estimate (estimator, &estimate));
    waveform = vitals_pulse_estimator_get_waveform (estimator, &n, &rate);
    fail_unless_equals_int (n, 301);
    for (i = 0; i < n; i++)
      product += waveform[i] * cos (2.0 * G_PI * (i % 30) / 30.0) / n;
    fail_unless (product > 0.5, "method %d: %f", method, product);
  }
}

GST_END_TEST;

GST_START_TEST (breathing_is_found_in_the_motion_of_the_chest)
{
  static const gdouble rates[] = { 8.0, 12.0, 15.0, 24.0, 33.0 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    Skin skin = SKIN_DEFAULT;
    VitalsPulseEstimate estimate;

    skin.respiratory_rate = rates[i];
    estimate = measure_skin (&skin, 30.0);
    fail_unless (estimate.has_respiratory_rate);
    fail_unless (fabs (estimate.respiratory_rate - rates[i]) <= 1.0,
        "%f, not %f", estimate.respiratory_rate, rates[i]);
  }
}

GST_END_TEST;

static void
assert_followed (gdouble from, gdouble to)
{
  g_autoptr (VitalsPulseEstimator) estimator = new_estimator ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  Skin before = SKIN_DEFAULT, after = SKIN_DEFAULT;
  VitalsPulseEstimate estimate;
  guint second;

  before.heart_rate = from;
  after.heart_rate = to;
  for (second = 0; second < 20; second++) {
    push_skin (estimator, &before, rand, second, second + 1.0);
    vitals_pulse_estimator_estimate (estimator, &estimate);
  }
  assert_heart_rate (&estimate, from, 1.0);
  for (; second < 28; second++) {
    push_skin (estimator, &after, rand, second, second + 1.0);
    vitals_pulse_estimator_estimate (estimator, &estimate);
  }
  assert_heart_rate (&estimate, to, 2.0);
}

/* Goal: a step of 30 a minute is followed within 8 s. */
GST_START_TEST (a_rate_that_changes_is_followed_within_eight_seconds)
{
  assert_followed (65.0, 95.0);
  assert_followed (95.0, 65.0);
  assert_followed (140.0, 110.0);
  /* to half of it: no subharmonic, and the hint lets go */
  assert_followed (120.0, 60.0);
  assert_followed (60.0, 120.0);
}

GST_END_TEST;

static Suite *
estimator_suite (void)
{
  Suite *suite = suite_create ("estimator");
  TCase *tcase = tcase_create ("synthetic");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, heart_rates_from_42_to_200_are_found);
  tcase_add_test (tcase, a_slow_heart_is_not_reported_doubled);
  tcase_add_test (tcase, breath_at_half_the_rate_hides_no_heart);
  tcase_add_test (tcase, the_first_heart_rate_comes_after_five_seconds);
  tcase_add_test (tcase, ten_to_sixty_frames_a_second_will_do);
  tcase_add_test (tcase, each_method_finds_the_rate);
  tcase_add_test (tcase, peaks_of_the_waveform_are_beats);
  tcase_add_test (tcase, breathing_is_found_in_the_motion_of_the_chest);
  tcase_add_test (tcase, a_rate_that_changes_is_followed_within_eight_seconds);
  return suite;
}

GST_CHECK_MAIN (estimator);
