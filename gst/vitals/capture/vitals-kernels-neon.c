/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernels for AArch64, whose processors all have NEON. */

#include <arm_neon.h>
#include <vitals/capture/vitals-kernels-private.h>

#define AVERAGE_SHIFT (VITALS_WEIGHT_BITS - VITALS_CELL_BITS)
#define COLOUR_SHIFT (VITALS_MATRIX_BITS + VITALS_CELL_BITS)
#define BLOCK 16

static gboolean
neon_is_usable (void)
{
  return TRUE;
}

static inline int8x16_t
load_centred (const guint8 * bytes)
{
  return vreinterpretq_s8_u8 (veorq_u8 (vld1q_u8 (bytes),
          vdupq_n_u8 (VITALS_CENTRE)));
}

/* Eight columns of two rows, rounded. */
static inline int16x8_t
average_pair (int16x8_t upper, int16x8_t lower, const gint16 * weights)
{
  int32x4_t low = vmull_n_s16 (vget_low_s16 (upper), weights[0]);
  int32x4_t high = vmull_n_s16 (vget_high_s16 (upper), weights[0]);

  low = vmlal_n_s16 (low, vget_low_s16 (lower), weights[1]);
  high = vmlal_n_s16 (high, vget_high_s16 (lower), weights[1]);
  return vcombine_s16 (vrshrn_n_s32 (low, AVERAGE_SHIFT),
      vrshrn_n_s32 (high, AVERAGE_SHIFT));
}

static void
neon_average_rows (const guint8 * rows, gssize stride, const gint16 * weights,
    guint n_rows, gint16 * averages, guint n)
{
  guint i, row;

  for (i = 0; i + BLOCK <= n; i += BLOCK) {
    const guint8 *bytes = rows + i;
    int16x8_t low = vdupq_n_s16 (0), high = low;

    for (row = 0; row < n_rows; row += 2, bytes += 2 * stride) {
      int8x16_t upper = load_centred (bytes);
      int8x16_t lower = load_centred (row + 1 < n_rows ? bytes + stride
          : bytes);

      low = vaddq_s16 (low, average_pair (vmovl_s8 (vget_low_s8 (upper)),
              vmovl_s8 (vget_low_s8 (lower)), weights + row));
      high = vaddq_s16 (high, average_pair (vmovl_s8 (vget_high_s8 (upper)),
              vmovl_s8 (vget_high_s8 (lower)), weights + row));
    }
    vst1q_s16 (averages + i, low);
    vst1q_s16 (averages + i + 8, high);
  }
  if (i < n)
    vitals_kernels_c.average_rows (rows + i, stride, weights, n_rows,
        averages + i, n - i);
}

/* Columns 2i and 2i+1 of eight rows come to be rows. */
static inline void
transpose_8x8 (int16x8_t * rows)
{
  int32x4x2_t quads[4];
  guint i;

  for (i = 0; i < 4; i++) {
    int16x8x2_t pair = vtrnq_s16 (rows[2 * i], rows[2 * i + 1]);

    rows[2 * i] = pair.val[0];
    rows[2 * i + 1] = pair.val[1];
  }
  for (i = 0; i < 4; i++) {
    guint first = i / 2 * 4 + i % 2;

    quads[i] = vtrnq_s32 (vreinterpretq_s32_s16 (rows[first]),
        vreinterpretq_s32_s16 (rows[first + 2]));
  }
  /* quads[i] has columns i % 2 and i % 2 + 2, and four on, of rows i / 2 * 4 */
  for (i = 0; i < 4; i++) {
    int32x4_t upper = quads[i % 2].val[i / 2];
    int32x4_t lower = quads[2 + i % 2].val[i / 2];

    rows[i] = vreinterpretq_s16_s64 (vcombine_s64 (vget_low_s64
            (vreinterpretq_s64_s32 (upper)),
            vget_low_s64 (vreinterpretq_s64_s32 (lower))));
    rows[i + 4] = vreinterpretq_s16_s64 (vcombine_s64 (vget_high_s64
            (vreinterpretq_s64_s32 (upper)),
            vget_high_s64 (vreinterpretq_s64_s32 (lower))));
  }
}

static void
neon_transpose (const gint16 * averages, VitalsOrder order, gint16 * units,
    guint n)
{
  static const guint8 orders[][8] = {
    {0, 1, 2, 3, 4, 5, 6, 7},
    {0, 2, 1, 3, 4, 6, 5, 7},
    {0, 4, 1, 5, 2, 6, 3, 7}
  };
  guint i, row;

  for (i = 0; i < n; i += 8, units += 4 * VITALS_UNIT_SIZE) {
    int16x8_t rows[VITALS_KERNEL_ROWS];

    for (row = 0; row < VITALS_KERNEL_ROWS; row++)
      rows[row] = vld1q_s16 (averages + row * n + i);
    transpose_8x8 (rows);
    for (row = 0; row < VITALS_KERNEL_ROWS; row++)
      vst1q_s16 (units + row * VITALS_KERNEL_ROWS, rows[orders[order][row]]);
  }
}

