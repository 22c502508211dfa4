/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of a window whose answer is not what it should be, or is lost on
 * its way: one message, and the stream ends well. */

#include <string.h>
#include <vitals/client/vitals-quota-private.h>
#include "fixture.h"

static const struct
{
  const gchar *fault, *code;
} hostile[] = {
  {"start:oversize=100000000", "INVALID_RESPONSE"},
  {"complete:oversize=100000000", "INVALID_RESPONSE"},
  {"result:oversize=100000000", "INVALID_RESPONSE"},
  {"start:wrong-types", "INVALID_RESPONSE"},
  {"complete:wrong-types", "INVALID_RESPONSE"},
  {"result:wrong-types", "INVALID_RESPONSE"},
  {"start:redirect=http://127.0.0.1:9/", "INVALID_RESPONSE"},
  {"upload:redirect=http://127.0.0.1:9/", "UPLOAD_FAILED"},
  {"complete:redirect=http://127.0.0.1:9/", "INVALID_RESPONSE"},
  {"result:redirect=http://127.0.0.1:9/", "INVALID_RESPONSE"},
  {"complete:expired", "SESSION_EXPIRED"},
  {"result:expired", "SESSION_EXPIRED"},
  {"result:never", "SCAN_TIMEOUT"},
  {"result:truncate=5", "NETWORK"},
  {"result:body=", "INVALID_RESPONSE"}
};

static guint
count_errors (Sink * sink)
{
  guint i, n = 0;

  g_mutex_lock (&sink->lock);
  for (i = 0; i < sink->messages->len; i++)
    n += GST_MESSAGE_TYPE (g_ptr_array_index (sink->messages, i))
        == GST_MESSAGE_ERROR;
  g_mutex_unlock (&sink->lock);
  return n;
}

GST_START_TEST (hostile_answer_is_one_failed_window_and_the_stream_ends)
{
  Sink *sink = sink_new ("poll-timeout=500000000 max-retries=1");
  const GstStructure *failed;

  sink_fault (sink, hostile[__i__].fault);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  failed = sink_wait (sink, "vitals-failed", 0);
  fail_unless (g_strcmp0 (gst_structure_get_string (failed, "code"),
          hostile[__i__].code) == 0, "%s: %s, %s", hostile[__i__].fault,
      gst_structure_get_string (failed, "code"),
      gst_structure_get_string (failed, "message"));
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  fail_unless_equals_int (count_errors (sink), 0);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 1);
  sink_free (sink);
}

GST_END_TEST;

static const gchar *const lost[] = {
  "complete:work-then-reset", "complete:status=504,work",
  "complete:truncate=5", "result#1:truncate=5", "result#1:body="
};

GST_START_TEST (paid_window_is_measured_although_an_answer_is_lost)
{
  Sink *sink = sink_new ("max-retries=1");

  sink_fault (sink, lost[__i__]);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  sink_free (sink);
}

GST_END_TEST;

/* s; read on the network thread */
static gint now = 1;

static gint64
get_now (void)
{
  return g_atomic_int_get (&now) * G_TIME_SPAN_SECOND;
}

static void
assert_state (Sink * sink, const gchar * expected)
{
  gchar *state = sink_get_state_name (sink);

  assert_equals_string (state, expected);
  g_free (state);
}

GST_START_TEST (sink_that_is_never_stopped_goes_on_when_its_quota_is_renewed)
{
  Sink *sink = sink_new ("");

  vitals_quota_set_clock (get_now);
  sink_fault (sink, "start#1:status=429,code=QUOTA_EXCEEDED");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait (sink, "vitals-failed", 0);
  assert_state (sink, "blocked");
  sink_push (sink, 2 * WINDOW_FRAMES);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 1);

  g_atomic_int_add (&now, 3601);
  sink_push (sink, 2 * WINDOW_FRAMES);
  sink_wait (sink, "vitals", 0);
  sink_end (sink);
  sink_wait_eos (sink);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  sink_free (sink);
  vitals_quota_set_clock (NULL);
}

GST_END_TEST;

static Suite *
sink_answers_suite (void)
{
  Suite *s = suite_create ("sink-answers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc,
      hostile_answer_is_one_failed_window_and_the_stream_ends, 0,
      G_N_ELEMENTS (hostile));
  tcase_add_loop_test (tc, paid_window_is_measured_although_an_answer_is_lost,
      0, G_N_ELEMENTS (lost));
  tcase_add_test (tc,
      sink_that_is_never_stopped_goes_on_when_its_quota_is_renewed);
  return s;
}

GST_CHECK_MAIN (sink_answers);
