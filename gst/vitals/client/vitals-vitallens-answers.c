/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From what the VitalLens service answers, in both shapes, to values. */

#include <float.h>
#include <math.h>
#include <string.h>
#include <vitals/client/vitals-vitallens-answer-private.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>
#include <vitals/vitals-reading-private.h>

/* A face is there when the service is surer than this. */
#define MIN_FACE_CONFIDENCE 0.5
#define STATE_FLOATS (VITALS_VITALLENS_STATE_BYTES / 4)

/* Rates, and the range outside of which the service itself calls a rate
 * impossible. */
static const struct
{
  const gchar *member;
  VitalsMeasure measure;
  gdouble min, max;
} rates[] = {
  {"heart_rate", VITALS_MEASURE_HEART_RATE, 40, 220},
  {"respiratory_rate", VITALS_MEASURE_RESPIRATORY_RATE, 3, 60},
  {"hrv_sdnn", VITALS_MEASURE_HRV_SDNN, 1, 200},
  {"hrv_rmssd", VITALS_MEASURE_HRV_RMSSD, 1, 200},
  {"hrv_lfhf", VITALS_MEASURE_HRV_LFHF, 0, 10}
};

gboolean
vitals_vitallens_is_possible (VitalsMeasure measure, gdouble value)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    if (rates[i].measure == measure)
      return value >= rates[i].min && value <= rates[i].max;
  }
  return FALSE;
}

static const gchar *const waveform_members[VITALS_N_WAVEFORMS] = {
  "ppg_waveform", "respiratory_waveform"
};

/* The array @member of @object; NULL without an error when it is absent. */
static JsonArray *
get_array (JsonObject * object, const gchar * member, GError ** error)
{
  JsonNode *node = json_object_get_member (object, member);

  if (!node || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer's \"%s\" is not an array", member);
  return NULL;
}

/* NaN for null; FALSE for what is not a number. */
static gboolean
read_element (JsonArray * array, guint i, gdouble * value)
{
  JsonNode *node = json_array_get_element (array, i);
  GType type;

  *value = NAN;
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
      : G_TYPE_INVALID;
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *value = json_node_get_double (node);
  return isfinite (*value);
}

/* @n numbers. Returns: (transfer full), NULL when absent or with @error. */
static gdouble *
read_numbers (JsonObject * object, const gchar * member, gsize n,
    GError ** error)
{
  GError *type_error = NULL;
  JsonArray *array = get_array (object, member, &type_error);
  gdouble *numbers;
  guint i;

  if (!array) {
    if (type_error)
      g_propagate_error (error, type_error);
    return NULL;
  }
  if (json_array_get_length (array) != n) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer's \"%s\" has %u values where %" G_GSIZE_FORMAT
        " were due", member, json_array_get_length (array), n);
    return NULL;
  }
  numbers = g_new (gdouble, MAX (n, 1));
  for (i = 0; i < n; i++) {
    if (!read_element (array, i, &numbers[i])) {
      vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
          "The answer's \"%s\" holds something that is not a number", member);
      g_free (numbers);
      return NULL;
    }
  }
  return numbers;
}

/* What is not 0 to 1 is no confidence, and was not said. Returns: FALSE when
 * there was any */
static gboolean
forget_impossible (gdouble * confidence, gsize n)
{
  gboolean good = TRUE;
  gsize i;

  for (i = 0; i < n; i++) {
    if (confidence[i] < 0 || confidence[i] > 1) {
      confidence[i] = NAN;
      good = FALSE;
    }
  }
  return good;
}

/* One that was read already stays: an answer may have both shapes, and the
 * documented one is read first. */
static gboolean
read_waveform (JsonObject * parent, VitalsWaveformKind kind, gsize n,
    VitalsVitalLensSeries * waveform, GError ** error)
{
  GError *read_error = NULL;
  JsonObject *object;

  if (waveform->data)
    return TRUE;
  object = vitals_json_get_object (parent, waveform_members[kind], &read_error);
  if (object)
    waveform->data = read_numbers (object, "data", n, &read_error);
  if (waveform->data)
    waveform->confidence = read_numbers (object, "confidence", n, &read_error);
  if (waveform->confidence)
    forget_impossible (waveform->confidence, n);
  if (read_error) {
    g_propagate_error (error, read_error);
    return FALSE;
  }
  waveform->n_samples = waveform->data ? n : 0;
  return TRUE;
}

/* A rate is `{value, confidence}`; both may be null. One that was read already
 * stays, as a waveform does. */
