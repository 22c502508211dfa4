/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: its properties. docs/circadifysink.md has a table of them.
 */

#include "gstcircadifysink.h"
#include "gstvitalsfields.h"

#include <string.h>

#define DEFAULT_API_KEY_FILE NULL
#define DEFAULT_BASE_URL NULL
#define DEFAULT_CA_FILE NULL
#define DEFAULT_AGE -1
#define DEFAULT_SEX VITALS_SEX_UNSET
#define DEFAULT_FITZPATRICK 0
#define DEFAULT_ACTIVE TRUE
#define DEFAULT_NUM_SCANS -1
#define DEFAULT_EOS_AFTER_SCANS FALSE
#define DEFAULT_QUOTA_RESERVE 0
#define DEFAULT_MAX_SESSIONS 4
#define DEFAULT_MAX_QUEUED_WINDOWS 2
#define DEFAULT_QUEUE_POLICY GST_CIRCADIFY_SINK_QUEUE_AUTO
#define DEFAULT_REQUEST_TIMEOUT (30 * GST_SECOND)
#define DEFAULT_UPLOAD_TIMEOUT (300 * GST_SECOND)
#define DEFAULT_POLL_INTERVAL (2 * GST_SECOND)
#define DEFAULT_POLL_TIMEOUT (120 * GST_SECOND)
#define DEFAULT_DRAIN_TIMEOUT (180 * GST_SECOND)
#define DEFAULT_MAX_RETRIES 3
#define DEFAULT_ALLOW_FALLBACK FALSE
#define DEFAULT_RESULTS_LOCATION ""
#define DEFAULT_SOURCE_ID ""
#define DEFAULT_POST_PROGRESS TRUE

enum
{
  PROP_0,
  PROP_API_KEY,
  PROP_API_KEY_FILE,
  PROP_BASE_URL,
  PROP_CA_FILE,
  PROP_AGE,
  PROP_SEX,
  PROP_FITZPATRICK,
  PROP_ACTIVE,
  PROP_NUM_SCANS,
  PROP_EOS_AFTER_SCANS,
  PROP_QUOTA_RESERVE,
  PROP_MAX_SESSIONS,
  PROP_MAX_QUEUED_WINDOWS,
  PROP_QUEUE_POLICY,
  PROP_REQUEST_TIMEOUT,
  PROP_UPLOAD_TIMEOUT,
  PROP_POLL_INTERVAL,
  PROP_POLL_TIMEOUT,
  PROP_DRAIN_TIMEOUT,
  PROP_MAX_RETRIES,
  PROP_ALLOW_FALLBACK,
  PROP_ON_FAILURE,
  PROP_RESULTS_LOCATION,
  PROP_SOURCE_ID,
  PROP_POST_PROGRESS,
  PROP_STATS,
  PROP_LAST_READING,
  PROP_KEY_ENVIRONMENT,
  PROP_CAPTURE                  /* the first of gstvitalscapturesettings.h */
};

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READY_FLAGS (FLAGS | GST_PARAM_MUTABLE_READY)
#define PLAYING_FLAGS (FLAGS | GST_PARAM_MUTABLE_PLAYING)
#define READ_FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

#define GST_TYPE_CIRCADIFY_SINK_QUEUE_POLICY (queue_policy_get_type ())
static GType
queue_policy_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_CIRCADIFY_SINK_QUEUE_AUTO, "Drop when upstream is live, else block",
        "auto"},
    {GST_CIRCADIFY_SINK_QUEUE_BLOCK, "Block upstream", "block"},
    {GST_CIRCADIFY_SINK_QUEUE_DROP_OLDEST, "Drop the oldest window that waits",
        "drop-oldest"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstCircadifySinkQueuePolicy", values));
  return type;
}

void
gst_circadify_sink_settings_init (GstCircadifySinkSettings * settings)
{
  gst_vitals_capture_settings_init (&settings->capture);
  settings->demographics.age = DEFAULT_AGE;
  settings->demographics.sex = DEFAULT_SEX;
  settings->demographics.fitzpatrick = DEFAULT_FITZPATRICK;
  settings->active = DEFAULT_ACTIVE;
  settings->num_scans = DEFAULT_NUM_SCANS;
  settings->eos_after_scans = DEFAULT_EOS_AFTER_SCANS;
  settings->quota_reserve = DEFAULT_QUOTA_RESERVE;
  settings->max_sessions = DEFAULT_MAX_SESSIONS;
  settings->max_queued_windows = DEFAULT_MAX_QUEUED_WINDOWS;
  settings->queue_policy = DEFAULT_QUEUE_POLICY;
  settings->request_timeout = DEFAULT_REQUEST_TIMEOUT;
  settings->upload_timeout = DEFAULT_UPLOAD_TIMEOUT;
  settings->poll_interval = DEFAULT_POLL_INTERVAL;
  settings->poll_timeout = DEFAULT_POLL_TIMEOUT;
  settings->drain_timeout = DEFAULT_DRAIN_TIMEOUT;
  settings->max_retries = DEFAULT_MAX_RETRIES;
  settings->allow_fallback = DEFAULT_ALLOW_FALLBACK;
  settings->on_failure = GST_VITALS_ON_FAILURE_POST;
  settings->results_location = g_strdup (DEFAULT_RESULTS_LOCATION);
  settings->source_id = g_strdup (DEFAULT_SOURCE_ID);
  settings->post_progress = DEFAULT_POST_PROGRESS;
}

