/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink shows no vital sign that was not measured. */

#include <math.h>
#include "answers.h"
#include "run.h"

static const gchar *const rates[] = {
  "heart-rate", "respiratory-rate", "hrv-sdnn", "hrv-rmssd", "hrv-lfhf"
};

static const gchar *const ways[] = {
  "", "encoding=json", "mode=file", "mode=file process-signals=server"
};

static void
run_source (Run * run, VitalsSandbox * sandbox, guint frames,
    const gchar * source, const gchar * sink)
{
  gchar *text = g_strdup_printf ("vitalstestsrc num-buffers=%u %s", frames,
      source);

  run_pipeline (run, sandbox, text, sink);
  g_free (text);
}

#define LARGE " ! video/x-raw,width=320,height=240,framerate=30/1 ! "
#define SMALL " ! video/x-raw,width=160,height=120,framerate=30/1 ! "

/* Of the @i-th message, when that is of vitals and has @field. */
static gboolean
get_rate (const Run * run, guint i, const gchar * field, gdouble * rate)
{
  const GstStructure *message = run->messages->pdata[i];

  return gst_structure_has_name (message, "vitals")
      && gst_structure_get_double (message, field, rate);
}

static guint
count_rates (const Run * run, const gchar * field)
{
  guint n = 0, i;
  gdouble rate;

  for (i = 0; i < run->messages->len; i++)
    n += get_rate (run, i, field, &rate);
  return n;
}

static void
assert_nothing_is_shown (const Run * run)
{
  guint i;

  fail_unless (run->error == NULL);
  fail_unless (run_count (run, "vitals") > 0);
  for (i = 0; i < G_N_ELEMENTS (rates); i++)
    fail_unless_equals_int (count_rates (run, rates[i]), 0);
  fail_unless (gst_structure_has_field (run_get_last (run, "vitals"),
          "reason"));
}

static const gchar *const lifeless[] = {
  "heart-rate=0 respiratory-rate=0" LARGE, "heart-rate=0" SMALL,
  "heart-rate=30 respiratory-rate=0" LARGE
};

GST_START_TEST (what_has_no_pulse_in_range_has_no_rate)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;

  run_source (&run, sandbox, 600, lifeless[__i__ / G_N_ELEMENTS (ways)],
      ways[__i__ % G_N_ELEMENTS (ways)]);
  assert_nothing_is_shown (&run);
  run_clear (&run);
}

GST_END_TEST;

/* What the source breathes. */
static const struct
{
  const gchar *source;
  gdouble rate;                 /* 0: none */
} breathing[] = {
  {"respiratory-rate=15" LARGE, 15}, {"respiratory-rate=24" LARGE, 24},
  {"respiratory-rate=8" LARGE, 8}, {"respiratory-rate=15" SMALL, 15},
  {"respiratory-rate=0" LARGE, 0}, {"respiratory-rate=0" SMALL, 0}
};

GST_START_TEST (breathing_is_right_where_it_is_given)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  const gdouble expected = breathing[__i__].rate;
  gdouble rate;
  Run run;
  guint i;

  run_source (&run, sandbox, 1350, breathing[__i__].source, "");
  fail_unless_equals_int (count_rates (&run, "heart-rate"), 41);
  fail_unless ((count_rates (&run, "respiratory-rate") > 10) == (expected > 0));
  for (i = 0; i < run.messages->len; i++) {
    if (!get_rate (&run, i, "respiratory-rate", &rate))
      continue;
    fail_unless (fabs (rate - expected) <= 2.0, "%g", rate);
    fail_unless (gst_structure_has_field (run.messages->pdata[i],
            "respiratory-rate-confidence"));
  }
  run_clear (&run);
}

GST_END_TEST;

/* What noise makes of a metronome. */
GST_START_TEST (an_even_pulse_has_no_variability)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;

  run_source (&run, sandbox, 1800, "heart-rate=72" SMALL, "");
  fail_unless_equals_int (count_rates (&run, "hrv-sdnn"), 0);
  fail_unless_equals_int (count_rates (&run, "hrv-rmssd"), 0);
  fail_unless_equals_int (count_rates (&run, "hrv-lfhf"), 0);
  run_clear (&run);
}

GST_END_TEST;

