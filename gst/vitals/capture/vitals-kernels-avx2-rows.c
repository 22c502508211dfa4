/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* AVX2: averages of rows. */

#include <immintrin.h>
#include <vitals/capture/vitals-kernels-avx2-private.h>

/* Bytes that are averaged at once. */
#define BLOCK 32
#define ROWS VITALS_AVX2_ROWS
#define INLINE inline __attribute__((always_inline))

static INLINE __m256i
load (const void *source)
{
  return _mm256_loadu_si256 (source);
}

/* Words of 32 bytes, as unpacking leaves them: 0 to 7 and 16 to 23, 8 to 15 and
 * 24 to 31. */
typedef struct
{
  __m256i low, high;
} Words;

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

/* Not more than VITALS_MAX_SUMMANDS. */
static INLINE Words
sum_rows (const guint8 * bytes, gssize stride, guint n)
{
  const __m256i zero = _mm256_setzero_si256 (), one = _mm256_set1_epi8 (1);
  Words sum = { zero, zero };

#pragma GCC unroll 8
  for (; n >= 2; n -= 2, bytes += 2 * stride) {
    __m256i upper = load (bytes), lower = load (bytes + stride);

    add_words (&sum, _mm256_maddubs_epi16 (_mm256_unpacklo_epi8 (upper,
                lower), one), _mm256_maddubs_epi16 (_mm256_unpackhi_epi8 (upper,
                lower), one));
  }
  if (n > 0) {
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

/* As eights, one to a tile. */
static INLINE void
store_words (gint16 * averages, guint block_rows, Words words)
{
  const gsize distance = VITALS_TILE_SIZE (block_rows);

  _mm_storeu_si128 ((__m128i *) averages, _mm256_castsi256_si128 (words.low));
  _mm_storeu_si128 ((__m128i *) (averages + distance),
      _mm256_castsi256_si128 (words.high));
  _mm_storeu_si128 ((__m128i *) (averages + 2 * distance),
      _mm256_extracti128_si256 (words.low, 1));
  _mm_storeu_si128 ((__m128i *) (averages + 3 * distance),
      _mm256_extracti128_si256 (words.high, 1));
}

/* @n_rows and @cut are constants where this is inlined. */
static INLINE Words
average_few_rows (const guint8 * bytes, gssize stride, guint n_rows,
    gboolean cut, const Weights * weights)
{
  const __m256i zero = _mm256_setzero_si256 ();
  Words sum = { weights->start, weights->start };

  if (n_rows == 1) {
    __m256i row = load (bytes);

    add_words (&sum, _mm256_unpacklo_epi8 (zero, row),
        _mm256_unpackhi_epi8 (zero, row));
    return sum;
  }
  if (!cut) {
    add_sums (&sum, sum_rows (bytes, stride, n_rows), weights);
    return sum;
  }
  add_row (&sum, bytes, weights->top);
  add_row (&sum, bytes + (n_rows - 1) * stride, weights->bottom);
  if (n_rows == 3)
    add_row (&sum, bytes + stride, weights->middle);
  else if (n_rows > 3)
    add_sums (&sum, sum_rows (bytes + stride, stride, n_rows - 2), weights);
  return sum;
}

/* @cut is a constant where this is inlined. */
static INLINE Words
average_many_rows (const guint8 * bytes, gssize stride, guint n_rows,
    gboolean cut, const Weights * weights)
{
  Words sum = { weights->start, weights->start };

  if (cut) {
    add_row (&sum, bytes, weights->top);
    add_row (&sum, bytes + (n_rows - 1) * stride, weights->bottom);
    bytes += stride;
    n_rows -= 2;
  }
  add_sums (&sum, sum_rows (bytes, stride, n_rows), weights);
  return sum;
}

/* @n is not under BLOCK: the last block starts where it ends with the row. Each
 * line is asked for at the first block that begins there, or as the one that the
 * last ends in. @few, how many rows these are or 0, and @block_rows are constants
 * where this is inlined, and for a block @cut is as well. */
static INLINE void
average_cell (const guint8 * bytes, gssize stride, const VitalsRows * rows,
    guint few, gboolean cut, gint16 * averages, guint block_rows, guint n)
{
  const guint n_rows = few > 0 ? few : rows->n;
  const Weights weights = load_weights (rows, n_rows);
  const guint8 *last = bytes + n - BLOCK;
  const gssize ahead = rows->ahead * stride;

  if (ahead != 0 && !vitals_kernels_begins_line (bytes, BLOCK))
    vitals_kernels_ask_ahead (bytes + ahead, stride, n_rows);
  for (;;) {
    store_words (averages, block_rows, few > 0
        ? average_few_rows (bytes, stride, few, cut, &weights)
        : average_many_rows (bytes, stride, n_rows, cut, &weights));
    if (ahead != 0 && vitals_kernels_begins_line (bytes, BLOCK))
      vitals_kernels_ask_ahead (bytes + ahead, stride, n_rows);
    if (bytes == last)
      break;
    bytes += BLOCK;
    averages += BLOCK * block_rows;
    if (bytes > last) {
      averages -= (bytes - last) * block_rows;
      bytes = last;
    }
  }
  if (ahead != 0
      && (gsize) last % VITALS_CACHE_LINE > VITALS_CACHE_LINE - BLOCK)
    vitals_kernels_ask_ahead (last + BLOCK - 1 + ahead, stride, n_rows);
}

/* For a block. */
static INLINE void
average_any_cell (const guint8 * bytes, gssize stride, const VitalsRows * rows,
    gboolean cut, gint16 * averages, guint n)
{
#define CASE(few) \
    case few: \
      average_cell (bytes, stride, rows, few, cut, averages, ROWS, n); \
      break

  switch (rows->n) {
      CASE (1);
      CASE (2);
      CASE (3);
      CASE (4);
      CASE (5);
      CASE (6);
      CASE (7);
      CASE (8);
      CASE (9);
      CASE (10);
      CASE (11);
      CASE (12);
    default:
      average_cell (bytes, stride, rows, 0, cut, averages, ROWS, n);
      break;
  }
#undef CASE
}

/* @own: into tiles of a block; a constant where this is inlined. */
static INLINE void
average_row (const guint8 * plane, gssize stride, const VitalsRows * rows,
    gint16 * averages, gboolean own, guint n)
{
  const guint8 *bytes = plane + rows->first * stride;

  if (rows->n > VITALS_MAX_SUMMANDS)
    vitals_kernels_c.average_rows (plane, stride, rows, 1, averages,
        own ? ROWS : 1, n);
  else if (!own)
    average_cell (bytes, stride, rows, 0, rows->cut, averages, 1, n);
  else if (rows->cut)
    average_any_cell (bytes, stride, rows, TRUE, averages, n);
  else
    average_any_cell (bytes, stride, rows, FALSE, averages, n);
}

static void
average_block (const guint8 * plane, gssize stride, const VitalsRows * rows,
    guint n_rows, gint16 * tiles, guint n)
{
  const VitalsRows *end = rows + n_rows;

  while (rows < end) {
    const VitalsRows *end_eight = MIN (rows + 8, end);
    gint16 *place = tiles;

    for (; rows < end_eight; rows++, place += ROWS)
      average_row (plane, stride, rows, place, TRUE, n);
    tiles += VITALS_TILE_PLACE (ROWS, 8);
  }
}

void
vitals_avx2_average_rows (const guint8 * plane, gssize stride,
    const VitalsRows * rows, guint n_rows, gint16 * tiles, guint block_rows,
    guint n)
{
  guint n_whole = vitals_kernels_get_whole (n, BLOCK);

  if (n_whole > 0 && block_rows == ROWS)
    average_block (plane, stride, rows, n_rows, tiles, n_whole);
  else if (n_whole > 0)
    average_row (plane, stride, rows, tiles, FALSE, n_whole);
  if (n_whole < n)
    vitals_kernels_c.average_rows (plane + n_whole, stride, rows, n_rows,
        tiles + n_whole * block_rows, block_rows, n - n_whole);
}
