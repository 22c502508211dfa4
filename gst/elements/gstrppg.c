/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-rppg
 * @title: rppg
 *
 * Measures heart rate and breathing in the colour of a face and the motion of
 * the chest, on this machine: no account, no network. The video passes
 * unchanged. Each #GstRppg:interval, from 5 s on, a `vitals` message with
 * backend `local` is posted; its fields are in docs/rppg.md. A rate that is not
 * certain enough is absent, and `reason` says why. It is no medical device.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m vitalstestsrc num-buffers=450 ! rppg ! fakesink
 * ]|
 */

#include "gstrppg.h"

#include <math.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/capture/vitals-region-private.h>
#include <vitals/face/vitals-face-private.h>
#include <vitals/signal/vitals-chest-motion-private.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

#include "gstvitalsframes.h"
#include "gstvitalsmessages.h"
#include "gstvitalssynthetic.h"

GST_DEBUG_CATEGORY_STATIC (rppg_debug);
#define GST_CAT_DEFAULT rppg_debug

#define DEFAULT_INTERVAL GST_SECOND
/* A box that follows each twitch of a detector costs 4 dB of the pulse: it is
 * held until it has moved by this share of its width. */
#define HOLD 0.10

enum
{
  PROP_0,
  PROP_ROI,
  PROP_METHOD,
  PROP_WINDOW_DURATION,
  PROP_RESPIRATION_WINDOW,
  PROP_HRV_WINDOW,
  PROP_INTERVAL,
  PROP_MIN_CONFIDENCE,
  PROP_POST_WAVEFORM,
  PROP_SOURCE_ID
};

/* The object lock guards the properties; the rest is of the streaming thread,
 * or is set while it does not run. Nothing is posted with it held. */
struct _GstRppg
{
  GstBaseTransform parent;

  gchar *roi_text, *source_id;
  gboolean has_roi, post_waveform;
  VitalsBox roi;
  VitalsPulseConfig config;
  GstClockTime interval;

  VitalsPulseEstimator *estimator;
  VitalsChestMotion *chest;
  VitalsFaceChoice *face;
  GstVideoInfo info;
  VitalsBox box;                /* held; width 0: none yet */
  GstClockTime next;            /* PTS of the next message */
  guint64 n_messages;
  gboolean synthetic, warned_whole_frame;
  gdouble profile[VITALS_CHEST_MAX_ROWS];
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

G_DEFINE_TYPE (GstRppg, gst_rppg, GST_TYPE_BASE_TRANSFORM);
GST_ELEMENT_REGISTER_DEFINE (rppg, "rppg", GST_RANK_NONE, GST_TYPE_RPPG);

static void
forget (GstRppg * self)
{
  vitals_pulse_estimator_reset (self->estimator);
  vitals_chest_motion_step (self->chest);
  vitals_face_choice_reset (self->face);
  self->box.width = 0;
  self->next = GST_CLOCK_TIME_NONE;
  self->synthetic = FALSE;
}

static gboolean
gst_rppg_start (GstBaseTransform * transform)
{
  GstRppg *self = GST_RPPG (transform);

  self->estimator = vitals_pulse_estimator_new (&self->config);
  self->chest = vitals_chest_motion_new ();
  self->n_messages = 0;
  self->warned_whole_frame = FALSE;
  forget (self);
  return TRUE;
}

static gboolean
gst_rppg_stop (GstBaseTransform * transform)
{
  GstRppg *self = GST_RPPG (transform);

  g_clear_pointer (&self->estimator, vitals_pulse_estimator_free);
  g_clear_pointer (&self->chest, vitals_chest_motion_free);
  return TRUE;
}

static gboolean
gst_rppg_set_caps (GstBaseTransform * transform, GstCaps * in, GstCaps * out)
{
  GstRppg *self = GST_RPPG (transform);

  (void) out;
  if (!gst_vitals_frames_set_caps (GST_ELEMENT (self), in, &self->info))
    return FALSE;
  forget (self);
  return TRUE;
}

static gboolean
gst_rppg_sink_event (GstBaseTransform * transform, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    forget (GST_RPPG (transform));
  return GST_BASE_TRANSFORM_CLASS (gst_rppg_parent_class)->sink_event
      (transform, event);
}

static gboolean
box_moved (const VitalsBox * held, const VitalsBox * box)
{
  gdouble far = HOLD * held->width;

  return held->width <= 0 || fabs (box->x - held->x) > far
      || fabs (box->y - held->y) > far
      || fabs (box->width - held->width) > far
      || fabs (box->height - held->height) > far;
}

/* Chooses the box of this frame, held or moved. FALSE after an error. */
static gboolean
find_face (GstRppg * self, GstBuffer * buffer, gboolean * step)
{
  VitalsFaceSource source;
  VitalsBox box;

  GST_OBJECT_LOCK (self);
  vitals_face_choice_set_roi (self->face, self->has_roi ? &self->roi : NULL);
  GST_OBJECT_UNLOCK (self);
  source = vitals_face_choice_pick (self->face, buffer, &self->info, &box,
      NULL);
  if (source == VITALS_FACE_NONE) {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS,
        ("roi lies outside the %dx%d frame.",
            GST_VIDEO_INFO_WIDTH (&self->info),
            GST_VIDEO_INFO_HEIGHT (&self->info)), (NULL));
    return FALSE;
  }
  if (source == VITALS_FACE_WHOLE_FRAME && !self->warned_whole_frame) {
    self->warned_whole_frame = TRUE;
    GST_ELEMENT_WARNING (self, STREAM, FAILED,
        ("Nothing says where the face is, so the whole frame is taken for it; "
            "set roi, or put an element that attaches face regions in front."),
        (NULL));
  }
  *step = box_moved (&self->box, &box);
  if (*step)
    self->box = box;
  return TRUE;
}

