/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/capture/vitals-box.h>
#include <vitals/capture/vitals-kernels-private.h>

G_BEGIN_DECLS

/*
 * Where the pixels of a patch lie in the memory of a frame and what they weigh.
 * It depends on format, size and box only, so it is made once for a held box.
 */

#define VITALS_MAX_MEMORY_PLANES 3

/* One memory plane: how rows of it become rows of a patch, as bytes. */
typedef struct
{
  guint first_byte, n_bytes;    /* of each row */
  guint n_columns;              /* n_bytes up to a multiple of eight */
  VitalsRows rows[VITALS_PATCH_SIZE];
} VitalsPlanePlan;

typedef struct
{
  guint n_planes;
  VitalsPlanePlan planes[VITALS_MAX_MEMORY_PLANES];
  guint plane_of[VITALS_N_COMPONENTS];
  VitalsColumns columns[VITALS_N_COMPONENTS];
} VitalsPatchPlan;

/* Whether frames of @format can be planned. */
gboolean vitals_packer_plan_supports (GstVideoFormat format);
/* @box is inside the frame. */
void vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box);
void vitals_patch_plan_clear (VitalsPatchPlan * plan);
/* Columns of a block that the kernels need room for. */
guint vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan);

G_END_DECLS
