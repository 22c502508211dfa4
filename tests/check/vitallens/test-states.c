/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink: the end of the stream, states, and what is told of failures. */

#include <string.h>
#include <glib/gstdio.h>
#include "lens.h"

static guint
count_lines (const gchar * path)
{
  gchar *text = NULL;
  guint lines = 0;
  gchar *p;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  for (p = text; *p; p++)
    lines += *p == '\n';
  g_free (text);
  return lines;
}

GST_START_TEST (eos_waits_for_the_lines_of_the_results)
{
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "results", NULL);
  gchar *properties = g_strdup_printf ("source-id=bed-7 "
      "results-location=\"%s\"", path);
  Lens *lens = lens_new (FALSE, properties);
  GStatBuf file;

  sink_fault (lens->sink, "stream#2:status=500");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 4 * LENS_CHUNK + 3);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  /* vitals of three, the failure of one, and the rest that was dropped or sent:
   * outcomes only */
  fail_unless_equals_int (count_lines (path),
      sink_count (lens->sink, "vitals") + sink_count (lens->sink,
          "vitals-failed") + sink_count (lens->sink, "vitals-dropped"));
  fail_unless_equals_int (sink_count (lens->sink, "vitals-failed"), 1);
  fail_unless_equals_int (g_stat (path, &file), 0);
  fail_unless_equals_int (file.st_mode & 0777, 0600);
  lens_free (lens);
  g_unlink (path);
  g_rmdir (folder);
  g_free (properties);
  g_free (path);
  g_free (folder);
}

GST_END_TEST;

static guint
count_type (Lens * lens, GstMessageType type)
{
  GPtrArray *messages = lens->sink->messages;
  guint n = 0, i;

  g_mutex_lock (&lens->sink->lock);
  for (i = 0; i < messages->len; i++)
    n += GST_MESSAGE_TYPE (messages->pdata[i]) == type;
  g_mutex_unlock (&lens->sink->lock);
  return n;
}

GST_START_TEST (results_that_cannot_be_written_are_told_while_it_runs)
{
  Lens *lens = lens_new (FALSE, "results-location=/dev/full");

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  while (count_type (lens, GST_MESSAGE_WARNING) == 0)
    lens_measure (lens, 1);
  fail_if (sink_has_eos (lens->sink));
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (a_failure_fails_the_pipeline_where_that_is_asked_for)
{
  Lens *lens = lens_new (FALSE, "on-failure=error");
  GError *error;

  sink_fault (lens->sink, "stream#2:status=500");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 2 * LENS_CHUNK);
  error = sink_wait_error (lens->sink);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_BUSY), "%s", error->message);
  g_error_free (error);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-failed"), 1);
  /* The error is told before the stream ends: a frame in between is taken. The
   * one that is refused makes the source post an error of its own. */
  while (count_type (lens, GST_MESSAGE_ERROR) < 2) {
    guint64 taken = sink_get_stat (lens->sink, "frames");

    lens_push (lens, 1);
    while (sink_get_stat (lens->sink, "frames") == taken
        && count_type (lens, GST_MESSAGE_ERROR) < 2)
      g_thread_yield ();
  }
  fail_unless_equals_int (vitals_sandbox_get_count (lens->sink->sandbox,
          "stream"), 2);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (what_is_unanswered_after_the_drain_timeout_has_failed)
{
  Lens *lens = lens_new (FALSE, "drain-timeout=300000000");
  const GstStructure *failed;

  sink_fault (lens->sink, "stream#2:stall");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 2 * LENS_CHUNK);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  failed = sink_wait (lens->sink, "vitals-failed", 0);
  fail_unless_equals_string (gst_structure_get_string (failed, "code"),
      "SCAN_TIMEOUT");
  /* the call that was not answered, and nothing twice */
  fail_unless_equals_int (sink_get_uint (failed, "frames"), LENS_CHUNK);
  fail_unless_equals_uint64 (sink_get_uint64 (failed, "timestamp"),
      LENS_CHUNK * FRAME_DURATION);
  fail_unless (GST_CLOCK_DIFF (sink_get_uint64 (failed, "duration"),
          GST_SECOND) < GST_MSECOND);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 0);
  fail_unless_equals_int (sink_get_stat (lens->sink, "sessions"), 1);
  fail_unless (sink_get_stat (lens->sink, "bytes") == (2 * LENS_CHUNK + 4)
      * 40 * 40 * 3);
  lens_free (lens);
}

GST_END_TEST;

