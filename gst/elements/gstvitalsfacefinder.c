/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsfacefinder.h"

#include <vitals/face/vitals-face-change-private.h>
#include <vitals/face/vitals-face-private.h>
#include <vitals/face/vitals-face-tracker-private.h>
#include <vitals/vitals-error.h>

struct _GstVitalsFaceFinder
{
  GstElement *element;          /* it owns the finder */
  GstPad *sinkpad;              /* of the element */
  const GstVitalsFaceSettings *settings;        /* under the object lock */
  GstVitalsFaceDetection face_detection;
  GstClockTime face_timeout;

  VitalsFaceChoice *choice;
  VitalsFaceTracker *tracker;   /* NULL until it is needed */
  GstVideoOrientationMethod orientation;
  gboolean no_tracker;          /* there is no detector */
  gboolean live_known;
  gboolean warned_whole_frame;
  GstClockTime absent_since;    /* PTS, or NONE */
  gboolean told_absent;
  VitalsFaceChange change;
  gboolean another;             /* what the last find() saw */
};

gboolean
gst_vitals_face_is_upstream_live (GstPad * sinkpad)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (sinkpad, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  gst_query_unref (query);
  return live;
}

void
gst_vitals_face_fail (GstElement * element, GError * error)
{
  if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED))
    GST_ELEMENT_ERROR (element, LIBRARY, FAILED, ("%s", error->message),
        (NULL));
  else
    GST_ELEMENT_ERROR (element, STREAM, FORMAT, ("%s", error->message), (NULL));
  g_error_free (error);
}

static gboolean
make_tracker (GstVitalsFaceFinder * finder, GError ** error)
{
  VitalsFaceDetectorConfig detector_config = { NULL, NULL };
  VitalsFaceTrackerConfig config;
  VitalsFaceDetector *detector;

  detector = vitals_face_detector_new (&detector_config, error);
  if (!detector)
    return FALSE;
  vitals_face_tracker_config_init (&config);
  finder->tracker = vitals_face_tracker_new (detector, &config);
  vitals_face_tracker_set_orientation (finder->tracker, finder->orientation);
  g_object_unref (detector);
  return TRUE;
}

GstVitalsFaceFinder *
gst_vitals_face_finder_new (GstElement * element, GstPad * sinkpad,
    const GstVitalsFaceSettings * settings)
{
  GstVitalsFaceFinder *finder = g_new0 (GstVitalsFaceFinder, 1);
  GError *error = NULL;

  finder->element = element;
  finder->sinkpad = sinkpad;
  finder->settings = settings;
  GST_OBJECT_LOCK (element);
  finder->face_detection = settings->face_detection;
  finder->face_timeout = settings->face_timeout;
  GST_OBJECT_UNLOCK (element);
  finder->choice = vitals_face_choice_new ();
  vitals_face_change_init (&finder->change);
  finder->absent_since = GST_CLOCK_TIME_NONE;
  if (finder->face_detection != GST_VITALS_FACE_DETECTION_ON
      || make_tracker (finder, &error))
    return finder;

  GST_ELEMENT_ERROR (element, LIBRARY, INIT,
      ("face-detection=on is not possible. %s.", error->message), (NULL));
  g_error_free (error);
  gst_vitals_face_finder_free (finder);
  return NULL;
}

void
gst_vitals_face_finder_free (GstVitalsFaceFinder * finder)
{
  g_clear_pointer (&finder->tracker, vitals_face_tracker_free);
  vitals_face_choice_free (finder->choice);
  g_free (finder);
}

void
gst_vitals_face_finder_reset (GstVitalsFaceFinder * finder)
{
  vitals_face_choice_reset (finder->choice);
  vitals_face_change_init (&finder->change);
  if (finder->tracker)
    vitals_face_tracker_reset (finder->tracker);
  finder->live_known = FALSE;
  finder->absent_since = GST_CLOCK_TIME_NONE;
}

static void
set_orientation (GstVitalsFaceFinder * finder,
    GstVideoOrientationMethod orientation)
{
  finder->orientation = orientation;
  if (finder->tracker)
    vitals_face_tracker_set_orientation (finder->tracker, orientation);
}

void
gst_vitals_face_finder_event (GstVitalsFaceFinder * finder, GstEvent * event)
{
  GstVideoOrientationMethod orientation;
  GstTagList *tags;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      set_orientation (finder, GST_VIDEO_ORIENTATION_IDENTITY);
      break;
    case GST_EVENT_TAG:
      gst_event_parse_tag (event, &tags);
      if (gst_video_orientation_from_tag (tags, &orientation))
        set_orientation (finder, orientation);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_vitals_face_finder_reset (finder);
      break;
    default:
      break;
  }
}

