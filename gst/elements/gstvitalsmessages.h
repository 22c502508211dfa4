/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/capture/vitals-capture-private.h>
#include <vitals/vitals-reading.h>

G_BEGIN_DECLS

/*
 * The bus messages of all elements, as structures: docs/messages.md is their
 * reference. Absent means unknown.
 */

/* A window, as far as messages speak of it. */
typedef struct
{
  guint64 window;
  guint frames;                 /* 0: unknown */
  gdouble framerate;            /* 0: unknown */
  GstClockTime timestamp;       /* PTS of the first frame, or NONE */
  GstClockTime stream_time, running_time, duration;     /* or NONE */
  gint64 captured_at;           /* us since 1970, or 0: not live */
  gboolean synthetic;           /* of vitalstestsrc */
  gchar *source_id;             /* when it started; or NULL */
} GstVitalsWindow;

/* A window without times. Returns: (transfer full) */
GstVitalsWindow *gst_vitals_window_new (guint64 window);
void gst_vitals_window_free (GstVitalsWindow * self);
/* stream-time and running-time of its timestamp; a segment that is not of times
 * has none. */
void gst_vitals_window_place (GstVitalsWindow * self,
    const GstSegment * segment);
/* With the times of @segment. Returns: (transfer full) */
GstVitalsWindow *gst_vitals_window_new_from_capture (const VitalsCaptureWindow *
    window, const GstSegment * segment);

/* Each returns: (transfer full). @source_id: NULL or "" for none. */
GstStructure *gst_vitals_message_vitals (const GstVitalsWindow * window,
    VitalsReading * reading, const gchar * source_id);
GstStructure *gst_vitals_message_failed (guint64 window, const GError * error,
    const gchar * session_id, guint attempts, const gchar * source_id);
/* @total: windows dropped so far */
GstStructure *gst_vitals_message_dropped (const GstVitalsWindow * window,
    const gchar * reason, guint64 total, const gchar * source_id);
/* There is a face, and how good it is. */
GstStructure *gst_vitals_message_quality (guint64 window,
    const VitalsQualityMeasures * measures, const gchar * source_id);
/* The face is gone, or did not come for as long as face-timeout says. */
GstStructure *gst_vitals_message_no_face (guint64 window,
    const gchar * source_id);
/* Of a vitals message: the pulse of its window, at @rate (Hz; 0: unknown). Without
 * samples nothing is set. */
void gst_vitals_message_set_waveform (GstStructure * message,
    const gdouble * samples, guint n, gdouble rate);
/* As an element message of @element. @message: (transfer full) */
void gst_vitals_message_post (GstElement * element, GstStructure * message);
/* @percent: -1 when it has no meaning in this phase */
GstStructure *gst_vitals_message_progress (guint64 window, const gchar * phase,
    gint percent, guint frames, guint target_frames, const gchar * source_id);

G_END_DECLS
