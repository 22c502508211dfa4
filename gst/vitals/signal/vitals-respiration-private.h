/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-beats-private.h>

G_BEGIN_DECLS

/* Breaths the camera looks for, Hz. A waveform of breathing itself may be
 * slower. */
#define VITALS_BREATH_MIN 0.1

typedef struct
{
  gdouble frequency;            /* Hz */
  gdouble confidence;           /* 0..1; 0: nothing found */
} VitalsBreath;

/* From how the chest moves: @samples (changed) at @rate Hz; @scratch:
 * VITALS_DETREND_SCRATCH (n). Nothing where most of it is slower or faster than
 * a breath; certain where one wave stands out and goes on through the whole
 * window. Whether there is someone to breathe it does not know. */
VITALS_API void vitals_breath_from_motion (gdouble * samples, guint n,
    gdouble rate, gdouble low, VitalsSpectrum * spectrum, gdouble * scratch,
    VitalsBreath * breath);

/* From how breathing modulates the pulse: height and distance of its beats,
 * and the baseline of the green light (@baseline, changed). The median of the
 * three; nothing when they are more than 4 a minute apart. */
VITALS_API void vitals_breath_from_pulse (const VitalsBeats * beats,
    gdouble * baseline, guint n, gdouble rate, VitalsSpectrum * spectrum,
    gdouble * scratch, VitalsBreath * breath);

/* Two that agree make each other certain; else the more certain one, less so. */
VITALS_API void vitals_breath_fuse (const VitalsBreath * a,
    const VitalsBreath * b, VitalsBreath * fused);

G_END_DECLS
