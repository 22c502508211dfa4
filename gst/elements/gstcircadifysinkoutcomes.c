/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: from outcomes to messages. Outcomes come on the network thread,
 * in the order of the windows, and are posted from there. A handler of what is
 * posted may end the run, and begin another: what is left of the outcome is of
 * neither.
 */

#include "gstcircadifysink.h"

#include <vitals/vitals-error-private.h>

GST_DEBUG_CATEGORY_EXTERN (gst_circadify_sink_debug);
#define GST_CAT_DEFAULT gst_circadify_sink_debug

/* With the number of the window: several may be under way. */
#define PROGRESS_CODE "vitals-session-%" G_GUINT64_FORMAT

void
gst_circadify_sink_post_progress (GstCircadifySink * self, guint64 window,
    const gchar * phase, gint percent, guint frames, guint target_frames)
{
  GstMessage *message = gst_vitals_service_sink_new_progress (&self->parent,
      window, phase, percent, frames, target_frames);

  if (message)
    gst_element_post_message (GST_ELEMENT (self), message);
}

/* With the lock. Its queue is there as long as it calls, so no other one can be
 * mistaken for it. */
static gboolean
is_current (const GstCircadifySinkRun * run)
{
  return run->queue == run->sink->queue;
}

/* @message: (transfer full) */
static void
post (const GstCircadifySinkRun * run, GstMessage * message)
{
  gboolean current;

  g_mutex_lock (&run->sink->parent.lock);
  current = is_current (run);
  g_mutex_unlock (&run->sink->parent.lock);
  if (current)
    gst_element_post_message (GST_ELEMENT (run->sink), message);
  else
    gst_message_unref (message);
}

/* With the lock. An outcome is a line where it is counted, even if the run ends
 * before it is posted: it may be paid for. */
static void
write_line (GstCircadifySink * self, const GstStructure * message)
{
  if (self->parent.results)
    gst_vitals_results_write (self->parent.results, message);
}

/* @message: (transfer full) */
static void
publish (const GstCircadifySinkRun * run, GstStructure * message)
{
  GstCircadifySink *self = run->sink;
  GError *error = NULL;

  g_mutex_lock (&self->parent.lock);
  /* a stream that never ends has no other time */
  if (is_current (run) && self->parent.results)
    gst_vitals_lines_check (self->parent.results, &error);
  g_mutex_unlock (&self->parent.lock);
  if (error)
    gst_vitals_results_warn (GST_ELEMENT (self), error);
  post (run, gst_message_new_element (GST_OBJECT (self), message));
}

/* (transfer full) */
static GstMessage *
new_session_message (GstCircadifySink * self, GstProgressType type,
    guint64 window, const gchar * text)
{
  g_autofree gchar *code = g_strdup_printf (PROGRESS_CODE, window);
  g_autofree gchar *whole = g_strdup_printf ("Window %" G_GUINT64_FORMAT
      ": %s", window, text);

  return gst_message_new_progress (GST_OBJECT (self), type, code, whole);
}

static void
begin_session (const GstCircadifySinkRun * run, guint64 window)
{
  GstCircadifySink *self = run->sink;

  g_mutex_lock (&self->parent.lock);
  if (is_current (run))
    g_array_append_val (self->in_session, window);
  g_mutex_unlock (&self->parent.lock);
  post (run, new_session_message (self, GST_PROGRESS_TYPE_START, window,
          "session started"));
}

/* Nothing is posted for a window whose session did not start. */
static void
end_session (const GstCircadifySinkRun * run, GstProgressType type,
    guint64 window, const gchar * text)
{
  GstCircadifySink *self = run->sink;
  gboolean found = FALSE;
  guint i;

  g_mutex_lock (&self->parent.lock);
  for (i = 0; is_current (run) && i < self->in_session->len && !found; i++) {
    found = g_array_index (self->in_session, guint64, i) == window;
    if (found)
      g_array_remove_index_fast (self->in_session, i);
  }
  g_mutex_unlock (&self->parent.lock);
  if (found)
    post (run, new_session_message (self, type, window, text));
}

void
gst_circadify_sink_tell_cancelled (GstCircadifySink * self)
{
  GArray *windows;
  guint i;

  g_mutex_lock (&self->parent.lock);
  windows = self->in_session;
  self->in_session = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mutex_unlock (&self->parent.lock);
  for (i = 0; i < windows->len; i++)
    gst_element_post_message (GST_ELEMENT (self), new_session_message (self,
            GST_PROGRESS_TYPE_CANCELED, g_array_index (windows, guint64, i),
            "cancelled"));
  g_array_unref (windows);
}

