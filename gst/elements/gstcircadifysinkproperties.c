/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: its properties. docs/circadifysink.md has a table of them.
 */

#include "gstcircadifysink.h"

#include <vitals/client/vitals-service-defaults-private.h>

#define DEFAULT_AGE -1
#define DEFAULT_SEX VITALS_SEX_UNSET
#define DEFAULT_FITZPATRICK 0
#define DEFAULT_NUM_SCANS -1
#define DEFAULT_EOS_AFTER_SCANS FALSE
#define DEFAULT_QUOTA_RESERVE 0
#define DEFAULT_MAX_SESSIONS 4
#define DEFAULT_MAX_QUEUED_WINDOWS 2
#define DEFAULT_QUEUE_POLICY GST_CIRCADIFY_SINK_QUEUE_AUTO
#define DEFAULT_ALLOW_FALLBACK FALSE
#define SHORTEST_TIME GST_MSECOND

/* those of every sink of a service come first */
enum
{
  PROP_AGE = GST_VITALS_N_SERVICE_PROPERTIES,
  PROP_SEX,
  PROP_FITZPATRICK,
  PROP_NUM_SCANS,
  PROP_EOS_AFTER_SCANS,
  PROP_QUOTA_RESERVE,
  PROP_MAX_SESSIONS,
  PROP_MAX_QUEUED_WINDOWS,
  PROP_QUEUE_POLICY,
  PROP_POLL_INTERVAL,
  PROP_POLL_TIMEOUT,
  PROP_ALLOW_FALLBACK,
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
  settings->num_scans = DEFAULT_NUM_SCANS;
  settings->eos_after_scans = DEFAULT_EOS_AFTER_SCANS;
  settings->quota_reserve = DEFAULT_QUOTA_RESERVE;
  settings->max_sessions = DEFAULT_MAX_SESSIONS;
  settings->max_queued_windows = DEFAULT_MAX_QUEUED_WINDOWS;
  settings->queue_policy = DEFAULT_QUEUE_POLICY;
  settings->poll_interval = VITALS_DEFAULT_POLL_INTERVAL;
  settings->poll_timeout = VITALS_DEFAULT_POLL_TIMEOUT;
  settings->allow_fallback = DEFAULT_ALLOW_FALLBACK;
}

static gpointer
gst_circadify_sink_find_field (GstVitalsServiceSink * service, guint id)
{
  GstCircadifySinkSettings *settings = &GST_CIRCADIFY_SINK (service)->settings;

  switch (id) {
    case PROP_AGE:
      return &settings->demographics.age;
    case PROP_SEX:
      return &settings->demographics.sex;
    case PROP_FITZPATRICK:
      return &settings->demographics.fitzpatrick;
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
    case PROP_POLL_INTERVAL:
      return &settings->poll_interval;
    case PROP_POLL_TIMEOUT:
      return &settings->poll_timeout;
    case PROP_ALLOW_FALLBACK:
      return &settings->allow_fallback;
    default:
      return NULL;
  }
}

static void
gst_circadify_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (object);

  if (id >= PROP_CAPTURE) {
    gst_vitals_capture_settings_set (&self->settings.capture, id - PROP_CAPTURE,
        value, GST_ELEMENT (object));
    gst_vitals_service_sink_note_set (&self->parent, pspec);
  } else {
    gst_vitals_service_sink_set_property (object, id, value, pspec);
  }
}

static const gchar *
get_key_environment (GstCircadifySink * self)
{
  const gchar *environment = NULL;

  g_mutex_lock (&self->parent.lock);
  if (self->parent.client)
    environment =
        vitals_circadify_client_get_key_environment (self->parent.client);
  g_mutex_unlock (&self->parent.lock);
  return environment;
}

static void
gst_circadify_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (object);

  if (id >= PROP_CAPTURE) {
    GST_OBJECT_LOCK (self);
    gst_vitals_capture_settings_get (&self->settings.capture, id - PROP_CAPTURE,
        value);
    GST_OBJECT_UNLOCK (self);
  } else if (id == PROP_KEY_ENVIRONMENT) {
    g_value_set_string (value, get_key_environment (self));
  } else {
    gst_vitals_service_sink_get_property (object, id, value, pspec);
  }
}

