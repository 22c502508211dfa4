/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/base/gstbasesrc.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <math.h>

#define SYNTHETIC_META "GstVitalsSyntheticMeta"

static GstBuffer *
first_buffer (const gchar * launch)
{
  GstHarness *harness = gst_harness_new_parse (launch);
  GstBuffer *buffer;

  gst_harness_play (harness);
  buffer = gst_harness_pull (harness);
  fail_unless (buffer != NULL);
  gst_harness_teardown (harness);
  return buffer;
}

static gboolean
same_bytes (GstBuffer * a, GstBuffer * b)
{
  GstMapInfo map;
  gboolean same;

  fail_unless (gst_buffer_map (a, &map, GST_MAP_READ));
  same = gst_buffer_get_size (b) == map.size
      && gst_buffer_memcmp (b, 0, map.data, map.size) == 0;
  gst_buffer_unmap (a, &map);
  return same;
}

#define SMALL " ! video/x-raw,format=I420,width=64,height=48 ! identity"

GST_START_TEST (same_seed_gives_the_same_bytes)
{
  GstBuffer *a = first_buffer ("vitalstestsrc seed=7" SMALL);
  GstBuffer *b = first_buffer ("vitalstestsrc seed=7" SMALL);
  GstBuffer *c = first_buffer ("vitalstestsrc seed=8" SMALL);

  fail_unless (same_bytes (a, b));
  fail_if (same_bytes (a, c));
  gst_buffer_unref (a);
  gst_buffer_unref (b);
  gst_buffer_unref (c);
}

GST_END_TEST;

GST_START_TEST (marks_survive_conversion_and_a_queue)
{
  GstBuffer *buffer = first_buffer ("vitalstestsrc ! video/x-raw,format=I420,"
      "width=64,height=48 ! queue ! videoconvert ! videoscale"
      " ! video/x-raw,format=RGB,width=32,height=24 ! identity");

  fail_unless (gst_buffer_get_custom_meta (buffer, SYNTHETIC_META) != NULL);
  fail_unless (gst_buffer_get_video_region_of_interest_meta_id (buffer, 0));
  gst_buffer_unref (buffer);
}

GST_END_TEST;

GST_START_TEST (mark_survives_packing_and_unpacking)
{
  GstBuffer *buffer = first_buffer ("vitalstestsrc num-buffers=60 ! "
      "video/x-raw,width=320,height=240 ! circadifyenc min-frames=30 ! "
      "circadifydec");

  fail_unless (gst_buffer_get_custom_meta (buffer, SYNTHETIC_META) != NULL);
  gst_buffer_unref (buffer);
}

GST_END_TEST;

GST_START_TEST (face_meta_is_there_only_with_a_face_and_on_demand)
{
  static const gchar *without[] = { "vitalstestsrc face=false" SMALL,
    "vitalstestsrc face-meta=false" SMALL
  };
  GstBuffer *buffer = first_buffer ("vitalstestsrc" SMALL);
  GstVideoRegionOfInterestMeta *meta;
  guint i;

  meta = gst_buffer_get_video_region_of_interest_meta_id (buffer, 0);
  fail_unless (meta != NULL);
  fail_unless_equals_string (g_quark_to_string (meta->roi_type), "face");
  fail_unless (meta->x + meta->w <= 64 && meta->y + meta->h <= 48);
  gst_buffer_unref (buffer);
  for (i = 0; i < G_N_ELEMENTS (without); i++) {
    buffer = first_buffer (without[i]);
    fail_if (gst_buffer_get_video_region_of_interest_meta_id (buffer, 0));
    gst_buffer_unref (buffer);
  }
}

GST_END_TEST;

/* Mean of green in the forehead. */
static gdouble
forehead_green (GstBuffer * buffer, const GstVideoInfo * info)
{
  GstVideoRegionOfInterestMeta *meta;
  GstVideoFrame frame;
  guint x, y, n = 0;
  guint64 sum = 0;

  meta = gst_buffer_get_video_region_of_interest_meta_id (buffer, 0);
  fail_unless (meta != NULL);
  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_READ));
  for (y = meta->y + meta->h / 8; y < meta->y + meta->h / 4; y++) {
    const guint8 *line = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0)
        + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);

    for (x = meta->x + meta->w / 3; x < meta->x + meta->w * 2 / 3; x++, n++)
      sum += line[3 * x + 1];
  }
  gst_video_frame_unmap (&frame);
  return (gdouble) sum / n;
}

/* Amplitude of the first harmonic over whole beats, as a fraction of the
 * mean. */
GST_START_TEST (pulse_of_the_skin_has_the_amplitude_that_was_asked_for)
{
  GstHarness *harness = gst_harness_new_parse ("vitalstestsrc heart-rate=60"
      " pulse-amplitude=0.004 ! video/x-raw,format=RGB,width=320,height=240,"
      "framerate=30/1 ! identity");
  gdouble real = 0, imaginary = 0, mean = 0;
  GstVideoInfo info;
  guint i, n = 60;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, 320, 240);
  gst_harness_play (harness);
  for (i = 0; i < n; i++) {
    GstBuffer *buffer = gst_harness_pull (harness);
    gdouble green = forehead_green (buffer, &info);

    mean += green / n;
    real += green * cos (2.0 * G_PI * i / 30.0) * 2.0 / n;
    imaginary +=green * sin (2.0 * G_PI * i / 30.0) * 2.0 / n;
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (harness);
  fail_unless (fabs (hypot (real, imaginary) / mean - 0.004) < 0.0004);
  /* a beat is dark */
  fail_unless (real < 0.0);
}

