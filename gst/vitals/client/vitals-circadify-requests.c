/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <json-glib/json-glib.h>
#include <vitals/client/vitals-circadify-protocol-private.h>
#include <vitals/vitals-error-private.h>

static VitalsRequest *
new_call (const gchar * method, const gchar * base_url, const gchar * path,
    const gchar * api_key)
{
  return vitals_request_new_for_json (method, base_url, path, api_key,
      VITALS_CIRCADIFY_MAX_ANSWER);
}

/* @object: (transfer full) */
static void
set_json (VitalsRequest * request, JsonObject * object)
{
  JsonNode *node = json_node_alloc ();
  gchar *text;
  GBytes *bytes;

  json_node_init_object (node, object);
  json_object_unref (object);
  text = json_to_string (node, FALSE);
  json_node_unref (node);
  bytes = g_bytes_new_take (text, strlen (text));
  request->body = vitals_payload_new (bytes, "application/json");
  g_bytes_unref (bytes);
}

gboolean
vitals_circadify_check_demographics (const VitalsDemographics * demographics,
    GError ** error)
{
  const gchar *what;

  if (!demographics)
    return TRUE;
  if (demographics->age < -1 || demographics->age > 120)
    what = "age must be 0 to 120, or -1 for not given";
  else if ((guint) demographics->sex > VITALS_SEX_FEMALE)
    what = "sex must be unset, male or female";
  else if (demographics->fitzpatrick < 0 || demographics->fitzpatrick > 6)
    what = "fitzpatrick must be 1 to 6, or 0 for not given";
  else
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST, "Demographics: %s",
      what);
  return FALSE;
}

/* NULL when nothing is given: the body is optional. */
static JsonObject *
demographics_to_json (const VitalsDemographics * demographics)
{
  JsonObject *object = json_object_new ();

  if (demographics && demographics->age >= 0)
    json_object_set_int_member (object, "age", demographics->age);
  if (demographics && demographics->sex != VITALS_SEX_UNSET)
    json_object_set_string_member (object, "sex",
        demographics->sex == VITALS_SEX_MALE ? "M" : "F");
  if (demographics && demographics->fitzpatrick > 0)
    json_object_set_int_member (object, "fitzpatrick",
        demographics->fitzpatrick);
  if (json_object_get_size (object) == 0)
    g_clear_pointer (&object, json_object_unref);
  return object;
}

VitalsRequest *
vitals_circadify_request_start (const gchar * base_url, const gchar * api_key,
    const VitalsDemographics * demographics)
{
  VitalsRequest *request = new_call ("POST", base_url, "/sdk/session/start",
      api_key);
  JsonObject *person = demographics_to_json (demographics);
  JsonObject *body = json_object_new ();

  if (person)
    json_object_set_object_member (body, "demographics", person);
  set_json (request, body);
  return request;
}

VitalsRequest *
vitals_circadify_request_upload (const gchar * upload_url,
    VitalsPayload * payload)
{
  VitalsRequest *request = vitals_request_new ("PUT", upload_url);

  request->body = vitals_payload_ref (payload);
  request->max_response_bytes = VITALS_CIRCADIFY_MAX_ANSWER;
  return request;
}

VitalsRequest *
vitals_circadify_request_complete (const gchar * base_url,
    const gchar * api_key, const gchar * session_id)
{
  VitalsRequest *request = new_call ("POST", base_url,
      "/sdk/session/upload-complete", api_key);
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "session_id", session_id);
  set_json (request, body);
  return request;
}

VitalsRequest *
vitals_circadify_request_result (const gchar * base_url, const gchar * api_key,
    const gchar * session_id, VitalsResultRoute route)
{
  gchar *id = g_uri_escape_string (session_id, NULL, FALSE);
  gchar *path;
  VitalsRequest *request;

  if (route == VITALS_RESULT_ROUTE_NEWER)
    path = g_strdup_printf ("/sdk/session/%s/result", id);
  else
    path = g_strdup_printf ("/sdk/session/result/%s", id);
  request = new_call ("GET", base_url, path, api_key);
  g_free (path);
  g_free (id);
  return request;
}
