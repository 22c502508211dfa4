/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each fault of the grammar, as a client sees it on the wire. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include "fixture.h"

/* Long enough that an answer would have come. */
#define SILENT_MS 200

static const VitalsSandboxOptions newer = VITALS_SANDBOX_OPTIONS_INIT;

static VitalsSandbox *
start_with (const gchar * fault)
{
  VitalsSandbox *sandbox = sandbox_start (&newer);
  g_autoptr (GError) error = NULL;

  fail_unless (vitals_sandbox_add_fault (sandbox, fault, &error), "%s",
      error ? error->message : "");
  return sandbox;
}

static RawAnswer *
ask_start (VitalsSandbox * sandbox)
{
  return sandbox_ask (sandbox, "POST", START, TEST_KEY, NULL);
}

/* A connection on which a start was asked. */
static GSocketConnection *
send_start (VitalsSandbox * sandbox)
{
  const gchar *base = vitals_sandbox_get_url (sandbox);
  g_autofree gchar *url = g_strconcat (base, START, NULL);
  g_autofree gchar *request = raw_make_request ("POST", url, TEST_KEY, NULL);
  GSocketConnection *connection = raw_connect (base);

  fail_unless (raw_send (connection, request, strlen (request), NULL));
  return connection;
}

static void
check_reset (const RawAnswer * answer)
{
  fail_unless_equals_int (answer->status, 0);
  fail_unless (g_error_matches (answer->error, G_IO_ERROR,
          G_IO_ERROR_CONNECTION_CLOSED), "%s",
      answer->error ? answer->error->message : "closed without a reset");
}

/* Sends a PUT of @size bytes as far as the server takes them. */
static gboolean
send_upload (VitalsSandbox * sandbox, gsize size,
    GSocketConnection ** connection, GError ** error)
{
  g_autoptr (RawAnswer) started = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  g_autofree gchar *request = NULL;
  g_autofree gchar *payload = g_malloc0 (size);
  g_autoptr (GUri) uri = NULL;

  started = sandbox_start_session (sandbox, TEST_KEY, &id, &upload_url);
  uri = g_uri_parse (upload_url, G_URI_FLAGS_NONE, NULL);
  request = g_strdup_printf ("PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
      "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", g_uri_get_path (uri),
      g_uri_get_port (uri), size);
  *connection = raw_connect (upload_url);
  return raw_send (*connection, request, strlen (request), error) &&
      raw_send (*connection, payload, size, error);
}

GST_START_TEST (status_code_and_header_replace_the_work)
{
  g_autoptr (VitalsSandbox) sandbox =
      start_with ("start:status=429,code=RATE_LIMIT_EXCEEDED,"
      "header=Retry-After=1");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);
  g_autofree gchar *retry_after = NULL;

  check_refusal (answer, 429, "RATE_LIMIT_EXCEEDED");
  retry_after = raw_answer_get_header (answer, "Retry-After");
  fail_unless_equals_string (retry_after, "1");
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (fault_hits_only_its_occurrences)
{
  static const guint expected[] = { 200, 500, 500, 200, 503, 503 };
  g_autoptr (VitalsSandbox) sandbox = start_with ("start#2-3:status=500");
  guint i;

  fail_unless (vitals_sandbox_add_fault (sandbox, "any#5-:status=503", NULL));
  for (i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (RawAnswer) answer = ask_start (sandbox);

    fail_unless_equals_int (answer->status, expected[i]);
  }
}

GST_END_TEST;

GST_START_TEST (cleared_faults_do_nothing)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("any:status=500");
  g_autoptr (RawAnswer) answer = NULL;

  vitals_sandbox_clear_faults (sandbox);
  answer = ask_start (sandbox);
  fail_unless_equals_int (answer->status, 200);
}

GST_END_TEST;

GST_START_TEST (storage_error_of_an_upload_is_xml)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("upload:status=503");
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (RawAnswer) answer = NULL;

  fail_unless (send_upload (sandbox, 10, &connection, NULL));
  answer = raw_read_answer (connection, G_MAXUINT);
  fail_unless_equals_int (answer->status, 503);
  fail_unless (strstr (answer->head, "application/xml") != NULL);
}

GST_END_TEST;

