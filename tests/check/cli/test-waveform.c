/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals waveform, as a child. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

#define SAMPLES 900
#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })

static gchar *file;

static void
set_up (void)
{
  gint fd = g_file_open_tmp ("waveform-XXXXXX.json", &file, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
}

static void
tear_down (void)
{
  g_unlink (file);
  g_free (file);
}

/* A list of @n samples at 30 a second of a sine around @middle, with @oddity at
 * 17. A @rate of 0 is a list of @middle. */
static void
append_list (GString * text, const gchar * name, guint n, gdouble middle,
    gdouble rate, const gchar * oddity)
{
  guint i;

  g_string_append_printf (text, "\"%s\": [", name);
  for (i = 0; i < n; i++) {
    gchar number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (number, sizeof number, "%.4f",
        middle + sin (2.0 * G_PI * rate / 60.0 * i / 30.0));
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
        i == 17 && oddity ? oddity : number);
  }
  g_string_append_c (text, ']');
}

static GString *
make_waveforms (gdouble pulse_rate, gdouble breath_rate, guint n_confidences,
    gdouble confidence, const gchar * oddity)
{
  GString *text = g_string_new ("{\"fps\": 30.0, \"waveforms\": "
      "{\"ppg_waveform\": {");

  append_list (text, "data", SAMPLES, 0.1, pulse_rate, oddity);
  g_string_append (text, ", ");
  append_list (text, "confidence", n_confidences, confidence, 0.0, NULL);
  g_string_append (text, "}, \"respiratory_waveform\": {");
  append_list (text, "data", SAMPLES, 0.1, breath_rate, NULL);
  g_string_append (text, "}}}");
  return text;
}

static GString *
make_text (guint n_confidences, const gchar * oddity)
{
  return make_waveforms (72.0, 15.0, n_confidences, 1.0, oddity);
}

static void
write_text (const gchar * text, gssize size)
{
  fail_unless (g_file_set_contents (file, text, size, NULL));
}

/* No heart rate is printed, as text or as JSON, and stderr says why. */
static void
assert_no_reading (GString * text, const gchar * reason)
{
  gboolean json;

  write_text (text->str, text->len);
  for (json = FALSE; json <= TRUE; json++) {
    g_autofree gchar *out = NULL, *err = NULL;

    fail_unless_equals_int (command_run (NULL, NULL,
            json ? RUN ("waveform", "--json", file) : RUN ("waveform", file),
            &out, &err), 3);
    fail_unless (strstr (err, reason) != NULL, "%s", err);
    fail_if (strstr (out, "heart rate") || strstr (out, "heart-rate"));
    fail_if (strstr (out, "SDNN") || strstr (out, "hrv"));
    fail_unless (!json || strstr (out, reason), "%s", out);
  }
  g_string_free (text, TRUE);
}

static void
assert_refused (const gchar * reason)
{
  g_autofree gchar *out = NULL, *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("waveform", file),
          &out, &err), 1);
  fail_unless_equals_string (out, "");
  fail_unless (strstr (err, reason) != NULL, "%s", err);
  fail_unless (count_strings (err, file) == 1, "%s", err);
}

GST_START_TEST (rates_are_printed_as_json)
{
  g_autofree gchar *out = NULL, *heart_rate = NULL;
  GString *text = make_text (SAMPLES, NULL);
  const gchar *found;

  write_text (text->str, text->len);
  g_string_free (text, TRUE);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("waveform", "--json",
              file), &out, NULL), 0);
  found = strstr (out, "\"heart-rate\":");
  fail_unless (found != NULL, "%s", out);
  fail_unless (fabs (g_ascii_strtod (found + 13, NULL) - 72.0) < 0.5, "%s",
      out);
  found = strstr (out, "\"respiratory-rate\":");
  fail_unless (found != NULL, "%s", out);
  fail_unless (fabs (g_ascii_strtod (found + 19, NULL) - 15.0) < 0.5, "%s",
      out);
  /* it beats evenly */
  fail_if (strstr (out, "hrv"));
}

GST_END_TEST;

GST_START_TEST (a_waveform_without_a_pulse_is_no_reading)
{
  /* flat, and with the rounding of 0.1 */
  assert_no_reading (make_waveforms (0.0, 15.0, SAMPLES, 1.0, NULL), "flat");
  assert_no_reading (make_waveforms (300.0, 15.0, SAMPLES, 1.0, NULL),
      "stands out");
  assert_no_reading (make_waveforms (25.0, 15.0, SAMPLES, 1.0, NULL),
      "stands out");
  assert_no_reading (make_waveforms (72.0, 15.0, SAMPLES, 0.0, NULL),
      "confidence is below 0.5");
  assert_no_reading (make_waveforms (72.0, 15.0, SAMPLES, 0.49, NULL),
      "confidence is below 0.5");
}

