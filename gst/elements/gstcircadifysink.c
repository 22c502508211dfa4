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

G_DEFINE_FINAL_TYPE (GstCircadifySink, gst_circadify_sink,
    GST_TYPE_VITALS_SERVICE_SINK);
GST_ELEMENT_REGISTER_DEFINE (circadifysink, "circadifysink", GST_RANK_NONE,
    GST_TYPE_CIRCADIFY_SINK);

/* NULL<->READY */

static gpointer
gst_circadify_sink_new_client (GstVitalsServiceSink * service,
    const gchar * key, const gchar * base_url, GError ** error)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (service);
  VitalsCircadifyClient *client = vitals_circadify_client_new (key, base_url,
      error);
  guint64 poll_interval, poll_timeout;
  gboolean allow_fallback;

  if (!client)
    return NULL;
  GST_OBJECT_LOCK (self);
  poll_interval = self->settings.poll_interval;
  poll_timeout = self->settings.poll_timeout;
  allow_fallback = self->settings.allow_fallback;
  GST_OBJECT_UNLOCK (self);
  g_object_set (client, "poll-interval", poll_interval,
      "poll-timeout", poll_timeout, "allow-fallback", allow_fallback, NULL);
  return client;
}

static void
warn_cost (GstCircadifySink * self)
{
  const gchar *limits;
  gint num_scans;

  GST_OBJECT_LOCK (self);
  num_scans = self->settings.num_scans;
  limits = self->settings.capture.config.scan_interval > 0
      ? "num-scans limits them" : "num-scans and scan-interval limit them";
  GST_OBJECT_UNLOCK (self);
  if (num_scans < 0
      && g_str_equal (vitals_circadify_client_get_key_environment
          (self->parent.client), "live"))
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
        ("With this live key every window costs one scan; %s.", limits),
        (NULL));
}

static gboolean
gst_circadify_sink_stop (GstBaseSink * basesink)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (basesink);

  g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  return GST_BASE_SINK_CLASS (gst_circadify_sink_parent_class)->stop (basesink);
}

static gboolean
gst_circadify_sink_start (GstBaseSink * basesink)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (basesink);
  gboolean good;

  self->layout = gst_vitals_capture_settings_check (&self->settings.capture,
      GST_ELEMENT (self));
  good = self->layout && GST_BASE_SINK_CLASS
      (gst_circadify_sink_parent_class)->start (basesink);
  if (good)
    warn_cost (self);
  else
    g_clear_pointer (&self->layout, vitals_tensor_layout_unref);
  return good;
}

/* READY<->PAUSED */

static void
reset_counts (GstCircadifySink * self)
{
  g_mutex_lock (&self->parent.lock);
  self->n_frames = self->n_skipped = self->n_windows = self->n_dropped = 0;
  self->n_answers = self->n_failed = 0;
  self->scan_wanted = self->cancel_wanted = FALSE;
  self->n_stale = 0;
  memset (&self->queue_stats, 0, sizeof (self->queue_stats));
  g_mutex_unlock (&self->parent.lock);
}

static gboolean
gst_circadify_sink_begin_run (GstVitalsServiceSink * service)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (service);
  GError *error = NULL;

  reset_counts (self);
  self->input = GST_CIRCADIFY_SINK_INPUT_UNKNOWN;
  self->next_payload = self->first_window = 0;
  self->payload_pts = self->since_payload = GST_CLOCK_TIME_NONE;
  self->refused = FALSE;
  self->progress_at = 0;
  self->readiness_told = FALSE;
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

static void
gst_circadify_sink_end_run (GstVitalsServiceSink * service)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (service);

  gst_circadify_sink_cancel_queue (self);
  g_clear_pointer (&self->capture, vitals_capture_free);
  g_clear_pointer (&self->parser, vitals_payload_parser_free);
  g_clear_error (&self->refusal);
  g_clear_pointer (&self->window_source_id, g_free);
  g_clear_pointer (&self->sealed, g_ptr_array_unref);
}

/* Streaming */

