/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: its properties. docs/vitallenssink.md has a table of them.
 */

#include "gstvitallenssink.h"
#include "gstvitalsfields.h"

#include <string.h>

#define DEFAULT_ACTIVE TRUE
#define DEFAULT_MODE GST_VITALLENS_SINK_MODE_STREAM
#define DEFAULT_ENCODING GST_VITALLENS_SINK_ENCODING_BINARY
#define DEFAULT_PROCESS_SIGNALS GST_VITALLENS_SINK_SIGNALS_CLIENT
#define DEFAULT_CHUNK_DURATION GST_SECOND
#define DEFAULT_POST_WAVEFORM FALSE
#define DEFAULT_REQUEST_TIMEOUT (30 * GST_SECOND)
#define DEFAULT_UPLOAD_TIMEOUT (300 * GST_SECOND)
#define DEFAULT_DRAIN_TIMEOUT (180 * GST_SECOND)
#define DEFAULT_MAX_RETRIES 3
#define DEFAULT_POST_PROGRESS TRUE

enum
{
  PROP_0,
  PROP_API_KEY,
  PROP_API_KEY_FILE,
  PROP_BASE_URL,
  PROP_CA_FILE,
  PROP_MODEL,
  PROP_ACTIVE,
  PROP_MODE,
  PROP_ENCODING,
  PROP_PROCESS_SIGNALS,
  PROP_CHUNK_DURATION,
  PROP_POST_WAVEFORM,
  PROP_REQUEST_TIMEOUT,
  PROP_UPLOAD_TIMEOUT,
  PROP_DRAIN_TIMEOUT,
  PROP_MAX_RETRIES,
  PROP_ON_FAILURE,
  PROP_RESULTS_LOCATION,
  PROP_SOURCE_ID,
  PROP_POST_PROGRESS,
  PROP_STATS,
  PROP_LAST_READING,
  PROP_FACE                     /* the first of gstvitalsfacesettings.h */
};

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READY_FLAGS (FLAGS | GST_PARAM_MUTABLE_READY)
#define PLAYING_FLAGS (FLAGS | GST_PARAM_MUTABLE_PLAYING)
#define READ_FLAGS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

#define GST_TYPE_VITALLENS_SINK_MODE (mode_get_type ())
static GType
mode_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_VITALLENS_SINK_MODE_STREAM, "Chunks, with an answer each", "stream"},
    {GST_VITALLENS_SINK_MODE_FILE, "Up to 900 frames in a call", "file"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstVitalLensSinkMode", values));
  return type;
}

#define GST_TYPE_VITALLENS_SINK_ENCODING (encoding_get_type ())
static GType
encoding_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_VITALLENS_SINK_ENCODING_BINARY, "Compressed bytes", "binary"},
    {GST_VITALLENS_SINK_ENCODING_JSON, "JSON", "json"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstVitalLensSinkEncoding", values));
  return type;
}

#define GST_TYPE_VITALLENS_SINK_SIGNALS (signals_get_type ())
static GType
signals_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_VITALLENS_SINK_SIGNALS_CLIENT, "Here, from the waveform", "client"},
    {GST_VITALLENS_SINK_SIGNALS_SERVER, "By the service", "server"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstVitalLensSinkSignals", values));
  return type;
}

void
gst_vitallens_sink_settings_init (GstVitalLensSinkSettings * settings)
{
  gst_vitals_face_settings_init (&settings->face);
  settings->active = DEFAULT_ACTIVE;
  settings->mode = DEFAULT_MODE;
  settings->encoding = DEFAULT_ENCODING;
  settings->process_signals = DEFAULT_PROCESS_SIGNALS;
  settings->chunk_duration = DEFAULT_CHUNK_DURATION;
  settings->post_waveform = DEFAULT_POST_WAVEFORM;
  settings->request_timeout = DEFAULT_REQUEST_TIMEOUT;
  settings->upload_timeout = DEFAULT_UPLOAD_TIMEOUT;
  settings->drain_timeout = DEFAULT_DRAIN_TIMEOUT;
  settings->max_retries = DEFAULT_MAX_RETRIES;
  settings->on_failure = GST_VITALS_ON_FAILURE_POST;
  settings->results_location = g_strdup ("");
  settings->source_id = g_strdup ("");
  settings->post_progress = DEFAULT_POST_PROGRESS;
}

