/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-scan-queue-private.h>

#include "gstvitalscapturesettings.h"
#include "gstvitalsmessages.h"
#include "gstvitalsservicesink.h"

G_BEGIN_DECLS

#define GST_TYPE_CIRCADIFY_SINK (gst_circadify_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstCircadifySink, gst_circadify_sink, GST,
    CIRCADIFY_SINK, GstVitalsServiceSink)

GST_ELEMENT_REGISTER_DECLARE (circadifysink);

typedef enum
{
  GST_CIRCADIFY_SINK_QUEUE_AUTO,
  GST_CIRCADIFY_SINK_QUEUE_BLOCK,
  GST_CIRCADIFY_SINK_QUEUE_DROP_OLDEST
} GstCircadifySinkQueuePolicy;

/* What the properties of its own hold. */
typedef struct
{
  GstVitalsCaptureSettings capture;
  VitalsDemographics demographics;
  gint num_scans;
  gboolean eos_after_scans;
  guint64 quota_reserve;
  guint max_sessions, max_queued_windows;
  GstCircadifySinkQueuePolicy queue_policy;
  guint64 poll_interval, poll_timeout;
  gboolean allow_fallback;
} GstCircadifySinkSettings;

/* What the stream is. */
typedef enum
{
  GST_CIRCADIFY_SINK_INPUT_UNKNOWN,
  GST_CIRCADIFY_SINK_INPUT_VIDEO,
  GST_CIRCADIFY_SINK_INPUT_BUFFERS,     /* a buffer is a payload */
  GST_CIRCADIFY_SINK_INPUT_BYTES        /* payloads, cut anywhere */
} GstCircadifySinkInput;

/*
 * The queue tells outcomes on the network thread; its lock comes after that of
 * the parent. The sink lets go of the queue in PAUSED->READY, and does not wait
 * for what that is just telling: what is left of it is of another run, which is
 * looked at whenever the lock is taken for it.
 */
struct _GstCircadifySink
{
  GstVitalsServiceSink parent;

  /* guarded by the object lock */
  GstCircadifySinkSettings settings;

  /* from start() to stop(), only read in a run */
  VitalsTensorLayout *layout;

  /* streaming thread; made in READY->PAUSED, freed in PAUSED->READY */
  GstCircadifySinkInput input;
  GstVideoInfo info;
  VitalsCapture *capture;
  guint64 first_window;         /* of this recording */
  VitalsPayloadParser *parser;
  guint64 next_payload;         /* window of the next */
  GstClockTime payload_pts, payload_duration;   /* of the last one, or NONE */
  GstClockTime since_payload;   /* media time since one was taken, or NONE */
  gboolean refused;             /* what came is no payload: no more is read */
  GError *refusal;              /* why, until that is posted */
  GPtrArray *sealed;            /* of VitalsScanItem, on their way to the queue */
  VitalsDemographics window_demographics;
  gchar *window_source_id;
  gint64 window_captured_at;
  gboolean window_synthetic;
  GstSegment window_segment;
  gint64 progress_at;           /* monotonic us of the last capturing message */
  gboolean readiness_told;      /* since the last capturing message */

  /* guarded by the lock of the parent */
  VitalsScanQueue *queue;       /* of the run, or NULL: there is none */
  gboolean scan_wanted;         /* action signal scan */
  gboolean cancel_wanted;       /* action signal cancel-scan: what was captured
                                 * before it is not sent any more */
  gboolean draining;
  GArray *in_session;           /* of guint64: windows whose session started */
  guint64 n_frames, n_skipped, n_windows, n_dropped, n_answers, n_failed;
  guint n_stale;                /* sessions that the end of the run cancelled */
  VitalsScanQueueStats queue_stats;     /* of the last queue, when it is gone */
};

/* What the callbacks of a queue know; freed when it has none any more. */
typedef struct
{
  GstCircadifySink *sink;       /* counted */
  VitalsScanQueue *queue;       /* not counted: it is the one that calls */
} GstCircadifySinkRun;

