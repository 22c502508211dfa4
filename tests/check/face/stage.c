/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "stage.h"

#include <string.h>
#include <gst/check/gstcheck.h>

static void
keep_buffer (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, GstBuffer ** kept)
{
  gst_buffer_replace (kept, buffer);
}

GstBuffer *
render (const gchar * source, const gchar * filters)
{
  g_autofree gchar *launch = g_strdup_printf ("%s num-buffers=1 ! %s ! "
      "fakesink name=sink signal-handoffs=true", source, filters);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstBuffer *kept = NULL, *frame;

  g_signal_connect (sink, "handoff", G_CALLBACK (keep_buffer), &kept);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_message_unref (gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
          60 * GST_SECOND, GST_MESSAGE_EOS));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  fail_unless (kept != NULL);
  frame = gst_buffer_copy_deep (kept);
  gst_buffer_unref (kept);
  return frame;
}

void
stage_open (Stage * stage, GstElement * element, const gchar * caps)
{
  memset (stage, 0, sizeof (*stage));
  stage->bus = gst_bus_new ();
  gst_element_set_bus (element, stage->bus);
  stage->harness = gst_harness_new_with_element (element, "sink", "src");
  gst_harness_set_live (stage->harness, FALSE);
  gst_harness_set_src_caps_str (stage->harness, caps);
  gst_object_unref (element);
}

void
stage_open_tracker (Stage * stage, const gchar * caps)
{
  stage_open (stage, gst_element_factory_make ("facetracker", NULL), caps);
}

void
stage_open_encoder (Stage * stage, const gchar * caps)
{
  GstElement *encoder = gst_element_factory_make ("circadifyenc", NULL);

  g_object_set (encoder, "window-duration", 2 * GST_SECOND, "min-frames", 5,
      "face-timeout", 2 * GST_SECOND, NULL);
  stage_open (stage, encoder, caps);
}

void
stage_close (Stage * stage)
{
  gst_harness_teardown (stage->harness);
  gst_bus_set_flushing (stage->bus, TRUE);
  gst_object_unref (stage->bus);
}

static void
stage_count_regions (Stage * stage)
{
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (stage->harness))) {
    gpointer state = NULL;

    while (gst_buffer_iterate_meta_filtered (buffer, &state,
            GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))
      stage->n_regions++;
    gst_buffer_unref (buffer);
  }
}

void
stage_show_at_rate (Stage * stage, GstBuffer * frame, guint n,
    GstClockTime duration)
{
  guint i;

  for (i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_copy (frame);

    GST_BUFFER_PTS (buffer) = stage->now;
    GST_BUFFER_DURATION (buffer) = duration;
    stage->now += duration;
    fail_unless_equals_int (gst_harness_push (stage->harness, buffer),
        GST_FLOW_OK);
    stage_count_regions (stage);
  }
}

void
stage_show (Stage * stage, GstBuffer * frame, guint n)
{
  stage_show_at_rate (stage, frame, n, FRAME);
}

GstStructure *
stage_pop (Stage * stage, const gchar * name)
{
  GstMessage *message;
  GstStructure *structure = NULL;

  while (!structure && (message = gst_bus_pop_filtered (stage->bus,
              GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR))) {
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    if (gst_message_has_name (message, name))
      structure = gst_structure_copy (gst_message_get_structure (message));
    gst_message_unref (message);
  }
  return structure;
}

gint
assert_event (Stage * stage, const gchar * event, VitalsBox * box)
{
  g_autoptr (GstStructure) message = stage_pop (stage, "facetracker");
  VitalsBox place;
  gint id;

  fail_unless (message != NULL, "%s was not told", event);
  fail_unless_equals_string (gst_structure_get_string (message, "event"),
      event);
  fail_unless (gst_structure_get (message, "x", G_TYPE_DOUBLE, &place.x, "y",
          G_TYPE_DOUBLE, &place.y, "width", G_TYPE_DOUBLE, &place.width,
          "height", G_TYPE_DOUBLE, &place.height, "face-id", G_TYPE_INT, &id,
          NULL));
  if (box)
    *box = place;
  return id;
}

void
assert_quiet (Stage * stage, const gchar * name)
{
  g_autoptr (GstStructure) message = stage_pop (stage, name);

  fail_if (message != NULL);
}

VitalsBox
get_truth (gdouble width, gdouble height)
{
  gdouble size = MIN (0.45 * height, 0.6 * width);
  VitalsBox box = { (width - 0.8 * size) / 2, 0.12 * height, 0.8 * size, size };

  return box;
}

void
assert_place (const VitalsBox * box, const VitalsBox * truth)
{
  fail_unless (vitals_box_get_overlap (box, truth) >= 0.6,
      "%.0f,%.0f,%.0f,%.0f overlaps by %.2f", box->x, box->y, box->width,
      box->height, vitals_box_get_overlap (box, truth));
}

void
paste_at (GstBuffer * small, guint small_width, guint small_height,
    GstBuffer * large, guint width, guint height, guint left, guint top)
{
  GstVideoInfo from_info, to_info;
  GstVideoFrame from, to;
  guint c;
  gint y;

  gst_video_info_set_format (&from_info, GST_VIDEO_FORMAT_I420, small_width,
      small_height);
  gst_video_info_set_format (&to_info, GST_VIDEO_FORMAT_I420, width, height);
  fail_unless (gst_video_frame_map (&from, &from_info, small, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&to, &to_info, large, GST_MAP_WRITE));
  for (c = 0; c < 3; c++)
    for (y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&from, c); y++)
      memcpy ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&to, c)
          + (y + GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (to.info.finfo, c, top))
          * GST_VIDEO_FRAME_PLANE_STRIDE (&to, c)
          + GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (to.info.finfo, c, left),
          (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&from, c)
          + y * GST_VIDEO_FRAME_PLANE_STRIDE (&from, c),
          GST_VIDEO_FRAME_COMP_WIDTH (&from, c));
  gst_video_frame_unmap (&from);
  gst_video_frame_unmap (&to);
}

void
paste (GstBuffer * small, guint small_width, guint small_height,
    GstBuffer * large, guint width, guint height)
{
  paste_at (small, small_width, small_height, large, width, height, 0, 0);
}

gchar *
get_start_error (GstElement * element)
{
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  GError *error;
  gchar *text;

  gst_element_set_bus (element, bus);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  text = g_strdup (error->message);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  return text;
}

guint
count_found (const gchar * launch, VitalsBox * box)
{
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  gboolean running = TRUE;
  guint found = 0;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (running) {
    GstMessage *message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS
        (pipeline), 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL);
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    running = GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS;
    if (gst_message_has_name (message, "facetracker") && found++ == 0)
      fail_unless (gst_structure_get (gst_message_get_structure (message),
              "x", G_TYPE_DOUBLE, &box->x, "y", G_TYPE_DOUBLE, &box->y,
              "width", G_TYPE_DOUBLE, &box->width,
              "height", G_TYPE_DOUBLE, &box->height, NULL));
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return found;
}
