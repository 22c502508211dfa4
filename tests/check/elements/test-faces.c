/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* circadifyenc: whose face a window is of, when there are several. */

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

#include "encoder.h"

/* of windows of 4 s */
#define LONG_WINDOW 120
#define ROI "4,4,16,16"

typedef struct
{
  gint id;
  guint x, y, size;
} Region;

static Encoder
encoder_new_long (void)
{
  Encoder encoder = { gst_harness_new_parse ("circadifyenc "
        "window-duration=4000000000 min-frames=20 min-face-width=0 "
        "face-timeout=2000000000 roi=" ROI), gst_bus_new (), 0
  };

  gst_element_set_bus (encoder.harness->element, encoder.bus);
  gst_harness_set_src_caps_str (encoder.harness, CAPS);
  gst_harness_play (encoder.harness);
  return encoder;
}

/* Frames with these faces. @type: as detectors call them */
static void
push_typed (Encoder * encoder, guint n, const gchar * type,
    const Region * regions, guint n_regions)
{
  guint i, r;

  for (i = 0; i < n; i++) {
    GstBuffer *frame = make_frame (FRAME_SIZE, encoder->next);

    for (r = 0; r < n_regions; r++)
      gst_buffer_add_video_region_of_interest_meta (frame, type, regions[r].x,
          regions[r].y, regions[r].size, regions[r].size)->id = regions[r].id;
    encoder->next += GST_SECOND / 30;
    fail_unless_equals_int (gst_harness_push (encoder->harness, frame),
        GST_FLOW_OK);
  }
}

static void
push_faces (Encoder * encoder, guint n, const Region * regions, guint n_regions)
{
  push_typed (encoder, n, "face", regions, n_regions);
}

static void
push_face (Encoder * encoder, guint n, gint id, guint x, guint y)
{
  const Region region = { id, x, y, 16 };

  push_faces (encoder, n, &region, 1);
}

/* The next vitals-quality is of a face there. */
static void
check_place (Encoder * encoder, gdouble x, gdouble width)
{
  const GstStructure *quality;
  GstMessage *message;

  do {
    message = gst_bus_pop_filtered (encoder->bus, GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    quality = gst_message_get_structure (message);
    if (gst_structure_has_name (quality, "vitals-quality"))
      break;
    gst_message_unref (message);
  } while (TRUE);
  fail_unless (gst_structure_has_field_typed (quality, "x", G_TYPE_DOUBLE));
  fail_unless_equals_float (g_value_get_double (gst_structure_get_value
          (quality, "x")), x);
  fail_unless_equals_float (g_value_get_double (gst_structure_get_value
          (quality, "width")), width);
  gst_message_unref (message);
}

static guint
count_messages (Encoder * encoder, const gchar * name)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (encoder->bus, GST_MESSAGE_ELEMENT))) {
    n += gst_message_has_name (message, name);
    gst_message_unref (message);
  }
  return n;
}

/* The next payload begins with this frame. */
static void
check_payload (Encoder * encoder, guint frame)
{
  GstBuffer *payload = gst_harness_try_pull (encoder->harness);

  fail_unless (payload != NULL);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (payload),
      frame * (GST_SECOND / 30));
  gst_buffer_unref (payload);
}

/* As of a tracker, which counts, and as of facedetect of gst-plugins-bad, which
 * gives no id, so that all have 0. */
