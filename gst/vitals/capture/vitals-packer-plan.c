/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-packer-plan-private.h>
#include <vitals/capture/vitals-weights-private.h>

/* Rows are asked for so many before they are needed, or one cell before. */
#define ROWS_AHEAD 8
/* Edges are multiples of this part of a sample: so one that should be whole is,
 * whatever the last bits of its calculation are, and no sample is read that would
 * weigh nothing. */
#define EDGE_STEPS (1 << 20)

/* All else about a format is in GstVideoFormatInfo. */
static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12, GST_VIDEO_FORMAT_Y42B,
  GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_RGBP, GST_VIDEO_FORMAT_GBR,
  GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV21, GST_VIDEO_FORMAT_YUY2,
  GST_VIDEO_FORMAT_UYVY, GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_BGR,
  GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_xRGB,
  GST_VIDEO_FORMAT_xBGR, GST_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_BGRA,
  GST_VIDEO_FORMAT_ARGB, GST_VIDEO_FORMAT_ABGR
};

gboolean
vitals_packer_plan_supports (GstVideoFormat format)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i] == format)
      return TRUE;
  }
  return FALSE;
}

/* One direction of a component: @length samples of @start on, of @limit, are
 * divided into the cells of a patch. */
typedef struct
{
  gdouble start, length;
  guint limit;
} Span;

/* A chroma sample covers the cell of its luma pixels. */
static Span
get_span (gdouble start, gdouble length, guint subsampling, guint limit)
{
  Span span =
      { start / (1 << subsampling), length / (1 << subsampling), limit };

  return span;
}

static Span
get_column_span (const GstVideoInfo * info, guint component,
    const VitalsBox * box)
{
  return get_span (box->x, box->width,
      GST_VIDEO_FORMAT_INFO_W_SUB (info->finfo, component),
      GST_VIDEO_INFO_COMP_WIDTH (info, component));
}

static Span
get_row_span (const GstVideoInfo * info, guint component, const VitalsBox * box)
{
  return get_span (box->y, box->height,
      GST_VIDEO_FORMAT_INFO_H_SUB (info->finfo, component),
      GST_VIDEO_INFO_COMP_HEIGHT (info, component));
}

/* The edge between the cells @cell - 1 and @cell. */
static gdouble
get_edge (const Span * span, guint cell)
{
  gdouble edge = span->start + span->length * cell / VITALS_PATCH_SIZE;

  return rint (edge * EDGE_STEPS) / EDGE_STEPS;
}

/* The first sample of a cell. */
static guint
get_first (const Span * span, guint cell)
{
  return MIN ((guint) get_edge (span, cell), span->limit - 1);
}

/* Behind the last sample of a cell. */
static guint
get_end (const Span * span, guint cell)
{
  guint end = MIN ((guint) ceil (get_edge (span, cell + 1)), span->limit);

  return MAX (end, get_first (span, cell) + 1);
}

static void
plan_rows (VitalsRows * rows, const Span * span, gboolean ahead)
{
  guint i;

  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    vitals_rows_init (&rows[i], get_edge (span, i), get_edge (span, i + 1),
        span->limit);
  for (i = 0; ahead && i + 1 < VITALS_PATCH_SIZE; i++)
    rows[i].ahead = MAX (ROWS_AHEAD, rows[1].first - rows[0].first);
}

/* Components with the same samples: they have planes alike, or the same one. */
static gboolean
lie_alike (const GstVideoFormatInfo * finfo, guint a, guint b)
{
  return GST_VIDEO_FORMAT_INFO_W_SUB (finfo, a)
      == GST_VIDEO_FORMAT_INFO_W_SUB (finfo, b)
      && GST_VIDEO_FORMAT_INFO_H_SUB (finfo, a)
      == GST_VIDEO_FORMAT_INFO_H_SUB (finfo, b)
      && GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, a)
      == GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, b);
}

/* The components from @first on that lie alike; returns behind the last of their
 * planes. */
static guint
plan_group (VitalsGroupPlan * group, guint first, const GstVideoInfo * info)
{
  guint end_plane = 0, c;

  group->first_component = first;
  for (c = first; c < VITALS_N_COMPONENTS && lie_alike (info->finfo, first, c);
      c++) {
    guint plane = GST_VIDEO_INFO_COMP_PLANE (info, c);

    end_plane = MAX (end_plane, plane + 1);
    group->columns.n_components++;
  }
  return end_plane;
}

