/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows: when they end, and how. */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-error.h>

#include "fixture.h"

GST_START_TEST (clip_of_301_frames_gives_three_windows_and_a_tail)
{
  VitalsCaptureConfig config = config_of (3 * GST_SECOND, 60, 720);
  const VitalsCaptureWindow *window;
  guint i;

  start (&config, 30);
  push_at_30 (0, 301);
  for (i = 0; i < 3; i++) {
    window = get_window (i, VITALS_WINDOW_SEALED, 90);
    fail_unless (window->timestamp == AT_30 (90 * i));
    fail_unless (ABS ((gint64) window->duration - 3 * GST_SECOND) < 2);
    fail_unless (fabs (window->framerate - 30) < 1e-6);
  }
  fail_unless_equals_int (windows->len, 3);
  vitals_capture_finish (capture);
  get_window (3, VITALS_WINDOW_TOO_FEW_FRAMES, 31);
  fail_unless_equals_int (windows->len, 4);
}

GST_END_TEST;

GST_START_TEST (window_is_closed_by_the_frame_whose_end_reaches_it)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 29);
  fail_unless_equals_int (windows->len, 0);
  push_at_30 (29, 30);
  get_window (0, VITALS_WINDOW_SEALED, 30);
}

GST_END_TEST;

/* Those of a broken source, or of one that counts backwards from there. */
GST_START_TEST (window_near_the_end_of_all_times_is_one_window)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  GstClockTime base = GST_CLOCK_TIME_NONE - 1 - AT_30 (20);
  guint i;

  start (&config, 30);
  for (i = 0; i < 15; i++)
    push (base + AT_30 (i));
  fail_unless_equals_int (windows->len, 0);
  vitals_capture_finish (capture);
  get_window (0, VITALS_WINDOW_SEALED, 15);
  fail_unless_equals_int (windows->len, 1);
}

GST_END_TEST;

GST_START_TEST (times_rounded_to_milliseconds_change_nothing)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  guint i;

  start (&config, 30);
  for (i = 0; i < 90; i++)
    push (AT_30 (i) / MS * MS);
  for (i = 0; i < 3; i++)
    get_window (i, VITALS_WINDOW_SEALED, 30);
  fail_unless_equals_int (windows->len, 3);
}

GST_END_TEST;

GST_START_TEST (frame_at_the_end_of_a_window_opens_the_next)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  const VitalsCaptureWindow *window;

  start (&config, 0);
  /* frames that say that they are short: none of them reaches the end */
  push_full (0, 10 * MS, FALSE);
  push_full (500 * MS, 10 * MS, FALSE);
  push_full (900 * MS, 10 * MS, FALSE);
  fail_unless_equals_int (windows->len, 0);
  push_full (1000 * MS, 10 * MS, FALSE);
  window = get_window (0, VITALS_WINDOW_SEALED, 3);
  fail_unless (window->duration == 910 * MS);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 1);
  vitals_capture_finish (capture);
  window = get_window (1, VITALS_WINDOW_SEALED, 1);
  fail_unless (window->timestamp == 1000 * MS);
  /* one frame has no rate */
  fail_unless (window->framerate == 0);
}

GST_END_TEST;

GST_START_TEST (max_frames_close_a_window)
{
  VitalsCaptureConfig config = config_of (10 * GST_SECOND, 1, 25);

  start (&config, 30);
  push_at_30 (0, 60);
  get_window (0, VITALS_WINDOW_SEALED, 25);
  get_window (1, VITALS_WINDOW_SEALED, 25);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 10);
}

GST_END_TEST;

GST_START_TEST (window_with_too_few_frames_is_dropped_and_counted)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 11, 720);
  guint i;

  start (&config, 10);
  for (i = 0; i < 20; i++)
    push (i * 100 * MS);
  get_window (0, VITALS_WINDOW_TOO_FEW_FRAMES, 10);
  get_window (1, VITALS_WINDOW_TOO_FEW_FRAMES, 10);
  fail_unless (vitals_capture_get_window (capture) == 2);
}

GST_END_TEST;

GST_START_TEST (gap_over_a_second_drops_the_window)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 10);
  push (AT_30 (9) + GST_SECOND + AT_30 (1) + 1);
  get_window (0, VITALS_WINDOW_DISCONTINUITY, 10);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 1);
}

GST_END_TEST;

GST_START_TEST (gap_of_a_second_does_not)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 10);
  push (AT_30 (9) + GST_SECOND);
  fail_unless_equals_int (windows->len, 0);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 11);
}

GST_END_TEST;

GST_START_TEST (discont_with_a_jump_drops_the_window)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 10);
  fail_unless_equals_int (push_full (AT_30 (9) + 600 * MS, NONE, TRUE),
      VITALS_ADMIT_TAKE);
  get_window (0, VITALS_WINDOW_DISCONTINUITY, 10);
}

GST_END_TEST;

