/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frames go into a window. */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-error.h>

#include "fixture.h"

GST_START_TEST (frames_out_of_order_are_skipped)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 10);
  fail_unless_equals_int (push (AT_30 (9)), VITALS_ADMIT_SKIP_ORDER);
  fail_unless_equals_int (push (AT_30 (5)), VITALS_ADMIT_SKIP_ORDER);
  push_at_30 (10, 11);
  fail_unless_equals_int (windows->len, 0);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 11);
}

GST_END_TEST;

GST_START_TEST (windows_start_a_scan_interval_apart)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  guint i;

  config.scan_interval = 3 * GST_SECOND;
  start (&config, 30);
  push_at_30 (0, 30);
  for (i = 30; i < 90; i++)
    fail_unless_equals_int (push (AT_30 (i)), VITALS_ADMIT_SKIP_INTERVAL);
  push_at_30 (90, 120);
  fail_unless_equals_int (windows->len, 2);
  fail_unless (get_window (1, VITALS_WINDOW_SEALED, 30)->timestamp
      == 3 * GST_SECOND);
}

GST_END_TEST;

GST_START_TEST (no_window_is_opened_while_that_is_off)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 10);
  vitals_capture_set_open_windows (capture, FALSE);
  push_at_30 (10, 30);
  get_window (0, VITALS_WINDOW_SEALED, 30);
  fail_unless_equals_int (push (AT_30 (30)), VITALS_ADMIT_SKIP_CLOSED);
  vitals_capture_set_open_windows (capture, TRUE);
  push_at_30 (31, 32);
  fail_unless (vitals_capture_get_window (capture) == 1);
}

GST_END_TEST;

GST_START_TEST (rate_a_little_above_capture_fps_is_not_thinned)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  guint i;

  start (&config, 33);
  for (i = 0; i < 33; i++)
    fail_unless_equals_int (push (i * GST_SECOND / 33), VITALS_ADMIT_TAKE);
  get_window (0, VITALS_WINDOW_SEALED, 33);
}

GST_END_TEST;

GST_START_TEST (rate_far_above_capture_fps_is_thinned_to_it)
{
  static const gint rates[] = { 34, 50, 60, 120, 240 };
  VitalsCaptureConfig config = config_of (20 * GST_SECOND, 1, 720);
  gint rate = rates[__i__], i;

  start (&config, rate);
  for (i = 0; i < 10 * rate; i++) {
    VitalsAdmit admit = push (i * GST_SECOND / rate);

    fail_unless (admit == VITALS_ADMIT_TAKE || admit == VITALS_ADMIT_SKIP_RATE);
  }
  /* the tolerance of two periods, used once */
  fail_unless (vitals_capture_get_frames (capture) >= 300);
  fail_unless (vitals_capture_get_frames (capture) <= 303);
}

GST_END_TEST;

GST_START_TEST (jitter_of_a_network_camera_loses_no_frame)
{
  /* steps of 8 to 57 ms around 30 a second, as an RTSP stream has them */
  static const guint jitter[] = { 0, 12, 24, 3, 0, 9, 18, 1, 15, 7 };
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);
  guint i;

  start (&config, 0);
  for (i = 0; i < 300; i++)
    fail_unless_equals_int (push (AT_30 (i) + jitter[i % 10] * MS),
        VITALS_ADMIT_TAKE);
}

GST_END_TEST;

GST_START_TEST (face_outside_the_frame_opens_no_window)
{
  static const VitalsBox outside = { 100, 100, 10, 10 };
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  g_autoptr (GError) error = NULL;

  start (&config, 30);
  fail_unless_equals_int (vitals_capture_admit (capture, 0, NONE, FALSE),
      VITALS_ADMIT_TAKE);
  fail_if (vitals_capture_add (capture, &frame, &outside, &error));
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_REQUEST));
  vitals_capture_finish (capture);
  fail_unless_equals_int (windows->len, 0);
}

GST_END_TEST;

GST_START_TEST (impossible_settings_are_refused)
{
  VitalsCaptureConfig configs[] = {
    config_of (0, 1, 720), config_of (NONE, 1, 720), config_of (1, 0, 720),
    config_of (1, 10, 9), config_of (1, 1, 721), config_of (1, 1, 720)
  };
  guint i;

  configs[5].capture_fps = NAN;
  for (i = 0; i < G_N_ELEMENTS (configs); i++) {
    g_autoptr (GError) error = NULL;

    fail_unless (vitals_capture_new (layout, &configs[i], take_window, NULL,
            &error) == NULL, "%u", i);
    fail_unless (g_error_matches (error, VITALS_ERROR,
            VITALS_ERROR_INVALID_REQUEST));
  }
}

GST_END_TEST;

static Suite *
admission_suite (void)
{
  Suite *suite = suite_create ("admission");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_checked_fixture (test, set_up, tear_down);
  tcase_add_test (test, frames_out_of_order_are_skipped);
  tcase_add_test (test, windows_start_a_scan_interval_apart);
  tcase_add_test (test, no_window_is_opened_while_that_is_off);
  tcase_add_test (test, rate_a_little_above_capture_fps_is_not_thinned);
  tcase_add_loop_test (test, rate_far_above_capture_fps_is_thinned_to_it, 0, 5);
  tcase_add_test (test, jitter_of_a_network_camera_loses_no_frame);
  tcase_add_test (test, face_outside_the_frame_opens_no_window);
  tcase_add_test (test, impossible_settings_are_refused);
  return suite;
}

GST_CHECK_MAIN (admission);
