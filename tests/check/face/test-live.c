/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The tracker of live video: a thread looks, and whoever has the frames never
 * waits for it. No test measures a time: where the frames would wait for a look
 * that the test itself holds, it would not come to its end.
 */

#include "detector.h"

#define FRAME (GST_SECOND / 30)
/* the goal of docs/face.md */
#define FOUND_WITHIN (700 * GST_MSECOND)

static const VitalsBox face_box = { 100, 40, 60, 60 };
static const VitalsBox other_box = { 200, 40, 60, 60 };

static TestDetector *detector;
static VitalsFaceTracker *tracker;
static GstClockTime now;

static void
make_tracker (const VitalsFaceTrackerConfig * config, gboolean live)
{
  g_clear_pointer (&tracker, vitals_face_tracker_free);
  tracker = vitals_face_tracker_new (VITALS_FACE_DETECTOR (detector), config);
  vitals_face_tracker_set_live (tracker, live);
}

static void
setup (void)
{
  VitalsFaceTrackerConfig config;

  vitals_face_tracker_config_init (&config);
  detector = test_detector_new ();
  make_tracker (&config, TRUE);
  now = 0;
}

static void
teardown (void)
{
  g_clear_pointer (&tracker, vitals_face_tracker_free);
  /* the thread let go of it */
  fail_unless_equals_int (G_OBJECT (detector)->ref_count, 1);
  g_clear_object (&detector);
}

static VitalsTrackedFace
show (guint n)
{
  VitalsTrackedFace face = { FALSE, -1, {0, 0, 0, 0}, VITALS_FACE_EVENT_NONE };
  guint i;

  for (i = 0; i < n; i++) {
    face = test_track (tracker, now);
    now += FRAME;
  }
  return face;
}

/* A look is over: frames of one time until its answer is there, so that no media
 * time passes. */
static VitalsTrackedFace
show_until (gboolean present)
{
  VitalsTrackedFace face;

  do {
    face = test_track (tracker, now);
    g_thread_yield ();
  } while (face.present != present);
  return face;
}

GST_START_TEST (frames_do_not_wait_for_a_look)
{
  VitalsTrackedFace face;

  test_detector_show (detector, &face_box);
  test_detector_hold (detector);
  show (1);
  test_detector_wait_begun (detector, 1);
  /* for three times as long as there is between two looks */
  face = show (45);
  fail_if (face.present);
  fail_unless_equals_int (test_detector_get_begun (detector), 1);

  test_detector_release (detector);
  face = show_until (TRUE);
  fail_unless_equals_int (face.event, VITALS_FACE_EVENT_FOUND);
  fail_unless_equals_float (face.box.x, face_box.x);
  fail_unless_equals_int (test_detector_get_elsewhere (detector),
      test_detector_get_begun (detector));
}

GST_END_TEST;

/* The first frame is looked at; the answer may take half a second. */
GST_START_TEST (face_is_found_in_time)
{
  test_detector_show (detector, &face_box);
  test_detector_hold (detector);
  show (15);
  test_detector_release (detector);
  show_until (TRUE);
  fail_unless (now <= FOUND_WITHIN);
  fail_unless_equals_int (test_detector_get_begun (detector), 1);
}

GST_END_TEST;

GST_START_TEST (a_look_before_a_flush_says_nothing_of_what_follows)
{
  VitalsTrackedFace face;

  test_detector_show (detector, &face_box);
  test_detector_hold (detector);
  show (1);
  test_detector_wait_begun (detector, 1);
  vitals_face_tracker_reset (tracker);
  test_detector_show (detector, &other_box);
  show (5);
  test_detector_release (detector);
  face = show_until (TRUE);
  fail_unless_equals_float (face.box.x, other_box.x);
  fail_unless_equals_int (test_detector_get_begun (detector), 2);
}

GST_END_TEST;

