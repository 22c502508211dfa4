/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/*
 * A service in a process of its own that reads uploads and forgets them, so
 * that what is measured is the client. It measures nobody: every session ends
 * as failed.
 */
typedef struct
{
  GPid pid;
  guint16 port;
} DiscardServer;

/* Forks: to be called before there are other threads. */
gboolean discard_server_start (DiscardServer * server);
void discard_server_stop (DiscardServer * server);
/* Returns: (transfer full): http://127.0.0.1:PORT */
gchar *discard_server_dup_url (const DiscardServer * server);
