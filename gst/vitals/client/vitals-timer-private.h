/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Sources on the network thread's context; (transfer full), end them with
 * vitals_timer_clear(). */
GSource *vitals_timer_new (guint64 delay, GSourceFunc func, gpointer user_data);
GSource *vitals_cancel_watch_new (GCancellable * cancellable,
    GCancellableSourceFunc func, gpointer user_data);
void vitals_timer_clear (GSource ** source);

/* A wait that a cancel ends early; all 0 when there is none. */
typedef void (*VitalsWaitFunc) (gboolean cancelled, gpointer user_data);

typedef struct
{
  GSource *timer;
  GSource *cancel_watch;
  VitalsWaitFunc func;
  gpointer user_data;
} VitalsWait;

/* Calls @func once, on the network thread, after @delay (ns) or a cancel;
 * @wait may be gone after that. @cancellable may be NULL. */
void vitals_wait_begin (VitalsWait * wait, guint64 delay,
    GCancellable * cancellable, VitalsWaitFunc func, gpointer user_data);
/* Calls nothing any more. */
void vitals_wait_clear (VitalsWait * wait);

/* From now on a cancel of @leader cancels @follower, too. Returns: for
 * vitals_cancel_unfollow() */
gulong vitals_cancel_follow (GCancellable * leader, GCancellable * follower);
/* Never waits, unlike g_cancellable_disconnect(): a handler of an application
 * may be running, and may itself wait for the network thread. @follower may
 * still be cancelled afterwards. */
void vitals_cancel_unfollow (GCancellable * leader, gulong * id);

G_END_DECLS
