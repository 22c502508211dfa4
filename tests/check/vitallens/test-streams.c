/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What begins a stream anew, and what is lost with it, is said; nothing is
 * measured across it. */

#include <string.h>
#include <math.h>
#include <gst/video/video.h>
#include "lens.h"

#define LONG_ENOUGH 6           /* chunks until there is a heart rate */

static void
assert_rate (Lens * lens)
{
  gdouble rate = lens_get_rate (lens);

  fail_unless (fabs (rate - LENS_RATE) <= 1.0, "%g", rate);
}

/* The last that was dropped, which may still have to come. */
static const GstStructure *
get_dropped (Lens * lens)
{
  guint n = sink_count (lens->sink, "vitals-dropped");

  return sink_wait (lens->sink, "vitals-dropped", n > 0 ? n - 1 : 0);
}

static void
send_event (Lens * lens, GstEvent * event)
{
  GstPad *pad = gst_element_get_static_pad (lens->sink->src, "src");

  fail_unless (gst_pad_push_event (pad, event));
  gst_object_unref (pad);
}

/* Not while a frame is on its way: its source would stop, and only a seek starts
 * it again. */
static void
flush (Lens * lens)
{
  GstPad *pad = gst_element_get_static_pad (lens->sink->sink, "sink");
  GstSegment segment;

  lens_wait_taken (lens);
  GST_PAD_STREAM_LOCK (pad);
  GST_PAD_STREAM_UNLOCK (pad);
  gst_object_unref (pad);
  send_event (lens, gst_event_new_flush_start ());
  send_event (lens, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  send_event (lens, gst_event_new_segment (&segment));
}

static void
seek (Lens * lens)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = lens->next;
  segment.base = GST_SECOND;
  send_event (lens, gst_event_new_segment (&segment));
}

static void
leave_a_gap (Lens * lens)
{
  lens->next += 1500 * GST_MSECOND;
}

static void
go_back (Lens * lens)
{
  lens->next -= 3 * GST_SECOND;
}

static void
begin_another_stream (Lens * lens)
{
  GstSegment segment;

  send_event (lens, gst_event_new_stream_start ("another"));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  send_event (lens, gst_event_new_segment (&segment));
}

static GstVideoRegionOfInterestMeta *
get_box (GstBuffer * frame)
{
  return (GstVideoRegionOfInterestMeta *) gst_buffer_get_meta (frame,
      GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE);
}

/* Away from the camera: the boxes overlap by a half. */
static void
move_the_face (Lens * lens)
{
  guint i;

  for (i = 0; i < lens->face->len; i++) {
    GstVideoRegionOfInterestMeta *box = get_box (lens->face->pdata[i]);

    box->x += 0.15 * box->w;
    box->y += 0.15 * box->h;
    box->w *= 0.7;
    box->h *= 0.7;
  }
}

/* As a camera that is turned. */
static void
change_caps (Lens * lens)
{
  GstCaps *caps = gst_caps_from_string (LENS_CAPS
      ", pixel-aspect-ratio=(fraction)2/1");

  send_event (lens, gst_event_new_caps (caps));
  gst_caps_unref (caps);
}

static void (*const resets[]) (Lens * lens) = {
  flush, seek, leave_a_gap, go_back, begin_another_stream, move_the_face,
  change_caps
};

GST_START_TEST (what_begins_a_stream_anew_is_said_and_nothing_is_carried_over)
{
  Lens *lens = lens_new (FALSE, "");
  const GstStructure *dropped, *vitals;
  gchar *state;

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, LONG_ENOUGH);
  assert_rate (lens);
  lens_push (lens, 5);
  lens_wait_taken (lens);
  resets[__i__] (lens);
  lens_measure (lens, 1);

  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 1);
  dropped = get_dropped (lens);
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      "discontinuity");
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), 5);
  /* no state, no waveform */
  state = vitals_sandbox_get_last_header (lens->sink->sandbox, "stream",
      "X-State");
  fail_unless (state == NULL);
  vitals = sink_wait (lens->sink, "vitals", LONG_ENOUGH);
  fail_if (gst_structure_has_field (vitals, "heart-rate"));
  fail_unless (gst_structure_has_field (vitals, "reason"));
  fail_unless_equals_int (sink_get_uint (vitals, "frames"), LENS_CHUNK);

  lens_measure (lens, LONG_ENOUGH);
  assert_rate (lens);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  lens_free (lens);
}

