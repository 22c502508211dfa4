/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Breathing: found where someone breathes, and nowhere else. */

#include "synthetic.h"
#include <gst/check/gstcheck.h>
#include <math.h>

#define FRAMERATE 30
#define FIRST 15                /* s; before there is no breathing */
#define LAST 40
#define SEEDS 4

typedef struct
{
  GRand *rand;
  gdouble time;                 /* s */
  gdouble state;                /* of what wanders */
  gdouble rate;                 /* a minute, of what swings */
} Chest;

/* How far the chest is at chest->time. */
typedef gdouble (*ChestFunc) (Chest * chest);

static gdouble
still_chest (Chest * chest)
{
  return 0.05 * gaussian (chest->rand);
}

static gdouble
noisy_chest (Chest * chest)
{
  return gaussian (chest->rand);
}

static gdouble
wandering_chest (Chest * chest)
{
  return chest->state += 0.1 * gaussian (chest->rand);
}

static gdouble
drifting_chest (Chest * chest)
{
  return chest->state = 0.98 * chest->state + 0.1 * gaussian (chest->rand);
}

/* Someone who sits down anew every few seconds. */
static gdouble
restless_chest (Chest * chest)
{
  if (g_rand_double (chest->rand) < 0.2 / FRAMERATE)
    chest->state = gaussian (chest->rand);
  return chest->state + 0.05 * gaussian (chest->rand);
}

static gdouble
unseen_chest (Chest * chest)
{
  (void) chest;
  return NAN;
}

static gdouble
swinging_chest (Chest * chest)
{
  return sin (2.0 * G_PI * chest->rate / 60.0 * chest->time)
      + 0.2 * gaussian (chest->rand);
}

/* No breath is like the one before: 6 % in length, 15 % in depth. */
static gdouble
breathing_chest (Chest * chest)
{
  gdouble slow = sin (2.0 * G_PI * 0.021 * chest->time);

  return (1.0 + 0.15 * slow) * sin (2.0 * G_PI * chest->rate / 60.0
      * (chest->time + 0.5 * slow)) + 0.3 * gaussian (chest->rand);
}

/* The estimates from FIRST to LAST s, one a second. Returns: how many have a
 * respiratory rate; @far: how many of these are 2 a minute off @rate, or more;
 * either may be NULL. */
static guint
count_breaths (ChestFunc func, gdouble amplitude, gdouble rate, guint32 seed,
    guint * hearts, guint * far)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (VitalsPulseEstimator) estimator = NULL;
  Chest chest = { rand, 0.0, 0.0, rate };
  Skin skin = { 72.0, 0.0, amplitude, 0.0005, FRAMERATE, seed, 0.0 };
  VitalsPulseConfig config;
  VitalsPulseEstimate estimate;
  guint i, c, count = 0;

  vitals_pulse_config_init (&config);
  estimator = vitals_pulse_estimator_new (&config);
  for (i = 0; i < LAST * FRAMERATE; i++) {
    gdouble colour[3];

    chest.time = (gdouble) i / FRAMERATE;
    skin_colour (&skin, chest.time, colour);
    for (c = 0; c < 3; c++)
      colour[c] *= 1.0 + skin.noise * gaussian (rand);
    vitals_pulse_estimator_push (estimator, i * GST_SECOND / FRAMERATE,
        colour[0], colour[1], colour[2], FALSE, func (&chest));
    if (i % FRAMERATE != 0 || i < FIRST * FRAMERATE)
      continue;
    vitals_pulse_estimator_estimate (estimator, &estimate);
    check_estimate (&estimate);
    fail_if (estimate.has_respiratory_rate && !estimate.has_heart_rate);
    count += estimate.has_respiratory_rate;
    if (hearts)
      *hearts += estimate.has_heart_rate;
    if (far && estimate.has_respiratory_rate)
      *far += fabs (estimate.respiratory_rate - rate) >= 2.0;
  }
  return count;
}

static const struct
{
  ChestFunc func;
  gdouble rate;
} no_breaths[] = {
  {still_chest, 0.0}, {noisy_chest, 0.0}, {wandering_chest, 0.0},
  {drifting_chest, 0.0}, {restless_chest, 0.0}, {unseen_chest, 0.0},
  {swinging_chest, 3.0}, {swinging_chest, 5.0}, {swinging_chest, 42.0},
  {swinging_chest, 50.0}, {swinging_chest, 72.0}
};

/* A photo, a mannequin, a chair: whatever moves there. */
GST_START_TEST (what_has_no_pulse_does_not_breathe)
{
  guint i, seed;

  for (i = 0; i < G_N_ELEMENTS (no_breaths); i++)
    for (seed = 1; seed <= SEEDS; seed++)
      fail_unless_equals_int (count_breaths (no_breaths[i].func, 0.0,
              no_breaths[i].rate, seed, NULL, NULL), 0);
  /* not even as regularly as a breath */
  fail_unless_equals_int (count_breaths (swinging_chest, 0.0, 15.0, 1, NULL,
          NULL), 0);
}

GST_END_TEST;

/* Held breath: of all that moves besides, at most one estimate of a hundred is
 * taken for breathing. */
GST_START_TEST (a_heart_that_beats_does_not_make_a_breath)
{
  guint count = 0, hearts = 0, i, seed;

  for (i = 0; i < G_N_ELEMENTS (no_breaths); i++)
    for (seed = 1; seed <= SEEDS; seed++)
      count += count_breaths (no_breaths[i].func, 0.004, no_breaths[i].rate,
          seed, &hearts, NULL);
  fail_unless (hearts > 1000, "%u", hearts);
  fail_unless (100 * count <= hearts, "%u of %u", count, hearts);
}

GST_END_TEST;

GST_START_TEST (breaths_that_are_not_even_are_found)
{
  static const gdouble rates[] = { 8.0, 12.0, 16.0, 24.0, 32.0 };
  guint count = 0, all = 0, far = 0, i, seed;

  for (i = 0; i < G_N_ELEMENTS (rates); i++)
    for (seed = 1; seed <= SEEDS; seed++)
      count += count_breaths (breathing_chest, 0.004, rates[i], seed, &all,
          &far);
  fail_unless (10 * count >= 9 * all, "%u of %u", count, all);
  fail_unless (50 * far <= count, "%u of %u", far, count);
}

GST_END_TEST;

static Suite *
respiration_suite (void)
{
  Suite *suite = suite_create ("respiration");
  TCase *tcase = tcase_create ("synthetic");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, what_has_no_pulse_does_not_breathe);
  tcase_add_test (tcase, a_heart_that_beats_does_not_make_a_breath);
  tcase_add_test (tcase, breaths_that_are_not_even_are_found);
  return suite;
}

GST_CHECK_MAIN (respiration);
