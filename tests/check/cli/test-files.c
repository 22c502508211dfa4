/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which files the vitals command will not read or write. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })
/* One frame, as vitals tensor encode takes it. */
#define FRAME_BYTES 62208
/* Nobody listens there. */
#define BASE_URL "http://127.0.0.1:1"

static gchar *folder, *input;

static void
set_up (void)
{
  g_autofree gchar *frame = g_malloc0 (FRAME_BYTES);

  folder = g_dir_make_tmp ("files-XXXXXX", NULL);
  input = g_build_filename (folder, "input.ckt", NULL);
  fail_unless (g_file_set_contents (input, frame, FRAME_BYTES, NULL));
}

static void
tear_down (void)
{
  g_unlink (input);
  g_rmdir (folder);
  g_free (input);
  g_free (folder);
}

static void
assert_input_is_whole (void)
{
  g_autofree gchar *content = NULL;
  gsize size, i;

  fail_unless (g_file_get_contents (input, &content, &size, NULL));
  fail_unless_equals_int (size, FRAME_BYTES);
  for (i = 0; i < size; i++)
    fail_unless_equals_int (content[i], 0);
}

static void
assert_output_is_refused (gint status, const gchar * err, const gchar * output)
{
  fail_unless_equals_int (status, 2);
  fail_unless (strstr (err, output) && strstr (err, "name another"), "%s", err);
  assert_input_is_whole ();
}

#define INPUT "INPUT"
#define OUTPUT "OUTPUT"

static const gchar *const writers[][8] = {
  {"measure", "--plot", OUTPUT, INPUT},
  {"scan", "--state", OUTPUT, INPUT},
  {"tensor", "encode", "-r", "30", "-o", OUTPUT, INPUT},
  {"tensor", "encode", "--placeholder=1", "--layout", INPUT, "-o", OUTPUT},
  {"tensor", "decode", "-o", OUTPUT, INPUT},
  {"tensor", "decode", "--ppm", OUTPUT, INPUT},
  {"tensor", "decode", "--ppm", OUTPUT, "--layout", INPUT, "/nowhere"}
};

static void
assert_writer_refuses (guint writer, const gchar * output)
{
  const gchar *arguments[G_N_ELEMENTS (writers[0])] = { NULL, };
  g_autofree gchar *err = NULL;
  gint status;
  guint i;

  for (i = 0; writers[writer][i]; i++) {
    arguments[i] = writers[writer][i];
    if (g_str_equal (arguments[i], INPUT))
      arguments[i] = input;
    else if (g_str_equal (arguments[i], OUTPUT))
      arguments[i] = output;
  }
  status = command_run (BASE_URL, VITALS_SANDBOX_TEST_KEY, arguments, NULL,
      &err);
  assert_output_is_refused (status, err, output);
}

GST_START_TEST (an_output_that_is_the_input_is_refused)
{
  g_autofree gchar *detour = g_build_filename (folder, ".", "input.ckt", NULL);
  g_autofree gchar *other = g_build_filename (folder, "other", NULL);

  assert_writer_refuses (__i__, input);
  assert_writer_refuses (__i__, detour);
  fail_unless_equals_int (symlink (input, other), 0);
  assert_writer_refuses (__i__, other);
  g_unlink (other);
  fail_unless_equals_int (link (input, other), 0);
  assert_writer_refuses (__i__, other);
  g_unlink (other);
}

GST_END_TEST;

GST_START_TEST (a_plot_over_the_file_of_an_address_is_refused)
{
  g_autofree gchar *uri = g_filename_to_uri (input, NULL, NULL);
  g_autofree gchar *err = NULL;
  gint status;

  status = command_run (NULL, NULL, RUN ("measure", "--plot", input, uri),
      NULL, &err);
  assert_output_is_refused (status, err, input);
}

GST_END_TEST;

GST_START_TEST (a_state_over_a_payload_of_a_folder_is_refused)
{
  g_autofree gchar *err = NULL;
  gint status;

  status = command_run (BASE_URL, VITALS_SANDBOX_TEST_KEY, RUN ("scan",
          "--state", input, folder), NULL, &err);
  assert_output_is_refused (status, err, input);
}

GST_END_TEST;

GST_START_TEST (an_output_over_the_file_on_standard_input_is_refused)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *err = NULL;
  gint status;

  g_subprocess_launcher_set_stdin_file_path (launcher, input);
  process = command_spawn (launcher, NULL, NULL, RUN ("tensor", "encode", "-r",
          "30", "-o", input));
  status = command_wait (process, NULL, &err);
  assert_output_is_refused (status, err, input);
}

GST_END_TEST;

static const gchar *const readers[][6] = {
  {"measure", "/nowhere"},
  {"waveform", "/nowhere"},
  {"tensor", "inspect", "/nowhere"},
  {"tensor", "encode", "-r", "30", "/nowhere"},
  {"tensor", "decode", "/nowhere"},
  {"tensor", "compare", "/nowhere"}
};

GST_START_TEST (a_file_that_is_missing_is_named_once)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, readers[__i__], NULL, &err),
      1);
  fail_unless_equals_int (count_strings (err, "/nowhere"), 1);
}

GST_END_TEST;

static void
assert_not_measured (const gchar * path, const gchar * reason)
{
  g_autofree gchar *uri = g_filename_to_uri (path, NULL, NULL);
  const gchar *const names[] = { path, uri };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *err = NULL;

    fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", names[i]),
            NULL, &err), 1);
    fail_unless (strstr (err, path) && strstr (err, reason), "%s", err);
  }
}

/* Opening one would wait for who writes into it. */
GST_START_TEST (a_pipe_is_not_measured)
{
  g_autofree gchar *pipe = g_build_filename (folder, "pipe", NULL);

  fail_unless_equals_int (mkfifo (pipe, 0600), 0);
  assert_not_measured (pipe, "no regular file");
  g_unlink (pipe);
  assert_not_measured (folder, "a folder");
}

GST_END_TEST;

static Suite *
cli_files_suite (void)
{
  Suite *suite = suite_create ("cli-files");
  TCase *tcase = tcase_create ("command");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_loop_test (tcase, an_output_that_is_the_input_is_refused, 0,
      G_N_ELEMENTS (writers));
  tcase_add_test (tcase, a_plot_over_the_file_of_an_address_is_refused);
  tcase_add_test (tcase, a_state_over_a_payload_of_a_folder_is_refused);
  tcase_add_test (tcase, an_output_over_the_file_on_standard_input_is_refused);
  tcase_add_loop_test (tcase, a_file_that_is_missing_is_named_once, 0,
      G_N_ELEMENTS (readers));
  tcase_add_test (tcase, a_pipe_is_not_measured);
  return suite;
}

GST_CHECK_MAIN (cli_files);
