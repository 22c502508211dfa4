/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-circadifyenc
 * @title: circadifyenc
 * @short_description: packs a face into payloads for Circadify
 *
 * Packs the face into the payloads that circadifysink would upload, one buffer
 * a window, with the time and the duration of the window. A window that cannot
 * be sent is told of in a vitals-dropped message, as circadifysink does.
 *
 * Where one stream follows another (a new stream-id, or a segment in which a
 * PTS has another running time) the open window ends before the new one is announced:
 * it is sent if it has #GstCircadifyEnc:min-frames, else dropped.
 *
 * A window is there when its last frame is: of a live source it is late by
 * #GstCircadifyEnc:window-duration, which is told as latency.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 vitalstestsrc num-buffers=150 ! circadifyenc ! filesink location=face.ckt
 * ]|
 *
 * Since: 0.1
 */

#include "gstcircadifyenc.h"

#include <vitals/capture/vitals-packer.h>

#include "gstvitalscapturesettings.h"
#include "gstvitalsframes.h"
#include "gstvitalsmessages.h"
#include "gstvitalssynthetic.h"

GST_DEBUG_CATEGORY_STATIC (circadify_enc_debug);
#define GST_CAT_DEFAULT circadify_enc_debug

enum
{
  PROP_0,
  PROP_CAPTURE                  /* the first of them */
};

/* The object lock guards the settings and the latency; the rest is of the
 * streaming thread, or is set while it does not run. Nothing is posted or pushed
 * with it held. */
struct _GstCircadifyEnc
{
  GstElement parent;

  GstPad *sinkpad, *srcpad;
  GstVitalsCaptureSettings settings;
  GstClockTime latency;         /* window-duration of this run; 0: no run yet */

  VitalsTensorLayout *layout;   /* READY to NULL */
  VitalsCaptureConfig config;   /* of this run */
  /* PAUSED to READY */
  VitalsCapture *capture;
  GstVitalsFaceFinder *face;
  GstVideoInfo info;
  gchar *stream_id;
  GstSegment segment;           /* of the open window, all of it */
  GQueue sealed;                /* of GstBuffer, on their way downstream */
  GQueue messages;              /* of GstStructure, on their way to the bus */
  guint64 n_dropped;
  guint64 first_window;         /* of this recording */
  gboolean has_caps;
  gboolean synthetic;           /* a frame of the open window is marked */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-circadify-tensor"));

#define gst_circadify_enc_parent_class parent_class
G_DEFINE_TYPE (GstCircadifyEnc, gst_circadify_enc, GST_TYPE_ELEMENT);
GST_ELEMENT_REGISTER_DEFINE (circadifyenc, "circadifyenc", GST_RANK_NONE,
    GST_TYPE_CIRCADIFY_ENC);

/* In the streaming thread, from within the calls of the capture: what is made
 * here goes out in send_sealed(). */
static void
window_ended (const VitalsCaptureWindow * window, gpointer user_data)
{
  GstCircadifyEnc *self = user_data;
  GstVitalsWindow *info;
  GstBuffer *buffer;

  if (window->payload) {
    GBytes *bytes = vitals_payload_to_bytes (window->payload);

    buffer = gst_buffer_new_wrapped_bytes (bytes);
    g_bytes_unref (bytes);
    GST_BUFFER_PTS (buffer) = window->timestamp;
    GST_BUFFER_DURATION (buffer) = window->duration;
    if (window->discont)
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    if (self->synthetic)
      gst_vitals_synthetic_mark (buffer);
    g_queue_push_tail (&self->sealed, buffer);
    return;
  }
  if (window->error) {
    g_queue_push_tail (&self->messages, gst_vitals_message_failed
        (window->window, window->error, NULL, 0, NULL));
    return;
  }
  info = gst_vitals_window_new_from_capture (window, &self->segment);
  g_queue_push_tail (&self->messages, gst_vitals_message_dropped (info,
          vitals_window_end_get_reason (window->end), ++self->n_dropped, NULL));
  gst_vitals_window_free (info);
}

static GstFlowReturn
send_sealed (GstCircadifyEnc * self)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstStructure *message;
  GstBuffer *buffer;

