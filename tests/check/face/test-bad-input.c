/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What pictures and settings get that no face can be found with. */

#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>

#include "has-detector.h"
#include "stage.h"

GST_START_TEST (no_face_is_told_after_its_timeout_and_packs_nothing)
{
  g_autoptr (GstBuffer) chair = render (CHAIR, CAPS (320, 240));
  g_autoptr (GstStructure) quality = NULL;
  gboolean face = TRUE;
  Stage stage;

  if (!has_detector ())
    return;
  stage_open_encoder (&stage, CAPS (320, 240));
  stage_show (&stage, chair, 59);
  assert_quiet (&stage, "vitals-quality");
  stage_show (&stage, chair, 150);
  quality = stage_pop (&stage, "vitals-quality");
  fail_unless (quality && gst_structure_get_boolean (quality, "face", &face));
  fail_if (face);
  assert_quiet (&stage, "vitals-quality");
  fail_unless_equals_int (gst_harness_buffers_received (stage.harness), 0);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (photo_of_a_face_beside_the_real_one_is_never_taken)
{
  g_autoptr (GstBuffer) real = render (FACE, CAPS (480, 360));
  g_autoptr (GstBuffer) photo = render (FACE, CAPS (160, 120));
  VitalsBox truth = get_truth (480, 360), box;
  Stage stage;

  if (!has_detector ())
    return;
  paste (photo, 160, 120, real, 480, 360);
  stage_open_tracker (&stage, CAPS (480, 360));
  stage_show (&stage, real, 150);
  fail_unless_equals_int (assert_event (&stage, "found", &box), 0);
  assert_place (&box, &truth);
  assert_quiet (&stage, "facetracker");
  fail_unless_equals_int (stage.n_regions, 150);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (face_that_leaves_and_returns_is_lost_and_found)
{
  g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 240));
  g_autoptr (GstBuffer) chair = render (CHAIR, CAPS (320, 240));
  Stage stage;

  if (!has_detector ())
    return;
  stage_open_tracker (&stage, CAPS (320, 240));
  stage_show (&stage, face, 30);
  fail_unless_equals_int (assert_event (&stage, "found", NULL), 0);
  stage_show (&stage, chair, 90);
  fail_unless_equals_int (assert_event (&stage, "lost", NULL), 0);
  stage_show (&stage, face, 30);
  fail_unless_equals_int (assert_event (&stage, "found", NULL), 1);
  assert_quiet (&stage, "facetracker");
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (face_that_leaves_is_told_by_the_encoder)
{
  g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 240));
  g_autoptr (GstBuffer) chair = render (CHAIR, CAPS (320, 240));
  Stage stage;
  guint i;

  if (!has_detector ())
    return;
  stage_open_encoder (&stage, CAPS (320, 240));
  stage_show (&stage, face, 30);
  stage_show (&stage, chair, 90);
  stage_show (&stage, face, 30);
  for (i = 0; i < 3; i++) {
    g_autoptr (GstStructure) quality = NULL;
    gboolean present;

    /* what the box holds in between is another picture, and may warn */
    do {
      g_clear_pointer (&quality, gst_structure_free);
      quality = stage_pop (&stage, "vitals-quality");
      fail_unless (quality && gst_structure_get_boolean (quality, "face",
              &present));
    } while (present != (i != 1));
  }
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (face_of_20_pixels_is_not_guessed)
{
  g_autoptr (GstBuffer) frame = render (CHAIR, CAPS (640, 480));
  g_autoptr (GstBuffer) face = render (FACE, CAPS (56, 56));
  Stage stage;

  if (!has_detector ())
    return;
  paste (face, 56, 56, frame, 640, 480);
  stage_open_tracker (&stage, CAPS (640, 480));
  stage_show (&stage, frame, 60);
  assert_quiet (&stage, "facetracker");
  fail_unless_equals_int (stage.n_regions, 0);
  stage_close (&stage);
}

GST_END_TEST;

static void
assert_refused (Stage * stage, const gchar * why)
{
  g_autoptr (GstStructure) failed = stage_pop (stage, "vitals-failed");

  fail_unless (failed != NULL);
  fail_unless_equals_string (gst_structure_get_string (failed, "code"),
      "QUALITY_TOO_LOW");
  fail_unless (strstr (gst_structure_get_string (failed, "message"), why),
      "%s", gst_structure_get_string (failed, "message"));
}