/* Each of these is in a file of its own. */

/* gstcircadifysinkproperties.c */
void gst_circadify_sink_class_init_properties (GstVitalsServiceSinkClass *
    klass);
void gst_circadify_sink_settings_init (GstCircadifySinkSettings * settings);

/* gstcircadifysinkvideo.c: from frames to sealed windows */
gboolean gst_circadify_sink_set_video_caps (GstCircadifySink * self,
    GstCaps * caps);
/* The end of a recording: what was captured is its window. */
void gst_circadify_sink_finish_video (GstCircadifySink * self);
/* What follows is no video. */
void gst_circadify_sink_leave_video (GstCircadifySink * self);
GstFlowReturn gst_circadify_sink_render_video (GstCircadifySink * self,
    GstBuffer * buffer);
void gst_circadify_sink_window_ended (const VitalsCaptureWindow * window,
    gpointer user_data);

/* gstcircadifysinkpayload.c: payloads that come as they are */
GstFlowReturn gst_circadify_sink_render_payload (GstCircadifySink * self,
    GstBuffer * buffer);
/* The end of the stream: what is left is a payload, or refused. */
void gst_circadify_sink_finish_payload (GstCircadifySink * self);
/* Posts why the stream was refused, once, when it was. */
void gst_circadify_sink_tell_refusal (GstCircadifySink * self);
/* What comes does not go on from here. */
void gst_circadify_sink_forget_payload (GstCircadifySink * self);

/* gstcircadifysinkoutcomes.c: from outcomes to messages */
void gst_circadify_sink_post_progress (GstCircadifySink * self,
    guint64 window, const gchar * phase, gint percent, guint frames,
    guint target_frames);
/* Callbacks of the queue, on the network thread. @run: a GstCircadifySinkRun */
void gst_circadify_sink_tell_phase (const VitalsScanItem * item,
    VitalsScanPhase phase, gpointer run);
void gst_circadify_sink_tell_outcome (const VitalsScanItem * item,
    gpointer run);
/* The queue was cancelled and tells nothing any more. */
void gst_circadify_sink_tell_cancelled (GstCircadifySink * self);

/* gstcircadifysinksessions.c: from sealed windows to sessions */
void gst_circadify_sink_make_queue (GstCircadifySink * self);
void gst_circadify_sink_cancel_queue (GstCircadifySink * self);
/* Hands the sealed windows over. @may_wait: for room, by the policy; only where
 * the preroll lock is held. Else what finds no room goes with the next call. */
GstFlowReturn gst_circadify_sink_send_sealed (GstCircadifySink * self,
    gboolean may_wait);
/* Sends what is sealed, and waits until all is answered. @left: us, what is
 * left of drain-timeout */
GstFlowReturn gst_circadify_sink_drain_sealed (GstCircadifySink * self,
    gint64 * left);
/* The action signal: any thread. */
void gst_circadify_sink_cancel_scan (GstCircadifySink * self);
/* Streaming thread: whether that came since this was last asked. Then what is
 * sealed was cancelled, and the open window is to be dropped. */
gboolean gst_circadify_sink_take_cancel (GstCircadifySink * self);
/* No window will be asked for any more. */
gboolean gst_circadify_sink_is_finished (GstCircadifySink * self);
/* Whether the scans that are left allow for another window. */
gboolean gst_circadify_sink_may_scan (GstCircadifySink * self);
/* Whether one is wanted at all: by active, or by the signal scan. */
gboolean gst_circadify_sink_is_scan_wanted (GstCircadifySink * self);
/* The window that the signal scan asked for is there. */
void gst_circadify_sink_end_wanted_scan (GstCircadifySink * self);
GstStructure *gst_circadify_sink_get_stats (GstVitalsServiceSink * service);

G_END_DECLS