  while ((message = g_queue_pop_head (&self->messages)))
    gst_vitals_message_post (GST_ELEMENT (self), message);
  while (ret == GST_FLOW_OK && (buffer = g_queue_pop_head (&self->sealed)))
    ret = gst_pad_push (self->srcpad, buffer);
  return ret;
}

/* The end of a recording. When there were frames, and never a face, who waits
 * for an outcome is told. */
static void
tell_faceless (GstCircadifyEnc * self)
{
  guint64 window = vitals_capture_get_window (self->capture);
  GstVitalsFaceResult face = gst_vitals_face_finder_end (self->face);
  VitalsCaptureWindow empty = {
    .window = window,
    .end = VITALS_WINDOW_TOO_FEW_FRAMES
  };

  if (window == self->first_window && face != GST_VITALS_FACE_FOUND) {
    if (face == GST_VITALS_FACE_ABSENT_LONG)
      g_queue_push_tail (&self->messages, gst_vitals_message_no_face (window,
              NULL));
    window_ended (&empty, self);
    vitals_capture_set_window (self->capture, window + 1);
  }
  self->first_window = vitals_capture_get_window (self->capture);
}

/* What follows is another recording. */
static void
end_recording (GstCircadifyEnc * self)
{
  if (vitals_capture_get_frames (self->capture) >= self->config.min_frames)
    vitals_capture_finish (self->capture);
  else
    vitals_capture_drop (self->capture, VITALS_WINDOW_DISCONTINUITY);
  tell_faceless (self);
  gst_vitals_face_finder_reset (self->face);
  send_sealed (self);
}

static gboolean
set_caps (GstCircadifyEnc * self, GstCaps * caps)
{
  GstVideoInfo info;
  GstCaps *out;

  if (!gst_vitals_frames_set_caps (GST_ELEMENT (self), caps, &info))
    return FALSE;
  self->info = info;
  self->has_caps = TRUE;
  vitals_capture_set_info (self->capture, &info);
  gst_vitals_face_finder_reset (self->face);
  send_sealed (self);
  out = gst_caps_new_simple ("application/x-circadify-tensor",
      "layout", G_TYPE_STRING, vitals_tensor_layout_get_name (self->layout),
      "gzip", G_TYPE_BOOLEAN, self->config.compression_level > 0
      && vitals_tensor_layout_get_gzip (self->layout),
      "framerate", GST_TYPE_FRACTION, GST_VIDEO_INFO_FPS_N (&info),
      GST_VIDEO_INFO_FPS_D (&info), NULL);
  if (!gst_pad_set_caps (self->srcpad, out)) {
    gst_caps_unref (out);
    return FALSE;
  }
  gst_caps_unref (out);
  return TRUE;
}

static gboolean
set_segment (GstCircadifyEnc * self, const GstSegment * segment)
{
  if (segment->format != GST_FORMAT_TIME) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("Only video that has times can be measured."), ("%" GST_SEGMENT_FORMAT,
            segment));
    return FALSE;
  }
  if (!gst_vitals_frames_check_speed (GST_ELEMENT (self), segment))
    return FALSE;
  if (gst_vitals_frames_is_other_segment (&self->segment, segment))
    end_recording (self);
  self->segment = *segment;
  return TRUE;
}

static void
set_stream (GstCircadifyEnc * self, const gchar * stream_id)
{
  if (self->stream_id && !g_str_equal (self->stream_id, stream_id))
    end_recording (self);
  g_free (self->stream_id);
  self->stream_id = g_strdup (stream_id);
}

