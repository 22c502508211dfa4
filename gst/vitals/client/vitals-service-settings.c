/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-service-defaults-private.h>
#include <vitals/client/vitals-service-settings-private.h>
#include <vitals/client/vitals-url-private.h>

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)

static void
install_time (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, guint64 default_value)
{
  g_object_class_install_property (klass, id, g_param_spec_uint64 (name, nick,
          blurb, 1, G_MAXINT64, default_value, FLAGS));
}

void
vitals_service_settings_install (GObjectClass * klass,
    const VitalsServiceBlurbs * blurbs)
{
  g_object_class_install_property (klass, VITALS_SERVICE_PROP_API_KEY,
      g_param_spec_string ("api-key", "API key", blurbs->api_key, NULL,
          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (klass, VITALS_SERVICE_PROP_BASE_URL,
      g_param_spec_string ("base-url", "Base URL", blurbs->base_url, NULL,
          FLAGS | G_PARAM_CONSTRUCT_ONLY));
  g_object_class_install_property (klass, VITALS_SERVICE_PROP_CA_FILE,
      g_param_spec_string ("ca-file", "CA file",
          "PEM file of the certification authorities to trust (NULL: those of "
          "the system)", NULL, FLAGS));
  install_time (klass, VITALS_SERVICE_PROP_REQUEST_TIMEOUT, "request-timeout",
      "Request time-out", blurbs->request_timeout,
      VITALS_DEFAULT_REQUEST_TIMEOUT);
  install_time (klass, VITALS_SERVICE_PROP_UPLOAD_TIMEOUT, "upload-timeout",
      "Upload time-out", blurbs->upload_timeout, VITALS_DEFAULT_UPLOAD_TIMEOUT);
  g_object_class_install_property (klass, VITALS_SERVICE_PROP_MAX_RETRIES,
      g_param_spec_uint ("max-retries", "Max retries",
          "How often a request that failed is sent again", 0, 100,
          VITALS_DEFAULT_MAX_RETRIES, FLAGS));
  g_object_class_install_property (klass, VITALS_SERVICE_PROP_LAST_FAILURE,
      g_param_spec_boxed ("last-failure", "Last failure",
          "The last failed call, with the fields of vitals-failed",
          gst_structure_get_type (),
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

void
vitals_service_settings_init (VitalsServiceSettings * settings)
{
  settings->request_timeout = VITALS_DEFAULT_REQUEST_TIMEOUT;
  settings->upload_timeout = VITALS_DEFAULT_UPLOAD_TIMEOUT;
  settings->max_retries = VITALS_DEFAULT_MAX_RETRIES;
}

void
vitals_service_settings_clear (VitalsServiceSettings * settings)
{
  g_free (settings->api_key);
  g_free (settings->base_url);
  g_free (settings->ca_file);
}

void
vitals_service_settings_copy (const VitalsServiceSettings * settings,
    VitalsServiceSettings * copy)
{
  *copy = *settings;
  copy->api_key = g_strdup (settings->api_key);
  copy->base_url = g_strdup (settings->base_url);
  copy->ca_file = g_strdup (settings->ca_file);
}

void
vitals_service_settings_complete (VitalsServiceSettings * settings,
    const gchar * key_variable, const gchar * url_variable,
    const gchar * default_base_url)
{
  gchar *old_key = settings->api_key, *old_url = settings->base_url;

  settings->api_key = g_strdup (vitals_or_environment (old_key, key_variable));
  settings->base_url = vitals_service_url_new (old_url, url_variable,
      default_base_url);
  g_free (old_key);
  g_free (old_url);
}

static void
set_string (gchar ** string, const GValue * value)
{
  g_free (*string);
  *string = g_value_dup_string (value);
}

gboolean
vitals_service_settings_set (VitalsServiceSettings * settings, guint id,
    const GValue * value)
{
  switch (id) {
    case VITALS_SERVICE_PROP_API_KEY:
      set_string (&settings->api_key, value);
      break;
    case VITALS_SERVICE_PROP_BASE_URL:
      set_string (&settings->base_url, value);
      break;
    case VITALS_SERVICE_PROP_CA_FILE:
      set_string (&settings->ca_file, value);
      break;
    case VITALS_SERVICE_PROP_REQUEST_TIMEOUT:
      settings->request_timeout = g_value_get_uint64 (value);
      break;
    case VITALS_SERVICE_PROP_UPLOAD_TIMEOUT:
      settings->upload_timeout = g_value_get_uint64 (value);
      break;
    case VITALS_SERVICE_PROP_MAX_RETRIES:
      settings->max_retries = g_value_get_uint (value);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

/* The key is not to be read. */
gboolean
vitals_service_settings_get (const VitalsServiceSettings * settings, guint id,
    GValue * value)
{
  switch (id) {
    case VITALS_SERVICE_PROP_BASE_URL:
      g_value_set_string (value, settings->base_url);
      break;
    case VITALS_SERVICE_PROP_CA_FILE:
      g_value_set_string (value, settings->ca_file);
      break;
    case VITALS_SERVICE_PROP_REQUEST_TIMEOUT:
      g_value_set_uint64 (value, settings->request_timeout);
      break;
    case VITALS_SERVICE_PROP_UPLOAD_TIMEOUT:
      g_value_set_uint64 (value, settings->upload_timeout);
      break;
    case VITALS_SERVICE_PROP_MAX_RETRIES:
      g_value_set_uint (value, settings->max_retries);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}
