/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* AVX2, compiled with -mavx2 and run where the processor has it. */

#include <immintrin.h>
#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

#define AVERAGE_SHIFT (VITALS_WEIGHT_BITS - VITALS_CELL_BITS)
#define COLOUR_SHIFT (VITALS_MATRIX_BITS + VITALS_CELL_BITS)
#define BLOCK 16

static gboolean
avx2_is_usable (void)
{
  return __builtin_cpu_supports ("avx2");
}

/* Two weights or factors that lie together, in each 32-bit word. */
static inline __m256i
load_pair (const gint16 * pair)
{
  gint32 word;

  memcpy (&word, pair, sizeof (word));
  return _mm256_set1_epi32 (word);
}

static inline __m256i
load_bytes (const guint8 * bytes)
{
  return _mm256_cvtepu8_epi16 (_mm_loadu_si128 ((const __m128i *) bytes));
}

/* Sixteen bytes of each of the rows, two rows at a time. */
static inline __m256i
average_block (const guint8 * bytes, gssize stride, const gint16 * weights,
    guint n_rows)
{
  __m256i low = _mm256_set1_epi32 ((1 << (AVERAGE_SHIFT - 1))
      - (VITALS_CENTRE << VITALS_WEIGHT_BITS));
  __m256i high = low;
  guint row;

  for (row = 0; row < n_rows; row += 2, bytes += 2 * stride) {
    __m256i upper = load_bytes (bytes);
    __m256i lower = load_bytes (row + 1 < n_rows ? bytes + stride : bytes);
    __m256i pair = load_pair (weights + row);

    low = _mm256_add_epi32 (low,
        _mm256_madd_epi16 (_mm256_unpacklo_epi16 (upper, lower), pair));
    high = _mm256_add_epi32 (high,
        _mm256_madd_epi16 (_mm256_unpackhi_epi16 (upper, lower), pair));
  }
  return _mm256_packs_epi32 (_mm256_srai_epi32 (low, AVERAGE_SHIFT),
      _mm256_srai_epi32 (high, AVERAGE_SHIFT));
}

static void
avx2_average_rows (const guint8 * rows, gssize stride, const gint16 * weights,
    guint n_rows, gint16 * averages, guint n)
{
  guint i;

  for (i = 0; i + BLOCK <= n; i += BLOCK)
    _mm256_storeu_si256 ((__m256i *) (averages + i),
        average_block (rows + i, stride, weights, n_rows));
  if (i < n)
    vitals_kernels_c.average_rows (rows + i, stride, weights, n_rows,
        averages + i, n - i);
}

static inline __m256i
reorder (__m256i averages, VitalsOrder order)
{
  switch (order) {
    case VITALS_ORDER_PAIRS:
      averages = _mm256_shufflelo_epi16 (averages, _MM_SHUFFLE (3, 1, 2, 0));
      return _mm256_shufflehi_epi16 (averages, _MM_SHUFFLE (3, 1, 2, 0));
    case VITALS_ORDER_QUADS:
      return _mm256_unpacklo_epi16 (averages, _mm256_srli_si256 (averages, 8));
    default:
      return averages;
  }
}

/* Eight rows of eight 32-bit words. */
static inline void
transpose_block (__m256i * r, gint16 * units)
{
  __m256i t[8], u[8];
  __m256i *target = (__m256i *) units;
  guint i;

  for (i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_epi32 (r[i], r[i + 1]);
    t[i + 1] = _mm256_unpackhi_epi32 (r[i], r[i + 1]);
  }
  for (i = 0; i < 8; i += 4) {
    u[i] = _mm256_unpacklo_epi64 (t[i], t[i + 2]);
    u[i + 1] = _mm256_unpackhi_epi64 (t[i], t[i + 2]);
    u[i + 2] = _mm256_unpacklo_epi64 (t[i + 1], t[i + 3]);
    u[i + 3] = _mm256_unpackhi_epi64 (t[i + 1], t[i + 3]);
  }
  for (i = 0; i < 4; i++) {
    _mm256_store_si256 (target + i,
        _mm256_permute2x128_si256 (u[i], u[i + 4], 0x20));
    _mm256_store_si256 (target + i + 4,
        _mm256_permute2x128_si256 (u[i], u[i + 4], 0x31));
  }
}

static void
avx2_transpose (const gint16 * averages, VitalsOrder order, gint16 * units,
    guint n)
{
  guint i, row;

  for (i = 0; i < n; i += BLOCK, units += BLOCK / 2 * VITALS_UNIT_SIZE) {
    __m256i rows[VITALS_KERNEL_ROWS];

    for (row = 0; row < VITALS_KERNEL_ROWS; row++)
      rows[row] = reorder (_mm256_load_si256 ((const __m256i *) (averages
                  + row * n + i)), order);
    transpose_block (rows, units);
  }
}

/* Two columns at once: their sums do not wait for each other. */
static void
avx2_average_columns (const gint16 * units, const VitalsColumns * columns,
    gint16 * cells)
{
  const guint n_units = columns->n_units;
  const gsize step = columns->step * VITALS_UNIT_SIZE;
  const gint16 *weights = columns->weights;
  guint i, unit;

  for (i = 0; i < VITALS_PATCH_SIZE; i += 2) {
    const gint16 *even = units + columns->first[i] * VITALS_UNIT_SIZE;
    const gint16 *odd = units + columns->first[i + 1] * VITALS_UNIT_SIZE;
    __m256i even_sum = _mm256_set1_epi32 (1 << (VITALS_WEIGHT_BITS - 1));
    __m256i odd_sum = even_sum;

    for (unit = 0; unit < n_units; unit++, weights += 2) {
      even_sum = _mm256_add_epi32 (even_sum,
          _mm256_madd_epi16 (_mm256_load_si256 ((const __m256i *) even),
              load_pair (weights)));
      odd_sum = _mm256_add_epi32 (odd_sum,
          _mm256_madd_epi16 (_mm256_load_si256 ((const __m256i *) odd),
              load_pair (weights + 2 * n_units)));
      even += step;
      odd += step;
    }
    weights += 2 * n_units;
    even_sum = _mm256_packs_epi32 (_mm256_srai_epi32 (even_sum,
            VITALS_WEIGHT_BITS), _mm256_srai_epi32 (odd_sum,
            VITALS_WEIGHT_BITS));
    _mm256_store_si256 ((__m256i *) (cells + i * VITALS_KERNEL_ROWS),
        _mm256_permute4x64_epi64 (even_sum, _MM_SHUFFLE (3, 1, 2, 0)));
  }
}

