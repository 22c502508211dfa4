/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-chest-motion-private.h>
#include <math.h>

#define MIN_ROWS 8
/* The reference is matched within this share of the rows. */
#define REACH 0.125
/* Below this correlation the profile shows something else: new reference. */
#define LEAST_CORRELATION 0.8
#define REFINEMENTS 3
/* Least squares of luma differences: less than this is noise of rounding. */
#define LEAST_TEXTURE 1e-6
/* No memory holds more: rows, and luma. */
#define FARTHEST 1e6

struct _VitalsChestMotion
{
  guint rows;                   /* of the reference; 0: none */
  gdouble offset;               /* displacement of the reference */
  gdouble last;                 /* displacement of the last profile */
  gdouble reference[VITALS_CHEST_MAX_ROWS];
};

VitalsChestMotion *
vitals_chest_motion_new (void)
{
  return g_new0 (VitalsChestMotion, 1);
}

void
vitals_chest_motion_free (VitalsChestMotion * motion)
{
  g_free (motion);
}

void
vitals_chest_motion_step (VitalsChestMotion * motion)
{
  motion->rows = 0;
}

static gboolean
has_texture (const gdouble * profile, guint rows)
{
  gdouble sum = 0.0;
  guint i;

  for (i = 1; i < rows; i++) {
    gdouble difference = profile[i] - profile[i - 1];

    sum += difference * difference;
  }
  /* not a number compares as FALSE */
  return sum > LEAST_TEXTURE * rows && isfinite (sum);
}

/* Correlation of the row differences (light that changes has none) when the
 * profile is @shift rows lower than the reference. */
static gdouble
correlation (const VitalsChestMotion * motion, const gdouble * profile,
    gint shift)
{
  guint first = MAX (1, 1 + shift), last = motion->rows + MIN (0, shift), i;
  gdouble product = 0.0, own = 0.0, other = 0.0;

  for (i = first; i < last; i++) {
    gdouble a = profile[i] - profile[i - 1];
    gdouble b = motion->reference[i - shift] - motion->reference[i - shift - 1];

    product += a * b;
    own += a * a;
    other += b * b;
  }
  return own > 0.0 && other > 0.0 ? product / sqrt (own * other) : 0.0;
}

static gint
best_shift (const VitalsChestMotion * motion, const gdouble * profile,
    gint start, gdouble * best)
{
  gint reach = MAX (1, (gint) (REACH * motion->rows)), shift, at = 0;

  /* mostly it is where it was: look around there first, far only when lost */
  *best = -2.0;
  for (shift = MAX (start - 1, -reach); shift <= MIN (start + 1, reach);
      shift++) {
    gdouble value = correlation (motion, profile, shift);

    if (value > *best) {
      *best = value;
      at = shift;
    }
  }
  if (*best >= LEAST_CORRELATION)
    return at;
  for (shift = -reach; shift <= reach; shift++) {
    gdouble value = correlation (motion, profile, shift);

    if (value > *best) {
      *best = value;
      at = shift;
    }
  }
  return at;
}

static gdouble
reference_at (const VitalsChestMotion * motion, gdouble row)
{
  guint i = (guint) CLAMP (row, 0.0, (gdouble) (motion->rows - 2));

  return motion->reference[i]
      + (row - i) * (motion->reference[i + 1] - motion->reference[i]);
}

/* One step of least squares on the brightness constancy of row differences
 * (Lucas and Kanade 1981, in one dimension). */
static gdouble
refine (const VitalsChestMotion * motion, const gdouble * profile,
    gdouble shift)
{
  guint margin = 2 + (guint) fabs (shift), i;
  gdouble numerator = 0.0, denominator = 0.0, mean = 0.0;
  guint n = 0;

  for (i = margin; i + margin < motion->rows; i++, n++)
    mean += profile[i] - reference_at (motion, i - shift);
  mean /= MAX (n, 1);
  for (i = margin; i + margin < motion->rows; i++) {
    gdouble slope = (reference_at (motion, i - shift + 1.0)
        - reference_at (motion, i - shift - 1.0)) / 2.0;

    numerator += slope * (profile[i] - reference_at (motion, i - shift) - mean);
    denominator += slope * slope;
  }
  if (denominator <= 0.0)
    return shift;
  return shift - CLAMP (numerator / denominator, -1.0, 1.0);
}

static void
take_reference (VitalsChestMotion * motion, const gdouble * profile, guint rows)
{
  guint i;

  for (i = 0; i < rows; i++)
    motion->reference[i] = profile[i];
  motion->rows = rows;
  motion->offset = motion->last;
}

gdouble
vitals_chest_motion_push (VitalsChestMotion * motion, const gdouble * profile,
    guint rows)
{
  gdouble match, shift;
  guint i;

  if (rows < MIN_ROWS || rows > VITALS_CHEST_MAX_ROWS
      || !has_texture (profile, rows))
    return NAN;
  if (motion->rows != rows) {
    take_reference (motion, profile, rows);
    return motion->last;
  }

  shift = best_shift (motion, profile,
      (gint) lrint (motion->last - motion->offset), &match);
  if (match < LEAST_CORRELATION) {
    take_reference (motion, profile, rows);
    return motion->last;
  }
  for (i = 0; i < REFINEMENTS; i++)
    shift = refine (motion, profile, shift);
  motion->last = motion->offset + shift;
  return motion->last;
}

void
vitals_chest_motion_save (const VitalsChestMotion * motion, guint rows,
    gfloat * memory)
{
  guint i;

  memory[0] = motion->rows == rows ? rows : 0;
  memory[1] = motion->offset;
  memory[VITALS_CHEST_MEMORY_LAST] = motion->last;
  for (i = 0; i < rows; i++)
    memory[3 + i] = motion->rows == rows ? motion->reference[i] : 0.0;
}

void
vitals_chest_motion_load (VitalsChestMotion * motion, guint rows,
    const gfloat * memory)
{
  guint i;

  motion->rows = 0;
  motion->offset = motion->last = 0.0;
  for (i = 0; i < VITALS_CHEST_MEMORY (rows); i++)
    if (!(fabs (memory[i]) < FARTHEST))
      return;
  motion->rows = memory[0] == rows ? rows : 0;
  motion->offset = memory[1];
  motion->last = memory[VITALS_CHEST_MEMORY_LAST];
  for (i = 0; i < rows; i++)
    motion->reference[i] = memory[3 + i];
}

void
vitals_chest_box (const VitalsBox * face, VitalsBox * chest)
{
  /* the face box grown by .25, .20, .25, .40 to the left, top, right and
   * bottom is the upper body; what of it is below the face is the chest */
  chest->x = face->x - 0.25 * face->width;
  chest->width = 1.5 * face->width;
  chest->y = face->y + face->height;
  chest->height = 0.4 * face->height;
}