static gboolean
read_rate (JsonObject * parent, guint rate, VitalsReading * reading,
    GError ** error)
{
  GError *read_error = NULL;
  JsonObject *object;
  gdouble value, confidence;

  if (vitals_reading_get_value (reading, rates[rate].measure, NULL))
    return TRUE;
  object = vitals_json_get_object (parent, rates[rate].member, &read_error);
  if (object && vitals_json_get_number (object, "value", &value, &read_error)
      && value >= rates[rate].min && value <= rates[rate].max) {
    vitals_reading_set_value (reading, rates[rate].measure, value);
    if (vitals_json_get_number (object, "confidence", &confidence, &read_error)
        && confidence >= 0 && confidence <= 1)
      vitals_reading_set_measure_confidence (reading, rates[rate].measure,
          confidence);
  }
  if (!read_error)
    return TRUE;
  g_propagate_error (error, read_error);
  return FALSE;
}

static gboolean
read_rates (JsonObject * parent, VitalsReading * reading, GError ** error)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    if (!read_rate (parent, i, reading, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_waveforms (JsonObject * parent, gsize n, VitalsVitalLensAnswer * answer,
    GError ** error)
{
  guint kind;

  for (kind = 0; kind < VITALS_N_WAVEFORMS; kind++) {
    if (!read_waveform (parent, kind, n, &answer->waveforms[kind], error))
      return FALSE;
  }
  return TRUE;
}

/* NULL for nulls: no state. */
static guint8 *
make_state (const gdouble * numbers, GError ** error)
{
  guint8 *bytes = g_malloc (VITALS_VITALLENS_STATE_BYTES);
  guint nulls = 0, i;

  for (i = 0; i < STATE_FLOATS && !(fabs (numbers[i]) > FLT_MAX); i++) {
    nulls += isnan (numbers[i]);
    GST_WRITE_FLOAT_LE (bytes + 4 * i, (gfloat) numbers[i]);
  }
  if (i == STATE_FLOATS && nulls == 0)
    return bytes;
  g_free (bytes);
  if (nulls < STATE_FLOATS)
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer's state holds something that is not a 32-bit float");
  return NULL;
}

/* Bytes of floats may be infinite, or no number, as well. */
static guint8 *
decode_state (const gchar * text, GError ** error)
{
  gdouble numbers[STATE_FLOATS];
  gsize size, i;
  guint8 *bytes = g_base64_decode (text, &size);

  if (size != VITALS_VITALLENS_STATE_BYTES) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer's state has %" G_GSIZE_FORMAT " bytes, not %d", size,
        VITALS_VITALLENS_STATE_BYTES);
    g_free (bytes);
    return NULL;
  }
  for (i = 0; i < STATE_FLOATS; i++)
    numbers[i] = GST_READ_FLOAT_LE (bytes + 4 * i);
  g_free (bytes);
  return make_state (numbers, error);
}

/* 256 floats, as numbers or as base64 of their bytes. */
static GBytes *
read_state_data (JsonObject * object, GError ** error)
{
  JsonNode *node = json_object_get_member (object, "data");
  guint8 *bytes = NULL;

  if (!node || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node)) {
    const gchar *text = vitals_json_get_string (object, "data", error);

    if (text)
      bytes = decode_state (text, error);
  } else {
    gdouble *numbers = read_numbers (object, "data", STATE_FLOATS, error);

    if (numbers)
      bytes = make_state (numbers, error);
    g_free (numbers);
  }
  return bytes ? g_bytes_new_take (bytes, VITALS_VITALLENS_STATE_BYTES) : NULL;
}

static gboolean
read_state (JsonObject * object, VitalsVitalLensAnswer * answer,
    GError ** error)
{
  GError *read_error = NULL;
  JsonObject *state = vitals_json_get_object (object, "state", &read_error);

  if (state)
    answer->state = read_state_data (state, &read_error);
  if (!read_error)
    return TRUE;
  g_propagate_error (error, read_error);
  return FALSE;
}

/* The mean of what is known. */
static gdouble
mean_of (const gdouble * numbers, gsize n)
{
  gdouble sum = 0;
  gsize known = 0, i;

  for (i = 0; i < n; i++) {
    if (isfinite (numbers[i])) {
      sum += numbers[i];
      known++;
    }
  }
  return known > 0 ? sum / known : -1;
}

/* The first reason counts. */
static void
set_unusable (VitalsVitalLensAnswer * answer, const gchar * reason)
{
  if (!answer->unusable)
    answer->unusable = g_strdup (reason);
}

/* @confidence: -1: not said */
static void
check_face (VitalsVitalLensAnswer * answer, gdouble confidence)
{
  if (!answer->unusable && confidence >= 0 && confidence <= MIN_FACE_CONFIDENCE)
    answer->unusable = g_strdup_printf ("the service is not sure of a face "
        "(confidence %.2f)", confidence);
}

