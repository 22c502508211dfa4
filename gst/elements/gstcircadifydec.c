/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-circadifydec
 * @title: circadifydec
 * @short_description: makes payloads visible
 *
 * Turns payloads of circadifyenc, or files of them, back into video: the four
 * patches (face, forehead, left and right cheek) side by side, 288x72 RGB, so
 * that anyone can look at exactly what would leave the machine.
 *
 * Holds one payload and its frames at a time: at most 45 MB each.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 filesrc location=face.ckt ! circadifydec ! videoconvert ! autovideosink
 * ]|
 *
 * Since: 0.1
 */

#include "gstcircadifydec.h"

#include <gst/video/video.h>
#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/tensor/vitals-tensor-layout-private.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-error.h>

#include "gstvitalspayloads.h"
#include "gstvitalssynthetic.h"

GST_DEBUG_CATEGORY_STATIC (circadify_dec_debug);
#define GST_CAT_DEFAULT circadify_dec_debug

#define DEFAULT_TENSOR_LAYOUT "draft-1"
#define N_COLOURS 3
#define OUT_WIDTH (VITALS_N_PATCHES * VITALS_PATCH_SIZE)
#define OUT_STRIDE (OUT_WIDTH * N_COLOURS)
/* Where neither the header nor the caps tell the rate. */
#define ASSUMED_FRAMERATE 30

enum
{
  PROP_0,
  PROP_TENSOR_LAYOUT
};

/* The object lock guards layout_name; the rest is of the streaming thread, or
 * is set while it does not run. */
struct _GstCircadifyDec
{
  GstElement parent;

  GstPad *sinkpad, *srcpad;
  gchar *layout_name;

  VitalsTensorLayout *layout;   /* READY to NULL */
  /* PAUSED to READY */
  VitalsPayloadParser *parser;
  gboolean is_time;             /* a buffer is a payload, and has a time */
  GstSegment segment;           /* for downstream, after the caps */
  guint32 segment_seqnum;
  gboolean has_segment;         /* it was sent */
  gint caps_fps_n, caps_fps_d;  /* 0/1: none */
  gint fps_n, fps_d;            /* of the caps downstream, 0/1: none yet */
  GstClockTime next;            /* PTS of the next frame */
  gboolean warned_framerate;
  gboolean refused;             /* an error says so */
  gboolean synthetic;           /* a buffer of the payload was marked */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-circadify-tensor"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, format = RGB, width = 288, height = 72, "
        "framerate = " GST_VIDEO_FPS_RANGE));

G_DEFINE_FINAL_TYPE (GstCircadifyDec, gst_circadify_dec, GST_TYPE_ELEMENT);
GST_ELEMENT_REGISTER_DEFINE (circadifydec, "circadifydec", GST_RANK_NONE,
    GST_TYPE_CIRCADIFY_DEC);

static void
choose_framerate (GstCircadifyDec * self, gdouble header_framerate,
    gint * fps_n, gint * fps_d)
{
  if (header_framerate > 0) {
    gst_util_double_to_fraction (header_framerate, fps_n, fps_d);
    return;
  }
  if (self->caps_fps_n > 0) {
    *fps_n = self->caps_fps_n;
    *fps_d = self->caps_fps_d;
    return;
  }
  if (!self->warned_framerate)
    GST_ELEMENT_WARNING (self, STREAM, FORMAT,
        ("The payload does not tell its frame rate; shown at %d frames per "
            "second.", ASSUMED_FRAMERATE), (NULL));
  self->warned_framerate = TRUE;
  *fps_n = ASSUMED_FRAMERATE;
  *fps_d = 1;
}