GST_START_TEST (discont_without_a_jump_does_not)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  fail_unless_equals_int (push_full (0, NONE, TRUE), VITALS_ADMIT_TAKE);
  push_at_30 (1, 10);
  fail_unless_equals_int (push_full (AT_30 (10), NONE, TRUE),
      VITALS_ADMIT_TAKE);
  fail_unless_equals_int (windows->len, 0);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 11);
}

GST_END_TEST;

GST_START_TEST (new_caps_drop_the_window_and_the_same_do_not)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 10);
  set_rate (30, 1);
  fail_unless_equals_int (windows->len, 0);
  set_rate (25, 1);
  get_window (0, VITALS_WINDOW_DISCONTINUITY, 10);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 0);
}

GST_END_TEST;

GST_START_TEST (time_that_starts_again_starts_a_new_window)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (300, 310);
  push_at_30 (0, 5);
  get_window (0, VITALS_WINDOW_DISCONTINUITY, 10);
  vitals_capture_finish (capture);
  fail_unless (get_window (1, VITALS_WINDOW_SEALED, 5)->timestamp == 0);
}

GST_END_TEST;

GST_START_TEST (finish_seals_a_window_that_has_min_frames)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 31, 720);

  start (&config, 30);
  push_at_30 (0, 31);
  vitals_capture_finish (capture);
  get_window (0, VITALS_WINDOW_SEALED, 31);
  vitals_capture_finish (capture);
  fail_unless_equals_int (windows->len, 1);
  push_at_30 (0, 30);
  vitals_capture_finish (capture);
  get_window (1, VITALS_WINDOW_TOO_FEW_FRAMES, 30);
}

GST_END_TEST;

GST_START_TEST (drop_says_why)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (100, 110);
  vitals_capture_drop (capture, VITALS_WINDOW_STOPPED);
  get_window (0, VITALS_WINDOW_STOPPED, 10);
  vitals_capture_drop (capture, VITALS_WINDOW_STOPPED);
  fail_unless_equals_int (windows->len, 1);
  push_at_30 (110, 115);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 5);
}

GST_END_TEST;

GST_START_TEST (after_a_discontinuity_the_next_frame_may_have_any_time)
{
  VitalsCaptureConfig config = config_of (24 * GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (100, 110);
  vitals_capture_drop (capture, VITALS_WINDOW_DISCONTINUITY);
  get_window (0, VITALS_WINDOW_DISCONTINUITY, 10);
  push_at_30 (95, 100);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 5);
}

GST_END_TEST;

/* Frames @first to @end of another recording: none begins a window. */
static void
wait_at_30 (guint first, guint end)
{
  guint i;

  for (i = first; i < end; i++)
    fail_unless_equals_int (push (AT_30 (i)), VITALS_ADMIT_SKIP_INTERVAL);
}

/* Each window is paid for. */
GST_START_TEST (neither_stop_nor_flush_nor_jump_gives_another_window_early)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);

  config.scan_interval = 10 * GST_SECOND;
  start (&config, 30);
  push_at_30 (0, 30);
  get_window (0, VITALS_WINDOW_SEALED, 30);
  vitals_capture_drop (capture, VITALS_WINDOW_STOPPED);
  fail_unless_equals_int (push (AT_30 (30)), VITALS_ADMIT_SKIP_INTERVAL);
  vitals_capture_drop (capture, VITALS_WINDOW_DISCONTINUITY);
  /* a second has passed; what follows is 8.9 more */
  wait_at_30 (3, 271);
  vitals_capture_finish (capture);
  fail_unless_equals_int (push (AT_30 (0)), VITALS_ADMIT_SKIP_INTERVAL);
  fail_unless_equals_int (push (AT_30 (2)), VITALS_ADMIT_SKIP_INTERVAL);
  fail_unless_equals_int (push (AT_30 (4)), VITALS_ADMIT_TAKE);
  fail_unless_equals_int (windows->len, 1);
}

GST_END_TEST;

/* Whether the source marks it or not. */
GST_START_TEST (a_jump_ahead_is_no_time_that_passed)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  const GstClockTime jump = 1000 * GST_SECOND;
  guint i;

  config.scan_interval = 10 * GST_SECOND;
  start (&config, 30);
  push_at_30 (0, 30);
  wait_at_30 (30, 61);
  /* 2 s have passed; each of these is another jump */
  for (i = 1; i <= 30; i++)
    fail_unless_equals_int (push_full (AT_30 (60) + i * jump, NONE, __i__ == 1),
        VITALS_ADMIT_SKIP_INTERVAL);
  for (i = 1; i < 240; i++)
    fail_unless_equals_int (push (AT_30 (60 + i) + 30 * jump),
        VITALS_ADMIT_SKIP_INTERVAL);
  fail_unless_equals_int (push (AT_30 (300) + 30 * jump), VITALS_ADMIT_TAKE);
  fail_unless_equals_int (windows->len, 1);
}

