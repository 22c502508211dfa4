/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/client/vitals-transport-private.h>

G_BEGIN_DECLS

/* The network thread: one per process, made at the first use, never joined.
 * The context that it runs is the thread-default one there. */
VITALS_API GMainContext *vitals_network_get_context (void);
/* Calls @func(@data) on the network thread, in order. Any thread. */
VITALS_API void vitals_network_invoke (GSourceFunc func, gpointer data,
    GDestroyNotify destroy);
VITALS_API gboolean vitals_network_is_current_thread (void);

/* Loads the transport's module (checks for libsoup 2 first) and checks that
 * TLS is there when @need_tls. No network. Any thread; cheap when called
 * again. VITALS_ERROR_UNSUPPORTED says what to install. */
VITALS_API gboolean vitals_network_prepare (gboolean need_tls, GError ** error);

/* The one transport of this process. On the network thread, after a
 * vitals_network_prepare() that succeeded. (transfer none) */
VITALS_API VitalsTransport *vitals_network_get_transport (void);

G_END_DECLS
