/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sessions that were started, by id and by the token of their upload. */

#include "sandbox-private.h"

#define SESSION_SECONDS (15 * 60)

struct _SandboxSessions
{
  GQueue queue;                 /* owns the sessions, the oldest at the head */
  GHashTable *by_id;
  GHashTable *by_token;
};

static void
session_free (SandboxSession * session)
{
  g_free (session->id);
  g_free (session->token);
  g_free (session->failure);
  g_clear_pointer (&session->vitals, json_object_unref);
  g_free (session);
}

SandboxSessions *
sandbox_sessions_new (void)
{
  SandboxSessions *sessions = g_new0 (SandboxSessions, 1);

  g_queue_init (&sessions->queue);
  sessions->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  sessions->by_token = g_hash_table_new (g_str_hash, g_str_equal);
  return sessions;
}

void
sandbox_sessions_free (SandboxSessions * sessions)
{
  g_hash_table_unref (sessions->by_id);
  g_hash_table_unref (sessions->by_token);
  g_queue_clear_full (&sessions->queue, (GDestroyNotify) session_free);
  g_free (sessions);
}

static void
push_out_oldest (SandboxSessions * sessions)
{
  SandboxSession *oldest = g_queue_pop_head (&sessions->queue);

  g_hash_table_remove (sessions->by_id, oldest->id);
  g_hash_table_remove (sessions->by_token, oldest->token);
  session_free (oldest);
}

SandboxSession *
sandbox_sessions_add (SandboxSessions * sessions, gboolean live)
{
  SandboxSession *session = g_new0 (SandboxSession, 1);

  session->id = g_uuid_string_random ();
  session->token = g_uuid_string_random ();
  session->live = live;
  session->created = g_get_real_time () / G_USEC_PER_SEC;
  session->state = SANDBOX_SESSION_CREATED;

  if (sessions->queue.length == SANDBOX_MAX_SESSIONS)
    push_out_oldest (sessions);
  g_queue_push_tail (&sessions->queue, session);
  g_hash_table_insert (sessions->by_id, session->id, session);
  g_hash_table_insert (sessions->by_token, session->token, session);
  return session;
}

SandboxSession *
sandbox_sessions_find (SandboxSessions * sessions, const gchar * id)
{
  return g_hash_table_lookup (sessions->by_id, id);
}

SandboxSession *
sandbox_sessions_find_token (SandboxSessions * sessions, const gchar * token)
{
  return g_hash_table_lookup (sessions->by_token, token);
}

gint64
sandbox_session_get_expiry (const SandboxSession * session)
{
  return session->created + SESSION_SECONDS;
}

gboolean
sandbox_session_is_expired (const SandboxSession * session)
{
  return g_get_real_time () / G_USEC_PER_SEC >=
      sandbox_session_get_expiry (session);
}
