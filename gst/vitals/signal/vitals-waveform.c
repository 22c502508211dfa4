/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-waveform-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <vitals/signal/vitals-rate-private.h>
#include <vitals/signal/vitals-variability-private.h>
#include <vitals/vitals-error-private.h>
#include <math.h>

#define LEAST_SECONDS 5.0
#define MOST_SECONDS 120.0
#define LEAST_RATE 8.0
#define MOST_RATE 128.0
#define VARIABILITY_SECONDS 20.0
#define MOST_EXCESS 1.4
#define PULSE_CUTOFF 0.35       /* Hz */
#define SLOWEST_BREATH 0.05     /* Hz */

static gboolean
check_samples (const gdouble * samples, guint n, gdouble rate, GError ** error)
{
  guint i;

  if (!(rate >= LEAST_RATE && rate <= MOST_RATE)) {
    g_set_error (error, VITALS_ERROR, VITALS_ERROR_INVALID_REQUEST,
        "a waveform has %g to %g samples a second, not %g", LEAST_RATE,
        MOST_RATE, rate);
    return FALSE;
  }
  if (n < LEAST_SECONDS * rate || n > MOST_SECONDS * rate) {
    g_set_error (error, VITALS_ERROR, VITALS_ERROR_INVALID_REQUEST,
        "a waveform of %.1f s cannot be analysed: %g to %g s can", n / rate,
        LEAST_SECONDS, MOST_SECONDS);
    return FALSE;
  }
  for (i = 0; i < n; i++)
    if (!isfinite (samples[i])) {
      g_set_error (error, VITALS_ERROR, VITALS_ERROR_INVALID_REQUEST,
          "sample %u of the waveform is not a finite number", i);
      return FALSE;
    }
  return TRUE;
}

/* The numbers are those of the beats as they are stored, which is what others
 * compute of them; whether they are more than noise is told by the band of the
 * pulse, and both must agree: the wider one takes in more noise. */
static gboolean
analyse_variability (const gdouble * samples, const gdouble * quality, guint n,
    gdouble rate, VitalsSpectrum * spectrum, VitalsWaveformAnalysis * analysis)
{
  g_autofree gdouble *pulse = g_memdup2 (samples, n * sizeof (gdouble));
  VitalsVariability banded;

  if (n / rate < VARIABILITY_SECONDS
      || !vitals_variability_measure (pulse, quality, n, rate,
          analysis->rate / 60.0, spectrum, &banded)
      || !vitals_beats_get_variability (&analysis->beats, spectrum,
          &analysis->variability)
      || analysis->variability.rmssd > MOST_EXCESS * banded.rmssd)
    return FALSE;
  analysis->variability.error = banded.error;
  analysis->variability.clarity = banded.clarity;
  return TRUE;
}

static void
analyse_beats (const gdouble * samples, const gdouble * quality, guint n,
    gdouble rate, VitalsSpectrum * spectrum, VitalsWaveformAnalysis * analysis)
{
  vitals_beats_find (samples, quality, n, rate, analysis->rate / 60.0,
      &analysis->beats);
  analysis->has_variability = analyse_variability (samples, quality, n, rate,
      spectrum, analysis);
  if (!analysis->has_variability)
    analysis->variability = (VitalsVariability) {
    0};
}

gboolean
vitals_waveform_analyse_pulse (const gdouble * samples,
    const gdouble * quality, guint n, gdouble rate,
    VitalsWaveformAnalysis * analysis, GError ** error)
{
  g_autoptr (VitalsSpectrum) spectrum = NULL;
  g_autofree gdouble *pulse = NULL, *scratch = NULL;
  VitalsRatePeak peak;

  *analysis = (VitalsWaveformAnalysis) {
  .has_rate = FALSE};
  if (!check_samples (samples, n, rate, error))
    return FALSE;

  spectrum = vitals_spectrum_new ();
  pulse = g_memdup2 (samples, n * sizeof (gdouble));
  scratch = g_new (gdouble, VITALS_DETREND_SCRATCH (n));
  vitals_detrend (pulse, n, rate, PULSE_CUTOFF, scratch);
  vitals_spectrum_compute (spectrum, pulse, n, rate);
  if (!vitals_rate_find_heart (spectrum, n / rate, 0.0, &peak))
    return TRUE;
  analysis->has_rate = TRUE;
  analysis->rate = 60.0 * peak.frequency;
  analysis->snr = peak.snr;
  analyse_beats (pulse, quality, n, rate, spectrum, analysis);
  return TRUE;
}

gboolean
vitals_waveform_analyse_breath (const gdouble * samples, guint n, gdouble rate,
    VitalsWaveformAnalysis * analysis, GError ** error)
{
  g_autoptr (VitalsSpectrum) spectrum = NULL;
  g_autofree gdouble *breath = NULL, *scratch = NULL;
  VitalsRatePeak peak;

  *analysis = (VitalsWaveformAnalysis) {
  .has_rate = FALSE};
  if (!check_samples (samples, n, rate, error))
    return FALSE;

  spectrum = vitals_spectrum_new ();
  breath = g_memdup2 (samples, n * sizeof (gdouble));
  scratch = g_new (gdouble, VITALS_DETREND_SCRATCH (n));
  vitals_detrend (breath, n, rate, SLOWEST_BREATH / 2.0, scratch);
  vitals_spectrum_compute (spectrum, breath, n, rate);
  if (!vitals_rate_find_breath (spectrum, n / rate, SLOWEST_BREATH, &peak))
    return TRUE;
  analysis->has_rate = TRUE;
  analysis->rate = 60.0 * vitals_fit_sine (samples, n, rate, peak.frequency,
      0.5 * rate / n);
  analysis->snr = peak.snr;
  return TRUE;
}