static void
measure_frame (GstRppg * self, GstVideoFrame * frame, GstClockTime pts,
    gboolean step)
{
  gdouble rgb[3], motion;
  VitalsBox chest;
  guint rows;

  if (!vitals_region_skin (frame, &self->box, rgb))
    return;
  if (step)
    vitals_chest_motion_step (self->chest);
  vitals_chest_box (&self->box, &chest);
  rows = vitals_region_profile (frame, &chest, self->profile,
      VITALS_CHEST_MAX_ROWS);
  motion = vitals_chest_motion_push (self->chest, self->profile, rows);
  vitals_pulse_estimator_push (self->estimator, pts, rgb[0], rgb[1], rgb[2],
      step, motion);
}

static void
add_waveform (GstRppg * self, GstStructure * message)
{
  GValue list = G_VALUE_INIT, sample = G_VALUE_INIT;
  const gdouble *waveform;
  gdouble rate;
  guint n, i;

  waveform = vitals_pulse_estimator_get_waveform (self->estimator, &n, &rate);
  if (n == 0)
    return;
  g_value_init (&list, GST_TYPE_ARRAY);
  g_value_init (&sample, G_TYPE_DOUBLE);
  for (i = 0; i < n; i++) {
    g_value_set_double (&sample, waveform[i]);
    gst_value_array_append_value (&list, &sample);
  }
  gst_structure_take_value (message, "waveform", &list);
  gst_structure_set (message, "waveform-rate", G_TYPE_DOUBLE, rate, NULL);
}

static GstStructure *
make_message (GstRppg * self, const VitalsPulseEstimate * estimate)
{
  GstBaseTransform *transform = GST_BASE_TRANSFORM (self);
  VitalsReading *reading = vitals_pulse_estimate_to_reading (estimate);
  GstVitalsWindow *window = gst_vitals_window_new (self->n_messages++);
  GstStructure *message;
  gboolean post_waveform;

  window->frames = estimate->frames;
  window->framerate = estimate->framerate;
  window->timestamp = estimate->timestamp;
  window->duration = estimate->duration;
  window->synthetic = self->synthetic;
  window->stream_time = gst_segment_to_stream_time (&transform->segment,
      GST_FORMAT_TIME, window->timestamp);
  window->running_time = gst_segment_to_running_time (&transform->segment,
      GST_FORMAT_TIME, window->timestamp);
  GST_OBJECT_LOCK (self);
  message = gst_vitals_message_vitals (window, reading, self->source_id);
  post_waveform = self->post_waveform;
  GST_OBJECT_UNLOCK (self);
  if (!estimate->has_heart_rate)
    gst_structure_set (message, "reason", G_TYPE_STRING,
        vitals_no_rate_get_text (estimate->no_heart_rate), NULL);
  else
    gst_structure_set (message, "snr", G_TYPE_DOUBLE, estimate->snr, NULL);
  if (post_waveform)
    add_waveform (self, message);
  vitals_reading_unref (reading);
  g_free (window);
  return message;
}

