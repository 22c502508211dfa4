/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * VitalsSandbox: the services on loopback, real HTTP, in a thread of its own.
 * Linked statically into the vitals command and into the tests.
 */
typedef struct _VitalsSandbox VitalsSandbox;

/* Which of the two shapes the VitalLens routes answer in. */
typedef enum
{
  VITALS_LENS_SHAPE_2026,
  VITALS_LENS_SHAPE_DOCUMENTED
} VitalsLensShape;

typedef struct
{
  guint port;                   /* 0: any free one */
  guint api;                    /* 1: older pages, 3: newer; see the protocol */
  gboolean persist;             /* api 1: the account has PERSIST_VITALS */
  const gchar *listen_address;  /* numeric; NULL: 127.0.0.1 only */
  const gchar *tls_cert;        /* PEM files, or NULL: http */
  const gchar *tls_key;
  const gchar *keep_dir;        /* a folder: uploaded payloads are kept
                                   there, or NULL */
  guint processing_ms;          /* how long a result takes; 0: at once */
  gint64 quota;                 /* live scans until QUOTA_EXCEEDED, -1: none */
  VitalsLensShape lens_shape;
} VitalsSandboxOptions;

/* A zeroed struct with api = 3 and quota = -1. */
#define VITALS_SANDBOX_OPTIONS_INIT { .api = 3, .quota = -1 }

/* Keys that it takes; every other gets 401. */
#define VITALS_SANDBOX_TEST_KEY "ck_test_sandbox"
#define VITALS_SANDBOX_LIVE_KEY "ck_live_sandbox"
/* Of the VitalLens routes; every other gets 403. */
#define VITALS_SANDBOX_VITALLENS_KEY "vitallens_sandbox"

/* Starts serving. */
VitalsSandbox *vitals_sandbox_new (const VitalsSandboxOptions * options,
    GError ** error);
/* Stops serving (open connections are cut) and joins its thread. */
void vitals_sandbox_free (VitalsSandbox * sandbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsSandbox, vitals_sandbox_free)
/* "http://127.0.0.1:PORT" */
const gchar *vitals_sandbox_get_url (VitalsSandbox * sandbox);

/*
 * Faults, also those of `vitals sandbox --fault SPEC`:
 *
 *   ROUTE[#N|#N-M|#N-]:ACTION[,ACTION...]
 *
 * ROUTE is start, upload, complete, result, model, file, stream or any; #N the
 * Nth request of that route since the sandbox started (1 is the first; none:
 * every one). ACTION:
 *   status=CODE          answer with this status instead of doing the work
 *   work                 with a status: do the work all the same
 *   code=TEXT            error code of the body that goes with status
 *   header=NAME=VALUE    added to the answer ("header=Retry-After=1")
 *   body=TEXT            this body (no commas), instead of the usual one
 *   body-file=PATH       the same, from a file
 *   type=MIME            its content type
 *   delay=MS             wait before answering
 *   reset                close the connection without an answer
 *   reset-after=BYTES    close it after so many bytes of the request's body
 *   stall                never answer
 *   stall-after=BYTES    answer headers, so many body bytes, then nothing
 *   stall-read           read no more of the request's body
 *   truncate=BYTES       announce the whole body, send so much, close
 *   oversize=BYTES       a JSON body of so many bytes
 *   nested=N             a JSON body of N open brackets
 *   wrong-types          every number, string, boolean and array of the usual
 *                        body gets another JSON type
 *   redirect=URL         307
 *   expired              the session has expired
 *   failed[=TEXT]        processing failed
 *   never                the result stays "processing"
 *   fallback             the vitals are fallback vitals, confidence 0
 *   work-then-reset      do the work (a start is accepted), then reset
 *   close                answer, then close the kept-alive connection
 *   close-idle           answer keep-alive, but the next request on the
 *                        connection gets a reset: it went stale unseen
 *
 * Of several faults that match a request, the last added counts.
 */
gboolean vitals_sandbox_add_fault (VitalsSandbox * sandbox,
    const gchar * spec, GError ** error);
void vitals_sandbox_clear_faults (VitalsSandbox * sandbox);

/* Requests of a route so far ("start", "upload", "complete", "result", "model",
 * "file", "stream"), counted when their head was read. A result asked in the
 * way of the other API generation counts, too. */
guint vitals_sandbox_get_count (VitalsSandbox * sandbox,
    const gchar * route);
/* Starts that were accepted: what would have been paid. */
guint vitals_sandbox_get_scans (VitalsSandbox * sandbox);
/* Uploads under way right now. */
guint vitals_sandbox_get_active_uploads (VitalsSandbox * sandbox);
/* Body of the Nth accepted upload (from 0), or NULL: the latest 64 MiB of
 * uploads are kept. (transfer full) */
GBytes *vitals_sandbox_get_upload (VitalsSandbox * sandbox, guint index);
/* A header of the last request of a route, or NULL. (transfer full) */
gchar *vitals_sandbox_get_last_header (VitalsSandbox * sandbox,
    const gchar * route, const gchar * name);
/* The body of the last request of a route, or NULL. (transfer full) */
GBytes *vitals_sandbox_get_last_body (VitalsSandbox * sandbox,
    const gchar * route);
/* Blocks until @route was asked @count times or @timeout_ms passed. */
gboolean vitals_sandbox_wait_count (VitalsSandbox * sandbox,
    const gchar * route, guint count, guint timeout_ms);

G_END_DECLS
