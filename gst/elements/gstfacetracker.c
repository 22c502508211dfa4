/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-facetracker
 * @title: facetracker
 * @short_description: finds the face and tells where it is
 *
 * Finds the largest face and attaches its box to every buffer, as
 * #GstVideoRegionOfInterestMeta of type `face`. The box holds still: it moves in
 * one step when the face has moved by more than #GstFaceTracker:hold. Pixels are
 * not touched. What happens is told in messages named `facetracker`:
 *
 * * `event` (string): `found`, `moved` or `lost`
 * * `face-id` (int): stays with a face until it is lost
 * * `x`, `y`, `width`, `height` (double): the box, pixels
 * * `timestamp` (guint64): PTS of the frame, ns
 *
 * Buffers that carry a region of type `face` already pass as they are.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m filesrc location=face.mp4 ! decodebin ! videoconvert ! facetracker ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "gstfacetracker.h"

#include "gstvitalsfacefinder.h"
#include "gstvitalsframes.h"
#include "gstvitalsmessages.h"

#include <math.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/face/vitals-face-private.h>
#include <vitals/face/vitals-face-tracker-private.h>
#include <vitals/vitals-error.h>

GST_DEBUG_CATEGORY_STATIC (face_tracker_debug);
#define GST_CAT_DEFAULT face_tracker_debug

enum
{
  PROP_0,
  PROP_INTERVAL,
  PROP_HOLD,
  PROP_LOST_TIMEOUT,
  PROP_CASCADE_LOCATION,
  PROP_MODEL_LOCATION
};

/* The object lock guards the properties, and "live_known", which others than
 * the streaming thread set; the rest is of the streaming thread, or is set while
 * it does not run. Nothing is posted with it held. */
struct _GstFaceTracker
{
  GstBaseTransform parent;

  VitalsFaceTrackerConfig config;
  gchar *cascade_location, *model_location;

  gboolean live_known;
  VitalsFaceTracker *tracker;
  GstVideoInfo info;
  GQuark face;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

G_DEFINE_FINAL_TYPE (GstFaceTracker, gst_face_tracker, GST_TYPE_BASE_TRANSFORM);
GST_ELEMENT_REGISTER_DEFINE (facetracker, "facetracker", GST_RANK_NONE,
    GST_TYPE_FACE_TRACKER);

static gboolean
gst_face_tracker_start (GstBaseTransform * transform)
{
  GstFaceTracker *self = GST_FACE_TRACKER (transform);
  g_autofree gchar *cascade_location = NULL, *model_location = NULL;
  VitalsFaceDetectorConfig detector_config;
  VitalsFaceTrackerConfig config;
  VitalsFaceDetector *detector;
  GError *error = NULL;

  GST_OBJECT_LOCK (self);
  cascade_location = g_strdup (self->cascade_location);
  model_location = g_strdup (self->model_location);
  config = self->config;
  GST_OBJECT_UNLOCK (self);
  detector_config.cascade_location = cascade_location;
  detector_config.model_location = model_location;
  detector = vitals_face_detector_new (&detector_config, &error);
  if (!detector) {
    if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED))
      GST_ELEMENT_ERROR (self, LIBRARY, INIT, ("%s.", error->message), (NULL));
    else
      GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("%s.", error->message),
          (NULL));
    g_error_free (error);
    return FALSE;
  }
  self->tracker = vitals_face_tracker_new (detector, &config);
  g_object_unref (detector);
  return TRUE;
}

static gboolean
gst_face_tracker_stop (GstBaseTransform * transform)
{
  g_clear_pointer (&GST_FACE_TRACKER (transform)->tracker,
      vitals_face_tracker_free);
  return TRUE;
}

static gboolean
gst_face_tracker_set_caps (GstBaseTransform * transform, GstCaps * in,
    GstCaps * out G_GNUC_UNUSED)
{
  GstFaceTracker *self = GST_FACE_TRACKER (transform);

  /* interlaced or not: a box is larger than what moves from field to field */
  if (!gst_vitals_frames_parse_caps (GST_ELEMENT (self), in, &self->info))
    return FALSE;
  vitals_face_tracker_reset (self->tracker);
  return TRUE;
}

static void
take_tags (GstFaceTracker * self, GstEvent * event)
{
  GstVideoOrientationMethod orientation;
  GstTagList *tags;

  gst_event_parse_tag (event, &tags);
  if (gst_video_orientation_from_tag (tags, &orientation))
    vitals_face_tracker_set_orientation (self->tracker, orientation);
}