GST_END_TEST;

/* To the side, by this share of the width, as the face with this id. */
static void
place_face (Lens * lens, gdouble share, gint id)
{
  guint i;

  for (i = 0; i < lens->face->len; i++) {
    GstVideoRegionOfInterestMeta *box = get_box (lens->face->pdata[i]);

    box->x += share * box->w;
    box->id = id;
  }
}

/* Both overlap the box that was cropped by 0.67, and each other by 0.43. */
GST_START_TEST (another_face_beside_the_first_begins_a_stream_anew)
{
  Lens *lens = lens_new (FALSE, "");
  const GstStructure *dropped;
  gchar *state;

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  place_face (lens, 0, 1);
  lens_measure (lens, LONG_ENOUGH);
  assert_rate (lens);
  place_face (lens, 0.2, 1);
  lens_push (lens, 5);
  lens_wait_taken (lens);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 0);
  place_face (lens, -0.4, 2);
  lens_measure (lens, 1);
  dropped = get_dropped (lens);
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      "discontinuity");
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), 5);
  state = vitals_sandbox_get_last_header (lens->sink->sandbox, "stream",
      "X-State");
  fail_unless (state == NULL);
  fail_unless (lens_get_rate (lens) == 0);
  lens_free (lens);
}

GST_END_TEST;

/* As a head does: the boxes overlap by 0.8. */
GST_START_TEST (a_face_that_moves_a_little_keeps_its_stream)
{
  Lens *lens = lens_new (FALSE, "");
  guint i;

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, LONG_ENOUGH);
  lens_wait_taken (lens);
  for (i = 0; i < lens->face->len; i++) {
    GstVideoRegionOfInterestMeta *box = get_box (lens->face->pdata[i]);

    box->x += 0.1 * box->w;
  }
  lens_measure (lens, 2);
  assert_rate (lens);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 0);
  lens_free (lens);
}

GST_END_TEST;

/* Where packets vanish, nobody says so before the time-out. */
GST_START_TEST (a_network_that_is_silent_is_named)
{
  Lens *lens = lens_new (TRUE, __i__ ? "request-timeout=1500000000 "
      "on-failure=error" : "request-timeout=1500000000");
  const GstStructure *failed;
  GError *error;

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, LONG_ENOUGH);
  sink_fault (lens->sink, "stream#7:stall");
  lens_push (lens, 7 * LENS_CHUNK);
  lens_wait_taken (lens);
  fail_unless_equals_string (gst_structure_get_string (get_dropped (lens),
          "reason"), "queue-full");
  failed = sink_wait (lens->sink, "vitals-failed", 0);
  fail_unless_equals_string (gst_structure_get_string (failed, "code"),
      "NETWORK");
  /* its frames were told of already */
  fail_if (gst_structure_has_field (failed, "frames"));
  lens_wait_answered (lens);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-failed"), 1);
  if (__i__) {
    error = sink_wait_error (lens->sink);
    fail_unless (error->domain == GST_RESOURCE_ERROR);
    g_error_free (error);
  } else {
    lens_measure (lens, LONG_ENOUGH);
    assert_rate (lens);
  }
  lens_free (lens);
}

GST_END_TEST;

/* Live readings tell the time of day of their first frame. */
GST_START_TEST (what_is_live_was_captured_at_a_time)
{
  Lens *lens = lens_new (__i__, "");
  gint64 began = g_get_real_time () / G_USEC_PER_SEC;
  const gchar *text;
  GDateTime *time;

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, 1);
  text = gst_structure_get_string (sink_wait (lens->sink, "vitals", 0),
      "captured-at");
  fail_unless ((text != NULL) == (__i__ == 1));
  if (text) {
    time = g_date_time_new_from_iso8601 (text, NULL);
    fail_unless (time != NULL);
    /* the first frame is a second of media before the last */
    fail_unless (g_date_time_to_unix (time) >= began - 2);
    fail_unless (g_date_time_to_unix (time)
        <= g_get_real_time () / G_USEC_PER_SEC);
    g_date_time_unref (time);
  }
  lens_free (lens);
}

