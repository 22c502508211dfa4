/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals scan: what is too large, what is on a terminal. */

#include <fcntl.h>
#include <gst/check/gstcheck.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan-fixture.h"
#include "terminal.h"

#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })

/* The command writes its messages to a terminal; what the terminal got.
 * (transfer full) */
static gchar *
run_on_a_terminal (const gchar * const *arguments, gint * status, gchar ** out)
{
  gint terminal = terminal_open ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new
      (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  GString *shown = g_string_new (NULL);
  gchar block[4096];
  gssize length;

  fail_unless (terminal >= 0);
  g_subprocess_launcher_take_stderr_fd (launcher, open (ptsname (terminal),
          O_RDWR | O_NOCTTY | O_CLOEXEC));
  process = command_spawn (launcher, vitals_sandbox_get_url (sandbox),
      VITALS_SANDBOX_TEST_KEY, arguments);
  g_clear_object (&launcher);   /* and its end of the terminal */

  /* EIO: the other end was closed */
  while ((length = read (terminal, block, sizeof block)) > 0)
    g_string_append_len (shown, block, length);
  close (terminal);
  fail_unless (g_subprocess_communicate_utf8 (process, NULL, NULL, out, NULL,
          NULL));
  fail_unless (g_subprocess_get_if_exited (process));
  *status = g_subprocess_get_exit_status (process);
  return g_string_free (shown, FALSE);
}

/* Returns: the exit status */
static gint
run_into (const gchar * path, const gchar * const *arguments, gchar ** err)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new
      (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;

  g_subprocess_launcher_set_stdout_file_path (launcher, path);
  process = command_spawn (launcher, vitals_sandbox_get_url (sandbox),
      VITALS_SANDBOX_TEST_KEY, arguments);
  return command_wait (process, NULL, err);
}

GST_START_TEST (results_that_cannot_be_written_are_not_paid_for_again)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (run_into ("/dev/full", RUN ("scan", "--json",
              "--jobs", "1", folder), &err), 1);
  fail_unless_equals_int (count_strings (err, "standard output cannot be "
          "written"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
}

GST_END_TEST;

GST_START_TEST (any_command_whose_output_is_lost_fails)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (run_into ("/dev/full", RUN ("--version"), &err), 1);
  fail_unless (strstr (err, "standard output cannot be written") != NULL);
}

GST_END_TEST;

GST_START_TEST (results_for_a_closed_output_do_not_go_into_the_state)
{
  g_autofree gchar *content = NULL;
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run_without_output (vitals_sandbox_get_url
          (sandbox), VITALS_SANDBOX_TEST_KEY, RUN ("scan", "--json", "--jobs",
              "1", "--state", state, folder), &err), 1);
  fail_unless (strstr (err, "standard output cannot be written") != NULL,
      "%s", err);
  fail_unless (g_file_get_contents (state, &content, NULL, NULL));
  fail_unless_equals_int (count_strings (content, "\n"), 1);
  fail_unless (g_str_has_prefix (content, "{\"type\":\"answered\","), "%s",
      content);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, folder), NULL,
          NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), N_FILES);
}

GST_END_TEST;

GST_START_TEST (terminal_sees_a_bar_that_fills_and_is_gone_at_the_end)
{
  g_autofree gchar *out = NULL;
  g_autofree gchar *shown = NULL;
  gint status;

  write_file ("broken.ckt", "no payload");
  shown = run_on_a_terminal (RUN ("scan", "--json", "--jobs", "1", folder),
      &status, &out);
  fail_unless_equals_int (status, 1);
  fail_unless (strstr (shown, "[" "..............................] 0 of 6 "
          "files, 1 running, 0 failed") != NULL, "%s", shown);
  fail_unless (strstr (shown, "[###############...............] 3 of 6 files, "
          "1 running, 0 failed") != NULL, "%s", shown);
  fail_unless (strstr (shown, "[##############################] 6 of 6 files, "
          "0 running, 1 failed") != NULL, "%s", shown);
  fail_unless (g_str_has_suffix (shown, "\r\033[K"), "%s", shown);
  /* the bar is no part of the results, and each of these begins a line */
  fail_unless (strchr (out, '\033') == NULL && strchr (out, '#') == NULL);
  fail_unless_equals_int (count_strings (out, "\n"), N_FILES + 1);
}

