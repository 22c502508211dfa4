/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The routes of the Circadify service, in the two generations of its public
 * pages: docs/sandbox.md says what differs.
 */

#include "sandbox-private.h"

#define START_PATH "/sdk/session/start"
#define COMPLETE_PATH "/sdk/session/upload-complete"
#define SESSION_PATH "/sdk/session/"
#define OLD_RESULT_PATH "/sdk/session/result/"
#define NEW_RESULT_END "/result"
#define UPLOAD_PATH "/upload/"

/* api 1: calls an account may make in an hour (the largest of the plans that
 * the older pages list). */
#define CALLS_PER_HOUR 5000
#define HOUR_SECONDS 3600

typedef enum
{
  KEY_UNKNOWN,
  KEY_TEST,
  KEY_LIVE
} Key;

static gboolean
is_new_result_path (const gchar * path)
{
  return g_str_has_prefix (path, SESSION_PATH) &&
      g_str_has_suffix (path, NEW_RESULT_END) &&
      strlen (path) > strlen (SESSION_PATH NEW_RESULT_END);
}

SandboxRoute
sandbox_circadify_route (const gchar * method, const gchar * path)
{
  if (g_str_equal (method, "PUT") && g_str_has_prefix (path, UPLOAD_PATH))
    return SANDBOX_ROUTE_UPLOAD;
  if (g_str_equal (method, "POST") && g_str_equal (path, START_PATH))
    return SANDBOX_ROUTE_START;
  if (g_str_equal (method, "POST") && g_str_equal (path, COMPLETE_PATH))
    return SANDBOX_ROUTE_COMPLETE;
  if (g_str_equal (method, "GET") && (is_new_result_path (path) ||
          g_str_has_prefix (path, OLD_RESULT_PATH)))
    return SANDBOX_ROUTE_RESULT;
  return SANDBOX_ROUTE_NONE;
}

/* --- the key --- */

static Key
find_key (SoupServerMessage * message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);
  const gchar *key = soup_message_headers_get_one (headers, "X-API-Key");
  const gchar *bearer = soup_message_headers_get_one (headers,
      "Authorization");

  if (!key && bearer && g_str_has_prefix (bearer, "Bearer "))
    key = bearer + strlen ("Bearer ");
  if (g_strcmp0 (key, VITALS_SANDBOX_TEST_KEY) == 0)
    return KEY_TEST;
  if (g_strcmp0 (key, VITALS_SANDBOX_LIVE_KEY) == 0)
    return KEY_LIVE;
  return KEY_UNKNOWN;
}

static SandboxOutcome
get_outcome (const SandboxRequest * request)
{
  return request->fault ? request->fault->outcome : SANDBOX_OUTCOME_USUAL;
}

/* --- limits --- */

static gint64
usage_remaining (VitalsSandbox * sandbox)
{
  return sandbox->quota - MIN (sandbox->quota, sandbox->live_scans);
}

static void
add_limit_headers (VitalsSandbox * sandbox, SandboxAnswer * answer)
{
  if (sandbox->api == 1) {
    sandbox_answer_add_number_header (answer, "X-RateLimit-Limit",
        CALLS_PER_HOUR);
    sandbox_answer_add_number_header (answer, "X-RateLimit-Remaining",
        CALLS_PER_HOUR - MIN (CALLS_PER_HOUR, sandbox->rate_calls));
    sandbox_answer_add_number_header (answer, "X-RateLimit-Reset",
        sandbox->rate_start + HOUR_SECONDS);
  }
  if (sandbox->quota >= 0) {
    sandbox_answer_add_number_header (answer, "X-Usage-Current",
        sandbox->live_scans);
    sandbox_answer_add_number_header (answer, "X-Usage-Limit", sandbox->quota);
    sandbox_answer_add_number_header (answer, "X-Usage-Remaining",
        usage_remaining (sandbox));
  }
}

