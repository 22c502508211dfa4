/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/capture/vitals-capture-private.h>

#include "gstvitalsfacefinder.h"

G_BEGIN_DECLS

/*
 * From buffers to frames of a capture, for every element that takes video. All
 * calls are of the streaming thread, with no lock held; a failure has been
 * posted as an error message of @element.
 */

/* FALSE for caps that do not tell how the frames are. */
gboolean gst_vitals_frames_parse_caps (GstElement * element, GstCaps * caps,
    GstVideoInfo * info);
/* The same for who measures: FALSE for interlaced video, too. */
gboolean gst_vitals_frames_set_caps (GstElement * element, GstCaps * caps,
    GstVideoInfo * info);
/* Answers ALLOCATION: strides and regions are read, so no copy is needed for
 * them. Returns: TRUE */
gboolean gst_vitals_frames_propose_allocation (GstQuery * query);
/* FALSE for video that does not play at its own speed. */
gboolean gst_vitals_frames_check_speed (GstElement * element,
    const GstSegment * segment);
/* Whether a PTS has another running time or stream time after it than before:
 * what follows is another recording. */
gboolean gst_vitals_frames_is_other_segment (const GstSegment * before,
    const GstSegment * after);
/* PTS, else DTS. FALSE when a buffer has neither. */
gboolean gst_vitals_frames_get_time (GstElement * element, GstBuffer * buffer,
    GstClockTime * time);
/* To be unmapped when TRUE. */
gboolean gst_vitals_frames_map (GstElement * element, GstBuffer * buffer,
    const GstVideoInfo * info, GstVideoFrame * frame);

/* The face of the frame of @time. That it is gone, and an absence that lasts, is
 * posted as vitals-quality with @source_id (nullable). Another face than before
 * drops the open window. @found: whether @face is to be packed; not in the frame
 * that dropped a window, as the next has to be admitted. FALSE after an error. */
gboolean gst_vitals_frames_find_face (GstElement * element,
    GstVitalsFaceFinder * finder, VitalsCapture * capture, GstBuffer * buffer,
    const GstVideoInfo * info, GstClockTime time, const gchar * source_id,
    VitalsBox * face, gboolean * found);
/* Packs a frame that the capture admitted. When its quality is another than
 * that of the last it is posted as vitals-quality, with @source_id. */
gboolean gst_vitals_frames_pack (GstElement * element, VitalsCapture * capture,
    GstBuffer * buffer, const GstVideoInfo * info, const gchar * source_id,
    const VitalsBox * face);

/* Has the element of @sinkpad say, once a stream, that the caps that come are
 * none that it takes, as an error: else its user is only told "not negotiated"
 * by what is upstream. A query for them says nothing. */
void gst_vitals_frames_explain_caps (GstPad * sinkpad);

G_END_DECLS
