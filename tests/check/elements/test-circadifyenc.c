/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <string.h>
#include <vitals/tensor/vitals-payload-private.h>
#include "../data.h"

#define SOURCE "vitalstestsrc num-buffers=75 ! video/x-raw,format=I420," \
    "width=64,height=48,framerate=30/1 ! "

/* Runs to EOS or error; counts vitals-dropped. */
static gboolean
run (GstElement * pipeline, guint * dropped)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  gboolean done = FALSE, good = FALSE;

  *dropped = 0;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!done) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);

    good = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    done = GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT;
    *dropped += gst_message_has_name (message, "vitals-dropped");
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return good;
}

GST_START_TEST (each_window_is_a_payload_with_its_time)
{
  GstHarness *harness = gst_harness_new_parse (SOURCE
      "circadifyenc window-duration=1000000000 min-frames=20");
  VitalsTensorLayout *layout = vitals_tensor_layout_new ("draft-1", NULL);
  guint i;

  gst_harness_play (harness);
  for (i = 0; i < 2; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    gsize size = gst_buffer_get_size (buffer);
    gpointer data = g_malloc (size);
    GBytes *bytes;
    guint frames = 0;

    gst_buffer_extract (buffer, 0, data, size);
    bytes = g_bytes_new_take (data, size);
    fail_unless (vitals_payload_check (bytes, layout, &frames, NULL, NULL));
    fail_unless_equals_int (frames, 30);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), i * GST_SECOND);
    g_bytes_unref (bytes);
    gst_buffer_unref (buffer);
  }
  vitals_tensor_layout_unref (layout);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (window_below_min_frames_is_told_of_before_eos)
{
  guint dropped;

  fail_unless (run (gst_parse_launch (SOURCE "circadifyenc "
              "window-duration=1000000000 min-frames=20 ! fakesink", NULL),
          &dropped));
  fail_unless_equals_int (dropped, 1);
}

GST_END_TEST;

GST_START_TEST (interlaced_video_and_detection_are_refused)
{
  guint dropped;

  fail_if (run (gst_parse_launch (SOURCE "capssetter caps=video/x-raw,"
              "interlace-mode=interleaved ! circadifyenc ! fakesink", NULL),
          &dropped));
  fail_if (run (gst_parse_launch (SOURCE "circadifyenc face-detection=on "
              "! fakesink", NULL), &dropped));
}

GST_END_TEST;

#define WINDOW 30
#define CAPS "video/x-raw,format=I420,width=64,height=48,framerate=30/1"

typedef struct
{
  GstHarness *harness;
  GstBus *bus;
  GstClockTime next;
} Encoder;

static Encoder
encoder_new (void)
{
  Encoder encoder = { gst_harness_new_parse ("circadifyenc "
        "window-duration=1000000000 min-frames=20 roi=8,8,32,32"),
    gst_bus_new (), 0
  };

  gst_element_set_bus (encoder.harness->element, encoder.bus);
  gst_harness_set_src_caps_str (encoder.harness, CAPS);
  gst_harness_play (encoder.harness);
  return encoder;
}

static void
encoder_free (Encoder * encoder)
{
  gst_element_set_bus (encoder->harness->element, NULL);
  gst_harness_teardown (encoder->harness);
  gst_object_unref (encoder->bus);
}

static GstBuffer *
make_frame (gsize size, GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 100, size);
  GST_BUFFER_PTS (buffer) = pts;
  return buffer;
}

static GstFlowReturn
encoder_push (Encoder * encoder, guint n, gsize size)
{
  GstFlowReturn ret = GST_FLOW_OK;
  guint i;

  for (i = 0; i < n && ret == GST_FLOW_OK; i++) {
    ret = gst_harness_push (encoder->harness, make_frame (size, encoder->next));
    encoder->next += GST_SECOND / 30;
  }
  return ret;
}

#define FRAME_SIZE (64 * 48 * 3 / 2)

