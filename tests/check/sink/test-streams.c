/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One recording after another, and what ends a stream early. */

#include "../threads.h"
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>

#define N_SINKS 50
#define FACE(frames) "vitalstestsrc num-buffers=" #frames " ! " FRAME_CAPS " ! "

static Sink *
sink_new_of (const gchar * source, const gchar * properties)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;

  return sink_new_full (source, properties, &options);
}

/* Two people are never one reading. */
GST_START_TEST (another_stream_begins_another_window)
{
  Sink *sink = sink_new_of (FACE (20) "c. " FACE (25) "c. concat name=c",
      "min-frames=10");

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  fail_unless_equals_int (sink_get_uint (sink_wait (sink, "vitals", 0),
          "frames"), 20);
  fail_unless_equals_int (sink_get_uint (sink_wait (sink, "vitals", 1),
          "frames"), 25);
  /* each at its own time: concat lets the second follow the first */
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 0),
          "running-time"), 0);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 1),
          "running-time"), gst_util_uint64_scale (20, GST_SECOND, 30));
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink, "vitals", 1),
          "timestamp"), 0);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (rest_of_a_stream_that_is_too_short_is_dropped)
{
  Sink *sink = sink_new_of (FACE (5) "c. " FACE (25) "c. concat name=c",
      "min-frames=10");
  const GstStructure *dropped;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  dropped = sink_wait (sink, "vitals-dropped", 0);
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      "too-few-frames");
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), 5);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

/* Six people in a row, of whom none is answered. */
static Sink *
sink_new_of_six (const gchar * policy)
{
  g_autofree gchar *properties = g_strconcat ("min-frames=10 max-sessions=1 "
      "max-queued-windows=1 queue-policy=", policy, NULL);
  Sink *sink = sink_new_of (FACE (20) "c. " FACE (20) "c. " FACE (20) "c. "
      FACE (20) "c. " FACE (20) "c. " FACE (20) "c. concat name=c", properties);

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  return sink;
}

GST_START_TEST (full_queue_blocks_a_stream_that_follows_another)
{
  Sink *sink = sink_new_of_six ("block");
  guint i;

  while (sink_get_stat (sink, "windows") < 3)
    g_thread_yield ();
  /* one under way, one waits, and one for which there is no room */
  for (i = 0; i < 30; i++) {
    g_usleep (10000);
    fail_unless (sink_get_stat (sink, "waiting") <= 1);
    fail_unless_equals_uint64 (sink_get_stat (sink, "windows"), 3);
  }
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 6);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (full_queue_drops_the_oldest_of_streams_in_a_row)
{
  Sink *sink = sink_new_of_six ("drop-oldest");
  guint answers, dropped;

  while (sink_get_stat (sink, "windows") < 5)
    fail_unless (sink_get_stat (sink, "waiting") <= 1);
  fail_unless (sink_get_stat (sink, "waiting") <= 1);
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_check_order (sink);
  answers = sink_count (sink, "vitals");
  dropped = sink_count (sink, "vitals-dropped");
  fail_unless_equals_int (answers + dropped, 6);
  fail_unless (dropped >= 3, "%u", dropped);
  assert_equals_string (gst_structure_get_string (sink_wait (sink,
              "vitals-dropped", 0), "reason"), "queue-full");
  sink_free (sink);
}

GST_END_TEST;

static void
push_segment (Sink * sink, GstClockTime start, GstClockTime base)
{
  GstSegment segment;
  GstSample *sample;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = start;
  segment.base = base;
  sample = gst_sample_new (NULL, NULL, &segment, NULL);
  g_signal_emit_by_name (sink->src, "push-sample", sample, &(GstFlowReturn) {
      0});
  gst_sample_unref (sample);
}

