/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-scan-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/client/vitals-vitallens-client-private.h>
#include <vitals/vitals-error-private.h>

#define DEFAULT_REQUEST_TIMEOUT (30 * GST_SECOND)
#define DEFAULT_UPLOAD_TIMEOUT (300 * GST_SECOND)
#define DEFAULT_MAX_RETRIES 3

/*
 * "lock" guards settings and last_failure; it is the innermost, and nothing of
 * an application is called with it held. The key and the address in the
 * settings are fixed once constructed and are read without it.
 */
struct _VitalsVitalLensClient
{
  GObject parent;

  VitalsVitalLensSettings settings;
  GCancellable *closed;

  GMutex lock;
  GstStructure *last_failure;
};

enum
{
  PROP_0,
  PROP_API_KEY,
  PROP_BASE_URL,
  PROP_CA_FILE,
  PROP_REQUEST_TIMEOUT,
  PROP_UPLOAD_TIMEOUT,
  PROP_MAX_RETRIES,
  PROP_LAST_FAILURE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (VitalsVitalLensClient, vitals_vitallens_client,
    G_TYPE_OBJECT);

gboolean
vitals_vitallens_check_api_key (const gchar * api_key, GError ** error)
{
  const gchar *p = api_key;

  if (!api_key || !*api_key) {
    vitals_set_error (error, VITALS_ERROR_MISSING_API_KEY,
        "No API key: set api-key, or the environment variable "
        "VITALLENS_API_KEY");
    return FALSE;
  }
  while (g_ascii_isgraph (*p))
    p++;
  if (*p == '\0')
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_API_KEY,
      "The API key is malformed: it holds a space or another character that no "
      "key has; check how it was copied");
  return FALSE;
}

static void
vitals_vitallens_client_constructed (GObject * object)
{
  VitalsVitalLensSettings *settings =
      &VITALS_VITALLENS_CLIENT (object)->settings;
  gchar *old_key = settings->api_key, *old_url = settings->base_url;

  settings->api_key = g_strdup (vitals_or_environment (old_key,
          "VITALLENS_API_KEY"));
  settings->base_url = vitals_service_url_new (old_url, "VITALLENS_BASE_URL",
      VITALS_VITALLENS_DEFAULT_BASE_URL);
  g_free (old_key);
  g_free (old_url);

  G_OBJECT_CLASS (vitals_vitallens_client_parent_class)->constructed (object);
}

static void
settings_clear (VitalsVitalLensSettings * settings)
{
  g_free (settings->api_key);
  g_free (settings->base_url);
  g_free (settings->ca_file);
}