GST_END_TEST;

GST_START_TEST (confidences_are_0_to_1)
{
  static const gdouble confidences[] = { 5.0, 1.01, -0.1 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (confidences); i++) {
    GString *text = make_waveforms (72.0, 15.0, SAMPLES, confidences[i], NULL);

    write_text (text->str, text->len);
    g_string_free (text, TRUE);
    assert_refused ("is not 0 to 1");
  }
}

GST_END_TEST;

GST_START_TEST (breath_out_of_its_range_is_not_printed)
{
  GString *text = make_waveforms (72.0, 50.0, SAMPLES, 1.0, NULL);
  g_autofree gchar *out = NULL;

  write_text (text->str, text->len);
  g_string_free (text, TRUE);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("waveform", file), &out,
          NULL), 0);
  fail_unless (strstr (out, "heart rate") != NULL);
  fail_if (strstr (out, "respiratory"), "%s", out);
}

GST_END_TEST;

GST_START_TEST (a_truncated_file_is_refused)
{
  GString *text = make_text (SAMPLES, NULL);

  write_text (text->str, text->len / 2);
  g_string_free (text, TRUE);
  assert_refused ("cut off");
  write_text ("", 0);
  assert_refused ("cut off");
}

GST_END_TEST;

GST_START_TEST (unequal_lengths_are_refused)
{
  GString *text = make_text (SAMPLES - 1, NULL);

  write_text (text->str, text->len);
  g_string_free (text, TRUE);
  assert_refused ("900 samples but 899 confidences");
}

GST_END_TEST;

GST_START_TEST (samples_that_are_no_numbers_are_refused)
{
  static const gchar *const oddities[] = { "NaN", "null", "\"12\"", "[1]",
    "{}"
  };
  GString *text = make_text (SAMPLES, oddities[__i__]);

  write_text (text->str, text->len);
  g_string_free (text, TRUE);
  assert_refused ("not a number at 17");
}

GST_END_TEST;

GST_START_TEST (a_file_without_a_rate_is_refused)
{
  write_text ("{\"waveforms\": {}}", -1);
  assert_refused ("fps");
  assert_no_reading (g_string_new ("{\"waveforms\": {}, \"fps\": 0}"),
      "no waveform of a pulse");
  write_text ("{\"waveforms\": 7, \"fps\": 30}", -1);
  assert_refused ("waveforms");
}

GST_END_TEST;

GST_START_TEST (a_file_that_is_not_there_is_named)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("waveform",
              "/nowhere/at-all.json"), NULL, &err), 1);
  fail_unless (strstr (err, "/nowhere/at-all.json") != NULL, "%s", err);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("waveform"), NULL,
          NULL), 2);
}

GST_END_TEST;

GST_START_TEST (a_pipe_or_a_device_is_refused_at_once)
{
  fail_unless (g_unlink (file) == 0 && mkfifo (file, 0600) == 0);
  assert_refused ("a pipe or a device");
  fail_unless (g_unlink (file) == 0 && symlink ("/dev/zero", file) == 0);
  assert_refused ("a pipe or a device");
}

GST_END_TEST;

static Suite *
waveform_suite (void)
{
  Suite *suite = suite_create ("vitals waveform");
  TCase *tcase = tcase_create ("files");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, rates_are_printed_as_json);
  tcase_add_test (tcase, a_waveform_without_a_pulse_is_no_reading);
  tcase_add_test (tcase, confidences_are_0_to_1);
  tcase_add_test (tcase, breath_out_of_its_range_is_not_printed);
  tcase_add_test (tcase, a_truncated_file_is_refused);
  tcase_add_test (tcase, unequal_lengths_are_refused);
  tcase_add_loop_test (tcase, samples_that_are_no_numbers_are_refused, 0, 5);
  tcase_add_test (tcase, a_file_without_a_rate_is_refused);
  tcase_add_test (tcase, a_file_that_is_not_there_is_named);
  tcase_add_test (tcase, a_pipe_or_a_device_is_refused_at_once);
  return suite;
}

GST_CHECK_MAIN (waveform);
