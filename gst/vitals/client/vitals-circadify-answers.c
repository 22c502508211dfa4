/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <gst/gst.h>
#include <vitals/client/vitals-circadify-protocol-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

/* ms, as a time in ns */
#define MAX_PROCESSING_TIME ((gdouble) (G_MAXINT64 / GST_MSECOND))

/* Ids are put into URLs, messages and files. */
#define MAX_SESSION_ID 256

/* As the service writes the measures. */
static const struct
{
  const gchar *member;
  const gchar *range;           /* in fallback_config, or NULL */
  VitalsMeasure measure;
} members[] = {
  {"heart_rate", "heart_rate", VITALS_MEASURE_HEART_RATE},
  {"respiratory_rate", "respiratory_rate", VITALS_MEASURE_RESPIRATORY_RATE},
  {"hrv", "hrv", VITALS_MEASURE_HRV},
  {"spo2", "spo2", VITALS_MEASURE_SPO2},
  {"systolic_bp", "systolic_bp", VITALS_MEASURE_SYSTOLIC_BP},
  {"diastolic_bp", "diastolic_bp_offset", VITALS_MEASURE_DIASTOLIC_BP}
};

static JsonObject *
parse (GBytes * body, GError ** error)
{
  return vitals_json_parse_object (body, VITALS_CIRCADIFY_MAX_ANSWER, error);
}

/* A member that must be there. */
static const gchar *
get_text (JsonObject * object, const gchar * member, GError ** error)
{
  GError *type_error = NULL;
  const gchar *text = vitals_json_get_string (object, member, &type_error);

  if (type_error)
    g_propagate_error (error, type_error);
  else if (!text || !*text)
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer has no \"%s\"; check the base URL", member);
  return text && *text ? text : NULL;
}

static gboolean
check_session_id (const gchar * id, GError ** error)
{
  const gchar *p;

  for (p = id; g_ascii_isgraph (*p); p++);
  if (*p == '\0' && p - id <= MAX_SESSION_ID && !g_str_equal (id, ".")
      && !g_str_equal (id, ".."))
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer's \"session_id\" is not an id");
  return FALSE;
}

/* Unix seconds, or ISO-8601. -1 when absent. */
static gboolean
parse_expires_at (JsonObject * object, gint64 * expires_at, GError ** error)
{
  JsonNode *node = json_object_get_member (object, "expires_at");
  GError *type_error = NULL;
  GTimeZone *utc;
  GDateTime *date;
  gdouble seconds;

  *expires_at = -1;
  if (!node || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (vitals_json_get_number (object, "expires_at", &seconds, NULL)) {
    *expires_at = MAX (seconds, 0);
    return TRUE;
  }
  utc = g_time_zone_new_utc ();
  date = NULL;
  if (vitals_json_get_string (object, "expires_at", &type_error))
    date = g_date_time_new_from_iso8601 (json_node_get_string (node), utc);
  g_time_zone_unref (utc);
  g_clear_error (&type_error);
  if (!date) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer's \"expires_at\" is no time");
    return FALSE;
  }
  *expires_at = g_date_time_to_unix (date);
  g_date_time_unref (date);
  return TRUE;
}

/* Of the diastolic pressure the range is that of its distance from the systolic
 * one, which pages write with either sign. */
static gboolean
is_range (VitalsMeasure measure, const VitalsFallbackRange * range)
{
  gdouble least, most;

  if (!(range->min <= range->max))
    return FALSE;
  if (measure != VITALS_MEASURE_DIASTOLIC_BP)
    return vitals_measure_is_plausible (measure, range->min)
        && vitals_measure_is_plausible (measure, range->max);
  vitals_measure_get_bounds (VITALS_MEASURE_SYSTOLIC_BP, &least, &most);
  return range->min > -most && range->max < most
      && (range->min > 0 || range->max < 0);
}

