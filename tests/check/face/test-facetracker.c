/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <string.h>
#include "../data.h"
#include "has-detector.h"

#define GUARD (60 * GST_SECOND)

typedef struct
{
  guint n_frames, n_regions;
  guint n_found, n_moved, n_lost;
  gdouble x, y, width, height;  /* of the first face that was found */
} Tracked;

static void
count_regions (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, Tracked * tracked)
{
  gpointer state = NULL;

  tracked->n_frames++;
  while (gst_buffer_iterate_meta_filtered (buffer, &state,
          GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))
    tracked->n_regions++;
}

static void
count_event (const GstStructure * message, Tracked * tracked)
{
  const gchar *event = gst_structure_get_string (message, "event");

  if (g_str_equal (event, "moved")) {
    tracked->n_moved++;
  } else if (g_str_equal (event, "lost")) {
    tracked->n_lost++;
  } else {
    fail_unless_equals_string (event, "found");
    if (tracked->n_found++ == 0)
      fail_unless (gst_structure_get (message, "x", G_TYPE_DOUBLE, &tracked->x,
              "y", G_TYPE_DOUBLE, &tracked->y, "width", G_TYPE_DOUBLE,
              &tracked->width, "height", G_TYPE_DOUBLE, &tracked->height,
              NULL));
  }
}

/* Runs a launch line that ends in facetracker ! fakesink to its end. */
static Tracked
run (const gchar * launch)
{
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  Tracked tracked = { 0 };
  gboolean running = TRUE;

  g_signal_connect (sink, "handoff", G_CALLBACK (count_regions), &tracked);
  gst_object_unref (sink);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (running) {
    GstMessage *message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS
        (pipeline), GUARD, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL);
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    running = GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS;
    if (gst_message_has_name (message, "facetracker"))
      count_event (gst_message_get_structure (message), &tracked);
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return tracked;
}

#define SYNTHETIC "vitalstestsrc face-meta=false num-buffers=60 %s ! " \
    "video/x-raw,format=I420,width=%u,height=%u,framerate=30/1 ! " \
    "facetracker ! fakesink name=sink signal-handoffs=true"

/* Overlap of the first box with the face as vitalstestsrc places it. */
static gdouble
get_overlap (const Tracked * tracked, guint width, guint height)
{
  gdouble h = MIN (0.45 * height, 0.6 * width), w = 0.8 * h;
  gdouble x = (width - w) / 2.0, y = 0.12 * height, common;
  gdouble right = MIN (x + w, tracked->x + tracked->width);
  gdouble bottom = MIN (y + h, tracked->y + tracked->height);

  common = MAX (0.0, right - MAX (x, tracked->x))
      * MAX (0.0, bottom - MAX (y, tracked->y));
  return common / (w * h + tracked->width * tracked->height - common);
}

GST_START_TEST (the_synthetic_face_is_found_in_the_pixels)
{
  const guint sizes[][2] = { {320, 240}, {240, 320}, {640, 480}, {1280, 720} };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree gchar *launch = g_strdup_printf (SYNTHETIC, "", sizes[i][0],
        sizes[i][1]);
    Tracked tracked = run (launch);

    fail_unless_equals_int (tracked.n_frames, 60);
    fail_unless_equals_int (tracked.n_regions, 60);
    fail_unless_equals_int (tracked.n_found, 1);
    fail_unless_equals_int (tracked.n_moved, 0);
    fail_unless_equals_int (tracked.n_lost, 0);
    fail_unless (get_overlap (&tracked, sizes[i][0], sizes[i][1]) >= 0.6,
        "overlap %.2f at %ux%u", get_overlap (&tracked, sizes[i][0],
            sizes[i][1]), sizes[i][0], sizes[i][1]);
  }
}

GST_END_TEST;

GST_START_TEST (an_empty_chair_is_no_face)
{
  g_autofree gchar *launch = g_strdup_printf (SYNTHETIC, "face=false", 320,
      240);
  Tracked tracked;

  tracked = run (launch);
  fail_unless_equals_int (tracked.n_frames, 60);
  fail_unless_equals_int (tracked.n_regions, 0);
  fail_unless_equals_int (tracked.n_found, 0);
}

GST_END_TEST;

GST_START_TEST (region_meta_of_others_wins)
{
  Tracked tracked;

  tracked = run ("vitalstestsrc num-buffers=30 ! video/x-raw,format=I420,"
      "width=320,height=240,framerate=30/1 ! facetracker ! "
      "fakesink name=sink signal-handoffs=true");
  fail_unless_equals_int (tracked.n_frames, 30);
  fail_unless_equals_int (tracked.n_regions, 30);
  fail_unless_equals_int (tracked.n_found, 0);
}

GST_END_TEST;

GST_START_TEST (the_face_of_the_clip_is_found_once_and_held)
{
  g_autofree gchar *clip = data_get_path ("face.mp4");
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=\"%s\" ! "
      "decodebin ! videoconvert ! facetracker ! "
      "fakesink name=sink signal-handoffs=true", clip);
  Tracked tracked;

  tracked = run (launch);
  fail_unless_equals_int (tracked.n_frames, 301);
  fail_unless_equals_int (tracked.n_regions, 301);
  fail_unless_equals_int (tracked.n_found, 1);
  fail_unless_equals_int (tracked.n_moved, 0);
  fail_unless_equals_int (tracked.n_lost, 0);
}

GST_END_TEST;

#define NOWHERE "/nonexistent/of-a-cascade.xml"

typedef struct
{
  GstElement *element;
  gint done;
} Writer;

static gpointer
write_location (gpointer user_data)
{
  Writer *writer = user_data;

  while (!g_atomic_int_get (&writer->done))
    g_object_set (writer->element, "cascade-location", NOWHERE, NULL);
  return NULL;
}

GST_START_TEST (the_cascade_may_be_set_while_the_state_changes)
{
  Writer writer = { gst_element_factory_make ("facetracker", NULL), 0 };
  GstBus *bus = gst_bus_new ();
  GThread *thread;
  guint i;

  g_object_set (writer.element, "cascade-location", NOWHERE, NULL);
  gst_element_set_bus (writer.element, bus);
  thread = g_thread_new ("writer", write_location, &writer);
  for (i = 0; i < 500; i++) {
    GstMessage *message;
    GError *error;

    fail_unless_equals_int (gst_element_set_state (writer.element,
            GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
    gst_element_set_state (writer.element, GST_STATE_NULL);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    fail_unless (message != NULL);
    gst_message_parse_error (message, &error, NULL);
    fail_unless (strstr (error->message, NOWHERE) != NULL, "%s",
        error->message);
    g_error_free (error);
    gst_message_unref (message);
  }
  g_atomic_int_set (&writer.done, 1);
  g_thread_join (thread);
  gst_element_set_bus (writer.element, NULL);
  gst_object_unref (bus);
  gst_object_unref (writer.element);
}

GST_END_TEST;

static Suite *
facetracker_suite (void)
{
  Suite *suite = suite_create ("facetracker");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_synthetic_face_is_found_in_the_pixels);
  tcase_add_test (tcase, an_empty_chair_is_no_face);
  tcase_add_test (tcase, region_meta_of_others_wins);
  tcase_add_test (tcase, the_cascade_may_be_set_while_the_state_changes);
  if (data_is_there ("face.mp4", "the_face_of_the_clip_is_found_once_and_held"))
    tcase_add_test (tcase, the_face_of_the_clip_is_found_once_and_held);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  if (!has_detector ())
    return EXIT_SKIPPED;
  return gst_check_run_suite (facetracker_suite (), "facetracker", __FILE__);
}
