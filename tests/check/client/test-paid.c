/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A scan is paid when its start was accepted: whatever gets lost after that
 * must not lose the result, as long as the service may have one. */

#include <string.h>
#include "fixture.h"

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static RawEnd
close_without_answer (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  raw_request_read_body (request, G_MAXSIZE);
  return RAW_CLOSE;
}

static RawEnd
cut (RawRequest * request, const gchar * text)
{
  raw_request_read_body (request, G_MAXSIZE);
  raw_request_write (request, text, strlen (text));
  return RAW_CLOSE;
}

static RawEnd
cut_in_chunk (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return cut (request, CHUNKED "40\r\n{\"status\":");
}

static RawEnd
cut_between_chunks (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return cut (request, CHUNKED "a\r\n{\"status\":\r\n");
}

static RawEnd
cut_before_chunks (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return cut (request, CHUNKED);
}

static RawEnd
cut_without_length (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return cut (request, "HTTP/1.1 200 OK\r\n\r\n{\"status\":");
}

static RawEnd
cut_in_character (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return cut (request, "HTTP/1.1 200 OK\r\n\r\n{\"model\":\"\xc3");
}

/* As from a gateway that keeps the line open with it. */
static RawEnd
answer_blanks (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return raw_request_answer (request, "200 OK", "", "  \n");
}

static RawEnd
answer_nothing (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  return raw_request_answer (request, "200 OK", "", "");
}

/* Each a service that was asked, and whose answer did not come through. */
static const Fault lost_completes[][3] = {
  {{"complete", 1, 0, NULL, NULL, NULL, reset_after_head}, {NULL}},
  {{"complete", 1, 0, NULL, NULL, NULL, close_without_answer}, {NULL}},
  {{"complete", 1, 0, NULL, NULL, NULL, cut_answer}, {NULL}},
  {{"complete", 1, 0, NULL, NULL, NULL, cut_in_chunk}, {NULL}},
  {{"complete", 1, 0, NULL, NULL, NULL, cut_between_chunks}, {NULL}},
  {{"complete", 1, 0, NULL, NULL, NULL, cut_without_length}, {NULL}},
  {{"complete", 1, 0, "502 Bad Gateway", NULL, "<html>", NULL}, {NULL}},
  {{"complete", 1, 0, "504 Gateway Timeout", NULL, "<html>", NULL}, {NULL}},
  {{"complete", 1, 1, NULL, NULL, NULL, reset_after_head},
      {"complete", 2, 0, "409 Conflict", NULL,
          "{\"error\":\"SESSION_ALREADY_COMPLETED\"}", NULL}, {NULL}},
  {{"complete", 1, 1, NULL, NULL, NULL, reset_after_head},
      {"complete", 2, 0, "404 Not Found", NULL,
          "{\"error\":\"SESSION_NOT_FOUND\"}", NULL}, {NULL}},
  {{"complete", 1, 1, "500 Internal Server Error", NULL, "", NULL},
      {"complete", 2, 0, "400 Bad Request", NULL, "", NULL}, {NULL}},
  {{"complete", 1, 1, NULL, NULL, NULL, reset_after_head},
      {"complete", 2, 0, "500 Internal Server Error", NULL, "", NULL}, {NULL}}
};

GST_START_TEST (result_is_fetched_when_upload_complete_may_have_been_taken)
{
  guint starts, uploads;

  scan_works (lost_completes[__i__], &starts, &uploads);
  assert_equals_int (starts, 1);
  assert_equals_int (uploads, 1);
}

GST_END_TEST;