GST_START_TEST (segment_of_another_time_begins_another_window)
{
  Sink *sink = sink_new ("min-frames=10");

  g_object_set (sink->src, "handle-segment-change", TRUE, NULL);
  sink_set_state (sink, GST_STATE_PLAYING);
  push_segment (sink, 0, 0);
  sink_push (sink, 20);
  push_segment (sink, 0, GST_SECOND);
  sink_push (sink, 15);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  fail_unless_equals_int (sink_get_uint (sink_wait (sink, "vitals", 0),
          "frames"), 20);
  fail_unless_equals_int (sink_get_uint (sink_wait (sink, "vitals", 1),
          "frames"), 15);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (toggling_active_does_not_get_around_the_scan_interval)
{
  Sink *sink = sink_new ("scan-interval=3600000000000");
  guint i;

  sink_set_state (sink, GST_STATE_PLAYING);
  for (i = 1; i <= 3; i++) {
    g_object_set (sink->sink, "active", TRUE, NULL);
    sink_push (sink, WINDOW_FRAMES);
    while (sink_get_stat (sink, "frames") + sink_get_stat (sink, "skipped")
        < (2 * i - 1) * WINDOW_FRAMES)
      g_thread_yield ();
    g_object_set (sink->sink, "active", FALSE, NULL);
    sink_push (sink, WINDOW_FRAMES);
    while (sink_get_stat (sink, "frames") + sink_get_stat (sink, "skipped")
        < 2 * i * WINDOW_FRAMES)
      g_thread_yield ();
  }
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  sink_free (sink);
}

GST_END_TEST;

static guint
count_messages (Sink * sink, GstMessageType type)
{
  guint n = 0, i;

  g_mutex_lock (&sink->lock);
  for (i = 0; i < sink->messages->len; i++)
    n += GST_MESSAGE_TYPE (sink->messages->pdata[i]) == type;
  g_mutex_unlock (&sink->lock);
  return n;
}

static guint
count_progress (Sink * sink, GstProgressType wanted)
{
  guint n = 0, i;

  g_mutex_lock (&sink->lock);
  for (i = 0; i < sink->messages->len; i++) {
    GstProgressType type;

    if (GST_MESSAGE_TYPE (sink->messages->pdata[i]) != GST_MESSAGE_PROGRESS)
      continue;
    gst_message_parse_progress (sink->messages->pdata[i], &type, NULL, NULL);
    n += type == wanted;
  }
  g_mutex_unlock (&sink->lock);
  return n;
}

GST_START_TEST (cancelled_scan_is_no_error_of_the_pipeline)
{
  Sink *sink = sink_new ("on-failure=error");

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 1, 20000));
  g_signal_emit_by_name (sink->sink, "cancel-scan");
  fail_unless_equals_string (gst_structure_get_string (sink_wait (sink,
              "vitals-failed", 0), "code"), "CANCELLED");
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (count_messages (sink, GST_MESSAGE_ERROR), 0);
  fail_unless_equals_int (count_progress (sink, GST_PROGRESS_TYPE_CANCELED), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (each_progress_that_starts_ends)
{
  Sink *sink = sink_new ("max-retries=0");

  sink_fault (sink, "start#1:status=500");
  sink_fault (sink, "result#2:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3 * WINDOW_FRAMES);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, "result", 2, 20000));
  sink_wait (sink, "vitals-failed", 0);
  sink_wait (sink, "vitals", 0);
  sink_set_state (sink, GST_STATE_NULL);
  /* of three windows the start of one was refused */
  fail_unless_equals_int (count_progress (sink, GST_PROGRESS_TYPE_START), 2);
  fail_unless_equals_int (count_progress (sink, GST_PROGRESS_TYPE_ERROR), 0);
  fail_unless_equals_int (count_progress (sink, GST_PROGRESS_TYPE_COMPLETE), 1);
  fail_unless_equals_int (count_progress (sink, GST_PROGRESS_TYPE_CANCELED), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (after_an_error_nothing_more_is_taken)
{
  Sink *sink = sink_new ("on-failure=error max-retries=0");
  guint64 skipped = 0;
  GError *error;

  sink_fault (sink, "start:status=500");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  error = sink_wait_error (sink);
  fail_unless_equals_int (error->domain, GST_RESOURCE_ERROR);
  g_error_free (error);
  /* The error is told before the stream ends: frames in between are looked at.
   * These are of no window, for their time is that of the last one. The one
   * that is refused makes the source post an error of its own. */
  while (count_messages (sink, GST_MESSAGE_ERROR) < 2) {
    sink_push_at (sink, sink->next - FRAME_DURATION);
    skipped++;
    while (sink_get_stat (sink, "skipped") < skipped
        && count_messages (sink, GST_MESSAGE_ERROR) < 2)
      g_thread_yield ();
  }
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (last_scan_of_a_payload_file_ends_the_stream_well)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "payloads", NULL);
  g_autofree gchar *launch = g_strdup_printf (FACE (120)
      "circadifyenc window-duration=1000000000 min-frames=10 ! "
      "filesink location=\"%s\"", path);
  g_autofree gchar *source = g_strdup_printf ("filesrc location=\"%s\" "
      "blocksize=70000 ! identity sleep-time=30000", path);
  GstElement *maker = gst_parse_launch (launch, NULL);
  GstMessage *message;
  Sink *sink;

  gst_element_set_state (maker, GST_STATE_PLAYING);
  message =
      gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (maker), GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (maker, GST_STATE_NULL);
  gst_object_unref (maker);

  sink = sink_new_of (source, "num-scans=1 eos-after-scans=true");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_int (count_messages (sink, GST_MESSAGE_ERROR), 0);
  sink_free (sink);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

/* A pipe in a folder of its own. */
typedef struct
{
  gchar *folder, *path;
} Pipe;

static Pipe
pipe_new (void)
{
  Pipe pipe;

  pipe.folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  pipe.path = g_build_filename (pipe.folder, "results", NULL);
  fail_unless_equals_int (mkfifo (pipe.path, 0600), 0);
  return pipe;
}

static void
pipe_clear (Pipe * pipe)
{
  g_unlink (pipe->path);
  g_rmdir (pipe->folder);
  g_free (pipe->path);
  g_free (pipe->folder);
}

GST_START_TEST (results_pipe_without_a_reader_is_an_error_at_once)
{
  Pipe pipe = pipe_new ();
  g_autofree gchar *properties = g_strdup_printf ("results-location=\"%s\"",
      pipe.path);
  GError *error = sink_try_ready (properties, VITALS_SANDBOX_TEST_KEY);

  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_OPEN_WRITE));
  fail_unless (strstr (error->message, "nobody reads") != NULL, "%s",
      error->message);
  g_error_free (error);
  pipe_clear (&pipe);
}

GST_END_TEST;

/* Without a guard that is a signal, which ends the process. */
GST_START_TEST (reader_of_the_results_that_leaves_is_a_warning)
{
  Pipe pipe = pipe_new ();
  g_autofree gchar *properties = g_strdup_printf ("results-location=\"%s\"",
      pipe.path);
  gint reader = g_open (pipe.path, O_RDONLY | O_NONBLOCK, 0);
  Sink *sink = sink_new (properties);

  /* a socket of GLib has it ignored, which an application may undo */
  signal (SIGPIPE, SIG_DFL);
  sink_set_state (sink, GST_STATE_PLAYING);
  close (reader);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (count_messages (sink, GST_MESSAGE_WARNING), 1);
  fail_unless_equals_int (count_messages (sink, GST_MESSAGE_ERROR), 0);
  sink_free (sink);
  pipe_clear (&pipe);
}

GST_END_TEST;

/* The pipe is full, and its reader does not read. */
GST_START_TEST (results_that_nobody_takes_hold_up_neither_eos_nor_null)
{
  Pipe pipe = pipe_new ();
  g_autofree gchar *properties = g_strdup_printf ("results-location=\"%s\" "
      "drain-timeout=3000000000", pipe.path);
  gint reader = g_open (pipe.path, O_RDONLY | O_NONBLOCK, 0);
  gint writer = g_open (pipe.path, O_WRONLY | O_NONBLOCK, 0);
  gchar fill[4096] = { 0 };
  Sink *sink;

  while (write (writer, fill, sizeof (fill)) > 0);
  sink = sink_new (properties);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_wait_eos (sink);
  fail_unless (count_messages (sink, GST_MESSAGE_WARNING) >= 1);
  sink_set_state (sink, GST_STATE_NULL);
  /* lets the thread go */
  close (reader);
  close (writer);
  sink_free (sink);
  pipe_clear (&pipe);
}

GST_END_TEST;

/* Named sink, sink-1, sink-2 and so on. */
static GString *
describe_many (guint n)
{
  GString *launch = g_string_new (NULL);
  guint i;

  for (i = 0; i < n; i++) {
    g_string_append (launch,
        FACE (30) "circadifysink window-duration=1000000000 "
        "min-frames=10 roi=0,0,64,64 poll-interval=20000000 name=sink");
    if (i > 0)
      g_string_append_printf (launch, "-%u", i);
    g_string_append_c (launch, ' ');
  }
  return launch;
}

/* A box of many cameras, all of which are switched on at once. */
GST_START_TEST (fifty_sinks_that_begin_at_once_are_all_answered)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  GString *launch = describe_many (N_SINKS);
  Sink *sink = sink_new_launch (launch->str, VITALS_SANDBOX_TEST_KEY, &options);
  guint i;

  for (i = 1; i < N_SINKS; i++) {
    gchar *name = g_strdup_printf ("sink-%u", i);
    GstElement *other = gst_bin_get_by_name (GST_BIN (sink->pipeline), name);

    g_object_set (other, "api-key", VITALS_SANDBOX_TEST_KEY, "base-url",
        vitals_sandbox_get_url (sink->sandbox), NULL);
    gst_object_unref (other);
    g_free (name);
  }
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_wait_eos (sink);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals"), N_SINKS);
  /* it is never joined, so all that there ever were are still there */
  fail_unless_equals_int (count_network_threads (), 1);
  sink_free (sink);
  g_string_free (launch, TRUE);
}

GST_END_TEST;

static Suite *
sink_streams_suite (void)
{
  Suite *s = suite_create ("sink-streams");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, another_stream_begins_another_window);
  tcase_add_test (tc, rest_of_a_stream_that_is_too_short_is_dropped);
  tcase_add_test (tc, full_queue_blocks_a_stream_that_follows_another);
  tcase_add_test (tc, full_queue_drops_the_oldest_of_streams_in_a_row);
  tcase_add_test (tc, segment_of_another_time_begins_another_window);
  tcase_add_test (tc, toggling_active_does_not_get_around_the_scan_interval);
  tcase_add_test (tc, cancelled_scan_is_no_error_of_the_pipeline);
  tcase_add_test (tc, each_progress_that_starts_ends);
  tcase_add_test (tc, after_an_error_nothing_more_is_taken);
  tcase_add_test (tc, last_scan_of_a_payload_file_ends_the_stream_well);
  tcase_add_test (tc, results_pipe_without_a_reader_is_an_error_at_once);
  tcase_add_test (tc, reader_of_the_results_that_leaves_is_a_warning);
  tcase_add_test (tc, results_that_nobody_takes_hold_up_neither_eos_nor_null);
  tcase_add_test (tc, fifty_sinks_that_begin_at_once_are_all_answered);
  return s;
}

GST_CHECK_MAIN (sink_streams);
