/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* AVX2, compiled with -mavx2 and run where the processor has it. */

#include <immintrin.h>
#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

/* Bytes that are averaged at once. */
#define BLOCK 32
/* Rows of a block of cells, in a register. */
#define ROWS 16
#define N_CELLS VITALS_N_CELLS (ROWS)
#define INLINE inline __attribute__((always_inline))

static gboolean
avx2_is_usable (void)
{
  return __builtin_cpu_supports ("avx2");
}

/* Words of 32 bytes, as unpacking leaves them: 0 to 7 and 16 to 23, 8 to 15 and
 * 24 to 31. */
typedef struct
{
  __m256i low, high;
} Words;

static INLINE __m256i
load (const void *source)
{
  return _mm256_loadu_si256 (source);
}

static INLINE void
add_words (Words * sum, __m256i low, __m256i high)
{
  sum->low = _mm256_add_epi16 (sum->low, low);
  sum->high = _mm256_add_epi16 (sum->high, high);
}

/* Of rows, spread: memory may change while averages are written. */
typedef struct
{
  __m256i start, top, bottom, middle, whole, part;
} Weights;

static INLINE Weights
load_weights (const VitalsRows * rows, guint n_rows)
{
  Weights weights;

  weights.start = _mm256_set1_epi16 ((n_rows > 1)
      - (VITALS_CENTRE << VITALS_CELL_BITS));
  weights.top = _mm256_set1_epi16 (rows->top);
  weights.bottom = _mm256_set1_epi16 (rows->bottom);
  weights.middle = _mm256_set1_epi16 (rows->inner >> 8);
  weights.whole = _mm256_set1_epi16 (rows->inner >> 16);
  weights.part = _mm256_set1_epi16 (rows->inner & 0xffff);
  return weights;
}

/* Bytes are the upper halves of words here. */
static INLINE void
add_row (Words * sum, const guint8 * bytes, __m256i weight)
{
  __m256i row = load (bytes), zero = _mm256_setzero_si256 ();

  add_words (sum, _mm256_mulhi_epu16 (_mm256_unpacklo_epi8 (zero, row),
          weight), _mm256_mulhi_epu16 (_mm256_unpackhi_epi8 (zero, row),
          weight));
}

static INLINE void
add_two_rows (Words * sum, const guint8 * bytes, gssize stride)
{
  const __m256i one = _mm256_set1_epi8 (1);
  __m256i upper = load (bytes), lower = load (bytes + stride);

  add_words (sum, _mm256_maddubs_epi16 (_mm256_unpacklo_epi8 (upper, lower),
          one), _mm256_maddubs_epi16 (_mm256_unpackhi_epi8 (upper, lower),
          one));
}

/* At most VITALS_MAX_SUMMANDS rows. */
static INLINE Words
sum_rows (const guint8 * bytes, gssize stride, guint n)
{
  const __m256i zero = _mm256_setzero_si256 ();
  Words sum = { zero, zero };

  for (; n >= 4; n -= 4, bytes += 4 * stride) {
    add_two_rows (&sum, bytes, stride);
    add_two_rows (&sum, bytes + 2 * stride, stride);
  }
  if (n >= 2) {
    add_two_rows (&sum, bytes, stride);
    bytes += 2 * stride;
  }
  if (n % 2 > 0) {
    __m256i row = load (bytes);

    add_words (&sum, _mm256_unpacklo_epi8 (row, zero),
        _mm256_unpackhi_epi8 (row, zero));
  }
  return sum;
}

static INLINE void
add_sums (Words * sum, Words rows, const Weights * weights)
{
  add_words (sum, _mm256_mullo_epi16 (rows.low, weights->whole),
      _mm256_mullo_epi16 (rows.high, weights->whole));
  add_words (sum, _mm256_mulhi_epu16 (rows.low, weights->part),
      _mm256_mulhi_epu16 (rows.high, weights->part));
}

/* In eights that are @distance apart. */
static INLINE void
store_words (gint16 * averages, gsize distance, Words words)
{
  _mm_storeu_si128 ((__m128i *) averages, _mm256_castsi256_si128 (words.low));
  _mm_storeu_si128 ((__m128i *) (averages + distance),
      _mm256_castsi256_si128 (words.high));
  _mm_storeu_si128 ((__m128i *) (averages + 2 * distance),
      _mm256_extracti128_si256 (words.low, 1));
  _mm_storeu_si128 ((__m128i *) (averages + 3 * distance),
      _mm256_extracti128_si256 (words.high, 1));
}

