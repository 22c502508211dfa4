/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* SSE2, which every x86-64 processor has. */

#include <emmintrin.h>
#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

/* Rows of a block of cells, in three registers. */
#define ROWS 24
#define N_REGISTERS (ROWS / 8)
#define N_CELLS VITALS_N_CELLS (ROWS)
#define INLINE inline __attribute__((always_inline))

static gboolean
sse2_is_usable (void)
{
  return TRUE;
}

static INLINE __m128i
load (const void *source)
{
  return _mm_loadu_si128 (source);
}

/* Words of sixteen bytes. */
typedef struct
{
  __m128i low, high;
} Words;

static INLINE void
add_words (Words * sum, __m128i low, __m128i high)
{
  sum->low = _mm_add_epi16 (sum->low, low);
  sum->high = _mm_add_epi16 (sum->high, high);
}

/* Bytes are the upper halves of words here. */
static INLINE void
add_row (Words * sum, const guint8 * bytes, guint16 weight)
{
  __m128i row = load (bytes), zero = _mm_setzero_si128 ();
  __m128i weights = _mm_set1_epi16 (weight);

  add_words (sum, _mm_mulhi_epu16 (_mm_unpacklo_epi8 (zero, row), weights),
      _mm_mulhi_epu16 (_mm_unpackhi_epi8 (zero, row), weights));
}

/* At most VITALS_MAX_SUMMANDS rows. */
static INLINE void
add_inner (Words * sum, const guint8 * bytes, gssize stride, guint32 weight,
    guint n)
{
  const __m128i zero = _mm_setzero_si128 ();
  __m128i whole = _mm_set1_epi16 (weight >> 16);
  __m128i part = _mm_set1_epi16 (weight & 0xffff);
  Words inner = { zero, zero };

  for (; n > 0; n--, bytes += stride) {
    __m128i row = load (bytes);

    add_words (&inner, _mm_unpacklo_epi8 (row, zero),
        _mm_unpackhi_epi8 (row, zero));
  }
  add_words (sum, _mm_mullo_epi16 (inner.low, whole),
      _mm_mullo_epi16 (inner.high, whole));
  add_words (sum, _mm_mulhi_epu16 (inner.low, part),
      _mm_mulhi_epu16 (inner.high, part));
}

static INLINE Words
spread_words (gint16 value)
{
  Words words = { _mm_set1_epi16 (value), _mm_set1_epi16 (value) };

  return words;
}

static INLINE void
store_words (gint16 * averages, guint block_rows, Words words)
{
  _mm_storeu_si128 ((__m128i *) averages, words.low);
  _mm_storeu_si128 ((__m128i *) (averages + VITALS_TILE_SIZE (block_rows)),
      words.high);
}

#include <vitals/capture/vitals-kernels-rows-private.h>

/* Eight rows of eight columns of a tile. */
static INLINE void
transpose_8x8 (const gint16 * tile, gint16 * columns)
{
  __m128i r[8], t[8], u[8];
  guint i;

  for (i = 0; i < 8; i++)
    r[i] = load (tile + i * ROWS);
  for (i = 0; i < 8; i += 2) {
    t[i] = _mm_unpacklo_epi16 (r[i], r[i + 1]);
    t[i + 1] = _mm_unpackhi_epi16 (r[i], r[i + 1]);
  }
  for (i = 0; i < 8; i += 4) {
    u[i] = _mm_unpacklo_epi32 (t[i], t[i + 2]);
    u[i + 1] = _mm_unpackhi_epi32 (t[i], t[i + 2]);
    u[i + 2] = _mm_unpacklo_epi32 (t[i + 1], t[i + 3]);
    u[i + 3] = _mm_unpackhi_epi32 (t[i + 1], t[i + 3]);
  }
  for (i = 0; i < 4; i++, columns += 2 * ROWS) {
    _mm_store_si128 ((__m128i *) columns, _mm_unpacklo_epi64 (u[i], u[i + 4]));
    _mm_store_si128 ((__m128i *) (columns + ROWS),
        _mm_unpackhi_epi64 (u[i], u[i + 4]));
  }
}

static void
sse2_transpose (const gint16 * tiles, gint16 * columns, guint n_tiles)
{
  guint tile, row;

  for (tile = 0; tile < n_tiles; tile++) {
    for (row = 0; row < ROWS; row += 8)
      transpose_8x8 (tiles + row, columns + row);
    tiles += VITALS_TILE_SIZE (ROWS);
    columns += VITALS_TILE_SIZE (ROWS);
  }
}

/* A word that is there twice. */
static INLINE __m128i
load_twice (const gint16 * words)
{
  gint32 pair;

  memcpy (&pair, words, sizeof (pair));
  return _mm_set1_epi32 (pair);
}

