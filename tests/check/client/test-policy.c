/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which scans are started and which never are: numbers in, decision out. */

#include <gio/gio.h>
#include <gst/check/gstcheck.h>
#include <vitals/client/vitals-scan-policy-private.h>
#include <vitals/vitals-dropped-private.h>
#include <vitals/vitals-error-private.h>

static const VitalsQuotaUsage unknown = {.remaining = -1 };

static const VitalsScanQueueLimits no_limits = {
  .max_sessions = 4,.max_queued = 3,.max_starts = -1,.quota_reserve = -1
};

GST_START_TEST (first_scan_is_alone_until_its_start_is_accepted)
{
  VitalsScanQueueStats stats = {.waiting = 4 };

  fail_unless (vitals_scan_policy_may_start (&no_limits, &stats, &unknown));
  stats.running = stats.starting = 1;
  fail_if (vitals_scan_policy_may_start (&no_limits, &stats, &unknown));
  stats.starting = 0;
  stats.sessions = 1;
  fail_unless (vitals_scan_policy_may_start (&no_limits, &stats, &unknown));
}

GST_END_TEST;

GST_START_TEST (no_more_scans_run_than_max_sessions)
{
  VitalsScanQueueStats stats = {.sessions = 9,.running = 3 };

  fail_unless (vitals_scan_policy_may_start (&no_limits, &stats, &unknown));
  stats.running = 4;
  fail_if (vitals_scan_policy_may_start (&no_limits, &stats, &unknown));
  fail_unless (vitals_scan_policy_refuse (&no_limits, &stats,
          &unknown) == NULL);
}

GST_END_TEST;

GST_START_TEST (start_under_way_counts_as_one_of_max_starts_but_refuses_nothing)
{
  VitalsScanQueueLimits limits = no_limits;
  VitalsScanQueueStats stats = {.sessions = 1,.running = 1,.starting = 1 };

  limits.max_starts = 2;
  fail_if (vitals_scan_policy_may_start (&limits, &stats, &unknown));
  fail_unless (vitals_scan_policy_refuse (&limits, &stats, &unknown) == NULL);

  /* it was refused */
  stats.running = stats.starting = 0;
  fail_unless (vitals_scan_policy_may_start (&limits, &stats, &unknown));
  /* it was lost */
  stats.doubtful = 1;
  assert_equals_string (vitals_scan_policy_refuse (&limits, &stats, &unknown),
      VITALS_DROPPED_STOPPED);
  /* it was accepted */
  stats.doubtful = 0;
  stats.sessions = 2;
  assert_equals_string (vitals_scan_policy_refuse (&limits, &stats, &unknown),
      VITALS_DROPPED_STOPPED);
}

GST_END_TEST;

GST_START_TEST (quota_reserve_is_never_touched)
{
  VitalsScanQueueLimits limits = no_limits;
  VitalsScanQueueStats stats = {.sessions = 1 };
  VitalsQuotaUsage usage = {.remaining = 11 };

  limits.quota_reserve = 10;
  fail_unless (vitals_scan_policy_may_start (&limits, &stats, &usage));
  fail_unless (vitals_scan_policy_refuse (&limits, &stats, &usage) == NULL);
  /* the one under way may be the eleventh, whoever has sent it */
  usage.starting = 1;
  fail_if (vitals_scan_policy_may_start (&limits, &stats, &usage));
  fail_unless (vitals_scan_policy_refuse (&limits, &stats, &usage) == NULL);
  usage.starting = 0;
  usage.remaining = 10;
  fail_if (vitals_scan_policy_may_start (&limits, &stats, &usage));
  assert_equals_string (vitals_scan_policy_refuse (&limits, &stats, &usage),
      VITALS_DROPPED_QUOTA);
}

GST_END_TEST;

GST_START_TEST (quota_that_is_not_known_refuses_nothing)
{
  VitalsScanQueueLimits limits = no_limits;
  VitalsScanQueueStats stats = {.sessions = 1 };
  VitalsQuotaUsage usage = unknown;

  limits.quota_reserve = 10;
  fail_unless (vitals_scan_policy_may_start (&limits, &stats, &usage));
  fail_unless (vitals_scan_policy_refuse (&limits, &stats, &usage) == NULL);
  usage.starting = 1;
  fail_unless (vitals_scan_policy_may_start (&limits, &stats, &usage));
  /* it is about to be */
  usage.asking = TRUE;
  fail_if (vitals_scan_policy_may_start (&limits, &stats, &usage));
  fail_unless (vitals_scan_policy_refuse (&limits, &stats, &usage) == NULL);
}

GST_END_TEST;