static gboolean
gst_face_tracker_sink_event (GstBaseTransform * transform, GstEvent * event)
{
  GstFaceTracker *self = GST_FACE_TRACKER (transform);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_TAG:
      take_tags (self, event);
      break;
    case GST_EVENT_STREAM_START:
      vitals_face_tracker_set_orientation (self->tracker,
          GST_VIDEO_ORIENTATION_IDENTITY);
      break;
    case GST_EVENT_FLUSH_STOP:
      vitals_face_tracker_reset (self->tracker);
      break;
    default:
      break;
  }
  return GST_BASE_TRANSFORM_CLASS (gst_face_tracker_parent_class)->sink_event
      (transform, event);
}

/* Live or not decides whether the streaming thread may wait for a detection.
 * Known from the first frame of each PLAYING on. */
static void
look_upstream (GstFaceTracker * self)
{
  gboolean known, live;

  GST_OBJECT_LOCK (self);
  known = self->live_known;
  self->live_known = TRUE;
  GST_OBJECT_UNLOCK (self);
  if (known)
    return;
  live = gst_vitals_face_is_upstream_live (GST_BASE_TRANSFORM_SINK_PAD (self));
  GST_DEBUG_OBJECT (self, "upstream is %slive", live ? "" : "not ");
  vitals_face_tracker_set_live (self->tracker, live);
}

static GstStateChangeReturn
gst_face_tracker_change_state (GstElement * element, GstStateChange change)
{
  GstFaceTracker *self = GST_FACE_TRACKER (element);

  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING
      || change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_OBJECT_LOCK (self);
    self->live_known = FALSE;
    GST_OBJECT_UNLOCK (self);
  }
  return GST_ELEMENT_CLASS (gst_face_tracker_parent_class)->change_state
      (element, change);
}

static void
tell (GstFaceTracker * self, const VitalsTrackedFace * face, GstClockTime pts)
{
  GEnumClass *events = g_type_class_ref (VITALS_TYPE_FACE_EVENT);
  GstStructure *message = gst_structure_new ("facetracker",
      "event", G_TYPE_STRING,
      g_enum_get_value (events, face->event)->value_nick,
      "face-id", G_TYPE_INT, face->id,
      "x", G_TYPE_DOUBLE, face->box.x, "y", G_TYPE_DOUBLE, face->box.y,
      "width", G_TYPE_DOUBLE, face->box.width,
      "height", G_TYPE_DOUBLE, face->box.height,
      "timestamp", G_TYPE_UINT64, (guint64) pts, NULL);

  g_type_class_unref (events);
  GST_DEBUG_OBJECT (self, "%" GST_PTR_FORMAT, message);
  gst_vitals_message_post (GST_ELEMENT (self), message);
}

static void
attach (GstFaceTracker * self, GstBuffer * buffer,
    const VitalsTrackedFace * face)
{
  GstVideoRegionOfInterestMeta *meta;
  guint x = (guint) lrint (face->box.x), y = (guint) lrint (face->box.y);
  guint right = (guint) lrint (face->box.x + face->box.width);
  guint bottom = (guint) lrint (face->box.y + face->box.height);

  if (right <= x || bottom <= y)
    return;
  meta = gst_buffer_add_video_region_of_interest_meta_id (buffer, self->face,
      x, y, right - x, bottom - y);
  meta->id = face->id;
}

/* Passthrough, so that no pixel is copied; but what is attached needs a buffer
 * of its own, around the same memory. */
static GstFlowReturn
gst_face_tracker_submit_input_buffer (GstBaseTransform * transform,
    gboolean discont, GstBuffer * buffer)
{
  return GST_BASE_TRANSFORM_CLASS (gst_face_tracker_parent_class)
      ->submit_input_buffer (transform, discont,
      gst_buffer_make_writable (buffer));
}

static GstFlowReturn
gst_face_tracker_transform_ip (GstBaseTransform * transform, GstBuffer * buffer)
{
  GstFaceTracker *self = GST_FACE_TRACKER (transform);
  VitalsTrackedFace face;
  GError *error = NULL;
  GstClockTime pts;

  if (!gst_vitals_frames_get_time (GST_ELEMENT (self), buffer, &pts))
    return GST_FLOW_ERROR;
  look_upstream (self);
  if (vitals_face_is_in_meta (buffer, &self->info))
    return GST_FLOW_OK;
  if (!vitals_face_tracker_track (self->tracker, buffer, &self->info, pts,
          &face, &error)) {
    gst_vitals_face_fail (GST_ELEMENT (self), error);
    return GST_FLOW_ERROR;
  }
  if (face.event != VITALS_FACE_EVENT_NONE)
    tell (self, &face, pts);
  if (face.present)
    attach (self, buffer, &face);
  return GST_FLOW_OK;
}

