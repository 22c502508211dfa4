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

/* Into parts of a row that are about the same, good for kernels. */
static void
plan_chunks (VitalsPlanePlan * plane)
{
  guint n_chunks = (plane->n_bytes + VITALS_MAX_CHUNK - 1) / VITALS_MAX_CHUNK;

  plane->chunk = GST_ROUND_UP_32 ((plane->n_bytes + n_chunks - 1) / n_chunks);
}

/* Kernels like at least 32 bytes, in eights: a row is taken a bit longer, or
 * from a bit before, where it has that much. */
static void
fit_bytes (VitalsPlanePlan * plane, guint pixel_stride, guint row_bytes)
{
  guint n = MAX (GST_ROUND_UP_8 (plane->n_bytes), 32);

  if (n <= row_bytes) {
    guint last_start = (row_bytes - n) / pixel_stride * pixel_stride;
    guint end = plane->first_byte + plane->n_bytes;

    plane->first_byte = MIN (plane->first_byte, last_start);
    plane->n_bytes = MAX (n, end - plane->first_byte);
  }
  plane->n_columns = GST_ROUND_UP_8 (plane->n_bytes);
}

/* The bytes of a row that any component of memory plane @index needs. */
static void
plan_bytes (VitalsPlanePlan * plane, guint index, const GstVideoInfo * info,
    const VitalsBox * box)
{
  guint first = G_MAXUINT, end = 0, row_bytes = 0, widest = 0, c;

  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    guint pixel_stride = GST_VIDEO_INFO_COMP_PSTRIDE (info, c);
    Span span = get_column_span (info, c, box);

    if (GST_VIDEO_INFO_COMP_PLANE (info, c) != index)
      continue;
    first = MIN (first, get_first (&span, 0) * pixel_stride);
    end = MAX (end, get_end (&span, VITALS_PATCH_SIZE - 1) * pixel_stride);
    row_bytes = MAX (row_bytes, span.limit * pixel_stride);
    widest = MAX (widest, pixel_stride);
  }
  plane->first_byte = first / widest * widest;
  plane->n_bytes = end - plane->first_byte;
  fit_bytes (plane, widest, row_bytes);
  plan_chunks (plane);
}

/* All columns of a patch get the same number of samples: what is too much
 * weighs nothing. */
static void
plan_columns (VitalsColumns * columns, const VitalsPlanePlan * plane,
    const Span * span, guint pixel_stride)
{
  guint i;

  columns->step = pixel_stride;
  columns->n = 0;
  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    columns->n = MAX (columns->n, get_end (span, i) - get_first (span, i));
  columns->weights = g_new0 (gint16, 2 * VITALS_PATCH_SIZE * columns->n);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    guint first = get_first (span, i);

    columns->first[i] = first * pixel_stride - plane->first_byte;
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

/* The planes of a group, which lie alike as well: their columns follow each
 * other. */
static void
plan_planes (VitalsPatchPlan * plan, guint start, guint end,
    const GstVideoInfo * info, const VitalsBox * box, const Span * rows,
    gboolean ahead)
{
  guint column = 0, i;

  for (i = start; i < end; i++) {
    VitalsPlanePlan *plane = &plan->planes[i];

    plan_bytes (plane, i, info, box);
    plan_rows (plane, rows, ahead);
    plane->first_column = column;
    column += plane->n_columns;
  }
}

/* The group of the components from @first on, after planes up to @start. */
static void
plan_group (VitalsPatchPlan * plan, guint first, guint start,
    const GstVideoInfo * info, const VitalsBox * box, gboolean ahead)
{
  VitalsGroupPlan *group = &plan->groups[plan->n_groups++];
  VitalsColumns *columns = &group->columns;
  Span column_span = get_column_span (info, first, box);
  Span row_span = get_row_span (info, first, box);
  guint end = first, c;

  for (; end < VITALS_N_COMPONENTS && lie_alike (info->finfo, first, end);
      end++)
    group->end_plane = MAX (group->end_plane,
        (guint) GST_VIDEO_INFO_COMP_PLANE (info, end) + 1);
  plan_planes (plan, start, group->end_plane, info, box, &row_span, ahead);
  for (c = first; c < end; c++)
    columns->offset[columns->n_components++] =
        plan->planes[GST_VIDEO_INFO_COMP_PLANE (info, c)].first_column
        + GST_VIDEO_INFO_COMP_POFFSET (info, c);
  plan_columns (columns, &plan->planes[GST_VIDEO_INFO_COMP_PLANE (info,
              first)], &column_span, GST_VIDEO_INFO_COMP_PSTRIDE (info, first));
}

void
vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box, gboolean ahead)
{
  guint component = 0, end_plane = 0;

  memset (plan, 0, sizeof (*plan));
  while (component < VITALS_N_COMPONENTS) {
    const VitalsGroupPlan *group = &plan->groups[plan->n_groups];

    plan_group (plan, component, end_plane, info, box, ahead);
    component += group->columns.n_components;
    end_plane = group->end_plane;
  }
}

void
vitals_patch_plan_clear (VitalsPatchPlan * plan)
{
  guint i;

  for (i = 0; i < plan->n_groups; i++)
    g_clear_pointer (&plan->groups[i].columns.weights, g_free);
}

/* The last columns may reach over the end, with weights of nothing. */
static guint
get_end_column (const VitalsColumns * columns)
{
  guint end = 0, c;

  for (c = 0; c < columns->n_components; c++)
    end = MAX (end, columns->offset[c]);
  return end + columns->first[VITALS_PATCH_SIZE - 1] + columns->n
      * columns->step;
}

guint
vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan)
{
  guint max = 0, i;

  for (i = 0; i < plan->n_groups; i++) {
    const VitalsPlanePlan *last = &plan->planes[plan->groups[i].end_plane - 1];

    max = MAX (max, last->first_column + last->n_columns);
    max = MAX (max, get_end_column (&plan->groups[i].columns));
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
