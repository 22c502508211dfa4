/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-spectrum-private.h>

G_BEGIN_DECLS

/* What a heart can do, Hz: 40 and 220 beats a minute. */
#define VITALS_HEART_RATE_MIN (40.0 / 60.0)
#define VITALS_HEART_RATE_MAX (220.0 / 60.0)

typedef struct
{
  gdouble frequency;            /* Hz */
  gdouble snr;                  /* dB */
  gdouble prominence;           /* 0..1: 1 - the next highest peak over this */
} VitalsRatePeak;

/*
 * The heart rate in a spectrum of a pulse of @duration seconds. @hint: the rate
 * before, Hz, or 0: of two peaks of like height the one nearer to it is taken,
 * so that a passing nuisance does not win; a rate that really changes soon has
 * more than its power. FALSE when nothing peaks between 40 and 220 a minute, or
 * more lies just below or above.
 */
VITALS_API gboolean vitals_rate_find_heart (const VitalsSpectrum * spectrum,
    gdouble duration, gdouble hint, VitalsRatePeak * peak);

/*
 * Whether @frequency is the second harmonic of a heart slower than 40 a minute
 * (down to 15): @spectrum is of the same time, but not detrended, which would
 * take that heart away.
 */
VITALS_API gboolean vitals_rate_is_harmonic (const VitalsSpectrum * spectrum,
    gdouble duration, gdouble frequency);

/*
 * The breathing rate in a spectrum, between @low Hz and 0.65 Hz. FALSE when
 * nothing peaks there, or more lies above.
 */
VITALS_API gboolean vitals_rate_find_breath (const VitalsSpectrum * spectrum,
    gdouble duration, gdouble low, VitalsRatePeak * peak);

G_END_DECLS
