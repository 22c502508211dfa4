/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Area averages: a cell weighs each pixel with the area that they share. For a
 * box under 72 pixels cells are smaller than pixels, and this is nearest
 * neighbour with blended edges.
 *
 * Rows are averaged first, then columns, eight rows of a patch at a time; the
 * patches take turns in the order of the rows that they need, so that what is
 * in two of them comes from memory once.
 */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-colour-private.h>
#include <vitals/capture/vitals-packer-plan-private.h>
#include <vitals/capture/vitals-packer-private.h>
#include <vitals/vitals-error-private.h>

/* What the vector loads of the kernels want. */
#define ALIGNMENT 32
#define N_GROUPS (VITALS_PATCH_SIZE / VITALS_KERNEL_ROWS)
/* Of all processors that have kernels. */
#define CACHE_LINE 64
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
  guint8 order[VITALS_N_PATCHES * N_GROUPS];    /* patches, group by group */
  VitalsFixedColour colour;

  /* room for the kernels, aligned */
  gint16 *averages, *units, *cells;
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

VitalsPacker *
vitals_packer_new (const VitalsKernels * kernels)
{
  VitalsPacker *packer = g_new0 (VitalsPacker, 1);

  packer->kernels = kernels ? kernels : vitals_kernels_get_default ();
  packer->cells = g_aligned_alloc0 (VITALS_N_COMPONENTS * VITALS_N_CELLS,
      sizeof (gint16), ALIGNMENT);
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
  g_clear_pointer (&packer->averages, g_aligned_free);
  g_clear_pointer (&packer->units, g_aligned_free);
  packer->planned = FALSE;
}

void
vitals_packer_free (VitalsPacker * packer)
{
  clear_plans (packer);
  g_aligned_free (packer->cells);
  g_free (packer);
}

/* Components are centred: what that takes away comes back with the offset, and
 * the results are centred, too. */
static void
plan_colour (VitalsFixedColour * fixed, const GstVideoInfo * info)
{
  const gdouble one = 1 << VITALS_MATRIX_BITS;
  VitalsColour colour;
  guint c, i;

  vitals_colour_init (&colour, info);
  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    const gdouble *m = colour.matrix[c];
    gint16 *fixed_m = fixed->matrix[c];
    gdouble offset = colour.offset[c] - VITALS_CENTRE;
    gint middle = lrint (m[1] * one);

    fixed_m[0] = lrint (m[0] * one);
    fixed_m[1] = middle / 2;
    fixed_m[2] = lrint (m[2] * one);
    fixed_m[3] = middle - middle / 2;
    for (i = 0; i < VITALS_N_COMPONENTS; i++)
      offset += VITALS_CENTRE * m[i];
    fixed->offset[c] = lrint ((offset + 0.5) * one * (1 << VITALS_CELL_BITS));
  }
}

/* Whose turn it is: the patch whose next group ends first in the frame. */
static void
plan_order (VitalsPacker * packer)
{
  guint next[VITALS_N_PATCHES] = { 0 };
  guint turn, i;

  for (turn = 0; turn < G_N_ELEMENTS (packer->order); turn++) {
    guint best = 0, best_row = G_MAXUINT;

    for (i = 0; i < VITALS_N_PATCHES; i++) {
      const VitalsRowRange *rows = packer->plans[i].planes[0].rows;
      guint row = next[i] < N_GROUPS
          ? rows[(next[i] + 1) * VITALS_KERNEL_ROWS - 1].first : G_MAXUINT;

      if (row < best_row) {
        best = i;
        best_row = row;
      }
    }
    packer->order[turn] = best;
    next[best]++;
  }
}

static void
plan_room (VitalsPacker * packer)
{
  guint averages = 0, units = 0, i;

  for (i = 0; i < VITALS_N_PATCHES; i++) {
    averages = MAX (averages,
        vitals_patch_plan_get_max_averages (&packer->plans[i]));
    units = MAX (units, vitals_patch_plan_get_max_units (&packer->plans[i]));
  }
  packer->averages = g_aligned_alloc0 (averages * VITALS_KERNEL_ROWS,
      sizeof (gint16), ALIGNMENT);
  packer->units = g_aligned_alloc0 (units * VITALS_UNIT_SIZE,
      sizeof (gint16), ALIGNMENT);
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
    vitals_patch_plan_init (&packer->plans[i], info, &boxes[i]);
  plan_colour (&packer->colour, info);
  plan_order (packer);
  plan_room (packer);
  packer->info = *info;
  packer->face = *face;
  packer->planned = TRUE;
  return TRUE;
}

