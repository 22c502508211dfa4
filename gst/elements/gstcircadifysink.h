/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasesink.h>
#include <vitals/client/vitals-scan-queue-private.h>

#include "gstvitalscapturesettings.h"
#include "gstvitalsfacefinder.h"
#include "gstvitalsfailures.h"
#include "gstvitalsmessages.h"
#include "gstvitalsresults.h"

G_BEGIN_DECLS

#define GST_TYPE_CIRCADIFY_SINK (gst_circadify_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstCircadifySink, gst_circadify_sink, GST,
    CIRCADIFY_SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE (circadifysink);

typedef enum
{
  GST_CIRCADIFY_SINK_QUEUE_AUTO,
  GST_CIRCADIFY_SINK_QUEUE_BLOCK,
  GST_CIRCADIFY_SINK_QUEUE_DROP_OLDEST
} GstCircadifySinkQueuePolicy;

/* What the properties hold. */
typedef struct
{
  GstVitalsCaptureSettings capture;
  gchar *api_key, *api_key_file, *base_url, *ca_file;
  VitalsDemographics demographics;
  gboolean active;
  gint num_scans;
  gboolean eos_after_scans;
  guint64 quota_reserve;
  guint max_sessions, max_queued_windows;
  GstCircadifySinkQueuePolicy queue_policy;
  guint64 request_timeout, upload_timeout, poll_interval, poll_timeout;
  guint64 drain_timeout;
  guint max_retries;
  gboolean allow_fallback;
  GstVitalsOnFailure on_failure;
  gchar *results_location;
  gchar *source_id;
  gboolean post_progress;
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
 * Lock order: the stream lock and the preroll lock of the pad, then "lock",
 * then the locks of the queue and of the results file. The object lock is a
 * leaf. Nothing is posted and no signal emitted with any of "lock" and the
 * object lock held.
 *
 * The queue tells outcomes on the network thread. It holds a reference to the
 * sink; the sink lets go of the queue in PAUSED->READY, and what an older queue
 * still does is nothing to it: it is cancelled.
 */
struct _GstCircadifySink
{
  GstBaseSink parent;

  /* guarded by the object lock */
  GstCircadifySinkSettings settings;

  /* from start() to stop(), only read in between; "client" is guarded by lock
   * for those who are not the streaming thread or a state change */
  VitalsTensorLayout *layout;
  VitalsCircadifyClient *client;

  /* streaming thread; made in READY->PAUSED, freed in PAUSED->READY */
  GstCircadifySinkInput input;
  GstVideoInfo info;
  VitalsCapture *capture;
  GstVitalsFaceFinder *face;
  VitalsPayloadParser *parser;
  guint64 n_payloads;
  GPtrArray *sealed;            /* of VitalsScanItem, on their way to the queue */
  VitalsDemographics window_demographics;
  gint64 window_captured_at;
  gboolean window_synthetic;
  GstSegment window_segment;
  gchar *stream_id;
  gboolean upstream_live;
  gint64 progress_at;           /* monotonic us of the last capturing message */
  gboolean readiness_told;      /* since the last capturing message */

  GMutex lock;
  GCond cond;                   /* whatever drain and back-pressure wait for */
  /* guarded by lock */
  VitalsScanQueue *queue;
  GstVitalsResults *results;
  gboolean unlocked;            /* between unlock() and unlock_stop() */
  gboolean live_known;
  gboolean scan_wanted;         /* action signal scan */
  gboolean cancel_wanted;       /* action signal cancel-scan */
  gboolean draining;
  gboolean failed;              /* on-failure=error has posted its error */
  GArray *in_session;           /* of guint64: windows whose session started */
  guint64 n_frames, n_skipped, n_windows, n_dropped, n_answers, n_failed;
  VitalsScanQueueStats queue_stats;     /* of the last queue, when it is gone */
  GstStructure *last_reading;
};

/* Each of these is in a file of its own. */

/* gstcircadifysinkproperties.c */
void gst_circadify_sink_class_init_properties (GObjectClass * klass);
void gst_circadify_sink_settings_init (GstCircadifySinkSettings * settings);
void gst_circadify_sink_settings_clear (GstCircadifySinkSettings * settings);
/* All but those of the capture, which @copy has none of. */
void gst_circadify_sink_settings_copy (const GstCircadifySinkSettings *
    settings, GstCircadifySinkSettings * copy);

/* gstcircadifysinksetup.c: NULL->READY and back */
gboolean gst_circadify_sink_acquire (GstCircadifySink * self);
void gst_circadify_sink_release (GstCircadifySink * self);

/* gstcircadifysinkvideo.c: from frames to sealed windows */
gboolean gst_circadify_sink_set_video_caps (GstCircadifySink * self,
    GstCaps * caps);
GstFlowReturn gst_circadify_sink_render_video (GstCircadifySink * self,
    GstBuffer * buffer);
void gst_circadify_sink_window_ended (const VitalsCaptureWindow * window,
    gpointer user_data);

/* gstcircadifysinkpayload.c: payloads that come as they are */
GstFlowReturn gst_circadify_sink_render_payload (GstCircadifySink * self,
    GstBuffer * buffer);
GstFlowReturn gst_circadify_sink_finish_payload (GstCircadifySink * self);

/* gstcircadifysinkoutcomes.c: from outcomes to messages */
gchar *gst_circadify_sink_dup_source_id (GstCircadifySink * self);
void gst_circadify_sink_post_progress (GstCircadifySink * self,
    guint64 window, const gchar * phase, gint percent, guint frames,
    guint target_frames);
/* Callbacks of the queue, on the network thread */
void gst_circadify_sink_tell_phase (const VitalsScanItem * item,
    VitalsScanPhase phase, gpointer self);
void gst_circadify_sink_tell_outcome (const VitalsScanItem * item,
    gpointer self);
/* The queue was cancelled and tells nothing any more. */
void gst_circadify_sink_tell_cancelled (GstCircadifySink * self);

/* gstcircadifysinksessions.c: from sealed windows to sessions */
void gst_circadify_sink_make_queue (GstCircadifySink * self);
void gst_circadify_sink_cancel_queue (GstCircadifySink * self);
/* Hands the sealed windows over. @may_wait: for room, by the policy; only where
 * the preroll lock is held. */
GstFlowReturn gst_circadify_sink_send_sealed (GstCircadifySink * self,
    gboolean may_wait);
/* Waits until all is answered. */
GstFlowReturn gst_circadify_sink_drain (GstCircadifySink * self);
/* No window will be asked for any more. */
gboolean gst_circadify_sink_is_finished (GstCircadifySink * self);
/* Whether the scans that are left allow for another window. */
gboolean gst_circadify_sink_may_scan (GstCircadifySink * self);
/* Wakes who waits for an answer, for room, or for a line of the results. */
void gst_circadify_sink_wake (gpointer self);
GstStructure *gst_circadify_sink_get_stats (GstCircadifySink * self);

G_END_DECLS
