/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* rppg, frame by frame: input that is not as it should be. */

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <math.h>

#include "rppg-fixture.h"

static const gdouble black[3] = { 0.0, 0.0, 0.0 };
static const gdouble grey[3] = { 128.0, 128.0, 128.0 };
static const gdouble white[3] = { 255.0, 255.0, 255.0 };

GST_START_TEST (still_pictures_have_a_reason_in_place_of_a_rate)
{
  const gdouble *colours[] = { grey, white };
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  push_still (&fixture, colours[__i__], 0.0, 8.0, 30.0);
  fail_unless (count_vitals (&fixture, &with_rate) > 0);
  fail_unless_equals_int (with_rate, 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_dark_room_has_no_message)
{
  Fixture fixture;

  fixture_init (&fixture, NULL);
  push_still (&fixture, black, 0.0, 8.0, 30.0);
  fail_unless (pop_vitals (&fixture) == NULL);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_light_that_goes_out_repeats_no_reading)
{
  Fixture fixture;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 8.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  push_still (&fixture, black, 8.0, 12.0, 30.0);
  fail_unless (pop_vitals (&fixture) == NULL);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (one_frame_has_no_message)
{
  Fixture fixture;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 1 / 30.0);
  gst_harness_push_event (fixture.harness, gst_event_new_eos ());
  fail_unless (pop_vitals (&fixture) == NULL);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (after_a_gap_of_five_seconds_it_starts_anew)
{
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 8.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  push_skin_frames (&fixture, 13.0, 17.5);
  fail_unless_equals_int (count_vitals (&fixture, &with_rate), 0);
  push_skin_frames (&fixture, 17.5, 22.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (four_frames_a_second_have_a_reason)
{
  Fixture fixture;
  GstStructure *vitals;
  guint with_rate, i;

  fixture_init (&fixture, NULL);
  for (i = 0; i < 40; i++)
    push_skin_at (&fixture, i / 4.0, i / 4.0);
  vitals = pop_vitals (&fixture);
  fail_unless (vitals != NULL);
  fail_if (gst_structure_has_field (vitals, "timestamp"));
  fail_if (gst_structure_has_field (vitals, "duration"));
  gst_structure_free (vitals);
  fail_unless (count_vitals (&fixture, &with_rate) > 0);
  fail_unless_equals_int (with_rate, 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

/* Steps of 8 to 57 ms, as a network camera has; now and then one goes back. */
GST_START_TEST (times_that_jump_keep_the_rate)
{
  Fixture fixture;
  gdouble time = 0.0;
  guint i;

  fixture_init (&fixture, NULL);
  for (i = 0; i < 360; i++) {
    time = i / 30.0 + g_rand_double_range (fixture.rand, -0.012, 0.012);
    push_skin_at (&fixture, MAX (time, 0.0), MAX (time, 0.0));
    if (i % 50 == 49)
      push_skin_at (&fixture, time - 0.02, time - 0.02);
  }
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_box_that_moves_with_its_face_keeps_the_rate)
{
  static const gchar *const boxes[] = { "2,2,24,24", "6,6,24,24" };
  Fixture fixture;
  guint i;

  fixture_init (&fixture, NULL);
  for (i = 0; i < 12; i++) {
    g_object_set (fixture.harness->element, "roi", boxes[i % 2], NULL);
    push_skin_frames (&fixture, i, i + 1);
  }
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.5);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_heart_outside_40_to_220_has_a_reason)
{
  static const gdouble rates[] = { 32.0, 240.0 };
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  fixture.skin.heart_rate = rates[__i__];
  fixture.skin.amplitude = 0.008;
  push_skin_frames (&fixture, 0.0, 12.0);
  fail_unless (count_vitals (&fixture, &with_rate) > 0);
  fail_unless_equals_int (with_rate, 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (frames_without_a_time_are_an_error)
{
  Fixture fixture;
  GstBuffer *frame;

  fixture_init (&fixture, NULL);
  frame = new_frame (fixture.rand, grey, 0.0, 0.0);
  GST_BUFFER_PTS (frame) = GST_BUFFER_DTS (frame) = GST_CLOCK_TIME_NONE;
  fail_unless_equals_int (gst_harness_push (fixture.harness, frame),
      GST_FLOW_ERROR);
  fail_unless (has_error (&fixture, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED));
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (video_at_another_speed_is_refused)
{
  static const gdouble speeds[][2] = { {2.0, 1.0}, {-1.0, 1.0}, {1.0, 0.5} };
  Fixture fixture;
  GstSegment segment;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 1.0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = speeds[__i__][0];
  segment.applied_rate = speeds[__i__][1];
  segment.stop = 100 * GST_SECOND;
  gst_harness_push_event (fixture.harness, gst_event_new_segment (&segment));
  fail_unless (has_error (&fixture, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED));
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (another_recording_starts_anew)
{
  Fixture fixture;
  GstSegment segment;
  guint with_rate;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 8.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 8 * GST_SECOND;
  gst_harness_push_event (fixture.harness, gst_event_new_segment (&segment));
  push_skin_frames (&fixture, 0.0, 4.5);
  fail_unless_equals_int (count_vitals (&fixture, &with_rate), 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_roi_with_a_typing_error_measures_nothing)
{
  Fixture fixture;

  fixture_init (&fixture, NULL);
  gst_element_set_state (fixture.harness->element, GST_STATE_NULL);
  g_object_set (fixture.harness->element, "roi", "10,20", NULL);
  fail_unless_equals_int (gst_element_set_state (fixture.harness->element,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  fail_unless (has_error (&fixture, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS));
  g_object_set (fixture.harness->element, "roi", "", NULL);
  gst_element_set_state (fixture.harness->element, GST_STATE_PLAYING);
  fixture_clear (&fixture);
}

GST_END_TEST;

/* Of one who sits elsewhere, and of one who takes the seat of the first. */
static const gchar *const other_faces[] = { "24,24,20,20", "10,0,20,20" };

/* Two people: no reading is of both. */
GST_START_TEST (another_face_starts_anew)
{
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  g_object_set (fixture.harness->element, "roi", "0,0,20,20", NULL);
  push_skin_frames (&fixture, 0.0, 8.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  g_object_set (fixture.harness->element, "roi", other_faces[__i__], NULL);
  push_skin_frames (&fixture, 8.0, 12.5);
  fail_unless_equals_int (count_vitals (&fixture, &with_rate), 0);
  push_skin_frames (&fixture, 12.5, 17.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  fixture_clear (&fixture);
}

GST_END_TEST;

static void
push_face (Fixture * fixture, gdouble from, gdouble to, guint x, gint id)
{
  guint i;

  for (i = (guint) (from * 30); i < (guint) (to * 30); i++) {
    GstBuffer *frame;
    gdouble rgb[3];

    skin_colour (&fixture->skin, i / 30.0, rgb);
    frame = new_frame (fixture->rand, rgb, 1.0, i / 30.0);
    gst_buffer_add_video_region_of_interest_meta (frame, "face", x, 10, 20,
        20)->id = id;
    fail_unless_equals_int (gst_harness_push (fixture->harness, frame),
        GST_FLOW_OK);
  }
}

/* The box of another id, and whether it is another face. */
static const struct
{
  guint x;
  gboolean other;
} seats[] = { {10, TRUE}, {3, FALSE} };

GST_START_TEST (another_id_is_another_face_unless_it_is_in_the_same_place)
{
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  push_face (&fixture, 0.0, 8.0, 0, 1);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  push_face (&fixture, 8.0, 12.5, seats[__i__].x, 2);
  count_vitals (&fixture, &with_rate);
  fail_unless ((with_rate == 0) == seats[__i__].other);
  fixture_clear (&fixture);
}

GST_END_TEST;

/* As appsrc gives it when nothing else is asked for. */
GST_START_TEST (a_segment_that_is_not_of_times_has_no_stream_time)
{
  Fixture fixture;
  GstStructure *vitals;
  GstSegment segment;

  fixture_init (&fixture, NULL);
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_harness_push_event (fixture.harness, gst_event_new_segment (&segment));
  push_skin_frames (&fixture, 0.0, 8.0);
  vitals = pop_vitals (&fixture);
  fail_unless (vitals != NULL);
  fail_unless (gst_structure_has_field (vitals, "timestamp"));
  fail_if (gst_structure_has_field (vitals, "stream-time"));
  fail_if (gst_structure_has_field (vitals, "running-time"));
  gst_structure_free (vitals);
  fixture_clear (&fixture);
}

GST_END_TEST;

static Suite *
rppg_frames_suite (void)
{
  Suite *suite = suite_create ("rppg-frames");
  TCase *input = tcase_create ("input");

  suite_add_tcase (suite, input);
  tcase_add_loop_test (input, still_pictures_have_a_reason_in_place_of_a_rate,
      0, 2);
  tcase_add_test (input, a_dark_room_has_no_message);
  tcase_add_test (input, a_light_that_goes_out_repeats_no_reading);
  tcase_add_test (input, one_frame_has_no_message);
  tcase_add_test (input, after_a_gap_of_five_seconds_it_starts_anew);
  tcase_add_test (input, four_frames_a_second_have_a_reason);
  tcase_add_test (input, times_that_jump_keep_the_rate);
  tcase_add_test (input, a_box_that_moves_with_its_face_keeps_the_rate);
  tcase_add_loop_test (input, a_heart_outside_40_to_220_has_a_reason, 0, 2);
  tcase_add_test (input, frames_without_a_time_are_an_error);
  tcase_add_loop_test (input, video_at_another_speed_is_refused, 0, 3);
  tcase_add_test (input, another_recording_starts_anew);
  tcase_add_test (input, a_roi_with_a_typing_error_measures_nothing);
  tcase_add_loop_test (input,
      another_id_is_another_face_unless_it_is_in_the_same_place, 0,
      G_N_ELEMENTS (seats));
  tcase_add_loop_test (input, another_face_starts_anew, 0,
      G_N_ELEMENTS (other_faces));
  tcase_add_test (input, a_segment_that_is_not_of_times_has_no_stream_time);
  return suite;
}

GST_CHECK_MAIN (rppg_frames);
