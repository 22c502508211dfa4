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
#include "gstvitalskey.h"

#include <vitals/capture/vitals-packer.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/vitals-error.h>

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

G_DEFINE_FINAL_TYPE (GstVitalLensSink, gst_vitallens_sink, GST_TYPE_BASE_SINK);
GST_ELEMENT_REGISTER_DEFINE (vitallenssink, "vitallenssink", GST_RANK_NONE,
    GST_TYPE_VITALLENS_SINK);

/* NULL<->READY */

static gboolean
fail_settings (GstVitalLensSink * self, GError * error)
{
  if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED))
    GST_ELEMENT_ERROR (self, LIBRARY, INIT, ("%s", error->message), (NULL));
  else
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("%s", error->message),
        (NULL));
  g_error_free (error);
  return FALSE;
}

static const gchar *
or_null (const gchar * text)
{
  return text && *text ? text : NULL;
}

/* Nothing here may be changed above READY, so it is read without the lock. */
static gboolean
make_client (GstVitalLensSink * self)
{
  const GstVitalLensSinkSettings *settings = &self->settings;
  GError *error = NULL;
  gchar *key, *base_url;
  gboolean ready;

  if (!gst_vitals_key_find (GST_ELEMENT (self), settings->api_key,
          settings->api_key_file, &key))
    return FALSE;
  self->client = vitals_vitallens_client_new (key,
      or_null (settings->base_url), &error);
  g_free (key);
  if (!self->client)
    return fail_settings (self, error);
  g_object_set (self->client, "ca-file", or_null (settings->ca_file),
      "request-timeout", settings->request_timeout,
      "upload-timeout", settings->upload_timeout,
      "max-retries", settings->max_retries, NULL);
  g_object_get (self->client, "base-url", &base_url, NULL);
  ready = vitals_network_prepare (g_str_has_prefix (base_url, "https"), &error);
  g_free (base_url);
  return ready || fail_settings (self, error);
}

static gboolean
open_results (GstVitalLensSink * self)
{
  const gchar *location = self->settings.results_location;
  GstVitalsResults *results;
  GError *error = NULL;

  if (!or_null (location))
    return TRUE;
  results = gst_vitals_results_open (location, NULL, NULL, NULL, &error);
  if (!results) {
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_WRITE, ("results-location: %s",
            error->message), (NULL));
    g_error_free (error);
    return FALSE;
  }
  g_mutex_lock (&self->lock);
  self->results = results;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
gst_vitallens_sink_stop (GstBaseSink * basesink)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);
  GstVitalsResults *results;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  results = g_steal_pointer (&self->results);
  g_mutex_unlock (&self->lock);
  if (results && !gst_vitals_results_close (results, &error)) {
    GST_ELEMENT_WARNING (self, RESOURCE, WRITE, ("results-location: %s",
            error->message), (NULL));
    g_error_free (error);
  }
  if (self->client)
    vitals_vitallens_client_close (self->client);
  g_clear_object (&self->client);
  return TRUE;
}

static gboolean
gst_vitallens_sink_start (GstBaseSink * basesink)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);

  if (self->settings.process_signals == GST_VITALLENS_SINK_SIGNALS_SERVER
      && self->settings.mode != GST_VITALLENS_SINK_MODE_FILE) {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS,
        ("The service computes rates of files only: set mode=file, or "
            "process-signals=client."), (NULL));
    return FALSE;
  }
  if (make_client (self) && open_results (self))
    return TRUE;
  gst_vitallens_sink_stop (basesink);
  return FALSE;
}

/* READY<->PAUSED */

static gboolean
begin_run (GstVitalLensSink * self)
{
  self->pending = (GstVitalLensPending) {
  .last = GST_CLOCK_TIME_NONE};
  self->pending.pixels = g_byte_array_new ();
  self->pending.times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  g_mutex_lock (&self->lock);
  self->cancellable = g_cancellable_new ();
  self->waveform = gst_vitallens_waveform_new ();
  self->in_flight = self->blocked = self->live_known = FALSE;
  self->generation++;
  self->failures = 0;
  self->retry_at = 0;
  self->n_frames = self->n_skipped = self->n_chunks = self->n_answers = 0;
  self->n_failed = self->n_dropped = self->n_stale = 0;
  g_mutex_unlock (&self->lock);
  self->face = gst_vitals_face_finder_new (GST_ELEMENT (self),
      GST_BASE_SINK_PAD (self), &self->settings.face);
  return self->face != NULL;
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
  g_mutex_unlock (&self->lock);
  if (cancellable)
    g_cancellable_cancel (cancellable);
  g_clear_object (&cancellable);
  g_clear_pointer (&self->face, gst_vitals_face_finder_free);
  g_clear_pointer (&self->pending.pixels, g_byte_array_unref);
  g_clear_pointer (&self->pending.times, g_array_unref);
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

static gboolean
gst_vitallens_sink_set_caps (GstBaseSink * basesink, GstCaps * caps)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);
  GstVideoInfo info;

  if (!gst_vitals_frames_set_caps (GST_ELEMENT (self), caps, &info))
    return FALSE;
  gst_vitallens_sink_reset (self, "discontinuity");
  gst_vitals_face_finder_reset (self->face);
  self->info = info;
  return TRUE;
}

static gboolean
check_segment (GstVitalLensSink * self, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (segment->rate == 1.0 && segment->applied_rate == 1.0) {
    if (gst_vitals_frames_is_other_segment (&GST_BASE_SINK (self)->segment,
            segment))
      gst_vitallens_sink_reset (self, "discontinuity");
    return TRUE;
  }
  GST_ELEMENT_ERROR (self, STREAM, FAILED,
      ("The video plays at %g times its speed, and a pulse would be wrong by "
          "as much: play it at its own.", segment->rate
          * segment->applied_rate), (NULL));
  return FALSE;
}

static gboolean
gst_vitallens_sink_event (GstBaseSink * basesink, GstEvent * event)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);

  if (self->face)
    gst_vitals_face_finder_event (self->face, event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT
      && !check_segment (self, event)) {
    gst_event_unref (event);
    return FALSE;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    gst_vitallens_sink_reset (self, "discontinuity");
  return GST_BASE_SINK_CLASS (gst_vitallens_sink_parent_class)->event (basesink,
      event);
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

  object_class->finalize = gst_vitallens_sink_finalize;
  gst_vitallens_sink_class_init_properties (object_class);
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
      "Measures vital signs of a face by the VitalLens service",
      "The vitals authors");
}

static void
gst_vitallens_sink_init (GstVitalLensSink * self)
{
  GstBaseSink *basesink = GST_BASE_SINK (self);

  gst_vitallens_sink_settings_init (&self->settings);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  gst_base_sink_set_sync (basesink, FALSE);
  gst_base_sink_set_qos_enabled (basesink, FALSE);
  gst_base_sink_set_last_sample_enabled (basesink, FALSE);
}
