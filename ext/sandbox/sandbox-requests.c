/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From the server's signals to an answer: the body is gathered within its
 * limit, the fault of the request is found and applied, and the answer goes out
 * by the server or, when the connection is to misbehave, by hand.
 */

#include <sys/socket.h>

#include "sandbox-vitallens-private.h"

#define REQUEST_KEY "vitals-sandbox-request"

SandboxRequest *
sandbox_request_ref (SandboxRequest * request)
{
  g_ref_count_inc (&request->ref_count);
  return request;
}

static void
end_active_upload (SandboxRequest * request)
{
  if (request->counted)
    sandbox_record_change_active_uploads (request->sandbox->record, -1);
  request->counted = FALSE;
}

void
sandbox_request_unref (SandboxRequest * request)
{
  if (!g_ref_count_dec (&request->ref_count))
    return;
  end_active_upload (request);
  g_clear_pointer (&request->fault, sandbox_fault_unref);
  g_clear_pointer (&request->body, g_byte_array_unref);
  g_free (request);
}

static SandboxRequest *
request_new (VitalsSandbox * sandbox, SandboxRoute route,
    SoupServerMessage * message)
{
  SandboxRequest *request = g_new0 (SandboxRequest, 1);
  guint occurrence;

  g_ref_count_init (&request->ref_count);
  request->sandbox = sandbox;
  request->route = route;
  request->body = g_byte_array_new ();
  if (route == SANDBOX_ROUTE_UPLOAD) {
    sandbox_record_change_active_uploads (sandbox->record, 1);
    request->counted = TRUE;
  }
  occurrence = sandbox_record_add_request (sandbox->record, route,
      soup_server_message_get_request_headers (message));
  request->fault = sandbox_find_fault (sandbox, route, occurrence);
  return request;
}

static SandboxCut
get_cut (const SandboxRequest * request)
{
  return request->fault ? request->fault->cut : SANDBOX_CUT_NONE;
}

static gboolean
is_vitallens (const SandboxRequest * request)
{
  return request->route == SANDBOX_ROUTE_MODEL
      || request->route == SANDBOX_ROUTE_FILE
      || request->route == SANDBOX_ROUTE_STREAM;
}

/* --- what is done later --- */

/* One thing to do with a paused message. */
typedef struct
{
  SandboxRequest *request;
  SoupServerMessage *message;
  SandboxAnswer *answer;        /* or NULL: only end is done */
  SandboxEnd end;
  GSource *source;
} Later;

static void
later_free (Later * later)
{
  sandbox_request_unref (later->request);
  g_object_unref (later->message);
  g_clear_pointer (&later->answer, sandbox_answer_free);
  g_free (later);
}

/* Pauses @message; @func is called with the Later after @delay_ms. */
static void
do_later (SandboxRequest * request, SoupServerMessage * message,
    SandboxAnswer * answer, SandboxEnd end, guint delay_ms, GSourceFunc func)
{
  Later *later = g_new0 (Later, 1);

  later->request = sandbox_request_ref (request);
  later->message = g_object_ref (message);
  later->answer = answer;
  later->end = end;
  later->source = g_timeout_source_new (delay_ms);
  g_source_set_callback (later->source, func, later,
      (GDestroyNotify) later_free);
  g_hash_table_add (request->sandbox->waiting, later->source);
  g_source_attach (later->source, request->sandbox->context);
  soup_server_message_pause (message);
}

static gboolean
cut_now (gpointer data)
{
  Later *later = data;

  sandbox_connection_take (later->request, later->message, NULL, later->end);
  g_hash_table_remove (later->request->sandbox->waiting, later->source);
  return G_SOURCE_REMOVE;
}

/* Never from inside a signal: the server still uses the message there. */
static void
cut_soon (SandboxRequest * request, SoupServerMessage * message, SandboxEnd end)
{
  if (request->cut)
    return;
  request->cut = TRUE;
  do_later (request, message, NULL, end, 0, cut_now);
}

