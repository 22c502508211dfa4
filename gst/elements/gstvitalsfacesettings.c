/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsfacesettings.h"

#define DEFAULT_ROI ""
#define DEFAULT_FACE_DETECTION GST_VITALS_FACE_DETECTION_AUTO
#define DEFAULT_FACE_TIMEOUT (30 * GST_SECOND)

enum
{
  ROI,
  FACE_DETECTION,
  FACE_TIMEOUT,
  N_IDS
};

G_STATIC_ASSERT (N_IDS == GST_VITALS_N_FACE_PROPERTIES);

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READY_FLAGS (FLAGS | GST_PARAM_MUTABLE_READY)
#define PLAYING_FLAGS (FLAGS | GST_PARAM_MUTABLE_PLAYING)

GType
gst_vitals_face_detection_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_VITALS_FACE_DETECTION_AUTO, "Where it is needed and possible", "auto"},
    {GST_VITALS_FACE_DETECTION_ON, "Where it is needed, or fail", "on"},
    {GST_VITALS_FACE_DETECTION_OFF, "Never", "off"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstVitalsFaceDetection",
            values));
  return type;
}

void
gst_vitals_face_settings_install (GObjectClass * klass, guint first_id)
{
  /**
   * GstCircadifySink:roi:
   *
   * The face box, `x,y,width,height` in pixels, decimals allowed, where no
   * region meta tells it. Empty, the default: none. Changeable in PLAYING.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:roi:
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:roi:
   *
   * Since: 0.1
   */
  /**
   * GstRppg:roi:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + ROI,
      g_param_spec_string ("roi", "Region of interest",
          "The face box, x,y,width,height in pixels, decimals allowed; used "
          "where no region meta comes (empty: none)", DEFAULT_ROI,
          PLAYING_FLAGS));
  /**
   * GstCircadifySink:face-detection:
   *
   * Whether the face is looked for where neither region meta nor roi tell where
   * it is: auto, the default: where that is possible; on: or fail; off: never.
   * Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:face-detection:
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:face-detection:
   *
   * Since: 0.1
   */
  /**
   * GstRppg:face-detection:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + FACE_DETECTION,
      g_param_spec_enum ("face-detection", "Face detection",
          "Whether to look for the face where neither region meta nor roi say "
          "where it is", GST_TYPE_VITALS_FACE_DETECTION,
          DEFAULT_FACE_DETECTION, READY_FLAGS));
  /**
   * GstCircadifySink:face-timeout:
   *
   * Media time without a face after which a message says so, in ns, by default
   * 30 s. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:face-timeout:
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:face-timeout:
   *
   * Since: 0.1
   */
  /**
   * GstRppg:face-timeout:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id + FACE_TIMEOUT,
      g_param_spec_uint64 ("face-timeout", "Face timeout",
          "When no face was seen for this long, a message says so (media "
          "time, ns)", 0, G_MAXINT64, DEFAULT_FACE_TIMEOUT, READY_FLAGS));
  gst_type_mark_as_plugin_api (GST_TYPE_VITALS_FACE_DETECTION, 0);
}

void
gst_vitals_face_settings_init (GstVitalsFaceSettings * settings)
{
  settings->roi_text = g_strdup (DEFAULT_ROI);
  settings->has_roi = FALSE;
  settings->face_detection = DEFAULT_FACE_DETECTION;
  settings->face_timeout = DEFAULT_FACE_TIMEOUT;
}

void
gst_vitals_face_settings_clear (GstVitalsFaceSettings * settings)
{
  g_clear_pointer (&settings->roi_text, g_free);
  g_clear_pointer (&settings->roi_mistake, g_free);
}

/* What is wrong with it, after a warning, or NULL: a typing error must not
 * become a measurement of the whole frame. (transfer full) */
static gchar *
find_roi_mistake (const gchar * text, VitalsBox * box, GstElement * element)
{
  GError *error = NULL;
  gchar *mistake;

  if (!text || !*text || vitals_box_parse (text, box, &error))
    return NULL;
  GST_ELEMENT_WARNING (element, LIBRARY, SETTINGS, ("roi is not changed: %s",
          error->message), (NULL));
  mistake = g_strdup (error->message);
  g_error_free (error);
  return mistake;
}

static void
set_roi (GstVitalsFaceSettings * settings, const gchar * text,
    const VitalsBox * box)
{
  settings->has_roi = text && *text;
  if (settings->has_roi)
    settings->roi = *box;
  g_free (settings->roi_text);
  settings->roi_text = g_strdup (text ? text : "");
}

void
gst_vitals_face_settings_set (GstVitalsFaceSettings * settings, guint id,
    const GValue * value, GstElement * element)
{
  g_autofree gchar *mistake = NULL;
  VitalsBox box;

  if (id == ROI)
    mistake = find_roi_mistake (g_value_get_string (value), &box, element);
  GST_OBJECT_LOCK (element);
  switch (id) {
    case ROI:
      g_clear_pointer (&settings->roi_mistake, g_free);
      if (!mistake)
        set_roi (settings, g_value_get_string (value), &box);
      else if (GST_STATE (element) == GST_STATE_NULL)
        settings->roi_mistake = g_steal_pointer (&mistake);
      break;
    case FACE_DETECTION:
      settings->face_detection = g_value_get_enum (value);
      break;
    case FACE_TIMEOUT:
      settings->face_timeout = g_value_get_uint64 (value);
      break;
    default:
      g_assert_not_reached ();
  }
  GST_OBJECT_UNLOCK (element);
}

gboolean
gst_vitals_face_settings_check (const GstVitalsFaceSettings * settings,
    GstElement * element)
{
  g_autofree gchar *mistake = NULL;

  GST_OBJECT_LOCK (element);
  mistake = g_strdup (settings->roi_mistake);
  GST_OBJECT_UNLOCK (element);
  if (!mistake)
    return TRUE;
  GST_ELEMENT_ERROR (element, LIBRARY, SETTINGS, ("roi: %s", mistake), (NULL));
  return FALSE;
}

void
gst_vitals_face_settings_get (const GstVitalsFaceSettings * settings,
    guint id, GValue * value)
{
  switch (id) {
    case ROI:
      g_value_set_string (value, settings->roi_text);
      break;
    case FACE_DETECTION:
      g_value_set_enum (value, settings->face_detection);
      break;
    case FACE_TIMEOUT:
      g_value_set_uint64 (value, settings->face_timeout);
      break;
    default:
      g_return_if_reached ();
  }
}
