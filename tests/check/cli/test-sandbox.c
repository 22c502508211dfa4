/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals sandbox, and the command as such. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <signal.h>
#include <sys/stat.h>

#include "command.h"

#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })

static gchar *
read_line (GSubprocess * process)
{
  g_autoptr (GDataInputStream) stream =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  gchar *line;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (stream),
      FALSE);
  line = g_data_input_stream_read_line (stream, NULL, NULL, NULL);
  fail_unless (line != NULL);
  return line;
}

GST_START_TEST (help_and_version_are_printed)
{
  g_autofree gchar *help = NULL;
  g_autofree gchar *version = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("--help"), &help,
          NULL), 0);
  fail_unless (strstr (help, "sandbox") && strstr (help, "scan"));
  /* of measure and of sandbox */
  fail_unless_equals_int (count_strings (help, "VitalLens"), 2);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("--version"), &version,
          NULL), 0);
  fail_unless (g_str_has_prefix (version, "vitals "));
}

GST_END_TEST;

GST_START_TEST (wrong_command_lines_are_told_from_failures)
{
  static const gchar *const wrong[][5] = {
    {NULL}, {"dance", NULL}, {"sandbox", "--api", "2", NULL},
    {"sandbox", "--port", "65536", NULL}, {"sandbox", "true", NULL},
    {"sandbox", "--key", "other", NULL}, {"sandbox", "--", NULL},
    {"sandbox", "--tls-cert", "x", NULL}, {"sandbox", "--nonsense", NULL},
    {"scan", NULL}, {"scan", "--jobs", "0", "x", NULL},
    {"scan", "--age", "121", "x", NULL}, {"scan", "--sex", "M", "x", NULL},
    {"scan", "--fitzpatrick", "7", "x", NULL},
    {"scan", "--fitzpatrick", "0", "x", NULL},
    {"scan", "--state", "", "x", NULL}, {"sandbox", "--keep", "", NULL},
    {"scan", "--age", "-1", "x", NULL}, {"scan", "--jobs", "65", "x", NULL},
    {"sandbox", "--port", "-1", NULL}, {"sandbox", "--processing", "-1", NULL},
    {"sandbox", "--quota", "-1", NULL}, {"sandbox", "--quota", "-2", NULL},
    {"sandbox", "--vitallens-shape", "2027", NULL},
    {"sandbox", "--fault", "start:explode", NULL},
    {"sandbox", "--listen", "localhost", NULL}
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree gchar *err = NULL;

    fail_unless_equals_int (command_run (NULL, NULL, wrong[i], NULL, &err), 2);
    fail_unless (strstr (err, "--help") != NULL, "%s", err);
    /* what is wrong, and where help is */
    fail_unless_equals_int (count_strings (err, "\n"), 2);
  }
}

GST_END_TEST;

GST_START_TEST (command_gets_the_address_and_a_key)
{
  g_autofree gchar *out = NULL;
  g_autofree gchar *live = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--", "sh",
              "-c", "echo $CIRCADIFY_BASE_URL $CIRCADIFY_API_KEY"), &out,
          NULL), 0);
  fail_unless (g_str_has_prefix (out, "http://127.0.0.1:"));
  fail_unless (strstr (out, " " VITALS_SANDBOX_TEST_KEY "\n") != NULL);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--key",
              "live", "--", "sh", "-c", "echo $CIRCADIFY_API_KEY"), &live,
          NULL), 0);
  fail_unless_equals_string (live, VITALS_SANDBOX_LIVE_KEY "\n");
}

GST_END_TEST;

GST_START_TEST (exit_status_of_the_command_is_passed_on)
{
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--", "sh",
              "-c", "exit 7"), NULL, NULL), 7);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--", "sh",
              "-c", "kill -TERM $$"), NULL, NULL), 128 + SIGTERM);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--",
              "/does/not/exist"), NULL, NULL), 127);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--", "/"),
          NULL, NULL), 126);
}

GST_END_TEST;

GST_START_TEST (signals_are_passed_on_to_the_command)
{
  static const int signals[] = { SIGINT, SIGTERM };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (signals); i++) {
    g_autoptr (GSubprocess) process = NULL;
    g_autofree gchar *line = NULL;
    g_autofree gchar *out = NULL;

    process = command_start (NULL, NULL, RUN ("sandbox", "--", "sh", "-c",
            "sleep 60 >/dev/null 2>&1 & "
            "trap 'kill $!; echo caught; exit 3' INT TERM; echo ready; wait"));
    line = read_line (process);
    fail_unless_equals_string (line, "ready");
    g_subprocess_send_signal (process, signals[i]);
    fail_unless_equals_int (command_wait (process, &out, NULL), 3);
    fail_unless_equals_string (out, "caught\n");
  }
}