GST_START_TEST (region_of_12_pixels_is_refused)
{
  g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 240));
  Stage stage;

  gst_buffer_add_video_region_of_interest_meta (face, "face", 150, 50, 12, 14);
  stage_open_encoder (&stage, CAPS (320, 240));
  stage_show (&stage, face, 60);
  assert_refused (&stage, "face too small");
  fail_unless_equals_int (gst_harness_buffers_received (stage.harness), 0);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (face_in_4k_is_found)
{
  g_autoptr (GstBuffer) face = render (FACE, CAPS (3840, 2160));
  VitalsBox truth = get_truth (3840, 2160), box;
  Stage stage;

  if (!has_detector ())
    return;
  stage_open_tracker (&stage, CAPS (3840, 2160));
  stage_show (&stage, face, 20);
  assert_event (&stage, "found", &box);
  assert_place (&box, &truth);
  assert_quiet (&stage, "facetracker");
  fail_unless_equals_int (stage.n_regions, 20);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (five_frames_a_second_are_tracked_and_refused)
{
  g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 240));
  Stage stage;

  if (has_detector ()) {
    stage_open_tracker (&stage, CAPS (320, 240));
    stage_show_at_rate (&stage, face, 25, GST_SECOND / 5);
    assert_event (&stage, "found", NULL);
    assert_quiet (&stage, "facetracker");
    fail_unless_equals_int (stage.n_regions, 25);
    stage_close (&stage);
  }

  gst_buffer_add_video_region_of_interest_meta (face, "face", 117, 29, 86, 108);
  stage_open_encoder (&stage, CAPS (320, 240));
  stage_show_at_rate (&stage, face, 25, GST_SECOND / 5);
  assert_refused (&stage, "too few frames a second");
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (frames_that_stop_and_go_on_lose_the_face_and_the_window)
{
  g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 240));
  g_autoptr (GstBuffer) chair = render (CHAIR, CAPS (320, 240));
  g_autoptr (GstStructure) dropped = NULL;
  Stage stage;

  if (has_detector ()) {
    stage_open_tracker (&stage, CAPS (320, 240));
    stage_show (&stage, face, 30);
    assert_event (&stage, "found", NULL);
    stage.now += 10 * GST_SECOND;
    stage_show (&stage, chair, 1);
    assert_event (&stage, "lost", NULL);
    stage_close (&stage);
  }

  gst_buffer_add_video_region_of_interest_meta (face, "face", 117, 29, 86, 108);
  stage_open_encoder (&stage, CAPS (320, 240));
  stage_show (&stage, face, 30);
  stage.now += 10 * GST_SECOND;
  stage_show (&stage, face, 60);
  dropped = stage_pop (&stage, "vitals-dropped");
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      "discontinuity");
  fail_unless_equals_int (gst_harness_buffers_received (stage.harness), 1);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (regions_outside_the_frame_and_without_size_are_no_faces)
{
  const guint regions[][4] = { {400, 20, 80, 80}, {20, 300, 80, 80},
  {20, 20, 0, 80}, {20, 20, 80, 0},
  {G_MAXUINT - 4, G_MAXUINT - 4, 80, 80}
  };
  VitalsBox truth = get_truth (320, 240), box;
  guint i;

  if (!has_detector ())
    return;
  for (i = 0; i < G_N_ELEMENTS (regions); i++) {
    g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 240));
    Stage stage;

    gst_buffer_add_video_region_of_interest_meta (face, "face", regions[i][0],
        regions[i][1], regions[i][2], regions[i][3]);
    stage_open_tracker (&stage, CAPS (320, 240));
    stage_show (&stage, face, 5);
    assert_event (&stage, "found", &box);
    assert_place (&box, &truth);
    /* theirs and ours */
    fail_unless_equals_int (stage.n_regions, 10);
    stage_close (&stage);

    stage_open_encoder (&stage, CAPS (320, 240));
    stage_show (&stage, face, 60);
    fail_unless_equals_int (gst_harness_buffers_received (stage.harness), 1);
    stage_close (&stage);
  }
}

