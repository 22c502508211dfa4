/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Real video, payload files, and what pipelines show of themselves. */

#include <string.h>
#include <glib/gstdio.h>
#include "../data.h"
#include "fixture.h"

#define FACE "filesrc location=\"%s\" ! decodebin ! videoconvert"
#define PAYLOAD_PROPERTIES "window-duration=1000000000 min-frames=10 " \
    "roi=0,0,64,64"

static Sink *
sink_new_for_face (const gchar * properties)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  gchar *path = data_get_path ("face.mp4");
  gchar *source = g_strdup_printf (FACE, path);
  Sink *sink = sink_new_full (source, properties, &options);

  g_free (source);
  g_free (path);
  return sink;
}

GST_START_TEST (real_clip_is_one_window_of_301_frames)
{
  const GstStructure *vitals;
  gdouble framerate;
  Sink *sink;

  sink = sink_new_for_face ("roi=50,60,390,440 "
      "window-duration=24000000000 min-frames=150");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  vitals = sink_wait (sink, "vitals", 0);
  fail_unless_equals_int (sink_get_uint (vitals, "frames"), 301);
  fail_unless (gst_structure_get_double (vitals, "framerate", &framerate));
  fail_unless (framerate > 29.9 && framerate < 30.1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (real_clip_in_short_windows_leaves_a_tail)
{
  const GstStructure *dropped;
  Sink *sink;
  guint i;

  sink = sink_new_for_face ("window-duration=3000000000 min-frames=60");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 3);
  for (i = 0; i < 3; i++)
    fail_unless_equals_int (sink_get_uint (sink_wait (sink, "vitals", i),
            "frames"), 90);
  dropped = sink_wait (sink, "vitals-dropped", 0);
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), 31);
  sink_free (sink);
}

GST_END_TEST;

/* Runs a pipeline to its end. */
static void
run_pipeline (const gchar * launch)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  GstMessage *message;
  GstBus *bus;

  fail_unless (error == NULL, "%s", error ? error->message : "");
  bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND, GST_MESSAGE_EOS
      | GST_MESSAGE_ERROR);
  fail_unless (message != NULL && GST_MESSAGE_TYPE (message)
      == GST_MESSAGE_EOS, "%s", launch);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}

typedef struct
{
  gchar *folder, *path;
} File;

/* A file of payloads of @frames frames in windows of a second. */
static File
make_payloads (guint frames)
{
  File file;
  gchar *launch;

  file.folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  file.path = g_build_filename (file.folder, "payloads", NULL);
  launch = g_strdup_printf ("vitalstestsrc num-buffers=%u ! " FRAME_CAPS
      " ! circadifyenc " PAYLOAD_PROPERTIES " ! filesink location=\"%s\"",
      frames, file.path);
  run_pipeline (launch);
  g_free (launch);
  return file;
}

static void
file_clear (File * file)
{
  g_unlink (file->path);
  g_rmdir (file->folder);
  g_free (file->path);
  g_free (file->folder);
}

static Sink *
sink_new_for_file (const File * file, const gchar * properties)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  gchar *source = g_strdup_printf ("filesrc location=\"%s\"", file->path);
  Sink *sink = sink_new_full (source, properties, &options);

  g_free (source);
  return sink;
}

GST_START_TEST (payload_file_gives_the_same_sessions_as_the_direct_way)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  File file = make_payloads (2 * WINDOW_FRAMES);
  /* one session at a time: else the second upload may come before the first */
  Sink *direct = sink_new_full ("vitalstestsrc num-buffers=60 ! " FRAME_CAPS,
      "max-sessions=1", &options);
  Sink *later = sink_new_for_file (&file, "max-sessions=1");
  guint i;

  sink_set_state (direct, GST_STATE_PLAYING);
  sink_check_order (direct);
  sink_set_state (later, GST_STATE_PLAYING);
  sink_check_order (later);
  fail_unless_equals_int (sink_count (later, "vitals"), 2);
  for (i = 0; i < 2; i++) {
    GBytes *a = vitals_sandbox_get_upload (direct->sandbox, i);
    GBytes *b = vitals_sandbox_get_upload (later->sandbox, i);
    const GstStructure *vitals = sink_wait (later, "vitals", i);

    /* each is larger than a block of filesrc */
    fail_unless (g_bytes_get_size (a) > 100000);
    fail_unless (g_bytes_equal (a, b));
    fail_unless_equals_int (sink_get_uint (vitals, "frames"), WINDOW_FRAMES);
    fail_if (gst_structure_has_field (vitals, "timestamp"));
    g_bytes_unref (a);
    g_bytes_unref (b);
  }
  sink_free (direct);
  sink_free (later);
  file_clear (&file);
}