/* --- answers by hand --- */

static GBytes *
make_head (const SandboxAnswer * answer, guint64 length)
{
  GString *head = g_string_new (NULL);
  guint i;

  g_string_append_printf (head, "HTTP/1.1 %u %s\r\n", answer->status,
      soup_status_get_phrase (answer->status));
  for (i = 0; i < answer->headers->len; i += 2)
    g_string_append_printf (head, "%s: %s\r\n",
        (gchar *) answer->headers->pdata[i],
        (gchar *) answer->headers->pdata[i + 1]);
  g_string_append_printf (head, "Content-Type: %s\r\n"
      "Content-Length: %" G_GUINT64_FORMAT "\r\n\r\n", answer->content_type,
      length);
  return g_string_free_to_bytes (head);
}

/* How the body differs from the usual one; @bytes without its head.
 * Returns: the length that the head announces */
static guint64
make_body (const SandboxFault * fault, const SandboxAnswer * answer,
    SandboxBytes * bytes)
{
  g_autoptr (GBytes) body = NULL;
  gsize length;

  if (fault->oversize > 0) {
    bytes->head = g_bytes_new_static ("{\"padding\":\"", 12);
    bytes->fill_byte = 'x';
    bytes->fill = fault->oversize - 14;
    bytes->tail = g_bytes_new_static ("\"}", 2);
    return fault->oversize;
  }
  if (fault->nested > 0) {
    bytes->fill_byte = '[';
    bytes->fill = fault->nested;
    return fault->nested;
  }
  body = sandbox_answer_get_bytes (answer);
  length = g_bytes_get_size (body);
  if (fault->cut == SANDBOX_CUT_TRUNCATE ||
      fault->cut == SANDBOX_CUT_STALL_AFTER)
    bytes->tail = g_bytes_new_from_bytes (body, 0,
        MIN (length, fault->cut_bytes));
  else
    bytes->tail = g_bytes_ref (body);
  return length;
}

static SandboxEnd
find_end (SandboxCut cut)
{
  switch (cut) {
    case SANDBOX_CUT_STALL_AFTER:
      return SANDBOX_END_HOLD;
    case SANDBOX_CUT_CLOSE_IDLE:
      return SANDBOX_END_RESET_ON_DATA;
    case SANDBOX_CUT_WORK_THEN_RESET:
      return SANDBOX_END_RESET;
    default:
      return SANDBOX_END_CLOSE;
  }
}

static gboolean
is_by_hand (const SandboxFault * fault)
{
  if (!fault)
    return FALSE;
  return fault->oversize > 0 || fault->nested > 0 ||
      fault->cut == SANDBOX_CUT_STALL_AFTER ||
      fault->cut == SANDBOX_CUT_TRUNCATE ||
      fault->cut == SANDBOX_CUT_WORK_THEN_RESET ||
      fault->cut == SANDBOX_CUT_CLOSE_IDLE;
}

static void
send_by_hand (SandboxRequest * request, SoupServerMessage * message,
    SandboxAnswer * answer)
{
  const SandboxFault *fault = request->fault;
  SandboxBytes bytes = { NULL, };
  g_autoptr (GByteArray) start = NULL;
  g_autoptr (GBytes) head = NULL;
  guint64 length;

  if (fault->cut == SANDBOX_CUT_WORK_THEN_RESET) {
    sandbox_connection_take (request, message, NULL, SANDBOX_END_RESET);
    return;
  }
  length = make_body (fault, answer, &bytes);
  head = make_head (answer, length);
  start = g_byte_array_new ();
  g_byte_array_append (start, g_bytes_get_data (head, NULL),
      g_bytes_get_size (head));
  if (bytes.head) {
    g_byte_array_append (start, g_bytes_get_data (bytes.head, NULL),
        g_bytes_get_size (bytes.head));
    g_bytes_unref (bytes.head);
  }
  bytes.head = g_byte_array_free_to_bytes (g_steal_pointer (&start));
  sandbox_connection_take (request, message, &bytes, find_end (fault->cut));
}

