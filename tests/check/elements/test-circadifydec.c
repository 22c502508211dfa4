/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <string.h>
#include <vitals/tensor/vitals-tensor.h>

#include "../bad-payloads.h"

#define FRAMES 3
#define WIDTH 288
#define SIZE 72

/* A layout without the field of the frame rate. */
static const gchar without_rate[] =
    "[layout]\nname = plain\nheader-size = 4\ngzip = none\n"
    "[field frame-count]\noffset = 0\ntype = u32\n";

/* A pixel that tells where it should be. */
static guint8
make_pixel (guint frame, guint patch, guint colour, guint x, guint y)
{
  return 31 * frame + 61 * patch + 17 * colour + 3 * x + 5 * y;
}

static VitalsTensor *
make_tensor (gdouble framerate)
{
  guint8 *pixels = g_malloc (FRAMES * VITALS_FRAME_BYTES), *pixel = pixels;
  VitalsTensor *tensor;
  GBytes *bytes;
  guint frame, patch, colour, x, y;

  for (frame = 0; frame < FRAMES; frame++)
    for (patch = 0; patch < 4; patch++)
      for (colour = 0; colour < 3; colour++)
        for (y = 0; y < SIZE; y++)
          for (x = 0; x < SIZE; x++)
            *pixel++ = make_pixel (frame, patch, colour, x, y);
  bytes = g_bytes_new_take (pixels, FRAMES * VITALS_FRAME_BYTES);
  tensor = vitals_tensor_new (bytes, framerate, NULL);
  g_bytes_unref (bytes);
  return tensor;
}

static GBytes *
make_payload_at (const gchar * layout_name, gdouble framerate, gint level)
{
  VitalsTensorLayout *layout = vitals_tensor_layout_new (layout_name, NULL);
  VitalsTensor *tensor = make_tensor (framerate);
  GBytes *payload = vitals_tensor_encode (tensor, layout, level, NULL);

  fail_unless (payload != NULL);
  vitals_tensor_unref (tensor);
  vitals_tensor_layout_unref (layout);
  return payload;
}

static GBytes *
make_payload (const gchar * layout_name, gdouble framerate)
{
  return make_payload_at (layout_name, framerate, 1);
}

/* Bytes as filesrc sends them, @block at a time. */
static GstFlowReturn
push_bytes (GstHarness * harness, GBytes * bytes, gsize block)
{
  GstFlowReturn ret = GST_FLOW_OK;
  gsize size = g_bytes_get_size (bytes), at;

  for (at = 0; at < size && ret == GST_FLOW_OK; at += block) {
    GBytes *part = g_bytes_new_from_bytes (bytes, at, MIN (block, size - at));

    ret = gst_harness_push (harness, gst_buffer_new_wrapped_bytes (part));
    g_bytes_unref (part);
  }
  return ret;
}

/* @caps: what the input tells of the payloads; NULL: nothing, as filesrc */
static GstHarness *
harness_new (const gchar * properties, const gchar * caps)
{
  g_autofree gchar *launch = g_strdup_printf ("circadifydec %s", properties);
  GstHarness *harness = gst_harness_new_parse (launch);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_harness_push_event (harness, gst_event_new_stream_start ("payloads"));
  if (caps) {
    GstCaps *parsed = gst_caps_from_string (caps);

    gst_harness_push_event (harness, gst_event_new_caps (parsed));
    gst_caps_unref (parsed);
  }
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  gst_harness_play (harness);
  return harness;
}

static void
check_frame (GstHarness * harness, guint frame, GstClockTime time)
{
  GstBuffer *buffer = gst_harness_pull (harness);
  guint x, y, c, wrong = 0;
  GstMapInfo map;

  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), time);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless_equals_int (map.size, WIDTH * SIZE * 3);
  for (y = 0; y < SIZE; y++)
    for (x = 0; x < WIDTH; x++)
      for (c = 0; c < 3; c++)
        wrong += map.data[(y * WIDTH + x) * 3 + c]
            != make_pixel (frame, x / SIZE, c, x % SIZE, y);
  fail_unless_equals_int (wrong, 0);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
}

