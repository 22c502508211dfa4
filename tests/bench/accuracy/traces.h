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
  gdouble variability;          /* s; how far beats are early or late, twice */
  /* the motion of the chest, in breaths; it is seen when there is noise */
  gdouble chest_noise;          /* white */
  gdouble chest_uneven;         /* share by which breaths differ in length */
  gdouble chest_wander;         /* per root second */
  gdouble chest_memory;         /* of what wanders, from frame to frame, 0..1 */
  gdouble chest_rate;           /* a minute; swings so, but is no breath */
} TraceCase;

/* What wanders; 0 at first. */
typedef struct
{
  gdouble colours[3];
  gdouble chest;
} TraceState;

/* Pushes second @second of the case. */
void trace_push_second (const TraceCase * trace, GRand * rand, guint second,
    TraceState * state, VitalsPulseEstimator * estimator);

/* SDNN and RMSSD of its first @seconds, ms; 0 when it has no variability. */
void trace_variability (const TraceCase * trace, gdouble seconds,
    gdouble * sdnn, gdouble * rmssd);
