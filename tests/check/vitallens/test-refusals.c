/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the service refuses of VitalsVitalLensClient, and what that refuses. */

#include <math.h>
#include "calls.h"

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
  const gchar *route = calls_routes[__i__ % 2];
  Fault faults[2];
  RawServer *server = calls_serve (faults, route, refusals[i].status,
      refusals[i].body);
  VitalsVitalLensClient *client = calls_new_client (server);
  GstStructure *failure;
  GError *error = NULL;

  fail_unless (calls_send (client, route, 20, NULL, &error) == NULL);
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
  VitalsVitalLensClient *client = calls_new_client (server);
  GError *error = NULL;

  fail_unless (calls_send (client, route, wrong_lengths[__i__].frames, NULL,
          &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
  assert_equals_int (raw_server_get_count (server, route), 0);
  g_object_unref (client);
  raw_server_free (server);
}

GST_END_TEST;

GST_START_TEST (a_state_of_the_wrong_size_is_not_sent)
{
  VitalsVitalLensModel model = calls_get_model ();
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsVitalLensClient *client = calls_new_client (server);
  GBytes *video = calls_new_video (20), *state = g_bytes_new ("1234", 4);
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
  VitalsVitalLensModel model = calls_get_model ();
  RawServer *server = raw_server_new (NULL, NULL);
  VitalsVitalLensClient *client = calls_new_client (server);
  GBytes *video = calls_new_video (20);
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

GST_START_TEST (an_answer_that_is_too_large_is_refused)
{
  Fault faults[2];
  gchar *body = g_strnfill (5 * 1024 * 1024, ' ');
  RawServer *server = calls_serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = calls_new_client (server);
  GError *error = NULL;

  fail_unless (calls_send (client, "stream", 20, NULL, &error) == NULL);
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
  RawServer *server = calls_serve (faults, "stream", "200 OK", body);
  VitalsVitalLensClient *client = calls_new_client (server);
  GError *error = NULL;

  fail_unless (calls_send (client, "stream", 20, NULL, &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_RESPONSE);
  g_object_unref (client);
  raw_server_free (server);
  g_free (body);
  g_free (deep);
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
  fail_unless (vitals_vitallens_client_new (CALLS_KEY, "http://example.org",
          &error) == NULL);
  assert_error (error, VITALS_ERROR_INVALID_REQUEST);
}

GST_END_TEST;

static Suite *
refusals_suite (void)
{
  Suite *suite = suite_create ("vitallens refusals");
  TCase *tests = tcase_create ("calls");

  tcase_set_timeout (tests, 60);
  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests,
      what_the_service_refuses_is_an_error_and_is_not_paid_twice, 0,
      2 * G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tests, too_few_and_too_many_frames_are_not_sent, 0,
      G_N_ELEMENTS (wrong_lengths));
  tcase_add_test (tests, a_state_of_the_wrong_size_is_not_sent);
  tcase_add_loop_test (tests, a_model_that_cannot_be_is_not_served, 0,
      G_N_ELEMENTS (impossible_models));
  tcase_add_test (tests, an_answer_that_is_too_large_is_refused);
  tcase_add_test (tests, an_answer_that_is_nested_too_deep_is_refused);
  tcase_add_test (tests, a_key_that_cannot_be_one_is_refused_at_once);
  return suite;
}

GST_CHECK_MAIN (refusals);
