/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-waveform-private.h>
#include <vitals/vitals-error.h>
#include <gst/check/gstcheck.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include "../data.h"

#define RATE 30.0
#define SAMPLES 900

typedef struct
{
  JsonParser *parser;
  gdouble rate;
  guint n;
  gdouble *samples, *quality;
} Recording;

static gdouble *
read_numbers (JsonObject * waveform, const gchar * member, guint * n)
{
  JsonArray *array = json_object_get_array_member (waveform, member);
  gdouble *numbers;
  guint i;

  *n = json_array_get_length (array);
  numbers = g_new (gdouble, *n);
  for (i = 0; i < *n; i++)
    numbers[i] = json_array_get_double_element (array, i);
  return numbers;
}

static void
open_recording (Recording * recording, guint number, const gchar * name)
{
  g_autofree gchar *name_of_file =
      g_strdup_printf ("waveforms/sample_video_%u.json", number);
  g_autofree gchar *file = data_get_path (name_of_file);
  JsonObject *root, *waveform;
  guint n;

  recording->parser = json_parser_new ();
  fail_unless (json_parser_load_from_file (recording->parser, file, NULL));
  root = json_node_get_object (json_parser_get_root (recording->parser));
  recording->rate = json_object_get_double_member (root, "fps");
  waveform =
      json_object_get_object_member (json_object_get_object_member (root,
          "waveforms"), name);
  recording->samples = read_numbers (waveform, "data", &recording->n);
  recording->quality = read_numbers (waveform, "confidence", &n);
  fail_unless_equals_int (n, recording->n);
}

static void
close_recording (Recording * recording)
{
  g_object_unref (recording->parser);
  g_free (recording->samples);
  g_free (recording->quality);
}

/* FALSE when the file has no such reference. */
static gboolean
get_reference (Recording * recording, const gchar * name, gdouble * value)
{
  JsonObject *root =
      json_node_get_object (json_parser_get_root (recording->parser));
  JsonObject *vitals = json_object_get_object_member (root, "vitals");

  if (!json_object_has_member (vitals, name))
    return FALSE;
  *value =
      json_object_get_double_member (json_object_get_object_member (vitals,
          name), "value");
  return TRUE;
}

static void
assert_near_reference (Recording * recording, const gchar * name,
    gdouble value, gdouble tolerance)
{
  gdouble reference;

  if (!get_reference (recording, name, &reference))
    return;
  GST_INFO ("%s: %f, reference %f", name, value, reference);
  fail_unless (fabs (value - reference) <= tolerance, "%s: %f, not %f", name,
      value, reference);
}

GST_START_TEST (heart_rates_of_recordings_agree_with_their_references)
{
  VitalsWaveformAnalysis analysis;
  Recording recording;

  open_recording (&recording, __i__, "ppg_waveform");
  fail_unless (vitals_waveform_analyse_pulse (recording.samples,
          recording.quality, recording.n, recording.rate, &analysis, NULL));
  fail_unless (analysis.has_rate);
  assert_near_reference (&recording, "heart_rate", analysis.rate, 1.0);
  close_recording (&recording);
}

GST_END_TEST;

GST_START_TEST (respiratory_rates_of_recordings_agree_with_their_references)
{
  VitalsWaveformAnalysis analysis;
  Recording recording;

  open_recording (&recording, __i__, "respiratory_waveform");
  fail_unless (vitals_waveform_analyse_breath (recording.samples, recording.n,
          recording.rate, &analysis, NULL));
  fail_unless (analysis.has_rate);
  assert_near_reference (&recording, "respiratory_rate", analysis.rate, 0.7);
  close_recording (&recording);
}

GST_END_TEST;

GST_START_TEST (variability_of_recordings_agrees_with_their_references)
{
  VitalsWaveformAnalysis analysis;
  Recording recording;

  open_recording (&recording, __i__, "ppg_waveform");
  fail_unless (vitals_waveform_analyse_pulse (recording.samples,
          recording.quality, recording.n, recording.rate, &analysis, NULL));
  fail_unless (analysis.has_variability);
  assert_near_reference (&recording, "hrv_sdnn", analysis.variability.sdnn,
      5.0);
  assert_near_reference (&recording, "hrv_rmssd", analysis.variability.rmssd,
      5.0);
  close_recording (&recording);
}

