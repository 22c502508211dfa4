/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Rows are averaged first, by the kernels of the packer and as they lie in
 * memory, then the columns of each component.
 */

#include <math.h>
#include <vitals/capture/vitals-colour-private.h>
#include <vitals/capture/vitals-crop-private.h>
#include <vitals/capture/vitals-weights-private.h>

#define MAX_SIZE 256

/* A memory plane, and the part of its rows that is read. */
typedef struct
{
  const guint8 *data;
  gint stride;
  guint n_rows;
  gdouble y, height;            /* of the crop, in rows */
  guint first_byte, end_byte;
  gint16 *averages;             /* of those bytes */
} Plane;

/* A component, and the columns of it that are read. */
typedef struct
{
  guint plane;
  guint byte, step;             /* of the first, in its row of the plane */
  guint n_columns;
  gdouble left, width;          /* of the crop, in columns from the first */
} Component;

typedef struct
{
  const VitalsKernels *kernels;
  guint n_planes;
  Plane planes[GST_VIDEO_MAX_PLANES];
  Component components[VITALS_COLOUR_COMPONENTS];
} Scaler;

static void
plane_init (Plane * plane, GstVideoFrame * frame, guint index)
{
  plane->data = GST_VIDEO_FRAME_PLANE_DATA (frame, index);
  plane->stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, index);
  plane->first_byte = G_MAXUINT;
  plane->end_byte = 0;
}

static void
component_init (Scaler * scaler, GstVideoFrame * frame, guint index,
    const VitalsBox * crop)
{
  const GstVideoFormatInfo *format = frame->info.finfo;
  Component *component = &scaler->components[index];
  gdouble x_scale = 1 << GST_VIDEO_FORMAT_INFO_W_SUB (format, index);
  gdouble y_scale = 1 << GST_VIDEO_FORMAT_INFO_H_SUB (format, index);
  guint first = floor (crop->x / x_scale);
  Plane *plane;

  component->plane = GST_VIDEO_FORMAT_INFO_PLANE (format, index);
  component->step = GST_VIDEO_FORMAT_INFO_PSTRIDE (format, index);
  component->byte = GST_VIDEO_FORMAT_INFO_POFFSET (format, index)
      + first * component->step;
  component->left = crop->x / x_scale - first;
  component->width = crop->width / x_scale;
  component->n_columns = ceil (component->left + component->width);

  plane = &scaler->planes[component->plane];
  plane->n_rows = GST_VIDEO_FRAME_COMP_HEIGHT (frame, index);
  plane->y = crop->y / y_scale;
  plane->height = crop->height / y_scale;
  plane->first_byte = MIN (plane->first_byte, component->byte);
  plane->end_byte = MAX (plane->end_byte, component->byte
      + (component->n_columns - 1) * component->step + 1);
}

static void
scaler_init (Scaler * scaler, GstVideoFrame * frame, const VitalsBox * crop)
{
  guint i;

  scaler->kernels = vitals_kernels_get_default ();
  scaler->n_planes = GST_VIDEO_FRAME_N_PLANES (frame);
  for (i = 0; i < scaler->n_planes; i++)
    plane_init (&scaler->planes[i], frame, i);
  for (i = 0; i < VITALS_COLOUR_COMPONENTS; i++)
    component_init (scaler, frame, i, crop);
  for (i = 0; i < scaler->n_planes; i++) {
    Plane *plane = &scaler->planes[i];

    plane->averages = g_new (gint16, plane->end_byte - plane->first_byte);
  }
}

static void
scaler_clear (Scaler * scaler)
{
  guint i;

  for (i = 0; i < scaler->n_planes; i++)
    g_free (scaler->planes[i].averages);
}

static void
average_rows (Scaler * scaler, Plane * plane, guint y, guint size)
{
  gdouble height = plane->height / size;
  gdouble top = plane->y + y * height;
  VitalsRows rows;

  vitals_rows_init (&rows, top, top + height, plane->n_rows);
  scaler->kernels->average_rows (plane->data + plane->first_byte,
      plane->stride, &rows, 1, plane->averages, 1, plane->end_byte
      - plane->first_byte);
}

/* Compilers vectorise what lies side by side. */
static gint
sum_columns (const gint16 * averages, guint step, guint n)
{
  gint sum = 0;
  guint i;

  if (step == 1) {
    for (i = 0; i < n; i++)
      sum += averages[i];
  } else {
    for (i = 0; i < n; i++)
      sum += averages[i * step];
  }
  return sum;
}

/* The sum of the columns from @left to @right, as the component has them. */
static gfloat
sum_cell (const Component * component, const gint16 * averages, gfloat left,
    gfloat right)
{
  guint step = component->step, first = left;
  guint last = MIN ((guint) ceilf (right), component->n_columns) - 1;

  if (first >= last)
    return (right - left) * averages[last * step];
  return (first + 1 - left) * averages[first * step]
      + sum_columns (averages + (first + 1) * step, step, last - first - 1)
      + (right - last) * averages[last * step];
}

static void
average_component (const Scaler * scaler, const Component * component,
    guint size, gfloat * cells)
{
  const Plane *plane = &scaler->planes[component->plane];
  const gint16 *averages = plane->averages + component->byte
      - plane->first_byte;
  gdouble width = component->width / size;
  gfloat scale = 1 / (width * (1 << VITALS_CELL_BITS));
  guint x;

  for (x = 0; x < size; x++) {
    gdouble left = component->left + x * width;

    cells[x] = VITALS_CENTRE + scale * sum_cell (component, averages, left,
        left + width);
  }
}

static void
convert_row (const VitalsColour * colour,
    gfloat cells[VITALS_COLOUR_COMPONENTS][MAX_SIZE], guint size, guint8 * rgb)
{
  guint x, c;

  for (x = 0; x < size; x++) {
    for (c = 0; c < VITALS_COLOUR_COMPONENTS; c++) {
      const gdouble *m = colour->matrix[c];
      gdouble value = colour->offset[c] + m[0] * cells[0][x]
          + m[1] * cells[1][x] + m[2] * cells[2][x];

      *rgb++ = CLAMP (value, 0, 255) + 0.5;
    }
  }
}

void
vitals_crop_scale (GstVideoFrame * frame, const VitalsBox * crop, guint size,
    guint8 * rgb)
{
  gfloat cells[VITALS_COLOUR_COMPONENTS][MAX_SIZE];
  VitalsColour colour;
  Scaler scaler;
  guint y, i;

  g_return_if_fail (size > 0 && size <= MAX_SIZE);

  vitals_colour_init (&colour, &frame->info);
  scaler_init (&scaler, frame, crop);
  for (y = 0; y < size; y++) {
    for (i = 0; i < scaler.n_planes; i++)
      average_rows (&scaler, &scaler.planes[i], y, size);
    for (i = 0; i < VITALS_COLOUR_COMPONENTS; i++)
      average_component (&scaler, &scaler.components[i], size, cells[i]);
    convert_row (&colour, cells, size, rgb + (gsize) y * size * 3);
  }
  scaler_clear (&scaler);
}