GST_END_TEST;

GST_START_TEST (a_window_says_whether_time_jumped_before_it)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);

  start (&config, 30);
  push_at_30 (0, 60);
  fail_unless (get_window (0, VITALS_WINDOW_SEALED, 30)->discont);
  fail_if (get_window (1, VITALS_WINDOW_SEALED, 30)->discont);
  push_at_30 (60, 70);
  push_at_30 (300, 360);
  get_window (2, VITALS_WINDOW_DISCONTINUITY, 10);
  fail_unless (get_window (3, VITALS_WINDOW_SEALED, 30)->discont);
  fail_if (get_window (4, VITALS_WINDOW_SEALED, 30)->discont);
  push_at_30 (0, 30);
  fail_unless (get_window (5, VITALS_WINDOW_SEALED, 30)->discont);
  vitals_capture_drop (capture, VITALS_WINDOW_DISCONTINUITY);
  push_at_30 (30, 60);
  fail_unless (get_window (6, VITALS_WINDOW_SEALED, 30)->discont);
}

GST_END_TEST;

GST_START_TEST (payload_of_a_window_says_its_frames_and_rate)
{
  VitalsCaptureConfig config = config_of (GST_SECOND, 1, 720);
  const VitalsCaptureWindow *window;
  g_autoptr (VitalsTensor) tensor = NULL;
  g_autoptr (GBytes) payload = NULL;
  guint8 packed[VITALS_FRAME_BYTES];
  guint i;

  config.capture_fps = 60;
  start (&config, 25);
  for (i = 0; i < 25; i++)
    push (i * 40 * MS);
  window = get_window (0, VITALS_WINDOW_SEALED, 25);
  payload = vitals_payload_to_bytes (window->payload);
  tensor = vitals_tensor_decode (payload, layout, NULL);
  fail_unless (tensor != NULL);
  fail_unless_equals_int (vitals_tensor_get_frames (tensor), 25);
  fail_unless (vitals_tensor_get_framerate (tensor) == 25);
  fail_unless (vitals_pack_frame (&frame, &face, packed, NULL));
  for (i = 0; i < 25; i++)
    fail_unless (memcmp ((const guint8 *) g_bytes_get_data
            (vitals_tensor_get_pixels (tensor), NULL) + i * VITALS_FRAME_BYTES,
            packed, sizeof packed) == 0);
}

GST_END_TEST;

GST_START_TEST (progress_goes_by_time)
{
  VitalsCaptureConfig config = config_of (2 * GST_SECOND, 1, 720);

  start (&config, 30);
  fail_unless_equals_int (vitals_capture_get_percent (capture), 0);
  fail_unless_equals_int (vitals_capture_get_target_frames (capture), 60);
  push_at_30 (0, 31);
  fail_unless_equals_int (vitals_capture_get_percent (capture), 50);
  fail_unless_equals_int (vitals_capture_get_frames (capture), 31);
  push_at_30 (31, 60);
  fail_unless_equals_int (vitals_capture_get_percent (capture), 0);
}

GST_END_TEST;

static Suite *
windows_suite (void)
{
  Suite *suite = suite_create ("windows");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_checked_fixture (test, set_up, tear_down);
  tcase_add_test (test, clip_of_301_frames_gives_three_windows_and_a_tail);
  tcase_add_test (test, window_is_closed_by_the_frame_whose_end_reaches_it);
  tcase_add_test (test, window_near_the_end_of_all_times_is_one_window);
  tcase_add_test (test, times_rounded_to_milliseconds_change_nothing);
  tcase_add_test (test, frame_at_the_end_of_a_window_opens_the_next);
  tcase_add_test (test, max_frames_close_a_window);
  tcase_add_test (test, window_with_too_few_frames_is_dropped_and_counted);
  tcase_add_test (test, gap_over_a_second_drops_the_window);
  tcase_add_test (test, gap_of_a_second_does_not);
  tcase_add_test (test, discont_with_a_jump_drops_the_window);
  tcase_add_test (test, discont_without_a_jump_does_not);
  tcase_add_test (test, new_caps_drop_the_window_and_the_same_do_not);
  tcase_add_test (test, time_that_starts_again_starts_a_new_window);
  tcase_add_test (test, finish_seals_a_window_that_has_min_frames);
  tcase_add_test (test, drop_says_why);
  tcase_add_test (test, after_a_discontinuity_the_next_frame_may_have_any_time);
  tcase_add_test (test,
      neither_stop_nor_flush_nor_jump_gives_another_window_early);
  tcase_add_loop_test (test, a_jump_ahead_is_no_time_that_passed, 0, 2);
  tcase_add_test (test, a_window_says_whether_time_jumped_before_it);
  tcase_add_test (test, payload_of_a_window_says_its_frames_and_rate);
  tcase_add_test (test, progress_goes_by_time);
  return suite;
}

GST_CHECK_MAIN (windows);
