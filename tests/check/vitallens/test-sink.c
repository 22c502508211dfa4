/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink against the sandbox. */

#include <math.h>
#include "run.h"

static void
assert_rate (const Run * run, gdouble expected)
{
  const GstStructure *vitals = run_get_last (run, "vitals");
  gdouble rate = 0;

  fail_unless (run->error == NULL);
  fail_unless (gst_structure_get_double (vitals, "heart-rate", &rate),
      "no heart rate: %s", gst_structure_get_string (vitals, "reason"));
  fail_unless (fabs (rate - expected) <= 1.0, "%g", rate);
  assert_equals_string (gst_structure_get_string (vitals, "backend"),
      "vitallens");
}

static const struct
{
  const gchar *properties, *route;
  guint calls;
} ways[] = {
  {"", "stream", 10},
  {"encoding=json", "file", 10},
  {"chunk-duration=2000000000", "stream", 5},
  {"mode=file", "file", 1},
  {"mode=file process-signals=server", "file", 1}
};

GST_START_TEST (the_heart_rate_is_measured_in_every_way)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;

  run_frames (&run, sandbox, 300, ways[__i__].properties);
  assert_rate (&run, 72.0);
  assert_equals_int (vitals_sandbox_get_count (sandbox, ways[__i__].route),
      ways[__i__].calls);
  assert_equals_int (run_count (&run, "vitals"), ways[__i__].calls);
  assert_equals_int (run_count (&run, "vitals-failed"), 0);
  assert_equals_int (run_count (&run, "vitals-dropped"), 0);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (the_first_rate_comes_after_five_seconds)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;
  guint i;

  run_frames (&run, sandbox, 180, "post-waveform=true post-progress=false");
  assert_equals_int (run.messages->len, 6);
  for (i = 0; i < 6; i++) {
    const GstStructure *vitals = run.messages->pdata[i];

    fail_unless (gst_structure_has_field (vitals, "heart-rate") == (i >= 4));
    fail_unless (gst_structure_has_field (vitals, "reason") == (i < 4));
    fail_unless (gst_structure_has_field (vitals, "waveform"));
  }
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (an_empty_chair_has_no_rate_and_the_reason_is_said)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;

  run_pipeline (&run, sandbox,
      "videotestsrc num-buffers=200 pattern=solid-color "
      "foreground-color=0xff808080 ! "
      "video/x-raw,format=RGB,width=320,height=240,framerate=30/1 !",
      "roi=100,50,100,120 face-detection=off");
  fail_if (gst_structure_has_field (run_get_last (&run, "vitals"),
          "heart-rate"));
  fail_unless (gst_structure_has_field (run_get_last (&run, "vitals"),
          "reason"));
  run_clear (&run);
}

GST_END_TEST;

static const struct
{
  const gchar *fault, *code;
} ends[] = {
  {"stream#2-:status=429,code=No credits left", "QUOTA_EXCEEDED"},
  {"stream#2-:status=403", "FORBIDDEN"},
  {"model:status=403", "FORBIDDEN"}
};

GST_START_TEST (what_cannot_be_mended_is_said_once_and_nothing_more_is_sent)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (ends[__i__].fault);
  Run run;

  run_frames (&run, sandbox, 300, "");
  fail_unless (run.error == NULL);
  assert_equals_int (run_count (&run, "vitals-failed"), 1);
  assert_equals_string (gst_structure_get_string (run_get_last (&run,
              "vitals-failed"), "code"), ends[__i__].code);
  fail_unless (vitals_sandbox_get_count (sandbox, "stream") <= 2);
  assert_equals_string (gst_structure_get_string (run.stats, "state"),
      "blocked");
  run_clear (&run);
}

GST_END_TEST;

static const gchar *const troubles[] = {
  "stream#3:reset", "stream#3:status=500", "stream#3:status=504",
  "stream#3:status=429,code=Too fast", "stream#3:status=422",
  "stream#3:status=404", "stream#3:status=413", "stream#3:truncate=20",
  "stream#3:wrong-types", "stream#3:body={}", "stream#3:body={\"waveforms\"",
  "stream#3:body={\"waveforms\":{\"ppg_waveform\":{\"data\":[1]}}}"
};

GST_START_TEST (after_trouble_the_stream_begins_anew_by_itself)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (troubles[__i__]);
  Run run;

  run_frames (&run, sandbox, 360, "");
  assert_equals_int (run_count (&run, "vitals-failed"), 1);
  assert_rate (&run, 72.0);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (settings_that_do_not_fit_are_refused)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;

  run_frames (&run, sandbox, 30, "process-signals=server");
  fail_unless (g_error_matches (run.error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS));
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (a_real_face_has_its_heart_rate)
{
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  gchar *file = g_build_filename (data ? data : ".", "face.mp4", NULL);
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gchar *source;
  Run run;

  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_print ("face.mp4 is not there (VITALS_TEST_DATA): skipped\n");
    g_free (file);
    return;
  }
  source = g_strdup_printf ("filesrc location=%s ! decodebin ! videoconvert !",
      file);
  run_pipeline (&run, sandbox, source, "face-detection=off");
  assert_rate (&run, 52.7);
  run_clear (&run);
  g_free (source);
  g_free (file);
}

GST_END_TEST;

static Suite *
sink_suite (void)
{
  Suite *suite = suite_create ("vitallens sink");
  TCase *tests = tcase_create ("pipelines");

  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, the_heart_rate_is_measured_in_every_way, 0,
      G_N_ELEMENTS (ways));
  tcase_add_test (tests, the_first_rate_comes_after_five_seconds);
  tcase_add_test (tests, an_empty_chair_has_no_rate_and_the_reason_is_said);
  tcase_add_loop_test (tests,
      what_cannot_be_mended_is_said_once_and_nothing_more_is_sent, 0,
      G_N_ELEMENTS (ends));
  tcase_add_loop_test (tests, after_trouble_the_stream_begins_anew_by_itself, 0,
      G_N_ELEMENTS (troubles));
  tcase_add_test (tests, settings_that_do_not_fit_are_refused);
  tcase_add_test (tests, a_real_face_has_its_heart_rate);
  return suite;
}

GST_CHECK_MAIN (sink);