static void
check_dropped (Encoder * encoder, const gchar * reason, guint frames)
{
  const GstStructure *dropped;
  GstMessage *message;
  guint n;

  do {
    message = gst_bus_pop_filtered (encoder->bus, GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    dropped = gst_message_get_structure (message);
    if (gst_structure_has_name (dropped, "vitals-dropped"))
      break;
    gst_message_unref (message);
  } while (TRUE);
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      reason);
  fail_unless (gst_structure_get_uint (dropped, "frames", &n));
  fail_unless_equals_int (n, frames);
  gst_message_unref (message);
}

static void
check_error (Encoder * encoder, const gchar * words)
{
  GstMessage *message = gst_bus_pop_filtered (encoder->bus, GST_MESSAGE_ERROR);
  GError *error;

  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
  gst_message_unref (message);
}

GST_START_TEST (new_caps_drop_the_open_window)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (encoder_push (&encoder, 12, FRAME_SIZE), GST_FLOW_OK);
  gst_harness_set_src_caps_str (encoder.harness, "video/x-raw,format=RGB,"
      "width=64,height=48,framerate=30/1");
  check_dropped (&encoder, "discontinuity", 12);
  fail_unless_equals_int (encoder_push (&encoder, WINDOW + 1, 64 * 48 * 3),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (flush_drops_the_open_window)
{
  Encoder encoder = encoder_new ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless_equals_int (encoder_push (&encoder, 12, FRAME_SIZE), GST_FLOW_OK);
  gst_harness_push_event (encoder.harness, gst_event_new_flush_start ());
  gst_harness_push_event (encoder.harness, gst_event_new_flush_stop (TRUE));
  check_dropped (&encoder, "discontinuity", 12);
  encoder.next = 0;
  gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
  fail_unless_equals_int (encoder_push (&encoder, WINDOW + 1, FRAME_SIZE),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (gap_in_time_drops_the_open_window)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (encoder_push (&encoder, 12, FRAME_SIZE), GST_FLOW_OK);
  encoder.next += 5 * GST_SECOND;
  fail_unless_equals_int (encoder_push (&encoder, WINDOW + 1, FRAME_SIZE),
      GST_FLOW_OK);
  check_dropped (&encoder, "discontinuity", 12);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (frames_without_times_are_an_error_that_says_so)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (gst_harness_push (encoder.harness,
          make_frame (FRAME_SIZE, GST_CLOCK_TIME_NONE)), GST_FLOW_ERROR);
  check_error (&encoder, "time stamps");
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (frames_that_are_too_small_are_an_error)
{
  Encoder encoder = encoder_new ();

  fail_unless_equals_int (encoder_push (&encoder, 1, FRAME_SIZE - 100),
      GST_FLOW_ERROR);
  check_error (&encoder, "not as large");
  encoder_free (&encoder);
}

GST_END_TEST;

GST_START_TEST (other_speeds_are_refused)
{
  const gdouble rates[] = { 2.0, 0.5, -1.0 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    Encoder encoder = encoder_new ();
    GstSegment segment;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.rate = rates[i];
    gst_harness_push_event (encoder.harness, gst_event_new_segment (&segment));
    check_error (&encoder, "own speed");
    fail_if (encoder_push (&encoder, 1, FRAME_SIZE) == GST_FLOW_OK);
    encoder_free (&encoder);
  }
}

GST_END_TEST;

GST_START_TEST (memory_that_cannot_be_read_is_refused)
{
  GstElement *element = gst_element_factory_make ("circadifyenc", NULL);
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstCaps *caps = gst_caps_from_string ("video/x-raw(memory:DMABuf),"
      "format=I420,width=64,height=48,framerate=30/1");

  fail_if (gst_pad_query_accept_caps (pad, caps));
  gst_caps_unref (caps);
  gst_object_unref (pad);
  gst_object_unref (element);
}

GST_END_TEST;

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

GST_START_TEST (window_that_ends_before_a_bad_frame_is_told_of_in_its_own_run)
{
  Encoder encoder = encoder_new ();

  encoder_push (&encoder, 12, FRAME_SIZE);
  encoder.next += 5 * GST_SECOND;
  fail_unless_equals_int (encoder_push (&encoder, 1, FRAME_SIZE - 100),
      GST_FLOW_ERROR);
  check_dropped (&encoder, "discontinuity", 12);
  encoder_free (&encoder);

  /* one that is complete is sent */
  encoder = encoder_new ();
  encoder_push (&encoder, 25, FRAME_SIZE);
  encoder.next += GST_SECOND / 2;
  fail_unless_equals_int (encoder_push (&encoder, 1, FRAME_SIZE - 100),
      GST_FLOW_ERROR);
  fail_unless_equals_int (gst_harness_buffers_received (encoder.harness), 1);
  encoder_free (&encoder);
}

GST_END_TEST;

typedef struct
{
  GstElement *element;
  gint done;
} Writer;

static gpointer
write_layout (gpointer user_data)
{
  Writer *writer = user_data;

  while (!g_atomic_int_get (&writer->done))
    g_object_set (writer->element, "tensor-layout", "draft-1", NULL);
  return NULL;
}

GST_START_TEST (layout_may_be_set_while_the_state_changes)
{
  Writer writer = { gst_element_factory_make ("circadifyenc", NULL), 0 };
  GThread *thread = g_thread_new ("writer", write_layout, &writer);
  guint i;

  for (i = 0; i < 3000; i++) {
    fail_unless_equals_int (gst_element_set_state (writer.element,
            GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
    gst_element_set_state (writer.element, GST_STATE_NULL);
  }
  g_atomic_int_set (&writer.done, 1);
  g_thread_join (thread);
  gst_object_unref (writer.element);
}

GST_END_TEST;

GST_START_TEST (real_clip_is_one_payload_of_301_frames)
{
  g_autofree gchar *clip = data_get_path ("face.mp4");
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "face.ckt", NULL);
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=\"%s\" ! "
      "decodebin ! videoconvert ! circadifyenc min-frames=300 "
      "roi=40,84,392,392 ! filesink location=\"%s\"", clip, path);
  VitalsTensorLayout *layout;
  guint frames = 0, dropped;
  gchar *contents;
  GBytes *bytes;
  gsize size;

  fail_unless (run (gst_parse_launch (launch, NULL), &dropped));
  fail_unless_equals_int (dropped, 0);
  fail_unless (g_file_get_contents (path, &contents, &size, NULL));
  bytes = g_bytes_new_take (contents, size);
  layout = vitals_tensor_layout_new ("draft-1", NULL);
  fail_unless (vitals_payload_check (bytes, layout, &frames, NULL, NULL));
  fail_unless_equals_int (frames, 301);
  vitals_tensor_layout_unref (layout);
  g_bytes_unref (bytes);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

static Suite *
circadifyenc_suite (void)
{
  Suite *suite = suite_create ("circadifyenc");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, each_window_is_a_payload_with_its_time);
  tcase_add_test (tests, window_below_min_frames_is_told_of_before_eos);
  tcase_add_test (tests, interlaced_video_and_detection_are_refused);
  tcase_add_test (tests, new_caps_drop_the_open_window);
  tcase_add_test (tests, flush_drops_the_open_window);
  tcase_add_test (tests, gap_in_time_drops_the_open_window);
  tcase_add_test (tests, frames_without_times_are_an_error_that_says_so);
  tcase_add_test (tests, frames_that_are_too_small_are_an_error);
  tcase_add_test (tests, other_speeds_are_refused);
  tcase_add_test (tests, memory_that_cannot_be_read_is_refused);
  tcase_add_test (tests, window_ends_before_a_segment_that_jumps);
  tcase_add_test (tests, window_goes_on_over_a_segment_that_is_the_same);
  tcase_add_test (tests, streams_of_concat_are_windows_of_their_own);
  tcase_add_test (tests, streams_of_input_selector_do_not_share_a_window);
  tcase_add_test (tests, latency_is_that_of_upstream_and_a_window);
  tcase_add_test (tests, padded_rows_are_asked_for_and_packed_as_others);
  tcase_add_test (tests,
      window_that_ends_before_a_bad_frame_is_told_of_in_its_own_run);
  tcase_add_test (tests, layout_may_be_set_while_the_state_changes);
  if (data_is_there ("face.mp4", "real_clip_is_one_payload_of_301_frames"))
    tcase_add_test (tests, real_clip_is_one_payload_of_301_frames);
  return suite;
}

GST_CHECK_MAIN (circadifyenc);
