/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-timer-private.h>

GSource *
vitals_timer_new (guint64 delay, GSourceFunc func, gpointer user_data)
{
  guint64 ms = delay / GST_MSECOND + (delay % GST_MSECOND != 0);
  GSource *source = g_timeout_source_new (MIN (ms, G_MAXUINT));

  g_source_set_callback (source, func, user_data, NULL);
  g_source_attach (source, vitals_network_get_context ());
  return source;
}

GSource *
vitals_cancel_watch_new (GCancellable * cancellable,
    GCancellableSourceFunc func, gpointer user_data)
{
  GSource *source = g_cancellable_source_new (cancellable);

  g_source_set_callback (source, G_SOURCE_FUNC (func), user_data, NULL);
  g_source_attach (source, vitals_network_get_context ());
  return source;
}

void
vitals_wait_clear (VitalsWait * wait)
{
  vitals_timer_clear (&wait->timer);
  vitals_timer_clear (&wait->cancel_watch);
}

static gboolean
wait_is_over (gpointer user_data)
{
  VitalsWait *wait = user_data;

  vitals_wait_clear (wait);
  wait->func (FALSE, wait->user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
wait_is_cancelled (GCancellable * cancellable G_GNUC_UNUSED, gpointer user_data)
{
  VitalsWait *wait = user_data;

  vitals_wait_clear (wait);
  wait->func (TRUE, wait->user_data);
  return G_SOURCE_REMOVE;
}

void
vitals_wait_begin (VitalsWait * wait, guint64 delay, GCancellable * cancellable,
    VitalsWaitFunc func, gpointer user_data)
{
  wait->func = func;
  wait->user_data = user_data;
  wait->timer = vitals_timer_new (delay, wait_is_over, wait);
  if (cancellable)
    wait->cancel_watch = vitals_cancel_watch_new (cancellable,
        wait_is_cancelled, wait);
}

static void
cancel_follower (GCancellable * leader G_GNUC_UNUSED, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
follower_unref (gpointer data, GClosure * closure G_GNUC_UNUSED)
{
  g_object_unref (data);
}

/* A plain handler, which a cancel that is under way keeps alive as long as it
 * runs. */
gulong
vitals_cancel_follow (GCancellable * leader, GCancellable * follower)
{
  gulong id = g_signal_connect_data (leader, "cancelled",
      G_CALLBACK (cancel_follower), g_object_ref (follower), follower_unref, 0);

  if (g_cancellable_is_cancelled (leader))
    g_cancellable_cancel (follower);
  return id;
}

void
vitals_cancel_unfollow (GCancellable * leader, gulong * id)
{
  if (leader)
    g_clear_signal_handler (id, leader);
}

void
vitals_timer_clear (GSource ** source)
{
  if (!*source)
    return;
  g_source_destroy (*source);
  g_source_unref (*source);
  *source = NULL;
}
