/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-circadify-steps-private.h>

G_BEGIN_DECLS

/*
 * VitalsMethod: one call of a public method of VitalsCircadifyClient. It runs
 * on the network thread; a blocking call waits for its end there, an
 * asynchronous one has a GTask that carries the end into the context of the
 * caller.
 */

typedef struct _VitalsMethod VitalsMethod;
typedef void (*VitalsMethodFunc) (VitalsMethod * method);

/*
 * "lock" guards "done" and goes with "cond"; both are only used by blocking
 * calls. What is above is set before the network thread knows the method, what
 * is below belongs to the network thread until the end.
 */
struct _VitalsMethod
{
  VitalsCircadifyClient *client;
  VitalsMethodFunc run;
  GTask *task;                  /* NULL: a blocking call */
  GCancellable *caller_cancellable;
  GCancellable *cancellable;    /* of the caller and of close() together */
  VitalsDemographics *demographics;
  VitalsPayload *payload;
  gchar *upload_url;
  gchar *session_id;

  GMutex lock;
  GCond cond;
  gboolean done;

  gulong caller_handler;
  gulong closed_handler;
  VitalsSession *session;
  VitalsReading *reading;
  GError *error;
};

VitalsMethod *vitals_method_new (VitalsCircadifyClient * client,
    VitalsMethodFunc run, GCancellable * cancellable);
void vitals_method_free (VitalsMethod * method);

/* For the blocking calls: runs @method to its end; its results stay in it.
 * FALSE: it failed. */
gboolean vitals_method_call (VitalsMethod * method, GError ** error);

/* For the asynchronous ones. @method: (transfer full) */
void vitals_method_start (VitalsMethod * method, gpointer tag,
    GAsyncReadyCallback callback, gpointer user_data);
/* The method behind @result, or NULL with @error. (transfer none) */
VitalsMethod *vitals_method_finish (VitalsCircadifyClient * client,
    GAsyncResult * result, gpointer tag, GError ** error);

/* On the network thread, by what run() started: the end. The method may be
 * gone afterwards. */
void vitals_method_end (VitalsMethod * method);
/* The same for a step, whose failure is noted in the client. */
void vitals_method_end_step (VitalsMethod * method, guint attempts);

G_END_DECLS
