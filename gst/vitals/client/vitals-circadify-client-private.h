/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-circadify-protocol-private.h>
#include <vitals/client/vitals-service-state-private.h>

G_BEGIN_DECLS

/* What a client was told. */
typedef struct
{
  VitalsServiceSettings service;
  guint64 poll_interval, poll_timeout;  /* ns */
  gboolean allow_fallback;
} VitalsCircadifySettings;

/* As they are now: an application may change most of them at any time. Any
 * thread. Returns: (transfer full) */
VitalsCircadifySettings
    * vitals_circadify_client_copy_settings (VitalsCircadifyClient * client);
void vitals_circadify_settings_free (VitalsCircadifySettings * settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsCircadifySettings,
    vitals_circadify_settings_free)

/* Part of @client. (transfer none) */
VitalsServiceState *vitals_circadify_client_get_state (VitalsCircadifyClient *
    client);

/* Any thread. @asked_at: as for vitals_quota_set() */
void vitals_circadify_client_note_response (VitalsCircadifyClient * client,
    const VitalsResponse * response, gint64 asked_at);

/* The result route that worked last. On the network thread. */
VitalsResultRoute vitals_circadify_client_get_route (VitalsCircadifyClient *
    client);
void vitals_circadify_client_set_route (VitalsCircadifyClient * client,
    VitalsResultRoute route);

G_END_DECLS