GST_START_TEST (body_and_its_type_replace_the_usual_one)
{
  g_autoptr (VitalsSandbox) sandbox =
      start_with ("start:body=<html>,type=text/html");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);

  fail_unless_equals_int (answer->status, 200);
  fail_unless_equals_int (answer->body->len, 6);
  fail_unless (memcmp (answer->body->data, "<html>", 6) == 0);
  fail_unless (strstr (answer->head, "Content-Type: text/html") != NULL);
}

GST_END_TEST;

GST_START_TEST (body_is_read_from_a_file)
{
  g_autofree gchar *path = NULL;
  g_autofree gchar *fault = NULL;
  g_autoptr (VitalsSandbox) sandbox = NULL;
  g_autoptr (RawAnswer) answer = NULL;
  int fd = g_file_open_tmp ("vitals-XXXXXX", &path, NULL);

  fail_unless (fd >= 0 && g_close (fd, NULL));
  fail_unless (g_file_set_contents (path, "a,b", 3, NULL));
  fault = g_strdup_printf ("start:body-file=%s", path);
  sandbox = start_with (fault);
  answer = ask_start (sandbox);
  fail_unless (answer->body->len == 3 &&
      memcmp (answer->body->data, "a,b", 3) == 0);
  fail_unless_equals_int (g_unlink (path), 0);
}

GST_END_TEST;

GST_START_TEST (answer_is_delayed)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:delay=400");
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (RawAnswer) answer = ask_start (sandbox);

  fail_unless_equals_int (answer->status, 200);
  fail_unless (g_get_monotonic_time () - begin >=
      400 * G_TIME_SPAN_MILLISECOND);
}

GST_END_TEST;

GST_START_TEST (connection_is_reset_without_an_answer)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:reset");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);

  check_reset (answer);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (connection_is_reset_after_the_work)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:work-then-reset");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);

  check_reset (answer);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
}

GST_END_TEST;

GST_START_TEST (status_comes_after_the_work_when_told_so)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:status=504,work");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);

  fail_unless_equals_int (answer->status, 504);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
}

GST_END_TEST;

GST_START_TEST (upload_is_reset_in_the_middle)
{
  g_autoptr (VitalsSandbox) sandbox =
      start_with ("upload#1:reset-after=100000");
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  fail_if (send_upload (sandbox, 32 * 1024 * 1024, &connection, &error));
  fail_unless (g_error_matches (error, G_IO_ERROR,
          G_IO_ERROR_CONNECTION_CLOSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE), "%s",
      error->message);
  fail_unless (vitals_sandbox_get_upload (sandbox, 0) == NULL);
}

GST_END_TEST;

GST_START_TEST (answer_never_comes)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:stall");
  g_autoptr (GSocketConnection) connection = send_start (sandbox);

  fail_unless (vitals_sandbox_wait_count (sandbox, "start", 1, 20000));
  fail_unless (raw_is_silent (connection, SILENT_MS));
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (answer_stops_in_its_body)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:stall-after=10");
  g_autoptr (GSocketConnection) connection = send_start (sandbox);
  gchar head[4096];
  gsize length = 0;

  while (length < 14 || memcmp (head + length - 14, "\r\n\r\n", 4) != 0) {
    gssize more = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM
            (connection)), head + length, sizeof head - length, NULL, NULL);

    fail_unless (more > 0);
    length += more;
  }
  fail_unless (raw_is_silent (connection, SILENT_MS));
}

GST_END_TEST;

GST_START_TEST (body_of_an_upload_is_not_read)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("upload:stall-read");
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (RawAnswer) started = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  g_autofree gchar *request = NULL;
  g_autofree gchar *payload = g_malloc0 (1024 * 1024);
  gsize sent = 0;
  GSocket *socket;

  started = sandbox_start_session (sandbox, TEST_KEY, &id, &upload_url);
  request = g_strdup_printf ("PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
      "Content-Length: 60000000\r\n\r\n", strstr (upload_url, "/upload/"));
  connection = raw_connect (upload_url);
  fail_unless (raw_send (connection, request, strlen (request), NULL));
  fail_unless (vitals_sandbox_wait_count (sandbox, "upload", 1, 20000));

  socket = g_socket_connection_get_socket (connection);
  while (g_socket_condition_timed_wait (socket, G_IO_OUT,
          SILENT_MS * G_TIME_SPAN_MILLISECOND, NULL, NULL)) {
    gssize more = g_socket_send_with_blocking (socket, payload, 1024 * 1024,
        FALSE, NULL, NULL);

    fail_unless (more > 0);
    sent += more;
    fail_unless (sent < 60000000, "the whole body was read");
  }
  fail_unless_equals_int (vitals_sandbox_get_active_uploads (sandbox), 1);
}

