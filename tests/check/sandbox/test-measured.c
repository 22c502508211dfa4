/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the live key gets: measured in the payload, or the reason why not. */

#include <gst/check/gstcheck.h>
#include <math.h>

#include "../signal/skin-tensor.h"
#include "fixture.h"

#define SECONDS 24
#define FRAMERATE 30

static const VitalsSandboxOptions newer = VITALS_SANDBOX_OPTIONS_INIT;
static const VitalsSandboxOptions older = {.api = 1,.quota = -1 };

static GBytes *
encode (VitalsTensor * tensor)
{
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  GBytes *payload = vitals_tensor_encode (tensor, layout, 1, NULL);

  fail_unless (payload != NULL);
  return payload;
}

/* The answer to a live session with this payload. */
static RawAnswer *
measure_payload (const VitalsSandboxOptions * options, GBytes * payload)
{
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (options);
  g_autofree gchar *id = sandbox_upload_payload (sandbox, LIVE_KEY, payload);
  RawAnswer *answer = sandbox_complete (sandbox, LIVE_KEY, id);

  if (options->api == 1)
    return answer;
  check_status (answer, "processing");
  raw_answer_free (answer);
  return sandbox_get_new_result (sandbox, LIVE_KEY, id);
}

static RawAnswer *
measure_tensor (const VitalsSandboxOptions * options, VitalsTensor * tensor)
{
  g_autoptr (GBytes) payload = encode (tensor);

  return measure_payload (options, payload);
}

static RawAnswer *
measure_skin (const VitalsSandboxOptions * options, const Skin * skin,
    guint frames)
{
  g_autoptr (VitalsTensor) tensor = skin_tensor_new (skin, frames);

  return measure_tensor (options, tensor);
}

static gdouble
get_measure (const RawAnswer * answer, const gchar * name)
{
  g_autoptr (JsonObject) object = raw_answer_get_object (answer);
  JsonObject *vitals = json_object_get_object_member (object, "vitals");

  fail_unless (json_object_has_member (vitals, name), "no %s", name);
  return json_object_get_double_member (vitals, name);
}

static gboolean
has_measure (const RawAnswer * answer, const gchar * name)
{
  g_autoptr (JsonObject) object = raw_answer_get_object (answer);

  return json_object_has_member (json_object_get_object_member (object,
          "vitals"), name);
}

static void
check_failure (const RawAnswer * answer, const gchar * reason)
{
  g_autoptr (JsonObject) object = raw_answer_get_object (answer);
  g_autofree gchar *error = raw_answer_get_string (answer, "error");
  g_autofree gchar *message = raw_answer_get_string (answer, "message");

  check_status (answer, "failed");
  fail_unless_equals_string (error, "PROCESSING_FAILED");
  fail_unless (strstr (message, reason) != NULL, "%s", message);
  fail_if (json_object_has_member (object, "vitals"));
}

GST_START_TEST (live_session_is_answered_with_what_was_measured)
{
  static const gdouble rates[] = { 54.0, 96.0 };
  Skin skin = SKIN_DEFAULT;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autoptr (RawAnswer) answer = NULL;

    skin.heart_rate = rates[i];
    answer = measure_skin (&newer, &skin, SECONDS * FRAMERATE);
    check_status (answer, "completed");
    fail_unless (fabs (get_measure (answer, "heart_rate") - rates[i]) < 1.0);
    fail_unless (get_measure (answer, "confidence") > 0.5);
    fail_unless (get_measure (answer, "confidence") <= 1.0);
  }
}

GST_END_TEST;

GST_START_TEST (older_service_answers_with_what_was_measured)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (RawAnswer) answer = measure_skin (&older, &skin, 300);

  check_status (answer, "completed");
  fail_unless (fabs (get_measure (answer, "heart_rate") - 72.0) < 1.0);
}

GST_END_TEST;

GST_START_TEST (oxygen_and_blood_pressure_are_never_answered)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (RawAnswer) answer = measure_skin (&newer, &skin, 300);

  fail_if (has_measure (answer, "spo2"));
  fail_if (has_measure (answer, "systolic_bp"));
  fail_if (has_measure (answer, "diastolic_bp"));
}

GST_END_TEST;

