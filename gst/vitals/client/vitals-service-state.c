/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-network-private.h>
#include <vitals/client/vitals-service-state-private.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error-private.h>

void
vitals_service_state_init (VitalsServiceState * state,
    VitalsCheckKeyFunc check_key)
{
  /* for GstStructure: a program that only sends payloads need not know of it
   * (not in class_init, which holds a lock that this may need) */
  gst_init_check (NULL, NULL, NULL);

  state->check_key = check_key;
  state->closed = g_cancellable_new ();
  g_mutex_init (&state->lock);
  vitals_service_settings_init (&state->settings);
}

void
vitals_service_state_clear (VitalsServiceState * state)
{
  vitals_service_settings_clear (&state->settings);
  g_object_unref (state->closed);
  g_clear_pointer (&state->last_failure, gst_structure_free);
  g_mutex_clear (&state->lock);
}

gboolean
vitals_service_state_set (VitalsServiceState * state, guint id,
    const GValue * value)
{
  gboolean known;

  g_mutex_lock (&state->lock);
  known = vitals_service_settings_set (&state->settings, id, value);
  g_mutex_unlock (&state->lock);
  return known;
}

gboolean
vitals_service_state_get (VitalsServiceState * state, guint id, GValue * value)
{
  gboolean known = TRUE;

  g_mutex_lock (&state->lock);
  if (id == VITALS_SERVICE_PROP_LAST_FAILURE)
    g_value_set_boxed (value, state->last_failure);
  else
    known = vitals_service_settings_get (&state->settings, id, value);
  g_mutex_unlock (&state->lock);
  return known;
}

gboolean
vitals_service_state_check_settings (const VitalsServiceState * state,
    GError ** error)
{
  return state->check_key (state->settings.api_key, error)
      && vitals_check_service_url (state->settings.base_url, error);
}

gboolean
vitals_service_state_check (const VitalsServiceState * state, GError ** error)
{
  if (g_cancellable_is_cancelled (state->closed)) {
    vitals_set_error (error, VITALS_ERROR_CANCELLED,
        "The client was closed: make a new one");
    return FALSE;
  }
  return vitals_service_state_check_settings (state, error)
      && vitals_network_prepare (vitals_url_needs_tls
      (state->settings.base_url), error);
}

void
vitals_service_state_copy_settings (VitalsServiceState * state,
    VitalsServiceSettings * copy)
{
  g_mutex_lock (&state->lock);
  vitals_service_settings_copy (&state->settings, copy);
  g_mutex_unlock (&state->lock);
}

void
vitals_service_state_note_failure (VitalsServiceState * state,
    const GError * error, const gchar * session_id, guint attempts)
{
  GstStructure *failure = vitals_failure_to_structure (error, session_id,
      attempts);
  GstStructure *old;

  g_mutex_lock (&state->lock);
  old = state->last_failure;
  state->last_failure = failure;
  g_mutex_unlock (&state->lock);
  g_clear_pointer (&old, gst_structure_free);
}
