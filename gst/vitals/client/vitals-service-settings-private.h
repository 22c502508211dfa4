/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * What the client of a service is told, whichever service it is, as properties
 * of the same names. They are part of a VitalsServiceState, which guards them.
 */
typedef struct
{
  gchar *api_key;
  gchar *base_url;              /* without a slash at its end */
  gchar *ca_file;
  guint64 request_timeout, upload_timeout;      /* ns */
  guint max_retries;
} VitalsServiceSettings;

/* Ids of the properties; those of a client itself come after them. */
enum
{
  VITALS_SERVICE_PROP_API_KEY = 1,
  VITALS_SERVICE_PROP_BASE_URL,
  VITALS_SERVICE_PROP_CA_FILE,
  VITALS_SERVICE_PROP_REQUEST_TIMEOUT,
  VITALS_SERVICE_PROP_UPLOAD_TIMEOUT,
  VITALS_SERVICE_PROP_MAX_RETRIES,
  VITALS_SERVICE_PROP_LAST_FAILURE,     /* read-only, no setting */
  VITALS_SERVICE_N_PROPS
};

/* How the properties of one service are described. */
typedef struct
{
  const gchar *api_key, *base_url, *request_timeout, *upload_timeout;
} VitalsServiceBlurbs;

void vitals_service_settings_install (GObjectClass * klass,
    const VitalsServiceBlurbs * blurbs);
void vitals_service_settings_init (VitalsServiceSettings * settings);
void vitals_service_settings_clear (VitalsServiceSettings * settings);
void vitals_service_settings_copy (const VitalsServiceSettings * settings,
    VitalsServiceSettings * copy);
/* FALSE: there is none with this @id. */
gboolean vitals_service_settings_set (VitalsServiceSettings * settings,
    guint id, const GValue * value);
gboolean vitals_service_settings_get (const VitalsServiceSettings * settings,
    guint id, GValue * value);

/* When all are set: what was not given comes from these environment variables,
 * the address else is @default_base_url. */
void vitals_service_settings_complete (VitalsServiceSettings * settings,
    const gchar * key_variable, const gchar * url_variable,
    const gchar * default_base_url);

G_END_DECLS
