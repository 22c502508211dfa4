/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <vitals/face/vitals-face-tracks-private.h>

#define HOLD 0.10
#define LOST (2 * GST_SECOND)
#define STEP (500 * GST_MSECOND)

typedef struct
{
  VitalsFaceTracks *tracks;
  GstClockTime time;            /* of the next detection */
  VitalsTrackedFace face;       /* after the last */
} Watch;

static Watch watch;

static void
setup (void)
{
  watch.tracks = vitals_face_tracks_new (HOLD, STEP, LOST);
  watch.time = 0;
}

static void
teardown (void)
{
  vitals_face_tracks_free (watch.tracks);
}

static VitalsDetectedFace
square (gdouble x, gdouble y, gdouble size)
{
  VitalsDetectedFace face = { {x, y, size, size}, 10 };

  return face;
}

static void
see_many (const VitalsDetectedFace * faces, guint n)
{
  vitals_face_tracks_push (watch.tracks, watch.time, faces, n);
  vitals_face_tracks_get (watch.tracks, watch.time, &watch.face);
  watch.time += STEP;
}

static void
see (gdouble x, gdouble y, gdouble size)
{
  VitalsDetectedFace face = square (x, y, size);

  see_many (&face, 1);
}

static void
assert_box (gdouble x, gdouble y, gdouble size)
{
  fail_unless (watch.face.present);
  fail_unless_equals_float (watch.face.box.x, x);
  fail_unless_equals_float (watch.face.box.y, y);
  fail_unless_equals_float (watch.face.box.width, size);
  fail_unless_equals_float (watch.face.box.height, size);
}

GST_START_TEST (the_first_detection_finds_the_face)
{
  see (100, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_FOUND);
  fail_unless_equals_int (watch.face.id, 0);
  assert_box (100, 50, 200);
}

GST_END_TEST;

GST_START_TEST (no_face_is_no_event)
{
  see_many (NULL, 0);
  fail_if (watch.face.present);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
  fail_unless_equals_int (watch.face.id, -1);
}

GST_END_TEST;

GST_START_TEST (twitches_of_the_detector_do_not_move_the_box)
{
  guint i;

  see (100, 50, 200);
  for (i = 0; i < 100; i++) {
    see (100 + (i % 3) * 9, 50 - (i % 5) * 4, 200 + (i % 2) * 12);
    fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
    assert_box (100, 50, 200);
  }
}

GST_END_TEST;

GST_START_TEST (one_detection_that_is_off_does_not_move_the_box)
{
  see (100, 50, 200);
  see (160, 50, 200);
  fail_unless (vitals_face_tracks_is_unsure (watch.tracks));
  assert_box (100, 50, 200);
  see (100, 50, 200);
  fail_if (vitals_face_tracks_is_unsure (watch.tracks));
  see (160, 50, 200);
  assert_box (100, 50, 200);
}

GST_END_TEST;

