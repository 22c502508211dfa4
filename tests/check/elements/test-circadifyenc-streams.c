/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* circadifyenc: segments, streams, and what it asks and tells its neighbours. */

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <string.h>

#include "encoder.h"

/* What came downstream, in its order: B for a buffer, T for a STREAM_START, S
 * for a SEGMENT. */
static GstPadProbeReturn
note_item (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  GString *order = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    g_string_append_c (order, 'B');
  else if (GST_EVENT_TYPE (info->data) == GST_EVENT_STREAM_START)
    g_string_append_c (order, 'T');
  else if (GST_EVENT_TYPE (info->data) == GST_EVENT_SEGMENT)
    g_string_append_c (order, 'S');
  return GST_PAD_PROBE_OK;
}

static void
watch_order (GstPad * pad, GString * order)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_item, order, NULL);
}

/* PTS of the next payload. */
static GstClockTime
pull_time (GstHarness * harness)
{
  GstBuffer *buffer = gst_harness_pull (harness);
  GstClockTime time = GST_BUFFER_PTS (buffer);

  gst_buffer_unref (buffer);
  return time;
}

GST_START_TEST (window_ends_before_a_segment_that_jumps)
{
  Encoder encoder = encoder_new ();
  GString *order = g_string_new (NULL);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  encoder_push (&encoder, 1, FRAME_SIZE);
  watch_order (encoder.harness->sinkpad, order);
  encoder_push (&encoder, 23, FRAME_SIZE);
  segment.base = 10 * GST_SECOND;
  gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
  encoder_push (&encoder, WINDOW, FRAME_SIZE);
  fail_unless_equals_string (order->str, "BSB");
  fail_unless_equals_uint64 (pull_time (encoder.harness), 0);
  fail_unless_equals_uint64 (pull_time (encoder.harness),
      24 * (GST_SECOND / 30));

  /* too short to be sent */
  encoder_push (&encoder, 7, FRAME_SIZE);
  segment.time = 5 * GST_SECOND;
  gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
  check_dropped (&encoder, "discontinuity", 7);
  fail_unless_equals_string (order->str, "BSBS");
  g_string_free (order, TRUE);
  encoder_free (&encoder);
}

GST_END_TEST;

/* Whether the next payload says so. */
static gboolean
pull_discont (GstHarness * harness)
{
  GstBuffer *buffer = gst_harness_pull (harness);
  gboolean discont = GST_BUFFER_IS_DISCONT (buffer);

  gst_buffer_unref (buffer);
  return discont;
}

