/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "peers.h"

#include <string.h>

void
get_patch (const GstVideoInfo * info, const VitalsBox * face, guint patch,
    GstVideoRectangle * rectangle)
{
  gint right, bottom;
  VitalsBox box;

  vitals_patch_box (face, patch, &box);
  right = MIN (box.x + box.width + 0.5, GST_VIDEO_INFO_WIDTH (info));
  bottom = MIN (box.y + box.height + 0.5, GST_VIDEO_INFO_HEIGHT (info));
  rectangle->x = GST_ROUND_DOWN_2 ((gint) MAX (box.x + 0.5, 0));
  rectangle->y = GST_ROUND_DOWN_2 ((gint) MAX (box.y + 0.5, 0));
  rectangle->w = right - rectangle->x;
  rectangle->h = bottom - rectangle->y;
}

/* The packer of this library. */
typedef struct
{
  VitalsPacker *packer;
  VitalsBox face;
  guint8 pixels[VITALS_FRAME_BYTES];
} Packer;

static gpointer
packer_create (const GstVideoInfo * info G_GNUC_UNUSED, const VitalsBox * face)
{
  Packer *self = g_new (Packer, 1);

  self->packer = vitals_packer_new (NULL);
  self->face = *face;
  return self;
}

static void
packer_run (gpointer peer, GstVideoFrame * frame)
{
  Packer *self = peer;

  if (!vitals_packer_pack (self->packer, frame, &self->face, self->pixels,
          NULL))
    g_error ("not packed");
}

static void
packer_destroy (gpointer peer)
{
  Packer *self = peer;

  vitals_packer_free (self->packer);
  g_free (self);
}

const Peer peer_packer = {
  "packer", packer_create, packer_run, packer_destroy
};

/* Reads each byte of the patches' union (which is the face patch), with the
 * widest instructions that the packer has. */
typedef struct
{
  GstVideoRectangle union_;
  guint64 sum;
} Read;

/* Anywhere in memory. */
typedef guint64 Lanes __attribute__((vector_size (32), aligned (1), may_alias));

#define N_SUMS 4

static gpointer
read_create (const GstVideoInfo * info, const VitalsBox * face)
{
  Read *self = g_new0 (Read, 1);

  get_patch (info, face, 0, &self->union_);
  return self;
}

/* The last lanes overlap those before: a loop over single bytes would take
 * longer than all others. */
static inline __attribute__((always_inline)) guint64
read_rows (const guint8 * bytes, gint stride, gint n_rows, gsize n)
{
  Lanes sums[N_SUMS] = { {0} };
  gsize i, k;

  g_assert (n >= sizeof (Lanes));
  for (; n_rows > 0; n_rows--, bytes += stride) {
    for (i = 0; i + sizeof (sums) <= n; i += sizeof (sums)) {
#pragma GCC unroll 4
      for (k = 0; k < N_SUMS; k++)
        sums[k] += *(const Lanes *) (bytes + i + k * sizeof (Lanes));
    }
    for (; i < n; i += sizeof (Lanes))
      sums[0] += *(const Lanes *) (bytes + MIN (i, n - sizeof (Lanes)));
  }
  sums[0] += sums[1] + sums[2] + sums[3];
  return sums[0][0] + sums[0][1] + sums[0][2] + sums[0][3];
}

static guint64
read_rows_plain (const guint8 * bytes, gint stride, gint n_rows, gsize n)
{
  return read_rows (bytes, stride, n_rows, n);
}

#ifdef __x86_64__
static guint64 read_rows_avx2 (const guint8 * bytes, gint stride, gint n_rows,
    gsize n) __attribute__((target ("avx2")));

static guint64
read_rows_avx2 (const guint8 * bytes, gint stride, gint n_rows, gsize n)
{
  return read_rows (bytes, stride, n_rows, n);
}
#endif

static guint64
read_rows_fast (const guint8 * bytes, gint stride, gint n_rows, gsize n)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    return read_rows_avx2 (bytes, stride, n_rows, n);
#endif
  return read_rows_plain (bytes, stride, n_rows, n);
}

static gboolean
is_first_of_plane (GstVideoFrame * frame, guint component)
{
  guint i;

  for (i = 0; i < component; i++) {
    if (GST_VIDEO_FRAME_COMP_PLANE (frame, i)
        == GST_VIDEO_FRAME_COMP_PLANE (frame, component))
      return FALSE;
  }
  return TRUE;
}

