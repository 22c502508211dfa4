/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/capture/vitals-capture-private.h>

#include "gstvitalsfacesettings.h"
#include "gstvitalsqualitysettings.h"

G_BEGIN_DECLS

/*
 * The properties of packing that circadifysink and circadifyenc have in
 * common. The element guards them with its object lock.
 */
typedef struct
{
  GstVitalsFaceSettings face;
  gchar *tensor_layout;
  VitalsCaptureConfig config;
} GstVitalsCaptureSettings;

/* The ids of the properties are @first_id and those after it. */
#define GST_VITALS_N_CAPTURE_PROPERTIES \
    (11 + GST_VITALS_N_QUALITY_PROPERTIES)

void gst_vitals_capture_settings_install (GObjectClass * klass, guint first_id);
void gst_vitals_capture_settings_init (GstVitalsCaptureSettings * settings);
void gst_vitals_capture_settings_clear (GstVitalsCaptureSettings * settings);
/* @id counts from 0. Takes the object lock of @element. A roi that cannot be
 * read is a warning of @element, and the one before stays. */
void gst_vitals_capture_settings_set (GstVitalsCaptureSettings * settings,
    guint id, const GValue * value, GstElement * element);
void gst_vitals_capture_settings_get (const GstVitalsCaptureSettings *
    settings, guint id, GValue * value);
/* What can be known to be wrong before the first buffer; posts an error of
 * @element, and takes its object lock. Returns: (transfer full): the layout, or NULL */
VitalsTensorLayout *gst_vitals_capture_settings_check (const
    GstVitalsCaptureSettings * settings, GstElement * element);

G_END_DECLS
