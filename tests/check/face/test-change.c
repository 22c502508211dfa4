/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether a face is that of the frame before. */

#include <gst/check/gstcheck.h>
#include <vitals/face/vitals-face-change-private.h>

#define FRAME (GST_SECOND / 30)
#define WIDTH 100

static VitalsFaceChange change;
static GstClockTime now;

static void
setup (void)
{
  vitals_face_change_init (&change);
  now = 10 * GST_SECOND;
}

/* @shift: of the box, in widths */
static gboolean
see (VitalsFaceIdKind kind, gint id, gdouble shift)
{
  VitalsFaceSeen face = { kind, id, {200 + shift * WIDTH, 50, WIDTH, WIDTH} };

  now += FRAME;
  return vitals_face_change_see (&change, &face, now);
}

static gboolean
miss (void)
{
  now += FRAME;
  return vitals_face_change_miss (&change, now);
}

GST_START_TEST (the_first_face_is_no_other)
{
  fail_if (see (VITALS_FACE_ID_OF_META, 0, 0));
  vitals_face_change_init (&change);
  fail_if (see (VITALS_FACE_ID_OF_META, 1, 2));
}

GST_END_TEST;

GST_START_TEST (a_move_of_15_percent_is_the_same_face_by_whatever_it_is_told)
{
  const VitalsFaceIdKind kinds[] = { VITALS_FACE_ID_NONE,
    VITALS_FACE_ID_OF_META, VITALS_FACE_ID_OF_TRACKER
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
    vitals_face_change_init (&change);
    fail_if (see (kinds[i], 0, 0));
    fail_if (see (kinds[i], 0, 0.15));
    fail_if (see (kinds[i], 0, 0.3));
  }
}

GST_END_TEST;

GST_START_TEST (a_box_elsewhere_is_another_face_whatever_its_id)
{
  const VitalsFaceIdKind kinds[] = { VITALS_FACE_ID_NONE,
    VITALS_FACE_ID_OF_META, VITALS_FACE_ID_OF_TRACKER
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
    vitals_face_change_init (&change);
    fail_if (see (kinds[i], 0, 0));
    fail_unless (see (kinds[i], 0, 1.1));
    fail_if (see (kinds[i], 0, 1.1));
    fail_unless (see (kinds[i], 0, 0.3));
  }
}

GST_END_TEST;

GST_START_TEST (the_same_id_may_move_further_than_a_box_without_one)
{
  fail_if (see (VITALS_FACE_ID_OF_META, 3, 0));
  fail_if (see (VITALS_FACE_ID_OF_META, 3, 0.5));
  fail_if (see (VITALS_FACE_ID_NONE, -1, 0.5));
  fail_unless (see (VITALS_FACE_ID_NONE, -1, 0));
  fail_unless (see (VITALS_FACE_ID_OF_META, 3, 0.5));
  fail_unless (see (VITALS_FACE_ID_OF_META, 4, 0));
}

GST_END_TEST;

GST_START_TEST (a_detector_that_numbers_each_frame_anew_has_one_face)
{
  gint id;

  for (id = 0; id < 30; id++)
    fail_if (see (VITALS_FACE_ID_OF_META, id, id % 3 * 0.1));
}

GST_END_TEST;

GST_START_TEST (a_new_id_after_a_frame_without_a_face_is_another)
{
  fail_if (see (VITALS_FACE_ID_OF_META, 0, 0));
  fail_if (miss ());
  fail_if (see (VITALS_FACE_ID_OF_META, 0, 0));
  fail_if (miss ());
  fail_unless (see (VITALS_FACE_ID_OF_META, 1, 0));
}

GST_END_TEST;

GST_START_TEST (a_new_id_of_the_tracker_is_another_in_the_same_place)
{
  fail_if (see (VITALS_FACE_ID_OF_TRACKER, 0, 0));
  fail_unless (see (VITALS_FACE_ID_OF_TRACKER, 1, 0));
  fail_if (see (VITALS_FACE_ID_OF_TRACKER, 1, 0));
}

GST_END_TEST;

GST_START_TEST (who_tells_the_place_may_change)
{
  fail_if (see (VITALS_FACE_ID_OF_META, 7, 0));
  fail_if (see (VITALS_FACE_ID_OF_TRACKER, 0, 0.1));
  fail_if (see (VITALS_FACE_ID_NONE, 0, 0));
}

GST_END_TEST;

GST_START_TEST (more_than_a_second_without_a_face_is_told_once)
{
  guint i, told = 0;

  fail_if (see (VITALS_FACE_ID_OF_META, 0, 0));
  for (i = 0; i < 25; i++)
    fail_if (miss ());
  fail_if (see (VITALS_FACE_ID_OF_META, 0, 0));
  for (i = 0; i < 100; i++)
    told += miss ();
  fail_unless_equals_int (told, 1);
  fail_if (see (VITALS_FACE_ID_OF_META, 0, 0));
}

GST_END_TEST;

GST_START_TEST (frames_that_did_not_come_are_a_hole)
{
  fail_if (see (VITALS_FACE_ID_OF_META, 0, 0));
  now += 2 * GST_SECOND;
  fail_unless (see (VITALS_FACE_ID_OF_META, 0, 0));
}

GST_END_TEST;

static Suite *
change_suite (void)
{
  Suite *suite = suite_create ("change");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, the_first_face_is_no_other);
  tcase_add_test (tcase,
      a_move_of_15_percent_is_the_same_face_by_whatever_it_is_told);
  tcase_add_test (tcase, a_box_elsewhere_is_another_face_whatever_its_id);
  tcase_add_test (tcase, the_same_id_may_move_further_than_a_box_without_one);
  tcase_add_test (tcase, a_detector_that_numbers_each_frame_anew_has_one_face);
  tcase_add_test (tcase, a_new_id_after_a_frame_without_a_face_is_another);
  tcase_add_test (tcase, a_new_id_of_the_tracker_is_another_in_the_same_place);
  tcase_add_test (tcase, who_tells_the_place_may_change);
  tcase_add_test (tcase, more_than_a_second_without_a_face_is_told_once);
  tcase_add_test (tcase, frames_that_did_not_come_are_a_hole);
  return suite;
}

GST_CHECK_MAIN (change);