static void
read_run (gpointer peer, GstVideoFrame * frame)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  Read *self = peer;
  guint c;

  for (c = 0; c < VITALS_N_COMPONENTS; c++) {
    guint w = GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c);
    guint h = GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c);
    gint stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, c);
    gint pixel_stride = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, c);
    const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame,
        GST_VIDEO_FRAME_COMP_PLANE (frame, c));

    if (!is_first_of_plane (frame, c))
      continue;
    data += (self->union_.y >> h) * stride
        + (self->union_.x >> w) * pixel_stride;
    self->sum += read_rows_fast (data, stride, self->union_.h >> h,
        (self->union_.w >> w) * pixel_stride);
  }
}

static void
read_destroy (gpointer peer)
{
  Read *self = peer;
  volatile guint64 used = self->sum;

  (void) used;
  g_free (self);
}

const Peer peer_read = { "read", read_create, read_run, read_destroy };

/* GstVideoConverter, one for each patch, to what it is fastest at. */
typedef struct
{
  GstVideoConverter *converters[VITALS_N_PATCHES];
  GstVideoFrame outputs[VITALS_N_PATCHES];
} Converter;

static GstStructure *
converter_options (GstVideoResamplerMethod method, guint taps,
    const GstVideoRectangle * patch)
{
  return gst_structure_new ("options",
      GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD,
      GST_TYPE_VIDEO_RESAMPLER_METHOD, method,
      GST_VIDEO_CONVERTER_OPT_RESAMPLER_TAPS, G_TYPE_UINT, taps,
      GST_VIDEO_CONVERTER_OPT_CHROMA_RESAMPLER_METHOD,
      GST_TYPE_VIDEO_RESAMPLER_METHOD, method,
      GST_VIDEO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_VIDEO_DITHER_METHOD,
      GST_VIDEO_DITHER_NONE,
      GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT, patch->x,
      GST_VIDEO_CONVERTER_OPT_SRC_Y, G_TYPE_INT, patch->y,
      GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT, patch->w,
      GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, patch->h,
      GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT, 1, NULL);
}

static gpointer
converter_create (const GstVideoInfo * info, const VitalsBox * face,
    GstVideoResamplerMethod method, guint taps)
{
  Converter *self = g_new0 (Converter, 1);
  GstVideoInfo source = *info, target;
  guint i;

  gst_video_info_set_format (&target, GST_VIDEO_FORMAT_BGRx,
      VITALS_PATCH_SIZE, VITALS_PATCH_SIZE);
  for (i = 0; i < VITALS_N_PATCHES; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, target.size, NULL);
    GstVideoRectangle patch;

    get_patch (info, face, i, &patch);
    self->converters[i] = gst_video_converter_new (&source, &target,
        converter_options (method, taps, &patch));
    if (!gst_video_frame_map (&self->outputs[i], &target, buffer,
            GST_MAP_WRITE))
      g_error ("not mapped");
    gst_buffer_unref (buffer);
  }
  return self;
}

static void
converter_run (gpointer peer, GstVideoFrame * frame)
{
  Converter *self = peer;
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++)
    gst_video_converter_frame (self->converters[i], frame, &self->outputs[i]);
}

static void
converter_destroy (gpointer peer)
{
  Converter *self = peer;
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++) {
    gst_video_converter_free (self->converters[i]);
    gst_video_frame_unmap (&self->outputs[i]);
  }
  g_free (self);
}

/* taps 0: as many as the scale needs, which is what avoids aliasing */
static gpointer
linear_create (const GstVideoInfo * info, const VitalsBox * face)
{
  return converter_create (info, face, GST_VIDEO_RESAMPLER_METHOD_LINEAR, 0);
}

const Peer peer_converter_linear = {
  "converter-linear", linear_create, converter_run, converter_destroy
};

static gpointer
cubic_create (const GstVideoInfo * info, const VitalsBox * face)
{
  return converter_create (info, face, GST_VIDEO_RESAMPLER_METHOD_CUBIC, 0);
}

const Peer peer_converter_cubic = {
  "converter-cubic", cubic_create, converter_run, converter_destroy
};

static gpointer
two_taps_create (const GstVideoInfo * info, const VitalsBox * face)
{
  return converter_create (info, face, GST_VIDEO_RESAMPLER_METHOD_LINEAR, 2);
}

const Peer peer_converter_two_taps = {
  "converter-2-taps", two_taps_create, converter_run, converter_destroy
};
