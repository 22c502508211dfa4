/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers before they are sent: status, headers, a JSON tree or bytes. */

#include "sandbox-private.h"

SandboxAnswer *
sandbox_answer_new (guint status, JsonNode * json)
{
  SandboxAnswer *answer = g_new0 (SandboxAnswer, 1);

  answer->status = status;
  answer->headers = g_ptr_array_new_with_free_func (g_free);
  answer->json = json;
  answer->content_type = "application/json";
  return answer;
}

void
sandbox_answer_free (SandboxAnswer * answer)
{
  g_ptr_array_unref (answer->headers);
  g_clear_pointer (&answer->json, json_node_unref);
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_free (answer);
}

static void
add_header (SandboxAnswer * answer, const gchar * name, const gchar * value)
{
  g_ptr_array_add (answer->headers, g_strdup (name));
  g_ptr_array_add (answer->headers, g_strdup (value));
}

void
sandbox_answer_add_number_header (SandboxAnswer * answer, const gchar * name,
    gint64 value)
{
  g_autofree gchar *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  add_header (answer, name, text);
}

static const gchar *
usual_code (guint status)
{
  switch (status) {
    case 400:
      return "INVALID_REQUEST";
    case 401:
      return "API_KEY_INVALID";
    case 403:
      return "FORBIDDEN";
    case 404:
      return "SESSION_NOT_FOUND";
    case 410:
      return "SESSION_EXPIRED";
    case 429:
      return "RATE_LIMIT_EXCEEDED";
    case 503:
      return "SERVICE_UNAVAILABLE";
    default:
      return status >= 500 ? "INTERNAL_ERROR" : "INVALID_REQUEST";
  }
}

SandboxAnswer *
sandbox_answer_new_error (guint status, const gchar * code,
    const gchar * message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gboolean retryable;

  if (!code)
    code = usual_code (status);
  retryable = status >= 500 || g_str_equal (code, "RATE_LIMIT_EXCEEDED");

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "error");
  json_builder_add_string_value (builder, code);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, message);
  json_builder_set_member_name (builder, "retryable");
  json_builder_add_boolean_value (builder, retryable);
  json_builder_end_object (builder);
  return sandbox_answer_new (status, json_builder_get_root (builder));
}

SandboxAnswer *
sandbox_answer_new_storage_error (guint status, const gchar * code,
    const gchar * message)
{
  SandboxAnswer *answer = sandbox_answer_new (status, NULL);
  gchar *xml;

  xml = g_markup_printf_escaped ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message);
  answer->body = g_bytes_new_take (xml, strlen (xml));
  answer->content_type = "application/xml";
  return answer;
}

static JsonNode *give_wrong_types (JsonNode * node);

static void
give_member_wrong_types (JsonObject * object, const gchar * name,
    JsonNode * node, gpointer user_data G_GNUC_UNUSED)
{
  json_object_set_member (object, name, give_wrong_types (node));
}

static JsonNode *
give_wrong_types (JsonNode * node)
{
  JsonNode *other;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    other = json_node_copy (node);
    json_object_foreach_member (json_node_get_object (other),
        give_member_wrong_types, NULL);
    return other;
  }
  other = json_node_alloc ();
  if (JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_init_int (other, 7);
  return json_node_init_string (other, "7");
}

static void
set_bytes (SandboxAnswer * answer, GBytes * bytes)
{
  g_clear_pointer (&answer->json, json_node_unref);
  g_clear_pointer (&answer->body, g_bytes_unref);
  answer->body = g_bytes_ref (bytes);
}

void
sandbox_answer_apply_fault (SandboxAnswer * answer, const SandboxFault * fault)
{
  guint i;

  if (fault->wrong_types && answer->json) {
    JsonNode *other = give_wrong_types (answer->json);

    json_node_unref (answer->json);
    answer->json = other;
  }
  if (fault->body)
    set_bytes (answer, fault->body);
  if (fault->type)
    answer->content_type = fault->type;
  for (i = 0; i < fault->headers->len; i += 2)
    add_header (answer, fault->headers->pdata[i], fault->headers->pdata[i + 1]);
  answer->delay_ms += fault->delay_ms;
}

GBytes *
sandbox_answer_get_bytes (const SandboxAnswer * answer)
{
  gchar *text;

  if (answer->body)
    return g_bytes_ref (answer->body);
  if (!answer->json)
    return g_bytes_new (NULL, 0);
  text = json_to_string (answer->json, FALSE);
  return g_bytes_new_take (text, strlen (text));
}
