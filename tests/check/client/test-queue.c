/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a queue of windows tells of them, and in what order. */

#include <string.h>
#include <vitals/client/vitals-scan-queue-private.h>
#include "fixture.h"

/* What was told, a word for each phase and outcome. "lock" guards all below
 * it. */
typedef struct
{
  VitalsScanQueue *queue;
  VitalsCircadifyClient *client;
  RawServer *server;

  GMutex lock;
  GCond cond;
  GString *told;
  guint outcomes;
  gboolean let_go;
  gboolean cancel_in_outcome;
} Story;

G_GNUC_PRINTF (2, 3)
     static void tell (Story * story, const gchar * format, ...)
{
  va_list args;

  if (story->told->len > 0)
    g_string_append_c (story->told, ' ');
  va_start (args, format);
  g_string_append_vprintf (story->told, format, args);
  va_end (args);
}

static void
note_phase (const VitalsScanItem * item, VitalsScanPhase phase,
    gpointer user_data)
{
  Story *story = user_data;

  g_mutex_lock (&story->lock);
  tell (story, "%u:%s", (guint) item->window,
      phase == VITALS_SCAN_UPLOADING ? "uploading" : "processing");
  g_cond_broadcast (&story->cond);
  g_mutex_unlock (&story->lock);
}

static void
note_outcome (const VitalsScanItem * item, gpointer user_data)
{
  Story *story = user_data;

  g_mutex_lock (&story->lock);
  tell (story, "%u:%s%s", (guint) item->window, item->reading ? "reading" :
      item->error ? vitals_error_get_name (item->error) : item->dropped,
      item->accepted ? "(accepted)" : "");
  fail_unless (item->accepted == (item->session_id != NULL));
  story->outcomes++;
  g_cond_broadcast (&story->cond);
  g_mutex_unlock (&story->lock);
  if (story->cancel_in_outcome)
    vitals_scan_queue_cancel (story->queue);
}

static void
note_changed (gpointer user_data G_GNUC_UNUSED)
{
}

static void
note_let_go (gpointer user_data)
{
  Story *story = user_data;

  g_mutex_lock (&story->lock);
  story->let_go = TRUE;
  g_cond_broadcast (&story->cond);
  g_mutex_unlock (&story->lock);
}

static void
begin (Story * story, const Fault * faults,
    const VitalsScanQueueLimits * limits)
{
  static const VitalsScanQueueCallbacks callbacks = {
    note_phase, note_outcome, note_changed
  };

  memset (story, 0, sizeof *story);
  g_mutex_init (&story->lock);
  g_cond_init (&story->cond);
  story->told = g_string_new (NULL);
  story->server = raw_server_new (apply_faults, (gpointer) faults);
  story->client = new_client (story->server, TEST_KEY);
  story->queue = vitals_scan_queue_new (story->client, limits, &callbacks,
      story, note_let_go);
}

static void
push (Story * story, guint64 window)
{
  GBytes *bytes = g_bytes_new_static ("0123456789", 10);

  vitals_scan_queue_push (story->queue, vitals_scan_item_new (window,
          vitals_payload_new (bytes, "application/octet-stream"), NULL, NULL));
  g_bytes_unref (bytes);
}

static void
wait_for_outcomes (Story * story, guint outcomes)
{
  g_mutex_lock (&story->lock);
  while (story->outcomes < outcomes)
    g_cond_wait (&story->cond, &story->lock);
  g_mutex_unlock (&story->lock);
}

/* Waits for @outcomes and compares all that was told until then. */
static void
end (Story * story, guint outcomes, const gchar * expected)
{
  wait_for_outcomes (story, outcomes);
  g_mutex_lock (&story->lock);
  assert_equals_string (story->told->str, expected);
  g_mutex_unlock (&story->lock);

  vitals_scan_queue_cancel (story->queue);
  g_mutex_lock (&story->lock);
  while (!story->let_go)
    g_cond_wait (&story->cond, &story->lock);
  assert_equals_string (story->told->str, expected);
  g_mutex_unlock (&story->lock);
  vitals_scan_queue_unref (story->queue);
  g_object_unref (story->client);
  raw_server_free (story->server);
  g_string_free (story->told, TRUE);
  g_mutex_clear (&story->lock);
  g_cond_clear (&story->cond);
}

static const VitalsScanQueueLimits wide = {
  .max_sessions = 1,.max_queued = 8,.max_starts = -1,.quota_reserve = -1
};

static const Fault no_faults[] = {
  {NULL, 0, 0, NULL, NULL, NULL, NULL}
};

GST_START_TEST (window_that_is_measured_has_both_phases_and_an_accepted_start)
{
  Story story;

  begin (&story, no_faults, &wide);
  push (&story, 0);
  end (&story, 1, "0:uploading 0:processing 0:reading(accepted)");
}

GST_END_TEST;

