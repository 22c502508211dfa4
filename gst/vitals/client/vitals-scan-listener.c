/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-scan-listener-private.h>

void
vitals_scan_listener_init (VitalsScanListener * listener,
    const VitalsScanQueueCallbacks * callbacks, gpointer user_data,
    GDestroyNotify destroy)
{
  listener->callbacks = callbacks;
  listener->user_data = user_data;
  listener->destroy = destroy;
  g_mutex_init (&listener->lock);
  g_cond_init (&listener->cond);
}

void
vitals_scan_listener_clear (VitalsScanListener * listener)
{
  if (listener->destroy)
    listener->destroy (listener->user_data);
  g_mutex_clear (&listener->lock);
  g_cond_clear (&listener->cond);
}

/* FALSE: it was cancelled, nothing is told. */
static gboolean
begin (VitalsScanListener * listener, gboolean * what)
{
  gboolean tell;

  g_mutex_lock (&listener->lock);
  *what = tell = !listener->cancelled;
  g_mutex_unlock (&listener->lock);
  return tell;
}

static void
end_telling (VitalsScanListener * listener)
{
  GDestroyNotify destroy = NULL;

  g_mutex_lock (&listener->lock);
  listener->telling = FALSE;
  /* cancelled meanwhile: the cancel left destroy() to us */
  if (listener->cancelled)
    destroy = g_steal_pointer (&listener->destroy);
  g_mutex_unlock (&listener->lock);
  if (destroy)
    destroy (listener->user_data);
}

void
vitals_scan_listener_tell_phase (VitalsScanListener * listener,
    const VitalsScanItem * item, VitalsScanPhase phase)
{
  if (!begin (listener, &listener->telling))
    return;
  listener->callbacks->phase (item, phase, listener->user_data);
  end_telling (listener);
}

void
vitals_scan_listener_tell_outcome (VitalsScanListener * listener,
    const VitalsScanItem * item)
{
  if (!begin (listener, &listener->telling))
    return;
  listener->callbacks->outcome (item, listener->user_data);
  end_telling (listener);
}

void
vitals_scan_listener_tell_changed (VitalsScanListener * listener)
{
  if (!begin (listener, &listener->changing))
    return;
  listener->callbacks->changed (listener->user_data);
  g_mutex_lock (&listener->lock);
  listener->changing = FALSE;
  g_cond_broadcast (&listener->cond);
  g_mutex_unlock (&listener->lock);
}

void
vitals_scan_listener_cancel (VitalsScanListener * listener)
{
  GDestroyNotify destroy = NULL;

  g_mutex_lock (&listener->lock);
  listener->cancelled = TRUE;
  while (listener->changing)
    g_cond_wait (&listener->cond, &listener->lock);
  if (!listener->telling)
    destroy = g_steal_pointer (&listener->destroy);
  g_mutex_unlock (&listener->lock);
  if (destroy)
    destroy (listener->user_data);
}
