/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-circadifysink
 * @title: circadifysink
 * @short_description: vital signs from video, by the Circadify service
 *
 * Takes raw video of a face, packs four small patches of it per frame, has the
 * Circadify service measure each window and posts what it answers as element
 * messages named `vitals`. docs/circadifysink.md tells about its properties,
 * docs/messages.md about each field of its messages.
 *
 * ## Example launch lines
 * |[
 * vitals sandbox -- gst-launch-1.0 -m vitalstestsrc num-buffers=300 ! circadifysink
 * gst-launch-1.0 -m v4l2src ! decodebin ! videoconvert ! circadifysink num-scans=1 eos-after-scans=true
 * gst-launch-1.0 -m filesrc location=face.mp4 ! decodebin ! videoconvert ! circadifysink
 * ]|
 * The key is taken from the environment variable CIRCADIFY_API_KEY.
 *
 * Since: 0.1
 */

#include "gstcircadifysink.h"
#include "gstvitalsframes.h"
#include "gstvitalspayloads.h"

#include <string.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/vitals-error.h>

GST_DEBUG_CATEGORY (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

#define TENSOR_CAPS "application/x-circadify-tensor"

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS) ";"
        TENSOR_CAPS));

enum
{
  SIGNAL_SCAN,
  SIGNAL_CANCEL_SCAN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GstCircadifySink, gst_circadify_sink, GST_TYPE_BASE_SINK);
GST_ELEMENT_REGISTER_DEFINE (circadifysink, "circadifysink", GST_RANK_NONE,
    GST_TYPE_CIRCADIFY_SINK);

/* NULL<->READY */

static gboolean
gst_circadify_sink_start (GstBaseSink * basesink)
{
  return gst_circadify_sink_acquire (GST_CIRCADIFY_SINK (basesink));
}

static gboolean
gst_circadify_sink_stop (GstBaseSink * basesink)
{
  gst_circadify_sink_release (GST_CIRCADIFY_SINK (basesink));
  return TRUE;
}

/* READY<->PAUSED */

static void
reset_counts (GstCircadifySink * self)
{
  g_mutex_lock (&self->lock);
  self->n_frames = self->n_skipped = self->n_windows = self->n_dropped = 0;
  self->n_answers = self->n_failed = 0;
  self->scan_wanted = self->cancel_wanted = FALSE;
  self->live_known = self->failed = FALSE;
  memset (&self->queue_stats, 0, sizeof (self->queue_stats));
  g_mutex_unlock (&self->lock);
}

static gboolean
begin_run (GstCircadifySink * self)
{
  GError *error = NULL;

  reset_counts (self);
  self->input = GST_CIRCADIFY_SINK_INPUT_UNKNOWN;
  self->n_payloads = 0;
  self->upstream_live = FALSE;
  self->progress_at = 0;
  self->readiness_told = FALSE;
  self->face = gst_vitals_face_finder_new (GST_ELEMENT (self),
      GST_BASE_SINK_PAD (self), &self->settings.capture.face);
  if (!self->face)
    return FALSE;
  self->parser = vitals_payload_parser_new (self->layout);
  self->sealed = g_ptr_array_new_with_free_func ((GDestroyNotify)
      vitals_scan_item_free);
  if (!vitals_tensor_layout_is_opaque (self->layout)) {
    self->capture = vitals_capture_new (self->layout,
        &self->settings.capture.config, gst_circadify_sink_window_ended, self,
        &error);
    if (!self->capture)
      return gst_vitals_fail_settings (GST_ELEMENT (self), error);
  }
  gst_circadify_sink_make_queue (self);
  gst_circadify_sink_post_progress (self, 0, "initializing", -1, 0, 0);
  return TRUE;
}

