/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-colour-private.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/vitals-error-private.h>

#define N_COMPONENTS VITALS_COLOUR_COMPONENTS

/* Fractions (x0, y0, x1, y1) of the face box, see docs/tensor-layout.md. */
static const gdouble patch_fractions[VITALS_N_PATCHES][4] = {
  {.20, .10, .80, .90},         /* face */
  {.30, .10, .70, .25},         /* forehead */
  {.20, .50, .40, .70},         /* left cheek, as the viewer sees it */
  {.60, .50, .80, .70}          /* right cheek */
};

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12, GST_VIDEO_FORMAT_NV12,
  GST_VIDEO_FORMAT_NV21, GST_VIDEO_FORMAT_Y42B, GST_VIDEO_FORMAT_Y444,
  GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_UYVY, GST_VIDEO_FORMAT_RGB,
  GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_BGRx,
  GST_VIDEO_FORMAT_xRGB, GST_VIDEO_FORMAT_xBGR, GST_VIDEO_FORMAT_RGBA,
  GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_ARGB, GST_VIDEO_FORMAT_ABGR,
  GST_VIDEO_FORMAT_RGBP, GST_VIDEO_FORMAT_GBR
};

void
vitals_patch_box (const VitalsBox * face, guint patch, VitalsBox * box)
{
  const gdouble *fractions;

  g_return_if_fail (patch < VITALS_N_PATCHES);

  fractions = patch_fractions[patch];
  box->x = face->x + fractions[0] * face->width;
  box->y = face->y + fractions[1] * face->height;
  box->width = (fractions[2] - fractions[0]) * face->width;
  box->height = (fractions[3] - fractions[1]) * face->height;
}

static gboolean
is_supported (GstVideoFormat format)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i] == format)
      return TRUE;
  }
  return FALSE;
}

/* One component of a mapped frame. */
typedef struct
{
  const guint8 *data;
  gint stride, pixel_stride;
  gint width, height;
} Plane;

static void
plane_init (Plane * plane, GstVideoFrame * frame, guint component)
{
  plane->data = GST_VIDEO_FRAME_COMP_DATA (frame, component);
  plane->stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, component);
  plane->pixel_stride = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component);
  plane->width = GST_VIDEO_FRAME_COMP_WIDTH (frame, component);
  plane->height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, component);
}

/* sums[i]: sum of the pixels first to first+i-1 of a row. */
static void
sum_row (const Plane * plane, gint row, gint first, gint count, guint32 * sums)
{
  const guint8 *pixel = plane->data + (gsize) row * plane->stride
      + (gsize) first * plane->pixel_stride;
  gint i;

  sums[0] = 0;
  for (i = 0; i < count; i++, pixel += plane->pixel_stride)
    sums[i + 1] = sums[i] + *pixel;
}

/* The integral up to @x, which may lie inside a pixel. */
static gdouble
integral_at (const guint32 * sums, gint count, gdouble x)
{
  gint whole = MIN ((gint) x, count - 1);

  return sums[whole] + (x - whole) * (sums[whole + 1] - sums[whole]);
}

/* Area average of @box (in pixels of the plane, inside of it) to 72x72: a cell
 * weighs each pixel with the area that they share. For a box under 72 pixels
 * cells are smaller than pixels, and this is nearest neighbour with blended
 * edges. */
static void
average_plane (const Plane * plane, const VitalsBox * box, guint32 * sums,
    gdouble * cells)
{
  gint first = (gint) box->x;
  gint count = MIN ((gint) ceil (box->x + box->width), plane->width) - first;
  gdouble cell_width = box->width / VITALS_PATCH_SIZE;
  gdouble cell_height = box->height / VITALS_PATCH_SIZE;
  gint i, j, row;

  memset (cells, 0, VITALS_PLANE_BYTES * sizeof (*cells));
  for (j = 0; j < VITALS_PATCH_SIZE; j++, cells += VITALS_PATCH_SIZE) {
    gdouble top = box->y + j * cell_height, bottom = top + cell_height;
    gint end = MIN ((gint) ceil (bottom), plane->height);

    for (row = (gint) top; row < end; row++) {
      gdouble weight = (MIN (bottom, row + 1) - MAX (top, row))
          / (cell_width * cell_height);
      gdouble left = 0;

      sum_row (plane, row, first, count, sums);
      left = integral_at (sums, count, box->x - first);
      for (i = 0; i < VITALS_PATCH_SIZE; i++) {
        gdouble right = integral_at (sums, count,
            box->x - first + (i + 1) * cell_width);

        cells[i] += weight * (right - left);
        left = right;
      }
    }
  }
}