/* A service that asked for more time than there is. */
GST_START_TEST (what_may_not_be_sent_before_the_drain_timeout_has_failed)
{
  Lens *lens = lens_new (FALSE, "drain-timeout=300000000");
  const GstStructure *failed;

  sink_fault (lens->sink, "stream#2:status=429,header=Retry-After=3000");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 3 * LENS_CHUNK - 3);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  fail_unless_equals_string (gst_structure_get_string (sink_wait (lens->sink,
              "vitals-failed", 0), "code"), "RATE_LIMITED");
  failed = sink_wait (lens->sink, "vitals-failed", 1);
  fail_unless_equals_string (gst_structure_get_string (failed, "code"),
      "SCAN_TIMEOUT");
  fail_unless_equals_int (sink_get_uint (failed, "frames"), LENS_CHUNK - 3);
  fail_unless_equals_uint64 (sink_get_uint64 (failed, "timestamp"),
      2 * LENS_CHUNK * FRAME_DURATION);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 0);
  fail_unless_equals_int (vitals_sandbox_get_count (lens->sink->sandbox,
          "stream"), 2);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (eos_does_not_wait_where_nothing_is_left_to_send)
{
  Lens *lens = lens_new (FALSE, "drain-timeout=3000000000000");

  sink_fault (lens->sink, "stream#2:status=429,header=Retry-After=3000");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 2 * LENS_CHUNK);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-failed"), 1);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (rates_of_the_service_are_for_files_whenever_that_is_set)
{
  Lens *lens = lens_new (FALSE, "");
  GError *error;

  sink_set_state (lens->sink, GST_STATE_READY);
  gst_util_set_object_arg (G_OBJECT (lens->sink->sink), "process-signals",
      "server");
  fail_unless_equals_int (gst_element_set_state (lens->sink->pipeline,
          GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  error = sink_wait_error (lens->sink);
  fail_unless (g_error_matches (error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS));
  g_error_free (error);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (pause_and_null_do_not_wait_for_what_eos_waits_for)
{
  Lens *lens = lens_new (FALSE, "");

  sink_fault (lens->sink, "stream#2:stall");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 2 * LENS_CHUNK);
  sink_end (lens->sink);
  fail_unless (vitals_sandbox_wait_count (lens->sink->sandbox, "stream", 2,
          20000));
  sink_set_state (lens->sink, GST_STATE_PAUSED);
  fail_unless (gst_element_get_state (lens->sink->pipeline, NULL, NULL,
          GST_CLOCK_TIME_NONE) == GST_STATE_CHANGE_SUCCESS);
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  sink_set_state (lens->sink, GST_STATE_NULL);
  fail_if (sink_has_eos (lens->sink));
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (eos_comes_after_a_pause_that_it_waited_in)
{
  Lens *lens = lens_new (FALSE, "");

  sink_fault (lens->sink, "stream#2:delay=300");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 2 * LENS_CHUNK);
  sink_end (lens->sink);
  fail_unless (vitals_sandbox_wait_count (lens->sink->sandbox, "stream", 2,
          20000));
  sink_set_state (lens->sink, GST_STATE_PAUSED);
  /* the answer comes in PAUSED, too */
  sink_wait (lens->sink, "vitals", 1);
  fail_if (sink_has_eos (lens->sink));
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  sink_check_order (lens->sink);
  lens_free (lens);
}

GST_END_TEST;

GST_START_TEST (a_flush_does_not_wait_for_an_answer)
{
  Lens *lens = lens_new (FALSE, "");
  GstPad *pad = gst_element_get_static_pad (lens->sink->src, "src");

  sink_fault (lens->sink, "stream:stall");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, LENS_CHUNK);
  sink_end (lens->sink);
  fail_unless (vitals_sandbox_wait_count (lens->sink->sandbox, "stream", 1,
          20000));
  fail_unless (gst_pad_push_event (pad, gst_event_new_flush_start ()));
  fail_unless (gst_pad_push_event (pad, gst_event_new_flush_stop (TRUE)));
  fail_unless_equals_int (sink_get_uint (sink_wait (lens->sink,
              "vitals-dropped", 0), "frames"), LENS_CHUNK);
  fail_unless_equals_int (sink_count (lens->sink, "vitals-dropped"), 1);
  gst_object_unref (pad);
  lens_free (lens);
}

GST_END_TEST;

/* Where a call stands when the state changes. */
static const struct
{
  const gchar *fault, *route;
  guint count;
  const gchar *properties;
} points[] = {
  {"model:stall", "model", 1, ""},
  {"model:delay=5", "model", 1, ""},
  {"stream:stall", "stream", 1, ""},
  {"stream#1:delay=5", "stream", 1, ""},
  {"stream#2:stall", "stream", 2, ""},
  {"stream#2:stall-after=10", "stream", 2, ""},
  {"stream#2-:status=500", "stream", 2, ""},
  {"file:stall", "file", 1, "encoding=json"}
};

GST_START_TEST (states_may_change_at_any_point_and_it_measures_again)
{
  Lens *lens = lens_new (__i__ % 2, points[__i__ / 2].properties);
  const gchar *route = points[__i__ / 2].route;

  sink_fault (lens->sink, points[__i__ / 2].fault);
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  while (vitals_sandbox_get_count (lens->sink->sandbox, route)
      < points[__i__ / 2].count) {
    lens_push (lens, 1);
    g_usleep (100);
  }
  sink_set_state (lens->sink, GST_STATE_NULL);
  fail_unless_equals_int (lens_count_progress (lens, GST_PROGRESS_TYPE_START),
      lens_count_progress (lens, GST_PROGRESS_TYPE_CANCELED)
      + lens_count_progress (lens, GST_PROGRESS_TYPE_ERROR));

  vitals_sandbox_clear_faults (lens->sink->sandbox);
  lens->next = lens->n_pushed = 0;
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_measure (lens, 6);
  fail_unless (lens_get_rate (lens) > 0);
  lens_free (lens);
}

GST_END_TEST;

/* The sink alone: who waits for the source in the source's own thread, waits
 * for ever. */
static void
go_to_null (GstMessage * message, gpointer user_data)
{
  Sink *sink = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && (gst_message_has_name (message, "vitals")
          || gst_message_has_name (message, "vitals-failed")))
    gst_element_set_state (sink->sink, GST_STATE_NULL);
}