/* So that who reads them knows what is time that passed, and what a jump. */
GST_START_TEST (a_window_after_a_jump_is_discont)
{
  Encoder encoder = encoder_new ();

  encoder_push (&encoder, 2 * WINDOW, FRAME_SIZE);
  encoder.next += 1000 * GST_SECOND;
  encoder_push (&encoder, 2 * WINDOW, FRAME_SIZE);
  fail_unless (pull_discont (encoder.harness));
  fail_if (pull_discont (encoder.harness));
  fail_unless (pull_discont (encoder.harness));
  fail_if (pull_discont (encoder.harness));
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (window_goes_on_over_a_segment_that_is_the_same)
{
  Encoder encoder = encoder_new ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.duration = segment.stop = 100 * GST_SECOND;
  encoder_push (&encoder, 25, FRAME_SIZE);
  gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
  gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 0);
  encoder_push (&encoder, 5, FRAME_SIZE);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (streams_of_concat_are_windows_of_their_own)
{
  GstHarness *harness = gst_harness_new_parse ("concat name=c ! circadifyenc "
      "window-duration=1000000000 min-frames=20 "
      "vitalstestsrc num-buffers=51 ! " CAPS " ! c. "
      "vitalstestsrc num-buffers=30 ! " CAPS " ! c.");
  GString *order = g_string_new (NULL);

  watch_order (harness->sinkpad, order);
  gst_harness_play (harness);
  fail_unless_equals_uint64 (pull_time (harness), 0);
  fail_unless_equals_uint64 (pull_time (harness), GST_SECOND);
  fail_unless_equals_uint64 (pull_time (harness), 0);
  /* the rest of the first is sent before the second is announced */
  fail_unless (strstr (order->str, "BBTS") != NULL, "%s", order->str);
  gst_harness_teardown (harness);
  g_string_free (order, TRUE);
}

GST_END_TEST;

#define LEFT_FRAMES 51

typedef struct
{
  GstElement *selector;
  GstPad *left, *right;
  gulong block;                 /* of the right one, until it is its turn */
  guint n_left;
} Switch;

static GstPadProbeReturn
wait_for_turn (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info
    G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED)
{
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
switch_over (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data)
{
  Switch *sources = user_data;

  if (sources->n_left++ == LEFT_FRAMES) {
    g_object_set (sources->selector, "active-pad", sources->right, NULL);
    gst_pad_remove_probe (sources->right, sources->block);
  }
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (streams_of_input_selector_do_not_share_a_window)
{
  GstHarness *harness = gst_harness_new_parse ("input-selector "
      "sync-streams=false name=s ! circadifyenc window-duration=1000000000 "
      "min-frames=20 "
      "vitalstestsrc num-buffers=52 ! " CAPS " ! s.sink_0 "
      "vitalstestsrc num-buffers=30 ! " CAPS " ! s.sink_1");
  GString *order = g_string_new (NULL);
  Switch sources = { NULL, NULL, NULL, 0, 0 };

  sources.selector = gst_harness_find_element (harness, "input-selector");
  sources.left = gst_element_get_static_pad (sources.selector, "sink_0");
  sources.right = gst_element_get_static_pad (sources.selector, "sink_1");
  g_object_set (sources.selector, "active-pad", sources.left, NULL);
  sources.block = gst_pad_add_probe (sources.right,
      GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, wait_for_turn, NULL, NULL);
  gst_pad_add_probe (sources.left, GST_PAD_PROBE_TYPE_BUFFER, switch_over,
      &sources, NULL);
  watch_order (harness->sinkpad, order);
  gst_harness_play (harness);
  fail_unless_equals_uint64 (pull_time (harness), 0);
  fail_unless_equals_uint64 (pull_time (harness), GST_SECOND);
  fail_unless_equals_uint64 (pull_time (harness), 0);
  fail_unless (strstr (order->str, "BBTS") != NULL, "%s", order->str);

  gst_harness_teardown (harness);
  gst_object_unref (sources.left);
  gst_object_unref (sources.right);
  gst_object_unref (sources.selector);
  g_string_free (order, TRUE);
}

GST_END_TEST;

GST_START_TEST (latency_is_that_of_upstream_and_a_window)
{
  Encoder encoder = encoder_new ();
  GstElement *enc = gst_harness_find_element (encoder.harness, "circadifyenc");
  GstQuery *query = gst_query_new_latency ();
  GstClockTime min, max;
  GstMessage *message;
  gboolean live;

  gst_harness_set_upstream_latency (encoder.harness, 40 * GST_MSECOND);
  fail_unless (gst_pad_peer_query (encoder.harness->sinkpad, query));
  gst_query_parse_latency (query, &live, &min, &max);
  fail_unless (live);
  fail_unless_equals_uint64 (min, GST_SECOND + 40 * GST_MSECOND);
  fail_unless_equals_uint64 (max, GST_CLOCK_TIME_NONE);
  gst_query_unref (query);

  /* told again when it is another one, and only then */
  gst_element_set_state (encoder.harness->element, GST_STATE_READY);
  gst_bus_set_flushing (encoder.bus, TRUE);
  gst_bus_set_flushing (encoder.bus, FALSE);
  gst_element_set_state (encoder.harness->element, GST_STATE_PAUSED);
  fail_unless (gst_bus_pop_filtered (encoder.bus, GST_MESSAGE_LATENCY) == NULL);
  gst_element_set_state (encoder.harness->element, GST_STATE_READY);
  g_object_set (enc, "window-duration", 2 * GST_SECOND, NULL);
  gst_element_set_state (encoder.harness->element, GST_STATE_PAUSED);
  message = gst_bus_pop_filtered (encoder.bus, GST_MESSAGE_LATENCY);
  fail_unless (message != NULL);
  gst_message_unref (message);
  fail_unless_equals_uint64 (gst_harness_query_latency (encoder.harness),
      2 * GST_SECOND + 40 * GST_MSECOND);
  gst_object_unref (enc);
  encoder_free (&encoder);
}

GST_END_TEST;

#define WIDTH 64
#define HEIGHT 48

/* A picture with an edge in it, in rows of @stride bytes with rubbish behind
 * the picture. */
static GstBuffer *
make_padded_frame (gsize stride, GstClockTime pts)
{
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0, stride * HEIGHT,
    stride * HEIGHT * 5 / 4, 0
  };
  gint strides[GST_VIDEO_MAX_PLANES] = { stride, stride / 2, stride / 2, 0 };
  GstBuffer *buffer = make_frame (stride * HEIGHT * 3 / 2, pts);
  GstMapInfo map;
  guint x, y;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  memset (map.data, 255, stride * HEIGHT);
  for (y = 0; y < HEIGHT; y++)
    for (x = 0; x < WIDTH; x++)
      map.data[y * stride + x] = 40 + 2 * x + y;
  for (y = 0; y < HEIGHT; y++)
    memset (map.data + stride * HEIGHT + y * stride / 2, 100 + y, WIDTH / 2);
  gst_buffer_unmap (buffer, &map);
  if (stride != WIDTH)
    gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
        GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT, 3, offset, strides);
  return buffer;
}

static GBytes *
pack_padded_frames (gsize stride)
{
  Encoder encoder = encoder_new ();
  GstBuffer *payload;
  gpointer data;
  gsize size;
  guint i;

  for (i = 0; i < WINDOW; i++)
    gst_harness_push (encoder.harness, make_padded_frame (stride,
            i * GST_SECOND / 30));
  payload = gst_harness_pull (encoder.harness);
  gst_buffer_extract_dup (payload, 0, -1, &data, &size);
  gst_buffer_unref (payload);
  encoder_free (&encoder);
  return g_bytes_new_take (data, size);
}

GST_START_TEST (padded_rows_are_asked_for_and_packed_as_others)
{
  Encoder encoder = encoder_new ();
  GstCaps *caps = gst_caps_from_string (CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GBytes *plain = pack_padded_frames (WIDTH), *padded;

  fail_unless (gst_pad_peer_query (encoder.harness->srcpad, query));
  fail_unless (gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE,
          NULL));
  fail_unless (gst_query_find_allocation_meta (query,
          GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE, NULL));
  padded = pack_padded_frames (2 * WIDTH);
  fail_unless (g_bytes_equal (plain, padded));
  g_bytes_unref (padded);
  g_bytes_unref (plain);
  gst_query_unref (query);
  gst_caps_unref (caps);
  encoder_free (&encoder);
}

GST_END_TEST;

static Suite *
circadifyenc_streams_suite (void)
{
  Suite *suite = suite_create ("circadifyenc-streams");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, window_ends_before_a_segment_that_jumps);
  tcase_add_test (tests, a_window_after_a_jump_is_discont);
  tcase_add_test (tests, window_goes_on_over_a_segment_that_is_the_same);
  tcase_add_test (tests, streams_of_concat_are_windows_of_their_own);
  tcase_add_test (tests, streams_of_input_selector_do_not_share_a_window);
  tcase_add_test (tests, latency_is_that_of_upstream_and_a_window);
  tcase_add_test (tests, padded_rows_are_asked_for_and_packed_as_others);
  return suite;
}

GST_CHECK_MAIN (circadifyenc_streams);
