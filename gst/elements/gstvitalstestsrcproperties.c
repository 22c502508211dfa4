/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitalstestsrc: its properties. docs/vitalstestsrc.md has a table of them.
 */

#include "gstvitalstestsrc.h"

#define DEFAULT_HEART_RATE 72.0
#define DEFAULT_RESPIRATORY_RATE 15.0
#define DEFAULT_PULSE_AMPLITUDE 0.004
#define DEFAULT_SECOND_HARMONIC 0.3
#define DEFAULT_NOISE 1.0
#define DEFAULT_MOTION 0.0
#define DEFAULT_FLICKER 0.0
#define DEFAULT_SEED 0
#define DEFAULT_FACE TRUE
#define DEFAULT_FACE_META TRUE
#define DEFAULT_IS_LIVE FALSE

enum
{
  PROP_0,
  PROP_HEART_RATE,
  PROP_RESPIRATORY_RATE,
  PROP_PULSE_AMPLITUDE,
  PROP_SECOND_HARMONIC,
  PROP_NOISE,
  PROP_MOTION,
  PROP_FLICKER,
  PROP_SEED,
  PROP_FACE,
  PROP_FACE_META,
  PROP_IS_LIVE
};

static gdouble *
rate_property (GstVitalsTestSrc * self, guint id)
{
  switch (id) {
    case PROP_HEART_RATE:
      return &self->face.heart_rate;
    case PROP_RESPIRATORY_RATE:
      return &self->face.respiratory_rate;
    case PROP_PULSE_AMPLITUDE:
      return &self->face.pulse_amplitude;
    case PROP_SECOND_HARMONIC:
      return &self->face.second_harmonic;
    case PROP_NOISE:
      return &self->face.noise;
    case PROP_MOTION:
      return &self->face.motion;
    case PROP_FLICKER:
      return &self->face.flicker;
    default:
      return NULL;
  }
}

static void
gst_vitals_test_src_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstVitalsTestSrc *self = GST_VITALS_TEST_SRC (object);

  if (id == PROP_IS_LIVE) {
    gst_base_src_set_live (GST_BASE_SRC (self), g_value_get_boolean (value));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SEED:
      self->face.seed = g_value_get_uint (value);
      break;
    case PROP_FACE:
      self->face.face = g_value_get_boolean (value);
      break;
    case PROP_FACE_META:
      self->face_meta = g_value_get_boolean (value);
      break;
    default:
      if (rate_property (self, id))
        *rate_property (self, id) = g_value_get_double (value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_vitals_test_src_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstVitalsTestSrc *self = GST_VITALS_TEST_SRC (object);

  if (id == PROP_IS_LIVE) {
    g_value_set_boolean (value, gst_base_src_is_live (GST_BASE_SRC (self)));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SEED:
      g_value_set_uint (value, self->face.seed);
      break;
    case PROP_FACE:
      g_value_set_boolean (value, self->face.face);
      break;
    case PROP_FACE_META:
      g_value_set_boolean (value, self->face_meta);
      break;
    default:
      if (rate_property (self, id))
        g_value_set_double (value, *rate_property (self, id));
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)

static void
install_face (GObjectClass * klass)
{
  /**
   * GstVitalsTestSrc:heart-rate:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_HEART_RATE,
      g_param_spec_double ("heart-rate", "Heart rate",
          "Beats per minute (0: no pulse)",
          0, 300, DEFAULT_HEART_RATE, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:respiratory-rate:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_RESPIRATORY_RATE,
      g_param_spec_double ("respiratory-rate", "Respiratory rate",
          "Breaths per minute, as motion of the chest (0: none)",
          0, 60, DEFAULT_RESPIRATORY_RATE, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:pulse-amplitude:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_PULSE_AMPLITUDE,
      g_param_spec_double ("pulse-amplitude", "Pulse amplitude",
          "Peak of the pulse in green, as a fraction of its mean (red "
          "and blue have less)",
          0, 0.5, DEFAULT_PULSE_AMPLITUDE, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:second-harmonic:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_SECOND_HARMONIC,
      g_param_spec_double ("second-harmonic", "Second harmonic",
          "Second harmonic of the pulse, as a fraction of the first",
          0, 1, DEFAULT_SECOND_HARMONIC, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:noise:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_NOISE,
      g_param_spec_double ("noise", "Noise",
          "Standard deviation of the noise of a sample, in steps of 8 "
          "bits", 0, 64, DEFAULT_NOISE, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:motion:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_MOTION,
      g_param_spec_double ("motion", "Motion",
          "Peak of the sway of the head, in widths of the face (0: "
          "still)", 0, 0.5, DEFAULT_MOTION, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:flicker:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_FLICKER,
      g_param_spec_double ("flicker", "Flicker",
          "Peak of the swell of the light at 1.2 Hz, as a fraction "
          "(0: steady)",
          0, 0.5, DEFAULT_FLICKER, FLAGS | GST_PARAM_MUTABLE_PLAYING));
}

static void
install_source (GObjectClass * klass)
{
  /**
   * GstVitalsTestSrc:seed:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_SEED,
      g_param_spec_uint ("seed", "Seed",
          "Of the noise: the same seed gives the same bytes", 0, G_MAXUINT,
          DEFAULT_SEED, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:face:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_FACE,
      g_param_spec_boolean ("face", "Face",
          "Whether somebody is there (false: an empty room)", DEFAULT_FACE,
          FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:face-meta:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_FACE_META,
      g_param_spec_boolean ("face-meta", "Face meta",
          "Whether buffers carry region meta of type face, as a face detector "
          "attaches it", DEFAULT_FACE_META, FLAGS | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVitalsTestSrc:is-live:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_IS_LIVE,
      g_param_spec_boolean ("is-live", "Is live",
          "Whether to act as a camera: one picture at a time, by the clock",
          DEFAULT_IS_LIVE, FLAGS | GST_PARAM_MUTABLE_READY));
}

void
gst_vitals_test_src_class_init_properties (GObjectClass * klass)
{
  klass->set_property = gst_vitals_test_src_set_property;
  klass->get_property = gst_vitals_test_src_get_property;
  install_face (klass);
  install_source (klass);
}

void
gst_vitals_test_src_init_properties (GstVitalsTestSrc * self)
{
  self->face.heart_rate = DEFAULT_HEART_RATE;
  self->face.respiratory_rate = DEFAULT_RESPIRATORY_RATE;
  self->face.pulse_amplitude = DEFAULT_PULSE_AMPLITUDE;
  self->face.second_harmonic = DEFAULT_SECOND_HARMONIC;
  self->face.noise = DEFAULT_NOISE;
  self->face.motion = DEFAULT_MOTION;
  self->face.flicker = DEFAULT_FLICKER;
  self->face.seed = DEFAULT_SEED;
  self->face.face = DEFAULT_FACE;
  self->face_meta = DEFAULT_FACE_META;
  gst_base_src_set_live (GST_BASE_SRC (self), DEFAULT_IS_LIVE);
}
