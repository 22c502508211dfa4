/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <vitals/client/vitals-service-errors-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

/* A text of the service is quoted up to this many characters. */
#define MAX_TEXT 300
/* The body of an error is read up to this. */
#define MAX_BODY (1024 * 1024)
/* s: no service is away for longer than a day, and its time in ns must fit. */
#define MAX_RETRY_AFTER (24 * 60 * 60)

/* What the service calls it, and what a person can do about it. */
static const struct
{
  const gchar *service_code;
  VitalsError code;
  gboolean retryable;
} codes[] = {
  {"INVALID_REQUEST", VITALS_ERROR_INVALID_REQUEST, FALSE},
  {"VERIFICATION_TOKEN_INVALID", VITALS_ERROR_INVALID_REQUEST, FALSE},
  {"API_KEY_INVALID", VITALS_ERROR_UNAUTHORIZED, FALSE},
  {"UNAUTHORIZED", VITALS_ERROR_UNAUTHORIZED, FALSE},
  {"FORBIDDEN", VITALS_ERROR_FORBIDDEN, FALSE},
  {"DEVELOPER_PENDING", VITALS_ERROR_FORBIDDEN, FALSE},
  {"DEVELOPER_SUSPENDED", VITALS_ERROR_FORBIDDEN, FALSE},
  {"DEVELOPER_NOT_VERIFIED", VITALS_ERROR_FORBIDDEN, FALSE},
  {"DEVELOPER_NOT_FOUND", VITALS_ERROR_FORBIDDEN, FALSE},
  {"SESSION_NOT_FOUND", VITALS_ERROR_SESSION_NOT_FOUND, FALSE},
  {"SESSION_EXPIRED", VITALS_ERROR_SESSION_EXPIRED, FALSE},
  {"RATE_LIMIT_EXCEEDED", VITALS_ERROR_RATE_LIMITED, TRUE},
  {"QUOTA_EXCEEDED", VITALS_ERROR_QUOTA_EXCEEDED, FALSE}
};

static const gchar *
advice (VitalsError code)
{
  switch (code) {
    case VITALS_ERROR_UNAUTHORIZED:
      return "check the API key";
    case VITALS_ERROR_FORBIDDEN:
      return "check the state of the account that the API key belongs to";
    case VITALS_ERROR_QUOTA_EXCEEDED:
      return "nothing is left of what this account may use";
    case VITALS_ERROR_RATE_LIMITED:
      return "too many calls, try again later";
    case VITALS_ERROR_SERVICE_UNAVAILABLE:
      return "the service has a problem, try again later";
    case VITALS_ERROR_SESSION_EXPIRED:
      return "scan again";
    case VITALS_ERROR_SESSION_NOT_FOUND:
      return "check the session id and that the base URL is the right one";
    case VITALS_ERROR_INVALID_RESPONSE:
      return "check the base URL";
    default:
      return "check the request";
  }
}

/* When the body says nothing that is known. */
static VitalsError
code_of_status (guint status)
{
  switch (status) {
    case 401:
      return VITALS_ERROR_UNAUTHORIZED;
    case 403:
      return VITALS_ERROR_FORBIDDEN;
    case 404:
      return VITALS_ERROR_SESSION_NOT_FOUND;
    case 408:
      return VITALS_ERROR_SERVICE_UNAVAILABLE;
    case 429:
      return VITALS_ERROR_RATE_LIMITED;
  }
  if (status >= 500)
    return VITALS_ERROR_SERVICE_UNAVAILABLE;
  if (status >= 400)
    return VITALS_ERROR_INVALID_REQUEST;
  return VITALS_ERROR_INVALID_RESPONSE;
}

static VitalsError
find_code (const gchar * service_code, guint status, gboolean * retryable)
{
  VitalsError code = code_of_status (status);
  guint i;

  for (i = 0; service_code && i < G_N_ELEMENTS (codes); i++) {
    if (g_str_equal (codes[i].service_code, service_code)) {
      *retryable = codes[i].retryable;
      return codes[i].code;
    }
  }
  *retryable = code == VITALS_ERROR_SERVICE_UNAVAILABLE
      || code == VITALS_ERROR_RATE_LIMITED;
  return code;
}

/* The date of RFC 9110, as in "Sun, 06 Nov 1994 08:49:37 GMT".
 * Returns: (transfer full): NULL when it is none */
static GDateTime *
parse_http_date (const gchar * text)
{
  static const gchar months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  gchar month[4];
  const gchar *found;
  gint day, year, hour, minute, second;

  /* as many digits as the form has: longer ones overflow an int */
  if (sscanf (text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", &day,
          month, &year, &hour, &minute, &second) != 6)
    return NULL;
  found = strstr (months, month);
  if (!found || strlen (month) != 3 || (found - months) % 3)
    return NULL;
  return g_date_time_new_utc (year, (found - months) / 3 + 1, day, hour, minute,
      second);
}