/* Sixteen cells: component 0 with 1, and 2 with 1, each in two halves. */
typedef struct
{
  __m256i low01, high01, low21, high21;
} Cells;

static inline Cells
load_cells (const gint16 * cells)
{
  __m256i c0 = _mm256_load_si256 ((const __m256i *) cells);
  __m256i c1 = _mm256_load_si256 ((const __m256i *) (cells + VITALS_N_CELLS));
  __m256i c2 =
      _mm256_load_si256 ((const __m256i *) (cells + 2 * VITALS_N_CELLS));
  Cells loaded;

  loaded.low01 = _mm256_unpacklo_epi16 (c0, c1);
  loaded.high01 = _mm256_unpackhi_epi16 (c0, c1);
  loaded.low21 = _mm256_unpacklo_epi16 (c2, c1);
  loaded.high21 = _mm256_unpackhi_epi16 (c2, c1);
  return loaded;
}

static inline __m256i
convert_half (__m256i pair01, __m256i pair21, const gint16 * m, gint32 offset)
{
  __m256i sum = _mm256_add_epi32 (_mm256_madd_epi16 (pair01, load_pair (m)),
      _mm256_madd_epi16 (pair21, load_pair (m + 2)));

  return _mm256_srai_epi32 (_mm256_add_epi32 (sum,
          _mm256_set1_epi32 (offset)), COLOUR_SHIFT);
}

/* Two columns of one colour. */
static inline __m256i
convert_cells (const Cells * cells, const gint16 * m, gint32 offset)
{
  return _mm256_packs_epi32 (convert_half (cells->low01, cells->low21, m,
          offset), convert_half (cells->high01, cells->high21, m, offset));
}

static inline void
store_two_rows (guint8 * pixels, __m128i rows)
{
  _mm_storel_epi64 ((__m128i *) pixels, rows);
  _mm_storel_epi64 ((__m128i *) (pixels + VITALS_PATCH_SIZE),
      _mm_unpackhi_epi64 (rows, rows));
}

/* Columns a to h of eight rows, to rows of eight columns. Lanes of @acbd are
 * a c and b d; of @egfh e g and f h. */
static inline void
store_block (guint8 * pixels, __m256i acbd, __m256i egfh)
{
  const __m256i centre = _mm256_set1_epi8 ((char) VITALS_CENTRE);
  __m128i ac, bd, eg, fh, ab, cd, ef, gh, upper, lower;

  acbd = _mm256_xor_si256 (acbd, centre);
  egfh = _mm256_xor_si256 (egfh, centre);
  ac = _mm256_castsi256_si128 (acbd);
  bd = _mm256_extracti128_si256 (acbd, 1);
  eg = _mm256_castsi256_si128 (egfh);
  fh = _mm256_extracti128_si256 (egfh, 1);
  ab = _mm_unpacklo_epi8 (ac, bd);
  cd = _mm_unpackhi_epi8 (ac, bd);
  ef = _mm_unpacklo_epi8 (eg, fh);
  gh = _mm_unpackhi_epi8 (eg, fh);
  upper = _mm_unpacklo_epi16 (ab, cd);
  lower = _mm_unpacklo_epi16 (ef, gh);
  store_two_rows (pixels, _mm_unpacklo_epi32 (upper, lower));
  store_two_rows (pixels + 2 * VITALS_PATCH_SIZE,
      _mm_unpackhi_epi32 (upper, lower));
  upper = _mm_unpackhi_epi16 (ab, cd);
  lower = _mm_unpackhi_epi16 (ef, gh);
  store_two_rows (pixels + 4 * VITALS_PATCH_SIZE,
      _mm_unpacklo_epi32 (upper, lower));
  store_two_rows (pixels + 6 * VITALS_PATCH_SIZE,
      _mm_unpackhi_epi32 (upper, lower));
}

static void
avx2_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels)
{
  guint column, c, i;

  for (column = 0; column < VITALS_PATCH_SIZE; column += 8) {
    const gint16 *block = cells + column * VITALS_KERNEL_ROWS;
    Cells loaded[4];

    for (i = 0; i < 4; i++)
      loaded[i] = load_cells (block + i * BLOCK);
    for (c = 0; c < VITALS_N_COMPONENTS; c++) {
      __m256i pairs[4];

      for (i = 0; i < 4; i++)
        pairs[i] = convert_cells (&loaded[i], colour->matrix[c],
            colour->offset[c]);
      store_block (pixels + c * VITALS_PLANE_BYTES + column,
          _mm256_packs_epi16 (pairs[0], pairs[1]),
          _mm256_packs_epi16 (pairs[2], pairs[3]));
    }
  }
}

const VitalsKernels vitals_kernels_avx2 = {
  "avx2", avx2_is_usable, avx2_average_rows, avx2_transpose,
  avx2_average_columns, avx2_convert
};
