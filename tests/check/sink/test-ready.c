/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is set in READY holds for the next run. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "fixture.h"

#define GOOD_KEY "ck_test_abc"

/* An element in READY, where its messages go, and what was warned of. */
typedef struct
{
  GstElement *element;
  GstBus *bus;
  guint n_warnings;
} Alone;

static Alone
alone_new (const gchar * factory, const gchar * api_key)
{
  Alone alone = { gst_element_factory_make (factory, NULL), gst_bus_new (), 0 };

  g_object_set (alone.element, "api-key", api_key, NULL);
  gst_element_set_bus (alone.element, alone.bus);
  fail_unless_equals_int (gst_element_set_state (alone.element,
          GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  return alone;
}

static void
alone_free (Alone * alone)
{
  gst_element_set_state (alone->element, GST_STATE_NULL);
  gst_element_set_bus (alone->element, NULL);
  gst_object_unref (alone->bus);
  gst_object_unref (alone->element);
}

/* The last error that was posted, or NULL; counts the warnings. */
static GError *
take_error (Alone * alone)
{
  GstMessage *message;
  GError *error = NULL;

  while ((message = gst_bus_pop (alone->bus))) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
      alone->n_warnings++;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      gst_message_parse_error (message, &error, NULL);
    gst_message_unref (message);
  }
  return error;
}

/* Its next run begins with this error, or, with NULL, without any. */
static void
assert_run (Alone * alone, const gchar * words)
{
  GstStateChangeReturn ret = gst_element_set_state (alone->element,
      GST_STATE_PAUSED);
  GError *error = take_error (alone);

  fail_unless ((words != NULL) == (error != NULL), "%s: %s", words,
      error ? error->message : "no error");
  fail_unless ((ret == GST_STATE_CHANGE_FAILURE) == (error != NULL));
  fail_if (error && !strstr (error->message, words), "%s", error->message);
  g_clear_error (&error);
  gst_element_set_state (alone->element, GST_STATE_READY);
}

static const struct
{
  const gchar *factory, *name, *wrong, *words, *right;
} settings[] = {
  {"circadifysink", "api-key", "rubbish", "malformed", GOOD_KEY},
  {"circadifysink", "base-url", "ftp://nowhere", "https", ""},
  {"circadifysink", "ca-file", "/nowhere/at/all", "ca-file", ""},
  {"circadifysink", "tensor-layout", "/nowhere/at/all", "tensor-layout",
      "draft-1"},
  {"circadifysink", "results-location", "/nowhere/at/all", "results-location",
      ""},
  {"circadifysink", "max-frames", "10", "min-frames", "720"},
  {"vitallenssink", "api-key", "rub bish", "malformed", GOOD_KEY},
  {"vitallenssink", "base-url", "ftp://nowhere", "https", ""},
  {"vitallenssink", "ca-file", "/nowhere/at/all", "ca-file", ""},
  {"vitallenssink", "results-location", "/nowhere/at/all", "results-location",
      ""},
  {"vitallenssink", "process-signals", "server", "mode=file", "client"}
};

GST_START_TEST (what_is_wrong_in_ready_is_an_error_of_each_run_until_mended)
{
  Alone alone = alone_new (settings[__i__].factory, GOOD_KEY);

  gst_util_set_object_arg (G_OBJECT (alone.element), settings[__i__].name,
      settings[__i__].wrong);
  assert_run (&alone, settings[__i__].words);
  assert_run (&alone, settings[__i__].words);
  gst_util_set_object_arg (G_OBJECT (alone.element), settings[__i__].name,
      settings[__i__].right);
  assert_run (&alone, NULL);
  alone_free (&alone);
}

GST_END_TEST;

GST_START_TEST (key_file_that_is_set_in_ready_is_read)
{
  Alone alone = alone_new ("circadifysink", GOOD_KEY);

  g_object_set (alone.element, "api-key", NULL, "api-key-file",
      "/nowhere/at/all", NULL);
  assert_run (&alone, "api-key-file");
  g_object_set (alone.element, "api-key", GOOD_KEY, NULL);
  assert_run (&alone, NULL);
  alone_free (&alone);
}

GST_END_TEST;

static void
assert_key_environment (const Alone * alone, const gchar * expected)
{
  gchar *environment;

  g_object_get (alone->element, "key-environment", &environment, NULL);
  assert_equals_string (environment, expected);
  g_free (environment);
}

GST_START_TEST (key_that_is_set_in_ready_is_that_of_the_next_run)
{
  Alone alone = alone_new ("circadifysink", GOOD_KEY);

  assert_run (&alone, NULL);
  assert_key_environment (&alone, "test");
  g_object_set (alone.element, "api-key", VITALS_SANDBOX_LIVE_KEY, NULL);
  assert_run (&alone, NULL);
  assert_key_environment (&alone, "live");
  assert_run (&alone, NULL);
  /* what it costs is said, and not again before each run */
  fail_unless_equals_int (alone.n_warnings, 1);
  alone_free (&alone);
}

GST_END_TEST;

/* A run of one window, which ends in the @index-th of these messages. */
static void
run_window (Sink * sink, const gchar * name, guint index)
{
  sink_set_state (sink, GST_STATE_PLAYING);
  sink->next = 0;
  sink_push (sink, WINDOW_FRAMES + 1);
  sink_wait (sink, name, index);
  sink_set_state (sink, GST_STATE_READY);
}

GST_START_TEST (limits_that_are_set_in_ready_are_those_of_the_next_run)
{
  Sink *sink = sink_new ("");

  sink_fault (sink, "upload#1:status=503");
  sink_fault (sink, "upload#3:status=503");
  sink_fault (sink, "result:fallback");
  run_window (sink, "vitals-failed", 0);
  sink_wait_failure (sink, 0, "PROCESSING_FAILED");
  g_object_set (sink->sink, "max-retries", 0, NULL);
  run_window (sink, "vitals-failed", 1);
  sink_wait_failure (sink, 1, "UPLOAD_FAILED");
  g_object_set (sink->sink, "allow-fallback", TRUE, NULL);
  run_window (sink, "vitals", 0);
  sink_free (sink);
}

GST_END_TEST;

static guint
count_lines (const gchar * path)
{
  gchar *text = NULL, **lines;
  guint n;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  n = g_strv_length (lines) - 1;
  g_strfreev (lines);
  g_free (text);
  return n;
}

GST_START_TEST (results_of_each_run_are_in_the_file_that_was_set_for_it)
{
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *old = g_build_filename (folder, "old", NULL);
  gchar *new = g_build_filename (folder, "new", NULL);
  Sink *sink = sink_new ("");

  g_object_set (sink->sink, "results-location", old, NULL);
  run_window (sink, "vitals", 0);
  run_window (sink, "vitals", 1);
  g_object_set (sink->sink, "results-location", new, NULL);
  run_window (sink, "vitals", 2);
  sink_free (sink);
  fail_unless_equals_int (count_lines (old), 2);
  fail_unless_equals_int (count_lines (new), 1);
  g_unlink (old);
  g_unlink (new);
  g_rmdir (folder);
  g_free (new);
  g_free (old);
  g_free (folder);
}

GST_END_TEST;

/* Until nobody writes any more. Returns: how many lines came */
static gpointer
read_pipe (gpointer user_data)
{
  gint fd = GPOINTER_TO_INT (user_data);
  guint lines = 0;
  gchar byte;

  while (read (fd, &byte, 1) == 1)
    lines += byte == '\n';
  close (fd);
  return GUINT_TO_POINTER (lines);
}

GST_START_TEST (pipe_of_the_results_does_not_end_when_a_property_is_set)
{
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "fifo", NULL);
  Sink *sink = sink_new ("");
  GThread *reader;
  gint fd;

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  fd = g_open (path, O_RDONLY | O_NONBLOCK, 0);
  g_object_set (sink->sink, "results-location", path, NULL);
  sink_set_state (sink, GST_STATE_READY);
  fail_unless_equals_int (fcntl (fd, F_SETFL, 0), 0);
  reader = g_thread_new ("reader", read_pipe, GINT_TO_POINTER (fd));
  run_window (sink, "vitals", 0);
  g_object_set (sink->sink, "max-retries", 1, NULL);
  run_window (sink, "vitals", 1);
  sink_free (sink);
  fail_unless_equals_int (GPOINTER_TO_UINT (g_thread_join (reader)), 2);
  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
}

GST_END_TEST;

static Suite *
sink_ready_suite (void)
{
  Suite *s = suite_create ("sink-ready");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc,
      what_is_wrong_in_ready_is_an_error_of_each_run_until_mended, 0,
      G_N_ELEMENTS (settings));
  tcase_add_test (tc, key_file_that_is_set_in_ready_is_read);
  tcase_add_test (tc, key_that_is_set_in_ready_is_that_of_the_next_run);
  tcase_add_test (tc, limits_that_are_set_in_ready_are_those_of_the_next_run);
  tcase_add_test (tc, results_of_each_run_are_in_the_file_that_was_set_for_it);
  tcase_add_test (tc, pipe_of_the_results_does_not_end_when_a_property_is_set);
  return s;
}

GST_CHECK_MAIN (sink_ready);
