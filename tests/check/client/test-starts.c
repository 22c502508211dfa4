/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which starts a queue sends: each that is accepted is paid. */

#include "story.h"

static const Fault no_faults[] = {
  {NULL, 0, 0, NULL, NULL, NULL, NULL}
};

static const Fault stalled_start[] = {
  {"start", 1, 0, NULL, NULL, NULL, stall},
  {NULL, 0, 0, NULL, NULL, NULL, NULL}
};

/* A start that fails, and what becomes of it and of the next window. */
typedef struct
{
  Fault faults[2];
  const gchar *told;
} FailedStart;

/* Of each the service may have a scan that is paid for. */
static const FailedStart doubtful_starts[] = {
  {{{"start", 1, 1, NULL, NULL, NULL, reset_after_head}, {NULL}},
      "0:NETWORK 1:stopped"},
  {{{"start", 1, 1, NULL, NULL, NULL, cut_answer}, {NULL}},
      "0:NETWORK 1:stopped"},
  {{{"start", 1, 1, NULL, NULL, NULL, stall}, {NULL}},
      "0:NETWORK 1:stopped"},
  {{{"start", 1, 1, "200 OK", NULL, "<html>", NULL}, {NULL}},
      "0:INVALID_RESPONSE 1:stopped"},
  {{{"start", 1, 1, "500 Internal Server Error", NULL, "", NULL}, {NULL}},
      "0:SERVICE_UNAVAILABLE 1:stopped"},
  {{{"start", 1, 1, "504 Gateway Timeout", NULL, "<html>", NULL}, {NULL}},
      "0:SERVICE_UNAVAILABLE 1:stopped"}
};

static const VitalsScanQueueLimits one_start = {
  .max_sessions = 1,.max_queued = 8,.max_starts = 1,.quota_reserve = -1
};

GST_START_TEST (start_whose_answer_is_lost_counts_as_one_that_is_paid)
{
  VitalsScanQueueStats stats;
  Story story;

  story_begin (&story, doubtful_starts[__i__].faults, &one_start);
  g_object_set (story.client, "request-timeout",
      (guint64) (2 * GST_SECOND), NULL);
  story_push (&story, 0);
  story_push (&story, 1);
  story_wait (&story, 2);
  assert_equals_int (raw_server_get_count (story.server, "start"), 1);
  vitals_scan_queue_get_stats (story.queue, &stats);
  assert_equals_int (stats.sessions, 0);
  assert_equals_int (stats.doubtful, 1);
  assert_equals_int (stats.starting, 0);
  story_end (&story, 2, doubtful_starts[__i__].told);
}

GST_END_TEST;

#define MEASURED " 1:uploading 1:processing 1:reading(accepted)"

/* Each says that there is no scan. */
static const FailedStart refused_starts[] = {
  {{{"start", 1, 1, "400 Bad Request", NULL, "", NULL}, {NULL}},
      "0:INVALID_REQUEST" MEASURED},
  {{{"start", 1, 1, "307 Temporary Redirect", NULL, "", NULL}, {NULL}},
      "0:INVALID_RESPONSE" MEASURED},
  {{{"start", 1, 2, "429 Too Many Requests", NULL, "", NULL}, {NULL}},
      "0:RATE_LIMITED" MEASURED},
  {{{"start", 1, 2, "503 Service Unavailable", "Retry-After: 0\r\n", "", NULL},
          {NULL}}, "0:SERVICE_UNAVAILABLE" MEASURED}
};

GST_START_TEST (start_that_is_refused_leaves_its_place_to_the_next)
{
  VitalsScanQueueStats stats;
  Story story;

  story_begin (&story, refused_starts[__i__].faults, &one_start);
  story_push (&story, 0);
  story_push (&story, 1);
  story_wait (&story, 2);
  vitals_scan_queue_get_stats (story.queue, &stats);
  assert_equals_int (stats.sessions, 1);
  assert_equals_int (stats.doubtful, 0);
  story_end (&story, 2, refused_starts[__i__].told);
}