GST_END_TEST;

GST_START_TEST (corrupt_cascade_and_model_are_named)
{
  const gchar *const properties[] = { "cascade-location", "model-location" };
  const gchar *const contents[] = { "", "no cascade", "<?xml version=\"1.0\"?>",
    "<?xml version=\"1.0\"?><opencv_storage><cascade></cascade>"
  };
  g_autofree gchar *path = NULL;
  guint p, c;
  gint file;

  if (!has_detector ())
    return;
  file = g_file_open_tmp ("vitals-XXXXXX.xml", &path, NULL);
  fail_if (file < 0);
  fail_unless (g_close (file, NULL));
  for (p = 0; p < G_N_ELEMENTS (properties); p++)
    for (c = 0; c < G_N_ELEMENTS (contents); c++) {
      GstElement *tracker = gst_element_factory_make ("facetracker", NULL);
      g_autofree gchar *text = NULL;

      fail_unless (g_file_set_contents (path, contents[c], -1, NULL));
      g_object_set (tracker, properties[p], path, NULL);
      text = get_start_error (tracker);
      fail_unless (strstr (text, path), "%s", text);
      gst_object_unref (tracker);
    }
  g_remove (path);
}

GST_END_TEST;

/* The whole of a model in ONNX that takes a picture of 320x240 and gives it back:
 * it can be read, and is no YuNet. */
#define OTHER_MODEL \
  "\010\007\072\133\012\022\012\005\151\156\160\165\164\022\003\157\165\164" \
  "\042\004\122\145\154\165\022\001\147\132\041\012\005\151\156\160\165\164" \
  "\022\030\012\026\010\001\022\022\012\002\010\001\012\002\010\003\012\003" \
  "\010\360\001\012\003\010\300\002\142\037\012\003\157\165\164\022\030\012" \
  "\026\010\001\022\022\012\002\010\001\012\002\010\003\012\003\010\360\001" \
  "\012\003\010\300\002\102\002\020\013"

static void
assert_file_refused (const gchar * property, const gchar * path,
    const gchar * why)
{
  GstElement *tracker = gst_element_factory_make ("facetracker", NULL);
  g_autofree gchar *text = NULL;

  g_object_set (tracker, property, path, NULL);
  text = get_start_error (tracker);
  fail_unless (strstr (text, path) && strstr (text, why), "%s", text);
  gst_object_unref (tracker);
}

static void
assert_model_refused (const gchar * path, const gchar * why)
{
  assert_file_refused ("model-location", path, why);
}

GST_START_TEST (pipe_folder_and_huge_file_are_refused_at_once_with_what_to_set)
{
  const gchar *const properties[] = { "cascade-location", "model-location" };
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *pipe = g_build_filename (folder, "pipe", NULL);
  g_autofree gchar *huge = g_build_filename (folder, "huge", NULL);
  guint p;

  if (!has_detector ())
    return;
  fail_unless_equals_int (mkfifo (pipe, 0600), 0);
  fail_unless (g_file_set_contents (huge, "", 0, NULL));
  fail_unless_equals_int (truncate (huge, G_GINT64_CONSTANT (16) << 30), 0);
  for (p = 0; p < G_N_ELEMENTS (properties); p++) {
    g_autofree gchar *advice = g_strdup_printf ("set %s to the file of",
        properties[p]);
    gint64 start = g_get_monotonic_time ();

    assert_file_refused (properties[p], pipe, "a pipe or a device");
    assert_file_refused (properties[p], pipe, advice);
    assert_file_refused (properties[p], folder, "this is a folder");
    assert_file_refused (properties[p], folder, advice);
    assert_file_refused (properties[p], huge, "more than 64 MB");
    assert_file_refused (properties[p], huge, advice);
    fail_unless (g_get_monotonic_time () - start < 5 * G_USEC_PER_SEC);
  }
  g_remove (pipe);
  g_remove (huge);
  g_rmdir (folder);
}

GST_END_TEST;

