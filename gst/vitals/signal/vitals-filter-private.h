/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <complex.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/* Doubles of scratch that vitals_detrend() needs for @n samples. */
#define VITALS_DETREND_SCRATCH(n) (4 * (gsize) (n))

/*
 * Takes the slow part off @samples, in place: smoothness priors (Tarvainen,
 * Ranta-aho, Karjalainen 2002, "An advanced detrending method with application
 * to HRV analysis"), a high-pass without delay whose -3 dB frequency is
 * @cutoff Hz at @rate Hz. Below 3 samples only the mean is taken off.
 */
VITALS_API void vitals_detrend (gdouble * samples, guint n, gdouble rate,
    gdouble cutoff, gdouble * scratch);

VITALS_API gdouble vitals_mean (const gdouble * samples, guint n);
/* Population standard deviation. */
VITALS_API gdouble vitals_deviation (const gdouble * samples, guint n);
/* Reorders @samples. Returns: 0 for none. */
VITALS_API gdouble vitals_median (gdouble * samples, guint n);

/* Amplitude and phase (at the first sample) of a wave of @frequency Hz in
 * @samples, whose mean is left out, under a Hann window. */
VITALS_API complex double vitals_wave_at (const gdouble * samples, guint n,
    gdouble rate, gdouble frequency);

/* The frequency, Hz, of the sine (and constant) that fits @samples with the
 * least squares, within @reach Hz of @frequency. A spectrum is biased when it
 * holds one or two waves only: they meet their own mirror at negative
 * frequencies; a fit is not. */
VITALS_API gdouble vitals_fit_sine (const gdouble * samples, guint n,
    gdouble rate, gdouble frequency, gdouble reach);

G_END_DECLS