void
gst_vitallens_sink_settings_clear (GstVitalLensSinkSettings * settings)
{
  gst_vitals_face_settings_clear (&settings->face);
  g_free (settings->api_key);
  g_free (settings->api_key_file);
  g_free (settings->base_url);
  g_free (settings->ca_file);
  g_free (settings->model);
  g_free (settings->results_location);
  g_free (settings->source_id);
}

void
gst_vitallens_sink_settings_copy (const GstVitalLensSinkSettings * settings,
    GstVitalLensSinkSettings * copy)
{
  *copy = *settings;
  memset (&copy->face, 0, sizeof (copy->face));
  copy->api_key = g_strdup (settings->api_key);
  copy->api_key_file = g_strdup (settings->api_key_file);
  copy->base_url = g_strdup (settings->base_url);
  copy->ca_file = g_strdup (settings->ca_file);
  copy->model = g_strdup (settings->model);
  copy->results_location = g_strdup (settings->results_location);
  copy->source_id = g_strdup (settings->source_id);
}

/* Where the value of a property is kept. */
static gpointer
find_field (GstVitalLensSinkSettings * settings, guint id)
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
    case PROP_MODEL:
      return &settings->model;
    case PROP_ACTIVE:
      return &settings->active;
    case PROP_MODE:
      return &settings->mode;
    case PROP_ENCODING:
      return &settings->encoding;
    case PROP_PROCESS_SIGNALS:
      return &settings->process_signals;
    case PROP_CHUNK_DURATION:
      return &settings->chunk_duration;
    case PROP_POST_WAVEFORM:
      return &settings->post_waveform;
    case PROP_REQUEST_TIMEOUT:
      return &settings->request_timeout;
    case PROP_UPLOAD_TIMEOUT:
      return &settings->upload_timeout;
    case PROP_DRAIN_TIMEOUT:
      return &settings->drain_timeout;
    case PROP_MAX_RETRIES:
      return &settings->max_retries;
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

static gboolean
is_face_property (guint id)
{
  return id >= PROP_FACE && id < PROP_FACE + GST_VITALS_N_FACE_PROPERTIES;
}

