/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure, as a child. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vitals/vitals-json-private.h>

#include "command.h"
#include "measure-fixture.h"

#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })
/* The last line of @out that is a vitals message. (transfer full) */
static JsonObject *
get_last_vitals (const gchar * out)
{
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  JsonObject *last = NULL;
  guint i;

  for (i = 0; lines[i] && *lines[i]; i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (lines[i], strlen (lines[i]));
    g_autoptr (JsonObject) line = vitals_json_parse_object (bytes, 1 << 20,
        NULL);

    fail_unless (line != NULL, "%s", lines[i]);
    if (g_str_equal (json_object_get_string_member (line, "type"), "vitals")) {
      g_clear_pointer (&last, json_object_unref);
      last = json_object_ref (line);
    }
  }
  fail_unless (last != NULL, "%s", out);
  return last;
}

GST_START_TEST (a_file_is_measured_on_this_machine)
{
  g_autofree gchar *out = NULL;
  g_autoptr (JsonObject) vitals = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", face), &out, NULL), 0);
  vitals = get_last_vitals (out);
  fail_unless (fabs (json_object_get_double_member (vitals, "heart-rate")
          - 72.0) < 1.5);
  fail_unless_equals_string (json_object_get_string_member (vitals, "backend"),
      "local");
  fail_if (json_object_has_member (vitals, "waveform"));
}

GST_END_TEST;

GST_START_TEST (a_reading_for_a_closed_output_is_lost)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run_without_output (NULL, NULL,
          RUN ("measure", "--roi", "58,14,43,54", face), &err), 1);
  fail_unless (strstr (err, "standard output cannot be written") != NULL,
      "%s", err);
}

GST_END_TEST;

GST_START_TEST (a_file_is_measured_by_the_service)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autoptr (VitalsSandbox) sandbox = vitals_sandbox_new (&options, NULL);
  g_autofree gchar *out = NULL;
  g_autoptr (JsonObject) vitals = NULL;

  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          VITALS_SANDBOX_LIVE_KEY, RUN ("measure", "--service", "circadify",
              "--roi", "58,14,43,54", face), &out, NULL), 0);
  vitals = get_last_vitals (out);
  fail_unless (fabs (json_object_get_double_member (vitals, "heart-rate")
          - 72.0) < 1.5);
  fail_unless_equals_string (json_object_get_string_member (vitals, "backend"),
      "circadify");
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
}

GST_END_TEST;

/* By VitalLens of a sandbox. Returns: the exit status */
static gint
run_vitallens (const gchar * key, const gchar * const *arguments, gchar ** out,
    gchar ** err)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autoptr (VitalsSandbox) sandbox = vitals_sandbox_new (&options, NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new
      (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;

  g_subprocess_launcher_setenv (launcher, "VITALLENS_BASE_URL",
      vitals_sandbox_get_url (sandbox), TRUE);
  if (key)
    g_subprocess_launcher_setenv (launcher, "VITALLENS_API_KEY", key, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, "VITALLENS_API_KEY");
  process = command_spawn (launcher, NULL, NULL, arguments);
  return command_wait (process, out, err);
}

GST_START_TEST (a_file_is_measured_by_vitallens)
{
  g_autofree gchar *path = g_build_filename (folder, "plot.svg", NULL);
  g_autofree gchar *out = NULL;
  g_autoptr (JsonObject) vitals = NULL;

  fail_unless_equals_int (run_vitallens (VITALS_SANDBOX_VITALLENS_KEY,
          RUN ("measure", "--service", "vitallens", "--roi", "58,14,43,54",
              "--plot", path, face), &out, NULL), 0);
  vitals = get_last_vitals (out);
  fail_unless (fabs (json_object_get_double_member (vitals, "heart-rate")
          - 72.0) < 2.0);
  fail_unless_equals_string (json_object_get_string_member (vitals, "backend"),
      "vitallens");
  fail_unless_equals_int (g_unlink (path), 0);
}

GST_END_TEST;

/* A camera would go on for ever. */
GST_START_TEST (a_key_that_vitallens_refuses_ends_it)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (run_vitallens ("wrong-key", RUN ("measure",
              "--service", "vitallens", "test"), NULL, &err), 1);
  fail_unless (strstr (err, "key") != NULL, "%s", err);
  fail_if (strstr (err, "wrong-key") != NULL);
}

