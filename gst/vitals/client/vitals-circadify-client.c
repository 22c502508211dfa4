/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <gst/gst.h>
#include <vitals/client/vitals-circadify-client-private.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-quota-private.h>
#include <vitals/client/vitals-scan-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error-private.h>

#define DEFAULT_POLL_INTERVAL (2 * GST_SECOND)
#define DEFAULT_POLL_TIMEOUT (120 * GST_SECOND)
#define DEFAULT_ALLOW_FALLBACK FALSE

#define TEST_PREFIX "ck_test_"
#define LIVE_PREFIX "ck_live_"

/*
 * "lock" guards settings, rate_limit, has_rate_limit and last_failure; it is the
 * innermost, and nothing of an application is called with it held. The key and
 * the address in the settings are fixed once constructed and are read without
 * it. "route" belongs to the network thread.
 */
struct _VitalsCircadifyClient
{
  GObject parent;

  VitalsCircadifySettings settings;
  GCancellable *closed;

  GMutex lock;
  gboolean has_rate_limit;
  VitalsRateLimit rate_limit;
  GstStructure *last_failure;

  VitalsResultRoute route;
};

enum
{
  PROP_POLL_INTERVAL = VITALS_SERVICE_N_PROPS,
  PROP_POLL_TIMEOUT,
  PROP_ALLOW_FALLBACK,
  PROP_KEY_ENVIRONMENT,
  PROP_LAST_RATE_LIMIT,
  PROP_LAST_FAILURE
};

/* *INDENT-OFF* */
G_DEFINE_FINAL_TYPE (VitalsCircadifyClient, vitals_circadify_client,
    G_TYPE_OBJECT)
/* *INDENT-ON* */

/* Its form only. */
static gboolean
check_api_key (const gchar * api_key, GError ** error)
{
  const gchar *p;

  if (!api_key || !*api_key) {
    vitals_set_error (error, VITALS_ERROR_MISSING_API_KEY,
        "No API key: set api-key, or the environment variable "
        "CIRCADIFY_API_KEY (ck_test_... or ck_live_...)");
    return FALSE;
  }
  if (g_str_has_prefix (api_key, TEST_PREFIX)
      || g_str_has_prefix (api_key, LIVE_PREFIX)) {
    p = api_key + strlen (TEST_PREFIX);
    while (g_ascii_isalnum (*p))
      p++;
    if (*p == '\0' && p > api_key + strlen (TEST_PREFIX))
      return TRUE;
  }
  vitals_set_error (error, VITALS_ERROR_INVALID_API_KEY,
      "The API key is malformed: it must be ck_test_ or ck_live_ and then "
      "letters and digits; check that it was copied whole");
  return FALSE;
}

static void
vitals_circadify_client_constructed (GObject * object)
{
  vitals_service_settings_complete (&VITALS_CIRCADIFY_CLIENT
      (object)->settings.service, "CIRCADIFY_API_KEY", "CIRCADIFY_BASE_URL",
      VITALS_CIRCADIFY_DEFAULT_BASE_URL);

  G_OBJECT_CLASS (vitals_circadify_client_parent_class)->constructed (object);
}

