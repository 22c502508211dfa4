/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasesink.h>
#include <vitals/client/vitals-vitallens-client.h>

#include "gstvitalsfacefinder.h"
#include "gstvitalsresults.h"
#include "gstvitallenswaveform.h"

G_BEGIN_DECLS
#define GST_TYPE_VITALLENS_SINK (gst_vitallens_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstVitalLensSink, gst_vitallens_sink, GST,
    VITALLENS_SINK, GstBaseSink)
GST_ELEMENT_REGISTER_DECLARE (vitallenssink);

     typedef enum
     {
       GST_VITALLENS_SINK_MODE_STREAM,
       GST_VITALLENS_SINK_MODE_FILE
     } GstVitalLensSinkMode;

     typedef enum
     {
       GST_VITALLENS_SINK_ENCODING_BINARY,
       GST_VITALLENS_SINK_ENCODING_JSON
     } GstVitalLensSinkEncoding;

     typedef enum
     {
       GST_VITALLENS_SINK_SIGNALS_CLIENT,
       GST_VITALLENS_SINK_SIGNALS_SERVER
     } GstVitalLensSinkSignals;

/* What the properties hold. */
     typedef struct
     {
       GstVitalsFaceSettings face;
       gchar *api_key, *api_key_file, *base_url, *ca_file, *model;
       gboolean active;
       GstVitalLensSinkMode mode;
       GstVitalLensSinkEncoding encoding;
       GstVitalLensSinkSignals process_signals;
       guint64 chunk_duration;
       gboolean post_waveform;
       guint64 request_timeout, upload_timeout, drain_timeout;
       guint max_retries;
       gchar *results_location, *source_id;
     } GstVitalLensSinkSettings;

/* Pictures that wait to be sent; streaming thread. */
     typedef struct
     {
       GByteArray *pixels;
       GArray *times;           /* of GstClockTime, one a picture */
       guint n_context;         /* the first of them were sent already */
       gboolean has_crop;
       VitalsBox face, crop;    /* of all of them */
       GstClockTime last;       /* or NONE */
       GstClockTime due;        /* of the next, when the rate is not known */
       guint64 n_seen;          /* to take each Nth, when it is */
       gboolean synthetic;
     } GstVitalLensPending;

/*
 * Lock order: the stream lock and the preroll lock of the pad, then "lock". The
 * object lock is a leaf. Nothing is posted with any of the two held.
 *
 * Calls run on the network thread and hold a reference to the sink. One is in
 * flight at a time. What it brings counts only when the generation is still the
 * one that it was sent in: a reset begins another.
 */
     struct _GstVitalLensSink
     {
       GstBaseSink parent;

       /* guarded by the object lock */
       GstVitalLensSinkSettings settings;

       /* from start() to stop(), only read in between */
       VitalsVitalLensClient *client;

       /* streaming thread; made in READY->PAUSED, freed in PAUSED->READY */
       GstVideoInfo info;
       GstVitalsFaceFinder *face;
       GstVitalLensPending pending;

       GMutex lock;
       GCond cond;              /* whatever streaming waits for */
       /* guarded by lock */
       GstVitalsResults *results;
       VitalsVitalLensModel *model;     /* NULL until it is known */
       GCancellable *cancellable;       /* of the run */
       gboolean unlocked;       /* between unlock() and unlock_stop() */
       gboolean live_known, live;
       gboolean in_flight;
       gboolean blocked;        /* the service wants no more */
       guint64 generation;
       GBytes *state;           /* or NULL: begin anew */
       GstVitalLensWaveform *waveform;
       guint failures;          /* in a row */
       gint64 retry_at;         /* monotonic us */
       guint64 n_frames, n_skipped, n_chunks, n_answers, n_failed, n_dropped;
       guint64 n_stale;
       GstStructure *last_reading;
     };

/* Each of these is in a file of its own. */

/* gstvitallenssinkproperties.c */
     void gst_vitallens_sink_class_init_properties (GObjectClass * klass);
     void gst_vitallens_sink_settings_init (GstVitalLensSinkSettings *
    settings);
     void gst_vitallens_sink_settings_clear (GstVitalLensSinkSettings *
    settings);

/* gstvitallenssinkframes.c: from frames to pictures that wait */
     GstFlowReturn gst_vitallens_sink_take_frame (GstVitalLensSink * self,
    GstBuffer * buffer);
/* Forgets what waits and what the stream has shown so far; says so when there
 * was anything. @reason: of vitals-dropped */
     void gst_vitallens_sink_reset (GstVitalLensSink * self,
    const gchar * reason);

/* gstvitallenssinkcalls.c: from pictures to answers */
/* OK: go on; the model is there when it is @known. */
     GstFlowReturn gst_vitallens_sink_need_model (GstVitalLensSink * self,
    gboolean * known);
/* Sends what waits when there is enough. */
     GstFlowReturn gst_vitallens_sink_send_full (GstVitalLensSink * self);
/* Sends the rest, and waits until all is answered. */
     GstFlowReturn gst_vitallens_sink_drain (GstVitalLensSink * self);

/* gstvitallenssinkoutcomes.c: from answers to messages */
/* @message: (transfer full) */
     void gst_vitallens_sink_post (GstVitalLensSink * self,
    GstStructure * message);
     gchar *gst_vitallens_sink_dup_source_id (GstVitalLensSink * self);
     GstStructure *gst_vitallens_sink_get_stats (GstVitalLensSink * self);

/* A chunk on its way. */
     typedef struct
     {
       GstVitalLensSink *sink;
       guint64 generation;
       VitalsVitalLensModel *model;
       GBytes *video;
       GBytes *state;
       GArray *times;
       gboolean as_file, rates;
       gdouble fps;
       GstSegment segment;
       gboolean synthetic;
       gint64 sent_at;          /* monotonic us */
       GCancellable *cancellable;
     } GstVitalLensChunk;

/* On the network thread. */
     void gst_vitallens_sink_tell_answer (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const VitalsVitalLensAnswer * answer);
     void gst_vitallens_sink_tell_failure (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const GError * error);
/* The last of a call: who waits for it may go on. */
     void gst_vitallens_sink_end_call (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk);

G_END_DECLS
