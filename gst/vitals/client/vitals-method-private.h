/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS
/*
 * VitalsMethod: one call of a public method of a client. It runs on the network
 * thread; a blocking call waits for its end there, an asynchronous one has a
 * GTask that carries the end into the context of the caller.
 */
typedef struct _VitalsMethod VitalsMethod;
typedef void (*VitalsMethodFunc) (VitalsMethod * method);

/* What the methods of one client have in common. All but free_data are called
 * on the network thread. */
typedef struct
{
  /* Cancelled when the client is closed. (transfer none) */
  GCancellable *(*get_closed) (GObject * client);
  /* Before run(); its failure ends the method. */
    gboolean (*check) (VitalsMethod * method, GError ** error);
  /* Remembers method->error in the client. */
  void (*note_failure) (VitalsMethod * method, guint attempts);
  GDestroyNotify free_data;
} VitalsMethodClass;

/*
 * "lock" guards "done" and goes with "cond"; both are only used by blocking
 * calls. What is above is set before the network thread knows the method, what
 * is below belongs to the network thread until the end.
 */
struct _VitalsMethod
{
  const VitalsMethodClass *klass;
  GObject *client;
  VitalsMethodFunc run;
  GTask *task;                  /* NULL: a blocking call */
  GCancellable *caller_cancellable;
  GCancellable *cancellable;    /* of the caller and of close() together */

  GMutex lock;
  GCond cond;
  gboolean done;

  gulong caller_handler;
  gulong closed_handler;
  gpointer data;                /* arguments and results, of the client */
  GError *error;
};

/* @client: a GObject with a property "ca-file". @data: (transfer full) */
VitalsMethod *vitals_method_new (gpointer client,
    const VitalsMethodClass * klass, VitalsMethodFunc run, gpointer data,
    GCancellable * cancellable);
void vitals_method_free (VitalsMethod * method);

/* For the blocking calls: runs @method to its end; its results stay in it.
 * FALSE: it failed. */
gboolean vitals_method_call (VitalsMethod * method, GError ** error);

/* For the asynchronous ones. @method: (transfer full) */
void vitals_method_start (VitalsMethod * method, gpointer tag,
    GAsyncReadyCallback callback, gpointer user_data);
/* The method behind @result, or NULL with @error. (transfer none) */
VitalsMethod *vitals_method_finish (gpointer client, GAsyncResult * result,
    gpointer tag, GError ** error);

/* On the network thread, by what run() started: the end. The method may be
 * gone afterwards. */
void vitals_method_end (VitalsMethod * method);
/* The same for a step, whose failure is noted in the client. */
void vitals_method_end_step (VitalsMethod * method, guint attempts);

G_END_DECLS
