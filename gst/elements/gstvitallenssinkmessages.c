/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vitallenssink: its messages. Those of two threads are posted in the order in
 * which they were put into the outbox, and never from the streaming thread: a
 * handler of the bus may stop the element.
 */

#include "gstvitallenssink.h"
#include "gstvitalsmessages.h"

#include <vitals/client/vitals-network-private.h>

/* With the number of the session's first window, as circadifysink's. */
#define PROGRESS_CODE "vitals-session-%" G_GUINT64_FORMAT

void
gst_vitallens_sink_queue (GstVitalLensSink * self, GstMessage * message)
{
  g_queue_push_tail (&self->outbox, message);
}

static void
queue_element (GstVitalLensSink * self, GstStructure * message)
{
  gst_vitallens_sink_queue (self,
      gst_message_new_element (GST_OBJECT (self), message));
}

void
gst_vitallens_sink_publish (GstVitalLensSink * self, GstStructure * message)
{
  if (self->parent.results)
    gst_vitals_results_write (self->parent.results, message);
  queue_element (self, message);
}

static void
queue_session (GstVitalLensSink * self, GstProgressType type,
    const gchar * text)
{
  g_autofree gchar *code = g_strdup_printf (PROGRESS_CODE, self->session);
  g_autofree gchar *whole = g_strdup_printf ("Window %" G_GUINT64_FORMAT
      " and on: %s", self->session, text);

  gst_vitallens_sink_queue (self, gst_message_new_progress (GST_OBJECT (self),
          type, code, whole));
}

void
gst_vitallens_sink_begin_session (GstVitalLensSink * self)
{
  if (self->in_session)
    return;
  self->in_session = TRUE;
  self->n_sessions++;
  self->session = self->n_windows;
  queue_session (self, GST_PROGRESS_TYPE_START, "stream started");
}

void
gst_vitallens_sink_end_session (GstVitalLensSink * self, GstProgressType type,
    const gchar * text)
{
  if (!self->in_session)
    return;
  self->in_session = FALSE;
  queue_session (self, type, text);
}

/* With the lock, which it lets go meanwhile. */
static void
post_outbox (GstVitalLensSink * self)
{
  GstMessage *message;

  while ((message = g_queue_pop_head (&self->outbox))) {
    g_mutex_unlock (&self->parent.lock);
    gst_element_post_message (GST_ELEMENT (self), message);
    g_mutex_lock (&self->parent.lock);
  }
}

void
gst_vitallens_sink_post_rest (GstVitalLensSink * self)
{
  g_mutex_lock (&self->parent.lock);
  post_outbox (self);
  g_mutex_unlock (&self->parent.lock);
}

/* On this thread, which is not that of the stream. */
static void
post_now (GstVitalLensSink * self)
{
  GError *error = NULL;

  g_mutex_lock (&self->parent.lock);
  /* of lines before these: a stream that never ends has no other time */
  if (self->parent.results)
    gst_vitals_lines_check (self->parent.results, &error);
  if (!self->posting) {
    self->posting = TRUE;
    post_outbox (self);
    self->posting = FALSE;
    self->parent.failed |= self->failing;
    g_cond_broadcast (&self->parent.cond);
  }
  g_mutex_unlock (&self->parent.lock);
  if (error)
    gst_vitals_results_warn (GST_ELEMENT (self), error);
}

static gboolean
post_on_network (gpointer user_data)
{
  post_now (user_data);
  return G_SOURCE_REMOVE;
}

void
gst_vitallens_sink_post_queued (GstVitalLensSink * self)
{
  if (vitals_network_is_current_thread ())
    post_now (self);
  else
    vitals_network_invoke (post_on_network, gst_object_ref (self),
        gst_object_unref);
}

void
gst_vitallens_sink_tell_progress (GstVitalLensSink * self, const gchar * phase,
    gint percent, guint frames, guint target_frames)
{
  GstMessage *message;

  g_mutex_lock (&self->parent.lock);
  message = gst_vitals_service_sink_new_progress (&self->parent,
      self->n_windows, phase, percent, frames, target_frames);
  if (message)
    gst_vitallens_sink_queue (self, message);
  g_mutex_unlock (&self->parent.lock);
  if (message)
    gst_vitallens_sink_post_queued (self);
}

void
gst_vitallens_sink_tell_no_face (GstVitalLensSink * self)
{
  g_autofree gchar *source_id =
      gst_vitals_service_sink_dup_source_id (&self->parent);

  g_mutex_lock (&self->parent.lock);
  queue_element (self, gst_vitals_message_no_face (self->n_windows, source_id));
  g_mutex_unlock (&self->parent.lock);
  gst_vitallens_sink_post_queued (self);
}

/* With the lock. */
static const gchar *
state_name (GstVitalLensSink * self)
{
  if (!self->cancellable)
    return "stopped";
  if (self->blocked)
    return "blocked";
  return gst_vitallens_sink_is_quiet (self) ? "capturing" : "sending";
}

GstStructure *
gst_vitallens_sink_get_stats (GstVitalsServiceSink * service)
{
  GstVitalLensSink *self = GST_VITALLENS_SINK (service);
  GstStructure *stats;

  g_mutex_lock (&self->parent.lock);
  stats = gst_structure_new ("application/x-vitallenssink-stats",
      "state", G_TYPE_STRING, state_name (self),
      "frames", G_TYPE_UINT64, self->n_frames,
      "skipped", G_TYPE_UINT64, self->n_skipped,
      "sessions", G_TYPE_UINT64, self->n_sessions,
      "chunks", G_TYPE_UINT64, self->n_chunks,
      "bytes", G_TYPE_UINT64, self->n_bytes,
      "windows", G_TYPE_UINT64, self->n_windows,
      "answers", G_TYPE_UINT64, self->n_answers,
      "failed", G_TYPE_UINT64, self->n_failed,
      "dropped", G_TYPE_UINT64, self->n_dropped,
      "stale", G_TYPE_UINT64, self->n_stale, NULL);
  g_mutex_unlock (&self->parent.lock);
  return stats;
}