static gchar **
location_of (GstFaceTracker * self, guint id)
{
  return id == PROP_CASCADE_LOCATION ? &self->cascade_location
      : &self->model_location;
}

static void
gst_face_tracker_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstFaceTracker *self = GST_FACE_TRACKER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_INTERVAL:
      self->config.interval = g_value_get_uint64 (value);
      break;
    case PROP_HOLD:
      self->config.hold = g_value_get_double (value);
      break;
    case PROP_LOST_TIMEOUT:
      self->config.lost_timeout = g_value_get_uint64 (value);
      break;
    case PROP_CASCADE_LOCATION:
    case PROP_MODEL_LOCATION:
      g_free (*location_of (self, id));
      *location_of (self, id) = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_face_tracker_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstFaceTracker *self = GST_FACE_TRACKER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_INTERVAL:
      g_value_set_uint64 (value, self->config.interval);
      break;
    case PROP_HOLD:
      g_value_set_double (value, self->config.hold);
      break;
    case PROP_LOST_TIMEOUT:
      g_value_set_uint64 (value, self->config.lost_timeout);
      break;
    case PROP_CASCADE_LOCATION:
    case PROP_MODEL_LOCATION:
      g_value_set_string (value, *location_of (self, id));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_face_tracker_finalize (GObject * object)
{
  GstFaceTracker *self = GST_FACE_TRACKER (object);

  g_free (self->cascade_location);
  g_free (self->model_location);

  G_OBJECT_CLASS (gst_face_tracker_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_READY;

  /**
   * GstFaceTracker:interval:
   *
   * Media time from one look for faces to the next.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_INTERVAL,
      g_param_spec_uint64 ("interval", "Interval",
          "Media time from one look for faces to the next, in ns",
          GST_MSECOND, G_MAXINT64, VITALS_FACE_DEFAULT_INTERVAL, flags));
  /**
   * GstFaceTracker:hold:
   *
   * How far a face may move before its box follows.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_HOLD,
      g_param_spec_double ("hold", "Hold",
          "Share of its width that a face may move before its box follows",
          0.0, 1.0, VITALS_FACE_DEFAULT_HOLD, flags));
  /**
   * GstFaceTracker:lost-timeout:
   *
   * How long the box stays when the face is not found any more.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_LOST_TIMEOUT,
      g_param_spec_uint64 ("lost-timeout", "Lost timeout",
          "Media time that the box stays when the face is not found, in ns",
          0, G_MAXINT64, VITALS_FACE_DEFAULT_LOST_TIMEOUT, flags));
  /**
   * GstFaceTracker:cascade-location:
   *
   * The cascade that faces are found with.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_CASCADE_LOCATION,
      g_param_spec_string ("cascade-location", "Cascade location",
          "File of an OpenCV cascade (unset: haarcascade_frontalface_alt2.xml "
          "where distributions install it)", NULL, flags));
  /**
   * GstFaceTracker:model-location:
   *
   * A YuNet model, which finds more faces than a cascade.
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_MODEL_LOCATION,
      g_param_spec_string ("model-location", "Model location",
          "File of a YuNet model, used in place of the cascade (unset: none)",
          NULL, flags));
}

static void
gst_face_tracker_class_init (GstFaceTrackerClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *transform_class = GST_BASE_TRANSFORM_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (face_tracker_debug, "facetracker", 0,
      "where the face is");

  object_class->set_property = gst_face_tracker_set_property;
  object_class->get_property = gst_face_tracker_get_property;
  object_class->finalize = gst_face_tracker_finalize;
  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Face tracker",
      "Filter/Analyzer/Video", "Tells where the largest face is",
      VITALS_AUTHOR);
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_face_tracker_change_state);

  transform_class->start = GST_DEBUG_FUNCPTR (gst_face_tracker_start);
  transform_class->stop = GST_DEBUG_FUNCPTR (gst_face_tracker_stop);
  transform_class->set_caps = GST_DEBUG_FUNCPTR (gst_face_tracker_set_caps);
  transform_class->sink_event = GST_DEBUG_FUNCPTR (gst_face_tracker_sink_event);
  transform_class->submit_input_buffer =
      GST_DEBUG_FUNCPTR (gst_face_tracker_submit_input_buffer);
  transform_class->transform_ip =
      GST_DEBUG_FUNCPTR (gst_face_tracker_transform_ip);
}

static void
gst_face_tracker_init (GstFaceTracker * self)
{
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), TRUE);
  self->face = g_quark_from_static_string ("face");
  vitals_face_tracker_config_init (&self->config);
  gst_vitals_frames_explain_caps (GST_BASE_TRANSFORM_SINK_PAD (self));
}