static INLINE void
add_inner (Words * sum, const guint8 * bytes, gssize stride, guint n_rows,
    const Weights * weights)
{
  guint n;

  if (n_rows == 1) {
    add_row (sum, bytes, weights->middle);
    return;
  }
  for (; n_rows > 0; n_rows -= n, bytes += n * stride) {
    n = MIN (n_rows, VITALS_MAX_SUMMANDS);
    add_sums (sum, sum_rows (bytes, stride, n), weights);
  }
}

static INLINE Words
average_block (const guint8 * bytes, gssize stride, guint n_rows,
    const Weights * weights)
{
  const __m256i zero = _mm256_setzero_si256 ();
  Words sum = { weights->start, weights->start };

  if (n_rows == 1) {
    __m256i row = load (bytes);

    add_words (&sum, _mm256_unpacklo_epi8 (zero, row),
        _mm256_unpackhi_epi8 (zero, row));
    return sum;
  }
  add_row (&sum, bytes, weights->top);
  add_row (&sum, bytes + (n_rows - 1) * stride, weights->bottom);
  add_inner (&sum, bytes + stride, stride, n_rows - 2, weights);
  return sum;
}

/* What is needed soon: of few rows at once, of many in between. */
#define MANY_ROWS 7

static INLINE void
ask_ahead (const guint8 * bytes, gssize stride, guint n_rows, guint n)
{
  guint i;

  for (i = 0; i < n; i += VITALS_CACHE_LINE)
    vitals_kernels_ask_ahead (bytes + i, stride, n_rows);
}

/* @n_rows, of @rows, and @distance are constants where this is inlined. @n is
 * not under BLOCK: the last block starts where it ends with the row. */
static INLINE void
average_cell (const guint8 * bytes, gssize stride, const VitalsRows * rows,
    guint n_rows, gint16 * averages, gsize distance, guint n)
{
  const Weights weights = load_weights (rows, n_rows);
  const guint8 *last = bytes + n - BLOCK;
  const gssize ahead = rows->ahead * stride;

  if (ahead != 0 && n_rows < MANY_ROWS)
    ask_ahead (bytes + ahead, stride, n_rows, n);
  for (;;) {
    store_words (averages, distance, average_block (bytes, stride, n_rows,
            &weights));
    if (n_rows >= MANY_ROWS && ahead != 0
        && (gsize) bytes % VITALS_CACHE_LINE < BLOCK)
      vitals_kernels_ask_ahead (bytes + ahead, stride, n_rows);
    if (bytes == last)
      break;
    bytes += BLOCK;
    averages += BLOCK / 8 * distance;
    if (bytes > last) {
      averages -= (bytes - last) * (distance / 8);
      bytes = last;
    }
  }
}

static INLINE void
average_any_cell (const guint8 * bytes, gssize stride, const VitalsRows * rows,
    gint16 * averages, gsize distance, guint n)
{
  switch (rows->n) {
    case 1:
      average_cell (bytes, stride, rows, 1, averages, distance, n);
      break;
    case 2:
      average_cell (bytes, stride, rows, 2, averages, distance, n);
      break;
    case 3:
      average_cell (bytes, stride, rows, 3, averages, distance, n);
      break;
    case 4:
      average_cell (bytes, stride, rows, 4, averages, distance, n);
      break;
    case 5:
      average_cell (bytes, stride, rows, 5, averages, distance, n);
      break;
    case 6:
      average_cell (bytes, stride, rows, 6, averages, distance, n);
      break;
    default:
      average_cell (bytes, stride, rows, rows->n, averages, distance, n);
      break;
  }
}

static INLINE void
average_cells (const guint8 * plane, gssize stride, const VitalsRows * rows,
    guint n_rows, gint16 * averages, gsize distance, guint n)
{
  guint i;

  for (i = 0; i < n_rows; i++)
    average_any_cell (plane + rows[i].first * stride, stride, &rows[i],
        averages + i * (distance / 8), distance, n);
}

static void
avx2_average_rows (const guint8 * plane, gssize stride, const VitalsRows * rows,
    guint n_rows, gint16 * averages, gsize distance, guint n)
{
  guint n_whole = vitals_kernels_get_whole (n, BLOCK, distance);

  if (n_whole > 0 && distance == VITALS_TILE_SIZE (ROWS))
    average_cells (plane, stride, rows, n_rows, averages,
        VITALS_TILE_SIZE (ROWS), n_whole);
  else if (n_whole > 0)
    average_cells (plane, stride, rows, n_rows, averages, distance, n_whole);
  if (n_whole < n)
    vitals_kernels_c.average_rows (plane + n_whole, stride, rows, n_rows,
        averages + n_whole * (distance / 8), distance, n - n_whole);
}

