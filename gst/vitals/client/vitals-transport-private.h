/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/tensor/vitals-payload-private.h>

G_BEGIN_DECLS

/*
 * VitalsTransport: what an HTTP library has to do for the clients. It sends
 * one request, on a connection of its own, and reads its answer; it does not
 * retry, follow redirects or keep time-outs (the clients do). It is created,
 * used and dropped on the network thread only.
 */

/* One request. It is sent once at the most: the transport keeps a reference
 * while it needs it, which after a cancel may be longer than the owner does; to
 * try again is to send a copy. */
typedef struct
{
  gatomicrefcount ref_count;

  const gchar *method;          /* static string */
  gchar *url;                   /* a secret for an upload: never logged */
  GPtrArray *headers;           /* name, value, name, value ... */
  VitalsPayload *body;          /* or NULL; sent with a Content-Length */
  gchar *ca_file;               /* PEM file of the CAs to trust, NULL: system */
  gsize max_response_bytes;

  /* On the network thread: bytes of the body were sent (@sent more of them)
   * or the answer grew (@sent is 0). Or NULL. Not called after the owner set
   * it to NULL. */
  void (*progress) (gsize sent, gpointer user_data);
  gpointer progress_data;

  /* Set by the transport before the first byte leaves: from then on the other
   * side may have acted upon the request. */
  gboolean sent;
} VitalsRequest;

VITALS_API VitalsRequest *vitals_request_new (const gchar * method,
    const gchar * url);
/* To a service that is asked with a key and answers with JSON. */
VITALS_API VitalsRequest *vitals_request_new_for_json (const gchar * method,
    const gchar * base_url, const gchar * path, const gchar * api_key,
    gsize max_response_bytes);
/* The same request, not sent yet. Headers are shared: they are not added to any
 * more. Returns: (transfer full) */
VITALS_API VitalsRequest *vitals_request_copy (const VitalsRequest * request);
VITALS_API VitalsRequest *vitals_request_ref (VitalsRequest * request);
VITALS_API void vitals_request_unref (VitalsRequest * request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsRequest, vitals_request_unref)
VITALS_API void vitals_request_add_header (VitalsRequest * request,
    const gchar * name, const gchar * value);

/* The answer. */
typedef struct
{
  guint status;                 /* HTTP status */
  GHashTable *headers;          /* name in lower case -> value */
  GBytes *body;
} VitalsResponse;

VITALS_API VitalsResponse *vitals_response_new (guint status);
VITALS_API void vitals_response_free (VitalsResponse * response);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsResponse, vitals_response_free)
/* The first header of a name is the one that counts. */
VITALS_API void vitals_response_add_header (VitalsResponse * response,
    const gchar * name, const gchar * value);
/* @name in lower case. (nullable) */
VITALS_API const gchar *vitals_response_get_header (const VitalsResponse *
    response, const gchar * name);

#define VITALS_TYPE_TRANSPORT (vitals_transport_get_type ())
VITALS_API G_DECLARE_INTERFACE (VitalsTransport, vitals_transport, VITALS,
    TRANSPORT, GObject)

struct _VitalsTransportInterface
{
  GTypeInterface parent;

  /* Completes with a VitalsResponse for every HTTP status. Errors:
   * VITALS_ERROR_NETWORK, its `retryable` says whether trying again can help;
   * VITALS_ERROR_INVALID_RESPONSE for a body over the request's limit;
   * G_IO_ERROR_CANCELLED. No message contains more of the URL than scheme
   * and host. */
  void (*send_async) (VitalsTransport * transport, VitalsRequest * request,
      GCancellable * cancellable, GAsyncReadyCallback callback,
      gpointer user_data);
  VitalsResponse *(*send_finish) (VitalsTransport * transport,
      GAsyncResult * result, GError ** error);
};

VITALS_API void vitals_transport_send_async (VitalsTransport * transport,
    VitalsRequest * request, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) */
VITALS_API VitalsResponse *vitals_transport_send_finish (VitalsTransport *
    transport, GAsyncResult * result, GError ** error);

/* What a transport module exports under VITALS_TRANSPORT_SYMBOL.
 * Returns: (transfer full) */
#define VITALS_TRANSPORT_SYMBOL "vitals_transport_create"
typedef VitalsTransport *(*VitalsTransportCreateFunc) (void);

G_END_DECLS