static void
vitals_vitallens_client_finalize (GObject * object)
{
  VitalsVitalLensClient *self = VITALS_VITALLENS_CLIENT (object);

  settings_clear (&self->settings);
  g_object_unref (self->closed);
  g_clear_pointer (&self->last_failure, gst_structure_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (vitals_vitallens_client_parent_class)->finalize (object);
}

static void
set_string (gchar ** string, const GValue * value)
{
  g_free (*string);
  *string = g_value_dup_string (value);
}

/* With the lock. FALSE: there is none with this @id. */
static gboolean
set_setting (VitalsVitalLensSettings * settings, guint id, const GValue * value)
{
  switch (id) {
    case PROP_API_KEY:
      set_string (&settings->api_key, value);
      break;
    case PROP_BASE_URL:
      set_string (&settings->base_url, value);
      break;
    case PROP_CA_FILE:
      set_string (&settings->ca_file, value);
      break;
    case PROP_REQUEST_TIMEOUT:
      settings->request_timeout = g_value_get_uint64 (value);
      break;
    case PROP_UPLOAD_TIMEOUT:
      settings->upload_timeout = g_value_get_uint64 (value);
      break;
    case PROP_MAX_RETRIES:
      settings->max_retries = g_value_get_uint (value);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

static void
vitals_vitallens_client_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  VitalsVitalLensClient *self = VITALS_VITALLENS_CLIENT (object);
  gboolean known;

  g_mutex_lock (&self->lock);
  known = set_setting (&self->settings, id, value);
  g_mutex_unlock (&self->lock);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* With the lock. FALSE: there is none with this @id. */
static gboolean
get_setting (VitalsVitalLensClient * self, guint id, GValue * value)
{
  const VitalsVitalLensSettings *settings = &self->settings;

  switch (id) {
    case PROP_BASE_URL:
      g_value_set_string (value, settings->base_url);
      break;
    case PROP_CA_FILE:
      g_value_set_string (value, settings->ca_file);
      break;
    case PROP_REQUEST_TIMEOUT:
      g_value_set_uint64 (value, settings->request_timeout);
      break;
    case PROP_UPLOAD_TIMEOUT:
      g_value_set_uint64 (value, settings->upload_timeout);
      break;
    case PROP_MAX_RETRIES:
      g_value_set_uint (value, settings->max_retries);
      break;
    case PROP_LAST_FAILURE:
      g_value_set_boxed (value, self->last_failure);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

static void
vitals_vitallens_client_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  VitalsVitalLensClient *self = VITALS_VITALLENS_CLIENT (object);
  gboolean known;

  g_mutex_lock (&self->lock);
  known = get_setting (self, id, value);
  g_mutex_unlock (&self->lock);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vitals_vitallens_client_class_init (VitalsVitalLensClientClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = vitals_vitallens_client_constructed;
  object_class->finalize = vitals_vitallens_client_finalize;
  object_class->set_property = vitals_vitallens_client_set_property;
  object_class->get_property = vitals_vitallens_client_get_property;

  props[PROP_API_KEY] = g_param_spec_string ("api-key", "API key",
      "Key of the account (NULL: environment VITALLENS_API_KEY)", NULL,
      G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_BASE_URL] = g_param_spec_string ("base-url", "Base URL",
      "Where the service is: https, or http on this machine only (NULL: "
      "environment VITALLENS_BASE_URL, else "
      VITALS_VITALLENS_DEFAULT_BASE_URL ")", NULL,
      flags | G_PARAM_CONSTRUCT_ONLY);
  props[PROP_CA_FILE] = g_param_spec_string ("ca-file", "CA file",
      "PEM file of the certification authorities to trust (NULL: those of the "
      "system)", NULL, flags);
  props[PROP_REQUEST_TIMEOUT] = g_param_spec_uint64 ("request-timeout",
      "Request time-out", "Time for each call; for a file without progress "
      "(ns)", 1, G_MAXINT64, DEFAULT_REQUEST_TIMEOUT, flags);
  props[PROP_UPLOAD_TIMEOUT] = g_param_spec_uint64 ("upload-timeout",
      "Upload time-out", "Time for a file with all its retries (ns)", 1,
      G_MAXINT64, DEFAULT_UPLOAD_TIMEOUT, flags);
  props[PROP_MAX_RETRIES] = g_param_spec_uint ("max-retries", "Max retries",
      "How often a request that failed is sent again", 0, 100,
      DEFAULT_MAX_RETRIES, flags);
  props[PROP_LAST_FAILURE] = g_param_spec_boxed ("last-failure",
      "Last failure", "The last failed call, with the fields of vitals-failed",
      gst_structure_get_type (), G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vitals_vitallens_client_init (VitalsVitalLensClient * self)
{
  /* for GstStructure, as in the other client */
  gst_init_check (NULL, NULL, NULL);

  self->settings.request_timeout = DEFAULT_REQUEST_TIMEOUT;
  self->settings.upload_timeout = DEFAULT_UPLOAD_TIMEOUT;
  self->settings.max_retries = DEFAULT_MAX_RETRIES;
  self->closed = g_cancellable_new ();
  g_mutex_init (&self->lock);
}

static gboolean
check_settings (const VitalsVitalLensSettings * settings, GError ** error)
{
  return vitals_vitallens_check_api_key (settings->api_key, error)
      && vitals_check_service_url (settings->base_url, error);
}

VitalsVitalLensClient *
vitals_vitallens_client_new (const gchar * api_key, const gchar * base_url,
    GError ** error)
{
  VitalsVitalLensClient *self = g_object_new (VITALS_TYPE_VITALLENS_CLIENT,
      "api-key", api_key, "base-url", base_url, NULL);

  if (!check_settings (&self->settings, error))
    g_clear_object (&self);
  return self;
}

void
vitals_vitallens_client_close (VitalsVitalLensClient * self)
{
  g_return_if_fail (VITALS_IS_VITALLENS_CLIENT (self));

  g_cancellable_cancel (self->closed);
}

gboolean
vitals_vitallens_client_check (VitalsVitalLensClient * self, GError ** error)
{
  if (g_cancellable_is_cancelled (self->closed)) {
    vitals_set_error (error, VITALS_ERROR_CANCELLED,
        "The client was closed: make a new one");
    return FALSE;
  }
  return check_settings (&self->settings, error)
      && vitals_network_prepare (vitals_url_needs_tls
      (self->settings.base_url), error);
}

VitalsVitalLensSettings *
vitals_vitallens_client_copy_settings (VitalsVitalLensClient * self)
{
  VitalsVitalLensSettings *copy = g_new (VitalsVitalLensSettings, 1);

  g_mutex_lock (&self->lock);
  *copy = self->settings;
  copy->api_key = g_strdup (copy->api_key);
  copy->base_url = g_strdup (copy->base_url);
  copy->ca_file = g_strdup (copy->ca_file);
  g_mutex_unlock (&self->lock);
  return copy;
}

void
vitals_vitallens_settings_free (VitalsVitalLensSettings * settings)
{
  settings_clear (settings);
  g_free (settings);
}

GCancellable *
vitals_vitallens_client_get_closed (VitalsVitalLensClient * self)
{
  return self->closed;
}

void
vitals_vitallens_client_note_failure (VitalsVitalLensClient * self,
    const GError * error, guint attempts)
{
  GstStructure *failure = vitals_failure_to_structure (error, NULL, attempts);
  GstStructure *old;

  g_mutex_lock (&self->lock);
  old = self->last_failure;
  self->last_failure = failure;
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&old, gst_structure_free);
}