GST_START_TEST (queue_that_is_blocked_refuses_with_the_reason_that_blocked_it)
{
  VitalsScanQueueStats stats = {.blocked = VITALS_DROPPED_QUOTA };

  assert_equals_string (vitals_scan_policy_refuse (&no_limits, &stats,
          &unknown), VITALS_DROPPED_QUOTA);
}

GST_END_TEST;

GST_START_TEST (queue_is_full_when_as_many_wait_as_may)
{
  VitalsScanQueueStats stats = {.waiting = 2,.running = 4 };

  fail_if (vitals_scan_policy_is_full (&no_limits, &stats));
  stats.waiting = 3;
  fail_unless (vitals_scan_policy_is_full (&no_limits, &stats));
}

GST_END_TEST;

GST_START_TEST (only_errors_that_the_next_start_would_repeat_block)
{
  static const struct
  {
    VitalsError code;
    const gchar *reason;
  } cases[] = {
    {VITALS_ERROR_UNAUTHORIZED, VITALS_DROPPED_STOPPED},
    {VITALS_ERROR_FORBIDDEN, VITALS_DROPPED_STOPPED},
    {VITALS_ERROR_UNSUPPORTED, VITALS_DROPPED_STOPPED},
    {VITALS_ERROR_QUOTA_EXCEEDED, VITALS_DROPPED_QUOTA},
    {VITALS_ERROR_RATE_LIMITED, NULL},
    {VITALS_ERROR_NETWORK, NULL},
    {VITALS_ERROR_PROCESSING_FAILED, NULL},
    {VITALS_ERROR_CANCELLED, NULL},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    GError error = { VITALS_ERROR, cases[i].code, NULL };

    fail_unless (g_strcmp0 (vitals_scan_policy_block (&no_limits, &error),
            cases[i].reason) == 0, "case %u", i);
  }
}

GST_END_TEST;

GST_START_TEST (any_error_but_a_cancel_blocks_where_failures_stop_it)
{
  VitalsScanQueueLimits limits = no_limits;
  GError failed = { VITALS_ERROR, VITALS_ERROR_UPLOAD_FAILED, NULL };
  GError quota = { VITALS_ERROR, VITALS_ERROR_QUOTA_EXCEEDED, NULL };
  GError cancelled = { VITALS_ERROR, VITALS_ERROR_CANCELLED, NULL };

  limits.stop_on_failure = TRUE;
  assert_equals_string (vitals_scan_policy_block (&limits, &failed),
      VITALS_DROPPED_STOPPED);
  /* for good: a quota would be asked for again */
  assert_equals_string (vitals_scan_policy_block (&limits, &quota),
      VITALS_DROPPED_STOPPED);
  fail_unless (vitals_scan_policy_block (&limits, &cancelled) == NULL);
}

GST_END_TEST;

GST_START_TEST (final_is_told_by_error_and_by_name_alike)
{
  GError other = { G_IO_ERROR, VITALS_ERROR_FORBIDDEN, NULL };
  guint code, n_final = 0;

  for (code = 0; code <= VITALS_ERROR_CANCELLED; code++) {
    GError error = { VITALS_ERROR, code, NULL };

    fail_unless (vitals_error_is_final (&error)
        == vitals_error_name_is_final (vitals_error_get_name (&error)));
    n_final += vitals_error_is_final (&error);
  }
  assert_equals_int (n_final, 6);
  fail_if (vitals_error_is_final (&other));
  fail_if (vitals_error_name_is_final ("SOMETHING_NEW"));
}

GST_END_TEST;

static Suite *
policy_suite (void)
{
  Suite *suite = suite_create ("policy");
  TCase *tcase = tcase_create ("policy");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, first_scan_is_alone_until_its_start_is_accepted);
  tcase_add_test (tcase, no_more_scans_run_than_max_sessions);
  tcase_add_test (tcase,
      start_under_way_counts_as_one_of_max_starts_but_refuses_nothing);
  tcase_add_test (tcase, quota_reserve_is_never_touched);
  tcase_add_test (tcase, quota_that_is_not_known_refuses_nothing);
  tcase_add_test (tcase,
      queue_that_is_blocked_refuses_with_the_reason_that_blocked_it);
  tcase_add_test (tcase, queue_is_full_when_as_many_wait_as_may);
  tcase_add_test (tcase, only_errors_that_the_next_start_would_repeat_block);
  tcase_add_test (tcase, any_error_but_a_cancel_blocks_where_failures_stop_it);
  tcase_add_test (tcase, final_is_told_by_error_and_by_name_alike);
  return suite;
}

GST_CHECK_MAIN (policy)