static gboolean
gst_circadify_enc_sink_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstCircadifyEnc *self = GST_CIRCADIFY_ENC (parent);
  const GstSegment *segment;
  const gchar *stream_id;
  GstCaps *caps;
  gboolean good;

  gst_vitals_face_finder_event (self->face, event);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      gst_event_parse_stream_start (event, &stream_id);
      set_stream (self, stream_id);
      break;
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      good = set_caps (self, caps);
      gst_event_unref (event);
      return good;
    case GST_EVENT_SEGMENT:
      gst_event_parse_segment (event, &segment);
      if (!set_segment (self, segment)) {
        gst_event_unref (event);
        return FALSE;
      }
      break;
    case GST_EVENT_EOS:
      vitals_capture_finish (self->capture);
      tell_faceless (self);
      send_sealed (self);
      break;
    case GST_EVENT_FLUSH_STOP:
      vitals_capture_drop (self->capture, VITALS_WINDOW_DISCONTINUITY);
      self->first_window = vitals_capture_get_window (self->capture);
      g_queue_clear_full (&self->sealed, (GDestroyNotify) gst_buffer_unref);
      send_sealed (self);
      break;
    default:
      break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* A window goes out as late as its last frame comes, with the time of its
 * first. */
static gboolean
query_latency (GstCircadifyEnc * self, GstQuery * query)
{
  GstClockTime min, max;
  gboolean live;

  if (!gst_pad_peer_query (self->sinkpad, query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, &max);
  GST_OBJECT_LOCK (self);
  min += self->latency;
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += self->latency;
  GST_OBJECT_UNLOCK (self);
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

static gboolean
gst_circadify_enc_src_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return query_latency (GST_CIRCADIFY_ENC (parent), query);
  return gst_pad_query_default (pad, parent, query);
}

static gboolean
gst_circadify_enc_sink_query (GstPad * pad, GstObject * parent,
    GstQuery * query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION)
    return gst_vitals_frames_propose_allocation (query);
  return gst_pad_query_default (pad, parent, query);
}

static gboolean
pack_frame (GstCircadifyEnc * self, GstBuffer * buffer, const VitalsBox * face)
{
  if (vitals_capture_get_frames (self->capture) == 0)
    self->synthetic = FALSE;
  self->synthetic |= gst_vitals_synthetic_is_marked (buffer);
  return gst_vitals_frames_pack (GST_ELEMENT (self), self->capture, buffer,
      &self->info, NULL, face);
}

/* A frame without a face is left out. */
static gboolean
add_frame (GstCircadifyEnc * self, GstBuffer * buffer, GstClockTime time)
{
  GstElement *element = GST_ELEMENT (self);
  VitalsBox face;
  gboolean found;

  if (!gst_vitals_frames_find_face (element, self->face, self->capture, buffer,
          &self->info, time, NULL, &face, &found))
    return FALSE;
  return !found || pack_frame (self, buffer, &face);
}

static GstFlowReturn
gst_circadify_enc_chain (GstPad * pad G_GNUC_UNUSED, GstObject * parent,
    GstBuffer * buffer)
{
  GstCircadifyEnc *self = GST_CIRCADIFY_ENC (parent);
  GstFlowReturn ret = GST_FLOW_OK, sent;
  GstClockTime time;

  if (!self->has_caps)
    ret = GST_FLOW_NOT_NEGOTIATED;
  else if (!gst_vitals_frames_get_time (GST_ELEMENT (self), buffer, &time))
    ret = GST_FLOW_ERROR;
  else if (vitals_capture_admit (self->capture, time,
          GST_BUFFER_DURATION (buffer), GST_BUFFER_IS_DISCONT (buffer))
      == VITALS_ADMIT_TAKE && !add_frame (self, buffer, time))
    ret = GST_FLOW_ERROR;
  gst_buffer_unref (buffer);
  /* a window may have ended before the frame that failed */
  sent = send_sealed (self);
  return ret == GST_FLOW_OK ? sent : ret;
}

/* In NULL->READY: what can be known to be wrong already; and before each run,
 * as it may have been set in READY. */
static gboolean
open_layout (GstCircadifyEnc * self)
{
  g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  self->layout = gst_vitals_capture_settings_check (&self->settings,
      GST_ELEMENT (self));
  if (!self->layout)
    return FALSE;
  if (!vitals_tensor_layout_is_opaque (self->layout))
    return TRUE;
  GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("tensor-layout=opaque only "
          "passes payloads on. Set the layout of the service."), (NULL));
  g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  return FALSE;
}