static void
install (GObjectClass * klass, guint id, GParamSpec * pspec)
{
  g_object_class_install_property (klass, id, pspec);
}

/* Times are in ns. */
static void
install_time (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, guint64 default_value)
{
  install (klass, id, g_param_spec_uint64 (name, nick, blurb, SHORTEST_TIME,
          G_MAXINT64, default_value, READY_FLAGS));
}

static void
install_demographics (GObjectClass * klass)
{
  /**
   * GstCircadifySink:age:
   *
   * Age of the person in years, 0 to 120; -1: not told. Taken when a window
   * starts.
   *
   * Since: 0.1
   */
  install (klass, PROP_AGE, g_param_spec_int ("age", "Age",
          "Age of the person in years, taken when a window starts (-1: not "
          "told)", -1, 120, DEFAULT_AGE, PLAYING_FLAGS));
  /**
   * GstCircadifySink:sex:
   *
   * Sex of the person, as the service understands it; unset: not told. Taken
   * when a window starts.
   *
   * Since: 0.1
   */
  install (klass, PROP_SEX, g_param_spec_enum ("sex", "Sex",
          "Sex of the person, taken when a window starts", VITALS_TYPE_SEX,
          DEFAULT_SEX, PLAYING_FLAGS));
  /**
   * GstCircadifySink:fitzpatrick:
   *
   * Skin type of the person after Fitzpatrick, 1 to 6; 0: not told. Taken when
   * a window starts.
   *
   * Since: 0.1
   */
  install (klass, PROP_FITZPATRICK, g_param_spec_int ("fitzpatrick",
          "Fitzpatrick skin type", "Skin type 1 to 6, taken when a window "
          "starts (0: not told)", 0, 6, DEFAULT_FITZPATRICK, PLAYING_FLAGS));
  gst_type_mark_as_plugin_api (VITALS_TYPE_SEX, 0);
}

static void
install_scans (GObjectClass * klass)
{
  /**
   * GstCircadifySink:num-scans:
   *
   * How many scans are started at most. One counts, and is paid for, when the
   * service has accepted it; one whose answer was lost, or that was cancelled
   * before its answer came, counts too, as it may have been accepted. -1: no
   * limit; 0: none.
   *
   * Since: 0.1
   */
  install (klass, PROP_NUM_SCANS, g_param_spec_int ("num-scans",
          "Number of scans", "Scans (accepted, or perhaps accepted, starts) "
          "after which frames are discarded (-1: no limit)", -1, G_MAXINT,
          DEFAULT_NUM_SCANS, READY_FLAGS));
  /**
   * GstCircadifySink:eos-after-scans:
   *
   * Whether the stream ends after the last answer of
   * #GstCircadifySink:num-scans, or when no more scan may be started. Else
   * frames are discarded from then on.
   *
   * Since: 0.1
   */
  install (klass, PROP_EOS_AFTER_SCANS,
      g_param_spec_boolean ("eos-after-scans", "EOS after scans",
          "Whether the stream ends after the last answer of num-scans",
          DEFAULT_EOS_AFTER_SCANS, READY_FLAGS));
  /**
   * GstCircadifySink:quota-reserve:
   *
   * Scans to leave to others of the same account: none is started when the
   * service says that this many or fewer remain.
   *
   * Since: 0.1
   */
  install (klass, PROP_QUOTA_RESERVE, g_param_spec_uint64 ("quota-reserve",
          "Quota reserve", "Start no scan when the service says that this many "
          "scans or fewer are left", 0, G_MAXINT64, DEFAULT_QUOTA_RESERVE,
          READY_FLAGS));
  /**
   * GstCircadifySink:max-sessions:
   *
   * Scans under way at the same time, 1 to 64. An answer can take longer than
   * a window.
   *
   * Since: 0.1
   */
  install (klass, PROP_MAX_SESSIONS, g_param_spec_uint ("max-sessions",
          "Max sessions", "Sessions of this sink at the same time", 1, 64,
          DEFAULT_MAX_SESSIONS, READY_FLAGS));
  /**
   * GstCircadifySink:max-queued-windows:
   *
   * Windows that wait for a scan of theirs to start, 1 to 1000; each holds its
   * payload in memory.
   *
   * Since: 0.1
   */
  install (klass, PROP_MAX_QUEUED_WINDOWS,
      g_param_spec_uint ("max-queued-windows", "Max queued windows",
          "Sealed windows that wait for a session", 1, 1000,
          DEFAULT_MAX_QUEUED_WINDOWS, READY_FLAGS));
  /**
   * GstCircadifySink:queue-policy:
   *
   * What happens when as many windows wait as may: upstream is blocked, or the
   * oldest of them is dropped. auto: dropped when upstream is live.
   *
   * Since: 0.1
   */
  install (klass, PROP_QUEUE_POLICY, g_param_spec_enum ("queue-policy",
          "Queue policy", "What to do when as many windows wait as may",
          GST_TYPE_CIRCADIFY_SINK_QUEUE_POLICY, DEFAULT_QUEUE_POLICY,
          READY_FLAGS));
  gst_type_mark_as_plugin_api (GST_TYPE_CIRCADIFY_SINK_QUEUE_POLICY, 0);
}