GST_START_TEST (variability_is_answered_for_long_windows_only)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (RawAnswer) brief = NULL;
  g_autoptr (RawAnswer) lengthy = NULL;
  gdouble sdnn, rmssd;

  skin.variability = 0.04;
  skin_variability (&skin, SECONDS, &sdnn, &rmssd);
  brief = measure_skin (&newer, &skin, 10 * FRAMERATE);
  lengthy = measure_skin (&newer, &skin, SECONDS * FRAMERATE);
  fail_if (has_measure (brief, "hrv"));
  fail_unless (fabs (get_measure (lengthy, "hrv") - rmssd) < 0.25 * rmssd,
      "%f, not %f", get_measure (lengthy, "hrv"), rmssd);
}

GST_END_TEST;

GST_START_TEST (a_heart_that_beats_evenly_has_no_variability)
{
  Skin skin = SKIN_DEFAULT;
  guint32 seed;

  skin.respiratory_rate = 0.0;
  for (seed = 1; seed <= 4; seed++) {
    g_autoptr (RawAnswer) answer = NULL;

    skin.seed = seed;
    skin.amplitude = 0.001 * seed;
    answer = measure_skin (&newer, &skin, SECONDS * FRAMERATE);
    check_status (answer, "completed");
    fail_if (has_measure (answer, "hrv"), "%f", get_measure (answer, "hrv"));
  }
}

GST_END_TEST;

GST_START_TEST (window_without_a_pulse_fails_with_the_reason)
{
  g_autoptr (VitalsTensor) tensor = vitals_tensor_new_placeholder (300);
  g_autoptr (RawAnswer) answer = measure_tensor (&newer, tensor);

  check_failure (answer, "No heart rate: ");
}

GST_END_TEST;

GST_START_TEST (window_that_is_too_short_fails_with_the_reason)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (RawAnswer) answer = measure_skin (&newer, &skin, 60);

  check_failure (answer, "less than 5 s");
}

GST_END_TEST;

GST_START_TEST (payload_that_is_cut_off_fails_with_the_reason)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (VitalsTensor) tensor = skin_tensor_new (&skin, 30);
  g_autoptr (GBytes) payload = encode (tensor);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (payload, 0,
      g_bytes_get_size (payload) / 2);
  g_autoptr (RawAnswer) answer = measure_payload (&newer, half);

  check_failure (answer, "The payload is not valid: ");
}

GST_END_TEST;

GST_START_TEST (second_upload_replaces_what_the_first_came_to)
{
  Skin skin = SKIN_DEFAULT;
  g_autoptr (VitalsSandbox) sandbox = sandbox_start (&newer);
  g_autoptr (VitalsTensor) tensor = skin_tensor_new (&skin, 300);
  g_autoptr (GBytes) payload = encode (tensor);
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (RawAnswer) wrong = NULL;
  g_autoptr (RawAnswer) uploaded = NULL;
  g_autoptr (RawAnswer) completed = NULL;
  g_autoptr (RawAnswer) result = NULL;
  g_autofree gchar *id = NULL;
  g_autofree gchar *upload_url = NULL;

  started = sandbox_start_session (sandbox, LIVE_KEY, &id, &upload_url);
  wrong = raw_ask ("PUT", upload_url, NULL, NULL, "payload");
  fail_unless_equals_int (wrong->status, 200);
  uploaded = raw_put (upload_url, payload);
  fail_unless_equals_int (uploaded->status, 200);
  completed = sandbox_complete (sandbox, LIVE_KEY, id);
  result = sandbox_get_new_result (sandbox, LIVE_KEY, id);
  check_status (result, "completed");
}

GST_END_TEST;

static Suite *
sandbox_measured_suite (void)
{
  Suite *suite = suite_create ("sandbox-measured");
  TCase *tcase = tcase_create ("live key");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, live_session_is_answered_with_what_was_measured);
  tcase_add_test (tcase, older_service_answers_with_what_was_measured);
  tcase_add_test (tcase, oxygen_and_blood_pressure_are_never_answered);
  tcase_add_test (tcase, variability_is_answered_for_long_windows_only);
  tcase_add_test (tcase, a_heart_that_beats_evenly_has_no_variability);
  tcase_add_test (tcase, window_without_a_pulse_fails_with_the_reason);
  tcase_add_test (tcase, window_that_is_too_short_fails_with_the_reason);
  tcase_add_test (tcase, payload_that_is_cut_off_fails_with_the_reason);
  tcase_add_test (tcase, second_upload_replaces_what_the_first_came_to);
  return suite;
}

GST_CHECK_MAIN (sandbox_measured);
