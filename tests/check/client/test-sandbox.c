/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The client against the sandbox, in both generations of the service. */

#include <string.h>
#include <gst/check/gstcheck.h>
#include <vitals/vitals.h>
#include "vitals-sandbox.h"

static const guint generations[] = { 1, 3 };

static VitalsSandbox *
new_sandbox (guint api, gboolean persist)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  GError *error = NULL;
  VitalsSandbox *sandbox;

  options.api = api;
  options.persist = persist;
  sandbox = vitals_sandbox_new (&options, &error);
  fail_unless (sandbox != NULL, "%s", error ? error->message : "");
  return sandbox;
}

static VitalsReading *
scan (VitalsSandbox * sandbox, const VitalsDemographics * person,
    GError ** error)
{
  VitalsCircadifyClient *client = vitals_circadify_client_new
      (VITALS_SANDBOX_TEST_KEY, vitals_sandbox_get_url (sandbox), error);
  GBytes *data = g_bytes_new_static ("payload", 7);
  VitalsReading *reading;

  fail_unless (client != NULL);
  g_object_set (client, "poll-interval", 10 * GST_MSECOND, NULL);
  reading = vitals_circadify_client_scan_tensor (client, data, person, NULL,
      error);
  g_bytes_unref (data);
  g_object_unref (client);
  return reading;
}

GST_START_TEST (test_key_gets_synthetic_vitals)
{
  VitalsSandbox *sandbox = new_sandbox (generations[__i__], TRUE);
  VitalsDemographics person = { 35, VITALS_SEX_MALE, 3 };
  GError *error = NULL;
  VitalsReading *reading = scan (sandbox, &person, &error);
  GBytes *body;
  gchar *text;

  fail_unless (reading != NULL, "%s", error ? error->message : "");
  fail_unless (vitals_reading_is_synthetic (reading));
  fail_unless (vitals_reading_get_value (reading, VITALS_MEASURE_HEART_RATE,
          NULL));
  fail_unless (vitals_reading_get_session_id (reading) != NULL);

  body = vitals_sandbox_get_last_body (sandbox, "start");
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  assert_equals_string (text,
      "{\"demographics\":{\"age\":35,\"sex\":\"M\",\"fitzpatrick\":3}}");
  g_free (text);
  g_bytes_unref (body);

  body = vitals_sandbox_get_upload (sandbox, 0);
  fail_unless (g_bytes_get_size (body) == 7);
  fail_unless (memcmp (g_bytes_get_data (body, NULL), "payload", 7) == 0);
  g_bytes_unref (body);
  vitals_reading_unref (reading);
  vitals_sandbox_free (sandbox);
}

GST_END_TEST;

GST_START_TEST (what_is_not_known_of_a_person_is_not_sent)
{
  VitalsSandbox *sandbox = new_sandbox (3, FALSE);
  VitalsDemographics person = { -1, VITALS_SEX_FEMALE, 0 };
  VitalsReading *reading = scan (sandbox, &person, NULL);
  GBytes *body = vitals_sandbox_get_last_body (sandbox, "start");
  gchar *text = g_strndup (g_bytes_get_data (body, NULL),
      g_bytes_get_size (body));

  assert_equals_string (text, "{\"demographics\":{\"sex\":\"F\"}}");
  g_free (text);
  g_bytes_unref (body);
  vitals_reading_unref (reading);
  vitals_sandbox_free (sandbox);
}

GST_END_TEST;

GST_START_TEST (older_service_that_keeps_nothing_is_told)
{
  VitalsSandbox *sandbox = new_sandbox (1, FALSE);
  VitalsCircadifyClient *client = vitals_circadify_client_new
      (VITALS_SANDBOX_TEST_KEY, vitals_sandbox_get_url (sandbox), NULL);
  GError *error = NULL;

  fail_unless (vitals_circadify_client_poll_result (client, "unknown", NULL,
          &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_SESSION_NOT_FOUND), "%s", error->message);
  g_error_free (error);
  g_object_unref (client);
  vitals_sandbox_free (sandbox);
}

GST_END_TEST;