/* Else a face would be found half a second late after each seek. */
GST_START_TEST (after_a_flush_it_looks_as_soon_as_it_can)
{
  test_detector_show (detector, &face_box);
  test_detector_hold (detector);
  show (1);
  test_detector_wait_begun (detector, 1);
  vitals_face_tracker_reset (tracker);
  now += 10 * GST_SECOND;
  show (3);
  test_detector_release (detector);
  /* no media time passes */
  show_until (TRUE);
}

GST_END_TEST;

GST_START_TEST (a_face_that_was_answered_before_a_flush_is_forgotten)
{
  test_detector_show (detector, &face_box);
  show (1);
  show_until (TRUE);
  test_detector_show (detector, NULL);
  vitals_face_tracker_reset (tracker);
  fail_unless_equals_int (show (1).event, VITALS_FACE_EVENT_LOST);
  fail_if (show (30).present);
}

GST_END_TEST;

/* Returns: how many looks had ended when the tracker was freed */
static gpointer
free_tracker (gpointer user_data G_GNUC_UNUSED)
{
  VitalsFaceTracker *freed = tracker;

  g_atomic_pointer_set (&tracker, NULL);
  vitals_face_tracker_free (freed);
  return GUINT_TO_POINTER (test_detector_get_ended (detector));
}

/* The thread uses the detector: to stop is to wait for it, and for it only. */
GST_START_TEST (stopping_waits_for_the_look_that_runs)
{
  GThread *thread;

  test_detector_hold (detector);
  show (1);
  test_detector_wait_begun (detector, 1);
  thread = g_thread_new ("stop", free_tracker, NULL);
  while (g_atomic_pointer_get (&tracker))
    g_thread_yield ();
  fail_unless (G_OBJECT (detector)->ref_count > 1);
  test_detector_release (detector);
  fail_unless_equals_int (GPOINTER_TO_UINT (g_thread_join (thread)), 1);
  fail_unless_equals_int (test_detector_get_begun (detector), 1);
}

GST_END_TEST;

GST_START_TEST (a_tracker_that_never_looked_stops)
{
  fail_unless_equals_int (test_detector_get_begun (detector), 0);
}

GST_END_TEST;

GST_START_TEST (what_is_not_live_is_looked_at_in_step)
{
  vitals_face_tracker_set_live (tracker, FALSE);
  test_detector_show (detector, &face_box);
  fail_unless (show (1).present);
  fail_unless_equals_int (test_detector_get_begun (detector), 1);
  fail_unless_equals_int (test_detector_get_elsewhere (detector), 0);
}

GST_END_TEST;

GST_START_TEST (what_is_not_live_is_looked_at_each_half_second)
{
  guint i;

  vitals_face_tracker_set_live (tracker, FALSE);
  test_detector_show (detector, &face_box);
  for (i = 0; i < 100; i++)
    test_track (tracker, i * 50 * GST_MSECOND);
  fail_unless_equals_int (test_detector_get_begun (detector), 10);
}

GST_END_TEST;

static void
set_lost_timeout (GstClockTime timeout, gboolean live)
{
  VitalsFaceTrackerConfig config;

  vitals_face_tracker_config_init (&config);
  config.lost_timeout = timeout;
  make_tracker (&config, live);
}

/* A look may take several frames; a time-out below their interval forgets none. */
GST_START_TEST (live_a_face_is_found_and_lost_without_a_timeout)
{
  VitalsTrackedFace face;

  set_lost_timeout (0, TRUE);
  test_detector_show (detector, &face_box);
  test_detector_hold (detector);
  show (1);
  test_detector_wait_begun (detector, 1);
  show (10);
  test_detector_release (detector);
  face = show_until (TRUE);
  fail_unless_equals_int (face.event, VITALS_FACE_EVENT_FOUND);
  fail_unless_equals_int (face.id, 0);
  fail_unless_equals_int (show (1).event, VITALS_FACE_EVENT_NONE);

  test_detector_show (detector, NULL);
  test_detector_hold (detector);
  /* nobody knows yet that it is gone */
  fail_unless (show (15).present);
  test_detector_wait_begun (detector, 2);
  test_detector_release (detector);
  fail_unless_equals_int (show_until (FALSE).event, VITALS_FACE_EVENT_LOST);
}

