/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-pulse-estimator-private.h>

/* A skin whose truth is known: the means of a region over time. */
typedef struct
{
  gdouble heart_rate;           /* a minute */
  gdouble respiratory_rate;     /* a minute; 0: none */
  gdouble amplitude;            /* of the pulse in green, share of the mean */
  gdouble noise;                /* deviation of a mean, share of it */
  gdouble framerate;
  guint32 seed;
  gdouble variability;          /* s; how far beats are early or late, twice */
} Skin;

/* 72 a minute, 15 breaths, .004, .0005, 30 fps */
#define SKIN_DEFAULT {72.0, 15.0, 0.004, 0.0005, 30.0, 1, 0.0}

/* Pushes frames of @from to @to seconds, with chest motion when there are
 * breaths. */
void push_skin (VitalsPulseEstimator * estimator, const Skin * skin,
    GRand * rand, gdouble from, gdouble to);

/* Red, green and blue at @time, without noise. */
void skin_colour (const Skin * skin, gdouble time, gdouble * colour);

/* SDNN and RMSSD, ms, of the beats in the first @seconds. */
void skin_variability (const Skin * skin, gdouble seconds, gdouble * sdnn,
    gdouble * rmssd);

gdouble gaussian (GRand * rand);

/* Fails the test when a number of @estimate is not finite or a measure that is
 * absent has a value. */
void check_estimate (const VitalsPulseEstimate * estimate);
