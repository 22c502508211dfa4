/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The client against the sandbox's VitalLens routes: what comes back was
 * measured in the pictures that were sent. */

#include <math.h>
#include <gst/check/gstcheck.h>
#include <vitals/vitals.h>
#include "../sandbox/raw-client.h"
#include "../signal/synthetic.h"
#include "vitals-sandbox.h"

#define SIZE 40
#define FRAME_BYTES (SIZE * SIZE * 3)
#define FPS 30.0

static VitalsSandbox *
new_sandbox (VitalsLensShape shape)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  GError *error = NULL;
  VitalsSandbox *sandbox;

  options.lens_shape = shape;
  sandbox = vitals_sandbox_new (&options, &error);
  fail_unless (sandbox != NULL, "%s", error ? error->message : "");
  return sandbox;
}

static VitalsVitalLensClient *
new_client (VitalsSandbox * sandbox)
{
  VitalsVitalLensClient *client =
      vitals_vitallens_client_new (VITALS_SANDBOX_VITALLENS_KEY,
      vitals_sandbox_get_url (sandbox), NULL);

  fail_unless (client != NULL);
  g_object_set (client, "max-retries", 0, NULL);
  return client;
}

static VitalsVitalLensModel *
resolve (VitalsVitalLensClient * client)
{
  VitalsVitalLensModel *model =
      vitals_vitallens_client_resolve_model (client, NULL, NULL, NULL);

  fail_unless (model != NULL);
  return model;
}

/* Skin, and its pulse of 72 a minute or none; each pixel with its own noise, as
 * a camera's. */
static GBytes *
new_skin (guint frames, gboolean pulse)
{
  static const Skin skin = SKIN_DEFAULT;
  guint8 *pixels = g_malloc (frames * FRAME_BYTES), *pixel = pixels;
  GRand *rand = g_rand_new_with_seed (7);
  guint i, k;

  for (i = 0; i < frames; i++) {
    gdouble colour[3];

    skin_colour (&skin, pulse ? i / FPS : 0, colour);
    for (k = 0; k < FRAME_BYTES; k++)
      *pixel++ = (guint8) (colour[k % 3] + g_rand_double (rand));
  }
  g_rand_free (rand);
  return g_bytes_new_take (pixels, frames * FRAME_BYTES);
}

static GBytes *
new_face (guint frames)
{
  return new_skin (frames, TRUE);
}

static GBytes *
new_grey (guint frames)
{
  guint8 *pixels = g_malloc (frames * FRAME_BYTES);

  memset (pixels, 128, frames * FRAME_BYTES);
  return g_bytes_new_take (pixels, frames * FRAME_BYTES);
}

GST_START_TEST (a_file_gets_the_heart_rate_that_is_in_it)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (__i__);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (VitalsVitalLensModel) model = resolve (client);
  g_autoptr (GBytes) video = new_face (450);
  g_autoptr (VitalsVitalLensAnswer) answer = NULL;
  GError *error = NULL;
  gdouble rate;
  gsize n;

  answer = vitals_vitallens_client_file (client, model, video, FPS, TRUE, NULL,
      NULL, &error);
  fail_unless (answer != NULL, "%s", error ? error->message : "");
  fail_unless (vitals_vitallens_answer_is_usable (answer, NULL));
  fail_unless (vitals_reading_get_value (vitals_vitallens_answer_get_reading
          (answer), VITALS_MEASURE_HEART_RATE, &rate));
  fail_unless (fabs (rate - 72.0) < 1.0, "%g", rate);
  vitals_vitallens_answer_get_waveform (answer, VITALS_WAVEFORM_RESPIRATION,
      &n);
  assert_equals_uint64 (n, 450);
  assert_equals_string (vitals_vitallens_answer_get_model (answer),
      "vitallens-2.0");
}

GST_END_TEST;

GST_START_TEST (what_is_no_face_gets_no_rate_and_says_why)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (__i__);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (VitalsVitalLensModel) model = resolve (client);
  g_autoptr (GBytes) video = new_grey (300);
  g_autoptr (VitalsVitalLensAnswer) answer =
      vitals_vitallens_client_file (client, model, video, FPS, TRUE, NULL,
      NULL, NULL);
  const gchar *reason = NULL;

  fail_unless (answer != NULL);
  fail_if (vitals_vitallens_answer_is_usable (answer, &reason));
  fail_unless (reason != NULL);
  fail_if (vitals_reading_get_value (vitals_vitallens_answer_get_reading
          (answer), VITALS_MEASURE_HEART_RATE, NULL));
}

