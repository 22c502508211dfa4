/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The routes of the VitalLens service; docs/sandbox.md describes them. */

#include "sandbox-vitallens-private.h"

#define MODEL_PATH "/resolve-model"
#define FILE_PATH "/file"
#define STREAM_PATH "/stream"
#define GOOD_FACE 0.8
#define FACE 0.5

SandboxRoute
sandbox_vitallens_route (const gchar * method, const gchar * path)
{
  if (g_str_equal (method, "GET") && g_str_equal (path, MODEL_PATH))
    return SANDBOX_ROUTE_MODEL;
  if (g_str_equal (method, "POST") && g_str_equal (path, FILE_PATH))
    return SANDBOX_ROUTE_FILE;
  if (g_str_equal (method, "POST") && g_str_equal (path, STREAM_PATH))
    return SANDBOX_ROUTE_STREAM;
  return SANDBOX_ROUTE_NONE;
}

gboolean
sandbox_vitallens_is_preflight (const gchar * method, const gchar * path)
{
  return g_str_equal (method, "OPTIONS") && (g_str_equal (path, MODEL_PATH)
      || g_str_equal (path, FILE_PATH) || g_str_equal (path, STREAM_PATH));
}

/* A page of any origin may ask: it has to bring the key. */
void
sandbox_vitallens_allow_origin (SoupMessageHeaders * headers)
{
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods",
      "GET, POST, OPTIONS");
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers",
      "x-api-key, Content-Type, X-Encoding, X-State, X-Model, X-Origin");
}

/* --- answers --- */

static SandboxAnswer *
make_model_answer (const SandboxLensModel * model)
{
  JsonObject *object = json_object_new (), *config = json_object_new ();
  JsonArray *vitals = json_array_new ();

  json_array_add_string_element (vitals, "heart_rate");
  json_array_add_string_element (vitals, "respiratory_rate");
  if (model->variability) {
    json_array_add_string_element (vitals, "hrv_sdnn");
    json_array_add_string_element (vitals, "hrv_rmssd");
    json_array_add_string_element (vitals, "hrv_lfhf");
  }
  json_array_add_string_element (vitals, "ppg_waveform");
  json_array_add_string_element (vitals, "respiratory_waveform");
  json_object_set_int_member (config, "n_inputs", model->n_inputs);
  json_object_set_int_member (config, "input_size", SANDBOX_LENS_SIZE);
  json_object_set_double_member (config, "fps_target", SANDBOX_LENS_FPS);
  json_object_set_string_member (config, "roi_method", "upper_body_cropped");
  json_object_set_array_member (config, "supported_vitals", vitals);
  json_object_set_string_member (object, "resolved_model", model->name);
  json_object_set_object_member (object, "config", config);
  return sandbox_answer_new_object (object);
}

static JsonArray *
make_array (const gdouble * numbers, guint n)
{
  JsonArray *array = json_array_sized_new (n);
  guint i;

  for (i = 0; i < n; i++)
    json_array_add_double_element (array, numbers[i]);
  return array;
}

static void
add_waveform (JsonObject * parent, const gchar * name,
    const SandboxLensResult * result, const gdouble * samples,
    const gdouble * confidence)
{
  JsonObject *waveform = json_object_new ();

  json_object_set_array_member (waveform, "data", make_array (samples,
          result->n));
  json_object_set_string_member (waveform, "unit", "unitless");
  json_object_set_array_member (waveform, "confidence",
      make_array (confidence, result->n));
  json_object_set_string_member (waveform, "note",
      "Measured by the sandbox in the pictures that were sent.");
  json_object_set_object_member (parent, name, waveform);
}

/* What was not measured is null, as the service writes it. */
static void
add_rate (JsonObject * parent, const gchar * name, const gchar * unit,
    gboolean has, gdouble value, gdouble confidence)
{
  JsonObject *rate = json_object_new ();

  if (has) {
    json_object_set_double_member (rate, "value", value);
    json_object_set_double_member (rate, "confidence", confidence);
  } else {
    json_object_set_null_member (rate, "value");
    json_object_set_null_member (rate, "confidence");
  }
  json_object_set_string_member (rate, "unit", unit);
  json_object_set_string_member (rate, "note",
      "Measured by the sandbox in the pictures that were sent.");
  json_object_set_object_member (parent, name, rate);
}

static void
add_rates (JsonObject * parent, const SandboxLensModel * model,
    const VitalsPulseEstimate * estimate)
{
  add_rate (parent, "heart_rate", "bpm", estimate->has_heart_rate,
      estimate->heart_rate, estimate->heart_rate_confidence);
  add_rate (parent, "respiratory_rate", "bpm", estimate->has_respiratory_rate,
      estimate->respiratory_rate, estimate->respiratory_rate_confidence);
  if (!model->variability)
    return;
  add_rate (parent, "hrv_sdnn", "ms", estimate->has_hrv, estimate->hrv_sdnn,
      estimate->hrv_confidence);
  add_rate (parent, "hrv_rmssd", "ms", estimate->has_hrv, estimate->hrv_rmssd,
      estimate->hrv_confidence);
  add_rate (parent, "hrv_lfhf", "unitless", estimate->has_lfhf,
      estimate->hrv_lfhf, estimate->hrv_confidence);
}

