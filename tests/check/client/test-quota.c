/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known of a quota grows old: a box that is never switched off must
 * find out that a new month has begun. */

#include <string.h>
#include <vitals/client/vitals-quota-private.h>
#include <vitals/client/vitals-scan-queue-private.h>
#include "fixture.h"

#define MINUTES G_GINT64_CONSTANT (60000000)
#define HOURS (60 * MINUTES)

/* us; read on the network thread */
static gint64 now = 1;
G_LOCK_DEFINE_STATIC (now);

static gint64
get_now (void)
{
  gint64 time;

  G_LOCK (now);
  time = now;
  G_UNLOCK (now);
  return time;
}

static void
let_pass (gint64 time)
{
  G_LOCK (now);
  now += time;
  G_UNLOCK (now);
}

#define REFUSED -1
#define NO_ANSWER -2

/* A queue, its service, and the outcomes that were told. "lock" guards told. */
typedef struct
{
  RawServer *server;
  VitalsCircadifyClient *client;
  VitalsScanQueue *queue;
  guint64 window;
  gint remaining;               /* what the next starts answer, or */

  GMutex lock;
  GCond cond;
  GPtrArray *told;
} Box;

static RawEnd
answer_start (RawRequest * request, gpointer user_data)
{
  Box *box = user_data;
  gint remaining = g_atomic_int_get (&box->remaining);
  gchar *headers, *body;

  if (!g_str_equal (request->route, "start"))
    return RAW_DEFAULT;
  if (remaining == NO_ANSWER)
    return raw_request_stall (request);
  if (remaining == REFUSED)
    return raw_request_answer (request, "429 Too Many Requests", "",
        "{\"error\":\"QUOTA_EXCEEDED\"}");
  headers = g_strdup_printf ("X-Usage-Remaining: %d\r\n", remaining);
  body = g_strdup_printf ("{\"session_id\":\"s1\",\"upload_url\":"
      "\"%s/upload/1\"}", raw_server_get_url (request->server));
  raw_request_answer (request, "200 OK", headers, body);
  g_free (headers);
  g_free (body);
  return RAW_ANSWERED;
}

static void
ignore_phase (const VitalsScanItem * item G_GNUC_UNUSED,
    VitalsScanPhase phase G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED)
{
}

static void
ignore_change (gpointer user_data G_GNUC_UNUSED)
{
}

static void
note_outcome (const VitalsScanItem * item, gpointer user_data)
{
  Box *box = user_data;

  g_mutex_lock (&box->lock);
  g_ptr_array_add (box->told, g_strdup (item->reading ? "reading" :
          item->error ? vitals_error_get_name (item->error) : item->dropped));
  g_cond_broadcast (&box->cond);
  g_mutex_unlock (&box->lock);
}

/* @key: its own, as what is known is shared by a process */
static Box *
box_new (const gchar * key, gint64 reserve)
{
  static const VitalsScanQueueCallbacks callbacks = {
    ignore_phase, note_outcome, ignore_change
  };
  VitalsScanQueueLimits limits = {.max_sessions = 4,.max_queued = 8,
    .max_starts = -1,.quota_reserve = reserve
  };
  Box *box = g_new0 (Box, 1);

  g_mutex_init (&box->lock);
  g_cond_init (&box->cond);
  box->told = g_ptr_array_new_with_free_func (g_free);
  box->server = raw_server_new (answer_start, box);
  box->client = new_client (box->server, key);
  box->queue = vitals_scan_queue_new (box->client, &limits, &callbacks, box,
      NULL);
  return box;
}

static void
box_free (Box * box)
{
  vitals_scan_queue_cancel (box->queue);
  vitals_scan_queue_unref (box->queue);
  g_object_unref (box->client);
  raw_server_free (box->server);
  g_ptr_array_unref (box->told);
  g_mutex_clear (&box->lock);
  g_cond_clear (&box->cond);
  g_free (box);
}

