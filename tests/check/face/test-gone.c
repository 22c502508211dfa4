/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Faces that turn, tilt or leave: they are lost, and no box is guessed. */

#include <gst/check/gstcheck.h>

#include "has-detector.h"
#include "stage.h"

#define SIZE CAPS (640, 480)
#define LOST_TIMEOUT_FRAMES 60
/* lost-timeout, and the looks before and after it */
#define LOST_FRAMES (LOST_TIMEOUT_FRAMES + 15 + 1)

#define TILTED(radians) SIZE " ! videoconvert ! video/x-raw,format=AYUV ! " \
    "rotate angle=" #radians " ! videoconvert ! " SIZE

static gboolean
can_tilt (void)
{
  GstElementFactory *factory = gst_element_factory_find ("rotate");

  if (!factory) {
    g_print ("skipped: there is no rotate of gst-plugins-bad\n");
    return FALSE;
  }
  gst_object_unref (factory);
  return has_detector ();
}

/* The face is there, and then this picture. */
static void
assert_lost (GstBuffer * gone)
{
  g_autoptr (GstBuffer) face = render (FACE, SIZE);
  guint n_regions;
  gint id;
  Stage stage;

  stage_open_tracker (&stage, SIZE);
  stage_show (&stage, face, 45);
  id = assert_event (&stage, "found", NULL);
  stage_show (&stage, gone, LOST_FRAMES);
  fail_unless_equals_int (assert_event (&stage, "lost", NULL), id);
  /* held until lost, not a frame longer */
  n_regions = stage.n_regions;
  fail_unless (n_regions <= 45 + LOST_FRAMES);
  stage_show (&stage, gone, 150);
  assert_quiet (&stage, "facetracker");
  fail_unless_equals_int (stage.n_regions, n_regions);
  /* and it returns */
  stage_show (&stage, face, 30);
  fail_unless (assert_event (&stage, "found", NULL) != id);
  stage_close (&stage);
}

GST_START_TEST (a_face_tilted_by_45_degrees_is_lost)
{
  g_autoptr (GstBuffer) tilted = NULL;

  if (!can_tilt ())
    return;
  tilted = render (FACE, TILTED (0.785));
  assert_lost (tilted);
}

GST_END_TEST;

GST_START_TEST (a_face_that_lies_is_lost)
{
  g_autoptr (GstBuffer) lying = NULL;

  if (!can_tilt ())
    return;
  lying = render (FACE, TILTED (1.571));
  assert_lost (lying);
}

GST_END_TEST;

/* There is no profile in the synthetic face: of one half nothing is left to
 * find, as of a head that is turned away. */
GST_START_TEST (half_a_face_is_lost)
{
  g_autoptr (GstBuffer) half = render (FACE, SIZE);
  g_autoptr (GstBuffer) chair = render (CHAIR, CAPS (320, 480));

  if (!has_detector ())
    return;
  paste (chair, 320, 480, half, 640, 480);
  assert_lost (half);
}

GST_END_TEST;

GST_START_TEST (a_face_that_never_was_upright_is_never_found)
{
  g_autoptr (GstBuffer) lying = NULL;
  Stage stage;

  if (!can_tilt ())
    return;
  lying = render (FACE, TILTED (1.571));
  stage_open_tracker (&stage, SIZE);
  stage_show (&stage, lying, 150);
  assert_quiet (&stage, "facetracker");
  fail_unless_equals_int (stage.n_regions, 0);
  stage_close (&stage);
}

GST_END_TEST;

/* The background of this picture has a hit of the cascade now and then. */
GST_START_TEST (a_cut_face_is_not_guessed_from_a_single_hit)
{
  VitalsBox box;

  if (!has_detector ())
    return;
  fail_unless_equals_int (count_found (FACE " num-buffers=450 ! " SIZE
          " ! videocrop right=250 ! facetracker ! fakesink", &box), 0);
}

GST_END_TEST;

/* The face touches the right edge of the frame: its box ends there. */
GST_START_TEST (a_face_at_the_edge_has_a_box_inside_the_frame)
{
  VitalsBox box;

  if (!has_detector ())
    return;
  fail_unless_equals_int (count_found (FACE " num-buffers=60 ! " SIZE
          " ! videocrop right=240 ! facetracker ! fakesink", &box), 1);
  fail_unless (box.x >= 0 && box.x + box.width <= 400 && box.y >= 0,
      "%.0f,%.0f,%.0f,%.0f", box.x, box.y, box.width, box.height);
  fail_unless (box.x + box.width > 380);
}

GST_END_TEST;

static Suite *
gone_suite (void)
{
  Suite *suite = suite_create ("gone");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_face_tilted_by_45_degrees_is_lost);
  tcase_add_test (tcase, a_face_that_lies_is_lost);
  tcase_add_test (tcase, half_a_face_is_lost);
  tcase_add_test (tcase, a_face_that_never_was_upright_is_never_found);
  tcase_add_test (tcase, a_cut_face_is_not_guessed_from_a_single_hit);
  tcase_add_test (tcase, a_face_at_the_edge_has_a_box_inside_the_frame);
  return suite;
}

GST_CHECK_MAIN (gone);
