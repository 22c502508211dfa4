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

/* Weights that sum up to one. */
static void
draw_columns (gint16 * weights, guint n)
{
  gint left = G_MAXINT16;
  guint i;

  for (i = 0; i + 1 < n; i++) {
    weights[i] = draw (left + 1);
    left -= weights[i];
  }
  weights[n - 1] = left;
}

/* The same; where there is one row between others, it has the bits of these. */
static void
draw_rows (VitalsRows * rows)
{
  guint n_inner, edges;

  memset (rows, 0, sizeof (*rows));
  rows->n = 1 + draw (draw (4) ? 8 : MAX_ROWS);
  rows->first = draw (MAX_ROWS + 1 - rows->n);
  if (rows->n == 1) {
    rows->inner = 1 << VITALS_INNER_BITS;
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

/* As rows, and in tiles of the kernels and of C. */
static void
check_average_rows (const VitalsKernels * kernels)
{
  static const guint distances[] = { 8, 8 * 8, 8 * 16, 8 * 32 };
  static guint8 bytes[MAX_ROWS * MAX_BYTES];
  static gint16 own[32 * MAX_BYTES], expected[32 * MAX_BYTES];
  VitalsRows rows[4];
  guint n_rows = 1 + draw (4), n = 1 + draw (MAX_BYTES), i;
  gsize distance = distances[draw (4)];

  if (distance == 8)
    n_rows = 1;
  if (draw (20) == 0)
    fill_bytes (bytes, sizeof (bytes));
  for (i = 0; i < n_rows; i++)
    draw_rows (&rows[i]);
  memset (own, 0, sizeof (own));
  memset (expected, 0, sizeof (expected));
  kernels->average_rows (bytes, MAX_BYTES, rows, n_rows, own, distance, n);
  vitals_kernels_c.average_rows (bytes, MAX_BYTES, rows, n_rows, expected,
      distance, n);
  check (memcmp (own, expected, sizeof (own)) == 0, "average_rows");
}

static gint16 *
alloc_words (gsize n)
{
  gsize size = n * sizeof (gint16);

  return aligned_alloc (VITALS_KERNELS_ALIGNMENT,
      (size + VITALS_KERNELS_ALIGNMENT - 1) & -VITALS_KERNELS_ALIGNMENT);
}

/* Cells of @values, which are a patch row by row. */
static gint16 *
cells_of (const VitalsKernels * kernels, const gint16 * values)
{
  const guint block_rows = kernels->block_rows;
  gint16 *cells = alloc_words (VITALS_N_CELLS (block_rows));
  guint row, column;

  memset (cells, 0, VITALS_N_CELLS (block_rows) * sizeof (*cells));
  for (row = 0; row < VITALS_PATCH_SIZE; row++) {
    gint16 *block = cells + row / block_rows * block_rows * VITALS_PATCH_SIZE;

    for (column = 0; column < VITALS_PATCH_SIZE; column++)
      block[column * block_rows + row % block_rows] =
          values[row * VITALS_PATCH_SIZE + column];
  }
  return cells;
}

/* From rows of @n averages to cells. */
static gint16 *
average_columns (const VitalsKernels * kernels, const gint16 * averages,
    guint n, const VitalsColumns * plan)
{
  const guint block_rows = kernels->block_rows;
  gint16 *tiles = alloc_words (n * block_rows);
  gint16 *columns = alloc_words (n * block_rows * VITALS_N_BLOCKS (block_rows));
  gint16 *cells = alloc_words (VITALS_N_CELLS (block_rows));
  guint row, i;

  memset (tiles, 0, n * block_rows * sizeof (*tiles));
  for (row = 0; row < VITALS_PATCH_SIZE; row++) {
    guint place = VITALS_TILE_PLACE (block_rows, row % block_rows);

    for (i = 0; i < n; i++)
      tiles[i / 8 * VITALS_TILE_SIZE (block_rows) + place + i % 8] =
          averages[row * n + i];
    if ((row + 1) % block_rows == 0 || row + 1 == VITALS_PATCH_SIZE)
      kernels->transpose (tiles, columns + row / block_rows * block_rows * n,
          n / VITALS_TILE_COLUMNS);
  }
  kernels->average_columns (columns, n, plan, cells);
  free (tiles);
  free (columns);
  return cells;
}

/* The cells that count, whatever is behind them. */
static int
are_same (const VitalsKernels * kernels, const gint16 * cells,
    const gint16 * expected)
{
  const guint own_rows = kernels->block_rows;
  const guint c_rows = vitals_kernels_c.block_rows;
  guint row, column, same = 0;

  for (row = 0; row < VITALS_PATCH_SIZE; row++) {
    for (column = 0; column < VITALS_PATCH_SIZE; column++)
      same += cells[row / own_rows * own_rows * VITALS_PATCH_SIZE + column
          * own_rows + row % own_rows] == expected[row / c_rows * c_rows
          * VITALS_PATCH_SIZE + column * c_rows + row % c_rows];
  }
  return same == VITALS_PLANE_BYTES;
}

static void
check_columns (const VitalsKernels * kernels)
{
  static gint16 averages[VITALS_PATCH_SIZE * MAX_BYTES];
  static gint16 weights[VITALS_PATCH_SIZE * MAX_COLUMNS];
  VitalsColumns plan = { {0}, 1 + draw (MAX_COLUMNS), 1 + draw (4), weights };
  guint n = 8 * (8 + draw (MAX_BYTES / 8 - 7)), i;
  gint16 *own, *expected;

  fill_words (averages, VITALS_PATCH_SIZE * n);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    draw_columns (weights + i * plan.n, plan.n);
    plan.first[i] = draw (n - (plan.n - 1) * plan.step);
  }
  own = average_columns (kernels, averages, n, &plan);
  expected = average_columns (&vitals_kernels_c, averages, n, &plan);
  check (are_same (kernels, own, expected), "columns");
  free (own);
  free (expected);
}

static void
draw_colour (VitalsFixedColour * colour)
{
  guint c, i;

  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    for (i = 0; i < VITALS_N_COMPONENTS; i++)
      colour->matrix[c][i] = (gint) draw (21000) - 10500;
    i = draw (VITALS_N_COMPONENTS + 1);
    if (i < VITALS_N_COMPONENTS)
      colour->matrix[c][i] = colour->matrix[c][(i + 1) % 3] = 0;
    if (i < VITALS_N_COMPONENTS)
      colour->matrix[c][(i + 2) % 3] = draw (1 << 15);
    colour->offset[c] = (gint) draw (2000) - 1000;
  }
}

static void
check_convert (const VitalsKernels * kernels)
{
  static gint16 values[VITALS_PLANE_BYTES];
  static guint8 pixels[2][3 * VITALS_PLANE_BYTES];
  const VitalsKernels *both[] = { kernels, &vitals_kernels_c };
  VitalsFixedColour colour;
  guint32 before = state;
  guint c, i;

  for (i = 0; i < 2; i++) {
    gsize n = VITALS_N_CELLS (both[i]->block_rows);
    gint16 *cells = alloc_words (3 * n);

    state = before;
    draw_colour (&colour);
    for (c = 0; c < 3; c++) {
      gint16 *one;

      fill_words (values, VITALS_PLANE_BYTES);
      one = cells_of (both[i], values);
      memcpy (cells + c * n, one, n * sizeof (*cells));
      free (one);
    }
    both[i]->convert (cells, &colour, pixels[i]);
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
