/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Area averages: a cell weighs each pixel with the area that they share. For a
 * box under 72 pixels cells are smaller than pixels, and this is nearest
 * neighbour with blended edges.
 *
 * Rows are averaged first, then columns: see vitals-kernels-private.h.
 */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-colour-private.h>
#include <vitals/capture/vitals-packer-plan-private.h>
#include <vitals/capture/vitals-packer-private.h>
#include <vitals/vitals-error-private.h>

#define PATCH_BYTES (VITALS_N_COMPONENTS * VITALS_PLANE_BYTES)

struct _VitalsPacker
{
  const VitalsKernels *kernels;
  VitalsPatchPlace patches[VITALS_N_PATCHES];

  /* what the rest was worked out for */
  gboolean planned;
  GstVideoInfo info;
  VitalsBox face;

  VitalsPatchPlan plans[VITALS_N_PATCHES];
  VitalsFixedColour colour;

  /* room for the kernels, aligned */
  gint16 *tiles, *columns, *cells;
};

static void
place_patch (const VitalsPatchPlace * place, const VitalsBox * face,
    VitalsBox * box)
{
  box->x = face->x + place->left * face->width;
  box->y = face->y + place->top * face->height;
  box->width = (place->right - place->left) * face->width;
  box->height = (place->bottom - place->top) * face->height;
}

void
vitals_patch_box (const VitalsBox * face, guint patch, VitalsBox * box)
{
  g_return_if_fail (patch < VITALS_N_PATCHES);

  place_patch (&vitals_default_patches[patch], face, box);
}

static gint16 *
alloc_words (gsize n)
{
  return g_aligned_alloc0 (n, sizeof (gint16), VITALS_KERNELS_ALIGNMENT);
}

VitalsPacker *
vitals_packer_new (const VitalsKernels * kernels)
{
  VitalsPacker *packer = g_new0 (VitalsPacker, 1);

  packer->kernels = kernels ? kernels : vitals_kernels_get_default ();
  packer->cells = alloc_words (VITALS_N_COMPONENTS
      * VITALS_N_CELLS (packer->kernels->block_rows));
  vitals_packer_set_patches (packer, vitals_default_patches);
  return packer;
}

void
vitals_packer_set_patches (VitalsPacker * packer,
    const VitalsPatchPlace * patches)
{
  memcpy (packer->patches, patches, sizeof (packer->patches));
  packer->planned = FALSE;
}

static void
clear_plans (VitalsPacker * packer)
{
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++)
    vitals_patch_plan_clear (&packer->plans[i]);
  g_clear_pointer (&packer->tiles, g_aligned_free);
  g_clear_pointer (&packer->columns, g_aligned_free);
  packer->planned = FALSE;
}

void
vitals_packer_free (VitalsPacker * packer)
{
  clear_plans (packer);
  g_aligned_free (packer->cells);
  g_free (packer);
}

/* Components are centred: what that takes away comes back with the offset. */
static void
plan_colour (VitalsFixedColour * fixed, const GstVideoInfo * info)
{
  VitalsColour colour;
  gdouble offset;
  guint c, i;

  vitals_colour_init (&colour, info);
  offset = colour.offset[0] + 0.5;
  for (i = 0; i < VITALS_N_COMPONENTS; i++)
    offset += VITALS_CENTRE * colour.matrix[0][i];
  fixed->offset = lrint (offset * (1 << VITALS_COLOUR_BITS));
  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    for (i = 0; i < VITALS_N_COMPONENTS; i++)
      fixed->matrix[c][i] = lrint (colour.matrix[c][i]
          * (1 << VITALS_MATRIX_BITS));
  }
}

static void
plan_room (VitalsPacker * packer)
{
  const guint block_rows = packer->kernels->block_rows;
  guint n_tiles = 0, n_columns = 0, i;

  for (i = 0; i < VITALS_N_PATCHES; i++) {
    const VitalsPatchPlan *plan = &packer->plans[i];

    n_tiles = MAX (n_tiles, vitals_patch_plan_get_max_chunk (plan));
    n_columns = MAX (n_columns, vitals_patch_plan_get_max_columns (plan));
  }
  packer->tiles = alloc_words (n_tiles * block_rows);
  packer->columns = alloc_words (n_columns * block_rows);
}

static gboolean
clip_patches (const VitalsPatchPlace * patches, const GstVideoInfo * info,
    const VitalsBox * face, VitalsBox * boxes, GError ** error)
{
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++) {
    place_patch (&patches[i], face, &boxes[i]);
    if (!vitals_box_clip (&boxes[i], GST_VIDEO_INFO_WIDTH (info),
            GST_VIDEO_INFO_HEIGHT (info), &boxes[i])) {
      vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
          "Patch %u of the face box %g,%g,%g,%g lies outside the %dx%d frame: "
          "correct the region, or the layout's patches", i + 1, face->x,
          face->y, face->width, face->height, GST_VIDEO_INFO_WIDTH (info),
          GST_VIDEO_INFO_HEIGHT (info));
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
plan_frame (VitalsPacker * packer, const GstVideoInfo * info,
    const VitalsBox * face, GError ** error)
{
  VitalsBox boxes[VITALS_N_PATCHES];
  guint i;

  clear_plans (packer);
  if (!vitals_packer_plan_supports (GST_VIDEO_INFO_FORMAT (info))) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "Video format %s is not read directly: put a videoconvert in front",
        gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)));
    return FALSE;
  }
  if (!clip_patches (packer->patches, info, face, boxes, error))
    return FALSE;
  for (i = 0; i < VITALS_N_PATCHES; i++)
    vitals_patch_plan_init (&packer->plans[i], info, &boxes[i], i == 0);
  plan_colour (&packer->colour, info);
  plan_room (packer);
  packer->info = *info;
  packer->face = *face;
  packer->planned = TRUE;
  return TRUE;
}