static void
install_answers (GObjectClass * klass)
{
  /**
   * GstCircadifySink:poll-interval:
   *
   * Time between two questions for a result, in ns, 1 ms or more.
   *
   * Since: 0.1
   */
  install_time (klass, PROP_POLL_INTERVAL, "poll-interval", "Poll interval",
      "Time between two polls (ns)", VITALS_DEFAULT_POLL_INTERVAL);
  /**
   * GstCircadifySink:poll-timeout:
   *
   * Time until the result of a window must be there, in ns, 1 ms or more. The
   * request that completes the upload has as long.
   *
   * Since: 0.1
   */
  install_time (klass, PROP_POLL_TIMEOUT, "poll-timeout", "Poll time-out",
      "Time until a result must be there; upload-complete has as long (ns)",
      VITALS_DEFAULT_POLL_TIMEOUT);
  /**
   * GstCircadifySink:allow-fallback:
   *
   * Whether vitals are accepted that the service did not measure but took from
   * usual ranges. They are marked `is-fallback`, with confidence 0.
   *
   * Since: 0.1
   */
  install (klass, PROP_ALLOW_FALLBACK, g_param_spec_boolean ("allow-fallback",
          "Allow fallback", "Accept vitals that were not measured (marked as "
          "fallback, confidence 0)", DEFAULT_ALLOW_FALLBACK, READY_FLAGS));
  /**
   * GstCircadifySink:key-environment:
   *
   * `test` or `live`, by the prefix of the API key; %NULL below READY.
   *
   * Since: 0.1
   */
  install (klass, PROP_KEY_ENVIRONMENT, g_param_spec_string ("key-environment",
          "Key environment", "test or live, by the prefix of the key; NULL "
          "below READY", NULL, READ_FLAGS));
}

static const GstVitalsServiceBlurbs blurbs = {
  .shortest_time = SHORTEST_TIME,
  .api_key = "ck_test_... or ck_live_...; can be written, not read. Where it "
      "is not set, api-key-file and then the environment variable "
      "CIRCADIFY_API_KEY say it",
  .api_key_file = "File whose first line is the API key (default: none)",
  .base_url = "Where the service is: https, or http on this machine only "
      "(default: the environment variable CIRCADIFY_BASE_URL, else "
      VITALS_CIRCADIFY_DEFAULT_BASE_URL ")",
  .ca_file = "PEM file of the certification authorities to trust (default: "
      "those of the system)",
  .active = "Whether windows are captured; else frames are discarded until the "
      "signal scan",
  .request_timeout = "Time for a start and for each poll; of an upload without "
      "progress (ns)",
  .upload_timeout = "Time for an upload with all its retries (ns)",
  .drain_timeout = "Time at EOS for everything that is not answered yet; a "
      "pause does not count (ns)",
  .max_retries = "How often a request that failed is sent again"
};

void
gst_circadify_sink_class_init_properties (GstVitalsServiceSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  klass->find_field = gst_circadify_sink_find_field;
  object_class->set_property = gst_circadify_sink_set_property;
  object_class->get_property = gst_circadify_sink_get_property;
  gst_vitals_service_settings_install (object_class, &blurbs);
  install_demographics (object_class);
  install_scans (object_class);
  install_answers (object_class);
  gst_vitals_capture_settings_install (object_class, PROP_CAPTURE);
}