GST_END_TEST;

GST_START_TEST (from_a_file_a_face_is_found_once_without_a_timeout)
{
  const GstClockTime timeouts[] = { 0, 20 * GST_MSECOND };
  VitalsTrackedFace face;
  guint i;

  set_lost_timeout (timeouts[__i__], FALSE);
  test_detector_show (detector, &face_box);
  fail_unless_equals_int (show (1).event, VITALS_FACE_EVENT_FOUND);
  for (i = 0; i < 60; i++)
    fail_unless_equals_int (show (1).event, VITALS_FACE_EVENT_NONE);
  test_detector_show (detector, NULL);
  do
    face = show (1);
  while (face.event == VITALS_FACE_EVENT_NONE);
  fail_unless_equals_int (face.event, VITALS_FACE_EVENT_LOST);
  fail_unless (now <= 76 * FRAME);
}

GST_END_TEST;

/* As with frames that come too late one by one. */
GST_START_TEST (frames_that_stay_away_for_a_second_lose_the_face)
{
  set_lost_timeout (0, FALSE);
  test_detector_show (detector, &face_box);
  fail_unless_equals_int (show (1).id, 0);
  now += GST_SECOND - FRAME;
  fail_unless_equals_int (show (1).id, 0);
  now += GST_SECOND - FRAME + 1;
  fail_unless_equals_int (show (1).id, 1);
}

GST_END_TEST;

/* The time-outs of the elements' own finder, which nobody sets. */
GST_START_TEST (with_the_defaults_a_gap_of_two_seconds_is_bridged)
{
  vitals_face_tracker_set_live (tracker, FALSE);
  test_detector_show (detector, &face_box);
  fail_unless_equals_int (show (1).id, 0);
  now += 2 * GST_SECOND - FRAME;
  fail_unless_equals_int (show (1).id, 0);
  now += 2 * GST_SECOND - FRAME + 1;
  fail_unless_equals_int (show (1).id, 1);
}

GST_END_TEST;

GST_START_TEST (an_interval_above_the_timeout_does_not_lose_the_face)
{
  VitalsFaceTrackerConfig config;

  vitals_face_tracker_config_init (&config);
  config.interval = 5 * GST_SECOND;
  make_tracker (&config, FALSE);
  test_detector_show (detector, &face_box);
  fail_unless_equals_int (show (1).id, 0);
  fail_unless (show (600).present);
  fail_unless_equals_int (show (1).id, 0);
  fail_unless_equals_int (test_detector_get_begun (detector), 4);
}

GST_END_TEST;

static Suite *
live_suite (void)
{
  Suite *suite = suite_create ("live");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, frames_do_not_wait_for_a_look);
  tcase_add_test (tcase, face_is_found_in_time);
  tcase_add_test (tcase, what_is_not_live_is_looked_at_each_half_second);
  tcase_add_test (tcase, a_look_before_a_flush_says_nothing_of_what_follows);
  tcase_add_test (tcase, after_a_flush_it_looks_as_soon_as_it_can);
  tcase_add_test (tcase, a_face_that_was_answered_before_a_flush_is_forgotten);
  tcase_add_test (tcase, stopping_waits_for_the_look_that_runs);
  tcase_add_test (tcase, a_tracker_that_never_looked_stops);
  tcase_add_test (tcase, what_is_not_live_is_looked_at_in_step);
  tcase_add_test (tcase, live_a_face_is_found_and_lost_without_a_timeout);
  tcase_add_loop_test (tcase,
      from_a_file_a_face_is_found_once_without_a_timeout, 0, 2);
  tcase_add_test (tcase, frames_that_stay_away_for_a_second_lose_the_face);
  tcase_add_test (tcase, with_the_defaults_a_gap_of_two_seconds_is_bridged);
  tcase_add_test (tcase, an_interval_above_the_timeout_does_not_lose_the_face);
  return suite;
}

GST_CHECK_MAIN (live);
