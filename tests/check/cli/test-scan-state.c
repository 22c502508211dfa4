/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The state of vitals scan, on a disk that is full for a while. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <signal.h>
#include <sys/resource.h>

#include "../../../gst/cli/scan-state.h"

#define N_PAYLOADS 3

static const ScanFile file = { "/recordings/morning.ckt", 1000, 1, "test" };

static gchar *path;

static void
set_up (void)
{
  gint fd = g_file_open_tmp ("state-XXXXXX", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
}

static void
tear_down (void)
{
  g_unlink (path);
  g_free (path);
}

/* Files of this process get no larger: what a full disk does. */
static void
limit_file_size (rlim_t size)
{
  struct rlimit limit;

  fail_unless_equals_int (getrlimit (RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = MIN (size, limit.rlim_max);
  fail_unless_equals_int (setrlimit (RLIMIT_FSIZE, &limit), 0);
}

static gsize
get_size (void)
{
  GStatBuf info;

  fail_unless_equals_int (g_stat (path, &info), 0);
  return info.st_size;
}

static ScanState *
open_state (void)
{
  g_autoptr (GError) error = NULL;
  ScanState *state = scan_state_open (path, &error);

  fail_unless (state != NULL, "%s", error ? error->message : "");
  return state;
}

static gboolean
add (ScanState * state, guint payload, GError ** error)
{
  return scan_state_add (state, &file, payload, N_PAYLOADS, SCAN_STATE_READ,
      "{\"type\":\"vitals\"}", error);
}

GST_START_TEST (line_that_a_full_disk_cut_short_is_removed)
{
  g_autoptr (GError) error = NULL;
  ScanState *state = open_state ();
  gsize size;

  fail_unless (add (state, 0, NULL));
  size = get_size ();
  signal (SIGXFSZ, SIG_IGN);
  limit_file_size (size + size / 2);
  fail_if (add (state, 1, &error));
  fail_unless (error && strstr (error->message, g_strerror (EFBIG)), "%s",
      error ? error->message : "no error");
  limit_file_size (RLIM_INFINITY);
  fail_unless_equals_int (get_size (), size);

  /* there is room again */
  fail_unless (add (state, 2, NULL));
  scan_state_close (state);
  state = open_state ();
  fail_unless_equals_int (scan_state_get (state, &file, 0), SCAN_STATE_READ);
  fail_unless_equals_int (scan_state_get (state, &file, 1), SCAN_STATE_UNKNOWN);
  fail_unless_equals_int (scan_state_get (state, &file, 2), SCAN_STATE_READ);
  scan_state_close (state);
}

GST_END_TEST;

static Suite *
cli_scan_state_suite (void)
{
  Suite *suite = suite_create ("cli-scan-state");
  TCase *tcase = tcase_create ("state");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, line_that_a_full_disk_cut_short_is_removed);
  return suite;
}

GST_CHECK_MAIN (cli_scan_state);
