/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Payloads that come as they are: good ones, bad ones, and those that nobody
 * wants. */

#include "../bad-payloads.h"
#include "fixture.h"

#define TENSOR_CAPS "application/x-circadify-tensor"
#define BYTES_SOURCE "appsrc name=src format=bytes block=true"
#define BUFFERS_SOURCE "appsrc name=src format=time block=true caps=" \
    TENSOR_CAPS
#define PAYLOAD_FRAMES 3

/* As long as a header: less might still become one. */
static const gchar garbage[64] = "garbage";

static Sink *
sink_new_of (const gchar * source, const gchar * properties)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;

  return sink_new_full (source, properties, &options);
}

/* @n payloads, and @size bytes after them, in one buffer. */
static GstBuffer *
make_payloads (guint n, gconstpointer rest, gsize size, GstClockTime pts)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  GBytes *payload = good_payload_new (PAYLOAD_FRAMES, 1);
  GstBuffer *buffer;

  while (n-- > 0)
    g_byte_array_append (all, g_bytes_get_data (payload, NULL),
        g_bytes_get_size (payload));
  g_byte_array_append (all, rest, size);
  buffer = gst_buffer_new_memdup (all->data, all->len);
  GST_BUFFER_PTS (buffer) = pts;
  g_bytes_unref (payload);
  return buffer;
}

/* @buffer: (transfer full) */
static void
push_buffer (Sink * sink, GstBuffer * buffer)
{
  GstFlowReturn ret;

  g_signal_emit_by_name (sink->src, "push-buffer", buffer, &ret);
  gst_buffer_unref (buffer);
}

static void
push_payloads (Sink * sink, guint n, gconstpointer rest, gsize size,
    GstClockTime pts)
{
  push_buffer (sink, make_payloads (n, rest, size, pts));
}

/* The first bytes of a payload. */
static void
push_truncated (Sink * sink, guint n)
{
  GBytes *payload = good_payload_new (PAYLOAD_FRAMES, 1);

  push_payloads (sink, n, g_bytes_get_data (payload, NULL),
      g_bytes_get_size (payload) / 2, GST_CLOCK_TIME_NONE);
  g_bytes_unref (payload);
}

/* Waits for its error, which comes once and after @n answers. What others post
 * because of it does not count. */
static void
check_error_after (Sink * sink, guint n, gint code)
{
  GError *error = sink_wait_error (sink);
  guint answers = 0, errors = 0, i;

  fail_unless (g_error_matches (error, GST_STREAM_ERROR, code), "%s",
      error->message);
  g_error_free (error);
  /* nothing comes after it, even when upstream goes on to its end */
  sink_set_state (sink, GST_STATE_NULL);
  for (i = 0; i < sink->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (sink->messages, i);

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR
        && GST_MESSAGE_SRC (message) == GST_OBJECT (sink->sink))
      errors++;
    if (gst_message_has_name (message, "vitals")) {
      fail_unless_equals_int (errors, 0);
      answers++;
    }
  }
  fail_unless_equals_int (answers, n);
  fail_unless_equals_int (errors, 1);
}

