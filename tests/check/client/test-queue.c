/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a queue of windows tells of them, and in what order. */

#include "story.h"

static const VitalsScanQueueLimits wide = {
  .max_sessions = 1,.max_queued = 8,.max_starts = -1,.quota_reserve = -1
};

static const Fault no_faults[] = {
  {NULL, 0, 0, NULL, NULL, NULL, NULL}
};

GST_START_TEST (window_that_is_measured_has_both_phases_and_an_accepted_start)
{
  Story story;

  story_begin (&story, no_faults, &wide);
  story_push (&story, 0);
  story_end (&story, 1, "0:uploading 0:processing 0:reading(accepted)");
}

GST_END_TEST;

GST_START_TEST (window_whose_start_is_refused_was_never_accepted)
{
  static const Fault faults[] = {
    {"start", 1, 0, "401 Unauthorized", NULL, "{}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  Story story;

  story_begin (&story, faults, &wide);
  story_push (&story, 0);
  story_push (&story, 1);
  /* the second is not tried with the key that was refused */
  story_end (&story, 2, "0:UNAUTHORIZED 1:stopped");
}

GST_END_TEST;

GST_START_TEST (window_whose_upload_is_refused_was_accepted_before)
{
  static const Fault faults[] = {
    {"upload", 1, 0, "403 Forbidden", NULL, "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  Story story;

  story_begin (&story, faults, &wide);
  story_push (&story, 0);
  story_end (&story, 1, "0:uploading 0:UPLOAD_FAILED(accepted)");
}

GST_END_TEST;

GST_START_TEST
    (window_that_is_failed_before_its_start_is_answered_is_not_accepted) {
  static const Fault faults[] = {
    {"start", 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  GError *error = g_error_new (VITALS_ERROR, VITALS_ERROR_SCAN_TIMEOUT, "late");
  Story story;

  story_begin (&story, faults, &wide);
  story_push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  vitals_scan_queue_fail_all (story.queue, error);
  story_end (&story, 1, "0:SCAN_TIMEOUT");
  g_error_free (error);
}

GST_END_TEST;

GST_START_TEST (early_answer_waits_for_the_windows_before_it)
{
  VitalsScanItem *dropped = vitals_scan_item_new (1, NULL, NULL, NULL);
  Story story;

  story_begin (&story, no_faults, &wide);
  dropped->dropped = VITALS_DROPPED_TOO_FEW_FRAMES;
  story_push (&story, 0);
  vitals_scan_queue_push (story.queue, dropped);
  story_end (&story, 2,
      "0:uploading 0:processing 0:reading(accepted) 1:too-few-frames");
}

GST_END_TEST;

static void
assert_numbers (VitalsScanQueue * queue, guint waiting, guint unanswered,
    gsize held_bytes)
{
  VitalsScanQueueStats stats;

  vitals_scan_queue_get_stats (queue, &stats);
  assert_equals_int (stats.waiting, waiting);
  assert_equals_int (stats.unanswered, unanswered);
  assert_equals_uint64 (stats.held_bytes, held_bytes);
}

static const Fault stalled_start[] = {
  {"start", 1, 0, NULL, NULL, NULL, stall},
  {NULL, 0, 0, NULL, NULL, NULL, NULL}
};

GST_START_TEST (numbers_follow_each_change_of_a_window)
{
  GError *error = g_error_new (VITALS_ERROR, VITALS_ERROR_SCAN_TIMEOUT, "late");
  Story story;

  story_begin (&story, stalled_start, &wide);
  assert_numbers (story.queue, 0, 0, 0);
  story_push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  story_push (&story, 1);
  story_push (&story, 2);
  assert_numbers (story.queue, 2, 3, 30);
  vitals_scan_queue_drop_oldest (story.queue, VITALS_DROPPED_QUEUE_FULL);
  /* its outcome waits for that of the first */
  assert_numbers (story.queue, 1, 3, 20);
  vitals_scan_queue_fail_all (story.queue, error);
  story_end (&story, 3, "0:SCAN_TIMEOUT 1:queue-full 2:SCAN_TIMEOUT");
  g_error_free (error);
}

GST_END_TEST;

GST_START_TEST (queue_is_full_until_a_window_is_dropped)
{
  VitalsScanQueueLimits limits = wide;
  Story story;

  limits.max_queued = 1;
  story_begin (&story, stalled_start, &limits);
  story_push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  fail_if (vitals_scan_queue_is_full (story.queue));
  story_push (&story, 1);
  fail_unless (vitals_scan_queue_is_full (story.queue));
  vitals_scan_queue_drop_oldest (story.queue, VITALS_DROPPED_QUEUE_FULL);
  fail_if (vitals_scan_queue_is_full (story.queue));
  story_end (&story, 0, "");
}

GST_END_TEST;

GST_START_TEST (queue_that_is_cancelled_holds_nothing_and_takes_nothing)
{
  Story story;

  story_begin (&story, stalled_start, &wide);
  story_push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  story_push (&story, 1);
  vitals_scan_queue_cancel (story.queue);
  assert_numbers (story.queue, 0, 0, 0);
  story_push (&story, 2);
  assert_numbers (story.queue, 0, 0, 0);
  story_end (&story, 0, "");
}

GST_END_TEST;

GST_START_TEST (queue_may_be_cancelled_from_within_an_outcome)
{
  Story story;

  story_begin (&story, no_faults, &wide);
  story.cancel_in_outcome = TRUE;
  story_push (&story, 0);
  story_push (&story, 1);
  story_end (&story, 1, "0:uploading 0:processing 0:reading(accepted)");
}

GST_END_TEST;

static Suite *
queue_suite (void)
{
  Suite *suite = suite_create ("queue");
  TCase *tcase = tcase_create ("queue");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase,
      window_that_is_measured_has_both_phases_and_an_accepted_start);
  tcase_add_test (tcase, window_whose_start_is_refused_was_never_accepted);
  tcase_add_test (tcase, window_whose_upload_is_refused_was_accepted_before);
  tcase_add_test (tcase,
      window_that_is_failed_before_its_start_is_answered_is_not_accepted);
  tcase_add_test (tcase, early_answer_waits_for_the_windows_before_it);
  tcase_add_test (tcase, numbers_follow_each_change_of_a_window);
  tcase_add_test (tcase, queue_is_full_until_a_window_is_dropped);
  tcase_add_test (tcase,
      queue_that_is_cancelled_holds_nothing_and_takes_nothing);
  tcase_add_test (tcase, queue_may_be_cancelled_from_within_an_outcome);
  return suite;
}

GST_CHECK_MAIN (queue)
