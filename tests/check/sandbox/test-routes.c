/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The routes of the sandbox, in both generations, without faults. */

#include <gst/check/gstcheck.h>
#include <vitals-sandbox.h>

#include "raw-client.h"

#define START "/sdk/session/start"
#define COMPLETE "/sdk/session/upload-complete"
#define TEST_KEY VITALS_SANDBOX_TEST_KEY
#define LIVE_KEY VITALS_SANDBOX_LIVE_KEY

static const VitalsSandboxOptions newer = VITALS_SANDBOX_OPTIONS_INIT;
static const VitalsSandboxOptions older = {.api = 1,.quota = -1 };

static VitalsSandbox *
start_sandbox (const VitalsSandboxOptions * options)
{
  g_autoptr (GError) error = NULL;
  VitalsSandbox *sandbox = vitals_sandbox_new (options, &error);

  fail_unless (sandbox != NULL, "%s", error ? error->message : "");
  return sandbox;
}

static RawAnswer *
ask (VitalsSandbox * sandbox, const gchar * method, const gchar * path,
    const gchar * key, const gchar * body)
{
  return raw_ask (method, vitals_sandbox_get_url (sandbox), path, key, body);
}

/* Fails the test unless @answer has this status and, in JSON, this error. */
static void
check_refusal (const RawAnswer * answer, guint status, const gchar * code)
{
  g_autofree gchar *error = NULL;

  fail_unless_equals_int (answer->status, status);
  error = raw_answer_get_string (answer, "error");
  fail_unless_equals_string (error, code);
}

static RawAnswer *
start_session (VitalsSandbox * sandbox, const gchar * key, gchar ** id,
    gchar ** upload_url)
{
  RawAnswer *answer = ask (sandbox, "POST", START, key, "{}");

  fail_unless_equals_int (answer->status, 200);
  *id = raw_answer_get_string (answer, "session_id");
  *upload_url = raw_answer_get_string (answer, "upload_url");
  return answer;
}

/* A session whose payload was uploaded. (transfer full) */
static gchar *
upload_session (VitalsSandbox * sandbox, const gchar * key)
{
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (RawAnswer) uploaded = NULL;
  g_autofree gchar *upload_url = NULL;
  gchar *id = NULL;

  started = start_session (sandbox, key, &id, &upload_url);
  uploaded = raw_ask ("PUT", upload_url, NULL, NULL, "payload");
  fail_unless_equals_int (uploaded->status, 200);
  return id;
}

static RawAnswer *
complete (VitalsSandbox * sandbox, const gchar * key, const gchar * id)
{
  g_autofree gchar *body = g_strdup_printf ("{\"session_id\":\"%s\"}", id);

  return ask (sandbox, "POST", COMPLETE, key, body);
}

static RawAnswer *
get_new_result (VitalsSandbox * sandbox, const gchar * key, const gchar * id)
{
  g_autofree gchar *path = g_strdup_printf ("/sdk/session/%s/result", id);

  return ask (sandbox, "GET", path, key, NULL);
}

static RawAnswer *
get_old_result (VitalsSandbox * sandbox, const gchar * key, const gchar * id)
{
  g_autofree gchar *path = g_strdup_printf ("/sdk/session/result/%s", id);

  return ask (sandbox, "GET", path, key, NULL);
}

static void
check_status (const RawAnswer * answer, const gchar * expected)
{
  g_autofree gchar *status = NULL;

  fail_unless_equals_int (answer->status, 200);
  status = raw_answer_get_string (answer, "status");
  fail_unless_equals_string (status, expected);
}

static void
check_vitals (const RawAnswer * answer)
{
  g_autoptr (JsonObject) object = raw_answer_get_object (answer);
  JsonObject *vitals = json_object_get_object_member (object, "vitals");

  check_status (answer, "completed");
  fail_unless (vitals != NULL);
  fail_unless_equals_int (json_object_get_int_member (vitals, "heart_rate"),
      72);
  fail_unless (json_object_get_double_member (vitals, "confidence") > 0.7);
}

GST_START_TEST (newer_service_starts_takes_the_payload_and_is_polled)
{
  g_autoptr (VitalsSandbox) sandbox = start_sandbox (&newer);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;
  g_autoptr (GBytes) upload = NULL;
  g_autofree gchar *id = upload_session (sandbox, TEST_KEY);

  completed = complete (sandbox, TEST_KEY, id);
  check_status (completed, "processing");
  result = get_new_result (sandbox, TEST_KEY, id);
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
  g_autoptr (VitalsSandbox) sandbox = start_sandbox (&newer);
  g_autoptr (RawAnswer) started = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  g_autofree gchar *expires = NULL;
  g_autoptr (GDateTime) time = NULL;

  started = start_session (sandbox, TEST_KEY, &id, &upload_url);
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
  g_autoptr (VitalsSandbox) sandbox = start_sandbox (&older);
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;
  JsonObject *config;

  started = start_session (sandbox, TEST_KEY, &id, &upload_url);
  object = raw_answer_get_object (started);
  fail_unless (json_object_get_int_member (object, "expires_at") >
      g_get_real_time () / G_USEC_PER_SEC);
  config = json_object_get_object_member (object, "fallback_config");
  fail_unless (json_object_has_member (config, "diastolic_bp_offset"));
}

GST_END_TEST;

GST_START_TEST (older_service_answers_with_the_vitals_at_upload_complete)
{
  g_autoptr (VitalsSandbox) sandbox = start_sandbox (&older);
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) old_result = NULL;
  g_autoptr (RawAnswer) new_result = NULL;
  g_autofree gchar *id = upload_session (sandbox, TEST_KEY);

  completed = complete (sandbox, TEST_KEY, id);
  check_vitals (completed);
  old_result = get_old_result (sandbox, TEST_KEY, id);
  check_refusal (old_result, 404, "NOT_FOUND");
  new_result = get_new_result (sandbox, TEST_KEY, id);
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
  sandbox = start_sandbox (&options);
  id = upload_session (sandbox, TEST_KEY);
  completed = complete (sandbox, TEST_KEY, id);
  check_vitals (completed);
  result = get_old_result (sandbox, TEST_KEY, id);
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
  sandbox = start_sandbox (&options);
  id = upload_session (sandbox, TEST_KEY);
  result = get_new_result (sandbox, TEST_KEY, id);
  check_status (result, "uploading");
  g_clear_pointer (&result, raw_answer_free);
  completed = complete (sandbox, TEST_KEY, id);
  check_status (completed, "processing");
  result = get_new_result (sandbox, TEST_KEY, id);
  check_status (result, "processing");
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
  return suite;
}

GST_CHECK_MAIN (sandbox_routes);
