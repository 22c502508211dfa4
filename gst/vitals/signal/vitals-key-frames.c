/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Key frames come in step with the frames. The steps from frame to frame of as
 * many frames are laid over each other: the median of each place leaves what
 * comes again, and neither noise nor what happened once.
 */

#include <vitals/signal/vitals-key-frames-private.h>
#include <vitals/signal/vitals-filter-private.h>

#include <math.h>

/* Periods of fewer frames are as sharp with a heart. */
#define LEAST_FRAMES 10
#define LEAST_PERIODS 3
/* Of the power of all steps, what comes again: of noise about 1.6 by the
 * number of periods does, of what coders do more than 0.45. */
#define LEAST_SHARE 0.4
/* The three largest of the steps of a period, of the power of all. Of a sine
 * they have 6 by the number of frames, of hearts 0.58 (15 frames), 0.49 (20),
 * 0.43 (36), of coders 0.69 to 1 (x264 and OpenH264, 12 to 60 frames). */
#define LARGEST_SHARE 0.5
#define LARGEST_SHARE_OF_FRAMES 2.5
#define N_LARGEST 3

typedef struct
{
  guint n_frames;
  gdouble share;                /* of the power of all steps, what comes again */
  gdouble largest;              /* of that, the N_LARGEST largest steps */
} Period;

static gdouble
get_step (const gdouble * samples, guint i)
{
  return samples[i + 1] - samples[i];
}

static gdouble
get_power (const gdouble * samples, guint n_steps)
{
  gdouble power = 0.0;
  guint i;

  for (i = 0; i < n_steps; i++)
    power += get_step (samples, i) * get_step (samples, i);
  return power;
}

/* What comes again at @place of each period. */
static gdouble
get_common_step (const gdouble * samples, guint n_frames, guint n_periods,
    guint place, gdouble * scratch)
{
  guint i;

  for (i = 0; i < n_periods; i++)
    scratch[i] = get_step (samples, i * n_frames + place);
  return vitals_median (scratch, n_periods);
}

/* @largest: N_LARGEST, in order. */
static void
keep_largest (gdouble * largest, gdouble power)
{
  guint i;

  for (i = 0; i < N_LARGEST; i++) {
    gdouble smaller = MIN (largest[i], power);

    largest[i] = MAX (largest[i], power);
    power = smaller;
  }
}

static void
measure_period (const gdouble * samples, guint n_periods, Period * period,
    gdouble * scratch)
{
  gdouble all = get_power (samples, n_periods * period->n_frames);
  gdouble largest[N_LARGEST] = { 0.0 }, sum = 0.0, sum_of_largest = 0.0;
  guint i;

  for (i = 0; i < period->n_frames; i++) {
    gdouble step = get_common_step (samples, period->n_frames, n_periods, i,
        scratch);

    sum += step * step;
    keep_largest (largest, step * step);
  }
  for (i = 0; i < N_LARGEST; i++)
    sum_of_largest += largest[i];
  period->share = all > 0.0 ? n_periods * sum / all : 0.0;
  period->largest = sum > 0.0 ? sum_of_largest / sum : 0.0;
}

gboolean
vitals_is_of_key_frames (const gdouble * samples, guint n, gdouble rate,
    gdouble frequency, gdouble * scratch)
{
  /* as exact as a peak of a spectrum of so many seconds is */
  gdouble reach = 0.5 * rate / n;
  guint longest = floor (rate / MAX (frequency - reach, reach));
  Period best = { 0, 0.0, 0.0 }, period;

  for (period.n_frames = MAX (ceil (rate / (frequency + reach)), LEAST_FRAMES);
      period.n_frames <= longest; period.n_frames++) {
    guint n_periods = n > 0 ? (n - 1) / period.n_frames : 0;

    if (n_periods < LEAST_PERIODS)
      break;
    measure_period (samples, n_periods, &period, scratch);
    if (period.share > best.share)
      best = period;
  }
  return best.share > LEAST_SHARE
      && best.largest > LARGEST_SHARE + LARGEST_SHARE_OF_FRAMES / best.n_frames;
}