/* Each says for certain that there will be no result. */
static const struct
{
  Fault faults[3];
  VitalsError code;
} refused_completes[] = {
  {{{"complete", 1, 0, "401 Unauthorized", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_UNAUTHORIZED},
  {{{"complete", 1, 1, NULL, NULL, NULL, reset_after_head},
          {"complete", 2, 0, "403 Forbidden", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_FORBIDDEN},
  {{{"complete", 1, 0, "400 Bad Request", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_INVALID_REQUEST},
  {{{"complete", 1, 0, "409 Conflict", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_INVALID_REQUEST},
  /* the first was not taken, so it counts for nothing */
  {{{"complete", 1, 1, "429 Too Many Requests", NULL, "", NULL},
          {"complete", 2, 0, "400 Bad Request", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_INVALID_REQUEST},
  {{{"complete", 1, 0, "429 Too Many Requests", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_RATE_LIMITED},
  {{{"complete", 1, 0, "500 Internal Server Error", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_SERVICE_UNAVAILABLE},
  {{{"complete", 1, 1, NULL, NULL, NULL, reset_after_head},
          {"complete", 2, 0, "410 Gone", NULL,
              "{\"error\":\"SESSION_EXPIRED\"}", NULL}, {NULL}},
      VITALS_ERROR_SESSION_EXPIRED},
  {{{"complete", 1, 1, NULL, NULL, NULL, reset_after_head},
          {"complete", 2, 0, "200 OK", NULL, "{\"status\":\"failed\"}", NULL},
          {NULL}}, VITALS_ERROR_PROCESSING_FAILED},
  {{{"complete", 1, 0, "200 OK", NULL, "{\"status\":[5]}", NULL}, {NULL}},
      VITALS_ERROR_INVALID_RESPONSE},
  {{{"complete", 1, 0, "307 Temporary Redirect", NULL, "", NULL}, {NULL}},
      VITALS_ERROR_INVALID_RESPONSE}
};

GST_START_TEST (refused_upload_complete_is_not_polled)
{
  const Fault *faults = refused_completes[__i__].faults;
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  fail_unless (scan (client, NULL, &error) == NULL);
  assert_error (error, refused_completes[__i__].code);
  assert_equals_int (raw_server_get_count (server, "result"), 0);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (upload_complete_that_reached_nobody_is_told_so)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  raw_server_free (server);
  fail_if (vitals_circadify_client_complete_upload (client, "s1", NULL, NULL,
          &error));
  assert_error (error, VITALS_ERROR_NETWORK);
  g_object_unref (client);
}

GST_END_TEST;

/* What a service that keeps no results says when it is asked for one. */
static const gchar *const knows_nothing[] = {
  "{\"error\":\"NOT_FOUND\"}", "{\"error\":\"SESSION_NOT_FOUND\"}", "<html>"
};

GST_START_TEST (lost_upload_complete_is_told_when_no_result_is_kept)
{
  Fault faults[] = {
    {"complete", 1, 0, "504 Gateway Timeout", NULL, "", NULL},
    {"result", 1, 0, "404 Not Found", NULL, knows_nothing[__i__], NULL},
    {NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  GstStructure *failure;
  guint attempts;

  fail_unless (scan (client, NULL, &error) == NULL);
  fail_unless (strstr (error->message, "scan again") != NULL, "%s",
      error->message);
  assert_equals_int (vitals_error_get_http_status (error), 504);
  assert_error (error, VITALS_ERROR_SERVICE_UNAVAILABLE);
  g_object_get (client, "last-failure", &failure, NULL);
  /* of upload-complete, which is what failed */
  fail_unless (gst_structure_get_uint (failure, "attempts", &attempts));
  assert_equals_int (attempts, 2);
  gst_structure_free (failure);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (lost_upload_complete_is_waited_for_as_long_as_any_result)
{
  static const Fault faults[] = {
    {"complete", 1, 0, NULL, NULL, NULL, reset_after_head},
    {"result", 1, 0, "200 OK", NULL, "{\"status\":\"pending\"}", NULL},
    {NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  g_object_set (client, "poll-timeout", GST_SECOND, NULL);
  fail_unless (scan (client, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_SCAN_TIMEOUT);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* Polls */

static const RawHandler cut_answers[] = { cut_in_chunk, cut_between_chunks,
  cut_before_chunks, cut_without_length, cut_in_character, answer_blanks,
  answer_nothing
};

GST_START_TEST (poll_whose_answer_is_cut_is_tried_again)
{
  Fault faults[] = {
    {"result", 1, 1, NULL, NULL, NULL, cut_answers[__i__]},
    {NULL}
  };
  guint starts;

  scan_works (faults, &starts, NULL);
  assert_equals_int (starts, 1);
}

GST_END_TEST;

GST_START_TEST (poll_whose_answer_is_always_cut_fails_and_may_be_asked_again)
{
  static const Fault faults[] = {
    {"result", 1, 0, NULL, NULL, NULL, cut_between_chunks},
    {NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  fail_unless (vitals_circadify_client_poll_result (client, "s1", NULL,
          &error) == NULL);
  fail_unless (vitals_error_get_retryable (error));
  assert_error (error, VITALS_ERROR_INVALID_RESPONSE);
  assert_equals_int (raw_server_get_count (server, "result"), 2);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* Whole, or refused unread, and so no better when it is asked for again. */
static const gchar *const wrong_answers[] = {
  "[]", "5", "{\"status\":5}", "{}", "{\"vitals\":[]}", "{\"status\":"
      "\"completed\",\"vitals\":{\"heart_rate\":\"70\"}}",
  "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
};

GST_START_TEST (poll_whose_answer_is_whole_but_wrong_is_final)
{
  Fault faults[] = {
    {"result", 1, 0, "200 OK", NULL, wrong_answers[__i__], NULL},
    {NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  fail_unless (vitals_circadify_client_poll_result (client, "s1", NULL,
          &error) == NULL);
  fail_if (vitals_error_get_retryable (error));
  assert_error (error, VITALS_ERROR_INVALID_RESPONSE);
  assert_equals_int (raw_server_get_count (server, "result"), 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* Starts */

GST_START_TEST (start_after_a_5xx_that_speaks_of_a_rate_limit_is_not_sent_again)
{
  static const Fault faults[] = {
    {"start", 1, 1, "500 Internal Server Error", NULL,
        "{\"error\":\"RATE_LIMIT_EXCEEDED\",\"retryable\":true}", NULL},
    {NULL}
  };
  guint starts;

  g_free (scan_fails (faults, VITALS_ERROR_RATE_LIMITED, &starts, NULL));
  assert_equals_int (starts, 1);
}

GST_END_TEST;

static Suite *
paid_suite (void)
{
  Suite *suite = suite_create ("paid");
  TCase *tcase = tcase_create ("paid");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      result_is_fetched_when_upload_complete_may_have_been_taken, 0,
      G_N_ELEMENTS (lost_completes));
  tcase_add_loop_test (tcase, refused_upload_complete_is_not_polled, 0,
      G_N_ELEMENTS (refused_completes));
  tcase_add_test (tcase, upload_complete_that_reached_nobody_is_told_so);
  tcase_add_loop_test (tcase,
      lost_upload_complete_is_told_when_no_result_is_kept, 0,
      G_N_ELEMENTS (knows_nothing));
  tcase_add_test (tcase,
      lost_upload_complete_is_waited_for_as_long_as_any_result);
  tcase_add_loop_test (tcase, poll_whose_answer_is_cut_is_tried_again, 0,
      G_N_ELEMENTS (cut_answers));
  tcase_add_test (tcase,
      poll_whose_answer_is_always_cut_fails_and_may_be_asked_again);
  tcase_add_loop_test (tcase, poll_whose_answer_is_whole_but_wrong_is_final, 0,
      G_N_ELEMENTS (wrong_answers));
  tcase_add_test (tcase,
      start_after_a_5xx_that_speaks_of_a_rate_limit_is_not_sent_again);
  return suite;
}

GST_CHECK_MAIN (paid)
