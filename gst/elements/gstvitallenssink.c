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
#include <vitals/vitals-dropped-private.h>

GST_DEBUG_CATEGORY (gst_vitallens_sink_debug);
#define GST_CAT_DEFAULT gst_vitallens_sink_debug

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

G_DEFINE_FINAL_TYPE (GstVitalLensSink, gst_vitallens_sink,
    GST_TYPE_VITALS_SERVICE_SINK);
GST_ELEMENT_REGISTER_DEFINE (vitallenssink, "vitallenssink", GST_RANK_NONE,
    GST_TYPE_VITALLENS_SINK);

/* NULL<->READY */

static gpointer
gst_vitallens_sink_new_client (GstVitalsServiceSink * service G_GNUC_UNUSED,
    const gchar * key, const gchar * base_url, GError ** error)
{
  return vitals_vitallens_client_new (key, base_url, error);
}

/* FALSE after an error: rates of the service are for files only. */
static gboolean
check_mode (GstVitalLensSink * self)
{
  gboolean good;

  GST_OBJECT_LOCK (self);
  good = self->settings.process_signals != GST_VITALLENS_SINK_SIGNALS_SERVER
      || self->settings.mode == GST_VITALLENS_SINK_MODE_FILE;
  GST_OBJECT_UNLOCK (self);
  if (!good)
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS,
        ("The service computes rates of files only: set mode=file, or "
            "process-signals=client."), (NULL));
  return good;
}

static gboolean
gst_vitallens_sink_start (GstBaseSink * basesink)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);

  return gst_vitals_face_settings_check (&self->settings.face,
      GST_ELEMENT (self)) && check_mode (self)
      && GST_BASE_SINK_CLASS (gst_vitallens_sink_parent_class)->start
      (basesink);
}

/* READY<->PAUSED */

static void
reset_counts (GstVitalLensSink * self)
{
  self->n_frames = self->n_skipped = self->n_chunks = self->n_windows = 0;
  self->n_answers = self->n_failed = self->n_dropped = self->n_stale = 0;
  self->n_sessions = self->n_bytes = 0;
}

static gboolean
gst_vitallens_sink_begin_run (GstVitalsServiceSink * service)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (service);

  self->pending = (GstVitalLensPending) {
  .last = GST_CLOCK_TIME_NONE};
  self->pending.pixels = g_byte_array_new ();
  self->pending.times = g_array_new (FALSE, FALSE, sizeof (GstClockTime));
  self->progress = (GstVitalLensProgress) {
  .phase = NULL};
  self->inactive = FALSE;
  g_mutex_lock (&self->parent.lock);
  self->cancellable = g_cancellable_new ();
  self->waveform = gst_vitallens_waveform_new ();
  self->in_flight = self->blocked = FALSE;
  self->flight.frames = 0;
  self->generation++;
  self->failures = 0;
  self->retry_at = 0;
  reset_counts (self);
  g_mutex_unlock (&self->parent.lock);
  gst_vitallens_sink_tell_progress (self, "initializing", -1, 0, 0);
  return TRUE;
}

/* What a call still brings is of no run. */
static void
gst_vitallens_sink_end_run (GstVitalsServiceSink * service)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (service);
  GCancellable *cancellable;

  g_mutex_lock (&self->parent.lock);
  cancellable = g_steal_pointer (&self->cancellable);
  self->generation++;
  self->in_flight = FALSE;
  /* its error may still be posted, and is not of the next run */
  self->failing = FALSE;
  g_clear_pointer (&self->state, g_bytes_unref);
  g_clear_pointer (&self->model, vitals_vitallens_model_free);
  g_clear_pointer (&self->waveform, gst_vitallens_waveform_free);
  gst_vitallens_sink_end_session (self, GST_PROGRESS_TYPE_CANCELED,
      "cancelled");
  g_mutex_unlock (&self->parent.lock);
  if (cancellable)
    g_cancellable_cancel (cancellable);
  g_clear_object (&cancellable);
  g_clear_pointer (&self->pending.pixels, g_byte_array_unref);
  g_clear_pointer (&self->pending.times, g_array_unref);
  gst_vitallens_sink_post_rest (self);
}

/* Streaming */

/* Another recording, perhaps of another person. */
static void
gst_vitallens_sink_begin_recording (GstVitalsServiceSink * service)
{
  gst_vitallens_sink_reset (GST_VITALLENS_SINK (service),
      VITALS_DROPPED_DISCONTINUITY);
  gst_vitals_face_finder_reset (service->face);
}

static gboolean
gst_vitallens_sink_set_caps (GstBaseSink * basesink, GstCaps * caps)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (basesink);
  GstVideoInfo info;

  if (!gst_vitals_frames_set_caps (GST_ELEMENT (self), caps, &info))
    return FALSE;
  gst_vitallens_sink_begin_recording (&self->parent);
  self->info = info;
  return TRUE;
}

static GstFlowReturn
gst_vitallens_sink_render (GstBaseSink * basesink, GstBuffer * buffer)
{
  return gst_vitallens_sink_take_frame (GST_VITALLENS_SINK (basesink), buffer);
}

static void
gst_vitallens_sink_finalize (GObject * object)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (object);

  gst_vitallens_sink_settings_clear (&self->settings);
  g_queue_clear_full (&self->outbox, (GDestroyNotify) gst_message_unref);

  G_OBJECT_CLASS (gst_vitallens_sink_parent_class)->finalize (object);
}

static void
gst_vitallens_sink_class_init (GstVitalLensSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *basesink_class = GST_BASE_SINK_CLASS (klass);
  GstVitalsServiceSinkClass *service_class =
      GST_VITALS_SERVICE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_vitallens_sink_debug, "vitallenssink", 0,
      "vital signs by the VitalLens service");

  object_class->finalize = gst_vitallens_sink_finalize;
  gst_vitallens_sink_class_init_properties (service_class);
  basesink_class->start = GST_DEBUG_FUNCPTR (gst_vitallens_sink_start);
  basesink_class->set_caps = GST_DEBUG_FUNCPTR (gst_vitallens_sink_set_caps);
  basesink_class->render = GST_DEBUG_FUNCPTR (gst_vitallens_sink_render);

  service_class->get_stats = gst_vitallens_sink_get_stats;
  service_class->new_client = gst_vitallens_sink_new_client;
  service_class->close_client = (GDestroyNotify) vitals_vitallens_client_close;
  service_class->begin_run = gst_vitallens_sink_begin_run;
  service_class->end_run = gst_vitallens_sink_end_run;
  service_class->begin_recording = gst_vitallens_sink_begin_recording;
  service_class->flush = gst_vitallens_sink_begin_recording;
  service_class->drain = gst_vitallens_sink_drain;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "VitalLens sink",
      "Sink/Analyzer/Video/Network",
      "Measures vital signs of a face by the VitalLens service", VITALS_AUTHOR);
}

static void
gst_vitallens_sink_init (GstVitalLensSink * self)
{
  gst_vitallens_sink_settings_init (&self->settings);
  self->parent.face_settings = &self->settings.face;
  g_queue_init (&self->outbox);
}
