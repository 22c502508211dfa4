/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitalsVitalLensClient against a service on a plain socket. */

#include <time.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>
#include "calls.h"

GST_START_TEST (resolve_model_tells_what_the_model_needs)
{
  Fault faults[2];
  RawServer *server = calls_serve (faults, "model", "200 OK", CALLS_MODEL_BODY);
  VitalsVitalLensClient *client = calls_new_client (server);
  VitalsVitalLensModel *model =
      vitals_vitallens_client_resolve_model (client, NULL, NULL, NULL);

  fail_unless (model != NULL);
  assert_equals_string (model->name, "vitallens-2.0");
  assert_equals_int (model->n_inputs, 5);
  vitals_vitallens_model_free (model);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (file_and_stream_read_both_shapes)
{
  const gchar *route = calls_routes[__i__ / 2];
  Fault faults[2];
  gchar *body = calls_make_body (__i__ % 2, 20);
  RawServer *server = calls_serve (faults, route, "200 OK", body);
  VitalsVitalLensClient *client = calls_new_client (server);
  GError *error = NULL;
  VitalsVitalLensAnswer *answer = calls_send (client, route, 20, NULL, &error);

  fail_unless (answer != NULL, "%s", error ? error->message : "");
  calls_check_answer (answer, 20);
  assert_equals_int (raw_server_get_count (server, route), 1);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
}

GST_END_TEST;

typedef struct
{
  GMutex lock;
  GCond cond;
  gdouble seconds;              /* of the network thread, -1: not known */
} Clock;

static gdouble
read_clock (clockid_t id)
{
  struct timespec time;

  clock_gettime (id, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static gboolean
read_network_clock (gpointer user_data)
{
  Clock *clock = user_data;

  g_mutex_lock (&clock->lock);
  clock->seconds = read_clock (CLOCK_THREAD_CPUTIME_ID);
  g_cond_signal (&clock->cond);
  g_mutex_unlock (&clock->lock);
  return G_SOURCE_REMOVE;
}

/* CPU time, so that it does not matter what else this machine does. */
static gdouble
get_network_time (Clock * clock)
{
  clock->seconds = -1;
  vitals_network_invoke (read_network_clock, clock, NULL);
  g_mutex_lock (&clock->lock);
  while (clock->seconds < 0)
    g_cond_wait (&clock->cond, &clock->lock);
  g_mutex_unlock (&clock->lock);
  return clock->seconds;
}

/* With noise, as cameras have it: it takes long to compress, and shrinks. */
static GBytes *
new_noise (gsize size)
{
  guint8 *bytes = g_malloc (size);
  guint32 noise = 1;
  gsize i;

  for (i = 0; i < size; i++) {
    noise = noise * 1664525 + 1013904223;
    bytes[i] = 100 + (noise >> 31);
  }
  return g_bytes_new_take (bytes, size);
}

GST_START_TEST (a_video_is_not_compressed_on_the_network_thread)
{
  VitalsVitalLensModel model = calls_get_model ();
  Fault faults[2];
  gchar *body = calls_make_body (SHAPE_NEWER, 150);
  RawServer *server = calls_serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = calls_new_client (server);
  GBytes *video = new_noise (150 * 256 * 256 * 3);
  Clock clock = {.seconds = -1 };
  gdouble network, all;
  VitalsVitalLensAnswer *answer;

  g_mutex_init (&clock.lock);
  g_cond_init (&clock.cond);
  model.input_size = 256;
  network = get_network_time (&clock);
  all = read_clock (CLOCK_PROCESS_CPUTIME_ID);
  answer = vitals_vitallens_client_stream (client, &model, video, NULL, NULL,
      NULL);
  all = read_clock (CLOCK_PROCESS_CPUTIME_ID) - all;
  network = get_network_time (&clock) - network;
  GST_INFO ("%g of %g s", network, all);
  /* it sends what is left; on the network thread it was 0.9 of all */
  fail_unless (network < 0.75 * all, "%g of %g s", network, all);
  calls_check_answer (answer, 150);
  g_bytes_unref (video);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
}

GST_END_TEST;

GST_START_TEST (with_a_state_the_first_frames_are_context)
{
  VitalsVitalLensModel model = calls_get_model ();
  Fault faults[2];
  gchar *body = calls_make_body (SHAPE_NEWER, 6);
  RawServer *server = calls_serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = calls_new_client (server);
  GBytes *video = calls_new_video (10);
  GBytes *state = g_bytes_new_take (g_malloc0 (VITALS_VITALLENS_STATE_BYTES),
      VITALS_VITALLENS_STATE_BYTES);
  VitalsVitalLensAnswer *answer = vitals_vitallens_client_stream (client,
      &model, video, state, NULL, NULL);

  fail_unless (answer != NULL);
  calls_check_answer (answer, 6);
  g_bytes_unref (state);
  g_bytes_unref (video);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
}

GST_END_TEST;

GST_START_TEST (a_model_that_is_not_answered_is_asked_again)
{
  Fault faults[] = {
    {"model", 1, 1, "504 Gateway Timeout", NULL, "{\"message\":\"\"}", NULL},
    {"model", 2, 2, "200 OK", NULL, CALLS_MODEL_BODY, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsVitalLensClient *client = calls_new_client (server);
  VitalsVitalLensModel *model =
      vitals_vitallens_client_resolve_model (client, "vitallens-2.0", NULL,
      NULL);

  fail_unless (model != NULL);
  vitals_vitallens_model_free (model);
  assert_equals_int (raw_server_get_count (server, "model"), 2);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

typedef struct
{
  VitalsVitalLensClient *client;
  const gchar *route;
  GCancellable *cancellable;
  GError *error;
} Caller;

static gpointer
caller_thread (gpointer user_data)
{
  Caller *caller = user_data;

  fail_unless (calls_send (caller->client, caller->route, 150,
          caller->cancellable, &caller->error) == NULL);
  return NULL;
}

GST_START_TEST (cancel_and_close_end_a_call_at_once)
{
  Fault faults[] = {
    {calls_routes[__i__ / 2], 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  Caller caller = {.client = calls_new_client (server),.route = faults[0].route,
    .cancellable = g_cancellable_new ()
  };
  GThread *thread = g_thread_new ("caller", caller_thread, &caller);

  fail_unless (raw_server_wait (server, caller.route, 1));
  if (__i__ % 2)
    vitals_vitallens_client_close (caller.client);
  else
    g_cancellable_cancel (caller.cancellable);
  g_thread_join (thread);
  assert_error (caller.error, VITALS_ERROR_CANCELLED);
  g_object_unref (caller.cancellable);
  g_object_unref (caller.client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (a_service_that_says_nothing_times_out)
{
  Fault faults[] = {
    {calls_routes[__i__], 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsVitalLensClient *client = calls_new_client (server);
  GError *error = NULL;

  g_object_set (client, "request-timeout", 300 * GST_MSECOND, NULL);
  fail_unless (calls_send (client, faults[0].route, 20, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_NETWORK);
  assert_equals_int (raw_server_get_count (server, faults[0].route), 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (a_video_is_written_as_text_once)
{
  VitalsVitalLensCall call = {.video = calls_new_video (900),.fps = 30,
    .process_signals = TRUE
  };
  VitalsRequest *request =
      vitals_vitallens_request_file ("http://127.0.0.1", "key", &call);
  gchar *text = g_base64_encode (g_bytes_get_data (call.video, NULL),
      g_bytes_get_size (call.video));
  GBytes *body = vitals_payload_to_bytes (request->body);
  gchar *whole = g_strdup_printf ("{\"video\":\"%s\",\"fps\":30,"
      "\"process_signals\":true,\"origin\":\"gstreamer-vitals\"}", text);

  /* a chunk of its own is not copied to what surrounds it */
  assert_equals_int (vitals_payload_get_n_chunks (request->body), 3);
  assert_equals_int (g_bytes_get_size (vitals_payload_get_chunk (request->body,
              1)), strlen (text));
  assert_equals_int (g_bytes_get_size (body), strlen (whole));
  fail_unless (memcmp (g_bytes_get_data (body, NULL), whole,
          strlen (whole)) == 0);
  g_free (whole);
  g_bytes_unref (body);
  g_free (text);
  vitals_request_unref (request);
  g_bytes_unref (call.video);
}

GST_END_TEST;

static void
note_freed (gpointer user_data)
{
  g_atomic_int_set ((gint *) user_data, TRUE);
}

static void
call_over (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  GAsyncResult **ended = user_data;

  *ended = g_object_ref (result);
}

/* What waits for an answer holds what it sends again, and no more. */
GST_START_TEST (a_video_is_let_go_when_its_request_is_written)
{
  static const guint8 black[20 * 40 * 40 * 3];
  static gint freed;
  Fault faults[] = {
    {calls_routes[__i__], 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsVitalLensClient *client = calls_new_client (server);
  VitalsVitalLensModel model = calls_get_model ();
  GCancellable *cancellable = g_cancellable_new ();
  GBytes *video = g_bytes_new_with_free_func (black, sizeof (black),
      note_freed, &freed);
  GAsyncResult *ended = NULL;

  g_atomic_int_set (&freed, FALSE);
  if (__i__ == 0)
    vitals_vitallens_client_file_async (client, &model, video, 30, FALSE, NULL,
        cancellable, call_over, &ended);
  else
    vitals_vitallens_client_stream_async (client, &model, video, NULL,
        cancellable, call_over, &ended);
  g_bytes_unref (video);
  fail_unless (raw_server_wait (server, faults[0].route, 1));
  fail_unless (g_atomic_int_get (&freed));

  g_cancellable_cancel (cancellable);
  while (!ended)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (ended);
  g_object_unref (cancellable);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* The asynchronous calls, in a context of the caller. */

typedef struct
{
  GMainLoop *loop;
  VitalsVitalLensModel *model;
  VitalsVitalLensAnswer *file, *stream;
  GBytes *video;
} Chain;

static void
stream_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Chain *chain = user_data;

  chain->stream =
      vitals_vitallens_client_stream_finish (VITALS_VITALLENS_CLIENT (source),
      result, NULL);
  g_main_loop_quit (chain->loop);
}

static void
file_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Chain *chain = user_data;
  VitalsVitalLensClient *client = VITALS_VITALLENS_CLIENT (source);

  chain->file = vitals_vitallens_client_file_finish (client, result, NULL);
  vitals_vitallens_client_stream_async (client, chain->model, chain->video,
      NULL, NULL, stream_done, chain);
}

static void
model_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Chain *chain = user_data;
  VitalsVitalLensClient *client = VITALS_VITALLENS_CLIENT (source);

  chain->model = vitals_vitallens_client_resolve_model_finish (client, result,
      NULL);
  fail_unless (chain->model != NULL);
  vitals_vitallens_client_file_async (client, chain->model, chain->video, 30,
      TRUE, NULL, NULL, file_done, chain);
}

GST_START_TEST (asynchronous_calls_complete_in_the_context_of_the_caller)
{
  gchar *body = calls_make_body (SHAPE_NEWER, 16);
  Fault faults[] = {
    {"model", 1, 0, "200 OK", NULL, CALLS_MODEL_BODY, NULL},
    {"file", 1, 0, "200 OK", NULL, body, NULL},
    {"stream", 1, 0, "200 OK", NULL, body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsVitalLensClient *client = calls_new_client (server);
  GMainContext *context = g_main_context_new ();
  Chain chain = {.loop = g_main_loop_new (context, FALSE),
    .video = calls_new_video (16)
  };

  g_main_context_push_thread_default (context);
  vitals_vitallens_client_resolve_model_async (client, NULL, NULL, model_done,
      &chain);
  g_main_loop_run (chain.loop);
  g_main_context_pop_thread_default (context);

  fail_unless (chain.file != NULL && chain.stream != NULL);
  calls_check_answer (chain.file, 16);
  calls_check_answer (chain.stream, 16);
  vitals_vitallens_model_free (chain.model);
  g_bytes_unref (chain.video);
  g_main_loop_unref (chain.loop);
  g_main_context_unref (context);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
}

GST_END_TEST;

/* Calls after each other; counts those that are left. */
static void
model_over (GObject * source, GAsyncResult * result, gpointer user_data)
{
  VitalsVitalLensClient *client = VITALS_VITALLENS_CLIENT (source);
  guint *left = user_data;
  VitalsVitalLensModel *model =
      vitals_vitallens_client_resolve_model_finish (client, result, NULL);

  fail_unless (model != NULL);
  vitals_vitallens_model_free (model);
  if (--*left > 0)
    vitals_vitallens_client_resolve_model_async (client, NULL, NULL,
        model_over, left);
}

GST_START_TEST (settings_may_change_while_calls_run)
{
  static const gchar *const ca_files[] = { TLS_DIR "/ca.pem", NULL };
  Fault faults[2];
  RawServer *server = calls_serve (faults, "model", "200 OK", CALLS_MODEL_BODY);
  VitalsVitalLensClient *client = calls_new_client (server);
  guint left = 50, i;

  vitals_vitallens_client_resolve_model_async (client, NULL, NULL, model_over,
      &left);
  for (i = 0; left > 0; i++) {
    g_object_set (client, "ca-file", ca_files[i % 2], "max-retries", i % 2,
        "request-timeout", (30 + i % 2) * GST_SECOND, NULL);
    g_main_context_iteration (NULL, FALSE);
  }
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;



static Suite *
client_suite (void)
{
  Suite *suite = suite_create ("vitallens client");
  TCase *tests = tcase_create ("calls");

  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, resolve_model_tells_what_the_model_needs);
  tcase_add_loop_test (tests, file_and_stream_read_both_shapes, 0, 4);
  tcase_add_test (tests, a_video_is_not_compressed_on_the_network_thread);
  tcase_add_test (tests, a_video_is_written_as_text_once);
  tcase_add_loop_test (tests, a_video_is_let_go_when_its_request_is_written, 0,
      2);
  tcase_add_test (tests, with_a_state_the_first_frames_are_context);
  tcase_add_test (tests, a_model_that_is_not_answered_is_asked_again);
  tcase_add_loop_test (tests, cancel_and_close_end_a_call_at_once, 0, 4);
  tcase_add_loop_test (tests, a_service_that_says_nothing_times_out, 0, 2);
  tcase_add_test (tests,
      asynchronous_calls_complete_in_the_context_of_the_caller);
  tcase_add_test (tests, settings_may_change_while_calls_run);
  return suite;
}

GST_CHECK_MAIN (client);
