/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "vitals-sandbox.h"

G_BEGIN_DECLS

/* A larger upload is refused: a payload is about 45 MB at most. */
#define SANDBOX_MAX_BODY_BYTES (64 * 1024 * 1024)
/* Accepted uploads stay readable until all of them hold more than this. */
#define SANDBOX_KEPT_UPLOAD_BYTES (64 * 1024 * 1024)
/* More sessions push out the oldest. */
#define SANDBOX_MAX_SESSIONS 1024

typedef enum
{
  SANDBOX_ROUTE_START,
  SANDBOX_ROUTE_UPLOAD,
  SANDBOX_ROUTE_COMPLETE,
  SANDBOX_ROUTE_RESULT,
  SANDBOX_ROUTE_MODEL,
  SANDBOX_ROUTE_FILE,
  SANDBOX_ROUTE_STREAM,
  SANDBOX_N_ROUTES,
  SANDBOX_ROUTE_ANY,            /* of a fault only */
  SANDBOX_ROUTE_NONE
} SandboxRoute;

/* SANDBOX_ROUTE_NONE for a name that is no route. */
SandboxRoute sandbox_route_from_name (const gchar * name);

/* --- faults --- */

/* What is done to the connection. */
typedef enum
{
  SANDBOX_CUT_NONE,
  SANDBOX_CUT_RESET,            /* instead of the work */
  SANDBOX_CUT_RESET_AFTER,      /* bytes of the request's body */
  SANDBOX_CUT_STALL,
  SANDBOX_CUT_STALL_READ,
  SANDBOX_CUT_WORK_THEN_RESET,
  SANDBOX_CUT_STALL_AFTER,      /* bytes of the answer's body */
  SANDBOX_CUT_TRUNCATE,         /* bytes of the answer's body */
  SANDBOX_CUT_CLOSE,
  SANDBOX_CUT_CLOSE_IDLE
} SandboxCut;

/* What becomes of the session in the answer. */
typedef enum
{
  SANDBOX_OUTCOME_USUAL,
  SANDBOX_OUTCOME_EXPIRED,
  SANDBOX_OUTCOME_FAILED,
  SANDBOX_OUTCOME_NEVER,
  SANDBOX_OUTCOME_FALLBACK
} SandboxOutcome;

/* One parsed SPEC: immutable, counted. */
typedef struct
{
  SandboxRoute route;
  guint first, last;            /* occurrences, from 1 */

  guint status;                 /* in place of the work; 0: no */
  gboolean work;                /* do the work all the same */
  gchar *code;
  GPtrArray *headers;           /* name, value, name, value ... */
  GBytes *body;
  gchar *type;
  guint delay_ms;
  SandboxCut cut;
  guint64 cut_bytes;
  guint64 oversize;             /* 0: no */
  guint64 nested;               /* 0: no */
  gboolean wrong_types;
  SandboxOutcome outcome;
  gchar *failure;               /* message of SANDBOX_OUTCOME_FAILED */
} SandboxFault;

SandboxFault *sandbox_fault_parse (const gchar * spec, GError ** error);
SandboxFault *sandbox_fault_ref (SandboxFault * fault);
void sandbox_fault_unref (SandboxFault * fault);
gboolean sandbox_fault_matches (const SandboxFault * fault, SandboxRoute route,
    guint occurrence);

/* --- answers --- */

typedef struct
{
  guint status;
  GPtrArray *headers;           /* name, value, name, value ... */
  const gchar *content_type;    /* static, or of the fault */
  JsonNode *json;               /* or */
  GBytes *body;
  guint delay_ms;
} SandboxAnswer;

/* @json: (transfer full) (nullable) */
SandboxAnswer *sandbox_answer_new (guint status, JsonNode * json);
void sandbox_answer_free (SandboxAnswer * answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SandboxAnswer, sandbox_answer_free)
void sandbox_answer_add_number_header (SandboxAnswer * answer,
    const gchar * name, gint64 value);
/* The error body of the API. @code NULL: the usual one of @status. */
SandboxAnswer *sandbox_answer_new_error (guint status, const gchar * code,
    const gchar * message);
