/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Averages of rows, sixteen bytes at once, for processors whose registers have
 * as many. Kernels include it once, without a guard, behind their own
 *
 *   INLINE                    for functions that must be inlined
 *   Words                     of sixteen bytes
 *   spread_words ()           to all of them the same
 *   store_words ()            as eights, one to a tile
 *   add_row (), add_inner ()  a row that may be cut, some rows between, weighed
 */

#define BLOCK 16

static INLINE Words
average_block (const guint8 * bytes, gssize stride, const VitalsRows * rows)
{
  const gboolean cut = rows->cut;
  const guint end = rows->n - cut;
  Words sum = spread_words ((rows->n > 1)
      - (VITALS_CENTRE << VITALS_CELL_BITS));
  guint row;

  if (cut) {
    add_row (&sum, bytes, rows->top);
    add_row (&sum, bytes + end * stride, rows->bottom);
  }
  for (row = cut; row < end; row += VITALS_MAX_SUMMANDS)
    add_inner (&sum, bytes + row * stride, stride, rows->inner,
        MIN (end - row, VITALS_MAX_SUMMANDS));
  return sum;
}

/* @n is not under BLOCK: the last block starts where it ends with the row. */
static void
average_cell (const guint8 * bytes, gssize stride, const VitalsRows * rows,
    gint16 * averages, guint block_rows, guint n)
{
  const gsize last = n - BLOCK;
  const gssize ahead = rows->ahead * stride;
  gsize i = 0;

  for (;;) {
    Words sum = average_block (bytes + i, stride, rows);

    if (ahead != 0
        && (i == 0 || vitals_kernels_begins_line (bytes + i, BLOCK)))
      vitals_kernels_ask_ahead (bytes + i + ahead, stride, rows->n);
    store_words (averages + i * block_rows, block_rows, sum);
    if (i == last)
      break;
    i = MIN (i + BLOCK, last);
  }
}

static void
average_rows (const guint8 * plane, gssize stride, const VitalsRows * rows,
    guint n_rows, gint16 * tiles, guint block_rows, guint n)
{
  guint n_whole = vitals_kernels_get_whole (n, BLOCK), i;

  for (i = 0; n_whole > 0 && i < n_rows; i++)
    average_cell (plane + rows[i].first * stride, stride, &rows[i],
        tiles + VITALS_TILE_PLACE (block_rows, i), block_rows, n_whole);
  if (n_whole < n)
    vitals_kernels_c.average_rows (plane + n_whole, stride, rows, n_rows,
        tiles + n_whole * block_rows, block_rows, n - n_whole);
}