GST_END_TEST;

static void
count_resets (GstDebugCategory * category G_GNUC_UNUSED, GstDebugLevel level
    G_GNUC_UNUSED, const gchar * file G_GNUC_UNUSED,
    const gchar * function G_GNUC_UNUSED, gint line G_GNUC_UNUSED,
    GObject * object G_GNUC_UNUSED, GstDebugMessage * message,
    gpointer n_resets)
{
  if (strstr (gst_debug_message_get (message), "counts no more"))
    g_atomic_int_inc ((gint *) n_resets);
}

GST_START_TEST (frames_that_are_not_measured_are_said_to_be_dropped_once)
{
  gint n_resets = 0;
  Lens *lens = lens_new (TRUE, "");

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, 1);
  sink_fault (lens->sink, "stream#2:stall");
  lens_push (lens, LENS_CHUNK + 4);
  lens_wait_taken (lens);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (count_resets, &n_resets, NULL);
  gst_debug_set_threshold_for_name ("vitallenssink", GST_LEVEL_DEBUG);
  g_object_set (lens->sink->sink, "active", FALSE, NULL);
  lens_push (lens, 50);
  lens_wait_taken (lens);
  fail_unless_equals_int (sink_get_uint (get_dropped (lens), "frames"),
      LENS_CHUNK + 4);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 1);
  /* and the network thread is not woken for each of them */
  gst_debug_remove_log_function (count_resets);
  fail_unless_equals_int (g_atomic_int_get (&n_resets), 1);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (an_answer_to_what_was_sent_before_a_reset_is_dropped)
{
  Lens *lens = lens_new (TRUE, "");

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, LONG_ENOUGH);
  sink_fault (lens->sink, "stream#7:delay=2000");
  lens_push (lens, LENS_CHUNK);
  fail_unless (vitals_sandbox_wait_count (lens->sink->sandbox, "stream", 7,
          20000));
  flush (lens);
  fail_unless_equals_int (sink_get_uint (get_dropped (lens), "frames"),
      LENS_CHUNK);
  lens_wait_answered (lens);
  fail_unless_equals_int (sink_get_stat (lens->sink, "stale"), 1);
  fail_unless_equals_int (sink_count (lens->sink, "vitals"), LONG_ENOUGH);
  /* neither its waveform nor its state is used */
  lens_measure (lens, 1);
  fail_unless (lens_get_rate (lens) == 0);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (the_next_chunk_grows_while_one_is_in_flight)
{
  Lens *lens = lens_new (TRUE, "");

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, 1);
  sink_fault (lens->sink, "stream#2:delay=300");
  lens_push (lens, 4 * LENS_CHUNK);
  lens_wait_taken (lens);
  lens_wait_answered (lens);
  lens_measure (lens, 2);
  /* what waited went in one call: 1, the one in flight, the grown, and one */
  fail_unless_equals_int (vitals_sandbox_get_count (lens->sink->sandbox,
          "stream"), 4);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 0);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST
    (a_service_that_does_not_keep_up_loses_frames_and_no_call_is_too_long) {
  Lens *lens = lens_new (TRUE, "");

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, 1);
  sink_fault (lens->sink, "stream#2:delay=500");
  lens_push (lens, 7 * LENS_CHUNK);
  lens_wait_taken (lens);
  lens_wait_answered (lens);
  fail_unless_equals_string (gst_structure_get_string (get_dropped (lens),
          "reason"), "queue-full");
  lens_measure (lens, LONG_ENOUGH);
  assert_rate (lens);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-failed"), 0);
  lens_free (lens);
}

GST_END_TEST;

/* The gap, as the messages tell it: frames that were lost. */
static guint
count_lost (Lens * lens)
{
  static const gchar *const names[] = { "vitals-failed", "vitals-dropped" };
  guint lost = 0, i, k;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    for (k = 0; k < sink_count (lens->sink, names[i]); k++)
      lost += sink_get_uint (sink_wait (lens->sink, names[i], k), "frames");
  }
  return lost;
}

/* Media time; the test takes as long as the frames. What is not live waits
 * longer each time. */
static const struct
{
  gboolean live;
  guint seconds, least_lost;
} outages[] = {
  {TRUE, 20, 15}, {FALSE, 3, 2}
};