/* A range that cannot be is left out, as if the service had not named it. */
static gboolean
parse_range (JsonObject * config, const gchar * member, VitalsMeasure measure,
    VitalsFallbackRange * range, GError ** error)
{
  GError *type_error = NULL;
  JsonObject *object = vitals_json_get_object (config, member, &type_error);

  if (object)
    range->present =
        vitals_json_get_number (object, "min", &range->min, &type_error)
        && vitals_json_get_number (object, "max", &range->max, &type_error)
        && is_range (measure, range);
  if (type_error) {
    g_propagate_error (error, type_error);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_fallback_config (JsonObject * object, VitalsSession * session,
    GError ** error)
{
  GError *type_error = NULL;
  JsonObject *config = vitals_json_get_object (object, "fallback_config",
      &type_error);
  guint i;

  if (type_error) {
    g_propagate_error (error, type_error);
    return FALSE;
  }
  for (i = 0; config && i < G_N_ELEMENTS (members); i++) {
    if (!parse_range (config, members[i].range, members[i].measure,
            &session->fallback[members[i].measure], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_upload_url (const gchar * url, GError ** error)
{
  GError *url_error = NULL;

  if (vitals_check_service_url (url, &url_error))
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The service named a place for the upload that is refused: %s",
      url_error->message);
  g_error_free (url_error);
  return FALSE;
}

VitalsSession *
vitals_circadify_parse_session (GBytes * body, GError ** error)
{
  JsonObject *object = parse (body, error);
  const gchar *id, *url;
  VitalsSession *session = NULL;

  if (!object)
    return NULL;
  id = get_text (object, "session_id", error);
  url = id ? get_text (object, "upload_url", error) : NULL;
  if (url && check_session_id (id, error) && check_upload_url (url, error))
    session = vitals_session_new (id, url);
  if (session && !(parse_expires_at (object, &session->expires_at, error)
          && parse_fallback_config (object, session, error)))
    g_clear_pointer (&session, vitals_session_unref);
  json_object_unref (object);
  return session;
}

static void
set_no_heart_rate (GError ** error)
{
  gdouble min, max;

  vitals_measure_get_bounds (VITALS_MEASURE_HEART_RATE, &min, &max);
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer's vitals have no \"heart_rate\" of %g to %g", min, max);
}

static VitalsReading *
parse_vitals (JsonObject * vitals, GError ** error)
{
  VitalsReading *reading = vitals_reading_new ("circadify");
  GError *type_error = NULL;
  gdouble value;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (members) && !type_error; i++) {
    /* 0 and what else no person has was not measured */
    if (vitals_json_get_number (vitals, members[i].member, &value, &type_error)
        && vitals_measure_is_plausible (members[i].measure, value))
      vitals_reading_set_value (reading, members[i].measure, value);
  }
  if (!type_error && vitals_json_get_number (vitals, "confidence", &value,
          &type_error)
      && !vitals_reading_set_confidence (reading, value))
    vitals_set_error (&type_error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer's \"confidence\" is not between 0 and 1");
  if (!type_error && !vitals_reading_get_value (reading,
          VITALS_MEASURE_HEART_RATE, NULL))
    set_no_heart_rate (&type_error);
  if (type_error) {
    vitals_reading_unref (reading);
    g_propagate_error (error, type_error);
    return NULL;
  }
  /* the service's mark of vitals that were not measured */
  if (vitals_reading_get_confidence (reading, &value) && value == 0)
    vitals_reading_set_fallback (reading, TRUE);
  return reading;
}

static VitalsReading *
parse_completed (JsonObject * object, JsonObject * vitals, GError ** error)
{
  VitalsReading *reading = parse_vitals (vitals, error);
  GError *type_error = NULL;
  const gchar *model;
  gdouble ms;

  if (!reading)
    return NULL;
  /* a time that cannot be is no reason to lose what is paid for */
  if (vitals_json_get_number (object, "processing_time_ms", &ms, &type_error)
      && ms >= 0 && ms < MAX_PROCESSING_TIME)
    vitals_reading_set_processing_time (reading, ms * GST_MSECOND);
  model = type_error ? NULL : vitals_json_get_string (object, "model",
      &type_error);
  if (model)
    vitals_reading_set_model (reading, model);
  if (type_error) {
    vitals_reading_unref (reading);
    g_propagate_error (error, type_error);
    return NULL;
  }
  return reading;
}

static void
set_failed (JsonObject * object, const gchar * api_key, GError ** error)
{
  gchar *quote;
  const gchar *text = vitals_json_get_string (object, "message", NULL);

  if (!text)
    text = vitals_json_get_string (object, "error_message", NULL);
  if (!text)
    text = vitals_json_get_string (object, "error", NULL);
  quote = vitals_service_quote (text ? text : "no reason given", api_key);
  vitals_set_error (error, VITALS_ERROR_PROCESSING_FAILED,
      "The service could not measure (%s): record again, with even light on a "
      "face that is still", quote);
  g_free (quote);
}

/* What is measured in someone else must not come out as one's own. Not all
 * answers name their session. */
static gboolean
check_own_session (JsonObject * object, const gchar * session_id,
    GError ** error)
{
  GError *type_error = NULL;
  const gchar *id = vitals_json_get_string (object, "session_id", &type_error);

  if (type_error) {
    g_propagate_error (error, type_error);
    return FALSE;
  }
  if (!id || g_str_equal (id, session_id))
    return TRUE;
  /* the id of the other is not one's own to show */
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer is that of another session and was not taken: a cache or "
      "proxy on the way may mix answers up; make it pass these through, then "
      "ask again for the result of session %s", session_id);
  return FALSE;
}

/* What both routes answer. @lenient: an answer that says nothing is an
 * acceptance. */
static gboolean
parse_progress (JsonObject * object, const gchar * api_key, gboolean lenient,
    VitalsReading ** reading, GError ** error)
{
  GError *type_error = NULL;
  const gchar *status = vitals_json_get_string (object, "status", &type_error);
  JsonObject *vitals = type_error ? NULL : vitals_json_get_object (object,
      "vitals", &type_error);

  if (type_error) {
    g_propagate_error (error, type_error);
    return FALSE;
  }
  if (g_strcmp0 (status, "failed") == 0) {
    set_failed (object, api_key, error);
    return FALSE;
  }
  if (g_strcmp0 (status, "expired") == 0) {
    vitals_set_error (error, VITALS_ERROR_SESSION_EXPIRED,
        "The session expired before its result was there: scan again");
    return FALSE;
  }
  if (vitals && (!status || g_str_equal (status, "completed"))) {
    *reading = parse_completed (object, vitals, error);
    return *reading != NULL;
  }
  if (!lenient && (!status || g_str_equal (status, "completed"))) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer has neither a status to wait for nor vitals");
    return FALSE;
  }
  return TRUE;
}

gboolean
vitals_circadify_parse_complete (GBytes * body, const gchar * session_id,
    const gchar * api_key, VitalsReading ** reading, GError ** error)
{
  JsonObject *object;
  gboolean ok;

  *reading = NULL;
  if (g_bytes_get_size (body) == 0)
    return TRUE;
  object = parse (body, error);
  if (!object)
    return FALSE;
  ok = check_own_session (object, session_id, error)
      && parse_progress (object, api_key, TRUE, reading, error);
  json_object_unref (object);
  return ok;
}

gboolean
vitals_circadify_parse_result (GBytes * body, const gchar * session_id,
    const gchar * api_key, VitalsReading ** reading, GError ** error)
{
  JsonObject *object = parse (body, error);
  gboolean ok;

  *reading = NULL;
  if (!object)
    return FALSE;
  ok = check_own_session (object, session_id, error)
      && parse_progress (object, api_key, FALSE, reading, error);
  json_object_unref (object);
  return ok;
}

static gboolean
parse_count (const VitalsResponse * response, const gchar * name,
    gint64 * count)
{
  const gchar *text = vitals_response_get_header (response, name);

  *count = -1;
  return text && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, count,
      NULL);
}

gboolean
vitals_circadify_parse_rate_limit (const VitalsResponse * response,
    VitalsRateLimit * rate_limit)
{
  guint found = 0;

  found += parse_count (response, "x-ratelimit-limit", &rate_limit->limit);
  found += parse_count (response, "x-ratelimit-remaining",
      &rate_limit->remaining);
  found += parse_count (response, "x-ratelimit-reset", &rate_limit->reset);
  found += parse_count (response, "x-usage-current",
      &rate_limit->usage_current);
  found += parse_count (response, "x-usage-limit", &rate_limit->usage_limit);
  found += parse_count (response, "x-usage-remaining",
      &rate_limit->usage_remaining);
  return found > 0;
}