/* An error as object storage sends it. */
SandboxAnswer *sandbox_answer_new_storage_error (guint status,
    const gchar * code, const gchar * message);
/* Changes @answer as @fault says (all but connection faults). */
void sandbox_answer_apply_fault (SandboxAnswer * answer,
    const SandboxFault * fault);
/* The bytes of the body. (transfer full) */
GBytes *sandbox_answer_get_bytes (const SandboxAnswer * answer);

/* --- sessions (on the sandbox's thread only) --- */

typedef enum
{
  SANDBOX_SESSION_CREATED,
  SANDBOX_SESSION_UPLOADED,
  SANDBOX_SESSION_COMPLETING
} SandboxSessionState;

typedef struct
{
  gchar *id;
  gchar *token;                 /* of the upload path */
  gboolean live;                /* made with a live key */
  gint64 created;               /* Unix seconds */
  SandboxSessionState state;
  gint64 ready_time;            /* monotonic us: the result is there */
  gchar *failure;               /* live: why it cannot be measured, or NULL */
  JsonObject *vitals;           /* live: what was measured, or NULL */
  gint64 work_ms;               /* live: what measuring took */
} SandboxSession;

typedef struct _SandboxSessions SandboxSessions;

SandboxSessions *sandbox_sessions_new (void);
void sandbox_sessions_free (SandboxSessions * sessions);
/* All (transfer none); a session lives until it is pushed out. */
SandboxSession *sandbox_sessions_add (SandboxSessions * sessions,
    gboolean live);
SandboxSession *sandbox_sessions_find (SandboxSessions * sessions,
    const gchar * id);
SandboxSession *sandbox_sessions_find_token (SandboxSessions * sessions,
    const gchar * token);
/* Sessions and their upload URLs are valid for 15 minutes. */
gint64 sandbox_session_get_expiry (const SandboxSession * session);
gboolean sandbox_session_is_expired (const SandboxSession * session);

/* Measures in a live session's payload what can be measured; nothing is ever
 * invented for it. */
void sandbox_measure_session (SandboxSession * session, GBytes * payload);

/* --- the record of what was asked (any thread) --- */

typedef struct _SandboxRecord SandboxRecord;

SandboxRecord *sandbox_record_new (void);
void sandbox_record_free (SandboxRecord * record);
/* Counts a request when its head was read. Returns: its number, from 1 */
guint sandbox_record_add_request (SandboxRecord * record,
    SandboxRoute route, SoupMessageHeaders * headers);
void sandbox_record_set_body (SandboxRecord * record, SandboxRoute route,
    GBytes * body);
void sandbox_record_add_upload (SandboxRecord * record, GBytes * body);
void sandbox_record_add_scan (SandboxRecord * record);
void sandbox_record_change_active_uploads (SandboxRecord * record,
    gint change);
guint sandbox_record_get_count (SandboxRecord * record,
    SandboxRoute route);
gboolean sandbox_record_wait_count (SandboxRecord * record,
    SandboxRoute route, guint count, guint timeout_ms);
guint sandbox_record_get_scans (SandboxRecord * record);
guint sandbox_record_get_active_uploads (SandboxRecord * record);
GBytes *sandbox_record_get_upload (SandboxRecord * record, guint index);
gchar *sandbox_record_get_header (SandboxRecord * record,
    SandboxRoute route, const gchar * name);
GBytes *sandbox_record_get_body (SandboxRecord * record,
    SandboxRoute route);

/* --- the service --- */

/*
 * The thread owns everything but what the lock guards. `record` has a lock of
 * its own, which is never taken together with this one.
 */
struct _VitalsSandbox
{
  /* set before the thread starts serving, then constant */
  guint api;
  gboolean persist;
  gchar *listen_address;
  guint port;
  gchar *keep_dir;
  guint processing_ms;
  gint64 quota;
  VitalsLensShape lens_shape;
  GTlsCertificate *certificate;
  gchar *url;
  SandboxRecord *record;
  GMainContext *context;
  GThread *thread;

