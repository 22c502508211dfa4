/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>
#include <vitals/client/vitals-service-settings-private.h>

G_BEGIN_DECLS

/* The form of a key only: MISSING_API_KEY, INVALID_API_KEY. */
typedef gboolean (*VitalsCheckKeyFunc) (const gchar * api_key, GError ** error);

/*
 * VitalsServiceState: what the clients of all services have in common, a part
 * of each: what it was told, what failed last, and whether it was closed.
 *
 * "lock" guards settings and last_failure, and what the client keeps beside
 * them; it is the innermost, and nothing of an application is called with it
 * held. The key and the address in the settings are fixed once the client is
 * constructed and are read without it.
 */
typedef struct
{
  VitalsCheckKeyFunc check_key;
  GCancellable *closed;         /* cancelled when the client is closed */

  GMutex lock;
  VitalsServiceSettings settings;
  GstStructure *last_failure;
} VitalsServiceState;

void vitals_service_state_init (VitalsServiceState * state,
    VitalsCheckKeyFunc check_key);
void vitals_service_state_clear (VitalsServiceState * state);

/* Properties; they take the lock. FALSE: there is none with this @id. */
gboolean vitals_service_state_set (VitalsServiceState * state, guint id,
    const GValue * value);
gboolean vitals_service_state_get (VitalsServiceState * state, guint id,
    GValue * value);

/* Key and address. */
gboolean vitals_service_state_check_settings (const VitalsServiceState * state,
    GError ** error);
/* What every call checks before its first request: not closed, key, address,
 * transport. */
gboolean vitals_service_state_check (const VitalsServiceState * state,
    GError ** error);

/* As they are now: an application may change most of them at any time. Any
 * thread. @copy: (out) */
void vitals_service_state_copy_settings (VitalsServiceState * state,
    VitalsServiceSettings * copy);
/* For last-failure. Any thread. @session_id may be NULL. */
void vitals_service_state_note_failure (VitalsServiceState * state,
    const GError * error, const gchar * session_id, guint attempts);

G_END_DECLS
