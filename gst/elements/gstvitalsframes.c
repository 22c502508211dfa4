/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsframes.h"

#include "gstvitalsmessages.h"

static gboolean
refuse_caps (GstElement * element, GstCaps * caps, const gchar * why)
{
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("This video cannot be measured: %s", why),
      ("caps %" GST_PTR_FORMAT, caps));
  return FALSE;
}

gboolean
gst_vitals_frames_parse_caps (GstElement * element, GstCaps * caps,
    GstVideoInfo * info)
{
  if (gst_video_info_from_caps (info, caps))
    return TRUE;
  return refuse_caps (element, caps, "its caps are not complete.");
}

gboolean
gst_vitals_frames_set_caps (GstElement * element, GstCaps * caps,
    GstVideoInfo * info)
{
  GstVideoInfo parsed;

  if (!gst_vitals_frames_parse_caps (element, caps, &parsed))
    return FALSE;
  if (GST_VIDEO_INFO_IS_INTERLACED (&parsed))
    return refuse_caps (element, caps,
        "it is interlaced. Put a deinterlace element in front.");
  *info = parsed;
  return TRUE;
}

gboolean
gst_vitals_frames_propose_allocation (GstQuery * query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  gst_query_add_allocation_meta (query,
      GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE, NULL);
  return TRUE;
}

gboolean
gst_vitals_frames_check_speed (GstElement * element, const GstSegment * segment)
{
  if (segment->rate == 1.0 && segment->applied_rate == 1.0)
    return TRUE;
  GST_ELEMENT_ERROR (element, STREAM, FAILED,
      ("The video plays at %g times its speed, and a pulse would be wrong by "
          "as much: play it at its own.", segment->rate
          * segment->applied_rate), (NULL));
  return FALSE;
}

gboolean
gst_vitals_frames_is_other_segment (const GstSegment * before,
    const GstSegment * after)
{
  return before->format != after->format || before->offset != after->offset
      || before->base - before->start != after->base - after->start
      || before->time - before->start != after->time - after->start;
}

gboolean
gst_vitals_frames_get_time (GstElement * element, GstBuffer * buffer,
    GstClockTime * time)
{
  *time = GST_BUFFER_PTS_IS_VALID (buffer) ? GST_BUFFER_PTS (buffer)
      : GST_BUFFER_DTS (buffer);
  if (GST_CLOCK_TIME_IS_VALID (*time))
    return TRUE;
  GST_ELEMENT_ERROR (element, STREAM, FAILED,
      ("The frames have no time stamps, and without them nothing can be "
          "measured. Use a source that sets them (do-timestamp=true)."),
      (NULL));
  return FALSE;
}

gboolean
gst_vitals_frames_map (GstElement * element, GstBuffer * buffer,
    const GstVideoInfo * info, GstVideoFrame * frame)
{
  if (gst_video_frame_map (frame, info, buffer, GST_MAP_READ))
    return TRUE;
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("A video frame is not as large as its caps say."), (NULL));
  return FALSE;
}

gboolean
gst_vitals_frames_find_face (GstElement * element, GstVitalsFaceFinder * finder,
    VitalsCapture * capture, GstBuffer * buffer, const GstVideoInfo * info,
    GstClockTime time, const gchar * source_id, VitalsBox * face,
    gboolean * found)
{
  GstVitalsFaceResult result = gst_vitals_face_finder_find (finder, buffer,
      info, time, face);
  gboolean tell = result == GST_VITALS_FACE_ABSENT_LONG;

  *found = result == GST_VITALS_FACE_FOUND;
  if (!*found)
    tell |= vitals_capture_lose_face (capture);
  if (gst_vitals_face_finder_is_another (finder)
      && vitals_capture_change_face (capture))
    *found = FALSE;
  if (tell)
    gst_vitals_message_post (element,
        gst_vitals_message_no_face (vitals_capture_get_window (capture),
            source_id));
  return result != GST_VITALS_FACE_FAILED;
}

gboolean
gst_vitals_frames_pack (GstElement * element, VitalsCapture * capture,
    GstBuffer * buffer, const GstVideoInfo * info, const gchar * source_id,
    const VitalsBox * face)
{
  guint64 window = vitals_capture_get_window (capture);
  const VitalsQualityMeasures *quality;
  GError *error = NULL;
  GstVideoFrame frame;
  gboolean added;

  if (!gst_vitals_frames_map (element, buffer, info, &frame))
    return FALSE;
  added = vitals_capture_add (capture, &frame, face, &error);
  gst_video_frame_unmap (&frame);
  if (!added) {
    GST_ELEMENT_ERROR (element, STREAM, FAILED, ("%s", error->message), (NULL));
    g_error_free (error);
    return FALSE;
  }
  quality = vitals_capture_get_quality (capture);
  if (quality && quality->changed)
    gst_vitals_message_post (element, gst_vitals_message_quality (window,
            quality, source_id));
  return TRUE;
}

/* What to do about caps that are not taken. */
static const gchar *
advise_on_caps (const GstCaps * caps, const GstCaps * accepted)
{
  const GstCapsFeatures *features = gst_caps_get_features (caps, 0);

  if (!gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"))
    return "put decodebin and videoconvert in front.";
  if (!gst_caps_features_is_equal (features,
          GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY))
    return "only frames in system memory are read. Ask the source for "
        "video/x-raw without memory:..., or put what brings them there in "
        "front (glupload ! gldownload, vapostproc, cudadownload).";
  if (gst_caps_can_intersect (caps, accepted))
    return "its caps are not complete.";
  return "put videoconvert in front.";
}

static GstPadProbeReturn
explain_caps (GstPad * pad, GstPadProbeInfo * info, gpointer told)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *accepted, *caps;

  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START)
    *(gboolean *) told = FALSE;
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS || *(gboolean *) told
      || !element)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  accepted = gst_pad_get_pad_template_caps (pad);
  if (!gst_caps_is_subset (caps, accepted)) {
    *(gboolean *) told = TRUE;
    GST_ELEMENT_ERROR (element, STREAM, FORMAT,
        ("This cannot be measured: %s", advise_on_caps (caps, accepted)),
        ("caps %" GST_PTR_FORMAT, caps));
  }
  gst_caps_unref (accepted);
  return GST_PAD_PROBE_OK;
}

/* GStreamer refuses such caps before an element sees them, but not before a
 * probe does. */
void
gst_vitals_frames_explain_caps (GstPad * sinkpad)
{
  gst_pad_add_probe (sinkpad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, explain_caps,
      g_new0 (gboolean, 1), g_free);
}
