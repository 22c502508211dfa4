/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-spectrum-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <gst/fft/gstfftf64.h>
#include <math.h>

#define N_BINS (VITALS_SPECTRUM_SIZE / 2 + 1)
#define FLANK 0.1               /* Hz */

struct _VitalsSpectrum
{
  GstFFTF64 *forward, *inverse;
  gdouble rate;
  gdouble time[VITALS_SPECTRUM_SIZE];
  GstFFTF64Complex bins[N_BINS];
  gdouble power[N_BINS];
};

VitalsSpectrum *
vitals_spectrum_new (void)
{
  VitalsSpectrum *spectrum = g_new0 (VitalsSpectrum, 1);

  spectrum->forward = gst_fft_f64_new (VITALS_SPECTRUM_SIZE, FALSE);
  spectrum->inverse = gst_fft_f64_new (VITALS_SPECTRUM_SIZE, TRUE);
  spectrum->rate = 1.0;
  return spectrum;
}

void
vitals_spectrum_free (VitalsSpectrum * spectrum)
{
  gst_fft_f64_free (spectrum->forward);
  gst_fft_f64_free (spectrum->inverse);
  g_free (spectrum);
}

static void
load_samples (VitalsSpectrum * spectrum, const gdouble * samples, guint n,
    gboolean window)
{
  gdouble mean = vitals_mean (samples, n);
  guint i;

  for (i = 0; i < n; i++) {
    gdouble weight = window && n > 1
        ? 0.5 - 0.5 * cos (2.0 * G_PI * i / (n - 1)) : 1.0;

    spectrum->time[i] = (samples[i] - mean) * weight;
  }
  for (; i < VITALS_SPECTRUM_SIZE; i++)
    spectrum->time[i] = 0.0;
}

void
vitals_spectrum_compute (VitalsSpectrum * spectrum, const gdouble * samples,
    guint n, gdouble rate)
{
  guint skip = n > VITALS_SPECTRUM_SIZE ? n - VITALS_SPECTRUM_SIZE : 0;
  guint i;

  spectrum->rate = rate;
  load_samples (spectrum, samples + skip, n - skip, TRUE);
  gst_fft_f64_fft (spectrum->forward, spectrum->time, spectrum->bins);
  for (i = 0; i < N_BINS; i++)
    spectrum->power[i] = spectrum->bins[i].r * spectrum->bins[i].r
        + spectrum->bins[i].i * spectrum->bins[i].i;
}

static gdouble
bin_of (const VitalsSpectrum * spectrum, gdouble frequency)
{
  return CLAMP (frequency * VITALS_SPECTRUM_SIZE / spectrum->rate, 0.0,
      (gdouble) (N_BINS - 1));
}

gdouble
vitals_spectrum_get_power (const VitalsSpectrum * spectrum, gdouble low,
    gdouble high)
{
  guint first = (guint) ceil (bin_of (spectrum, low));
  guint last = (guint) floor (bin_of (spectrum, high)), i;
  gdouble sum = 0.0;

  for (i = first; i <= last; i++)
    sum += spectrum->power[i];
  return sum;
}

gdouble
vitals_spectrum_get_power_at (const VitalsSpectrum * spectrum,
    gdouble frequency)
{
  if (frequency < 0.0 || frequency > spectrum->rate / 2.0)
    return 0.0;
  return spectrum->power[(guint) lrint (bin_of (spectrum, frequency))];
}

/* Offset of the vertex from the middle of three, -0.5 to 0.5. A Hann peak is
 * closest to a parabola in its amplitude. */
static gdouble
vertex_offset (gdouble left, gdouble middle, gdouble right)
{
  gdouble a = sqrt (left), b = sqrt (middle), c = sqrt (right);
  gdouble curvature = a - 2.0 * b + c;

  return curvature < 0.0 ? CLAMP (0.5 * (a - c) / curvature, -0.5, 0.5) : 0.0;
}

gboolean
vitals_spectrum_find_peak (const VitalsSpectrum * spectrum, gdouble low,
    gdouble high, gdouble * frequency, gdouble * power)
{
  guint first = MAX (1, (guint) ceil (bin_of (spectrum, low)));
  guint last = MIN (N_BINS - 2, (guint) floor (bin_of (spectrum, high)));
  const gdouble *p = spectrum->power;
  guint i, best = 0;

  for (i = first; i <= last; i++)
    if (p[i] > p[i - 1] && p[i] >= p[i + 1] && (best == 0 || p[i] > p[best]))
      best = i;
  if (best == 0)
    return FALSE;
  *frequency = (best + vertex_offset (p[best - 1], p[best], p[best + 1]))
      * spectrum->rate / VITALS_SPECTRUM_SIZE;
  *power = p[best];
  return TRUE;
}

static gdouble
band_gain (gdouble frequency, gdouble low, gdouble high)
{
  gdouble inside = MIN (frequency - low, high - frequency);

  if (inside <= 0.0)
    return 0.0;
  if (inside >= FLANK)
    return 1.0;
  return 0.5 - 0.5 * cos (G_PI * inside / FLANK);
}

void
vitals_spectrum_band_pass (VitalsSpectrum * spectrum, gdouble * samples,
    guint n, gdouble rate, gdouble low, gdouble high)
{
  guint i;

  g_return_if_fail (n <= VITALS_SPECTRUM_SIZE);

  load_samples (spectrum, samples, n, FALSE);
  gst_fft_f64_fft (spectrum->forward, spectrum->time, spectrum->bins);
  for (i = 0; i < N_BINS; i++) {
    gdouble gain = band_gain (i * rate / VITALS_SPECTRUM_SIZE, low, high);

    spectrum->bins[i].r *= gain;
    spectrum->bins[i].i *= gain;
  }
  gst_fft_f64_inverse_fft (spectrum->inverse, spectrum->bins, spectrum->time);
  for (i = 0; i < n; i++)
    samples[i] = spectrum->time[i] / VITALS_SPECTRUM_SIZE;
}
