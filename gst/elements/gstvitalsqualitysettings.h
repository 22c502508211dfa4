/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/capture/vitals-gate-private.h>

G_BEGIN_DECLS

/* The properties of the quality gate; docs/quality.md has their reasons. Ids
 * count from 0. The element guards @config with its object lock. */
#define GST_VITALS_N_QUALITY_PROPERTIES 9

void gst_vitals_quality_settings_install (GObjectClass * klass,
    guint first_id);
void gst_vitals_quality_settings_set (VitalsGateConfig * config, guint id,
    const GValue * value);
void gst_vitals_quality_settings_get (const VitalsGateConfig * config,
    guint id, GValue * value);

G_END_DECLS