/* Which components and planes go together: a group without planes of its own
 * comes from those of the group before. */
static void
plan_passes (VitalsPatchPlan * plan, const GstVideoInfo * info)
{
  guint component = 0, end_plane = 0, group = 0;

  for (; component < VITALS_N_COMPONENTS; group++) {
    guint group_end = plan_group (&plan->groups[group], component, info);

    if (group_end > end_plane) {
      VitalsPassPlan *pass = &plan->passes[plan->n_passes++];

      pass->plane = end_plane;
      pass->end_plane = end_plane = group_end;
      pass->group = group;
    }
    plan->passes[plan->n_passes - 1].end_group = group + 1;
    component += plan->groups[group].columns.n_components;
  }
}

/* The bytes of a row that the groups of a pass need for some cells. */
static void
find_bytes (const VitalsPatchPlan * plan, const VitalsPassPlan * pass,
    const GstVideoInfo * info, const VitalsBox * box, const VitalsCells * cells,
    guint * first, guint * end)
{
  guint i;

  *first = G_MAXUINT;
  *end = 0;
  for (i = pass->group; i < pass->end_group; i++) {
    guint c = plan->groups[i].first_component;
    guint pixel_stride = GST_VIDEO_INFO_COMP_PSTRIDE (info, c);
    Span span = get_column_span (info, c, box);

    *first = MIN (*first, get_first (&span, cells->first) * pixel_stride);
    *end = MAX (*end, get_end (&span, cells->end - 1) * pixel_stride);
  }
}

/* Kernels like at least 32 bytes, in eights: a row is taken a bit longer, or
 * from a bit before, where it has that much. */
static void
fit_bytes (VitalsPassPlan * pass, guint pixel_stride, guint row_bytes)
{
  guint n = MAX (GST_ROUND_UP_8 (pass->n_bytes), 32);

  if (n <= row_bytes) {
    guint last_start = (row_bytes - n) / pixel_stride * pixel_stride;
    guint end = pass->first_byte + pass->n_bytes;

    pass->first_byte = MIN (pass->first_byte, last_start);
    pass->n_bytes = MAX (n, end - pass->first_byte);
  }
}

/* From a whole pixel on of the group with the widest. */
static void
plan_bytes (const VitalsPatchPlan * plan, VitalsPassPlan * pass,
    const GstVideoInfo * info, const VitalsBox * box)
{
  const VitalsCells all = { 0, VITALS_PATCH_SIZE, 0 };
  guint widest = 0, row_bytes = 0, first, end, i;

  for (i = pass->group; i < pass->end_group; i++) {
    guint c = plan->groups[i].first_component;
    guint pixel_stride = GST_VIDEO_INFO_COMP_PSTRIDE (info, c);
    guint width = GST_VIDEO_INFO_COMP_WIDTH (info, c);

    widest = MAX (widest, pixel_stride);
    row_bytes = MAX (row_bytes, width * pixel_stride);
  }
  find_bytes (plan, pass, info, box, &all, &first, &end);
  pass->first_byte = first / widest * widest;
  pass->n_bytes = end - pass->first_byte;
  fit_bytes (pass, widest, row_bytes);
}

/* Bytes in eights, where the row has as many. */
static void
plan_chunk (const VitalsPatchPlan * plan, const VitalsPassPlan * pass,
    const GstVideoInfo * info, const VitalsBox * box, VitalsChunkPlan * chunk)
{
  VitalsCells *cells = &chunk->cells;
  guint first, end;

  find_bytes (plan, pass, info, box, cells, &first, &end);
  first -= pass->first_byte;
  end -= pass->first_byte;
  cells->base = cells->first == 0 ? 0 : first & ~7u;
  if (cells->end == VITALS_PATCH_SIZE)
    end = pass->n_bytes;
  chunk->n_bytes = MIN (GST_ROUND_UP_8 (end), pass->n_bytes) - cells->base;
}

