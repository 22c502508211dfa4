/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * A client that sees what really happens on the wire: what was read, how the
 * connection ended. Blocking; fails the test when it waits over 20 s.
 */
typedef struct
{
  guint status;                 /* 0: no answer came */
  gchar *head;                  /* the head, as it came */
  GByteArray *body;             /* what came of the body */
  guint64 announced;            /* Content-Length, 0 without */
  gboolean closed;              /* the peer closed after (or in) the answer */
  GError *error;                /* of sending or reading, e.g. a reset */
} RawAnswer;

void raw_answer_free (RawAnswer * answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawAnswer, raw_answer_free)

/* Value of a header, NULL without. (transfer full) */
gchar *raw_answer_get_header (const RawAnswer * answer, const gchar * name);
/* The body as a JSON object; fails the test when it is none. (transfer full) */
JsonObject *raw_answer_get_object (const RawAnswer * answer);
/* A string member of the body. (transfer full) */
gchar *raw_answer_get_string (const RawAnswer * answer, const gchar * member);

/* A connection to the server of @url. (transfer full) */
GSocketConnection *raw_connect (const gchar * url);
/* Sends all of @size bytes. FALSE when the peer did not take them. */
gboolean raw_send (GSocketConnection * connection, gconstpointer data,
    gsize size, GError ** error);
/* Reads one answer: up to its Content-Length, or the end. At most @max_body
 * bytes of the body are kept. (transfer full) */
RawAnswer *raw_read_answer (GSocketConnection * connection, gsize max_body);
/* TRUE when nothing comes and nothing is closed within @ms. */
gboolean raw_is_silent (GSocketConnection * connection, guint ms);

/* The head of a request. @key and @body may be NULL. (transfer full) */
gchar *raw_make_request (const gchar * method, const gchar * url,
    const gchar * key, const gchar * body);

/* One request on a connection of its own. (transfer full) */
RawAnswer *raw_ask (const gchar * method, const gchar * base,
    const gchar * path, const gchar * key, const gchar * body);
/* The same, a PUT of any bytes. (transfer full) */
RawAnswer *raw_put (const gchar * url, GBytes * body);

G_END_DECLS
