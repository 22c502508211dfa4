/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalscapturesettings.h"

#include <vitals/tensor/vitals-tensor-layout-private.h>
#include <vitals/vitals-error.h>

#define DEFAULT_TENSOR_LAYOUT "draft-1"
#define DEFAULT_COMPRESSION_LEVEL 1
#define DEFAULT_COMPRESSOR VITALS_COMPRESSOR_AUTO
#define DEFAULT_WINDOW_DURATION (24 * GST_SECOND)
#define DEFAULT_MIN_FRAMES 150
#define DEFAULT_MAX_FRAMES 720
#define DEFAULT_CAPTURE_FPS 30.0
#define DEFAULT_SCAN_INTERVAL 0

/* those of the face come first */
enum
{
  TENSOR_LAYOUT = GST_VITALS_N_FACE_PROPERTIES,
  COMPRESSION_LEVEL,
  COMPRESSOR,
  WINDOW_DURATION,
  MIN_FRAMES,
  MAX_FRAMES,
  CAPTURE_FPS,
  SCAN_INTERVAL,
  QUALITY                       /* the first of gstvitalsqualitysettings.h */
};

G_STATIC_ASSERT (QUALITY + GST_VITALS_N_QUALITY_PROPERTIES ==
    GST_VITALS_N_CAPTURE_PROPERTIES);

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READY_FLAGS (FLAGS | GST_PARAM_MUTABLE_READY)