/* Counts a call. Returns: the refusal when there were too many, or NULL */
static SandboxAnswer *
count_call (VitalsSandbox * sandbox)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  SandboxAnswer *answer;

  if (sandbox->api != 1)
    return NULL;
  if (now >= sandbox->rate_start + HOUR_SECONDS) {
    sandbox->rate_start = now;
    sandbox->rate_calls = 0;
  }
  if (sandbox->rate_calls < CALLS_PER_HOUR) {
    sandbox->rate_calls++;
    return NULL;
  }
  answer = sandbox_answer_new_error (429, "RATE_LIMIT_EXCEEDED",
      "Too many calls in this hour.");
  sandbox_answer_add_number_header (answer, "Retry-After",
      sandbox->rate_start + HOUR_SECONDS - now);
  return answer;
}

/* --- start --- */

/* On the address that the client used: it can reach it. */
static gchar *
make_upload_url (SandboxRequest * request, SoupServerMessage * message,
    const SandboxSession * session)
{
  GUri *uri = soup_server_message_get_uri (message);
  g_autofree gchar *path = g_strconcat (UPLOAD_PATH, session->token, NULL);

  return g_uri_join (G_URI_FLAGS_NONE,
      request->sandbox->certificate ? "https" : "http", NULL,
      g_uri_get_host (uri), g_uri_get_port (uri), path, NULL, NULL);
}

static SandboxAnswer *
answer_start (SandboxRequest * request, SoupServerMessage * message, Key key,
    GBytes * body)
{
  VitalsSandbox *sandbox = request->sandbox;
  const gchar *wrong = sandbox_check_start_body (body);
  g_autofree gchar *upload_url = NULL;
  SandboxSession *session;
  JsonObject *object;

  if (wrong)
    return sandbox_answer_new_error (400, NULL, wrong);
  if (key == KEY_LIVE && sandbox->quota >= 0 && usage_remaining (sandbox) == 0)
    return sandbox_answer_new_error (429, "QUOTA_EXCEEDED",
        "No scans are left this month.");

  if (key == KEY_LIVE)
    sandbox->live_scans++;
  sandbox_record_add_scan (sandbox->record);
  session = sandbox_sessions_add (sandbox->sessions, key == KEY_LIVE);
  upload_url = make_upload_url (request, message, session);

  object = json_object_new ();
  json_object_set_string_member (object, "session_id", session->id);
  json_object_set_string_member (object, "upload_url", upload_url);
  if (sandbox->api == 1) {
    json_object_set_int_member (object, "expires_at",
        sandbox_session_get_expiry (session));
    json_object_set_object_member (object, "fallback_config",
        sandbox_make_fallback_config ());
  } else {
    json_object_set_string_member (object, "status", "pending");
    sandbox_json_add_time (object, "expires_at",
        sandbox_session_get_expiry (session));
  }
  return sandbox_answer_new_object (object);
}

/* --- upload --- */

static gboolean
keep_upload (VitalsSandbox * sandbox, const SandboxSession * session,
    GBytes * body, GError ** error)
{
  g_autofree gchar *name = g_strconcat (session->id, ".ckt", NULL);
  g_autofree gchar *path = g_build_filename (sandbox->keep_dir, name, NULL);
  gsize size;
  const gchar *data = g_bytes_get_data (body, &size);

  return g_file_set_contents_full (path, data ? data : "", size,
      G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static SandboxAnswer *
answer_upload (SandboxRequest * request, SoupServerMessage * message,
    GBytes * body)
{
  VitalsSandbox *sandbox = request->sandbox;
  const gchar *path = g_uri_get_path (soup_server_message_get_uri (message));
  SandboxSession *session = sandbox_sessions_find_token (sandbox->sessions,
      path + strlen (UPLOAD_PATH));
  g_autoptr (GError) error = NULL;

  if (!session || session->state == SANDBOX_SESSION_COMPLETING)
    return sandbox_answer_new_storage_error (403, "AccessDenied",
        "Access Denied");
  if (sandbox_session_is_expired (session) ||
      get_outcome (request) == SANDBOX_OUTCOME_EXPIRED)
    return sandbox_answer_new_storage_error (403, "AccessDenied",
        "Request has expired");
  if (soup_message_headers_get_encoding
      (soup_server_message_get_request_headers (message)) !=
      SOUP_ENCODING_CONTENT_LENGTH)
    return sandbox_answer_new_storage_error (411, "MissingContentLength",
        "You must provide the Content-Length HTTP header.");
  if (sandbox->keep_dir && !keep_upload (sandbox, session, body, &error))
    return sandbox_answer_new_storage_error (500, "InternalError",
        error->message);

  if (session->live)
    sandbox_measure_session (session, body);
  session->state = SANDBOX_SESSION_UPLOADED;
  sandbox_record_add_upload (sandbox->record, body);
  return sandbox_answer_new (200, NULL);
}

/* --- upload-complete and result --- */

static SandboxAnswer *
answer_status (const SandboxSession * session, const gchar * status)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "session_id", session->id);
  json_object_set_string_member (object, "status", status);
  return sandbox_answer_new_object (object);
}

