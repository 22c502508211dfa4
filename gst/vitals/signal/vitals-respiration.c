/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-respiration-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <vitals/signal/vitals-rate-private.h>
#include <math.h>

/* Half the slowest breath: slower is posture. */
#define DETREND_SHARE 0.5
/* Of what is slower than a breath a window shows this many waves and more. */
#define DETREND_WAVES 0.5
#define SLOWEST_DRIFT 0.02      /* Hz */
/* What drifts makes peaks among breaths, too, but higher ones below them. */
#define MOST_DRIFT 0.5          /* of the power of the breath */
/* The SNR of an even chance, dB, and what a shorter window needs more for each
 * missing second: it makes wider peaks of what is no breath. */
#define SNR_MIDDLE 5.5
#define SNR_SLOPE 1.0
#define FULL_WINDOW 25.0        /* s */
#define SHORT_WINDOW_RISE 0.6
/* From no confidence to full confidence, see steadiness(). */
#define LEAST_PROMINENCE 0.6
#define FULL_PROMINENCE 0.85
#define LEAST_BALANCE 0.45
#define FULL_BALANCE 0.65
#define LEAST_STEP 0.94
#define FULL_STEP 0.98
#define MODULATION_RATE 4.0     /* Hz */
#define MODULATION_MAX 512      /* 128 s */
/* Karlen et al. 2013, "Multiparameter respiratory rate estimation from the
 * photoplethysmogram": the three modulations must agree. */
#define DISAGREEMENT (4.0 / 60.0)
#define AGREEMENT (3.0 / 60.0)
#define LEAST_BEATS 8

/* 0 at @none, 1 at @all; straight between. */
static gdouble
ramp (gdouble value, gdouble none, gdouble all)
{
  return CLAMP ((value - none) / (all - none), 0.0, 1.0);
}

/* Someone who breathes does so all the time: three stretches of half the length
 * have the same wave, of like height and in step. What wanders has it in one
 * of them, or turns it around. */
static gdouble
steadiness (const gdouble * samples, guint n, gdouble rate, gdouble frequency)
{
  complex double turn = cexp (-I * 2.0 * G_PI * frequency / rate * (n / 4));
  complex double waves[3], shift = 1.0;
  gdouble low = G_MAXDOUBLE, high = 0.0, ends;
  guint i;

  for (i = 0; i < 3; i++, shift *= turn) {
    waves[i] = shift * vitals_wave_at (samples + i * (n / 4), n / 2, rate,
        frequency);
    low = MIN (low, cabs (waves[i]));
    high = MAX (high, cabs (waves[i]));
  }
  ends = cabs (waves[0]) + cabs (waves[2]);
  if (low <= 0.0)
    return 0.0;
  return ramp (low / high, LEAST_BALANCE, FULL_BALANCE)
      * ramp (cabs (waves[0] + waves[2]) / ends, LEAST_STEP, FULL_STEP);
}

static gdouble
breath_confidence (const VitalsRatePeak * peak, gdouble duration)
{
  gdouble missing = MAX (0.0, FULL_WINDOW - duration);
  gdouble middle = SNR_MIDDLE + SHORT_WINDOW_RISE * missing;

  return ramp (peak->prominence, LEAST_PROMINENCE, FULL_PROMINENCE)
      / (1.0 + exp (-(peak->snr - middle) / SNR_SLOPE));
}

/* The highest power of what is slower than a breath. */
static gdouble
find_drift (const gdouble * samples, guint n, gdouble rate, gdouble low,
    VitalsSpectrum * spectrum)
{
  gdouble at, power;

  vitals_spectrum_compute (spectrum, samples, n, rate);
  return vitals_spectrum_find_peak (spectrum, SLOWEST_DRIFT, low, &at, &power)
      ? power : 0.0;
}

