/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers of the VitalLens service: both shapes are read, and what was not
 * measured is absent. */

#include <math.h>
#include <gst/check/gstcheck.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>
#include <vitals/vitals-error.h>

#define PPG "\"ppg_waveform\":{\"data\":[0.5,null,-1],\"confidence\":[1,0.9,NaN]}"
#define RESPIRATION "\"respiratory_waveform\":{\"data\":[1,2,3]}"

static VitalsVitalLensAnswer *
parse (const gchar * text, gsize n_samples, GError ** error)
{
  GBytes *bytes = g_bytes_new (text, strlen (text));
  VitalsVitalLensAnswer *answer = vitals_vitallens_parse_answer (bytes,
      n_samples, error);

  g_bytes_unref (bytes);
  return answer;
}

static VitalsVitalLensModel *
parse_model (const gchar * text, GError ** error)
{
  GBytes *bytes = g_bytes_new (text, strlen (text));
  VitalsVitalLensModel *model = vitals_vitallens_parse_model (bytes, error);

  g_bytes_unref (bytes);
  return model;
}

static void
assert_refused (const gchar * text, gsize n_samples)
{
  GError *error = NULL;

  fail_unless (parse (text, n_samples, &error) == NULL, "taken: %s", text);
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_RESPONSE));
  g_error_free (error);
}

static void
assert_value (VitalsVitalLensAnswer * answer, VitalsMeasure measure,
    gdouble expected)
{
  gdouble value;

  fail_unless (vitals_reading_get_value (vitals_vitallens_answer_get_reading
          (answer), measure, &value));
  fail_unless (value == expected);
}

static void
assert_absent (VitalsVitalLensAnswer * answer, VitalsMeasure measure)
{
  fail_if (vitals_reading_get_value (vitals_vitallens_answer_get_reading
          (answer), measure, NULL));
}

static void
assert_waveforms (VitalsVitalLensAnswer * answer)
{
  const gdouble *samples;
  gsize n;

  samples = vitals_vitallens_answer_get_waveform (answer, VITALS_WAVEFORM_PPG,
      &n);
  fail_unless (n == 3 && samples[0] == 0.5 && isnan (samples[1])
      && samples[2] == -1);
  samples = vitals_vitallens_answer_get_waveform_confidence (answer,
      VITALS_WAVEFORM_PPG, &n);
  fail_unless (n == 3 && samples[1] == 0.9 && isnan (samples[2]));
  samples = vitals_vitallens_answer_get_waveform (answer,
      VITALS_WAVEFORM_RESPIRATION, &n);
  fail_unless (n == 3 && samples[2] == 3);
  fail_unless (vitals_vitallens_answer_get_waveform_confidence (answer,
          VITALS_WAVEFORM_RESPIRATION, &n) == NULL && n == 0);
}

GST_START_TEST (documented_shape_is_read)
{
  VitalsVitalLensAnswer *answer = parse ("{\"vital_signs\":{" PPG ","
      RESPIRATION ",\"heart_rate\":{\"value\":61.5,\"unit\":\"bpm\","
      "\"confidence\":0.98},\"hrv_sdnn\":{\"value\":null}},"
      "\"processing_status\":{\"face_detected\":true,"
      "\"avg_face_confidence\":0.9,\"signal_quality\":\"optimal\"},"
      "\"model_used\":\"vitallens-2.0\"}", 3, NULL);

  fail_unless (answer != NULL);
  assert_waveforms (answer);
  assert_value (answer, VITALS_MEASURE_HEART_RATE, 61.5);
  assert_absent (answer, VITALS_MEASURE_HRV_SDNN);
  assert_absent (answer, VITALS_MEASURE_SPO2);
  fail_unless (vitals_vitallens_answer_is_usable (answer, NULL));
  assert_equals_string (vitals_vitallens_answer_get_model (answer),
      "vitallens-2.0");
  vitals_vitallens_answer_unref (answer);
}

GST_END_TEST;

