/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsqualitysettings.h"

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS \
    | GST_PARAM_MUTABLE_READY)

/* Property 0 is the mode; these are the numbers, from 1 on. */
typedef struct
{
  const gchar *name, *nick, *blurb;
  gdouble maximum;
  gsize offset;                 /* in VitalsGateConfig */
} Number;

#define LIMIT(field) G_STRUCT_OFFSET (VitalsGateConfig, limits.field)

static const Number numbers[] = {
  /**
   * GstCircadifySink:max-bad-frames:
   *
   * Share of a window's frames that may be bad, 0 to 1, by default 0.3; 1: any.
   * Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:max-bad-frames:
   *
   * Since: 0.1
   */
  {"max-bad-frames", "Max bad frames",
      "Share of a window's frames that may be bad; a window with more is not "
        "sent", 1, G_STRUCT_OFFSET (VitalsGateConfig, max_bad)},
  /**
   * GstCircadifySink:min-brightness:
   *
   * Mean luma of the face, 0 to 1, below which it is too dark, by default 0.06;
   * 0: never. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:min-brightness:
   *
   * Since: 0.1
   */
  {"min-brightness", "Min brightness",
        "Mean luma of the face (0 to 1) below which it is too dark", 1,
      LIMIT (min_brightness)},
  /**
   * GstCircadifySink:max-clipped:
   *
   * Share of the face that may be overexposed, 0 to 1, by default 0.5; 1: all
   * of it. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:max-clipped:
   *
   * Since: 0.1
   */
  {"max-clipped", "Max clipped",
      "Share of the face that may be overexposed", 1, LIMIT (max_clipped)},
  /**
   * GstCircadifySink:max-flicker:
   *
   * Peak of the light's swell, as share of the light, beyond which it flickers,
   * 0 to 1, by default 0.04; 1: never. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:max-flicker:
   *
   * Since: 0.1
   */
  {"max-flicker", "Max flicker",
      "Peak of the light's swell, as share of the light, beyond which it "
        "flickers", 1, LIMIT (max_flicker)},
  /**
   * GstCircadifySink:max-motion:
   *
   * Mean speed of the face over a second beyond which it moves too much, in box
   * widths a second, 0 to 100, by default 0.15; 100: never. Changeable in
   * READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:max-motion:
   *
   * Since: 0.1
   */
  {"max-motion", "Max motion",
        "Mean speed of the face over a second (box widths a second)", 100,
      LIMIT (max_motion)},
  /**
   * GstCircadifySink:min-face-width:
   *
   * Width of the face box below which it is too small, in pixels, by default
   * 16; 0: never. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:min-face-width:
   *
   * Since: 0.1
   */
  {"min-face-width", "Min face width",
        "Width of the face box below which it is too small (pixels)", 100000,
      LIMIT (min_face_width)},
  /**
   * GstCircadifySink:min-skin:
   *
   * Share of the skin seen at first below which the face is covered, 0 to 1, by
   * default 0.6; 0: never. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:min-skin:
   *
   * Since: 0.1
   */
  {"min-skin", "Min skin",
        "Share of the skin seen at first below which the face is covered", 1,
      LIMIT (min_skin)},
  /**
   * GstCircadifySink:min-framerate:
   *
   * Frames a second, as measured, below which they are too few, 0 to 1000, by
   * default 9; 0: never. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:min-framerate:
   *
   * Since: 0.1
   */
  {"min-framerate", "Min frame rate",
        "Frames a second, as measured, below which they are too few", 1000,
      LIMIT (min_framerate)}
};

G_STATIC_ASSERT (1 + G_N_ELEMENTS (numbers) == GST_VITALS_N_QUALITY_PROPERTIES);

void
gst_vitals_quality_settings_install (GObjectClass * klass, guint first_id)
{
  VitalsGateConfig config;
  guint i;

  vitals_gate_config_init (&config);
  /**
   * GstCircadifySink:quality-gate:
   *
   * What is done about frames in which no pulse can be measured: on, the
   * default: windows with too many of them fail and are not sent; warn: only
   * messages tell of them; off: nothing is measured of them. Changeable in
   * READY.
   *
   * Since: 0.1
   */
  /**
   * GstCircadifyEnc:quality-gate:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, first_id,
      g_param_spec_enum ("quality-gate", "Quality gate",
          "What is done about frames in which no pulse can be measured",
          VITALS_TYPE_GATE_MODE, config.mode, FLAGS));
  gst_type_mark_as_plugin_api (VITALS_TYPE_GATE_MODE, 0);
  for (i = 0; i < G_N_ELEMENTS (numbers); i++) {
    const Number *number = &numbers[i];

    g_object_class_install_property (klass, first_id + 1 + i,
        g_param_spec_double (number->name, number->nick, number->blurb, 0,
            number->maximum, G_STRUCT_MEMBER (gdouble, &config,
                number->offset), FLAGS));
  }
}

void
gst_vitals_quality_settings_set (VitalsGateConfig * config, guint id,
    const GValue * value)
{
  if (id == 0)
    config->mode = g_value_get_enum (value);
  else
    G_STRUCT_MEMBER (gdouble, config, numbers[id - 1].offset) =
        g_value_get_double (value);
}

void
gst_vitals_quality_settings_get (const VitalsGateConfig * config, guint id,
    GValue * value)
{
  if (id == 0)
    g_value_set_enum (value, config->mode);
  else
    g_value_set_double (value, G_STRUCT_MEMBER (gdouble, config,
            numbers[id - 1].offset));
}
