/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a live session comes to: measured in its payload, or not given. */

#include <vitals/signal/vitals-tensor-estimate-private.h>

#include "sandbox-private.h"

static void
add_measure (JsonObject * vitals, const gchar * name, gdouble value,
    gdouble confidence, gdouble * least)
{
  json_object_set_double_member (vitals, name, value);
  *least = MIN (*least, confidence);
}

/* The API has one `hrv`. Over less than a minute RMSSD says more than SDNN,
 * whose slow part is cut off. It has one `confidence`, too, which promises no
 * more than the least certain of what comes with it. */
static JsonObject *
make_vitals (const VitalsPulseEstimate * estimate)
{
  JsonObject *vitals = json_object_new ();
  gdouble least = 1.0;

  add_measure (vitals, "heart_rate", estimate->heart_rate,
      estimate->heart_rate_confidence, &least);
  if (estimate->has_respiratory_rate)
    add_measure (vitals, "respiratory_rate", estimate->respiratory_rate,
        estimate->respiratory_rate_confidence, &least);
  if (estimate->has_hrv)
    add_measure (vitals, "hrv", estimate->hrv_rmssd, estimate->hrv_confidence,
        &least);
  json_object_set_double_member (vitals, "confidence", least);
  return vitals;
}

static void
measure (SandboxSession * session, GBytes * payload)
{
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  g_autoptr (VitalsTensor) tensor = NULL;
  g_autoptr (GError) error = NULL;
  VitalsPulseEstimate estimate;

  tensor = vitals_tensor_decode (payload, layout, &error);
  if (!tensor)
    session->failure = g_strdup_printf ("The payload is not valid: %s",
        error->message);
  else if (vitals_tensor_estimate (tensor, &estimate, &error))
    session->vitals = make_vitals (&estimate);
  else
    session->failure = g_strdup (error->message);
}

void
sandbox_measure_session (SandboxSession * session, GBytes * payload)
{
  gint64 start = g_get_monotonic_time ();

  g_clear_pointer (&session->failure, g_free);
  g_clear_pointer (&session->vitals, json_object_unref);
  measure (session, payload);
  session->work_ms =
      (g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
}
