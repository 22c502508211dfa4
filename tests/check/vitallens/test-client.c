/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitalsVitalLensClient against a service on a plain socket. */

#include <math.h>
#include <string.h>
#include <time.h>
#include <vitals/client/vitals-network-private.h>
#include "../client/fixture.h"

#define KEY "lensKEYSECRET"
#define SIZE 40
#define MODEL_BODY "{\"resolved_model\":\"vitallens-2.0\",\"config\":" \
    "{\"n_inputs\":5.0,\"input_size\":40,\"fps_target\":30," \
    "\"roi_method\":\"upper_body_cropped\"}}"

typedef enum
{
  SHAPE_DOCUMENTED,
  SHAPE_NEWER
} Shape;

static VitalsVitalLensClient *
new_lens (RawServer * server)
{
  GError *error = NULL;
  VitalsVitalLensClient *client = vitals_vitallens_client_new (KEY,
      raw_server_get_url (server), &error);

  fail_unless (client != NULL, "%s", error ? error->message : "");
  g_object_set (client, "max-retries", 1, NULL);
  return client;
}

static VitalsVitalLensModel
the_model (void)
{
  return (VitalsVitalLensModel) {
  .name = (gchar *) "vitallens-2.0",.n_inputs = 5,.input_size =
        SIZE,.fps_target = 30,.roi_method =
        VITALS_ROI_METHOD_UPPER_BODY_CROPPED};
}

static GBytes *
new_video (guint frames)
{
  gsize size = (gsize) frames * SIZE * SIZE * 3;

  return g_bytes_new_take (g_malloc0 (size), size);
}