GST_END_TEST;

GST_START_TEST (answer_is_cut_short)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:truncate=10");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);

  fail_unless_equals_int (answer->status, 200);
  fail_unless (answer->announced > 10);
  fail_unless_equals_int (answer->body->len, 10);
  fail_unless (answer->closed);
}

GST_END_TEST;

GST_START_TEST (answer_is_as_large_as_asked)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:oversize=3000000");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);
  g_autofree gchar *padding = raw_answer_get_string (answer, "padding");

  fail_unless_equals_int (answer->body->len, 3000000);
  fail_unless_equals_int (strlen (padding), 3000000 - 14);
}

GST_END_TEST;

GST_START_TEST (answer_is_open_brackets)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:nested=1000000");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);

  fail_unless_equals_int (answer->body->len, 1000000);
  fail_unless_equals_int (answer->body->data[0], '[');
  fail_unless_equals_int (answer->body->data[999999], '[');
}

GST_END_TEST;

GST_START_TEST (values_have_other_types)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("result:wrong-types");
  g_autofree gchar *id = sandbox_upload_session (sandbox, TEST_KEY);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;
  g_autoptr (JsonObject) object = NULL;
  JsonObject *vitals;

  completed = sandbox_complete (sandbox, TEST_KEY, id);
  result = sandbox_get_new_result (sandbox, TEST_KEY, id);
  object = raw_answer_get_object (result);
  fail_unless (json_node_get_value_type (json_object_get_member (object,
              "status")) == G_TYPE_INT64);
  vitals = json_object_get_object_member (object, "vitals");
  fail_unless (json_node_get_value_type (json_object_get_member (vitals,
              "heart_rate")) == G_TYPE_STRING);
}

GST_END_TEST;

GST_START_TEST (call_is_redirected)
{
  g_autoptr (VitalsSandbox) sandbox =
      start_with ("start:redirect=http://127.0.0.1:1/elsewhere");
  g_autoptr (RawAnswer) answer = ask_start (sandbox);
  g_autofree gchar *location = raw_answer_get_header (answer, "Location");

  fail_unless_equals_int (answer->status, 307);
  fail_unless_equals_string (location, "http://127.0.0.1:1/elsewhere");
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (session_expires)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autofree gchar *id = sandbox_upload_session (sandbox, TEST_KEY);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;

  fail_unless (vitals_sandbox_add_fault (sandbox, "any:expired", NULL));
  completed = sandbox_complete (sandbox, TEST_KEY, id);
  check_refusal (completed, 410, "SESSION_EXPIRED");
  result = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_status (result, "expired");
}

GST_END_TEST;

GST_START_TEST (processing_fails_never_ends_or_falls_back)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("result#1:failed=Too dark.");
  g_autofree gchar *id = sandbox_upload_session (sandbox, TEST_KEY);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) failed = NULL;
  g_autoptr (RawAnswer) never = NULL;
  g_autoptr (RawAnswer) fallback = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autofree gchar *message = NULL;
  JsonObject *vitals;

  fail_unless (vitals_sandbox_add_fault (sandbox, "result#2:never", NULL));
  fail_unless (vitals_sandbox_add_fault (sandbox, "result#3:fallback", NULL));
  completed = sandbox_complete (sandbox, TEST_KEY, id);
  failed = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_status (failed, "failed");
  message = raw_answer_get_string (failed, "message");
  fail_unless_equals_string (message, "Too dark.");
  never = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_status (never, "processing");
  fallback = sandbox_get_new_result (sandbox, TEST_KEY, id);
  check_status (fallback, "completed");
  object = raw_answer_get_object (fallback);
  vitals = json_object_get_object_member (object, "vitals");
  fail_unless (json_object_get_double_member (vitals, "confidence") == 0.0);
}

GST_END_TEST;

GST_START_TEST (connection_closes_after_the_answer)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:close");
  g_autoptr (GSocketConnection) connection = send_start (sandbox);
  g_autoptr (RawAnswer) answer = raw_read_answer (connection, G_MAXUINT);
  g_autoptr (RawAnswer) nothing = NULL;

  fail_unless_equals_int (answer->status, 200);
  nothing = raw_read_answer (connection, G_MAXUINT);
  fail_unless (nothing->closed && !nothing->error);
}