/* In each half of the registers, eight rows of eight words. */
static INLINE void
transpose_halves (__m256i * r)
{
  __m256i t[8], u[8];
  guint i;

  for (i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_epi16 (r[i], r[i + 1]);
    t[i + 1] = _mm256_unpackhi_epi16 (r[i], r[i + 1]);
  }
  for (i = 0; i < 8; i += 4) {
    u[i] = _mm256_unpacklo_epi32 (t[i], t[i + 2]);
    u[i + 1] = _mm256_unpackhi_epi32 (t[i], t[i + 2]);
    u[i + 2] = _mm256_unpacklo_epi32 (t[i + 1], t[i + 3]);
    u[i + 3] = _mm256_unpackhi_epi32 (t[i + 1], t[i + 3]);
  }
  for (i = 0; i < 4; i++) {
    r[2 * i] = _mm256_unpacklo_epi64 (u[i], u[i + 4]);
    r[2 * i + 1] = _mm256_unpackhi_epi64 (u[i], u[i + 4]);
  }
}

static void
avx2_transpose (const gint16 * tiles, gint16 * columns, guint n_tiles)
{
  guint i, k;

  for (i = 0; i < n_tiles; i++) {
    __m256i rows[8];

    for (k = 0; k < 8; k++, tiles += ROWS)
      rows[k] = _mm256_load_si256 ((const __m256i *) tiles);
    transpose_halves (rows);
    for (k = 0; k < 8; k++, columns += ROWS)
      _mm256_store_si256 ((__m256i *) columns, rows[k]);
  }
}

/* A word that is there twice. */
static INLINE __m256i
load_twice (const gint16 * words)
{
  gint32 pair;

  memcpy (&pair, words, sizeof (pair));
  return _mm256_set1_epi32 (pair);
}

/* @n_components and @n, of @plan, are constants where this is inlined. */
static INLINE void
average_n_columns (const gint16 * columns, const VitalsColumns * plan,
    guint n_components, guint n, gint16 * cells)
{
  const gsize step = plan->step * ROWS;
  const gint16 *weights = plan->weights;
  guint column, i, c;

  for (column = 0; column < VITALS_PATCH_SIZE; column++, cells += ROWS) {
    const gint16 *source = columns + (gsize) plan->first[column] * ROWS;
    __m256i sums[VITALS_N_COMPONENTS];

    for (c = 0; c < n_components; c++)
      sums[c] = _mm256_setzero_si256 ();
#pragma GCC unroll 4
    for (i = 0; i < n; i++, weights += 2, source += step) {
      __m256i weight = load_twice (weights);

      for (c = 0; c < n_components; c++)
        sums[c] = _mm256_add_epi16 (sums[c], _mm256_mulhrs_epi16 (load (source
                    + plan->offset[c] * ROWS), weight));
    }
    for (c = 0; c < n_components; c++)
      _mm256_store_si256 ((__m256i *) (cells + c * N_CELLS), sums[c]);
  }
}

static INLINE void
average_any_columns (const gint16 * columns, const VitalsColumns * plan,
    guint n_components, gint16 * cells)
{
  switch (plan->n) {
    case 1:
      average_n_columns (columns, plan, n_components, 1, cells);
      break;
    case 2:
      average_n_columns (columns, plan, n_components, 2, cells);
      break;
    case 3:
      average_n_columns (columns, plan, n_components, 3, cells);
      break;
    case 4:
      average_n_columns (columns, plan, n_components, 4, cells);
      break;
    case 5:
      average_n_columns (columns, plan, n_components, 5, cells);
      break;
    default:
      average_n_columns (columns, plan, n_components, plan->n, cells);
      break;
  }
}

static void
avx2_average_columns (const gint16 * columns, const VitalsColumns * plan,
    gint16 * cells)
{
  switch (plan->n_components) {
    case 1:
      average_any_columns (columns, plan, 1, cells);
      break;
    case 2:
      average_any_columns (columns, plan, 2, cells);
      break;
    default:
      average_any_columns (columns, plan, VITALS_N_COMPONENTS, cells);
      break;
  }
}

/* From three components of a column, which are N_CELLS apart, to a colour. */
typedef struct
{
  __m256i m[VITALS_N_COMPONENTS][VITALS_N_COMPONENTS];
  __m256i offset[VITALS_N_COMPONENTS];
} Factors;

static INLINE void
load_factors (Factors * factors, const VitalsFixedColour * colour)
{
  guint c, i;

  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    for (i = 0; i < VITALS_N_COMPONENTS; i++)
      factors->m[c][i] = _mm256_set1_epi16 (colour->matrix[c][i]);
    factors->offset[c] = _mm256_set1_epi16 (colour->offset[c]);
  }
}

/* Whether luma has the same factor in all colours, red lacks component 1 and
 * blue component 2: so it is for all but RGB. */