void
gst_circadify_sink_settings_clear (GstCircadifySinkSettings * settings)
{
  gst_vitals_capture_settings_clear (&settings->capture);
  g_clear_pointer (&settings->api_key, g_free);
  g_clear_pointer (&settings->api_key_file, g_free);
  g_clear_pointer (&settings->base_url, g_free);
  g_clear_pointer (&settings->ca_file, g_free);
  g_clear_pointer (&settings->results_location, g_free);
  g_clear_pointer (&settings->source_id, g_free);
}

void
gst_circadify_sink_settings_copy (const GstCircadifySinkSettings * settings,
    GstCircadifySinkSettings * copy)
{
  *copy = *settings;
  memset (&copy->capture, 0, sizeof (copy->capture));
  copy->api_key = g_strdup (settings->api_key);
  copy->api_key_file = g_strdup (settings->api_key_file);
  copy->base_url = g_strdup (settings->base_url);
  copy->ca_file = g_strdup (settings->ca_file);
  copy->results_location = g_strdup (settings->results_location);
  copy->source_id = g_strdup (settings->source_id);
}

/* Where the value of a property is kept. */
static gpointer
find_field (GstCircadifySinkSettings * settings, guint id)
{
  switch (id) {
    case PROP_API_KEY:
      return &settings->api_key;
    case PROP_API_KEY_FILE:
      return &settings->api_key_file;
    case PROP_BASE_URL:
      return &settings->base_url;
    case PROP_CA_FILE:
      return &settings->ca_file;
    case PROP_AGE:
      return &settings->demographics.age;
    case PROP_SEX:
      return &settings->demographics.sex;
    case PROP_FITZPATRICK:
      return &settings->demographics.fitzpatrick;
    case PROP_ACTIVE:
      return &settings->active;
    case PROP_NUM_SCANS:
      return &settings->num_scans;
    case PROP_EOS_AFTER_SCANS:
      return &settings->eos_after_scans;
    case PROP_QUOTA_RESERVE:
      return &settings->quota_reserve;
    case PROP_MAX_SESSIONS:
      return &settings->max_sessions;
    case PROP_MAX_QUEUED_WINDOWS:
      return &settings->max_queued_windows;
    case PROP_QUEUE_POLICY:
      return &settings->queue_policy;
    case PROP_REQUEST_TIMEOUT:
      return &settings->request_timeout;
    case PROP_UPLOAD_TIMEOUT:
      return &settings->upload_timeout;
    case PROP_POLL_INTERVAL:
      return &settings->poll_interval;
    case PROP_POLL_TIMEOUT:
      return &settings->poll_timeout;
    case PROP_DRAIN_TIMEOUT:
      return &settings->drain_timeout;
    case PROP_MAX_RETRIES:
      return &settings->max_retries;
    case PROP_ALLOW_FALLBACK:
      return &settings->allow_fallback;
    case PROP_ON_FAILURE:
      return &settings->on_failure;
    case PROP_RESULTS_LOCATION:
      return &settings->results_location;
    case PROP_SOURCE_ID:
      return &settings->source_id;
    case PROP_POST_PROGRESS:
      return &settings->post_progress;
    default:
      return NULL;
  }
}