/* They are about the same. */
static void
plan_chunks (const VitalsPatchPlan * plan, VitalsPassPlan * pass,
    const GstVideoInfo * info, const VitalsBox * box)
{
  guint n_chunks = (pass->n_bytes + VITALS_CHUNK_BYTES - 1)
      / VITALS_CHUNK_BYTES;
  guint n_cells = (VITALS_PATCH_SIZE + n_chunks - 1) / n_chunks, first;

  for (first = 0; first < VITALS_PATCH_SIZE; first += n_cells) {
    VitalsChunkPlan *chunk = &pass->chunks[pass->n_chunks++];

    chunk->cells.first = first;
    chunk->cells.end = MIN (first + n_cells, VITALS_PATCH_SIZE);
    plan_chunk (plan, pass, info, box, chunk);
    pass->max_chunk = MAX (pass->max_chunk, GST_ROUND_UP_8 (chunk->n_bytes));
  }
}

/* All cells get the same number of samples: what is too much weighs nothing. */
static void
plan_weights (VitalsColumns * columns, guint first_byte, const Span * span,
    guint pixel_stride)
{
  guint i;

  columns->step = pixel_stride;
  columns->n = 0;
  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    columns->n = MAX (columns->n, get_end (span, i) - get_first (span, i));
  columns->weights = g_new0 (gint16, 2 * VITALS_PATCH_SIZE * columns->n);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    guint first = get_first (span, i);

    columns->first[i] = first * pixel_stride - first_byte;
    vitals_weigh_columns (columns->weights + 2 * i * columns->n, first,
        get_end (span, i) - first, get_edge (span, i), get_edge (span, i + 1));
  }
}

/* The columns of the planes of a pass follow each other. */
static void
plan_columns (VitalsGroupPlan * group, const VitalsPassPlan * pass,
    const GstVideoInfo * info, const VitalsBox * box)
{
  const guint first = group->first_component;
  Span span = get_column_span (info, first, box);
  guint i;

  for (i = 0; i < group->columns.n_components; i++) {
    guint plane = GST_VIDEO_INFO_COMP_PLANE (info, first + i);

    group->columns.offset[i] = GST_VIDEO_INFO_COMP_POFFSET (info, first + i)
        + (plane - pass->plane) * pass->max_chunk;
  }
  plan_weights (&group->columns, pass->first_byte, &span,
      GST_VIDEO_INFO_COMP_PSTRIDE (info, first));
}

static void
plan_pass (VitalsPatchPlan * plan, VitalsPassPlan * pass,
    const GstVideoInfo * info, const VitalsBox * box, gboolean ahead)
{
  Span rows = get_row_span (info, plan->groups[pass->group].first_component,
      box);
  guint i;

  plan_rows (pass->rows, &rows, ahead);
  plan_bytes (plan, pass, info, box);
  plan_chunks (plan, pass, info, box);
  for (i = pass->group; i < pass->end_group; i++)
    plan_columns (&plan->groups[i], pass, info, box);
}

void
vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box, gboolean ahead)
{
  guint i;

  memset (plan, 0, sizeof (*plan));
  plan_passes (plan, info);
  for (i = 0; i < plan->n_passes; i++)
    plan_pass (plan, &plan->passes[i], info, box, ahead);
}

void
vitals_patch_plan_clear (VitalsPatchPlan * plan)
{
  guint i;

  for (i = 0; i < VITALS_MAX_GROUPS; i++)
    g_clear_pointer (&plan->groups[i].columns.weights, g_free);
}

guint
vitals_patch_plan_get_max_chunk (const VitalsPatchPlan * plan)
{
  guint max = 0, i;

  for (i = 0; i < plan->n_passes; i++)
    max = MAX (max, plan->passes[i].max_chunk);
  return max;
}

/* The last columns of a chunk may reach over its end, with weights of nothing. */
guint
vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan)
{
  guint max = 0, i, k;

  for (i = 0; i < plan->n_passes; i++) {
    const VitalsPassPlan *pass = &plan->passes[i];

    for (k = pass->group; k < pass->end_group; k++)
      max = MAX (max, (pass->end_plane - pass->plane) * pass->max_chunk
          + plan->groups[k].columns.n * plan->groups[k].columns.step);
  }
  return max;
}

guint
vitals_patch_plan_get_end_row (const VitalsPatchPlan * plan, guint n_cells)
{
  const VitalsRows *last =
      &plan->passes[0].rows[MIN (n_cells, VITALS_PATCH_SIZE) - 1];

  return last->first + last->n;
}
