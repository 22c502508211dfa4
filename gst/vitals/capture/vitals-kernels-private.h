/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor-layout.h>

G_BEGIN_DECLS

/*
 * The inner loops of the packer, in portable C and for some processors. All
 * are integer and give the same bytes.
 *
 * Eight rows of a patch are made at once:
 *
 *   average_rows      bytes of the frame, as they lie in memory, whatever is
 *                     interleaved there, to eight rows of averages
 *                     (two rows at a time: each pair is rounded)
 *   transpose         to units: two neighbours of each of the eight rows
 *   average_columns   units to cells: column by column, eight rows each; which
 *                     units belong to a component is in the taps
 *   convert           cells of three components to rows of red, green, blue
 *
 * Averages and cells are centred, value - 128, with eight bits of fraction.
 */

/* Rows of a patch that are made at once; VITALS_PATCH_SIZE is a multiple. */
#define VITALS_KERNEL_ROWS 8
/* A unit: two neighbours in each row, in the order that the kernels like. */
#define VITALS_UNIT_SIZE (2 * VITALS_KERNEL_ROWS)
#define VITALS_N_COMPONENTS 3
/* One component of eight rows. */
#define VITALS_N_CELLS (VITALS_PATCH_SIZE * VITALS_KERNEL_ROWS)

/* Bits of fraction: of averages and cells; of weights, which sum up to one;
 * of the colour matrix. */
#define VITALS_CELL_BITS 8
#define VITALS_WEIGHT_BITS 14
#define VITALS_MATRIX_BITS 14
#define VITALS_CENTRE 128

/* How transpose() makes units of eight bytes that follow each other, so that
 * both neighbours of a unit are of one component where that is possible. */
typedef enum
{
  VITALS_ORDER_PLAIN,           /* 0 1 2 3 4 5 6 7 */
  VITALS_ORDER_PAIRS,           /* 0 2 1 3 4 6 5 7 */
  VITALS_ORDER_QUADS            /* 0 4 1 5 2 6 3 7 */
} VitalsOrder;

/* The columns of one component: column i is the sum of @n_units units, @step
 * apart, from unit first[i]. */
typedef struct
{
  guint first[VITALS_PATCH_SIZE];
  guint n_units, step;
  gint16 *weights;              /* [VITALS_PATCH_SIZE][n_units][2] */
} VitalsColumns;

/* From components to red, green, blue. For each colour, in 1/16384, the factors
 * of the components 0 and 1, 2 and 1: that of component 1 is in two parts,
 * because it can be above 2. The offset includes the half for rounding. */
typedef struct
{
  gint16 matrix[VITALS_N_COMPONENTS][4];
  gint32 offset[VITALS_N_COMPONENTS];
} VitalsFixedColour;

typedef struct
{
  const gchar *name;
  gboolean (*is_usable) (void);

  /* @rows: the first of @n_rows rows; @weights: an even number of them, the
   * last is 0 for an odd @n_rows; @n: bytes. */
  void (*average_rows) (const guint8 * rows, gssize stride,
      const gint16 * weights, guint n_rows, gint16 * averages, guint n);
  /* @averages: eight rows of @n averages, @n is a multiple of 16 and the
   * distance of the rows. Both aligned to 32 bytes. */
  void (*transpose) (const gint16 * averages, VitalsOrder order,
      gint16 * units, guint n);
  /* @cells: VITALS_N_CELLS, aligned to 32 bytes. */
  void (*average_columns) (const gint16 * units, const VitalsColumns * columns,
      gint16 * cells);
  /* @cells: of the three components one after the other; @pixels: the first of
   * eight rows in the red plane. */
  void (*convert) (const gint16 * cells, const VitalsFixedColour * colour,
      guint8 * pixels);
} VitalsKernels;

/* The fastest that this processor runs, or those that the environment variable
 * VITALS_KERNELS names (for tests and measurements). */
VITALS_API const VitalsKernels *vitals_kernels_get_default (void);
/* From the fastest to plain C, which is the last; NULL after it. Only usable
 * ones. */
VITALS_API const VitalsKernels *vitals_kernels_get_nth (guint n);

VITALS_API const VitalsKernels vitals_kernels_c;
extern const VitalsKernels vitals_kernels_sse2;
extern const VitalsKernels vitals_kernels_avx2;
extern const VitalsKernels vitals_kernels_neon;

G_END_DECLS
