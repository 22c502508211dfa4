/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-rppg
 * @title: rppg
 * @short_description: heart rate and breathing from video, on this machine
 *
 * Measures heart rate and breathing in the colour of a face and the motion of
 * the chest, on this machine: no account, no network. The video passes
 * unchanged. The face is where region meta or #GstRppg:roi say, else it is
 * looked for. Each #GstRppg:interval, from 5 s on, a `vitals` message with
 * backend `local` is posted; its fields are in docs/messages.md and
 * docs/rppg.md. A rate that is not certain enough is absent, and `reason` says
 * why. When no face was seen for #GstRppg:face-timeout, a `vitals-quality`
 * message says so. It is no medical device.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m vitalstestsrc num-buffers=450 ! rppg ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "gstrppg.h"

#include <math.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/capture/vitals-region-private.h>

#include "gstvitalsframes.h"
#include "gstvitalssynthetic.h"

GST_DEBUG_CATEGORY_STATIC (rppg_debug);
#define GST_CAT_DEFAULT rppg_debug

/* A box that follows each twitch of a detector costs 4 dB of the pulse: it is
 * held until it has moved by this share of its width. */
#define HOLD 0.10

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (VITALS_PACKER_FORMATS)));

G_DEFINE_TYPE (GstRppg, gst_rppg, GST_TYPE_BASE_TRANSFORM);
GST_ELEMENT_REGISTER_DEFINE (rppg, "rppg", GST_RANK_NONE, GST_TYPE_RPPG);

/* What was measured is of no use for what follows. */
static void
restart (GstRppg * self)
{
  vitals_pulse_estimator_reset (self->estimator);
  vitals_chest_motion_step (self->chest);
  if (self->signal)
    gst_rppg_signal_interrupt (self->signal);
  self->next = GST_CLOCK_TIME_NONE;
  self->synthetic = FALSE;
}

/* Also forget the face position. */
static void
forget (GstRppg * self)
{
  restart (self);
  gst_vitals_face_finder_reset (self->face);
  self->box.width = 0;
}

static gboolean
check_signal (GstRppg * self, gboolean good, GError * error)
{
  if (good)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, WRITE, ("signal-location: %s",
          error->message), (NULL));
  g_error_free (error);
  return FALSE;
}

static gboolean
open_signal (GstRppg * self, const gchar * location)
{
  GError *error = NULL;

  if (!location || !*location)
    return TRUE;
  self->signal = gst_rppg_signal_open (GST_ELEMENT (self), location, &error);
  return check_signal (self, self->signal != NULL, error);
}

/* The stream is over: it does not fail any more. */
static void
close_signal (GstRppg * self)
{
  GstRppgSignal *signal;
  GError *error = NULL;

  GST_OBJECT_LOCK (self);
  signal = g_steal_pointer (&self->signal);
  GST_OBJECT_UNLOCK (self);
  if (!signal || gst_rppg_signal_close (signal, &error))
    return;
  GST_ELEMENT_WARNING (self, RESOURCE, WRITE, ("signal-location: %s",
          error->message), (NULL));
  g_error_free (error);
}

static gboolean
write_signal (GstRppg * self, const VitalsPulseEstimate * estimate)
{
  GError *error = NULL;
  gboolean good;

  if (!self->signal)
    return TRUE;
  good = gst_rppg_signal_write (self->signal, self->estimator, estimate,
      &error);
  return check_signal (self, good, error);
}

/* The frames since the last message have a pulse, too. Who reads may take its
 * time: nothing comes after. */
static void
finish_signal (GstRppg * self)
{
  VitalsPulseEstimate estimate;

  if (!self->signal)
    return;
  vitals_pulse_estimator_estimate (self->estimator, &estimate);
  if (write_signal (self, &estimate))
    gst_rppg_signal_wait (self->signal);
}

/* From any thread. */
static void
set_waiting (GstRppg * self, gboolean waiting)
{
  GST_OBJECT_LOCK (self);
  if (self->signal)
    gst_rppg_signal_set_waiting (self->signal, waiting);
  GST_OBJECT_UNLOCK (self);
}

/* The end of a stream in which nothing was measured, as nobody was there. */
static void
tell_faceless (GstRppg * self)
{
  if (self->n_messages == 0 && gst_vitals_face_finder_end (self->face)
      == GST_VITALS_FACE_ABSENT_LONG)
    gst_rppg_post_no_face (self);
}

/* An application may set properties meanwhile: what is used is a copy. */
static gboolean
gst_rppg_start (GstBaseTransform * transform)
{
  GstRppg *self = GST_RPPG (transform);
  g_autofree gchar *location = NULL;
  VitalsPulseConfig config;

  if (!gst_vitals_face_settings_check (&self->settings.face,
          GST_ELEMENT (self)))
    return FALSE;
  GST_OBJECT_LOCK (self);
  config = self->settings.pulse;
  self->interval = self->settings.interval;
  location = g_strdup (self->settings.signal_location);
  GST_OBJECT_UNLOCK (self);
  self->face = gst_vitals_face_finder_new (GST_ELEMENT (self),
      GST_BASE_TRANSFORM_SINK_PAD (transform), &self->settings.face);
  if (!self->face)
    return FALSE;
  if (!open_signal (self, location)) {
    g_clear_pointer (&self->face, gst_vitals_face_finder_free);
    return FALSE;
  }
  self->estimator = vitals_pulse_estimator_new (&config);
  self->chest = vitals_chest_motion_new ();
  self->n_messages = 0;
  forget (self);
  return TRUE;
}