GST_END_TEST;

GST_START_TEST (kept_alive_connection_goes_stale_unseen)
{
  g_autoptr (VitalsSandbox) sandbox = start_with ("start:close-idle");
  g_autoptr (GSocketConnection) connection = send_start (sandbox);
  g_autoptr (RawAnswer) answer = raw_read_answer (connection, G_MAXUINT);
  g_autoptr (RawAnswer) next = NULL;

  fail_unless_equals_int (answer->status, 200);
  fail_unless (raw_is_silent (connection, SILENT_MS));
  fail_unless (raw_send (connection, "POST / HTTP/1.1\r\n\r\n", 19, NULL));
  next = raw_read_answer (connection, G_MAXUINT);
  check_reset (next);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "start"), 1);
}

GST_END_TEST;

GST_START_TEST (connection_without_faults_is_kept_alive)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (GSocketConnection) connection = send_start (sandbox);
  g_autoptr (RawAnswer) initial = raw_read_answer (connection, G_MAXUINT);
  g_autoptr (RawAnswer) next = NULL;
  g_autofree gchar *url = NULL;
  g_autofree gchar *request = NULL;

  url = g_strconcat (vitals_sandbox_get_url (sandbox), START, NULL);
  request = raw_make_request ("POST", url, TEST_KEY, NULL);
  fail_unless_equals_int (initial->status, 200);
  fail_unless (raw_send (connection, request, strlen (request), NULL));
  next = raw_read_answer (connection, G_MAXUINT);
  fail_unless_equals_int (next->status, 200);
}

GST_END_TEST;

GST_START_TEST (specs_that_make_no_sense_are_refused)
{
  static const gchar *const wrong[] = {
    "", "start", "start:", "nowhere:reset", "start:explode", "start#0:reset",
    "start#3-2:reset", "start#x:reset", "start:status", "start:status=99",
    "start:delay=-1", "start:reset=1", "start:header=x", "start:reset,stall",
    "start:nested=0", "start:body-file=/does/not/exist"
  };
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    fail_if (vitals_sandbox_add_fault (sandbox, wrong[i], &error), "%s",
        wrong[i]);
    fail_unless (error != NULL);
  }
}

GST_END_TEST;

static Suite *
sandbox_faults_suite (void)
{
  Suite *suite = suite_create ("sandbox-faults");
  TCase *tcase = tcase_create ("faults");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, status_code_and_header_replace_the_work);
  tcase_add_test (tcase, fault_hits_only_its_occurrences);
  tcase_add_test (tcase, cleared_faults_do_nothing);
  tcase_add_test (tcase, storage_error_of_an_upload_is_xml);
  tcase_add_test (tcase, body_and_its_type_replace_the_usual_one);
  tcase_add_test (tcase, body_is_read_from_a_file);
  tcase_add_test (tcase, answer_is_delayed);
  tcase_add_test (tcase, connection_is_reset_without_an_answer);
  tcase_add_test (tcase, connection_is_reset_after_the_work);
  tcase_add_test (tcase, status_comes_after_the_work_when_told_so);
  tcase_add_test (tcase, upload_is_reset_in_the_middle);
  tcase_add_test (tcase, answer_never_comes);
  tcase_add_test (tcase, answer_stops_in_its_body);
  tcase_add_test (tcase, body_of_an_upload_is_not_read);
  tcase_add_test (tcase, answer_is_cut_short);
  tcase_add_test (tcase, answer_is_as_large_as_asked);
  tcase_add_test (tcase, answer_is_open_brackets);
  tcase_add_test (tcase, values_have_other_types);
  tcase_add_test (tcase, call_is_redirected);
  tcase_add_test (tcase, session_expires);
  tcase_add_test (tcase, processing_fails_never_ends_or_falls_back);
  tcase_add_test (tcase, connection_closes_after_the_answer);
  tcase_add_test (tcase, kept_alive_connection_goes_stale_unseen);
  tcase_add_test (tcase, connection_without_faults_is_kept_alive);
  tcase_add_test (tcase, specs_that_make_no_sense_are_refused);
  return suite;
}

GST_CHECK_MAIN (sandbox_faults);