static const gchar *const handled[] = {
  "stream#9:reset", "stream:status=403", "stream:status=500", "model:status=403"
};

GST_START_TEST (null_is_reached_from_a_sync_bus_handler)
{
  Lens *lens = lens_new (TRUE, "");
  GstState state;

  sink_fault (lens->sink, handled[__i__]);
  lens->sink->user_data = lens->sink;
  lens->sink->on_message = go_to_null;
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  do {
    lens_push (lens, 1);
    gst_element_get_state (lens->sink->sink, &state, NULL, 0);
    g_usleep (100);
  } while (state != GST_STATE_NULL);
  lens_free (lens);
}

GST_END_TEST;

/* What was said of the run that a handler ended, and when. */
typedef struct
{
  GstElement *element;
  GMutex still;                 /* held while a frame is on its way: GStreamer
                                 * warns of one that is when a pad is activated
                                 * again */
  gint ended;                   /* atomic */
  guint early, late;            /* vitals-failed */
} Restart;

static void
begin_again (GstMessage * message, gpointer user_data)
{
  Restart *restart = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && gst_message_has_name (message, "vitals-failed")) {
    if (g_atomic_int_get (&restart->ended))
      restart->late++;
    else
      restart->early++;
  }
  if (g_atomic_int_get (&restart->ended)
      || GST_MESSAGE_TYPE (message) != GST_MESSAGE_PROGRESS
      || lens_get_progress_type (message) != GST_PROGRESS_TYPE_ERROR)
    return;
  g_mutex_lock (&restart->still);
  gst_element_set_state (restart->element, GST_STATE_READY);
  g_atomic_int_set (&restart->ended, TRUE);
  gst_element_set_state (restart->element, GST_STATE_PLAYING);
  g_mutex_unlock (&restart->still);
}

/* Returns: FALSE when the handler ended the run instead. */
static gboolean
push_one (Lens * lens, Restart * restart)
{
  gboolean go_on;

  g_mutex_lock (&restart->still);
  go_on = !g_atomic_int_get (&restart->ended);
  if (go_on) {
    lens_push (lens, 1);
    lens_wait_taken (lens);
  }
  g_mutex_unlock (&restart->still);
  return go_on;
}

GST_START_TEST (a_run_says_nothing_of_the_one_before)
{
  Lens *lens = lens_new (TRUE, "");
  Restart restart = {.element = lens->sink->sink };
  guint i;

  g_mutex_init (&restart.still);
  sink_fault (lens->sink, "stream#2:status=500");
  lens->sink->user_data = &restart;
  lens->sink->on_message = begin_again;
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  for (i = 0; i < 20000 && push_one (lens, &restart); i++)
    g_usleep (1000);
  fail_unless (g_atomic_int_get (&restart.ended));
  /* the failure came after the session's end, and before the run's */
  sink_wait (lens->sink, "vitals-failed", 0);
  fail_unless_equals_int (restart.early, 1);
  fail_unless_equals_int (restart.late, 0);
  /* what the handler was called for is kept when it has returned */
  while (lens_count_progress (lens, GST_PROGRESS_TYPE_ERROR) == 0)
    g_thread_yield ();
  lens_free (lens);
  g_mutex_clear (&restart.still);
}

GST_END_TEST;