GST_END_TEST;

GST_START_TEST (a_key_that_circadify_refuses_ends_it)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autoptr (VitalsSandbox) sandbox = vitals_sandbox_new (&options, NULL);
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          "ck_live_WRONG", RUN ("measure", "--service", "circadify", face),
          NULL, &err), 1);
  fail_unless (strstr (err, "key") != NULL, "%s", err);
  fail_if (strstr (err, "WRONG") != NULL);
}

GST_END_TEST;

GST_START_TEST (vitallens_without_a_key_says_what_to_set)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (run_vitallens (NULL, RUN ("measure", "--service",
              "vitallens", face), NULL, &err), 1);
  fail_unless (strstr (err, "VITALLENS_API_KEY") != NULL, "%s", err);
}

GST_END_TEST;

/* 210 frames are 7 s. */
static void
check_duration (const gchar * input)
{
  g_autofree gchar *out = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", "--duration", "4", input), NULL, NULL),
      NO_READING);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", "--duration", "6", input), &out, NULL), 0);
  fail_unless_equals_int (count_strings (out, "\"type\":\"vitals\""), 1);
}

GST_START_TEST (duration_is_that_of_the_file)
{
  g_autofree gchar *address = g_filename_to_uri (face, NULL, NULL);

  check_duration (face);
  check_duration (address);
}

GST_END_TEST;

GST_START_TEST (no_reading_has_a_status_of_its_own_and_the_reason)
{
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;
  g_autoptr (JsonObject) vitals = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", mannequin), &out, &err), NO_READING);
  vitals = get_last_vitals (out);
  fail_if (json_object_has_member (vitals, "heart-rate"));
  fail_unless (json_object_has_member (vitals, "reason"));
  fail_unless (strstr (err, "no reading: ") != NULL, "%s", err);
}

GST_END_TEST;

GST_START_TEST (the_service_that_cannot_measure_is_no_reading)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autoptr (VitalsSandbox) sandbox = vitals_sandbox_new (&options, NULL);
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          VITALS_SANDBOX_LIVE_KEY, RUN ("measure", "--service", "circadify",
              "--roi", "58,14,43,54", mannequin), NULL, &err), NO_READING);
  fail_unless (strstr (err, "No heart rate") != NULL, "%s", err);
}

GST_END_TEST;

