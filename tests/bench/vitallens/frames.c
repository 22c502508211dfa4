/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "frames.h"

GPtrArray *
frames_new (const gchar * caps, guint n)
{
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_buffer_unref);
  gchar *launch = g_strdup_printf ("vitalstestsrc num-buffers=%u ! %s ! "
      "appsink name=end sync=false max-buffers=2", n, caps);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (frames->len < n) {
    GstSample *sample = NULL;

    g_signal_emit_by_name (end, "pull-sample", &sample);
    if (!sample)
      g_error ("vitalstestsrc ended early");
    /* not of the source's pool, which is small */
    g_ptr_array_add (frames,
        gst_buffer_copy_deep (gst_sample_get_buffer (sample)));
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (end);
  gst_object_unref (pipeline);
  g_free (launch);
  return frames;
}

void
frames_feed (GstElement * pipeline, GPtrArray * frames, guint n)
{
  GstElement *src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  GstFlowReturn ret = GST_FLOW_OK;
  guint i;

  for (i = 0; i < n && ret == GST_FLOW_OK; i++) {
    /* the pixels are shared */
    GstBuffer *buffer = gst_buffer_copy (frames->pdata[i % frames->len]);

    GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (i, GST_SECOND, 30);
    GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
    g_signal_emit_by_name (src, "push-buffer", buffer, &ret);
    gst_buffer_unref (buffer);
  }
  g_signal_emit_by_name (src, "end-of-stream", &ret);
  gst_object_unref (src);
}
