/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "traces.h"
#include <math.h>

/* Pulse of red and blue in green's (measured on a real face), and how a moved
 * shadow takes red, green and blue differently. */
static const gdouble blood[3] = { 0.26, 1.0, 0.35 };
static const gdouble tint[3] = { 0.5, -0.2, -0.7 };
static const gdouble light[3] = { 170.0, 120.0, 100.0 };

static gdouble
gaussian (GRand * rand)
{
  return sqrt (-2.0 * log (1.0 - g_rand_double (rand)))
      * cos (2.0 * G_PI * g_rand_double (rand));
}

static gdouble
turns (gdouble per_minute, gdouble time)
{
  return 2.0 * G_PI * per_minute / 60.0 * time;
}

/* Slow waves of the blood pressure come at 0.1 Hz, those of breath near 0.23. */
static gdouble
beats_at (const TraceCase * trace, gdouble time)
{
  gdouble late = sin (2.0 * G_PI * 0.1 * time)
      + sin (2.0 * G_PI * 0.23 * time + 1.0);

  return trace->heart_rate / 60.0 * (time + trace->variability * late);
}

static gdouble
pulse_at (const TraceCase * trace, gdouble time, gdouble breath)
{
  gdouble phase = 2.0 * G_PI * beats_at (trace, time + 0.01 * breath);

  if (trace->heart_rate <= 0.0)
    return 0.0;
  return trace->amplitude * (1.0 + 0.15 * breath)
      * (cos (phase) + 0.4 * cos (2.0 * phase - 1.0));
}

static void
colour_at (const TraceCase * trace, GRand * rand, gdouble time,
    const gdouble * wander, gdouble * colour)
{
  gdouble breath = trace->heart_rate > 0.0
      ? sin (turns (trace->respiratory_rate, time)) : 0.0;
  gdouble pulse = pulse_at (trace, time, breath);
  /* nobody sways as a pure sine */
  gdouble sway = sin (turns (trace->motion_rate, time)
      + 1.5 * sin (turns (7.0, time)));
  gdouble lamp = trace->flicker * sin (turns (72.0, time));
  guint c;

  for (c = 0; c < 3; c++)
    colour[c] = light[c] * (1.0 - blood[c] * pulse + 0.001 * breath
        + trace->motion * sway * (1.0 + trace->motion_colour * tint[c])
        + wander[c] + trace->noise * gaussian (rand)) * (1.0 + lamp);
}

static gdouble
chest_at (const TraceCase * trace, GRand * rand, gdouble time,
    TraceState * state)
{
  gdouble slow = 2.0 * G_PI * 0.04;
  gdouble late = trace->chest_uneven / slow * sin (slow * time);

  if (trace->chest_noise <= 0.0)
    return NAN;
  state->chest = trace->chest_memory * state->chest
      + trace->chest_wander * gaussian (rand) / sqrt (trace->framerate);
  return sin (turns (trace->respiratory_rate, time + late))
      + sin (turns (trace->chest_rate, time)) + state->chest
      + trace->chest_noise * gaussian (rand);
}

void
trace_push_second (const TraceCase * trace, GRand * rand, guint second,
    TraceState * state, VitalsPulseEstimator * estimator)
{
  guint frames = (guint) trace->framerate, i, c;

  for (i = 0; i < frames; i++) {
    gdouble time = second + (i + 0.5) / frames, colour[3], chest;

    time += g_rand_double_range (rand, -1.0, 1.0) * trace->jitter;
    for (c = 0; c < 3; c++)
      state->colours[c] += trace->wander * gaussian (rand) / sqrt (frames);
    colour_at (trace, rand, time, state->colours, colour);
    chest = chest_at (trace, rand, time, state);
    if (g_rand_double (rand) >= trace->drops)
      vitals_pulse_estimator_push (estimator,
          (GstClockTime) (time * GST_SECOND), colour[0], colour[1], colour[2],
          FALSE, chest);
  }
}

static gdouble
time_of_beat (const TraceCase * trace, guint beat)
{
  gdouble low = 0.0, high = beat * 60.0 / trace->heart_rate + 2.0;

  while (high - low > 1e-7) {
    gdouble middle = (low + high) / 2.0;

    if (beats_at (trace, middle) < beat)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void
trace_variability (const TraceCase * trace, gdouble seconds, gdouble * sdnn,
    gdouble * rmssd)
{
  gdouble sum = 0.0, squares = 0.0, differences = 0.0, before = 0.0;
  guint n = 0;

  *sdnn = *rmssd = 0.0;
  if (trace->variability <= 0.0)
    return;
  while (time_of_beat (trace, n + 2) < seconds) {
    gdouble interval = 1e3 * (time_of_beat (trace, n + 2)
        - time_of_beat (trace, n + 1));

    sum += interval;
    squares += interval * interval;
    if (n > 0)
      differences += (interval - before) * (interval - before);
    before = interval;
    n++;
  }
  *sdnn = sqrt ((squares - sum * sum / n) / (n - 1));
  *rmssd = sqrt (differences / (n - 1));
}