/* The streaming thread is gone. */
static void
end_run (GstCircadifySink * self)
{
  gst_circadify_sink_cancel_queue (self);
  g_clear_pointer (&self->capture, vitals_capture_free);
  g_clear_pointer (&self->face, gst_vitals_face_finder_free);
  g_clear_pointer (&self->parser, vitals_payload_parser_free);
  g_clear_pointer (&self->sealed, g_ptr_array_unref);
  g_clear_pointer (&self->stream_id, g_free);
}

static GstStateChangeReturn
gst_circadify_sink_change_state (GstElement * element, GstStateChange change)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (element);
  GstStateChangeReturn ret;

  switch (change) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (!begin_run (self)) {
        end_run (self);
        return GST_STATE_CHANGE_FAILURE;
      }
      break;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      g_mutex_lock (&self->lock);
      self->live_known = FALSE;
      g_mutex_unlock (&self->lock);
      break;
    default:
      break;
  }
  ret = GST_ELEMENT_CLASS (gst_circadify_sink_parent_class)->change_state
      (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY
      || (change == GST_STATE_CHANGE_READY_TO_PAUSED
          && ret == GST_STATE_CHANGE_FAILURE))
    end_run (self);
  return ret;
}

/* Streaming */

static gboolean
set_payload_caps (GstCircadifySink * self, GstCaps * caps)
{
  if (!gst_vitals_payloads_check_caps (GST_ELEMENT (self), caps, self->layout))
    return FALSE;
  self->input = GST_BASE_SINK (self)->segment.format == GST_FORMAT_TIME ?
      GST_CIRCADIFY_SINK_INPUT_BUFFERS : GST_CIRCADIFY_SINK_INPUT_BYTES;
  return TRUE;
}

static gboolean
gst_circadify_sink_set_caps (GstBaseSink * basesink, GstCaps * caps)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (basesink);

  if (gst_structure_has_name (gst_caps_get_structure (caps, 0), TENSOR_CAPS))
    return set_payload_caps (self, caps);
  return gst_circadify_sink_set_video_caps (self, caps);
}

static gboolean
check_segment (GstCircadifySink * self, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (!gst_vitals_frames_check_speed (GST_ELEMENT (self), segment))
    return FALSE;
  if (self->input == GST_CIRCADIFY_SINK_INPUT_BUFFERS
      && segment->format != GST_FORMAT_TIME)
    self->input = GST_CIRCADIFY_SINK_INPUT_BYTES;
  else if (self->input == GST_CIRCADIFY_SINK_INPUT_BYTES
      && segment->format == GST_FORMAT_TIME)
    self->input = GST_CIRCADIFY_SINK_INPUT_BUFFERS;
  return TRUE;
}

/* Another recording: what was captured of the one before is its window. */
static void
begin_recording (GstCircadifySink * self)
{
  if (self->input != GST_CIRCADIFY_SINK_INPUT_VIDEO)
    return;
  vitals_capture_finish (self->capture);
  gst_vitals_face_finder_reset (self->face);
  gst_circadify_sink_send_sealed (self, FALSE);
}

static void
take_stream (GstCircadifySink * self, GstEvent * event)
{
  const gchar *stream_id;

  gst_event_parse_stream_start (event, &stream_id);
  if (self->stream_id && !g_str_equal (self->stream_id, stream_id))
    begin_recording (self);
  g_free (self->stream_id);
  self->stream_id = g_strdup (stream_id);
}

static gboolean
take_segment (GstCircadifySink * self, GstEvent * event)
{
  const GstSegment *segment;

  if (!check_segment (self, event))
    return FALSE;
  gst_event_parse_segment (event, &segment);
  if (gst_vitals_frames_is_other_segment (&GST_BASE_SINK (self)->segment,
          segment))
    begin_recording (self);
  return TRUE;
}

/* Streaming stands still. */
static void
drop_open_window (GstCircadifySink * self)
{
  if (self->capture)
    vitals_capture_drop (self->capture, VITALS_WINDOW_DISCONTINUITY);
  if (self->parser) {
    vitals_payload_parser_free (self->parser);
    self->parser = vitals_payload_parser_new (self->layout);
  }
}