static gboolean
set_framerate (GstCircadifyDec * self, gint fps_n, gint fps_d)
{
  GstCaps *caps;
  gboolean set;

  if (fps_n == self->fps_n && fps_d == self->fps_d)
    return TRUE;
  caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "RGB",
      "width", G_TYPE_INT, OUT_WIDTH, "height", G_TYPE_INT, VITALS_PATCH_SIZE,
      "framerate", GST_TYPE_FRACTION, fps_n, fps_d, NULL);
  set = gst_pad_set_caps (self->srcpad, caps);
  gst_caps_unref (caps);
  if (set) {
    self->fps_n = fps_n;
    self->fps_d = fps_d;
  }
  return set;
}

static void
send_segment (GstCircadifyDec * self)
{
  GstEvent *event;

  if (self->has_segment)
    return;
  event = gst_event_new_segment (&self->segment);
  if (self->segment_seqnum != GST_SEQNUM_INVALID)
    gst_event_set_seqnum (event, self->segment_seqnum);
  gst_pad_push_event (self->srcpad, event);
  self->has_segment = TRUE;
}

/* From planes to rows of all patches. */
static GstBuffer *
draw_frame (const guint8 * planes)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL,
      OUT_STRIDE * VITALS_PATCH_SIZE, NULL);
  GstMapInfo map;
  guint plane, x, y;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (plane = 0; plane < VITALS_N_CHANNELS; plane++) {
    guint8 *corner = map.data + plane / N_COLOURS * VITALS_PATCH_SIZE
        * N_COLOURS + plane % N_COLOURS;

    for (y = 0; y < VITALS_PATCH_SIZE; y++) {
      for (x = 0; x < VITALS_PATCH_SIZE; x++)
        corner[y * OUT_STRIDE + x * N_COLOURS] = *planes++;
    }
  }
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static GstFlowReturn
push_frames (GstCircadifyDec * self, VitalsTensor * tensor)
{
  const guint8 *pixels = g_bytes_get_data (vitals_tensor_get_pixels (tensor),
      NULL);
  guint frames = vitals_tensor_get_frames (tensor);
  GstClockTime start = self->next;
  GstFlowReturn ret = GST_FLOW_OK;
  guint i;

  for (i = 0; i < frames && ret == GST_FLOW_OK; i++) {
    GstBuffer *buffer = draw_frame (pixels + (gsize) i * VITALS_FRAME_BYTES);

    /* from the start, so that rounding does not add up */
    GST_BUFFER_PTS (buffer) = self->next;
    self->next = start + gst_util_uint64_scale (i + 1,
        self->fps_d * GST_SECOND, self->fps_n);
    GST_BUFFER_DURATION (buffer) = self->next - GST_BUFFER_PTS (buffer);
    if (self->synthetic)
      gst_vitals_synthetic_mark (buffer);
    ret = gst_pad_push (self->srcpad, buffer);
  }
  return ret;
}

/* Once: what upstream sends after an error is no other one. */
static GstFlowReturn
refuse (GstCircadifyDec * self, GError * error)
{
  if (self->refused)
    GST_DEBUG_OBJECT (self, "refused again: %s", error->message);
  else if (vitals_payload_parser_is_foreign (self->parser))
    GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
        ("This is no payload of layout %s.",
            vitals_tensor_layout_get_name (self->layout)),
        ("%s", error->message));
  else
    GST_ELEMENT_ERROR (self, STREAM, DECODE, ("%s", error->message), (NULL));
  self->refused = TRUE;
  g_error_free (error);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
show_payload (GstCircadifyDec * self, VitalsPayload * payload)
{
  GError *error = NULL;
  GBytes *bytes = vitals_payload_to_bytes (payload);
  VitalsTensor *tensor = vitals_tensor_decode (bytes, self->layout, &error);
  gint fps_n, fps_d;
  GstFlowReturn ret;

  g_bytes_unref (bytes);
  if (!tensor)
    return refuse (self, error);
  choose_framerate (self, vitals_tensor_get_framerate (tensor), &fps_n, &fps_d);
  if (set_framerate (self, fps_n, fps_d)) {
    send_segment (self);
    ret = push_frames (self, tensor);
  } else {
    ret = GST_FLOW_NOT_NEGOTIATED;
  }
  vitals_tensor_unref (tensor);
  return ret;
}

