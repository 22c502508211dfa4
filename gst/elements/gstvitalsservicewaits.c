/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The base of circadifysink and vitallenssink: what the streaming thread waits
 * for, at the end of the stream above all.
 */

#include "gstvitalsservicesink.h"

#include <vitals/vitals-error-private.h>

/* Of the results, when answers have taken all of drain-timeout: the last lines
 * have only just been said. */
#define SHORTEST_WRITE_TIME G_USEC_PER_SEC

void
gst_vitals_service_sink_wake (gpointer user_data)
{
  GstVitalsServiceSink *self = user_data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* With the lock, which it lets go meanwhile: waits in PAUSED until the stream
 * goes on, or is flushed. */
static GstFlowReturn
wait_preroll (GstVitalsServiceSink * self)
{
  GstFlowReturn ret;

  g_mutex_unlock (&self->lock);
  ret = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
  g_mutex_lock (&self->lock);
  return ret;
}

static void
wait_until (GstVitalsServiceSink * self, gint64 * left)
{
  gint64 began = g_get_monotonic_time ();

  g_cond_wait_until (&self->cond, &self->lock, began + *left);
  *left = MAX (*left - (g_get_monotonic_time () - began), 0);
}

GstFlowReturn
gst_vitals_service_sink_wait (GstVitalsServiceSink * self,
    GstVitalsServiceReadyFunc is_ready, gint64 * left)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK && !self->failed && !is_ready (self)
      && (!left || *left > 0)) {
    /* to leave with FLUSHING for a mere pause would lose EOS */
    if (self->unlocked)
      ret = wait_preroll (self);
    else if (left)
      wait_until (self, left);
    else
      g_cond_wait (&self->cond, &self->lock);
  }
  return ret == GST_FLOW_OK && self->failed ? GST_FLOW_ERROR : ret;
}

GError *
gst_vitals_service_sink_new_late_error (GstVitalsServiceSink * self)
{
  guint64 timeout;

  GST_OBJECT_LOCK (self);
  timeout = self->settings.drain_timeout;
  GST_OBJECT_UNLOCK (self);
  return vitals_error_new_service (VITALS_ERROR_SCAN_TIMEOUT, NULL, 0, TRUE,
      -1, "No answer within the %.3g s that drain-timeout gives at the end of "
      "the stream: raise it, or check the network",
      timeout / (gdouble) GST_SECOND);
}

static gboolean
is_written (gpointer user_data)
{
  GstVitalsServiceSink *self = user_data;

  return !self->results || gst_vitals_lines_is_idle (self->results);
}

static GstFlowReturn
drain_results (GstVitalsServiceSink * self, gint64 left)
{
  GError *error = NULL;
  GstFlowReturn ret;

  left = MAX (left, SHORTEST_WRITE_TIME);
  g_mutex_lock (&self->lock);
  ret = gst_vitals_service_sink_wait (self, is_written, &left);
  if (self->results)
    gst_vitals_lines_check (self->results, &error);
  if (ret == GST_FLOW_OK && !error && !is_written (self))
    error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_FAILED,
        "the disk does not answer within drain-timeout");
  g_mutex_unlock (&self->lock);
  if (error)
    gst_vitals_results_warn (GST_ELEMENT (self), error);
  return ret;
}

GstFlowReturn
gst_vitals_service_sink_drain (GstVitalsServiceSink * self)
{
  GstFlowReturn ret, written;
  gint64 left;

  GST_OBJECT_LOCK (self);
  left = self->settings.drain_timeout / GST_USECOND;
  GST_OBJECT_UNLOCK (self);
  ret = GST_VITALS_SERVICE_SINK_GET_CLASS (self)->drain (self, &left);
  /* what was answered before an error is written, too */
  if (ret != GST_FLOW_OK && ret != GST_FLOW_ERROR)
    return ret;
  written = drain_results (self, left);
  return ret == GST_FLOW_OK ? written : ret;
}