void
vitals_breath_from_motion (gdouble * samples, guint n, gdouble rate,
    gdouble low, VitalsSpectrum * spectrum, gdouble * scratch,
    VitalsBreath * breath)
{
  gdouble duration = n / rate, drift;
  VitalsRatePeak peak;

  breath->frequency = breath->confidence = 0.0;
  vitals_detrend (samples, n, rate, DETREND_WAVES / duration, scratch);
  drift = find_drift (samples, n, rate, low, spectrum);
  vitals_detrend (samples, n, rate, DETREND_SHARE * low, scratch);
  vitals_spectrum_compute (spectrum, samples, n, rate);
  if (!vitals_rate_find_breath (spectrum, duration, low, &peak)
      || drift > MOST_DRIFT * vitals_spectrum_get_power_at (spectrum,
          peak.frequency))
    return;
  breath->frequency = vitals_fit_sine (samples, n, rate, peak.frequency,
      0.5 / duration);
  breath->confidence = breath_confidence (&peak, duration)
      * steadiness (samples, n, rate, breath->frequency);
}

/* Values at the times of the beats, interpolated at MODULATION_RATE. */
static guint
sample_at_beats (const VitalsBeats * beats, guint first,
    const gdouble * values, gdouble * samples)
{
  guint n = 0, i;

  for (i = first + 1; i < beats->n; i++) {
    gdouble start = beats->times[i - 1];
    gdouble span = beats->times[i] - start;
    gdouble at = beats->times[first] + n / MODULATION_RATE;

    while (n < MODULATION_MAX && at < beats->times[i]) {
      samples[n++] = values[i - 1]
          + (at - start) / span * (values[i] - values[i - 1]);
      at = beats->times[first] + n / MODULATION_RATE;
    }
  }
  return n;
}

static void
breath_from_beats (const VitalsBeats * beats, guint first,
    const gdouble * values, VitalsSpectrum * spectrum, VitalsBreath * breath)
{
  gdouble samples[MODULATION_MAX];
  gdouble scratch[VITALS_DETREND_SCRATCH (MODULATION_MAX)];
  guint n = sample_at_beats (beats, first, values, samples);

  vitals_breath_from_motion (samples, n, MODULATION_RATE, VITALS_BREATH_MIN,
      spectrum, scratch, breath);
}

static void
sort_by_frequency (VitalsBreath * breaths)
{
  guint i, j;

  for (i = 0; i < 2; i++)
    for (j = 0; j < 2 - i; j++)
      if (breaths[j].frequency > breaths[j + 1].frequency) {
        VitalsBreath swap = breaths[j];

        breaths[j] = breaths[j + 1];
        breaths[j + 1] = swap;
      }
}

void
vitals_breath_from_pulse (const VitalsBeats * beats, gdouble * baseline,
    guint n, gdouble rate, VitalsSpectrum * spectrum, gdouble * scratch,
    VitalsBreath * breath)
{
  VitalsBreath three[3];
  gdouble intervals[VITALS_MAX_BEATS];
  guint i;

  breath->frequency = breath->confidence = 0.0;
  if (beats->n < LEAST_BEATS)
    return;
  for (i = 1; i < beats->n; i++)
    intervals[i] = beats->times[i] - beats->times[i - 1];
  breath_from_beats (beats, 0, beats->heights, spectrum, &three[0]);
  breath_from_beats (beats, 1, intervals, spectrum, &three[1]);
  vitals_breath_from_motion (baseline, n, rate, VITALS_BREATH_MIN, spectrum,
      scratch, &three[2]);
  for (i = 0; i < 3; i++)
    if (three[i].frequency <= 0.0)
      return;
  sort_by_frequency (three);
  if (three[2].frequency - three[0].frequency > DISAGREEMENT)
    return;
  breath->frequency = three[1].frequency;
  breath->confidence = (three[0].confidence + three[1].confidence
      + three[2].confidence) / 3.0;
}

void
vitals_breath_fuse (const VitalsBreath * a, const VitalsBreath * b,
    VitalsBreath * fused)
{
  const VitalsBreath *better = a->confidence >= b->confidence ? a : b;
  const VitalsBreath *other = better == a ? b : a;

  *fused = *better;
  if (other->confidence <= 0.0)
    return;
  if (fabs (a->frequency - b->frequency) > AGREEMENT) {
    fused->confidence *= 1.0 - 0.5 * other->confidence;
    return;
  }
  fused->frequency = (a->confidence * a->frequency
      + b->confidence * b->frequency) / (a->confidence + b->confidence);
  fused->confidence = 1.0 - (1.0 - a->confidence) * (1.0 - b->confidence);
}