static void
neon_average_columns (const gint16 * units, const VitalsColumns * columns,
    gint16 * cells)
{
  const gsize step = columns->step * VITALS_UNIT_SIZE;
  const gint16 *weights = columns->weights;
  guint i, unit;

  for (i = 0; i < VITALS_PATCH_SIZE; i++, cells += VITALS_KERNEL_ROWS) {
    const gint16 *source = units + columns->first[i] * VITALS_UNIT_SIZE;
    int32x4_t upper = vdupq_n_s32 (0), lower = upper;

    for (unit = 0; unit < columns->n_units; unit++, weights += 2) {
      int16x8_t left = vld1q_s16 (source);
      int16x8_t right = vld1q_s16 (source + VITALS_KERNEL_ROWS);

      upper = vmlal_n_s16 (upper, vget_low_s16 (left), weights[0]);
      upper = vmlal_n_s16 (upper, vget_low_s16 (right), weights[1]);
      lower = vmlal_n_s16 (lower, vget_high_s16 (left), weights[0]);
      lower = vmlal_n_s16 (lower, vget_high_s16 (right), weights[1]);
      source += step;
    }
    vst1q_s16 (cells, vcombine_s16 (vrshrn_n_s32 (upper, VITALS_WEIGHT_BITS),
            vrshrn_n_s32 (lower, VITALS_WEIGHT_BITS)));
  }
}

/* Four cells of one colour, as steps from the centre. */
static inline int16x4_t
convert_four (int16x4_t c0, int16x4_t c1, int16x4_t c2, const gint16 * m,
    gint32 offset)
{
  int32x4_t sum = vmlal_n_s16 (vdupq_n_s32 (offset), c0, m[0]);

  sum = vmlal_n_s16 (sum, c1, m[1]);
  sum = vmlal_n_s16 (sum, c2, m[2]);
  sum = vmlal_n_s16 (sum, c1, m[3]);
  return vqmovn_s32 (vshrq_n_s32 (sum, COLOUR_SHIFT));
}

/* One column: eight rows. */
static inline uint8x8_t
convert_column (const gint16 * cells, const gint16 * m, gint32 offset)
{
  int16x8_t c0 = vld1q_s16 (cells);
  int16x8_t c1 = vld1q_s16 (cells + VITALS_N_CELLS);
  int16x8_t c2 = vld1q_s16 (cells + 2 * VITALS_N_CELLS);
  int16x8_t steps = vcombine_s16 (convert_four (vget_low_s16 (c0),
          vget_low_s16 (c1), vget_low_s16 (c2), m, offset),
      convert_four (vget_high_s16 (c0), vget_high_s16 (c1), vget_high_s16 (c2),
          m, offset));

  return veor_u8 (vreinterpret_u8_s8 (vqmovn_s16 (steps)),
      vdup_n_u8 (VITALS_CENTRE));
}

/* Eight columns of eight rows to rows of columns. */
static inline void
store_block (guint8 * pixels, uint8x8_t * columns)
{
  guint i;

  for (i = 0; i < 8; i += 2) {
    uint8x8x2_t pair = vtrn_u8 (columns[i], columns[i + 1]);

    columns[i] = pair.val[0];
    columns[i + 1] = pair.val[1];
  }
  for (i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
    uint16x4x2_t pair = vtrn_u16 (vreinterpret_u16_u8 (columns[i]),
        vreinterpret_u16_u8 (columns[i + 2]));

    columns[i] = vreinterpret_u8_u16 (pair.val[0]);
    columns[i + 2] = vreinterpret_u8_u16 (pair.val[1]);
  }
  for (i = 0; i < 4; i++) {
    uint32x2x2_t pair = vtrn_u32 (vreinterpret_u32_u8 (columns[i]),
        vreinterpret_u32_u8 (columns[i + 4]));

    vst1_u8 (pixels + i * VITALS_PATCH_SIZE, vreinterpret_u8_u32 (pair.val[0]));
    vst1_u8 (pixels + (i + 4) * VITALS_PATCH_SIZE,
        vreinterpret_u8_u32 (pair.val[1]));
  }
}

static void
neon_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels)
{
  guint column, c, i;

  for (column = 0; column < VITALS_PATCH_SIZE; column += 8) {
    const gint16 *block = cells + column * VITALS_KERNEL_ROWS;

    for (c = 0; c < VITALS_N_COMPONENTS; c++) {
      uint8x8_t columns[8];

      for (i = 0; i < 8; i++)
        columns[i] = convert_column (block + i * VITALS_KERNEL_ROWS,
            colour->matrix[c], colour->offset[c]);
      store_block (pixels + c * VITALS_PLANE_BYTES + column, columns);
    }
  }
}

const VitalsKernels vitals_kernels_neon = {
  "neon", neon_is_usable, neon_average_rows, neon_transpose,
  neon_average_columns, neon_convert
};