/* Asks for the rows that row @row of a patch needs and the row before does not:
 * the kernels jump from row to row, which processors do not foresee. */
static inline void
prefetch_rows (const VitalsPlanePlan * plane, const guint8 * data, gint stride,
    guint row)
{
  guint first, end, i;

  if (row >= VITALS_PATCH_SIZE)
    return;
  first = plane->rows[row].first;
  end = first + plane->rows[row].n;
  if (row > 0)
    first = MAX (first, plane->rows[row - 1].first + plane->rows[row - 1].n);
  for (; first < end; first++) {
    const guint8 *bytes = data + (gssize) first * stride + plane->first_byte;

    for (i = 0; i < plane->n_bytes; i += CACHE_LINE)
      __builtin_prefetch (bytes + i);
    __builtin_prefetch (bytes + plane->n_bytes - 1);
  }
}

/* The first rows of the largest patch, which holds the others. */
static void
prefetch_group (VitalsPacker * packer, GstVideoFrame * frame)
{
  const VitalsPatchPlan *plan = &packer->plans[0];
  guint i, row;

  for (i = 0; i < plan->n_planes; i++) {
    for (row = 0; row < VITALS_KERNEL_ROWS; row++)
      prefetch_rows (&plan->planes[i], GST_VIDEO_FRAME_PLANE_DATA (frame, i),
          GST_VIDEO_FRAME_PLANE_STRIDE (frame, i), row);
  }
}

/* Eight rows of a patch from one memory plane, as units. */
static void
read_plane (VitalsPacker * packer, const VitalsPlanePlan * plane,
    const guint8 * data, gint stride, guint group, gboolean prefetch)
{
  guint row = group * VITALS_KERNEL_ROWS, i;

  for (i = 0; i < VITALS_KERNEL_ROWS; i++, row++) {
    const VitalsRowRange *range = &plane->rows[row];

    if (prefetch)
      prefetch_rows (plane, data, stride, row + VITALS_KERNEL_ROWS);
    packer->kernels->average_rows (data + (gssize) range->first * stride
        + plane->first_byte, stride, plane->weights + row * plane->max_rows,
        range->n, packer->averages + i * plane->n_averages, plane->n_bytes);
  }
  packer->kernels->transpose (packer->averages, plane->order, packer->units,
      plane->n_averages);
}

static void
pack_group (VitalsPacker * packer, GstVideoFrame * frame, guint patch,
    guint group, guint8 * pixels)
{
  const VitalsPatchPlan *plan = &packer->plans[patch];
  guint i, c;

  for (i = 0; i < plan->n_planes; i++) {
    read_plane (packer, &plan->planes[i], GST_VIDEO_FRAME_PLANE_DATA (frame, i),
        GST_VIDEO_FRAME_PLANE_STRIDE (frame, i), group, patch == 0);
    for (c = 0; c < VITALS_N_COMPONENTS; c++) {
      if (plan->plane_of[c] == i)
        packer->kernels->average_columns (packer->units, &plan->columns[c],
            packer->cells + c * VITALS_N_CELLS);
    }
  }
  packer->kernels->convert (packer->cells, &packer->colour, pixels
      + group * VITALS_KERNEL_ROWS * VITALS_PATCH_SIZE);
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
  guint groups[VITALS_N_PATCHES] = { 0 };
  guint i;

  if (!is_planned (packer, &frame->info, face)
      && !plan_frame (packer, &frame->info, face, error))
    return FALSE;
  prefetch_group (packer, frame);
  for (i = 0; i < G_N_ELEMENTS (packer->order); i++) {
    guint patch = packer->order[i];

    pack_group (packer, frame, patch, groups[patch]++,
        pixels + patch * PATCH_BYTES);
  }
  return TRUE;
}

gboolean
vitals_pack_frame (GstVideoFrame * frame, const VitalsBox * face,
    guint8 * pixels, GError ** error)
{
  g_autoptr (VitalsPacker) packer = vitals_packer_new (NULL);

  return vitals_packer_pack (packer, frame, face, pixels, error);
}
