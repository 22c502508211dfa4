/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include "story.h"

G_GNUC_PRINTF (2, 3)
     static void tell (Story * story, const gchar * format, ...)
{
  va_list args;

  if (story->told->len > 0)
    g_string_append_c (story->told, ' ');
  va_start (args, format);
  g_string_append_vprintf (story->told, format, args);
  va_end (args);
}

static void
note_phase (const VitalsScanItem * item, VitalsScanPhase phase,
    gpointer user_data)
{
  Story *story = user_data;

  g_mutex_lock (&story->lock);
  tell (story, "%u:%s", (guint) item->window,
      phase == VITALS_SCAN_UPLOADING ? "uploading" : "processing");
  g_cond_broadcast (&story->cond);
  g_mutex_unlock (&story->lock);
}

static void
note_outcome (const VitalsScanItem * item, gpointer user_data)
{
  Story *story = user_data;

  g_mutex_lock (&story->lock);
  tell (story, "%u:%s%s", (guint) item->window, item->reading ? "reading" :
      item->error ? vitals_error_get_name (item->error) : item->dropped,
      item->accepted ? "(accepted)" : "");
  fail_unless (item->accepted == (item->session_id != NULL));
  story->outcomes++;
  g_cond_broadcast (&story->cond);
  g_mutex_unlock (&story->lock);
  if (story->cancel_in_outcome)
    vitals_scan_queue_cancel (story->queue);
}

static void
note_changed (gpointer user_data G_GNUC_UNUSED)
{
}

static void
note_let_go (gpointer user_data)
{
  Story *story = user_data;

  g_mutex_lock (&story->lock);
  story->let_go = TRUE;
  g_cond_broadcast (&story->cond);
  g_mutex_unlock (&story->lock);
}

void
story_begin (Story * story, const Fault * faults,
    const VitalsScanQueueLimits * limits)
{
  static const VitalsScanQueueCallbacks callbacks = {
    note_phase, note_outcome, note_changed
  };

  memset (story, 0, sizeof *story);
  g_mutex_init (&story->lock);
  g_cond_init (&story->cond);
  story->told = g_string_new (NULL);
  story->server = raw_server_new (apply_faults, (gpointer) faults);
  story->client = new_client (story->server, TEST_KEY);
  story->queue = vitals_scan_queue_new (story->client, limits, &callbacks,
      story, note_let_go);
}

void
story_push (Story * story, guint64 window)
{
  GBytes *bytes = g_bytes_new_static ("0123456789", 10);

  vitals_scan_queue_push (story->queue, vitals_scan_item_new (window,
          vitals_payload_new (bytes, "application/octet-stream"), NULL, NULL));
  g_bytes_unref (bytes);
}

void
story_wait (Story * story, guint outcomes)
{
  g_mutex_lock (&story->lock);
  while (story->outcomes < outcomes)
    g_cond_wait (&story->cond, &story->lock);
  g_mutex_unlock (&story->lock);
}

void
story_end (Story * story, guint outcomes, const gchar * expected)
{
  story_wait (story, outcomes);
  g_mutex_lock (&story->lock);
  assert_equals_string (story->told->str, expected);
  g_mutex_unlock (&story->lock);

  vitals_scan_queue_cancel (story->queue);
  g_mutex_lock (&story->lock);
  while (!story->let_go)
    g_cond_wait (&story->cond, &story->lock);
  assert_equals_string (story->told->str, expected);
  g_mutex_unlock (&story->lock);
  vitals_scan_queue_unref (story->queue);
  g_object_unref (story->client);
  raw_server_free (story->server);
  g_string_free (story->told, TRUE);
  g_mutex_clear (&story->lock);
  g_cond_clear (&story->cond);
}
