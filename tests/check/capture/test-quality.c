/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The quality of frames, from patches that are drawn here. */

#include <math.h>
#include <string.h>
#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/capture/vitals-quality-private.h>

#define SIZE VITALS_PATCH_SIZE

/* A face as it is seen in one frame. */
typedef struct
{
  gdouble light;                /* 1: as it should be */
  gdouble shift;                /* to the right, in box widths */
  gdouble covered;              /* share of its height, from below, in grey */
  gdouble red, green, blue;     /* of the skin */
} Look;

static const Look good = { 1, 0, 0, 170, 120, 100 };

static const VitalsBox box = { 100, 80, 200, 240 };

static VitalsQuality *quality;
static VitalsQualityMeasures measures;  /* of the last frame */
static guint n_changes;
static const VitalsPatchPlace *patches;
static guint8 *pixels;
static Look drawn;              /* what the pixels show */
static GstClockTime now;

static void
setup (void)
{
  VitalsQualityLimits limits;

  vitals_quality_limits_init (&limits);
  patches = vitals_default_patches;
  quality = vitals_quality_new (&limits, patches);
  pixels = g_malloc0 (VITALS_FRAME_BYTES);
  memset (&drawn, 0, sizeof (drawn));
  now = 5 * GST_SECOND;
  n_changes = 0;
}

static void
teardown (void)
{
  vitals_quality_free (quality);
  g_free (pixels);
}

/* Shading, eyes and a mouth: something that can be seen to move. */
static gdouble
get_shade (gdouble x, gdouble y)
{
  gdouble eyes = exp (-(pow (fabs (x) - 0.15, 2) + pow (y + 0.12, 2)) / 0.004);
  gdouble mouth = exp (-(pow (x / 2, 2) + pow (y - 0.28, 2)) / 0.002);

  return (1 - 0.4 * x * x - 0.1 * y) * (1 - 0.5 * eyes) * (1 - 0.4 * mouth);
}

static void
draw_patch (const Look * look, guint patch)
{
  const gdouble colours[3] = { look->red, look->green, look->blue };
  const VitalsPatchPlace *place = &patches[patch];
  guint c, column, row;

  for (row = 0; row < SIZE; row++)
    for (column = 0; column < SIZE; column++) {
      gdouble x = place->left - 0.5 - look->shift
          + (column + 0.5) * (place->right - place->left) / SIZE;
      gdouble y = place->top - 0.5
          + (row + 0.5) * (place->bottom - place->top) / SIZE;
      gboolean covered = y > 0.4 - 0.8 * look->covered;

      for (c = 0; c < 3; c++)
        pixels[((3 * patch + c) * SIZE + row) * SIZE + column] =
            CLAMP (lrint ((covered ? 130 : colours[c] * get_shade (x, y))
                * look->light), 0, 255);
    }
}

static void
see_in_box (const Look * look, const VitalsBox * face, GstClockTime duration)
{
  guint p;

  for (p = 0; p < VITALS_N_PATCHES && memcmp (look, &drawn, sizeof (drawn));
      p++)
    draw_patch (look, p);
  drawn = *look;
  measures = *vitals_quality_push (quality, pixels, face, now);
  n_changes += measures.changed;
  now += duration;
}

static void
see (const Look * look)
{
  see_in_box (look, &box, GST_SECOND / 30);
}

/* A look that changes with time, for @seconds at 30 frames a second. */
static void
watch (const Look * look, guint seconds, gdouble swell, gdouble sway)
{
  guint i;

  for (i = 0; i < 30 * seconds; i++) {
    Look now_seen = *look;

    now_seen.light *= 1 + swell * sin (2 * G_PI * 1.2 * i / 30.0);
    now_seen.shift += sway * sin (2 * G_PI * 0.5 * i / 30.0);
    see (&now_seen);
  }
}