GST_END_TEST;

GST_START_TEST (without_a_command_it_serves_until_interrupted)
{
  g_autoptr (GSubprocess) process = command_start (NULL, NULL, RUN ("sandbox"));
  g_autofree gchar *url = read_line (process);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  fail_unless (uri != NULL, "%s", url);
  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri),
      g_uri_get_port (uri), NULL, NULL);
  fail_unless (connection != NULL);
  g_subprocess_send_signal (process, SIGINT);
  fail_unless_equals_int (command_wait (process, NULL, NULL), 0);
}

GST_END_TEST;

GST_START_TEST (it_does_not_serve_when_nobody_can_learn_where)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *err = NULL;

  g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/full");
  process = command_spawn (launcher, NULL, NULL, RUN ("sandbox"));
  fail_unless_equals_int (command_wait (process, NULL, &err), 1);
  fail_unless (strstr (err, "standard output cannot be written") != NULL,
      "%s", err);
  fail_unless_equals_int (count_strings (err, "\n"), 1);
}

GST_END_TEST;

GST_START_TEST (fault_that_makes_no_sense_is_named)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--fault",
              "start:explode", "--", "true"), NULL, &err), 2);
  fail_unless (strstr (err, "explode") != NULL);
}

GST_END_TEST;

GST_START_TEST (scan_reaches_a_sandbox_with_tls_by_its_authority_only)
{
  static const gchar script[] = "\"$VITALS_COMMAND\" tensor encode "
      "--placeholder 3 -o \"$0\" && echo \"$CIRCADIFY_BASE_URL\" && "
      "\"$VITALS_COMMAND\" scan --json --ca-file \"$1\" \"$0\"; "
      "\"$VITALS_COMMAND\" scan --json \"$0\"";
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *payload = g_build_filename (folder, "payload.ckt", NULL);
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    GST_INFO ("glib-networking is not installed: skipped");
    return;
  }
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox",
              "--tls-cert", TLS_DIR "/server.pem",
              "--tls-key", TLS_DIR "/server.pem", "--", "sh", "-c", script,
              payload, TLS_DIR "/ca.pem"), &out, &err), 1);
  fail_unless (g_str_has_prefix (out, "https://127.0.0.1:"), "%s", out);
  fail_unless_equals_int (count_strings (out, "{\"type\":\"vitals\","), 1);
  fail_unless_equals_int (count_strings (out, "\"code\":\"NETWORK\""), 1);
  fail_unless (strstr (out, "ca-file") != NULL, "%s", out);
  g_unlink (payload);
  g_rmdir (folder);
}

GST_END_TEST;

GST_START_TEST (certificate_that_cannot_be_used_is_a_failure)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox",
              "--tls-cert", "/nowhere/at/all", "--tls-key", "/nowhere/at/all",
              "--", "true"), NULL, &err), 1);
  fail_unless (strstr (err, "/nowhere/at/all") != NULL, "%s", err);
}

GST_END_TEST;

/* %s is @path. Refused at the start, with its name. */
static void
assert_path_is_refused (const gchar * option, const gchar * path,
    const gchar * reason)
{
  g_autofree gchar *argument = g_strdup_printf (option, path);
  g_auto (GStrv) words = g_strsplit (argument, " ", -1);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree gchar *err = NULL;
  guint i;

  g_ptr_array_add (arguments, "sandbox");
  for (i = 0; words[i]; i++)
    g_ptr_array_add (arguments, words[i]);
  g_ptr_array_add (arguments, "--");
  g_ptr_array_add (arguments, "true");
  g_ptr_array_add (arguments, NULL);
  fail_unless_equals_int (command_run (NULL, NULL,
          (const gchar * const *) arguments->pdata, NULL, &err), 1);
  fail_unless (strstr (err, path) && strstr (err, reason), "%s", err);
}

static const gchar *const file_options[] = {
  "--tls-cert %s --tls-key " TLS_DIR "/server.pem",
  "--tls-cert " TLS_DIR "/server.pem --tls-key %s",
  "--fault start:body-file=%s"
};

GST_START_TEST (a_pipe_or_a_device_is_refused_at_once)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "pipe", NULL);

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  assert_path_is_refused (file_options[__i__], path, "a pipe or a device");
  assert_path_is_refused (file_options[__i__], "/dev/zero",
      "a pipe or a device");
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

