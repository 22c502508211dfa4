/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-vitallenssink
 * @title: vitallenssink
 * @short_description: vital signs from video, by the VitalLens service
 *
 * Takes raw video of a face, sends a crop of 40x40 pixels of each frame to the
 * VitalLens service while it comes, and posts what the waveforms show as
 * element messages named `vitals`, about one a second. docs/vitallenssink.md
 * tells about its properties, docs/messages.md about the fields.
 *
 * ## Example launch lines
 * |[
 * vitals sandbox -- gst-launch-1.0 -m vitalstestsrc num-buffers=300 ! vitallenssink
 * gst-launch-1.0 -m v4l2src ! decodebin ! videoconvert ! vitallenssink
 * ]|
 * The key is taken from the environment variable VITALLENS_API_KEY.
 *
 * Since: 0.1
 */

#include "gstvitallenssink.h"
#include "gstvitalsframes.h"

#include <vitals/capture/vitals-packer.h>

GST_DEBUG_CATEGORY (gst_vitallens_sink_debug);
#define GST_CAT_DEFAULT gst_vitallens_sink_debug

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

G_DEFINE_FINAL_TYPE (GstVitalLensSink, gst_vitallens_sink, GST_TYPE_BASE_SINK);
GST_ELEMENT_REGISTER_DEFINE (vitallenssink, "vitallenssink", GST_RANK_NONE,
    GST_TYPE_VITALLENS_SINK);

/* NULL<->READY */

static gboolean
gst_vitallens_sink_start (GstBaseSink * basesink)
{
  return gst_vitallens_sink_acquire (GST_VITALLENS_SINK (basesink));
}

static gboolean
gst_vitallens_sink_stop (GstBaseSink * basesink)
{
  gst_vitallens_sink_release (GST_VITALLENS_SINK (basesink));
  return TRUE;
}

/* READY<->PAUSED */

static void
reset_counts (GstVitalLensSink * self)
{
  self->n_frames = self->n_skipped = self->n_chunks = self->n_windows = 0;
  self->n_answers = self->n_failed = self->n_dropped = self->n_stale = 0;
}

static gboolean
begin_run (GstVitalLensSink * self)
{
  if (!gst_vitallens_sink_check_mode (self))
    return FALSE;
  self->pending = (GstVitalLensPending) {
  .last = GST_CLOCK_TIME_NONE};
  self->pending.pixels = g_byte_array_new ();
  self->pending.times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  self->progress = (GstVitalLensProgress) {
  .phase = NULL};
  g_mutex_lock (&self->lock);
  self->cancellable = g_cancellable_new ();
  self->waveform = gst_vitallens_waveform_new ();
  self->in_flight = self->blocked = self->live_known = FALSE;
  self->failing = self->failed = FALSE;
  self->flight_frames = 0;
  self->generation++;
  self->failures = 0;
  self->retry_at = 0;
  reset_counts (self);
  g_mutex_unlock (&self->lock);
  self->face = gst_vitals_face_finder_new (GST_ELEMENT (self),
      GST_BASE_SINK_PAD (self), &self->settings.face);
  if (!self->face)
    return FALSE;
  gst_vitallens_sink_tell_progress (self, "initializing", -1, 0, 0);
  return TRUE;
}

/* The streaming thread is gone. What a call still brings is of no run. */
static void
end_run (GstVitalLensSink * self)
{
  GCancellable *cancellable;

  g_mutex_lock (&self->lock);
  cancellable = g_steal_pointer (&self->cancellable);
  self->generation++;
  self->in_flight = FALSE;
  g_clear_pointer (&self->state, g_bytes_unref);
  g_clear_pointer (&self->model, vitals_vitallens_model_free);
  g_clear_pointer (&self->waveform, gst_vitallens_waveform_free);
  gst_vitallens_sink_end_session (self, GST_PROGRESS_TYPE_CANCELED,
      "cancelled");
  g_mutex_unlock (&self->lock);
  if (cancellable)
    g_cancellable_cancel (cancellable);
  g_clear_object (&cancellable);
  g_clear_pointer (&self->face, gst_vitals_face_finder_free);
  g_clear_pointer (&self->pending.pixels, g_byte_array_unref);
  g_clear_pointer (&self->pending.times, g_array_unref);
  g_clear_pointer (&self->stream_id, g_free);
  gst_vitallens_sink_post_now (self);
}

static GstStateChangeReturn
gst_vitallens_sink_change_state (GstElement * element, GstStateChange change)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (element);
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
  ret = GST_ELEMENT_CLASS (gst_vitallens_sink_parent_class)->change_state
      (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY
      || (change == GST_STATE_CHANGE_READY_TO_PAUSED
          && ret == GST_STATE_CHANGE_FAILURE))
    end_run (self);
  return ret;
}

/* Streaming */

/* Another recording, perhaps of another person. */
static void
begin_recording (GstVitalLensSink * self)
{
  gst_vitallens_sink_reset (self, "discontinuity");
  gst_vitals_face_finder_reset (self->face);
}

static gboolean
gst_vitallens_sink_set_caps (GstBaseSink * basesink, GstCaps * caps)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);
  GstVideoInfo info;

  if (!gst_vitals_frames_set_caps (GST_ELEMENT (self), caps, &info))
    return FALSE;
  begin_recording (self);
  self->info = info;
  return TRUE;
}