static gboolean
gst_rppg_stop (GstBaseTransform * transform)
{
  GstRppg *self = GST_RPPG (transform);

  close_signal (self);
  g_clear_pointer (&self->face, gst_vitals_face_finder_free);
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
check_segment (GstRppg * self, GstEvent * event)
{
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  if (!gst_vitals_frames_check_speed (GST_ELEMENT (self), segment))
    return FALSE;
  if (gst_vitals_frames_is_other_segment (&GST_BASE_TRANSFORM (self)->segment,
          segment))
    forget (self);
  return TRUE;
}

static gboolean
gst_rppg_sink_event (GstBaseTransform * transform, GstEvent * event)
{
  GstRppg *self = GST_RPPG (transform);

  gst_vitals_face_finder_event (self->face, event);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEGMENT:
      if (!check_segment (self, event)) {
        gst_event_unref (event);
        return FALSE;
      }
      break;
    case GST_EVENT_FLUSH_START:
      set_waiting (self, FALSE);
      break;
    case GST_EVENT_FLUSH_STOP:
      set_waiting (self, TRUE);
      forget (self);
      break;
    case GST_EVENT_EOS:
      finish_signal (self);
      tell_faceless (self);
      break;
    default:
      break;
  }
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

/* Chooses the box of this frame, held or moved. FALSE after an error.
 * @found: whether there is a face */
static gboolean
find_face (GstRppg * self, GstBuffer * buffer, GstClockTime pts,
    gboolean * found, gboolean * step)
{
  GstVitalsFaceResult result;
  VitalsBox box;

  result = gst_vitals_face_finder_find (self->face, buffer, &self->info, pts,
      &box);
  *found = result == GST_VITALS_FACE_FOUND;
  *step = *found && box_moved (&self->box, &box);
  /* a reading over two people would be of nobody */
  if (*found && gst_vitals_face_finder_is_another (self->face))
    restart (self);
  if (*step)
    self->box = box;
  if (result == GST_VITALS_FACE_ABSENT_LONG)
    gst_rppg_post_no_face (self);
  return result != GST_VITALS_FACE_FAILED;
}

/* FALSE when nothing could be seen in the frame. */
static gboolean
measure_frame (GstRppg * self, GstVideoFrame * frame, GstClockTime pts,
    gboolean step)
{
  gdouble rgb[3], motion;
  VitalsBox chest;
  guint rows;

  if (!vitals_region_skin (frame, &self->box, rgb))
    return FALSE;
  if (step)
    vitals_chest_motion_step (self->chest);
  vitals_chest_box (&self->box, &chest);
  rows = vitals_region_profile (frame, &chest, self->profile,
      VITALS_CHEST_MAX_ROWS);
  motion = vitals_chest_motion_push (self->chest, self->profile, rows);
  if (!vitals_pulse_estimator_push (self->estimator, pts, rgb[0], rgb[1],
          rgb[2], step, motion))
    return FALSE;
  if (self->signal)
    gst_rppg_signal_add (self->signal, pts, rgb, motion);
  return TRUE;
}

/* Whether an interval has ended. */
static gboolean
is_time (GstRppg * self, GstClockTime pts)
{
  if (!GST_CLOCK_TIME_IS_VALID (self->next)
      || pts + self->interval < self->next)
    self->next = pts + self->interval;
  if (pts < self->next)
    return FALSE;
  self->next += self->interval * ((pts - self->next) / self->interval + 1);
  return TRUE;
}

/* FALSE after an error. */
static gboolean
estimate (GstRppg * self)
{
  VitalsPulseEstimate estimate;

  vitals_pulse_estimator_estimate (self->estimator, &estimate);
  if (estimate.no_heart_rate != VITALS_NO_RATE_TOO_SHORT)
    gst_rppg_post_vitals (self, &estimate);
  return write_signal (self, &estimate);
}

static GstFlowReturn
gst_rppg_transform_ip (GstBaseTransform * transform, GstBuffer * buffer)
{
  GstRppg *self = GST_RPPG (transform);
  gboolean found, step, taken;
  GstVideoFrame frame;
  GstClockTime pts;

  if (!gst_vitals_frames_get_time (GST_ELEMENT (self), buffer, &pts)
      || !find_face (self, buffer, pts, &found, &step))
    return GST_FLOW_ERROR;
  if (!found)
    return GST_FLOW_OK;
  if (!gst_vitals_frames_map (GST_ELEMENT (self), buffer, &self->info, &frame))
    return GST_FLOW_ERROR;
  self->synthetic |= gst_vitals_synthetic_is_marked (buffer);
  taken = measure_frame (self, &frame, pts, step);
  gst_video_frame_unmap (&frame);
  /* what was measured before is not told again for a frame without light */
  if (taken && is_time (self, pts) && !estimate (self))
    return GST_FLOW_ERROR;
  return GST_FLOW_OK;
}

static GstStateChangeReturn
gst_rppg_change_state (GstElement * element, GstStateChange transition)
{
  /* the end of the stream may wait for who reads its signals */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    set_waiting (GST_RPPG (element), FALSE);
  return GST_ELEMENT_CLASS (gst_rppg_parent_class)->change_state (element,
      transition);
}

static void
gst_rppg_finalize (GObject * object)
{
  GstRppg *self = GST_RPPG (object);

  gst_rppg_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_rppg_parent_class)->finalize (object);
}

static void
gst_rppg_class_init (GstRppgClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *transform_class = GST_BASE_TRANSFORM_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (rppg_debug, "rppg", 0, "vital signs from colour");
  object_class->finalize = gst_rppg_finalize;
  gst_rppg_class_init_properties (object_class);
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_rppg_change_state);
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
      VITALS_AUTHOR);
}

static void
gst_rppg_init (GstRppg * self)
{
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), TRUE);
  gst_vitals_frames_explain_caps (GST_BASE_TRANSFORM_SINK_PAD (self));
  gst_rppg_settings_init (&self->settings);
}
