/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <gst/check/gstcheck.h>
#include <vitals/vitals-reading-private.h>

GST_START_TEST (what_was_not_measured_is_absent)
{
  VitalsReading *reading = vitals_reading_new ("local");
  GstStructure *structure;
  gdouble value = 42;

  fail_if (vitals_reading_get_value (reading, VITALS_MEASURE_SPO2, &value));
  fail_if (vitals_reading_get_confidence (reading, &value));
  fail_if (vitals_reading_set_value (reading, VITALS_MEASURE_SPO2, NAN));
  fail_if (vitals_reading_set_value (reading, VITALS_MEASURE_SPO2, INFINITY));
  fail_if (vitals_reading_set_confidence (reading, 1.5));
  fail_if (vitals_reading_set_confidence (reading, NAN));
  fail_unless (value == 42);

  structure = vitals_reading_to_structure (reading);
  assert_equals_int (gst_structure_n_fields (structure), 3);
  fail_unless (gst_structure_has_name (structure, "vitals"));
  fail_unless (gst_structure_has_field (structure, "is-fallback"));
  fail_unless (gst_structure_has_field (structure, "is-synthetic"));
  fail_unless (gst_structure_has_field (structure, "backend"));
  gst_structure_free (structure);
  vitals_reading_unref (reading);
}

GST_END_TEST;

GST_START_TEST (what_was_measured_is_in_the_structure)
{
  VitalsReading *reading = vitals_reading_new ("circadify");
  GstStructure *structure;
  gdouble rate, confidence, whole;
  guint64 processing_time;
  gboolean synthetic;

  vitals_reading_set_value (reading, VITALS_MEASURE_HEART_RATE, 72.5);
  vitals_reading_set_measure_confidence (reading, VITALS_MEASURE_HEART_RATE,
      0.75);
  vitals_reading_set_confidence (reading, 0.0);
  vitals_reading_set_synthetic (reading, TRUE);
  vitals_reading_set_session_id (reading, "s1");
  vitals_reading_set_model (reading, "m1");
  vitals_reading_set_key_environment (reading, "test");
  vitals_reading_set_processing_time (reading, 1500 * GST_MSECOND);

  structure = vitals_reading_to_structure (reading);
  fail_unless (gst_structure_get (structure,
          "heart-rate", G_TYPE_DOUBLE, &rate,
          "heart-rate-confidence", G_TYPE_DOUBLE, &confidence,
          "confidence", G_TYPE_DOUBLE, &whole,
          "is-synthetic", G_TYPE_BOOLEAN, &synthetic,
          "processing-time", G_TYPE_UINT64, &processing_time, NULL));
  assert_equals_float (rate, 72.5);
  assert_equals_float (confidence, 0.75);
  assert_equals_float (whole, 0);
  fail_unless (synthetic);
  assert_equals_uint64 (processing_time, 1500 * GST_MSECOND);
  assert_equals_string (gst_structure_get_string (structure, "session-id"),
      "s1");
  assert_equals_string (gst_structure_get_string (structure, "model"), "m1");
  assert_equals_string (gst_structure_get_string (structure,
          "key-environment"), "test");
  gst_structure_free (structure);
  vitals_reading_unref (reading);
}

GST_END_TEST;

GST_START_TEST (names_of_measures_are_the_nicks_of_the_enum)
{
  GEnumClass *enum_class = g_type_class_ref (VITALS_TYPE_MEASURE);
  guint i;

  assert_equals_int (enum_class->n_values, VITALS_N_MEASURES);
  for (i = 0; i < VITALS_N_MEASURES; i++)
    assert_equals_string (g_enum_get_value (enum_class, i)->value_nick,
        vitals_measure_get_name (i));
  g_type_class_unref (enum_class);
}

GST_END_TEST;

static Suite *
reading_suite (void)
{
  Suite *suite = suite_create ("reading");
  TCase *tcase = tcase_create ("reading");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_was_not_measured_is_absent);
  tcase_add_test (tcase, what_was_measured_is_in_the_structure);
  tcase_add_test (tcase, names_of_measures_are_the_nicks_of_the_enum);
  return suite;
}

GST_CHECK_MAIN (reading)