static void
install_payload (GObjectClass * klass, guint first_id)
{
  /**
   * GstCircadifySink:tensor-layout:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:tensor-layout:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + TENSOR_LAYOUT,
      g_param_spec_string ("tensor-layout", "Tensor layout",
          "Layout of the payload: draft-1, a layout key file, or opaque "
          "(payloads pass unchecked)", DEFAULT_TENSOR_LAYOUT, READY_FLAGS));
  /**
   * GstCircadifySink:compression-level:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:compression-level:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + COMPRESSION_LEVEL,
      g_param_spec_int ("compression-level", "Compression level",
          "0 (no gzip) to 9 (smallest)", 0, 9, DEFAULT_COMPRESSION_LEVEL,
          READY_FLAGS));
  /**
   * GstCircadifySink:compressor:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:compressor:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + COMPRESSOR,
      g_param_spec_enum ("compressor", "Compressor",
          "What compresses; the format is the same", VITALS_TYPE_COMPRESSOR,
          DEFAULT_COMPRESSOR, READY_FLAGS));
  gst_type_mark_as_plugin_api (VITALS_TYPE_COMPRESSOR, 0);
}

static void
install_window (GObjectClass * klass, guint first_id)
{
  /**
   * GstCircadifySink:window-duration:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:window-duration:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + WINDOW_DURATION,
      g_param_spec_uint64 ("window-duration", "Window duration",
          "Capture time of a window (ns)", 1, G_MAXINT64,
          DEFAULT_WINDOW_DURATION, READY_FLAGS));
  /**
   * GstCircadifySink:min-frames:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:min-frames:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + MIN_FRAMES,
      g_param_spec_uint ("min-frames", "Min frames",
          "A window with fewer frames is dropped", 1, VITALS_TENSOR_MAX_FRAMES,
          DEFAULT_MIN_FRAMES, READY_FLAGS));
  /**
   * GstCircadifySink:max-frames:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:max-frames:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + MAX_FRAMES,
      g_param_spec_uint ("max-frames", "Max frames",
          "A window is closed at this many frames", 1,
          VITALS_TENSOR_MAX_FRAMES, DEFAULT_MAX_FRAMES, READY_FLAGS));
  /**
   * GstCircadifySink:capture-fps:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:capture-fps:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + CAPTURE_FPS,
      g_param_spec_double ("capture-fps", "Capture frame rate",
          "Frames per second to take; of a stream with up to 1.1 times as many "
          "none is skipped", 1, 1000, DEFAULT_CAPTURE_FPS, READY_FLAGS));
  /**
   * GstCircadifySink:scan-interval:
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:scan-interval:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + SCAN_INTERVAL,
      g_param_spec_uint64 ("scan-interval", "Scan interval",
          "Shortest time between the starts of two windows (ns; 0: one after "
          "the other)", 0, G_MAXINT64, DEFAULT_SCAN_INTERVAL, READY_FLAGS));
}

void
gst_vitals_capture_settings_install (GObjectClass * klass, guint first_id)
{
  gst_vitals_face_settings_install (klass, first_id);
  install_payload (klass, first_id);
  install_window (klass, first_id);
  gst_vitals_quality_settings_install (klass, first_id + QUALITY);
}

void
gst_vitals_capture_settings_init (GstVitalsCaptureSettings * settings)
{
  gst_vitals_face_settings_init (&settings->face);
  settings->tensor_layout = g_strdup (DEFAULT_TENSOR_LAYOUT);
  settings->config.window_duration = DEFAULT_WINDOW_DURATION;
  settings->config.min_frames = DEFAULT_MIN_FRAMES;
  settings->config.max_frames = DEFAULT_MAX_FRAMES;
  settings->config.capture_fps = DEFAULT_CAPTURE_FPS;
  settings->config.scan_interval = DEFAULT_SCAN_INTERVAL;
  settings->config.compressor = DEFAULT_COMPRESSOR;
  settings->config.compression_level = DEFAULT_COMPRESSION_LEVEL;
  vitals_gate_config_init (&settings->config.gate);
}

void
gst_vitals_capture_settings_clear (GstVitalsCaptureSettings * settings)
{
  gst_vitals_face_settings_clear (&settings->face);
  g_clear_pointer (&settings->tensor_layout, g_free);
}

void
gst_vitals_capture_settings_set (GstVitalsCaptureSettings * settings,
    guint id, const GValue * value, GstElement * element)
{
  VitalsCaptureConfig *config = &settings->config;

  if (id < GST_VITALS_N_FACE_PROPERTIES) {
    gst_vitals_face_settings_set (&settings->face, id, value, element);
    return;
  }
  GST_OBJECT_LOCK (element);
  switch (id) {
    case TENSOR_LAYOUT:
      g_free (settings->tensor_layout);
      settings->tensor_layout = g_value_dup_string (value);
      break;
    case COMPRESSION_LEVEL:
      config->compression_level = g_value_get_int (value);
      break;
    case COMPRESSOR:
      config->compressor = g_value_get_enum (value);
      break;
    case WINDOW_DURATION:
      config->window_duration = g_value_get_uint64 (value);
      break;
    case MIN_FRAMES:
      config->min_frames = g_value_get_uint (value);
      break;
    case MAX_FRAMES:
      config->max_frames = g_value_get_uint (value);
      break;
    case CAPTURE_FPS:
      config->capture_fps = g_value_get_double (value);
      break;
    case SCAN_INTERVAL:
      config->scan_interval = g_value_get_uint64 (value);
      break;
    default:
      gst_vitals_quality_settings_set (&config->gate, id - QUALITY, value);
  }
  GST_OBJECT_UNLOCK (element);
}

void
gst_vitals_capture_settings_get (const GstVitalsCaptureSettings * settings,
    guint id, GValue * value)
{
  const VitalsCaptureConfig *config = &settings->config;

  if (id < GST_VITALS_N_FACE_PROPERTIES) {
    gst_vitals_face_settings_get (&settings->face, id, value);
    return;
  }
  switch (id) {
    case TENSOR_LAYOUT:
      g_value_set_string (value, settings->tensor_layout);
      break;
    case COMPRESSION_LEVEL:
      g_value_set_int (value, config->compression_level);
      break;
    case COMPRESSOR:
      g_value_set_enum (value, config->compressor);
      break;
    case WINDOW_DURATION:
      g_value_set_uint64 (value, config->window_duration);
      break;
    case MIN_FRAMES:
      g_value_set_uint (value, config->min_frames);
      break;
    case MAX_FRAMES:
      g_value_set_uint (value, config->max_frames);
      break;
    case CAPTURE_FPS:
      g_value_set_double (value, config->capture_fps);
      break;
    case SCAN_INTERVAL:
      g_value_set_uint64 (value, config->scan_interval);
      break;
    default:
      gst_vitals_quality_settings_get (&config->gate, id - QUALITY, value);
  }
}

static gboolean
check_frames (const VitalsCaptureConfig * config, GstElement * element)
{
  if (config->min_frames > config->max_frames) {
    GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS,
        ("min-frames (%u) is above max-frames (%u).", config->min_frames,
            config->max_frames), (NULL));
    return FALSE;
  }
  if (!vitals_capture_config_is_possible (config)) {
    GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS,
        ("window-duration, %" G_GUINT64_FORMAT " ns, is too short for "
            "min-frames (%u) at capture-fps (%g): 24 s are 24000000000 "
            "nanoseconds.", config->window_duration, config->min_frames,
            config->capture_fps), (NULL));
    return FALSE;
  }
  return TRUE;
}

VitalsTensorLayout *
gst_vitals_capture_settings_check (const GstVitalsCaptureSettings * settings,
    GstElement * element)
{
  g_autofree gchar *name = NULL;
  VitalsTensorLayout *layout;
  VitalsCaptureConfig config;
  GError *error = NULL;

  GST_OBJECT_LOCK (element);
  name = g_strdup (settings->tensor_layout ? settings->tensor_layout : "");
  config = settings->config;
  GST_OBJECT_UNLOCK (element);
  if (!gst_vitals_face_settings_check (&settings->face, element)
      || !check_frames (&config, element))
    return NULL;
  layout = vitals_tensor_layout_new (name, &error);
  if (!layout) {
    GST_ELEMENT_ERROR (element, RESOURCE, OPEN_READ, ("tensor-layout: %s",
            error->message), (NULL));
    g_error_free (error);
  }
  return layout;
}