GST_END_TEST;

static void
fill_sine (gdouble * samples, gdouble rate)
{
  guint i;

  for (i = 0; i < SAMPLES; i++)
    samples[i] = sin (2.0 * G_PI * rate / 60.0 * i / RATE);
}

static void
assert_refused (const gdouble * samples, guint n, gdouble rate)
{
  g_autoptr (GError) error = NULL;
  VitalsWaveformAnalysis analysis;

  fail_if (vitals_waveform_analyse_pulse (samples, NULL, n, rate, &analysis,
          &error));
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_REQUEST));
  g_clear_error (&error);
  fail_if (vitals_waveform_analyse_breath (samples, n, rate, &analysis,
          &error));
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_REQUEST));
  fail_if (analysis.has_rate);
}

GST_START_TEST (waveforms_that_make_no_sense_are_refused)
{
  gdouble samples[SAMPLES];

  fill_sine (samples, 60.0);
  assert_refused (samples, 0, RATE);
  assert_refused (samples, 100, RATE);
  assert_refused (samples, SAMPLES, 0.0);
  assert_refused (samples, SAMPLES, NAN);
  assert_refused (samples, SAMPLES, 1e9);
  samples[17] = NAN;
  assert_refused (samples, SAMPLES, RATE);
  samples[17] = INFINITY;
  assert_refused (samples, SAMPLES, RATE);
}

GST_END_TEST;

GST_START_TEST (a_flat_waveform_has_no_rate)
{
  gdouble samples[SAMPLES] = { 0.0 };
  VitalsWaveformAnalysis analysis;

  fail_unless (vitals_waveform_analyse_pulse (samples, NULL, SAMPLES, RATE,
          &analysis, NULL));
  fail_if (analysis.has_rate || analysis.has_variability);
  fail_unless (vitals_waveform_analyse_breath (samples, SAMPLES, RATE,
          &analysis, NULL));
  fail_if (analysis.has_rate);
}

GST_END_TEST;

static void
assert_no_pulse (const gdouble * samples)
{
  VitalsWaveformAnalysis analysis;

  fail_unless (vitals_waveform_analyse_pulse (samples, NULL, SAMPLES, RATE,
          &analysis, NULL));
  fail_if (analysis.has_rate || analysis.has_variability, "%f", analysis.rate);
  fail_unless (analysis.reason != NULL);
}

static void
assert_no_breath (const gdouble * samples)
{
  VitalsWaveformAnalysis analysis;

  fail_unless (vitals_waveform_analyse_breath (samples, SAMPLES, RATE,
          &analysis, NULL));
  fail_if (analysis.has_rate, "%f", analysis.rate);
  fail_unless (analysis.reason != NULL);
}

GST_START_TEST (a_pulse_outside_40_to_220_has_no_rate)
{
  static const gdouble rates[] = { 15.0, 25.0, 34.0, 235.0, 300.0, 420.0 };
  gdouble samples[SAMPLES];
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    fill_sine (samples, rates[i]);
    assert_no_pulse (samples);
  }
}

GST_END_TEST;

/* Nor has it twice its rate. */
GST_START_TEST (a_slow_heart_is_not_its_second_harmonic)
{
  gdouble samples[SAMPLES], slow[SAMPLES];
  guint rate, i;

  for (rate = 20; rate <= 38; rate += 2) {
    fill_sine (slow, rate);
    fill_sine (samples, 2.0 * rate);
    for (i = 0; i < SAMPLES; i++)
      samples[i] = slow[i] + 0.4 * samples[i];
    assert_no_pulse (samples);
  }
}

GST_END_TEST;

GST_START_TEST (a_breath_outside_3_to_39_has_no_rate)
{
  gdouble samples[SAMPLES];

  fill_sine (samples, 50.0);
  assert_no_breath (samples);
  fill_sine (samples, 2.0);
  assert_no_breath (samples);
}

GST_END_TEST;

