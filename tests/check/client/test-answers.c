/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a service may answer, and what becomes of it. */

#include <string.h>
#include <vitals/client/vitals-scan-private.h>
#include "fixture.h"

typedef struct
{
  const gchar *status, *body;
  VitalsError code;
  const gchar *service_code;
  guint http_status;
  gboolean retryable;
} Refusal;

static const Refusal refusals[] = {
  {"400 Bad Request", "{\"error\":\"INVALID_REQUEST\",\"message\":\"m\"}",
      VITALS_ERROR_INVALID_REQUEST, "INVALID_REQUEST", 400, FALSE},
  {"401 Unauthorized", "{\"error\":\"API_KEY_INVALID\"}",
      VITALS_ERROR_UNAUTHORIZED, "API_KEY_INVALID", 401, FALSE},
  {"401 Unauthorized", "no JSON", VITALS_ERROR_UNAUTHORIZED, NULL, 401, FALSE},
  {"403 Forbidden", "{\"error\":\"DEVELOPER_SUSPENDED\"}",
      VITALS_ERROR_FORBIDDEN, "DEVELOPER_SUSPENDED", 403, FALSE},
  {"403 Forbidden", "{\"error\":\"SOMETHING_NEW\"}",
      VITALS_ERROR_FORBIDDEN, "SOMETHING_NEW", 403, FALSE},
  {"404 Not Found", "{\"error\":\"SESSION_NOT_FOUND\"}",
      VITALS_ERROR_SESSION_NOT_FOUND, "SESSION_NOT_FOUND", 404, FALSE},
  {"404 Not Found", "{\"error\":\"DEVELOPER_NOT_FOUND\"}",
      VITALS_ERROR_FORBIDDEN, "DEVELOPER_NOT_FOUND", 404, FALSE},
  {"429 Too Many Requests", "{\"error\":\"QUOTA_EXCEEDED\",\"retryable\":true}",
      VITALS_ERROR_QUOTA_EXCEEDED, "QUOTA_EXCEEDED", 429, FALSE},
  {"429 Too Many Requests",
        "{\"error\":\"RATE_LIMIT_EXCEEDED\",\"retryable\":false}",
      VITALS_ERROR_RATE_LIMITED, "RATE_LIMIT_EXCEEDED", 429, FALSE},
  {"410 Gone", "{\"error\":\"SESSION_EXPIRED\"}",
      VITALS_ERROR_SESSION_EXPIRED, "SESSION_EXPIRED", 410, FALSE},
  {"500 Internal Server Error", "<html>", VITALS_ERROR_SERVICE_UNAVAILABLE,
      NULL, 500, TRUE},
  {"503 Service Unavailable", "", VITALS_ERROR_SERVICE_UNAVAILABLE, NULL, 503,
      TRUE},
  {"418 I'm a teapot", "{\"error\":5,\"message\":[],\"retryable\":\"yes\"}",
      VITALS_ERROR_INVALID_REQUEST, NULL, 418, FALSE}
};