static gboolean
read_face (JsonObject * object, VitalsVitalLensAnswer * answer, GError ** error)
{
  GError *read_error = NULL;
  JsonObject *face = vitals_json_get_object (object, "face", &read_error);
  JsonArray *array = face ? get_array (face, "confidence", &read_error) : NULL;
  gsize n = array ? json_array_get_length (array) : 0;
  gdouble *numbers = NULL;

  if (n > 0)
    numbers = read_numbers (face, "confidence", n, &read_error);
  if (read_error) {
    g_propagate_error (error, read_error);
    return FALSE;
  }
  if (numbers && !forget_impossible (numbers, n))
    set_unusable (answer, "the service's face confidence is not 0 to 1");
  answer->face_confidence = numbers ? mean_of (numbers, n) : -1;
  g_free (numbers);
  check_face (answer, answer->face_confidence);
  return TRUE;
}

/* Whether `processing_status` says that there was no face. */
static gboolean
read_face_detected (JsonObject * status, GError ** error)
{
  JsonNode *node = json_object_get_member (status, "face_detected");

  if (!node || JSON_NODE_HOLDS_NULL (node))
    return FALSE;
  if (JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return !json_node_get_boolean (node);
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer's \"face_detected\" is neither true nor false");
  return FALSE;
}

/* Its mean counts beside that of `face`: neither may say that there is none. */
static void
take_mean_confidence (VitalsVitalLensAnswer * answer, gdouble confidence)
{
  if (!forget_impossible (&confidence, 1)) {
    set_unusable (answer, "the service's face confidence is not 0 to 1");
    return;
  }
  if (answer->face_confidence < 0)
    answer->face_confidence = confidence;
  check_face (answer, confidence);
}

static void
read_known_status (JsonObject * status, VitalsVitalLensAnswer * answer,
    GError ** error)
{
  GError *read_error = NULL;
  const gchar *quality = vitals_json_get_string (status, "signal_quality",
      &read_error);
  gdouble confidence;

  if (!read_error && read_face_detected (status, &read_error))
    set_unusable (answer, "the service saw no face");
  if (quality && g_ascii_strcasecmp (quality, "unusable") == 0)
    set_unusable (answer, "the service calls the signal unusable");
  if (!read_error && vitals_json_get_number (status, "avg_face_confidence",
          &confidence, &read_error))
    take_mean_confidence (answer, confidence);
  if (read_error)
    g_propagate_error (error, read_error);
}

/* What `processing_status` says; the newer shape has none. */
static gboolean
read_status (JsonObject * object, VitalsVitalLensAnswer * answer,
    GError ** error)
{
  GError *read_error = NULL;
  JsonObject *status = vitals_json_get_object (object, "processing_status",
      &read_error);

  if (status)
    read_known_status (status, answer, &read_error);
  if (!read_error)
    return TRUE;
  g_propagate_error (error, read_error);
  return FALSE;
}

/* The documented shape keeps rates and waveforms in one object, the newer in
 * two; of an answer with both, the documented one counts. */
static gboolean
read_vitals (JsonObject * object, gsize n, VitalsVitalLensAnswer * answer,
    GError ** error)
{
  GError *read_error = NULL;
  JsonObject *signs, *vitals, *waveforms;
  gboolean done;

  signs = vitals_json_get_object (object, "vital_signs", &read_error);
  vitals = read_error ? NULL
      : vitals_json_get_object (object, "vitals", &read_error);
  waveforms = read_error ? NULL
      : vitals_json_get_object (object, "waveforms", &read_error);
  if (read_error) {
    g_propagate_error (error, read_error);
    return FALSE;
  }
  if (!signs && !vitals && !waveforms) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer has neither vitals nor waveforms; check the base URL");
    return FALSE;
  }
  done = (!signs || (read_rates (signs, answer->reading, error)
          && read_waveforms (signs, n, answer, error)))
      && (!vitals || read_rates (vitals, answer->reading, error))
      && (!waveforms || read_waveforms (waveforms, n, answer, error));
  return done;
}

static void
take_rates_back (VitalsVitalLensAnswer * answer)
{
  vitals_reading_unref (answer->reading);
  answer->reading = vitals_reading_new ("vitallens");
}

VitalsVitalLensAnswer *
vitals_vitallens_parse_answer (GBytes * body, gsize n_samples, GError ** error)
{
  JsonObject *object = vitals_json_parse_object (body,
      VITALS_VITALLENS_MAX_ANSWER, error);
  VitalsVitalLensAnswer *answer;

  if (!object)
    return NULL;
  answer = vitals_vitallens_answer_new ();
  if (read_vitals (object, n_samples, answer, error)
      && read_state (object, answer, error) && read_face (object, answer, error)
      && read_status (object, answer, error)) {
    if (answer->unusable)
      take_rates_back (answer);
    answer->model =
        g_strdup (vitals_json_get_string (object, "model_used", NULL));
    vitals_reading_set_model (answer->reading, answer->model);
  } else {
    g_clear_pointer (&answer, vitals_vitallens_answer_unref);
  }
  json_object_unref (object);
  return answer;
}