/* Beats of 0.83 s, 0.05 s longer or shorter with the breath: SDNN is 35 ms. */
static gdouble
vary (gdouble time)
{
  const gdouble breath = 2.0 * G_PI * 0.25;
  gdouble phase = 2.0 * G_PI * 1.2 * (time - 0.06 / breath
      * cos (breath * time));

  return sin (phase) + 0.2 * sin (2.0 * phase);
}

static const Answers varied = { vary, answers_breath, 1.0, NULL };

GST_START_TEST (variability_is_that_of_the_waveform)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gdouble sdnn, confidence;
  Run run;

  answers_serve (sandbox, "stream", 60, &varied);
  run_frames (&run, sandbox, 1800, "");
  fail_unless (gst_structure_get_double (run_get_last (&run, "vitals"),
          "hrv-sdnn", &sdnn));
  fail_unless (fabs (sdnn - 35.0) < 5.0, "%g", sdnn);
  fail_unless (gst_structure_get_double (run_get_last (&run, "vitals"),
          "hrv-sdnn-confidence", &confidence) && confidence >= 0.5);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (a_model_without_variability_gives_none)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;

  answers_serve (sandbox, "stream", 30, &varied);
  run_frames (&run, sandbox, 900, "model=vitallens-1.0");
  fail_unless_equals_int (count_rates (&run, "heart-rate"), 26);
  fail_unless_equals_int (count_rates (&run, "hrv-sdnn"), 0);
  fail_unless_equals_int (count_rates (&run, "hrv-rmssd"), 0);
  run_clear (&run);
}

GST_END_TEST;

#define UNTOLD "the service does not say how certain it is of its heart rate"

/* Of the service's own: value, how sure it is, and whether it is shown. */
static const struct
{
  const gchar *rate, *reason;
} served[] = {
  {"{\"value\":72,\"confidence\":0.9}", NULL},
  {"{\"value\":72}", UNTOLD},
  {"{\"value\":72,\"confidence\":null}", UNTOLD},
  {"{\"value\":72,\"confidence\":NaN}", UNTOLD},
  {"{\"value\":72,\"confidence\":-1}", UNTOLD},
  {"{\"value\":72,\"confidence\":7}", UNTOLD},
  {"{\"value\":72,\"confidence\":0.4}",
      "the service is not certain enough of its heart rate"},
  {"{\"value\":250,\"confidence\":0.9}", "the service found no heart rate"},
  {"{\"value\":null}", "the service found no heart rate"}
};

GST_START_TEST (what_the_service_computes_is_shown_where_it_is_sure)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gchar *extra = g_strdup_printf (",\"vitals\":{\"heart_rate\":%s,"
      "\"hrv_sdnn\":{\"value\":40,\"confidence\":0.2},"
      "\"hrv_rmssd\":{\"value\":40,\"confidence\":2},"
      "\"respiratory_rate\":{\"value\":15}}", served[__i__].rate);
  const Answers answers = { answers_pulse, answers_breath, 1.0, extra };
  const GstStructure *vitals;
  Run run;

  answers_serve (sandbox, "file", 1, &answers);
  run_frames (&run, sandbox, 30, "mode=file process-signals=server");
  vitals = run_get_last (&run, "vitals");
  fail_unless (gst_structure_has_field (vitals, "heart-rate")
      == (served[__i__].reason == NULL));
  fail_unless_equals_string (gst_structure_get_string (vitals, "reason"),
      served[__i__].reason);
  fail_if (gst_structure_has_field (vitals, "hrv-sdnn"));
  fail_if (gst_structure_has_field (vitals, "hrv-rmssd"));
  fail_if (gst_structure_has_field (vitals, "respiratory-rate"));
  run_clear (&run);
  g_free (extra);
}

GST_END_TEST;

static const Answers sure = { answers_pulse, answers_breath, 1.0, NULL };

/* Sums of shares of 1 are more than 1, some of them. */
GST_START_TEST (each_rate_has_its_confidence)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gdouble rate, confidence;
  guint n = 0, i;
  Run run;

  answers_serve (sandbox, "stream", 30, &sure);
  run_frames (&run, sandbox, 900, "");
  for (i = 0; i < run.messages->len; i++) {
    if (!get_rate (&run, i, "heart-rate", &rate))
      continue;
    n++;
    fail_unless (fabs (rate - 72.0) < 1.0, "%g", rate);
    fail_unless (get_rate (&run, i, "heart-rate-confidence", &confidence)
        && confidence >= 0.5 && confidence <= 1.0);
    fail_unless (get_rate (&run, i, "confidence", &confidence));
    fail_unless (get_rate (&run, i, "respiratory-rate", &rate)
        == get_rate (&run, i, "respiratory-rate-confidence", &confidence));
  }
  fail_unless_equals_int (n, 26);
  fail_unless (count_rates (&run, "respiratory-rate") > 10);
  run_clear (&run);
}