/* The settings of this run. */
static void
take_settings (GstCircadifyEnc * self)
{
  gboolean changed;

  GST_OBJECT_LOCK (self);
  self->config = self->settings.config;
  changed = self->latency != self->config.window_duration;
  self->latency = self->config.window_duration;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    gst_element_post_message (GST_ELEMENT (self),
        gst_message_new_latency (GST_OBJECT (self)));
}

static gboolean
start (GstCircadifyEnc * self)
{
  GError *error = NULL;

  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->has_caps = FALSE;
  self->n_dropped = self->first_window = 0;
  take_settings (self);
  self->face = gst_vitals_face_finder_new (GST_ELEMENT (self), self->sinkpad,
      &self->settings.face);
  if (!self->face)
    return FALSE;
  self->capture = vitals_capture_new (self->layout, &self->config,
      window_ended, self, &error);
  if (self->capture)
    return TRUE;
  g_clear_pointer (&self->face, gst_vitals_face_finder_free);
  GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("%s", error->message), (NULL));
  g_error_free (error);
  return FALSE;
}

static void
stop (GstCircadifyEnc * self)
{
  g_clear_pointer (&self->capture, vitals_capture_free);
  g_clear_pointer (&self->face, gst_vitals_face_finder_free);
  g_queue_clear_full (&self->sealed, (GDestroyNotify) gst_buffer_unref);
  g_queue_clear_full (&self->messages, (GDestroyNotify) gst_structure_free);
  g_clear_pointer (&self->stream_id, g_free);
}

static GstStateChangeReturn
gst_circadify_enc_change_state (GstElement * element, GstStateChange change)
{
  GstCircadifyEnc *self = GST_CIRCADIFY_ENC (element);
  GstStateChangeReturn ret;

  if ((change == GST_STATE_CHANGE_NULL_TO_READY
          || change == GST_STATE_CHANGE_READY_TO_PAUSED)
      && !open_layout (self))
    return GST_STATE_CHANGE_FAILURE;
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY
      || (change == GST_STATE_CHANGE_READY_TO_PAUSED
          && ret == GST_STATE_CHANGE_FAILURE))
    stop (self);
  if (change == GST_STATE_CHANGE_READY_TO_NULL)
    g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  return ret;
}

static void
gst_circadify_enc_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec G_GNUC_UNUSED)
{
  GstCircadifyEnc *self = GST_CIRCADIFY_ENC (object);

  gst_vitals_capture_settings_set (&self->settings, id - PROP_CAPTURE, value,
      GST_ELEMENT (self));
}

static void
gst_circadify_enc_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec G_GNUC_UNUSED)
{
  GstCircadifyEnc *self = GST_CIRCADIFY_ENC (object);

  GST_OBJECT_LOCK (self);
  gst_vitals_capture_settings_get (&self->settings, id - PROP_CAPTURE, value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_circadify_enc_finalize (GObject * object)
{
  GstCircadifyEnc *self = GST_CIRCADIFY_ENC (object);

  gst_vitals_capture_settings_clear (&self->settings);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_circadify_enc_class_init (GstCircadifyEncClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (circadify_enc_debug, "circadifyenc", 0,
      "packs windows");
  object_class->set_property = gst_circadify_enc_set_property;
  object_class->get_property = gst_circadify_enc_get_property;
  object_class->finalize = gst_circadify_enc_finalize;
  gst_vitals_capture_settings_install (object_class, PROP_CAPTURE);
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_circadify_enc_change_state);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Circadify payload encoder", "Codec/Encoder/Video",
      "Packs the face into payloads for the Circadify service", VITALS_AUTHOR);
}

static void
gst_circadify_enc_init (GstCircadifyEnc * self)
{
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_circadify_enc_chain));
  gst_pad_set_event_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_circadify_enc_sink_event));
  gst_pad_set_query_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_circadify_enc_sink_query));
  gst_vitals_frames_explain_caps (self->sinkpad);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->srcpad);
  gst_pad_set_query_function (self->srcpad,
      GST_DEBUG_FUNCPTR (gst_circadify_enc_src_query));
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
  gst_vitals_capture_settings_init (&self->settings);
  g_queue_init (&self->messages);
  g_queue_init (&self->sealed);
}