static gboolean
gst_circadify_sink_event (GstBaseSink * basesink, GstEvent * event)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (basesink);

  if (self->face)
    gst_vitals_face_finder_event (self->face, event);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      take_stream (self, event);
      break;
    case GST_EVENT_SEGMENT:
      if (!take_segment (self, event)) {
        gst_event_unref (event);
        return FALSE;
      }
      break;
    case GST_EVENT_FLUSH_STOP:
      drop_open_window (self);
      gst_circadify_sink_send_sealed (self, FALSE);
      break;
    default:
      break;
  }
  return GST_BASE_SINK_CLASS (gst_circadify_sink_parent_class)->event (basesink,
      event);
}

static gboolean
gst_circadify_sink_send_event (GstElement * element, GstEvent * event)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (element);

  if (GST_EVENT_TYPE (event) == GST_EVENT_LATENCY) {
    g_mutex_lock (&self->lock);
    self->live_known = FALSE;
    g_mutex_unlock (&self->lock);
  }
  return GST_ELEMENT_CLASS (gst_circadify_sink_parent_class)->send_event
      (element, event);
}

static GstFlowReturn
gst_circadify_sink_render (GstBaseSink * basesink, GstBuffer * buffer)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (basesink);

  /* no caps: what a file holds */
  if (self->input == GST_CIRCADIFY_SINK_INPUT_UNKNOWN)
    self->input = GST_CIRCADIFY_SINK_INPUT_BYTES;
  if (self->input == GST_CIRCADIFY_SINK_INPUT_VIDEO)
    return gst_circadify_sink_render_video (self, buffer);
  return gst_circadify_sink_render_payload (self, buffer);
}

/* The end of the stream: what is left becomes a window, and all is answered
 * before EOS goes on. */
static GstFlowReturn
finish_stream (GstCircadifySink * self)
{
  GstFlowReturn ret = GST_FLOW_OK, drained;

  /* no caps and no buffer: an empty file, for which there is not even a
   * segment */
  if (self->input == GST_CIRCADIFY_SINK_INPUT_UNKNOWN)
    self->input = GST_CIRCADIFY_SINK_INPUT_BYTES;
  if (self->input == GST_CIRCADIFY_SINK_INPUT_VIDEO)
    vitals_capture_finish (self->capture);
  else if (self->input == GST_CIRCADIFY_SINK_INPUT_BYTES
      && !gst_circadify_sink_is_finished (self))
    ret = gst_circadify_sink_finish_payload (self);
  /* the answers of what came before are worth waiting for */
  drained = gst_circadify_sink_drain (self);
  return drained == GST_FLOW_OK ? ret : drained;
}

static GstFlowReturn
gst_circadify_sink_wait_event (GstBaseSink * basesink, GstEvent * event)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (basesink);
  GstFlowReturn ret =
      GST_BASE_SINK_CLASS (gst_circadify_sink_parent_class)->wait_event
      (basesink, event);

  if (ret == GST_FLOW_OK && GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    ret = finish_stream (self);
  return ret;
}

static gboolean
set_unlocked (GstBaseSink * basesink, gboolean unlocked)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (basesink);

  g_mutex_lock (&self->lock);
  self->unlocked = unlocked;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
gst_circadify_sink_unlock (GstBaseSink * basesink)
{
  return set_unlocked (basesink, TRUE);
}

static gboolean
gst_circadify_sink_unlock_stop (GstBaseSink * basesink)
{
  return set_unlocked (basesink, FALSE);
}

static gboolean
gst_circadify_sink_propose_allocation (GstBaseSink * basesink G_GNUC_UNUSED,
    GstQuery * query)
{
  return gst_vitals_frames_propose_allocation (query);
}

/* Action signals */