GST_START_TEST (a_stream_goes_on_by_itself_when_the_network_was_gone)
{
  Lens *lens = lens_new (outages[__i__].live, "");
  const GstStructure *failed;
  guint pushed, lost;

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, LONG_ENOUGH);
  lens_cut (lens);
  pushed = lens->n_pushed;
  lens_push (lens, outages[__i__].seconds * LENS_CHUNK);
  lens_wait_taken (lens);
  lens_mend (lens);
  lens_measure (lens, LONG_ENOUGH);
  assert_rate (lens);

  failed = sink_wait (lens->sink, "vitals-failed", 0);
  fail_unless_equals_string (gst_structure_get_string (failed, "code"),
      "NETWORK");
  fail_unless_equals_uint64 (sink_get_uint64 (failed, "timestamp"),
      pushed * FRAME_DURATION);
  /* what is not told of was sent when it was there again */
  lost = count_lost (lens);
  fail_unless (lost >= outages[__i__].least_lost * LENS_CHUNK
      && lost <= lens->n_pushed - pushed, "%u", lost);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (frames_that_are_missing_do_not_change_the_rate)
{
  Lens *lens = lens_new (FALSE, "");
  GRand *rand = g_rand_new_with_seed (5);

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  while (lens->n_pushed < 16 * LENS_CHUNK) {
    /* a tenth of them, and a hole of half a second */
    if (g_rand_int_range (rand, 0, 10) == 0 || (lens->n_pushed > 300
            && lens->n_pushed < 315)) {
      lens->n_pushed++;
      lens->next += FRAME_DURATION;
    } else {
      lens_push (lens, 1);
    }
  }
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 0);
  assert_rate (lens);
  g_rand_free (rand);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (an_answer_without_a_waveform_is_a_gap)
{
  Lens *lens = lens_new (FALSE, "");

  sink_fault (lens->sink, "stream#7:body={\"vitals\":{}}");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, LONG_ENOUGH);
  assert_rate (lens);
  lens_measure (lens, 5);
  fail_unless (lens_get_rate (lens) == 0);
  lens_measure (lens, 1);
  assert_rate (lens);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (too_few_frames_are_not_sent_and_said_to_be_dropped)
{
  Lens *lens = lens_new (FALSE, "");

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 15);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  fail_unless_equals_string (gst_structure_get_string (get_dropped (lens),
          "reason"), "too-few-frames");
  fail_unless_equals_int (sink_get_uint (get_dropped (lens), "frames"), 15);
  fail_unless_equals_int (vitals_sandbox_get_count (lens->sink->sandbox,
          "stream"), 0);
  lens_free (lens);
}

GST_END_TEST;

static Suite *
streams_suite (void)
{
  Suite *suite = suite_create ("vitallens streams");
  TCase *tests = tcase_create ("streams");

  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests,
      what_begins_a_stream_anew_is_said_and_nothing_is_carried_over, 0,
      G_N_ELEMENTS (resets));
  tcase_add_test (tests, another_face_beside_the_first_begins_a_stream_anew);
  tcase_add_test (tests, a_face_that_moves_a_little_keeps_its_stream);
  tcase_add_loop_test (tests, a_network_that_is_silent_is_named, 0, 2);
  tcase_add_loop_test (tests, what_is_live_was_captured_at_a_time, 0, 2);
  tcase_add_test (tests,
      frames_that_are_not_measured_are_said_to_be_dropped_once);
  tcase_add_test (tests, an_answer_to_what_was_sent_before_a_reset_is_dropped);
  tcase_add_test (tests, the_next_chunk_grows_while_one_is_in_flight);
  tcase_add_test (tests,
      a_service_that_does_not_keep_up_loses_frames_and_no_call_is_too_long);
  tcase_add_loop_test (tests,
      a_stream_goes_on_by_itself_when_the_network_was_gone, 0,
      G_N_ELEMENTS (outages));
  tcase_add_test (tests, frames_that_are_missing_do_not_change_the_rate);
  tcase_add_test (tests, an_answer_without_a_waveform_is_a_gap);
  tcase_add_test (tests, too_few_frames_are_not_sent_and_said_to_be_dropped);
  return suite;
}

GST_CHECK_MAIN (streams);
