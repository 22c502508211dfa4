/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure: the pipeline. */

#include <string.h>

#include <vitals/vitals-file-private.h>

#include "measure-pipeline.h"

/* What has the elements that are not ours. */
static const struct
{
  const gchar *element, *plugins;
} origins[] = {
  {"uridecodebin", "GStreamer's base plugins"},
  {"decodebin", "GStreamer's base plugins"},
  {"videoconvert", "GStreamer's base plugins"},
  {"v4l2src", "GStreamer's good plugins"},
  {"fakesink", "GStreamer itself"}
};

static GstElement *
make_element (GstElement * pipeline, const gchar * name, GError ** error)
{
  GstElement *element = gst_element_factory_make (name, NULL);
  guint i;

  if (element) {
    gst_bin_add (GST_BIN (pipeline), element);
    return element;
  }
  for (i = 0; i < G_N_ELEMENTS (origins); i++) {
    if (g_str_equal (origins[i].element, name)) {
      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
          "the element %s is not found: install %s", name, origins[i].plugins);
      return NULL;
    }
  }
  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
      "the element %s of this project's plugin is not found: install the "
      "plugin, set GST_PLUGIN_PATH_1_0 to its folder, or run this in \"meson "
      "devenv -C BUILD\"", name);
  return NULL;
}

/* Of several streams the first that is video and that can be linked. */
static void
link_pad (GstElement * source, GstPad * pad, gpointer user_data)
{
  GstPad *sink = gst_element_get_static_pad (user_data, "sink");

  (void) source;
  if (!gst_pad_is_linked (sink))
    gst_pad_link (pad, sink);
  gst_object_unref (sink);
}

static gboolean
link_elements (GstElement * from, GstElement * to, GError ** error)
{
  if (gst_element_link (from, to))
    return TRUE;
  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
      "%s cannot be linked to %s: check that GStreamer and this plugin are "
      "whole and of the same version (gst-inspect-1.0)",
      GST_ELEMENT_NAME (from), GST_ELEMENT_NAME (to));
  return FALSE;
}

/* Only video is decoded. */
static void
set_up_decoder (GstElement * decoder, GstElement * next)
{
  GstCaps *caps = gst_caps_from_string ("video/x-raw(ANY)");

  g_object_set (decoder, "caps", caps, "expose-all-streams", FALSE, NULL);
  g_signal_connect (decoder, "pad-added", G_CALLBACK (link_pad), next);
  gst_caps_unref (caps);
}

static gboolean
add_camera (GstElement * pipeline, const gchar * device, GstElement * next,
    GError ** error)
{
  GstElement *camera = make_element (pipeline, "v4l2src", error);
  /* many cameras give their best rate as JPEG only */
  GstElement *decoder =
      camera ? make_element (pipeline, "decodebin", error) : NULL;

  if (!decoder)
    return FALSE;
  g_object_set (camera, "device", device, NULL);
  set_up_decoder (decoder, next);
  return link_elements (camera, decoder, error);
}

static gboolean
add_synthetic (GstElement * pipeline, GstElement * next, GError ** error)
{
  GstElement *source = make_element (pipeline, "vitalstestsrc", error);

  if (!source)
    return FALSE;
  g_object_set (source, "is-live", TRUE, NULL);
  return link_elements (source, next, error);
}

/* (transfer full) */
static gchar *
make_uri (const gchar * input, GError ** error)
{
  g_autofree gchar *file = measure_pipeline_get_file (input);
  g_autofree gchar *path = NULL;

  /* an element would open it as it is, and wait at a pipe */
  if (file && !vitals_file_check (file, error))
    return NULL;
  if (gst_uri_is_valid (input))
    return g_strdup (input);
  path = g_canonicalize_filename (input, NULL);
  return g_filename_to_uri (path, NULL, error);
}

static gboolean
add_address (GstElement * pipeline, const gchar * input, GstElement * next,
    GError ** error)
{
  g_autofree gchar *uri = make_uri (input, error);
  GstElement *source =
      uri ? make_element (pipeline, "uridecodebin", error) : NULL;

  if (!source)
    return FALSE;
  g_object_set (source, "uri", uri, NULL);
  set_up_decoder (source, next);
  return TRUE;
}

static gboolean
is_synthetic (const gchar * input)
{
  return g_str_equal (input, "test");
}

