/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-variability-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <math.h>

/* What is kept of a pulse to place its beats, in rates. */
#define BAND_LOW 0.5
#define BAND_HIGH 2.5
/* Between the pulse and its second harmonic lies nothing but noise, and what
 * the variability itself has spread. */
#define VALLEY_LOW 1.4
#define VALLEY_HIGH 1.6
/* Beats nearer to an end, in periods, are moved by the filters. */
#define END 0.75
/* RMSSD of an even pulse without noise, whose height breath changes by 15 %, is
 * 6 ms at 60 a minute, 15 ms at 45: the filters mirror the slow change. With
 * less than 8 samples a beat the crest is cut: up to 60 ms. */
#define LEAST_ERROR 6.0         /* ms, for a period of 1 s */
#define LEAST_SAMPLES 8.0
/* Noise that moves beats far makes crests of its own: the error is more than
 * the model by 1 + (model / STEEP)^2; measured: 1.05 at 40 ms, 1.4 at 67 ms. */
#define STEEP 100.0             /* ms */
/* Above it beats are lost, and the model fails. */
#define MOST_ERROR 45.0         /* ms */
/* Of the RMSSD: noise adds its variance, 16 % at 0.55. The fewer intervals, the
 * more an even pulse scatters around its error: of 1650 of 24 s and as
 * many of 60 s, with noise of all kinds, 2 and none had less. */
#define MOST_SHARE 0.55
#define LEAST_SHARE 0.38
#define SCATTER 3.2             /* over the root of the intervals */

static void
leave_ends_out (VitalsBeats * beats, gdouble duration, gdouble period)
{
  guint i, n = 0;

  for (i = 0; i < beats->n; i++)
    if (beats->times[i] >= END * period
        && beats->times[i] <= duration - END * period) {
      beats->times[n] = beats->times[i];
      beats->heights[n++] = beats->heights[i];
    }
  beats->n = n;
}

/* Mean of the second derivative at the beats, upside down. */
static gdouble
mean_curvature (const gdouble * pulse, guint n, gdouble rate,
    const VitalsBeats * beats)
{
  gdouble sum = 0.0;
  guint i, used = 0;

  for (i = 0; i < beats->n; i++) {
    guint at = (guint) lrint (beats->times[i] * rate);

    if (at < 1 || at + 1 >= n)
      continue;
    sum -= pulse[at - 1] - 2.0 * pulse[at] + pulse[at + 1];
    used++;
  }
  return used > 0 ? sum * rate * rate / used : 0.0;
}

/* Power of the noise at a beat, from how much its height differs from the
 * mean of its neighbours'. */
static gdouble
noise_of_heights (const VitalsBeats * beats)
{
  gdouble sum = 0.0;
  guint i, used = 0;

  for (i = 1; i + 1 < beats->n; i++) {
    gdouble difference = beats->heights[i - 1] - 2.0 * beats->heights[i]
        + beats->heights[i + 1];

    if (isnan (difference))
      continue;
    sum += difference * difference / 6.0;
    used++;
  }
  return used > 0 ? sum / used : G_MAXDOUBLE;
}

/* Power of the noise in the band, from its density in the valley. */
static gdouble
noise_of_valley (const gdouble * pulse, guint n, gdouble rate,
    gdouble frequency, gdouble band, VitalsSpectrum * spectrum)
{
  gdouble low = VALLEY_LOW * frequency, high = VALLEY_HIGH * frequency;
  gdouble power;

  vitals_spectrum_compute (spectrum, pulse, n, rate);
  power = vitals_spectrum_get_power (spectrum, low, high);
  /* per Hz and of one side; 3/8: the mean square of the Hann window */
  return power * 2.0 / (VITALS_SPECTRUM_SIZE * 0.375 * n) * band / (high - low);
}

/* Noise n moves a peak p by n' / p'', and band-limited noise has n' = w n, w
 * its mean angular frequency; a beat moved by s adds 6 s^2 to the square of
 * RMSSD. The noise is known in two ways: breath changes the heights and raises
 * the first, variability fills the valley and raises the second. */
static gdouble
error_of_rmssd (const gdouble * pulse, guint n, gdouble rate,
    gdouble frequency, const VitalsBeats * beats, VitalsSpectrum * spectrum)
{
  gdouble low = BAND_LOW * frequency;
  gdouble high = MIN (BAND_HIGH * frequency, rate / 2.0);
  gdouble curvature = mean_curvature (pulse, n, rate, beats), noise, turn;
  gdouble period = MAX (1.0, 1.0 / frequency), error;

  if (curvature <= 0.0)
    return G_MAXDOUBLE;
  noise = MIN (noise_of_heights (beats), noise_of_valley (pulse, n, rate,
          frequency, high - low, spectrum));
  turn = 2.0 * G_PI * sqrt ((high * high * high - low * low * low) / 3.0
      / (high - low));
  error =
      hypot (LEAST_ERROR * period * period * period,
      1e3 * sqrt (6.0 * noise) * turn / curvature);
  return error * (1.0 + error * error / (STEEP * STEEP));
}

static gdouble
clarity (const VitalsVariability * variability)
{
  gdouble error = variability->error;
  gdouble limit = CLAMP (1.0 - SCATTER / sqrt (variability->intervals),
      LEAST_SHARE, MOST_SHARE);

  if (error > MOST_ERROR || error > limit * variability->rmssd)
    return 0.0;
  return 1.0 - 0.5 * error / (limit * variability->rmssd);
}

gboolean
vitals_variability_measure (gdouble * pulse, const gdouble * quality, guint n,
    gdouble rate, gdouble frequency, VitalsSpectrum * spectrum,
    VitalsVariability * variability)
{
  VitalsBeats beats;

  if (rate < LEAST_SAMPLES * frequency)
    return FALSE;
  vitals_spectrum_band_pass (spectrum, pulse, n, rate, BAND_LOW * frequency,
      BAND_HIGH * frequency);
  vitals_beats_find (pulse, quality, n, rate, frequency, &beats);
  leave_ends_out (&beats, n / rate, 1.0 / frequency);
  if (!vitals_beats_get_variability (&beats, spectrum, variability))
    return FALSE;
  variability->error = error_of_rmssd (pulse, n, rate, frequency, &beats,
      spectrum);
  variability->clarity = clarity (variability);
  return variability->clarity > 0.0;
}
