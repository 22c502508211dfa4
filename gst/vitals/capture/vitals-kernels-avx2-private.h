/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/capture/vitals-kernels-private.h>

G_BEGIN_DECLS

/* Rows of a block of cells, in a register. */
#define VITALS_AVX2_ROWS 16

void vitals_avx2_average_rows (const guint8 * plane, gssize stride,
    const VitalsRows * rows, guint n_rows, gint16 * tiles, guint block_rows,
    guint n);

G_END_DECLS