GST_START_TEST (each_session_that_starts_ends)
{
  Lens *lens = lens_new (FALSE, "");

  sink_fault (lens->sink, "stream#3:status=500");
  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 4 * LENS_CHUNK);
  lens->next += 2 * GST_SECOND;
  lens_push (lens, LENS_CHUNK);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  fail_unless_equals_int (lens_count_progress (lens, GST_PROGRESS_TYPE_START),
      3);
  fail_unless_equals_int (lens_count_progress (lens, GST_PROGRESS_TYPE_ERROR),
      1);
  fail_unless_equals_int (lens_count_progress (lens,
          GST_PROGRESS_TYPE_CANCELED), 1);
  fail_unless_equals_int (lens_count_progress (lens,
          GST_PROGRESS_TYPE_COMPLETE), 1);
  lens_free (lens);
}

GST_END_TEST;

static const struct
{
  const gchar *properties;
  const gchar *phases[4];
} phases[] = {
  {"", {"initializing", "capturing", NULL}},
  {"mode=file", {"initializing", "capturing", "uploading", NULL}},
  {"post-progress=false", {NULL}}
};

GST_START_TEST (phases_are_told_when_they_change)
{
  Lens *lens = lens_new (FALSE, phases[__i__].properties);
  const gchar *last = "";
  guint n = 0, i;

  sink_set_state (lens->sink, GST_STATE_PLAYING);
  lens_push (lens, 7 * LENS_CHUNK);
  sink_end (lens->sink);
  sink_check_order (lens->sink);
  for (i = 0; i < sink_count (lens->sink, "vitals-progress"); i++) {
    const GstStructure *progress = sink_wait (lens->sink, "vitals-progress", i);
    const gchar *phase = gst_structure_get_string (progress, "phase");

    if (g_str_equal (phase, "capturing"))
      fail_unless (sink_get_uint (progress, "frames")
          <= sink_get_uint (progress, "target-frames"));
    if (!g_str_equal (phase, last))
      fail_unless_equals_string (phase, phases[__i__].phases[n++]);
    last = phase;
  }
  fail_unless (phases[__i__].phases[n] == NULL, "no %s",
      phases[__i__].phases[n]);
  lens_free (lens);
}

GST_END_TEST;

static const gchar *const mistakes[] = {
  "roi=1,2", "api-key=\"a key\"", "base-url=http://example.org",
  "results-location=/nonexistent/results", "api-key-file=/nonexistent/key",
  "process-signals=server"
};

GST_START_TEST (settings_that_cannot_be_are_errors_at_ready)
{
  gchar *launch = g_strdup_printf ("vitallenssink %s%s", __i__ == 1
      || __i__ == 4 ? "" : "api-key=x ", mistakes[__i__]);
  GstElement *element = gst_parse_launch (launch, NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;

  gst_element_set_bus (element, bus);
  fail_unless (gst_element_set_state (element, GST_STATE_READY)
      == GST_STATE_CHANGE_FAILURE, "%s", mistakes[__i__]);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  g_free (launch);
}

GST_END_TEST;

GST_START_TEST (the_key_cannot_be_read)
{
  GstElement *element = gst_element_factory_make ("vitallenssink", NULL);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS
      (element), "api-key");

  fail_unless (pspec != NULL);
  fail_if (pspec->flags & G_PARAM_READABLE);
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
states_suite (void)
{
  Suite *suite = suite_create ("vitallens states");
  TCase *tests = tcase_create ("states");

  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, eos_waits_for_the_lines_of_the_results);
  tcase_add_test (tests, results_that_cannot_be_written_are_told_while_it_runs);
  tcase_add_test (tests, a_failure_fails_the_pipeline_where_that_is_asked_for);
  tcase_add_test (tests, what_is_unanswered_after_the_drain_timeout_has_failed);
  tcase_add_test (tests,
      what_may_not_be_sent_before_the_drain_timeout_has_failed);
  tcase_add_test (tests, eos_does_not_wait_where_nothing_is_left_to_send);
  tcase_add_test (tests,
      rates_of_the_service_are_for_files_whenever_that_is_set);
  tcase_add_test (tests, pause_and_null_do_not_wait_for_what_eos_waits_for);
  tcase_add_test (tests, eos_comes_after_a_pause_that_it_waited_in);
  tcase_add_test (tests, a_flush_does_not_wait_for_an_answer);
  tcase_add_loop_test (tests,
      states_may_change_at_any_point_and_it_measures_again, 0,
      2 * G_N_ELEMENTS (points));
  tcase_add_loop_test (tests, null_is_reached_from_a_sync_bus_handler, 0,
      G_N_ELEMENTS (handled));
  tcase_add_test (tests, a_run_says_nothing_of_the_one_before);
  tcase_add_test (tests, each_session_that_starts_ends);
  tcase_add_loop_test (tests, phases_are_told_when_they_change, 0,
      G_N_ELEMENTS (phases));
  tcase_add_loop_test (tests, settings_that_cannot_be_are_errors_at_ready, 0,
      G_N_ELEMENTS (mistakes));
  tcase_add_test (tests, the_key_cannot_be_read);
  return suite;
}

GST_CHECK_MAIN (states);