  /* the thread's */
  SoupServer *server;
  SandboxSessions *sessions;
  guint live_scans;             /* counted against the quota */
  gint64 rate_start;            /* Unix seconds; api 1 */
  guint rate_calls;
  GHashTable *waiting;          /* set of GSource: answers that wait */
  GHashTable *connections;      /* set of SandboxConnection */

  GMutex lock;
  GCond cond;
  gboolean started;             /* guarded by lock */
  GError *start_error;          /* guarded by lock */
  gboolean stopping;            /* guarded by lock */
  GPtrArray *faults;            /* guarded by lock */
};

/* The last fault that was added for this request, or NULL. Any thread.
 * (transfer full) */
SandboxFault *sandbox_find_fault (VitalsSandbox * sandbox,
    SandboxRoute route, guint occurrence);

/* --- requests (on the sandbox's thread) --- */

typedef struct
{
  grefcount ref_count;
  VitalsSandbox *sandbox;
  SandboxRoute route;
  SandboxFault *fault;          /* or NULL */
  GByteArray *body;             /* NULL once it grew too large */
  guint64 received;             /* bytes of the body */
  gboolean cut;                 /* the connection is being taken away */
  gboolean counted;             /* among the active uploads */
} SandboxRequest;

SandboxRequest *sandbox_request_ref (SandboxRequest * request);
void sandbox_request_unref (SandboxRequest * request);
/* Hooks the handlers into the server. */
void sandbox_requests_serve (VitalsSandbox * sandbox);

/* The Circadify routes. */
SandboxRoute sandbox_circadify_route (const gchar * method,
    const gchar * path);
SandboxAnswer *sandbox_circadify_answer (SandboxRequest * request,
    SoupServerMessage * message, GBytes * body);

/* The VitalLens routes. */
SandboxRoute sandbox_vitallens_route (const gchar * method,
    const gchar * path);
SandboxAnswer *sandbox_vitallens_answer (SandboxRequest * request,
    SoupServerMessage * message, GBytes * body);
/* What a browser asks before it sends a key to another origin, and what it
 * wants to be told with every answer. */
gboolean sandbox_vitallens_is_preflight (const gchar * method,
    const gchar * path);
void sandbox_vitallens_allow_origin (SoupMessageHeaders * headers);

/* --- the JSON of the Circadify routes --- */

/* @object: (transfer full). An answer with status 200. */
SandboxAnswer *sandbox_answer_new_object (JsonObject * object);
/* ISO 8601, of Unix seconds. */
void sandbox_json_add_time (JsonObject * object, const gchar * name,
    gint64 seconds);
/* Invented, and always the same: a test key measures nothing. */
JsonObject *sandbox_make_synthetic_vitals (void);
/* In the middle of the ranges of the fallback_config. */
JsonObject *sandbox_make_fallback_vitals (void);
JsonObject *sandbox_make_fallback_config (void);
/* Returns: what is wrong with the body of a start, or NULL */
const gchar *sandbox_check_start_body (GBytes * body);
/* Of the body of an upload-complete; NULL when it does not say it.
 * (transfer full) */
gchar *sandbox_read_session_id (GBytes * body);

/* --- connections that were taken from the server --- */

typedef enum
{
  SANDBOX_END_CLOSE,
  SANDBOX_END_RESET,            /* RST, not FIN */
  SANDBOX_END_HOLD,             /* until the peer closes */
  SANDBOX_END_HOLD_UNREAD,      /* the same, without reading from it */
  SANDBOX_END_RESET_ON_DATA     /* hold; the next byte gets an RST */
} SandboxEnd;

/* What to send before the end. */
typedef struct
{
  GBytes *head;                 /* or NULL */
  guint64 fill;                 /* so many times fill_byte */
  gchar fill_byte;
  GBytes *tail;                 /* or NULL */
} SandboxBytes;

typedef struct _SandboxConnection SandboxConnection;

/* Ends @connection soon, whatever it does. */
void sandbox_connection_cancel (SandboxConnection * connection);
/* Takes @message's connection, sends @bytes (contents transferred; NULL:
 * nothing), then does @end. Not from inside a signal of @message. */
void sandbox_connection_take (SandboxRequest * request,
    SoupServerMessage * message, const SandboxBytes * bytes, SandboxEnd end);

G_END_DECLS