GST_START_TEST (a_still_face_in_good_light_has_no_problem)
{
  watch (&good, 5, 0, 0);
  fail_unless_equals_int (measures.problems, 0);
  fail_unless_equals_int (n_changes, 1);
  fail_unless (fabs (measures.framerate - 30) < 0.01);
  fail_unless (measures.brightness > 0.35 && measures.brightness < 0.55);
  fail_unless (measures.flicker < 0.001);
  fail_unless (measures.motion < 0.001);
  fail_unless (measures.clipped == 0);
  fail_unless (fabs (measures.skin - 1) < 0.01);
}

GST_END_TEST;

GST_START_TEST (a_pulse_is_no_problem)
{
  watch (&good, 5, 0.01, 0);
  fail_unless_equals_int (measures.problems, 0);
}

GST_END_TEST;

GST_START_TEST (what_needs_time_is_not_known_at_first)
{
  see (&good);
  fail_unless_equals_int (measures.problems, 0);
  fail_unless (measures.changed);
  fail_unless (isnan (measures.framerate) && isnan (measures.flicker)
      && isnan (measures.motion));
  fail_if (isnan (measures.brightness) || isnan (measures.clipped)
      || isnan (measures.skin));
}

GST_END_TEST;

GST_START_TEST (a_face_in_the_dark_is_told)
{
  Look look = good;

  look.light = 0.1;
  see (&look);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_DARK);
}

GST_END_TEST;

GST_START_TEST (a_dark_skin_in_good_light_has_no_problem)
{
  Look look = good;

  look.red = 85;
  look.green = 58;
  look.blue = 45;
  watch (&look, 3, 0, 0);
  fail_unless_equals_int (measures.problems, 0);
}

GST_END_TEST;

GST_START_TEST (an_overexposed_face_is_told)
{
  Look look = good;

  look.light = 2.2;
  see (&look);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_CLIPPED);
  fail_unless (measures.clipped > 0.5);
}

GST_END_TEST;

GST_START_TEST (light_that_swells_is_told)
{
  watch (&good, 3, 0.15, 0);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_FLICKER);
  fail_unless (fabs (measures.flicker - 0.15) < 0.02);
}

GST_END_TEST;

GST_START_TEST (light_that_slowly_grows_is_not_flicker)
{
  Look look = good;
  guint i;

  for (i = 0; i < 90; i++) {
    look.light = 0.7 + 0.005 * i;
    see (&look);
  }
  fail_unless_equals_int (measures.problems, 0);
}

GST_END_TEST;

GST_START_TEST (a_head_that_moves_in_a_box_that_is_held_is_told)
{
  watch (&good, 3, 0, 0.1);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_MOTION);
  /* 4 times the peak, twice a second */
  fail_unless (measures.motion > 0.15 && measures.motion < 0.25,
      "motion is %f", measures.motion);
}

GST_END_TEST;

GST_START_TEST (a_slight_sway_is_no_problem)
{
  watch (&good, 3, 0, 0.02);
  fail_unless_equals_int (measures.problems, 0);
  fail_unless (measures.motion > 0.03 && measures.motion < 0.05,
      "motion is %f", measures.motion);
}

GST_END_TEST;

/* A layout may say where the patches lie. */
GST_START_TEST (motion_is_that_of_the_face_wherever_its_patch_lies)
{
  static const VitalsPatchPlace whole[] = { {0, 0, 1, 1}, {0, 0, 1, 1},
  {0, 0, 1, 1}, {0, 0, 1, 1}
  };
  VitalsQualityLimits limits;

  vitals_quality_limits_init (&limits);
  vitals_quality_free (quality);
  patches = whole;
  quality = vitals_quality_new (&limits, patches);
  watch (&good, 3, 0, 0.1);
  fail_unless (measures.motion > 0.17 && measures.motion < 0.23,
      "motion is %f", measures.motion);
}

GST_END_TEST;

GST_START_TEST (a_box_that_jumps_about_is_told)
{
  VitalsBox jumping = box;
  guint i;

  for (i = 0; i < 60; i++) {
    jumping.x = box.x + (i / 3 % 2) * 0.05 * box.width;
    see_in_box (&good, &jumping, GST_SECOND / 30);
  }
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_MOTION);
}

GST_END_TEST;

