/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Loops that compilers vectorise (gcc 12 needs -O3 for it, see meson.build). */

#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

/* Sums that stay in the first-level cache. */
#define BLOCK 64
#define AVERAGE_SHIFT (VITALS_WEIGHT_BITS - VITALS_CELL_BITS)
#define COLOUR_SHIFT (VITALS_MATRIX_BITS + VITALS_CELL_BITS)

static gboolean
c_is_usable (void)
{
  return TRUE;
}

static void
c_average_rows (const guint8 * rows, gssize stride, const gint16 * weights,
    guint n_rows, gint16 * averages, guint n)
{
  guint start, row, i;

  for (start = 0; start < n; start += BLOCK) {
    guint size = MIN (BLOCK, n - start);
    gint16 sums[BLOCK] = { 0 };

    for (row = 0; row < n_rows; row += 2) {
      const guint8 *upper = rows + (gssize) row * stride + start;
      const guint8 *lower = row + 1 < n_rows ? upper + stride : upper;
      const gint16 upper_weight = weights[row], lower_weight = weights[row + 1];

      for (i = 0; i < size; i++) {
        gint16 a = upper[i] - VITALS_CENTRE, b = lower[i] - VITALS_CENTRE;

        sums[i] += (upper_weight * a + lower_weight * b
            + (1 << (AVERAGE_SHIFT - 1))) >> AVERAGE_SHIFT;
      }
    }
    memcpy (averages + start, sums, size * sizeof (*sums));
  }
}

static void
c_transpose (const gint16 * averages, VitalsOrder order, gint16 * units,
    guint n)
{
  static const guint8 orders[][8] = {
    {0, 1, 2, 3, 4, 5, 6, 7},
    {0, 2, 1, 3, 4, 6, 5, 7},
    {0, 4, 1, 5, 2, 6, 3, 7}
  };
  guint start, row, i;

  for (start = 0; start < n; start += 8, units += 4 * VITALS_UNIT_SIZE) {
    for (row = 0; row < VITALS_KERNEL_ROWS; row++) {
      const gint16 *source = averages + row * n + start;

      for (i = 0; i < 8; i++)
        units[i * VITALS_KERNEL_ROWS + row] = source[orders[order][i]];
    }
  }
}

static void
c_average_columns (const gint16 * units, const VitalsColumns * columns,
    gint16 * cells)
{
  const gint16 *weights = columns->weights;
  guint column, unit, row;

  for (column = 0; column < VITALS_PATCH_SIZE; column++) {
    const gint16 *source = units + columns->first[column] * VITALS_UNIT_SIZE;
    gint32 sums[VITALS_KERNEL_ROWS] = { 0 };

    for (unit = 0; unit < columns->n_units; unit++, weights += 2) {
      for (row = 0; row < VITALS_KERNEL_ROWS; row++)
        sums[row] += weights[0] * source[row]
            + weights[1] * source[VITALS_KERNEL_ROWS + row];
      source += columns->step * VITALS_UNIT_SIZE;
    }
    for (row = 0; row < VITALS_KERNEL_ROWS; row++)
      *cells++ = (sums[row] + (1 << (VITALS_WEIGHT_BITS - 1)))
          >> VITALS_WEIGHT_BITS;
  }
}

static void
c_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels)
{
  guint c, column, row;

  for (c = 0; c < VITALS_N_COMPONENTS; c++, pixels += VITALS_PLANE_BYTES) {
    const gint16 *m = colour->matrix[c];
    guint8 bytes[VITALS_N_CELLS];
    guint i;

    for (i = 0; i < VITALS_N_CELLS; i++) {
      gint32 sum = colour->offset[c] + m[0] * cells[i]
          + m[1] * cells[i + VITALS_N_CELLS]
          + m[2] * cells[i + 2 * VITALS_N_CELLS]
          + m[3] * cells[i + VITALS_N_CELLS];
      gint32 value = (sum >> COLOUR_SHIFT) + VITALS_CENTRE;

      bytes[i] = CLAMP (value, 0, 255);
    }
    for (row = 0; row < VITALS_KERNEL_ROWS; row++) {
      for (column = 0; column < VITALS_PATCH_SIZE; column++)
        pixels[row * VITALS_PATCH_SIZE + column] =
            bytes[column * VITALS_KERNEL_ROWS + row];
    }
  }
}

const VitalsKernels vitals_kernels_c = {
  "c", c_is_usable, c_average_rows, c_transpose, c_average_columns, c_convert
};
