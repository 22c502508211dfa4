/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "gstvitalsfailures.h"

G_BEGIN_DECLS

/*
 * The properties that every sink has that asks a service. The element guards
 * them with its object lock.
 */
typedef struct
{
  gchar *api_key, *api_key_file, *base_url, *ca_file;
  gboolean active;
  guint64 request_timeout, upload_timeout, drain_timeout;
  guint max_retries;
  GstVitalsOnFailure on_failure;
  gchar *results_location;
  gchar *source_id;
  gboolean post_progress;
} GstVitalsServiceSettings;

/* The ids of the properties. */
typedef enum
{
  GST_VITALS_SERVICE_PROP_0,
  GST_VITALS_SERVICE_API_KEY,
  GST_VITALS_SERVICE_API_KEY_FILE,
  GST_VITALS_SERVICE_BASE_URL,
  GST_VITALS_SERVICE_CA_FILE,
  GST_VITALS_SERVICE_ACTIVE,
  GST_VITALS_SERVICE_REQUEST_TIMEOUT,
  GST_VITALS_SERVICE_UPLOAD_TIMEOUT,
  GST_VITALS_SERVICE_DRAIN_TIMEOUT,
  GST_VITALS_SERVICE_MAX_RETRIES,
  GST_VITALS_SERVICE_ON_FAILURE,
  GST_VITALS_SERVICE_RESULTS_LOCATION,
  GST_VITALS_SERVICE_SOURCE_ID,
  GST_VITALS_SERVICE_POST_PROGRESS,
  GST_VITALS_SERVICE_STATS,
  GST_VITALS_SERVICE_LAST_READING,
  GST_VITALS_N_SERVICE_PROPERTIES       /* the first id of a subclass */
} GstVitalsServiceProperty;

/* What gst-inspect says of a service: its variables, and what its times are
 * of. */
typedef struct
{
  guint64 shortest_time;        /* ns */
  const gchar *api_key, *api_key_file, *base_url, *ca_file;
  const gchar *active;
  const gchar *request_timeout, *upload_timeout, *drain_timeout;
  const gchar *max_retries;
} GstVitalsServiceBlurbs;

/* @blurbs: static */
void gst_vitals_service_settings_install (GObjectClass * klass,
    const GstVitalsServiceBlurbs * blurbs);
void gst_vitals_service_settings_init (GstVitalsServiceSettings * settings);
void gst_vitals_service_settings_clear (GstVitalsServiceSettings * settings);
void gst_vitals_service_settings_copy (const GstVitalsServiceSettings *
    settings, GstVitalsServiceSettings * copy);
/* Where the value of a property is kept, for gstvitalsfields.h, or NULL. */
gpointer gst_vitals_service_settings_find (GstVitalsServiceSettings * settings,
    guint id);

G_END_DECLS
