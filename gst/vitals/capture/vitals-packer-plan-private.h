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
/* As many columns of a block of tiles as stay in the first-level cache. */
#define VITALS_MAX_CHUNK 512
/* Luma and chroma, or all together. */
#define VITALS_MAX_GROUPS 2

/* One memory plane: how rows of it become rows of a patch, as bytes. */
typedef struct
{
  guint first_byte, n_bytes;    /* of each row */
  guint chunk;                  /* as many of these at once */
  guint n_columns;              /* n_bytes up to a multiple of eight */
  guint first_column;           /* among those of the planes of a group */
  VitalsRows rows[VITALS_PATCH_SIZE];
} VitalsPlanePlan;

/* Components that lie alike: they come out of the columns that are there when
 * the planes up to @end_plane have been read, too. */
typedef struct
{
  guint end_plane;
  VitalsColumns columns;
} VitalsGroupPlan;

typedef struct
{
  VitalsPlanePlan planes[VITALS_MAX_MEMORY_PLANES];
  guint n_groups;
  VitalsGroupPlan groups[VITALS_MAX_GROUPS];
} VitalsPatchPlan;

/* Whether frames of @format can be planned. */
gboolean vitals_packer_plan_supports (GstVideoFormat format);
/* @box is inside the frame; @ahead: rows of it are asked for before they are
 * needed, as those of no patch before it include them. */
void vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box, gboolean ahead);
void vitals_patch_plan_clear (VitalsPatchPlan * plan);
/* Columns of a block that the kernels need room for. */
guint vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan);
/* Behind the last row of the first plane that the first @n_cells rows need. */
guint vitals_patch_plan_get_end_row (const VitalsPatchPlan * plan,
    guint n_cells);

G_END_DECLS
