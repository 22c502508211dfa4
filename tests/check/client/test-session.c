/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A session in both generations of the service; fallback vitals. */

#include <string.h>
#include "fixture.h"

#define DONE "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":61.5," \
    "\"respiratory_rate\":14,\"hrv\":40,\"spo2\":98,\"systolic_bp\":120," \
    "\"diastolic_bp\":80,\"confidence\":0.8},\"processing_time_ms\":1500}"
#define FALLBACK "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":70," \
    "\"confidence\":0.0}}"

GST_START_TEST (scan_gives_what_the_service_measured)
{
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  VitalsReading *reading = scan (client, NULL, &error);
  gdouble value;

  fail_unless (reading != NULL, "%s", error ? error->message : "");
  fail_unless (vitals_reading_get_value (reading, VITALS_MEASURE_HEART_RATE,
          &value));
  assert_equals_float (value, 72);
  fail_if (vitals_reading_get_value (reading, VITALS_MEASURE_SPO2, NULL));
  fail_unless (vitals_reading_is_synthetic (reading));
  fail_if (vitals_reading_is_fallback (reading));
  assert_equals_string (vitals_reading_get_session_id (reading), "s1");
  assert_equals_string (vitals_reading_get_key_environment (reading), "test");
  assert_equals_int (raw_server_get_count (server, "start"), 1);
  assert_equals_int (raw_server_get_count (server, "upload"), 1);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static RawEnd
check_heads (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  gboolean has_key =
      strstr (request->head, "X-API-Key: " LIVE_KEY "\n") != NULL;

  /* the storage is not the service: it does not get the key */
  fail_unless (has_key == !g_str_equal (request->route, "upload"), "%s",
      request->head);
  fail_if (g_str_equal (request->route, "upload")
      && request->content_length == 0);
  fail_unless (strstr (request->head, "Transfer-Encoding") == NULL);
  return RAW_DEFAULT;
}

GST_START_TEST (only_the_service_gets_the_key)
{
  RawServer *server = raw_server_new (check_heads, NULL);
  VitalsCircadifyClient *client = new_client (server, LIVE_KEY);
  VitalsReading *reading = scan (client, NULL, NULL);

  fail_unless (reading != NULL);
  fail_if (vitals_reading_is_synthetic (reading));
  assert_equals_string (vitals_reading_get_key_environment (reading), "live");
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (older_service_answers_upload_complete_with_the_vitals)
{
  static const Fault faults[] = {
    {"complete", 1, 0, "200 OK", NULL, DONE, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, LIVE_KEY);
  VitalsReading *reading = scan (client, NULL, NULL);
  GstStructure *structure;
  gdouble rate;
  guint64 processing_time;

  fail_unless (reading != NULL);
  assert_equals_int (raw_server_get_count (server, "result"), 0);
  structure = vitals_reading_to_structure (reading);
  fail_unless (gst_structure_get (structure,
          "diastolic-bp", G_TYPE_DOUBLE, &rate,
          "processing-time", G_TYPE_UINT64, &processing_time, NULL));
  assert_equals_float (rate, 80);
  assert_equals_uint64 (processing_time, 1500 * GST_MSECOND);
  gst_structure_free (structure);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static RawEnd
only_the_older_route (RawRequest * request, gpointer user_data)
{
  guint *newer_asked = user_data;

  if (!g_str_equal (request->route, "result"))
    return RAW_DEFAULT;
  if (g_str_has_prefix (request->path, "/sdk/session/result/"))
    return raw_request_answer (request, "200 OK", "", DONE);
  g_atomic_int_inc (newer_asked);
  return raw_request_answer (request, "404 Not Found", "",
      "{\"error\":\"NOT_FOUND\"}");
}

GST_START_TEST (older_result_route_is_found_and_remembered)
{
  guint newer_asked = 0;
  RawServer *server = raw_server_new (only_the_older_route, &newer_asked);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  guint i;

  for (i = 0; i < 3; i++) {
    VitalsReading *reading = scan (client, NULL, NULL);

    fail_unless (reading != NULL);
    vitals_reading_unref (reading);
  }
  assert_equals_int (g_atomic_int_get (&newer_asked), 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (unknown_session_is_not_taken_for_an_unknown_route)
{
  static const Fault faults[] = {
    {"result", 1, 0, "404 Not Found", NULL,
        "{\"error\":\"SESSION_NOT_FOUND\"}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;

  fail_unless (vitals_circadify_client_poll_result (client, "s9", NULL,
          &error) == NULL);
  assert_error (error, VITALS_ERROR_SESSION_NOT_FOUND);
  assert_equals_int (raw_server_get_count (server, "result"), 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

#define VITALS_OF_ANOTHER "{\"session_id\":\"other\",\"status\":\"completed\"," \
    "\"vitals\":{\"heart_rate\":61.5,\"confidence\":0.8}}"
#define FAILURE_OF_ANOTHER "{\"session_id\":\"other\",\"status\":\"failed\"}"
#define PROGRESS_OF_ANOTHER "{\"session_id\":\"other\"," \
    "\"status\":\"processing\"}"

static const struct
{
  const gchar *route, *body;
} answers_of_another[] = {
  {"result", VITALS_OF_ANOTHER}, {"result", FAILURE_OF_ANOTHER},
  {"result", PROGRESS_OF_ANOTHER}, {"complete", VITALS_OF_ANOTHER},
  {"complete", FAILURE_OF_ANOTHER}, {"complete", PROGRESS_OF_ANOTHER}
};

/* Neither the vitals nor the failure of someone else are one's own. */
GST_START_TEST (answer_for_another_session_is_not_taken)
{
  const gchar *route = answers_of_another[__i__].route;
  Fault faults[] = {
    {route, 1, 0, "200 OK", NULL, answers_of_another[__i__].body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsCircadifyClient *client = new_client (server, LIVE_KEY);
  GError *error = NULL;

  /* no longer than this in vain, where the answer is taken for progress */
  g_object_set (client, "poll-timeout", 2 * GST_SECOND, NULL);
  fail_unless (scan (client, NULL, &error) == NULL);
  fail_unless (strstr (error->message, "another session") != NULL, "%s",
      error->message);
  fail_unless (strstr (error->message, "session s1") != NULL, "%s",
      error->message);
  fail_unless (strstr (error->message, "cache or proxy") != NULL, "%s",
      error->message);
  fail_if (vitals_error_get_retryable (error));
  assert_error (error, VITALS_ERROR_INVALID_RESPONSE);
  /* a whole answer that is not the protocol is final */
  assert_equals_int (raw_server_get_count (server, route), 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (answer_that_names_its_own_session_is_taken)
{
  static const Fault faults[] = {
    {"complete", 1, 0, "200 OK", NULL,
        "{\"session_id\":\"s1\",\"status\":\"processing\"}", NULL},
    {"result", 1, 1, "200 OK", NULL,
        "{\"session_id\":null,\"status\":\"processing\"}", NULL},
    {"result", 2, 0, "200 OK", NULL, "{\"session_id\":\"s1\","
          "\"status\":\"completed\",\"vitals\":{\"heart_rate\":61.5}}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };

  scan_works (faults, NULL, NULL);
}

GST_END_TEST;

GST_START_TEST (upload_complete_that_times_out_is_polled)
{
  static const Fault faults[] = {
    {"complete", 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  VitalsReading *reading;

  g_object_set (client, "poll-timeout", 1 * GST_SECOND, NULL);
  reading = scan (client, NULL, &error);
  fail_unless (reading != NULL, "%s", error ? error->message : "");
  assert_equals_int (raw_server_get_count (server, "complete"), 1);
  vitals_reading_unref (reading);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

static RawEnd
start_with_ranges (RawRequest * request, gpointer user_data G_GNUC_UNUSED)
{
  gchar *body = g_strdup_printf ("{\"session_id\":\"s1\",\"upload_url\":"
      "\"%s/upload/1\",\"expires_at\":4102444800,\"fallback_config\":{"
      "\"heart_rate\":{\"min\":60,\"max\":80},\"systolic_bp\":{\"min\":110,"
      "\"max\":130},\"diastolic_bp_offset\":{\"min\":35,\"max\":45},"
      "\"confidence\":0.0}}", raw_server_get_url (request->server));

  raw_request_answer (request, "200 OK", "", body);
  g_free (body);
  return RAW_ANSWERED;
}

static VitalsReading *
scan_with_fallback (const Fault * faults, gboolean allow, GError ** error)
{
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, LIVE_KEY);
  VitalsReading *reading;

  g_object_set (client, "allow-fallback", allow, "max-retries", 0, NULL);
  reading = scan (client, NULL, error);
  g_object_unref (client);
  raw_server_free (server);
  return reading;
}

static const Fault upload_fails[] = {
  {"start", 1, 0, NULL, NULL, NULL, start_with_ranges},
  {"upload", 1, 0, "500 Internal Server Error", NULL, "", NULL},
  {NULL, 0, 0, NULL, NULL, NULL, NULL}
};

GST_START_TEST (fallback_is_the_middle_of_the_ranges_and_marked)
{
  VitalsReading *reading = scan_with_fallback (upload_fails, TRUE, NULL);
  gdouble value;

  fail_unless (reading != NULL);
  fail_unless (vitals_reading_is_fallback (reading));
  fail_unless (vitals_reading_get_confidence (reading, &value));
  assert_equals_float (value, 0);
  fail_unless (vitals_reading_get_value (reading, VITALS_MEASURE_HEART_RATE,
          &value));
  assert_equals_float (value, 70);
  fail_unless (vitals_reading_get_value (reading, VITALS_MEASURE_DIASTOLIC_BP,
          &value));
  assert_equals_float (value, 80);
  fail_if (vitals_reading_get_value (reading, VITALS_MEASURE_SPO2, NULL));
  assert_equals_string (vitals_reading_get_session_id (reading), "s1");
  vitals_reading_unref (reading);
}

GST_END_TEST;

static RawEnd
start_with_impossible_ranges (RawRequest * request,
    gpointer user_data G_GNUC_UNUSED)
{
  gchar *body = g_strdup_printf ("{\"session_id\":\"s1\",\"upload_url\":"
      "\"%s/upload/1\",\"fallback_config\":{"
      "\"heart_rate\":{\"min\":80,\"max\":60},"
      "\"respiratory_rate\":{\"min\":-5,\"max\":20},"
      "\"hrv\":{\"min\":30,\"max\":1e14},\"spo2\":{\"min\":95,\"max\":101},"
      "\"systolic_bp\":{\"min\":60,\"max\":60},"
      "\"diastolic_bp_offset\":{\"min\":45,\"max\":55}}}",
      raw_server_get_url (request->server));

  raw_request_answer (request, "200 OK", "", body);
  g_free (body);
  return RAW_ANSWERED;
}

GST_START_TEST (fallback_leaves_out_what_no_person_has)
{
  static const Fault faults[] = {
    {"start", 1, 0, NULL, NULL, NULL, start_with_impossible_ranges},
    {"upload", 1, 0, "500 Internal Server Error", NULL, "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  VitalsReading *reading = scan_with_fallback (faults, TRUE, NULL);
  gdouble value;
  guint measure;

  fail_unless (reading != NULL);
  for (measure = 0; measure <= VITALS_MEASURE_DIASTOLIC_BP; measure++)
    fail_unless (vitals_reading_get_value (reading, measure, &value)
        == (measure == VITALS_MEASURE_SYSTOLIC_BP));
  assert_equals_float (value, 60);
  vitals_reading_unref (reading);
}

GST_END_TEST;

GST_START_TEST (what_no_person_has_was_not_measured)
{
  static const Fault faults[] = {
    {"result", 1, 0, "200 OK", NULL,
          "{\"status\":\"completed\",\"vitals\":{\"heart_rate\":35.5,"
          "\"respiratory_rate\":1e14,\"hrv\":-1,\"spo2\":100.5,"
          "\"systolic_bp\":0,\"diastolic_bp\":301,\"confidence\":0.5}}",
        NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  VitalsReading *reading = scan_with_fallback (faults, FALSE, NULL);
  gdouble value;
  guint measure;

  fail_unless (reading != NULL);
  fail_unless (vitals_reading_get_value (reading, VITALS_MEASURE_HEART_RATE,
          &value));
  assert_equals_float (value, 35.5);
  for (measure = 1; measure <= VITALS_MEASURE_DIASTOLIC_BP; measure++)
    fail_if (vitals_reading_get_value (reading, measure, NULL));
  vitals_reading_unref (reading);
}

GST_END_TEST;

GST_START_TEST (fallback_is_not_given_unasked)
{
  GError *error = NULL;

  fail_unless (scan_with_fallback (upload_fails, FALSE, &error) == NULL);
  assert_error (error, VITALS_ERROR_UPLOAD_FAILED);
}

GST_END_TEST;

GST_START_TEST (fallback_without_ranges_is_not_made_up)
{
  GError *error = NULL;

  /* the newer start names no ranges */
  fail_unless (scan_with_fallback (upload_fails + 1, TRUE, &error) == NULL);
  assert_error (error, VITALS_ERROR_UPLOAD_FAILED);
}

GST_END_TEST;

static const struct
{
  const gchar *status, *body;
  VitalsError code;
} never_stood_in_for[] = {
  {"200 OK", "{\"status\":\"failed\"}", VITALS_ERROR_PROCESSING_FAILED},
  {"200 OK", "{\"status\":\"failed\",\"vitals\":{\"heart_rate\":70,"
        "\"confidence\":0}}", VITALS_ERROR_PROCESSING_FAILED},
  {"200 OK", "{\"status\":\"expired\"}", VITALS_ERROR_SESSION_EXPIRED},
  {"200 OK", "nonsense", VITALS_ERROR_INVALID_RESPONSE},
  {"401 Unauthorized", "", VITALS_ERROR_UNAUTHORIZED},
  {"403 Forbidden", "", VITALS_ERROR_FORBIDDEN},
  {"429 Too Many Requests", "{\"error\":\"QUOTA_EXCEEDED\"}",
      VITALS_ERROR_QUOTA_EXCEEDED},
  {"429 Too Many Requests", "", VITALS_ERROR_RATE_LIMITED}
};

GST_START_TEST (fallback_never_stands_in_for_other_failures)
{
  Fault faults[] = {
    {"start", 1, 0, NULL, NULL, NULL, start_with_ranges},
    {"result", 1, 0, never_stood_in_for[__i__].status, NULL,
        never_stood_in_for[__i__].body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  GError *error = NULL;

  fail_unless (scan_with_fallback (faults, TRUE, &error) == NULL);
  assert_error (error, never_stood_in_for[__i__].code);
}

GST_END_TEST;

GST_START_TEST (fallback_of_the_service_is_taken_only_when_asked_for)
{
  static const Fault faults[] = {
    {"complete", 1, 0, "200 OK", NULL, FALLBACK, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  GError *error = NULL;
  VitalsReading *reading = scan_with_fallback (faults, TRUE, NULL);

  fail_unless (reading != NULL);
  fail_unless (vitals_reading_is_fallback (reading));
  vitals_reading_unref (reading);
  fail_unless (scan_with_fallback (faults, FALSE, &error) == NULL);
  assert_error (error, VITALS_ERROR_PROCESSING_FAILED);
}

GST_END_TEST;

static Suite *
session_suite (void)
{
  Suite *suite = suite_create ("session");
  TCase *tcase = tcase_create ("session");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, scan_gives_what_the_service_measured);
  tcase_add_test (tcase, only_the_service_gets_the_key);
  tcase_add_test (tcase, older_service_answers_upload_complete_with_the_vitals);
  tcase_add_test (tcase, older_result_route_is_found_and_remembered);
  tcase_add_test (tcase, unknown_session_is_not_taken_for_an_unknown_route);
  tcase_add_loop_test (tcase, answer_for_another_session_is_not_taken, 0,
      G_N_ELEMENTS (answers_of_another));
  tcase_add_test (tcase, answer_that_names_its_own_session_is_taken);
  tcase_add_test (tcase, upload_complete_that_times_out_is_polled);
  tcase_add_test (tcase, fallback_is_the_middle_of_the_ranges_and_marked);
  tcase_add_test (tcase, fallback_leaves_out_what_no_person_has);
  tcase_add_test (tcase, what_no_person_has_was_not_measured);
  tcase_add_test (tcase, fallback_is_not_given_unasked);
  tcase_add_test (tcase, fallback_without_ranges_is_not_made_up);
  tcase_add_loop_test (tcase, fallback_never_stands_in_for_other_failures, 0,
      G_N_ELEMENTS (never_stood_in_for));
  tcase_add_test (tcase, fallback_of_the_service_is_taken_only_when_asked_for);
  return suite;
}

GST_CHECK_MAIN (session)
