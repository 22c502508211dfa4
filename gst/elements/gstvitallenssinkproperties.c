/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: its properties. docs/vitallenssink.md has a table of them.
 */

#include "gstvitallenssink.h"

#define DEFAULT_MODE GST_VITALLENS_SINK_MODE_STREAM
#define DEFAULT_ENCODING GST_VITALLENS_SINK_ENCODING_BINARY
#define DEFAULT_PROCESS_SIGNALS GST_VITALLENS_SINK_SIGNALS_CLIENT
#define DEFAULT_CHUNK_DURATION GST_SECOND
#define DEFAULT_POST_WAVEFORM FALSE

/* those of every sink of a service come first */
enum
{
  PROP_MODEL = GST_VITALS_N_SERVICE_PROPERTIES,
  PROP_MODE,
  PROP_ENCODING,
  PROP_PROCESS_SIGNALS,
  PROP_CHUNK_DURATION,
  PROP_POST_WAVEFORM,
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
  settings->mode = DEFAULT_MODE;
  settings->encoding = DEFAULT_ENCODING;
  settings->process_signals = DEFAULT_PROCESS_SIGNALS;
  settings->chunk_duration = DEFAULT_CHUNK_DURATION;
  settings->post_waveform = DEFAULT_POST_WAVEFORM;
}

void
gst_vitallens_sink_settings_clear (GstVitalLensSinkSettings * settings)
{
  gst_vitals_face_settings_clear (&settings->face);
  g_free (settings->model);
}

static gpointer
gst_vitallens_sink_find_field (GstVitalsServiceSink * service, guint id)
{
  GstVitalLensSinkSettings *settings = &GST_VITALLENS_SINK (service)->settings;

  switch (id) {
    case PROP_MODEL:
      return &settings->model;
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
    default:
      return NULL;
  }
}

static void
gst_vitallens_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);

  if (id >= PROP_FACE)
    gst_vitals_face_settings_set (&self->settings.face, id - PROP_FACE, value,
        GST_ELEMENT (self));
  else
    gst_vitals_service_sink_set_property (object, id, value, pspec);
}

static void
gst_vitallens_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);

  if (id >= PROP_FACE) {
    GST_OBJECT_LOCK (self);
    gst_vitals_face_settings_get (&self->settings.face, id - PROP_FACE, value);
    GST_OBJECT_UNLOCK (self);
  } else {
    gst_vitals_service_sink_get_property (object, id, value, pspec);
  }
}

static void
install_measuring (GObjectClass * klass)
{
  /**
   * GstVitalLensSink:model:
   *
   * Name of the model to ask for, and to name in each call. Unset, the default:
   * the service chooses. Changeable in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_MODEL,
      g_param_spec_string ("model", "Model",
          "Model to ask for (unset: the service chooses)", NULL, READY_FLAGS));
  /**
   * GstVitalLensSink:mode:
   *
   * How frames are sent: stream, the default: in chunks, with an answer each;
   * file: up to 900 frames in a call. Changeable in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_MODE, g_param_spec_enum ("mode",
          "Mode", "How frames are sent", GST_TYPE_VITALLENS_SINK_MODE,
          DEFAULT_MODE, READY_FLAGS));
  /**
   * GstVitalLensSink:encoding:
   *
   * How chunks are sent with #GstVitalLensSink:mode stream: binary, the
   * default, or json. Changeable in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_ENCODING,
      g_param_spec_enum ("encoding", "Encoding",
          "How chunks are sent (mode=stream)",
          GST_TYPE_VITALLENS_SINK_ENCODING, DEFAULT_ENCODING, READY_FLAGS));
  /**
   * GstVitalLensSink:process-signals:
   *
   * Where rates are computed: client, the default: here, from the waveform;
   * server: by the service, only with #GstVitalLensSink:mode file. Changeable
   * in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_PROCESS_SIGNALS,
      g_param_spec_enum ("process-signals", "Process signals",
          "Where rates are computed; server needs mode=file",
          GST_TYPE_VITALLENS_SINK_SIGNALS, DEFAULT_PROCESS_SIGNALS,
          READY_FLAGS));
  /**
   * GstVitalLensSink:chunk-duration:
   *
   * Media time of a chunk with #GstVitalLensSink:mode stream, in ns, 200 ms to
   * 5 s, by default 1 s. Changeable in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_CHUNK_DURATION,
      g_param_spec_uint64 ("chunk-duration", "Chunk duration",
          "Media time of a chunk (mode=stream, ns)", 200 * GST_MSECOND,
          5 * GST_SECOND, DEFAULT_CHUNK_DURATION, READY_FLAGS));
  /**
   * GstVitalLensSink:post-waveform:
   *
   * Whether `vitals` messages hold the pulse of the window of their heart rate,
   * by default false. Changeable in PLAYING.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_POST_WAVEFORM,
      g_param_spec_boolean ("post-waveform", "Post waveform",
          "Whether messages hold the pulse of the heart rate's window",
          DEFAULT_POST_WAVEFORM, PLAYING_FLAGS));
}

static const GstVitalsServiceBlurbs blurbs = {
  .shortest_time = 1,
  .api_key = "Key of the account (unset: api-key-file, then environment "
      "VITALLENS_API_KEY)",
  .api_key_file = "File whose first line is the API key",
  .base_url = "Where the service is: https, or http on this machine only "
      "(unset: environment VITALLENS_BASE_URL, else "
      VITALS_VITALLENS_DEFAULT_BASE_URL ")",
  .ca_file = "PEM file of the certification authorities to trust (unset: those "
      "of the system)",
  .active = "Whether frames are measured; false: they are discarded",
  .request_timeout = "Time for each call; for JSON without progress (ns)",
  .upload_timeout = "Time for a call with JSON (ns)",
  .drain_timeout = "Time for what is unanswered at the end of the stream (ns)",
  .max_retries = "How often a call is sent again that was not accepted"
};

void
gst_vitallens_sink_class_init_properties (GstVitalsServiceSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  klass->find_field = gst_vitallens_sink_find_field;
  object_class->set_property = gst_vitallens_sink_set_property;
  object_class->get_property = gst_vitallens_sink_get_property;
  gst_vitals_service_settings_install (object_class, &blurbs);
  install_measuring (object_class);
  gst_vitals_face_settings_install (object_class, PROP_FACE);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_MODE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_ENCODING, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALLENS_SINK_SIGNALS, 0);
}