/* --- answers by the server --- */

static void
send_by_server (SandboxRequest * request, SoupServerMessage * message,
    SandboxAnswer * answer)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  g_autoptr (GBytes) body = sandbox_answer_get_bytes (answer);
  guint i;

  end_active_upload (request);
  if (is_vitallens (request))
    sandbox_vitallens_allow_origin (headers);
  soup_server_message_set_status (message, answer->status, NULL);
  for (i = 0; i < answer->headers->len; i += 2)
    soup_message_headers_append (headers, answer->headers->pdata[i],
        answer->headers->pdata[i + 1]);
  if (get_cut (request) == SANDBOX_CUT_CLOSE)
    soup_message_headers_append (headers, "Connection", "close");
  if (g_bytes_get_size (body) > 0) {
    soup_message_headers_set_content_type (headers, answer->content_type, NULL);
    soup_message_body_append_bytes (soup_server_message_get_response_body
        (message), body);
  }
}

static gboolean
send_now (gpointer data)
{
  Later *later = data;

  if (is_by_hand (later->request->fault)) {
    send_by_hand (later->request, later->message, later->answer);
  } else {
    send_by_server (later->request, later->message, later->answer);
    soup_server_message_unpause (later->message);
  }
  g_hash_table_remove (later->request->sandbox->waiting, later->source);
  return G_SOURCE_REMOVE;
}

/* @answer: (transfer full) */
static void
send_answer (SandboxRequest * request, SoupServerMessage * message,
    SandboxAnswer * answer)
{
  if (answer->delay_ms == 0 && !is_by_hand (request->fault)) {
    send_by_server (request, message, answer);
    sandbox_answer_free (answer);
    return;
  }
  do_later (request, message, answer, SANDBOX_END_CLOSE, answer->delay_ms,
      send_now);
}

/* --- the server's signals --- */

static SandboxAnswer *
make_fault_answer (const SandboxRequest * request)
{
  const SandboxFault *fault = request->fault;

  if (fault->status < 400)
    return sandbox_answer_new (fault->status, NULL);
  if (request->route == SANDBOX_ROUTE_UPLOAD)
    return sandbox_answer_new_storage_error (fault->status,
        fault->code ? fault->code : "InternalError", "As the fault says.");
  if (is_vitallens (request))
    return sandbox_lens_refuse (fault->status, "%s",
        fault->code ? fault->code : "As the fault says.");
  return sandbox_answer_new_error (fault->status, fault->code,
      "As the fault says.");
}

/* Does the work. @body: (nullable), when it was too large */
static SandboxAnswer *
make_usual_answer (SandboxRequest * request, SoupServerMessage * message,
    GBytes * body)
{
  if (!body)
    return sandbox_answer_new_storage_error (413, "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed size");
  if (is_vitallens (request))
    return sandbox_vitallens_answer (request, message, body);
  return sandbox_circadify_answer (request, message, body);
}

static SandboxAnswer *
make_answer (SandboxRequest * request, SoupServerMessage * message)
{
  const SandboxFault *fault = request->fault;
  g_autoptr (GBytes) body = NULL;
  SandboxAnswer *answer = NULL;

  if (request->body) {
    body = g_byte_array_free_to_bytes (g_steal_pointer (&request->body));
    sandbox_record_set_body (request->sandbox->record, request->route, body);
  }
  if (!fault || !fault->status || fault->work)
    answer = make_usual_answer (request, message, body);
  if (fault && fault->status) {
    g_clear_pointer (&answer, sandbox_answer_free);
    answer = make_fault_answer (request);
  }
  if (fault)
    sandbox_answer_apply_fault (answer, fault);
  return answer;
}