GST_START_TEST (window_whose_start_is_refused_was_never_accepted)
{
  static const Fault faults[] = {
    {"start", 1, 0, "401 Unauthorized", NULL, "{}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  Story story;

  begin (&story, faults, &wide);
  push (&story, 0);
  push (&story, 1);
  /* the second is not tried with the key that was refused */
  end (&story, 2, "0:UNAUTHORIZED 1:stopped");
}

GST_END_TEST;

GST_START_TEST (window_whose_upload_is_refused_was_accepted_before)
{
  static const Fault faults[] = {
    {"upload", 1, 0, "403 Forbidden", NULL, "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  Story story;

  begin (&story, faults, &wide);
  push (&story, 0);
  end (&story, 1, "0:uploading 0:UPLOAD_FAILED(accepted)");
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

  begin (&story, faults, &wide);
  push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  vitals_scan_queue_fail_all (story.queue, error);
  end (&story, 1, "0:SCAN_TIMEOUT");
  g_error_free (error);
}

GST_END_TEST;

GST_START_TEST (early_answer_waits_for_the_windows_before_it)
{
  VitalsScanItem *dropped = vitals_scan_item_new (1, NULL, NULL, NULL);
  Story story;

  begin (&story, no_faults, &wide);
  dropped->dropped = VITALS_DROPPED_TOO_FEW_FRAMES;
  push (&story, 0);
  vitals_scan_queue_push (story.queue, dropped);
  end (&story, 2,
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

  begin (&story, stalled_start, &wide);
  assert_numbers (story.queue, 0, 0, 0);
  push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  push (&story, 1);
  push (&story, 2);
  assert_numbers (story.queue, 2, 3, 30);
  vitals_scan_queue_drop_oldest (story.queue, VITALS_DROPPED_QUEUE_FULL);
  /* its outcome waits for that of the first */
  assert_numbers (story.queue, 1, 3, 20);
  vitals_scan_queue_fail_all (story.queue, error);
  end (&story, 3, "0:SCAN_TIMEOUT 1:queue-full 2:SCAN_TIMEOUT");
  g_error_free (error);
}

GST_END_TEST;

GST_START_TEST (queue_is_full_until_a_window_is_dropped)
{
  VitalsScanQueueLimits limits = wide;
  Story story;

  limits.max_queued = 1;
  begin (&story, stalled_start, &limits);
  push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  fail_if (vitals_scan_queue_is_full (story.queue));
  push (&story, 1);
  fail_unless (vitals_scan_queue_is_full (story.queue));
  vitals_scan_queue_drop_oldest (story.queue, VITALS_DROPPED_QUEUE_FULL);
  fail_if (vitals_scan_queue_is_full (story.queue));
  end (&story, 0, "");
}

GST_END_TEST;

GST_START_TEST (queue_that_is_cancelled_holds_nothing_and_takes_nothing)
{
  Story story;

  begin (&story, stalled_start, &wide);
  push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  push (&story, 1);
  vitals_scan_queue_cancel (story.queue);
  assert_numbers (story.queue, 0, 0, 0);
  push (&story, 2);
  assert_numbers (story.queue, 0, 0, 0);
  end (&story, 0, "");
}

GST_END_TEST;

GST_START_TEST (queue_may_be_cancelled_from_within_an_outcome)
{
  Story story;

  begin (&story, no_faults, &wide);
  story.cancel_in_outcome = TRUE;
  push (&story, 0);
  push (&story, 1);
  end (&story, 1, "0:uploading 0:processing 0:reading(accepted)");
}

GST_END_TEST;

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

  begin (&story, doubtful_starts[__i__].faults, &one_start);
  g_object_set (story.client, "request-timeout",
      (guint64) (2 * GST_SECOND), NULL);
  push (&story, 0);
  push (&story, 1);
  wait_for_outcomes (&story, 2);
  assert_equals_int (raw_server_get_count (story.server, "start"), 1);
  vitals_scan_queue_get_stats (story.queue, &stats);
  assert_equals_int (stats.sessions, 0);
  assert_equals_int (stats.doubtful, 1);
  assert_equals_int (stats.starting, 0);
  end (&story, 2, doubtful_starts[__i__].told);
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

  begin (&story, refused_starts[__i__].faults, &one_start);
  push (&story, 0);
  push (&story, 1);
  wait_for_outcomes (&story, 2);
  vitals_scan_queue_get_stats (story.queue, &stats);
  assert_equals_int (stats.sessions, 1);
  assert_equals_int (stats.doubtful, 0);
  end (&story, 2, refused_starts[__i__].told);
}

GST_END_TEST;

/* And the next one comes. */
static void
cancel_first (Story * story)
{
  GError *error = g_error_new (VITALS_ERROR, VITALS_ERROR_CANCELLED, "cancel");

  vitals_scan_queue_fail_all (story->queue, error);
  g_error_free (error);
  push (story, 1);
}

GST_START_TEST (start_that_is_cancelled_once_it_was_sent_counts_as_paid)
{
  Story story;

  begin (&story, stalled_start, &one_start);
  push (&story, 0);
  fail_unless (raw_server_wait (story.server, "start", 1));
  cancel_first (&story);
  end (&story, 2, "0:CANCELLED 1:stopped");
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

  begin (&story, faults, &one_start);
  push (&story, 0);
  /* it was refused, and waits to be sent again */
  while (vitals_circadify_client_get_usage_remaining (story.client) != 7)
    g_thread_yield ();
  cancel_first (&story);
  end (&story, 2, "0:CANCELLED 1:uploading 1:processing 1:reading(accepted)");
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
  tcase_add_loop_test (tcase,
      start_whose_answer_is_lost_counts_as_one_that_is_paid, 0,
      G_N_ELEMENTS (doubtful_starts));
  tcase_add_loop_test (tcase,
      start_that_is_refused_leaves_its_place_to_the_next, 0,
      G_N_ELEMENTS (refused_starts));
  tcase_add_test (tcase,
      start_that_is_cancelled_once_it_was_sent_counts_as_paid);
  tcase_add_test (tcase, start_that_is_cancelled_after_a_refusal_is_not_paid);
  return suite;
}

GST_CHECK_MAIN (queue)
