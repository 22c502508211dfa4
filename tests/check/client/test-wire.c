/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What goes wrong on the wire. A start is never sent again when it may have
 * been accepted; everything else is. */

#include <string.h>
#include "fixture.h"

static RawEnd
close_without_answer (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  raw_request_read_body (request, G_MAXSIZE);
  return RAW_CLOSE;
}

static const RawHandler ambiguous_losses[] = { reset_after_head,
  close_without_answer, stall, stall_in_answer, cut_answer
};

GST_START_TEST (start_that_may_have_been_accepted_is_not_sent_again)
{
  Fault faults[] = {
    {"start", 1, 0, NULL, NULL, NULL, ambiguous_losses[__i__]},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint starts;
  gchar *message = scan_fails (faults, VITALS_ERROR_NETWORK, &starts, NULL);

  assert_equals_int (starts, 1);
  fail_unless (strstr (message, "not sent again") != NULL, "%s", message);
  g_free (message);
}

GST_END_TEST;

GST_START_TEST (start_that_found_nobody_is_sent_again)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  GstStructure *failure;
  guint attempts;

  raw_server_free (server);
  fail_unless (scan (client, NULL, &error) == NULL);
  fail_unless (vitals_error_get_retryable (error));
  assert_error (error, VITALS_ERROR_NETWORK);
  g_object_get (client, "last-failure", &failure, NULL);
  fail_unless (gst_structure_get_uint (failure, "attempts", &attempts));
  assert_equals_int (attempts, 2);
  gst_structure_free (failure);
  g_object_unref (client);
}

GST_END_TEST;

/* Says keep-alive, and then is gone without a word. */
static RawEnd
leave_silently (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  raw_request_answer (request, "200 OK", "Connection: keep-alive\r\n",
      "{\"session_id\":\"s\",\"upload_url\":\"https://example.com/x\"}");
  return raw_request_reset (request);
}

GST_START_TEST (start_does_not_use_a_connection_that_went_stale)
{
  static const Fault faults[] = {
    {"start", 1, 0, NULL, NULL, NULL, leave_silently},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, LIVE_KEY);
  GError *error = NULL;
  guint i;

  for (i = 1; i <= 5; i++) {
    VitalsSession *session = vitals_circadify_client_start_session (client,
        NULL, NULL, &error);

    fail_unless (session != NULL, "%s", error ? error->message : "");
    vitals_session_unref (session);
    assert_equals_int (raw_server_get_count (server, "start"), i);
  }
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static const RawHandler upload_losses[] = { reset_after_head, reset_in_body,
  close_without_answer, stall, stall_in_answer, cut_answer
};

GST_START_TEST (upload_that_is_lost_is_tried_again)
{
  Fault faults[] = {
    {"upload", 1, 1, NULL, NULL, NULL, upload_losses[__i__]},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint starts, uploads;

  scan_works (faults, &starts, &uploads);
  assert_equals_int (starts, 1);
  assert_equals_int (uploads, 2);
}

GST_END_TEST;

GST_START_TEST (upload_that_is_always_lost_fails)
{
  Fault faults[] = {
    {"upload", 1, 0, NULL, NULL, NULL, upload_losses[__i__]},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint starts, uploads;

  g_free (scan_fails (faults, VITALS_ERROR_UPLOAD_FAILED, &starts, &uploads));
  assert_equals_int (starts, 1);
  assert_equals_int (uploads, 2);
}

GST_END_TEST;

GST_START_TEST (upload_that_never_ends_is_bounded_by_its_time)
{
  static const Fault faults[] = {
    {"upload", 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  g_object_set (client, "upload-timeout", 300 * GST_MSECOND, NULL);
  fail_unless (scan (client, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_UPLOAD_FAILED);
  assert_equals_int (raw_server_get_count (server, "upload"), 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* 20 x 50 ms are longer than the request time-out of 500 ms, but something
 * moves all the time. */
static RawEnd
read_slowly (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  guint i;

  for (i = 1; i <= 20; i++) {
    raw_request_read_body (request, request->content_length / 20 * i);
    g_usleep (50 * 1000);
  }
  return RAW_DEFAULT;
}

GST_START_TEST (slow_upload_that_makes_progress_is_left_alone)
{
  static const Fault faults[] = {
    {"upload", 1, 0, NULL, NULL, NULL, read_slowly},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  VitalsReading *reading;

  g_object_set (client, "request-timeout", 700 * GST_MSECOND, NULL);
  reading = scan (client, NULL, &error);
  fail_unless (reading != NULL, "%s", error ? error->message : "");
  assert_equals_int (raw_server_get_count (server, "upload"), 1);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static const RawHandler answer_losses[] = { reset_after_head,
  close_without_answer, stall, stall_in_answer, cut_answer
};

GST_START_TEST (poll_that_is_lost_is_tried_again)
{
  Fault faults[] = {
    {"result", 1, 1, NULL, NULL, NULL, answer_losses[__i__]},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint starts;

  scan_works (faults, &starts, NULL);
  assert_equals_int (starts, 1);
}

GST_END_TEST;

GST_START_TEST (poll_that_is_lost_waits_as_long_as_any_poll)
{
  static const Fault faults[] = {
    {"result", 1, 1, NULL, NULL, NULL, close_without_answer},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GstClockTimeDiff interval = 600 * GST_MSECOND;
  gint64 began = g_get_monotonic_time ();
  VitalsReading *reading;
  GError *error = NULL;

  g_object_set (client, "poll-interval", (guint64) interval, NULL);
  reading = scan (client, NULL, &error);
  fail_unless (reading != NULL, "%s", error ? error->message : "");
  fail_unless (g_get_monotonic_time () - began >= interval / 1000);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (upload_complete_that_is_lost_is_tried_again)
{
  static const Fault faults[] = {
    {"complete", 1, 1, NULL, NULL, NULL, reset_after_head},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  scan_works (faults, NULL, NULL);
}

GST_END_TEST;

GST_START_TEST (poll_that_is_always_lost_fails)
{
  static const Fault faults[] = {
    {"result", 1, 0, NULL, NULL, NULL, stall_in_answer},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  g_free (scan_fails (faults, VITALS_ERROR_NETWORK, NULL, NULL));
}

GST_END_TEST;

static Suite *
wire_suite (void)
{
  Suite *suite = suite_create ("wire");
  TCase *tcase = tcase_create ("wire");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      start_that_may_have_been_accepted_is_not_sent_again, 0,
      G_N_ELEMENTS (ambiguous_losses));
  tcase_add_test (tcase, start_that_found_nobody_is_sent_again);
  tcase_add_test (tcase, start_does_not_use_a_connection_that_went_stale);
  tcase_add_loop_test (tcase, upload_that_is_lost_is_tried_again, 0,
      G_N_ELEMENTS (upload_losses));
  tcase_add_loop_test (tcase, upload_that_is_always_lost_fails, 0,
      G_N_ELEMENTS (upload_losses));
  tcase_add_test (tcase, upload_that_never_ends_is_bounded_by_its_time);
  tcase_add_test (tcase, slow_upload_that_makes_progress_is_left_alone);
  tcase_add_loop_test (tcase, poll_that_is_lost_is_tried_again, 0,
      G_N_ELEMENTS (answer_losses));
  tcase_add_test (tcase, upload_complete_that_is_lost_is_tried_again);
  tcase_add_test (tcase, poll_that_is_lost_waits_as_long_as_any_poll);
  tcase_add_test (tcase, poll_that_is_always_lost_fails);
  return suite;
}

GST_CHECK_MAIN (wire)
