/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* SSE2, which every x86-64 processor has. */

#include <emmintrin.h>
#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

#define AVERAGE_SHIFT (VITALS_WEIGHT_BITS - VITALS_CELL_BITS)
#define COLOUR_SHIFT (VITALS_MATRIX_BITS + VITALS_CELL_BITS)
#define BLOCK 8
/* Cells in a register. */
#define CELLS 8

static gboolean
sse2_is_usable (void)
{
  return TRUE;
}

/* Two weights or factors that lie together, in each 32-bit word. */
static inline __m128i
load_pair (const gint16 * pair)
{
  gint32 word;

  memcpy (&word, pair, sizeof (word));
  return _mm_set1_epi32 (word);
}

/* Four columns of two rows that alternate, rounded. */
static inline __m128i
multiply_words (__m128i words, __m128i pair)
{
  return _mm_srai_epi32 (_mm_add_epi32 (_mm_madd_epi16 (words, pair),
          _mm_set1_epi32 (1 << (AVERAGE_SHIFT - 1))), AVERAGE_SHIFT);
}

/* Eight bytes as centred words. */
static inline __m128i
load_words (const guint8 * bytes)
{
  return _mm_sub_epi16 (_mm_unpacklo_epi8 (_mm_loadl_epi64 ((const __m128i *)
              bytes), _mm_setzero_si128 ()), _mm_set1_epi16 (VITALS_CENTRE));
}

/* Eight bytes of each of the rows, two rows at a time. */
static inline __m128i
average_block (const guint8 * bytes, gssize stride, const gint16 * weights,
    guint n_rows)
{
  __m128i sum = _mm_setzero_si128 ();
  guint row;

  for (row = 0; row < n_rows; row += 2, bytes += 2 * stride) {
    __m128i upper = load_words (bytes);
    __m128i lower = load_words (row + 1 < n_rows ? bytes + stride : bytes);
    __m128i pair = load_pair (weights + row);

    sum = _mm_add_epi16 (sum, _mm_packs_epi32 (multiply_words
            (_mm_unpacklo_epi16 (upper, lower), pair),
            multiply_words (_mm_unpackhi_epi16 (upper, lower), pair)));
  }
  return sum;
}

static void
sse2_average_rows (const guint8 * rows, gssize stride, const gint16 * weights,
    guint n_rows, gint16 * averages, guint n)
{
  guint i;

  for (i = 0; i + BLOCK <= n; i += BLOCK)
    _mm_storeu_si128 ((__m128i *) (averages + i),
        average_block (rows + i, stride, weights, n_rows));
  if (i < n)
    vitals_kernels_c.average_rows (rows + i, stride, weights, n_rows,
        averages + i, n - i);
}

static inline __m128i
reorder (__m128i averages, VitalsOrder order)
{
  switch (order) {
    case VITALS_ORDER_PAIRS:
      averages = _mm_shufflelo_epi16 (averages, _MM_SHUFFLE (3, 1, 2, 0));
      return _mm_shufflehi_epi16 (averages, _MM_SHUFFLE (3, 1, 2, 0));
    case VITALS_ORDER_QUADS:
      return _mm_unpacklo_epi16 (averages, _mm_srli_si128 (averages, 8));
    default:
      return averages;
  }
}

/* Four rows of four 32-bit words; units have room for eight rows. */
static inline void
transpose_block (const __m128i * rows, gint16 * units)
{
  __m128i low01 = _mm_unpacklo_epi32 (rows[0], rows[1]);
  __m128i high01 = _mm_unpackhi_epi32 (rows[0], rows[1]);
  __m128i low23 = _mm_unpacklo_epi32 (rows[2], rows[3]);
  __m128i high23 = _mm_unpackhi_epi32 (rows[2], rows[3]);

  _mm_store_si128 ((__m128i *) units, _mm_unpacklo_epi64 (low01, low23));
  _mm_store_si128 ((__m128i *) (units + VITALS_UNIT_SIZE),
      _mm_unpackhi_epi64 (low01, low23));
  _mm_store_si128 ((__m128i *) (units + 2 * VITALS_UNIT_SIZE),
      _mm_unpacklo_epi64 (high01, high23));
  _mm_store_si128 ((__m128i *) (units + 3 * VITALS_UNIT_SIZE),
      _mm_unpackhi_epi64 (high01, high23));
}

static void
sse2_transpose (const gint16 * averages, VitalsOrder order, gint16 * units,
    guint n)
{
  guint i, row;

  for (i = 0; i < n; i += 8, units += 4 * VITALS_UNIT_SIZE) {
    __m128i rows[VITALS_KERNEL_ROWS];

    for (row = 0; row < VITALS_KERNEL_ROWS; row++)
      rows[row] = reorder (_mm_load_si128 ((const __m128i *) (averages
                  + row * n + i)), order);
    transpose_block (rows, units);
    transpose_block (rows + 4, units + VITALS_UNIT_SIZE / 2);
  }
}

