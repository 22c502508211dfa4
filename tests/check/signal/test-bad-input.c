/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "synthetic.h"
#include <vitals/signal/vitals-trace-private.h>
#include <gst/check/gstcheck.h>
#include <math.h>

static VitalsPulseEstimator *estimator;
static GRand *rnd;

static void
set_up (void)
{
  VitalsPulseConfig config;

  vitals_pulse_config_init (&config);
  estimator = vitals_pulse_estimator_new (&config);
  rnd = g_rand_new_with_seed (1);
}

static void
tear_down (void)
{
  vitals_pulse_estimator_free (estimator);
  g_rand_free (rnd);
}

static VitalsPulseEstimate
estimate_now (void)
{
  VitalsPulseEstimate estimate;

  vitals_pulse_estimator_estimate (estimator, &estimate);
  check_estimate (&estimate);
  return estimate;
}

static gboolean
push_at (gdouble seconds, gdouble red, gdouble green, gdouble blue)
{
  return vitals_pulse_estimator_push (estimator,
      (GstClockTime) (seconds * GST_SECOND), red, green, blue, FALSE, NAN);
}

static void
assert_no_rate (VitalsNoRate reason)
{
  VitalsPulseEstimate estimate = estimate_now ();

  fail_if (estimate.has_heart_rate, "%f", estimate.heart_rate);
  fail_if (estimate.has_respiratory_rate || estimate.has_hrv);
  fail_unless_equals_int (estimate.no_heart_rate, reason);
}

static void
push_constant (gdouble red, gdouble green, gdouble blue)
{
  guint i;

  for (i = 0; i < 1900; i++)
    push_at (i / 30.0, red, green, blue);
}

GST_START_TEST (nothing_gives_nothing)
{
  assert_no_rate (VITALS_NO_RATE_TOO_SHORT);
}

GST_END_TEST;

GST_START_TEST (one_frame_gives_nothing)
{
  fail_unless (push_at (0.0, 100.0, 100.0, 100.0));
  assert_no_rate (VITALS_NO_RATE_TOO_SHORT);
}

GST_END_TEST;

GST_START_TEST (constant_frames_have_no_pulse)
{
  push_constant (170.0, 120.0, 100.0);
  assert_no_rate (VITALS_NO_RATE_NO_PULSE);
}

GST_END_TEST;

GST_START_TEST (saturated_frames_have_no_pulse)
{
  push_constant (255.0, 255.0, 255.0);
  assert_no_rate (VITALS_NO_RATE_NO_PULSE);
}

GST_END_TEST;

GST_START_TEST (black_frames_are_not_taken)
{
  fail_if (push_at (0.0, 0.0, 0.0, 0.0));
  push_constant (0.0, 0.0, 0.0);
  assert_no_rate (VITALS_NO_RATE_TOO_SHORT);
}

GST_END_TEST;

GST_START_TEST (values_that_are_not_finite_are_not_taken)
{
  fail_if (push_at (0.0, NAN, 100.0, 100.0));
  fail_if (push_at (0.0, 100.0, INFINITY, 100.0));
  fail_if (push_at (0.0, 100.0, 100.0, -1.0));
  assert_no_rate (VITALS_NO_RATE_TOO_SHORT);
}

GST_END_TEST;

GST_START_TEST (frames_without_a_time_are_not_taken)
{
  fail_if (vitals_pulse_estimator_push (estimator, GST_CLOCK_TIME_NONE, 100.0,
          100.0, 100.0, FALSE, NAN));
}

GST_END_TEST;

GST_START_TEST (time_that_does_not_grow_is_not_taken)
{
  fail_unless (push_at (1.0, 100.0, 100.0, 100.0));
  fail_if (push_at (1.0, 100.0, 100.0, 100.0));
  fail_if (push_at (0.9, 100.0, 100.0, 100.0));
  fail_unless (push_at (1.1, 100.0, 100.0, 100.0));
}

GST_END_TEST;

GST_START_TEST (a_gap_of_five_seconds_starts_anew)
{
  Skin skin = SKIN_DEFAULT;

  push_skin (estimator, &skin, rnd, 0.0, 10.0);
  fail_unless (estimate_now ().has_heart_rate);
  push_skin (estimator, &skin, rnd, 15.0, 19.0);
  assert_no_rate (VITALS_NO_RATE_TOO_SHORT);
  push_skin (estimator, &skin, rnd, 19.0, 25.0);
  fail_unless (estimate_now ().has_heart_rate);
}

