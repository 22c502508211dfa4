/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-service-settings-private.h>
#include <vitals/client/vitals-vitallens-client.h>

G_BEGIN_DECLS

/* As they are now: an application may change most of them at any time. Any
 * thread. Returns: (transfer full): freed with
 * vitals_service_settings_free() */
VitalsServiceSettings
    * vitals_vitallens_client_copy_settings (VitalsVitalLensClient * client);

/* What every call checks before its first request: key, address, transport,
 * not closed. */
gboolean vitals_vitallens_client_check (VitalsVitalLensClient * client,
    GError ** error);

/* Cancelled by vitals_vitallens_client_close(). (transfer none) */
GCancellable *vitals_vitallens_client_get_closed (VitalsVitalLensClient *
    client);

/* Any thread. */
void vitals_vitallens_client_note_failure (VitalsVitalLensClient * client,
    const GError * error, guint attempts);

G_END_DECLS