GST_START_TEST (another_face_drops_the_window_and_begins_the_next)
{
  Encoder encoder = encoder_new_long ();

  push_face (&encoder, 60, 0, 2, 2);
  push_face (&encoder, 1 + LONG_WINDOW, __i__, 40, 2);
  check_place (&encoder, 2, 16);
  check_dropped (&encoder, "discontinuity", 60);
  check_place (&encoder, 40, 16);
  check_payload (&encoder, 61);
  fail_unless_equals_int (count_messages (&encoder, "vitals-dropped"), 0);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (a_roi_elsewhere_drops_the_window)
{
  Encoder encoder = encoder_new_long ();
  GstElement *enc = gst_harness_find_element (encoder.harness, "circadifyenc");

  encoder_push (&encoder, 60, FRAME_SIZE);
  g_object_set (enc, "roi", "40,4,16,16", NULL);
  encoder_push (&encoder, 1 + LONG_WINDOW, FRAME_SIZE);
  check_dropped (&encoder, "discontinuity", 60);
  check_payload (&encoder, 61);
  gst_object_unref (enc);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (a_face_that_moves_keeps_the_window)
{
  Encoder encoder = encoder_new_long ();
  const Region before = { 0, 2, 2, 40 };
  /* by 15 % of the width */
  const Region after = { 0, 8, 2, 40 };

  push_faces (&encoder, 60, &before, 1);
  push_faces (&encoder, 60, &after, 1);
  check_payload (&encoder, 0);
  fail_unless_equals_int (count_messages (&encoder, "vitals-dropped"), 0);
  encoder_free (&encoder);
}

GST_END_TEST;

/* The same with roi, whose boxes have no id. */
GST_START_TEST (a_roi_that_follows_a_move_keeps_the_window)
{
  Encoder encoder = encoder_new_long ();
  GstElement *enc = gst_harness_find_element (encoder.harness, "circadifyenc");

  g_object_set (enc, "roi", "2,2,40,40", NULL);
  encoder_push (&encoder, 60, FRAME_SIZE);
  g_object_set (enc, "roi", "8,2,40,40", NULL);
  encoder_push (&encoder, 60, FRAME_SIZE);
  check_payload (&encoder, 0);
  fail_unless_equals_int (count_messages (&encoder, "vitals-dropped"), 0);
  gst_object_unref (enc);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (of_several_faces_the_largest_is_packed_and_kept)
{
  Encoder encoder = encoder_new_long ();
  /* the second grows by less than half of its area, and the order changes */
  const Region first[] = { {4, 2, 2, 8}, {5, 14, 2, 20}, {6, 40, 2, 18} };
  const Region later[] = { {6, 40, 2, 22}, {5, 14, 2, 20}, {4, 2, 2, 8} };
  const Region much[] = { {6, 36, 2, 26}, {5, 14, 2, 20} };
  guint i;

  for (i = 0; i < 60; i++) {
    push_faces (&encoder, 1, first, 3);
    push_faces (&encoder, 1, later, 3);
  }
  check_payload (&encoder, 0);
  check_place (&encoder, 14, 20);
  fail_unless_equals_int (count_messages (&encoder, "vitals-quality"), 0);
  push_faces (&encoder, 30, first, 3);
  push_faces (&encoder, 30, much, 2);
  check_dropped (&encoder, "discontinuity", 30);
  check_place (&encoder, 36, 26);
  encoder_free (&encoder);
}

GST_END_TEST;

/* Faces without an id (facedetect) do not alternate, either. */
GST_START_TEST (of_several_faces_without_an_id_one_is_kept)
{
  Encoder encoder = encoder_new_long ();
  const Region first[] = { {0, 2, 2, 20}, {0, 40, 2, 18} };
  const Region later[] = { {0, 40, 2, 22}, {0, 2, 2, 20} };
  guint i;

  for (i = 0; i < 60; i++) {
    push_faces (&encoder, 1, first, 2);
    push_faces (&encoder, 1, later, 2);
  }
  check_payload (&encoder, 0);
  check_place (&encoder, 2, 20);
  fail_unless_equals_int (count_messages (&encoder, "vitals-dropped"), 0);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (regions_of_another_type_are_no_faces)
{
  Encoder encoder = encoder_new_long ();
  const Region region = { 0, 40, 2, 20 };

  push_typed (&encoder, 30, "person", &region, 1);
  check_place (&encoder, 4, 16);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (region_meta_wins_over_roi)
{
  Encoder encoder = encoder_new_long ();

  push_face (&encoder, 1, 0, 40, 2);
  check_place (&encoder, 40, 16);
  encoder_free (&encoder);
}

GST_END_TEST;

static Suite *
faces_suite (void)
{
  Suite *suite = suite_create ("faces");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests,
      another_face_drops_the_window_and_begins_the_next, 0, 2);
  tcase_add_test (tests, a_roi_elsewhere_drops_the_window);
  tcase_add_test (tests, a_face_that_moves_keeps_the_window);
  tcase_add_test (tests, a_roi_that_follows_a_move_keeps_the_window);
  tcase_add_test (tests, of_several_faces_the_largest_is_packed_and_kept);
  tcase_add_test (tests, of_several_faces_without_an_id_one_is_kept);
  tcase_add_test (tests, regions_of_another_type_are_no_faces);
  tcase_add_test (tests, region_meta_wins_over_roi);
  return suite;
}

GST_CHECK_MAIN (faces);
