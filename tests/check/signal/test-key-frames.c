/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What coders of cameras do to a picture is no heart. */

#include "synthetic.h"
#include <gst/check/gstcheck.h>
#include <math.h>

#define FRAMERATE 30.0
#define WHOLE_SECONDS 12

/* Shares of the mean. */
#define STEP 0.004              /* of a key frame, in green */
#define NOISE 0.0002

static VitalsPulseEstimator *
new_estimator (void)
{
  VitalsPulseConfig config;

  vitals_pulse_config_init (&config);
  return vitals_pulse_estimator_new (&config);
}

/* How far the picture is from where it was before the last key frame: it comes
 * back in some frames, or stays until the next. */
static gdouble
get_drift (guint frame, guint interval, gdouble frames_to_return)
{
  return exp (-(gdouble) (frame % interval) / frames_to_return);
}

static void
push_photograph (VitalsPulseEstimator * estimator, guint frame, guint interval,
    gdouble frames_to_return, GRand * rand)
{
  gdouble drift = STEP * get_drift (frame, interval, frames_to_return);

  vitals_pulse_estimator_push (estimator,
      (GstClockTime) (frame / FRAMERATE * GST_SECOND),
      140.0 * (1.0 + 0.3 * drift + NOISE * gaussian (rand)),
      85.0 * (1.0 + drift + NOISE * gaussian (rand)),
      47.0 * (1.0 + 0.2 * drift + NOISE * gaussian (rand)), FALSE, NAN);
}

static void
assert_no_heart (guint interval, gdouble frames_to_return)
{
  g_autoptr (VitalsPulseEstimator) estimator = new_estimator ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (interval);
  guint frame;

  for (frame = 0; frame < WHOLE_SECONDS * FRAMERATE; frame++) {
    VitalsPulseEstimate estimate;

    push_photograph (estimator, frame, interval, frames_to_return, rand);
    if (frame % (guint) FRAMERATE != 0)
      continue;
    vitals_pulse_estimator_estimate (estimator, &estimate);
    check_estimate (&estimate);
    fail_if (estimate.has_heart_rate, "%f (%f) for a key frame in %u, %f",
        estimate.heart_rate, estimate.heart_rate_confidence, interval,
        frames_to_return);
  }
}

GST_START_TEST (key_frames_of_a_photograph_are_no_heart)
{
  static const guint intervals[] = { 10, 12, 15, 18, 20, 24, 25, 28, 30, 36, 40,
    45
  };
  static const gdouble returns[] = { 2.0, 5.0, 10.0 };
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (intervals); i++) {
    for (k = 0; k < G_N_ELEMENTS (returns); k++)
      assert_no_heart (intervals[i], returns[k]);
  }
}

GST_END_TEST;

GST_START_TEST (less_compression_is_advised_where_key_frames_are)
{
  g_autoptr (VitalsPulseEstimator) estimator = new_estimator ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  VitalsPulseEstimate estimate;
  guint frame;

  for (frame = 0; frame < 10 * FRAMERATE; frame++)
    push_photograph (estimator, frame, 25, 5.0, rand);
  vitals_pulse_estimator_estimate (estimator, &estimate);
  check_estimate (&estimate);
  fail_unless (strstr (vitals_no_rate_get_text (estimate.no_heart_rate),
          "less compression") != NULL, "%s",
      vitals_no_rate_get_text (estimate.no_heart_rate));
}

GST_END_TEST;

static void
assert_heart (VitalsPulseEstimator * estimator, gdouble rate)
{
  VitalsPulseEstimate estimate;

  vitals_pulse_estimator_estimate (estimator, &estimate);
  fail_unless (estimate.has_heart_rate, "%f: %s", rate,
      vitals_no_rate_get_text (estimate.no_heart_rate));
  fail_unless (fabs (estimate.heart_rate - rate) <= 1.0, "%f, not %f",
      estimate.heart_rate, rate);
}

/* As hearts of models do, and now and then others. */
GST_START_TEST (hearts_in_step_with_the_frames_are_found)
{
  guint interval;

  for (interval = 9; interval <= 40; interval++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (interval);
    Skin skin = SKIN_DEFAULT;
    guint noise;

    skin.heart_rate = 60.0 * FRAMERATE / interval;
    for (noise = 0; noise <= 4; noise++) {
      g_autoptr (VitalsPulseEstimator) estimator = new_estimator ();

      skin.noise = 0.00025 * noise;
      push_skin (estimator, &skin, rand, 0.0, 10.0);
      assert_heart (estimator, skin.heart_rate);
    }
  }
}

GST_END_TEST;

GST_START_TEST (a_light_that_is_switched_once_hides_no_heart)
{
  g_autoptr (VitalsPulseEstimator) estimator = new_estimator ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  Skin skin = SKIN_DEFAULT;
  guint frame;

  for (frame = 0; frame < 10 * FRAMERATE; frame++) {
    gdouble time = frame / FRAMERATE, light = frame < 157 ? 1.0 : 1.001;
    gdouble colour[3];

    skin_colour (&skin, time, colour);
    vitals_pulse_estimator_push (estimator, (GstClockTime) (time * GST_SECOND),
        light * colour[0] * (1.0 + skin.noise * gaussian (rand)),
        light * colour[1] * (1.0 + skin.noise * gaussian (rand)),
        light * colour[2] * (1.0 + skin.noise * gaussian (rand)), FALSE, NAN);
  }
  assert_heart (estimator, 72.0);
}

GST_END_TEST;

static Suite *
key_frames_suite (void)
{
  Suite *suite = suite_create ("key-frames");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_test (test, key_frames_of_a_photograph_are_no_heart);
  tcase_add_test (test, less_compression_is_advised_where_key_frames_are);
  tcase_add_test (test, hearts_in_step_with_the_frames_are_found);
  tcase_add_test (test, a_light_that_is_switched_once_hides_no_heart);
  return suite;
}

GST_CHECK_MAIN (key_frames);
