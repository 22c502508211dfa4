/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/face/vitals-luma-private.h>

/* A pixel of the small picture is the mean of up to 3x3 pixels, spread over the
 * area it stands for: enough against aliasing for a detector, and the cost does
 * not grow with the frame. */
#define MAX_TAPS 3

struct _VitalsLumaScaler
{
  GstVideoOrientationMethod orientation;
  gsize *columns;               /* byte offsets of the taps of a row */
  guint n_columns;              /* room for */
};

VitalsLumaScaler *
vitals_luma_scaler_new (void)
{
  return g_new0 (VitalsLumaScaler, 1);
}

void
vitals_luma_scaler_free (VitalsLumaScaler * scaler)
{
  g_free (scaler->columns);
  g_free (scaler);
}

void
vitals_luma_scaler_set_orientation (VitalsLumaScaler * scaler,
    GstVideoOrientationMethod orientation)
{
  scaler->orientation = orientation;
}

/* The picture as it should be seen (x, y of the unit square) lies where in the
 * picture as it is. */
static void
turn (GstVideoOrientationMethod orientation, gdouble x, gdouble y,
    gdouble * turned_x, gdouble * turned_y)
{
  switch (orientation) {
    case GST_VIDEO_ORIENTATION_90R:
      *turned_x = y;
      *turned_y = 1.0 - x;
      break;
    case GST_VIDEO_ORIENTATION_180:
      *turned_x = 1.0 - x;
      *turned_y = 1.0 - y;
      break;
    case GST_VIDEO_ORIENTATION_90L:
      *turned_x = 1.0 - y;
      *turned_y = x;
      break;
    case GST_VIDEO_ORIENTATION_HORIZ:
      *turned_x = 1.0 - x;
      *turned_y = y;
      break;
    case GST_VIDEO_ORIENTATION_VERT:
      *turned_x = x;
      *turned_y = 1.0 - y;
      break;
    case GST_VIDEO_ORIENTATION_UL_LR:
      *turned_x = y;
      *turned_y = x;
      break;
    case GST_VIDEO_ORIENTATION_UR_LL:
      *turned_x = 1.0 - y;
      *turned_y = 1.0 - x;
      break;
    default:
      *turned_x = x;
      *turned_y = y;
      break;
  }
}

static gboolean
swaps_sides (GstVideoOrientationMethod orientation)
{
  return orientation == GST_VIDEO_ORIENTATION_90R
      || orientation == GST_VIDEO_ORIENTATION_90L
      || orientation == GST_VIDEO_ORIENTATION_UL_LR
      || orientation == GST_VIDEO_ORIENTATION_UR_LL;
}

static guint
count_taps (guint from, guint to)
{
  return CLAMP ((from + to - 1) / to, 1, MAX_TAPS);
}

/* The pixel of tap @index of @n, spread evenly over @size pixels. */
static guint
tap_position (guint index, guint n, guint size)
{
  return (guint) (((2 * (guint64) index + 1) * size) / (2 * (guint64) n));
}

static void
place_columns (VitalsLumaScaler * scaler, guint n, guint size, gsize step)
{
  guint i;

  if (n > scaler->n_columns) {
    scaler->columns = g_renew (gsize, scaler->columns, n);
    scaler->n_columns = n;
  }
  for (i = 0; i < n; i++)
    scaler->columns[i] = tap_position (i, n, size) * step;
}

static guint
sum_taps (const guint8 * row, const gsize * columns, guint n)
{
  guint sum = row[columns[0]];

  if (n > 1)
    sum += row[columns[1]];
  if (n > 2)
    sum += row[columns[2]];
  return sum;
}

/* Each pixel goes to where it is in the upright picture: @pixels is where the
 * first lies, @along and @down how far its right and its lower neighbour are. */