GST_START_TEST (newer_shape_is_read)
{
  VitalsVitalLensAnswer *answer = parse ("{\"vitals\":{\"heart_rate\":"
      "{\"value\":NaN,\"confidence\":NaN},\"respiratory_rate\":{\"value\":15}},"
      "\"waveforms\":{" PPG "," RESPIRATION "},"
      "\"face\":{\"confidence\":[0.9,1,null]},\"n\":3,\"fps\":30.0}", 3, NULL);

  fail_unless (answer != NULL);
  assert_waveforms (answer);
  assert_absent (answer, VITALS_MEASURE_HEART_RATE);
  assert_value (answer, VITALS_MEASURE_RESPIRATORY_RATE, 15);
  fail_unless (fabs (vitals_vitallens_answer_get_face_confidence (answer)
          - 0.95) < 1e-9);
  vitals_vitallens_answer_unref (answer);
}

GST_END_TEST;

/* Without the rule the first one would be lost, which the leak checker sees. */
GST_START_TEST (of_both_shapes_the_documented_one_counts)
{
  VitalsVitalLensAnswer *answer = parse ("{\"waveforms\":{"
      "\"ppg_waveform\":{\"data\":[7,8,9],\"confidence\":[1,1,1]},"
      RESPIRATION "},\"vitals\":{\"heart_rate\":{\"value\":99},"
      "\"respiratory_rate\":{\"value\":15}},\"vital_signs\":{" PPG ","
      "\"heart_rate\":{\"value\":61.5}}}", 3, NULL);

  fail_unless (answer != NULL);
  assert_waveforms (answer);
  assert_value (answer, VITALS_MEASURE_HEART_RATE, 61.5);
  assert_value (answer, VITALS_MEASURE_RESPIRATORY_RATE, 15);
  vitals_vitallens_answer_unref (answer);
}

GST_END_TEST;

GST_START_TEST (state_is_read_as_numbers_and_as_base64)
{
  GString *numbers = g_string_new ("{\"waveforms\":{},\"state\":{\"data\":[1");
  guint8 bytes[VITALS_VITALLENS_STATE_BYTES] = { 0, 0, 0x80, 0x3f };
  gchar *base64 = g_base64_encode (bytes, sizeof (bytes));
  gchar *text = g_strdup_printf ("{\"waveforms\":{},\"state\":{\"data\":"
      "\"%s\"}}", base64);
  VitalsVitalLensAnswer *first, *second;
  guint i;

  for (i = 1; i < 256; i++)
    g_string_append (numbers, ",0");
  g_string_append (numbers, "]}}");
  first = parse (numbers->str, 3, NULL);
  second = parse (text, 3, NULL);
  fail_unless (first != NULL && second != NULL);
  fail_unless (g_bytes_get_size (vitals_vitallens_answer_get_state (first))
      == sizeof (bytes));
  fail_unless (g_bytes_equal (vitals_vitallens_answer_get_state (first),
          vitals_vitallens_answer_get_state (second)));
  vitals_vitallens_answer_unref (first);
  vitals_vitallens_answer_unref (second);
  g_free (text);
  g_free (base64);
  g_string_free (numbers, TRUE);
}

GST_END_TEST;

/* An answer whose state is @first and 255 times @other. */
static VitalsVitalLensAnswer *
parse_state (const gchar * first, const gchar * other, GError ** error)
{
  GString *text = g_string_new ("{\"waveforms\":{},\"state\":{\"data\":[");
  VitalsVitalLensAnswer *answer;
  guint i;

  g_string_append (text, first);
  for (i = 1; i < 256; i++)
    g_string_append_printf (text, ",%s", other);
  g_string_append (text, "]}}");
  answer = parse (text->str, 3, error);
  g_string_free (text, TRUE);
  return answer;
}

GST_START_TEST (a_state_of_nulls_is_none)
{
  VitalsVitalLensAnswer *answer = parse_state ("null", "null", NULL);

  fail_unless (answer != NULL);
  fail_unless (vitals_vitallens_answer_get_state (answer) == NULL);
  vitals_vitallens_answer_unref (answer);
}

