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
#define NOT_TOLD -3             /* accepted, and no word of the quota */
#define WRONG -4
#define LOST -5

/* A queue, its service, and the outcomes that were told. "lock" guards told
 * and held. */
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
  gboolean held;                /* starts are not answered yet */
} Box;

static RawEnd
answer_start (RawRequest * request, gpointer user_data)
{
  Box *box = user_data;
  gchar *headers, *body;
  gint remaining;

  if (!g_str_equal (request->route, "start"))
    return RAW_DEFAULT;
  g_mutex_lock (&box->lock);
  while (box->held)
    g_cond_wait (&box->cond, &box->lock);
  g_mutex_unlock (&box->lock);
  remaining = g_atomic_int_get (&box->remaining);
  switch (remaining) {
    case NO_ANSWER:
      return raw_request_stall (request);
    case REFUSED:
      return raw_request_answer (request, "429 Too Many Requests", "",
          "{\"error\":\"QUOTA_EXCEEDED\"}");
    case WRONG:
      return raw_request_answer (request, "400 Bad Request", "", "");
    case LOST:
      return raw_request_reset (request);
    case NOT_TOLD:
      return RAW_DEFAULT;
    default:
      break;
  }
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

/* What becomes of the window that was pushed last. */
static void
box_wait (Box * box, const gchar * expected)
{
  g_mutex_lock (&box->lock);
  while (box->told->len < box->window)
    g_cond_wait (&box->cond, &box->lock);
  assert_equals_string (g_ptr_array_index (box->told, box->window - 1),
      expected);
  g_mutex_unlock (&box->lock);
}

/* What becomes of the next window. */
static void
box_check (Box * box, const gchar * expected)
{
  box_push (box);
  box_wait (box, expected);
}

static void
box_hold (Box * box, gboolean held)
{
  g_mutex_lock (&box->lock);
  box->held = held;
  g_cond_broadcast (&box->cond);
  g_mutex_unlock (&box->lock);
}

/* The start of its next window is under way. */
static void
box_push_held (Box * box)
{
  guint starts = raw_server_get_count (box->server, "start");

  box_hold (box, TRUE);
  box_push (box);
  fail_unless (raw_server_wait (box->server, "start", starts + 1));
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

/* The network thread has looked at all that was pushed before. */
static void
let_it_look (void)
{
  Box *box = box_new ("ck_live_bystander", -1);

  g_atomic_int_set (&box->remaining, NOT_TOLD);
  box_check (box, "reading");
  box_free (box);
}

/* Of the scans that are left one may be used: a start of @box that is under way
 * may be the one, and a window of @other waits for it. */
static void
begin_last_start (Box * box, Box * other)
{
  g_atomic_int_set (&box->remaining, 4);
  g_atomic_int_set (&other->remaining, 3);
  box_check (box, "reading");
  box_push_held (box);
  box_push (other);
  let_it_look ();
}

GST_START_TEST (reserve_is_left_by_the_starts_of_all_sinks_together)
{
  Box *box = box_new ("ck_live_together", 3);
  Box *other = box_new ("ck_live_together", 3);

  begin_last_start (box, other);
  g_atomic_int_set (&box->remaining, 3);
  box_hold (box, FALSE);
  box_wait (box, "reading");
  box_wait (other, "quota");
  assert_starts (other, 0);
  box_free (other);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (start_that_is_refused_leaves_its_scan_to_another_sink)
{
  Box *box = box_new ("ck_live_leaves", 3);
  Box *other = box_new ("ck_live_leaves", 3);

  begin_last_start (box, other);
  assert_starts (other, 0);
  g_atomic_int_set (&box->remaining, WRONG);
  box_hold (box, FALSE);
  box_wait (box, "INVALID_REQUEST");
  box_wait (other, "reading");
  box_free (other);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (start_whose_answer_is_lost_is_taken_off_what_remains)
{
  Box *box = box_new ("ck_live_lost", 3);

  g_atomic_int_set (&box->remaining, 4);
  box_check (box, "reading");
  g_atomic_int_set (&box->remaining, LOST);
  box_check (box, "NETWORK");
  box_check (box, "quota");
  assert_starts (box, 2);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (answer_that_comes_late_does_not_raise_what_remains)
{
  Box *box = box_new ("ck_live_late", 3);
  Box *other = box_new ("ck_live_late", 3);

  g_atomic_int_set (&box->remaining, 5);
  box_check (box, "reading");
  box_push_held (box);
  let_pass (1 * MINUTES);
  g_atomic_int_set (&other->remaining, 3);
  box_check (other, "reading");
  /* this start was accepted before */
  g_atomic_int_set (&box->remaining, 4);
  box_hold (box, FALSE);
  box_wait (box, "reading");
  box_check (box, "quota");
  box_check (other, "quota");

  /* what is asked later counts, also when it is more */
  let_pass (25 * HOURS);
  g_atomic_int_set (&box->remaining, 500);
  box_check (box, "reading");
  box_check (other, "reading");
  box_free (other);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (first_start_alone_finds_out_what_remains_for_a_reserve)
{
  Box *box = box_new ("ck_live_first", 3);
  Box *other = box_new ("ck_live_first", 3);

  box_push_held (box);
  box_push (other);
  let_it_look ();
  g_atomic_int_set (&box->remaining, 3);
  box_hold (box, FALSE);
  box_wait (box, "reading");
  box_wait (other, "quota");
  assert_starts (other, 0);
  box_free (other);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (service_that_does_not_tell_what_remains_is_not_waited_for)
{
  Box *box = box_new ("ck_live_silent", 3);
  Box *other = box_new ("ck_live_silent", 3);

  g_atomic_int_set (&box->remaining, NOT_TOLD);
  g_atomic_int_set (&other->remaining, NOT_TOLD);
  box_check (box, "reading");
  box_push_held (box);
  box_check (other, "reading");
  box_hold (box, FALSE);
  box_wait (box, "reading");
  box_free (other);
  box_free (box);
}

GST_END_TEST;

GST_START_TEST (without_a_reserve_nobody_waits_for_another)
{
  Box *box = box_new ("ck_live_unlimited", 0);
  Box *other = box_new ("ck_live_unlimited", 0);

  g_atomic_int_set (&other->remaining, 7);
  box_push_held (box);
  box_check (other, "reading");
  box_hold (box, FALSE);
  box_wait (box, "reading");
  box_free (other);
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
  tcase_add_test (tcase, reserve_is_left_by_the_starts_of_all_sinks_together);
  tcase_add_test (tcase, start_that_is_refused_leaves_its_scan_to_another_sink);
  tcase_add_test (tcase, start_whose_answer_is_lost_is_taken_off_what_remains);
  tcase_add_test (tcase, answer_that_comes_late_does_not_raise_what_remains);
  tcase_add_test (tcase,
      first_start_alone_finds_out_what_remains_for_a_reserve);
  tcase_add_test (tcase,
      service_that_does_not_tell_what_remains_is_not_waited_for);
  tcase_add_test (tcase, without_a_reserve_nobody_waits_for_another);
  return suite;
}

GST_CHECK_MAIN (quota)