static void
answered (const GstCircadifySinkRun * run, const VitalsScanItem * item,
    const gchar * source_id)
{
  GstCircadifySink *self = run->sink;
  GstStructure *message = gst_vitals_message_vitals (item->data, item->reading,
      source_id);

  g_mutex_lock (&self->parent.lock);
  if (is_current (run)) {
    self->n_answers++;
    gst_vitals_service_sink_take_reading (&self->parent, message);
    write_line (self, message);
  }
  g_mutex_unlock (&self->parent.lock);
  end_session (run, GST_PROGRESS_TYPE_COMPLETE, item->window, "measured");
  publish (run, message);
}

/* on-failure=error: once, and the stream ends with it. It is told before the
 * stream ends, or what is upstream would tell first that it cannot go on. Only
 * outcomes of the queue come here, which never come two at a time. */
static void
fail_stream (const GstCircadifySinkRun * run, const GError * error)
{
  GstCircadifySink *self = run->sink;
  GstVitalsOnFailure on_failure;
  gboolean first;

  GST_OBJECT_LOCK (self);
  on_failure = self->parent.settings.on_failure;
  GST_OBJECT_UNLOCK (self);
  if (on_failure != GST_VITALS_ON_FAILURE_ERROR)
    return;
  g_mutex_lock (&self->parent.lock);
  first = is_current (run) && !self->parent.failed;
  g_mutex_unlock (&self->parent.lock);
  if (!first)
    return;
  post (run, gst_vitals_failure_to_message (GST_ELEMENT (self), error));
  g_mutex_lock (&self->parent.lock);
  /* a handler of the error may have begun another */
  if (is_current (run)) {
    self->parent.failed = TRUE;
    g_cond_broadcast (&self->parent.cond);
  }
  g_mutex_unlock (&self->parent.lock);
}

static void
failed (const GstCircadifySinkRun * run, const VitalsScanItem * item,
    const gchar * source_id)
{
  GstCircadifySink *self = run->sink;
  gboolean cancelled = g_error_matches (item->error, VITALS_ERROR,
      VITALS_ERROR_CANCELLED);
  GstStructure *message = gst_vitals_message_failed (item->window, item->error,
      item->session_id, item->attempts, source_id);

  g_mutex_lock (&self->parent.lock);
  if (is_current (run)) {
    self->n_failed++;
    write_line (self, message);
  }
  g_mutex_unlock (&self->parent.lock);
  end_session (run, cancelled ? GST_PROGRESS_TYPE_CANCELED
      : GST_PROGRESS_TYPE_ERROR, item->window, item->error->message);
  publish (run, message);
  if (!cancelled)
    fail_stream (run, item->error);
}

static void
dropped (const GstCircadifySinkRun * run, const VitalsScanItem * item,
    const gchar * source_id)
{
  GstCircadifySink *self = run->sink;
  GstStructure *message = NULL;

  g_mutex_lock (&self->parent.lock);
  if (is_current (run)) {
    message = gst_vitals_message_dropped (item->data, item->dropped,
        ++self->n_dropped, source_id);
    write_line (self, message);
  }
  g_mutex_unlock (&self->parent.lock);
  if (message)
    publish (run, message);
}

void
gst_circadify_sink_tell_phase (const VitalsScanItem * item,
    VitalsScanPhase phase, gpointer user_data)
{
  const GstCircadifySinkRun *run = user_data;
  const gchar *name = phase == VITALS_SCAN_UPLOADING ? "uploading"
      : "processing";
  GstMessage *message;

  GST_DEBUG_OBJECT (run->sink, "window %" G_GUINT64_FORMAT ": %s",
      item->window, name);
  if (phase == VITALS_SCAN_UPLOADING)
    begin_session (run, item->window);
  message = gst_vitals_service_sink_new_progress (&run->sink->parent,
      item->window, name, -1, 0, 0);
  if (message)
    post (run, message);
}

void
gst_circadify_sink_tell_outcome (const VitalsScanItem * item,
    gpointer user_data)
{
  const GstCircadifySinkRun *run = user_data;
  const GstVitalsWindow *window = item->data;

  GST_DEBUG_OBJECT (run->sink, "window %" G_GUINT64_FORMAT ": %s",
      item->window, item->reading ? "answered" : item->error ? "failed"
      : "dropped");
  if (item->reading)
    answered (run, item, window->source_id);
  else if (item->error)
    failed (run, item, window->source_id);
  else
    dropped (run, item, window->source_id);
}
