/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: its properties. docs/vitallenssink.md has a table of them.
 */

#include "gstvitallenssink.h"

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
  PROP_RESULTS_LOCATION,
  PROP_SOURCE_ID,
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
  settings->results_location = g_strdup ("");
  settings->source_id = g_strdup ("");
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

static void
set_string (gchar ** string, const GValue * value)
{
  g_free (*string);
  *string = g_value_dup_string (value);
}

/* With the object lock. FALSE: it is none of these. */
static gboolean
set_setting (GstVitalLensSinkSettings * settings, guint id,
    const GValue * value)
{
  switch (id) {
    case PROP_API_KEY:
      set_string (&settings->api_key, value);
      return TRUE;
    case PROP_API_KEY_FILE:
      set_string (&settings->api_key_file, value);
      return TRUE;
    case PROP_BASE_URL:
      set_string (&settings->base_url, value);
      return TRUE;
    case PROP_CA_FILE:
      set_string (&settings->ca_file, value);
      return TRUE;
    case PROP_MODEL:
      set_string (&settings->model, value);
      return TRUE;
    case PROP_ACTIVE:
      settings->active = g_value_get_boolean (value);
      return TRUE;
    case PROP_MODE:
      settings->mode = g_value_get_enum (value);
      return TRUE;
    case PROP_ENCODING:
      settings->encoding = g_value_get_enum (value);
      return TRUE;
    case PROP_PROCESS_SIGNALS:
      settings->process_signals = g_value_get_enum (value);
      return TRUE;
    case PROP_CHUNK_DURATION:
      settings->chunk_duration = g_value_get_uint64 (value);
      return TRUE;
    case PROP_POST_WAVEFORM:
      settings->post_waveform = g_value_get_boolean (value);
      return TRUE;
    case PROP_REQUEST_TIMEOUT:
      settings->request_timeout = g_value_get_uint64 (value);
      return TRUE;
    case PROP_UPLOAD_TIMEOUT:
      settings->upload_timeout = g_value_get_uint64 (value);
      return TRUE;
    case PROP_DRAIN_TIMEOUT:
      settings->drain_timeout = g_value_get_uint64 (value);
      return TRUE;
    case PROP_MAX_RETRIES:
      settings->max_retries = g_value_get_uint (value);
      return TRUE;
    case PROP_RESULTS_LOCATION:
      set_string (&settings->results_location, value);
      return TRUE;
    case PROP_SOURCE_ID:
      set_string (&settings->source_id, value);
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_face_property (guint id)
{
  return id >= PROP_FACE && id < PROP_FACE + GST_VITALS_N_FACE_PROPERTIES;
}

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);
  gboolean known;

  if (is_face_property (id)) {
    gst_vitals_face_settings_set (&self->settings.face, id - PROP_FACE, value,
        GST_ELEMENT (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  known = set_setting (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* With the object lock. FALSE: it is none of these. */
static gboolean
get_setting (const GstVitalLensSinkSettings * settings, guint id,
    GValue * value)
{
  switch (id) {
    case PROP_API_KEY_FILE:
      g_value_set_string (value, settings->api_key_file);
      return TRUE;
    case PROP_BASE_URL:
      g_value_set_string (value, settings->base_url);
      return TRUE;
    case PROP_CA_FILE:
      g_value_set_string (value, settings->ca_file);
      return TRUE;
    case PROP_MODEL:
      g_value_set_string (value, settings->model);
      return TRUE;
    case PROP_ACTIVE:
      g_value_set_boolean (value, settings->active);
      return TRUE;
    case PROP_MODE:
      g_value_set_enum (value, settings->mode);
      return TRUE;
    case PROP_ENCODING:
      g_value_set_enum (value, settings->encoding);
      return TRUE;
    case PROP_PROCESS_SIGNALS:
      g_value_set_enum (value, settings->process_signals);
      return TRUE;
    case PROP_CHUNK_DURATION:
      g_value_set_uint64 (value, settings->chunk_duration);
      return TRUE;
    case PROP_POST_WAVEFORM:
      g_value_set_boolean (value, settings->post_waveform);
      return TRUE;
    case PROP_REQUEST_TIMEOUT:
      g_value_set_uint64 (value, settings->request_timeout);
      return TRUE;
    case PROP_UPLOAD_TIMEOUT:
      g_value_set_uint64 (value, settings->upload_timeout);
      return TRUE;
    case PROP_DRAIN_TIMEOUT:
      g_value_set_uint64 (value, settings->drain_timeout);
      return TRUE;
    case PROP_MAX_RETRIES:
      g_value_set_uint (value, settings->max_retries);
      return TRUE;
    case PROP_RESULTS_LOCATION:
      g_value_set_string (value, settings->results_location);
      return TRUE;
    case PROP_SOURCE_ID:
      g_value_set_string (value, settings->source_id);
      return TRUE;
  }
  if (!is_face_property (id))
    return FALSE;
  gst_vitals_face_settings_get (&settings->face, id - PROP_FACE, value);
  return TRUE;
}

static void
get_property (GObject * object, guint id, GValue * value, GParamSpec * pspec)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);
  gboolean known;

  if (id == PROP_STATS) {
    g_value_take_boxed (value, gst_vitallens_sink_get_stats (self));
    return;
  }
  if (id == PROP_LAST_READING) {
    g_mutex_lock (&self->lock);
    g_value_set_boxed (value, self->last_reading);
    g_mutex_unlock (&self->lock);
    return;
  }
  GST_OBJECT_LOCK (self);
  known = get_setting (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
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

void
gst_vitallens_sink_class_init_properties (GObjectClass * klass)
{
  klass->set_property = set_property;
  klass->get_property = get_property;
  install_service (klass);
  install_measuring (klass);
  install_string (klass, PROP_RESULTS_LOCATION, "results-location",
      "Results location", "File that gets each message as a line of JSON", "");
  g_object_class_install_property (klass, PROP_SOURCE_ID,
      g_param_spec_string ("source-id", "Source id",
          "Copied into every message", "", PLAYING_FLAGS));
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "frames, skipped, chunks, answers, failed, dropped, stale, state",
          GST_TYPE_STRUCTURE, READ_FLAGS));
  g_object_class_install_property (klass, PROP_LAST_READING,
      g_param_spec_boxed ("last-reading", "Last reading",
          "The last vitals message", GST_TYPE_STRUCTURE, READ_FLAGS));
  gst_vitals_face_settings_install (klass, PROP_FACE);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_MODE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_ENCODING, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_SIGNALS, 0);
}