static void
got_chunk (SoupServerMessage * message, GBytes * chunk, gpointer data)
{
  SandboxRequest *request = data;
  gsize size = g_bytes_get_size (chunk);

  request->received += size;
  if (get_cut (request) == SANDBOX_CUT_RESET_AFTER &&
      request->received >= request->fault->cut_bytes) {
    cut_soon (request, message, SANDBOX_END_RESET);
    return;
  }
  if (request->received > SANDBOX_MAX_BODY_BYTES)
    g_clear_pointer (&request->body, g_byte_array_unref);
  if (request->body)
    g_byte_array_append (request->body, g_bytes_get_data (chunk, NULL), size);
}

static gboolean
peer_did_something (GSocket * socket, GIOCondition condition G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  gchar byte;

  if (!g_socket_is_closed (socket) &&
      recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
    g_socket_close (socket, NULL);
  return G_SOURCE_REMOVE;
}

/* The server of libsoup 3.2 keeps the socket of a kept-alive connection that
 * its peer closed: thousands of scans would use up the file descriptors. */
static void
close_with_peer (SoupServerMessage * message, gpointer data)
{
  VitalsSandbox *sandbox = data;
  GSocket *socket = soup_server_message_get_socket (message);
  GSource *source;

  if (!socket || g_socket_is_closed (socket))
    return;
  source = g_socket_create_source (socket, G_IO_IN | G_IO_HUP, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (peer_did_something), NULL,
      NULL);
  g_source_attach (source, sandbox->context);
  g_source_unref (source);
}

/* The head was read. */
static void
begin_request (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path, GHashTable * query G_GNUC_UNUSED, gpointer data)
{
  VitalsSandbox *sandbox = data;
  const gchar *method = soup_server_message_get_method (message);
  SandboxRoute route = sandbox_circadify_route (method, path);
  SandboxRequest *request;

  g_signal_connect (message, "finished", G_CALLBACK (close_with_peer), sandbox);
  if (route == SANDBOX_ROUTE_NONE)
    route = sandbox_vitallens_route (method, path);
  if (route == SANDBOX_ROUTE_NONE)
    return;
  request = request_new (sandbox, route, message);
  g_object_set_data_full (G_OBJECT (message), REQUEST_KEY, request,
      (GDestroyNotify) sandbox_request_unref);
  soup_message_body_set_accumulate (soup_server_message_get_request_body
      (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk), request);
  if (get_cut (request) == SANDBOX_CUT_STALL_READ)
    cut_soon (request, message, SANDBOX_END_HOLD_UNREAD);
}

/* The body was read. */
static void
answer_request (SoupServer * server G_GNUC_UNUSED, SoupServerMessage * message,
    const gchar * path, GHashTable * query G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
  static const gchar no_route[] = "{\"error\":\"NOT_FOUND\","
      "\"message\":\"No such route.\",\"retryable\":false}";
  SandboxRequest *request = g_object_get_data (G_OBJECT (message), REQUEST_KEY);

  if (sandbox_vitallens_is_preflight (soup_server_message_get_method (message),
          path)) {
    sandbox_vitallens_allow_origin (soup_server_message_get_response_headers
        (message));
    soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
    return;
  }
  if (!request) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
    soup_server_message_set_response (message, "application/json",
        SOUP_MEMORY_STATIC, no_route, strlen (no_route));
    return;
  }
  switch (get_cut (request)) {
    case SANDBOX_CUT_RESET:
    case SANDBOX_CUT_RESET_AFTER:
      cut_soon (request, message, SANDBOX_END_RESET);
      break;
    case SANDBOX_CUT_STALL:
      cut_soon (request, message, SANDBOX_END_HOLD);
      break;
    default:
      send_answer (request, message, make_answer (request, message));
      break;
  }
}

void
sandbox_requests_serve (VitalsSandbox * sandbox)
{
  soup_server_add_early_handler (sandbox->server, NULL, begin_request, sandbox,
      NULL);
  soup_server_add_handler (sandbox->server, NULL, answer_request, sandbox,
      NULL);
}
