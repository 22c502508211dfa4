/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>
#include <vitals/signal/vitals-chest-motion-private.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

#include "gstrppgsignal.h"
#include "gstvitalsfacefinder.h"
#include "gstvitalsfacesettings.h"

G_BEGIN_DECLS

#define GST_TYPE_RPPG (gst_rppg_get_type ())
G_DECLARE_FINAL_TYPE (GstRppg, gst_rppg, GST, RPPG, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (rppg);

/* What the properties hold. */
typedef struct
{
  GstVitalsFaceSettings face;
  VitalsPulseConfig pulse;
  GstClockTime interval;
  gchar *signal_location;       /* NULL: none */
  gboolean post_waveform;
  gchar *source_id;
} GstRppgSettings;

/* The object lock guards the settings; the rest is of the streaming thread, or
 * is set while it does not run. Nothing is posted with it held. */
struct _GstRppg
{
  GstBaseTransform parent;

  GstRppgSettings settings;

  GstClockTime interval;        /* as it was when it started */
  VitalsPulseEstimator *estimator;
  VitalsChestMotion *chest;
  GstVitalsFaceFinder *face;
  GstRppgSignal *signal;        /* NULL: not asked for */
  GstVideoInfo info;
  VitalsBox box;                /* held; width 0: none yet */
  GstClockTime next;            /* PTS of the next message */
  guint64 n_messages;
  gboolean synthetic;
  gdouble profile[VITALS_CHEST_MAX_ROWS];
};

/* gstrppgproperties.c */
void gst_rppg_class_init_properties (GObjectClass * klass);
void gst_rppg_settings_init (GstRppgSettings * settings);
void gst_rppg_settings_clear (GstRppgSettings * settings);

/* gstrppgmessage.c */
void gst_rppg_post_vitals (GstRppg * self,
    const VitalsPulseEstimate * estimate);
/* No face for as long as face-timeout says. */
void gst_rppg_post_no_face (GstRppg * self);

G_END_DECLS
