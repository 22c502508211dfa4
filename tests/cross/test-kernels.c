/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Kernels of another processor against those in C: the same words and bytes,
 * always. Links nothing but libc, so that it is built for any processor and run
 * by an emulator; tests/cross/kernels.sh does.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vitals/capture/vitals-kernels-private.h>

#define MAX_BYTES 512
#define MAX_ROWS 600
#define MAX_COLUMNS 16
#define MAX_BLOCK_ROWS 32
#define N_ROUNDS 500

static guint32 state = 1;

static guint32
draw (guint below)
{
  state = state * 1664525u + 1013904223u;
  return (state >> 8) % below;
}

static void
check (int same, const char *what)
{
  if (same)
    return;
  printf ("not ok: %s differs\n", what);
  exit (1);
}

/* Weights that sum up to one, each twice. */
static void
draw_columns (gint16 * weights, guint n)
{
  gint left = G_MAXINT16;
  guint i;

  for (i = 0; i < n; i++) {
    gint weight = i + 1 < n ? (gint) draw (left + 1) : left;

    weights[2 * i] = weights[2 * i + 1] = weight;
    left -= weight;
  }
}

/* They sum up to one; where there is one row between others, it has the bits of
 * these. */
static void
draw_rows (VitalsRows * rows)
{
  guint n_inner, edges;

  memset (rows, 0, sizeof (*rows));
  rows->n = 1 + draw (draw (4) ? 14 : MAX_ROWS);
  rows->first = draw (MAX_ROWS + 1 - rows->n);
  rows->ahead = draw (4);
  rows->cut = rows->n > 1 && draw (3) > 0;
  if (!rows->cut) {
    rows->inner = ((1 << VITALS_INNER_BITS) + rows->n / 2) / rows->n;
    return;
  }
  n_inner = rows->n - 2;
  rows->inner = n_inner ? draw ((1 << VITALS_INNER_BITS) / n_inner) & ~255u : 0;
  edges = (1 << VITALS_EDGE_BITS) - rows->inner / 256 * n_inner;
  rows->top = draw (MIN (edges + 1, 1 << VITALS_EDGE_BITS));
  rows->bottom = MIN (edges - rows->top, G_MAXUINT16);
  if (n_inner > 1)
    rows->inner -= MIN (rows->inner, draw (256));
}

static void
fill_bytes (guint8 * bytes, gsize n)
{
  gsize i;

  for (i = 0; i < n; i++)
    bytes[i] = draw (4) == 0 ? draw (2) * 255 : draw (256);
}

static void
fill_words (gint16 * words, gsize n)
{
  gsize i;

  for (i = 0; i < n; i++)
    words[i] = draw (8) == 0 ? (draw (2) ? 32767 : -32768)
        : (gint) draw (65536) - 32768;
}

/* In tiles of the kernels, and as a row. */
static void
check_average_rows (const VitalsKernels * kernels)
{
  static guint8 bytes[MAX_ROWS * MAX_BYTES];
  static gint16 own[32 * MAX_BYTES], expected[32 * MAX_BYTES];
  VitalsRows rows[MAX_BLOCK_ROWS];
  guint block_rows = draw (4) ? kernels->block_rows : 1;
  guint n_rows = 1 + draw (block_rows), n = 1 + draw (MAX_BYTES), i;

  if (draw (20) == 0)
    fill_bytes (bytes, sizeof (bytes));
  for (i = 0; i < n_rows; i++)
    draw_rows (&rows[i]);
  memset (own, 0, sizeof (own));
  memset (expected, 0, sizeof (expected));
  kernels->average_rows (bytes, MAX_BYTES, rows, n_rows, own, block_rows, n);
  vitals_kernels_c.average_rows (bytes, MAX_BYTES, rows, n_rows, expected,
      block_rows, n);
  check (memcmp (own, expected, sizeof (own)) == 0, "average_rows");
}

static gint16 *
alloc_words (gsize n)
{
  gint16 *words = aligned_alloc (VITALS_KERNELS_ALIGNMENT, n * sizeof (*words));

  memset (words, 0, n * sizeof (*words));
  return words;
}

/* The first rows of a block, as many as one of C has, from rows of @n averages
 * to rows of cells. */