GST_START_TEST (a_small_face_is_told)
{
  VitalsBox small = { 10, 10, 12, 14 };

  see_in_box (&good, &small, GST_SECOND / 30);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_SMALL);
}

GST_END_TEST;

GST_START_TEST (a_face_that_the_edge_cuts_is_told)
{
  VitalsBox cut = { 0, 80, 60, 240 };

  see_in_box (&good, &cut, GST_SECOND / 30);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_CUT);
}

GST_END_TEST;

GST_START_TEST (a_face_that_is_covered_is_told_until_it_is_free_again)
{
  Look look = good;

  watch (&look, 3, 0, 0);
  look.covered = 0.5;
  watch (&look, 20, 0, 0);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_OCCLUDED);
  watch (&good, 3, 0, 0);
  fail_unless_equals_int (measures.problems, 0);
  fail_unless (measures.skin > 0.9);
}

GST_END_TEST;

GST_START_TEST (a_grey_picture_is_not_covered)
{
  Look look = good;

  look.red = look.green = look.blue = 130;
  watch (&look, 3, 0, 0);
  fail_unless_equals_int (measures.problems, 0);
}

GST_END_TEST;

GST_START_TEST (few_frames_a_second_are_told)
{
  guint i;

  for (i = 0; i < 10; i++)
    see_in_box (&good, &box, GST_SECOND / 5);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_SLOW);
  fail_unless (fabs (measures.framerate - 5) < 0.01);
}

GST_END_TEST;

GST_START_TEST (every_other_frame_missing_is_the_rate_that_is_left)
{
  guint i;

  for (i = 0; i < 60; i++)
    see_in_box (&good, &box, (i % 2 ? 3 : 1) * GST_SECOND / 60);
  fail_unless (fabs (measures.framerate - 30) < 1);
}

GST_END_TEST;

GST_START_TEST (very_many_frames_a_second_are_no_problem)
{
  guint i;

  for (i = 0; i < 500; i++)
    see_in_box (&good, &box, GST_SECOND / 240);
  fail_unless_equals_int (measures.problems, 0);
  fail_unless (fabs (measures.framerate - 240) < 1);
}

GST_END_TEST;

GST_START_TEST (after_a_gap_the_rate_is_not_known)
{
  watch (&good, 2, 0, 0);
  now += 3 * GST_SECOND;
  see (&good);
  fail_unless (isnan (measures.framerate));
  fail_unless_equals_int (measures.problems, 0);
}

GST_END_TEST;

GST_START_TEST (time_that_jumps_back_is_another_recording)
{
  watch (&good, 2, 0, 0);
  now = 0;
  see (&good);
  fail_unless (isnan (measures.framerate));
  watch (&good, 2, 0, 0);
  fail_unless (fabs (measures.framerate - 30) < 0.01);
}

GST_END_TEST;

GST_START_TEST (a_problem_at_its_limit_does_not_come_and_go)
{
  VitalsQualityLimits limits;
  Look look = good;
  gdouble limit;
  guint i;

  vitals_quality_limits_init (&limits);
  see (&good);
  limit = limits.min_brightness / measures.brightness;
  vitals_quality_reset (quality);
  n_changes = 0;
  for (i = 0; i < 60; i++) {
    look.light = (i % 2 ? 0.98 : 1.02) * limit;
    see (&look);
  }
  fail_unless_equals_int (measures.problems & VITALS_QUALITY_DARK,
      VITALS_QUALITY_DARK);
  /* the first, and the dark */
  fail_unless_equals_int (n_changes, 2);
}

GST_END_TEST;

GST_START_TEST (after_a_reset_all_is_told_anew)
{
  Look look = good;

  look.light = 0.1;
  watch (&look, 1, 0, 0);
  vitals_quality_reset (quality);
  n_changes = 0;
  see (&look);
  fail_unless_equals_int (n_changes, 1);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_DARK);
}

GST_END_TEST;

