/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tracker inside circadifyenc: it packs the face, wherever it is. */

#include <string.h>
#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

#include "has-detector.h"
#include "stage.h"

#define SIZE CAPS (640, 480)
#define FACE_X 320
#define FACE_Y 160

/* A face of a picture of 320x320 in the lower right of a larger one. */
static GstBuffer *
render_placed (VitalsBox * truth)
{
  GstBuffer *frame = render (CHAIR, SIZE);
  g_autoptr (GstBuffer) face = render (FACE, CAPS (320, 320));

  paste_at (face, 320, 320, frame, 640, 480, FACE_X, FACE_Y);
  *truth = get_truth (320, 320);
  truth->x += FACE_X;
  truth->y += FACE_Y;
  return frame;
}

/* Of the next vitals-quality. */
static VitalsBox
pop_box (Stage * stage)
{
  g_autoptr (GstStructure) quality = stage_pop (stage, "vitals-quality");
  VitalsBox box;

  fail_unless (quality != NULL);
  fail_unless (gst_structure_get (quality, "x", G_TYPE_DOUBLE, &box.x,
          "y", G_TYPE_DOUBLE, &box.y, "width", G_TYPE_DOUBLE, &box.width,
          "height", G_TYPE_DOUBLE, &box.height, NULL));
  return box;
}

static GstElement *
new_encoder (const gchar * face_detection)
{
  GstElement *encoder = gst_element_factory_make ("circadifyenc", NULL);

  g_object_set (encoder, "window-duration", GST_SECOND, "min-frames", 5, NULL);
  gst_util_set_object_arg (G_OBJECT (encoder), "face-detection",
      face_detection);
  return encoder;
}

static GBytes *
pull_payload (Stage * stage)
{
  GstBuffer *payload = gst_harness_try_pull (stage->harness);
  gpointer data;
  gsize size;

  fail_unless (payload != NULL);
  gst_buffer_extract_dup (payload, 0, -1, &data, &size);
  gst_buffer_unref (payload);
  return g_bytes_new_take (data, size);
}

/* A window of a frame; nothing is pulled from the harness yet. */
static void
show_window (Stage * stage, GstBuffer * frame)
{
  guint i;

  for (i = 0; i < 30; i++) {
    GstBuffer *buffer = gst_buffer_copy (frame);

    GST_BUFFER_PTS (buffer) = stage->now;
    GST_BUFFER_DURATION (buffer) = FRAME;
    stage->now += FRAME;
    fail_unless_equals_int (gst_harness_push (stage->harness, buffer),
        GST_FLOW_OK);
  }
}

static GBytes *
pack_with_roi (GstBuffer * frame, const VitalsBox * box)
{
  g_autofree gchar *roi = NULL;
  gchar texts[4][G_ASCII_DTOSTR_BUF_SIZE];
  GstElement *encoder = new_encoder ("off");
  const gdouble numbers[4] = { box->x, box->y, box->width, box->height };
  GBytes *payload;
  Stage stage;
  guint i;

  for (i = 0; i < 4; i++)
    g_ascii_dtostr (texts[i], sizeof (texts[i]), numbers[i]);
  roi = g_strdup_printf ("%s,%s,%s,%s", texts[0], texts[1], texts[2], texts[3]);
  g_object_set (encoder, "roi", roi, NULL);
  stage_open (&stage, encoder, SIZE);
  show_window (&stage, frame);
  payload = pull_payload (&stage);
  stage_close (&stage);
  return payload;
}

/* The first window, from its first frame on: as it would be with that box. */
GST_START_TEST (the_face_that_was_found_is_what_is_packed)
{
  const gchar *const modes[] = { "auto", "on" };
  g_autoptr (GstBuffer) frame = NULL;
  VitalsBox truth, box;
  guint i;

  if (!has_detector ())
    return;
  frame = render_placed (&truth);
  for (i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_autoptr (GBytes) tracked = NULL;
    g_autoptr (GBytes) told = NULL;
    Stage stage;

    stage_open (&stage, new_encoder (modes[i]), SIZE);
    show_window (&stage, frame);
    box = pop_box (&stage);
    assert_place (&box, &truth);
    tracked = pull_payload (&stage);
    told = pack_with_roi (frame, &box);
    fail_unless (g_bytes_equal (tracked, told));
    stage_close (&stage);
  }
}