GST_END_TEST;

GST_START_TEST (encoder_may_feed_the_sink)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("vitalstestsrc num-buffers=60 ! " FRAME_CAPS
      " ! circadifyenc " PAYLOAD_PROPERTIES, "", &options);

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 1),
          "timestamp"), GST_SECOND);
  sink_free (sink);
}

GST_END_TEST;

static void
assert_file_refused (const gchar * content, gsize size, gint code)
{
  File file;
  GError *error;
  Sink *sink;

  file.folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  file.path = g_build_filename (file.folder, "payloads", NULL);
  fail_unless (g_file_set_contents (file.path, content, size, NULL));
  sink = sink_new_for_file (&file, "");
  sink_set_state (sink, GST_STATE_PLAYING);
  error = sink_wait_error (sink);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, code), "%s",
      error->message);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  g_error_free (error);
  sink_free (sink);
  file_clear (&file);
}

GST_START_TEST (file_that_is_no_payload_hints_at_decodebin)
{
  gchar movie[200] = "\0\0\0\x1c" "ftypisom";

  assert_file_refused (movie, sizeof (movie), GST_STREAM_ERROR_WRONG_TYPE);
}

GST_END_TEST;

/* Caps that are not taken, and a word of what to do about them. */
static const gchar *const foreign_caps[][2] = {
  {"video/x-raw(memory:DMABuf),format=I420,width=64,height=64,framerate=30/1",
      "system memory"},
  {"video/x-raw,format=GRAY16_LE,width=64,height=64,framerate=30/1",
      "videoconvert"},
  {"video/x-raw,format=I420,framerate=30/1", "not complete"},
  {"audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved",
      "decodebin"}
};

GST_START_TEST (caps_that_are_not_taken_are_explained_once)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autofree gchar *source = g_strdup_printf ("appsrc name=src format=time "
      "caps=\"%s\"", foreign_caps[__i__][0]);
  Sink *sink = sink_new_full (source, "", &options);
  GError *error;
  guint errors = 0, i;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push_at (sink, 0);
  sink_push_at (sink, GST_SECOND);
  error = sink_wait_error (sink);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT), "%s", error->message);
  fail_unless (strstr (error->message, foreign_caps[__i__][1]) != NULL, "%s",
      error->message);
  g_error_free (error);
  sink_set_state (sink, GST_STATE_NULL);
  for (i = 0; i < sink->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (sink->messages, i);

    errors += GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR
        && GST_MESSAGE_SRC (message) == GST_OBJECT (sink->sink);
  }
  fail_unless_equals_int (errors, 1);
  sink_free (sink);
}

GST_END_TEST;

/* As what plugs elements together asks. */
GST_START_TEST (query_for_caps_that_are_not_taken_posts_nothing)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("appsrc name=src format=time", "", &options);
  GstPad *pad = gst_element_get_static_pad (sink->sink, "sink");
  GstCaps *caps = gst_caps_from_string (foreign_caps[0][0]);
  GError *error;

  sink_set_state (sink, GST_STATE_PLAYING);
  fail_if (gst_pad_query_accept_caps (pad, caps));
  sink_end (sink);
  /* of a stream in which nothing came */
  error = sink_wait_error (sink);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_DECODE), "%s", error->message);
  g_error_free (error);
  gst_caps_unref (caps);
  gst_object_unref (pad);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (buffers_without_bytes_are_no_payload)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full ("fakesrc num-buffers=3", "", &options);
  GError *error;

  gst_element_set_state (sink->pipeline, GST_STATE_PLAYING);
  error = sink_wait_error (sink);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_DECODE), "%s", error->message);
  assert_equals_int (vitals_sandbox_get_scans (sink->sandbox), 0);
  g_error_free (error);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (truncated_payload_file_is_refused_and_not_sent)
{
  File file = make_payloads (WINDOW_FRAMES);
  gchar *content;
  gsize size;

  fail_unless (g_file_get_contents (file.path, &content, &size, NULL));
  assert_file_refused (content, size - 5, GST_STREAM_ERROR_DECODE);
  assert_file_refused (content, 20, GST_STREAM_ERROR_DECODE);
  g_free (content);
  file_clear (&file);
}

