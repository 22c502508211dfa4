/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: NULL->READY and back. Everything that can be known to be wrong
 * before the first frame is an error here; nothing goes over the network.
 */

#include "gstcircadifysink.h"
#include "gstvitalskey.h"

#include <vitals/client/vitals-network-private.h>
#include <vitals/vitals-error.h>

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

static VitalsCircadifyClient *
make_client (GstCircadifySink * self, const GstCircadifySinkSettings * settings)
{
  GError *error = NULL;
  VitalsCircadifyClient *client;
  gchar *key;

  if (!gst_vitals_key_find (GST_ELEMENT (self), settings->api_key,
          settings->api_key_file, &key))
    return NULL;
  client = vitals_circadify_client_new (key, settings->base_url
      && *settings->base_url ? settings->base_url : NULL, &error);
  g_free (key);
  if (!client) {
    gst_vitals_fail_settings (GST_ELEMENT (self), error);
    return NULL;
  }
  g_object_set (client, "ca-file", settings->ca_file && *settings->ca_file
      ? settings->ca_file : NULL,
      "request-timeout", settings->request_timeout,
      "upload-timeout", settings->upload_timeout,
      "poll-interval", settings->poll_interval,
      "poll-timeout", settings->poll_timeout,
      "max-retries", settings->max_retries,
      "allow-fallback", settings->allow_fallback, NULL);
  return client;
}

static gboolean
open_results (GstCircadifySink * self, const gchar * location)
{
  GstVitalsResults *results;

  if (!gst_vitals_results_open (GST_ELEMENT (self), location,
          gst_circadify_sink_wake, &results))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->results = results;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
warn_cost (GstCircadifySink * self, gint num_scans)
{
  if (num_scans < 0
      && g_str_equal (vitals_circadify_client_get_key_environment
          (self->client), "live"))
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
        ("With this live key every window costs one scan; num-scans and "
            "scan-interval limit them."), (NULL));
}

void
gst_circadify_sink_release (GstCircadifySink * self)
{
  GstVitalsResults *results;
  VitalsCircadifyClient *client;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  results = g_steal_pointer (&self->results);
  g_mutex_unlock (&self->lock);
  if (results && !gst_vitals_results_close (results, &error))
    gst_vitals_results_warn (GST_ELEMENT (self), error);
  g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  g_mutex_lock (&self->lock);
  client = g_steal_pointer (&self->client);
  g_mutex_unlock (&self->lock);
  if (client)
    vitals_circadify_client_close (client);
  g_clear_object (&client);
}

static gboolean
acquire (GstCircadifySink * self, const GstCircadifySinkSettings * settings)
{
  VitalsCircadifyClient *client = make_client (self, settings);
  GError *error = NULL;
  gchar *base_url;
  gboolean secure;

  if (!client)
    return FALSE;
  g_mutex_lock (&self->lock);
  self->client = client;
  g_mutex_unlock (&self->lock);
  g_object_get (client, "base-url", &base_url, NULL);
  secure = g_str_has_prefix (base_url, "https");
  g_free (base_url);
  if (!vitals_network_prepare (secure, &error))
    return gst_vitals_fail_settings (GST_ELEMENT (self), error);
  return open_results (self, settings->results_location);
}

/* An application may set properties meanwhile: what is used is a copy. */
gboolean
gst_circadify_sink_acquire (GstCircadifySink * self)
{
  GstCircadifySinkSettings settings;
  gboolean good;

  self->layout = gst_vitals_capture_settings_check (&self->settings.capture,
      GST_ELEMENT (self));
  GST_OBJECT_LOCK (self);
  gst_circadify_sink_settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);
  good = self->layout && acquire (self, &settings);
  if (good)
    warn_cost (self, settings.num_scans);
  else
    gst_circadify_sink_release (self);
  gst_circadify_sink_settings_clear (&settings);
  return good;
}