static const struct
{
  const gchar *fault;
  gint code;                    /* -1: the scan works all the same */
  guint starts;
} faults[] = {
  {"start#1:reset", VITALS_ERROR_NETWORK, 1},
  {"start#1:work-then-reset", VITALS_ERROR_NETWORK, 1},
  {"start#1:status=503,header=Retry-After=0", -1, 2},
  {"start#1:wrong-types", VITALS_ERROR_INVALID_RESPONSE, 1},
  {"start#1:close-idle", -1, 1},
  {"upload#1:reset-after=3", -1, 1},
  {"upload#1:status=500", -1, 1},
  {"complete#1:status=502", -1, 1},
  {"complete:work-then-reset", -1, 1},
  {"complete:status=504,work", -1, 1},
  {"complete:truncate=5", -1, 1},
  {"result#1:truncate=5", -1, 1},
  {"result:wrong-types", VITALS_ERROR_INVALID_RESPONSE, 1},
  {"result:oversize=3000000", VITALS_ERROR_INVALID_RESPONSE, 1},
  {"result:nested=100000", VITALS_ERROR_INVALID_RESPONSE, 1},
  {"result:expired", VITALS_ERROR_SESSION_EXPIRED, 1},
  {"result:failed=dark", VITALS_ERROR_PROCESSING_FAILED, 1},
  {"result:fallback", VITALS_ERROR_PROCESSING_FAILED, 1}
};

GST_START_TEST (fault_is_survived_or_told)
{
  VitalsSandbox *sandbox = new_sandbox (3, FALSE);
  GError *error = NULL;
  VitalsReading *reading;

  fail_unless (vitals_sandbox_add_fault (sandbox, faults[__i__].fault, NULL));
  reading = scan (sandbox, NULL, &error);
  if (faults[__i__].code < 0) {
    fail_unless (reading != NULL, "%s: %s", faults[__i__].fault,
        error ? error->message : "");
    vitals_reading_unref (reading);
  } else {
    fail_unless (reading == NULL, "%s", faults[__i__].fault);
    fail_unless (error->code == faults[__i__].code, "%s: %s",
        faults[__i__].fault, error->message);
    g_error_free (error);
  }
  assert_equals_int (vitals_sandbox_get_count (sandbox, "start"),
      faults[__i__].starts);
  vitals_sandbox_free (sandbox);
}

GST_END_TEST;

/* As behind a proxy that does not wait as long as the service works. */
static VitalsReading *
scan_without_answer_to_complete (gboolean persist, GError ** error)
{
  VitalsSandbox *sandbox = new_sandbox (1, persist);
  VitalsReading *reading;

  fail_unless (vitals_sandbox_add_fault (sandbox, "complete:status=504,work",
          NULL));
  reading = scan (sandbox, NULL, error);
  assert_equals_int (vitals_sandbox_get_count (sandbox, "start"), 1);
  vitals_sandbox_free (sandbox);
  return reading;
}

GST_START_TEST (older_service_that_keeps_results_is_asked_for_the_lost_one)
{
  GError *error = NULL;
  VitalsReading *reading = scan_without_answer_to_complete (TRUE, &error);

  fail_unless (reading != NULL, "%s", error ? error->message : "");
  vitals_reading_unref (reading);
}

GST_END_TEST;

GST_START_TEST (lost_result_of_an_older_service_that_keeps_none_is_told)
{
  GError *error = NULL;

  fail_unless (scan_without_answer_to_complete (FALSE, &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_SERVICE_UNAVAILABLE), "%s", error->message);
  fail_unless (strstr (error->message, "PERSIST_VITALS") != NULL, "%s",
      error->message);
  g_error_free (error);
}

GST_END_TEST;

static Suite *
sandbox_suite (void)
{
  Suite *suite = suite_create ("sandbox");
  TCase *tcase = tcase_create ("sandbox");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_key_gets_synthetic_vitals, 0,
      G_N_ELEMENTS (generations));
  tcase_add_test (tcase, what_is_not_known_of_a_person_is_not_sent);
  tcase_add_test (tcase, older_service_that_keeps_nothing_is_told);
  tcase_add_loop_test (tcase, fault_is_survived_or_told, 0,
      G_N_ELEMENTS (faults));
  tcase_add_test (tcase,
      older_service_that_keeps_results_is_asked_for_the_lost_one);
  tcase_add_test (tcase,
      lost_result_of_an_older_service_that_keeps_none_is_told);
  return suite;
}

GST_CHECK_MAIN (sandbox)
