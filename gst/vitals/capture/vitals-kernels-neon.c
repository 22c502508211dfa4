/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernels for AArch64, whose processors all have NEON. */

#include <arm_neon.h>
#include <vitals/capture/vitals-kernels-private.h>

/* Rows of a block of cells, in a register. */
#define ROWS 8
#define N_CELLS VITALS_N_CELLS (ROWS)
#define INLINE inline

static gboolean
neon_is_usable (void)
{
  return TRUE;
}

/* Bytes times words, without the lower byte of the products. */
static INLINE uint16x8_t
add_weighted (uint16x8_t sum, uint8x8_t bytes, guint16 weight)
{
  sum = vmlal_u8 (sum, bytes, vdup_n_u8 (weight >> 8));
  return vsraq_n_u16 (sum, vmull_u8 (bytes, vdup_n_u8 (weight & 0xff)), 8);
}

/* Sums times a weight of 24 bits, without the lower word of the products. */
static INLINE uint16x8_t
add_weighted_sums (uint16x8_t sum, uint16x8_t sums, guint32 weight)
{
  uint32x4_t low = vmull_n_u16 (vget_low_u16 (sums), weight & 0xffff);
  uint32x4_t high = vmull_n_u16 (vget_high_u16 (sums), weight & 0xffff);

  sum = vmlaq_n_u16 (sum, sums, weight >> 16);
  return vaddq_u16 (sum, vcombine_u16 (vshrn_n_u32 (low, 16),
          vshrn_n_u32 (high, 16)));
}

/* Sixteen averages. */
typedef struct
{
  uint16x8_t low, high;
} Words;

static INLINE void
add_row (Words * sum, const guint8 * bytes, guint16 weight)
{
  uint8x16_t row = vld1q_u8 (bytes);

  sum->low = add_weighted (sum->low, vget_low_u8 (row), weight);
  sum->high = add_weighted (sum->high, vget_high_u8 (row), weight);
}

/* At most VITALS_MAX_SUMMANDS rows. */
static INLINE void
add_inner (Words * sum, const guint8 * bytes, gssize stride, guint32 weight,
    guint n)
{
  Words inner = { vdupq_n_u16 (0), vdupq_n_u16 (0) };

  for (; n > 0; n--, bytes += stride) {
    uint8x16_t row = vld1q_u8 (bytes);

    inner.low = vaddw_u8 (inner.low, vget_low_u8 (row));
    inner.high = vaddw_u8 (inner.high, vget_high_u8 (row));
  }
  sum->low = add_weighted_sums (sum->low, inner.low, weight);
  sum->high = add_weighted_sums (sum->high, inner.high, weight);
}

static INLINE Words
spread_words (gint16 value)
{
  Words words = { vdupq_n_u16 (value), vdupq_n_u16 (value) };

  return words;
}

static INLINE void
store_words (gint16 * averages, guint block_rows, Words words)
{
  vst1q_s16 (averages, vreinterpretq_s16_u16 (words.low));
  vst1q_s16 (averages + VITALS_TILE_SIZE (block_rows),
      vreinterpretq_s16_u16 (words.high));
}

#include <vitals/capture/vitals-kernels-rows-private.h>

/* Columns 2i and 2i+1 of eight rows come to be rows. */
static INLINE void
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
neon_transpose (const gint16 * tiles, gint16 * columns, guint n_tiles)
{
  guint tile, i;

  for (tile = 0; tile < n_tiles; tile++, tiles += VITALS_TILE_SIZE (ROWS)) {
    int16x8_t rows[ROWS];

    for (i = 0; i < ROWS; i++)
      rows[i] = vld1q_s16 (tiles + i * VITALS_TILE_COLUMNS);
    transpose_8x8 (rows);
    for (i = 0; i < VITALS_TILE_COLUMNS; i++, columns += ROWS)
      vst1q_s16 (columns, rows[i]);
  }
}

static INLINE void
average_component (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, gint16 * cells)
{
  const gint16 *weights = plan->weights + 2 * range->first * plan->n;
  guint cell, i;

  for (cell = range->first; cell < range->end; cell++) {
    const gint16 *source = columns + (plan->first[cell] - range->base) * ROWS;
    int16x8_t sum = vdupq_n_s16 (0);

    for (i = 0; i < plan->n; i++, weights += 2, source += plan->step * ROWS)
      sum = vqaddq_s16 (sum, vqrdmulhq_n_s16 (vld1q_s16 (source), *weights));
    vst1q_s16 (cells + cell * ROWS, sum);
  }
}

static void
neon_average_columns (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, gint16 * cells)
{
  guint c;

  for (c = 0; c < plan->n_components; c++)
    average_component (columns + plan->offset[c] * ROWS, plan, range, cells
        + c * N_CELLS);
}

/* One column of one colour. */
static INLINE uint8x8_t
convert_column (const gint16 * cells, const gint16 * m, gint16 offset)
{
  int16x8_t sum = vqrdmulhq_n_s16 (vld1q_s16 (cells), m[0]);

  sum = vaddq_s16 (sum, vqrdmulhq_n_s16 (vld1q_s16 (cells + N_CELLS), m[1]));
  sum = vaddq_s16 (sum, vqrdmulhq_n_s16 (vld1q_s16 (cells + 2 * N_CELLS),
          m[2]));
  sum = vqaddq_s16 (sum, vdupq_n_s16 (offset));
  return vqmovun_s16 (vshrq_n_s16 (sum, VITALS_COLOUR_BITS));
}

/* Eight columns of eight rows to rows of columns. */
static INLINE void
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

/* One colour. */
static INLINE void
convert_colour (const gint16 * cells, const gint16 * m, gint16 offset,
    guint8 * pixels)
{
  guint column, i;

  for (column = 0; column < VITALS_PATCH_SIZE; column += 8) {
    uint8x8_t columns[8];

    for (i = 0; i < 8; i++, cells += ROWS)
      columns[i] = convert_column (cells, m, offset);
    store_block (pixels + column, columns);
  }
}

static void
neon_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels, guint n_rows G_GNUC_UNUSED)
{
  guint c;

  for (c = 0; c < VITALS_N_COMPONENTS; c++)
    convert_colour (cells, colour->matrix[c], colour->offset,
        pixels + c * VITALS_PLANE_BYTES);
}

const VitalsKernels vitals_kernels_neon = {
  "neon", neon_is_usable, ROWS, average_rows, neon_transpose,
  neon_average_columns, neon_convert
};