GST_END_TEST;

GST_START_TEST (a_model_that_is_not_in_the_plan_is_forbidden)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (GError) error = NULL;

  fail_unless (vitals_vitallens_client_resolve_model (client, "vitallens-9.0",
          NULL, &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_FORBIDDEN));
}

GST_END_TEST;

/* Appends what a stream in chunks of @chunk frames gives, with the overlap that
 * the model needs. */
static GArray *
stream_all (VitalsVitalLensClient * client, const VitalsVitalLensModel * model,
    GBytes * video, guint frames, guint chunk)
{
  GArray *samples = g_array_new (FALSE, FALSE, sizeof (gdouble));
  GBytes *state = NULL;
  guint start = 0;

  while (start < frames) {
    guint context = state ? model->n_inputs - 1 : 0;
    GBytes *part = g_bytes_new_from_bytes (video,
        (start - context) * FRAME_BYTES,
        (MIN (chunk, frames - start) + context) * FRAME_BYTES);
    VitalsVitalLensAnswer *answer = vitals_vitallens_client_stream (client,
        model, part, state, NULL, NULL);
    const gdouble *data;
    gsize n;

    fail_unless (answer != NULL);
    data = vitals_vitallens_answer_get_waveform (answer, VITALS_WAVEFORM_PPG,
        &n);
    g_array_append_vals (samples, data, n);
    g_clear_pointer (&state, g_bytes_unref);
    state = g_bytes_ref (vitals_vitallens_answer_get_state (answer));
    vitals_vitallens_answer_unref (answer);
    g_bytes_unref (part);
    start += chunk;
  }
  g_bytes_unref (state);
  return samples;
}

GST_START_TEST (a_stream_in_chunks_gives_the_waveform_of_one_long_call)
{
  const guint frames = 300;
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (__i__);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (VitalsVitalLensModel) model = resolve (client);
  g_autoptr (GBytes) video = new_face (frames);
  g_autoptr (VitalsVitalLensAnswer) answer =
      vitals_vitallens_client_file (client, model, video, FPS, FALSE, NULL,
      NULL, NULL);
  g_autoptr (GArray) streamed = stream_all (client, model, video, frames, 30);
  const gdouble *whole;
  gdouble low = G_MAXDOUBLE, high = -G_MAXDOUBLE;
  gsize n, i;

  fail_unless (answer != NULL);
  whole = vitals_vitallens_answer_get_waveform (answer, VITALS_WAVEFORM_PPG,
      &n);
  assert_equals_uint64 (n, streamed->len);
  for (i = 0; i < n; i++) {
    low = MIN (low, whole[i]);
    high = MAX (high, whole[i]);
  }
  fail_unless (high - low > 0.001);
  for (i = 0; i < n; i++)
    fail_unless (fabs (whole[i] - g_array_index (streamed, gdouble, i))
        < 0.01 * (high - low));
}

GST_END_TEST;

/* Mean confidence of both waveforms. */
static void
get_certainty (VitalsVitalLensAnswer * answer, gdouble * certainty)
{
  VitalsWaveformKind kind;
  gsize n, i;

  for (kind = 0; kind < VITALS_N_WAVEFORMS; kind++) {
    const gdouble *confidence =
        vitals_vitallens_answer_get_waveform_confidence (answer, kind, &n);

    certainty[kind] = 0;
    for (i = 0; i < n; i++) {
      fail_unless (confidence[i] >= 0 && confidence[i] <= 1);
      certainty[kind] += confidence[i] / n;
    }
  }
}

GST_START_TEST (a_waveform_is_as_certain_as_what_it_shows)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (VitalsVitalLensModel) model = resolve (client);
  g_autoptr (GBytes) video = new_skin (600, __i__);
  g_autoptr (VitalsVitalLensAnswer) answer =
      vitals_vitallens_client_file (client, model, video, FPS, FALSE, NULL,
      NULL, NULL);
  gdouble certainty[VITALS_N_WAVEFORMS];

  fail_unless (answer != NULL);
  /* the face is there all the same */
  fail_unless (vitals_vitallens_answer_get_face_confidence (answer) > 0.8);
  get_certainty (answer, certainty);
  fail_unless (__i__ ? certainty[VITALS_WAVEFORM_PPG] > 0.8
      : certainty[VITALS_WAVEFORM_PPG] < 0.2, "%g",
      certainty[VITALS_WAVEFORM_PPG]);
  /* skin alone does not breathe */
  fail_unless (certainty[VITALS_WAVEFORM_RESPIRATION] < 0.2, "%g",
      certainty[VITALS_WAVEFORM_RESPIRATION]);
}