GST_END_TEST;

/* And the next one comes. */
static void
cancel_first (Story * story)
{
  GError *error = g_error_new (VITALS_ERROR, VITALS_ERROR_CANCELLED, "cancel");

  vitals_scan_queue_fail_all (story->queue, error);
  g_error_free (error);
  story_push (story, 1);
}

GST_START_TEST (start_that_is_cancelled_once_it_was_sent_counts_as_paid)
{
  Story story;

  story_begin (&story, stalled_start, &one_start);
  story_push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  cancel_first (&story);
  story_end (&story, 2, "0:CANCELLED 1:stopped");
}

GST_END_TEST;

GST_START_TEST (start_that_is_cancelled_after_a_refusal_is_not_paid)
{
  static const Fault faults[] = {
    {"start", 1, 1, "503 Service Unavailable",
        "Retry-After: 30\r\nX-Usage-Remaining: 7\r\n", "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  Story story;

  story_begin (&story, faults, &one_start);
  story_push (&story, 0);
  /* it was refused, and waits to be sent again */
  while (vitals_circadify_client_get_usage_remaining (story.client) != 7)
    g_thread_yield ();
  cancel_first (&story);
  story_end (&story, 2,
      "0:CANCELLED 1:uploading 1:processing 1:reading(accepted)");
}

GST_END_TEST;

static const VitalsScanQueueLimits fragile = {
  .max_sessions = 1,.max_queued = 8,.max_starts = -1,.quota_reserve = -1,
  .stop_on_failure = TRUE
};

GST_START_TEST (nothing_is_started_after_a_failure_that_ends_it_all)
{
  static const Fault faults[] = {
    {"upload", 1, 0, "403 Forbidden", NULL, "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  Story story;

  story_begin (&story, faults, &fragile);
  story_push (&story, 0);
  story_push (&story, 1);
  story_push (&story, 2);
  story_end (&story, 3,
      "0:uploading 0:UPLOAD_FAILED(accepted) 1:stopped 2:stopped");
}

GST_END_TEST;

GST_START_TEST (window_that_failed_before_it_was_pushed_ends_it_all_too)
{
  VitalsScanItem *failed = vitals_scan_item_new (1, NULL, NULL, NULL);
  Story story;

  story_begin (&story, no_faults, &fragile);
  failed->error = g_error_new (VITALS_ERROR, VITALS_ERROR_QUALITY_TOO_LOW,
      "dark");
  story_push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  vitals_scan_queue_push (story.queue, failed);
  story_push (&story, 2);
  story_end (&story, 3, "0:uploading 0:processing 0:reading(accepted) "
      "1:QUALITY_TOO_LOW 2:stopped");
}

GST_END_TEST;

GST_START_TEST (cancelled_window_ends_nothing_else)
{
  Story story;

  story_begin (&story, stalled_start, &fragile);
  story_push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  cancel_first (&story);
  fail_unless (raw_server_wait (story.server, "start", 2));
  story_end (&story, 1, "0:CANCELLED");
}

GST_END_TEST;

static Suite *
starts_suite (void)
{
  Suite *suite = suite_create ("starts");
  TCase *tcase = tcase_create ("starts");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      start_whose_answer_is_lost_counts_as_one_that_is_paid, 0,
      G_N_ELEMENTS (doubtful_starts));
  tcase_add_loop_test (tcase,
      start_that_is_refused_leaves_its_place_to_the_next, 0,
      G_N_ELEMENTS (refused_starts));
  tcase_add_test (tcase,
      start_that_is_cancelled_once_it_was_sent_counts_as_paid);
  tcase_add_test (tcase, start_that_is_cancelled_after_a_refusal_is_not_paid);
  tcase_add_test (tcase, nothing_is_started_after_a_failure_that_ends_it_all);
  tcase_add_test (tcase,
      window_that_failed_before_it_was_pushed_ends_it_all_too);
  tcase_add_test (tcase, cancelled_window_ends_nothing_else);
  return suite;
}

GST_CHECK_MAIN (starts)