GST_START_TEST (noise_and_rounding_have_no_rate)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (__i__);
  gdouble samples[SAMPLES];
  guint i;

  for (i = 0; i < SAMPLES; i++)
    samples[i] = g_rand_double (rand) - 0.5;
  assert_no_pulse (samples);
  assert_no_breath (samples);
  for (i = 0; i < SAMPLES; i++)
    samples[i] *= 1e200;
  assert_no_pulse (samples);
  assert_no_breath (samples);
  for (i = 0; i < SAMPLES; i++)
    samples[i] = 1e9 + 0.1 * __i__ + 1e-7 * (i % 2);
  assert_no_pulse (samples);
  assert_no_breath (samples);
  for (i = 0; i < SAMPLES; i++)
    samples[i] = i / 3.0;
  assert_no_pulse (samples);
  assert_no_breath (samples);
}

GST_END_TEST;

/* A pulse of 60 a minute whose beats are early and late by 30 ms. */
static void
fill_uneven (gdouble * samples)
{
  guint i;

  for (i = 0; i < SAMPLES; i++)
    samples[i] = cos (2.0 * G_PI * (i / RATE
            + 0.03 * sin (2.0 * G_PI * 0.23 * i / RATE)));
}

GST_START_TEST (beats_of_low_quality_take_no_part_in_the_variability)
{
  gdouble samples[SAMPLES], quality[SAMPLES];
  VitalsWaveformAnalysis analysis;
  guint i;

  fill_uneven (samples);
  for (i = 0; i < SAMPLES; i++)
    quality[i] = 1.0;
  fail_unless (vitals_waveform_analyse_pulse (samples, quality, SAMPLES, RATE,
          &analysis, NULL));
  fail_unless (analysis.has_variability);
  /* 30 ms * 2 sin (pi 0.23) / sqrt (2), and that times 2 sin (pi 0.23) */
  fail_unless (fabs (analysis.variability.sdnn - 28.0) < 5.0, "%f",
      analysis.variability.sdnn);
  fail_unless (fabs (analysis.variability.rmssd - 37.1) < 5.0, "%f",
      analysis.variability.rmssd);
  fail_unless_equals_int (analysis.variability.intervals, 28);
  for (i = 315; i < 345; i++)
    quality[i] = 0.1;
  fail_unless (vitals_waveform_analyse_pulse (samples, quality, SAMPLES, RATE,
          &analysis, NULL));
  fail_unless_equals_int (analysis.variability.intervals, 26);
}

GST_END_TEST;

GST_START_TEST (a_waveform_that_beats_evenly_has_no_variability)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gdouble samples[SAMPLES];
  VitalsWaveformAnalysis analysis;
  guint noise, i;

  for (noise = 0; noise < 6; noise++) {
    fill_sine (samples, 60.0);
    for (i = 0; i < SAMPLES; i++)
      samples[i] += 0.1 * noise * (g_rand_double (rand) - 0.5);
    fail_unless (vitals_waveform_analyse_pulse (samples, NULL, SAMPLES, RATE,
            &analysis, NULL));
    fail_unless (analysis.has_rate);
    fail_if (analysis.has_variability, "noise %u: %f", noise,
        analysis.variability.rmssd);
  }
}

GST_END_TEST;

static void
add_recordings (Suite * suite)
{
  TCase *tcase = tcase_create ("recordings");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      heart_rates_of_recordings_agree_with_their_references, 1, 4);
  tcase_add_loop_test (tcase,
      respiratory_rates_of_recordings_agree_with_their_references, 1, 4);
  /* the first has no reference for it */
  tcase_add_loop_test (tcase,
      variability_of_recordings_agrees_with_their_references, 2, 4);
}

static Suite *
waveforms_suite (void)
{
  Suite *suite = suite_create ("waveforms");
  TCase *tcase = tcase_create ("synthetic");

  if (data_is_there ("waveforms/sample_video_3.json", "recordings"))
    add_recordings (suite);
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, waveforms_that_make_no_sense_are_refused);
  tcase_add_test (tcase, a_flat_waveform_has_no_rate);
  tcase_add_test (tcase, a_pulse_outside_40_to_220_has_no_rate);
  tcase_add_test (tcase, a_slow_heart_is_not_its_second_harmonic);
  tcase_add_test (tcase, a_breath_outside_3_to_39_has_no_rate);
  tcase_add_loop_test (tcase, noise_and_rounding_have_no_rate, 1, 21);
  tcase_add_test (tcase, beats_of_low_quality_take_no_part_in_the_variability);
  tcase_add_test (tcase, a_waveform_that_beats_evenly_has_no_variability);
  return suite;
}

GST_CHECK_MAIN (waveforms);
