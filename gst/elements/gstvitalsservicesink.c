/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The base of circadifysink and vitallenssink: properties, states, events.
 * gstvitalsservicestart.c has start and stop, gstvitalsservicewaits.c the
 * waiting.
 */

#include "gstvitalsservicesink.h"

#include "gstvitalsfields.h"
#include "gstvitalsframes.h"
#include "gstvitalsmessages.h"

GST_DEBUG_CATEGORY (gst_vitals_service_sink_debug);
#define GST_CAT_DEFAULT gst_vitals_service_sink_debug

G_DEFINE_ABSTRACT_TYPE (GstVitalsServiceSink, gst_vitals_service_sink,
    GST_TYPE_BASE_SINK);

/* Properties */

static gpointer
find_field (GstVitalsServiceSink * self, guint id)
{
  if (id >= GST_VITALS_N_SERVICE_PROPERTIES)
    return GST_VITALS_SERVICE_SINK_GET_CLASS (self)->find_field (self, id);
  return gst_vitals_service_settings_find (&self->settings, id);
}

static void
set_changed (GstVitalsServiceSink * self, gboolean changed)
{
  GST_OBJECT_LOCK (self);
  self->changed = changed;
  GST_OBJECT_UNLOCK (self);
}

void
gst_vitals_service_sink_note_set (GstVitalsServiceSink * self,
    GParamSpec * pspec)
{
  if (pspec->flags & GST_PARAM_MUTABLE_READY)
    set_changed (self, TRUE);
}

void
gst_vitals_service_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (object);
  gpointer field = find_field (self, id);

  if (!field) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (self);
  gst_vitals_field_set (field, value);
  GST_OBJECT_UNLOCK (self);
  gst_vitals_service_sink_note_set (self, pspec);
}

void
gst_vitals_service_sink_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (object);
  gpointer field = find_field (self, id);

  if (id == GST_VITALS_SERVICE_STATS) {
    g_value_take_boxed (value,
        GST_VITALS_SERVICE_SINK_GET_CLASS (self)->get_stats (self));
  } else if (id == GST_VITALS_SERVICE_LAST_READING) {
    g_mutex_lock (&self->lock);
    g_value_set_boxed (value, self->last_reading);
    g_mutex_unlock (&self->lock);
  } else if (field && id != GST_VITALS_SERVICE_API_KEY) {
    GST_OBJECT_LOCK (self);
    gst_vitals_field_get (field, value);
    GST_OBJECT_UNLOCK (self);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

/* READY<->PAUSED */

/* What start() has read is old when a property was set since. */
static gboolean
read_changed (GstVitalsServiceSink * self)
{
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = self->changed;
  self->changed = FALSE;
  GST_OBJECT_UNLOCK (self);
  if (!changed || gst_vitals_service_sink_start_anew (self))
    return TRUE;
  /* what is wrong may be mended without setting a property */
  set_changed (self, TRUE);
  return FALSE;
}

static void
forget_live (GstVitalsServiceSink * self)
{
  g_mutex_lock (&self->lock);
  self->live_known = FALSE;
  g_mutex_unlock (&self->lock);
}

static gboolean
begin_run (GstVitalsServiceSink * self)
{
  if (!read_changed (self))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->live_known = self->live = self->failed = FALSE;
  g_mutex_unlock (&self->lock);
  self->face = gst_vitals_face_finder_new (GST_ELEMENT (self),
      GST_BASE_SINK_PAD (self), self->face_settings);
  return self->face
      && GST_VITALS_SERVICE_SINK_GET_CLASS (self)->begin_run (self);
}

/* The streaming thread is gone. */
static void
end_run (GstVitalsServiceSink * self)
{
  g_clear_pointer (&self->face, gst_vitals_face_finder_free);
  g_clear_pointer (&self->stream_id, g_free);
  GST_VITALS_SERVICE_SINK_GET_CLASS (self)->end_run (self);
}

static GstStateChangeReturn
gst_vitals_service_sink_change_state (GstElement * element,
    GstStateChange change)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (element);
  GstStateChangeReturn ret;

  switch (change) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      /* before start() reads: what is set meanwhile may come too late for it */
      set_changed (self, FALSE);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (!begin_run (self)) {
        end_run (self);
        return GST_STATE_CHANGE_FAILURE;
      }
      break;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      forget_live (self);
      break;
    default:
      break;
  }
  ret = GST_ELEMENT_CLASS (gst_vitals_service_sink_parent_class)->change_state
      (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY
      || (change == GST_STATE_CHANGE_READY_TO_PAUSED
          && ret == GST_STATE_CHANGE_FAILURE))
    end_run (self);
  return ret;
}

/* Streaming */

static void
begin_recording (GstVitalsServiceSink * self)
{
  GST_VITALS_SERVICE_SINK_GET_CLASS (self)->begin_recording (self);
}

static void
take_stream (GstVitalsServiceSink * self, GstEvent * event)
{
  const gchar *stream_id;

  gst_event_parse_stream_start (event, &stream_id);
  if (self->stream_id && !g_str_equal (self->stream_id, stream_id))
    begin_recording (self);
  g_free (self->stream_id);
  self->stream_id = g_strdup (stream_id);
}

static gboolean
take_segment (GstVitalsServiceSink * self, GstEvent * event)
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
gst_vitals_service_sink_event (GstBaseSink * basesink, GstEvent * event)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (basesink);

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
      GST_VITALS_SERVICE_SINK_GET_CLASS (self)->flush (self);
      break;
    default:
      break;
  }
  return GST_BASE_SINK_CLASS (gst_vitals_service_sink_parent_class)->event
      (basesink, event);
}

