/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-beats-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <math.h>

/* Of the period: breathing and rhythm shorten a beat to about 0.7 of it; the
 * dicrotic wave comes at about 0.4. */
#define CLOSEST 0.6
#define LEAST_QUALITY 0.5
/* An interval further from the median is an artefact. Sinus arrhythmia in deep
 * breathing reaches 20 %, a missed beat is 100 %. */
#define LARGEST_DEVIATION 0.25
#define LEAST_INTERVALS 10
#define LFHF_SECONDS 50.0
#define LFHF_RATE 4.0           /* Hz, of the interpolated intervals */
#define LFHF_MAX_SAMPLES 1024

static gboolean
is_maximum (const gdouble * samples, guint i)
{
  return samples[i] > samples[i - 1] && samples[i] >= samples[i + 1];
}

/* No higher maximum within @reach samples. */
static gboolean
is_highest_near (const gdouble * samples, guint n, guint at, guint reach)
{
  guint first = at > reach ? at - reach : 0;
  guint last = MIN (n - 1, at + reach), i;

  for (i = first; i <= last; i++)
    if (samples[i] > samples[at] || (samples[i] == samples[at] && i < at))
      return FALSE;
  return TRUE;
}

static gdouble
vertex (const gdouble * samples, guint i)
{
  gdouble curvature = samples[i - 1] - 2.0 * samples[i] + samples[i + 1];

  if (curvature >= 0.0)
    return i;
  return i + CLAMP (0.5 * (samples[i - 1] - samples[i + 1]) / curvature, -0.5,
      0.5);
}

void
vitals_beats_find (const gdouble * samples, const gdouble * quality, guint n,
    gdouble rate, gdouble rate_hint, VitalsBeats * beats)
{
  gdouble mean = vitals_mean (samples, n);
  guint reach = (guint) (CLOSEST * rate / rate_hint), i;

  beats->n = 0;
  for (i = 1; i + 1 < n && beats->n < VITALS_MAX_BEATS; i++) {
    if (samples[i] <= mean || !is_maximum (samples, i)
        || !is_highest_near (samples, n, i, reach))
      continue;
    beats->times[beats->n] = vertex (samples, i) / rate;
    beats->heights[beats->n] =
        quality && !(quality[i] >= LEAST_QUALITY) ? NAN : samples[i];
    beats->n++;
  }
}

/* Interval @i is from beat @i to the next. */
static gboolean
is_usable (const VitalsBeats * beats, guint i, gdouble median)
{
  gdouble interval = beats->times[i + 1] - beats->times[i];

  return !isnan (beats->heights[i]) && !isnan (beats->heights[i + 1])
      && fabs (interval - median) <= LARGEST_DEVIATION * median;
}

static gdouble
median_interval (const VitalsBeats * beats)
{
  gdouble intervals[VITALS_MAX_BEATS];
  guint i;

  for (i = 0; i + 1 < beats->n; i++)
    intervals[i] = beats->times[i + 1] - beats->times[i];
  return vitals_median (intervals, beats->n - 1);
}

/* Intervals (s) at LFHF_RATE, interpolated linearly over those left out. */
static guint
sample_intervals (const VitalsBeats * beats, gdouble median, gdouble * samples)
{
  guint i, n = 0, last = G_MAXUINT;

  for (i = 0; i + 1 < beats->n; i++) {
    gdouble time = beats->times[i + 1];
    gdouble interval = time - beats->times[i];

    if (!is_usable (beats, i, median))
      continue;
    if (last != G_MAXUINT) {
      gdouble start = beats->times[last + 1];
      gdouble before = start - beats->times[last];
      gdouble from = beats->times[1];

      while (n < LFHF_MAX_SAMPLES && from + n / LFHF_RATE < time) {
        gdouble part = (from + n / LFHF_RATE - start) / (time - start);

        samples[n++] = before + CLAMP (part, 0.0, 1.0) * (interval - before);
      }
    }
    last = i;
  }
  return n;
}

static void
compute_lfhf (const VitalsBeats * beats, gdouble median,
    VitalsSpectrum * spectrum, VitalsVariability * variability)
{
  gdouble samples[LFHF_MAX_SAMPLES], low, high;
  guint n;

  variability->has_lfhf = FALSE;
  if (beats->times[beats->n - 1] - beats->times[0] < LFHF_SECONDS)
    return;
  n = sample_intervals (beats, median, samples);
  vitals_spectrum_compute (spectrum, samples, n, LFHF_RATE);
  low = vitals_spectrum_get_power (spectrum, 0.04, 0.15);
  high = vitals_spectrum_get_power (spectrum, 0.15, 0.4);
  if (high <= 0.0)
    return;
  variability->has_lfhf = TRUE;
  variability->lfhf = low / high;
}

gboolean
vitals_beats_get_variability (const VitalsBeats * beats,
    VitalsSpectrum * spectrum, VitalsVariability * variability)
{
  gdouble median, sum = 0.0, squares = 0.0, differences = 0.0;
  guint i, used = 0, pairs = 0;

  if (beats->n < LEAST_INTERVALS + 1)
    return FALSE;
  median = median_interval (beats);
  for (i = 0; i + 1 < beats->n; i++) {
    gdouble interval = 1e3 * (beats->times[i + 1] - beats->times[i]);

    if (!is_usable (beats, i, median))
      continue;
    used++;
    sum += interval;
    squares += (interval - 1e3 * median) * (interval - 1e3 * median);
    if (i > 0 && is_usable (beats, i - 1, median)) {
      gdouble before = 1e3 * (beats->times[i] - beats->times[i - 1]);

      pairs++;
      differences += (interval - before) * (interval - before);
    }
  }
  if (used < LEAST_INTERVALS || 2 * used < beats->n - 1 || pairs == 0)
    return FALSE;

  sum = sum / used - 1e3 * median;
  variability->intervals = used;
  variability->used_share = (gdouble) used / (beats->n - 1);
  variability->sdnn = sqrt (MAX (squares - used * sum * sum, 0.0) / (used - 1));
  variability->rmssd = sqrt (differences / pairs);
  variability->error = variability->clarity = 0.0;
  compute_lfhf (beats, median, spectrum, variability);
  return TRUE;
}
