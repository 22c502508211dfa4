/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/capture/vitals-kernels-private.h>

G_BEGIN_DECLS

/*
 * What samples weigh in a cell from @start to @end, of a row or column of
 * @limit samples: the share of the cell that they cover.
 */

/* Which rows are in the cell (at least one), and their weights. */
void vitals_rows_init (VitalsRows * rows, gdouble start, gdouble end,
    guint limit);
/* Of the @n samples from @first on, each twice: see VitalsColumns. */
void vitals_weigh_columns (gint16 * weights, guint first, guint n,
    gdouble start, gdouble end);

G_END_DECLS
