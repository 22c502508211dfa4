/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals scan, against the sandbox of this process. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vitals/vitals.h>

#include "scan-fixture.h"

#define GUARD_MS 20000
#define RUN(...) ((const gchar *const[]) { __VA_ARGS__, NULL })

GST_START_TEST (each_payload_of_a_folder_gets_a_line_of_json)
{
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;
  guint i;

  fail_unless_equals_int (run (RUN ("scan", "--json", folder), &out, &err), 0);
  fail_unless_equals_int (count_strings (out, "\n"), N_FILES);
  fail_unless_equals_int (count_strings (out, "{\"type\":\"vitals\","),
      N_FILES);
  fail_unless_equals_int (count_strings (out, "\"heart-rate\":72.0"), N_FILES);
  fail_unless_equals_int (count_strings (out, "\"is-synthetic\":true"),
      N_FILES);
  for (i = 0; i < N_FILES; i++) {
    g_autofree gchar *name = g_strdup_printf ("/%u.ckt\"", i);

    fail_unless_equals_int (count_strings (out, name), 1);
  }
  fail_unless_equals_int (count_strings (out, "\"frames\":3"), 1);
  fail_unless_equals_string (err, "");
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), N_FILES);
}

GST_END_TEST;

/* Payloads of 1, 2 ... @count frames in one file. Returns: (transfer full): its
 * path */
static gchar *
write_several (guint count)
{
  g_autoptr (GByteArray) several = g_byte_array_new ();
  gchar *path = make_path ("several.ckt");
  guint i;

  for (i = 1; i <= count; i++) {
    g_autoptr (GBytes) payload = make_payload (i);

    g_byte_array_append (several, g_bytes_get_data (payload, NULL),
        g_bytes_get_size (payload));
  }
  fail_unless (g_file_set_contents (path, (gchar *) several->data,
          several->len, NULL));
  return path;
}

GST_START_TEST (each_payload_of_a_file_is_a_scan)
{
  g_autofree gchar *path = write_several (3);
  g_autofree gchar *out = NULL;

  add_fault ("upload#2:status=400");
  fail_unless_equals_int (run (RUN ("scan", "--jobs", "1", "--state", state,
              path), NULL, NULL), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 3);
  fail_unless_equals_int (run (RUN ("scan", "--json", "--state", state, path),
          &out, NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 4);
  fail_unless (strstr (out, "\"window\":1") && strstr (out, "\"frames\":2"));
}

GST_END_TEST;

GST_START_TEST (file_that_is_cut_while_it_is_scanned_is_sent_as_it_was)
{
  g_autofree gchar *path = write_several (3);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *out = NULL;

  add_fault ("result#1:delay=500");
  process = start (RUN ("scan", "--json", "--jobs", "1", path));
  fail_unless (vitals_sandbox_wait_count (sandbox, "result", 1, GUARD_MS));
  fail_unless_equals_int (truncate (path, 0), 0);
  fail_unless_equals_int (command_wait (process, &out, NULL), 0);
  fail_unless_equals_int (count_strings (out, "\"type\":\"vitals\""), 3);
}

GST_END_TEST;

/* Read in blocks, of which a payload has several. */
GST_START_TEST (large_payload_is_sent_whole)
{
  g_autoptr (VitalsTensor) tensor = vitals_tensor_new_placeholder (3);
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  g_autoptr (GBytes) stored = vitals_tensor_encode (tensor, layout, 0, NULL);
  g_autofree gchar *path = make_path ("large.ckt");
  g_autofree gchar *out = NULL;
  gsize size;
  const gchar *data = g_bytes_get_data (stored, &size);

  fail_unless (size > 2 * 64 * 1024);
  fail_unless (g_file_set_contents (path, data, size, NULL));
  fail_unless_equals_int (run (RUN ("scan", "--json", path), &out, NULL), 0);
  fail_unless (strstr (out, "\"frames\":3") != NULL, "%s", out);
}

GST_END_TEST;

GST_START_TEST (opaque_payload_is_sent_unchecked)
{
  g_autofree gchar *path = make_path ("letter.ckt");

  write_file ("letter.ckt", "a letter");
  fail_unless_equals_int (run (RUN ("scan", "--layout", "opaque", path), NULL,
          NULL), 0);
  fail_unless_equals_int (run (RUN ("scan", "--layout", "/does/not/exist",
              path), NULL, NULL), 2);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
}

GST_END_TEST;

GST_START_TEST (live_key_of_the_sandbox_gets_no_invented_vitals)
{
  g_autofree gchar *path = make_path ("0.ckt");
  g_autofree gchar *out = NULL;

  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          VITALS_SANDBOX_LIVE_KEY, RUN ("scan", "--json", path), &out, NULL),
      1);
  fail_unless (strstr (out, "PROCESSING_FAILED") &&
      strstr (out, "No heart rate"), "%s", out);
}