GST_END_TEST;

GST_START_TEST (a_seek_back_starts_anew)
{
  Skin skin = SKIN_DEFAULT;

  push_skin (estimator, &skin, rnd, 100.0, 110.0);
  fail_unless (estimate_now ().has_heart_rate);
  push_skin (estimator, &skin, rnd, 0.0, 1.0);
  assert_no_rate (VITALS_NO_RATE_TOO_SHORT);
}

GST_END_TEST;

GST_START_TEST (four_frames_a_second_are_too_few)
{
  Skin skin = SKIN_DEFAULT;

  skin.framerate = 4.0;
  push_skin (estimator, &skin, rnd, 0.0, 30.0);
  fail_unless_equals_int (estimate_now ().no_heart_rate,
      VITALS_NO_RATE_FRAME_RATE);
}

GST_END_TEST;

GST_START_TEST (a_heart_below_40_or_above_220_has_no_rate)
{
  static const gdouble rates[] = { 34.0, 236.0 };
  Skin skin = SKIN_DEFAULT;

  skin.heart_rate = rates[__i__];
  push_skin (estimator, &skin, rnd, 0.0, 10.0);
  fail_if (estimate_now ().has_heart_rate);
}

GST_END_TEST;

GST_START_TEST (noise_has_no_rate)
{
  guint i, accepted = 0;

  for (i = 0; i < 30 * 130; i++) {
    push_at (i / 30.0, 100.0 + 0.1 * gaussian (rnd),
        100.0 + 0.1 * gaussian (rnd), 100.0 + 0.1 * gaussian (rnd));
    if (i % 30 == 29 && estimate_now ().has_heart_rate)
      accepted++;
  }
  fail_unless (accepted <= 1, "%u", accepted);
}

GST_END_TEST;

/* A lamp that flickers takes the same share of each colour. */
GST_START_TEST (flicker_at_72_a_minute_has_no_rate)
{
  VitalsPulseMethod method;

  for (method = VITALS_PULSE_METHOD_POS; method <= VITALS_PULSE_METHOD_GREEN;
      method++) {
    VitalsPulseConfig config;
    guint i;

    vitals_pulse_config_init (&config);
    config.method = method;
    vitals_pulse_estimator_free (estimator);
    estimator = vitals_pulse_estimator_new (&config);
    for (i = 0; i < 300; i++) {
      gdouble lamp = 1.0 + 0.02 * sin (2.0 * G_PI * 1.2 * i / 30.0);

      push_at (i / 30.0, 170.0 * lamp + 0.05 * gaussian (rnd),
          120.0 * lamp + 0.05 * gaussian (rnd),
          100.0 * lamp + 0.05 * gaussian (rnd));
    }
    fail_if (estimate_now ().has_heart_rate, "method %d", method);
  }
}

GST_END_TEST;

/* 10 % of the frames lost, and each up to 10 ms off. */
GST_START_TEST (lost_frames_and_a_time_that_jitters_keep_the_rate)
{
  Skin skin = SKIN_DEFAULT;
  VitalsPulseEstimate estimate;
  guint i;

  for (i = 0; i < 300; i++) {
    gdouble time = i / 30.0 + g_rand_double_range (rnd, 0.0, 0.02), colour[3];

    skin_colour (&skin, time, colour);
    if (g_rand_double (rnd) > 0.1)
      push_at (time, colour[0], colour[1], colour[2]);
  }
  estimate = estimate_now ();
  fail_unless (estimate.has_heart_rate);
  fail_unless (fabs (estimate.heart_rate - 72.0) < 0.5, "%f",
      estimate.heart_rate);
}

GST_END_TEST;

/* Each second the box moves to where the skin is lighter or darker; @told: it
 * says so. Small ones must be told, large ones are seen. */
static void
push_with_box_steps (gdouble size, gboolean told)
{
  Skin skin = SKIN_DEFAULT;
  guint i;

  for (i = 0; i < 300; i++) {
    gdouble light = (i / 30) % 2 ? 1.0 + size : 1.0, colour[3];

    skin_colour (&skin, i / 30.0, colour);
    vitals_pulse_estimator_push (estimator, i * GST_SECOND / 30,
        light * colour[0], light * light * colour[1], light * colour[2],
        told && i % 30 == 0, NAN);
  }
}

