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
plan_rows (VitalsPlanePlan * plane, const Span * span, gboolean ahead)
{
  guint i;

  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    vitals_rows_init (&plane->rows[i], get_edge (span, i),
        get_edge (span, i + 1), span->limit);
  for (i = 0; ahead && i + 1 < VITALS_PATCH_SIZE; i++)
    plane->rows[i].ahead = MAX (ROWS_AHEAD, plane->rows[1].first
        - plane->rows[0].first);
}

/* The bytes of a row that the components of memory plane @index need for some
 * cells: @first to before @end; returns the longest way from pixel to pixel. */
static guint
find_bytes (guint index, const GstVideoInfo * info, const VitalsBox * box,
    const VitalsCells * cells, guint * first, guint * end)
{
  guint widest = 0, c;

  *first = G_MAXUINT;
  *end = 0;
  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    guint pixel_stride = GST_VIDEO_INFO_COMP_PSTRIDE (info, c);
    Span span = get_column_span (info, c, box);

    if (GST_VIDEO_INFO_COMP_PLANE (info, c) != index)
      continue;
    *first = MIN (*first, get_first (&span, cells->first) * pixel_stride);
    *end = MAX (*end, get_end (&span, cells->end - 1) * pixel_stride);
    widest = MAX (widest, pixel_stride);
  }
  return widest;
}

/* Kernels like at least 32 bytes, in eights: a row is taken a bit longer, or
 * from a bit before, where it has that much. */
static void
fit_bytes (VitalsBytes * bytes, guint pixel_stride, guint row_bytes)
{
  guint n = MAX (GST_ROUND_UP_8 (bytes->n), 32);

  if (n <= row_bytes) {
    guint last_start = (row_bytes - n) / pixel_stride * pixel_stride;
    guint end = bytes->first + bytes->n;

    bytes->first = MIN (bytes->first, last_start);
    bytes->n = MAX (n, end - bytes->first);
  }
}

/* The whole pixels in a row of memory plane @index, as bytes. */
static guint
get_row_bytes (guint index, const GstVideoInfo * info)
{
  guint n = 0, c;

  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    if (GST_VIDEO_INFO_COMP_PLANE (info, c) == index)
      n = MAX (n, (guint) GST_VIDEO_INFO_COMP_WIDTH (info, c)
          * GST_VIDEO_INFO_COMP_PSTRIDE (info, c));
  }
  return n;
}

/* All that a patch needs of a row. */
static void
plan_bytes (VitalsBytes * bytes, guint index, const GstVideoInfo * info,
    const VitalsBox * box)
{
  const VitalsCells all = { 0, VITALS_PATCH_SIZE, 0 };
  guint first, end, pixel_stride;

  pixel_stride = find_bytes (index, info, box, &all, &first, &end);
  bytes->first = first / pixel_stride * pixel_stride;
  bytes->n = end - bytes->first;
  fit_bytes (bytes, pixel_stride, get_row_bytes (index, info));
}

/* What a chunk needs of these, in eights. */
static void
plan_chunk (VitalsBytes * chunk, const VitalsBytes * bytes, guint index,
    const GstVideoInfo * info, const VitalsBox * box, const VitalsCells * cells)
{
  guint first, end;

  find_bytes (index, info, box, cells, &first, &end);
  first -= bytes->first;
  end -= bytes->first;
  chunk->first = cells->first == 0 ? 0 : first & ~7u;
  chunk->n = cells->end == VITALS_PATCH_SIZE ? bytes->n - chunk->first
      : MIN (GST_ROUND_UP_8 (end), bytes->n) - chunk->first;
}

/* How many cells a chunk has of planes from which rows need @n_bytes. */
static guint
get_chunk_cells (guint n_bytes)
{
  guint n_chunks = (n_bytes + VITALS_CHUNK_BYTES - 1) / VITALS_CHUNK_BYTES;

  n_chunks = MIN (n_chunks, VITALS_PATCH_SIZE);
  return (VITALS_PATCH_SIZE + n_chunks - 1) / n_chunks;
}

/* Returns the bytes of the longest, up to a multiple of eight. */
static guint
plan_chunks (VitalsPlanePlan * plane, guint index, const GstVideoInfo * info,
    const VitalsBox * box, guint chunk_cells)
{
  VitalsCells cells = { 0, 0, 0 };
  guint max = 0, chunk;

  for (chunk = 0; cells.end < VITALS_PATCH_SIZE; chunk++) {
    cells.first = cells.end;
    cells.end = MIN (cells.first + chunk_cells, VITALS_PATCH_SIZE);
    plan_chunk (&plane->chunks[chunk], &plane->bytes, index, info, box, &cells);
    max = MAX (max, GST_ROUND_UP_8 (plane->chunks[chunk].n));
  }
  return max;
}

/* All columns of a patch get the same number of samples: what is too much
 * weighs nothing. */