GST_END_TEST;

GST_START_TEST (table_is_for_people)
{
  g_autofree gchar *path = make_path ("0.ckt");
  g_autofree gchar *out = NULL;

  fail_unless_equals_int (run (RUN ("scan", path), &out, NULL), 0);
  fail_unless_equals_int (count_strings (out, "\n"), 2);
  fail_unless (strstr (out, "HR/min") && strstr (out, "72.0") &&
      strstr (out, "synthetic"));
}

GST_END_TEST;

GST_START_TEST (payload_is_sent_as_it_is_with_the_demographics)
{
  g_autofree gchar *path = make_path ("0.ckt");
  g_autofree gchar *content = NULL;
  g_autoptr (GBytes) upload = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree gchar *text = NULL;
  gsize length;

  fail_unless_equals_int (run (RUN ("scan", "--age", "35", "--sex", "female",
              "--fitzpatrick", "3", path), NULL, NULL), 0);
  upload = vitals_sandbox_get_upload (sandbox, 0);
  fail_unless (g_file_get_contents (path, &content, &length, NULL));
  fail_unless_equals_int (g_bytes_get_size (upload), length);
  fail_unless (memcmp (g_bytes_get_data (upload, NULL), content, length) == 0);
  body = vitals_sandbox_get_last_body (sandbox, "start");
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  fail_unless (strstr (text, "35") && strstr (text, "\"F\""), "%s", text);
}

GST_END_TEST;

GST_START_TEST (as_many_run_at_a_time_as_jobs)
{
  g_autoptr (GSubprocess) process = NULL;

  add_fault ("upload:stall");
  process = start (RUN ("scan", "--jobs", "3", folder));
  fail_unless (vitals_sandbox_wait_count (sandbox, "upload", 3, GUARD_MS));
  fail_unless_equals_int (vitals_sandbox_get_active_uploads (sandbox), 3);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 3);
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_send_signal (process, SIGTERM);
  command_wait (process, NULL, NULL);
}

GST_END_TEST;

GST_START_TEST (failed_payload_does_not_stop_the_others)
{
  g_autofree gchar *missing = make_path ("missing.ckt");
  g_autofree gchar *out = NULL;

  write_file ("letter.ckt", "a letter");
  write_file ("empty.ckt", "");
  add_fault ("result#2:failed=Too dark.");
  fail_unless_equals_int (run (RUN ("scan", "--json", missing, folder), &out,
          NULL), 1);
  fail_unless_equals_int (count_strings (out, "{\"type\":\"vitals\","),
      N_FILES - 1);
  fail_unless_equals_int (count_strings (out, "PROCESSING_FAILED"), 1);
  fail_unless_equals_int (count_strings (out, "INVALID_TENSOR"), 3);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), N_FILES);
}

GST_END_TEST;

GST_START_TEST (unauthorized_key_stops_after_the_first_answer)
{
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          "ck_test_another", RUN ("scan", "--json", "--jobs", "1", folder),
          &out, &err), 1);
  fail_unless_equals_int (count_strings (out, "UNAUTHORIZED"), 1);
  fail_unless (strstr (err, "not begun") != NULL);
  fail_unless (strstr (out, "ck_test_another") == NULL);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "start"), 1);
}

GST_END_TEST;

GST_START_TEST (missing_and_malformed_keys_are_told_before_any_request)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox), NULL,
          RUN ("scan", folder), NULL, &err), 2);
  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          "secret", RUN ("scan", folder), NULL, NULL), 2);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "start"), 0);
}

