/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was asked so far: written by the sandbox's thread, read by any. */

#include "sandbox-private.h"

struct _SandboxRecord
{
  GMutex lock;                  /* guards all below */
  GCond cond;                   /* a count changed */
  guint counts[SANDBOX_N_ROUTES];
  SoupMessageHeaders *headers[SANDBOX_N_ROUTES];
  GBytes *bodies[SANDBOX_N_ROUTES];
  guint scans;
  guint active_uploads;
  GQueue uploads;               /* of GBytes, the newest at the tail */
  guint first_upload;           /* index of the head of uploads */
  gsize upload_bytes;
};

SandboxRecord *
sandbox_record_new (void)
{
  SandboxRecord *record = g_new0 (SandboxRecord, 1);

  g_mutex_init (&record->lock);
  g_cond_init (&record->cond);
  g_queue_init (&record->uploads);
  return record;
}

void
sandbox_record_free (SandboxRecord * record)
{
  guint i;

  for (i = 0; i < SANDBOX_N_ROUTES; i++) {
    g_clear_pointer (&record->headers[i], soup_message_headers_unref);
    g_clear_pointer (&record->bodies[i], g_bytes_unref);
  }
  g_queue_clear_full (&record->uploads, (GDestroyNotify) g_bytes_unref);
  g_mutex_clear (&record->lock);
  g_cond_clear (&record->cond);
  g_free (record);
}

static void
copy_header (const gchar * name, const gchar * value, gpointer copy)
{
  soup_message_headers_append (copy, name, value);
}

guint
sandbox_record_add_request (SandboxRecord * record, SandboxRoute route,
    SoupMessageHeaders * headers)
{
  SoupMessageHeaders *copy;
  guint occurrence;

  copy = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  soup_message_headers_foreach (headers, copy_header, copy);

  g_mutex_lock (&record->lock);
  g_clear_pointer (&record->headers[route], soup_message_headers_unref);
  g_clear_pointer (&record->bodies[route], g_bytes_unref);
  record->headers[route] = copy;
  occurrence = ++record->counts[route];
  g_cond_broadcast (&record->cond);
  g_mutex_unlock (&record->lock);
  return occurrence;
}

void
sandbox_record_set_body (SandboxRecord * record, SandboxRoute route,
    GBytes * body)
{
  g_mutex_lock (&record->lock);
  g_clear_pointer (&record->bodies[route], g_bytes_unref);
  record->bodies[route] = g_bytes_ref (body);
  g_mutex_unlock (&record->lock);
}

void
sandbox_record_add_upload (SandboxRecord * record, GBytes * body)
{
  g_mutex_lock (&record->lock);
  g_queue_push_tail (&record->uploads, g_bytes_ref (body));
  record->upload_bytes += g_bytes_get_size (body);
  while (record->upload_bytes > SANDBOX_KEPT_UPLOAD_BYTES ||
      record->uploads.length > SANDBOX_MAX_SESSIONS) {
    GBytes *oldest = g_queue_pop_head (&record->uploads);

    record->upload_bytes -= g_bytes_get_size (oldest);
    record->first_upload++;
    g_bytes_unref (oldest);
  }
  g_mutex_unlock (&record->lock);
}

void
sandbox_record_add_scan (SandboxRecord * record)
{
  g_mutex_lock (&record->lock);
  record->scans++;
  g_mutex_unlock (&record->lock);
}

void
sandbox_record_change_active_uploads (SandboxRecord * record, gint change)
{
  g_mutex_lock (&record->lock);
  record->active_uploads += change;
  g_mutex_unlock (&record->lock);
}

guint
sandbox_record_get_count (SandboxRecord * record, SandboxRoute route)
{
  guint count;

  g_return_val_if_fail (route < SANDBOX_N_ROUTES, 0);
  g_mutex_lock (&record->lock);
  count = record->counts[route];
  g_mutex_unlock (&record->lock);
  return count;
}

gboolean
sandbox_record_wait_count (SandboxRecord * record, SandboxRoute route,
    guint count, guint timeout_ms)
{
  gint64 end = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;
  gboolean reached;

  g_return_val_if_fail (route < SANDBOX_N_ROUTES, FALSE);
  g_mutex_lock (&record->lock);
  while (record->counts[route] < count &&
      g_cond_wait_until (&record->cond, &record->lock, end));
  reached = record->counts[route] >= count;
  g_mutex_unlock (&record->lock);
  return reached;
}

guint
sandbox_record_get_scans (SandboxRecord * record)
{
  guint scans;

  g_mutex_lock (&record->lock);
  scans = record->scans;
  g_mutex_unlock (&record->lock);
  return scans;
}

guint
sandbox_record_get_active_uploads (SandboxRecord * record)
{
  guint active;

  g_mutex_lock (&record->lock);
  active = record->active_uploads;
  g_mutex_unlock (&record->lock);
  return active;
}

GBytes *
sandbox_record_get_upload (SandboxRecord * record, guint index)
{
  GBytes *body = NULL;

  g_mutex_lock (&record->lock);
  if (index >= record->first_upload)
    body = g_queue_peek_nth (&record->uploads, index - record->first_upload);
  if (body)
    g_bytes_ref (body);
  g_mutex_unlock (&record->lock);
  return body;
}

gchar *
sandbox_record_get_header (SandboxRecord * record, SandboxRoute route,
    const gchar * name)
{
  gchar *value = NULL;

  g_return_val_if_fail (route < SANDBOX_N_ROUTES, NULL);
  g_mutex_lock (&record->lock);
  if (record->headers[route])
    value = g_strdup (soup_message_headers_get_one (record->headers[route],
            name));
  g_mutex_unlock (&record->lock);
  return value;
}

GBytes *
sandbox_record_get_body (SandboxRecord * record, SandboxRoute route)
{
  GBytes *body = NULL;

  g_return_val_if_fail (route < SANDBOX_N_ROUTES, NULL);
  g_mutex_lock (&record->lock);
  if (record->bodies[route])
    body = g_bytes_ref (record->bodies[route]);
  g_mutex_unlock (&record->lock);
  return body;
}