/* At the end of each interval. */
static void
post_estimate (GstRppg * self, GstClockTime pts)
{
  VitalsPulseEstimate estimate;

  if (!GST_CLOCK_TIME_IS_VALID (self->next)
      || pts + self->interval < self->next)
    self->next = pts + self->interval;
  if (pts < self->next)
    return;
  self->next += self->interval * ((pts - self->next) / self->interval + 1);
  vitals_pulse_estimator_estimate (self->estimator, &estimate);
  if (estimate.no_heart_rate == VITALS_NO_RATE_TOO_SHORT)
    return;
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), make_message (self,
              &estimate)));
}

static GstFlowReturn
gst_rppg_transform_ip (GstBaseTransform * transform, GstBuffer * buffer)
{
  GstRppg *self = GST_RPPG (transform);
  GstVideoFrame frame;
  GstClockTime pts;
  gboolean step;

  if (!gst_vitals_frames_get_time (GST_ELEMENT (self), buffer, &pts)
      || !find_face (self, buffer, &step)
      || !gst_vitals_frames_map (GST_ELEMENT (self), buffer, &self->info,
          &frame))
    return GST_FLOW_ERROR;
  self->synthetic |= gst_vitals_synthetic_is_marked (buffer);
  measure_frame (self, &frame, pts, step);
  gst_video_frame_unmap (&frame);
  post_estimate (self, pts);
  return GST_FLOW_OK;
}

