/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/capture/vitals-steadiness-private.h>
#include <vitals/tensor/vitals-tensor.h>

/* The longest shift that is looked for from one look to the next, in pixels of
 * the patch: a box width a second at ten looks a second. */
#define REACH 12
#define N_SHIFTS (2 * REACH + 1)
/* Steps that are averaged, and from how many on. */
#define STEPS 10
#define FEWEST_STEPS 5
/* Mean squared difference of two profiles (relative to their mean) that noise
 * alone makes: with less to tell two places apart, none is told. */
#define NOISE 1e-5
/* Of its width: a box that moves by less holds still. */
#define STILL_BOX 0.002

typedef struct
{
  gdouble columns[VITALS_PATCH_SIZE], rows[VITALS_PATCH_SIZE];
} Profiles;

struct _VitalsSteadiness
{
  VitalsPatchPlace patch;
  Profiles profiles;            /* of the last look */
  VitalsBox box;
  GstClockTime pts;             /* or NONE */
  gdouble speeds[STEPS];
  guint n;                      /* since the reset */
};

VitalsSteadiness *
vitals_steadiness_new (const VitalsPatchPlace * patch)
{
  VitalsSteadiness *steadiness = g_new0 (VitalsSteadiness, 1);

  steadiness->patch = *patch;
  vitals_steadiness_reset (steadiness);
  return steadiness;
}

void
vitals_steadiness_free (VitalsSteadiness * steadiness)
{
  g_free (steadiness);
}

void
vitals_steadiness_reset (VitalsSteadiness * steadiness)
{
  steadiness->pts = GST_CLOCK_TIME_NONE;
  steadiness->n = 0;
}

/* So that more light is no motion. */
static void
normalise (gdouble * profile, gdouble sum)
{
  guint i;

  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    profile[i] *= sum > 0 ? VITALS_PATCH_SIZE / sum : 0;
}

static void
make_profiles (Profiles * profiles, const guint8 * plane)
{
  guint32 columns[VITALS_PATCH_SIZE] = { 0 }, sum = 0;
  guint x, y;

  for (y = 0; y < VITALS_PATCH_SIZE; y++, plane += VITALS_PATCH_SIZE) {
    guint32 row = 0;

    for (x = 0; x < VITALS_PATCH_SIZE; x++) {
      row += plane[x];
      columns[x] += plane[x];
    }
    profiles->rows[y] = row;
    sum += row;
  }
  for (x = 0; x < VITALS_PATCH_SIZE; x++)
    profiles->columns[x] = columns[x];
  normalise (profiles->columns, sum);
  normalise (profiles->rows, sum);
}

/* Mean squared difference when @b is @shift further than @a. */
static gdouble
mismatch (const gdouble * a, const gdouble * b, gint shift)
{
  gint from = MAX (0, -shift);
  gint to = VITALS_PATCH_SIZE - MAX (0, shift), i;
  gdouble sum = 0;

  for (i = from; i < to; i++)
    sum += (b[i + shift] - a[i]) * (b[i + shift] - a[i]);
  return sum / (to - from);
}

/* How far @b is from @a, in pixels: the best whole shift, and the parabola
 * through it and its neighbours. */
static gdouble
find_shift (const gdouble * a, const gdouble * b)
{
  gdouble errors[N_SHIFTS], bend;
  gint best = REACH, i;

  for (i = 0; i < N_SHIFTS; i++)
    errors[i] = mismatch (a, b, i - REACH);
  for (i = 0; i < N_SHIFTS; i++)
    if (errors[i] < errors[best])
      best = i;
  if (errors[REACH] - errors[best] < NOISE)
    best = REACH;
  if (best == 0 || best == N_SHIFTS - 1)
    return best - REACH;
  bend = errors[best - 1] - 2 * errors[best] + errors[best + 1];
  if (bend < NOISE)
    return best - REACH;
  return best - REACH
      + CLAMP ((errors[best - 1] - errors[best + 1]) / (2 * bend), -0.5, 0.5);
}

/* Box widths. */
static gdouble
get_box_way (const VitalsBox * a, const VitalsBox * b)
{
  gdouble x = (b->x + b->width / 2) - (a->x + a->width / 2);
  gdouble y = (b->y + b->height / 2) - (a->y + a->height / 2);

  return (hypot (x, y) + fabs (b->width - a->width) / 2) / a->width;
}

static gdouble
get_way_inside (const VitalsSteadiness * steadiness, const Profiles * now,
    const VitalsBox * box)
{
  const Profiles *before = &steadiness->profiles;
  const VitalsPatchPlace *patch = &steadiness->patch;
  gdouble x, y;

  x = find_shift (before->columns, now->columns) * box->width
      * (patch->right - patch->left);
  y = find_shift (before->rows, now->rows) * box->height
      * (patch->bottom - patch->top);
  return hypot (x, y) / (VITALS_PATCH_SIZE * box->width);
}

static gdouble
get_mean_speed (const VitalsSteadiness * steadiness)
{
  guint n = MIN (steadiness->n, STEPS), i;
  gdouble sum = 0;

  if (n < FEWEST_STEPS)
    return NAN;
  for (i = 0; i < n; i++)
    sum += steadiness->speeds[i];
  return sum / n;
}

gdouble
vitals_steadiness_push (VitalsSteadiness * steadiness, const guint8 * plane,
    const VitalsBox * face, GstClockTime pts)
{
  Profiles profiles;

  make_profiles (&profiles, plane);
  if (GST_CLOCK_TIME_IS_VALID (steadiness->pts)) {
    gdouble seconds = (gdouble) (pts - steadiness->pts) / GST_SECOND;
    gdouble way = get_box_way (&steadiness->box, face);

    /* patches of boxes that differ cannot be laid over each other */
    if (way < STILL_BOX)
      way = get_way_inside (steadiness, &profiles, face);
    steadiness->speeds[steadiness->n++ % STEPS] = way / seconds;
  }
  steadiness->profiles = profiles;
  steadiness->box = *face;
  steadiness->pts = pts;
  return get_mean_speed (steadiness);
}
