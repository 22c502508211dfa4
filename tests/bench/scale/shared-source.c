/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "shared-source.h"

#include <gst/video/video.h>

#define WIDTH 640
#define HEIGHT 480
#define N_PICTURES 8

/* The object lock guards what is taken. */
struct _SharedSource
{
  GstPushSrc parent;

  guint64 number;
  GstClockTime due;             /* of the frame before, clock time, or NONE */
  GstClockTime latest;
  guint frames;
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, format = I420, width = 640, height = 480, "
        "framerate = 30/1"));

G_DEFINE_FINAL_TYPE (SharedSource, shared_source, GST_TYPE_PUSH_SRC);

/* Noise of the size of a camera's, different in each picture: what compresses
 * as video does. */
static GstMemory *
make_picture (guint32 state)
{
  gsize size = WIDTH * HEIGHT * 3 / 2, i;
  guint8 *pixels = g_malloc (size);

  for (i = 0; i < size; i++) {
    state = state * 1664525u + 1013904223u;
    pixels[i] = 118 + (state >> 29) + (i / 64) % 16;
  }
  return gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, pixels, size, 0,
      size, pixels, g_free);
}

static GstMemory *
get_picture (guint64 number)
{
  static GstMemory *pictures[N_PICTURES];
  static gsize made = 0;
  guint i;

  if (g_once_init_enter (&made)) {
    for (i = 0; i < N_PICTURES; i++)
      pictures[i] = make_picture (i + 1);
    g_once_init_leave (&made, 1);
  }
  return gst_memory_ref (pictures[number % N_PICTURES]);
}

static void
note_done (SharedSource * self)
{
  GstClock *clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime now;

  if (clock && GST_CLOCK_TIME_IS_VALID (self->due)) {
    now = gst_clock_get_time (clock);
    GST_OBJECT_LOCK (self);
    if (now > self->due)
      self->latest = MAX (self->latest, now - self->due);
    self->frames++;
    GST_OBJECT_UNLOCK (self);
  }
  g_clear_pointer (&clock, gst_object_unref);
}

static GstFlowReturn
shared_source_create (GstPushSrc * source, GstBuffer ** buffer)
{
  SharedSource *self = SHARED_SOURCE (source);

  note_done (self);
  *buffer = gst_buffer_new ();
  gst_buffer_append_memory (*buffer, get_picture (self->number));
  GST_BUFFER_PTS (*buffer) = gst_util_uint64_scale (self->number, GST_SECOND,
      SHARED_FPS);
  GST_BUFFER_DURATION (*buffer) = GST_SECOND / SHARED_FPS;
  self->due = gst_element_get_base_time (GST_ELEMENT (self))
      + GST_BUFFER_PTS (*buffer);
  self->number++;
  return GST_FLOW_OK;
}

static void
shared_source_get_times (GstBaseSrc * source G_GNUC_UNUSED, GstBuffer * buffer,
    GstClockTime * start, GstClockTime * end)
{
  *start = GST_BUFFER_PTS (buffer);
  *end = *start + GST_BUFFER_DURATION (buffer);
}

static void
shared_source_class_init (SharedSourceClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Shared source",
      "Source/Video", "Pictures that are shared", "The Vitals developers");
  GST_PUSH_SRC_CLASS (klass)->create = shared_source_create;
  GST_BASE_SRC_CLASS (klass)->get_times = shared_source_get_times;
}

static void
shared_source_init (SharedSource * self)
{
  self->due = GST_CLOCK_TIME_NONE;
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

gboolean
shared_source_register (void)
{
  return gst_element_register (NULL, "sharedsrc", GST_RANK_NONE,
      SHARED_TYPE_SOURCE);
}

GstClockTime
shared_source_take_latest (SharedSource * self, guint * frames)
{
  GstClockTime latest;

  GST_OBJECT_LOCK (self);
  latest = self->latest;
  *frames = self->frames;
  self->latest = 0;
  self->frames = 0;
  GST_OBJECT_UNLOCK (self);
  return latest;
}