/* What words are multiplied with, see multiply(). */
typedef struct
{
  __m128i twice, overflow;
} Factor;

static INLINE Factor
make_factor (__m128i once)
{
  Factor factor;

  factor.twice = _mm_add_epi16 (once, once);
  factor.overflow = _mm_srai_epi16 (_mm_andnot_si128 (once, factor.twice), 15);
  return factor;
}

/* In 1/32768, rounded: the upper word of twice the product, and one more where
 * the lower has its first bit. Where twice a factor is taken as negative, the
 * upper word is short of what was multiplied. */
static INLINE __m128i
multiply (__m128i words, Factor factor)
{
  __m128i upper = _mm_mulhi_epi16 (words, factor.twice);
  __m128i lower = _mm_mullo_epi16 (words, factor.twice);

  return _mm_add_epi16 (_mm_add_epi16 (upper, _mm_srli_epi16 (lower, 15)),
      _mm_and_si128 (words, factor.overflow));
}

static INLINE void
average_component (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, gint16 * cells)
{
  const gsize step = plan->step * ROWS;
  const gint16 *weights = plan->weights + 2 * range->first * plan->n;
  guint cell, i, k;

  for (cell = range->first; cell < range->end; cell++) {
    const gint16 *source = columns + (plan->first[cell] - range->base) * ROWS;
    __m128i sums[N_REGISTERS];

    for (k = 0; k < N_REGISTERS; k++)
      sums[k] = _mm_setzero_si128 ();
    for (i = 0; i < plan->n; i++, weights += 2, source += step) {
      Factor weight = make_factor (load_twice (weights));

      for (k = 0; k < N_REGISTERS; k++)
        sums[k] = _mm_adds_epi16 (sums[k], multiply (load (source + 8 * k),
                weight));
    }
    for (k = 0; k < N_REGISTERS; k++)
      _mm_store_si128 ((__m128i *) (cells + cell * ROWS + 8 * k), sums[k]);
  }
}

static void
sse2_average_columns (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, gint16 * cells)
{
  guint c;

  for (c = 0; c < plan->n_components; c++)
    average_component (columns + plan->offset[c] * ROWS, plan, range, cells
        + c * N_CELLS);
}

/* What makes one colour. */
typedef struct
{
  Factor m[VITALS_N_COMPONENTS];
  __m128i offset;
} Factors;

static INLINE void
load_factors (Factors * factors, const VitalsFixedColour * colour, guint c)
{
  guint i;

  for (i = 0; i < VITALS_N_COMPONENTS; i++)
    factors->m[i] = make_factor (_mm_set1_epi16 (colour->matrix[c][i]));
  factors->offset = _mm_set1_epi16 (colour->offset);
}

/* One column, as words. */
static INLINE __m128i
convert_column (const gint16 * cells, const Factors * factors)
{
  __m128i sum = multiply (load (cells), factors->m[0]);

  sum = _mm_add_epi16 (sum, multiply (load (cells + N_CELLS), factors->m[1]));
  sum = _mm_add_epi16 (sum, multiply (load (cells + 2 * N_CELLS),
          factors->m[2]));
  return _mm_srai_epi16 (_mm_adds_epi16 (sum, factors->offset),
      VITALS_COLOUR_BITS);
}

static INLINE void
store_two_rows (guint8 * pixels, __m128i rows)
{
  _mm_storel_epi64 ((__m128i *) pixels, rows);
  _mm_storeh_pd ((double *) (pixels + VITALS_PATCH_SIZE),
      _mm_castsi128_pd (rows));
}

/* Eight columns of eight rows, two columns a register, to rows of columns. */
static INLINE void
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

/* One colour of eight rows. */
static INLINE void
convert_rows (const gint16 * cells, const Factors * factors, guint8 * pixels)
{
  guint column, i;

  for (column = 0; column < VITALS_PATCH_SIZE; column += 8) {
    __m128i columns[4];

    for (i = 0; i < 4; i++, cells += 2 * ROWS)
      columns[i] = _mm_packus_epi16 (convert_column (cells, factors),
          convert_column (cells + ROWS, factors));
    store_block (pixels + column, columns);
  }
}

static void
sse2_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels, guint n_rows)
{
  guint c, row;

  for (c = 0; c < VITALS_N_COMPONENTS; c++, pixels += VITALS_PLANE_BYTES) {
    Factors factors;

    load_factors (&factors, colour, c);
    for (row = 0; row < n_rows; row += 8)
      convert_rows (cells + row, &factors, pixels + row * VITALS_PATCH_SIZE);
  }
}

const VitalsKernels vitals_kernels_sse2 = {
  "sse2", sse2_is_usable, ROWS, average_rows, sse2_transpose,
  sse2_average_columns, sse2_convert
};