static gboolean
gst_vitals_service_sink_send_event (GstElement * element, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_LATENCY)
    forget_live (GST_VITALS_SERVICE_SINK (element));
  return GST_ELEMENT_CLASS (gst_vitals_service_sink_parent_class)->send_event
      (element, event);
}

static GstFlowReturn
gst_vitals_service_sink_wait_event (GstBaseSink * basesink, GstEvent * event)
{
  GstFlowReturn ret =
      GST_BASE_SINK_CLASS (gst_vitals_service_sink_parent_class)->wait_event
      (basesink, event);

  if (ret == GST_FLOW_OK && GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    ret = gst_vitals_service_sink_drain (GST_VITALS_SERVICE_SINK (basesink));
  return ret;
}

static gboolean
set_unlocked (GstBaseSink * basesink, gboolean unlocked)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (basesink);

  g_mutex_lock (&self->lock);
  self->unlocked = unlocked;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
gst_vitals_service_sink_unlock (GstBaseSink * basesink)
{
  return set_unlocked (basesink, TRUE);
}

static gboolean
gst_vitals_service_sink_unlock_stop (GstBaseSink * basesink)
{
  return set_unlocked (basesink, FALSE);
}

static gboolean
gst_vitals_service_sink_propose_allocation (GstBaseSink * basesink
    G_GNUC_UNUSED, GstQuery * query)
{
  return gst_vitals_frames_propose_allocation (query);
}

gboolean
gst_vitals_service_sink_is_live (GstVitalsServiceSink * self)
{
  gboolean live, upstream_live, known;

  g_mutex_lock (&self->lock);
  known = self->live_known;
  /* before it is asked: what changes meanwhile is asked for again */
  self->live_known = TRUE;
  live = self->live;
  g_mutex_unlock (&self->lock);
  if (known)
    return live;
  live = gst_base_sink_query_latency (GST_BASE_SINK (self), &live,
      &upstream_live, NULL, NULL) && upstream_live;
  GST_DEBUG_OBJECT (self, "upstream is %slive", live ? "" : "not ");
  g_mutex_lock (&self->lock);
  self->live = live;
  g_mutex_unlock (&self->lock);
  return live;
}

/* What all messages have */

gchar *
gst_vitals_service_sink_dup_source_id (GstVitalsServiceSink * self)
{
  gchar *source_id;

  GST_OBJECT_LOCK (self);
  source_id = g_strdup (self->settings.source_id);
  GST_OBJECT_UNLOCK (self);
  return source_id;
}

GstMessage *
gst_vitals_service_sink_new_progress (GstVitalsServiceSink * self,
    guint64 window, const gchar * phase, gint percent, guint frames,
    guint target_frames)
{
  g_autofree gchar *source_id = gst_vitals_service_sink_dup_source_id (self);
  gboolean wanted;

  GST_OBJECT_LOCK (self);
  wanted = self->settings.post_progress;
  GST_OBJECT_UNLOCK (self);
  if (!wanted)
    return NULL;
  return gst_message_new_element (GST_OBJECT (self),
      gst_vitals_message_progress (window, phase, percent, frames,
          target_frames, source_id));
}

void
gst_vitals_service_sink_take_reading (GstVitalsServiceSink * self,
    const GstStructure * message)
{
  g_clear_pointer (&self->last_reading, gst_structure_free);
  self->last_reading = gst_structure_copy (message);
}

static void
gst_vitals_service_sink_finalize (GObject * object)
{
  GstVitalsServiceSink *self = GST_VITALS_SERVICE_SINK (object);

  gst_vitals_service_settings_clear (&self->settings);
  g_clear_pointer (&self->last_reading, gst_structure_free);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (gst_vitals_service_sink_parent_class)->finalize (object);
}

static void
gst_vitals_service_sink_class_init (GstVitalsServiceSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *basesink_class = GST_BASE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_vitals_service_sink_debug, "vitalsservicesink",
      0, "what the sinks of services have in common");

  object_class->finalize = gst_vitals_service_sink_finalize;
  object_class->set_property = gst_vitals_service_sink_set_property;
  object_class->get_property = gst_vitals_service_sink_get_property;

  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_vitals_service_sink_change_state);
  element_class->send_event =
      GST_DEBUG_FUNCPTR (gst_vitals_service_sink_send_event);

  basesink_class->start = GST_DEBUG_FUNCPTR (gst_vitals_service_sink_start);
  basesink_class->stop = GST_DEBUG_FUNCPTR (gst_vitals_service_sink_stop);
  basesink_class->propose_allocation =
      GST_DEBUG_FUNCPTR (gst_vitals_service_sink_propose_allocation);
  basesink_class->event = GST_DEBUG_FUNCPTR (gst_vitals_service_sink_event);
  basesink_class->wait_event =
      GST_DEBUG_FUNCPTR (gst_vitals_service_sink_wait_event);
  basesink_class->unlock = GST_DEBUG_FUNCPTR (gst_vitals_service_sink_unlock);
  basesink_class->unlock_stop =
      GST_DEBUG_FUNCPTR (gst_vitals_service_sink_unlock_stop);
  gst_type_mark_as_plugin_api (GST_TYPE_VITALS_SERVICE_SINK, 0);
}

static void
gst_vitals_service_sink_init (GstVitalsServiceSink * self)
{
  GstBaseSink *basesink = GST_BASE_SINK (self);

  gst_vitals_service_settings_init (&self->settings);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  /* every frame counts, late or not; and no frame is kept behind our back */
  gst_base_sink_set_sync (basesink, FALSE);
  gst_base_sink_set_qos_enabled (basesink, FALSE);
  gst_base_sink_set_last_sample_enabled (basesink, FALSE);
  gst_vitals_frames_explain_caps (GST_BASE_SINK_PAD (basesink));
}