static SandboxAnswer *
answer_failure (const SandboxSession * session, const gchar * message)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "session_id", session->id);
  json_object_set_string_member (object, "status", "failed");
  json_object_set_string_member (object, "error", "PROCESSING_FAILED");
  json_object_set_string_member (object, "message", message);
  return sandbox_answer_new_object (object);
}

/* (transfer full) */
static JsonObject *
get_vitals (const SandboxSession * session)
{
  return session->live ? json_object_ref (session->vitals) :
      sandbox_make_synthetic_vitals ();
}

/* @vitals: (transfer full) */
static SandboxAnswer *
answer_vitals (const SandboxRequest * request, const SandboxSession * session,
    JsonObject * vitals)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "session_id", session->id);
  json_object_set_string_member (object, "status", "completed");
  sandbox_json_add_time (object, "completed_at",
      g_get_real_time () / G_USEC_PER_SEC);
  json_object_set_int_member (object, "processing_time_ms",
      request->sandbox->processing_ms + session->work_ms);
  json_object_set_object_member (object, "vitals", vitals);
  return sandbox_answer_new_object (object);
}

/* What the session has come to, once it was processed. */
static SandboxAnswer *
answer_outcome (const SandboxRequest * request, const SandboxSession * session)
{
  switch (get_outcome (request)) {
    case SANDBOX_OUTCOME_EXPIRED:
      return answer_status (session, "expired");
    case SANDBOX_OUTCOME_FAILED:
      return answer_failure (session, request->fault->failure);
    case SANDBOX_OUTCOME_NEVER:
      return answer_status (session, "processing");
    case SANDBOX_OUTCOME_FALLBACK:
      return answer_vitals (request, session, sandbox_make_fallback_vitals ());
    case SANDBOX_OUTCOME_USUAL:
      break;
  }
  if (session->failure)
    return answer_failure (session, session->failure);
  return answer_vitals (request, session, get_vitals (session));
}

static SandboxAnswer *
answer_expired (void)
{
  return sandbox_answer_new_error (410, "SESSION_EXPIRED",
      "The session has expired.");
}

/* A session of this key; else NULL and @refusal. */
static SandboxSession *
find_session (SandboxRequest * request, Key key, const gchar * id,
    SandboxAnswer ** refusal)
{
  SandboxSession *session = sandbox_sessions_find (request->sandbox->sessions,
      id);

  if (!session || session->live != (key == KEY_LIVE)) {
    *refusal = sandbox_answer_new_error (404, "SESSION_NOT_FOUND",
        "There is no such session.");
    return NULL;
  }
  if (session->state != SANDBOX_SESSION_COMPLETING &&
      sandbox_session_is_expired (session)) {
    *refusal = answer_expired ();
    return NULL;
  }
  return session;
}