GST_END_TEST;

GST_START_TEST (a_state_that_is_not_of_floats_is_refused)
{
  static const gchar *const others[] = { "1e300", "-1e39", "0.5" };
  guint8 bytes[VITALS_VITALLENS_STATE_BYTES] = { 0, 0, 0x80, 0x7f };
  gchar *base64 = g_base64_encode (bytes, sizeof (bytes));
  gchar *text = g_strdup_printf ("{\"waveforms\":{},\"state\":{\"data\":"
      "\"%s\"}}", base64);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (others); i++) {
    GError *error = NULL;

    fail_unless (parse_state ("null", others[i], &error) == NULL);
    fail_unless (g_error_matches (error, VITALS_ERROR,
            VITALS_ERROR_INVALID_RESPONSE));
    g_error_free (error);
  }
  /* the bytes of an infinite float */
  assert_refused (text, 3);
  g_free (text);
  g_free (base64);
}

GST_END_TEST;

GST_START_TEST (a_waveform_confidence_out_of_range_is_unknown)
{
  VitalsVitalLensAnswer *answer = parse ("{\"waveforms\":{\"ppg_waveform\":"
      "{\"data\":[1,2,3],\"confidence\":[5,-1,1]}}}", 3, NULL);
  const gdouble *confidence;
  gsize n;

  confidence = vitals_vitallens_answer_get_waveform_confidence (answer,
      VITALS_WAVEFORM_PPG, &n);
  fail_unless (n == 3 && isnan (confidence[0]) && isnan (confidence[1])
      && confidence[2] == 1);
  vitals_vitallens_answer_unref (answer);
}

GST_END_TEST;

GST_START_TEST (an_unusable_answer_gives_no_rate_but_a_reason)
{
  static const gchar *const statuses[] = {
    "\"processing_status\":{\"face_detected\":false}",
    "\"processing_status\":{\"signal_quality\":\"unusable\"}",
    "\"processing_status\":{\"avg_face_confidence\":0.5}",
    "\"processing_status\":{\"avg_face_confidence\":-3}",
    "\"processing_status\":{\"signal_quality\":\"Unusable\"}",
    "\"face\":{\"confidence\":[0.4,0.6]}",
    "\"face\":{\"confidence\":[-1,-1]}", "\"face\":{\"confidence\":[0.9,5]}",
    "\"face\":{\"confidence\":[0.9]},"
        "\"processing_status\":{\"avg_face_confidence\":0.1}"
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (statuses); i++) {
    gchar *text = g_strdup_printf ("{\"vitals\":{\"heart_rate\":"
        "{\"value\":60}},%s}", statuses[i]);
    VitalsVitalLensAnswer *answer = parse (text, 3, NULL);
    const gchar *reason = NULL;

    fail_unless (answer != NULL);
    fail_if (vitals_vitallens_answer_is_usable (answer, &reason));
    fail_unless (reason != NULL);
    assert_absent (answer, VITALS_MEASURE_HEART_RATE);
    vitals_vitallens_answer_unref (answer);
    g_free (text);
  }
}

GST_END_TEST;

GST_START_TEST (a_rate_that_cannot_be_is_absent)
{
  VitalsVitalLensAnswer *answer = parse ("{\"vitals\":{\"heart_rate\":"
      "{\"value\":0},\"respiratory_rate\":{\"value\":61},\"hrv_lfhf\":"
      "{\"value\":10.5},\"hrv_rmssd\":{\"value\":30}}}", 3, NULL);

  assert_absent (answer, VITALS_MEASURE_HEART_RATE);
  assert_absent (answer, VITALS_MEASURE_RESPIRATORY_RATE);
  assert_absent (answer, VITALS_MEASURE_HRV_LFHF);
  assert_value (answer, VITALS_MEASURE_HRV_RMSSD, 30);
  vitals_vitallens_answer_unref (answer);
}