GST_START_TEST (good_payload_is_measured_although_garbage_follows_it)
{
  Sink *sink = sink_new_of (BYTES_SOURCE, "");

  sink_set_state (sink, GST_STATE_PLAYING);
  push_payloads (sink, 1, garbage, sizeof (garbage), GST_CLOCK_TIME_NONE);
  sink_end (sink);
  check_error_after (sink, 1, GST_STREAM_ERROR_DECODE);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (truncated_end_is_told_after_the_answers)
{
  Sink *sink = sink_new_of (BYTES_SOURCE, "");

  sink_fault (sink, "result#1-3:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  push_truncated (sink, 2);
  sink_end (sink);
  check_error_after (sink, 2, GST_STREAM_ERROR_DECODE);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (damage_that_shows_at_the_end_is_found_and_not_sent)
{
  Sink *sink = sink_new_of (BYTES_SOURCE, "");
  GBytes *bad = bad_payload_new (__i__);

  sink_set_state (sink, GST_STATE_PLAYING);
  push_payloads (sink, 1, g_bytes_get_data (bad, NULL), g_bytes_get_size (bad),
      GST_CLOCK_TIME_NONE);
  sink_end (sink);
  check_error_after (sink, 1, GST_STREAM_ERROR_DECODE);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 1);
  g_bytes_unref (bad);
  sink_free (sink);
}

GST_END_TEST;

/* Returns when the sink has seen the end of the stream: this one, or that which
 * its source sent before. */
static void
end_at_the_sink (Sink * sink)
{
  GstPad *pad = gst_element_get_static_pad (sink->sink, "sink");

  gst_pad_send_event (pad, gst_event_new_eos ());
  gst_object_unref (pad);
}

/* fakesrc, unlike appsrc, sends EOS after an error. */
GST_START_TEST (what_is_no_payload_is_told_once)
{
  Sink *sink =
      sink_new_of ("fakesrc sizetype=fixed sizemax=64 filltype=pattern "
      "num-buffers=5", "");

  gst_element_set_state (sink->pipeline, GST_STATE_PLAYING);
  g_error_free (sink_wait_error (sink));
  end_at_the_sink (sink);
  check_error_after (sink, 0, GST_STREAM_ERROR_WRONG_TYPE);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (one_buffer_is_one_payload)
{
  Sink *sink = sink_new_of (BUFFERS_SOURCE, "");

  sink_set_state (sink, GST_STATE_PLAYING);
  push_payloads (sink, 2, NULL, 0, 5 * GST_SECOND);
  sink_end (sink);
  check_error_after (sink, 1, GST_STREAM_ERROR_DECODE);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (answers_before_an_error_may_come_after_a_pause)
{
  Sink *sink = sink_new_of (BYTES_SOURCE, "");

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  push_payloads (sink, 1, garbage, sizeof (garbage), GST_CLOCK_TIME_NONE);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  sink_set_state (sink, GST_STATE_PAUSED);
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_wait (sink, "vitals", 0);
  sink_set_state (sink, GST_STATE_PLAYING);
  check_error_after (sink, 1, GST_STREAM_ERROR_DECODE);
  sink_free (sink);
}

GST_END_TEST;

static void
wait_for_stat (Sink * sink, const gchar * field, guint64 wanted)
{
  while (sink_get_stat (sink, field) < wanted)
    g_thread_yield ();
}

GST_START_TEST (inactive_sink_takes_a_payload_only_when_told_to)
{
  Sink *sink = sink_new_of (__i__ == 0 ? BYTES_SOURCE : BUFFERS_SOURCE,
      "active=false");

  sink_set_state (sink, GST_STATE_PLAYING);
  push_payloads (sink, 1, NULL, 0, 0);
  push_payloads (sink, 1, NULL, 0, GST_SECOND);
  wait_for_stat (sink, "skipped", 2 * PAYLOAD_FRAMES);
  g_signal_emit_by_name (sink->sink, "scan");
  push_payloads (sink, 1, NULL, 0, 2 * GST_SECOND);
  push_payloads (sink, 1, NULL, 0, 3 * GST_SECOND);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  fail_unless_equals_uint64 (sink_get_stat (sink, "skipped"),
      3 * PAYLOAD_FRAMES);
  fail_unless_equals_uint64 (sink_get_stat (sink, "frames"), PAYLOAD_FRAMES);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (scan_interval_is_that_of_payloads_with_times)
{
  Sink *sink = sink_new_of (__i__ == 0 ? BYTES_SOURCE : BUFFERS_SOURCE,
      "scan-interval=10000000000 max-queued-windows=9");
  guint i;

  sink_set_state (sink, GST_STATE_PLAYING);
  for (i = 0; i < 5; i++)
    push_payloads (sink, 1, NULL, 0, i * 5 * GST_SECOND);
  sink_end (sink);
  sink_check_order (sink);
  /* at 0, 10 and 20 s; bytes have no time */
  fail_unless_equals_int (sink_count (sink, "vitals"), __i__ == 0 ? 5 : 3);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox),
      __i__ == 0 ? 5 : 3);
  sink_free (sink);
}

GST_END_TEST;

/* Of 8 s. */
static void
push_window (Sink * sink, GstClockTime pts, gboolean discont)
{
  GstBuffer *buffer = make_payloads (1, NULL, 0, pts);

  GST_BUFFER_DURATION (buffer) = 8 * GST_SECOND;
  if (discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  push_buffer (sink, buffer);
}

/* What passed before it is the payload before it, and no more is known. */
GST_START_TEST (a_jump_before_a_payload_is_no_time_that_passed)
{
  Sink *sink = sink_new_of (BUFFERS_SOURCE,
      "scan-interval=30000000000 max-queued-windows=9");

  sink_set_state (sink, GST_STATE_PLAYING);
  push_window (sink, 0, TRUE);
  push_window (sink, 10 * GST_SECOND, FALSE);
  push_window (sink, 1010 * GST_SECOND, TRUE);
  /* 18 s have passed, and not 8 more at 1 s after it */
  push_window (sink, 1011 * GST_SECOND, TRUE);
  push_window (sink, 1021 * GST_SECOND, FALSE);
  push_window (sink, 1022 * GST_SECOND, FALSE);
  push_window (sink, 9000 * GST_SECOND, FALSE);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 3);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 3);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 1),
          "timestamp"), 1022 * GST_SECOND);
  sink_free (sink);
}

GST_END_TEST;

static void
set_caps (Sink * sink, const gchar * text)
{
  GstCaps *caps = gst_caps_from_string (text);

  g_object_set (sink->src, "caps", caps, NULL);
  gst_caps_unref (caps);
}

GST_START_TEST (payloads_after_video_go_on_with_the_next_window)
{
  Sink *sink = sink_new ("max-queued-windows=9");
  const GstStructure *dropped;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES + 15);
  set_caps (sink, TENSOR_CAPS);
  push_payloads (sink, 1, NULL, 0, 5 * GST_SECOND);
  set_caps (sink, FRAME_CAPS);
  sink->next = 10 * GST_SECOND;
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  dropped = sink_wait (sink, "vitals-dropped", 0);
  assert_equals_string (gst_structure_get_string (dropped, "reason"),
      "discontinuity");
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), 15);
  fail_unless_equals_int (sink_count (sink, "vitals"), 3);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 1),
          "window"), 2);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
sink_payloads_suite (void)
{
  Suite *s = suite_create ("sink-payloads");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, good_payload_is_measured_although_garbage_follows_it);
  tcase_add_test (tc, truncated_end_is_told_after_the_answers);
  tcase_add_loop_test (tc, damage_that_shows_at_the_end_is_found_and_not_sent,
      0, N_BAD_PAYLOADS);
  tcase_add_test (tc, what_is_no_payload_is_told_once);
  tcase_add_test (tc, one_buffer_is_one_payload);
  tcase_add_test (tc, answers_before_an_error_may_come_after_a_pause);
  tcase_add_loop_test (tc, inactive_sink_takes_a_payload_only_when_told_to, 0,
      2);
  tcase_add_loop_test (tc, scan_interval_is_that_of_payloads_with_times, 0, 2);
  tcase_add_test (tc, a_jump_before_a_payload_is_no_time_that_passed);
  tcase_add_test (tc, payloads_after_video_go_on_with_the_next_window);
  return s;
}

GST_CHECK_MAIN (sink_payloads);
