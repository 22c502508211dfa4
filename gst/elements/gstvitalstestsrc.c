/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-vitalstestsrc
 * @title: vitalstestsrc
 * @short_description: a synthetic face of known vital signs
 *
 * A synthetic face whose heart rate and respiratory rate are known, to try and
 * to test what measures them. The pulse is in the colour of the skin, breathing
 * in the motion of the chest. Every buffer is marked as synthetic, so that a
 * reading made of it says so. The same seed gives the same bytes.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 vitalstestsrc heart-rate=60 num-buffers=90 ! videoconvert ! autovideosink
 * ]|
 *
 * Since: 0.1
 */

#include "gstvitalstestsrc.h"

#include <gst/video/gstvideopool.h>

#include "gstvitalssynthetic.h"

GST_DEBUG_CATEGORY_STATIC (vitals_test_src_debug);
#define GST_CAT_DEFAULT vitals_test_src_debug

#define CAPS "video/x-raw, format=(string)" GST_VITALS_SYNTHETIC_FORMATS \
    ", width=(int)[16, 8192], height=(int)[16, 8192]" \
    ", framerate=(fraction)[1/1000, 1000/1]"

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));

#define gst_vitals_test_src_parent_class parent_class
G_DEFINE_TYPE (GstVitalsTestSrc, gst_vitals_test_src, GST_TYPE_PUSH_SRC);
GST_ELEMENT_REGISTER_DEFINE (vitalstestsrc, "vitalstestsrc", GST_RANK_NONE,
    GST_TYPE_VITALS_TEST_SRC);

static GstClockTime
time_of_frame (GstVitalsTestSrc * self, guint64 number)
{
  return self->base + gst_util_uint64_scale (number,
      GST_VIDEO_INFO_FPS_D (&self->info) * GST_SECOND,
      GST_VIDEO_INFO_FPS_N (&self->info));
}

static gboolean
gst_vitals_test_src_start (GstBaseSrc * base)
{
  GstVitalsTestSrc *self = GST_VITALS_TEST_SRC (base);

  GST_OBJECT_LOCK (self);
  gst_video_info_init (&self->info);
  GST_OBJECT_UNLOCK (self);
  self->base = 0;
  self->number = 0;
  return TRUE;
}

static GstCaps *
gst_vitals_test_src_fixate (GstBaseSrc * base, GstCaps * caps)
{
  GstStructure *structure;

  caps = gst_caps_make_writable (caps);
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_fixate_field_nearest_int (structure, "width", 640);
  gst_structure_fixate_field_nearest_int (structure, "height", 480);
  gst_structure_fixate_field_nearest_fraction (structure, "framerate", 30, 1);
  if (gst_structure_has_field (structure, "pixel-aspect-ratio"))
    gst_structure_fixate_field_nearest_fraction (structure,
        "pixel-aspect-ratio", 1, 1);
  return GST_BASE_SRC_CLASS (parent_class)->fixate (base, caps);
}

static gboolean
gst_vitals_test_src_set_caps (GstBaseSrc * base, GstCaps * caps)
{
  GstVitalsTestSrc *self = GST_VITALS_TEST_SRC (base);
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, caps))
    return FALSE;
  if (GST_VIDEO_INFO_INTERLACE_MODE (&info)
      != GST_VIDEO_INTERLACE_MODE_PROGRESSIVE) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("vitalstestsrc makes progressive pictures only."), (NULL));
    return FALSE;
  }
  /* another rate goes on from the time that was reached */
  if (GST_VIDEO_INFO_FPS_N (&self->info) > 0)
    self->base = time_of_frame (self, self->number);
  self->number = 0;
  GST_OBJECT_LOCK (self);
  self->info = info;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* A pool may only take what it can, and says what that is. */
static gboolean
configure_pool (GstBufferPool * pool, GstCaps * caps, guint size, guint min,
    guint max, gboolean video_meta)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  if (video_meta)
    gst_buffer_pool_config_add_option (config,
        GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (gst_buffer_pool_set_config (pool, config))
    return TRUE;
  config = gst_buffer_pool_get_config (pool);
  if (gst_buffer_pool_config_validate_params (config, caps, size, min, max))
    return gst_buffer_pool_set_config (pool, config);
  gst_structure_free (config);
  return FALSE;
}

static gboolean
gst_vitals_test_src_decide_allocation (GstBaseSrc * base, GstQuery * query)
{
  guint size = 0, min = 0, max = 0;
  gboolean update = gst_query_get_n_allocation_pools (query) > 0;
  GstBufferPool *pool = NULL;
  GstCaps *caps = NULL;
  GstVideoInfo info;

  gst_query_parse_allocation (query, &caps, NULL);
  if (!caps || !gst_video_info_from_caps (&info, caps))
    return FALSE;
  if (update)
    gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
  size = MAX (size, GST_VIDEO_INFO_SIZE (&info));
  if (!pool)
    pool = gst_video_buffer_pool_new ();
  if (!configure_pool (pool, caps, size, min, max,
          gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE,
              NULL))) {
    GST_ELEMENT_ERROR (base, RESOURCE, SETTINGS,
        ("The buffer pool of what follows takes no frames of these caps."),
        ("caps %" GST_PTR_FORMAT, caps));
    gst_object_unref (pool);
    return FALSE;
  }
  if (update)
    gst_query_set_nth_allocation_pool (query, 0, pool, size, min, max);
  else
    gst_query_add_allocation_pool (query, pool, size, min, max);
  gst_object_unref (pool);
  return GST_BASE_SRC_CLASS (parent_class)->decide_allocation (base, query);
}