static gdouble
mean_face (const SandboxLensResult * result)
{
  gdouble sum = 0;
  guint i;

  for (i = 0; i < result->n; i++)
    sum += result->face[i];
  return sum / result->n;
}

static JsonObject *
make_status (const SandboxLensResult * result)
{
  JsonObject *status = json_object_new ();
  gdouble face = mean_face (result);

  json_object_set_boolean_member (status, "face_detected", face > FACE);
  json_object_set_double_member (status, "avg_face_confidence", face);
  json_object_set_string_member (status, "signal_quality", face > GOOD_FACE
      ? "optimal" : face > FACE ? "suboptimal" : "unusable");
  json_object_set_array_member (status, "issues", json_array_new ());
  return status;
}

static JsonObject *
make_face (const SandboxLensResult * result)
{
  JsonObject *face = json_object_new ();

  json_object_set_array_member (face, "confidence", make_array (result->face,
          result->n));
  json_object_set_string_member (face, "note",
      "How much of the middle has the colour of skin.");
  return face;
}

static JsonObject *
make_state (const SandboxLensResult * result)
{
  const guint8 *bytes = g_bytes_get_data (result->state, NULL);
  JsonObject *state = json_object_new ();
  JsonArray *data = json_array_new ();
  guint i;

  for (i = 0; i < VITALS_VITALLENS_STATE_BYTES; i += 4)
    json_array_add_double_element (data, GST_READ_FLOAT_LE (bytes + i));
  json_object_set_array_member (state, "data", data);
  json_object_set_string_member (state, "note", "For the next call.");
  return state;
}

/* @estimate: or NULL */
static SandboxAnswer *
make_result_answer (VitalsLensShape shape, const SandboxLensCall * call,
    const SandboxLensResult * result, const VitalsPulseEstimate * estimate)
{
  gboolean documented = shape == VITALS_LENS_SHAPE_DOCUMENTED;
  JsonObject *object = json_object_new ();
  JsonObject *vitals = json_object_new ();
  JsonObject *waveforms = documented ? vitals : json_object_new ();

  add_waveform (waveforms, "ppg_waveform", result, result->pulse,
      result->confidence);
  add_waveform (waveforms, "respiratory_waveform", result, result->breath,
      result->breath_confidence);
  if (estimate)
    add_rates (vitals, call->model, estimate);
  json_object_set_object_member (object, documented ? "vital_signs" : "vitals",
      vitals);
  if (documented) {
    json_object_set_object_member (object, "processing_status",
        make_status (result));
  } else {
    json_object_set_object_member (object, "waveforms", waveforms);
    json_object_set_int_member (object, "n", result->n);
    if (call->fps > 0)
      json_object_set_double_member (object, "fps", call->fps);
  }
  json_object_set_object_member (object, "face", make_face (result));
  json_object_set_object_member (object, "state", make_state (result));
  json_object_set_string_member (object, "model_used", call->model->name);
  json_object_set_string_member (object, "message",
      "Estimates of a sandbox. Not a medical device.");
  return sandbox_answer_new_object (object);
}

/* --- the routes --- */

static SandboxAnswer *
answer_model (SoupServerMessage * message)
{
  const gchar *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) values = query ? soup_form_decode (query) : NULL;
  const gchar *name = values ? g_hash_table_lookup (values, "model") : NULL;
  const SandboxLensModel *model = sandbox_lens_find_model (name);

  if (!model)
    return sandbox_lens_refuse (403, "The model %s is not in your plan.", name);
  return make_model_answer (model);
}

static SandboxAnswer *
answer_call (SandboxRequest * request, SandboxLensCall * call)
{
  SandboxLensResult result = { 0, };
  VitalsPulseEstimate estimate = { 0, };
  SandboxAnswer *answer;

  sandbox_record_add_scan (request->sandbox->record);
  sandbox_lens_measure_waveforms (call, &result);
  if (call->rates)
    sandbox_lens_measure_rates (call, &estimate);
  answer = make_result_answer (request->sandbox->lens_shape, call,
      &result, call->rates ? &estimate : NULL);
  sandbox_lens_result_clear (&result);
  return answer;
}

static SandboxAnswer *
answer_frames (SandboxRequest * request, SoupServerMessage * message,
    GBytes * body)
{
  SandboxLensCall call = { NULL, };
  SandboxAnswer *answer;

  if (request->route == SANDBOX_ROUTE_FILE)
    answer = sandbox_lens_read_file (body, &call);
  else
    answer = sandbox_lens_read_stream (soup_server_message_get_request_headers
        (message), body, &call);
  if (!answer)
    answer = answer_call (request, &call);
  sandbox_lens_call_clear (&call);
  return answer;
}

SandboxAnswer *
sandbox_vitallens_answer (SandboxRequest * request, SoupServerMessage * message,
    GBytes * body)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  if (g_strcmp0 (soup_message_headers_get_one (headers, "x-api-key"),
          VITALS_SANDBOX_VITALLENS_KEY) != 0)
    return sandbox_lens_refuse (403, "The sandbox does not know this key: it "
        "takes " VITALS_SANDBOX_VITALLENS_KEY ".");
  if (request->route == SANDBOX_ROUTE_MODEL)
    return answer_model (message);
  return answer_frames (request, message, body);
}
