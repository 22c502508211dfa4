/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Neither the key nor an upload address is ever logged, at any level. The
 * program runs itself with everything switched on and reads what it said. */

#include <string.h>
#include "fixture.h"

static gchar *self_path;

static void
scan_and_complain (const Fault * faults)
{
  RawServer *server = raw_server_new (apply_faults, (gpointer) faults);
  VitalsCircadifyClient *client = new_client (server, TEST_KEY);
  GError *error = NULL;
  VitalsReading *reading = scan (client, NULL, &error);
  GstStructure *failure;

  g_object_get (client, "last-failure", &failure, NULL);
  if (failure) {
    gchar *text = gst_structure_to_string (failure);

    g_printerr ("%s\n%s\n", error->message, text);
    g_free (text);
    gst_structure_free (failure);
  }
  g_clear_error (&error);
  g_clear_pointer (&reading, vitals_reading_unref);
  g_object_unref (client);
  raw_server_free (server);
}

GST_START_TEST (child_scans_and_complains)
{
  static const Fault lost[] = {
    {"upload", 1, 0, NULL, NULL, NULL, reset_in_body},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  static const Fault redirected[] = {
    {"upload", 1, 0, "307 Moved", "Location: http://127.0.0.1/UPLOADSECRET\r\n",
        "", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  static const Fault refused[] = {
    {"start", 1, 0, "401 Unauthorized", "WWW-Authenticate: Basic\r\n",
        "{\"error\":\"API_KEY_INVALID\",\"message\":\"" TEST_KEY "\"}", NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  static const Fault none[] = { {NULL, 0, 0, NULL, NULL, NULL, NULL} };

  scan_and_complain (none);
  scan_and_complain (lost);
  scan_and_complain (redirected);
  scan_and_complain (refused);
}

GST_END_TEST;

static void
assert_absent (const gchar * output, const gchar * secret)
{
  const gchar *found = strstr (output, secret);

  fail_unless (found == NULL, "...%.160s", found - MIN (found - output, 100));
}

GST_START_TEST (logs_of_every_level_show_no_secret)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new
      (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  GError *error = NULL;
  GSubprocess *child;
  gchar *output;

  g_subprocess_launcher_setenv (launcher, "VITALS_TEST_CHILD", "1", TRUE);
  g_subprocess_launcher_setenv (launcher, "GST_DEBUG", "*:9", TRUE);
  g_subprocess_launcher_setenv (launcher, "GST_DEBUG_NO_COLOR", "1", TRUE);
  g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
  child = g_subprocess_launcher_spawn (launcher, &error, self_path, NULL);
  fail_unless (child != NULL, "%s", error ? error->message : "");
  fail_unless (g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL,
          &error), "%s", error ? error->message : "");
  fail_unless (g_subprocess_get_successful (child));
  /* it did speak */
  fail_unless (strstr (output, "vitals-call") != NULL);
  fail_unless (strstr (output, "vitals-failed") != NULL);
  assert_absent (output, "KEYSECRET");
  assert_absent (output, "UPLOADSECRET");
  g_free (output);
  g_object_unref (child);
  g_object_unref (launcher);
}

GST_END_TEST;

static Suite *
secrets_suite (void)
{
  Suite *suite = suite_create ("secrets");
  TCase *tcase = tcase_create ("secrets");

  suite_add_tcase (suite, tcase);
  if (g_getenv ("VITALS_TEST_CHILD"))
    tcase_add_test (tcase, child_scans_and_complains);
  else
    tcase_add_test (tcase, logs_of_every_level_show_no_secret);
  return suite;
}

int
main (int argc, char **argv)
{
  gint failed;

  self_path = g_file_read_link ("/proc/self/exe", NULL);
  gst_check_init (&argc, &argv);
  failed = gst_check_run_suite (secrets_suite (), "secrets", __FILE__);
  g_free (self_path);
  return failed;
}
