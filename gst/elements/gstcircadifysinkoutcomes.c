/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * circadifysink: from outcomes to messages. Outcomes come on the network thread,
 * in the order of the windows, and are posted from there.
 */

#include "gstcircadifysink.h"

#include <vitals/vitals-error-private.h>

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

/* @message: (transfer full) */
static void
publish (GstCircadifySink * self, GstStructure * message)
{
  GError *error = NULL;

  g_mutex_lock (&self->parent.lock);
  if (self->parent.results) {
    /* of lines before this one: a stream that never ends has no other time */
    gst_vitals_lines_check (self->parent.results, &error);
    gst_vitals_results_write (self->parent.results, message);
  }
  g_mutex_unlock (&self->parent.lock);
  if (error)
    gst_vitals_results_warn (GST_ELEMENT (self), error);
  gst_vitals_message_post (GST_ELEMENT (self), message);
}

static void
post_session (GstCircadifySink * self, GstProgressType type, guint64 window,
    const gchar * text)
{
  gchar *code = g_strdup_printf (PROGRESS_CODE, window);
  gchar *whole = g_strdup_printf ("Window %" G_GUINT64_FORMAT ": %s", window,
      text);

  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_progress (GST_OBJECT (self), type, code, whole));
  g_free (whole);
  g_free (code);
}

static void
begin_session (GstCircadifySink * self, guint64 window)
{
  g_mutex_lock (&self->parent.lock);
  g_array_append_val (self->in_session, window);
  g_mutex_unlock (&self->parent.lock);
  post_session (self, GST_PROGRESS_TYPE_START, window, "session started");
}

/* Nothing is posted for a window whose session did not start. */
static void
end_session (GstCircadifySink * self, GstProgressType type, guint64 window,
    const gchar * text)
{
  gboolean found = FALSE;
  guint i;

  g_mutex_lock (&self->parent.lock);
  for (i = 0; i < self->in_session->len && !found; i++) {
    found = g_array_index (self->in_session, guint64, i) == window;
    if (found)
      g_array_remove_index_fast (self->in_session, i);
  }
  g_mutex_unlock (&self->parent.lock);
  if (found)
    post_session (self, type, window, text);
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
    post_session (self, GST_PROGRESS_TYPE_CANCELED,
        g_array_index (windows, guint64, i), "cancelled");
  g_array_unref (windows);
}

static void
answered (GstCircadifySink * self, const VitalsScanItem * item,
    const gchar * source_id)
{
  GstStructure *message = gst_vitals_message_vitals (item->data, item->reading,
      source_id);

  g_mutex_lock (&self->parent.lock);
  self->n_answers++;
  gst_vitals_service_sink_take_reading (&self->parent, message);
  g_mutex_unlock (&self->parent.lock);
  end_session (self, GST_PROGRESS_TYPE_COMPLETE, item->window, "measured");
  publish (self, message);
}

/* on-failure=error: once, and the stream ends with it. It is told before the
 * stream ends, or what is upstream would tell first that it cannot go on. Only
 * outcomes of the queue come here, which never come two at a time. */
static void
fail_stream (GstCircadifySink * self, const GError * error)
{
  GstVitalsOnFailure on_failure;
  gboolean first;

  GST_OBJECT_LOCK (self);
  on_failure = self->parent.settings.on_failure;
  GST_OBJECT_UNLOCK (self);
  if (on_failure != GST_VITALS_ON_FAILURE_ERROR)
    return;
  g_mutex_lock (&self->parent.lock);
  first = !self->parent.failed;
  g_mutex_unlock (&self->parent.lock);
  if (!first)
    return;
  gst_element_post_message (GST_ELEMENT (self),
      gst_vitals_failure_to_message (GST_ELEMENT (self), error));
  g_mutex_lock (&self->parent.lock);
  self->parent.failed = TRUE;
  g_cond_broadcast (&self->parent.cond);
  g_mutex_unlock (&self->parent.lock);
}

static void
failed (GstCircadifySink * self, const VitalsScanItem * item,
    const gchar * source_id)
{
  gboolean cancelled = g_error_matches (item->error, VITALS_ERROR,
      VITALS_ERROR_CANCELLED);

  g_mutex_lock (&self->parent.lock);
  self->n_failed++;
  g_mutex_unlock (&self->parent.lock);
  end_session (self, cancelled ? GST_PROGRESS_TYPE_CANCELED
      : GST_PROGRESS_TYPE_ERROR, item->window, item->error->message);
  publish (self, gst_vitals_message_failed (item->window, item->error,
          item->session_id, item->attempts, source_id));
  if (!cancelled)
    fail_stream (self, item->error);
}

static void
dropped (GstCircadifySink * self, const VitalsScanItem * item,
    const gchar * source_id)
{
  guint64 total;

  g_mutex_lock (&self->parent.lock);
  total = ++self->n_dropped;
  g_mutex_unlock (&self->parent.lock);
  publish (self, gst_vitals_message_dropped (item->data, item->dropped, total,
          source_id));
}

void
gst_circadify_sink_tell_phase (const VitalsScanItem * item,
    VitalsScanPhase phase, gpointer user_data)
{
  GstCircadifySink *self = user_data;

  if (phase == VITALS_SCAN_UPLOADING)
    begin_session (self, item->window);
  gst_circadify_sink_post_progress (self, item->window,
      phase == VITALS_SCAN_UPLOADING ? "uploading" : "processing", -1, 0, 0);
}

void
gst_circadify_sink_tell_outcome (const VitalsScanItem * item,
    gpointer user_data)
{
  GstCircadifySink *self = user_data;
  const GstVitalsWindow *window = item->data;

  if (item->reading)
    answered (self, item, window->source_id);
  else if (item->error)
    failed (self, item, window->source_id);
  else
    dropped (self, item, window->source_id);
}
