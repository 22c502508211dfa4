/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-waveform-private.h>
#include <vitals/signal/vitals-confidence-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <vitals/signal/vitals-rate-private.h>
#include <vitals/signal/vitals-respiration-private.h>
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
#define LEAST_CONFIDENCE 0.5
#define SLOWEST_BREATH 0.05     /* Hz */
#define FASTEST_BREATH 0.65
#define BREATH_CUTOFF 0.1
/* A waveform of breathing was made of breath, which the motion of a chest need
 * not be: three recordings have 0.38 and more. */
#define LEAST_BREATH_CONFIDENCE 0.35
#define LEAST_WAVES 1.2
/* Share of the largest number; rounding leaves 1e-15, a pulse 1e-3 of its
 * light. */
#define FLAT 1e-6

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

/* A copy without what is slower than @cutoff, its size 1 at most. NULL when
 * nothing is left but the rounding of numbers. */
static gdouble *
take_slow_off (const gdouble * samples, guint n, gdouble rate, gdouble cutoff)
{
  g_autofree gdouble *copy = g_new (gdouble, n);
  g_autofree gdouble *scratch = g_new (gdouble, VITALS_DETREND_SCRATCH (n));
  gdouble largest = 0.0;
  guint i;

  for (i = 0; i < n; i++)
    largest = MAX (largest, fabs (samples[i]));
  if (largest <= 0.0)
    return NULL;
  for (i = 0; i < n; i++)
    copy[i] = samples[i] / largest;
  vitals_detrend (copy, n, rate, cutoff, scratch);
  if (vitals_deviation (copy, n) < FLAT)
    return NULL;
  return g_steal_pointer (&copy);
}

/* In @samples a heart below 40 a minute is still there. */
static gboolean
is_slow_heart (const gdouble * samples, guint n, gdouble rate,
    gdouble frequency, VitalsSpectrum * spectrum)
{
  g_autofree gdouble *slow = take_slow_off (samples, n, rate, BREATH_CUTOFF);

  if (!slow)
    return FALSE;
  vitals_spectrum_compute (spectrum, slow, n, rate);
  return vitals_rate_is_harmonic (spectrum, n / rate, frequency);
}

gboolean
vitals_waveform_analyse_pulse (const gdouble * samples,
    const gdouble * quality, guint n, gdouble rate,
    VitalsWaveformAnalysis * analysis, GError ** error)
{
  g_autoptr (VitalsSpectrum) spectrum = NULL;
  g_autofree gdouble *pulse = NULL;
  VitalsRatePeak peak;

  *analysis = (VitalsWaveformAnalysis) {
  .reason = "it is flat"};
  if (!check_samples (samples, n, rate, error))
    return FALSE;
  pulse = take_slow_off (samples, n, rate, PULSE_CUTOFF);
  if (!pulse)
    return TRUE;

  spectrum = vitals_spectrum_new ();
  vitals_spectrum_compute (spectrum, pulse, n, rate);
  analysis->reason = "no pulse between 40 and 220 a minute stands out";
  if (!vitals_rate_find_heart (spectrum, n / rate, 0.0, &peak)
      || vitals_confidence_of_peak (&peak, n / rate) < LEAST_CONFIDENCE
      || is_slow_heart (samples, n, rate, peak.frequency, spectrum))
    return TRUE;
  analysis->reason = NULL;
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
  g_autofree gdouble *wave = NULL, *scratch = NULL;
  VitalsBreath breath;
  gdouble frequency;

  *analysis = (VitalsWaveformAnalysis) {
  .reason = "it is flat"};
  if (!check_samples (samples, n, rate, error))
    return FALSE;
  wave = take_slow_off (samples, n, rate, SLOWEST_BREATH / 5.0);
  if (!wave)
    return TRUE;

  spectrum = vitals_spectrum_new ();
  scratch = g_new (gdouble, VITALS_DETREND_SCRATCH (n));
  analysis->reason = "no breath between 3 and 39 a minute stands out";
  vitals_breath_from_motion (wave, n, rate, SLOWEST_BREATH, spectrum, scratch,
      &breath);
  if (breath.confidence < LEAST_BREATH_CONFIDENCE
      || breath.frequency * n / rate < LEAST_WAVES)
    return TRUE;
  /* of slow waves the detrending has moved the rate: it is in @samples */
  frequency = vitals_fit_sine (samples, n, rate, breath.frequency,
      0.5 * rate / n);
  if (frequency < SLOWEST_BREATH || frequency > FASTEST_BREATH)
    return TRUE;
  analysis->reason = NULL;
  analysis->has_rate = TRUE;
  analysis->rate = 60.0 * frequency;
  return TRUE;
}
