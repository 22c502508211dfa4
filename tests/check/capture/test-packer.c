/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The packer against a slow reference in doubles. The reference reads pixels
 * through GStreamer's own unpack functions, which repeat a chroma sample over
 * its luma cell, and sums areas pixel by pixel. */

#include "picture.h"

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/vitals-error.h>

#define N_COLOURS 3

static gdouble
overlap (gdouble a0, gdouble a1, gint pixel)
{
  return MAX (0, MIN (a1, pixel + 1) - MAX (a0, pixel));
}

/* Component @component (1 to 3) of unpacked pixels, averaged over a cell. */
static gdouble
average_cell (const guint8 * unpacked, gint width, gint height, gdouble x0,
    gdouble y0, gdouble x1, gdouble y1, guint component)
{
  gdouble sum = 0, weights = 0;
  gint x, y;

  for (y = (gint) y0; y < height && y < y1; y++) {
    for (x = (gint) x0; x < width && x < x1; x++) {
      gdouble weight = overlap (x0, x1, x) * overlap (y0, y1, y);

      sum += weight * unpacked[4 * (y * width + x) + component];
      weights += weight;
    }
  }
  return sum / weights;
}

/* ITU-R BT.601, 709 and 2020, written out. */
static void
to_rgb (const GstVideoInfo * info, const gdouble * in, gdouble * rgb)
{
  gdouble kr = .299, kb = .114, y, u, v;
  gboolean full = info->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;

  if (GST_VIDEO_INFO_IS_RGB (info)) {
    memcpy (rgb, in, N_COLOURS * sizeof (*rgb));
    return;
  }
  if (info->colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_BT709) {
    kr = .2126;
    kb = .0722;
  } else if (info->colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_BT2020) {
    kr = .2627;
    kb = .0593;
  }
  y = full ? in[0] : (in[0] - 16) * 255 / 219;
  u = (in[1] - 128) * (full ? 1 : 255.0 / 224);
  v = (in[2] - 128) * (full ? 1 : 255.0 / 224);
  rgb[0] = y + 2 * (1 - kr) * v;
  rgb[2] = y + 2 * (1 - kb) * u;
  rgb[1] = (y - kr * rgb[0] - kb * rgb[2]) / (1 - kr - kb);
}

static guint8 *
unpack (const Picture * picture)
{
  const GstVideoFormatInfo *finfo = picture->info.finfo;
  gint width = GST_VIDEO_INFO_WIDTH (&picture->info);
  gint height = GST_VIDEO_INFO_HEIGHT (&picture->info);
  guint8 *unpacked = g_malloc (4 * (width + 16) * height);
  gint y;

  for (y = 0; y < height; y++)
    finfo->unpack_func (finfo, GST_VIDEO_PACK_FLAG_NONE,
        unpacked + 4 * y * width, (gpointer *) picture->frame.data,
        picture->info.stride, 0, y, width);
  return unpacked;
}

static void
reference_pack (const Picture * picture, const VitalsBox * face,
    gdouble * pixels)
{
  gint width = GST_VIDEO_INFO_WIDTH (&picture->info);
  gint height = GST_VIDEO_INFO_HEIGHT (&picture->info);
  guint8 *unpacked = unpack (picture);
  guint patch, i, c;

  for (patch = 0; patch < VITALS_N_PATCHES; patch++) {
    gdouble *planes = pixels + patch * N_COLOURS * VITALS_PLANE_BYTES;
    VitalsBox box;

    vitals_patch_box (face, patch, &box);
    fail_unless (vitals_box_clip (&box, width, height, &box));
    for (i = 0; i < VITALS_PLANE_BYTES; i++) {
      gdouble cell[N_COLOURS], rgb[N_COLOURS];
      guint column = i % VITALS_PATCH_SIZE, row = i / VITALS_PATCH_SIZE;

      for (c = 0; c < N_COLOURS; c++)
        cell[c] = average_cell (unpacked, width, height,
            box.x + box.width * column / VITALS_PATCH_SIZE,
            box.y + box.height * row / VITALS_PATCH_SIZE,
            box.x + box.width * (column + 1) / VITALS_PATCH_SIZE,
            box.y + box.height * (row + 1) / VITALS_PATCH_SIZE, c + 1);
      to_rgb (&picture->info, cell, rgb);
      for (c = 0; c < N_COLOURS; c++)
        planes[c * VITALS_PLANE_BYTES + i] = CLAMP (rgb[c], 0, 255);
    }
  }
  g_free (unpacked);
}

/* The reference rounds these by chance, and whoever rounds them up is half a
 * step too high. */
static gboolean
is_half (gdouble value)
{
  return fabs (value - floor (value) - 0.5) < 1e-6;
}