static void
warn_whole_frame (GstVitalsFaceFinder * finder, const gchar * why)
{
  if (finder->warned_whole_frame)
    return;
  finder->warned_whole_frame = TRUE;
  GST_ELEMENT_WARNING (finder->element, STREAM, FAILED,
      ("Nothing says where the face is, so the whole frame is taken for it; "
          "set roi, or put an element that attaches face regions in front. %s",
          why), (NULL));
}

/* FALSE: the whole frame it is. */
static gboolean
may_track (GstVitalsFaceFinder * finder)
{
  GError *error = NULL;

  if (finder->face_detection == GST_VITALS_FACE_DETECTION_OFF) {
    warn_whole_frame (finder, "face-detection is off.");
    return FALSE;
  }
  if (finder->no_tracker)
    return FALSE;
  if (!finder->tracker) {
    if (!make_tracker (finder, &error)) {
      finder->no_tracker = TRUE;
      warn_whole_frame (finder, error->message);
      g_error_free (error);
      return FALSE;
    }
  }
  if (!finder->live_known) {
    finder->live_known = TRUE;
    vitals_face_tracker_set_live (finder->tracker,
        gst_vitals_face_is_upstream_live (finder->sinkpad));
  }
  return TRUE;
}

static GstVitalsFaceResult
note_absence (GstVitalsFaceFinder * finder, GstClockTime pts)
{
  if (!GST_CLOCK_TIME_IS_VALID (finder->absent_since)
      || pts < finder->absent_since) {
    finder->absent_since = pts;
    finder->told_absent = FALSE;
  }
  if (finder->told_absent || pts - finder->absent_since < finder->face_timeout)
    return GST_VITALS_FACE_ABSENT;
  finder->told_absent = TRUE;
  return GST_VITALS_FACE_ABSENT_LONG;
}

static GstVitalsFaceResult
track (GstVitalsFaceFinder * finder, GstBuffer * buffer,
    const GstVideoInfo * info, GstClockTime pts, VitalsFaceSeen * seen)
{
  VitalsTrackedFace face;
  GError *error = NULL;

  if (!vitals_face_tracker_track (finder->tracker, buffer, info, pts, &face,
          &error)) {
    gst_vitals_face_fail (finder->element, error);
    return GST_VITALS_FACE_FAILED;
  }
  if (!face.present)
    return note_absence (finder, pts);
  seen->kind = VITALS_FACE_ID_OF_TRACKER;
  seen->id = face.id;
  seen->box = face.box;
  return GST_VITALS_FACE_FOUND;
}

/* Region meta, roi or the tracker, in this order. */
static GstVitalsFaceResult
look (GstVitalsFaceFinder * finder, GstBuffer * buffer,
    const GstVideoInfo * info, GstClockTime pts, VitalsFaceSeen * seen)
{
  VitalsFaceSource source;

  GST_OBJECT_LOCK (finder->element);
  vitals_face_choice_set_roi (finder->choice, finder->settings->has_roi
      ? &finder->settings->roi : NULL);
  GST_OBJECT_UNLOCK (finder->element);
  source = vitals_face_choice_pick (finder->choice, buffer, info, &seen->box,
      &seen->id);
  seen->kind = source == VITALS_FACE_FROM_META ? VITALS_FACE_ID_OF_META
      : VITALS_FACE_ID_NONE;
  if (source == VITALS_FACE_WHOLE_FRAME && may_track (finder))
    return track (finder, buffer, info, pts, seen);
  if (source != VITALS_FACE_NONE)
    return GST_VITALS_FACE_FOUND;
  GST_ELEMENT_ERROR (finder->element, LIBRARY, SETTINGS,
      ("roi lies outside the %dx%d frame.", GST_VIDEO_INFO_WIDTH (info),
          GST_VIDEO_INFO_HEIGHT (info)), (NULL));
  return GST_VITALS_FACE_FAILED;
}

GstVitalsFaceResult
gst_vitals_face_finder_find (GstVitalsFaceFinder * finder, GstBuffer * buffer,
    const GstVideoInfo * info, GstClockTime pts, VitalsBox * box)
{
  VitalsFaceSeen seen;
  GstVitalsFaceResult result = look (finder, buffer, info, pts, &seen);

  if (result != GST_VITALS_FACE_FOUND) {
    finder->another = vitals_face_change_miss (&finder->change, pts);
    return result;
  }
  finder->another = vitals_face_change_see (&finder->change, &seen, pts);
  finder->absent_since = GST_CLOCK_TIME_NONE;
  *box = seen.box;
  return result;
}

gboolean
gst_vitals_face_finder_is_another (const GstVitalsFaceFinder * finder)
{
  return finder->another;
}

GstVitalsFaceResult
gst_vitals_face_finder_end (GstVitalsFaceFinder * finder)
{
  if (!GST_CLOCK_TIME_IS_VALID (finder->absent_since))
    return GST_VITALS_FACE_FOUND;
  if (finder->told_absent)
    return GST_VITALS_FACE_ABSENT;
  finder->told_absent = TRUE;
  return GST_VITALS_FACE_ABSENT_LONG;
}