GST_END_TEST;

GST_START_TEST (a_rate_confidence_out_of_range_is_unknown)
{
  const gchar *const confidences[] = { "-1", "7", "null", "NaN" };
  gchar *text = g_strdup_printf ("{\"vitals\":{\"heart_rate\":{\"value\":60,"
      "\"confidence\":%s}}}", confidences[__i__]);
  VitalsVitalLensAnswer *answer = parse (text, 0, NULL);

  fail_unless (answer != NULL);
  assert_value (answer, VITALS_MEASURE_HEART_RATE, 60);
  fail_if (vitals_reading_get_measure_confidence
      (vitals_vitallens_answer_get_reading (answer), VITALS_MEASURE_HEART_RATE,
          NULL));
  vitals_vitallens_answer_unref (answer);
  g_free (text);
}

GST_END_TEST;

GST_START_TEST (a_face_confidence_out_of_range_is_unknown)
{
  static const gchar *const texts[] = {
    "{\"vitals\":{},\"face\":{\"confidence\":[7,8]}}",
    "{\"vitals\":{},\"processing_status\":{\"avg_face_confidence\":-3}}"
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (texts); i++) {
    VitalsVitalLensAnswer *answer = parse (texts[i], 3, NULL);

    fail_unless (vitals_vitallens_answer_get_face_confidence (answer) == -1);
    vitals_vitallens_answer_unref (answer);
  }
}

GST_END_TEST;

GST_START_TEST (what_the_protocol_does_not_say_is_refused)
{
  assert_refused ("{\"message\":\"fine\"}", 3);
  assert_refused ("{\"waveforms\":{" PPG "}}", 4);
  assert_refused ("{\"waveforms\":{\"ppg_waveform\":{\"data\":[1,2,\"3\"]}}}",
      3);
  assert_refused ("{\"waveforms\":{\"ppg_waveform\":{\"data\":[1,2,1e999]}}}",
      3);
  assert_refused ("{\"waveforms\":{\"ppg_waveform\":[1,2,3]}}", 3);
  assert_refused ("{\"waveforms\":{},\"state\":{\"data\":[1,2,3]}}", 3);
  assert_refused ("{\"waveforms\":{},\"state\":{\"data\":\"AAAA\"}}", 3);
  assert_refused ("{\"vitals\":{\"heart_rate\":{\"value\":\"60\"}}}", 3);
  assert_refused ("{\"vitals\":{\"heart_rate\":60}}", 3);
  assert_refused ("{\"vitals\":{},\"face\":{\"confidence\":[true]}}", 3);
  assert_refused ("{\"vitals\":{},\"processing_status\":"
      "{\"face_detected\":\"false\"}}", 3);
  assert_refused ("{\"vitals\":{},\"processing_status\":"
      "{\"face_detected\":0}}", 3);
}

GST_END_TEST;

GST_START_TEST (model_is_read_with_numbers_as_floats_and_missing_keys)
{
  VitalsVitalLensModel *model = parse_model
      ("{\"resolved_model\":\"vitallens-2.0\",\"config\":{\"n_inputs\":5.0,"
      "\"input_size\":40,\"fps_target\":15,\"roi_method\":\"face\"}}", NULL);

  fail_unless (model != NULL);
  assert_equals_string (model->name, "vitallens-2.0");
  fail_unless (model->n_inputs == 5 && model->input_size == 40
      && model->fps_target == 15
      && model->roi_method == VITALS_ROI_METHOD_FACE);
  vitals_vitallens_model_free (model);

  model = parse_model ("{\"resolved_model\":\"a\"}", NULL);
  fail_unless (model->n_inputs == 4 && model->input_size == 40
      && model->fps_target == 30
      && model->roi_method == VITALS_ROI_METHOD_UPPER_BODY_CROPPED);
  vitals_vitallens_model_free (model);
}

GST_END_TEST;