/* A chroma sample covers the cell of its luma pixels. */
static void
box_to_component (const VitalsBox * box, const GstVideoFormatInfo * finfo,
    guint component, VitalsBox * scaled)
{
  gdouble x = 1 << GST_VIDEO_FORMAT_INFO_W_SUB (finfo, component);
  gdouble y = 1 << GST_VIDEO_FORMAT_INFO_H_SUB (finfo, component);

  scaled->x = box->x / x;
  scaled->y = box->y / y;
  scaled->width = box->width / x;
  scaled->height = box->height / y;
}

static guint8
round_to_byte (gdouble value)
{
  return CLAMP (value + 0.5, 0, 255);
}

/* Averages first and converts then: the same but for single pixels that would
 * clip, and far cheaper. Rounds once. */
static void
convert_cells (const VitalsColour * colour,
    gdouble (*cells)[VITALS_PLANE_BYTES], guint8 * pixels)
{
  guint i, c;

  for (c = 0; c < N_COMPONENTS; c++) {
    const gdouble *m = colour->matrix[c];

    for (i = 0; i < VITALS_PLANE_BYTES; i++)
      *pixels++ = round_to_byte (colour->offset[c] + m[0] * cells[0][i]
          + m[1] * cells[1][i] + m[2] * cells[2][i]);
  }
}

static void
pack_patch (GstVideoFrame * frame, const VitalsColour * colour,
    const VitalsBox * box, guint32 * sums, guint8 * pixels)
{
  gdouble cells[N_COMPONENTS][VITALS_PLANE_BYTES];
  guint c;

  for (c = 0; c < N_COMPONENTS; c++) {
    VitalsBox scaled;
    Plane plane;

    plane_init (&plane, frame, c);
    box_to_component (box, frame->info.finfo, c, &scaled);
    average_plane (&plane, &scaled, sums, cells[c]);
  }
  convert_cells (colour, cells, pixels);
}

gboolean
vitals_pack_frame (GstVideoFrame * frame, const VitalsBox * face,
    guint8 * pixels, GError ** error)
{
  VitalsBox boxes[VITALS_N_PATCHES];
  guint32 *sums;
  VitalsColour colour;
  guint i;

  if (!is_supported (GST_VIDEO_FRAME_FORMAT (frame))) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "Video format %s is not read directly: put a videoconvert in front",
        gst_video_format_to_string (GST_VIDEO_FRAME_FORMAT (frame)));
    return FALSE;
  }
  for (i = 0; i < VITALS_N_PATCHES; i++) {
    vitals_patch_box (face, i, &boxes[i]);
    if (!vitals_box_clip (&boxes[i], GST_VIDEO_FRAME_WIDTH (frame),
            GST_VIDEO_FRAME_HEIGHT (frame), &boxes[i])) {
      vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
          "The face box %g,%g,%g,%g reaches too far out of the %dx%d frame: "
          "correct the region", face->x, face->y, face->width, face->height,
          GST_VIDEO_FRAME_WIDTH (frame), GST_VIDEO_FRAME_HEIGHT (frame));
      return FALSE;
    }
  }

  vitals_colour_init (&colour, &frame->info);
  sums = g_new (guint32, GST_VIDEO_FRAME_WIDTH (frame) + 1);
  for (i = 0; i < VITALS_N_PATCHES; i++)
    pack_patch (frame, &colour, &boxes[i], sums,
        pixels + i * N_COMPONENTS * VITALS_PLANE_BYTES);
  g_free (sums);
  return TRUE;
}