GST_START_TEST (a_move_of_15_percent_is_followed_in_one_step)
{
  see (100, 50, 200);
  see (130, 50, 200);
  see (131, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_MOVED);
  fail_unless_equals_int (watch.face.id, 0);
  assert_box (131, 50, 200);
  see (131, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
}

GST_END_TEST;

GST_START_TEST (a_face_that_is_missed_for_a_moment_stays)
{
  see (100, 50, 200);
  see (100, 50, 200);
  see_many (NULL, 0);
  see_many (NULL, 0);
  assert_box (100, 50, 200);
  see (102, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
  fail_unless_equals_int (watch.face.id, 0);
}

GST_END_TEST;

GST_START_TEST (a_face_that_leaves_is_lost_and_one_that_returns_is_found)
{
  guint i;

  see (100, 50, 200);
  see (100, 50, 200);
  for (i = 0; i < 3; i++) {
    see_many (NULL, 0);
    fail_unless (watch.face.present);
  }
  see_many (NULL, 0);
  fail_if (watch.face.present);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_LOST);
  fail_unless_equals_int (watch.face.id, 0);
  see_many (NULL, 0);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
  see (100, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
  fail_unless (vitals_face_tracks_is_unsure (watch.tracks));
  see (100, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_FOUND);
  fail_unless_equals_int (watch.face.id, 1);
}

GST_END_TEST;

GST_START_TEST (a_face_is_lost_by_time_without_any_detection)
{
  see (100, 50, 200);
  vitals_face_tracks_get (watch.tracks, LOST - 1, &watch.face);
  fail_unless (watch.face.present);
  vitals_face_tracks_get (watch.tracks, LOST, &watch.face);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_LOST);
}

GST_END_TEST;

static void
set_lost_timeout (GstClockTime timeout)
{
  vitals_face_tracks_free (watch.tracks);
  watch.tracks = vitals_face_tracks_new (HOLD, STEP, timeout);
}

GST_START_TEST (a_face_that_no_look_missed_outlives_a_short_timeout)
{
  set_lost_timeout (0);
  see (100, 50, 200);
  vitals_face_tracks_get (watch.tracks, STEP - 1, &watch.face);
  fail_unless (watch.face.present);
  see (100, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
  see_many (NULL, 0);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_LOST);
}

GST_END_TEST;

GST_START_TEST (the_largest_of_several_faces_is_taken)
{
  VitalsDetectedFace faces[3] = { square (0, 0, 60), square (300, 50, 200),
    square (100, 0, 80)
  };
  guint i;

  for (i = 0; i < 3; i++) {
    see_many (faces, 3);
    assert_box (300, 50, 200);
  }
}

GST_END_TEST;

GST_START_TEST (the_order_of_the_faces_does_not_change_their_ids)
{
  VitalsDetectedFace faces[2] = { square (300, 50, 200), square (0, 0, 190) };
  VitalsDetectedFace turned[2] = { faces[1], faces[0] };
  gint id;
  guint i;

  see_many (faces, 2);
  id = watch.face.id;
  for (i = 0; i < 6; i++) {
    see_many (i % 2 ? faces : turned, 2);
    fail_unless_equals_int (watch.face.id, id);
    fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
  }
}

GST_END_TEST;

GST_START_TEST (a_photo_of_a_face_does_not_take_over_while_the_face_is_missed)
{
  VitalsDetectedFace photo = square (400, 20, 70);
  VitalsDetectedFace both[2] = { photo, square (100, 50, 200) };
  guint i;

  see_many (both, 2);
  see_many (both, 2);
  for (i = 0; i < 3; i++) {
    see_many (&photo, 1);
    assert_box (100, 50, 200);
  }
  see_many (both, 2);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
}

GST_END_TEST;

GST_START_TEST (a_face_of_like_size_does_not_take_over)
{
  VitalsDetectedFace faces[2] = { square (0, 0, 200), square (300, 0, 220) };

  see_many (faces, 1);
  see_many (faces, 2);
  assert_box (0, 0, 200);
}

GST_END_TEST;

GST_START_TEST (a_face_that_is_much_larger_takes_over)
{
  VitalsDetectedFace faces[2] = { square (0, 0, 100), square (300, 0, 200) };

  see_many (faces, 1);
  see_many (faces, 2);
  assert_box (0, 0, 100);
  see_many (faces, 2);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_FOUND);
  fail_unless_equals_int (watch.face.id, 1);
  assert_box (300, 0, 200);
}

GST_END_TEST;

GST_START_TEST (of_two_boxes_on_one_face_the_surer_is_taken)
{
  VitalsDetectedFace faces[2] = { square (90, 40, 230), square (100, 50, 200) };

  faces[0].score = 5;
  see_many (faces, 2);
  assert_box (100, 50, 200);
  see_many (faces, 2);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
}

GST_END_TEST;

GST_START_TEST (a_face_that_moves_quickly_keeps_its_id)
{
  gdouble x;

  for (x = 0; x <= 1000; x += 100)
    see (x, 50, 200);
  fail_unless_equals_int (watch.face.id, 0);
  fail_unless (watch.face.box.x >= 900);
}

GST_END_TEST;

GST_START_TEST (more_faces_than_there_is_room_for_are_left_out)
{
  VitalsDetectedFace faces[VITALS_MAX_FACES];
  guint round, i;

  for (round = 0; round < 3; round++) {
    for (i = 0; i < VITALS_MAX_FACES; i++)
      faces[i] = square (i * 150, round * 300, 100);
    see_many (faces, VITALS_MAX_FACES);
    if (round == 0)
      see_many (faces, VITALS_MAX_FACES);
    fail_unless (watch.face.present);
  }
}

GST_END_TEST;

GST_START_TEST (boxes_without_size_are_no_faces)
{
  VitalsDetectedFace face = square (100, 50, 0);

  see_many (&face, 1);
  fail_if (watch.face.present);
}

GST_END_TEST;

