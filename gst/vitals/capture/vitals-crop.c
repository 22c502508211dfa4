/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-colour-private.h>
#include <vitals/capture/vitals-crop-private.h>

/* One component of a frame, and the part of it that is scaled, in its own
 * samples. */
typedef struct
{
  const guint8 *data;
  gint stride, step;
  gdouble x, y, width, height;
  guint first_column, n_columns;
} Component;

static void
component_init (Component * component, GstVideoFrame * frame, guint index,
    const VitalsBox * crop)
{
  const GstVideoFormatInfo *format = frame->info.finfo;
  gdouble x_scale = 1 << GST_VIDEO_FORMAT_INFO_W_SUB (format, index);
  gdouble y_scale = 1 << GST_VIDEO_FORMAT_INFO_H_SUB (format, index);

  component->data = GST_VIDEO_FRAME_COMP_DATA (frame, index);
  component->stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, index);
  component->step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, index);
  component->x = crop->x / x_scale;
  component->y = crop->y / y_scale;
  component->width = crop->width / x_scale;
  component->height = crop->height / y_scale;
  component->first_column = floor (component->x);
  component->n_columns = ceil (component->x + component->width)
      - component->first_column;
}

/* How much of the sample @index lies between @start and @end. */
static gfloat
share_of (guint index, gdouble start, gdouble end)
{
  return MIN (index + 1.0, end) - MAX ((gdouble) index, start);
}

/* Adds up the columns of the rows from @top to @bottom. */
static void
add_rows (const Component * component, gdouble top, gdouble bottom,
    gfloat * sums)
{
  guint row, x, n = component->n_columns, step = component->step;

  memset (sums, 0, n * sizeof (gfloat));
  for (row = floor (top); row < bottom; row++) {
    const guint8 *data = component->data + (gsize) row * component->stride
        + component->first_column * step;
    gfloat share = share_of (row, top, bottom);

    if (step == 1) {
      for (x = 0; x < n; x++)
        sums[x] += share * data[x];
    } else {
      for (x = 0; x < n; x++)
        sums[x] += share * data[x * step];
    }
  }
}

/* Averages the columns into @size cells, @area samples each. */
static void
average_columns (const Component * component, const gfloat * sums, guint size,
    gdouble area, gfloat * cells)
{
  gdouble start = component->x - component->first_column;
  gdouble width = component->width / size;
  guint cell, x;

  for (cell = 0; cell < size; cell++) {
    gdouble left = start + cell * width, right = left + width, sum = 0;

    for (x = floor (left); x < right && x < component->n_columns; x++)
      sum += share_of (x, left, right) * sums[x];
    cells[cell] = sum / area;
  }
}

static void
convert_row (const VitalsColour * colour,
    gfloat cells[VITALS_COLOUR_COMPONENTS][256], guint size, guint8 * rgb)
{
  guint x, c;

  for (x = 0; x < size; x++) {
    for (c = 0; c < VITALS_COLOUR_COMPONENTS; c++) {
      const gdouble *m = colour->matrix[c];
      gdouble value = colour->offset[c] + m[0] * cells[0][x]
          + m[1] * cells[1][x] + m[2] * cells[2][x];

      *rgb++ = CLAMP (lrint (value), 0, 255);
    }
  }
}

void
vitals_crop_scale (GstVideoFrame * frame, const VitalsBox * crop, guint size,
    guint8 * rgb)
{
  gfloat cells[VITALS_COLOUR_COMPONENTS][256];
  Component components[VITALS_COLOUR_COMPONENTS];
  VitalsColour colour;
  gfloat *sums;
  guint y, c;

  g_return_if_fail (size > 0 && size <= G_N_ELEMENTS (cells[0]));

  vitals_colour_init (&colour, &frame->info);
  for (c = 0; c < VITALS_COLOUR_COMPONENTS; c++)
    component_init (&components[c], frame, c, crop);
  sums = g_new (gfloat, (gsize) crop->width + 2);
  for (y = 0; y < size; y++) {
    for (c = 0; c < VITALS_COLOUR_COMPONENTS; c++) {
      gdouble height = components[c].height / size;
      gdouble top = components[c].y + y * height;
      gdouble end = components[c].y + components[c].height;

      add_rows (&components[c], top, MIN (top + height, end), sums);
      average_columns (&components[c], sums, size,
          height * components[c].width / size, cells[c]);
    }
    convert_row (&colour, cells, size, rgb + (gsize) y * size * 3);
  }
  g_free (sums);
}
