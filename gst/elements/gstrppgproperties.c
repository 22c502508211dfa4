/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* rppg: its properties. */

#include "gstrppg.h"

#define DEFAULT_INTERVAL GST_SECOND

enum
{
  PROP_0,
  PROP_METHOD,
  PROP_WINDOW_DURATION,
  PROP_RESPIRATION_WINDOW,
  PROP_HRV_WINDOW,
  PROP_INTERVAL,
  PROP_MIN_CONFIDENCE,
  PROP_POST_WAVEFORM,
  PROP_SIGNAL_LOCATION,
  PROP_SOURCE_ID,
  PROP_FACE                     /* the first of those of the face, the last here */
};

void
gst_rppg_settings_init (GstRppgSettings * settings)
{
  gst_vitals_face_settings_init (&settings->face);
  vitals_pulse_config_init (&settings->pulse);
  settings->interval = DEFAULT_INTERVAL;
  settings->source_id = g_strdup ("");
}

void
gst_rppg_settings_clear (GstRppgSettings * settings)
{
  gst_vitals_face_settings_clear (&settings->face);
  g_clear_pointer (&settings->signal_location, g_free);
  g_clear_pointer (&settings->source_id, g_free);
}

static void
gst_rppg_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstRppg *self = GST_RPPG (object);
  GstRppgSettings *settings = &self->settings;

  if (id >= PROP_FACE) {
    gst_vitals_face_settings_set (&settings->face, id - PROP_FACE, value,
        GST_ELEMENT (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_METHOD:
      settings->pulse.method = g_value_get_enum (value);
      break;
    case PROP_WINDOW_DURATION:
      settings->pulse.window = g_value_get_uint64 (value);
      break;
    case PROP_RESPIRATION_WINDOW:
      settings->pulse.respiration_window = g_value_get_uint64 (value);
      break;
    case PROP_HRV_WINDOW:
      settings->pulse.hrv_window = g_value_get_uint64 (value);
      break;
    case PROP_INTERVAL:
      settings->interval = g_value_get_uint64 (value);
      break;
    case PROP_MIN_CONFIDENCE:
      settings->pulse.min_confidence = g_value_get_double (value);
      break;
    case PROP_POST_WAVEFORM:
      settings->post_waveform = g_value_get_boolean (value);
      break;
    case PROP_SIGNAL_LOCATION:
      g_free (settings->signal_location);
      settings->signal_location = g_value_dup_string (value);
      break;
    case PROP_SOURCE_ID:
      g_free (settings->source_id);
      settings->source_id = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rppg_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstRppg *self = GST_RPPG (object);
  GstRppgSettings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_METHOD:
      g_value_set_enum (value, settings->pulse.method);
      break;
    case PROP_WINDOW_DURATION:
      g_value_set_uint64 (value, settings->pulse.window);
      break;
    case PROP_RESPIRATION_WINDOW:
      g_value_set_uint64 (value, settings->pulse.respiration_window);
      break;
    case PROP_HRV_WINDOW:
      g_value_set_uint64 (value, settings->pulse.hrv_window);
      break;
    case PROP_INTERVAL:
      g_value_set_uint64 (value, settings->interval);
      break;
    case PROP_MIN_CONFIDENCE:
      g_value_set_double (value, settings->pulse.min_confidence);
      break;
    case PROP_POST_WAVEFORM:
      g_value_set_boolean (value, settings->post_waveform);
      break;
    case PROP_SIGNAL_LOCATION:
      g_value_set_string (value, settings->signal_location);
      break;
    case PROP_SOURCE_ID:
      g_value_set_string (value, settings->source_id);
      break;
    default:
      if (id >= PROP_FACE)
        gst_vitals_face_settings_get (&settings->face, id - PROP_FACE, value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)

static void
install_time (GObjectClass * klass, guint id, const gchar * name,
    const gchar * nick, const gchar * blurb, GstClockTime least,
    GstClockTime most, GstClockTime by_default)
{
  g_object_class_install_property (klass, id,
      g_param_spec_uint64 (name, nick, blurb, least, most, by_default,
          FLAGS | GST_PARAM_MUTABLE_READY));
}

void
gst_rppg_class_init_properties (GObjectClass * klass)
{
  VitalsPulseConfig config;

  klass->set_property = gst_rppg_set_property;
  klass->get_property = gst_rppg_get_property;
  vitals_pulse_config_init (&config);
  gst_vitals_face_settings_install (klass, PROP_FACE);
  /**
   * GstRppg:method:
   *
   * How a pulse is made of the colour of the skin, by default pos. Changeable
   * in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_METHOD,
      g_param_spec_enum ("method", "Method",
          "How a pulse is made of the colour of the skin",
          VITALS_TYPE_PULSE_METHOD, config.method,
          FLAGS | GST_PARAM_MUTABLE_READY));
  /**
   * GstRppg:window-duration:
   *
   * Time that a heart rate is measured over, in ns, 5 s to 60 s, by default 10
   * s. The first comes after 5 s. Changeable in READY.
   *
   * Since: 0.1
   */
  install_time (klass, PROP_WINDOW_DURATION, "window-duration",
      "Window duration", "Time that a heart rate is measured over, in ns",
      5 * GST_SECOND, 60 * GST_SECOND, config.window);
  /**
   * GstRppg:respiration-window:
   *
   * Time that breathing is measured over, in ns, 15 s to 120 s, by default 30
   * s. The first rate comes after 15 s. Changeable in READY.
   *
   * Since: 0.1
   */
  install_time (klass, PROP_RESPIRATION_WINDOW, "respiration-window",
      "Respiration window", "Time that breathing is measured over, in ns",
      15 * GST_SECOND, 120 * GST_SECOND, config.respiration_window);
  /**
   * GstRppg:hrv-window:
   *
   * Time that heart rate variability is measured over, in ns, 20 s to 120 s, by
   * default 60 s. It is experimental. Changeable in READY.
   *
   * Since: 0.1
   */
  install_time (klass, PROP_HRV_WINDOW, "hrv-window", "HRV window",
      "Time that heart rate variability (experimental) is measured over, in "
      "ns", 20 * GST_SECOND, 120 * GST_SECOND, config.hrv_window);
  /**
   * GstRppg:interval:
   *
   * Media time from one message to the next, in ns, 100 ms to 60 s, by default
   * 1 s. Changeable in READY.
   *
   * Since: 0.1
   */
  install_time (klass, PROP_INTERVAL, "interval", "Interval",
      "Media time from one message to the next, in ns",
      GST_SECOND / 10, 60 * GST_SECOND, DEFAULT_INTERVAL);
  /**
   * GstRppg:min-confidence:
   *
   * A measure whose confidence is below is absent; 0 to 1, by default 0.5.
   * Changeable in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_MIN_CONFIDENCE,
      g_param_spec_double ("min-confidence", "Minimum confidence",
          "A measure below is not given", 0, 1, config.min_confidence,
          FLAGS | GST_PARAM_MUTABLE_READY));
  /**
   * GstRppg:post-waveform:
   *
   * Whether messages carry the pulse of their window, by default false.
   * Changeable in PLAYING.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_POST_WAVEFORM,
      g_param_spec_boolean ("post-waveform", "Post waveform",
          "Whether messages carry the pulse of their window", FALSE,
          FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstRppg:signal-location:
   *
   * File for the signals of each frame, as CSV; one that exists is replaced.
   * Unset, the default: none. Changeable in READY.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_SIGNAL_LOCATION,
      g_param_spec_string ("signal-location", "Signal location",
          "File for the signals of each frame, as CSV; one that exists is "
          "replaced (NULL: none)", NULL, FLAGS | GST_PARAM_MUTABLE_READY));
  /**
   * GstRppg:source-id:
   *
   * Copied into every message. Empty, the default: none. Changeable in PLAYING.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_SOURCE_ID,
      g_param_spec_string ("source-id", "Source id",
          "Copied into every message (\"\": none)", "",
          FLAGS | GST_PARAM_MUTABLE_PLAYING));
  gst_type_mark_as_plugin_api (VITALS_TYPE_PULSE_METHOD, 0);
}
