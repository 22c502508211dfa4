/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-pulse-estimator-private.h>

/* What a camera sees of a region, as means over time. Deviations and sizes are
 * shares of the mean. */
typedef struct
{
  gdouble heart_rate;           /* a minute; 0: nothing alive */
  gdouble respiratory_rate;     /* a minute */
  gdouble amplitude;            /* of the pulse in green */
  gdouble noise;                /* white, each channel its own */
  gdouble wander;               /* per root second, each channel its own */
  gdouble motion;               /* sway of a shadow, all channels */
  gdouble motion_colour;        /* its part that differs between channels */
  gdouble motion_rate;          /* a minute */
  gdouble flicker;              /* 1.2 Hz, all channels */
  gdouble drops;                /* share of frames lost */
  gdouble jitter;               /* s, of the time of a frame */
  gdouble framerate;
  gdouble chest_noise;          /* of the chest's motion, share of a breath */
} TraceCase;

/* Pushes second @second of the case. */
void trace_push_second (const TraceCase * trace, GRand * rand, guint second,
    gdouble * wander, VitalsPulseEstimator * estimator);
