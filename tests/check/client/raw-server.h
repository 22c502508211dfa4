/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS
/*
 * A Circadify service on a plain socket, for what an HTTP library will not do:
 * answers that are cut, connections that are reset, keep-alive that lies. One
 * thread per connection. What no handler of the test does is done right.
 */
typedef struct _RawServer RawServer;

typedef struct
{
  RawServer *server;
  /* "start", "upload", "complete", "result"; of VitalLens "model", "file",
   * "stream", whose answers are the test's */
  const gchar *route;
  guint number;                 /* of this route, from 1 */
  guint connection;             /* number of the connection, from 1 */
  gchar *path;
  gchar *head;                  /* the whole head, as it came */
  gsize content_length;
  gsize body_read;

  GSocketConnection *socket;
  GDataInputStream *input;
  GOutputStream *output;
} RawRequest;

typedef enum
{
  RAW_DEFAULT,                  /* answer as the service does */
  RAW_ANSWERED,                 /* the handler did; go on with the next */
  RAW_CLOSE                     /* close the connection */
} RawEnd;

/* Called in the connection's thread when the head of a request was read, its
 * body not yet. */
typedef RawEnd (*RawHandler) (RawRequest * request, gpointer user_data);

RawServer *raw_server_new (RawHandler handler, gpointer user_data);
/* With TLS. */
RawServer *raw_server_new_tls (GTlsCertificate * certificate,
    RawHandler handler, gpointer user_data);
void raw_server_free (RawServer * server);
const gchar *raw_server_get_url (RawServer * server);
/* Requests of a route so far. */
guint raw_server_get_count (RawServer * server, const gchar * route);
/* Waits until a route was asked @count times; FALSE after 20 s. */
gboolean raw_server_wait (RawServer * server, const gchar * route, guint count);

/* Reads up to @max bytes of the body. */
void raw_request_read_body (RawRequest * request, gsize max);
/* Writes as it is. */
void raw_request_write (RawRequest * request, const gchar * text, gsize size);
/* Reads the body and answers. @headers end with CRLF each, or are "". */
RawEnd raw_request_answer (RawRequest * request, const gchar * status,
    const gchar * headers, const gchar * body);
/* Closes with a reset, not with an orderly end. */
RawEnd raw_request_reset (RawRequest * request);
/* Does nothing until the other side closes, or the server ends. */
RawEnd raw_request_stall (RawRequest * request);

G_END_DECLS
