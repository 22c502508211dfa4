/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>

#include "fixture.h"

VitalsSandbox *
sandbox_start (const VitalsSandboxOptions * options)
{
  g_autoptr (GError) error = NULL;
  VitalsSandbox *sandbox = vitals_sandbox_new (options, &error);

  fail_unless (sandbox != NULL, "%s", error ? error->message : "");
  return sandbox;
}

RawAnswer *
sandbox_ask (VitalsSandbox * sandbox, const gchar * method, const gchar * path,
    const gchar * key, const gchar * body)
{
  return raw_ask (method, vitals_sandbox_get_url (sandbox), path, key, body);
}

/* Fails the test unless @answer has this status and, in JSON, this error. */
void
check_refusal (const RawAnswer * answer, guint status, const gchar * code)
{
  g_autofree gchar *error = NULL;

  fail_unless_equals_int (answer->status, status);
  error = raw_answer_get_string (answer, "error");
  fail_unless_equals_string (error, code);
}

RawAnswer *
sandbox_start_session (VitalsSandbox * sandbox, const gchar * key, gchar ** id,
    gchar ** upload_url)
{
  RawAnswer *answer = sandbox_ask (sandbox, "POST", START, key, "{}");

  fail_unless_equals_int (answer->status, 200);
  *id = raw_answer_get_string (answer, "session_id");
  *upload_url = raw_answer_get_string (answer, "upload_url");
  return answer;
}

gchar *
sandbox_upload_session (VitalsSandbox * sandbox, const gchar * key)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("payload",
      strlen ("payload"));

  return sandbox_upload_payload (sandbox, key, payload);
}

gchar *
sandbox_upload_payload (VitalsSandbox * sandbox, const gchar * key,
    GBytes * payload)
{
  g_autoptr (RawAnswer) started = NULL;
  g_autoptr (RawAnswer) uploaded = NULL;
  g_autofree gchar *upload_url = NULL;
  gchar *id = NULL;

  started = sandbox_start_session (sandbox, key, &id, &upload_url);
  uploaded = raw_put (upload_url, payload);
  fail_unless_equals_int (uploaded->status, 200);
  return id;
}

RawAnswer *
sandbox_complete (VitalsSandbox * sandbox, const gchar * key, const gchar * id)
{
  g_autofree gchar *body = g_strdup_printf ("{\"session_id\":\"%s\"}", id);

  return sandbox_ask (sandbox, "POST", COMPLETE, key, body);
}

RawAnswer *
sandbox_get_new_result (VitalsSandbox * sandbox, const gchar * key,
    const gchar * id)
{
  g_autofree gchar *path = g_strdup_printf ("/sdk/session/%s/result", id);

  return sandbox_ask (sandbox, "GET", path, key, NULL);
}

RawAnswer *
sandbox_get_old_result (VitalsSandbox * sandbox, const gchar * key,
    const gchar * id)
{
  g_autofree gchar *path = g_strdup_printf ("/sdk/session/result/%s", id);

  return sandbox_ask (sandbox, "GET", path, key, NULL);
}

void
check_status (const RawAnswer * answer, const gchar * expected)
{
  g_autofree gchar *status = NULL;

  fail_unless_equals_int (answer->status, 200);
  status = raw_answer_get_string (answer, "status");
  fail_unless_equals_string (status, expected);
}

void
check_vitals (const RawAnswer * answer)
{
  g_autoptr (JsonObject) object = raw_answer_get_object (answer);
  JsonObject *vitals = json_object_get_object_member (object, "vitals");

  check_status (answer, "completed");
  fail_unless (vitals != NULL);
  fail_unless_equals_int (json_object_get_int_member (vitals, "heart_rate"),
      72);
  fail_unless (json_object_get_double_member (vitals, "confidence") > 0.7);
}