/* What is complete, and then what is wrong with the rest. @error: (transfer
 * full) (nullable) */
static GstFlowReturn
show_complete (GstCircadifyDec * self, GError * error)
{
  VitalsParsedPayload parsed;
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK
      && vitals_payload_parser_pop (self->parser, &parsed)) {
    ret = show_payload (self, parsed.payload);
    vitals_payload_unref (parsed.payload);
  }
  if (error && ret == GST_FLOW_OK)
    return refuse (self, error);
  g_clear_error (&error);
  return ret;
}

/* What came must be complete now. */
static GstFlowReturn
finish (GstCircadifyDec * self)
{
  GError *error = NULL;

  vitals_payload_parser_finish (self->parser, &error);
  return show_complete (self, error);
}

static GstFlowReturn
gst_circadify_dec_chain (GstPad * pad G_GNUC_UNUSED, GstObject * parent,
    GstBuffer * buffer)
{
  GstCircadifyDec *self = GST_CIRCADIFY_DEC (parent);
  GBytes *bytes = gst_vitals_payloads_copy_bytes (buffer);
  GError *error = NULL;
  gboolean pushed;

  if (self->is_time && GST_BUFFER_PTS_IS_VALID (buffer))
    self->next = GST_BUFFER_PTS (buffer);
  /* bytes do not tell where a payload ends: once marked, to their end */
  self->synthetic = (self->synthetic && !self->is_time)
      || gst_vitals_synthetic_is_marked (buffer);
  gst_buffer_unref (buffer);
  pushed = vitals_payload_parser_push (self->parser, bytes, &error);
  g_bytes_unref (bytes);
  return pushed && self->is_time ? finish (self) : show_complete (self, error);
}

static gboolean
take_caps (GstCircadifyDec * self, GstCaps * caps)
{
  gint fps_n, fps_d;

  if (!gst_vitals_payloads_check_caps (GST_ELEMENT (self), caps, self->layout))
    return FALSE;
  self->caps_fps_n = 0;
  self->caps_fps_d = 1;
  if (gst_structure_get_fraction (gst_caps_get_structure (caps, 0),
          "framerate", &fps_n, &fps_d)
      && vitals_tensor_is_framerate (fps_n / (gdouble) fps_d)) {
    self->caps_fps_n = fps_n;
    self->caps_fps_d = fps_d;
  }
  return TRUE;
}

/* It goes on after the caps, which the first payload tells. Bytes have no times:
 * theirs begin with 0. */
static void
take_segment (GstCircadifyDec * self, GstEvent * event)
{
  gst_event_copy_segment (event, &self->segment);
  self->segment_seqnum = gst_event_get_seqnum (event);
  self->has_segment = FALSE;
  self->is_time = self->segment.format == GST_FORMAT_TIME;
  if (self->is_time)
    self->next = self->segment.start;
  else
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
}

static void
start_anew (GstCircadifyDec * self)
{
  g_clear_pointer (&self->parser, vitals_payload_parser_free);
  self->parser = vitals_payload_parser_new (self->layout);
  self->next = 0;
  self->has_segment = FALSE;
  self->refused = FALSE;
  self->synthetic = FALSE;
}

static gboolean
gst_circadify_dec_sink_event (GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstCircadifyDec *self = GST_CIRCADIFY_DEC (parent);
  gboolean good;
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      good = take_caps (self, caps);
      gst_event_unref (event);
      return good;
    case GST_EVENT_SEGMENT:
      take_segment (self, event);
      gst_event_unref (event);
      return TRUE;
    case GST_EVENT_EOS:
      if (!self->is_time)
        finish (self);
      break;
    case GST_EVENT_FLUSH_STOP:
      start_anew (self);
      break;
    default:
      break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* In NULL->READY, where a wrong one is an error already; and before each run,
 * as it may have been set in READY. */
static gboolean
open_layout (GstCircadifyDec * self)
{
  g_autofree gchar *name = NULL;
  GError *error = NULL;

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->layout_name);
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  self->layout = vitals_tensor_layout_new (name, &error);
  if (!self->layout) {
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("tensor-layout: %s",
            error->message), (NULL));
    g_error_free (error);
    return FALSE;
  }
  if (!vitals_tensor_layout_is_opaque (self->layout))
    return TRUE;
  GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("tensor-layout=opaque says "
          "nothing of what is in a payload: set the payload's own layout."),
      (NULL));
  g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  return FALSE;
}

