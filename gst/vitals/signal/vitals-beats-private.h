/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-spectrum-private.h>

G_BEGIN_DECLS

/* More than 120 s at 220 beats a minute. */
#define VITALS_MAX_BEATS 512

typedef struct
{
  guint n;
  gdouble times[VITALS_MAX_BEATS];      /* s from the first sample */
  gdouble heights[VITALS_MAX_BEATS];    /* of the peak, unit of the samples */
} VitalsBeats;

/*
 * Beats are the highest maxima that keep 0.6 of the period of @rate_hint (Hz)
 * apart, their time interpolated between samples: 30 a second would quantise a
 * beat to 33 ms. @quality: 0..1 for each sample, or NULL; a beat on a sample
 * below 0.5 is marked by a height of NaN.
 */
VITALS_API void vitals_beats_find (const gdouble * samples,
    const gdouble * quality, guint n, gdouble rate, gdouble rate_hint,
    VitalsBeats * beats);

/*
 * Heart rate variability, experimental: from a camera it errs by 24 to 70 ms.
 * Intervals next to a marked beat are left out, and those that differ by more
 * than a quarter from the median (a beat missed, or seen twice).
 */
typedef struct
{
  guint intervals;              /* used */
  gdouble used_share;           /* of all intervals, 0..1 */
  gdouble sdnn, rmssd;          /* ms */
  gboolean has_lfhf;
  gdouble lfhf;                 /* power 0.04-0.15 Hz over 0.15-0.4 Hz */
  gdouble error;                /* ms; RMSSD that noise alone would make */
  gdouble clarity;              /* 0..1; 0: it may be noise and nothing else */
} VitalsVariability;

/* Says nothing about noise: error and clarity are 0, see
 * vitals_variability_measure(). FALSE when fewer than 10 intervals, or fewer
 * than half of all, can be used. LF/HF takes at least 50 s (two waves of the
 * slowest). */
VITALS_API gboolean vitals_beats_get_variability (const VitalsBeats * beats,
    VitalsSpectrum * spectrum, VitalsVariability * variability);

G_END_DECLS