static gboolean
gst_vitals_test_src_is_seekable (GstBaseSrc * base)
{
  return !gst_base_src_is_live (base);
}

static gboolean
gst_vitals_test_src_do_seek (GstBaseSrc * base, GstSegment * segment)
{
  GstVitalsTestSrc *self = GST_VITALS_TEST_SRC (base);

  if (segment->format != GST_FORMAT_TIME || segment->rate < 0.0)
    return FALSE;
  segment->time = segment->start;
  self->base = 0;
  if (GST_VIDEO_INFO_FPS_N (&self->info) > 0) {
    /* the frame that is shown at that time */
    self->number = gst_util_uint64_scale (segment->position,
        GST_VIDEO_INFO_FPS_N (&self->info),
        GST_VIDEO_INFO_FPS_D (&self->info) * GST_SECOND);
  } else {
    self->base = segment->position;
    self->number = 0;
  }
  return TRUE;
}

/* A picture is there when its time begins. FALSE: no caps yet. */
static gboolean
set_latency (GstVitalsTestSrc * self, GstQuery * query)
{
  gboolean live = gst_base_src_is_live (GST_BASE_SRC (self));
  gint fps_n, fps_d;

  GST_OBJECT_LOCK (self);
  fps_n = GST_VIDEO_INFO_FPS_N (&self->info);
  fps_d = GST_VIDEO_INFO_FPS_D (&self->info);
  GST_OBJECT_UNLOCK (self);
  if (fps_n == 0)
    return FALSE;
  gst_query_set_latency (query, live,
      live ? gst_util_uint64_scale (GST_SECOND, fps_d, fps_n) : 0,
      GST_CLOCK_TIME_NONE);
  return TRUE;
}

static gboolean
gst_vitals_test_src_query (GstBaseSrc * base, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY
      && set_latency (GST_VITALS_TEST_SRC (base), query))
    return TRUE;
  return GST_BASE_SRC_CLASS (parent_class)->query (base, query);
}

static void
gst_vitals_test_src_get_times (GstBaseSrc * base, GstBuffer * buffer,
    GstClockTime * start, GstClockTime * end)
{
  *start = *end = GST_CLOCK_TIME_NONE;
  if (gst_base_src_is_live (base))
    *start = GST_BUFFER_PTS (buffer);
}

static void
add_metas (GstVitalsTestSrc * self, GstBuffer * buffer,
    const GstVitalsSyntheticFace * face, gboolean face_meta, GstClockTime time)
{
  GstVideoRectangle box;

  gst_vitals_synthetic_mark (buffer);
  if (!face_meta || !face->face)
    return;
  gst_vitals_synthetic_face_get_box (face, &self->info, time, &box);
  /* inside the frame even where it sways most */
  gst_buffer_add_video_region_of_interest_meta (buffer, "face",
      box.x, box.y, box.w, box.h);
}

static GstFlowReturn
gst_vitals_test_src_fill (GstPushSrc * base, GstBuffer * buffer)
{
  GstVitalsTestSrc *self = GST_VITALS_TEST_SRC (base);
  GstClockTime time = time_of_frame (self, self->number);
  GstClockTime next = time_of_frame (self, self->number + 1);
  GstVitalsSyntheticFace face;
  GstVideoFrame frame;
  gboolean face_meta;

  GST_OBJECT_LOCK (self);
  face = self->face;
  face_meta = self->face_meta;
  GST_OBJECT_UNLOCK (self);

  if (!gst_video_frame_map (&frame, &self->info, buffer, GST_MAP_WRITE)) {
    GST_ELEMENT_ERROR (self, RESOURCE, FAILED,
        ("Memory for a picture cannot be written to."), (NULL));
    return GST_FLOW_ERROR;
  }
  gst_vitals_synthetic_face_render (&face, &frame,
      time / (GST_MSECOND / 1000), time);
  gst_video_frame_unmap (&frame);
  add_metas (self, buffer, &face, face_meta, time);
  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = next - time;
  self->number++;
  return GST_FLOW_OK;
}

static void
gst_vitals_test_src_class_init (GstVitalsTestSrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (vitals_test_src_debug, "vitalstestsrc", 0,
      "synthetic face");
  gst_vitals_test_src_class_init_properties (object_class);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Synthetic face", "Source/Video",
      "A face whose heart rate and respiratory rate are known", VITALS_AUTHOR);
  base_class->start = GST_DEBUG_FUNCPTR (gst_vitals_test_src_start);
  base_class->fixate = GST_DEBUG_FUNCPTR (gst_vitals_test_src_fixate);
  base_class->set_caps = GST_DEBUG_FUNCPTR (gst_vitals_test_src_set_caps);
  base_class->decide_allocation =
      GST_DEBUG_FUNCPTR (gst_vitals_test_src_decide_allocation);
  base_class->is_seekable = GST_DEBUG_FUNCPTR (gst_vitals_test_src_is_seekable);
  base_class->do_seek = GST_DEBUG_FUNCPTR (gst_vitals_test_src_do_seek);
  base_class->query = GST_DEBUG_FUNCPTR (gst_vitals_test_src_query);
  base_class->get_times = GST_DEBUG_FUNCPTR (gst_vitals_test_src_get_times);
  GST_PUSH_SRC_CLASS (klass)->fill =
      GST_DEBUG_FUNCPTR (gst_vitals_test_src_fill);
}

static void
gst_vitals_test_src_init (GstVitalsTestSrc * self)
{
  gst_vitals_test_src_init_properties (self);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}