GST_START_TEST (black_and_white_pictures_have_no_strange_figures)
{
  memset (pixels, 0, VITALS_FRAME_BYTES);
  measures = *vitals_quality_push (quality, pixels, &box, now);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_DARK);
  fail_unless (isnan (measures.skin));
  memset (pixels, 255, VITALS_FRAME_BYTES);
  measures = *vitals_quality_push (quality, pixels, &box, now + GST_SECOND / 5);
  fail_unless_equals_int (measures.problems, VITALS_QUALITY_CLIPPED);
}

GST_END_TEST;

/* The box that the tracker finds in the clip. */
static const VitalsBox clip_face = { 57, 77, 384, 384 };

typedef struct
{
  guint frames, bad;
} Clip;

static void
judge_buffer (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad, Clip * clip)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;
  GstVideoFrame frame;

  fail_unless (gst_video_info_from_caps (&info, caps));
  gst_caps_unref (caps);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  fail_unless (vitals_pack_frame (&frame, &clip_face, pixels, NULL));
  gst_video_frame_unmap (&frame);
  measures = *vitals_quality_push (quality, pixels, &clip_face,
      GST_BUFFER_PTS (buffer));
  clip->frames++;
  clip->bad += measures.problems != 0;
}

GST_START_TEST (no_frame_of_the_real_clip_has_a_problem)
{
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  g_autofree gchar *file = g_build_filename (data ? data : "", "face.mp4",
      NULL);
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=\"%s\" ! "
      "decodebin ! videoconvert ! video/x-raw,format=I420 ! "
      "fakesink name=sink signal-handoffs=true", file);
  GstElement *pipeline, *sink;
  Clip clip = { 0, 0 };
  GstMessage *message;

  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_print ("skipped: no face.mp4 in VITALS_TEST_DATA\n");
    return;
  }
  pipeline = gst_parse_launch (launch, NULL);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_signal_connect (sink, "handoff", G_CALLBACK (judge_buffer), &clip);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  fail_unless_equals_int (clip.frames, 301);
  fail_unless_equals_int (clip.bad, 0);
}

GST_END_TEST;

static Suite *
quality_suite (void)
{
  Suite *suite = suite_create ("quality");
  TCase *tcase = tcase_create ("quality");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, a_still_face_in_good_light_has_no_problem);
  tcase_add_test (tcase, a_pulse_is_no_problem);
  tcase_add_test (tcase, what_needs_time_is_not_known_at_first);
  tcase_add_test (tcase, a_face_in_the_dark_is_told);
  tcase_add_test (tcase, a_dark_skin_in_good_light_has_no_problem);
  tcase_add_test (tcase, an_overexposed_face_is_told);
  tcase_add_test (tcase, light_that_swells_is_told);
  tcase_add_test (tcase, light_that_slowly_grows_is_not_flicker);
  tcase_add_test (tcase, a_head_that_moves_in_a_box_that_is_held_is_told);
  tcase_add_test (tcase, a_slight_sway_is_no_problem);
  tcase_add_test (tcase, motion_is_that_of_the_face_wherever_its_patch_lies);
  tcase_add_test (tcase, a_box_that_jumps_about_is_told);
  tcase_add_test (tcase, a_small_face_is_told);
  tcase_add_test (tcase, a_face_that_the_edge_cuts_is_told);
  tcase_add_test (tcase, a_face_that_is_covered_is_told_until_it_is_free_again);
  tcase_add_test (tcase, a_grey_picture_is_not_covered);
  tcase_add_test (tcase, few_frames_a_second_are_told);
  tcase_add_test (tcase, every_other_frame_missing_is_the_rate_that_is_left);
  tcase_add_test (tcase, very_many_frames_a_second_are_no_problem);
  tcase_add_test (tcase, after_a_gap_the_rate_is_not_known);
  tcase_add_test (tcase, time_that_jumps_back_is_another_recording);
  tcase_add_test (tcase, a_problem_at_its_limit_does_not_come_and_go);
  tcase_add_test (tcase, after_a_reset_all_is_told_anew);
  tcase_add_test (tcase, black_and_white_pictures_have_no_strange_figures);
  tcase_add_test (tcase, no_frame_of_the_real_clip_has_a_problem);
  return suite;
}

GST_CHECK_MAIN (quality);