GST_START_TEST (after_a_reset_the_face_is_found_anew)
{
  see (100, 50, 200);
  vitals_face_tracks_reset (watch.tracks);
  see (100, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_FOUND);
  fail_unless_equals_int (watch.face.id, 1);
}

GST_END_TEST;

GST_START_TEST (one_hit_in_the_background_is_no_face)
{
  see_many (NULL, 0);
  see (300, 200, 60);
  fail_if (watch.face.present);
  fail_unless (vitals_face_tracks_is_unsure (watch.tracks));
  see_many (NULL, 0);
  fail_if (watch.face.present);
  fail_if (vitals_face_tracks_is_unsure (watch.tracks));
  /* as long after it as one likes */
  see (300, 200, 60);
  fail_if (watch.face.present);
}

GST_END_TEST;

GST_START_TEST (hits_here_and_there_are_no_face)
{
  guint i;

  see_many (NULL, 0);
  for (i = 0; i < 10; i++) {
    see (300 + i % 2 * 40, 200, 60);
    fail_if (watch.face.present);
  }
}

GST_END_TEST;

GST_START_TEST (a_large_hit_in_the_background_does_not_take_over)
{
  VitalsDetectedFace both[2] = { square (100, 50, 100), square (300, 20, 200) };

  see_many (both, 1);
  see_many (both, 1);
  see_many (both, 2);
  assert_box (100, 50, 100);
  see_many (both, 1);
  assert_box (100, 50, 100);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_NONE);
}

GST_END_TEST;

GST_START_TEST (what_only_the_first_look_saw_is_lost_with_the_second)
{
  see (100, 50, 200);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_FOUND);
  see_many (NULL, 0);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_LOST);
}

GST_END_TEST;

GST_START_TEST (a_new_face_that_nears_is_found_where_it_is)
{
  see_many (NULL, 0);
  see (500, 50, 90);
  see (100, 50, 200);
  see (140, 50, 220);
  fail_unless_equals_int (watch.face.event, VITALS_FACE_EVENT_FOUND);
  /* what was no face has no id */
  fail_unless_equals_int (watch.face.id, 0);
  assert_box (140, 50, 220);
}

GST_END_TEST;

static Suite *
tracks_suite (void)
{
  Suite *suite = suite_create ("tracks");
  TCase *tcase = tcase_create ("tracks");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, the_first_detection_finds_the_face);
  tcase_add_test (tcase, no_face_is_no_event);
  tcase_add_test (tcase, twitches_of_the_detector_do_not_move_the_box);
  tcase_add_test (tcase, one_detection_that_is_off_does_not_move_the_box);
  tcase_add_test (tcase, a_move_of_15_percent_is_followed_in_one_step);
  tcase_add_test (tcase, a_face_that_is_missed_for_a_moment_stays);
  tcase_add_test (tcase,
      a_face_that_leaves_is_lost_and_one_that_returns_is_found);
  tcase_add_test (tcase, a_face_is_lost_by_time_without_any_detection);
  tcase_add_test (tcase, a_face_that_no_look_missed_outlives_a_short_timeout);
  tcase_add_test (tcase, the_largest_of_several_faces_is_taken);
  tcase_add_test (tcase, the_order_of_the_faces_does_not_change_their_ids);
  tcase_add_test (tcase,
      a_photo_of_a_face_does_not_take_over_while_the_face_is_missed);
  tcase_add_test (tcase, a_face_of_like_size_does_not_take_over);
  tcase_add_test (tcase, a_face_that_is_much_larger_takes_over);
  tcase_add_test (tcase, of_two_boxes_on_one_face_the_surer_is_taken);
  tcase_add_test (tcase, a_face_that_moves_quickly_keeps_its_id);
  tcase_add_test (tcase, more_faces_than_there_is_room_for_are_left_out);
  tcase_add_test (tcase, boxes_without_size_are_no_faces);
  tcase_add_test (tcase, one_hit_in_the_background_is_no_face);
  tcase_add_test (tcase, hits_here_and_there_are_no_face);
  tcase_add_test (tcase, a_large_hit_in_the_background_does_not_take_over);
  tcase_add_test (tcase, what_only_the_first_look_saw_is_lost_with_the_second);
  tcase_add_test (tcase, a_new_face_that_nears_is_found_where_it_is);
  tcase_add_test (tcase, after_a_reset_the_face_is_found_anew);
  return suite;
}

GST_CHECK_MAIN (tracks);