static void
check_rate (GstHarness * harness, gint numerator, gint denominator)
{
  GstCaps *caps = gst_pad_get_current_caps (harness->sinkpad);
  gint n, d;

  fail_unless (caps != NULL);
  fail_unless (gst_structure_get_fraction (gst_caps_get_structure (caps, 0),
          "framerate", &n, &d));
  fail_unless_equals_int (n, numerator);
  fail_unless_equals_int (d, denominator);
  gst_caps_unref (caps);
}

GST_START_TEST (patches_are_side_by_side_at_the_rate_of_the_payload)
{
  GstHarness *harness = harness_new ("", NULL);
  GBytes *payload = make_payload ("draft-1", 25.0);
  guint i;

  fail_unless_equals_int (push_bytes (harness, payload, 1 << 20), GST_FLOW_OK);
  for (i = 0; i < FRAMES; i++)
    check_frame (harness, i, i * GST_SECOND / 25);
  check_rate (harness, 25, 1);
  g_bytes_unref (payload);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (payloads_may_be_cut_anywhere_and_times_go_on)
{
  GBytes *payload = make_payload ("draft-1", 25.0);
  const gsize blocks[] = { 13, 777, 4096, g_bytes_get_size (payload) - 1 };
  guint i, frame;

  for (i = 0; i < G_N_ELEMENTS (blocks); i++) {
    GstHarness *harness = harness_new ("", NULL);

    push_bytes (harness, payload, blocks[i]);
    push_bytes (harness, payload, blocks[i]);
    fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
    for (frame = 0; frame < 2 * FRAMES; frame++)
      check_frame (harness, frame % FRAMES, frame * GST_SECOND / 25);
    gst_harness_teardown (harness);
  }
  g_bytes_unref (payload);
}

GST_END_TEST;

/* The error that the element posted; its code is of GST_STREAM_ERROR. */
static void
check_error (GstBus * bus, gint code, const gchar * words)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *error;

  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR, code), "%s",
      error->message);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
  gst_message_unref (message);
}

static GstBus *
take_bus (GstHarness * harness)
{
  GstBus *bus = gst_bus_new ();

  gst_element_set_bus (harness->element, bus);
  return bus;
}

