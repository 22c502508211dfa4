/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-beats-private.h>

G_BEGIN_DECLS

/* Rates and variability of a stored waveform. What could not be found, or may
 * be noise, has its has_ FALSE and 0 in its fields. */
typedef struct
{
  gboolean has_rate, has_variability;
  const gchar *reason;          /* why there is no rate, or NULL */
  gdouble rate;                 /* a minute */
  gdouble snr;                  /* dB */
  VitalsVariability variability;
  VitalsBeats beats;
} VitalsWaveformAnalysis;

/*
 * A pulse waveform, peaks up: @n samples at @rate Hz, and @quality, 0..1 for
 * each, or NULL. Beats on samples of a quality below 0.5 take no part in the
 * variability, which needs 20 s. Error VITALS_ERROR_INVALID_REQUEST: a sample
 * is not finite, less than 5 s or more than 120 s, a rate outside 8 to 128 Hz.
 */
VITALS_API gboolean vitals_waveform_analyse_pulse (const gdouble * samples,
    const gdouble * quality, guint n, gdouble rate,
    VitalsWaveformAnalysis * analysis, GError ** error);

/* A waveform of breathing, 3 to 39 breaths a minute; no beats, no
 * variability. */
VITALS_API gboolean vitals_waveform_analyse_breath (const gdouble * samples,
    guint n, gdouble rate, VitalsWaveformAnalysis * analysis, GError ** error);

G_END_DECLS
