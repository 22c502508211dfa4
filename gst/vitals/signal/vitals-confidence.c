/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-confidence-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <complex.h>
#include <math.h>

/* The SNR of an even chance, and the slope, dB. What is no pulse (posture,
 * light, the coder) has most of its power at low frequencies, and makes higher
 * peaks there: up to 2.9 dB below 60 a minute, 0 dB above 75. */
#define SNR_MIDDLE_HIGH 0.2
#define SNR_MIDDLE_RISE 3.0     /* down to SLOW */
#define FAST (75.0 / 60.0)      /* Hz */
#define SLOW (50.0 / 60.0)
#define SNR_SLOPE 0.8
/* A short window makes higher peaks of noise: dB for each second below. */
#define FULL_WINDOW 10.0        /* s */
#define SHORT_WINDOW_RISE 0.6
/* Red over green at the rate: about 0.25 in skin, 1 in a shadow or a lamp. */
#define RED_OF_BLOOD 0.65
#define RED_OF_LIGHT 0.9

/* What share of its mean a colour swings at @frequency. */
static complex double
swing (const gdouble * samples, guint n, gdouble rate, gdouble frequency)
{
  return vitals_wave_at (samples, n, rate, frequency)
      / vitals_mean (samples, n);
}

static gdouble
colour_of_blood (gdouble frequency, const gdouble * red,
    const gdouble * green, guint n, gdouble rate)
{
  complex double g = swing (green, n, rate, frequency);
  complex double r = swing (red, n, rate, frequency);
  gdouble power = cabs (g) * cabs (g), red_share;

  if (power <= 0.0)
    return 0.0;
  /* the part of red that goes with green */
  red_share = creal (r * conj (g)) / power;
  return CLAMP ((RED_OF_LIGHT - red_share) / (RED_OF_LIGHT - RED_OF_BLOOD),
      0.0, 1.0);
}

gdouble
vitals_confidence_of_peak (const VitalsRatePeak * peak, gdouble duration)
{
  gdouble slowness = CLAMP ((FAST - peak->frequency) / (FAST - SLOW), 0.0, 1.0);
  gdouble missing = MAX (0.0, FULL_WINDOW - duration);
  gdouble middle = SNR_MIDDLE_HIGH + SNR_MIDDLE_RISE * slowness
      + SHORT_WINDOW_RISE * missing;

  return 1.0 / (1.0 + exp (-(peak->snr - middle) / SNR_SLOPE));
}

gdouble
vitals_confidence_of_pulse (const VitalsRatePeak * peak, const gdouble * red,
    const gdouble * green, guint n, gdouble rate)
{
  return vitals_confidence_of_peak (peak, n / rate)
      * colour_of_blood (peak->frequency, red, green, n, rate);
}

gdouble
vitals_confidence_of_variability (const VitalsVariability * variability,
    gdouble snr, gdouble confidence)
{
  /* where most is no pulse the crests are not its beats */
  if (snr < 0.0)
    return 0.0;
  return confidence * variability->used_share * variability->clarity;
}
