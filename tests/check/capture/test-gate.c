/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which windows are worth a scan: good frames are grey, bad ones black. */

#include <string.h>
#include <vitals/vitals-error.h>

#include "fixture.h"

#define SECONDS(n) (30 * (n))

static VitalsCaptureConfig
gate_config (GstClockTime duration, guint min)
{
  VitalsCaptureConfig config = config_of (duration, min, 720);

  vitals_gate_config_init (&config.gate);
  /* the frames of the fixture are small */
  config.gate.limits.min_face_width = 10;
  return config;
}

static guint next;              /* frame */

/* A step in the light is flicker for as long as it is remembered, 2 s: only the
 * darkness is looked at here. */
static void
start_gate (VitalsCaptureConfig * config)
{
  config->gate.limits.max_flicker = 100;
  start (config, 30);
  next = 0;
}

static void
see (guint8 level, guint frames)
{
  guint i;

  memset (GST_VIDEO_FRAME_PLANE_DATA (&frame, 0), level,
      GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0)
      * GST_VIDEO_FRAME_HEIGHT (&frame));
  for (i = 0; i < frames; i++)
    push (AT_30 (next++));
}

static void
see_good (guint frames)
{
  see (128, frames);
}

static void
see_bad (guint frames)
{
  see (16, frames);
}

static void
push_range (guint frames)
{
  push_at_30 (next, next + frames);
  next += frames;
}

GST_START_TEST (window_of_good_frames_is_sealed)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);

  start_gate (&config);
  see_good (SECONDS (10));
  get_window (0, VITALS_WINDOW_SEALED, SECONDS (10));
}

GST_END_TEST;

GST_START_TEST (window_with_few_bad_frames_is_sealed_with_them)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);

  start_gate (&config);
  see_good (SECONDS (4));
  see_bad (SECONDS (2));
  see_good (SECONDS (4));
  get_window (0, VITALS_WINDOW_SEALED, SECONDS (10));
}

GST_END_TEST;

GST_START_TEST (window_that_is_beyond_help_ends_at_once)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);

  start_gate (&config);
  see_good (SECONDS (2));
  see_bad (SECONDS (3));
  fail_unless_equals_int (windows->len, 0);
  see_bad (1);
  get_window (0, VITALS_WINDOW_LOW_QUALITY, SECONDS (5) + 1);
}

GST_END_TEST;

GST_START_TEST (refusal_says_what_was_wrong_and_what_to_do)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);
  const VitalsCaptureWindow *window;

  start_gate (&config);
  see_good (SECONDS (2));
  see_bad (SECONDS (4));
  window = get_window (0, VITALS_WINDOW_LOW_QUALITY, SECONDS (5) + 1);
  fail_unless (g_error_matches (window->error, VITALS_ERROR,
          VITALS_ERROR_QUALITY_TOO_LOW));
  fail_unless (vitals_error_get_retryable (window->error));
  fail_unless (strstr (window->error->message, "91 of 151 frames"));
  fail_unless (strstr (window->error->message, "too dark: 91"));
  fail_unless (strstr (window->error->message, "Light the face"));
}

GST_END_TEST;

GST_START_TEST (window_begins_with_the_first_good_frame)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);
  const VitalsCaptureWindow *window;

  start_gate (&config);
  see_bad (SECONDS (2));
  fail_unless (vitals_capture_is_waiting (capture));
  fail_unless_equals_int (vitals_capture_get_frames (capture), 0);
  see_good (SECONDS (10));
  fail_if (vitals_capture_is_waiting (capture));
  window = get_window (0, VITALS_WINDOW_SEALED, SECONDS (10));
  fail_unless_equals_uint64 (window->timestamp, AT_30 (SECONDS (2)));
}

GST_END_TEST;

GST_START_TEST (recording_that_is_bad_throughout_is_refused_once)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);

  start_gate (&config);
  see_bad (SECONDS (60));
  vitals_capture_finish (capture);
  get_window (0, VITALS_WINDOW_LOW_QUALITY, SECONDS (3) + 1);
  fail_unless_equals_int (windows->len, 1);
}

GST_END_TEST;

GST_START_TEST (after_a_refusal_the_next_good_frame_begins_a_window)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);

  /* no scan was started, so none has to be waited for */
  config.scan_interval = 60 * GST_SECOND;
  start_gate (&config);
  see_good (SECONDS (2));
  see_bad (SECONDS (8));
  get_window (0, VITALS_WINDOW_LOW_QUALITY, SECONDS (5) + 1);
  see_good (SECONDS (10));
  get_window (1, VITALS_WINDOW_SEALED, SECONDS (10));
}

GST_END_TEST;

GST_START_TEST (new_recording_is_answered_anew)
{
  VitalsCaptureConfig config = gate_config (10 * GST_SECOND, 1);

  start_gate (&config);
  see_bad (SECONDS (6));
  vitals_capture_drop (capture, VITALS_WINDOW_DISCONTINUITY);
  see_bad (SECONDS (6));
  get_window (1, VITALS_WINDOW_LOW_QUALITY, SECONDS (3) + 1);
  fail_unless_equals_int (windows->len, 2);
}