GST_END_TEST;

GST_START_TEST (without_detection_the_whole_frame_is_packed)
{
  g_autoptr (GstBuffer) frame = NULL;
  VitalsBox truth, box;
  GstMessage *warning;
  Stage stage;

  frame = render_placed (&truth);
  stage_open (&stage, new_encoder ("off"), SIZE);
  show_window (&stage, frame);
  warning = gst_bus_pop_filtered (stage.bus, GST_MESSAGE_WARNING
      | GST_MESSAGE_ELEMENT);
  fail_unless_equals_int (GST_MESSAGE_TYPE (warning), GST_MESSAGE_WARNING);
  gst_message_unref (warning);
  box = pop_box (&stage);
  fail_unless_equals_float (box.width, 640);
  fail_unless_equals_float (box.height, 480);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (detection_that_is_on_needs_the_module)
{
  const gchar *const elements[] = { "circadifyenc", "rppg" };
  guint i;

  g_setenv ("VITALS_MODULE_PATH", "/nonexistent", TRUE);
  for (i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElement *element = gst_element_factory_make (elements[i], NULL);
    g_autofree gchar *text = NULL;

    gst_util_set_object_arg (G_OBJECT (element), "face-detection", "on");
    text = get_start_error (element);
    fail_unless (strstr (text, "libvitalsopencv"), "%s", text);
    gst_object_unref (element);
  }
}

GST_END_TEST;

/* Region meta and roi win over the tracker. */
GST_START_TEST (a_place_that_is_told_is_not_looked_for)
{
  g_autoptr (GstBuffer) frame = NULL;
  GstElement *encoder = new_encoder ("auto");
  VitalsBox truth, box;
  Stage stage;

  if (!has_detector ()) {
    gst_object_unref (encoder);
    return;
  }
  frame = render_placed (&truth);
  g_object_set (encoder, "roi", "10,20,100,120", NULL);
  stage_open (&stage, encoder, SIZE);
  show_window (&stage, frame);
  box = pop_box (&stage);
  fail_unless_equals_float (box.x, 10);
  gst_buffer_add_video_region_of_interest_meta (frame, "face", 300, 100, 100,
      120);
  show_window (&stage, frame);
  box = pop_box (&stage);
  fail_unless_equals_float (box.x, 300);
  stage_close (&stage);
}

GST_END_TEST;

/* One leaves, another sits down there: the tracker gives a new id. */
GST_START_TEST (who_comes_after_a_loss_has_a_window_of_their_own)
{
  g_autoptr (GstBuffer) first = render (FACE, CAPS (320, 240));
  g_autoptr (GstBuffer) chair = render (CHAIR, CAPS (320, 240));
  g_autoptr (GstStructure) dropped = NULL;
  GstElement *encoder = new_encoder ("auto");
  VitalsBox box;
  Stage stage;

  if (!has_detector ()) {
    gst_object_unref (encoder);
    return;
  }
  g_object_set (encoder, "window-duration", 20 * GST_SECOND, "quality-gate", 1,
      NULL);
  stage_open (&stage, encoder, CAPS (320, 240));
  stage_show (&stage, first, 60);
  box = pop_box (&stage);
  fail_unless (box.x > 0);
  stage_show (&stage, chair, 85);
  stage_show (&stage, first, 60);
  dropped = stage_pop (&stage, "vitals-dropped");
  fail_unless (dropped != NULL);
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      "discontinuity");
  stage_close (&stage);
}

GST_END_TEST;

static Suite *
placed_suite (void)
{
  Suite *suite = suite_create ("placed");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_face_that_was_found_is_what_is_packed);
  tcase_add_test (tcase, without_detection_the_whole_frame_is_packed);
  tcase_add_test (tcase, detection_that_is_on_needs_the_module);
  tcase_add_test (tcase, a_place_that_is_told_is_not_looked_for);
  tcase_add_test (tcase, who_comes_after_a_loss_has_a_window_of_their_own);
  return suite;
}

GST_CHECK_MAIN (placed);
