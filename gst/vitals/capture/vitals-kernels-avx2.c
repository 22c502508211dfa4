/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* AVX2, compiled with -mavx2 and run where the processor has it. */

#include <immintrin.h>
#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

#define COLOUR_SHIFT (VITALS_MATRIX_BITS + VITALS_CELL_BITS)
/* Bytes, and pairs of rows, that are averaged at once. */
#define BLOCK 32
#define MAX_PAIRS 3
/* 16-bit words in a register. */
#define WORDS 16

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

/* Weights of two rows, for bytes of the one and the other in turn. Bytes can be
 * multiplied with eight bits only: a weight is @high * 128 + @low. */
typedef struct
{
  __m256i high, low;
} SplitWeights;

static inline SplitWeights
split_weights (const gint16 * pair)
{
  SplitWeights split;

  split.high = _mm256_set1_epi16 (pair[0] >> 7 | pair[1] >> 7 << 8);
  split.low = _mm256_set1_epi16 ((pair[0] & 127) | (pair[1] & 127) << 8);
  return split;
}

/* The part of @high is exact, that of @low is rounded. */
static inline __m256i
multiply_bytes (__m256i bytes, SplitWeights weights)
{
  __m256i high = _mm256_maddubs_epi16 (weights.high, bytes);
  __m256i low = _mm256_maddubs_epi16 (weights.low, bytes);

  return _mm256_add_epi16 (_mm256_add_epi16 (high, high),
      _mm256_mulhrs_epi16 (low, _mm256_set1_epi16 (512)));
}

static inline __m256i
load_bytes (const guint8 * bytes)
{
  return _mm256_xor_si256 (_mm256_loadu_si256 ((const __m256i *) bytes),
      _mm256_set1_epi8 ((char) VITALS_CENTRE));
}

/* Up to six rows, two at a time, added to @averages when these hold the rows
 * before. @n_pairs and @add are constants where this is inlined; @last is the
 * last of an even number of rows. */
static inline __attribute__((always_inline))
     void average_pairs (const guint8 * rows, gssize stride,
    const guint8 * last, const gint16 * weights, guint n_pairs, gboolean add,
    gint16 * averages, guint n)
{
  const guint8 *sources[2 * MAX_PAIRS];
  SplitWeights split[MAX_PAIRS];
  gsize i, p;

  for (p = 0; p < n_pairs; p++) {
    split[p] = split_weights (weights + 2 * p);
    sources[2 * p] = rows + 2 * p * stride;
    sources[2 * p + 1] = rows + (2 * p + 1) * stride;
  }
  sources[2 * n_pairs - 1] = last;
  for (i = 0; i + BLOCK <= n; i += BLOCK) {
    __m256i *target = (__m256i *) (averages + i);
    __m256i even = _mm256_setzero_si256 (), odd = even, low, high;

    for (p = 0; p < n_pairs; p++) {
      __m256i upper = load_bytes (sources[2 * p] + i);
      __m256i lower = load_bytes (sources[2 * p + 1] + i);

      even = _mm256_add_epi16 (even, multiply_bytes (_mm256_unpacklo_epi8
              (upper, lower), split[p]));
      odd = _mm256_add_epi16 (odd, multiply_bytes (_mm256_unpackhi_epi8
              (upper, lower), split[p]));
    }
    low = _mm256_permute2x128_si256 (even, odd, 0x20);
    high = _mm256_permute2x128_si256 (even, odd, 0x31);
    if (add) {
      low = _mm256_add_epi16 (low, _mm256_loadu_si256 (target));
      high = _mm256_add_epi16 (high, _mm256_loadu_si256 (target + 1));
    }
    _mm256_storeu_si256 (target, low);
    _mm256_storeu_si256 (target + 1, high);
  }
}