static void
vitals_circadify_client_finalize (GObject * object)
{
  VitalsCircadifyClient *self = VITALS_CIRCADIFY_CLIENT (object);

  vitals_service_settings_clear (&self->settings.service);
  g_object_unref (self->closed);
  g_clear_pointer (&self->last_failure, gst_structure_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (vitals_circadify_client_parent_class)->finalize (object);
}

/* With the lock. FALSE: there is none with this @id. */
static gboolean
set_setting (VitalsCircadifySettings * settings, guint id, const GValue * value)
{
  switch (id) {
    case PROP_POLL_INTERVAL:
      settings->poll_interval = g_value_get_uint64 (value);
      break;
    case PROP_POLL_TIMEOUT:
      settings->poll_timeout = g_value_get_uint64 (value);
      break;
    case PROP_ALLOW_FALLBACK:
      settings->allow_fallback = g_value_get_boolean (value);
      break;
    default:
      return vitals_service_settings_set (&settings->service, id, value);
  }
  return TRUE;
}

static void
vitals_circadify_client_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  VitalsCircadifyClient *self = VITALS_CIRCADIFY_CLIENT (object);
  gboolean known;

  g_mutex_lock (&self->lock);
  known = set_setting (&self->settings, id, value);
  g_mutex_unlock (&self->lock);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static GstStructure *
get_last_failure (VitalsCircadifyClient * self)
{
  GstStructure *failure = NULL;

  g_mutex_lock (&self->lock);
  if (self->last_failure)
    failure = gst_structure_copy (self->last_failure);
  g_mutex_unlock (&self->lock);
  return failure;
}

/* With the lock. FALSE: there is none with this @id. */
static gboolean
get_setting (const VitalsCircadifySettings * settings, guint id, GValue * value)
{
  switch (id) {
    case PROP_POLL_INTERVAL:
      g_value_set_uint64 (value, settings->poll_interval);
      break;
    case PROP_POLL_TIMEOUT:
      g_value_set_uint64 (value, settings->poll_timeout);
      break;
    case PROP_ALLOW_FALLBACK:
      g_value_set_boolean (value, settings->allow_fallback);
      break;
    default:
      return vitals_service_settings_get (&settings->service, id, value);
  }
  return TRUE;
}

static void
vitals_circadify_client_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  VitalsCircadifyClient *self = VITALS_CIRCADIFY_CLIENT (object);
  gboolean known;

  switch (id) {
    case PROP_KEY_ENVIRONMENT:
      g_value_set_string (value,
          vitals_circadify_client_get_key_environment (self));
      break;
    case PROP_LAST_RATE_LIMIT:
      g_value_take_boxed (value,
          vitals_circadify_client_get_last_rate_limit (self));
      break;
    case PROP_LAST_FAILURE:
      g_value_take_boxed (value, get_last_failure (self));
      break;
    default:
      g_mutex_lock (&self->lock);
      known = get_setting (&self->settings, id, value);
      g_mutex_unlock (&self->lock);
      if (!known)
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
install_settings (GObjectClass * klass)
{
  static const VitalsServiceBlurbs blurbs = {
    .api_key = "ck_test_... or ck_live_... (NULL: environment "
        "CIRCADIFY_API_KEY)",
    .base_url = "Where the service is: https, or http on this machine only "
        "(NULL: environment CIRCADIFY_BASE_URL, else "
        VITALS_CIRCADIFY_DEFAULT_BASE_URL ")",
    .request_timeout = "Time for the start and for each poll; for the upload "
        "without progress (ns)",
    .upload_timeout = "Time for an upload with all its retries (ns)"
  };
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  vitals_service_settings_install (klass, &blurbs);
  g_object_class_install_property (klass, PROP_POLL_INTERVAL,
      g_param_spec_uint64 ("poll-interval", "Poll interval",
          "Time between two polls (ns)", GST_MSECOND, G_MAXINT64,
          DEFAULT_POLL_INTERVAL, flags));
  g_object_class_install_property (klass, PROP_POLL_TIMEOUT,
      g_param_spec_uint64 ("poll-timeout", "Poll time-out",
          "Time until a result must be there; also for upload-complete (ns)",
          1, G_MAXINT64, DEFAULT_POLL_TIMEOUT, flags));
  g_object_class_install_property (klass, PROP_ALLOW_FALLBACK,
      g_param_spec_boolean ("allow-fallback", "Allow fallback",
          "Accept vitals that were not measured (marked as fallback, "
          "confidence 0) when the network or the service failed",
          DEFAULT_ALLOW_FALLBACK, flags));
}

static void
vitals_circadify_client_class_init (VitalsCircadifyClientClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = vitals_circadify_client_constructed;
  object_class->finalize = vitals_circadify_client_finalize;
  object_class->set_property = vitals_circadify_client_set_property;
  object_class->get_property = vitals_circadify_client_get_property;

  install_settings (object_class);
  g_object_class_install_property (object_class, PROP_KEY_ENVIRONMENT,
      g_param_spec_string ("key-environment", "Key environment",
          "\"test\" or \"live\", by the key's prefix", NULL,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_LAST_RATE_LIMIT,
      g_param_spec_boxed ("last-rate-limit", "Last rate limit",
          "The last rate-limit headers of the service",
          VITALS_TYPE_RATE_LIMIT, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_LAST_FAILURE,
      g_param_spec_boxed ("last-failure", "Last failure",
          "The last failed call, with the fields of vitals-failed",
          gst_structure_get_type (),
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
vitals_circadify_client_init (VitalsCircadifyClient * self)
{
  /* for GstStructure: a program that only sends payloads need not know of it
   * (not in class_init, which holds a lock that this may need) */
  gst_init_check (NULL, NULL, NULL);

  vitals_service_settings_init (&self->settings.service);
  self->settings.poll_interval = DEFAULT_POLL_INTERVAL;
  self->settings.poll_timeout = DEFAULT_POLL_TIMEOUT;
  self->settings.allow_fallback = DEFAULT_ALLOW_FALLBACK;
  self->closed = g_cancellable_new ();
  g_mutex_init (&self->lock);
}

static gboolean
check_settings (const VitalsCircadifySettings * settings, GError ** error)
{
  return check_api_key (settings->service.api_key, error)
      && vitals_check_service_url (settings->service.base_url, error);
}

VitalsCircadifyClient *
vitals_circadify_client_new (const gchar * api_key, const gchar * base_url,
    GError ** error)
{
  VitalsCircadifyClient *self = g_object_new (VITALS_TYPE_CIRCADIFY_CLIENT,
      "api-key", api_key, "base-url", base_url, NULL);

  if (!check_settings (&self->settings, error))
    g_clear_object (&self);
  return self;
}

gboolean
vitals_circadify_client_check (VitalsCircadifyClient * self, GError ** error)
{
  if (g_cancellable_is_cancelled (self->closed)) {
    vitals_set_error (error, VITALS_ERROR_CANCELLED,
        "The client was closed: make a new one");
    return FALSE;
  }
  return check_settings (&self->settings, error)
      && vitals_network_prepare (vitals_url_needs_tls
      (self->settings.service.base_url), error);
}

VitalsCircadifySettings *
vitals_circadify_client_copy_settings (VitalsCircadifyClient * self)
{
  VitalsCircadifySettings *copy = g_new (VitalsCircadifySettings, 1);

  g_mutex_lock (&self->lock);
  *copy = self->settings;
  vitals_service_settings_copy (&self->settings.service, &copy->service);
  g_mutex_unlock (&self->lock);
  return copy;
}

void
vitals_circadify_settings_free (VitalsCircadifySettings * settings)
{
  vitals_service_settings_clear (&settings->service);
  g_free (settings);
}

GCancellable *
vitals_circadify_client_get_closed (VitalsCircadifyClient * self)
{
  return self->closed;
}

void
vitals_circadify_client_close (VitalsCircadifyClient * self)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (self));

  g_cancellable_cancel (self->closed);
}

const gchar *
vitals_circadify_client_get_key_environment (VitalsCircadifyClient * self)
{
  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (self), NULL);

  if (self->settings.service.api_key
      && g_str_has_prefix (self->settings.service.api_key, LIVE_PREFIX))
    return "live";
  return "test";
}

VitalsRateLimit *
vitals_circadify_client_get_last_rate_limit (VitalsCircadifyClient * self)
{
  VitalsRateLimit *rate_limit = NULL;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (self), NULL);

  g_mutex_lock (&self->lock);
  if (self->has_rate_limit)
    rate_limit = vitals_rate_limit_copy (&self->rate_limit);
  g_mutex_unlock (&self->lock);
  return rate_limit;
}

gint64
vitals_circadify_client_get_usage_remaining (VitalsCircadifyClient * self)
{
  return self->settings.service.api_key ? vitals_quota_get (self->
      settings.service.api_key)
      : -1;
}

void
vitals_circadify_client_note_response (VitalsCircadifyClient * self,
    const VitalsResponse * response)
{
  VitalsRateLimit rate_limit;

  if (!vitals_circadify_parse_rate_limit (response, &rate_limit))
    return;
  g_mutex_lock (&self->lock);
  self->rate_limit = rate_limit;
  self->has_rate_limit = TRUE;
  g_mutex_unlock (&self->lock);
  if (rate_limit.usage_remaining >= 0)
    vitals_quota_set (self->settings.service.api_key,
        rate_limit.usage_remaining);
}

void
vitals_circadify_client_note_failure (VitalsCircadifyClient * self,
    const GError * error, const gchar * session_id, guint attempts)
{
  GstStructure *failure = vitals_failure_to_structure (error, session_id,
      attempts);
  GstStructure *old;

  g_mutex_lock (&self->lock);
  old = self->last_failure;
  self->last_failure = failure;
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&old, gst_structure_free);
}

VitalsResultRoute
vitals_circadify_client_get_route (VitalsCircadifyClient * self)
{
  return self->route;
}

void
vitals_circadify_client_set_route (VitalsCircadifyClient * self,
    VitalsResultRoute route)
{
  self->route = route;
}
