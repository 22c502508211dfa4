/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-rate-private.h>
#include <math.h>

/* De Haan and Jeanne 2013: power within 0.1 Hz of the rate and 0.2 Hz of its
 * double, over the rest of 0.5 to 4 Hz. */
#define PULSE_HALF_WIDTH 0.1
#define PULSE_BAND_LOW 0.5
#define PULSE_BAND_HIGH 4.0
/* A second harmonic has 0.1 to 0.3 of the power of its pulse: a peak with this
 * much of its power at half the frequency is such a harmonic. */
#define SUBHARMONIC_SHARE 0.5
#define SLOWEST_HEART 0.25      /* Hz */
/* Of a heart below 40 a minute even more of the power is at its own rate. */
#define SLOW_HEART_SHARE 1.0
/* A heart of 300 a minute, in a file, must not leave its flank. */
#define FASTEST_PULSE 8.0       /* Hz */
/* A peak within HINT_REACH of the rate before wins over one with less than
 * 1 / HINT_SHARE of its power. */
#define HINT_SHARE 0.5
#define HINT_REACH 0.2          /* Hz */
#define BREATH_MAX 0.65         /* Hz, 39 breaths a minute */
#define BREATH_HALF_WIDTH 0.03
/* What moves faster than anyone breathes leaves its flank and its noise among
 * the breaths. */
#define FASTEST_MOTION 2.5      /* Hz */
#define FAST_MOTION_SHARE 0.5   /* of the power of the breath */

static gdouble
to_decibel (gdouble signal, gdouble rest)
{
  return CLAMP (10.0 * log10 ((signal + 1e-30) / (rest + 1e-30)), -60.0, 60.0);
}

/* A Hann window of T seconds spreads a tone over 2 / T to each side. */
static gdouble
half_width (gdouble least, gdouble duration)
{
  return MAX (least, 1.0 / duration);
}

static gdouble
pulse_snr (const VitalsSpectrum * spectrum, gdouble duration, gdouble frequency)
{
  gdouble width = half_width (PULSE_HALF_WIDTH, duration);
  gdouble all, low, high, signal;

  all = vitals_spectrum_get_power (spectrum, PULSE_BAND_LOW, PULSE_BAND_HIGH);
  signal = vitals_spectrum_get_power (spectrum,
      MAX (frequency - width, PULSE_BAND_LOW), frequency + width);
  low = MAX (2.0 * frequency - 2.0 * width, frequency + width);
  high = MIN (2.0 * frequency + 2.0 * width, PULSE_BAND_HIGH);
  if (low < high)
    signal += vitals_spectrum_get_power (spectrum, low, high);
  return to_decibel (signal, MAX (all - signal, 0.0));
}

/* How far the second highest peak, not a harmonic, stays below. */
static gdouble
prominence (const VitalsSpectrum * spectrum, gdouble duration,
    gdouble frequency)
{
  gdouble clear = 2.0 * half_width (PULSE_HALF_WIDTH, duration);
  gdouble edges[4] = { VITALS_HEART_RATE_MIN, frequency - clear,
    frequency + clear, VITALS_HEART_RATE_MAX
  };
  gdouble own = vitals_spectrum_get_power_at (spectrum, frequency);
  gdouble next = 0.0, at, power;
  guint i;

  for (i = 0; i < 4; i += 2)
    if (edges[i] < edges[i + 1] && vitals_spectrum_find_peak (spectrum,
            edges[i], edges[i + 1], &at, &power)
        && fabs (at - 2.0 * frequency) > clear)
      next = MAX (next, power);
  return own > 0.0 ? CLAMP (1.0 - next / own, 0.0, 1.0) : 0.0;
}

static gdouble
take_fundamental (const VitalsSpectrum * spectrum, gdouble duration,
    gdouble frequency, gdouble power)
{
  gdouble half = frequency / 2.0, reach = 0.5 / duration;
  gdouble low = MAX (half - reach, VITALS_HEART_RATE_MIN), at, half_power;

  if (low < half + reach && vitals_spectrum_find_peak (spectrum, low,
          half + reach, &at, &half_power)
      && half_power >= SUBHARMONIC_SHARE * power)
    return at;
  return frequency;
}

