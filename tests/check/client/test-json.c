/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JSON from the network is looked over before it is parsed; what is written
 * reads back the same. */

#include <math.h>
#include <gst/check/gstcheck.h>
#include <vitals/vitals-error.h>
#include <vitals/vitals-json-private.h>

#define LIMIT (1024 * 1024)

static JsonObject *
parse (const gchar * text, gssize size, GError ** error)
{
  GBytes *bytes = g_bytes_new (text, size < 0 ? strlen (text) : (gsize) size);
  JsonObject *object = vitals_json_parse_object (bytes, LIMIT, error);

  g_bytes_unref (bytes);
  return object;
}

static void
assert_refused (const gchar * text, gssize size)
{
  GError *error = NULL;

  fail_unless (parse (text, size, &error) == NULL, "taken: %.40s", text);
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_RESPONSE));
  g_error_free (error);
}

GST_START_TEST (structure_keeps_numbers_as_they_are)
{
  GstStructure *structure = gst_structure_new ("vitals",
      "window", G_TYPE_UINT64, G_MAXUINT64, "frames", G_TYPE_UINT, 301u,
      "percent", G_TYPE_INT, -1, "heart-rate", G_TYPE_DOUBLE, 72.1,
      "confidence", G_TYPE_DOUBLE, 1.0, "hrv", G_TYPE_DOUBLE, NAN,
      "is-fallback", G_TYPE_BOOLEAN, FALSE, NULL);
  gchar *json = vitals_structure_to_json (structure);

  assert_equals_string (json, "{\"type\":\"vitals\","
      "\"window\":18446744073709551615,\"frames\":301,\"percent\":-1,"
      "\"heart-rate\":72.1,\"confidence\":1.0,\"is-fallback\":false}");
  g_free (json);
  gst_structure_free (structure);
}

GST_END_TEST;

GST_START_TEST (structure_is_one_line_with_lists_and_structures)
{
  GstStructure *structure = gst_structure_from_string
      ("vitals-quality, warnings=(string){ lighting, motion }, "
      "rate=(fraction)30/1, box=(structure)[box, x=(double)0.5]", NULL);
  gchar *json;

  gst_structure_set (structure, "message", G_TYPE_STRING, "a\n\"b\"\\\x01",
      NULL);
  json = vitals_structure_to_json (structure);
  assert_equals_string (json, "{\"type\":\"vitals-quality\","
      "\"warnings\":[\"lighting\",\"motion\"],\"rate\":\"30/1\","
      "\"box\":{\"x\":0.5},\"message\":\"a\\u000a\\\"b\\\"\\\\\\u0001\"}");
  g_free (json);
  gst_structure_free (structure);
}

GST_END_TEST;

GST_START_TEST (doubles_read_back_the_same)
{
  static const gdouble numbers[] = { 0.1, 1.0 / 3, 1e-300, 123456789.125,
    -72.30000000000001, 1e22
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (numbers); i++) {
    GstStructure *structure = gst_structure_new ("s", "v", G_TYPE_DOUBLE,
        numbers[i], NULL);
    gchar *json = vitals_structure_to_json (structure);
    JsonObject *object = parse (json, -1, NULL);

    fail_unless (object != NULL);
    fail_unless (json_object_get_double_member (object, "v") == numbers[i]);
    json_object_unref (object);
    g_free (json);
    gst_structure_free (structure);
  }
}

GST_END_TEST;

GST_START_TEST (what_is_no_json_object_is_refused)
{
  assert_refused ("", -1);
  assert_refused ("<html>502 Bad Gateway</html>", -1);
  assert_refused ("[1,2]", -1);
  assert_refused ("42", -1);
  assert_refused ("{\"a\":1", -1);
  assert_refused ("{\"a\":\"open", -1);
  assert_refused ("{} }", -1);
  assert_refused ("{'a':1}", -1);
  assert_refused ("{\"a\":/* \" */1}", -1);
  assert_refused ("{\"a\":\"\xff\xfe\"}", -1);
  assert_refused ("{\"a\":1}\0{", 9);
}

