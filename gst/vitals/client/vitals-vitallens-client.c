/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-vitallens-client-private.h>
#include <vitals/vitals-error-private.h>

struct _VitalsVitalLensClient
{
  GObject parent;

  VitalsServiceState state;
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
  vitals_service_settings_complete (&VITALS_VITALLENS_CLIENT
      (object)->state.settings, "VITALLENS_API_KEY", "VITALLENS_BASE_URL",
      VITALS_VITALLENS_DEFAULT_BASE_URL);

  G_OBJECT_CLASS (vitals_vitallens_client_parent_class)->constructed (object);
}

static void
vitals_vitallens_client_finalize (GObject * object)
{
  vitals_service_state_clear (&VITALS_VITALLENS_CLIENT (object)->state);

  G_OBJECT_CLASS (vitals_vitallens_client_parent_class)->finalize (object);
}

static void
vitals_vitallens_client_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  if (!vitals_service_state_set (&VITALS_VITALLENS_CLIENT (object)->state, id,
          value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vitals_vitallens_client_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  if (!vitals_service_state_get (&VITALS_VITALLENS_CLIENT (object)->state, id,
          value))
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
}

static void
vitals_vitallens_client_init (VitalsVitalLensClient * self)
{
  vitals_service_state_init (&self->state, vitals_vitallens_check_api_key);
}

VitalsVitalLensClient *
vitals_vitallens_client_new (const gchar * api_key, const gchar * base_url,
    GError ** error)
{
  VitalsVitalLensClient *self = g_object_new (VITALS_TYPE_VITALLENS_CLIENT,
      "api-key", api_key, "base-url", base_url, NULL);

  if (!vitals_service_state_check_settings (&self->state, error))
    g_clear_object (&self);
  return self;
}

void
vitals_vitallens_client_close (VitalsVitalLensClient * self)
{
  g_return_if_fail (VITALS_IS_VITALLENS_CLIENT (self));

  g_cancellable_cancel (self->state.closed);
}

VitalsServiceState *
vitals_vitallens_client_get_state (VitalsVitalLensClient * self)
{
  return &self->state;
}
