/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalslines.h"

#include "gstvitalspipes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* That wait for a disk that does not answer. */
#define MAX_TEXTS 4096
#define CLOSE_TIMEOUT G_TIME_SPAN_SECOND

/*
 * Counted: by its owner and by the thread that writes, whoever is the last
 * closes the file. "lock" guards all below it.
 */
struct _GstVitalsLines
{
  gatomicrefcount ref_count;
  gint fd;
  GstVitalsLinesIdleFunc idle;
  GstElement *element;          /* counted; NULL once it was closed in time */

  GMutex lock;
  GCond cond;
  GQueue texts;                 /* of gchar *, the one being written included */
  gboolean closing, ended;      /* ended: the thread has */
  gboolean interrupted;         /* nobody waits */
  gint write_errno;             /* of the first that failed, or 0 */
};

static void
lines_unref (GstVitalsLines * lines)
{
  if (!g_atomic_ref_count_dec (&lines->ref_count))
    return;
  close (lines->fd);
  g_clear_pointer (&lines->element, gst_object_unref);
  g_queue_clear_full (&lines->texts, g_free);
  g_mutex_clear (&lines->lock);
  g_cond_clear (&lines->cond);
  g_free (lines);
}

static gint
write_text (gint fd, const gchar * text)
{
  gsize size = strlen (text);

  while (size > 0) {
    gssize written = write (fd, text, size);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errno;
    text += written;
    size -= written;
  }
  return 0;
}

/* With the lock, which it lets go meanwhile. */
static void
write_first (GstVitalsLines * lines)
{
  gchar *text = g_queue_peek_head (&lines->texts);
  gboolean idle;
  gint failure;

  g_mutex_unlock (&lines->lock);
  failure = write_text (lines->fd, text);
  g_mutex_lock (&lines->lock);
  if (lines->write_errno == 0)
    lines->write_errno = failure;
  g_free (g_queue_pop_head (&lines->texts));
  idle = g_queue_is_empty (&lines->texts);
  g_cond_broadcast (&lines->cond);
  g_mutex_unlock (&lines->lock);
  if (idle && lines->idle)
    lines->idle (lines->element);
  g_mutex_lock (&lines->lock);
}

static gpointer
write_all (gpointer user_data)
{
  GstVitalsLines *lines = user_data;

  gst_vitals_pipe_hold_signal ();
  g_mutex_lock (&lines->lock);
  while (!lines->closing || !g_queue_is_empty (&lines->texts)) {
    if (g_queue_is_empty (&lines->texts))
      g_cond_wait (&lines->cond, &lines->lock);
    else
      write_first (lines);
  }
  lines->ended = TRUE;
  g_cond_broadcast (&lines->cond);
  g_mutex_unlock (&lines->lock);
  lines_unref (lines);
  return NULL;
}

GstVitalsLines *
gst_vitals_lines_new (gint fd, GstVitalsLinesIdleFunc idle,
    GstElement * element)
{
  GstVitalsLines *lines = g_new0 (GstVitalsLines, 1);

  g_atomic_ref_count_init (&lines->ref_count);
  lines->fd = fd;
  lines->idle = idle;
  lines->element = gst_object_ref (element);
  g_mutex_init (&lines->lock);
  g_cond_init (&lines->cond);
  g_queue_init (&lines->texts);
  g_atomic_ref_count_inc (&lines->ref_count);
  g_thread_unref (g_thread_new ("vitals-lines", write_all, lines));
  return lines;
}

void
gst_vitals_lines_write (GstVitalsLines * lines, gchar * text)
{
  g_mutex_lock (&lines->lock);
  if (g_queue_get_length (&lines->texts) < MAX_TEXTS)
    g_queue_push_tail (&lines->texts, g_steal_pointer (&text));
  else if (lines->write_errno == 0)
    lines->write_errno = ETIMEDOUT;
  g_cond_broadcast (&lines->cond);
  g_mutex_unlock (&lines->lock);
  g_free (text);
}

gboolean
gst_vitals_lines_check (GstVitalsLines * lines, GError ** error)
{
  gint failure;

  g_mutex_lock (&lines->lock);
  failure = lines->write_errno;
  lines->write_errno = 0;
  g_mutex_unlock (&lines->lock);
  if (failure == 0)
    return TRUE;
  gst_vitals_pipe_set_error (error, failure);
  return FALSE;
}

gboolean
gst_vitals_lines_is_idle (GstVitalsLines * lines)
{
  gboolean idle;

  g_mutex_lock (&lines->lock);
  idle = g_queue_is_empty (&lines->texts);
  g_mutex_unlock (&lines->lock);
  return idle;
}

void
gst_vitals_lines_wait (GstVitalsLines * lines)
{
  g_mutex_lock (&lines->lock);
  while (!g_queue_is_empty (&lines->texts) && !lines->interrupted)
    g_cond_wait (&lines->cond, &lines->lock);
  g_mutex_unlock (&lines->lock);
}

void
gst_vitals_lines_set_interrupted (GstVitalsLines * lines, gboolean interrupted)
{
  g_mutex_lock (&lines->lock);
  lines->interrupted = interrupted;
  g_cond_broadcast (&lines->cond);
  g_mutex_unlock (&lines->lock);
}

gboolean
gst_vitals_lines_close (GstVitalsLines * lines, GError ** error)
{
  gint64 end = g_get_monotonic_time () + CLOSE_TIMEOUT;
  GstElement *element = NULL;
  gboolean good;

  g_mutex_lock (&lines->lock);
  lines->closing = TRUE;
  g_cond_broadcast (&lines->cond);
  while (!lines->ended && g_cond_wait_until (&lines->cond, &lines->lock, end));
  if (lines->ended)
    element = g_steal_pointer (&lines->element);
  else if (lines->write_errno == 0)
    lines->write_errno = ETIMEDOUT;
  g_mutex_unlock (&lines->lock);
  g_clear_pointer (&element, gst_object_unref);
  good = gst_vitals_lines_check (lines, error);
  lines_unref (lines);
  return good;
}
