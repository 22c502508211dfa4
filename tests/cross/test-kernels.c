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
#define MAX_ROWS 16
#define MAX_UNITS 8
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
draw_weights (gint16 * weights, guint n)
{
  gint left = 1 << VITALS_WEIGHT_BITS;
  guint i;

  for (i = 0; i + 1 < n; i++) {
    weights[i] = draw (left + 1);
    left -= weights[i];
  }
  weights[n - 1] = left;
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

static void
check_average_rows (const VitalsKernels * kernels)
{
  static guint8 rows[MAX_ROWS * MAX_BYTES];
  gint16 weights[MAX_ROWS + 1] = { 0 };
  gint16 own[MAX_BYTES] = { 0 }, expected[MAX_BYTES] = { 0 };
  guint n_rows = 1 + draw (MAX_ROWS), n = 1 + draw (MAX_BYTES);

  fill_bytes (rows, sizeof (rows));
  draw_weights (weights, n_rows);
  weights[n_rows] = 0;
  kernels->average_rows (rows, MAX_BYTES, weights, n_rows, own, n);
  vitals_kernels_c.average_rows (rows, MAX_BYTES, weights, n_rows, expected, n);
  check (memcmp (own, expected, sizeof (own)) == 0, "average_rows");
}

static void
check_columns (const VitalsKernels * kernels)
{
  static gint16 averages[VITALS_KERNEL_ROWS * MAX_BYTES]
      __attribute__((aligned (32)));
  static gint16 units[2][VITALS_KERNEL_ROWS * MAX_BYTES]
      __attribute__((aligned (32)));
  static gint16 cells[2][VITALS_N_CELLS] __attribute__((aligned (32)));
  static gint16 weights[VITALS_PATCH_SIZE * MAX_UNITS * 2];
  VitalsColumns columns = { {0}, 1 + draw (MAX_UNITS), 1 + draw (3), weights };
  guint n = 16 * (8 + draw (MAX_BYTES / 16 - 7)), i;

  fill_words (averages, VITALS_KERNEL_ROWS * n);
  kernels->transpose (averages, draw (3), units[0], n);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    draw_weights (weights + i * columns.n_units * 2, columns.n_units * 2);
    columns.first[i] = draw (n / 2 - (columns.n_units - 1) * columns.step);
  }
  kernels->average_columns (units[0], &columns, cells[0]);
  vitals_kernels_c.average_columns (units[0], &columns, cells[1]);
  check (memcmp (cells[0], cells[1], sizeof (cells[0])) == 0,
      "average_columns");
  for (i = 0; i < 3; i++) {
    kernels->transpose (averages, i, units[0], n);
    vitals_kernels_c.transpose (averages, i, units[1], n);
    check (memcmp (units[0], units[1], VITALS_KERNEL_ROWS * n
            * sizeof (gint16)) == 0, "transpose");
  }
}

static void
check_convert (const VitalsKernels * kernels)
{
  static gint16 cells[3 * VITALS_N_CELLS] __attribute__((aligned (32)));
  static guint8 pixels[2][3 * VITALS_PLANE_BYTES];
  VitalsFixedColour colour;
  guint c, i;

  fill_words (cells, 3 * VITALS_N_CELLS);
  for (c = 0; c < 3; c++) {
    for (i = 0; i < 4; i++)
      colour.matrix[c][i] = (gint) draw (16000) - 8000;
    colour.offset[c] = (gint) draw (1 << 26) - (1 << 25);
  }
  kernels->convert (cells, &colour, pixels[0]);
  vitals_kernels_c.convert (cells, &colour, pixels[1]);
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
