/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The routes of the sandbox, in both generations, without faults. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include "fixture.h"

static const VitalsSandboxOptions newer = VITALS_SANDBOX_OPTIONS_INIT;
static const VitalsSandboxOptions older = {.api = 1,.quota = -1 };

GST_START_TEST (newer_service_starts_takes_the_payload_and_is_polled)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;
  g_autoptr (GBytes) upload = NULL;
  g_autofree gchar *id = sandbox_upload_session (sandbox, TEST_KEY);

  completed = sandbox_complete (sandbox, TEST_KEY, id);
  check_status (completed, "processing");
  result = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_vitals (result);

  upload = vitals_sandbox_get_upload (sandbox, 0);
  fail_unless_equals_int (g_bytes_get_size (upload), strlen ("payload"));
  fail_unless (vitals_sandbox_get_upload (sandbox, 1) == NULL);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "start"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "upload"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "complete"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "result"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
}

GST_END_TEST;

GST_START_TEST (newer_start_says_pending_and_tells_its_expiry_in_iso_8601)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) started = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  g_autofree gchar *expires = NULL;
  g_autoptr (GDateTime) time = NULL;

  started = sandbox_start_session (sandbox, TEST_KEY, &id, &upload_url);
  check_status (started, "pending");
  expires = raw_answer_get_string (started, "expires_at");
  time = g_date_time_new_from_iso8601 (expires, NULL);
  fail_unless (time != NULL);
  fail_unless (g_date_time_to_unix (time) > g_get_real_time () /
      G_USEC_PER_SEC);
}

GST_END_TEST;

GST_START_TEST (older_start_has_fallback_ranges_and_unix_expiry)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&older);
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  JsonObject *config;

  started = sandbox_start_session (sandbox, TEST_KEY, &id, &upload_url);
  object = raw_answer_get_object (started);
  fail_unless (json_object_get_int_member (object, "expires_at") >
      g_get_real_time () / G_USEC_PER_SEC);
  config = json_object_get_object_member (object, "fallback_config");
  fail_unless (json_object_has_member (config, "diastolic_bp_offset"));
}

GST_END_TEST;

GST_START_TEST (older_service_answers_with_the_vitals_at_upload_complete)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&older);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) old_result = NULL;
  g_autoptr (RawAnswer) new_result = NULL;
  g_autofree gchar *id = sandbox_upload_session (sandbox, TEST_KEY);

  completed = sandbox_complete (sandbox, TEST_KEY, id);
  check_vitals (completed);
  old_result = sandbox_get_old_result (sandbox, TEST_KEY, id);
  check_refusal (old_result, 404, "NOT_FOUND");
  new_result = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_refusal (new_result, 404, "NOT_FOUND");
}

GST_END_TEST;

GST_START_TEST (older_service_keeps_the_result_of_an_account_that_persists)
{
  VitalsSandboxOptions options = older;
  g_autoptr (VitalsSandbox) sandbox = NULL;
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;
  g_autofree gchar *id = NULL;

  options.persist = TRUE;
  sandbox = sandbox_start (&options);
  id = sandbox_upload_session (sandbox, TEST_KEY);
  completed = sandbox_complete (sandbox, TEST_KEY, id);
  check_vitals (completed);
  result = sandbox_get_old_result (sandbox, TEST_KEY, id);
  check_vitals (result);
}

GST_END_TEST;

GST_START_TEST (result_is_processing_until_its_time_has_come)
{
  VitalsSandboxOptions options = newer;
  g_autoptr (VitalsSandbox) sandbox = NULL;
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;
  g_autofree gchar *id = NULL;

  options.processing_ms = G_MAXINT;
  sandbox = sandbox_start (&options);
  id = sandbox_upload_session (sandbox, TEST_KEY);
  result = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_status (result, "uploading");
  g_clear_pointer (&result, raw_answer_free);
  completed = sandbox_complete (sandbox, TEST_KEY, id);
  check_status (completed, "processing");
  result = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_status (result, "processing");
}

GST_END_TEST;