static void
gst_circadify_sink_scan (GstCircadifySink * self)
{
  g_mutex_lock (&self->lock);
  self->scan_wanted = TRUE;
  g_mutex_unlock (&self->lock);
}

static void
gst_circadify_sink_cancel_scan (GstCircadifySink * self)
{
  VitalsScanQueue *queue;
  GError *error;

  g_mutex_lock (&self->lock);
  self->scan_wanted = FALSE;
  self->cancel_wanted = TRUE;
  queue = self->queue ? vitals_scan_queue_ref (self->queue) : NULL;
  g_mutex_unlock (&self->lock);
  if (!queue)
    return;
  error = g_error_new (VITALS_ERROR, VITALS_ERROR_CANCELLED,
      "The scan was cancelled by the application");
  vitals_scan_queue_fail_all (queue, error);
  g_error_free (error);
  vitals_scan_queue_unref (queue);
}

static void
gst_circadify_sink_finalize (GObject * object)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (object);

  gst_circadify_sink_settings_clear (&self->settings);
  g_clear_pointer (&self->last_reading, gst_structure_free);
  g_array_unref (self->in_session);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (gst_circadify_sink_parent_class)->finalize (object);
}

static void
install_signals (GstCircadifySinkClass * klass)
{
  /**
   * GstCircadifySink::scan:
   *
   * Captures and sends one window from now on, also while active is false.
   *
   * Since: 0.1
   */
  signals[SIGNAL_SCAN] = g_signal_new_class_handler ("scan",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_circadify_sink_scan), NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * GstCircadifySink::cancel-scan:
   *
   * Drops the open window and cancels what is on its way.
   *
   * Since: 0.1
   */
  signals[SIGNAL_CANCEL_SCAN] = g_signal_new_class_handler ("cancel-scan",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_circadify_sink_cancel_scan), NULL, NULL, NULL,
      G_TYPE_NONE, 0);
}

static void
gst_circadify_sink_class_init (GstCircadifySinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *basesink_class = GST_BASE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_circadify_sink_debug, "circadifysink", 0,
      "vital signs by the Circadify service");

  object_class->finalize = gst_circadify_sink_finalize;
  gst_circadify_sink_class_init_properties (object_class);
  install_signals (klass);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Circadify sink",
      "Sink/Analyzer/Video/Network",
      "Measures vital signs of a face by the Circadify service", VITALS_AUTHOR);
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_circadify_sink_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_circadify_sink_send_event);

  basesink_class->start = GST_DEBUG_FUNCPTR (gst_circadify_sink_start);
  basesink_class->stop = GST_DEBUG_FUNCPTR (gst_circadify_sink_stop);
  basesink_class->set_caps = GST_DEBUG_FUNCPTR (gst_circadify_sink_set_caps);
  basesink_class->propose_allocation =
      GST_DEBUG_FUNCPTR (gst_circadify_sink_propose_allocation);
  basesink_class->event = GST_DEBUG_FUNCPTR (gst_circadify_sink_event);
  basesink_class->wait_event =
      GST_DEBUG_FUNCPTR (gst_circadify_sink_wait_event);
  basesink_class->unlock = GST_DEBUG_FUNCPTR (gst_circadify_sink_unlock);
  basesink_class->unlock_stop =
      GST_DEBUG_FUNCPTR (gst_circadify_sink_unlock_stop);
  basesink_class->render = GST_DEBUG_FUNCPTR (gst_circadify_sink_render);
}

static void
gst_circadify_sink_init (GstCircadifySink * self)
{
  GstBaseSink *basesink = GST_BASE_SINK (self);

  gst_circadify_sink_settings_init (&self->settings);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->in_session = g_array_new (FALSE, FALSE, sizeof (guint64));
  /* every frame counts, late or not; and no frame is kept behind our back */
  gst_base_sink_set_sync (basesink, FALSE);
  gst_base_sink_set_qos_enabled (basesink, FALSE);
  gst_base_sink_set_last_sample_enabled (basesink, FALSE);
}
