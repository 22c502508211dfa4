/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-packer-plan-private.h>
#include <vitals/capture/vitals-weights-private.h>

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
  return span->start + span->length * cell / VITALS_PATCH_SIZE;
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
plan_rows (VitalsPlanePlan * plane, const Span * span)
{
  guint i;

  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    vitals_rows_init (&plane->rows[i], get_edge (span, i),
        get_edge (span, i + 1), span->limit);
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
}

/* All columns of a patch get the same number of samples: what is too much
 * weighs nothing. */
static void
plan_columns (VitalsColumns * columns, const VitalsPlanePlan * plane,
    const Span * span, guint offset, guint pixel_stride)
{
  guint i;

  columns->step = pixel_stride;
  columns->n = 0;
  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    columns->n = MAX (columns->n, get_end (span, i) - get_first (span, i));
  columns->weights = g_new0 (gint16, 2 * VITALS_PATCH_SIZE * columns->n);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    guint first = get_first (span, i);

    columns->first[i] = first * pixel_stride + offset - plane->first_byte;
    vitals_weigh_columns (columns->weights + 2 * i * columns->n, first,
        get_end (span, i) - first, get_edge (span, i), get_edge (span, i + 1));
  }
}

void
vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box)
{
  guint i;

  memset (plan, 0, sizeof (*plan));
  plan->n_planes = GST_VIDEO_INFO_N_PLANES (info);
  for (i = 0; i < plan->n_planes; i++)
    plan_bytes (&plan->planes[i], i, info, box);
  for (i = 0; i < VITALS_N_COMPONENTS; i++) {
    guint index = GST_VIDEO_INFO_COMP_PLANE (info, i);
    VitalsPlanePlan *plane = &plan->planes[index];
    Span columns = get_column_span (info, i, box);
    Span rows = get_row_span (info, i, box);

    plan->plane_of[i] = index;
    plan_rows (plane, &rows);
    plan_columns (&plan->columns[i], plane, &columns,
        GST_VIDEO_INFO_COMP_POFFSET (info, i),
        GST_VIDEO_INFO_COMP_PSTRIDE (info, i));
  }
}

void
vitals_patch_plan_clear (VitalsPatchPlan * plan)
{
  guint i;

  for (i = 0; i < VITALS_N_COMPONENTS; i++)
    g_clear_pointer (&plan->columns[i].weights, g_free);
}

guint
vitals_patch_plan_get_max_columns (const VitalsPatchPlan * plan)
{
  guint max = 0, i;

  for (i = 0; i < plan->n_planes; i++)
    max = MAX (max, plan->planes[i].n_columns);
  /* the last may reach over the end, with weights of nothing */
  for (i = 0; i < VITALS_N_COMPONENTS; i++) {
    const VitalsColumns *columns = &plan->columns[i];

    max = MAX (max, columns->first[VITALS_PATCH_SIZE - 1] + columns->n
        * columns->step);
  }
  return max;
}