static void
take_stream (GstVitalLensSink * self, GstEvent * event)
{
  const gchar *stream_id;

  gst_event_parse_stream_start (event, &stream_id);
  if (self->stream_id && !g_str_equal (self->stream_id, stream_id))
    begin_recording (self);
  g_free (self->stream_id);
  self->stream_id = g_strdup (stream_id);
}

static gboolean
take_segment (GstVitalLensSink * self, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (!gst_vitals_frames_check_speed (GST_ELEMENT (self), segment))
    return FALSE;
  if (gst_vitals_frames_is_other_segment (&GST_BASE_SINK (self)->segment,
          segment))
    begin_recording (self);
  return TRUE;
}

static gboolean
gst_vitallens_sink_event (GstBaseSink * basesink, GstEvent * event)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);

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
      begin_recording (self);
      break;
    default:
      break;
  }
  return GST_BASE_SINK_CLASS (gst_vitallens_sink_parent_class)->event (basesink,
      event);
}

static gboolean
gst_vitallens_sink_send_event (GstElement * element, GstEvent * event)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (element);

  if (GST_EVENT_TYPE (event) == GST_EVENT_LATENCY) {
    g_mutex_lock (&self->lock);
    self->live_known = FALSE;
    g_mutex_unlock (&self->lock);
  }
  return GST_ELEMENT_CLASS (gst_vitallens_sink_parent_class)->send_event
      (element, event);
}

static GstFlowReturn
gst_vitallens_sink_render (GstBaseSink * basesink, GstBuffer * buffer)
{
  return gst_vitallens_sink_take_frame (GST_VITALLENS_SINK (basesink), buffer);
}

static GstFlowReturn
gst_vitallens_sink_wait_event (GstBaseSink * basesink, GstEvent * event)
{
  GstFlowReturn ret =
      GST_BASE_SINK_CLASS (gst_vitallens_sink_parent_class)->wait_event
      (basesink, event);

  if (ret == GST_FLOW_OK && GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    ret = gst_vitallens_sink_drain (GST_VITALLENS_SINK (basesink));
  return ret;
}

static gboolean
set_unlocked (GstBaseSink * basesink, gboolean unlocked)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);

  g_mutex_lock (&self->lock);
  self->unlocked = unlocked;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
gst_vitallens_sink_unlock (GstBaseSink * basesink)
{
  return set_unlocked (basesink, TRUE);
}

static gboolean
gst_vitallens_sink_unlock_stop (GstBaseSink * basesink)
{
  return set_unlocked (basesink, FALSE);
}

static gboolean
gst_vitallens_sink_propose_allocation (GstBaseSink * basesink G_GNUC_UNUSED,
    GstQuery * query)
{
  return gst_vitals_frames_propose_allocation (query);
}

static void
gst_vitallens_sink_finalize (GObject * object)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);

  gst_vitallens_sink_settings_clear (&self->settings);
  g_clear_pointer (&self->last_reading, gst_structure_free);
  g_queue_clear_full (&self->outbox, (GDestroyNotify) gst_message_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (gst_vitallens_sink_parent_class)->finalize (object);
}

static void
gst_vitallens_sink_class_init (GstVitalLensSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *basesink_class = GST_BASE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_vitallens_sink_debug, "vitallenssink", 0,
      "vital signs by the VitalLens service");

  object_class->finalize = gst_vitallens_sink_finalize;
  gst_vitallens_sink_class_init_properties (object_class);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_vitallens_sink_send_event);
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_vitallens_sink_change_state);
  basesink_class->start = GST_DEBUG_FUNCPTR (gst_vitallens_sink_start);
  basesink_class->stop = GST_DEBUG_FUNCPTR (gst_vitallens_sink_stop);
  basesink_class->set_caps = GST_DEBUG_FUNCPTR (gst_vitallens_sink_set_caps);
  basesink_class->event = GST_DEBUG_FUNCPTR (gst_vitallens_sink_event);
  basesink_class->render = GST_DEBUG_FUNCPTR (gst_vitallens_sink_render);
  basesink_class->wait_event =
      GST_DEBUG_FUNCPTR (gst_vitallens_sink_wait_event);
  basesink_class->unlock = GST_DEBUG_FUNCPTR (gst_vitallens_sink_unlock);
  basesink_class->unlock_stop =
      GST_DEBUG_FUNCPTR (gst_vitallens_sink_unlock_stop);
  basesink_class->propose_allocation =
      GST_DEBUG_FUNCPTR (gst_vitallens_sink_propose_allocation);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "VitalLens sink",
      "Sink/Analyzer/Video/Network",
      "Measures vital signs of a face by the VitalLens service", VITALS_AUTHOR);
}

static void
gst_vitallens_sink_init (GstVitalLensSink * self)
{
  GstBaseSink *basesink = GST_BASE_SINK (self);

  gst_vitallens_sink_settings_init (&self->settings);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->outbox);
  gst_base_sink_set_sync (basesink, FALSE);
  gst_base_sink_set_qos_enabled (basesink, FALSE);
  gst_base_sink_set_last_sample_enabled (basesink, FALSE);
}