static void
begin_processing (VitalsSandbox * sandbox, SandboxSession * session)
{
  if (session->state == SANDBOX_SESSION_COMPLETING)
    return;
  session->state = SANDBOX_SESSION_COMPLETING;
  session->ready_time = g_get_monotonic_time () +
      sandbox->processing_ms * G_TIME_SPAN_MILLISECOND;
}

static SandboxAnswer *
answer_complete (SandboxRequest * request, Key key, GBytes * body)
{
  g_autofree gchar *id = sandbox_read_session_id (body);
  SandboxAnswer *answer = NULL;
  SandboxSession *session;

  if (!id)
    return sandbox_answer_new_error (400, NULL,
        "The body must be {\"session_id\": \"...\"}.");
  session = find_session (request, key, id, &answer);
  if (!session)
    return answer;
  if (get_outcome (request) == SANDBOX_OUTCOME_EXPIRED)
    return answer_expired ();
  if (session->state == SANDBOX_SESSION_CREATED)
    return sandbox_answer_new_error (400, NULL,
        "Nothing was uploaded for this session.");

  begin_processing (request->sandbox, session);
  if (request->sandbox->api != 1 &&
      get_outcome (request) != SANDBOX_OUTCOME_FAILED)
    return answer_status (session, "processing");
  answer = answer_outcome (request, session);
  answer->delay_ms = request->sandbox->processing_ms;
  return answer;
}

/* (transfer full), NULL when this generation has no such route */
static gchar *
get_result_id (const VitalsSandbox * sandbox, const gchar * path)
{
  const gchar *id;

  if (sandbox->api == 1) {
    if (!sandbox->persist || !g_str_has_prefix (path, OLD_RESULT_PATH))
      return NULL;
    return g_strdup (path + strlen (OLD_RESULT_PATH));
  }
  if (!is_new_result_path (path))
    return NULL;
  id = path + strlen (SESSION_PATH);
  return g_strndup (id, strlen (id) - strlen (NEW_RESULT_END));
}

static SandboxAnswer *
answer_result (SandboxRequest * request, Key key, const gchar * path)
{
  g_autofree gchar *id = get_result_id (request->sandbox, path);
  SandboxAnswer *answer = NULL;
  SandboxSession *session;

  if (!id)
    return sandbox_answer_new_error (404, "NOT_FOUND", "No such route.");
  session = find_session (request, key, id, &answer);
  if (!session)
    return answer;
  if (get_outcome (request) != SANDBOX_OUTCOME_USUAL)
    return answer_outcome (request, session);
  if (session->state != SANDBOX_SESSION_COMPLETING)
    return answer_status (session,
        session->state == SANDBOX_SESSION_CREATED ? "created" : "uploading");
  if (g_get_monotonic_time () < session->ready_time)
    return answer_status (session, "processing");
  return answer_outcome (request, session);
}

/* --- all of them --- */

static SandboxAnswer *
answer_call (SandboxRequest * request, SoupServerMessage * message,
    GBytes * body)
{
  const gchar *path = g_uri_get_path (soup_server_message_get_uri (message));
  Key key = find_key (message);
  SandboxAnswer *refusal;

  if (key == KEY_UNKNOWN)
    return sandbox_answer_new_error (401, "API_KEY_INVALID",
        "The sandbox does not know this key: it takes "
        VITALS_SANDBOX_TEST_KEY " and " VITALS_SANDBOX_LIVE_KEY ".");
  refusal = count_call (request->sandbox);
  if (refusal)
    return refusal;
  switch (request->route) {
    case SANDBOX_ROUTE_START:
      return answer_start (request, message, key, body);
    case SANDBOX_ROUTE_COMPLETE:
      return answer_complete (request, key, body);
    default:
      return answer_result (request, key, path);
  }
}

SandboxAnswer *
sandbox_circadify_answer (SandboxRequest * request, SoupServerMessage * message,
    GBytes * body)
{
  SandboxAnswer *answer;

  if (request->route == SANDBOX_ROUTE_UPLOAD)
    return answer_upload (request, message, body);
  answer = answer_call (request, message, body);
  add_limit_headers (request->sandbox, answer);
  return answer;
}
