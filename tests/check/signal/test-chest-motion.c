/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-chest-motion-private.h>
#include <gst/check/gstcheck.h>
#include <math.h>

#define ROWS 120

static VitalsChestMotion *motion;

static void
set_up (void)
{
  motion = vitals_chest_motion_new ();
}

static void
tear_down (void)
{
  vitals_chest_motion_free (motion);
}

/* A shirt with folds, @shift rows lower. */
static void
fill_profile (gdouble * profile, gdouble shift, gdouble light)
{
  guint i;

  for (i = 0; i < ROWS; i++) {
    gdouble row = i - shift;

    profile[i] = light * (100.0 + 20.0 * sin (row / 7.0)
        + 10.0 * sin (row / 3.1 + 1.0) + 30.0 / (1.0 + exp (60.0 - row)));
  }
}

static gdouble
push_shifted (gdouble shift, gdouble light)
{
  gdouble profile[ROWS];

  fill_profile (profile, shift, light);
  return vitals_chest_motion_push (motion, profile, ROWS);
}

static void
assert_near (gdouble value, gdouble expected, gdouble tolerance)
{
  fail_unless (fabs (value - expected) <= tolerance, "%f, not %f", value,
      expected);
}

GST_START_TEST (shifts_of_a_fraction_of_a_row_are_seen)
{
  assert_near (push_shifted (0.0, 1.0), 0.0, 0.0);
  assert_near (push_shifted (0.05, 1.0), 0.05, 0.02);
  assert_near (push_shifted (0.5, 1.0), 0.5, 0.02);
  assert_near (push_shifted (-0.3, 1.0), -0.3, 0.02);
}

GST_END_TEST;

GST_START_TEST (shifts_of_many_rows_are_seen)
{
  push_shifted (0.0, 1.0);
  assert_near (push_shifted (3.4, 1.0), 3.4, 0.05);
  assert_near (push_shifted (-8.2, 1.0), -8.2, 0.05);
}

GST_END_TEST;

GST_START_TEST (light_that_changes_is_no_motion)
{
  push_shifted (0.0, 1.0);
  assert_near (push_shifted (0.0, 1.02), 0.0, 0.03);
}

GST_END_TEST;

GST_START_TEST (errors_do_not_add_up)
{
  gdouble shift = 0.0;
  guint i;

  for (i = 0; i < 3000; i++)
    shift = push_shifted (2.0 * sin (i / 20.0), 1.0);
  assert_near (shift, 2.0 * sin (2999 / 20.0), 0.05);
}

GST_END_TEST;

GST_START_TEST (a_box_that_moves_leaves_the_displacement)
{
  push_shifted (0.0, 1.0);
  assert_near (push_shifted (1.0, 1.0), 1.0, 0.05);
  vitals_chest_motion_step (motion);
  assert_near (push_shifted (11.0, 1.0), 1.0, 0.05);
  assert_near (push_shifted (11.5, 1.0), 1.5, 0.05);
}

GST_END_TEST;

GST_START_TEST (profiles_with_nothing_to_hold_on_to_are_unknown)
{
  gdouble profile[ROWS] = { 0.0 };

  fail_unless (isnan (vitals_chest_motion_push (motion, profile, ROWS)));
  fail_unless (isnan (vitals_chest_motion_push (motion, profile, 0)));
  fill_profile (profile, 0.0, 1.0);
  fail_unless (isnan (vitals_chest_motion_push (motion, profile, 7)));
  profile[20] = NAN;
  fail_unless (isnan (vitals_chest_motion_push (motion, profile, ROWS)));
  profile[20] = INFINITY;
  fail_unless (isnan (vitals_chest_motion_push (motion, profile, ROWS)));
  /* and do not disturb what follows */
  push_shifted (0.0, 1.0);
  assert_near (push_shifted (0.5, 1.0), 0.5, 0.02);
}

GST_END_TEST;

GST_START_TEST (what_was_saved_goes_on)
{
  gfloat memory[VITALS_CHEST_MEMORY (ROWS)];

  push_shifted (0.0, 1.0);
  push_shifted (0.5, 1.0);
  vitals_chest_motion_save (motion, ROWS, memory);
  assert_near (memory[VITALS_CHEST_MEMORY_LAST], 0.5, 0.02);
  push_shifted (20.0, 1.0);
  vitals_chest_motion_load (motion, ROWS, memory);
  assert_near (push_shifted (0.8, 1.0), 0.8, 0.02);
  /* what is no such memory is none */
  memory[5] = NAN;
  vitals_chest_motion_load (motion, ROWS, memory);
  assert_near (push_shifted (3.0, 1.0), 0.0, 0.0);
}

GST_END_TEST;

static Suite *
chest_motion_suite (void)
{
  Suite *suite = suite_create ("chest motion");
  TCase *tcase = tcase_create ("profiles");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, shifts_of_a_fraction_of_a_row_are_seen);
  tcase_add_test (tcase, shifts_of_many_rows_are_seen);
  tcase_add_test (tcase, light_that_changes_is_no_motion);
  tcase_add_test (tcase, errors_do_not_add_up);
  tcase_add_test (tcase, a_box_that_moves_leaves_the_displacement);
  tcase_add_test (tcase, profiles_with_nothing_to_hold_on_to_are_unknown);
  tcase_add_test (tcase, what_was_saved_goes_on);
  return suite;
}

GST_CHECK_MAIN (chest_motion);