/* Seconds, or a date. -1: neither. */
static gint64
parse_retry_after (const gchar * text)
{
  GDateTime *date;
  guint64 seconds;
  gint64 wait;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &seconds, NULL))
    return MIN (seconds, MAX_RETRY_AFTER);
  date = parse_http_date (text);
  if (!date)
    return -1;
  wait = g_date_time_to_unix (date) - g_get_real_time () / G_USEC_PER_SEC;
  g_date_time_unref (date);
  return CLAMP (wait, 0, MAX_RETRY_AFTER);
}

/* The key is looked for as the text is read, not in what is left of it: of a
 * key that lies across the end of a quote, the first part would stay. */
gchar *
vitals_service_quote (const gchar * text, const gchar * api_key)
{
  gsize key_length = strlen (api_key);
  GString *clean = g_string_new (NULL);
  const gchar *p = text;
  guint n;

  for (n = 0; *p && n < MAX_TEXT; n++) {
    gunichar c = g_utf8_get_char (p);

    if (key_length > 0 && strncmp (p, api_key, key_length) == 0) {
      g_string_append (clean, "(API key)");
      p += key_length;
      continue;
    }
    g_string_append_unichar (clean, g_unichar_isprint (c) ? c : ' ');
    p = g_utf8_next_char (p);
  }
  return g_string_free (clean, FALSE);
}

/* What an error body holds; members of the wrong type count as absent. */
typedef struct
{
  gchar *service_code;
  gchar *message;
  gboolean has_retryable, retryable;
  gint64 retry_after;
} ErrorBody;

static void
read_error_body (ErrorBody * read, GBytes * bytes, const gchar * api_key)
{
  JsonObject *object = vitals_json_parse_object (bytes,
      MAX_BODY, NULL);
  const gchar *text;
  JsonNode *node;
  gdouble seconds;

  if (!object)
    return;
  text = vitals_json_get_string (object, "error", NULL);
  if (text && *text)
    read->service_code = vitals_service_quote (text, api_key);
  text = vitals_json_get_string (object, "message", NULL);
  if (text && *text)
    read->message = vitals_service_quote (text, api_key);
  node = json_object_get_member (object, "retryable");
  read->has_retryable = node && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
  if (read->has_retryable)
    read->retryable = json_node_get_boolean (node);
  if (vitals_json_get_number (object, "retryAfter", &seconds, NULL)
      && seconds >= 0)
    read->retry_after = MIN (ceil (seconds), MAX_RETRY_AFTER);
  json_object_unref (object);
}

/* A service that has one status for "too fast" and "no credits left" tells
 * them apart in words only. */
static gboolean
is_out_of_credits (const ErrorBody * body, VitalsError code)
{
  gchar *text;
  gboolean credits;

  if (code != VITALS_ERROR_RATE_LIMITED || body->service_code || !body->message)
    return FALSE;
  text = g_utf8_strdown (body->message, -1);
  credits = strstr (text, "credit") || strstr (text, "quota")
      || strstr (text, "exhausted");
  g_free (text);
  return credits;
}

GError *
vitals_service_error_from_response (const VitalsResponse * response,
    const gchar * api_key)
{
  ErrorBody body = {.retry_after = -1 };
  const gchar *header = vitals_response_get_header (response, "retry-after");
  gint64 retry_after = header ? parse_retry_after (header) : -1;
  gboolean retryable;
  VitalsError code;
  GError *error;

  if (response->status >= 200 && response->status < 300)
    return NULL;

  read_error_body (&body, response->body, api_key);
  code = find_code (body.service_code, response->status, &retryable);
  if (is_out_of_credits (&body, code)) {
    code = VITALS_ERROR_QUOTA_EXCEEDED;
    retryable = FALSE;
  }
  /* a quota does not come back by asking again, whoever says so */
  if (body.has_retryable && code != VITALS_ERROR_QUOTA_EXCEEDED)
    retryable = body.retryable;
  if (retry_after >= 0)
    body.retry_after = retry_after;

  if (response->status < 400)
    error = vitals_error_new_service (code, body.service_code,
        response->status, FALSE, -1, "The service answered with status %u, "
        "which leads elsewhere: check the base URL", response->status);
  else
    error = vitals_error_new_service (code, body.service_code,
        response->status, retryable, body.retry_after,
        "The service answered %s (status %u)%s%s: %s",
        body.service_code ? body.service_code : "with an error",
        response->status, body.message ? ", " : "",
        body.message ? body.message : "", advice (code));
  g_free (body.service_code);
  g_free (body.message);
  return error;
}

GError *
vitals_service_error_map (GError * error, VitalsError code)
{
  GError *mapped;

  if (error->domain == VITALS_ERROR)
    return error;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    mapped = vitals_error_new (VITALS_ERROR_CANCELLED,
        "The call was cancelled");
  else
    mapped = vitals_error_new_service (code, NULL, 0, TRUE, -1, "%s",
        error->message);
  g_error_free (error);
  return mapped;
}