GST_END_TEST;

GST_START_TEST (key_is_read_from_a_file_and_others_should_not_read_it)
{
  g_autofree gchar *path = make_path ("key");
  g_autofree gchar *payload = make_path ("0.ckt");
  g_autofree gchar *err = NULL;
  g_autofree gchar *quiet = NULL;

  write_file ("key", VITALS_SANDBOX_TEST_KEY "\nmore\n");
  fail_unless_equals_int (g_chmod (path, 0644), 0);
  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox), NULL,
          RUN ("scan", "--api-key-file", path, payload), NULL, &err), 0);
  fail_unless (strstr (err, "others can read") != NULL);
  fail_unless_equals_int (g_chmod (path, 0600), 0);
  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox), NULL,
          RUN ("scan", "--api-key-file", path, payload), NULL, &quiet), 0);
  fail_unless_equals_string (quiet, "");
}

GST_END_TEST;

GST_START_TEST (empty_key_file_does_not_fall_through_to_the_environment)
{
  g_autofree gchar *path = make_path ("key");
  g_autofree gchar *payload = make_path ("0.ckt");
  g_autofree gchar *err = NULL;

  write_file ("key", "\n" VITALS_SANDBOX_TEST_KEY "\n");
  fail_unless_equals_int (command_run (vitals_sandbox_get_url (sandbox),
          VITALS_SANDBOX_TEST_KEY, RUN ("scan", "--api-key-file", path,
              payload), NULL, &err), 2);
  fail_unless (strstr (err, path) != NULL, "%s", err);
  fail_unless (strstr (err, "its first line is empty") != NULL, "%s", err);
  fail_unless_equals_int (vitals_sandbox_get_count (sandbox, "start"), 0);
}

GST_END_TEST;

GST_START_TEST (answered_payloads_are_not_scanned_again)
{
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;

  add_fault ("upload#2-:status=400");
  fail_unless_equals_int (run (RUN ("scan", "--jobs", "1", "--state", state,
              folder), NULL, NULL), 1);
  vitals_sandbox_clear_faults (sandbox);
  fail_unless_equals_int (run (RUN ("scan", "--json", "--state", state,
              folder), &out, &err), 0);
  fail_unless_equals_int (count_strings (out, "\"type\":\"vitals\""),
      N_FILES - 1);
  fail_unless (strstr (err, "1 payloads were answered before") != NULL);

  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 2 * N_FILES - 1);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, folder), NULL,
          NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 2 * N_FILES - 1);
}

GST_END_TEST;

GST_START_TEST (ca_file_that_cannot_be_read_starts_no_scan)
{
  g_autofree gchar *err = NULL;

  fail_unless_equals_int (run (RUN ("scan", "--ca-file", "/nowhere/ca.pem",
              folder), NULL, &err), 2);
  fail_unless (strstr (err, "ca-file") != NULL, "%s", err);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (file_that_changed_is_scanned_again)
{
  g_autofree gchar *path = make_path ("0.ckt");

  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 0);
  write_payload ("0.ckt", 10);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 2);
}

GST_END_TEST;

GST_START_TEST (failed_processing_is_paid_again_only_when_asked)
{
  g_autofree gchar *path = make_path ("0.ckt");

  add_fault ("result#1:failed");
  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 1);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
  fail_unless_equals_int (run (RUN ("scan", "--retry-failed", "--state", state,
              path), NULL, NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 2);
}

GST_END_TEST;

GST_START_TEST (line_that_a_crash_cut_short_is_forgotten)
{
  g_autofree gchar *path = make_path ("0.ckt");
  g_autofree gchar *text = NULL;
  g_autofree gchar *repaired = NULL;
  gsize length;

  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 0);
  fail_unless (g_file_get_contents (state, &text, &length, NULL));
  fail_unless (g_file_set_contents (state, text, length - 10, NULL));
  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 2);
  fail_unless (g_file_get_contents (state, &repaired, NULL, NULL));
  fail_unless_equals_int (count_strings (repaired, "\n"), 1);
}

GST_END_TEST;