static GstStateChangeReturn
gst_circadify_dec_change_state (GstElement * element, GstStateChange change)
{
  GstCircadifyDec *self = GST_CIRCADIFY_DEC (element);
  GstStateChangeReturn ret;

  if ((change == GST_STATE_CHANGE_NULL_TO_READY
          || change == GST_STATE_CHANGE_READY_TO_PAUSED)
      && !open_layout (self))
    return GST_STATE_CHANGE_FAILURE;
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    start_anew (self);
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
    self->segment_seqnum = GST_SEQNUM_INVALID;
    self->is_time = self->warned_framerate = FALSE;
    self->caps_fps_n = self->fps_n = 0;
    self->caps_fps_d = self->fps_d = 1;
  }
  ret = GST_ELEMENT_CLASS (gst_circadify_dec_parent_class)->change_state
      (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_clear_pointer (&self->parser, vitals_payload_parser_free);
  if (change == GST_STATE_CHANGE_READY_TO_NULL)
    g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  return ret;
}

static void
gst_circadify_dec_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstCircadifyDec *self = GST_CIRCADIFY_DEC (object);

  if (id != PROP_TENSOR_LAYOUT) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (self);
  g_free (self->layout_name);
  self->layout_name = g_value_get_string (value) ? g_value_dup_string (value)
      : g_strdup (DEFAULT_TENSOR_LAYOUT);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_circadify_dec_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstCircadifyDec *self = GST_CIRCADIFY_DEC (object);

  if (id != PROP_TENSOR_LAYOUT) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (self);
  g_value_set_string (value, self->layout_name);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_circadify_dec_finalize (GObject * object)
{
  GstCircadifyDec *self = GST_CIRCADIFY_DEC (object);

  g_clear_pointer (&self->parser, vitals_payload_parser_free);
  g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  g_free (self->layout_name);
  G_OBJECT_CLASS (gst_circadify_dec_parent_class)->finalize (object);
}

static void
gst_circadify_dec_class_init (GstCircadifyDecClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (circadify_dec_debug, "circadifydec", 0,
      "payloads made visible");
  object_class->set_property = gst_circadify_dec_set_property;
  object_class->get_property = gst_circadify_dec_get_property;
  object_class->finalize = gst_circadify_dec_finalize;
  /**
   * GstCircadifyDec:tensor-layout:
   *
   * Where the fields of a payload are; caps that tell another layout are
   * refused.
   *
   * Since: 0.1
   */
  g_object_class_install_property (object_class, PROP_TENSOR_LAYOUT,
      g_param_spec_string ("tensor-layout", "Tensor layout",
          "Layout of the payloads: draft-1, or a layout key file",
          DEFAULT_TENSOR_LAYOUT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
          | GST_PARAM_MUTABLE_READY));
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_circadify_dec_change_state);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Circadify payload decoder", "Codec/Decoder/Video",
      "Shows the pictures that are in payloads for the Circadify service",
      VITALS_AUTHOR);
}

static void
gst_circadify_dec_init (GstCircadifyDec * self)
{
  self->layout_name = g_strdup (DEFAULT_TENSOR_LAYOUT);
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_circadify_dec_chain));
  gst_pad_set_event_function (self->sinkpad,
      GST_DEBUG_FUNCPTR (gst_circadify_dec_sink_event));
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}
