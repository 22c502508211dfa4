/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-beats-private.h>

G_BEGIN_DECLS

/*
 * The beats of @pulse (changed: band-passed around @frequency Hz, by which its
 * beats are found), their variability, and its error. @quality: as for
 * vitals_beats_find(). FALSE when there are too few beats, or when the error
 * does not stay well below the variability (clarity 0): what a camera's noise
 * makes of a metronome is no heart rate variability.
 */
VITALS_API gboolean vitals_variability_measure (gdouble * pulse,
    const gdouble * quality, guint n, gdouble rate, gdouble frequency,
    VitalsSpectrum * spectrum, VitalsVariability * variability);

G_END_DECLS
