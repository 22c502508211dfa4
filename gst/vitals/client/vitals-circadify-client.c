/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <gst/gst.h>
#include <vitals/client/vitals-circadify-client-private.h>
#include <vitals/client/vitals-quota-private.h>
#include <vitals/client/vitals-scan-private.h>
#include <vitals/client/vitals-service-defaults-private.h>
#include <vitals/vitals-error-private.h>

#define DEFAULT_ALLOW_FALLBACK FALSE

#define TEST_PREFIX "ck_test_"
#define LIVE_PREFIX "ck_live_"

/*
 * The lock of "state" guards all but "route", which belongs to the network
 * thread.
 */
struct _VitalsCircadifyClient
{
  GObject parent;

  VitalsServiceState state;
  guint64 poll_interval, poll_timeout;
  gboolean allow_fallback;
  gboolean has_rate_limit;
  VitalsRateLimit rate_limit;

  VitalsResultRoute route;
};

enum
{
  PROP_POLL_INTERVAL = VITALS_SERVICE_N_PROPS,
  PROP_POLL_TIMEOUT,
  PROP_ALLOW_FALLBACK,
  PROP_KEY_ENVIRONMENT,
  PROP_LAST_RATE_LIMIT
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
      (object)->state.settings, "CIRCADIFY_API_KEY", "CIRCADIFY_BASE_URL",
      VITALS_CIRCADIFY_DEFAULT_BASE_URL);

  G_OBJECT_CLASS (vitals_circadify_client_parent_class)->constructed (object);
}

static void
vitals_circadify_client_finalize (GObject * object)
{
  vitals_service_state_clear (&VITALS_CIRCADIFY_CLIENT (object)->state);

  G_OBJECT_CLASS (vitals_circadify_client_parent_class)->finalize (object);
}

/* With the lock. FALSE: there is none with this @id. */
static gboolean
set_setting (VitalsCircadifyClient * self, guint id, const GValue * value)
{
  switch (id) {
    case PROP_POLL_INTERVAL:
      self->poll_interval = g_value_get_uint64 (value);
      break;
    case PROP_POLL_TIMEOUT:
      self->poll_timeout = g_value_get_uint64 (value);
      break;
    case PROP_ALLOW_FALLBACK:
      self->allow_fallback = g_value_get_boolean (value);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

static void
vitals_circadify_client_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  VitalsCircadifyClient *self = VITALS_CIRCADIFY_CLIENT (object);
  gboolean known;

  if (vitals_service_state_set (&self->state, id, value))
    return;
  g_mutex_lock (&self->state.lock);
  known = set_setting (self, id, value);
  g_mutex_unlock (&self->state.lock);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* With the lock. FALSE: there is none with this @id. */
static gboolean
get_setting (const VitalsCircadifyClient * self, guint id, GValue * value)
{
  switch (id) {
    case PROP_POLL_INTERVAL:
      g_value_set_uint64 (value, self->poll_interval);
      break;
    case PROP_POLL_TIMEOUT:
      g_value_set_uint64 (value, self->poll_timeout);
      break;
    case PROP_ALLOW_FALLBACK:
      g_value_set_boolean (value, self->allow_fallback);
      break;
    default:
      return FALSE;
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
    default:
      if (vitals_service_state_get (&self->state, id, value))
        break;
      g_mutex_lock (&self->state.lock);
      known = get_setting (self, id, value);
      g_mutex_unlock (&self->state.lock);
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
          VITALS_DEFAULT_POLL_INTERVAL, flags));
  g_object_class_install_property (klass, PROP_POLL_TIMEOUT,
      g_param_spec_uint64 ("poll-timeout", "Poll time-out",
          "Time until a result must be there; also for upload-complete (ns)",
          1, G_MAXINT64, VITALS_DEFAULT_POLL_TIMEOUT, flags));
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
}

static void
vitals_circadify_client_init (VitalsCircadifyClient * self)
{
  vitals_service_state_init (&self->state, check_api_key);
  self->poll_interval = VITALS_DEFAULT_POLL_INTERVAL;
  self->poll_timeout = VITALS_DEFAULT_POLL_TIMEOUT;
  self->allow_fallback = DEFAULT_ALLOW_FALLBACK;
}

VitalsCircadifyClient *
vitals_circadify_client_new (const gchar * api_key, const gchar * base_url,
    GError ** error)
{
  VitalsCircadifyClient *self = g_object_new (VITALS_TYPE_CIRCADIFY_CLIENT,
      "api-key", api_key, "base-url", base_url, NULL);

  if (!vitals_service_state_check_settings (&self->state, error))
    g_clear_object (&self);
  return self;
}

VitalsServiceState *
vitals_circadify_client_get_state (VitalsCircadifyClient * self)
{
  return &self->state;
}

VitalsCircadifySettings *
vitals_circadify_client_copy_settings (VitalsCircadifyClient * self)
{
  VitalsCircadifySettings *copy = g_new (VitalsCircadifySettings, 1);

  g_mutex_lock (&self->state.lock);
  copy->poll_interval = self->poll_interval;
  copy->poll_timeout = self->poll_timeout;
  copy->allow_fallback = self->allow_fallback;
  g_mutex_unlock (&self->state.lock);
  vitals_service_state_copy_settings (&self->state, &copy->service);
  return copy;
}

void
vitals_circadify_settings_free (VitalsCircadifySettings * settings)
{
  vitals_service_settings_clear (&settings->service);
  g_free (settings);
}

void
vitals_circadify_client_close (VitalsCircadifyClient * self)
{
  g_return_if_fail (VITALS_IS_CIRCADIFY_CLIENT (self));

  g_cancellable_cancel (self->state.closed);
}

const gchar *
vitals_circadify_client_get_key_environment (VitalsCircadifyClient * self)
{
  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (self), NULL);

  if (self->state.settings.api_key
      && g_str_has_prefix (self->state.settings.api_key, LIVE_PREFIX))
    return "live";
  return "test";
}

VitalsRateLimit *
vitals_circadify_client_get_last_rate_limit (VitalsCircadifyClient * self)
{
  VitalsRateLimit *rate_limit = NULL;

  g_return_val_if_fail (VITALS_IS_CIRCADIFY_CLIENT (self), NULL);

  g_mutex_lock (&self->state.lock);
  if (self->has_rate_limit)
    rate_limit = vitals_rate_limit_copy (&self->rate_limit);
  g_mutex_unlock (&self->state.lock);
  return rate_limit;
}

gint64
vitals_circadify_client_get_usage_remaining (VitalsCircadifyClient * self)
{
  VitalsQuotaUsage usage;

  vitals_quota_get (self->state.settings.api_key, &usage);
  return usage.remaining;
}

void
vitals_circadify_client_note_response (VitalsCircadifyClient * self,
    const VitalsResponse * response, gint64 asked_at)
{
  VitalsRateLimit rate_limit;

  if (!vitals_circadify_parse_rate_limit (response, &rate_limit))
    return;
  g_mutex_lock (&self->state.lock);
  self->rate_limit = rate_limit;
  self->has_rate_limit = TRUE;
  g_mutex_unlock (&self->state.lock);
  if (rate_limit.usage_remaining >= 0)
    vitals_quota_set (self->state.settings.api_key, rate_limit.usage_remaining,
        asked_at);
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
