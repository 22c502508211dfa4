/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "synthetic.h"
#include <gst/check/gstcheck.h>
#include <math.h>

/* Pulse of red and blue in green's, and light of a skin in 8 bit: measured on a
 * real face. */
static const gdouble shares[3] = { 0.26, 1.0, 0.35 };
static const gdouble light[3] = { 170.0, 120.0, 100.0 };

gdouble
gaussian (GRand * rand)
{
  gdouble radius = sqrt (-2.0 * log (1.0 - g_rand_double (rand)));

  return radius * cos (2.0 * G_PI * g_rand_double (rand));
}

/* In beats. Breathing makes the heart faster, and so do slower waves (those of
 * the blood pressure come at 0.1 Hz). */
static gdouble
beats_at (const Skin * skin, gdouble time)
{
  gdouble breath = sin (2.0 * G_PI * skin->respiratory_rate / 60.0 * time);
  gdouble late = sin (2.0 * G_PI * 0.1 * time)
      + sin (2.0 * G_PI * 0.23 * time + 1.0);

  return skin->heart_rate / 60.0 * (time + 0.02 * breath
      + skin->variability * late);
}

void
skin_colour (const Skin * skin, gdouble time, gdouble * colour)
{
  gdouble breath = sin (2.0 * G_PI * skin->respiratory_rate / 60.0 * time);
  gdouble phase = 2.0 * G_PI * beats_at (skin, time);
  gdouble pulse = cos (phase) + 0.3 * cos (2.0 * phase - 1.0);
  guint c;

  /* and the pulse higher */
  pulse *= 1.0 + 0.15 * breath;
  for (c = 0; c < 3; c++)
    colour[c] = light[c] * (1.0 - skin->amplitude * shares[c] * pulse
        + 0.002 * breath);
}

static gdouble
time_of_beat (const Skin * skin, guint beat)
{
  gdouble low = 0.0, high = beat * 60.0 / skin->heart_rate + 2.0;

  while (high - low > 1e-7) {
    gdouble middle = (low + high) / 2.0;

    if (beats_at (skin, middle) < beat)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void
skin_variability (const Skin * skin, gdouble seconds, gdouble * sdnn,
    gdouble * rmssd)
{
  gdouble sum = 0.0, squares = 0.0, differences = 0.0, before = 0.0;
  guint n = 0;

  while (time_of_beat (skin, n + 2) < seconds) {
    gdouble interval = 1e3 * (time_of_beat (skin, n + 2)
        - time_of_beat (skin, n + 1));

    sum += interval;
    squares += interval * interval;
    if (n > 0)
      differences += (interval - before) * (interval - before);
    before = interval;
    n++;
  }
  *sdnn = sqrt (MAX (squares - sum * sum / n, 0.0) / (n - 1));
  *rmssd = sqrt (differences / (n - 1));
}

void
push_skin (VitalsPulseEstimator * estimator, const Skin * skin, GRand * rand,
    gdouble from, gdouble to)
{
  guint frame = (guint) lrint (from * skin->framerate);

  for (; frame < (guint) lrint (to * skin->framerate); frame++) {
    gdouble time = frame / skin->framerate, colour[3], motion = NAN;
    guint c;

    skin_colour (skin, time, colour);
    for (c = 0; c < 3; c++)
      colour[c] *= 1.0 + skin->noise * gaussian (rand);
    if (skin->respiratory_rate > 0.0)
      motion = sin (2.0 * G_PI * skin->respiratory_rate / 60.0 * time)
          + 0.2 * gaussian (rand);
    vitals_pulse_estimator_push (estimator, (GstClockTime) (time * GST_SECOND),
        colour[0], colour[1], colour[2], FALSE, motion);
  }
}

static void
check_measure (gboolean has, gdouble value, gdouble low, gdouble high)
{
  fail_unless (isfinite (value));
  if (has)
    fail_unless (value >= low && value <= high, "%f", value);
  else
    fail_unless (value == 0.0, "absent, but %f", value);
}

static void
check_confidence (gdouble confidence)
{
  fail_unless (confidence >= 0.0 && confidence <= 1.0, "%f", confidence);
}

void
check_estimate (const VitalsPulseEstimate * estimate)
{
  fail_unless_equals_int (estimate->has_heart_rate,
      estimate->no_heart_rate == VITALS_NO_RATE_NONE);
  fail_unless (strlen (vitals_no_rate_get_text (estimate->no_heart_rate)) > 0);
  fail_unless (isfinite (estimate->snr) && isfinite (estimate->framerate));
  check_measure (estimate->has_heart_rate, estimate->heart_rate, 40.0, 220.0);
  check_measure (estimate->has_respiratory_rate, estimate->respiratory_rate,
      6.0, 39.0);
  check_measure (estimate->has_hrv, estimate->hrv_sdnn, 0.0, 1000.0);
  check_measure (estimate->has_hrv, estimate->hrv_rmssd, 0.0, 1000.0);
  check_measure (estimate->has_lfhf, estimate->hrv_lfhf, 0.0, 1e6);
  check_confidence (estimate->heart_rate_confidence);
  check_confidence (estimate->respiratory_rate_confidence);
  check_confidence (estimate->hrv_confidence);
}