/* The columns of a chunk of some rows of a patch, from one memory plane. */
static void
read_chunk (VitalsPacker * packer, const VitalsPassPlan * pass,
    const VitalsChunkPlan * chunk, GstVideoFrame * frame, guint plane,
    guint start, guint n_rows)
{
  const VitalsKernels *kernels = packer->kernels;
  const guint block_rows = kernels->block_rows;
  const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);

  kernels->average_rows (data + pass->first_byte + chunk->cells.base,
      GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane), &pass->rows[start], n_rows,
      packer->tiles, block_rows, chunk->n_bytes);
  kernels->transpose (packer->tiles, packer->columns
      + (plane - pass->plane) * pass->max_chunk * block_rows,
      GST_ROUND_UP_8 (chunk->n_bytes) / VITALS_TILE_COLUMNS);
}

/* Some rows of a patch, of the components of a pass. */
static void
average_pass (VitalsPacker * packer, GstVideoFrame * frame,
    const VitalsPatchPlan * plan, const VitalsPassPlan * pass, guint start,
    guint n_rows)
{
  const VitalsKernels *kernels = packer->kernels;
  guint k, i;

  for (k = 0; k < pass->n_chunks; k++) {
    const VitalsChunkPlan *chunk = &pass->chunks[k];

    for (i = pass->plane; i < pass->end_plane; i++)
      read_chunk (packer, pass, chunk, frame, i, start, n_rows);
    for (i = pass->group; i < pass->end_group; i++)
      kernels->average_columns (packer->columns, &plan->groups[i].columns,
          &chunk->cells, packer->cells + plan->groups[i].first_component
          * VITALS_N_CELLS (kernels->block_rows));
  }
}

static void
pack_block (VitalsPacker * packer, GstVideoFrame * frame, guint patch,
    guint start, guint8 * pixels)
{
  const VitalsKernels *kernels = packer->kernels;
  const VitalsPatchPlan *plan = &packer->plans[patch];
  guint n_rows = MIN (kernels->block_rows, VITALS_PATCH_SIZE - start), i;

  for (i = 0; i < plan->n_passes; i++)
    average_pass (packer, frame, plan, &plan->passes[i], start, n_rows);
  kernels->convert (packer->cells, &packer->colour, pixels
      + patch * PATCH_BYTES + start * VITALS_PATCH_SIZE, n_rows);
}

/* The blocks of a patch from row *@start on that need no row from @end_row on.
 */
static void
pack_blocks (VitalsPacker * packer, GstVideoFrame * frame, guint patch,
    guint * start, guint end_row, guint8 * pixels)
{
  const guint block_rows = packer->kernels->block_rows;

  for (; *start < VITALS_PATCH_SIZE
      && vitals_patch_plan_get_end_row (&packer->plans[patch], *start
          + block_rows) <= end_row; *start += block_rows)
    pack_block (packer, frame, patch, *start, pixels);
}

/* Goes down the first patch, which holds the others as a rule: what it has read
 * is in the caches when they need it. */
static void
pack_patches (VitalsPacker * packer, GstVideoFrame * frame, guint8 * pixels)
{
  const guint block_rows = packer->kernels->block_rows;
  guint starts[VITALS_N_PATCHES] = { 0 }, row, i;

  for (row = 0; row < VITALS_PATCH_SIZE; row += block_rows) {
    guint end_row = vitals_patch_plan_get_end_row (&packer->plans[0], row
        + block_rows);

    pack_block (packer, frame, 0, row, pixels);
    for (i = 1; i < VITALS_N_PATCHES; i++)
      pack_blocks (packer, frame, i, &starts[i], end_row, pixels);
  }
  for (i = 1; i < VITALS_N_PATCHES; i++)
    pack_blocks (packer, frame, i, &starts[i], G_MAXUINT, pixels);
}

/* Strides and offsets may change with each frame: plans do not hold them. */
static gboolean
is_planned (const VitalsPacker * packer, const GstVideoInfo * info,
    const VitalsBox * face)
{
  return packer->planned
      && packer->info.finfo == info->finfo
      && packer->info.width == info->width
      && packer->info.height == info->height
      && gst_video_colorimetry_is_equal (&packer->info.colorimetry,
      &info->colorimetry)
      && memcmp (&packer->face, face, sizeof (*face)) == 0;
}

gboolean
vitals_packer_pack (VitalsPacker * packer, GstVideoFrame * frame,
    const VitalsBox * face, guint8 * pixels, GError ** error)
{
  if (!is_planned (packer, &frame->info, face)
      && !plan_frame (packer, &frame->info, face, error))
    return FALSE;
  pack_patches (packer, frame, pixels);
  return TRUE;
}

gboolean
vitals_pack_frame (GstVideoFrame * frame, const VitalsBox * face,
    guint8 * pixels, GError ** error)
{
  g_autoptr (VitalsPacker) packer = vitals_packer_new (NULL);

  return vitals_packer_pack (packer, frame, face, pixels, error);
}