/* The vital signs of a model whose configuration holds @text. */
static guint
parse_measures (const gchar * text)
{
  gchar *whole = g_strdup_printf ("{\"resolved_model\":\"a\",\"config\":{%s}}",
      text);
  VitalsVitalLensModel *model = parse_model (whole, NULL);
  guint measures = 0, measure;

  fail_unless (model != NULL, "%s", text);
  for (measure = 0; measure <= VITALS_MEASURE_DIASTOLIC_BP; measure++)
    measures |= vitals_vitallens_model_measures (model, measure) << measure;
  vitals_vitallens_model_free (model);
  g_free (whole);
  return measures;
}

GST_START_TEST (a_model_measures_what_it_says)
{
  const guint rates = 1 << VITALS_MEASURE_HEART_RATE
      | 1 << VITALS_MEASURE_RESPIRATORY_RATE;

  /* it does not say */
  fail_unless_equals_int (parse_measures (""), parse_measures
      ("\"supported_vitals\":null"));
  fail_unless (parse_measures ("") & 1 << VITALS_MEASURE_HRV_SDNN);
  fail_unless_equals_int (parse_measures ("\"supported_vitals\":"
          "[\"heart_rate\",\"respiratory_rate\",\"smell\"]"), rates);
  fail_unless_equals_int (parse_measures ("\"supported_vitals\":"
          "[\"ppg_waveform\",\"respiratory_waveform\",\"hrv_rmssd\"]"),
      rates | 1 << VITALS_MEASURE_HRV_RMSSD);
}

GST_END_TEST;

GST_START_TEST (model_that_cannot_be_served_is_refused)
{
  static const gchar *const texts[] = {
    "{\"config\":{}}", "{\"resolved_model\":\"a\\nb\"}",
    "{\"resolved_model\":\"a\",\"config\":{\"n_inputs\":0}}",
    "{\"resolved_model\":\"a\",\"config\":{\"input_size\":1e9}}",
    "{\"resolved_model\":\"a\",\"config\":{\"roi_method\":\"feet\"}}",
    "{\"resolved_model\":\"a\",\"config\":[]}",
    "{\"resolved_model\":\"a\",\"config\":{\"supported_vitals\":[]}}",
    "{\"resolved_model\":\"a\",\"config\":{\"supported_vitals\":[1]}}",
    "{\"resolved_model\":\"a\",\"config\":{\"supported_vitals\":\"all\"}}"
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (texts); i++) {
    GError *error = NULL;

    fail_unless (parse_model (texts[i], &error) == NULL, "taken: %s", texts[i]);
    fail_unless (error != NULL && error->domain == VITALS_ERROR);
    g_error_free (error);
  }
}

GST_END_TEST;

static Suite *
vitallens_answers_suite (void)
{
  Suite *s = suite_create ("vitallens-answers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, documented_shape_is_read);
  tcase_add_test (tc, newer_shape_is_read);
  tcase_add_test (tc, of_both_shapes_the_documented_one_counts);
  tcase_add_test (tc, state_is_read_as_numbers_and_as_base64);
  tcase_add_test (tc, a_state_of_nulls_is_none);
  tcase_add_test (tc, a_state_that_is_not_of_floats_is_refused);
  tcase_add_test (tc, a_waveform_confidence_out_of_range_is_unknown);
  tcase_add_test (tc, an_unusable_answer_gives_no_rate_but_a_reason);
  tcase_add_test (tc, a_rate_that_cannot_be_is_absent);
  tcase_add_loop_test (tc, a_rate_confidence_out_of_range_is_unknown, 0, 4);
  tcase_add_test (tc, a_face_confidence_out_of_range_is_unknown);
  tcase_add_test (tc, what_the_protocol_does_not_say_is_refused);
  tcase_add_test (tc, model_is_read_with_numbers_as_floats_and_missing_keys);
  tcase_add_test (tc, a_model_measures_what_it_says);
  tcase_add_test (tc, model_that_cannot_be_served_is_refused);
  return s;
}

GST_CHECK_MAIN (vitallens_answers);
