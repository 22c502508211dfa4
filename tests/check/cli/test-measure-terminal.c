/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure at a terminal: what is shown there, and how it is ended. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "measure-fixture.h"
#include "terminal.h"

#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })

/* A live source has no end of its own. */
GST_START_TEST (an_interrupt_ends_the_input_and_keeps_the_reading)
{
  g_autoptr (GSubprocess) process = command_start (NULL, NULL,
      RUN ("measure", "test"));
  g_autoptr (GDataInputStream) stream =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree gchar *line = NULL;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (stream),
      FALSE);
  line = g_data_input_stream_read_line (stream, NULL, NULL, NULL);
  fail_unless (line && strstr (line, "\"is-synthetic\":true"), "%s", line);
  g_subprocess_send_signal (process, SIGINT);
  fail_unless_equals_int (command_wait (process, NULL, NULL), 0);
}

GST_END_TEST;

/* Of a server that takes the request and never answers: nothing is decoded
 * yet. */
GST_START_TEST (an_interrupt_before_the_first_picture_is_no_failure)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree gchar *address = g_strdup_printf ("http://127.0.0.1:%u/face.avi",
      port);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree gchar *err = NULL;
  gchar request[16];

  process = command_start (NULL, NULL, RUN ("measure", address));
  connection = g_socket_listener_accept (listener, NULL, NULL, NULL);
  fail_unless (connection && g_input_stream_read (g_io_stream_get_input_stream
          (G_IO_STREAM (connection)), request, sizeof request, NULL, NULL) > 0);
  g_subprocess_send_signal (process, SIGINT);
  fail_unless_equals_int (command_wait (process, NULL, &err), NO_READING);
  fail_unless_equals_int (count_strings (err, "\n"), 1);
  fail_unless (strstr (err, "no reading: ") != NULL, "%s", err);
}

GST_END_TEST;

/* What it prints on a terminal. (transfer full) */
static gchar *
run_on_terminal (const gchar * const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  gint master = terminal_open ();
  g_autoptr (GSubprocess) process = NULL;
  GString *text = g_string_new (NULL);
  gchar block[512];
  gssize size;

  fail_unless (master >= 0);
  g_subprocess_launcher_take_stdout_fd (launcher, g_open (ptsname (master),
          O_RDWR | O_NOCTTY | O_CLOEXEC, 0));
  process = g_subprocess_launcher_spawnv (launcher, arguments, NULL);
  fail_unless (process != NULL);
  /* the copy of the terminal that the launcher holds keeps it open */
  g_subprocess_launcher_close (launcher);
  while ((size = read (master, block, sizeof block)) > 0)
    g_string_append_len (text, block, size);
  g_close (master, NULL);
  fail_unless (g_subprocess_wait_check (process, NULL, NULL));
  return g_string_free (text, FALSE);
}

GST_START_TEST (a_terminal_gets_a_bar_and_the_reading)
{
  g_autofree gchar *text = run_on_terminal (RUN (g_getenv ("VITALS_COMMAND"),
          "measure", "--roi", "58,14,43,54", face));

  fail_unless (strstr (text, " %  ") != NULL, "no bar: %s", text);
  fail_unless (strstr (text, "heart 72.") != NULL, "%s", text);
  fail_if (strstr (text, "{"), "JSON on a terminal");
}

GST_END_TEST;

GST_START_TEST (variability_is_called_experimental)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autoptr (VitalsSandbox) sandbox = vitals_sandbox_new (&options, NULL);
  g_autofree gchar *text = NULL;

  g_setenv ("CIRCADIFY_BASE_URL", vitals_sandbox_get_url (sandbox), TRUE);
  g_setenv ("CIRCADIFY_API_KEY", VITALS_SANDBOX_TEST_KEY, TRUE);
  text = run_on_terminal (RUN (g_getenv ("VITALS_COMMAND"), "measure",
          "--service", "circadify", "--roi", "58,14,43,54", face));
  g_unsetenv ("CIRCADIFY_BASE_URL");
  g_unsetenv ("CIRCADIFY_API_KEY");
  fail_unless (strstr (text, " ms (experimental)") != NULL, "%s", text);
}

GST_END_TEST;

GST_START_TEST (a_terminal_gets_json_when_asked_for)
{
  g_autofree gchar *text = run_on_terminal (RUN (g_getenv ("VITALS_COMMAND"),
          "measure", "--json", "--roi", "58,14,43,54", face));

  fail_unless (g_str_has_prefix (text, "{\"type\":\"vitals\""), "%s", text);
}

GST_END_TEST;

static Suite *
cli_measure_terminal_suite (void)
{
  Suite *suite = suite_create ("cli-measure-terminal");
  TCase *tcase = tcase_create ("command");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, measure_fixture_set_up,
      measure_fixture_tear_down);
  tcase_add_test (tcase, an_interrupt_ends_the_input_and_keeps_the_reading);
  tcase_add_test (tcase, an_interrupt_before_the_first_picture_is_no_failure);
  if (terminal_is_there ("a_terminal_gets_a_bar_and_the_reading")) {
    tcase_add_test (tcase, a_terminal_gets_a_bar_and_the_reading);
    tcase_add_test (tcase, variability_is_called_experimental);
    tcase_add_test (tcase, a_terminal_gets_json_when_asked_for);
  }
  return suite;
}

GST_CHECK_MAIN (cli_measure_terminal);