/* @n samples 0, 1, 2 ... in a waveform. */
static gchar *
make_waveform (guint n)
{
  GString *text = g_string_new ("{\"data\":[");
  guint i;

  for (i = 0; i < n; i++)
    g_string_append_printf (text, "%s%u", i ? "," : "", i);
  g_string_append (text, "],\"confidence\":[");
  for (i = 0; i < n; i++)
    g_string_append (text, i ? ",0.9" : "0.9");
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static gchar *
make_body (Shape shape, guint n)
{
  gchar *waveform = make_waveform (n);
  gchar *body;

  if (shape == SHAPE_DOCUMENTED)
    body = g_strdup_printf ("{\"vital_signs\":{\"ppg_waveform\":%s,"
        "\"heart_rate\":{\"value\":61.5,\"confidence\":0.9}},"
        "\"processing_status\":{\"face_detected\":true,"
        "\"signal_quality\":\"optimal\"},\"model_used\":\"vitallens-2.0\"}",
        waveform);
  else
    body = g_strdup_printf ("{\"vitals\":{\"heart_rate\":{\"value\":61.5,"
        "\"confidence\":0.9}},\"waveforms\":{\"ppg_waveform\":%s},\"n\":%u,"
        "\"model_used\":\"vitallens-2.0\"}", waveform, n);
  g_free (waveform);
  return body;
}

/* A server that does one thing on one route. */
static RawServer *
serve (Fault * faults, const gchar * route, const gchar * status,
    const gchar * body)
{
  faults[0] = (Fault) {
  .route = route,.from = 1,.status = status,.body = body};
  faults[1] = (Fault) {
  NULL};
  return raw_server_new (apply_faults, faults);
}

static VitalsVitalLensAnswer *
call (VitalsVitalLensClient * client, const gchar * route, guint frames,
    GCancellable * cancellable, GError ** error)
{
  VitalsVitalLensModel model = the_model ();
  GBytes *video = new_video (frames);
  VitalsVitalLensAnswer *answer;

  if (g_str_equal (route, "file"))
    answer = vitals_vitallens_client_file (client, &model, video, 30, TRUE,
        NULL, cancellable, error);
  else
    answer = vitals_vitallens_client_stream (client, &model, video, NULL,
        cancellable, error);
  g_bytes_unref (video);
  return answer;
}

static void
assert_answer (VitalsVitalLensAnswer * answer, gsize expected)
{
  const gdouble *samples;
  gdouble rate;
  gsize n;

  samples = vitals_vitallens_answer_get_waveform (answer, VITALS_WAVEFORM_PPG,
      &n);
  assert_equals_uint64 (n, expected);
  fail_unless (samples[n - 1] == n - 1);
  fail_unless (vitals_vitallens_answer_is_usable (answer, NULL));
  fail_unless (vitals_reading_get_value (vitals_vitallens_answer_get_reading
          (answer), VITALS_MEASURE_HEART_RATE, &rate));
  fail_unless (rate == 61.5);
  vitals_vitallens_answer_unref (answer);
}

GST_START_TEST (resolve_model_tells_what_the_model_needs)
{
  Fault faults[2];
  RawServer *server = serve (faults, "model", "200 OK", MODEL_BODY);
  VitalsVitalLensClient *client = new_lens (server);
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

static const gchar *const frame_routes[] = { "file", "stream" };

GST_START_TEST (file_and_stream_read_both_shapes)
{
  const gchar *route = frame_routes[__i__ / 2];
  Fault faults[2];
  gchar *body = make_body (__i__ % 2, 20);
  RawServer *server = serve (faults, route, "200 OK", body);
  VitalsVitalLensClient *client = new_lens (server);
  GError *error = NULL;
  VitalsVitalLensAnswer *answer = call (client, route, 20, NULL, &error);

  fail_unless (answer != NULL, "%s", error ? error->message : "");
  assert_answer (answer, 20);
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
  VitalsVitalLensModel model = the_model ();
  Fault faults[2];
  gchar *body = make_body (SHAPE_NEWER, 150);
  RawServer *server = serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = new_lens (server);
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
  assert_answer (answer, 150);
  g_bytes_unref (video);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
}

GST_END_TEST;

GST_START_TEST (with_a_state_the_first_frames_are_context)
{
  VitalsVitalLensModel model = the_model ();
  Fault faults[2];
  gchar *body = make_body (SHAPE_NEWER, 6);
  RawServer *server = serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = new_lens (server);
  GBytes *video = new_video (10);
  GBytes *state = g_bytes_new_take (g_malloc0 (VITALS_VITALLENS_STATE_BYTES),
      VITALS_VITALLENS_STATE_BYTES);
  VitalsVitalLensAnswer *answer = vitals_vitallens_client_stream (client,
      &model, video, state, NULL, NULL);

  fail_unless (answer != NULL);
  assert_answer (answer, 6);
  g_bytes_unref (state);
  g_bytes_unref (video);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
}

GST_END_TEST;

static const struct
{
  const gchar *status, *body;
  VitalsError code;
  guint requests;
} refusals[] = {
  {"400 Bad Request", "{\"message\":\"Too short\",\"vital_signs\":null}",
      VITALS_ERROR_INVALID_REQUEST, 1},
  {"401 Unauthorized", "{\"message\":\"No key\"}", VITALS_ERROR_UNAUTHORIZED,
      1},
  {"403 Forbidden", "{\"message\":\"Model not in plan\"}",
      VITALS_ERROR_FORBIDDEN, 1},
  {"422 Unprocessable Entity", "{\"message\":\"Bytes do not fit\"}",
      VITALS_ERROR_INVALID_REQUEST, 1},
  /* it was too fast, so it was not accepted: once more */
  {"429 Too Many Requests", "{\"message\":\"Rate exceeded\"}",
      VITALS_ERROR_RATE_LIMITED, 2},
  {"429 Too Many Requests", "{\"message\":\"No credits left\"}",
      VITALS_ERROR_QUOTA_EXCEEDED, 1},
  {"500 Internal Server Error", "{\"message\":\"Sorry\"}",
      VITALS_ERROR_SERVICE_UNAVAILABLE, 1},
  {"504 Gateway Timeout", "{\"message\":\"Endpoint request timed out\"}",
      VITALS_ERROR_SERVICE_UNAVAILABLE, 1},
  {"200 OK", "{\"vital_signs\":{\"ppg_wave", VITALS_ERROR_INVALID_RESPONSE, 1},
  {"200 OK", "{\"message\":\"fine\"}", VITALS_ERROR_INVALID_RESPONSE, 1},
  {"200 OK", "{\"waveforms\":{\"ppg_waveform\":{\"data\":[1,2,3]}}}",
      VITALS_ERROR_INVALID_RESPONSE, 1},
  {"200 OK", "{\"waveforms\":{},\"state\":{\"data\":\"AAAA\"}}",
      VITALS_ERROR_INVALID_RESPONSE, 1},
};

GST_START_TEST (what_the_service_refuses_is_an_error_and_is_not_paid_twice)
{
  guint i = __i__ / 2;
  const gchar *route = frame_routes[__i__ % 2];
  Fault faults[2];
  RawServer *server = serve (faults, route, refusals[i].status,
      refusals[i].body);
  VitalsVitalLensClient *client = new_lens (server);
  GstStructure *failure;
  GError *error = NULL;

  fail_unless (call (client, route, 20, NULL, &error) == NULL);
  g_object_get (client, "last-failure", &failure, NULL);
  assert_equals_string (gst_structure_get_string (failure, "code"),
      vitals_error_get_name (error));
  gst_structure_free (failure);
  assert_error (error, refusals[i].code);
  assert_equals_int (raw_server_get_count (server, route),
      refusals[i].requests);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (a_model_that_is_not_answered_is_asked_again)
{
  Fault faults[] = {
    {"model", 1, 1, "504 Gateway Timeout", NULL, "{\"message\":\"\"}", NULL},
    {"model", 2, 2, "200 OK", NULL, MODEL_BODY, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsVitalLensClient *client = new_lens (server);
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

static const struct
{
  const gchar *route;
  guint frames;
} wrong_lengths[] = {
  {"file", 15}, {"file", 901}, {"stream", 15}, {"stream", 151}
};

GST_START_TEST (too_few_and_too_many_frames_are_not_sent)
{
  const gchar *route = wrong_lengths[__i__].route;
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsVitalLensClient *client = new_lens (server);
  GError *error = NULL;

  fail_unless (call (client, route, wrong_lengths[__i__].frames, NULL,
          &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  assert_equals_int (raw_server_get_count (server, route), 0);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (a_state_of_the_wrong_size_is_not_sent)
{
  VitalsVitalLensModel model = the_model ();
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsVitalLensClient *client = new_lens (server);
  GBytes *video = new_video (20), *state = g_bytes_new ("1234", 4);
  GError *error = NULL;

  fail_unless (vitals_vitallens_client_file (client, &model, video, 0, FALSE,
          state, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  assert_equals_int (raw_server_get_count (server, "file"), 0);
  g_bytes_unref (state);
  g_bytes_unref (video);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

/* A model is a plain struct that anyone can fill. */
static const struct
{
  const gchar *name;
  guint n_inputs, input_size;
  gdouble fps_target;
} impossible_models[] = {
  {"a", 5, 0, 30}, {"a", 5, 7, 30}, {"a", 5, 257, 30},
  {"a", 5, G_MAXUINT, 30}, {"a", 0, 40, 30}, {"a", 17, 40, 30},
  {"a", 5, 40, 0}, {"a", 5, 40, 241}, {"a", 5, 40, NAN},
  {"a\r\nX-Other: b", 5, 40, 30}, {"", 5, 40, 30}
};

GST_START_TEST (a_model_that_cannot_be_is_not_served)
{
  VitalsVitalLensModel model = the_model ();
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsVitalLensClient *client = new_lens (server);
  GBytes *video = new_video (20);
  GBytes *state = g_bytes_new_take (g_malloc0 (VITALS_VITALLENS_STATE_BYTES),
      VITALS_VITALLENS_STATE_BYTES);
  GError *error = NULL;

  model.name = (gchar *) impossible_models[__i__].name;
  model.n_inputs = impossible_models[__i__].n_inputs;
  model.input_size = impossible_models[__i__].input_size;
  model.fps_target = impossible_models[__i__].fps_target;
  fail_unless (vitals_vitallens_client_file (client, &model, video, 30, TRUE,
          state, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  error = NULL;
  fail_unless (vitals_vitallens_client_stream (client, &model, video, NULL,
          NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  assert_equals_int (raw_server_get_count (server, "file"), 0);
  assert_equals_int (raw_server_get_count (server, "stream"), 0);
  g_bytes_unref (state);
  g_bytes_unref (video);
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

  fail_unless (call (caller->client, caller->route, 150, caller->cancellable,
          &caller->error) == NULL);
  return NULL;
}

GST_START_TEST (cancel_and_close_end_a_call_at_once)
{
  Fault faults[] = {
    {frame_routes[__i__ / 2], 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  Caller caller = {.client = new_lens (server),.route = faults[0].route,
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
    {frame_routes[__i__], 1, 0, NULL, NULL, NULL, stall},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsVitalLensClient *client = new_lens (server);
  GError *error = NULL;

  g_object_set (client, "request-timeout", 300 * GST_MSECOND, NULL);
  fail_unless (call (client, faults[0].route, 20, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_NETWORK);
  assert_equals_int (raw_server_get_count (server, faults[0].route), 1);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (an_answer_that_is_too_large_is_refused)
{
  Fault faults[2];
  gchar *body = g_strnfill (5 * 1024 * 1024, ' ');
  RawServer *server = serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = new_lens (server);
  GError *error = NULL;

  fail_unless (call (client, "stream", 20, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_RESPONSE);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
}

GST_END_TEST;

GST_START_TEST (an_answer_that_is_nested_too_deep_is_refused)
{
  Fault faults[2];
  gchar *deep = g_strnfill (100000, '[');
  gchar *body = g_strconcat ("{\"vitals\":", deep, NULL);
  RawServer *server = serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = new_lens (server);
  GError *error = NULL;

  fail_unless (call (client, "stream", 20, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_RESPONSE);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
  g_free (deep);
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
  gchar *body = make_body (SHAPE_NEWER, 16);
  Fault faults[] = {
    {"model", 1, 0, "200 OK", NULL, MODEL_BODY, NULL},
    {"file", 1, 0, "200 OK", NULL, body, NULL},
    {"stream", 1, 0, "200 OK", NULL, body, NULL},
    {NULL, 0, 0, NULL, NULL, NULL, NULL}
  };
  RawServer *server = raw_server_new (apply_faults, faults);
  VitalsVitalLensClient *client = new_lens (server);
  GMainContext *context = g_main_context_new ();
  Chain chain = {.loop = g_main_loop_new (context, FALSE),
    .video = new_video (16)
  };

  g_main_context_push_thread_default (context);
  vitals_vitallens_client_resolve_model_async (client, NULL, NULL, model_done,
      &chain);
  g_main_loop_run (chain.loop);
  g_main_context_pop_thread_default (context);

  fail_unless (chain.file != NULL && chain.stream != NULL);
  assert_answer (chain.file, 16);
  assert_answer (chain.stream, 16);
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
  RawServer *server = serve (faults, "model", "200 OK", MODEL_BODY);
  VitalsVitalLensClient *client = new_lens (server);
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

GST_START_TEST (a_key_that_cannot_be_one_is_refused_at_once)
{
  GError *error = NULL;

  g_unsetenv ("VITALLENS_API_KEY");
  fail_unless (vitals_vitallens_client_new (NULL, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_MISSING_API_KEY);
  error = NULL;
  fail_unless (vitals_vitallens_client_new ("a key", NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_API_KEY);
  error = NULL;
  fail_unless (vitals_vitallens_client_new (KEY, "http://example.org",
          &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
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
  tcase_add_test (tests, with_a_state_the_first_frames_are_context);
  tcase_add_loop_test (tests,
      what_the_service_refuses_is_an_error_and_is_not_paid_twice, 0,
      2 * G_N_ELEMENTS (refusals));
  tcase_add_test (tests, a_model_that_is_not_answered_is_asked_again);
  tcase_add_loop_test (tests, too_few_and_too_many_frames_are_not_sent, 0,
      G_N_ELEMENTS (wrong_lengths));
  tcase_add_test (tests, a_state_of_the_wrong_size_is_not_sent);
  tcase_add_loop_test (tests, a_model_that_cannot_be_is_not_served, 0,
      G_N_ELEMENTS (impossible_models));
  tcase_add_loop_test (tests, cancel_and_close_end_a_call_at_once, 0, 4);
  tcase_add_loop_test (tests, a_service_that_says_nothing_times_out, 0, 2);
  tcase_add_test (tests, an_answer_that_is_too_large_is_refused);
  tcase_add_test (tests, an_answer_that_is_nested_too_deep_is_refused);
  tcase_add_test (tests,
      asynchronous_calls_complete_in_the_context_of_the_caller);
  tcase_add_test (tests, settings_may_change_while_calls_run);
  tcase_add_test (tests, a_key_that_cannot_be_one_is_refused_at_once);
  return suite;
}

GST_CHECK_MAIN (client);
