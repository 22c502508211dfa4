/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-weights-private.h>

#define EDGE_ONE (1 << VITALS_EDGE_BITS)
#define INNER_ONE (1 << VITALS_INNER_BITS)
#define COLUMN_ONE (1 << VITALS_COLUMN_BITS)
/* One step of an edge's weight, in those of the inner ones. */
#define EDGE_STEP (INNER_ONE / EDGE_ONE)
/* Of a row: a part of it that no weight of an edge can tell. */
#define NO_PART (0.5 / EDGE_ONE)

/* Together the rows weigh one: an even area keeps its value. */
static void
weigh_cut_rows (VitalsRows * rows, gdouble start, gdouble end)
{
  gdouble height = end - start;
  guint n_inner = rows->n - 2;
  gint top = lrint ((rows->first + 1 - start) / height * EDGE_ONE);
  gint bottom;

  if (n_inner == 0)
    rows->inner = 0;
  else if (n_inner == 1)
    rows->inner = MIN (lrint (EDGE_ONE / height), EDGE_ONE - 2) * EDGE_STEP;
  else
    rows->inner = lrint (INNER_ONE / height);
  rows->top = CLAMP (top, 1, EDGE_ONE - 1);
  bottom = EDGE_ONE - rows->top
      - (gint) (((guint64) rows->inner * n_inner + EDGE_STEP / 2) / EDGE_STEP);
  rows->bottom = MAX (bottom, 0);
}

void
vitals_rows_init (VitalsRows * rows, gdouble start, gdouble end, guint limit)
{
  guint last = MIN ((guint) ceil (end), limit);

  memset (rows, 0, sizeof (*rows));
  rows->first = MIN ((guint) start, limit - 1);
  rows->n = MAX (last, rows->first + 1) - rows->first;
  rows->cut = rows->n > 1 && (start - rows->first > NO_PART
      || rows->first + rows->n - end > NO_PART);
  if (rows->cut)
    weigh_cut_rows (rows, start, end);
  else
    rows->inner = lrint ((gdouble) INNER_ONE / rows->n);
}

/* What is rounded is where each sample ends: so the weights sum up to one and
 * their errors do not. */
void
vitals_weigh_columns (gint16 * weights, guint first, guint n, gdouble start,
    gdouble end)
{
  gdouble scale = COLUMN_ONE / (end - start);
  gint done = 0;
  guint i;

  for (i = 0; i < n; i++) {
    gint sample_end = i + 1 < n ? (first + i + 1 - start) * scale + 0.5
        : COLUMN_ONE;

    sample_end = CLAMP (sample_end, done, COLUMN_ONE);
    weights[2 * i] = weights[2 * i + 1] = MIN (sample_end - done, G_MAXINT16);
    done = sample_end;
  }
}