static void
average_columns (const VitalsKernels * kernels, const gint16 * averages,
    guint n, const VitalsColumns * plan, const VitalsCells * range,
    gint16 * values)
{
  const guint block_rows = kernels->block_rows;
  gint16 *tiles = alloc_words (n * block_rows);
  gint16 *columns = alloc_words (n * block_rows);
  gint16 *cells = alloc_words (3 * VITALS_N_CELLS (block_rows));
  guint row, i;

  for (row = 0; row < vitals_kernels_c.block_rows; row++) {
    for (i = 0; i < n; i++)
      tiles[i / 8 * VITALS_TILE_SIZE (block_rows)
          + VITALS_TILE_PLACE (block_rows, row) + i % 8] =
          averages[row * n + i];
  }
  kernels->transpose (tiles, columns, n / VITALS_TILE_COLUMNS);
  kernels->average_columns (columns, plan, range, cells);
  for (row = 0; row < vitals_kernels_c.block_rows; row++) {
    for (i = 0; i < VITALS_PATCH_SIZE * plan->n_components; i++)
      *values++ = cells[i * block_rows + row];
  }
  free (tiles);
  free (columns);
  free (cells);
}

static void
check_columns (const VitalsKernels * kernels)
{
  static gint16 averages[MAX_BLOCK_ROWS * MAX_BYTES];
  static gint16 weights[2 * VITALS_PATCH_SIZE * MAX_COLUMNS];
  static gint16 own[3 * VITALS_PATCH_SIZE * MAX_BLOCK_ROWS];
  static gint16 expected[3 * VITALS_PATCH_SIZE * MAX_BLOCK_ROWS];
  VitalsColumns plan = {.n_components = 1 + draw (3),.n = 1
        + draw (MAX_COLUMNS),.step = 1 + draw (4),.weights = weights
  };
  VitalsCells range = {.first = draw (VITALS_PATCH_SIZE) };
  guint n = 8 * (9 + draw (MAX_BYTES / 8 - 8)), i;

  range.end = range.first + 1 + draw (VITALS_PATCH_SIZE - range.first);
  range.base = draw (8);
  fill_words (averages, MAX_BLOCK_ROWS * n);
  for (i = 0; i < plan.n_components; i++)
    plan.offset[i] = draw (8);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    draw_columns (weights + 2 * i * plan.n, plan.n);
    plan.first[i] = range.base + draw (n - 8 - (plan.n - 1) * plan.step);
  }
  average_columns (kernels, averages, n, &plan, &range, own);
  average_columns (&vitals_kernels_c, averages, n, &plan, &range, expected);
  check (memcmp (own, expected, sizeof (own)) == 0, "columns");
}

/* With luma and chroma, and with three like these. */
static void
draw_colour (VitalsFixedColour * colour)
{
  gboolean luma = draw (2);
  guint c, i;

  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    for (i = 0; i < VITALS_N_COMPONENTS; i++)
      colour->matrix[c][i] = (gint) draw (21000) - 10500;
    if (luma) {
      colour->matrix[c][0] = colour->matrix[0][0];
      colour->matrix[c][c == 0 ? 1 : 2] = c == 1 ? -6000 : 0;
      if (c != 1)
        colour->matrix[c][c == 0 ? 2 : 1] = draw (20000);
    }
  }
  colour->offset = 7000 + draw (2000);
}

static void
check_convert (const VitalsKernels * kernels)
{
  static gint16 values[3][VITALS_PATCH_SIZE * MAX_BLOCK_ROWS];
  static guint8 pixels[2][3 * VITALS_PLANE_BYTES];
  const VitalsKernels *both[] = { kernels, &vitals_kernels_c };
  const guint n_rows = vitals_kernels_c.block_rows;
  VitalsFixedColour colour;
  guint k, c, i;

  draw_colour (&colour);
  fill_words (values[0], G_N_ELEMENTS (values) * G_N_ELEMENTS (values[0]));
  for (k = 0; k < 2; k++) {
    guint block_rows = both[k]->block_rows;
    gint16 *cells = alloc_words (3 * VITALS_N_CELLS (block_rows));

    for (c = 0; c < 3; c++) {
      for (i = 0; i < VITALS_PATCH_SIZE * n_rows; i++)
        cells[c * VITALS_N_CELLS (block_rows) + i / n_rows * block_rows
            + i % n_rows] = values[c][i];
    }
    both[k]->convert (cells, &colour, pixels[k], n_rows);
    free (cells);
  }
  check (memcmp (pixels[0], pixels[1], sizeof (pixels[0])) == 0, "convert");
}

int
main (void)
{
  const VitalsKernels *kernels = &vitals_kernels_neon;
  guint i;

  for (i = 0; i < N_ROUNDS; i++) {
    check_average_rows (kernels);
    check_columns (kernels);
    check_convert (kernels);
  }
  printf ("%s gives the words and bytes of c, %d rounds\n", kernels->name,
      N_ROUNDS);
  return 0;
}
