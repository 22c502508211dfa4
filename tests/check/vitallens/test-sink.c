/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink against the sandbox. */

#include <math.h>
#include <gst/check/gstcheck.h>
#include "vitals-sandbox.h"

#define SOURCE "vitalstestsrc num-buffers=%u heart-rate=72 ! " \
    "video/x-raw,width=320,height=240,framerate=30/1 ! "

/* What one pipeline posted until its end. */
typedef struct
{
  GPtrArray *messages;          /* of GstStructure */
  GError *error;                /* or NULL */
  GstStructure *stats;
} Run;

static gboolean
take_message (Run * run, GstMessage * message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      g_ptr_array_add (run->messages,
          gst_structure_copy (gst_message_get_structure (message)));
      return FALSE;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &run->error, NULL);
      return TRUE;
    default:
      return GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  }
}

/* @sink: properties of vitallenssink */
static void
run_pipeline (Run * run, VitalsSandbox * sandbox, const gchar * source,
    const gchar * sink)
{
  gchar *text = g_strdup_printf ("%s vitallenssink name=sink base-url=%s "
      "api-key=%s max-retries=0 %s", source, vitals_sandbox_get_url (sandbox),
      VITALS_SANDBOX_VITALLENS_KEY, sink);
  GstElement *pipeline = gst_parse_launch (text, NULL), *element;
  GstBus *bus;
  gboolean ended = FALSE;

  fail_unless (pipeline != NULL);
  run->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_structure_free);
  run->error = NULL;
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!ended) {
    GstMessage *message = gst_bus_timed_pop (bus, 30 * GST_SECOND);

    fail_unless (message != NULL, "the pipeline does not end");
    ended = take_message (run, message);
    gst_message_unref (message);
  }
  element = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_get (element, "stats", &run->stats, NULL);
  gst_object_unref (element);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_free (text);
}

static void
run_frames (Run * run, VitalsSandbox * sandbox, guint frames,
    const gchar * sink)
{
  gchar *source = g_strdup_printf (SOURCE, frames);

  run_pipeline (run, sandbox, source, sink);
  g_free (source);
}

static void
run_clear (Run * run)
{
  g_ptr_array_unref (run->messages);
  g_clear_error (&run->error);
  gst_structure_free (run->stats);
}

static guint
count (const Run * run, const gchar * name)
{
  guint n = 0, i;

  for (i = 0; i < run->messages->len; i++)
    n += gst_structure_has_name (run->messages->pdata[i], name);
  return n;
}

/* From the end: 0 is the last. */
static const GstStructure *
get_last (const Run * run, const gchar * name)
{
  guint i;

  for (i = run->messages->len; i > 0; i--) {
    if (gst_structure_has_name (run->messages->pdata[i - 1], name))
      return run->messages->pdata[i - 1];
  }
  fail ("no message %s", name);
  return NULL;
}

static void
assert_rate (const Run * run, gdouble expected)
{
  const GstStructure *vitals = get_last (run, "vitals");
  gdouble rate = 0;

  fail_unless (run->error == NULL);
  fail_unless (gst_structure_get_double (vitals, "heart-rate", &rate),
      "no heart rate: %s", gst_structure_get_string (vitals, "reason"));
  fail_unless (fabs (rate - expected) <= 1.0, "%g", rate);
  assert_equals_string (gst_structure_get_string (vitals, "backend"),
      "vitallens");
}

static VitalsSandbox *
new_sandbox (const gchar * fault)
{
  const VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  VitalsSandbox *sandbox = vitals_sandbox_new (&options, NULL);

  fail_unless (sandbox != NULL);
  if (fault)
    fail_unless (vitals_sandbox_add_fault (sandbox, fault, NULL));
  return sandbox;
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
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (NULL);
  Run run;

  run_frames (&run, sandbox, 300, ways[__i__].properties);
  assert_rate (&run, 72.0);
  assert_equals_int (vitals_sandbox_get_count (sandbox, ways[__i__].route),
      ways[__i__].calls);
  assert_equals_int (count (&run, "vitals"), ways[__i__].calls);
  assert_equals_int (count (&run, "vitals-failed"), 0);
  assert_equals_int (count (&run, "vitals-dropped"), 0);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (the_first_rate_comes_after_five_seconds)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (NULL);
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
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (NULL);
  Run run;

  run_pipeline (&run, sandbox,
      "videotestsrc num-buffers=200 pattern=solid-color "
      "foreground-color=0xff808080 ! "
      "video/x-raw,format=RGB,width=320,height=240,framerate=30/1 !",
      "roi=100,50,100,120 face-detection=off");
  fail_if (gst_structure_has_field (get_last (&run, "vitals"), "heart-rate"));
  fail_unless (gst_structure_has_field (get_last (&run, "vitals"), "reason"));
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
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (ends[__i__].fault);
  Run run;

  run_frames (&run, sandbox, 300, "");
  fail_unless (run.error == NULL);
  assert_equals_int (count (&run, "vitals-failed"), 1);
  assert_equals_string (gst_structure_get_string (get_last (&run,
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
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (troubles[__i__]);
  Run run;

  run_frames (&run, sandbox, 360, "");
  assert_equals_int (count (&run, "vitals-failed"), 1);
  assert_rate (&run, 72.0);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (settings_that_do_not_fit_are_refused)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (NULL);
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
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (NULL);
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
