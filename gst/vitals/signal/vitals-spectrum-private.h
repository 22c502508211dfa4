/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * VitalsSpectrum: power over frequency, on GStreamer's FFT: mean removed, Hann
 * window, zeros up to VITALS_SPECTRUM_SIZE, which is 0.004 Hz at the fastest
 * rate of a trace. Allocated once, used again for each window.
 */
typedef struct _VitalsSpectrum VitalsSpectrum;

#define VITALS_SPECTRUM_SIZE 16384

VITALS_API VitalsSpectrum *vitals_spectrum_new (void);
VITALS_API void vitals_spectrum_free (VitalsSpectrum * spectrum);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsSpectrum, vitals_spectrum_free)

/* At most VITALS_SPECTRUM_SIZE samples; of more the last are taken. */
VITALS_API void vitals_spectrum_compute (VitalsSpectrum * spectrum,
    const gdouble * samples, guint n, gdouble rate);

/* Sum of the power in [@low, @high] Hz. */
VITALS_API gdouble vitals_spectrum_get_power (const VitalsSpectrum * spectrum,
    gdouble low, gdouble high);
/* Power at the bin nearest to @frequency, 0 outside. */
VITALS_API gdouble vitals_spectrum_get_power_at (const VitalsSpectrum *
    spectrum, gdouble frequency);

/* The highest local maximum in [@low, @high] Hz, refined by a parabola through
 * the amplitudes. FALSE when there is none (no power, or it only rises or
 * falls). */
VITALS_API gboolean vitals_spectrum_find_peak (const VitalsSpectrum * spectrum,
    gdouble low, gdouble high, gdouble * frequency, gdouble * power);

/* Keeps [@low, @high] Hz of @samples, in place, without delay; the edges are
 * cosine flanks of 0.1 Hz inside the band. */
VITALS_API void vitals_spectrum_band_pass (VitalsSpectrum * spectrum,
    gdouble * samples, guint n, gdouble rate, gdouble low, gdouble high);

G_END_DECLS