static void
gst_circadify_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (object);
  gpointer field = find_field (&self->settings, id);

  if (id >= PROP_CAPTURE) {
    gst_vitals_capture_settings_set (&self->settings.capture, id - PROP_CAPTURE,
        value, GST_ELEMENT (object));
  } else if (field) {
    GST_OBJECT_LOCK (self);
    gst_vitals_field_set (field, value);
    GST_OBJECT_UNLOCK (self);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static GstStructure *
copy_last_reading (GstCircadifySink * self)
{
  GstStructure *reading = NULL;

  g_mutex_lock (&self->lock);
  if (self->last_reading)
    reading = gst_structure_copy (self->last_reading);
  g_mutex_unlock (&self->lock);
  return reading;
}

static const gchar *
get_key_environment (GstCircadifySink * self)
{
  const gchar *environment = NULL;

  g_mutex_lock (&self->lock);
  if (self->client)
    environment = vitals_circadify_client_get_key_environment (self->client);
  g_mutex_unlock (&self->lock);
  return environment;
}

static void
gst_circadify_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (object);
  gpointer field = find_field (&self->settings, id);

  if (id >= PROP_CAPTURE) {
    GST_OBJECT_LOCK (self);
    gst_vitals_capture_settings_get (&self->settings.capture, id - PROP_CAPTURE,
        value);
    GST_OBJECT_UNLOCK (self);
  } else if (id == PROP_STATS) {
    g_value_take_boxed (value, gst_circadify_sink_get_stats (self));
  } else if (id == PROP_LAST_READING) {
    g_value_take_boxed (value, copy_last_reading (self));
  } else if (id == PROP_KEY_ENVIRONMENT) {
    g_value_set_string (value, get_key_environment (self));
  } else if (field && id != PROP_API_KEY) {
    GST_OBJECT_LOCK (self);
    gst_vitals_field_get (field, value);
    GST_OBJECT_UNLOCK (self);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
install (GObjectClass * klass, guint id, GParamSpec * pspec)
{
  g_object_class_install_property (klass, id, pspec);
}

static void
install_text (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, const gchar * default_value)
{
  install (klass, id, g_param_spec_string (name, nick, blurb, default_value,
          READY_FLAGS));
}

/* Times are in ns. */
static void
install_time (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, guint64 default_value)
{
  install (klass, id, g_param_spec_uint64 (name, nick, blurb, GST_MSECOND,
          G_MAXINT64, default_value, READY_FLAGS));
}

static void
install_service (GObjectClass * klass)
{
  install (klass, PROP_API_KEY, g_param_spec_string ("api-key", "API key",
          "ck_test_... or ck_live_...; can be written, not read. Where it is "
          "not set, api-key-file and then the environment variable "
          "CIRCADIFY_API_KEY say it", NULL, G_PARAM_WRITABLE
          | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
  install_text (klass, PROP_API_KEY_FILE, "api-key-file", "API key file",
      "File whose first line is the API key (default: none)",
      DEFAULT_API_KEY_FILE);
  install_text (klass, PROP_BASE_URL, "base-url", "Base URL",
      "Where the service is: https, or http on this machine only (default: the "
      "environment variable CIRCADIFY_BASE_URL, else "
      VITALS_CIRCADIFY_DEFAULT_BASE_URL ")", DEFAULT_BASE_URL);
  install_text (klass, PROP_CA_FILE, "ca-file", "CA file",
      "PEM file of the certification authorities to trust (default: those of "
      "the system)", DEFAULT_CA_FILE);
  install (klass, PROP_KEY_ENVIRONMENT, g_param_spec_string ("key-environment",
          "Key environment", "test or live, by the prefix of the key; NULL "
          "below READY", NULL, READ_FLAGS));
}

static void
install_demographics (GObjectClass * klass)
{
  install (klass, PROP_AGE, g_param_spec_int ("age", "Age",
          "Age of the person in years, taken when a window starts (-1: not "
          "told)", -1, 120, DEFAULT_AGE, PLAYING_FLAGS));
  install (klass, PROP_SEX, g_param_spec_enum ("sex", "Sex",
          "Sex of the person, taken when a window starts", VITALS_TYPE_SEX,
          DEFAULT_SEX, PLAYING_FLAGS));
  install (klass, PROP_FITZPATRICK, g_param_spec_int ("fitzpatrick",
          "Fitzpatrick skin type", "Skin type 1 to 6, taken when a window "
          "starts (0: not told)", 0, 6, DEFAULT_FITZPATRICK, PLAYING_FLAGS));
  gst_type_mark_as_plugin_api (VITALS_TYPE_SEX, 0);
}

static void
install_scans (GObjectClass * klass)
{
  install (klass, PROP_ACTIVE, g_param_spec_boolean ("active", "Active",
          "Whether windows are captured; else frames are discarded until the "
          "signal scan", DEFAULT_ACTIVE, PLAYING_FLAGS));
  install (klass, PROP_NUM_SCANS, g_param_spec_int ("num-scans",
          "Number of scans", "Scans (accepted starts) after which frames are "
          "discarded (-1: no limit)", -1, G_MAXINT, DEFAULT_NUM_SCANS,
          READY_FLAGS));
  install (klass, PROP_EOS_AFTER_SCANS,
      g_param_spec_boolean ("eos-after-scans", "EOS after scans",
          "Whether the stream ends after the last answer of num-scans",
          DEFAULT_EOS_AFTER_SCANS, READY_FLAGS));
  install (klass, PROP_QUOTA_RESERVE, g_param_spec_uint64 ("quota-reserve",
          "Quota reserve", "Start no scan when the service says that this many "
          "scans or fewer are left", 0, G_MAXINT64, DEFAULT_QUOTA_RESERVE,
          READY_FLAGS));
  install (klass, PROP_MAX_SESSIONS, g_param_spec_uint ("max-sessions",
          "Max sessions", "Sessions of this sink at the same time", 1, 64,
          DEFAULT_MAX_SESSIONS, READY_FLAGS));
  install (klass, PROP_MAX_QUEUED_WINDOWS,
      g_param_spec_uint ("max-queued-windows", "Max queued windows",
          "Sealed windows that wait for a session", 1, 1000,
          DEFAULT_MAX_QUEUED_WINDOWS, READY_FLAGS));
  install (klass, PROP_QUEUE_POLICY, g_param_spec_enum ("queue-policy",
          "Queue policy", "What to do when as many windows wait as may",
          GST_TYPE_CIRCADIFY_SINK_QUEUE_POLICY, DEFAULT_QUEUE_POLICY,
          READY_FLAGS));
  gst_type_mark_as_plugin_api (GST_TYPE_CIRCADIFY_SINK_QUEUE_POLICY, 0);
}

static void
install_times (GObjectClass * klass)
{
  install_time (klass, PROP_REQUEST_TIMEOUT, "request-timeout",
      "Request time-out", "Time for a start and for each poll; of an upload "
      "without progress (ns)", DEFAULT_REQUEST_TIMEOUT);
  install_time (klass, PROP_UPLOAD_TIMEOUT, "upload-timeout", "Upload time-out",
      "Time for an upload with all its retries (ns)", DEFAULT_UPLOAD_TIMEOUT);
  install_time (klass, PROP_POLL_INTERVAL, "poll-interval", "Poll interval",
      "Time between two polls (ns)", DEFAULT_POLL_INTERVAL);
  install_time (klass, PROP_POLL_TIMEOUT, "poll-timeout", "Poll time-out",
      "Time until a result must be there; upload-complete has as long (ns)",
      DEFAULT_POLL_TIMEOUT);
  install_time (klass, PROP_DRAIN_TIMEOUT, "drain-timeout", "Drain time-out",
      "Time at EOS for everything that is not answered yet; a pause does not "
      "count (ns)", DEFAULT_DRAIN_TIMEOUT);
  install (klass, PROP_MAX_RETRIES, g_param_spec_uint ("max-retries",
          "Max retries", "How often a request that failed is sent again", 0,
          100, DEFAULT_MAX_RETRIES, READY_FLAGS));
}

static void
install_answers (GObjectClass * klass)
{
  install (klass, PROP_ALLOW_FALLBACK, g_param_spec_boolean ("allow-fallback",
          "Allow fallback", "Accept vitals that were not measured (marked as "
          "fallback, confidence 0)", DEFAULT_ALLOW_FALLBACK, READY_FLAGS));
  gst_vitals_on_failure_install (klass, PROP_ON_FAILURE);
  install_text (klass, PROP_RESULTS_LOCATION, "results-location",
      "Results location", "File to which each message is appended as a line of "
      "JSON (empty: none)", DEFAULT_RESULTS_LOCATION);
  install_text (klass, PROP_SOURCE_ID, "source-id", "Source id",
      "Copied into every message and line (empty: none)", DEFAULT_SOURCE_ID);
  install (klass, PROP_POST_PROGRESS, g_param_spec_boolean ("post-progress",
          "Post progress", "Whether vitals-progress is posted",
          DEFAULT_POST_PROGRESS, PLAYING_FLAGS));
  install (klass, PROP_STATS, g_param_spec_boxed ("stats", "Statistics",
          "State and counts since READY->PAUSED", GST_TYPE_STRUCTURE,
          READ_FLAGS));
  install (klass, PROP_LAST_READING, g_param_spec_boxed ("last-reading",
          "Last reading", "The last vitals message", GST_TYPE_STRUCTURE,
          READ_FLAGS));
}

void
gst_circadify_sink_class_init_properties (GObjectClass * klass)
{
  klass->set_property = gst_circadify_sink_set_property;
  klass->get_property = gst_circadify_sink_get_property;
  install_service (klass);
  install_demographics (klass);
  install_scans (klass);
  install_times (klass);
  install_answers (klass);
  gst_vitals_capture_settings_install (klass, PROP_CAPTURE);
}
