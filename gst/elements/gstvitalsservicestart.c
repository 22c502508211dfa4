/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The base of circadifysink and vitallenssink: start and stop, what is made of
 * the properties.
 */

#include "gstvitalsservicesink.h"

#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-url-private.h>

#include "gstvitalskey.h"

/* NULL<->READY, and again before a run when a property was set since.
 * Everything that can be known to be wrong before the first frame is an error
 * here; nothing goes over the network. */

static const gchar *
or_null (const gchar * text)
{
  return text && *text ? text : NULL;
}

static gboolean
make_client (GstVitalsServiceSink * self,
    const GstVitalsServiceSettings * settings)
{
  GError *error = NULL;
  gpointer client;
  gchar *key;

  if (!gst_vitals_key_find (GST_ELEMENT (self), settings->api_key,
          settings->api_key_file, &key))
    return FALSE;
  client = GST_VITALS_SERVICE_SINK_GET_CLASS (self)->new_client (self, key,
      or_null (settings->base_url), &error);
  g_free (key);
  if (!client)
    return gst_vitals_fail_settings (GST_ELEMENT (self), error);
  g_object_set (client, "ca-file", or_null (settings->ca_file),
      "request-timeout", settings->request_timeout,
      "upload-timeout", settings->upload_timeout,
      "max-retries", settings->max_retries, NULL);
  g_mutex_lock (&self->lock);
  self->client = client;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* Read here, not on the network thread, which serves all. */
static gboolean
check_ca_file (GstVitalsServiceSink * self, const gchar * ca_file)
{
  GError *error = NULL;

  if (vitals_network_prepare_ca_file (ca_file, &error))
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("%s", error->message), (NULL));
  g_error_free (error);
  return FALSE;
}

static gboolean
prepare_network (GstVitalsServiceSink * self)
{
  GError *error = NULL;
  gchar *base_url;
  gboolean secure;

  g_object_get (self->client, "base-url", &base_url, NULL);
  secure = vitals_url_needs_tls (base_url);
  g_free (base_url);
  return vitals_network_prepare (secure, &error)
      || gst_vitals_fail_settings (GST_ELEMENT (self), error);
}

static gboolean
open_results (GstVitalsServiceSink * self, const gchar * location)
{
  GstVitalsLines *results;

  if (!gst_vitals_results_open (GST_ELEMENT (self), location,
          gst_vitals_service_sink_wake, &results))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->results = results;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static GstVitalsLines *
steal_results (GstVitalsServiceSink * self)
{
  GstVitalsLines *results;

  g_mutex_lock (&self->lock);
  results = g_steal_pointer (&self->results);
  g_mutex_unlock (&self->lock);
  return results;
}

/* @results: (transfer full) (nullable) */
static void
close_results (GstVitalsServiceSink * self, GstVitalsLines * results)
{
  GError *error = NULL;

  if (results && !gst_vitals_lines_close (results, &error))
    gst_vitals_results_warn (GST_ELEMENT (self), error);
}

gboolean
gst_vitals_service_sink_stop (GstBaseSink * basesink)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (basesink);
  gpointer client;

  close_results (self, steal_results (self));
  g_mutex_lock (&self->lock);
  client = g_steal_pointer (&self->client);
  g_mutex_unlock (&self->lock);
  if (client)
    GST_VITALS_SERVICE_SINK_GET_CLASS (self)->close_client (client);
  g_clear_object (&client);
  return TRUE;
}

/* An application may set properties meanwhile: what is used is a copy. */
gboolean
gst_vitals_service_sink_start (GstBaseSink * basesink)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (basesink);
  GstVitalsServiceSettings settings;
  gboolean good;

  GST_OBJECT_LOCK (self);
  gst_vitals_service_settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);
  good = make_client (self, &settings)
      && prepare_network (self) && check_ca_file (self, settings.ca_file)
      && open_results (self, settings.results_location);
  if (!good)
    gst_vitals_service_sink_stop (basesink);
  gst_vitals_service_settings_clear (&settings);
  return good;
}

gboolean
gst_vitals_service_sink_start_anew (GstVitalsServiceSink * self)
{
  GstBaseSink *basesink = GST_BASE_SINK (self);
  GstBaseSinkClass *klass = GST_BASE_SINK_GET_CLASS (self);
  GstVitalsLines *results = steal_results (self);
  gboolean good;

  klass->stop (basesink);
  good = klass->start (basesink);
  /* not before the same pipe is open again: who reads it would see its end */
  close_results (self, results);
  return good;
}
