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

/* Reads the certification authorities of a ca-file, once a process; does
 * nothing for NULL and "", which mean those of the system. Blocks for as long
 * as reading a file does: who makes calls does it before, where that is
 * allowed, and nothing is read on the network thread then. INVALID_REQUEST says
 * what is wrong with the file. Any thread. */
VITALS_API gboolean vitals_network_prepare_ca_file (const gchar * ca_file,
    GError ** error);
/* The same, for a transport. Returns: (transfer full): NULL with @error */
VITALS_API GTlsDatabase *vitals_network_get_authorities (const gchar * ca_file,
    GError ** error);

/* The one transport of this process. On the network thread, after a
 * vitals_network_prepare() that succeeded. (transfer none) */
VITALS_API VitalsTransport *vitals_network_get_transport (void);

G_END_DECLS