/* What may come out: at most one step from the reference rounded once, and that
 * in at most 2 % of the pixels; no bias. The packer calculates colours with six
 * bits of fraction: it rounds a value that is nearly a half to either side. */
static void
assert_close_to_reference (Picture * picture, const VitalsBox * face,
    gdouble limit)
{
  g_autofree guint8 *pixels = g_malloc (VITALS_FRAME_BYTES);
  g_autofree gdouble *reference = g_new (gdouble, VITALS_FRAME_BYTES);
  gdouble largest = 0, sum = 0;
  guint different = 0, i;

  fail_unless (vitals_pack_frame (&picture->frame, face, pixels, NULL));
  reference_pack (picture, face, reference);
  for (i = 0; i < VITALS_FRAME_BYTES; i++) {
    gint rounded = floor (reference[i] + 0.5);
    gdouble error = pixels[i] - reference[i];

    largest = MAX (largest, fabs (error));
    if (is_half (reference[i]))
      continue;
    different += pixels[i] != rounded;
    sum += error;
  }
  fail_unless (largest < limit, "%g off", largest);
  fail_unless (different <= VITALS_FRAME_BYTES / 50, "%u of %u differ",
      different, VITALS_FRAME_BYTES);
  /* under a pixel a cell, there are too few values to look for a bias */
  fail_unless (face->width < VITALS_PATCH_SIZE
      || fabs (sum / VITALS_FRAME_BYTES) < 0.05, "%g off on average",
      sum / VITALS_FRAME_BYTES);
}

static void
assert_as_reference (Picture * picture, const VitalsBox * face)
{
  assert_close_to_reference (picture, face, .55);
}

GST_START_TEST (every_format_is_packed_as_the_reference_does)
{
  GstVideoFormat format = gst_video_format_from_string (formats[__i__]);
  guint i;

  fail_unless (format != GST_VIDEO_FORMAT_UNKNOWN);
  for (i = 0; i < N_GEOMETRIES; i++) {
    const Geometry *geometry = &geometries[i];
    Picture picture;

    picture_open (&picture, format, geometry->width, geometry->height,
        geometry->padded, NULL);
    picture_fill (&picture, i);
    assert_as_reference (&picture, &geometry->face);
    picture_close (&picture);
  }
}

GST_END_TEST;

/* Cells of more rows than are added up at once; and of so many columns, each
 * rounded, that their errors grow. */
GST_START_TEST (huge_frames_are_packed_as_the_reference_does)
{
  static const Geometry huge[] = {
    {40, 26000, FALSE, {0.4, 3.3, 39, 25990}},
    {8192, 400, FALSE, {1.7, 0.2, 8188, 399}}
  };
  Picture picture;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (huge); i++) {
    picture_open (&picture,
        __i__ ? GST_VIDEO_FORMAT_RGB : GST_VIDEO_FORMAT_NV12, huge[i].width,
        huge[i].height, FALSE, NULL);
    picture_fill (&picture, i);
    assert_close_to_reference (&picture, &huge[i].face, .65);
    picture_close (&picture);
  }
}

GST_END_TEST;

/* Matrix and range as in GstVideoColorimetry, transfer and primaries unknown:
 * they take no part. */
static const gchar *const colorimetries[] = {
  "2:4:0:0", "1:4:0:0", "2:3:0:0", "1:3:0:0", "2:6:0:0", "1:6:0:0"
};

GST_START_TEST (matrix_and_range_of_the_stream_are_honoured)
{
  static const VitalsBox face = { 10, 10, 100, 90 };
  Picture picture;

  picture_open (&picture, GST_VIDEO_FORMAT_I420, 128, 112, FALSE,
      colorimetries[__i__]);
  picture_fill (&picture, 5);
  assert_as_reference (&picture, &face);
  picture_close (&picture);
}

GST_END_TEST;

GST_START_TEST (standard_colours_come_out_right)
{
  /* Y, Cb, Cr of BT.601 in limited range (SMPTE bars) */
  static const guint8 colours[][6] = {
    {235, 128, 128, 255, 255, 255}, {16, 128, 128, 0, 0, 0},
    {81, 90, 240, 254, 0, 0}, {145, 54, 34, 0, 255, 1},
    {41, 240, 110, 0, 0, 255}, {255, 128, 128, 255, 255, 255}
  };
  static const VitalsBox face = { 4, 4, 56, 56 };
  guint8 pixels[VITALS_FRAME_BYTES];
  Picture picture;
  guint i, c;

  for (i = 0; i < G_N_ELEMENTS (colours); i++) {
    picture_open (&picture, GST_VIDEO_FORMAT_Y444, 64, 64, FALSE, "2:4:0:0");
    for (c = 0; c < N_COLOURS; c++)
      memset (GST_VIDEO_FRAME_COMP_DATA (&picture.frame, c), colours[i][c],
          GST_VIDEO_FRAME_COMP_STRIDE (&picture.frame, c) * 64);
    fail_unless (vitals_pack_frame (&picture.frame, &face, pixels, NULL));
    for (c = 0; c < VITALS_N_CHANNELS; c++)
      fail_unless (ABS (pixels[c * VITALS_PLANE_BYTES + 99]
              - colours[i][3 + c % N_COLOURS]) <= 1, "colour %u, plane %u: %u",
          i, c, pixels[c * VITALS_PLANE_BYTES + 99]);
    picture_close (&picture);
  }
}

