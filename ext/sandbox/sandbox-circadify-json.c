/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The JSON of the Circadify routes: bodies that come, bodies that go. */

#include <vitals/vitals-json-private.h>

#include "sandbox-private.h"

void
sandbox_json_add_time (JsonObject * object, const gchar * name, gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree gchar *text = g_date_time_format_iso8601 (time);

  json_object_set_string_member (object, name, text);
}

SandboxAnswer *
sandbox_answer_new_object (JsonObject * object)
{
  JsonNode *node = json_node_alloc ();

  json_node_init (node, JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return sandbox_answer_new (200, node);
}

JsonObject *
sandbox_make_synthetic_vitals (void)
{
  JsonObject *vitals = json_object_new ();

  json_object_set_int_member (vitals, "heart_rate", 72);
  json_object_set_double_member (vitals, "respiratory_rate", 15.5);
  json_object_set_double_member (vitals, "hrv", 48.5);
  json_object_set_int_member (vitals, "spo2", 98);
  json_object_set_int_member (vitals, "systolic_bp", 118);
  json_object_set_int_member (vitals, "diastolic_bp", 76);
  json_object_set_double_member (vitals, "confidence", 0.87);
  return vitals;
}

JsonObject *
sandbox_make_fallback_vitals (void)
{
  JsonObject *vitals = json_object_new ();

  json_object_set_int_member (vitals, "heart_rate", 75);
  json_object_set_int_member (vitals, "respiratory_rate", 16);
  json_object_set_int_member (vitals, "hrv", 45);
  json_object_set_int_member (vitals, "spo2", 97);
  json_object_set_int_member (vitals, "systolic_bp", 120);
  json_object_set_int_member (vitals, "diastolic_bp", 80);
  json_object_set_double_member (vitals, "confidence", 0.0);
  return vitals;
}

static void
add_range (JsonObject * config, const gchar * name, gint min, gint max)
{
  JsonObject *range = json_object_new ();

  json_object_set_int_member (range, "min", min);
  json_object_set_int_member (range, "max", max);
  json_object_set_object_member (config, name, range);
}

JsonObject *
sandbox_make_fallback_config (void)
{
  JsonObject *config = json_object_new ();

  add_range (config, "heart_rate", 65, 85);
  add_range (config, "hrv", 30, 60);
  add_range (config, "respiratory_rate", 12, 20);
  add_range (config, "spo2", 95, 99);
  add_range (config, "systolic_bp", 110, 130);
  add_range (config, "diastolic_bp_offset", -45, -35);
  json_object_set_double_member (config, "confidence", 0.0);
  return config;
}

static gboolean
is_integer_between (JsonNode * node, gint64 min, gint64 max)
{
  return JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_INT64 &&
      json_node_get_int (node) >= min && json_node_get_int (node) <= max;
}

static gboolean
is_sex (JsonNode * node)
{
  return JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_STRING &&
      (g_str_equal (json_node_get_string (node), "M") ||
      g_str_equal (json_node_get_string (node), "F"));
}

/* Returns: what is wrong with the member "demographics", or NULL */
static const gchar *
check_demographics (JsonNode * node)
{
  JsonObject *object;
  JsonNode *member;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return "demographics must be an object.";
  object = json_node_get_object (node);
  member = json_object_get_member (object, "age");
  if (member && !is_integer_between (member, 0, 120))
    return "age must be a whole number from 0 to 120.";
  member = json_object_get_member (object, "sex");
  if (member && !is_sex (member))
    return "sex must be \"M\" or \"F\".";
  member = json_object_get_member (object, "fitzpatrick");
  if (member && !is_integer_between (member, 1, 6))
    return "fitzpatrick must be a whole number from 1 to 6.";
  return NULL;
}

const gchar *
sandbox_check_start_body (GBytes * body)
{
  g_autoptr (JsonObject) object = NULL;
  JsonNode *demographics;

  if (g_bytes_get_size (body) == 0)
    return NULL;
  object = vitals_json_parse_object (body, SANDBOX_MAX_BODY_BYTES, NULL);
  if (!object)
    return "The body must be a JSON object.";
  demographics = json_object_get_member (object, "demographics");
  return demographics ? check_demographics (demographics) : NULL;
}

gchar *
sandbox_read_session_id (GBytes * body)
{
  g_autoptr (JsonObject) object = vitals_json_parse_object (body,
      SANDBOX_MAX_BODY_BYTES, NULL);

  return object ? g_strdup (vitals_json_get_string (object, "session_id",
          NULL)) : NULL;
}