GST_END_TEST;

static gdouble
huge (gdouble time)
{
  return answers_pulse (time) > 0 ? 1e308 : -1e308;
}

/* A triangle that rises for as long as all of it lasts. */
static gdouble
drift (gdouble time)
{
  return answers_pulse (time) + 1000.0 * fabs (time - 12.0);
}

#define STATUS(text) ",\"processing_status\":{" text "}"

static const struct
{
  Answers answers;
  const gchar *reason;          /* its beginning */
} doubtful[] = {
  {{answers_pulse, answers_breath, 0.4, NULL}, "the service is not certain"},
  {{answers_pulse, answers_breath, 5.0, NULL}, "the service is not certain"},
  {{answers_pulse, answers_breath, -1.0, NULL}, "the service is not certain"},
  {{huge, answers_breath, 1.0, NULL}, "the waveform of the service"},
  {{NULL, answers_breath, 1.0, NULL}, "no pulse"},
  {{answers_pulse, answers_breath, 1.0, STATUS
              ("\"signal_quality\":\"unusable\"")}, "the service calls"},
  {{answers_pulse, answers_breath, 1.0, STATUS ("\"face_detected\":false")},
      "the service saw no face"},
  {{answers_pulse, answers_breath, 1.0,
          ",\"face\":{\"confidence\":[0.9,0.9]}" STATUS
              ("\"avg_face_confidence\":0.1")},
      "the service is not sure of a face"},
  {{answers_pulse, answers_breath, 1.0, ",\"face\":{\"confidence\":[5]}"},
      "the service's face confidence"}
};

GST_START_TEST (what_the_service_is_not_sure_of_is_not_shown)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  const gchar *reason;
  Run run;

  answers_serve (sandbox, "stream", 12, &doubtful[__i__].answers);
  run_frames (&run, sandbox, 360, "");
  assert_nothing_is_shown (&run);
  reason = gst_structure_get_string (run_get_last (&run, "vitals"), "reason");
  fail_unless (g_str_has_prefix (reason, doubtful[__i__].reason), "%s", reason);
  run_clear (&run);
}

GST_END_TEST;

/* The slowest peak of it is below 3 a minute. */
static const Answers drifting = { answers_pulse, drift, 1.0, NULL };

GST_START_TEST (what_no_person_has_is_not_shown)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gdouble rate;
  Run run;
  guint i;

  answers_serve (sandbox, "stream", 40, &drifting);
  run_frames (&run, sandbox, 1200, "");
  fail_unless_equals_int (count_rates (&run, "heart-rate"), 36);
  for (i = 0; i < run.messages->len; i++)
    fail_if (get_rate (&run, i, "respiratory-rate", &rate)
        && (rate < 3.0 || rate > 60.0), "%g", rate);
  run_clear (&run);
}

GST_END_TEST;

static Suite *
honest_suite (void)
{
  Suite *suite = suite_create ("vitallens honest");
  TCase *tests = tcase_create ("pipelines");

  tcase_set_timeout (tests, 120);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, what_has_no_pulse_in_range_has_no_rate, 0,
      G_N_ELEMENTS (lifeless) * G_N_ELEMENTS (ways));
  tcase_add_loop_test (tests, breathing_is_right_where_it_is_given, 0,
      G_N_ELEMENTS (breathing));
  tcase_add_test (tests, an_even_pulse_has_no_variability);
  tcase_add_test (tests, variability_is_that_of_the_waveform);
  tcase_add_test (tests, a_model_without_variability_gives_none);
  tcase_add_loop_test (tests,
      what_the_service_computes_is_shown_where_it_is_sure, 0,
      G_N_ELEMENTS (served));
  tcase_add_test (tests, each_rate_has_its_confidence);
  tcase_add_loop_test (tests, what_the_service_is_not_sure_of_is_not_shown, 0,
      G_N_ELEMENTS (doubtful));
  tcase_add_test (tests, what_no_person_has_is_not_shown);
  return suite;
}

GST_CHECK_MAIN (honest);
