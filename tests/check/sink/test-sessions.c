/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a service, a network and an application do to sessions under way. */

#include <string.h>
#include "fixture.h"

/* Without anybody to wait for; valgrind is slow. */
#define SOON (5 * G_USEC_PER_SEC)

/* A stall at each point of a session; of a start that is refused it is the wait
 * before the next. */
static const gchar *const points[] = {
  "start:stall", "upload:stall-read", "upload:stall", "complete:stall",
  "result:stall", "result:never", "start:status=503,header=Retry-After=5"
};

static const gchar *const routes[] = {
  "start", "upload", "upload", "complete", "result", "result", "start"
};

/* A window is on its way and stands at the @index-th point. */
static Sink *
stall_at (guint index, const gchar * properties)
{
  Sink *sink = sink_new (properties);

  sink_fault (sink, points[index]);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  fail_unless (vitals_sandbox_wait_count (sink->sandbox, routes[index], 1,
          20000));
  return sink;
}

GST_START_TEST (wrong_key_fails_once_and_blocks)
{
  Sink *sink = sink_new ("");
  gchar *state;

  g_object_set (sink->sink, "api-key", "ck_test_unknown", NULL);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 5 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  sink_wait_failure (sink, 0, "UNAUTHORIZED");
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 1);
  state = sink_get_state_name (sink);
  assert_equals_string (state, "blocked");
  g_free (state);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (quota_that_is_used_up_blocks)
{
  Sink *sink = sink_new ("");

  sink_fault (sink, "start#2-:status=429,code=QUOTA_EXCEEDED");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait (sink, "vitals", 0);
  sink_push (sink, WINDOW_FRAMES);
  sink_wait_failure (sink, 0, "QUOTA_EXCEEDED");
  sink_push (sink, 3 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_int (vitals_sandbox_get_count (sink->sandbox, "start"), 2);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (failed_window_is_not_a_failed_pipeline)
{
  Sink *sink = sink_new ("max-retries=0");

  sink_fault (sink, "start#1:status=500");
  sink_fault (sink, "result#1:failed=too dark");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3 * WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  sink_wait_failure (sink, 0, "SERVICE_UNAVAILABLE");
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 2);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (failed_window_may_be_an_error_when_that_is_wanted)
{
  Sink *sink = sink_new ("on-failure=error");
  GError *error;

  g_object_set (sink->sink, "api-key", "ck_test_unknown", NULL);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  error = sink_wait_error (sink);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NOT_AUTHORIZED));
  g_error_free (error);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (failure_that_is_an_error_starts_no_further_scan)
{
  Sink *sink = sink_new ("on-failure=error max-sessions=1 "
      "max-queued-windows=2");

  sink_fault (sink, "result:never");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3 * WINDOW_FRAMES);
  while (sink_get_stat (sink, "waiting") < 2)
    g_thread_yield ();
  vitals_sandbox_clear_faults (sink->sandbox);
  sink_fault (sink, "result:failed=too dark");
  g_error_free (sink_wait_error (sink));
  while (sink_count (sink, "vitals-dropped")
      + sink_count (sink, "vitals-failed") < 3)
    g_thread_yield ();
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (upload_that_is_reset_in_the_middle_is_tried_again)
{
  Sink *sink = sink_new ("");

  sink_fault (sink, "upload#1:reset-after=1000");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  fail_unless_equals_int (vitals_sandbox_get_scans (sink->sandbox), 1);
  fail_unless_equals_uint64 (sink_get_stat (sink, "retries"), 1);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (fallback_vitals_are_marked_and_only_when_allowed)
{
  Sink *sink = sink_new ("allow-fallback=true");
  const GstStructure *vitals;
  gboolean fallback;
  gdouble confidence;

  sink_fault (sink, "result:fallback");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  vitals = sink_wait (sink, "vitals", 0);
  fail_unless (gst_structure_get_boolean (vitals, "is-fallback", &fallback)
      && fallback);
  fail_unless (gst_structure_get_double (vitals, "confidence", &confidence)
      && confidence == 0);
  sink_free (sink);

  sink = sink_new ("");
  sink_fault (sink, "result:fallback");
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  sink_wait_failure (sink, 0, "PROCESSING_FAILED");
  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  sink_free (sink);
}

GST_END_TEST;

static void
assert_null_soon (Sink * sink)
{
  gint64 began = g_get_monotonic_time ();

  sink_set_state (sink, GST_STATE_NULL);
  fail_unless (g_get_monotonic_time () - began < SOON);
}

GST_START_TEST (null_is_reached_from_every_point_of_a_session)
{
  Sink *sink = stall_at (__i__, "");

  assert_null_soon (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  /* nothing is under way any more */
  fail_unless_equals_uint64 (sink_get_stat (sink, "running"), 0);
  fail_unless_equals_uint64 (sink_get_stat (sink, "waiting"), 0);
  fail_unless_equals_uint64 (sink_get_stat (sink, "held-bytes"), 0);
  fail_unless_equals_uint64 (sink_get_stat (sink, "stale"), 1);
  sink_free (sink);
}

GST_END_TEST;

/* A port where somebody listens and never answers. */
typedef struct
{
  GSocket *listener;
  GPtrArray *clients;           /* that take up all places, or who came */
  guint n_asking;               /* of them */
  guint port;
} Silence;

static GSocket *
new_socket (void)
{
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);

  fail_unless (socket != NULL);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

/* How many ask for a connection and have none; 0 where Linux does not tell. */
static guint
count_asking (guint port)
{
  g_autofree gchar *asking = g_strdup_printf (" 0100007F:%04X 02 ", port);
  g_autofree gchar *table = NULL;
  const gchar *found;
  guint n = 0;

  if (!g_file_get_contents ("/proc/net/tcp", &table, NULL, NULL))
    return 0;
  for (found = table; (found = strstr (found, asking)); found++)
    n++;
  return n;
}

/* @full: nobody else comes as far as a connection. */
static void
silence_init (Silence * silence, gboolean full)
{
  GInetAddress *loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  GSocketAddress *any = g_inet_socket_address_new (loopback, 0), *address;
  guint i;

  silence->listener = new_socket ();
  silence->clients = g_ptr_array_new_with_free_func (g_object_unref);
  if (full)
    g_socket_set_listen_backlog (silence->listener, 0);
  fail_unless (g_socket_bind (silence->listener, any, TRUE, NULL)
      && g_socket_listen (silence->listener, NULL));
  address = g_socket_get_local_address (silence->listener, NULL);
  silence->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS
      (address));
  for (i = 0; full && i < 4; i++) {
    GSocket *client = new_socket ();

    g_socket_connect (client, address, NULL, NULL);
    g_ptr_array_add (silence->clients, client);
  }
  silence->n_asking = count_asking (silence->port);
  g_object_unref (address);
  g_object_unref (any);
  g_object_unref (loopback);
}

static void
wait_readable (GSocket * socket)
{
  fail_unless (g_socket_condition_timed_wait (socket, G_IO_IN,
          20 * G_USEC_PER_SEC, NULL, NULL));
}

/* Until somebody asks for a connection, or has one and said something. */
static void
silence_wait (Silence * silence)
{
  GSocket *client;

  if (silence->clients->len > 0) {
    while (silence->n_asking > 0
        && count_asking (silence->port) <= silence->n_asking)
      g_thread_yield ();
    return;
  }
  wait_readable (silence->listener);
  client = g_socket_accept (silence->listener, NULL, NULL);
  fail_unless (client != NULL);
  g_ptr_array_add (silence->clients, client);
  wait_readable (client);
}

static void
silence_clear (Silence * silence)
{
  g_ptr_array_unref (silence->clients);
  g_object_unref (silence->listener);
}

/* No connection; one, and no answer; one, and no answer to a TLS hello. */
static const gchar *const silent_schemes[] = { "http", "http", "https" };

GST_START_TEST (null_is_reached_before_the_service_says_anything)
{
  Sink *sink = sink_new ("");
  g_autofree gchar *url = NULL;
  Silence silence;

  silence_init (&silence, __i__ == 0);
  url = g_strdup_printf ("%s://127.0.0.1:%u", silent_schemes[__i__],
      silence.port);
  g_object_set (sink->sink, "base-url", url, NULL);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  while (sink_get_stat (sink, "running") == 0)
    g_thread_yield ();
  silence_wait (&silence);
  fail_unless_equals_uint64 (sink_get_stat (sink, "running"), 1);
  assert_null_soon (sink);
  fail_unless_equals_uint64 (sink_get_stat (sink, "running"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals-failed"), 0);
  sink_free (sink);
  silence_clear (&silence);
}

GST_END_TEST;

GST_START_TEST (sink_works_again_after_null_in_a_session)
{
  Sink *sink = stall_at (__i__, "");

  sink_set_state (sink, GST_STATE_NULL);
  vitals_sandbox_clear_faults (sink->sandbox);
  sink->next = 0;
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 1);
  sink_free (sink);
}

GST_END_TEST;

/* What an application may react to in its sync handler, and how it comes to
 * it. */
typedef struct
{
  const gchar *message;         /* name, of progress with its phase or type */
  const gchar *properties, *fault;
  guint frames;
} Reaction;

static const Reaction reactions[] = {
  {"vitals", "", NULL, WINDOW_FRAMES},
  {"vitals-failed", "", "start:status=403", WINDOW_FRAMES},
  {"vitals-dropped", "", NULL, 5},
  {"vitals-progress uploading", "", NULL, WINDOW_FRAMES},
  {"vitals-progress processing", "", NULL, WINDOW_FRAMES},
  {"progress start", "", NULL, WINDOW_FRAMES},
  {"progress complete", "", NULL, WINDOW_FRAMES},
  {"progress error", "", "result:failed=too dark", WINDOW_FRAMES},
  {"error", "on-failure=error", "start:status=403", WINDOW_FRAMES}
};

typedef struct
{
  Sink *sink;
  GstElement *target;           /* that goes to NULL */
  const gchar *message;
  gint done;                    /* atomic: 1 it goes, 2 it is there */
} Reactor;

static void
go_to_null (GstMessage * message, gpointer user_data)
{
  Reactor *reactor = user_data;
  g_autofree gchar *name = sink_name_message (message);

  if (!g_str_equal (name, reactor->message)
      || GST_MESSAGE_SRC (message) != GST_OBJECT (reactor->sink->sink)
      || !g_atomic_int_compare_and_exchange (&reactor->done, 0, 1))
    return;
  gst_element_set_state (reactor->target, GST_STATE_NULL);
  g_atomic_int_set (&reactor->done, 2);
}

/* Of the sink alone, and of the pipeline. */
GST_START_TEST (null_is_reached_from_a_sync_bus_handler)
{
  const Reaction *reaction = &reactions[__i__ / 2];
  Sink *sink = sink_new (reaction->properties);
  Reactor reactor = { sink, __i__ % 2 ? sink->pipeline : sink->sink,
    reaction->message, 0
  };
  GstState state;

  if (reaction->fault)
    sink_fault (sink, reaction->fault);
  sink->user_data = &reactor;
  sink->on_message = go_to_null;
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, reaction->frames);
  sink_end (sink);
  while (g_atomic_int_get (&reactor.done) < 2)
    g_thread_yield ();
  gst_element_get_state (reactor.target, &state, NULL, GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (state, GST_STATE_NULL);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (demographics_are_those_of_the_start_of_the_window)
{
  Sink *sink = sink_new ("age=35 sex=female fitzpatrick=3");
  GBytes *body;
  gchar *text;

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, 3);
  while (sink_get_stat (sink, "frames") < 3)
    g_thread_yield ();
  g_object_set (sink->sink, "age", 80, NULL);
  sink_push (sink, WINDOW_FRAMES - 3);
  sink_end (sink);
  sink_check_order (sink);
  body = vitals_sandbox_get_last_body (sink->sandbox, "start");
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  fail_unless (strstr (text, "35") && strstr (text, "\"F\""), "%s", text);
  g_free (text);
  g_bytes_unref (body);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
sink_sessions_suite (void)
{
  /* TLS comes from a package of its own, glib-networking */
  gboolean tls = g_tls_backend_supports_tls (g_tls_backend_get_default ());
  Suite *s = suite_create ("sink-sessions");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, wrong_key_fails_once_and_blocks);
  tcase_add_test (tc, quota_that_is_used_up_blocks);
  tcase_add_test (tc, failed_window_is_not_a_failed_pipeline);
  tcase_add_test (tc, failed_window_may_be_an_error_when_that_is_wanted);
  tcase_add_test (tc, failure_that_is_an_error_starts_no_further_scan);
  tcase_add_test (tc, upload_that_is_reset_in_the_middle_is_tried_again);
  tcase_add_test (tc, fallback_vitals_are_marked_and_only_when_allowed);
  tcase_add_loop_test (tc, null_is_reached_from_every_point_of_a_session, 0,
      G_N_ELEMENTS (points));
  tcase_add_loop_test (tc, null_is_reached_before_the_service_says_anything, 0,
      tls ? 3 : 2);
  tcase_add_loop_test (tc, sink_works_again_after_null_in_a_session, 0,
      G_N_ELEMENTS (points));
  tcase_add_loop_test (tc, null_is_reached_from_a_sync_bus_handler, 0,
      2 * G_N_ELEMENTS (reactions));
  tcase_add_test (tc, demographics_are_those_of_the_start_of_the_window);
  return s;
}

GST_CHECK_MAIN (sink_sessions);