GST_START_TEST (unknown_and_missing_keys_are_refused)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) unknown = NULL;
  g_autoptr (RawAnswer) missing = NULL;

  unknown = sandbox_ask (sandbox, "POST", START, "ck_test_another", NULL);
  check_refusal (unknown, 401, "API_KEY_INVALID");
  missing = sandbox_ask (sandbox, "POST", START, NULL, NULL);
  check_refusal (missing, 401, "API_KEY_INVALID");
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (start_refuses_what_is_no_json_and_demographics_out_of_range)
{
  static const gchar *const bodies[] = {
    "{", "[]", "{\"demographics\":3}",
    "{\"demographics\":{\"age\":121}}", "{\"demographics\":{\"age\":\"3\"}}",
    "{\"demographics\":{\"sex\":\"male\"}}",
    "{\"demographics\":{\"fitzpatrick\":0}}"
  };
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) good = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (RawAnswer) answer = sandbox_ask (sandbox, "POST", START,
        TEST_KEY, bodies[i]);

    check_refusal (answer, 400, "INVALID_REQUEST");
  }
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
  good = sandbox_ask (sandbox, "POST", START, TEST_KEY,
      "{\"demographics\":{\"age\":35,\"sex\":\"M\",\"fitzpatrick\":3}}");
  check_status (good, "pending");
}

GST_END_TEST;

/* A million open brackets would be a million nested calls of a parser. */
GST_START_TEST (nested_json_is_refused)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autofree gchar *brackets = g_strnfill (1000000, '[');
  g_autofree gchar *objects = g_strconcat ("{\"session_id\":", brackets, NULL);
  const gchar *const paths[] = { START, COMPLETE };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (RawAnswer) list = sandbox_ask (sandbox, "POST", paths[i],
        TEST_KEY, brackets);
    g_autoptr (RawAnswer) object = sandbox_ask (sandbox, "POST", paths[i],
        TEST_KEY, objects);

    check_refusal (list, 400, "INVALID_REQUEST");
    check_refusal (object, 400, "INVALID_REQUEST");
  }
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (session_of_one_key_is_unknown_to_the_other)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autofree gchar *id = sandbox_upload_session (sandbox, TEST_KEY);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;

  completed = sandbox_complete (sandbox, LIVE_KEY, id);
  check_refusal (completed, 404, "SESSION_NOT_FOUND");
  result = sandbox_get_new_result (sandbox, LIVE_KEY, id);
  check_refusal (result, 404, "SESSION_NOT_FOUND");
}

GST_END_TEST;

GST_START_TEST (complete_without_a_session_or_a_payload_is_refused)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (RawAnswer) early = NULL;
  g_autoptr (RawAnswer) nameless = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;

  started = sandbox_start_session (sandbox, TEST_KEY, &id, &upload_url);
  early = sandbox_complete (sandbox, TEST_KEY, id);
  check_refusal (early, 400, "INVALID_REQUEST");
  nameless = sandbox_ask (sandbox, "POST", COMPLETE, TEST_KEY, "{}");
  check_refusal (nameless, 400, "INVALID_REQUEST");
}

GST_END_TEST;

GST_START_TEST (upload_needs_the_token_and_no_key)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) answer = NULL;

  answer = sandbox_ask (sandbox, "PUT", "/upload/guessed", TEST_KEY, "x");
  fail_unless_equals_int (answer->status, 403);
  fail_unless (strstr (answer->head, "application/xml") != NULL);
}

GST_END_TEST;

GST_START_TEST (upload_without_content_length_is_refused)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (RawAnswer) answer = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  g_autofree gchar *request = NULL;

  started = sandbox_start_session (sandbox, TEST_KEY, &id, &upload_url);
  uri = g_uri_parse (upload_url, G_URI_FLAGS_NONE, NULL);
  request = g_strdup_printf ("PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
      "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
      g_uri_get_path (uri), g_uri_get_port (uri));
  connection = raw_connect (upload_url);
  fail_unless (raw_send (connection, request, strlen (request), NULL));
  answer = raw_read_answer (connection, G_MAXUINT);
  fail_unless_equals_int (answer->status, 411);
}

GST_END_TEST;

GST_START_TEST (upload_above_64_mib_is_refused_and_not_kept)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (RawAnswer) largest = NULL;
  g_autoptr (RawAnswer) larger = NULL;
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) most = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  const gsize cap = 64 * 1024 * 1024;

  bytes = g_bytes_new_take (g_malloc0 (cap + 1), cap + 1);
  most = g_bytes_new_from_bytes (bytes, 0, cap);
  started = sandbox_start_session (sandbox, TEST_KEY, &id, &upload_url);
  larger = raw_put (upload_url, bytes);
  fail_unless_equals_int (larger->status, 413);
  completed = sandbox_complete (sandbox, TEST_KEY, id);
  check_refusal (completed, 400, "INVALID_REQUEST");
  largest = raw_put (upload_url, most);
  fail_unless_equals_int (largest->status, 200);
}