static gboolean
is_luma_chroma (const VitalsFixedColour * colour)
{
  return colour->matrix[0][0] == colour->matrix[1][0]
      && colour->matrix[0][0] == colour->matrix[2][0]
      && colour->matrix[0][1] == 0 && colour->matrix[2][2] == 0;
}

static INLINE __m256i
multiply_cells (const gint16 * cells, const Factors * factors, guint c, guint i)
{
  return _mm256_mulhrs_epi16 (factors->m[c][i], load (cells + i * N_CELLS));
}

/* Colour @c of one column, as words; @first is the product of component 0.
 * @c and @yuv are constants where this is inlined. */
static INLINE __m256i
convert_column (const gint16 * cells, const Factors * factors, guint c,
    gboolean yuv, __m256i first)
{
  __m256i sum = yuv ? first : multiply_cells (cells, factors, c, 0);

  if (!yuv || c != 0)
    sum = _mm256_add_epi16 (sum, multiply_cells (cells, factors, c, 1));
  if (!yuv || c != 2)
    sum = _mm256_add_epi16 (sum, multiply_cells (cells, factors, c, 2));
  return _mm256_srai_epi16 (_mm256_adds_epi16 (sum, factors->offset[c]),
      VITALS_COLOUR_BITS);
}

static INLINE void
store_two_rows (guint8 * pixels, __m128i rows)
{
  _mm_storel_epi64 ((__m128i *) pixels, rows);
  _mm_storeh_pd ((double *) (pixels + VITALS_PATCH_SIZE),
      _mm_castsi128_pd (rows));
}

/* In each half of @pairs, two columns of eight rows; to rows of eight columns,
 * the first eight or all sixteen. */
static INLINE void
store_block (guint8 * pixels, __m256i * pairs, gboolean all)
{
  const __m256i centre = _mm256_set1_epi8 ((char) VITALS_CENTRE);
  const __m256i zip = _mm256_broadcastsi128_si256 (_mm_setr_epi8 (0, 8, 1, 9,
          2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
  __m256i t[4], rows[4];
  guint i;

  for (i = 0; i < 4; i++)
    pairs[i] = _mm256_shuffle_epi8 (_mm256_xor_si256 (pairs[i], centre), zip);
  for (i = 0; i < 4; i += 2) {
    t[i] = _mm256_unpacklo_epi16 (pairs[i], pairs[i + 1]);
    t[i + 1] = _mm256_unpackhi_epi16 (pairs[i], pairs[i + 1]);
  }
  for (i = 0; i < 2; i++) {
    rows[2 * i] = _mm256_unpacklo_epi32 (t[i], t[i + 2]);
    rows[2 * i + 1] = _mm256_unpackhi_epi32 (t[i], t[i + 2]);
  }
  for (i = 0; i < 4; i++, pixels += 2 * VITALS_PATCH_SIZE) {
    store_two_rows (pixels, _mm256_castsi256_si128 (rows[i]));
    if (all)
      store_two_rows (pixels + 8 * VITALS_PATCH_SIZE,
          _mm256_extracti128_si256 (rows[i], 1));
  }
}

/* Eight columns of a block. */
static INLINE void
convert_columns (const gint16 * cells, const Factors * factors, guint8 * pixels,
    gboolean yuv, gboolean all)
{
  __m256i first[8];
  guint c, i;

  for (i = 0; i < 8; i++)
    first[i] = multiply_cells (cells + i * ROWS, factors, 0, 0);
#pragma GCC unroll 3
  for (c = 0; c < VITALS_N_COMPONENTS; c++, pixels += VITALS_PLANE_BYTES) {
    __m256i pairs[4];

    for (i = 0; i < 8; i += 2)
      pairs[i / 2] = _mm256_packs_epi16 (convert_column (cells + i * ROWS,
              factors, c, yuv, first[i]), convert_column (cells + (i + 1)
              * ROWS, factors, c, yuv, first[i + 1]));
    store_block (pixels, pairs, all);
  }
}

/* @yuv is a constant where this is inlined. */
static INLINE void
convert_block (const gint16 * cells, const Factors * factors, guint8 * pixels,
    gboolean yuv, gboolean all)
{
  guint column;

  for (column = 0; column < VITALS_PATCH_SIZE; column += 8)
    convert_columns (cells + column * ROWS, factors, pixels + column, yuv, all);
}

static void
avx2_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels, guint n_rows)
{
  Factors factors;

  load_factors (&factors, colour);
  if (is_luma_chroma (colour))
    convert_block (cells, &factors, pixels, TRUE, n_rows == ROWS);
  else
    convert_block (cells, &factors, pixels, FALSE, n_rows == ROWS);
}

const VitalsKernels vitals_kernels_avx2 = {
  "avx2", avx2_is_usable, ROWS, avx2_average_rows, avx2_transpose,
  avx2_average_columns, avx2_convert
};