GST_END_TEST;

GST_START_TEST (each_format_is_made_and_has_the_colour_of_skin)
{
  static const gchar *formats[] = { "I420", "YV12", "NV12", "NV21", "Y42B",
    "Y444", "YUY2", "UYVY", "RGB", "BGR", "RGBx", "BGRx", "xRGB", "xBGR",
    "RGBA", "BGRA", "ARGB", "ABGR", "RGBP", "GBR"
  };
  GstVideoInfo info;
  guint i;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, 160, 120);
  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    gchar *launch = g_strdup_printf ("vitalstestsrc ! video/x-raw,format=%s,"
        "width=160,height=120 ! videoconvert ! video/x-raw,format=RGB"
        " ! identity", formats[i]);
    GstBuffer *buffer = first_buffer (launch);
    gdouble green = forehead_green (buffer, &info);

    fail_unless (green > 118.0 && green < 132.0, "%s: %f", formats[i], green);
    gst_buffer_unref (buffer);
    g_free (launch);
  }
}

GST_END_TEST;

GST_START_TEST (seek_goes_to_the_frame_of_that_time)
{
  GstHarness *harness = gst_harness_new_parse ("vitalstestsrc ! video/x-raw,"
      "format=I420,width=64,height=48,framerate=25/1" " ! identity");
  GstBuffer *buffer;

  gst_harness_play (harness);
  gst_buffer_unref (gst_harness_pull (harness));
  fail_unless (gst_harness_push_upstream_event (harness,
          gst_event_new_seek (1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
              GST_SEEK_TYPE_SET, 2 * GST_SECOND, GST_SEEK_TYPE_NONE, 0)));
  do {
    buffer = gst_harness_pull (harness);
    fail_unless (buffer != NULL);
    if (GST_BUFFER_PTS (buffer) >= 2 * GST_SECOND)
      break;
    gst_buffer_unref (buffer);
  } while (TRUE);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), 2 * GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (buffer), 40 * GST_MSECOND);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}

GST_END_TEST;

typedef struct
{
  GstElement *source;
  gint done;
} Negotiation;

/* Rates whose halves do not fit each other. */
static gpointer
negotiate (gpointer user_data)
{
  Negotiation *negotiation = user_data;
  GstCaps *caps[] = {
    gst_caps_from_string ("video/x-raw,format=I420,width=64,height=48,"
        "framerate=30000/1001"),
    gst_caps_from_string ("video/x-raw,format=I420,width=64,height=48,"
        "framerate=25/1")
  };
  guint i;

  for (i = 0; !g_atomic_int_get (&negotiation->done); i++)
    gst_base_src_set_caps (GST_BASE_SRC (negotiation->source), caps[i % 2]);
  gst_caps_unref (caps[0]);
  gst_caps_unref (caps[1]);
  return NULL;
}

GST_START_TEST (latency_is_that_of_one_rate_while_rates_change)
{
  Negotiation negotiation = { gst_element_factory_make ("vitalstestsrc", NULL),
    0
  };
  GstClockTime first = gst_util_uint64_scale (GST_SECOND, 1001, 30000);
  GThread *thread;
  guint i;

  g_object_set (negotiation.source, "is-live", TRUE, NULL);
  gst_element_set_state (negotiation.source, GST_STATE_READY);
  thread = g_thread_new ("negotiate", negotiate, &negotiation);
  for (i = 0; i < 200000; i++) {
    GstQuery *query = gst_query_new_latency ();
    GstClockTime min = 0;

    if (gst_element_query (negotiation.source, query))
      gst_query_parse_latency (query, NULL, &min, NULL);
    /* 0: no caps yet */
    fail_unless (min == 0 || min == first || min == GST_SECOND / 25,
        "%" GST_TIME_FORMAT, GST_TIME_ARGS (min));
    gst_query_unref (query);
  }
  g_atomic_int_set (&negotiation.done, 1);
  g_thread_join (thread);
  gst_element_set_state (negotiation.source, GST_STATE_NULL);
  gst_object_unref (negotiation.source);
}

GST_END_TEST;

GST_START_TEST (states_go_up_and_down_again_and_again)
{
  GstElement *source = gst_element_factory_make ("vitalstestsrc", NULL);
  guint i;

  for (i = 0; i < 3; i++) {
    fail_unless (gst_element_set_state (source, GST_STATE_PAUSED)
        != GST_STATE_CHANGE_FAILURE);
    fail_unless (gst_element_set_state (source, GST_STATE_NULL)
        == GST_STATE_CHANGE_SUCCESS);
  }
  ASSERT_OBJECT_REFCOUNT (source, "source", 1);
  gst_object_unref (source);
}

GST_END_TEST;

static Suite *
vitalstestsrc_suite (void)
{
  Suite *suite = suite_create ("vitalstestsrc");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, same_seed_gives_the_same_bytes);
  tcase_add_test (tests, marks_survive_conversion_and_a_queue);
  tcase_add_test (tests, mark_survives_packing_and_unpacking);
  tcase_add_test (tests, face_meta_is_there_only_with_a_face_and_on_demand);
  tcase_add_test (tests,
      pulse_of_the_skin_has_the_amplitude_that_was_asked_for);
  tcase_add_test (tests, each_format_is_made_and_has_the_colour_of_skin);
  tcase_add_test (tests, seek_goes_to_the_frame_of_that_time);
  tcase_add_test (tests, latency_is_that_of_one_rate_while_rates_change);
  tcase_add_test (tests, states_go_up_and_down_again_and_again);
  return suite;
}

GST_CHECK_MAIN (vitalstestsrc);