GST_START_TEST (uploads_are_kept_in_folders_only)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "uploads", NULL);

  assert_path_is_refused ("--keep %s", path, "cannot be kept");
  fail_unless_equals_int (mkfifo (path, 0600), 0);
  assert_path_is_refused ("--keep %s", path, "cannot be kept");
  g_unlink (path);
  fail_unless (g_file_set_contents (path, "", 0, NULL));
  assert_path_is_refused ("--keep %s", path, "cannot be kept");
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

/* Whether somebody listens at the port of @url on this address. */
static gboolean
is_reached_at (const gchar * address, const gchar * url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  fail_unless (uri != NULL, "%s", url);
  connection = g_socket_client_connect_to_host (client, address,
      g_uri_get_port (uri), NULL, NULL);
  return connection != NULL;
}

static const struct
{
  const gchar *address;         /* of --listen; NULL: not given */
  const gchar *host;            /* of the URL that is printed */
  gboolean everywhere;
} listening[] = {
  {NULL, "http://127.0.0.1:", FALSE},
  {"127.0.0.1", "http://127.0.0.1:", FALSE},
  {"127.0.0.3", "http://127.0.0.3:", FALSE},
  {"0.0.0.0", "http://127.0.0.1:", TRUE}
};

GST_START_TEST (it_listens_where_it_is_told_and_nowhere_else)
{
  const gchar *address = listening[__i__].address;
  g_autoptr (GSubprocess) process = command_start (NULL, NULL,
      address ? RUN ("sandbox", "--listen", address) : RUN ("sandbox"));
  g_autofree gchar *url = read_line (process);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  fail_unless (g_str_has_prefix (url, listening[__i__].host), "%s", url);
  fail_unless (is_reached_at (g_uri_get_host (uri), url));
  /* another address of the loopback interface stands for other interfaces */
  fail_unless_equals_int (is_reached_at ("127.0.0.2", url),
      listening[__i__].everywhere);
  g_subprocess_send_signal (process, SIGTERM);
  fail_unless_equals_int (command_wait (process, NULL, NULL), 128 + SIGTERM);
}

GST_END_TEST;

GST_START_TEST (name_or_port_that_cannot_be_listened_on_is_told)
{
  g_autoptr (GSubprocess) process = command_start (NULL, NULL, RUN ("sandbox"));
  g_autofree gchar *url = read_line (process);
  g_autofree gchar *name_err = NULL;
  g_autofree gchar *port_err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--listen",
              "localhost", "--", "true"), NULL, &name_err), 2);
  fail_unless (strstr (name_err, "0.0.0.0") != NULL, "%s", name_err);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("sandbox", "--port",
              strrchr (url, ':') + 1, "--", "true"), NULL, &port_err), 1);
  fail_unless (strstr (port_err, "in use") != NULL, "%s", port_err);
  g_subprocess_send_signal (process, SIGINT);
  fail_unless_equals_int (command_wait (process, NULL, NULL), 0);
}

GST_END_TEST;

static Suite *
cli_sandbox_suite (void)
{
  Suite *suite = suite_create ("cli-sandbox");
  TCase *tcase = tcase_create ("command");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, help_and_version_are_printed);
  tcase_add_test (tcase, wrong_command_lines_are_told_from_failures);
  tcase_add_test (tcase, command_gets_the_address_and_a_key);
  tcase_add_test (tcase, exit_status_of_the_command_is_passed_on);
  tcase_add_test (tcase, signals_are_passed_on_to_the_command);
  tcase_add_test (tcase, without_a_command_it_serves_until_interrupted);
  tcase_add_test (tcase, it_does_not_serve_when_nobody_can_learn_where);
  tcase_add_test (tcase, fault_that_makes_no_sense_is_named);
  tcase_add_test (tcase, scan_reaches_a_sandbox_with_tls_by_its_authority_only);
  tcase_add_test (tcase, certificate_that_cannot_be_used_is_a_failure);
  tcase_add_loop_test (tcase, a_pipe_or_a_device_is_refused_at_once, 0,
      G_N_ELEMENTS (file_options));
  tcase_add_test (tcase, uploads_are_kept_in_folders_only);
  tcase_add_loop_test (tcase, it_listens_where_it_is_told_and_nowhere_else, 0,
      G_N_ELEMENTS (listening));
  tcase_add_test (tcase, name_or_port_that_cannot_be_listened_on_is_told);
  return suite;
}

GST_CHECK_MAIN (cli_sandbox);