/* A file is named by bytes, not by characters. */
GST_START_TEST (file_whose_name_is_no_text_is_paid_once)
{
  g_autofree gchar *path = make_path ("caf\xe9 \xff.ckt");
  g_autofree gchar *out = NULL, *err = NULL;

  write_payload ("caf\xe9 \xff.ckt", 10);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 0);
  fail_unless_equals_int (run (RUN ("scan", "--json", "--state", state, path),
          &out, &err), 0);
  fail_unless_equals_string (out, "");
  fail_unless (strstr (err, "1 payloads were answered before") != NULL,
      "%s", err);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 1);
}

GST_END_TEST;

GST_START_TEST (failure_of_a_file_whose_name_is_no_text_is_told)
{
  g_autofree gchar *path = make_path ("caf\xe9");
  g_autofree gchar *out = NULL;

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  fail_unless_equals_int (run (RUN ("scan", "--json", path), &out, NULL), 1);
  fail_unless (strstr (out, "\"message\":") != NULL, "%s", out);
}

GST_END_TEST;

GST_START_TEST (state_of_an_older_version_is_read)
{
  g_autofree gchar *path = make_path ("0.ckt");
  g_autofree gchar *line = NULL;
  GStatBuf info;

  fail_unless_equals_int (g_stat (path, &info), 0);
  line = g_strdup_printf ("{\"type\":\"answered\",\"file\":\"%s\",\"size\":%"
      G_GINT64_FORMAT ",\"modified\":%" G_GINT64_FORMAT ","
      "\"key-environment\":\"test\",\"payload\":0,\"payloads\":1,"
      "\"answer\":\"read\",\"result\":{}}\n", path, (gint64) info.st_size,
      (gint64) info.st_mtim.tv_sec * 1000000 + info.st_mtim.tv_nsec / 1000);
  write_file ("state", line);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

static const gchar *const no_states[] = { "a letter",
  "{\"api\":\"mine\",\"settings\":{\"a\":1}}", "{\"type\":\"other\"}"
};

GST_START_TEST (file_that_is_no_state_is_left_alone)
{
  g_autofree gchar *path = make_path ("0.ckt");
  g_autofree gchar *other = make_path ("1.ckt");
  g_autofree gchar *content = NULL;
  g_autofree gchar *err = NULL;

  write_file ("1.ckt", no_states[__i__]);
  fail_unless_equals_int (run (RUN ("scan", "--state", other, path), NULL,
          &err), 1);
  fail_unless (strstr (err, "state file") != NULL);
  fail_unless (g_file_get_contents (other, &content, NULL, NULL));
  fail_unless_equals_string (content, no_states[__i__]);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

#define STATE_LINE(places, answer) "{\"type\":\"answered\",\"file\":\"/x\"," \
    "\"size\":1,\"modified\":1,\"key-environment\":\"test\"," places \
    ",\"answer\":\"" answer "\",\"result\":{}}\n"

static const gchar *const wrong_lines[] = {
  STATE_LINE ("\"payload\":-1,\"payloads\":1", "read"),
  STATE_LINE ("\"payload\":0,\"payloads\":-1", "read"),
  STATE_LINE ("\"payload\":1,\"payloads\":1", "read"),
  STATE_LINE ("\"payload\":0,\"payloads\":4294967296", "read"),
  STATE_LINE ("\"payload\":0,\"payloads\":1", "maybe")
};

GST_START_TEST (state_with_a_line_that_cannot_be_is_refused)
{
  g_autofree gchar *path = make_path ("0.ckt");
  g_autofree gchar *state = make_path ("state");
  g_autofree gchar *good = g_strconcat (STATE_LINE
      ("\"payload\":0,\"payloads\":1", "read"), wrong_lines[__i__], NULL);
  g_autofree gchar *err = NULL;

  write_file ("state", good);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, path), NULL,
          &err), 1);
  fail_unless (strstr (err, "line 2 is no line of a state file") != NULL,
      "%s", err);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), 0);
}

GST_END_TEST;

GST_START_TEST (two_scans_do_not_share_a_state)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *err = NULL;

  add_fault ("upload#1:stall");
  process = start (RUN ("scan", "--jobs", "1", "--state", state, folder));
  fail_unless (vitals_sandbox_wait_count (sandbox, "upload", 1, GUARD_MS));
  fail_unless_equals_int (run (RUN ("scan", "--state", state, folder), NULL,
          &err), 1);
  fail_unless (strstr (err, "another scan") != NULL);
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
}

