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
/* Cells of a row are made in chunks of about as many bytes: what a block has of
 * them stays in the first-level cache. */
#define VITALS_CHUNK_BYTES 512
/* Luma and chroma, or all together. */
#define VITALS_MAX_GROUPS 2
/* Some bytes of each row. */
    typedef struct
{
  guint first, n;
} VitalsBytes;

/* One memory plane: how rows of it become rows of a patch, as bytes. */
typedef struct
{
  VitalsBytes bytes;
  VitalsBytes chunks[VITALS_PATCH_SIZE];        /* from bytes.first on */
  guint first_column;           /* of a chunk, among those of the planes of a
                                 * pass */
  VitalsRows rows[VITALS_PATCH_SIZE];
} VitalsPlanePlan;

/* Components that lie alike. */
typedef struct
{
  guint first_component;
  guint plane;                  /* that of the first component */
  VitalsColumns columns;        /* of bytes.first of a plane on */
} VitalsGroupPlan;

/* Memory planes that are read together, and the groups that they hold. */
typedef struct
{
  guint plane, end_plane;       /* the first, behind the last */
  guint group, end_group;
  guint chunk_cells;            /* of a row, in each chunk but the last */
} VitalsPassPlan;

typedef struct
{
  VitalsPlanePlan planes[VITALS_MAX_MEMORY_PLANES];
  VitalsGroupPlan groups[VITALS_MAX_GROUPS];
  guint n_passes;
  VitalsPassPlan passes[VITALS_MAX_GROUPS];
  guint max_chunk;              /* bytes of the longest, a multiple of eight */
} VitalsPatchPlan;

/* Whether frames of @format can be planned. */
gboolean vitals_packer_plan_supports (GstVideoFormat format);
/* @box is inside the frame; @ahead: rows of it are asked for before they are
 * needed, as those of no patch before it include them. */
void vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box, gboolean ahead);
void vitals_patch_plan_clear (VitalsPatchPlan * plan);
/* Columns of a chunk of a block that the kernels need room for. */
guint vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan);
/* Behind the last row of the first plane that the first @n_cells rows need. */
guint vitals_patch_plan_get_end_row (const VitalsPatchPlan * plan,
    guint n_cells);

G_END_DECLS
