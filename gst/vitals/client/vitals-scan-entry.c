/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-quota-private.h>
#include <vitals/client/vitals-scan-entry-private.h>
#include <vitals/client/vitals-scan-queue-private.h>

VitalsScanItem *
vitals_scan_item_new (guint64 window, VitalsPayload * payload, gpointer data,
    GDestroyNotify free_data)
{
  VitalsScanEntry *entry = g_new0 (VitalsScanEntry, 1);

  g_atomic_ref_count_init (&entry->ref_count);
  entry->item.window = window;
  entry->item.payload = payload;
  entry->item.demographics.age = -1;
  entry->item.data = data;
  entry->item.free_data = free_data;
  entry->held_bytes = payload ? vitals_payload_get_size (payload) : 0;
  return &entry->item;
}

void
vitals_scan_item_free (VitalsScanItem * item)
{
  vitals_scan_entry_unref ((VitalsScanEntry *) item);
}

VitalsScanEntry *
vitals_scan_entry_ref (VitalsScanEntry * entry)
{
  g_atomic_ref_count_inc (&entry->ref_count);
  return entry;
}

void
vitals_scan_entry_unref (VitalsScanEntry * entry)
{
  if (!g_atomic_ref_count_dec (&entry->ref_count))
    return;
  if (entry->item.free_data)
    entry->item.free_data (entry->item.data);
  g_clear_pointer (&entry->item.payload, vitals_payload_unref);
  g_clear_pointer (&entry->item.reading, vitals_reading_unref);
  g_clear_error (&entry->item.error);
  g_clear_pointer (&entry->scan, vitals_scan_unref);
  g_free (entry->item.session_id);
  g_free (entry);
}

void
vitals_scan_entry_release_bytes (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats)
{
  stats->held_bytes -= entry->held_bytes;
  entry->held_bytes = 0;
}

static void
set_state (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, VitalsScanEntryState state)
{
  if (entry->state == VITALS_SCAN_ENTRY_WAITING)
    stats->waiting--;
  entry->state = state;
  /* Only a waiting entry still owns its payload; afterwards the scan owns it.
   */
  g_clear_pointer (&entry->item.payload, vitals_payload_unref);
  if (state == VITALS_SCAN_ENTRY_OVER)
    vitals_scan_entry_release_bytes (entry, stats);
}

/* What a failure means for all that come after it. */
static void
note_failure (VitalsScanQueueStats * stats,
    const VitalsScanQueueLimits * limits, const GError * error)
{
  const gchar *reason = vitals_scan_policy_block (limits, error);

  if (!reason)
    return;
  stats->blocked = reason;
  stats->blocked_at = vitals_quota_get_time ();
}

void
vitals_scan_entry_pushed (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const VitalsScanQueueLimits * limits)
{
  /* its own failure, of a window that is not sent, may end the stream, too */
  if (entry->item.error && limits->stop_on_failure)
    note_failure (stats, limits, entry->item.error);
  stats->waiting++;
  stats->held_bytes += entry->held_bytes;
  if (entry->item.dropped || entry->item.error)
    set_state (entry, stats, VITALS_SCAN_ENTRY_OVER);
}

void
vitals_scan_entry_started (VitalsScanEntry * entry, VitalsScan * scan,
    VitalsScanQueueStats * stats)
{
  set_state (entry, stats, VITALS_SCAN_ENTRY_RUNNING);
  entry->scan = vitals_scan_ref (scan);
  entry->starting = TRUE;
  stats->running++;
  stats->starting++;
}

void
vitals_scan_entry_forget (VitalsScanEntry * entry, VitalsScanQueueStats * stats)
{
  set_state (entry, stats, VITALS_SCAN_ENTRY_OVER);
}

void
vitals_scan_entry_drop (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const gchar * reason)
{
  set_state (entry, stats, VITALS_SCAN_ENTRY_OVER);
  entry->item.dropped = reason;
}

void
vitals_scan_entry_fail (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const GError * error)
{
  set_state (entry, stats, VITALS_SCAN_ENTRY_OVER);
  entry->item.error = g_error_copy (error);
}

void
vitals_scan_entry_accepted (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats)
{
  entry->starting = FALSE;
  stats->starting--;
  stats->sessions++;
  /* one that was failed meanwhile keeps the outcome that it has */
  if (entry->state != VITALS_SCAN_ENTRY_RUNNING)
    return;
  entry->item.accepted = TRUE;
  entry->item.session_id = g_strdup (vitals_scan_get_session_id (entry->scan));
}

void
vitals_scan_entry_answered (VitalsScanEntry * entry,
    VitalsScanQueueStats * stats, const VitalsScanQueueLimits * limits,
    VitalsReading * reading, const GError * error)
{
  stats->running--;
  if (entry->starting && vitals_scan_start_is_in_doubt (entry->scan))
    stats->doubtful++;
  stats->starting -= entry->starting;
  stats->retries += vitals_scan_get_retries (entry->scan);
  stats->bytes += vitals_scan_get_bytes_sent (entry->scan);
  if (error)
    note_failure (stats, limits, error);
  if (entry->state != VITALS_SCAN_ENTRY_RUNNING)
    return;
  entry->item.attempts = vitals_scan_get_attempts (entry->scan);
  if (error) {
    vitals_scan_entry_fail (entry, stats, error);
  } else {
    set_state (entry, stats, VITALS_SCAN_ENTRY_OVER);
    entry->item.reading = vitals_reading_ref (reading);
  }
}