static void
box_push (Box * box)
{
  GBytes *bytes = g_bytes_new_static ("0123456789", 10);

  vitals_scan_queue_push (box->queue, vitals_scan_item_new (box->window++,
          vitals_payload_new (bytes, "application/octet-stream"), NULL, NULL));
  g_bytes_unref (bytes);
}

/* What becomes of the next window. */
static void
box_check (Box * box, const gchar * expected)
{
  box_push (box);
  g_mutex_lock (&box->lock);
  while (box->told->len < box->window)
    g_cond_wait (&box->cond, &box->lock);
  assert_equals_string (g_ptr_array_index (box->told, box->window - 1),
      expected);
  g_mutex_unlock (&box->lock);
}

static void
assert_starts (Box * box, guint starts)
{
  assert_equals_int (raw_server_get_count (box->server, "start"), starts);
}

GST_START_TEST (used_up_quota_is_asked_for_again_after_an_hour)
{
  Box *box = box_new ("ck_live_usedup", 0);

  box_check (box, "reading");
  g_atomic_int_set (&box->remaining, 500);
  let_pass (59 * MINUTES);
  box_check (box, "quota");
  assert_starts (box, 1);
  let_pass (2 * MINUTES);
  box_check (box, "reading");
  box_check (box, "reading");
  assert_starts (box, 3);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (used_up_quota_is_asked_for_once_by_all_together)
{
  Box *box = box_new ("ck_live_shared", 0);
  Box *other = box_new ("ck_live_shared", 0);

  box_check (box, "reading");
  let_pass (61 * MINUTES);
  g_atomic_int_set (&other->remaining, NO_ANSWER);
  box_push (other);
  fail_unless (raw_server_wait (other->server, "start", 1));
  /* while that one asks, no other does */
  box_check (box, "quota");
  assert_starts (box, 1);
  box_free (other);
  box_free (box);
}

GST_END_TEST;

/* A start from the reserve is paid from it. */
GST_START_TEST (reserve_is_touched_once_a_day_at_most)
{
  Box *box = box_new ("ck_live_reserve", 10);
  guint hour;

  g_atomic_int_set (&box->remaining, 9);
  box_check (box, "reading");
  for (hour = 0; hour < 23; hour++) {
    let_pass (1 * HOURS);
    box_check (box, "quota");
  }
  assert_starts (box, 1);
  let_pass (61 * MINUTES);
  box_check (box, "reading");
  box_check (box, "quota");
  assert_starts (box, 2);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (quota_that_was_refused_is_asked_for_again_after_an_hour)
{
  Box *box = box_new ("ck_live_refused", 0);
  VitalsScanQueueStats stats;

  g_atomic_int_set (&box->remaining, REFUSED);
  box_check (box, "QUOTA_EXCEEDED");
  box_check (box, "quota");
  let_pass (59 * MINUTES);
  box_check (box, "quota");
  vitals_scan_queue_get_stats (box->queue, &stats);
  assert_equals_string (stats.blocked, "quota");
  assert_starts (box, 1);

  let_pass (2 * MINUTES);
  /* whoever captures must see it, or no window would ever ask again */
  vitals_scan_queue_get_stats (box->queue, &stats);
  fail_unless (stats.blocked == NULL);
  box_check (box, "QUOTA_EXCEEDED");
  box_check (box, "quota");
  assert_starts (box, 2);
  let_pass (61 * MINUTES);
  g_atomic_int_set (&box->remaining, 500);
  box_check (box, "reading");
  box_free (box);
}

GST_END_TEST;

static Suite *
quota_suite (void)
{
  Suite *suite = suite_create ("quota");
  TCase *tcase = tcase_create ("quota");

  vitals_quota_set_clock (get_now);
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, used_up_quota_is_asked_for_again_after_an_hour);
  tcase_add_test (tcase, used_up_quota_is_asked_for_once_by_all_together);
  tcase_add_test (tcase, reserve_is_touched_once_a_day_at_most);
  tcase_add_test (tcase,
      quota_that_was_refused_is_asked_for_again_after_an_hour);
  return suite;
}

GST_CHECK_MAIN (quota)