GST_START_TEST (refused_start_is_the_error_that_the_service_said)
{
  const Refusal *refusal = &refusals[__i__];
  Fault faults[] = {
    {"start", 1, 0, refusal->status, NULL, refusal->body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  GstStructure *failure;
  guint status;

  fail_unless (vitals_circadify_client_start_session (client, NULL, NULL,
          &error) == NULL);
  assert_equals_string (vitals_error_get_service_code (error),
      refusal->service_code);
  assert_equals_int (vitals_error_get_http_status (error),
      refusal->http_status);
  assert_equals_int (vitals_error_get_retryable (error), refusal->retryable);
  /* a start is paid: it is sent again for a rate limit or a 503 that says when,
   * and none of these is one of those */
  assert_equals_int (raw_server_get_count (server, "start"), 1);

  g_object_get (client, "last-failure", &failure, NULL);
  fail_unless (gst_structure_has_name (failure, "vitals-failed"));
  assert_equals_string (gst_structure_get_string (failure, "code"),
      vitals_error_get_name (error));
  assert_equals_string (gst_structure_get_string (failure, "message"),
      error->message);
  fail_unless (gst_structure_get_uint (failure, "http-status", &status));
  assert_equals_int (status, refusal->http_status);
  gst_structure_free (failure);
  assert_error (error, refusal->code);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (rate_limited_start_is_sent_again)
{
  static const Fault faults[] = {
    {"start", 1, 1, "429 Too Many Requests", NULL,
        "{\"error\":\"RATE_LIMIT_EXCEEDED\",\"retryable\":true}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint starts;

  scan_works (faults, &starts, NULL);
  assert_equals_int (starts, 2);
}

GST_END_TEST;

GST_START_TEST (retry_after_of_a_rate_limited_start_is_waited_for)
{
  static const Fault faults[] = {
    {"start", 1, 1, "429 Too Many Requests", "Retry-After: 2\r\n",
        "{\"error\":\"RATE_LIMIT_EXCEEDED\",\"retryable\":true}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  gint64 began = g_get_monotonic_time ();
  guint starts;

  scan_works (faults, &starts, NULL);
  assert_equals_int (starts, 2);
  fail_unless (g_get_monotonic_time () - began >= 2 * G_USEC_PER_SEC);
}

GST_END_TEST;

GST_START_TEST (start_is_sent_again_after_503_only_with_retry_after)
{
  static const Fault faults[] = {
    {"start", 1, 1, "503 Service Unavailable", "Retry-After: 0\r\n", "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint starts;

  scan_works (faults, &starts, NULL);
  assert_equals_int (starts, 2);
}

GST_END_TEST;

GST_START_TEST (retry_after_that_is_too_long_to_wait_is_told)
{
  static const Fault faults[] = {
    {"start", 1, 0, "429 Too Many Requests", "Retry-After: 3600\r\n",
        "{\"error\":\"RATE_LIMIT_EXCEEDED\"}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  GstStructure *failure;
  guint64 retry_after;

  fail_unless (scan (client, NULL, &error) == NULL);
  assert_equals_int64 (vitals_error_get_retry_after (error), 3600);
  assert_error (error, VITALS_ERROR_RATE_LIMITED);
  assert_equals_int (raw_server_get_count (server, "start"), 1);
  g_object_get (client, "last-failure", &failure, NULL);
  fail_unless (gst_structure_get_uint64 (failure, "retry-after", &retry_after));
  assert_equals_uint64 (retry_after, 3600 * GST_SECOND);
  gst_structure_free (failure);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static const struct
{
  const gchar *headers, *body;
  gint64 retry_after;
} far_futures[] = {
  {"", "{\"error\":\"RATE_LIMIT_EXCEEDED\",\"retryAfter\":9e14}", 86400},
  {"Retry-After: 2000000000\r\n", "", 86400},
  {"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", "", 86400},
  {"Retry-After: Fri, 31 Dec 99999999999999999999 23:59:59 GMT\r\n", "", -1},
  {"Retry-After: Fri, 99999999999999999999 Dec 2030 23:59:59 GMT\r\n", "", -1},
  {"Retry-After: Fri, 31 Dec 2000 23:59:59 GMT\r\n",
      "{\"error\":\"RATE_LIMIT_EXCEEDED\",\"retryable\":false}", 0}
};

GST_START_TEST (retry_after_is_a_day_at_the_most)
{
  Fault faults[] = {
    {"start", 1, 0, "429 Too Many Requests", far_futures[__i__].headers,
        far_futures[__i__].body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  GstStructure *failure;
  guint64 ns = 0;

  fail_unless (scan (client, NULL, &error) == NULL);
  assert_equals_int64 (vitals_error_get_retry_after (error),
      far_futures[__i__].retry_after);
  assert_error (error, VITALS_ERROR_RATE_LIMITED);
  g_object_get (client, "last-failure", &failure, NULL);
  gst_structure_get_uint64 (failure, "retry-after", &ns);
  assert_equals_uint64 (ns, MAX (far_futures[__i__].retry_after, 0)
      * GST_SECOND);
  gst_structure_free (failure);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (poll_is_repeated_after_500)
{
  static const Fault faults[] = {
    {"complete", 1, 1, "500 Internal Server Error", NULL, "", NULL},
    {"result", 1, 1, "502 Bad Gateway", NULL, "<html>", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  scan_works (faults, NULL, NULL);
}

GST_END_TEST;

static const gchar *const bad_starts[] = {
  "<html>log in</html>", "", "[]", "{}", "{\"session_id\":5,\"upload_url\":{}}",
  "{\"session_id\":\"s\",\"upload_url\":\"http://example.com/x\"}",
  "{\"session_id\":\"s\",\"upload_url\":\"https://u:p@example.com/x\"}",
  "{\"session_id\":\"s\",\"upload_url\":\"nonsense\"}",
  "{\"session_id\":\"a b\",\"upload_url\":\"https://example.com/x\"}",
  "{\"session_id\":\"..\",\"upload_url\":\"https://example.com/x\"}",
  "{\"session_id\":\"s\",\"upload_url\":\"https://example.com/x\","
      "\"expires_at\":[]}",
  "{\"session_id\":\"s\",\"upload_url\":\"https://example.com/x\","
      "\"expires_at\":\"tomorrow\"}",
  "{\"session_id\":\"s\",\"upload_url\":\"https://example.com/x\","
      "\"fallback_config\":[]}",
  "{\"session_id\":\"s\",\"upload_url\":\"https://example.com/x\","
      "\"fallback_config\":{\"heart_rate\":{\"min\":\"a\",\"max\":1}}}"
};

GST_START_TEST (start_that_is_not_the_protocol_is_an_invalid_response)
{
  Fault faults[] = {
    {"start", 1, 0, "200 OK", NULL, bad_starts[__i__], NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  guint starts, uploads;

  g_free (scan_fails (faults, VITALS_ERROR_INVALID_RESPONSE, &starts,
          &uploads));
  assert_equals_int (starts, 1);
  assert_equals_int (uploads, 0);
}

GST_END_TEST;

static const gchar *const bad_results[] = {
  "no JSON", "{}", "{\"status\":5}", "{\"status\":\"completed\"}",
  "{\"status\":\"completed\",\"vitals\":[]}",
  "{\"status\":\"completed\",\"vitals\":{}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":\"72\"}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":0}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":1e300}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":1e14}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":-72}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":NaN}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":72,\"spo2\":true}}",
  "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":72,\"confidence\":7}}"
};

GST_START_TEST (result_that_is_not_the_protocol_is_an_invalid_response)
{
  Fault faults[] = {
    {"result", 1, 0, "200 OK", NULL, bad_results[__i__], NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  g_free (scan_fails (faults, VITALS_ERROR_INVALID_RESPONSE, NULL, NULL));
}

GST_END_TEST;

/* ms; ns of it do not fit into 63 bits, or are less than none */
static const gchar *const bad_times[] = { "9.3e14", "1e13", "-1" };

GST_START_TEST (processing_time_that_cannot_be_is_ignored)
{
  g_autofree gchar *body = g_strdup_printf ("{\"status\":\"completed\","
      "\"vitals\":{\"heart_rate\":72},\"processing_time_ms\":%s}",
      bad_times[__i__]);
  Fault faults[] = {
    {"result", 1, 0, "200 OK", NULL, body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  VitalsReading *reading = scan (client, NULL, &error);
  GstStructure *structure;

  /* the scan is paid, and measured */
  fail_unless (reading != NULL, "%s", error ? error->message : "");
  structure = vitals_reading_to_structure (reading);
  fail_if (gst_structure_has_field (structure, "processing-time"));
  gst_structure_free (structure);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* Stops when the client has closed the connection. */
static RawEnd
answer_without_end (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  static const gchar head[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{\"a\":\"";
  gchar *text = g_strnfill (65536, 'x');
  guint i;

  raw_request_read_body (request, G_MAXSIZE);
  raw_request_write (request, head, strlen (head));
  for (i = 0; i < 100000000 / 65536; i++)
    raw_request_write (request, text, 65536);
  g_free (text);
  return RAW_CLOSE;
}

static RawEnd
answer_a_million_brackets (RawRequest * request,
    gpointer user_data G_GNUC_UNUSED)
{
  gchar *text = g_strnfill (1000000, '[');

  raw_request_answer (request, "200 OK", "", text);
  g_free (text);
  return RAW_ANSWERED;
}

GST_START_TEST (hundred_megabytes_of_json_are_not_read)
{
  static const Fault faults[] = {
    {"result", 1, 0, NULL, NULL, NULL, answer_without_end},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  g_free (scan_fails (faults, VITALS_ERROR_INVALID_RESPONSE, NULL, NULL));
}

GST_END_TEST;

GST_START_TEST (a_million_open_brackets_are_an_invalid_response)
{
  static const Fault faults[] = {
    {"result", 1, 0, NULL, NULL, NULL, answer_a_million_brackets},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  g_free (scan_fails (faults, VITALS_ERROR_INVALID_RESPONSE, NULL, NULL));
}

GST_END_TEST;

GST_START_TEST (redirect_is_not_followed)
{
  RawServer *other = raw_server_new (NULL, NULL);
  gchar *header = g_strdup_printf ("Location: %s/sdk/session/start\r\n",
      raw_server_get_url (other));
  Fault faults[] = {
    {"start", 1, 0, "307 Temporary Redirect", header, "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  g_free (scan_fails (faults, VITALS_ERROR_INVALID_RESPONSE, NULL, NULL));
  assert_equals_int (raw_server_get_count (other, "start"), 0);
  g_free (header);
  raw_server_free (other);
}

GST_END_TEST;

GST_START_TEST (key_that_the_service_repeats_is_not_shown)
{
  static const Fault faults[] = {
    {"start", 1, 0, "401 Unauthorized", NULL,
          "{\"error\":\"" TEST_KEY "\",\"message\":\"unknown " TEST_KEY
          "\\n\"}",
        NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  gchar *message = scan_fails (faults, VITALS_ERROR_UNAUTHORIZED, NULL, NULL);

  fail_unless (strstr (message, "KEYSECRET") == NULL, "%s", message);
  fail_unless (strstr (message, "(API key)") != NULL, "%s", message);
  fail_unless (strchr (message, '\n') == NULL);
  g_free (message);
}

GST_END_TEST;

/* Texts are cut after 300 characters; of a key that lies across that place, no
 * part may be left. */
GST_START_TEST (key_across_the_end_of_a_quote_is_not_shown)
{
  gchar *before = g_strnfill (300 - __i__, 'x');
  gchar *body = g_strconcat ("{\"error\":\"SOMETHING\",\"message\":\"", before,
      TEST_KEY, " \\u00e9 more\"}", NULL);
  Fault faults[] = {
    {"start", 1, 0, "401 Unauthorized", NULL, body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  gchar *message = scan_fails (faults, VITALS_ERROR_UNAUTHORIZED, NULL, NULL);
  const gchar *after = strstr (message, before);

  fail_unless (after != NULL && after[strlen (before)] != 'c', "%s", message);
  fail_unless (g_utf8_validate (message, -1, NULL));
  fail_unless (strlen (message) < 500);
  g_free (message);
  g_free (body);
  g_free (before);
}

GST_END_TEST;

GST_START_TEST (failed_processing_tells_why)
{
  static const Fault faults[] = {
    {"result", 1, 0, "200 OK", NULL,
        "{\"status\":\"failed\",\"error_message\":\"no face\"}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  gchar *message = scan_fails (faults, VITALS_ERROR_PROCESSING_FAILED, NULL,
      NULL);

  fail_unless (strstr (message, "no face") != NULL, "%s", message);
  g_free (message);
}

GST_END_TEST;

GST_START_TEST (expired_session_is_told)
{
  static const Fault faults[] = {
    {"result", 1, 0, "200 OK", NULL, "{\"status\":\"expired\"}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  g_free (scan_fails (faults, VITALS_ERROR_SESSION_EXPIRED, NULL, NULL));
}

GST_END_TEST;

GST_START_TEST (poll_that_never_ends_times_out)
{
  static const Fault faults[] = {
    {"result", 1, 0, "200 OK", NULL, "{\"status\":\"processing\"}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  g_object_set (client, "poll-timeout", 200 * GST_MSECOND, NULL);
  fail_unless (scan (client, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_SCAN_TIMEOUT);
  fail_unless (raw_server_get_count (server, "result") > 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (limits_are_taken_from_the_headers_and_shared_by_the_key)
{
  static const Fault faults[] = {
    {"start", 1, 0, "200 OK", "X-RateLimit-Limit: 300\r\n"
          "X-RateLimit-Remaining: 299\r\nX-Usage-Remaining: 41\r\n"
          "X-Usage-Limit: many\r\n",
          "{\"session_id\":\"s\",\"upload_url\":\"https://example.com/x\"}",
        NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, LIVE_KEY);
  VitalsCircadifyClient *same_key = new_client (server, LIVE_KEY);
  VitalsCircadifyClient *other_key = new_client (server, "ck_live_other");
  VitalsSession *session;
  VitalsRateLimit *limit;

  fail_unless (vitals_circadify_client_get_last_rate_limit (client) == NULL);
  session = vitals_circadify_client_start_session (client, NULL, NULL, NULL);
  fail_unless (session != NULL);
  assert_equals_int64 (vitals_session_get_expires_at (session), -1);
  vitals_session_unref (session);

  limit = vitals_circadify_client_get_last_rate_limit (client);
  fail_unless (limit != NULL);
  assert_equals_int64 (limit->limit, 300);
  assert_equals_int64 (limit->remaining, 299);
  assert_equals_int64 (limit->reset, -1);
  assert_equals_int64 (limit->usage_remaining, 41);
  assert_equals_int64 (limit->usage_limit, -1);
  vitals_rate_limit_free (limit);
  assert_equals_int64 (vitals_circadify_client_get_usage_remaining (same_key),
      41);
  assert_equals_int64 (vitals_circadify_client_get_usage_remaining (other_key),
      -1);
  g_object_unref (other_key);
  g_object_unref (same_key);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static Suite *
answers_suite (void)
{
  Suite *suite = suite_create ("answers");
  TCase *tcase = tcase_create ("answers");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, refused_start_is_the_error_that_the_service_said,
      0, G_N_ELEMENTS (refusals));
  tcase_add_test (tcase, rate_limited_start_is_sent_again);
  tcase_add_test (tcase, retry_after_of_a_rate_limited_start_is_waited_for);
  tcase_add_test (tcase, start_is_sent_again_after_503_only_with_retry_after);
  tcase_add_test (tcase, retry_after_that_is_too_long_to_wait_is_told);
  tcase_add_loop_test (tcase, retry_after_is_a_day_at_the_most, 0,
      G_N_ELEMENTS (far_futures));
  tcase_add_test (tcase, poll_is_repeated_after_500);
  tcase_add_loop_test (tcase,
      start_that_is_not_the_protocol_is_an_invalid_response, 0,
      G_N_ELEMENTS (bad_starts));
  tcase_add_loop_test (tcase,
      result_that_is_not_the_protocol_is_an_invalid_response, 0,
      G_N_ELEMENTS (bad_results));
  tcase_add_loop_test (tcase, processing_time_that_cannot_be_is_ignored, 0,
      G_N_ELEMENTS (bad_times));
  tcase_add_test (tcase, hundred_megabytes_of_json_are_not_read);
  tcase_add_test (tcase, a_million_open_brackets_are_an_invalid_response);
  tcase_add_test (tcase, redirect_is_not_followed);
  tcase_add_test (tcase, key_that_the_service_repeats_is_not_shown);
  tcase_add_loop_test (tcase, key_across_the_end_of_a_quote_is_not_shown, 0,
      strlen (TEST_KEY) + 4);
  tcase_add_test (tcase, failed_processing_tells_why);
  tcase_add_test (tcase, expired_session_is_told);
  tcase_add_test (tcase, poll_that_never_ends_times_out);
  tcase_add_test (tcase,
      limits_are_taken_from_the_headers_and_shared_by_the_key);
  return suite;
}

GST_CHECK_MAIN (answers)
