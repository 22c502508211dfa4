/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink against the sandbox. */

#include <math.h>
#include <glib/gstdio.h>
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
  {"stream#2-:status=401", "UNAUTHORIZED"},
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

/* Ten seconds of each; what is taken of them, and in how many calls. */
static const struct
{
  const gchar *framerate;
  guint frames;                 /* a second */
  const gchar *caps;            /* of what the sink sees, or "" */
  guint taken, least_calls, most_calls;
} framerates[] = {
  {"15/1", 15, "", 150, 10, 10},
  {"45/1", 45, "", 225, 10, 11},
  {"60/1", 60, "", 300, 10, 10},
  {"60/1", 60, "capssetter caps=video/x-raw,framerate=(fraction)0/1 !", 300, 10,
      10},
  {"20/1", 20, "capssetter caps=video/x-raw,framerate=(fraction)0/1 !", 200, 10,
      10},
};

GST_START_TEST (a_chunk_is_a_second_at_each_frame_rate)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gchar *source = g_strdup_printf ("vitalstestsrc num-buffers=%u "
      "heart-rate=72 ! video/x-raw,width=320,height=240,framerate=%s ! %s",
      10 * framerates[__i__].frames, framerates[__i__].framerate,
      framerates[__i__].caps);
  guint64 taken;
  guint calls;
  Run run;

  run_pipeline (&run, sandbox, source, "");
  assert_rate (&run, 72.0);
  fail_unless (gst_structure_get_uint64 (run.stats, "frames", &taken));
  fail_unless_equals_uint64 (taken, framerates[__i__].taken);
  calls = vitals_sandbox_get_count (sandbox, "stream");
  fail_unless (calls >= framerates[__i__].least_calls
      && calls <= framerates[__i__].most_calls, "%u calls", calls);
  run_clear (&run);
  g_free (source);
}

GST_END_TEST;

GST_START_TEST (a_frame_a_second_is_too_few_and_that_is_said)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  Run run;

  run_pipeline (&run, sandbox, "vitalstestsrc num-buffers=30 ! "
      "video/x-raw,width=320,height=240,framerate=1/1 !", "");
  assert_equals_string (gst_structure_get_string (run_get_last (&run,
              "vitals"), "reason"), "the frame rate is too low");
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (rates_of_the_service_come_for_each_call)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  guint i, n = 0;
  Run run;

  run_frames (&run, sandbox, 1790, "mode=file process-signals=server");
  for (i = 0; i < run.messages->len; i++) {
    gdouble rate;

    if (!gst_structure_has_name (run.messages->pdata[i], "vitals"))
      continue;
    n++;
    fail_unless (gst_structure_get_double (run.messages->pdata[i],
            "heart-rate", &rate));
    fail_unless (fabs (rate - 72.0) <= 1.0, "%g", rate);
  }
  fail_unless_equals_int (n, 2);
  assert_equals_int (vitals_sandbox_get_count (sandbox, "file"), 2);
  run_clear (&run);
}

GST_END_TEST;

static const gchar *const names[] = { "vitallens-1.0", "vitallens-2.0", "" };

GST_START_TEST (a_model_is_named_when_it_was_chosen)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gchar *sink = g_strdup_printf ("model=\"%s\"", names[__i__]);
  gchar *header;
  Run run;

  run_frames (&run, sandbox, 300, sink);
  assert_rate (&run, 72.0);
  assert_equals_string (gst_structure_get_string (run_get_last (&run,
              "vitals"), "model"), *names[__i__] ? names[__i__]
      : "vitallens-2.0");
  header = vitals_sandbox_get_last_header (sandbox, "stream", "X-Model");
  fail_unless_equals_string (header, *names[__i__] ? names[__i__] : NULL);
  run_clear (&run);
  g_free (header);
  g_free (sink);
}

GST_END_TEST;

/* The first pixel of the last chunk that was sent. */
static void
get_first_pixel (VitalsSandbox * sandbox, guint8 * pixel)
{
  GBytes *body = vitals_sandbox_get_last_body (sandbox, "stream");
  GZlibDecompressor *gzip =
      g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  GInputStream *memory = g_memory_input_stream_new_from_bytes (body);
  GInputStream *stream = g_converter_input_stream_new (memory,
      G_CONVERTER (gzip));

  fail_unless (g_input_stream_read_all (stream, pixel, 3, NULL, NULL, NULL));
  g_object_unref (stream);
  g_object_unref (memory);
  g_object_unref (gzip);
  g_bytes_unref (body);
}

/* In the corner of a face is skin, of an upper body what is behind it. */
static const struct
{
  const gchar *method;
  gboolean skin;
} regions[] = {
  {"upper_body_cropped", FALSE}, {"upper_body", FALSE}, {"forehead", TRUE},
};

GST_START_TEST (the_region_is_the_one_that_the_model_wants)
{
  g_autoptr (VitalsSandbox) sandbox = run_new_sandbox (NULL);
  gchar *text = g_strdup_printf ("{\"resolved_model\":\"vitallens-2.0\","
      "\"config\":{\"n_inputs\":5,\"roi_method\":\"%s\"}}",
      regions[__i__].method);
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "model.json", NULL);
  gchar *fault = g_strdup_printf ("model:body-file=%s", path);
  guint8 pixel[3];
  Run run;

  fail_unless (g_file_set_contents (path, text, -1, NULL));
  fail_unless (vitals_sandbox_add_fault (sandbox, fault, NULL));
  run_frames (&run, sandbox, 300, "");
  get_first_pixel (sandbox, pixel);
  fail_unless ((pixel[0] > pixel[2] + 30) == regions[__i__].skin,
      "%u %u %u", pixel[0], pixel[1], pixel[2]);
  run_clear (&run);
  g_remove (path);
  g_rmdir (folder);
  g_free (fault);
  g_free (path);
  g_free (folder);
  g_free (text);
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
  tcase_add_loop_test (tests, a_chunk_is_a_second_at_each_frame_rate, 0,
      G_N_ELEMENTS (framerates));
  tcase_add_test (tests, a_frame_a_second_is_too_few_and_that_is_said);
  tcase_add_test (tests, rates_of_the_service_come_for_each_call);
  tcase_add_loop_test (tests, a_model_is_named_when_it_was_chosen, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tests, the_region_is_the_one_that_the_model_wants, 0,
      G_N_ELEMENTS (regions));
  tcase_add_test (tests, settings_that_do_not_fit_are_refused);
  tcase_add_test (tests, a_real_face_has_its_heart_rate);
  return suite;
}

GST_CHECK_MAIN (sink);