/* What a model finds is told by test-yunet.c; these are refused. */
GST_START_TEST (files_that_are_no_model_are_named)
{
  const gchar *const contents[] = { "", "no model", OTHER_MODEL };
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "model.onnx", NULL);
  guint i;

  if (!has_detector ())
    return;
  assert_model_refused (path, "No such file");
  for (i = 0; i < G_N_ELEMENTS (contents); i++) {
    fail_unless (g_file_set_contents (path, contents[i], -1, NULL));
    assert_model_refused (path, "cannot be read as a YuNet model");
  }
  /* nobody may read it; root may all the same, and then reads no YuNet */
  g_chmod (path, 0);
  assert_model_refused (path, "YuNet model");
  g_remove (path);
  g_rmdir (folder);
}

GST_END_TEST;

GST_START_TEST (missing_module_is_named_and_the_encoder_says_what_it_takes)
{
  GstElement *tracker = gst_element_factory_make ("facetracker", NULL);
  g_autoptr (GstBuffer) chair = render (CHAIR, CAPS (320, 240));
  g_autofree gchar *text = NULL;
  GstMessage *warning;
  GError *error;
  Stage stage;

  g_setenv ("VITALS_MODULE_PATH", "/nonexistent", TRUE);
  text = get_start_error (tracker);
  fail_unless (strstr (text, "libvitalsopencv"), "%s", text);
  gst_object_unref (tracker);

  stage_open_encoder (&stage, CAPS (320, 240));
  stage_show (&stage, chair, 5);
  warning = gst_bus_pop_filtered (stage.bus, GST_MESSAGE_WARNING);
  fail_unless (warning != NULL);
  gst_message_parse_warning (warning, &error, NULL);
  fail_unless (strstr (error->message, "whole frame"));
  fail_unless (strstr (error->message, "libvitalsopencv"));
  g_error_free (error);
  gst_message_unref (warning);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (face_turned_before_the_tracker_is_found_where_it_is)
{
  VitalsBox truth = get_truth (320, 240), box;

  if (!has_detector ())
    return;
  fail_unless_equals_int (count_found (FACE " num-buffers=30 ! "
          CAPS (320, 240) " ! videoflip video-direction=90r ! "
          "videoflip video-direction=90l ! facetracker ! fakesink", &box), 1);
  assert_place (&box, &truth);
  fail_unless_equals_int (count_found (FACE " num-buffers=30 ! "
          CAPS (320, 240) " ! videoflip video-direction=horiz ! "
          "facetracker ! fakesink", &box), 1);
  assert_place (&box, &truth);
}

GST_END_TEST;

GST_START_TEST (face_that_the_orientation_tag_says_lies_is_found_lying)
{
  VitalsBox upright = get_truth (320, 240), box;
  VitalsBox lying = { upright.y, 320 - upright.x - upright.width,
    upright.height, upright.width
  };

  if (!has_detector ())
    return;
  /* turned to the left, to be turned back to the right */
  fail_unless_equals_int (count_found (FACE " num-buffers=30 ! "
          CAPS (320, 240) " ! videoflip video-direction=90l ! "
          "taginject tags=image-orientation=rotate-90 ! facetracker ! "
          "fakesink", &box), 1);
  assert_place (&box, &lying);
}

GST_END_TEST;

/* The first box that circadifyenc packs. FALSE: it packs none. */
static gboolean
find_packed (const gchar * launch, VitalsBox * box)
{
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  gboolean running = TRUE, packed = FALSE;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (running && !packed) {
    GstMessage *message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS
        (pipeline), 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL);
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    running = GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS;
    packed = gst_message_has_name (message, "vitals-quality")
        && gst_structure_get (gst_message_get_structure (message),
        "x", G_TYPE_DOUBLE, &box->x, "y", G_TYPE_DOUBLE, &box->y,
        "width", G_TYPE_DOUBLE, &box->width,
        "height", G_TYPE_DOUBLE, &box->height, NULL);
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return packed;
}

#define FLIPPED(direction) FACE " num-buffers=60 ! " CAPS (320, 240) \
    " ! videobox left=-160 ! facetracker ! videoflip video-direction=" \
    direction " ! circadifyenc ! fakesink"

/* videoflip takes the regions away (1.22), as videocrop and videobox do: whoever
 * packs looks again. No window is of where the face was before. */
GST_START_TEST (videoflip_after_the_tracker_does_not_have_the_wall_packed)
{
  VitalsBox truth = get_truth (320, 240), box;
  VitalsBox mirrored = { 320 - truth.x - truth.width, truth.y, truth.width,
    truth.height
  };

  if (!has_detector ())
    return;
  fail_unless (find_packed (FLIPPED ("horiz"), &box));
  assert_place (&box, &mirrored);
  /* it lies, and is not found */
  fail_if (find_packed (FLIPPED ("90r"), &box));
}

GST_END_TEST;

static void
assert_caps_refused (Stage * stage, const gchar * caps, const gchar * advice)
{
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  GstCaps *parsed = gst_caps_from_string (caps);

  gst_harness_push_event (stage->harness, gst_event_new_caps (parsed));
  gst_caps_unref (parsed);
  message = gst_bus_pop_filtered (stage->bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "nothing is said of %s", caps);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT), "%s", error->message);
  fail_unless (strstr (error->message, advice), "%s", error->message);
}

