/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/capture/vitals-pacer-private.h>

/* How many periods a frame may be early. */
#define TOLERANCE 2

void
vitals_pacer_init (VitalsPacer * pacer, gdouble rate)
{
  pacer->period = GST_SECOND / rate;
  pacer->due = 0;
}

void
vitals_pacer_reset (VitalsPacer * pacer)
{
  pacer->due = 0;
}

gboolean
vitals_pacer_admit (VitalsPacer * pacer, GstClockTime time)
{
  if (time + TOLERANCE * pacer->period < pacer->due)
    return FALSE;
  pacer->due = MAX (time, pacer->due) + pacer->period;
  return TRUE;
}