GST_START_TEST (bytes_that_are_no_payload_are_of_the_wrong_type)
{
  GstHarness *harness = harness_new ("", NULL);
  GstBus *bus = take_bus (harness);
  GBytes *text = g_bytes_new_static ("this is a letter, not a payload, and it "
      "is longer than any header", 64);

  fail_unless_equals_int (push_bytes (harness, text, 64), GST_FLOW_ERROR);
  check_error (bus, GST_STREAM_ERROR_WRONG_TYPE, "draft-1");
  fail_unless_equals_int (gst_harness_buffers_received (harness), 0);
  g_bytes_unref (text);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (payload_that_ends_early_is_an_error_and_shows_nothing)
{
  GstHarness *harness = harness_new ("", NULL);
  GstBus *bus = take_bus (harness);
  GBytes *payload = make_payload ("draft-1", 30.0);
  GBytes *part = g_bytes_new_from_bytes (payload, 0,
      g_bytes_get_size (payload) - 5);

  fail_unless_equals_int (push_bytes (harness, part, 4096), GST_FLOW_OK);
  gst_harness_push_event (harness, gst_event_new_eos ());
  check_error (bus, GST_STREAM_ERROR_DECODE, "");
  fail_unless_equals_int (gst_harness_buffers_received (harness), 0);
  g_bytes_unref (part);
  g_bytes_unref (payload);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* In the same buffer. */
GST_START_TEST (good_payload_is_shown_although_a_bad_one_follows)
{
  GstHarness *harness = harness_new ("", NULL);
  GstBus *bus = take_bus (harness);
  GBytes *payload = make_payload ("draft-1", 25.0);
  GBytes *bad = bad_payload_new (__i__);
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (payload);
  guint i;

  buffer = gst_buffer_append (buffer, gst_buffer_new_wrapped_bytes (bad));
  if (gst_harness_push (harness, buffer) == GST_FLOW_OK)
    gst_harness_push_event (harness, gst_event_new_eos ());
  for (i = 0; i < FRAMES; i++)
    check_frame (harness, i, i * GST_SECOND / 25);
  fail_unless_equals_int (gst_harness_buffers_received (harness), FRAMES);
  check_error (bus, GST_STREAM_ERROR_DECODE, "");
  /* it was said */
  gst_harness_push_event (harness, gst_event_new_eos ());
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  g_bytes_unref (bad);
  g_bytes_unref (payload);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (flush_forgets_what_is_not_complete)
{
  GstHarness *harness = harness_new ("", NULL);
  GBytes *payload = make_payload ("draft-1", 25.0);
  GBytes *part = g_bytes_new_from_bytes (payload, 0, 1000);
  GstSegment segment;
  guint i;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  push_bytes (harness, part, 4096);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  fail_unless_equals_int (push_bytes (harness, payload, 4096), GST_FLOW_OK);
  for (i = 0; i < FRAMES; i++)
    check_frame (harness, i, i * GST_SECOND / 25);
  fail_unless_equals_int (gst_harness_buffers_received (harness), FRAMES);
  g_bytes_unref (part);
  g_bytes_unref (payload);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (rate_that_no_one_tells_is_assumed_with_a_warning)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "plain.layout", NULL);
  g_autofree gchar *properties = g_strdup_printf ("tensor-layout=%s", path);
  GstHarness *harness;
  GstMessage *message;
  GBytes *payload;
  GstBus *bus;

  fail_unless (g_file_set_contents (path, without_rate, -1, NULL));
  payload = make_payload (path, 25.0);
  harness = harness_new (properties, NULL);
  bus = take_bus (harness);
  fail_unless_equals_int (push_bytes (harness, payload, 4096), GST_FLOW_OK);
  check_frame (harness, 0, 0);
  check_rate (harness, 30, 1);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_unref (message);
  g_bytes_unref (payload);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

GST_START_TEST (rate_of_the_caps_is_used_where_the_payload_has_none)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "plain.layout", NULL);
  g_autofree gchar *properties = g_strdup_printf ("tensor-layout=%s", path);
  GstHarness *harness;
  GBytes *payload;
  guint i;

  fail_unless (g_file_set_contents (path, without_rate, -1, NULL));
  payload = make_payload (path, 25.0);
  harness = harness_new (properties, "application/x-circadify-tensor,"
      "framerate=30000/1001");
  fail_unless_equals_int (push_bytes (harness, payload, 4096), GST_FLOW_OK);
  for (i = 0; i < FRAMES; i++)
    check_frame (harness, i, gst_util_uint64_scale (i, 1001 * GST_SECOND,
            30000));
  check_rate (harness, 30000, 1001);
  g_bytes_unref (payload);
  gst_harness_teardown (harness);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

#define CHAIN "vitalstestsrc ! video/x-raw,format=I420,width=64,height=48," \
    "framerate=30/1 ! circadifyenc window-duration=1000000000 min-frames=20 " \
    "! circadifydec ! fakesink name=sink"

static void
wait_for_state (GstElement * pipeline)
{
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          GST_CLOCK_TIME_NONE), GST_STATE_CHANGE_SUCCESS);
}

GST_START_TEST (segment_of_a_seek_goes_on_downstream)
{
  GstElement *pipeline = gst_parse_launch (CHAIN, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  GstEvent *seek = gst_event_new_seek (1.0, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 60 * GST_SECOND,
      GST_SEEK_TYPE_NONE, 0), *event;
  guint32 seqnum = gst_event_get_seqnum (seek);
  const GstSegment *segment;
  GstSample *sample;
  GstClockTime time;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  wait_for_state (pipeline);
  fail_unless (gst_element_send_event (pipeline, seek));
  wait_for_state (pipeline);
  g_object_get (sink, "last-sample", &sample, NULL);
  segment = gst_sample_get_segment (sample);
  time = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  fail_unless_equals_uint64 (time, 60 * GST_SECOND);
  fail_unless_equals_uint64 (gst_segment_to_running_time (segment,
          GST_FORMAT_TIME, time), 0);
  fail_unless_equals_uint64 (gst_segment_to_stream_time (segment,
          GST_FORMAT_TIME, time), 60 * GST_SECOND);
  event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  fail_unless_equals_int (gst_event_get_seqnum (event), seqnum);

  gst_event_unref (event);
  gst_sample_unref (sample);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pad);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
}

GST_END_TEST;