GST_START_TEST (a_box_that_moves_and_says_so_keeps_the_rate)
{
  VitalsPulseEstimate estimate;

  push_with_box_steps (0.03, TRUE);
  estimate = estimate_now ();
  fail_unless (estimate.has_heart_rate);
  fail_unless (fabs (estimate.heart_rate - 72.0) < 1.0, "%f",
      estimate.heart_rate);
}

GST_END_TEST;

GST_START_TEST (a_box_that_jumps_and_does_not_say_so_keeps_the_rate)
{
  VitalsPulseEstimate estimate;

  push_with_box_steps (0.3, FALSE);
  estimate = estimate_now ();
  fail_unless (estimate.has_heart_rate);
  fail_unless (fabs (estimate.heart_rate - 72.0) < 1.0, "%f",
      estimate.heart_rate);
}

GST_END_TEST;

GST_START_TEST (a_reset_forgets_everything)
{
  Skin skin = SKIN_DEFAULT;

  push_skin (estimator, &skin, rnd, 0.0, 10.0);
  fail_unless (estimate_now ().has_heart_rate);
  vitals_pulse_estimator_reset (estimator);
  assert_no_rate (VITALS_NO_RATE_TOO_SHORT);
}

GST_END_TEST;

GST_START_TEST (motion_that_is_partly_unknown_gives_no_breath_of_its_own)
{
  Skin skin = SKIN_DEFAULT;
  guint i;

  skin.respiratory_rate = 0.0;
  for (i = 0; i < 900; i++) {
    gdouble colour[3];

    skin_colour (&skin, i / 30.0, colour);
    vitals_pulse_estimator_push (estimator, i * GST_SECOND / 30, colour[0],
        colour[1], colour[2], FALSE,
        i == 450 ? NAN : sin (2.0 * G_PI * 0.25 * i / 30.0));
  }
  fail_if (estimate_now ().has_respiratory_rate);
}

GST_END_TEST;

GST_START_TEST (a_trace_never_holds_more_than_its_span)
{
  g_autoptr (VitalsTrace) trace = vitals_trace_new (10 * GST_SECOND);
  gdouble values[VITALS_TRACE_CHANNELS] = { 1.0, 1.0, 1.0, 0.0 };
  guint i;

  for (i = 0; i < 100000; i++)
    fail_unless (vitals_trace_push (trace, i * GST_MSECOND, values, FALSE));
  fail_unless (vitals_trace_get_duration (trace) <= 10 * GST_SECOND);
  fail_unless (vitals_trace_get_duration (trace) > 9.9 * GST_SECOND);
  fail_unless (vitals_trace_get_length (trace) <= 10 * 64 + 2);
}

GST_END_TEST;

static Suite *
bad_input_suite (void)
{
  Suite *suite = suite_create ("bad input");
  TCase *tcase = tcase_create ("estimator");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, nothing_gives_nothing);
  tcase_add_test (tcase, one_frame_gives_nothing);
  tcase_add_test (tcase, constant_frames_have_no_pulse);
  tcase_add_test (tcase, saturated_frames_have_no_pulse);
  tcase_add_test (tcase, black_frames_are_not_taken);
  tcase_add_test (tcase, values_that_are_not_finite_are_not_taken);
  tcase_add_test (tcase, frames_without_a_time_are_not_taken);
  tcase_add_test (tcase, time_that_does_not_grow_is_not_taken);
  tcase_add_test (tcase, a_gap_of_five_seconds_starts_anew);
  tcase_add_test (tcase, a_seek_back_starts_anew);
  tcase_add_test (tcase, four_frames_a_second_are_too_few);
  tcase_add_loop_test (tcase, a_heart_below_40_or_above_220_has_no_rate, 0, 2);
  tcase_add_test (tcase, noise_has_no_rate);
  tcase_add_test (tcase, flicker_at_72_a_minute_has_no_rate);
  tcase_add_test (tcase, lost_frames_and_a_time_that_jitters_keep_the_rate);
  tcase_add_test (tcase, a_box_that_moves_and_says_so_keeps_the_rate);
  tcase_add_test (tcase, a_box_that_jumps_and_does_not_say_so_keeps_the_rate);
  tcase_add_test (tcase, a_reset_forgets_everything);
  tcase_add_test (tcase,
      motion_that_is_partly_unknown_gives_no_breath_of_its_own);
  tcase_add_test (tcase, a_trace_never_holds_more_than_its_span);
  return suite;
}

GST_CHECK_MAIN (bad_input);