GST_END_TEST;

/* Says goodbye and reads until the sandbox does, too: a sandbox that keeps the
 * connection is noticed by the time limit of reading. */
static void
check_closes_with_peer (GSocketConnection * connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  GError *error = NULL;
  gchar byte;

  fail_unless (g_socket_shutdown (socket, FALSE, TRUE, NULL));
  fail_unless_equals_int (g_socket_receive (socket, &byte, 1, NULL, &error), 0);
}

GST_START_TEST (connection_is_closed_when_its_peer_closes_it)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  const gchar *base = vitals_sandbox_get_url (sandbox);
  g_autofree gchar *url = g_strconcat (base, START, NULL);
  g_autofree gchar *request = raw_make_request ("POST", url, TEST_KEY, NULL);
  guint requests;

  for (requests = 0; requests < 3; requests++) {
    g_autoptr (GSocketConnection) connection = raw_connect (base);
    guint i;

    for (i = 0; i < requests; i++) {
      g_autoptr (RawAnswer) answer = NULL;

      fail_unless (raw_send (connection, request, strlen (request), NULL));
      answer = raw_read_answer (connection, G_MAXUINT);
      fail_unless_equals_int (answer->status, 200);
    }
    check_closes_with_peer (connection);
  }
}

GST_END_TEST;

GST_START_TEST (unknown_route_is_not_found)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) answer = sandbox_ask (sandbox, "GET", "/", TEST_KEY,
      NULL);

  check_refusal (answer, 404, "NOT_FOUND");
}

GST_END_TEST;

GST_START_TEST (live_scans_use_up_the_quota_and_test_scans_do_not)
{
  VitalsSandboxOptions options = newer;
  g_autoptr (VitalsSandbox) sandbox = NULL;
  g_autoptr (RawAnswer) test = NULL;
  g_autoptr (RawAnswer) live = NULL;
  g_autoptr (RawAnswer) over = NULL;
  g_autofree gchar *remaining = NULL;

  options.quota = 1;
  sandbox = sandbox_start (&options);
  test = sandbox_ask (sandbox, "POST", START, TEST_KEY, NULL);
  check_status (test, "pending");
  live = sandbox_ask (sandbox, "POST", START, LIVE_KEY, NULL);
  check_status (live, "pending");
  remaining = raw_answer_get_header (live, "X-Usage-Remaining");
  fail_unless_equals_string (remaining, "0");
  over = sandbox_ask (sandbox, "POST", START, LIVE_KEY, NULL);
  check_refusal (over, 429, "QUOTA_EXCEEDED");
}

GST_END_TEST;

GST_START_TEST (only_the_older_service_sends_rate_limits)
{
  g_autoptr (VitalsSandbox) old_sandbox = sandbox_start (&older);
  g_autoptr (VitalsSandbox) new_sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) old_answer = NULL;
  g_autoptr (RawAnswer) new_answer = NULL;
  g_autofree gchar *remaining = NULL;

  old_answer = sandbox_ask (old_sandbox, "POST", START, TEST_KEY, NULL);
  remaining = raw_answer_get_header (old_answer, "X-RateLimit-Remaining");
  fail_unless_equals_string (remaining, "4999");
  new_answer = sandbox_ask (new_sandbox, "POST", START, TEST_KEY, NULL);
  fail_unless (raw_answer_get_header (new_answer, "X-RateLimit-Limit") == NULL);
}

GST_END_TEST;

GST_START_TEST (live_session_tells_what_is_wrong_with_its_payload)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autofree gchar *id = sandbox_upload_session (sandbox, LIVE_KEY);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;
  g_autofree gchar *error = NULL;
  g_autofree gchar *message = NULL;

  completed = sandbox_complete (sandbox, LIVE_KEY, id);
  check_status (completed, "processing");
  result = sandbox_get_new_result (sandbox, LIVE_KEY, id);
  check_status (result, "failed");
  error = raw_answer_get_string (result, "error");
  fail_unless_equals_string (error, "PROCESSING_FAILED");
  message = raw_answer_get_string (result, "message");
  fail_unless (strstr (message, "not valid") != NULL, "%s", message);
}

