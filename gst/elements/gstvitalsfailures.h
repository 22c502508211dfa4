/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What failed at a service, and what was set wrongly, as errors of an element.
 */

/* What a failure of a service means for the pipeline. */
typedef enum
{
  GST_VITALS_ON_FAILURE_POST,
  GST_VITALS_ON_FAILURE_ERROR
} GstVitalsOnFailure;

#define GST_TYPE_VITALS_ON_FAILURE (gst_vitals_on_failure_get_type ())
GType gst_vitals_on_failure_get_type (void);
/* Installs the property on-failure. */
void gst_vitals_on_failure_install (GObjectClass * klass, guint id);

/* The error that a failure is where failures are errors: @error is one of
 * VITALS_ERROR, the message one of GST_RESOURCE_ERROR. Returns: (transfer full) */
GstMessage *gst_vitals_failure_to_message (GstElement * element,
    const GError * error);

/* Posts what is wrong with the settings. @error: (transfer full). Returns: FALSE */
gboolean gst_vitals_fail_settings (GstElement * element, GError * error);

G_END_DECLS