GST_END_TEST;

GST_START_TEST (interrupt_waits_for_what_is_paid_and_keeps_the_state)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *out = NULL;

  add_fault ("result#1:delay=500");
  process = start (RUN ("scan", "--json", "--jobs", "1", "--state", state,
          folder));
  fail_unless (vitals_sandbox_wait_count (sandbox, "result", 1, GUARD_MS));
  g_subprocess_send_signal (process, SIGINT);
  fail_unless_equals_int (command_wait (process, &out, NULL), 130);
  fail_unless_equals_int (count_strings (out, "\"type\":\"vitals\""), 1);
  fail_unless_equals_int (run (RUN ("scan", "--state", state, folder), NULL,
          NULL), 0);
  fail_unless_equals_int (vitals_sandbox_get_scans (sandbox), N_FILES);
}

GST_END_TEST;

GST_START_TEST (second_interrupt_gives_up_what_is_under_way)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *out = NULL;

  add_fault ("result:stall");
  process = start (RUN ("scan", "--json", "--jobs", "2", folder));
  fail_unless (vitals_sandbox_wait_count (sandbox, "result", 2, GUARD_MS));
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_send_signal (process, SIGTERM);
  fail_unless (command_wait (process, &out, NULL) > 128);
  fail_unless_equals_int (count_strings (out, "CANCELLED"), 2);
}

GST_END_TEST;

static Suite *
cli_scan_suite (void)
{
  Suite *suite = suite_create ("cli-scan");
  TCase *tcase = tcase_create ("scan");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, each_payload_of_a_folder_gets_a_line_of_json);
  tcase_add_test (tcase, each_payload_of_a_file_is_a_scan);
  tcase_add_test (tcase,
      file_that_is_cut_while_it_is_scanned_is_sent_as_it_was);
  tcase_add_test (tcase, large_payload_is_sent_whole);
  tcase_add_test (tcase, opaque_payload_is_sent_unchecked);
  tcase_add_test (tcase, live_key_of_the_sandbox_gets_no_invented_vitals);
  tcase_add_test (tcase, table_is_for_people);
  tcase_add_test (tcase, payload_is_sent_as_it_is_with_the_demographics);
  tcase_add_test (tcase, as_many_run_at_a_time_as_jobs);
  tcase_add_test (tcase, failed_payload_does_not_stop_the_others);
  tcase_add_test (tcase, unauthorized_key_stops_after_the_first_answer);
  tcase_add_test (tcase,
      missing_and_malformed_keys_are_told_before_any_request);
  tcase_add_test (tcase, key_is_read_from_a_file_and_others_should_not_read_it);
  tcase_add_test (tcase,
      empty_key_file_does_not_fall_through_to_the_environment);
  tcase_add_test (tcase, answered_payloads_are_not_scanned_again);
  tcase_add_test (tcase, ca_file_that_cannot_be_read_starts_no_scan);
  tcase_add_test (tcase, file_that_changed_is_scanned_again);
  tcase_add_test (tcase, failed_processing_is_paid_again_only_when_asked);
  tcase_add_test (tcase, line_that_a_crash_cut_short_is_forgotten);
  tcase_add_test (tcase, file_whose_name_is_no_text_is_paid_once);
  tcase_add_test (tcase, failure_of_a_file_whose_name_is_no_text_is_told);
  tcase_add_test (tcase, state_of_an_older_version_is_read);
  tcase_add_loop_test (tcase, file_that_is_no_state_is_left_alone, 0,
      G_N_ELEMENTS (no_states));
  tcase_add_loop_test (tcase, state_with_a_line_that_cannot_be_is_refused, 0,
      G_N_ELEMENTS (wrong_lines));
  tcase_add_test (tcase, two_scans_do_not_share_a_state);
  tcase_add_test (tcase, interrupt_waits_for_what_is_paid_and_keeps_the_state);
  tcase_add_test (tcase, second_interrupt_gives_up_what_is_under_way);
  return suite;
}

GST_CHECK_MAIN (cli_scan);