GST_END_TEST;

GST_START_TEST (a_file_goes_on_where_its_state_ends)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (__i__);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (VitalsVitalLensModel) model = resolve (client);
  g_autoptr (GBytes) video = new_face (330);
  g_autoptr (GBytes) start = g_bytes_new_from_bytes (video, 0,
      300 * FRAME_BYTES);
  g_autoptr (GBytes) end = g_bytes_new_from_bytes (video, 296 * FRAME_BYTES,
      34 * FRAME_BYTES);
  g_autoptr (VitalsVitalLensAnswer) whole =
      vitals_vitallens_client_file (client, model, video, FPS, FALSE, NULL,
      NULL, NULL);
  g_autoptr (VitalsVitalLensAnswer) first =
      vitals_vitallens_client_file (client, model, start, FPS, FALSE, NULL,
      NULL, NULL);
  g_autoptr (VitalsVitalLensAnswer) second =
      vitals_vitallens_client_file (client, model, end, FPS, FALSE,
      vitals_vitallens_answer_get_state (first), NULL, NULL);
  const gdouble *samples, *expected;
  gsize n, i;

  samples = vitals_vitallens_answer_get_waveform (second,
      VITALS_WAVEFORM_PPG, &n);
  fail_unless_equals_uint64 (n, 30);
  expected = vitals_vitallens_answer_get_waveform (whole, VITALS_WAVEFORM_PPG,
      &n);
  for (i = 0; i < 30; i++)
    fail_unless (fabs (samples[i] - expected[300 + i]) < 1e-6);
  /* and what is to be carried on is the same to the last bit */
  fail_unless (g_bytes_equal (vitals_vitallens_answer_get_state (whole),
          vitals_vitallens_answer_get_state (second)));
}

GST_END_TEST;

/* A body of any bytes, as POST. */
static RawAnswer *
post_bytes (VitalsSandbox * sandbox, const gchar * path, const gchar * headers,
    GBytes * body)
{
  g_autoptr (GSocketConnection) connection =
      raw_connect (vitals_sandbox_get_url (sandbox));
  g_autofree gchar *head = g_strdup_printf ("POST %s HTTP/1.1\r\n"
      "Host: localhost\r\nX-API-Key: " VITALS_SANDBOX_VITALLENS_KEY "\r\n%s"
      "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", path, headers,
      g_bytes_get_size (body));

  raw_send (connection, head, strlen (head), NULL);
  raw_send (connection, g_bytes_get_data (body, NULL), g_bytes_get_size (body),
      NULL);
  return raw_read_answer (connection, G_MAXUINT);
}

static GBytes *
compress (GBytes * bytes, GZlibCompressorFormat format)
{
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (format, -1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory,
      G_CONVERTER (zlib));

  fail_unless (g_output_stream_write_all (stream, g_bytes_get_data (bytes,
              NULL), g_bytes_get_size (bytes), NULL, NULL, NULL));
  fail_unless (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM
      (memory));
}

/* @format: -1: not compressed */
static const struct
{
  guint frames;
  const gchar *encoding;
  gint format;
  guint status;
} streams[] = {
  {150, "X-Encoding: none\r\n", -1, 200},
  {150, "", -1, 200},
  {150, "X-Encoding: deflate\r\n", G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 200},
  {150, "X-Encoding: gzip\r\n", G_ZLIB_COMPRESSOR_FORMAT_GZIP, 200},
  {16, "X-Encoding: none\r\n", -1, 200},
  {15, "X-Encoding: none\r\n", -1, 400},
  {151, "X-Encoding: none\r\n", -1, 400},
  {150, "X-Encoding: gzip\r\n", -1, 400},
  {150, "X-Encoding: br\r\n", -1, 400},
};

GST_START_TEST (a_stream_has_its_limits_in_each_encoding)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autoptr (GBytes) video = new_face (streams[__i__].frames);
  g_autoptr (GBytes) body = streams[__i__].format < 0 ? g_bytes_ref (video)
      : compress (video, streams[__i__].format);
  g_autoptr (RawAnswer) answer = post_bytes (sandbox, "/stream",
      streams[__i__].encoding, body);

  fail_unless_equals_int (answer->status, streams[__i__].status);
}

GST_END_TEST;