static void
plan_columns (VitalsColumns * columns, guint first_byte, const Span * span,
    guint pixel_stride)
{
  guint i;

  columns->step = pixel_stride;
  columns->n = 0;
  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    columns->n = MAX (columns->n, get_end (span, i) - get_first (span, i));
  if (columns->n > VITALS_MAX_FEW_COLUMNS)
    columns->n = (columns->n + VITALS_COLUMNS_STEP - 1) / VITALS_COLUMNS_STEP
        * VITALS_COLUMNS_STEP;
  columns->weights = g_new0 (gint16, 2 * VITALS_PATCH_SIZE * columns->n);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    guint first = get_first (span, i);

    columns->first[i] = first * pixel_stride - first_byte;
    vitals_weigh_columns (columns->weights + 2 * i * columns->n, first,
        get_end (span, i) - first, get_edge (span, i), get_edge (span, i + 1));
  }
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
  group->plane = GST_VIDEO_INFO_COMP_PLANE (info, first);
  for (c = first; c < VITALS_N_COMPONENTS && lie_alike (info->finfo, first, c);
      c++) {
    end_plane = MAX (end_plane, (guint) GST_VIDEO_INFO_COMP_PLANE (info,
            c) + 1);
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
    VitalsPassPlan *pass = &plan->passes[plan->n_passes];

    if (group_end > end_plane) {
      pass->plane = end_plane;
      pass->end_plane = end_plane = group_end;
      pass->group = group;
      plan->n_passes++;
    }
    plan->passes[plan->n_passes - 1].end_group = group + 1;
    component += plan->groups[group].columns.n_components;
  }
}

/* Planes of one pass lie alike: their columns follow each other. */
static void
plan_planes (VitalsPatchPlan * plan, VitalsPassPlan * pass,
    const GstVideoInfo * info, const VitalsBox * box, const Span * rows,
    gboolean ahead)
{
  guint n_bytes = 0, max_chunk = 0, i;

  for (i = pass->plane; i < pass->end_plane; i++) {
    plan_bytes (&plan->planes[i].bytes, i, info, box);
    plan_rows (&plan->planes[i], rows, ahead);
    n_bytes = MAX (n_bytes, plan->planes[i].bytes.n);
  }
  pass->chunk_cells = get_chunk_cells (n_bytes);
  for (i = pass->plane; i < pass->end_plane; i++)
    max_chunk = MAX (max_chunk, plan_chunks (&plan->planes[i], i, info, box,
            pass->chunk_cells));
  for (i = pass->plane; i < pass->end_plane; i++)
    plan->planes[i].first_column = (i - pass->plane) * max_chunk;
  plan->max_chunk = MAX (plan->max_chunk, max_chunk);
}

static void
plan_group_columns (VitalsPatchPlan * plan, VitalsGroupPlan * group,
    const GstVideoInfo * info, const VitalsBox * box)
{
  const guint first = group->first_component;
  Span span = get_column_span (info, first, box);
  guint i;

  for (i = 0; i < group->columns.n_components; i++)
    group->columns.offset[i] = GST_VIDEO_INFO_COMP_POFFSET (info, first + i)
        + plan->planes[GST_VIDEO_INFO_COMP_PLANE (info,
            first + i)].first_column;
  plan_columns (&group->columns, plan->planes[group->plane].bytes.first, &span,
      GST_VIDEO_INFO_COMP_PSTRIDE (info, first));
}

void
vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box, gboolean ahead)
{
  guint group = 0, i;

  memset (plan, 0, sizeof (*plan));
  plan_passes (plan, info);
  for (i = 0; i < plan->n_passes; i++) {
    VitalsPassPlan *pass = &plan->passes[i];
    Span rows = get_row_span (info, plan->groups[group].first_component, box);

    plan_planes (plan, pass, info, box, &rows, ahead);
    for (; group < pass->end_group; group++)
      plan_group_columns (plan, &plan->groups[group], info, box);
  }
}

void
vitals_patch_plan_clear (VitalsPatchPlan * plan)
{
  guint i;

  for (i = 0; i < VITALS_MAX_GROUPS; i++)
    g_clear_pointer (&plan->groups[i].columns.weights, g_free);
}

/* The last columns of a chunk may reach over its end, with weights of nothing. */
guint
vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan)
{
  guint max = 0, i;

  for (i = 0; i < VITALS_MAX_GROUPS; i++) {
    const VitalsColumns *columns = &plan->groups[i].columns;

    max = MAX (max, plan->max_chunk * VITALS_MAX_MEMORY_PLANES
        + columns->n * columns->step);
  }
  return max;
}

guint
vitals_patch_plan_get_end_row (const VitalsPatchPlan * plan, guint n_cells)
{
  const VitalsRows *last =
      &plan->planes[0].rows[MIN (n_cells, VITALS_PATCH_SIZE) - 1];

  return last->first + last->n;
}