GST_END_TEST;

GST_START_TEST (a_million_open_brackets_are_refused)
{
  gchar *text = g_strnfill (1000000, '[');
  gchar *hidden = g_strconcat ("{\"a\":/*\"*/", text, NULL);

  assert_refused (text, -1);
  assert_refused (hidden, -1);
  g_free (hidden);
  g_free (text);
}

GST_END_TEST;

GST_START_TEST (more_than_the_limit_is_refused)
{
  gchar *text = g_strnfill (LIMIT + 1, ' ');

  assert_refused (text, -1);
  g_free (text);
}

GST_END_TEST;

GST_START_TEST (nan_counts_as_absent_outside_of_strings)
{
  JsonObject *object = parse ("{\"a\":NaN,\"b\":[-Infinity,Infinity],"
      "\"c\":\"NaN\\\"NaN\"}", -1, NULL);

  fail_unless (object != NULL);
  fail_unless (json_object_get_null_member (object, "a"));
  assert_equals_string (json_object_get_string_member (object, "c"),
      "NaN\"NaN");
  json_object_unref (object);
  assert_refused ("{\"a\":NaN5}", -1);
  assert_refused ("{NaN:1}", -1);
}

GST_END_TEST;

GST_START_TEST (nesting_that_is_allowed_is_read)
{
  gchar *text =
      g_strconcat ("{\"a\":", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
      ",\"b\":\"[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}", NULL);
  JsonObject *object = parse (text, -1, NULL);

  fail_unless (object != NULL);
  json_object_unref (object);
  g_free (text);
}

GST_END_TEST;

GST_START_TEST (members_of_the_wrong_type_are_named)
{
  JsonObject *object = parse ("{\"n\":\"72\",\"big\":1e15,\"inf\":1e999,"
      "\"null\":null,\"i\":72,\"s\":5,\"o\":[]}", -1, NULL);
  GError *error = NULL;
  gdouble value = -1;

  fail_unless (object != NULL);
  fail_unless (vitals_json_get_number (object, "i", &value, &error));
  assert_equals_float (value, 72);
  fail_if (vitals_json_get_number (object, "null", &value, &error));
  fail_if (vitals_json_get_number (object, "absent", &value, &error));
  fail_unless (error == NULL);

  fail_if (vitals_json_get_number (object, "n", &value, &error));
  fail_unless (error && strstr (error->message, "\"n\""));
  g_clear_error (&error);
  fail_if (vitals_json_get_number (object, "big", &value, &error));
  fail_unless (error && strstr (error->message, "\"big\""));
  g_clear_error (&error);
  fail_if (vitals_json_get_number (object, "inf", &value, &error));
  fail_unless (error != NULL);
  g_clear_error (&error);
  fail_unless (vitals_json_get_string (object, "s", &error) == NULL);
  fail_unless (error != NULL);
  g_clear_error (&error);
  fail_unless (vitals_json_get_object (object, "o", &error) == NULL);
  fail_unless (error != NULL);
  g_clear_error (&error);
  json_object_unref (object);
}

GST_END_TEST;

static Suite *
json_suite (void)
{
  Suite *suite = suite_create ("json");
  TCase *tcase = tcase_create ("json");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, structure_keeps_numbers_as_they_are);
  tcase_add_test (tcase, structure_is_one_line_with_lists_and_structures);
  tcase_add_test (tcase, doubles_read_back_the_same);
  tcase_add_test (tcase, what_is_no_json_object_is_refused);
  tcase_add_test (tcase, a_million_open_brackets_are_refused);
  tcase_add_test (tcase, more_than_the_limit_is_refused);
  tcase_add_test (tcase, nan_counts_as_absent_outside_of_strings);
  tcase_add_test (tcase, nesting_that_is_allowed_is_read);
  tcase_add_test (tcase, members_of_the_wrong_type_are_named);
  return suite;
}

GST_CHECK_MAIN (json)
