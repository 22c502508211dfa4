/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-pulse-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <math.h>

/* 48 frames at 30 fps, more than one beat at 40 bpm (Wang 2017, section IV). */
#define WINDOW_SECONDS 1.6

GType
vitals_pulse_method_get_type (void)
{
  static const GEnumValue values[] = {
    {VITALS_PULSE_METHOD_POS, "Plane orthogonal to skin", "pos"},
    {VITALS_PULSE_METHOD_CHROM, "Chrominance", "chrom"},
    {VITALS_PULSE_METHOD_GREEN, "Green channel", "green"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("VitalsPulseMethod", values));
  return type;
}

/* The two projections of a window of normalised colours. */
typedef void (*ProjectFunc) (gdouble red, gdouble green, gdouble blue,
    gdouble * first, gdouble * second);

/* Wang, den Brinker, Stuijk, de Haan 2017, "Algorithmic principles of remote
 * PPG", algorithm 1: the projection (0 1 -1; -2 1 1). */
static void
project_pos (gdouble red, gdouble green, gdouble blue, gdouble * first,
    gdouble * second)
{
  *first = green - blue;
  *second = green + blue - 2.0 * red;
}

/* De Haan and Jeanne 2013, "Robust pulse rate from chrominance-based rPPG":
 * X = 3R - 2G, Y = 1.5R + G - 1.5B, S = X - alpha Y. */
static void
project_chrom (gdouble red, gdouble green, gdouble blue, gdouble * first,
    gdouble * second)
{
  *first = 3.0 * red - 2.0 * green;
  *second = -(1.5 * red + green - 1.5 * blue);
}

/* Projects one window and adds the tuned sum of both to @pulse. */
static void
add_window (ProjectFunc project, gdouble polarity, const gdouble * red,
    const gdouble * green, const gdouble * blue, guint n, gdouble * pulse,
    gdouble * first, gdouble * second)
{
  gdouble r = vitals_mean (red, n), g = vitals_mean (green, n);
  gdouble b = vitals_mean (blue, n), alpha, deviation, first_mean, second_mean;
  guint i;

  for (i = 0; i < n; i++)
    project (red[i] / r, green[i] / g, blue[i] / b, &first[i], &second[i]);
  deviation = vitals_deviation (second, n);
  alpha = deviation > 1e-12 ? vitals_deviation (first, n) / deviation : 0.0;
  first_mean = vitals_mean (first, n);
  second_mean = vitals_mean (second, n);
  for (i = 0; i < n; i++)
    pulse[i] += polarity
        * (first[i] - first_mean + alpha * (second[i] - second_mean));
}

static void
extract_projected (ProjectFunc project, gdouble polarity, const gdouble * red,
    const gdouble * green, const gdouble * blue, guint n, gdouble rate,
    gdouble * pulse, gdouble * scratch)
{
  guint length = MIN (n, (guint) lrint (WINDOW_SECONDS * rate)), i;

  for (i = 0; i < n; i++)
    pulse[i] = 0.0;
  if (length < 2)
    return;
  for (i = 0; i + length <= n; i++)
    add_window (project, polarity, red + i, green + i, blue + i, length,
        pulse + i, scratch, scratch + length);
  /* every sample by the number of windows it is in: the ends are in fewer */
  for (i = 0; i < n; i++)
    pulse[i] /= MIN (MIN (i + 1, n - i), MIN (length, n - length + 1));
}

static void
extract_green (const gdouble * green, guint n, gdouble * pulse)
{
  gdouble mean = vitals_mean (green, n);
  guint i;

  for (i = 0; i < n; i++)
    pulse[i] = 1.0 - green[i] / mean;
}

void
vitals_pulse_extract (VitalsPulseMethod method, const gdouble * red,
    const gdouble * green, const gdouble * blue, guint n, gdouble rate,
    gdouble * pulse, gdouble * scratch)
{
  switch (method) {
    case VITALS_PULSE_METHOD_POS:
      /* blood takes green light away: upside down */
      extract_projected (project_pos, -1.0, red, green, blue, n, rate, pulse,
          scratch);
      break;
    case VITALS_PULSE_METHOD_CHROM:
      extract_projected (project_chrom, 1.0, red, green, blue, n, rate, pulse,
          scratch);
      break;
    case VITALS_PULSE_METHOD_GREEN:
      extract_green (green, n, pulse);
      break;
  }
}