GST_END_TEST;

GST_START_TEST (bad_recording_that_ends_early_is_refused_at_its_end)
{
  VitalsCaptureConfig config = gate_config (24 * GST_SECOND, 30);

  start_gate (&config);
  see_good (SECONDS (3));
  see_bad (SECONDS (3));
  vitals_capture_finish (capture);
  get_window (0, VITALS_WINDOW_LOW_QUALITY, SECONDS (6));
}

GST_END_TEST;

GST_START_TEST (bad_recording_without_one_good_frame_is_refused_at_its_end)
{
  VitalsCaptureConfig config = gate_config (24 * GST_SECOND, 30);

  /* even where all may be bad there is nothing to send */
  config.gate.max_bad = 1;
  start_gate (&config);
  see_bad (SECONDS (3));
  vitals_capture_finish (capture);
  get_window (0, VITALS_WINDOW_LOW_QUALITY, SECONDS (3));
}

GST_END_TEST;

GST_START_TEST (rest_that_is_too_short_is_that_whether_good_or_bad)
{
  VitalsCaptureConfig config = gate_config (24 * GST_SECOND, 150);

  start_gate (&config);
  see_bad (SECONDS (2));
  vitals_capture_finish (capture);
  get_window (0, VITALS_WINDOW_TOO_FEW_FRAMES, SECONDS (2));
}

GST_END_TEST;

GST_START_TEST (slow_frames_are_refused_by_the_rate_that_they_have)
{
  VitalsCaptureConfig config = gate_config (20 * GST_SECOND, 1);
  const VitalsCaptureWindow *window;
  guint i;

  /* the caps do not say it */
  start (&config, 0);
  for (i = 0; i < 100 && windows->len == 0; i++)
    push (i * GST_SECOND / 5);
  window = &g_array_index (windows, VitalsCaptureWindow, 0);
  fail_unless_equals_int (window->end, VITALS_WINDOW_LOW_QUALITY);
  fail_unless (strstr (window->error->message, "too few frames a second"));
  /* 30 % of 20 s, after the second that it takes to know the rate */
  fail_unless (i > 30 && i < 40, "refused after %u frames", i);
}

GST_END_TEST;

GST_START_TEST (warning_gate_measures_and_seals)
{
  VitalsCaptureConfig config = gate_config (GST_SECOND, 1);

  config.gate.mode = VITALS_GATE_WARN;
  start_gate (&config);
  see_bad (SECONDS (1));
  get_window (0, VITALS_WINDOW_SEALED, SECONDS (1));
  fail_unless_equals_int (vitals_capture_get_quality (capture)->problems,
      VITALS_QUALITY_DARK);
}

GST_END_TEST;

GST_START_TEST (gate_that_is_off_measures_nothing)
{
  VitalsCaptureConfig config = gate_config (GST_SECOND, 1);

  config.gate.mode = VITALS_GATE_OFF;
  start_gate (&config);
  see_bad (SECONDS (1));
  get_window (0, VITALS_WINDOW_SEALED, SECONDS (1));
  fail_unless (vitals_capture_get_quality (capture) == NULL);
}

GST_END_TEST;

GST_START_TEST (face_that_goes_is_told_once)
{
  VitalsCaptureConfig config = gate_config (GST_SECOND, 1);

  start_gate (&config);
  fail_if (vitals_capture_lose_face (capture));
  push_range (10);
  fail_unless (vitals_capture_lose_face (capture));
  fail_if (vitals_capture_lose_face (capture));
  fail_unless (vitals_capture_get_quality (capture) == NULL);
}

GST_END_TEST;

static Suite *
gate_suite (void)
{
  Suite *suite = suite_create ("gate");
  TCase *tcase = tcase_create ("gate");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, window_of_good_frames_is_sealed);
  tcase_add_test (tcase, window_with_few_bad_frames_is_sealed_with_them);
  tcase_add_test (tcase, window_that_is_beyond_help_ends_at_once);
  tcase_add_test (tcase, refusal_says_what_was_wrong_and_what_to_do);
  tcase_add_test (tcase, window_begins_with_the_first_good_frame);
  tcase_add_test (tcase, recording_that_is_bad_throughout_is_refused_once);
  tcase_add_test (tcase, after_a_refusal_the_next_good_frame_begins_a_window);
  tcase_add_test (tcase, new_recording_is_answered_anew);
  tcase_add_test (tcase, bad_recording_that_ends_early_is_refused_at_its_end);
  tcase_add_test (tcase,
      bad_recording_without_one_good_frame_is_refused_at_its_end);
  tcase_add_test (tcase, rest_that_is_too_short_is_that_whether_good_or_bad);
  tcase_add_test (tcase, slow_frames_are_refused_by_the_rate_that_they_have);
  tcase_add_test (tcase, warning_gate_measures_and_seals);
  tcase_add_test (tcase, gate_that_is_off_measures_nothing);
  tcase_add_test (tcase, face_that_goes_is_told_once);
  return suite;
}

GST_CHECK_MAIN (gate);
