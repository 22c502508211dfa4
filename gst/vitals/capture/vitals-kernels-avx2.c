/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* AVX2, compiled with -mavx2 and run where the processor has it: columns and
 * colours. Rows are in vitals-kernels-avx2-rows.c. */

#include <immintrin.h>
#include <string.h>
#include <vitals/capture/vitals-kernels-avx2-private.h>

#define ROWS VITALS_AVX2_ROWS
#define N_CELLS VITALS_N_CELLS (ROWS)
/* Columns whose colours are converted at once. */
#define N_COLUMNS 8
#define INLINE inline __attribute__((always_inline))

static gboolean
avx2_is_usable (void)
{
  return __builtin_cpu_supports ("avx2");
}

static INLINE __m256i
load (const void *source)
{
  return _mm256_loadu_si256 (source);
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

/* @n from each source on; @step, @n_components and @n are constants where this
 * is inlined. */
static INLINE void
add_columns (__m256i * sums, const gint16 ** sources, guint step,
    guint n_components, guint n, const gint16 * weights)
{
  guint i, c;

#pragma GCC unroll 8
  for (i = 0; i < n; i++) {
    __m256i weight = load_twice (weights + 2 * i);

    for (c = 0; c < n_components; c++)
      sums[c] =
          _mm256_adds_epi16 (sums[c], _mm256_mulhrs_epi16 (load (sources[c]
                  + i * step * ROWS), weight));
  }
}

/* Of as many as are not constant. */
static INLINE void
add_many_columns (__m256i * sums, const gint16 ** sources, guint step,
    guint n_components, guint n, const gint16 * weights)
{
  guint i, c;

  for (i = 0; i + 4 <= n; i += 4, weights += 2 * 4) {
    add_columns (sums, sources, step, n_components, 4, weights);
    for (c = 0; c < n_components; c++)
      sources[c] += 4 * step * ROWS;
  }
  for (; i < n; i++, weights += 2) {
    add_columns (sums, sources, step, n_components, 1, weights);
    for (c = 0; c < n_components; c++)
      sources[c] += step * ROWS;
  }
}

/* @step, @n_components and @few, those of @plan or 0, are constants where this
 * is inlined. */
static INLINE void
average_n_columns (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, guint step, guint n_components, guint few,
    gint16 * cells)
{
  const guint n = few > 0 ? few : plan->n, base = range->base;
  const gint16 *weights = plan->weights + 2 * range->first * n;
  const gint16 *starts[VITALS_N_COMPONENTS];
  const guint *first = plan->first + range->first;
  const guint *end = plan->first + range->end;
  guint c;

  for (c = 0; c < n_components; c++)
    starts[c] = columns + plan->offset[c] * ROWS;
  cells += range->first * ROWS;
  for (; first < end; first++, cells += ROWS) {
    const gint16 *sources[VITALS_N_COMPONENTS];
    __m256i sums[VITALS_N_COMPONENTS];

    for (c = 0; c < n_components; c++) {
      sources[c] = starts[c] + (gsize) (*first - base) * ROWS;
      sums[c] = _mm256_setzero_si256 ();
    }
    if (few > 0)
      add_columns (sums, sources, step, n_components, few, weights);
    else
      add_many_columns (sums, sources, step, n_components, n, weights);
    weights += 2 * n;
    for (c = 0; c < n_components; c++)
      _mm256_store_si256 ((__m256i *) (cells + c * N_CELLS), sums[c]);
  }
}

static INLINE void
average_any_columns (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, guint step, guint n_components, gint16 * cells)
{
#define CASE(few) \
    case few: \
      average_n_columns (columns, plan, range, step, n_components, few, cells); \
      break

  switch (plan->n) {
      CASE (1);
      CASE (2);
      CASE (3);
      CASE (4);
      CASE (5);
      CASE (6);
      CASE (7);
    default:
      average_n_columns (columns, plan, range, step, n_components, 0, cells);
      break;
  }
#undef CASE
}

static INLINE void
average_components (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, guint step, gint16 * cells)
{
  switch (plan->n_components) {
    case 1:
      average_any_columns (columns, plan, range, step, 1, cells);
      break;
    case 2:
      average_any_columns (columns, plan, range, step, 2, cells);
      break;
    default:
      average_any_columns (columns, plan, range, step, VITALS_N_COMPONENTS,
          cells);
      break;
  }
}

static void
avx2_average_columns (const gint16 * columns, const VitalsColumns * plan,
    const VitalsCells * range, gint16 * cells)
{
  switch (plan->step) {
    case 1:
      average_components (columns, plan, range, 1, cells);
      break;
    case 2:
      average_components (columns, plan, range, 2, cells);
      break;
    default:
      average_components (columns, plan, range, plan->step, cells);
      break;
  }
}

/* From three components of a column, which are N_CELLS apart, to a colour. */
typedef struct
{
  __m256i m[VITALS_N_COMPONENTS][VITALS_N_COMPONENTS];
  __m256i offset;
} Factors;

static INLINE void
load_factors (Factors * factors, const VitalsFixedColour * colour)
{
  guint c, i;

  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    for (i = 0; i < VITALS_N_COMPONENTS; i++)
      factors->m[c][i] = _mm256_set1_epi16 (colour->matrix[c][i]);
  }
  factors->offset = _mm256_set1_epi16 (colour->offset);
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

/* Sixteen rows of a column, or, where a block has but eight, these and those of
 * the column N_COLUMNS after it. */
static INLINE __m256i
load_cells (const gint16 * cells, gboolean whole)
{
  return whole ? load (cells) : _mm256_loadu2_m128i ((const __m128i *) (cells
          + N_COLUMNS * ROWS), (const __m128i *) cells);
}

static INLINE __m256i
multiply_cells (const gint16 * cells, gboolean whole, const Factors * factors,
    guint c, guint i)
{
  return _mm256_mulhrs_epi16 (factors->m[c][i], load_cells (cells + i * N_CELLS,
          whole));
}

/* Component 0, times its factor for colour @c. */
static INLINE __m256i
convert_first (const gint16 * cells, gboolean whole, const Factors * factors,
    guint c)
{
  return _mm256_add_epi16 (multiply_cells (cells, whole, factors, c, 0),
      factors->offset);
}

/* Colour @c, as words; @first is what component 0 adds. @c, @whole and @yuv are
 * constants where this is inlined. */
static INLINE __m256i
convert_column (const gint16 * cells, gboolean whole, const Factors * factors,
    guint c, gboolean yuv, __m256i first)
{
  __m256i others;

  if (yuv && c != 1)
    others = multiply_cells (cells, whole, factors, c, c == 0 ? 2 : 1);
  else
    others = _mm256_add_epi16 (multiply_cells (cells, whole, factors, c, 1),
        multiply_cells (cells, whole, factors, c, 2));
  return _mm256_srai_epi16 (_mm256_adds_epi16 (first, others),
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
 * those of the upper halves @upper pixels behind. */
static INLINE void
store_block (guint8 * pixels, guint upper, __m256i * pairs)
{
  const __m256i zip = _mm256_broadcastsi128_si256 (_mm_setr_epi8 (0, 8, 1, 9,
          2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
  __m256i t[4], rows[4];
  guint i;

  for (i = 0; i < 4; i++)
    pairs[i] = _mm256_shuffle_epi8 (pairs[i], zip);
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
    store_two_rows (pixels + upper, _mm256_extracti128_si256 (rows[i], 1));
  }
}

/* N_COLUMNS of a whole block, or twice as many of eight rows. */
static INLINE void
convert_columns (const gint16 * cells, gboolean whole, const Factors * factors,
    guint8 * pixels, gboolean yuv)
{
  const guint upper = whole ? 8 * VITALS_PATCH_SIZE : N_COLUMNS;
  __m256i first[N_COLUMNS];
  guint c, i;

#pragma GCC unroll 3
  for (c = 0; c < VITALS_N_COMPONENTS; c++, pixels += VITALS_PLANE_BYTES) {
    __m256i pairs[N_COLUMNS / 2];

    for (i = 0; i < N_COLUMNS && (c == 0 || !yuv); i++)
      first[i] = convert_first (cells + i * ROWS, whole, factors, c);
    for (i = 0; i < N_COLUMNS; i += 2)
      pairs[i / 2] = _mm256_packus_epi16 (convert_column (cells + i * ROWS,
              whole, factors, c, yuv, first[i]), convert_column (cells + (i + 1)
              * ROWS, whole, factors, c, yuv, first[i + 1]));
    store_block (pixels, upper, pairs);
  }
}

/* @whole and @yuv are constants where this is inlined. The last columns may
 * overlap those before. */
static INLINE void
convert_block (const gint16 * cells, gboolean whole, const Factors * factors,
    guint8 * pixels, gboolean yuv)
{
  const guint n = whole ? N_COLUMNS : 2 * N_COLUMNS;
  const guint last = VITALS_PATCH_SIZE - n;
  guint i;

  for (i = 0; i < VITALS_PATCH_SIZE; i += n) {
    guint column = MIN (i, last);

    convert_columns (cells + column * ROWS, whole, factors, pixels + column,
        yuv);
  }
}

static void
avx2_convert (const gint16 * cells, const VitalsFixedColour * colour,
    guint8 * pixels, guint n_rows)
{
  const gboolean yuv = is_luma_chroma (colour);
  Factors factors;

  load_factors (&factors, colour);
  if (n_rows < ROWS && yuv)
    convert_block (cells, FALSE, &factors, pixels, TRUE);
  else if (n_rows < ROWS)
    convert_block (cells, FALSE, &factors, pixels, FALSE);
  else if (yuv)
    convert_block (cells, TRUE, &factors, pixels, TRUE);
  else
    convert_block (cells, TRUE, &factors, pixels, FALSE);
}

const VitalsKernels vitals_kernels_avx2 = {
  "avx2", avx2_is_usable, ROWS, vitals_avx2_average_rows, avx2_transpose,
  avx2_average_columns, avx2_convert
};