GST_END_TEST;

GST_START_TEST (payload_larger_than_any_window_starts_no_scan)
{
  g_autofree gchar *path = make_path ("large.ckt");
  g_autofree gchar *out = NULL;
  FILE *file = fopen (path, "w");

  fail_unless (file && ftruncate (fileno (file), 64 * 1024 * 1024 + 1) == 0);
  fclose (file);
  fail_unless_equals_int (run (RUN ("scan", "--json", "--layout", "opaque",
              folder), &out, NULL), 1);
  fail_unless_equals_int (count_strings (out, "\"vitals\""), N_FILES);
  fail_unless_equals_int (count_strings (out, "INVALID_TENSOR"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), N_FILES);
}

GST_END_TEST;

GST_START_TEST (payload_that_the_storage_finds_too_large_is_not_sent_again)
{
  g_autofree gchar *out = NULL;

  add_fault ("upload#1:status=413");
  fail_unless_equals_int (run (RUN ("scan", "--json", "--jobs", "1", folder),
          &out, NULL), 1);
  fail_unless_equals_int (count_strings (out, "\"type\":\"vitals\""),
      N_FILES - 1);
  fail_unless_equals_int (count_strings (out, "UPLOAD_FAILED"), 1);
  fail_unless_equals_int (count_strings (out, "\"http-status\":413"), 1);
  fail_unless_equals_int (count_strings (out, "the payload is too large"), 1);
  fail_unless_equals_int (count_strings (out, "\"retryable\":false"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "upload"),
      N_FILES);
}

GST_END_TEST;

/* Opening a pipe that nobody writes would never end. */
GST_START_TEST (what_is_no_file_is_a_failure_and_the_others_are_scanned)
{
  g_autofree gchar *path = make_path ("pipe.ckt");
  g_autofree gchar *out = NULL;

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  fail_unless_equals_int (run (RUN ("scan", "--json", folder, path,
              "/dev/zero"), &out, NULL), 1);
  fail_unless (strstr (out, "no regular file") != NULL, "%s", out);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), N_FILES);
}

GST_END_TEST;

GST_START_TEST (state_that_keeps_nothing_is_refused_before_any_scan)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (run (RUN ("scan", "--state", "/dev/full", folder),
          NULL, &err), 1);
  fail_unless (strstr (err, "/dev/full") != NULL, "%s", err);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (file_that_may_never_end_is_refused)
{
  g_autofree gchar *key = NULL, *ca = NULL;

  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox), NULL,
          RUN ("scan", "--api-key-file", "/dev/zero", folder), NULL, &key), 2);
  fail_unless (strstr (key, "no regular file") != NULL, "%s", key);
  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          VITALS_SANDBOX_TEST_KEY, RUN ("scan", "--ca-file", "/dev/zero",
              folder), NULL, &ca), 2);
  fail_unless (strstr (ca, "ca-file cannot be used: /dev/zero") != NULL, "%s",
      ca);
}

GST_END_TEST;

static Suite *
cli_scan_limits_suite (void)
{
  Suite *suite = suite_create ("cli-scan-limits");
  TCase *tcase = tcase_create ("scan");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  if (terminal_is_there
      ("terminal_sees_a_bar_that_fills_and_is_gone_at_the_end"))
    tcase_add_test (tcase,
        terminal_sees_a_bar_that_fills_and_is_gone_at_the_end);
  tcase_add_test (tcase, payload_larger_than_any_window_starts_no_scan);
  tcase_add_test (tcase,
      payload_that_the_storage_finds_too_large_is_not_sent_again);
  tcase_add_test (tcase, results_that_cannot_be_written_are_not_paid_for_again);
  tcase_add_test (tcase, any_command_whose_output_is_lost_fails);
  tcase_add_test (tcase, results_for_a_closed_output_do_not_go_into_the_state);
  tcase_add_test (tcase, state_that_keeps_nothing_is_refused_before_any_scan);
  tcase_add_test (tcase,
      what_is_no_file_is_a_failure_and_the_others_are_scanned);
  tcase_add_test (tcase, file_that_may_never_end_is_refused);
  return suite;
}

GST_CHECK_MAIN (cli_scan_limits);