static gboolean
set_payload_caps (GstCircadifySink * self, GstCaps * caps)
{
  if (!gst_vitals_payloads_check_caps (GST_ELEMENT (self), caps, self->layout))
    return FALSE;
  if (self->input == GST_CIRCADIFY_SINK_INPUT_VIDEO)
    gst_circadify_sink_leave_video (self);
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

/* Payloads come another way by time than by bytes. */
static void
take_format (GstCircadifySink * self, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (self->input == GST_CIRCADIFY_SINK_INPUT_BUFFERS
      && segment->format != GST_FORMAT_TIME)
    self->input = GST_CIRCADIFY_SINK_INPUT_BYTES;
  else if (self->input == GST_CIRCADIFY_SINK_INPUT_BYTES
      && segment->format == GST_FORMAT_TIME)
    self->input = GST_CIRCADIFY_SINK_INPUT_BUFFERS;
}

static gboolean
gst_circadify_sink_event (GstBaseSink * basesink, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    take_format (GST_CIRCADIFY_SINK (basesink), event);
  return GST_BASE_SINK_CLASS (gst_circadify_sink_parent_class)->event (basesink,
      event);
}

/* Another recording: what was captured of the one before is its window. */
static void
gst_circadify_sink_begin_recording (GstVitalsServiceSink * service)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (service);

  self->payload_pts = GST_CLOCK_TIME_NONE;
  if (self->input != GST_CIRCADIFY_SINK_INPUT_VIDEO)
    return;
  gst_circadify_sink_finish_video (self);
  gst_vitals_face_finder_reset (service->face);
  gst_circadify_sink_send_sealed (self, FALSE);
}

/* Streaming stands still. */
static void
gst_circadify_sink_flush (GstVitalsServiceSink * service)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (service);

  if (self->capture) {
    vitals_capture_drop (self->capture, VITALS_WINDOW_DISCONTINUITY);
    self->first_window = vitals_capture_get_window (self->capture);
  }
  if (self->parser)
    gst_circadify_sink_forget_payload (self);
  gst_circadify_sink_send_sealed (self, FALSE);
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
 * before EOS goes on, or before an error ends it: a scan is paid for. */
static GstFlowReturn
gst_circadify_sink_drain (GstVitalsServiceSink * service, gint64 * left)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (service);
  GstFlowReturn ret;

  /* no caps and no buffer: an empty file, for which there is not even a
   * segment */
  if (self->input == GST_CIRCADIFY_SINK_INPUT_UNKNOWN)
    self->input = GST_CIRCADIFY_SINK_INPUT_BYTES;
  if (self->input == GST_CIRCADIFY_SINK_INPUT_VIDEO)
    gst_circadify_sink_finish_video (self);
  else if (self->input == GST_CIRCADIFY_SINK_INPUT_BYTES
      && !gst_circadify_sink_is_finished (self))
    gst_circadify_sink_finish_payload (self);
  ret = gst_circadify_sink_drain_sealed (self, left);
  if (ret != GST_FLOW_OK || !self->refused)
    return ret;
  gst_circadify_sink_tell_refusal (self);
  return GST_FLOW_ERROR;
}

/* Action signals */

static void
gst_circadify_sink_scan (GstCircadifySink * self)
{
  g_mutex_lock (&self->parent.lock);
  self->scan_wanted = TRUE;
  g_mutex_unlock (&self->parent.lock);
}

static void
gst_circadify_sink_finalize (GObject * object)
{
  GstCircadifySink *self = GST_CIRCADIFY_SINK (object);

  gst_vitals_capture_settings_clear (&self->settings.capture);
  g_array_unref (self->in_session);

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
  GstVitalsServiceSinkClass *service_class =
      GST_VITALS_SERVICE_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_circadify_sink_debug, "circadifysink", 0,
      "vital signs by the Circadify service");

  object_class->finalize = gst_circadify_sink_finalize;
  gst_circadify_sink_class_init_properties (service_class);
  install_signals (klass);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Circadify sink",
      "Sink/Analyzer/Video/Network",
      "Measures vital signs of a face by the Circadify service", VITALS_AUTHOR);

  basesink_class->start = GST_DEBUG_FUNCPTR (gst_circadify_sink_start);
  basesink_class->stop = GST_DEBUG_FUNCPTR (gst_circadify_sink_stop);
  basesink_class->set_caps = GST_DEBUG_FUNCPTR (gst_circadify_sink_set_caps);
  basesink_class->event = GST_DEBUG_FUNCPTR (gst_circadify_sink_event);
  basesink_class->render = GST_DEBUG_FUNCPTR (gst_circadify_sink_render);

  service_class->get_stats = gst_circadify_sink_get_stats;
  service_class->new_client = gst_circadify_sink_new_client;
  service_class->close_client = (GDestroyNotify) vitals_circadify_client_close;
  service_class->begin_run = gst_circadify_sink_begin_run;
  service_class->end_run = gst_circadify_sink_end_run;
  service_class->begin_recording = gst_circadify_sink_begin_recording;
  service_class->flush = gst_circadify_sink_flush;
  service_class->drain = gst_circadify_sink_drain;
}

static void
gst_circadify_sink_init (GstCircadifySink * self)
{
  gst_circadify_sink_settings_init (&self->settings);
  self->parent.face_settings = &self->settings.capture.face;
  self->in_session = g_array_new (FALSE, FALSE, sizeof (guint64));
}