GST_START_TEST (a_file_has_900_frames_at_most)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autoptr (GBytes) video = new_grey (900 + __i__);
  g_autofree gchar *base64 = g_base64_encode (g_bytes_get_data (video, NULL),
      g_bytes_get_size (video));
  gchar *text = g_strdup_printf ("{\"video\":\"%s\"}", base64);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));
  g_autoptr (RawAnswer) answer = post_bytes (sandbox, "/file", "", body);

  fail_unless_equals_int (answer->status, __i__ ? 400 : 200);
}

GST_END_TEST;

GST_START_TEST (without_its_state_a_stream_begins_anew)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (VitalsVitalLensModel) model = resolve (client);
  g_autoptr (GBytes) video = new_face (60);
  g_autoptr (GBytes) end = g_bytes_new_from_bytes (video, 30 * FRAME_BYTES,
      30 * FRAME_BYTES);
  g_autoptr (VitalsVitalLensAnswer) whole =
      vitals_vitallens_client_stream (client, model, video, NULL, NULL, NULL);
  g_autoptr (VitalsVitalLensAnswer) part =
      vitals_vitallens_client_stream (client, model, end, NULL, NULL, NULL);
  gsize n;

  fail_unless (whole != NULL && part != NULL);
  fail_unless (vitals_vitallens_answer_get_waveform (whole,
          VITALS_WAVEFORM_PPG, &n)[30]
      != vitals_vitallens_answer_get_waveform (part, VITALS_WAVEFORM_PPG,
          &n)[0]);
}

GST_END_TEST;

static const struct
{
  const gchar *path, *key, *body;
  guint status;
} refusals[] = {
  {"/resolve-model", "wrong", NULL, 403},
  {"/file", "wrong", "{}", 403},
  {"/file", VITALS_SANDBOX_VITALLENS_KEY, "{}", 400},
  {"/file", VITALS_SANDBOX_VITALLENS_KEY, "no json", 400},
  {"/file", VITALS_SANDBOX_VITALLENS_KEY, "{\"video\":\"AAAA\"}", 422},
  {"/file", VITALS_SANDBOX_VITALLENS_KEY, "{\"video\":\"\"}", 400},
  {"/file", VITALS_SANDBOX_VITALLENS_KEY,
      "{\"video\":\"AAAA\",\"state\":\"AAAA\"}", 400},
  {"/file", VITALS_SANDBOX_VITALLENS_KEY,
      "{\"video\":\"AAAA\",\"process_signals\":\"1\"}", 400},
  {"/file", VITALS_SANDBOX_VITALLENS_KEY,
      "{\"video\":\"AAAA\",\"model\":\"vitallens-9.0\"}", 403},
  {"/stream", VITALS_SANDBOX_VITALLENS_KEY, "1234", 422},
};

GST_START_TEST (refusals_are_those_that_are_documented)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autoptr (RawAnswer) answer = raw_ask (refusals[__i__].body ? "POST" : "GET",
      vitals_sandbox_get_url (sandbox), refusals[__i__].path,
      refusals[__i__].key, refusals[__i__].body);
  g_autofree gchar *message = NULL;

  fail_unless_equals_int (answer->status, refusals[__i__].status);
  message = raw_answer_get_string (answer, "message");
  fail_unless (message != NULL && *message);
}

GST_END_TEST;

/* A million open brackets would be a million nested calls of a parser. */
GST_START_TEST (nested_json_is_refused)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autofree gchar *brackets = g_strnfill (1000000, '[');
  g_autofree gchar *body = g_strconcat ("{\"video\":", brackets, NULL);
  g_autoptr (RawAnswer) answer = raw_ask ("POST",
      vitals_sandbox_get_url (sandbox), "/file", VITALS_SANDBOX_VITALLENS_KEY,
      body);

  fail_unless_equals_int (answer->status, 400);
}

GST_END_TEST;

static const struct
{
  const gchar *fps;
  guint status;
} rates[] = {
  {"1e-300", 400}, {"\"1e-300\"", 400}, {"0.09", 400}, {"1001", 400},
  {"1e300", 400}, {"-30", 400}, {"0.1", 200}, {"1000", 200}
};

GST_START_TEST (frame_rate_that_no_camera_has_is_refused)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  gsize size = 20 * 40 * 40 * 3;
  g_autofree guint8 *video = g_malloc0 (size);
  g_autofree gchar *base64 = g_base64_encode (video, size);
  g_autofree gchar *body = g_strdup_printf ("{\"video\":\"%s\",\"fps\":%s,"
      "\"process_signals\":true}", base64, rates[__i__].fps);
  g_autoptr (RawAnswer) answer = raw_ask ("POST",
      vitals_sandbox_get_url (sandbox), "/file", VITALS_SANDBOX_VITALLENS_KEY,
      body);

  fail_unless_equals_int (answer->status, rates[__i__].status);
}