GST_END_TEST;

GST_START_TEST (patches_lie_where_the_page_says)
{
  static const gdouble fractions[][4] = {
    {.20, .10, .80, .90}, {.30, .10, .70, .25}, {.20, .50, .40, .70},
    {.60, .50, .80, .70}
  };
  static const VitalsBox face = { 100, 50, 200, 300 };
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++) {
    VitalsBox box;

    vitals_patch_box (&face, i, &box);
    fail_unless (fabs (box.x - 100 - 200 * fractions[i][0]) < 1e-9);
    fail_unless (fabs (box.y - 50 - 300 * fractions[i][1]) < 1e-9);
    fail_unless (fabs (box.x + box.width - 100 - 200 * fractions[i][2]) < 1e-9);
    fail_unless (fabs (box.y + box.height - 50 - 300 * fractions[i][3])
        < 1e-9);
  }
}

GST_END_TEST;

GST_START_TEST (face_outside_the_frame_is_refused)
{
  static const VitalsBox faces[] = {
    {64, 0, 20, 20}, {-40, 0, 20, 20}, {0, -100, 64, 64}, {0, 48, 10, 10},
    /* the right cheek is outside */
    {30, 0, 100, 40}, {0, 0, 0, 10}, {NAN, 0, 10, 10}, {0, 0, INFINITY, 10}
  };
  guint8 pixels[VITALS_FRAME_BYTES];
  Picture picture;
  guint i;

  picture_open (&picture, GST_VIDEO_FORMAT_I420, 64, 48, FALSE, NULL);
  for (i = 0; i < G_N_ELEMENTS (faces); i++) {
    g_autoptr (GError) error = NULL;

    fail_if (vitals_pack_frame (&picture.frame, &faces[i], pixels, &error),
        "face %u", i);
    fail_unless (g_error_matches (error, VITALS_ERROR,
            VITALS_ERROR_INVALID_REQUEST));
  }
  picture_close (&picture);
}

GST_END_TEST;

GST_START_TEST (other_formats_are_refused)
{
  static const VitalsBox face = { 0, 0, 64, 48 };
  guint8 pixels[VITALS_FRAME_BYTES];
  g_autoptr (GError) error = NULL;
  Picture picture;

  picture_open (&picture, GST_VIDEO_FORMAT_GRAY8, 64, 48, FALSE, NULL);
  fail_if (vitals_pack_frame (&picture.frame, &face, pixels, &error));
  fail_unless (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED));
  fail_unless (strstr (error->message, "videoconvert") != NULL);
  picture_close (&picture);
}

GST_END_TEST;

GST_START_TEST (every_format_of_the_template_is_packed)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (GST_VIDEO_CAPS_MAKE
      (VITALS_PACKER_FORMATS));
  const GValue *list = gst_structure_get_value (gst_caps_get_structure (caps,
          0), "format");
  guint i;

  fail_unless_equals_int (gst_value_list_get_size (list), N_FORMATS);
  for (i = 0; i < N_FORMATS; i++)
    fail_unless_equals_string (g_value_get_string (gst_value_list_get_value
            (list, i)), formats[i]);
}

GST_END_TEST;

static Suite *
packer_suite (void)
{
  Suite *suite = suite_create ("packer");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_loop_test (test, every_format_is_packed_as_the_reference_does, 0,
      N_FORMATS);
  tcase_add_loop_test (test, huge_frames_are_packed_as_the_reference_does, 0,
      2);
  tcase_add_loop_test (test, matrix_and_range_of_the_stream_are_honoured, 0,
      G_N_ELEMENTS (colorimetries));
  tcase_add_test (test, standard_colours_come_out_right);
  tcase_add_test (test, patches_lie_where_the_page_says);
  tcase_add_test (test, face_outside_the_frame_is_refused);
  tcase_add_test (test, other_formats_are_refused);
  tcase_add_test (test, every_format_of_the_template_is_packed);
  return suite;
}

GST_CHECK_MAIN (packer);
