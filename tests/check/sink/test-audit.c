/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is promised of circadifysink and was not kept. */

#include <glib/gstdio.h>
#include "fixture.h"

static guint
count_type (Sink * sink, GstMessageType type)
{
  guint n = 0, i;

  g_mutex_lock (&sink->lock);
  for (i = 0; i < sink->messages->len; i++)
    n += GST_MESSAGE_TYPE (g_ptr_array_index (sink->messages, i)) == type;
  g_mutex_unlock (&sink->lock);
  return n;
}

GST_START_TEST (empty_payload_file_is_an_error)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "payloads", NULL);
  gchar *source = g_strdup_printf ("filesrc location=\"%s\"", path);
  Sink *sink;
  guint errors = 0, i;

  fail_unless (g_file_set_contents (path, "", 0, NULL));
  sink = sink_new_full (source, "", &options);
  sink_set_state (sink, GST_STATE_PLAYING);
  g_mutex_lock (&sink->lock);
  while (errors == 0) {
    gboolean eos = FALSE;

    for (i = 0; i < sink->messages->len; i++) {
      GstMessage *message = g_ptr_array_index (sink->messages, i);

      errors += GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR;
      eos |= GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    }
    if (eos || errors)
      break;
    g_cond_wait (&sink->cond, &sink->lock);
  }
  g_mutex_unlock (&sink->lock);
  fail_unless (errors > 0, "EOS and no error");
  sink_free (sink);
  g_unlink (path);
  g_rmdir (folder);
  g_free (source);
  g_free (path);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (inactive_sink_sends_nothing_of_the_open_window)
{
  Sink *sink = sink_new ("");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 12);
  while (sink_get_stat (sink, "frames") < 12)
    g_thread_yield ();
  g_object_set (sink->sink, "active", FALSE, NULL);
  sink_push (sink, 2 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_get_stat (sink, "frames"), 12);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (reserve_of_the_quota_is_left_by_starts_under_way)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink;

  options.quota = 3;
  sink = sink_new_full ("appsrc name=src format=time block=true caps="
      FRAME_CAPS, "quota-reserve=1 max-sessions=4 max-queued-windows=4 "
      "num-scans=10", &options);
  g_object_set (sink->sink, "api-key", VITALS_SANDBOX_LIVE_KEY, NULL);
  /* the second start is still on its way when the third window is sealed */
  sink_fault (sink, "start#2-:delay=1000");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait (sink, "vitals-failed", 0);
  sink_push (sink, 2 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  /* of three scans one is the reserve */
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 2);
  sink_free (sink);
}

GST_END_TEST;

/* What is paid is accepted, whether its answer comes through or not. */
static const gchar *const lost_answers[] = {
  "start:work-then-reset", "start:status=502,work"
};

GST_START_TEST (num_scans_bounds_what_is_paid_when_answers_are_lost)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("videotestsrc is-live=true ! " FRAME_CAPS,
      "num-scans=1 eos-after-scans=true max-retries=0", &options);

  g_object_set (sink->sink, "api-key", VITALS_SANDBOX_LIVE_KEY, NULL);
  sink_fault (sink, lost_answers[__i__]);
  /* the source has no end of its own; it is live, as one that does nothing but
   * give frames leaves no time to others under valgrind */
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_uint64 (sink_get_stat (sink, "sessions"), 0);
  fail_unless_equals_uint64 (sink_get_stat (sink, "doubtful"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (results_that_cannot_be_written_are_told_while_it_runs)
{
  Sink *sink = sink_new ("results-location=/dev/full");
  guint n;

  sink_set_state (sink, GST_STATE_PLAYING);
  /* a later window tells, without EOS; how much later is up to the disk */
  for (n = 0; count_type (sink, GST_MESSAGE_WARNING) == 0; n++) {
    sink_push (sink, WINDOW_FRAMES);
    sink_wait (sink, "vitals", n);
  }
  fail_if (sink_has_eos (sink));
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (live_key_without_a_limit_warns_of_the_cost_once)
{
  Sink *sink = sink_new ("");

  g_object_set (sink->sink, "api-key", VITALS_SANDBOX_LIVE_KEY, NULL);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (count_type (sink, GST_MESSAGE_WARNING), 1);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
sink_audit_suite (void)
{
  Suite *s = suite_create ("sink-audit");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, empty_payload_file_is_an_error);
  tcase_add_test (tc, inactive_sink_sends_nothing_of_the_open_window);
  /* before the quota of the key is known, which a process remembers */
  tcase_add_loop_test (tc, num_scans_bounds_what_is_paid_when_answers_are_lost,
      0, G_N_ELEMENTS (lost_answers));
  tcase_add_test (tc, reserve_of_the_quota_is_left_by_starts_under_way);
  tcase_add_test (tc, results_that_cannot_be_written_are_told_while_it_runs);
  tcase_add_test (tc, live_key_without_a_limit_warns_of_the_cost_once);
  return s;
}

GST_CHECK_MAIN (sink_audit);