static void
sse2_average_columns (const gint16 * units, const VitalsColumns * columns,
    gint16 * cells)
{
  const gsize step = columns->step * VITALS_UNIT_SIZE;
  const gint16 *weights = columns->weights;
  guint i, unit;

  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    const gint16 *source = units + columns->first[i] * VITALS_UNIT_SIZE;
    __m128i upper = _mm_set1_epi32 (1 << (VITALS_WEIGHT_BITS - 1));
    __m128i lower = upper;

    for (unit = 0; unit < columns->n_units; unit++, weights += 2) {
      const __m128i *rows = (const __m128i *) source;
      __m128i pair = load_pair (weights);

      upper = _mm_add_epi32 (upper, _mm_madd_epi16 (_mm_load_si128 (rows),
              pair));
      lower = _mm_add_epi32 (lower, _mm_madd_epi16 (_mm_load_si128 (rows + 1),
              pair));
      source += step;
    }
    _mm_store_si128 ((__m128i *) (cells + i * VITALS_KERNEL_ROWS),
        _mm_packs_epi32 (_mm_srai_epi32 (upper, VITALS_WEIGHT_BITS),
            _mm_srai_epi32 (lower, VITALS_WEIGHT_BITS)));
  }
}

/* One column: component 0 with 1, and 2 with 1, each in two halves. */
typedef struct
{
  __m128i low01, high01, low21, high21;
} Cells;

static inline Cells
load_cells (const gint16 * cells)
{
  __m128i c0 = _mm_load_si128 ((const __m128i *) cells);
  __m128i c1 = _mm_load_si128 ((const __m128i *) (cells + VITALS_N_CELLS));
  __m128i c2 = _mm_load_si128 ((const __m128i *) (cells + 2 * VITALS_N_CELLS));
  Cells loaded;

  loaded.low01 = _mm_unpacklo_epi16 (c0, c1);
  loaded.high01 = _mm_unpackhi_epi16 (c0, c1);
  loaded.low21 = _mm_unpacklo_epi16 (c2, c1);
  loaded.high21 = _mm_unpackhi_epi16 (c2, c1);
  return loaded;
}

static inline __m128i
convert_half (__m128i pair01, __m128i pair21, const gint16 * m, gint32 offset)
{
  __m128i sum = _mm_add_epi32 (_mm_madd_epi16 (pair01, load_pair (m)),
      _mm_madd_epi16 (pair21, load_pair (m + 2)));

  return _mm_srai_epi32 (_mm_add_epi32 (sum, _mm_set1_epi32 (offset)),
      COLOUR_SHIFT);
}

static inline __m128i
convert_cells (const Cells * cells, const gint16 * m, gint32 offset)
{
  return _mm_packs_epi32 (convert_half (cells->low01, cells->low21, m,
          offset), convert_half (cells->high01, cells->high21, m, offset));
}

static inline void
store_two_rows (guint8 * pixels, __m128i rows)
{
  _mm_storel_epi64 ((__m128i *) pixels, rows);
  _mm_storel_epi64 ((__m128i *) (pixels + VITALS_PATCH_SIZE),
      _mm_unpackhi_epi64 (rows, rows));
}

/* Eight columns of eight rows, two columns a register, to rows of columns. */
static inline void
store_block (guint8 * pixels, const __m128i * columns)
{
  __m128i pairs[4], quads[4];
  guint i;

  for (i = 0; i < 4; i++)
    pairs[i] = _mm_unpacklo_epi8 (columns[i], _mm_srli_si128 (columns[i], 8));
  for (i = 0; i < 4; i += 2) {
    quads[i] = _mm_unpacklo_epi16 (pairs[i], pairs[i + 1]);
    quads[i + 1] = _mm_unpackhi_epi16 (pairs[i], pairs[i + 1]);
  }
  for (i = 0; i < 2; i++, pixels += 4 * VITALS_PATCH_SIZE) {
    store_two_rows (pixels, _mm_unpacklo_epi32 (quads[i], quads[i + 2]));
    store_two_rows (pixels + 2 * VITALS_PATCH_SIZE,
        _mm_unpackhi_epi32 (quads[i], quads[i + 2]));
  }
}

static void
sse2_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels)
{
  const __m128i centre = _mm_set1_epi8 ((char) VITALS_CENTRE);
  guint column, c, i;

  for (column = 0; column < VITALS_PATCH_SIZE; column += 8) {
    const gint16 *block = cells + column * VITALS_KERNEL_ROWS;
    Cells loaded[8];

    for (i = 0; i < 8; i++)
      loaded[i] = load_cells (block + i * CELLS);
    for (c = 0; c < VITALS_N_COMPONENTS; c++) {
      const gint16 *m = colour->matrix[c];
      gint32 offset = colour->offset[c];
      __m128i columns[4];

      for (i = 0; i < 4; i++)
        columns[i] = _mm_xor_si128 (centre,
            _mm_packs_epi16 (convert_cells (&loaded[2 * i], m, offset),
                convert_cells (&loaded[2 * i + 1], m, offset)));
      store_block (pixels + c * VITALS_PLANE_BYTES + column, columns);
    }
  }
}

const VitalsKernels vitals_kernels_sse2 = {
  "sse2", sse2_is_usable, sse2_average_rows, sse2_transpose,
  sse2_average_columns, sse2_convert
};
