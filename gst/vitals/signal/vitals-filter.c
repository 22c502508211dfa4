/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-filter-private.h>
#include <math.h>

#define FIT_STEPS 20

gdouble
vitals_mean (const gdouble * samples, guint n)
{
  gdouble sum = 0.0;
  guint i;

  for (i = 0; i < n; i++)
    sum += samples[i];
  return n > 0 ? sum / n : 0.0;
}

gdouble
vitals_deviation (const gdouble * samples, guint n)
{
  gdouble mean = vitals_mean (samples, n), sum = 0.0;
  guint i;

  for (i = 0; i < n; i++)
    sum += (samples[i] - mean) * (samples[i] - mean);
  return n > 0 ? sqrt (sum / n) : 0.0;
}

static int
compare_doubles (const void *a, const void *b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

gdouble
vitals_median (gdouble * samples, guint n)
{
  if (n == 0)
    return 0.0;
  qsort (samples, n, sizeof (gdouble), compare_doubles);
  return n % 2 ? samples[n / 2] : (samples[n / 2 - 1] + samples[n / 2]) / 2.0;
}

static void
remove_mean (gdouble * samples, guint n)
{
  gdouble mean = vitals_mean (samples, n);
  guint i;

  for (i = 0; i < n; i++)
    samples[i] -= mean;
}

/* Rows of I + weight D2' D2 (D2: second differences), the diagonal and the two
 * bands above it. */
static void
fill_bands (guint n, gdouble weight, gdouble * diagonal, gdouble * first,
    gdouble * second)
{
  guint i;

  for (i = 0; i < n; i++) {
    diagonal[i] = 1.0;
    first[i] = second[i] = 0.0;
  }
  for (i = 0; i + 2 < n; i++) {
    diagonal[i] += weight;
    diagonal[i + 1] += 4.0 * weight;
    diagonal[i + 2] += weight;
    first[i] -= 2.0 * weight;
    first[i + 1] -= 2.0 * weight;
    second[i] += weight;
  }
}

/* LDL' of the band matrix, in place: diagonal becomes D, the bands L'. */
static void
factor_bands (guint n, gdouble * diagonal, gdouble * first, gdouble * second)
{
  guint i;

  for (i = 0; i < n; i++) {
    gdouble one = first[i], two = second[i];

    first[i] = one / diagonal[i];
    second[i] = two / diagonal[i];
    if (i + 1 < n) {
      diagonal[i + 1] -= first[i] * one;
      first[i + 1] -= first[i] * two;
    }
    if (i + 2 < n)
      diagonal[i + 2] -= second[i] * two;
  }
}

static void
solve_bands (guint n, const gdouble * diagonal, const gdouble * first,
    const gdouble * second, gdouble * values)
{
  guint i;

  for (i = 0; i < n; i++) {
    if (i >= 1)
      values[i] -= first[i - 1] * values[i - 1];
    if (i >= 2)
      values[i] -= second[i - 2] * values[i - 2];
  }
  for (i = 0; i < n; i++)
    values[i] /= diagonal[i];
  for (i = n; i-- > 0;) {
    if (i + 1 < n)
      values[i] -= first[i] * values[i + 1];
    if (i + 2 < n)
      values[i] -= second[i] * values[i + 2];
  }
}

void
vitals_detrend (gdouble * samples, guint n, gdouble rate, gdouble cutoff,
    gdouble * scratch)
{
  gdouble *trend = scratch, *diagonal = scratch + n;
  gdouble *first = scratch + 2 * n, *second = scratch + 3 * n;
  gdouble lambda;
  guint i;

  /* the mean first: it is exact, and what is left is small */
  remove_mean (samples, n);
  if (n < 3)
    return;

  /* gain lambda^2 (2 - 2 cos w)^2 / (1 + the same) is 1 / sqrt (2) where
   * lambda (1 - cos w) = sqrt (sqrt (2) + 1) / 2 */
  lambda = 0.7769 / (1.0 - cos (2.0 * G_PI * cutoff / rate));
  fill_bands (n, lambda * lambda, diagonal, first, second);
  factor_bands (n, diagonal, first, second);
  for (i = 0; i < n; i++)
    trend[i] = samples[i];
  solve_bands (n, diagonal, first, second, trend);
  for (i = 0; i < n; i++)
    samples[i] -= trend[i];
}

complex double
vitals_wave_at (const gdouble * samples, guint n, gdouble rate,
    gdouble frequency)
{
  complex double turn = cexp (-I * 2.0 * G_PI * frequency / rate), at = 1.0;
  complex double sum = 0.0;
  gdouble mean = vitals_mean (samples, n);
  guint i;

  for (i = 0; i < n; i++, at *= turn)
    sum += (samples[i] - mean) * at
        * (0.5 - 0.5 * cos (2.0 * G_PI * i / (n - 1)));
  return 4.0 * sum / n;
}

/* Sums of the normal equations of a + b cos + c sin. */
typedef struct
{
  gdouble c, s, cc, ss, cs, y, yc, ys;
} SineSums;

static void
sum_sine (const gdouble * samples, guint n, gdouble angle, SineSums * sums)
{
  gdouble turn_c = cos (angle), turn_s = sin (angle), c = 1.0, s = 0.0;
  guint i;

  *sums = (SineSums) {
  0};
  for (i = 0; i < n; i++) {
    gdouble next = c * turn_c - s * turn_s;

    sums->c += c;
    sums->s += s;
    sums->cc += c * c;
    sums->ss += s * s;
    sums->cs += c * s;
    sums->y += samples[i];
    sums->yc += samples[i] * c;
    sums->ys += samples[i] * s;
    s = s * turn_c + c * turn_s;
    c = next;
  }
}

/* How much of the sum of squares a sine of @frequency takes away. */
static gdouble
explained_by_sine (const gdouble * samples, guint n, gdouble rate,
    gdouble frequency)
{
  SineSums sums;
  gdouble cc, ss, cs, yc, ys, determinant;

  sum_sine (samples, n, 2.0 * G_PI * frequency / rate, &sums);
  /* the constant is eliminated */
  cc = sums.cc - sums.c * sums.c / n;
  ss = sums.ss - sums.s * sums.s / n;
  cs = sums.cs - sums.c * sums.s / n;
  yc = sums.yc - sums.y * sums.c / n;
  ys = sums.ys - sums.y * sums.s / n;
  determinant = cc * ss - cs * cs;
  if (determinant <= 0.0)
    return 0.0;
  return (yc * yc * ss - 2.0 * yc * ys * cs + ys * ys * cc) / determinant;
}

gdouble
vitals_fit_sine (const gdouble * samples, guint n, gdouble rate,
    gdouble frequency, gdouble reach)
{
  gdouble best = frequency, best_explained = -1.0;
  gint step;

  for (step = -FIT_STEPS; step <= FIT_STEPS; step++) {
    gdouble at = frequency + reach * step / FIT_STEPS;
    gdouble explained = explained_by_sine (samples, n, rate, at);

    if (at > 0.0 && explained > best_explained) {
      best_explained = explained;
      best = at;
    }
  }
  return best;
}
