/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsresults.h"

#include "gstvitalspipes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <vitals/vitals-json-private.h>

/* Lines that wait for a disk that does not answer. */
#define MAX_LINES 4096
#define CLOSE_TIMEOUT G_TIME_SPAN_SECOND

/*
 * Counted: by its owner and by the thread that writes, whoever is the last
 * closes the file. "lock" guards all below it.
 */
struct _GstVitalsResults
{
  gatomicrefcount ref_count;
  gint fd;
  GstVitalsResultsIdleFunc idle;
  GstElement *element;          /* counted; NULL once it was closed in time */

  GMutex lock;
  GCond cond;
  GQueue lines;                 /* of gchar *, the one being written included */
  gboolean closing, ended;      /* ended: the thread has */
  gint write_errno;             /* of the first line that failed, or 0 */
};

static void
results_unref (GstVitalsResults * results)
{
  if (!g_atomic_ref_count_dec (&results->ref_count))
    return;
  close (results->fd);
  g_clear_pointer (&results->element, gst_object_unref);
  g_queue_clear_full (&results->lines, g_free);
  g_mutex_clear (&results->lock);
  g_cond_clear (&results->cond);
  g_free (results);
}

static gint
write_line (gint fd, const gchar * line)
{
  gsize size = strlen (line);

  while (size > 0) {
    gssize written = write (fd, line, size);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errno;
    line += written;
    size -= written;
  }
  return 0;
}

/* With the lock, which it lets go meanwhile. */
static void
write_first (GstVitalsResults * results)
{
  gchar *line = g_queue_peek_head (&results->lines);
  gboolean idle;
  gint failure;

  g_mutex_unlock (&results->lock);
  failure = write_line (results->fd, line);
  g_mutex_lock (&results->lock);
  if (results->write_errno == 0)
    results->write_errno = failure;
  g_free (g_queue_pop_head (&results->lines));
  idle = g_queue_is_empty (&results->lines);
  g_cond_broadcast (&results->cond);
  g_mutex_unlock (&results->lock);
  if (idle)
    results->idle (results->element);
  g_mutex_lock (&results->lock);
}

static gpointer
write_lines (gpointer user_data)
{
  GstVitalsResults *results = user_data;
  GstVitalsPipeGuard guard;

  /* for good: this thread does nothing else */
  gst_vitals_pipe_guard_begin (&guard);
  g_mutex_lock (&results->lock);
  while (!results->closing || !g_queue_is_empty (&results->lines)) {
    if (g_queue_is_empty (&results->lines))
      g_cond_wait (&results->cond, &results->lock);
    else
      write_first (results);
  }
  results->ended = TRUE;
  g_cond_broadcast (&results->cond);
  g_mutex_unlock (&results->lock);
  results_unref (results);
  return NULL;
}

static GstVitalsResults *
results_new (gint fd, GstVitalsResultsIdleFunc idle, GstElement * element)
{
  GstVitalsResults *results = g_new0 (GstVitalsResults, 1);

  g_atomic_ref_count_init (&results->ref_count);
  results->fd = fd;
  results->idle = idle;
  results->element = gst_object_ref (element);
  g_mutex_init (&results->lock);
  g_cond_init (&results->cond);
  g_queue_init (&results->lines);
  g_atomic_ref_count_inc (&results->ref_count);
  g_thread_unref (g_thread_new ("vitals-results", write_lines, results));
  return results;
}

gboolean
gst_vitals_results_open (GstElement * element, const gchar * location,
    GstVitalsResultsIdleFunc idle, GstVitalsResults ** results)
{
  GError *error = NULL;
  gint fd;

  *results = NULL;
  if (!location || !*location)
    return TRUE;
  fd = gst_vitals_pipe_open (location, O_APPEND);
  if (fd >= 0) {
    *results = results_new (fd, idle, element);
    return TRUE;
  }
  gst_vitals_pipe_set_error (&error, errno);
  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_WRITE,
      ("results-location: %s: %s", location, error->message), (NULL));
  g_error_free (error);
  return FALSE;
}

void
gst_vitals_results_warn (GstElement * element, GError * error)
{
  GST_ELEMENT_WARNING (element, RESOURCE, WRITE,
      ("Results could not be written to results-location: %s",
          error->message), (NULL));
  g_error_free (error);
}

void
gst_vitals_results_write (GstVitalsResults * results,
    const GstStructure * message)
{
  gchar *json = vitals_structure_to_json (message);
  gchar *line = g_strconcat (json, "\n", NULL);

  g_mutex_lock (&results->lock);
  if (g_queue_get_length (&results->lines) < MAX_LINES)
    g_queue_push_tail (&results->lines, g_steal_pointer (&line));
  else if (results->write_errno == 0)
    results->write_errno = ETIMEDOUT;
  g_cond_broadcast (&results->cond);
  g_mutex_unlock (&results->lock);
  g_free (line);
  g_free (json);
}

gboolean
gst_vitals_results_check (GstVitalsResults * results, GError ** error)
{
  gint failure;

  g_mutex_lock (&results->lock);
  failure = results->write_errno;
  results->write_errno = 0;
  g_mutex_unlock (&results->lock);
  if (failure == 0)
    return TRUE;
  gst_vitals_pipe_set_error (error, failure);
  return FALSE;
}

gboolean
gst_vitals_results_is_idle (GstVitalsResults * results)
{
  gboolean idle;

  g_mutex_lock (&results->lock);
  idle = g_queue_is_empty (&results->lines);
  g_mutex_unlock (&results->lock);
  return idle;
}

gboolean
gst_vitals_results_close (GstVitalsResults * results, GError ** error)
{
  gint64 end = g_get_monotonic_time () + CLOSE_TIMEOUT;
  GstElement *element = NULL;
  gboolean good;

  g_mutex_lock (&results->lock);
  results->closing = TRUE;
  g_cond_broadcast (&results->cond);
  while (!results->ended
      && g_cond_wait_until (&results->cond, &results->lock, end));
  if (results->ended)
    element = g_steal_pointer (&results->element);
  else if (results->write_errno == 0)
    results->write_errno = ETIMEDOUT;
  g_mutex_unlock (&results->lock);
  g_clear_pointer (&element, gst_object_unref);
  good = gst_vitals_results_check (results, error);
  results_unref (results);
  return good;
}