static gboolean
is_camera (const gchar * input)
{
  return g_str_has_prefix (input, "/dev/");
}

static gboolean
add_source (GstElement * pipeline, const gchar * input, GstElement * next,
    GError ** error)
{
  if (is_synthetic (input))
    return add_synthetic (pipeline, next, error);
  if (is_camera (input))
    return add_camera (pipeline, input, next, error);
  return add_address (pipeline, input, next, error);
}

static gboolean
add_local (GstElement * pipeline, const MeasurePipelineOptions * options,
    GstElement * previous, GError ** error)
{
  GstElement *rppg = make_element (pipeline, "rppg", error);
  GstElement *sink = rppg ? make_element (pipeline, "fakesink", error) : NULL;

  if (!sink)
    return FALSE;
  g_object_set (rppg, "post-waveform", options->waveform, NULL);
  if (options->roi)
    g_object_set (rppg, "roi", options->roi, NULL);
  return link_elements (previous, rppg, error)
      && link_elements (rppg, sink, error);
}

static gboolean
add_circadify (GstElement * pipeline, const MeasurePipelineOptions * options,
    GstElement * previous, GError ** error)
{
  GstElement *sink = make_element (pipeline, "circadifysink", error);

  if (!sink)
    return FALSE;
  g_object_set (sink, "num-scans", options->scans, "eos-after-scans", TRUE,
      NULL);
  if (options->roi)
    g_object_set (sink, "roi", options->roi, NULL);
  return link_elements (previous, sink, error);
}

/* A reading a second, and the position tells how far it is. */
static gboolean
add_vitallens (GstElement * pipeline, const MeasurePipelineOptions * options,
    GstElement * previous, GError ** error)
{
  GstElement *sink = make_element (pipeline, "vitallenssink", error);

  if (!sink)
    return FALSE;
  g_object_set (sink, "post-waveform", options->waveform, "post-progress",
      FALSE, NULL);
  if (options->roi)
    g_object_set (sink, "roi", options->roi, NULL);
  return link_elements (previous, sink, error);
}

static gboolean
add_service (GstElement * pipeline, const MeasurePipelineOptions * options,
    GstElement * previous, GError ** error)
{
  switch (options->service) {
    case MEASURE_SERVICE_LOCAL:
      return add_local (pipeline, options, previous, error);
    case MEASURE_SERVICE_CIRCADIFY:
      return add_circadify (pipeline, options, previous, error);
    case MEASURE_SERVICE_VITALLENS:
      return add_vitallens (pipeline, options, previous, error);
  }
  g_return_val_if_reached (FALSE);
}

typedef struct
{
  GstClockTime duration, first;
  gboolean ended;
} Limit;

/* The stream ends with the first frame past the duration. */
static GstPadProbeReturn
limit_frame (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  Limit *limit = user_data;

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return GST_PAD_PROBE_OK;
  if (!GST_CLOCK_TIME_IS_VALID (limit->first))
    limit->first = pts;
  if (!limit->ended && (pts < limit->first
          || pts - limit->first < limit->duration))
    return GST_PAD_PROBE_OK;
  if (!limit->ended)
    gst_pad_push_event (pad, gst_event_new_eos ());
  limit->ended = TRUE;
  return GST_PAD_PROBE_DROP;
}

static void
add_limit (GstElement * element, GstClockTime duration)
{
  GstPad *pad = gst_element_get_static_pad (element, "src");
  Limit *limit = g_new0 (Limit, 1);

  limit->duration = duration;
  limit->first = GST_CLOCK_TIME_NONE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, limit_frame, limit,
      g_free);
  gst_object_unref (pad);
}

gchar *
measure_pipeline_get_file (const gchar * input)
{
  if (is_synthetic (input) || is_camera (input))
    return NULL;
  /* NULL when it is not file:// */
  if (gst_uri_is_valid (input))
    return g_filename_from_uri (input, NULL, NULL);
  return g_strdup (input);
}

GstElement *
measure_pipeline_new (const gchar * input,
    const MeasurePipelineOptions * options, GError ** error)
{
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *convert = make_element (pipeline, "videoconvert", error);

  if (convert && options->duration > 0)
    add_limit (convert, options->duration);
  if (convert && add_source (pipeline, input, convert, error)
      && add_service (pipeline, options, convert, error))
    return pipeline;
  gst_object_unref (pipeline);
  return NULL;
}
