/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-packer-plan-private.h>

#define WEIGHT_ONE (1 << VITALS_WEIGHT_BITS)

/* A format is a row: how the bytes of its memory planes are interleaved. All
 * else is in GstVideoFormatInfo. */
static const struct
{
  GstVideoFormat format;
  VitalsOrder orders[VITALS_MAX_MEMORY_PLANES];
} formats[] = {
  {GST_VIDEO_FORMAT_I420, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_YV12, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_Y42B, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_Y444, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_RGBP, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_GBR, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_NV12, {VITALS_ORDER_PLAIN, VITALS_ORDER_PAIRS}},
  {GST_VIDEO_FORMAT_NV21, {VITALS_ORDER_PLAIN, VITALS_ORDER_PAIRS}},
  {GST_VIDEO_FORMAT_YUY2, {VITALS_ORDER_PAIRS}},
  {GST_VIDEO_FORMAT_UYVY, {VITALS_ORDER_PAIRS}},
  {GST_VIDEO_FORMAT_RGB, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_BGR, {VITALS_ORDER_PLAIN}},
  {GST_VIDEO_FORMAT_RGBx, {VITALS_ORDER_QUADS}},
  {GST_VIDEO_FORMAT_BGRx, {VITALS_ORDER_QUADS}},
  {GST_VIDEO_FORMAT_xRGB, {VITALS_ORDER_QUADS}},
  {GST_VIDEO_FORMAT_xBGR, {VITALS_ORDER_QUADS}},
  {GST_VIDEO_FORMAT_RGBA, {VITALS_ORDER_QUADS}},
  {GST_VIDEO_FORMAT_BGRA, {VITALS_ORDER_QUADS}},
  {GST_VIDEO_FORMAT_ARGB, {VITALS_ORDER_QUADS}},
  {GST_VIDEO_FORMAT_ABGR, {VITALS_ORDER_QUADS}}
};

/* Units of one component are this far apart. */
static const guint order_steps[] = { 1, 2, 4 };

/* Where the bytes 0 to 7 are after VitalsOrder. */
static const guint8 order_places[][8] = {
  {0, 1, 2, 3, 4, 5, 6, 7},
  {0, 2, 1, 3, 4, 6, 5, 7},
  {0, 2, 4, 6, 1, 3, 5, 7}
};

static const VitalsOrder *
find_orders (GstVideoFormat format)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i].format == format)
      return formats[i].orders;
  }
  return NULL;
}

gboolean
vitals_packer_plan_supports (GstVideoFormat format)
{
  return find_orders (format) != NULL;
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

static VitalsRowRange
get_range (const Span * span, guint cell)
{
  guint first = MIN ((guint) get_edge (span, cell), span->limit - 1);
  guint end = MIN ((guint) ceil (get_edge (span, cell + 1)), span->limit);
  VitalsRowRange range = { first, MAX (end, first + 1) - first };

  return range;
}

static guint
get_max_samples (const Span * span)
{
  guint max = 0, i;

  for (i = 0; i < VITALS_PATCH_SIZE; i++)
    max = MAX (max, get_range (span, i).n);
  return max;
}

/* The weight of each sample of a cell is the share of the cell that it covers.
 * What is rounded is where each sample ends: so the weights sum up to one and
 * their errors do not. */
static void
get_weights (const Span * span, guint cell, const VitalsRowRange * range,
    gint16 * weights)
{
  gdouble left = get_edge (span, cell);
  gdouble scale = WEIGHT_ONE / (get_edge (span, cell + 1) - left);
  gint done = 0;
  guint i;

  for (i = 0; i + 1 < range->n; i++) {
    gint end = (range->first + i + 1 - left) * scale + 0.5;

    end = CLAMP (end, done, WEIGHT_ONE);
    weights[i] = end - done;
    done = end;
  }
  weights[i] = WEIGHT_ONE - done;
}

static void
plan_rows (VitalsPlanePlan * plane, const Span * span)
{
  guint i;

  plane->max_rows = GST_ROUND_UP_2 (get_max_samples (span));
  plane->weights = g_new0 (gint16, VITALS_PATCH_SIZE * plane->max_rows);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    plane->rows[i] = get_range (span, i);
    get_weights (span, i, &plane->rows[i],
        plane->weights + i * plane->max_rows);
  }
}

static guint
get_n_columns (const Span * span)
{
  guint first = get_range (span, 0).first;
  VitalsRowRange last = get_range (span, VITALS_PATCH_SIZE - 1);

  return last.first + last.n - first;
}

/* Kernels take 32 bytes at once: a row is taken a bit longer, or from
 * a bit before, where it has that much. */
