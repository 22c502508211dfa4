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

G_END_DECLS