/* A roi that cannot be read is a warning, and the one before stays. */
static void
set_roi (GstRppg * self, const gchar * text)
{
  gboolean has_roi = text && *text;
  GError *error = NULL;
  VitalsBox box = { 0, 0, 0, 0 };

  if (has_roi && !vitals_box_parse (text, &box, &error)) {
    GST_ELEMENT_WARNING (self, LIBRARY, SETTINGS, ("roi is not changed: %s",
            error->message), (NULL));
    g_error_free (error);
    return;
  }
  GST_OBJECT_LOCK (self);
  self->has_roi = has_roi;
  self->roi = box;
  g_free (self->roi_text);
  self->roi_text = g_strdup (has_roi ? text : "");
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rppg_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstRppg *self = GST_RPPG (object);

  if (id == PROP_ROI) {
    set_roi (self, g_value_get_string (value));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_METHOD:
      self->config.method = g_value_get_enum (value);
      break;
    case PROP_WINDOW_DURATION:
      self->config.window = g_value_get_uint64 (value);
      break;
    case PROP_RESPIRATION_WINDOW:
      self->config.respiration_window = g_value_get_uint64 (value);
      break;
    case PROP_HRV_WINDOW:
      self->config.hrv_window = g_value_get_uint64 (value);
      break;
    case PROP_INTERVAL:
      self->interval = g_value_get_uint64 (value);
      break;
    case PROP_MIN_CONFIDENCE:
      self->config.min_confidence = g_value_get_double (value);
      break;
    case PROP_POST_WAVEFORM:
      self->post_waveform = g_value_get_boolean (value);
      break;
    case PROP_SOURCE_ID:
      g_free (self->source_id);
      self->source_id = g_value_dup_string (value);
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

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ROI:
      g_value_set_string (value, self->roi_text);
      break;
    case PROP_METHOD:
      g_value_set_enum (value, self->config.method);
      break;
    case PROP_WINDOW_DURATION:
      g_value_set_uint64 (value, self->config.window);
      break;
    case PROP_RESPIRATION_WINDOW:
      g_value_set_uint64 (value, self->config.respiration_window);
      break;
    case PROP_HRV_WINDOW:
      g_value_set_uint64 (value, self->config.hrv_window);
      break;
    case PROP_INTERVAL:
      g_value_set_uint64 (value, self->interval);
      break;
    case PROP_MIN_CONFIDENCE:
      g_value_set_double (value, self->config.min_confidence);
      break;
    case PROP_POST_WAVEFORM:
      g_value_set_boolean (value, self->post_waveform);
      break;
    case PROP_SOURCE_ID:
      g_value_set_string (value, self->source_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_rppg_finalize (GObject * object)
{
  GstRppg *self = GST_RPPG (object);

  vitals_face_choice_free (self->face);
  g_free (self->roi_text);
  g_free (self->source_id);
  G_OBJECT_CLASS (gst_rppg_parent_class)->finalize (object);
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

static void
install_properties (GObjectClass * klass)
{
  VitalsPulseConfig config;

  vitals_pulse_config_init (&config);
  g_object_class_install_property (klass, PROP_ROI,
      g_param_spec_string ("roi", "Region of interest",
          "The face box in pixels, as x,y,width,height (\"\": region meta, "
          "else the whole frame)", "", FLAGS | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (klass, PROP_METHOD,
      g_param_spec_enum ("method", "Method",
          "How a pulse is made of the colour of the skin",
          VITALS_TYPE_PULSE_METHOD, config.method,
          FLAGS | GST_PARAM_MUTABLE_READY));
  install_time (klass, PROP_WINDOW_DURATION, "window-duration",
      "Window duration", "Time that a heart rate is measured over, in ns",
      5 * GST_SECOND, 60 * GST_SECOND, config.window);
  install_time (klass, PROP_RESPIRATION_WINDOW, "respiration-window",
      "Respiration window", "Time that breathing is measured over, in ns",
      15 * GST_SECOND, 120 * GST_SECOND, config.respiration_window);
  install_time (klass, PROP_HRV_WINDOW, "hrv-window", "HRV window",
      "Time that heart rate variability (experimental) is measured over, in "
      "ns", 20 * GST_SECOND, 120 * GST_SECOND, config.hrv_window);
  install_time (klass, PROP_INTERVAL, "interval", "Interval",
      "Media time from one message to the next, in ns",
      GST_SECOND / 10, 60 * GST_SECOND, DEFAULT_INTERVAL);
  g_object_class_install_property (klass, PROP_MIN_CONFIDENCE,
      g_param_spec_double ("min-confidence", "Minimum confidence",
          "A measure below is not given", 0, 1, config.min_confidence,
          FLAGS | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (klass, PROP_POST_WAVEFORM,
      g_param_spec_boolean ("post-waveform", "Post waveform",
          "Whether messages carry the pulse of their window", FALSE,
          FLAGS | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (klass, PROP_SOURCE_ID,
      g_param_spec_string ("source-id", "Source id",
          "Copied into every message (\"\": none)", "",
          FLAGS | GST_PARAM_MUTABLE_PLAYING));
  gst_type_mark_as_plugin_api (VITALS_TYPE_PULSE_METHOD, 0);
}

static void
gst_rppg_class_init (GstRppgClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *transform_class = GST_BASE_TRANSFORM_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (rppg_debug, "rppg", 0, "vital signs from colour");
  object_class->set_property = gst_rppg_set_property;
  object_class->get_property = gst_rppg_get_property;
  object_class->finalize = gst_rppg_finalize;
  install_properties (object_class);
  transform_class->start = GST_DEBUG_FUNCPTR (gst_rppg_start);
  transform_class->stop = GST_DEBUG_FUNCPTR (gst_rppg_stop);
  transform_class->set_caps = GST_DEBUG_FUNCPTR (gst_rppg_set_caps);
  transform_class->sink_event = GST_DEBUG_FUNCPTR (gst_rppg_sink_event);
  transform_class->transform_ip = GST_DEBUG_FUNCPTR (gst_rppg_transform_ip);
  transform_class->transform_ip_on_passthrough = TRUE;
  transform_class->passthrough_on_same_caps = TRUE;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Vital signs from colour", "Filter/Analyzer/Video",
      "Measures heart rate and breathing of a face on this machine",
      "The Vitals developers");
}

static void
gst_rppg_init (GstRppg * self)
{
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), TRUE);
  vitals_pulse_config_init (&self->config);
  self->interval = DEFAULT_INTERVAL;
  self->roi_text = g_strdup ("");
  self->source_id = g_strdup ("");
  self->face = vitals_face_choice_new ();
}
