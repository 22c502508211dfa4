/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: NULL->READY and back. Everything that can be known to be wrong
 * before the first frame is an error here; nothing goes over the network.
 */

#include "gstvitallenssink.h"
#include "gstvitalskey.h"

#include <vitals/client/vitals-network-private.h>

GST_DEBUG_CATEGORY_EXTERN (gst_vitallens_sink_debug);
#define GST_CAT_DEFAULT gst_vitallens_sink_debug

static const gchar *
or_null (const gchar * text)
{
  return text && *text ? text : NULL;
}

static VitalsVitalLensClient *
make_client (GstVitalLensSink * self, const GstVitalLensSinkSettings * settings)
{
  GError *error = NULL;
  VitalsVitalLensClient *client;
  gchar *key;

  if (!gst_vitals_key_find (GST_ELEMENT (self), settings->api_key,
          settings->api_key_file, &key))
    return NULL;
  client = vitals_vitallens_client_new (key, or_null (settings->base_url),
      &error);
  g_free (key);
  if (!client) {
    gst_vitals_fail_settings (GST_ELEMENT (self), error);
    return NULL;
  }
  g_object_set (client, "ca-file", or_null (settings->ca_file),
      "request-timeout", settings->request_timeout,
      "upload-timeout", settings->upload_timeout,
      "max-retries", settings->max_retries, NULL);
  return client;
}

static gboolean
open_results (GstVitalLensSink * self, const gchar * location)
{
  GstVitalsResults *results;

  if (!gst_vitals_results_open (GST_ELEMENT (self), location,
          gst_vitallens_sink_wake, &results))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->results = results;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

void
gst_vitallens_sink_release (GstVitalLensSink * self)
{
  GstVitalsResults *results;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  results = g_steal_pointer (&self->results);
  g_mutex_unlock (&self->lock);
  if (results && !gst_vitals_results_close (results, &error))
    gst_vitals_results_warn (GST_ELEMENT (self), error);
  if (self->client)
    vitals_vitallens_client_close (self->client);
  g_clear_object (&self->client);
}

gboolean
gst_vitallens_sink_check_mode (GstVitalLensSink * self)
{
  gboolean good;

  GST_OBJECT_LOCK (self);
  good = self->settings.process_signals != GST_VITALLENS_SINK_SIGNALS_SERVER
      || self->settings.mode == GST_VITALLENS_SINK_MODE_FILE;
  GST_OBJECT_UNLOCK (self);
  if (!good)
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS,
        ("The service computes rates of files only: set mode=file, or "
            "process-signals=client."), (NULL));
  return good;
}

static gboolean
acquire (GstVitalLensSink * self, const GstVitalLensSinkSettings * settings)
{
  GError *error = NULL;
  gchar *base_url;
  gboolean secure;

  if (!gst_vitallens_sink_check_mode (self))
    return FALSE;
  self->client = make_client (self, settings);
  if (!self->client)
    return FALSE;
  g_object_get (self->client, "base-url", &base_url, NULL);
  secure = g_str_has_prefix (base_url, "https");
  g_free (base_url);
  if (!vitals_network_prepare (secure, &error))
    return gst_vitals_fail_settings (GST_ELEMENT (self), error);
  return open_results (self, settings->results_location);
}

/* An application may set properties meanwhile: what is used is a copy. */
gboolean
gst_vitallens_sink_acquire (GstVitalLensSink * self)
{
  GstVitalLensSinkSettings settings;
  gboolean good;

  if (!gst_vitals_face_settings_check (&self->settings.face,
          GST_ELEMENT (self)))
    return FALSE;
  GST_OBJECT_LOCK (self);
  gst_vitallens_sink_settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);
  good = acquire (self, &settings);
  if (!good)
    gst_vitallens_sink_release (self);
  gst_vitallens_sink_settings_clear (&settings);
  return good;
}
