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
gst_vitals_frames_set_caps (GstElement * element, GstCaps * caps,
    GstVideoInfo * info)
{
  GstVideoInfo parsed;

  if (!gst_video_info_from_caps (&parsed, caps))
    return refuse_caps (element, caps, "its caps are not complete.");
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
