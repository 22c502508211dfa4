/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-service-state-private.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * VitalsMethod: one call of a public method of a client. It runs on the network
 * thread; a blocking call waits for its end there, an asynchronous one has a
 * GTask that carries the end into the context of the caller.
 */
typedef struct _VitalsMethod VitalsMethod;
typedef void (*VitalsMethodFunc) (VitalsMethod * method);

/* What the methods of one client have in common. */
typedef struct
{
  /* What is wrong with the arguments in data: asked on the network thread
   * before run(); its failure ends the method. */
  gboolean (*check) (VitalsMethod * method, GError ** error);
  GDestroyNotify free_data;
} VitalsMethodClass;

/*
 * "lock" guards "done" and goes with "cond"; both are only used by blocking
 * calls. From "klass" to "cancellable" all is set before the network thread
 * knows the method, and stays; from "caller_handler" on all belongs to the
 * network thread until the end, and to the caller then.
 */
struct _VitalsMethod
{
  const VitalsMethodClass *klass;
  GObject *client;
  VitalsServiceState *state;    /* of the client */
  VitalsMethodFunc run;
  GTask *task;                  /* NULL: a blocking call */
  GCancellable *caller_cancellable;
  GCancellable *cancellable;    /* of the caller and of close() together */

  GMutex lock;
  GCond cond;
  gboolean done;

  gulong caller_handler;
  gulong closed_handler;
  gpointer data;                /* arguments, of the client */
  const gchar *session_id;      /* in data, for last-failure, or NULL */
  gpointer result;              /* NULL: none */
  GDestroyNotify free_result;
  GError *error;
};

/* @client: a GObject with @state. @data: (transfer full) */
VitalsMethod *vitals_method_new (gpointer client, VitalsServiceState * state,
    const VitalsMethodClass * klass, VitalsMethodFunc run, gpointer data,
    GCancellable * cancellable);

/* For the blocking calls: runs @method to its end. FALSE: it failed.
 * @method: (transfer full). @result: (out) (optional) (transfer full): NULL
 * when it failed or has none */
gboolean vitals_method_call (VitalsMethod * method, gpointer * result,
    GError ** error);

/* For the asynchronous ones. @method: (transfer full) */
void vitals_method_start (VitalsMethod * method, gpointer tag,
    GAsyncReadyCallback callback, gpointer user_data);
/* The end of the method behind @async_result, as of vitals_method_call(). */
gboolean vitals_method_finish (gpointer client, GAsyncResult * async_result,
    gpointer tag, gpointer * result, GError ** error);

/* On the network thread, by what run() started. @result: (transfer full) */
void vitals_method_set_result (VitalsMethod * method, gpointer result,
    GDestroyNotify free_result);
/* The end. The method may be gone afterwards. */
void vitals_method_end (VitalsMethod * method);
/* The same for a step, whose failure is noted in the client. */
void vitals_method_end_step (VitalsMethod * method, guint attempts);

G_END_DECLS
