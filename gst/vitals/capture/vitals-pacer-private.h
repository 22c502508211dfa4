/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * A token bucket (the generic cell rate algorithm of ITU-T I.371): lets frames
 * through at a rate, and does not lose any to jitter as a shortest distance
 * between frames would.
 */
typedef struct
{
  GstClockTime period;
  GstClockTime due;             /* when the next frame is due by the rate */
} VitalsPacer;

/* @rate: frames per second */
void vitals_pacer_init (VitalsPacer * pacer, gdouble rate);
/* The next frame is let through, whenever it comes. */
void vitals_pacer_reset (VitalsPacer * pacer);
gboolean vitals_pacer_admit (VitalsPacer * pacer, GstClockTime time);

G_END_DECLS