GST_END_TEST;

GST_START_TEST (a_page_of_another_origin_may_ask)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  const gchar *url = vitals_sandbox_get_url (sandbox);
  g_autoptr (RawAnswer) preflight = raw_ask ("OPTIONS", url, "/stream", NULL,
      NULL);
  g_autoptr (RawAnswer) model = raw_ask ("GET", url, "/resolve-model",
      VITALS_SANDBOX_VITALLENS_KEY, NULL);
  g_autofree gchar *headers = NULL, *origin = NULL;

  fail_unless_equals_int (preflight->status, 204);
  headers = raw_answer_get_header (preflight, "Access-Control-Allow-Headers");
  fail_unless (strstr (headers, "X-State") && strstr (headers, "x-api-key"));
  fail_unless_equals_int (model->status, 200);
  origin = raw_answer_get_header (model, "Access-Control-Allow-Origin");
  fail_unless_equals_string (origin, "*");
}

GST_END_TEST;

static const struct
{
  const gchar *fault;
  VitalsError code;
} faults[] = {
  {"stream:status=429,code=No credits left", VITALS_ERROR_QUOTA_EXCEEDED},
  {"stream:status=429,code=Too fast", VITALS_ERROR_RATE_LIMITED},
  {"stream:status=500", VITALS_ERROR_SERVICE_UNAVAILABLE},
  {"stream:status=504", VITALS_ERROR_SERVICE_UNAVAILABLE},
  {"stream:status=403", VITALS_ERROR_FORBIDDEN},
  {"stream:status=422", VITALS_ERROR_INVALID_REQUEST},
  {"stream:reset", VITALS_ERROR_NETWORK},
  {"stream:truncate=50", VITALS_ERROR_NETWORK},
  {"stream:wrong-types", VITALS_ERROR_INVALID_RESPONSE},
  {"stream:oversize=10000000", VITALS_ERROR_INVALID_RESPONSE},
  {"stream:nested=100000", VITALS_ERROR_INVALID_RESPONSE},
};

GST_START_TEST (faults_reach_the_client_as_errors)
{
  g_autoptr (VitalsSandbox) sandbox = new_sandbox (VITALS_LENS_SHAPE_2026);
  g_autoptr (VitalsVitalLensClient) client = new_client (sandbox);
  g_autoptr (VitalsVitalLensModel) model = resolve (client);
  g_autoptr (GBytes) video = new_grey (20);
  g_autoptr (GError) error = NULL;

  fail_unless (vitals_sandbox_add_fault (sandbox, faults[__i__].fault, NULL));
  fail_unless (vitals_vitallens_client_stream (client, model, video, NULL, NULL,
          &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR, faults[__i__].code),
      "%s: %s", vitals_error_get_name (error), error->message);
}

GST_END_TEST;

static Suite *
sandbox_suite (void)
{
  Suite *suite = suite_create ("vitallens sandbox");
  TCase *tests = tcase_create ("calls");

  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, a_file_gets_the_heart_rate_that_is_in_it, 0, 2);
  tcase_add_loop_test (tests, what_is_no_face_gets_no_rate_and_says_why, 0, 2);
  tcase_add_test (tests, a_model_that_is_not_in_the_plan_is_forbidden);
  tcase_add_loop_test (tests,
      a_stream_in_chunks_gives_the_waveform_of_one_long_call, 0, 2);
  tcase_add_loop_test (tests, a_waveform_is_as_certain_as_what_it_shows, 0, 2);
  tcase_add_loop_test (tests, a_file_goes_on_where_its_state_ends, 0, 2);
  tcase_add_loop_test (tests, a_stream_has_its_limits_in_each_encoding, 0,
      G_N_ELEMENTS (streams));
  tcase_add_loop_test (tests, a_file_has_900_frames_at_most, 0, 2);
  tcase_add_test (tests, without_its_state_a_stream_begins_anew);
  tcase_add_loop_test (tests, refusals_are_those_that_are_documented, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_test (tests, nested_json_is_refused);
  tcase_add_loop_test (tests, frame_rate_that_no_camera_has_is_refused, 0,
      G_N_ELEMENTS (rates));
  tcase_add_test (tests, a_page_of_another_origin_may_ask);
  tcase_add_loop_test (tests, faults_reach_the_client_as_errors, 0,
      G_N_ELEMENTS (faults));
  return suite;
}

GST_CHECK_MAIN (sandbox);