GST_START_TEST (caps_that_the_tracker_does_not_take_are_told_with_what_to_do)
{
  const gchar *const refused[][2] = {
    {"video/x-raw,format=GRAY8,width=320,height=240,framerate=30/1",
        "put videoconvert in front"},
    {"video/x-raw(memory:DMABuf),format=I420,width=320,height=240,"
          "framerate=30/1", "system memory"},
    {"video/x-raw,format=I420,width=320,framerate=30/1", "not complete"},
    {"image/jpeg,width=320,height=240,framerate=30/1", "decodebin"}
  };
  guint i;

  if (!has_detector ())
    return;
  for (i = 0; i < G_N_ELEMENTS (refused); i++) {
    Stage stage;

    stage_open_tracker (&stage, CAPS (320, 240));
    assert_caps_refused (&stage, refused[i][0], refused[i][1]);
    stage_close (&stage);
  }
}

GST_END_TEST;

GST_START_TEST (face_in_interlaced_video_is_found)
{
  g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 240));
  VitalsBox truth = get_truth (320, 240), box;
  Stage stage;

  if (!has_detector ())
    return;
  stage_open_tracker (&stage, CAPS (320, 240) ",interlace-mode=interleaved");
  stage_show (&stage, face, 30);
  assert_event (&stage, "found", &box);
  assert_place (&box, &truth);
  fail_unless_equals_int (stage.n_regions, 30);
  stage_close (&stage);
}

GST_END_TEST;

static Suite *
bad_input_suite (void)
{
  Suite *suite = suite_create ("bad-input");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, no_face_is_told_after_its_timeout_and_packs_nothing);
  tcase_add_test (tcase, photo_of_a_face_beside_the_real_one_is_never_taken);
  tcase_add_test (tcase, face_that_leaves_and_returns_is_lost_and_found);
  tcase_add_test (tcase, face_that_leaves_is_told_by_the_encoder);
  tcase_add_test (tcase, face_of_20_pixels_is_not_guessed);
  tcase_add_test (tcase, region_of_12_pixels_is_refused);
  tcase_add_test (tcase, face_in_4k_is_found);
  tcase_add_test (tcase, five_frames_a_second_are_tracked_and_refused);
  tcase_add_test (tcase,
      frames_that_stop_and_go_on_lose_the_face_and_the_window);
  tcase_add_test (tcase,
      regions_outside_the_frame_and_without_size_are_no_faces);
  tcase_add_test (tcase, corrupt_cascade_and_model_are_named);
  tcase_add_test (tcase,
      pipe_folder_and_huge_file_are_refused_at_once_with_what_to_set);
  tcase_add_test (tcase, files_that_are_no_model_are_named);
  tcase_add_test (tcase,
      missing_module_is_named_and_the_encoder_says_what_it_takes);
  tcase_add_test (tcase, face_turned_before_the_tracker_is_found_where_it_is);
  tcase_add_test (tcase,
      face_that_the_orientation_tag_says_lies_is_found_lying);
  tcase_add_test (tcase,
      videoflip_after_the_tracker_does_not_have_the_wall_packed);
  tcase_add_test (tcase,
      caps_that_the_tracker_does_not_take_are_told_with_what_to_do);
  tcase_add_test (tcase, face_in_interlaced_video_is_found);
  return suite;
}

GST_CHECK_MAIN (bad_input);