GST_END_TEST;

/* As they are, and as payloads. */
static const gchar *const synthetic_sources[] = {
  "vitalstestsrc num-buffers=30 ! videoconvert ! " FRAME_CAPS,
  "vitalstestsrc num-buffers=30 ! " FRAME_CAPS " ! circadifyenc "
      PAYLOAD_PROPERTIES " ! queue"
};

GST_START_TEST (pictures_of_the_test_source_are_synthetic_with_any_key)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  Sink *sink = sink_new_full (synthetic_sources[__i__], "num-scans=1",
      &options);
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "answer", NULL);
  gchar *fault = g_strdup_printf ("result:body-file=%s", path);
  const GstStructure *vitals;
  gboolean synthetic;

  /* a live key that is answered as if it had been measured */
  fail_unless (g_file_set_contents (path, "{\"status\":\"completed\","
          "\"vitals\":{\"heart_rate\":61,\"confidence\":0.9}}", -1, NULL));
  g_object_set (sink->sink, "api-key", VITALS_SANDBOX_LIVE_KEY, NULL);
  sink_fault (sink, fault);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  vitals = sink_wait (sink, "vitals", 0);
  fail_unless (gst_structure_get_boolean (vitals, "is-synthetic", &synthetic)
      && synthetic);
  assert_equals_string (gst_structure_get_string (vitals, "key-environment"),
      "live");
  sink_free (sink);
  g_unlink (path);
  g_rmdir (folder);
  g_free (fault);
  g_free (path);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (results_file_has_a_line_a_window_and_is_private)
{
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "results", NULL);
  gchar *properties = g_strdup_printf ("results-location=\"%s\"", path);
  Sink *sink = sink_new (properties);
  gchar *text, **lines;
  GStatBuf info;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 2 * WINDOW_FRAMES + 5);
  sink_end (sink);
  sink_check_order (sink);
  /* whole before EOS */
  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  fail_unless_equals_int (g_strv_length (lines), 4);
  fail_unless (g_str_has_prefix (lines[0], "{\"type\":\"vitals\","));
  fail_unless (g_str_has_prefix (lines[2], "{\"type\":\"vitals-dropped\","));
  fail_unless (g_stat (path, &info) == 0 && (info.st_mode & 0777) == 0600);
  g_strfreev (lines);
  g_free (text);
  sink_free (sink);
  g_unlink (path);
  g_rmdir (folder);
  g_free (properties);
  g_free (path);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (dot_dump_does_not_show_the_key)
{
  Sink *sink = sink_new ("");
  gchar *dot;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait (sink, "vitals", 0);
  dot = gst_debug_bin_to_dot_data (GST_BIN (sink->pipeline),
      GST_DEBUG_GRAPH_SHOW_ALL | GST_DEBUG_GRAPH_SHOW_FULL_PARAMS);
  fail_unless (strstr (dot, "GstCircadifySink") != NULL);
  fail_unless (strstr (dot, VITALS_SANDBOX_TEST_KEY) == NULL);
  g_free (dot);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
sink_media_suite (void)
{
  Suite *s = suite_create ("sink-media");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  if (data_is_there ("face.mp4", "real_clip")) {
    tcase_add_test (tc, real_clip_is_one_window_of_301_frames);
    tcase_add_test (tc, real_clip_in_short_windows_leaves_a_tail);
  }
  tcase_add_test (tc, payload_file_gives_the_same_sessions_as_the_direct_way);
  tcase_add_test (tc, encoder_may_feed_the_sink);
  tcase_add_test (tc, file_that_is_no_payload_hints_at_decodebin);
  tcase_add_loop_test (tc, caps_that_are_not_taken_are_explained_once, 0,
      G_N_ELEMENTS (foreign_caps));
  tcase_add_test (tc, query_for_caps_that_are_not_taken_posts_nothing);
  tcase_add_test (tc, buffers_without_bytes_are_no_payload);
  tcase_add_test (tc, truncated_payload_file_is_refused_and_not_sent);
  tcase_add_loop_test (tc,
      pictures_of_the_test_source_are_synthetic_with_any_key, 0,
      G_N_ELEMENTS (synthetic_sources));
  tcase_add_test (tc, results_file_has_a_line_a_window_and_is_private);
  tcase_add_test (tc, dot_dump_does_not_show_the_key);
  return s;
}

GST_CHECK_MAIN (sink_media);