GST_START_TEST (the_plot_has_pulse_spectrum_and_rates)
{
  g_autofree gchar *path = g_build_filename (folder, "plot.svg", NULL);
  g_autofree gchar *svg = NULL;
  GStatBuf info;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", "--plot", path, face), NULL, NULL), 0);
  fail_unless (g_file_get_contents (path, &svg, NULL, NULL));
  fail_unless (g_str_has_prefix (svg, "<svg ")
      && g_str_has_suffix (svg, "</svg>\n"));
  fail_unless_equals_int (count_strings (svg, "<polyline"), 2);
  fail_unless (count_strings (svg, "<circle") >= 2);
  fail_if (strstr (svg, "nan") || strstr (svg, "inf"));
  fail_unless_equals_int (g_stat (path, &info), 0);
  fail_unless_equals_int (info.st_mode & 0777, 0600);
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (what_is_no_file_is_not_replaced_by_a_plot)
{
  g_autofree gchar *path = g_build_filename (folder, "pipe", NULL);
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;
  GStatBuf info;

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", "--plot", path, face), &out, &err), 1);
  fail_unless (strstr (err, "no regular file") != NULL, "%s", err);
  fail_unless_equals_string (out, "");
  fail_unless (g_stat (path, &info) == 0 && S_ISFIFO (info.st_mode));
  g_unlink (path);
}

GST_END_TEST;

/* One line that names it, and nothing was measured. */
static void
assert_plot_is_refused (const gchar * path)
{
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", "--plot", path, face), &out, &err), 1);
  fail_unless (strstr (err, path) != NULL, "%s", err);
  fail_unless_equals_int (count_strings (err, "\n"), 1);
  fail_unless_equals_string (out, "");
}

GST_START_TEST (a_plot_that_cannot_be_written_is_told_before_the_measurement)
{
  g_autofree gchar *below_a_file = g_build_filename (face, "plot.svg", NULL);
  g_autofree gchar *path = g_build_filename (folder, "plot.svg", NULL);
  g_autofree gchar *kept = NULL;

  assert_plot_is_refused ("/nowhere/at-all/plot.svg");
  assert_plot_is_refused ("nowhere/plot.svg");
  assert_plot_is_refused (below_a_file);
  assert_plot_is_refused (folder);
  fail_unless (g_file_set_contents (path, "kept", -1, NULL));
  /* root can write everything */
  if (geteuid () != 0) {
    g_chmod (path, 0400);
    assert_plot_is_refused (path);
    g_chmod (path, 0600);
    g_chmod (folder, 0500);
    assert_plot_is_refused (path);
    g_chmod (folder, 0700);
  }
  /* nor is it touched when something else is wrong */
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--plot",
              path, "/nowhere.mp4"), NULL, NULL), 1);
  fail_unless (g_file_get_contents (path, &kept, NULL, NULL));
  fail_unless_equals_string (kept, "kept");
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (a_plot_without_a_rate_says_why)
{
  g_autofree gchar *path = g_build_filename (folder, "plot.svg", NULL);
  g_autofree gchar *svg = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--roi",
              "58,14,43,54", "--plot", path, mannequin), NULL, NULL),
      NO_READING);
  fail_unless (g_file_get_contents (path, &svg, NULL, NULL));
  fail_unless (strstr (svg, "no heart rate: ") != NULL);
  fail_unless_equals_int (count_strings (svg, "<circle"), 0);
  fail_if (strstr (svg, "nan") || strstr (svg, "inf"));
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (what_cannot_be_read_is_a_failure)
{
  g_autofree gchar *text = g_build_filename (folder, "letter.txt", NULL);
  g_autofree gchar *missing = NULL;
  g_autofree gchar *device = NULL;
  g_autofree gchar *letter = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure",
              "/nowhere.mp4"), NULL, &missing), 1);
  fail_unless (strstr (missing, "/nowhere.mp4: ") != NULL, "%s", missing);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure",
              "/dev/video-nowhere"), NULL, &device), 1);
  fail_unless (strstr (device, "/dev/video-nowhere") != NULL, "%s", device);
  fail_unless (g_file_set_contents (text, "a letter\n", -1, NULL));
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", text),
          NULL, &letter), 1);
  fail_unless (strlen (letter) > 0);
  g_unlink (text);
}

GST_END_TEST;

/* wav: 8-bit sound, a millisecond of it */
static void
write_sound (const gchar * path)
{
  static const gchar sound[] = "RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0"
      "\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\x08\0\0\0"
      "\x80\x80\x80\x80\x80\x80\x80\x80";

  fail_unless (g_file_set_contents (path, sound, sizeof sound - 1, NULL));
}

GST_START_TEST (input_without_a_picture_is_told_with_what_to_do)
{
  g_autofree gchar *sound = g_build_filename (folder, "sound.wav", NULL);
  g_autofree gchar *no_video = NULL;
  g_autofree gchar *no_camera = NULL;
  g_autofree gchar *no_answer = NULL;

  write_sound (sound);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", sound),
          NULL, &no_video), 1);
  fail_unless (strstr (no_video, "There is no video in it") != NULL, "%s",
      no_video);
  g_unlink (sound);
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure",
              "/dev/video-nowhere"), NULL, &no_camera), 1);
  fail_unless (strstr (no_camera, "gst-device-monitor-1.0") != NULL, "%s",
      no_camera);
  /* nobody listens at port 1; a password is not repeated */
  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure",
              "rtsp://me:s3cret@127.0.0.1:1/x"), NULL, &no_answer), 1);
  fail_unless (strstr (no_answer, "Is the address right") != NULL, "%s",
      no_answer);
  fail_if (strstr (no_answer, "s3cret"), "%s", no_answer);
}

GST_END_TEST;