static void
scale_rows (const VitalsLumaScaler * scaler, GstVideoFrame * frame,
    guint component, guint width, guint height, guint8 * pixels,
    gssize along, gssize down)
{
  const guint8 *data = GST_VIDEO_FRAME_COMP_DATA (frame, component);
  gssize stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, component);
  guint full_height = GST_VIDEO_FRAME_HEIGHT (frame);
  guint across = count_taps (GST_VIDEO_FRAME_WIDTH (frame), width);
  guint upright = count_taps (full_height, height);
  guint half = across * upright / 2, x, y, i;

  for (y = 0; y < height; y++) {
    const guint8 *rows[MAX_TAPS];

    for (i = 0; i < upright; i++)
      rows[i] = data + stride * (gssize) tap_position (y * upright + i,
          height * upright, full_height);
    for (x = 0; x < width; x++) {
      const gsize *columns = scaler->columns + x * across;
      guint sum = half;

      for (i = 0; i < upright; i++)
        sum += sum_taps (rows[i], columns, across);
      pixels[(gssize) x * along + (gssize) y * down] =
          (guint8) (sum / (across * upright));
    }
  }
}

/* Where the first pixel of a row by row picture of @width x @height comes to lie
 * in the upright one, and how far from there its neighbours to the right and
 * below. */
static gssize
place_pixels (GstVideoOrientationMethod orientation, guint width, guint height,
    const VitalsLuma * luma, gssize * along, gssize * down)
{
  gssize first = 0, right = 0, below = 0;
  guint i;

  for (i = 0; i < 4; i++) {
    gssize corner = (i & 1) * (luma->width - 1)
        + (gssize) (i >> 1) * (luma->height - 1) * luma->stride;
    gdouble x, y;

    turn (orientation, i & 1, i >> 1, &x, &y);
    if (x < 0.5 && y < 0.5)
      first = corner;
    else if (y < 0.5)
      right = corner;
    else if (x < 0.5)
      below = corner;
  }
  *along = width > 1 ? (right - first) / (gssize) (width - 1) : 0;
  *down = height > 1 ? (below - first) / (gssize) (height - 1) : 0;
  return first;
}

void
vitals_luma_scaler_scale (VitalsLumaScaler * scaler, GstVideoFrame * frame,
    guint8 * pixels, VitalsLuma * luma)
{
  guint full_width = GST_VIDEO_FRAME_WIDTH (frame);
  guint full_height = GST_VIDEO_FRAME_HEIGHT (frame);
  guint component = GST_VIDEO_INFO_IS_RGB (&frame->info) ? 1 : 0;
  gdouble scale = MIN (1.0, sqrt ((gdouble) VITALS_LUMA_MAX_PIXELS
          / full_width / full_height));
  guint width = (guint) CLAMP (full_width * scale, 1, VITALS_LUMA_MAX_PIXELS);
  guint height = (guint) CLAMP (full_height * scale, 1,
      VITALS_LUMA_MAX_PIXELS / width);
  gboolean swaps = swaps_sides (scaler->orientation);
  gssize first, along, down;

  luma->pixels = pixels;
  luma->width = swaps ? height : width;
  luma->height = swaps ? width : height;
  luma->stride = luma->width;
  first = place_pixels (scaler->orientation, width, height, luma, &along,
      &down);
  place_columns (scaler, width * count_taps (full_width, width), full_width,
      GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component));
  scale_rows (scaler, frame, component, width, height, pixels + first, along,
      down);
}

void
vitals_luma_scaler_map_box (const VitalsLumaScaler * scaler,
    const VitalsLuma * luma, guint width, guint height, VitalsBox * box)
{
  gdouble x0, y0, x1, y1;

  turn (scaler->orientation, box->x / luma->width, box->y / luma->height,
      &x0, &y0);
  turn (scaler->orientation, (box->x + box->width) / luma->width,
      (box->y + box->height) / luma->height, &x1, &y1);
  box->x = MIN (x0, x1) * width;
  box->y = MIN (y0, y1) * height;
  box->width = fabs (x1 - x0) * width;
  box->height = fabs (y1 - y0) * height;
}
