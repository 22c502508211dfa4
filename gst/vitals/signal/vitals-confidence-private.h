/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-beats-private.h>
#include <vitals/signal/vitals-rate-private.h>

G_BEGIN_DECLS

/* How likely the rate of @peak in @duration seconds is right, 0 to 1, from how
 * far the peak stands out. */
VITALS_API gdouble vitals_confidence_of_peak (const VitalsRatePeak * peak,
    gdouble duration);

/*
 * How likely the rate of @peak is right, 0 to 1, from how far the peak stands
 * out and from its colour: blood takes more of green than of red, a shadow or
 * a flickering lamp takes the same of all. Calibrated as docs/accuracy.md
 * tells.
 */
VITALS_API gdouble vitals_confidence_of_pulse (const VitalsRatePeak * peak,
    const gdouble * red, const gdouble * green, guint n,
    gdouble rate);

/* @snr, @confidence: of the heart rate. From how far the variability is above
 * what noise would make. */
VITALS_API gdouble vitals_confidence_of_variability (const VitalsVariability *
    variability, gdouble snr, gdouble confidence);

G_END_DECLS
