/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsresults.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include <vitals/vitals-json-private.h>

/*
 * "lock" guards all below it.
 */
struct _GstVitalsResults
{
  gint fd;
  GThread *thread;

  GMutex lock;
  GCond cond;
  GQueue lines;                 /* of gchar *, the one being written included */
  gboolean closing;
  gint write_errno;             /* of the first write that failed, or 0 */
};

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

static gpointer
write_lines (gpointer user_data)
{
  GstVitalsResults *results = user_data;

  g_mutex_lock (&results->lock);
  while (!results->closing || !g_queue_is_empty (&results->lines)) {
    gchar *line = g_queue_peek_head (&results->lines);
    gint failure;

    if (!line) {
      g_cond_wait (&results->cond, &results->lock);
      continue;
    }
    g_mutex_unlock (&results->lock);
    failure = write_line (results->fd, line);
    g_mutex_lock (&results->lock);
    if (results->write_errno == 0)
      results->write_errno = failure;
    g_free (g_queue_pop_head (&results->lines));
    g_cond_broadcast (&results->cond);
  }
  g_mutex_unlock (&results->lock);
  return NULL;
}

GstVitalsResults *
gst_vitals_results_open (const gchar * location, GError ** error)
{
  gint fd = g_open (location, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  GstVitalsResults *results;

  if (fd < 0) {
    gint failure = errno;

    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (failure),
        "%s: %s", location, g_strerror (failure));
    return NULL;
  }
  results = g_new0 (GstVitalsResults, 1);
  results->fd = fd;
  g_mutex_init (&results->lock);
  g_cond_init (&results->cond);
  g_queue_init (&results->lines);
  results->thread = g_thread_new ("vitals-results", write_lines, results);
  return results;
}

void
gst_vitals_results_write (GstVitalsResults * results,
    const GstStructure * message)
{
  gchar *json = vitals_structure_to_json (message);

  g_mutex_lock (&results->lock);
  g_queue_push_tail (&results->lines, g_strconcat (json, "\n", NULL));
  g_cond_broadcast (&results->cond);
  g_mutex_unlock (&results->lock);
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
  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (failure),
      g_strerror (failure));
  return FALSE;
}

gboolean
gst_vitals_results_flush (GstVitalsResults * results, GError ** error)
{
  g_mutex_lock (&results->lock);
  while (!g_queue_is_empty (&results->lines))
    g_cond_wait (&results->cond, &results->lock);
  g_mutex_unlock (&results->lock);
  return gst_vitals_results_check (results, error);
}

void
gst_vitals_results_close (GstVitalsResults * results)
{
  g_mutex_lock (&results->lock);
  results->closing = TRUE;
  g_cond_broadcast (&results->cond);
  g_mutex_unlock (&results->lock);
  g_thread_join (results->thread);

  close (results->fd);
  g_mutex_clear (&results->lock);
  g_cond_clear (&results->cond);
  g_free (results);
}