GST_START_TEST (a_plugin_that_is_not_found_is_told_with_what_to_do)
{
  g_autofree gchar *path = g_strdup (g_getenv ("GST_PLUGIN_PATH_1_0"));
  g_autofree gchar *registry = g_strdup (g_getenv ("GST_REGISTRY_1_0"));
  g_autofree gchar *other = g_build_filename (folder, "registry.bin", NULL);
  g_autofree gchar *err = NULL;
  gint status;

  g_setenv ("GST_PLUGIN_PATH_1_0", folder, TRUE);
  g_setenv ("GST_REGISTRY_1_0", other, TRUE);
  status = command_run (NULL, NULL, RUN ("measure", face), NULL, &err);
  g_setenv ("GST_PLUGIN_PATH_1_0", path, TRUE);
  g_setenv ("GST_REGISTRY_1_0", registry, TRUE);
  g_unlink (other);
  fail_unless_equals_int (status, 1);
  fail_unless (strstr (err, "rppg") && strstr (err, "GST_PLUGIN_PATH_1_0"),
      "%s", err);
}

GST_END_TEST;

GST_START_TEST (the_service_without_a_key_says_what_to_set)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (NULL, NULL, RUN ("measure", "--service",
              "circadify", face), NULL, &err), 1);
  fail_unless (strstr (err, "CIRCADIFY_API_KEY") != NULL, "%s", err);
}

GST_END_TEST;

GST_START_TEST (wrong_command_lines_are_usage_errors)
{
  static const gchar *const wrong[][6] = {
    {"measure", NULL}, {"measure", "a", "b", NULL},
    {"measure", "--service", "cloud", "a", NULL},
    {"measure", "--service", "circadify", "--plot=x.svg", "a", NULL},
    {"measure", "--duration", "-1", "test", NULL},
    {"measure", "--duration", "0", "test", NULL},
    {"measure", "--duration", "4.5", "test", NULL},
    {"measure", "--roi", "1,2,3", "test", NULL},
    {"measure", "--roi", "1,2,3,0", "test", NULL},
    {"measure", "--roi", "", "test", NULL},
    {"measure", "--plot", "", "test", NULL},
    {"measure", "--service=circadify", "--scans", "0", "test", NULL},
    {"measure", "--service=circadify", "--scans", "-1", "test", NULL},
    {"measure", "--scans", "0", "test", NULL},
    {"measure", "--scans", "2", "a", NULL}, {"measure", "--nonsense", NULL}
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

static Suite *
cli_measure_suite (void)
{
  Suite *suite = suite_create ("cli-measure");
  TCase *tcase = tcase_create ("command");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, measure_fixture_set_up,
      measure_fixture_tear_down);
  tcase_add_test (tcase, a_file_is_measured_on_this_machine);
  tcase_add_test (tcase, a_reading_for_a_closed_output_is_lost);
  tcase_add_test (tcase, a_file_is_measured_by_the_service);
  tcase_add_test (tcase, a_file_is_measured_by_vitallens);
  tcase_add_test (tcase, a_key_that_vitallens_refuses_ends_it);
  tcase_add_test (tcase, a_key_that_circadify_refuses_ends_it);
  tcase_add_test (tcase, vitallens_without_a_key_says_what_to_set);
  tcase_add_test (tcase, duration_is_that_of_the_file);
  tcase_add_test (tcase, no_reading_has_a_status_of_its_own_and_the_reason);
  tcase_add_test (tcase, the_service_that_cannot_measure_is_no_reading);
  tcase_add_test (tcase, the_plot_has_pulse_spectrum_and_rates);
  tcase_add_test (tcase, what_is_no_file_is_not_replaced_by_a_plot);
  tcase_add_test (tcase,
      a_plot_that_cannot_be_written_is_told_before_the_measurement);
  tcase_add_test (tcase, a_plot_without_a_rate_says_why);
  tcase_add_test (tcase, what_cannot_be_read_is_a_failure);
  tcase_add_test (tcase, input_without_a_picture_is_told_with_what_to_do);
  tcase_add_test (tcase, a_plugin_that_is_not_found_is_told_with_what_to_do);
  tcase_add_test (tcase, the_service_without_a_key_says_what_to_set);
  tcase_add_test (tcase, wrong_command_lines_are_usage_errors);
  return suite;
}

GST_CHECK_MAIN (cli_measure);
