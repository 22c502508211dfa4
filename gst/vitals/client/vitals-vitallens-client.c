/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/client/vitals-vitallens-client-private.h>
#include <vitals/vitals-error-private.h>

/*
 * "lock" guards settings and last_failure; it is the innermost, and nothing of
 * an application is called with it held. The key and the address in the
 * settings are fixed once constructed and are read without it.
 */
struct _VitalsVitalLensClient
{
  GObject parent;

  VitalsServiceSettings settings;
  GCancellable *closed;

  GMutex lock;
  GstStructure *last_failure;
};

enum
{
  PROP_LAST_FAILURE = VITALS_SERVICE_N_PROPS
};

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
  vitals_service_settings_complete (&VITALS_VITALLENS_CLIENT (object)->settings,
      "VITALLENS_API_KEY", "VITALLENS_BASE_URL",
      VITALS_VITALLENS_DEFAULT_BASE_URL);

  G_OBJECT_CLASS (vitals_vitallens_client_parent_class)->constructed (object);
}

static void
vitals_vitallens_client_finalize (GObject * object)
{
  VitalsVitalLensClient *self = VITALS_VITALLENS_CLIENT (object);

  vitals_service_settings_clear (&self->settings);
  g_object_unref (self->closed);
  g_clear_pointer (&self->last_failure, gst_structure_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (vitals_vitallens_client_parent_class)->finalize (object);
}

static void
vitals_vitallens_client_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  VitalsVitalLensClient *self = VITALS_VITALLENS_CLIENT (object);
  gboolean known;

  g_mutex_lock (&self->lock);
  known = vitals_service_settings_set (&self->settings, id, value);
  g_mutex_unlock (&self->lock);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vitals_vitallens_client_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  VitalsVitalLensClient *self = VITALS_VITALLENS_CLIENT (object);
  gboolean known;

  g_mutex_lock (&self->lock);
  known = id == PROP_LAST_FAILURE
      || vitals_service_settings_get (&self->settings, id, value);
  if (id == PROP_LAST_FAILURE)
    g_value_set_boxed (value, self->last_failure);
  g_mutex_unlock (&self->lock);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vitals_vitallens_client_class_init (VitalsVitalLensClientClass * klass)
{
  static const VitalsServiceBlurbs blurbs = {
    .api_key = "Key of the account (NULL: environment VITALLENS_API_KEY)",
    .base_url = "Where the service is: https, or http on this machine only "
        "(NULL: environment VITALLENS_BASE_URL, else "
        VITALS_VITALLENS_DEFAULT_BASE_URL ")",
    .request_timeout = "Time for each call; for a file without progress (ns)",
    .upload_timeout = "Time for a file with all its retries (ns)"
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = vitals_vitallens_client_constructed;
  object_class->finalize = vitals_vitallens_client_finalize;
  object_class->set_property = vitals_vitallens_client_set_property;
  object_class->get_property = vitals_vitallens_client_get_property;

  vitals_service_settings_install (object_class, &blurbs);
  g_object_class_install_property (object_class, PROP_LAST_FAILURE,
      g_param_spec_boxed ("last-failure", "Last failure",
          "The last failed call, with the fields of vitals-failed",
          gst_structure_get_type (),
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
vitals_vitallens_client_init (VitalsVitalLensClient * self)
{
  /* for GstStructure, as in the other client */
  gst_init_check (NULL, NULL, NULL);

  vitals_service_settings_init (&self->settings);
  self->closed = g_cancellable_new ();
  g_mutex_init (&self->lock);
}

static gboolean
check_settings (const VitalsServiceSettings * settings, GError ** error)
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

VitalsServiceSettings *
vitals_vitallens_client_copy_settings (VitalsVitalLensClient * self)
{
  VitalsServiceSettings *copy = g_new (VitalsServiceSettings, 1);

  g_mutex_lock (&self->lock);
  vitals_service_settings_copy (&self->settings, copy);
  g_mutex_unlock (&self->lock);
  return copy;
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