static void
gst_vitallens_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);
  gpointer field = find_field (&self->settings, id);

  if (is_face_property (id)) {
    gst_vitals_face_settings_set (&self->settings.face, id - PROP_FACE, value,
        GST_ELEMENT (self));
  } else if (field) {
    GST_OBJECT_LOCK (self);
    gst_vitals_field_set (field, value);
    GST_OBJECT_UNLOCK (self);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_vitallens_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);
  gpointer field = find_field (&self->settings, id);

  if (is_face_property (id)) {
    GST_OBJECT_LOCK (self);
    gst_vitals_face_settings_get (&self->settings.face, id - PROP_FACE, value);
    GST_OBJECT_UNLOCK (self);
  } else if (id == PROP_STATS) {
    g_value_take_boxed (value, gst_vitallens_sink_get_stats (self));
  } else if (id == PROP_LAST_READING) {
    g_mutex_lock (&self->lock);
    g_value_set_boxed (value, self->last_reading);
    g_mutex_unlock (&self->lock);
  } else if (field && id != PROP_API_KEY) {
    GST_OBJECT_LOCK (self);
    gst_vitals_field_get (field, value);
    GST_OBJECT_UNLOCK (self);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
install_string (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, const gchar * usual)
{
  g_object_class_install_property (klass, id, g_param_spec_string (name, nick,
          blurb, usual, READY_FLAGS));
}

static void
install_time (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, guint64 usual)
{
  g_object_class_install_property (klass, id, g_param_spec_uint64 (name, nick,
          blurb, 1, G_MAXINT64, usual, READY_FLAGS));
}

static void
install_service (GObjectClass * klass)
{
  g_object_class_install_property (klass, PROP_API_KEY,
      g_param_spec_string ("api-key", "API key", "Key of the account (unset: "
          "api-key-file, then environment VITALLENS_API_KEY)", NULL,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
  install_string (klass, PROP_API_KEY_FILE, "api-key-file", "API key file",
      "File whose first line is the API key", NULL);
  install_string (klass, PROP_BASE_URL, "base-url", "Base URL",
      "Where the service is: https, or http on this machine only (unset: "
      "environment VITALLENS_BASE_URL, else "
      VITALS_VITALLENS_DEFAULT_BASE_URL ")", NULL);
  install_string (klass, PROP_CA_FILE, "ca-file", "CA file",
      "PEM file of the certification authorities to trust (unset: those of "
      "the system)", NULL);
  install_string (klass, PROP_MODEL, "model", "Model",
      "Model to ask for (unset: the service chooses)", NULL);
  install_time (klass, PROP_REQUEST_TIMEOUT, "request-timeout",
      "Request time-out", "Time for each call; for JSON without progress (ns)",
      DEFAULT_REQUEST_TIMEOUT);
  install_time (klass, PROP_UPLOAD_TIMEOUT, "upload-timeout",
      "Upload time-out", "Time for a call with JSON (ns)",
      DEFAULT_UPLOAD_TIMEOUT);
  install_time (klass, PROP_DRAIN_TIMEOUT, "drain-timeout", "Drain time-out",
      "Time for what is unanswered at the end of the stream (ns)",
      DEFAULT_DRAIN_TIMEOUT);
  g_object_class_install_property (klass, PROP_MAX_RETRIES,
      g_param_spec_uint ("max-retries", "Max retries",
          "How often a call is sent again that was not accepted", 0, 100,
          DEFAULT_MAX_RETRIES, READY_FLAGS));
}

static void
install_measuring (GObjectClass * klass)
{
  g_object_class_install_property (klass, PROP_ACTIVE,
      g_param_spec_boolean ("active", "Active",
          "Whether frames are measured; false: they are discarded",
          DEFAULT_ACTIVE, PLAYING_FLAGS));
  g_object_class_install_property (klass, PROP_MODE, g_param_spec_enum ("mode",
          "Mode", "How frames are sent", GST_TYPE_VITALLENS_SINK_MODE,
          DEFAULT_MODE, READY_FLAGS));
  g_object_class_install_property (klass, PROP_ENCODING,
      g_param_spec_enum ("encoding", "Encoding",
          "How chunks are sent (mode=stream)",
          GST_TYPE_VITALLENS_SINK_ENCODING, DEFAULT_ENCODING, READY_FLAGS));
  g_object_class_install_property (klass, PROP_PROCESS_SIGNALS,
      g_param_spec_enum ("process-signals", "Process signals",
          "Where rates are computed; server needs mode=file",
          GST_TYPE_VITALLENS_SINK_SIGNALS, DEFAULT_PROCESS_SIGNALS,
          READY_FLAGS));
  g_object_class_install_property (klass, PROP_CHUNK_DURATION,
      g_param_spec_uint64 ("chunk-duration", "Chunk duration",
          "Media time of a chunk (mode=stream, ns)", 200 * GST_MSECOND,
          5 * GST_SECOND, DEFAULT_CHUNK_DURATION, READY_FLAGS));
  g_object_class_install_property (klass, PROP_POST_WAVEFORM,
      g_param_spec_boolean ("post-waveform", "Post waveform",
          "Whether messages hold the pulse of the heart rate's window",
          DEFAULT_POST_WAVEFORM, PLAYING_FLAGS));
}

static void
install_answers (GObjectClass * klass)
{
  gst_vitals_on_failure_install (klass, PROP_ON_FAILURE);
  install_string (klass, PROP_RESULTS_LOCATION, "results-location",
      "Results location", "File to which each message is appended as a line of "
      "JSON (empty: none)", "");
  install_string (klass, PROP_SOURCE_ID, "source-id", "Source id",
      "Copied into every message and line (empty: none)", "");
  g_object_class_install_property (klass, PROP_POST_PROGRESS,
      g_param_spec_boolean ("post-progress", "Post progress",
          "Whether vitals-progress is posted", DEFAULT_POST_PROGRESS,
          PLAYING_FLAGS));
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "State and counts since READY->PAUSED", GST_TYPE_STRUCTURE,
          READ_FLAGS));
  g_object_class_install_property (klass, PROP_LAST_READING,
      g_param_spec_boxed ("last-reading", "Last reading",
          "The last vitals message", GST_TYPE_STRUCTURE, READ_FLAGS));
}

void
gst_vitallens_sink_class_init_properties (GObjectClass * klass)
{
  klass->set_property = gst_vitallens_sink_set_property;
  klass->get_property = gst_vitallens_sink_get_property;
  install_service (klass);
  install_measuring (klass);
  install_answers (klass);
  gst_vitals_face_settings_install (klass, PROP_FACE);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_MODE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_ENCODING, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_SIGNALS, 0);
}
