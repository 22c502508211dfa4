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

/* Cells of a row are made in chunks of about as many bytes: what a block has of
 * them stays in the first-level cache. */
#define VITALS_CHUNK_BYTES 512
/* Luma and chroma, or all together. */
#define VITALS_MAX_GROUPS 2

/* Components that lie alike. */
typedef struct
{
  guint first_component;
  VitalsColumns columns;        /* from byte first_byte of a row on */
} VitalsGroupPlan;

/* Some cells, and the bytes of a row that they are made of. */
typedef struct
{
  VitalsCells cells;            /* base: the first byte, from first_byte on */
  guint n_bytes;
} VitalsChunkPlan;

/* Memory planes that are read together, as they lie alike, and the groups of
 * components that they hold: how rows of these planes become rows of a patch. */
typedef struct
{
  guint plane, end_plane;       /* the first, behind the last */
  guint group, end_group;
  guint first_byte, n_bytes;    /* of each row, of each plane */
  guint n_chunks;
  VitalsChunkPlan chunks[VITALS_PATCH_SIZE];
  guint max_chunk;              /* bytes of the longest, up to a multiple of
                                 * eight: as many columns has each plane */
  VitalsRows rows[VITALS_PATCH_SIZE];
} VitalsPassPlan;

typedef struct
{
  VitalsGroupPlan groups[VITALS_MAX_GROUPS];
  guint n_passes;
  VitalsPassPlan passes[VITALS_MAX_GROUPS];
} VitalsPatchPlan;

/* Whether frames of @format can be planned. */
gboolean vitals_packer_plan_supports (GstVideoFormat format);
/* @box is inside the frame; @ahead: rows of it are asked for before they are
 * needed, as those of no patch before it include them. */
void vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box, gboolean ahead);
void vitals_patch_plan_clear (VitalsPatchPlan * plan);
/* The room that the kernels need for a block: averages of one plane, and columns
 * of those that are read together. */
guint vitals_patch_plan_get_max_chunk (const VitalsPatchPlan * plan);
guint vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan);
/* Behind the last row of the first plane that the first @n_cells rows need. */
guint vitals_patch_plan_get_end_row (const VitalsPatchPlan * plan,
    guint n_cells);

G_END_DECLS
