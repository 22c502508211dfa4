/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Loops that compilers vectorise (gcc 12 needs -O3 for it, see meson.build). */

#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

/* Sums that stay in the first-level cache. */
#define BLOCK VITALS_CACHE_LINE
/* Rows of a block of cells. */
#define ROWS 8
#define N_CELLS VITALS_N_CELLS (ROWS)
#define COLUMN_HALF (1 << (VITALS_COLUMN_BITS - 1))

static gboolean
c_is_usable (void)
{
  return TRUE;
}

static inline void
add_edge (gint16 * averages, const guint8 * bytes, guint16 weight, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    averages[i] += bytes[i] * weight >> (VITALS_EDGE_BITS - VITALS_CELL_BITS);
}

/* At most VITALS_MAX_SUMMANDS rows. */
static inline void
add_inner (gint16 * averages, const guint8 * bytes, gssize stride,
    guint32 weight, guint n_rows, guint n)
{
  const guint16 whole = weight >> 16, part = weight & 0xffff;
  guint16 sums[BLOCK] = { 0 };
  guint row, i;

  for (row = 0; row < n_rows; row++, bytes += stride) {
    for (i = 0; i < n; i++)
      sums[i] += bytes[i];
  }
  for (i = 0; i < n; i++)
    averages[i] += (guint16) (sums[i] * whole)
        + (guint16) ((guint32) sums[i] * part >> 16);
}

static inline void
average_block (const guint8 * bytes, gssize stride, const VitalsRows * rows,
    gint16 * averages, guint n)
{
  const gboolean cut = rows->cut;
  const guint end = rows->n - cut;
  guint row, i;

  for (i = 0; i < n; i++)
    averages[i] = (rows->n > 1) - (VITALS_CENTRE << VITALS_CELL_BITS);
  if (cut) {
    add_edge (averages, bytes, rows->top, n);
    add_edge (averages, bytes + end * stride, rows->bottom, n);
  }
  for (row = cut; row < end; row += VITALS_MAX_SUMMANDS)
    add_inner (averages, bytes + row * stride, stride, rows->inner,
        MIN (end - row, VITALS_MAX_SUMMANDS), n);
}

static void
average_cell (const guint8 * bytes, gssize stride, const VitalsRows * rows,
    gint16 * averages, guint block_rows, guint n)
{
  const gssize ahead = rows->ahead * stride;
  guint start, i;

  for (start = 0; start < n; start += BLOCK) {
    guint size = MIN (n - start, BLOCK);
    gint16 block[BLOCK];

    if (ahead != 0)
      vitals_kernels_ask_ahead (bytes + start + ahead, stride, rows->n);
    if (size == BLOCK)
      average_block (bytes + start, stride, rows, block, BLOCK);
    else
      average_block (bytes + start, stride, rows, block, size);
    for (i = 0; i < size; i += 8, averages += VITALS_TILE_SIZE (block_rows))
      memcpy (averages, block + i, MIN (size - i, 8) * sizeof (*block));
  }
}

static void
c_average_rows (const guint8 * plane, gssize stride, const VitalsRows * rows,
    guint n_rows, gint16 * tiles, guint block_rows, guint n)
{
  guint i;

  for (i = 0; i < n_rows; i++)
    average_cell (plane + rows[i].first * stride, stride, &rows[i],
        tiles + VITALS_TILE_PLACE (block_rows, i), block_rows, n);
}

static void
c_transpose (const gint16 * tiles, gint16 * columns, guint n_tiles)
{
  guint tile, column, row;

  for (tile = 0; tile < n_tiles; tile++) {
    const gint16 *source = tiles + tile * VITALS_TILE_SIZE (ROWS);
    gint16 *target = columns + tile * VITALS_TILE_SIZE (ROWS);

    for (row = 0; row < ROWS; row++) {
      for (column = 0; column < VITALS_TILE_COLUMNS; column++)
        target[column * ROWS + row] =
            source[row * VITALS_TILE_COLUMNS + column];
    }
  }
}

/* Rounds to the next integer. */
static inline gint16
multiply (gint16 a, gint16 b)
{
  return (a * b + COLUMN_HALF) >> VITALS_COLUMN_BITS;
}

static void
average_component (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, gint16 * cells)
{
  const gint16 *weights = plan->weights + 2 * range->first * plan->n;
  guint cell, i, row;

  for (cell = range->first; cell < range->end; cell++) {
    const gint16 *source = columns + (plan->first[cell] - range->base) * ROWS;
    gint16 sums[ROWS] = { 0 };

    for (i = 0; i < plan->n; i++, weights += 2) {
      for (row = 0; row < ROWS; row++)
        sums[row] = CLAMP (sums[row] + multiply (source[row], *weights),
            G_MININT16, G_MAXINT16);
      source += plan->step * ROWS;
    }
    memcpy (cells + cell * ROWS, sums, sizeof (sums));
  }
}

static void
c_average_columns (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, gint16 * cells)
{
  guint c;

  for (c = 0; c < plan->n_components; c++)
    average_component (columns + plan->offset[c] * ROWS, plan, range, cells
        + c * N_CELLS);
}

static void
convert_colour (const gint16 * cells, const gint16 * m, gint16 offset,
    guint8 * pixels)
{
  guint8 bytes[N_CELLS];
  guint column, row, i;

  for (i = 0; i < N_CELLS; i++) {
    gint value = (offset + multiply (cells[i], m[0])
        + multiply (cells[i + N_CELLS], m[1])
        + multiply (cells[i + 2 * N_CELLS], m[2])) >> VITALS_COLOUR_BITS;

    bytes[i] = CLAMP (value, 0, 255);
  }
  for (row = 0; row < ROWS; row++) {
    for (column = 0; column < VITALS_PATCH_SIZE; column++)
      *pixels++ = bytes[column * ROWS + row];
  }
}

static void
c_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels, guint n_rows G_GNUC_UNUSED)
{
  guint c;

  for (c = 0; c < VITALS_N_COMPONENTS; c++)
    convert_colour (cells, colour->matrix[c], colour->offset, pixels
        + c * VITALS_PLANE_BYTES);
}

const VitalsKernels vitals_kernels_c = {
  "c", c_is_usable, ROWS, c_average_rows, c_transpose, c_average_columns,
  c_convert
};