static inline __attribute__((always_inline))
     void average_few_rows (const guint8 * rows, gssize stride,
    const gint16 * weights, guint n_rows, gboolean add, gint16 * averages,
    guint n)
{
  const guint8 *last = rows + (gssize) (n_rows - 1) * stride;

  if (n_rows <= 2)
    average_pairs (rows, stride, last, weights, 1, add, averages, n);
  else if (n_rows <= 4)
    average_pairs (rows, stride, last, weights, 2, add, averages, n);
  else
    average_pairs (rows, stride, last, weights, 3, add, averages, n);
}

static void
avx2_average_rows (const guint8 * rows, gssize stride, const gint16 * weights,
    guint n_rows, gint16 * averages, guint n)
{
  guint tail = n % BLOCK, row;

  average_few_rows (rows, stride, weights, MIN (n_rows, 2 * MAX_PAIRS), FALSE,
      averages, n);
  for (row = 2 * MAX_PAIRS; row < n_rows; row += 2 * MAX_PAIRS)
    average_few_rows (rows + row * stride, stride, weights + row,
        MIN (n_rows - row, 2 * MAX_PAIRS), TRUE, averages, n);
  if (tail)
    vitals_kernels_c.average_rows (rows + n - tail, stride, weights, n_rows,
        averages + n - tail, tail);
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

  for (i = 0; i < n; i += WORDS, units += WORDS / 2 * VITALS_UNIT_SIZE) {
    __m256i rows[VITALS_KERNEL_ROWS];

    for (row = 0; row < VITALS_KERNEL_ROWS; row++)
      rows[row] = reorder (_mm256_load_si256 ((const __m256i *) (averages
                  + row * n + i)), order);
    transpose_block (rows, units);
  }
}

/* Two columns at once: their sums do not wait for each other. @n_units is a
 * constant where this is inlined. */
static inline __attribute__((always_inline))
     void average_units (const gint16 * units, const VitalsColumns * columns,
    guint n_units, gint16 * cells)
{
  const gsize step = columns->step * VITALS_UNIT_SIZE;
  const gint16 *weights = columns->weights;
  guint i, unit;

  for (i = 0; i < VITALS_PATCH_SIZE; i += 2, weights += 4 * n_units) {
    const gint16 *even = units + columns->first[i] * VITALS_UNIT_SIZE;
    const gint16 *odd = units + columns->first[i + 1] * VITALS_UNIT_SIZE;
    __m256i even_sum = _mm256_set1_epi32 (1 << (VITALS_WEIGHT_BITS - 1));
    __m256i odd_sum = even_sum;

    for (unit = 0; unit < n_units; unit++) {
      even_sum = _mm256_add_epi32 (even_sum,
          _mm256_madd_epi16 (_mm256_load_si256 ((const __m256i *) (even
                      + unit * step)), load_pair (weights + 2 * unit)));
      odd_sum = _mm256_add_epi32 (odd_sum,
          _mm256_madd_epi16 (_mm256_load_si256 ((const __m256i *) (odd
                      + unit * step)), load_pair (weights + 2 * (n_units
                      + unit))));
    }
    even_sum = _mm256_packs_epi32 (_mm256_srai_epi32 (even_sum,
            VITALS_WEIGHT_BITS), _mm256_srai_epi32 (odd_sum,
            VITALS_WEIGHT_BITS));
    _mm256_store_si256 ((__m256i *) (cells + i * VITALS_KERNEL_ROWS),
        _mm256_permute4x64_epi64 (even_sum, _MM_SHUFFLE (3, 1, 2, 0)));
  }
}

static void
avx2_average_columns (const gint16 * units, const VitalsColumns * columns,
    gint16 * cells)
{
  switch (columns->n_units) {
    case 1:
      average_units (units, columns, 1, cells);
      break;
    case 2:
      average_units (units, columns, 2, cells);
      break;
    case 3:
      average_units (units, columns, 3, cells);
      break;
    default:
      average_units (units, columns, columns->n_units, cells);
      break;
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
      loaded[i] = load_cells (block + i * WORDS);
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