static gdouble
take_hinted (const VitalsSpectrum * spectrum, gdouble hint, gdouble frequency,
    gdouble power)
{
  gdouble at, near_power;

  if (hint > 0.0 && fabs (frequency - hint) > HINT_REACH
      && vitals_spectrum_find_peak (spectrum,
          MAX (hint - HINT_REACH, VITALS_HEART_RATE_MIN),
          MIN (hint + HINT_REACH, VITALS_HEART_RATE_MAX), &at, &near_power)
      && near_power >= HINT_SHARE * power)
    return at;
  return frequency;
}

/* A pulse below 40 or above 220 a minute must not show up as its harmonic or
 * as the noise that is left inside. */
static gboolean
more_lies_outside (const VitalsSpectrum * spectrum, gdouble power)
{
  gdouble at, outside;

  return (vitals_spectrum_find_peak (spectrum, PULSE_BAND_LOW,
          VITALS_HEART_RATE_MIN, &at, &outside) && outside > power)
      || (vitals_spectrum_find_peak (spectrum, VITALS_HEART_RATE_MAX,
          FASTEST_PULSE, &at, &outside) && outside > power);
}

gboolean
vitals_rate_find_heart (const VitalsSpectrum * spectrum, gdouble duration,
    gdouble hint, VitalsRatePeak * peak)
{
  gdouble frequency, power;

  if (!vitals_spectrum_find_peak (spectrum, VITALS_HEART_RATE_MIN,
          VITALS_HEART_RATE_MAX, &frequency, &power)
      || more_lies_outside (spectrum, power))
    return FALSE;
  frequency = take_fundamental (spectrum, duration, frequency, power);
  frequency = take_hinted (spectrum, hint, frequency, power);
  peak->frequency = frequency;
  peak->snr = pulse_snr (spectrum, duration, frequency);
  peak->prominence = prominence (spectrum, duration, frequency);
  return TRUE;
}

gboolean
vitals_rate_is_harmonic (const VitalsSpectrum * spectrum, gdouble duration,
    gdouble frequency)
{
  gdouble half = frequency / 2.0, reach = 0.5 / duration, at, power;

  return half < VITALS_HEART_RATE_MIN
      && vitals_spectrum_find_peak (spectrum, MAX (half - reach,
          SLOWEST_HEART), half + reach, &at, &power)
      && power >= SLOW_HEART_SHARE * vitals_spectrum_get_power_at (spectrum,
      frequency);
}

gboolean
vitals_rate_find_breath (const VitalsSpectrum * spectrum, gdouble duration,
    gdouble low, VitalsRatePeak * peak)
{
  gdouble width = 1.5 * half_width (BREATH_HALF_WIDTH, duration);
  gdouble power, signal, all, at, next = 0.0;

  if (!vitals_spectrum_find_peak (spectrum, low, BREATH_MAX, &peak->frequency,
          &power)
      || (vitals_spectrum_find_peak (spectrum, BREATH_MAX, FASTEST_MOTION, &at,
              &next) && next > FAST_MOTION_SHARE * power))
    return FALSE;
  next = 0.0;
  all = vitals_spectrum_get_power (spectrum, 0.5 * low, BREATH_MAX);
  signal = vitals_spectrum_get_power (spectrum,
      MAX (peak->frequency - width, 0.5 * low),
      MIN (peak->frequency + width, BREATH_MAX));
  peak->snr = to_decibel (signal, MAX (all - signal, 0.0));
  if (vitals_spectrum_find_peak (spectrum, low, peak->frequency - width, &at,
          &power))
    next = power;
  if (vitals_spectrum_find_peak (spectrum, peak->frequency + width, BREATH_MAX,
          &at, &power))
    next = MAX (next, power);
  power = vitals_spectrum_get_power_at (spectrum, peak->frequency);
  peak->prominence = power > 0.0 ? CLAMP (1.0 - next / power, 0.0, 1.0) : 0.0;
  return TRUE;
}