GST_START_TEST (bytes_get_a_segment_of_time)
{
  GstHarness *harness = harness_new ("", NULL);
  GBytes *payload = make_payload ("draft-1", 25.0);
  const GstSegment *segment;
  GstEvent *event;

  push_bytes (harness, payload, 4096);
  event = gst_pad_get_sticky_event (harness->sinkpad, GST_EVENT_SEGMENT, 0);
  gst_event_parse_segment (event, &segment);
  fail_unless_equals_int (segment->format, GST_FORMAT_TIME);
  fail_unless_equals_uint64 (segment->start, 0);
  gst_event_unref (event);
  g_bytes_unref (payload);
  gst_harness_teardown (harness);
}

GST_END_TEST;

#define RATE_OFFSET 24

GST_START_TEST (header_with_an_impossible_rate_is_refused)
{
  const gfloat rates[] = { 1e-30f, 1e30f, -1 };
  GBytes *payload = make_payload_at ("draft-1", 25.0, 0);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    GstHarness *harness = harness_new ("", NULL);
    GstBus *bus = take_bus (harness);
    gsize size = g_bytes_get_size (payload);
    guint8 *copy = g_memdup2 (g_bytes_get_data (payload, NULL), size);
    GBytes *bytes;

    fail_unless (GST_READ_FLOAT_LE (copy + RATE_OFFSET) == 25);
    GST_WRITE_FLOAT_LE (copy + RATE_OFFSET, rates[i]);
    bytes = g_bytes_new_take (copy, size);
    fail_unless_equals_int (push_bytes (harness, bytes, size), GST_FLOW_ERROR);
    fail_unless_equals_int (gst_harness_buffers_received (harness), 0);
    check_error (bus, GST_STREAM_ERROR_WRONG_TYPE, "draft-1");
    g_bytes_unref (bytes);
    gst_element_set_bus (harness->element, NULL);
    gst_object_unref (bus);
    gst_harness_teardown (harness);
  }
  g_bytes_unref (payload);
}

GST_END_TEST;

GST_START_TEST (payloads_of_another_layout_are_refused_by_their_caps)
{
  GstHarness *harness = gst_harness_new_parse ("circadifydec");
  GstBus *bus = take_bus (harness);
  GstCaps *same = gst_caps_from_string ("application/x-circadify-tensor,"
      "layout=draft-1");
  GstCaps *other = gst_caps_from_string ("application/x-circadify-tensor,"
      "layout=of-the-service");

  gst_harness_play (harness);
  gst_harness_push_event (harness, gst_event_new_stream_start ("payloads"));
  fail_unless (gst_harness_push_event (harness, gst_event_new_caps (same)));
  gst_harness_push_event (harness, gst_event_new_caps (other));
  check_error (bus, GST_STREAM_ERROR_FORMAT, "of-the-service");
  gst_caps_unref (other);
  gst_caps_unref (same);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (opaque_layout_is_refused)
{
  GstElement *element = gst_element_factory_make ("circadifydec", NULL);

  g_object_set (element, "tensor-layout", "opaque", NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
circadifydec_suite (void)
{
  Suite *suite = suite_create ("circadifydec");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, patches_are_side_by_side_at_the_rate_of_the_payload);
  tcase_add_test (tests, payloads_may_be_cut_anywhere_and_times_go_on);
  tcase_add_test (tests, bytes_that_are_no_payload_are_of_the_wrong_type);
  tcase_add_test (tests, payload_that_ends_early_is_an_error_and_shows_nothing);
  tcase_add_loop_test (tests, good_payload_is_shown_although_a_bad_one_follows,
      0, N_BAD_PAYLOADS);
  tcase_add_test (tests, flush_forgets_what_is_not_complete);
  tcase_add_test (tests, rate_that_no_one_tells_is_assumed_with_a_warning);
  tcase_add_test (tests, rate_of_the_caps_is_used_where_the_payload_has_none);
  tcase_add_test (tests, segment_of_a_seek_goes_on_downstream);
  tcase_add_test (tests, bytes_get_a_segment_of_time);
  tcase_add_test (tests, header_with_an_impossible_rate_is_refused);
  tcase_add_test (tests, payloads_of_another_layout_are_refused_by_their_caps);
  tcase_add_test (tests, opaque_layout_is_refused);
  return suite;
}

GST_CHECK_MAIN (circadifydec);