GST_END_TEST;

GST_START_TEST (uploads_are_kept_in_a_folder_when_asked)
{
  VitalsSandboxOptions options = newer;
  g_autoptr (VitalsSandbox) sandbox = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *id = NULL;
  g_autofree gchar *name = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *content = NULL;

  options.keep_dir = folder;
  sandbox = sandbox_start (&options);
  id = sandbox_upload_session (sandbox, TEST_KEY);
  name = g_strconcat (id, ".ckt", NULL);
  path = g_build_filename (folder, name, NULL);
  fail_unless (g_file_get_contents (path, &content, NULL, NULL));
  fail_unless_equals_string (content, "payload");
  fail_unless_equals_int (g_unlink (path), 0);
  fail_unless_equals_int (g_rmdir (folder), 0);
}

GST_END_TEST;

GST_START_TEST (request_is_recorded_with_its_headers_and_its_body)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (RawAnswer) answer = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree gchar *key = NULL;

  answer = sandbox_ask (sandbox, "POST", START, TEST_KEY, "{}");
  check_status (answer, "pending");
  key = vitals_sandbox_get_last_header (sandbox, "start", "x-api-key");
  fail_unless_equals_string (key, TEST_KEY);
  body = vitals_sandbox_get_last_body (sandbox, "start");
  fail_unless_equals_int (g_bytes_get_size (body), 2);
  fail_unless (vitals_sandbox_wait_count (sandbox, "start", 1, 0));
  fail_if (vitals_sandbox_wait_count (sandbox, "start", 2, 0));
}

GST_END_TEST;

GST_START_TEST (options_that_make_no_sense_are_refused)
{
  static const VitalsSandboxOptions wrong[] = {
    {.api = 2}, {.api = 3,.port = 65536},
    {.api = 3,.listen_address = "somewhere"}, {.api = 3,.tls_cert = "a.pem"}
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    fail_unless (vitals_sandbox_new (&wrong[i], &error) == NULL);
    fail_unless (error != NULL);
  }
}

GST_END_TEST;

static Suite *
sandbox_routes_suite (void)
{
  Suite *suite = suite_create ("sandbox-routes");
  TCase *tcase = tcase_create ("sessions");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, newer_service_starts_takes_the_payload_and_is_polled);
  tcase_add_test (tcase,
      newer_start_says_pending_and_tells_its_expiry_in_iso_8601);
  tcase_add_test (tcase, older_start_has_fallback_ranges_and_unix_expiry);
  tcase_add_test (tcase,
      older_service_answers_with_the_vitals_at_upload_complete);
  tcase_add_test (tcase,
      older_service_keeps_the_result_of_an_account_that_persists);
  tcase_add_test (tcase, result_is_processing_until_its_time_has_come);
  tcase_add_test (tcase, unknown_and_missing_keys_are_refused);
  tcase_add_test (tcase,
      start_refuses_what_is_no_json_and_demographics_out_of_range);
  tcase_add_test (tcase, nested_json_is_refused);
  tcase_add_test (tcase, session_of_one_key_is_unknown_to_the_other);
  tcase_add_test (tcase, complete_without_a_session_or_a_payload_is_refused);
  tcase_add_test (tcase, upload_needs_the_token_and_no_key);
  tcase_add_test (tcase, upload_without_content_length_is_refused);
  tcase_add_test (tcase, upload_above_64_mib_is_refused_and_not_kept);
  tcase_add_test (tcase, connection_is_closed_when_its_peer_closes_it);
  tcase_add_test (tcase, unknown_route_is_not_found);
  tcase_add_test (tcase, live_scans_use_up_the_quota_and_test_scans_do_not);
  tcase_add_test (tcase, only_the_older_service_sends_rate_limits);
  tcase_add_test (tcase, live_session_tells_what_is_wrong_with_its_payload);
  tcase_add_test (tcase, uploads_are_kept_in_a_folder_when_asked);
  tcase_add_test (tcase, request_is_recorded_with_its_headers_and_its_body);
  tcase_add_test (tcase, options_that_make_no_sense_are_refused);
  return suite;
}

GST_CHECK_MAIN (sandbox_routes);
