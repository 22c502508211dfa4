/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor-layout.h>

G_BEGIN_DECLS

/*
 * The inner loops of the packer, in portable C and for some processors. All
 * give the same bytes.
 *
 *   average_rows      bytes of the frame, as they lie in memory, whatever is
 *                     interleaved there, to rows of averages
 *   transpose         a block of these, in tiles, to columns
 *   average_columns   columns to the cells of components
 *   convert           cells of three components to red, green, blue
 *
 * They calculate with 16-bit integers, which processors have most of at once:
 *
 *   averages and cells   value - 128, in 1/256
 *   weights of rows      a product is cut to 1/256; as that takes half of 1/256
 *                        away on average, the products of two or more rows
 *                        are given one
 *   weights of columns   in 1/32768, each product is rounded to 1/256: of more
 *                        than 512 columns white and black may become one
 *                        darker or brighter
 *   colour matrix        in 1/8192, each product is rounded to 1/64: sums of
 *                        three go up to 4 * 128
 */

#define VITALS_N_COMPONENTS 3
/* A patch is made in blocks of some rows, a multiple of eight as the registers
 * like; of the last, not all may be needed. Cells of a component lie column by
 * column. */
#define VITALS_N_CELLS(block_rows) (VITALS_PATCH_SIZE * (block_rows))
/* A tile: eight averages of each row of a block. Rows lie there in an order
 * that whoever transposes some eight rows at once likes: 0, 8, 1, 9 and so on.
 */
#define VITALS_TILE_COLUMNS 8
#define VITALS_TILE_SIZE(block_rows) (VITALS_TILE_COLUMNS * (block_rows))
#define VITALS_TILE_PLACE(block_rows, row) \
    ((row) % 8 * (block_rows) + (row) / 8 * VITALS_TILE_COLUMNS)

/* Of all processors that have kernels. */
#define VITALS_CACHE_LINE 64

#define VITALS_CENTRE 128
/* Bits of fraction. */
#define VITALS_CELL_BITS 8
#define VITALS_EDGE_BITS 16
#define VITALS_INNER_BITS 24
#define VITALS_COLUMN_BITS 15
#define VITALS_MATRIX_BITS 13
#define VITALS_COLOUR_BITS 6
/* As many bytes have a sum of 16 bits. */
#define VITALS_MAX_SUMMANDS 256

/* The rows of a memory plane that make a row of a patch. They are weighed
 * with the share of it that they cover: only those at its edges can be cut, and
 * the others are added up before they are multiplied. */
typedef struct
{
  guint first, n;
  gboolean cut;                 /* several, of which the first or the last is */
  guint16 top, bottom;          /* where they are cut: weights of the first and
                                 * last */
  guint32 inner;                /* of each other one; a multiple of 256 where
                                 * it is one between two that are cut */
  guint ahead;                  /* as many rows are asked for meanwhile, so far
                                 * behind these; 0: none */
} VitalsRows;

/* The columns of components that lie alike, one or more: cell i of a row is the
 * sum of @n columns of the plane, @step apart, from first[i] + offset[component].
 */
typedef struct
{
  guint n_components;
  guint offset[VITALS_N_COMPONENTS];
  guint first[VITALS_PATCH_SIZE];
  guint n, step;
  gint16 *weights;              /* [VITALS_PATCH_SIZE][n][2], each twice:
                                 * 32 bits are spread with less work */
} VitalsColumns;

/* Some cells of a row, from @first to before @end, whose columns are there from
 * column @base of the plane on. */
typedef struct
{
  guint first, end;
  guint base;
} VitalsCells;

/* From components to red, green, blue. The factors of a colour are less than 4,
 * together. Grey stays grey: what components lie above is the same for all
 * colours; it includes the half for rounding. */
typedef struct
{
  gint16 matrix[VITALS_N_COMPONENTS][VITALS_N_COMPONENTS];
  gint16 offset;
} VitalsFixedColour;

typedef struct
{
  const gchar *name;
  gboolean (*is_usable) (void);
  guint block_rows;

  /* @plane: from the first byte of row 0 that is needed; @n: bytes. @tiles are
   * of @block_rows: those of the kernels, or 1 for one row whose averages follow
   * each other; in C any. Fastest for @n that are a multiple of eight and not
   * under 32. */
  void (*average_rows) (const guint8 * plane, gssize stride,
      const VitalsRows * rows, guint n_rows, gint16 * tiles, guint block_rows,
      guint n);
  /* Tiles of a block, to eight columns each. */
  void (*transpose) (const gint16 * tiles, gint16 * columns, guint n_tiles);
  /* To some cells of the components, which have room for all, one component
   * after the other. */
  void (*average_columns) (const gint16 * columns, const VitalsColumns * plan,
      const VitalsCells * range, gint16 * cells);
  /* @cells: of the three components one after the other; @pixels: the first of
   * @n_rows rows, a multiple of eight, in the red plane. */
  void (*convert) (const gint16 * cells, const VitalsFixedColour * colour,
      guint8 * pixels, guint n_rows);
} VitalsKernels;

/* Of @n bytes, how many average_rows() can take in blocks of @block, the last
 * of which overlaps the one before. */
static inline guint
vitals_kernels_get_whole (guint n, guint block)
{
  return n < block ? 0 : n & ~7u;
}

/* Of the blocks of a row, whether the one at @bytes is the first that begins in
 * its cache line. */
static inline gboolean
vitals_kernels_begins_line (const guint8 * bytes, guint block)
{
  return (gsize) bytes % VITALS_CACHE_LINE < block;
}

/* Processors do not foresee jumps from row to row: whoever averages @bytes of
 * @n_rows asks for what will be needed of the same columns. A macro, as compilers
 * (gcc 12) take a function that only asks for one without effect, and drop the
 * calls that they do not inline. */
#define vitals_kernels_ask_ahead(bytes, stride, n_rows) \
    G_STMT_START { \
      guint ask_i; \
      _Pragma ("GCC unroll 8") \
      for (ask_i = 0; ask_i < (n_rows); ask_i++) \
        __builtin_prefetch ((bytes) + ask_i * (stride)); \
    } G_STMT_END

/* What tiles, columns and cells must be aligned to. */
#define VITALS_KERNELS_ALIGNMENT 64

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