static void
fit_bytes (VitalsPlanePlan * plane, guint pixel_stride, guint row_bytes)
{
  guint n = GST_ROUND_UP_32 (plane->n_bytes);

  if (n <= row_bytes) {
    guint last_start = (row_bytes - n) / pixel_stride * pixel_stride;
    guint end = plane->first_byte + plane->n_bytes;

    plane->first_byte = MIN (plane->first_byte, last_start);
    plane->n_bytes = MAX (n, end - plane->first_byte);
  }
  plane->n_averages = GST_ROUND_UP_32 (plane->n_bytes);
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
    guint column = get_range (&span, 0).first;

    if (GST_VIDEO_INFO_COMP_PLANE (info, c) != index)
      continue;
    first = MIN (first, column * pixel_stride);
    end = MAX (end, (column + get_n_columns (&span)) * pixel_stride);
    row_bytes = MAX (row_bytes, span.limit * pixel_stride);
    widest = MAX (widest, pixel_stride);
  }
  plane->first_byte = first / widest * widest;
  plane->n_bytes = end - plane->first_byte;
  fit_bytes (plane, widest, row_bytes);
}

/* Of a byte of a row: counted in halves of units. */
static guint
get_place (const VitalsPlanePlan * plane, guint byte)
{
  byte -= plane->first_byte;
  return (byte & ~7u) + order_places[plane->order][byte & 7];
}

static guint
count_units (const VitalsPlanePlan * plane, const VitalsRowRange * range,
    guint offset, guint pixel_stride)
{
  guint first = get_place (plane, range->first * pixel_stride + offset);
  guint last = get_place (plane, (range->first + range->n - 1) * pixel_stride
      + offset);

  return (last / 2 - first / 2) / order_steps[plane->order] + 1;
}

static void
plan_column (VitalsColumns * columns, const VitalsPlanePlan * plane,
    const VitalsRowRange * range, const gint16 * weights, guint column,
    guint offset, guint pixel_stride)
{
  gint16 *target = columns->weights + 2 * column * columns->n_units;
  guint i;

  for (i = 0; i < range->n; i++) {
    guint place = get_place (plane, (range->first + i) * pixel_stride + offset);

    if (i == 0)
      columns->first[column] = place / 2;
    target[2 * ((place / 2 - columns->first[column]) / columns->step)
        + place % 2] = weights[i];
  }
}

/* All columns get the same number of units: the unused weigh nothing. */
static void
plan_columns (VitalsColumns * columns, const VitalsPlanePlan * plane,
    const Span * span, guint offset, guint pixel_stride)
{
  g_autofree gint16 *weights = g_new (gint16, get_max_samples (span));
  guint i;

  columns->step = order_steps[plane->order];
  columns->n_units = 0;
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    VitalsRowRange range = get_range (span, i);

    columns->n_units = MAX (columns->n_units,
        count_units (plane, &range, offset, pixel_stride));
  }
  columns->weights = g_new0 (gint16, 2 * VITALS_PATCH_SIZE * columns->n_units);
  for (i = 0; i < VITALS_PATCH_SIZE; i++) {
    VitalsRowRange range = get_range (span, i);

    get_weights (span, i, &range, weights);
    plan_column (columns, plane, &range, weights, i, offset, pixel_stride);
  }
}

void
vitals_patch_plan_init (VitalsPatchPlan * plan, const GstVideoInfo * info,
    const VitalsBox * box)
{
  const VitalsOrder *orders = find_orders (GST_VIDEO_INFO_FORMAT (info));
  guint i;

  memset (plan, 0, sizeof (*plan));
  plan->n_planes = GST_VIDEO_INFO_N_PLANES (info);
  for (i = 0; i < plan->n_planes; i++) {
    plan->planes[i].order = orders[i];
    plan_bytes (&plan->planes[i], i, info, box);
  }
  for (i = 0; i < VITALS_N_COMPONENTS; i++) {
    guint index = GST_VIDEO_INFO_COMP_PLANE (info, i);
    VitalsPlanePlan *plane = &plan->planes[index];
    Span columns = get_column_span (info, i, box);
    Span rows = get_row_span (info, i, box);

    plan->plane_of[i] = index;
    if (!plane->weights)
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

  for (i = 0; i < VITALS_MAX_MEMORY_PLANES; i++)
    g_clear_pointer (&plan->planes[i].weights, g_free);
  for (i = 0; i < VITALS_N_COMPONENTS; i++)
    g_clear_pointer (&plan->columns[i].weights, g_free);
}

guint
vitals_patch_plan_get_max_averages (const VitalsPatchPlan * plan)
{
  guint max = 0, i;

  for (i = 0; i < plan->n_planes; i++)
    max = MAX (max, plan->planes[i].n_averages);
  return max;
}

guint
vitals_patch_plan_get_max_units (const VitalsPatchPlan * plan)
{
  guint max = vitals_patch_plan_get_max_averages (plan) / 2, i;

  /* columns at the end may reach over it with weights of nothing */
  for (i = 0; i < VITALS_N_COMPONENTS; i++) {
    const VitalsColumns *columns = &plan->columns[i];

    max = MAX (max, columns->first[VITALS_PATCH_SIZE - 1]
        + (columns->n_units - 1) * columns->step + 1);
  }
  return max;
}
