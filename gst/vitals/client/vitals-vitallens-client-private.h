/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-service-state-private.h>
#include <vitals/client/vitals-vitallens-client.h>

G_BEGIN_DECLS

/* Part of @client. (transfer none) */
VitalsServiceState *vitals_vitallens_client_get_state (VitalsVitalLensClient *
    client);

G_END_DECLS
