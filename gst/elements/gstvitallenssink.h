/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-vitallens-client.h>

#include "gstvitallenswaveform.h"
#include "gstvitalsservicesink.h"

G_BEGIN_DECLS

#define GST_TYPE_VITALLENS_SINK (gst_vitallens_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstVitalLensSink, gst_vitallens_sink, GST,
    VITALLENS_SINK, GstVitalsServiceSink)

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

/* What the properties of its own hold. */
typedef struct
{
  GstVitalsFaceSettings face;
  gchar *model;
  GstVitalLensSinkMode mode;
  GstVitalLensSinkEncoding encoding;
  GstVitalLensSinkSignals process_signals;
  guint64 chunk_duration;
  gboolean post_waveform;
} GstVitalLensSinkSettings;

/* Pictures of a stretch, which are lost together. */
typedef struct
{
  guint frames;                 /* 0: none */
  GstClockTime first, last;     /* PTS */
} GstVitalLensSpan;

/* Pictures that wait to be sent; streaming thread. */
typedef struct
{
  GByteArray *pixels;
  GArray *times;                /* of GstClockTime, one a picture */
  guint n_context;              /* the first of them were sent already */
  gboolean has_crop;
  VitalsBox face, crop;         /* of all of them */
  GstClockTime last;            /* or NONE */
  gint64 captured_at;           /* when that came, us since 1970; 0: not live */
  GstClockTime due;             /* of the next, when the rate is not known */
  guint64 n_seen;               /* to take each Nth, when it is */
  gboolean synthetic;
} GstVitalLensPending;

/* What vitals-progress said last; streaming thread. */
typedef struct
{
  const gchar *phase;           /* or NULL */
  gint64 told_at;               /* monotonic us */
  guint64 generation;           /* of the frames that are counted */
  guint n_frames;
} GstVitalLensProgress;

/*
 * Calls run on the network thread and hold a reference to the sink. One is in
 * flight at a time. What it brings counts only when the generation is still the
 * one that it was sent in: a reset begins another.
 *
 * Messages come from the streaming thread and from the network thread. They are
 * put into the outbox with the lock held, which gives them their order, and are
 * posted without it, by one thread at a time. If another thread is already
 * posting, that thread also posts the messages queued here.
 */
struct _GstVitalLensSink
{
  GstVitalsServiceSink parent;

  /* guarded by the object lock */
  GstVitalLensSinkSettings settings;

  /* streaming thread; made in READY->PAUSED, freed in PAUSED->READY */
  GstVideoInfo info;
  GstVitalLensPending pending;
  GstVitalLensProgress progress;
  gboolean inactive;            /* what was shown before was dropped for that */

  /* guarded by the lock of the parent */
  GQueue outbox;                /* of GstMessage */
  gboolean posting;
  VitalsVitalLensModel *model;  /* NULL until it is known */
  GCancellable *cancellable;    /* of the run */
  gboolean in_flight;
  GstVitalLensSpan flight;      /* what is lost with the call in flight */
  gboolean blocked;             /* the service wants no more */
  gboolean failing;             /* on-failure=error: its error is in the outbox */
  guint64 generation;
  gboolean in_session;          /* from the first chunk to what ends it */
  guint64 session;              /* window of its first answer */
  GBytes *state;                /* or NULL: begin anew */
  GstVitalLensWaveform *waveform;
  guint failures;               /* in a row */
  gint64 retry_at;              /* monotonic us */
  guint64 n_frames, n_skipped, n_chunks, n_windows, n_answers, n_failed;
  guint64 n_dropped, n_stale, n_sessions, n_bytes;
};

/* A call on its way: of the model, or of a chunk of pictures. */
typedef struct
{
  GstVitalLensSink *sink;
  guint64 generation;
  VitalsVitalLensModel *model;
  GBytes *video;                /* until the client has it */
  GBytes *state;
  GArray *times;                /* NULL: the call asks for the model */
  GstVitalLensSpan fresh;       /* of its pictures, those not sent before */
  gboolean as_file, rates;
  gdouble fps;
  GstSegment segment;
  gboolean synthetic;
  gint64 captured_at;           /* of its last frame, or 0 */
  gint64 sent_at;               /* monotonic us */
  GCancellable *cancellable;
} GstVitalLensChunk;

/* Each of these is in a file of its own. */

/* gstvitallenssinkproperties.c */
void gst_vitallens_sink_class_init_properties (GstVitalsServiceSinkClass *
    klass);
void gst_vitallens_sink_settings_init (GstVitalLensSinkSettings * settings);
void gst_vitallens_sink_settings_clear (GstVitalLensSinkSettings * settings);

/* gstvitallenssinkframes.c: from frames to pictures that wait */
GstFlowReturn gst_vitallens_sink_take_frame (GstVitalLensSink * self,
    GstBuffer * buffer);
/* Forgets what waits and what the stream has shown so far; says so when there
 * was anything. @reason: of vitals-dropped, or NULL: it was said already */
void gst_vitallens_sink_reset (GstVitalLensSink * self, const gchar * reason);
/* The end of the stream: says so when there was never a face. */
void gst_vitallens_sink_tell_faceless (GstVitalLensSink * self);

/* gstvitallenssinkchunks.c: from pictures that wait to chunks; streaming thread */
/* OK: go on; the model is there when it is @known. */
GstFlowReturn gst_vitallens_sink_need_model (GstVitalLensSink * self,
    gboolean * known);
/* Sends what waits when there is enough. */
GstFlowReturn gst_vitallens_sink_send_full (GstVitalLensSink * self);
/* Sends the rest, and waits until all is answered and posted. */
GstFlowReturn gst_vitallens_sink_drain (GstVitalsServiceSink * service,
    gint64 * left);
/* With the lock: all is answered, and all that it says is posted. @self: a
 * GstVitalLensSink */
gboolean gst_vitallens_sink_is_quiet (gpointer self);

/* gstvitallenssinkcalls.c: from chunks to answers */
/* A call that asks for the model, or for an answer to pictures that the caller
 * puts in. With the lock. Returns: (transfer full) */
GstVitalLensChunk *gst_vitallens_sink_chunk_new (GstVitalLensSink * self);
/* @chunk: (transfer full). @model: what to ask for, or NULL */
void gst_vitallens_sink_call (GstVitalLensSink * self,
    GstVitalLensChunk * chunk, const gchar * model);

/* gstvitallenssinkoutcomes.c: from answers to messages; network thread, but
 * fail(), which is of any, with the lock */
void gst_vitallens_sink_tell_model (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, VitalsVitalLensModel * model);
void gst_vitallens_sink_tell_answer (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const VitalsVitalLensAnswer * answer);
void gst_vitallens_sink_tell_failure (GstVitalLensSink * self,
    const GstVitalLensChunk * chunk, const GError * error, guint attempts);
/* What was shown so far ends with @error. @lost: what is lost with it, or NULL.
 * on-failure=error: the stream ends once that is posted */
void gst_vitallens_sink_fail (GstVitalLensSink * self,
    const GstVitalLensSpan * lost, const GError * error, guint attempts);

/* gstvitallenssinkmessages.c: the outbox */
/* With the lock. @message: (transfer full) */
void gst_vitallens_sink_queue (GstVitalLensSink * self, GstMessage * message);
/* An outcome, which is also a line of the results. With the lock. @message:
 * (transfer full) */
void gst_vitallens_sink_publish (GstVitalLensSink * self,
    GstStructure * message);
/* A session is an unbroken stretch of chunks. With the lock. */
void gst_vitallens_sink_begin_session (GstVitalLensSink * self);
void gst_vitallens_sink_end_session (GstVitalLensSink * self,
    GstProgressType type, const gchar * text);
/* Called without the lock, like all functions below. Posts the queued messages
 * from the network thread; directly if already on it. */
void gst_vitallens_sink_post_queued (GstVitalLensSink * self);
/* Even from a handler of what is being posted: what is of a run is posted before
 * the next begins. */
void gst_vitallens_sink_post_rest (GstVitalLensSink * self);
/* vitals-progress; @percent: or -1 */
void gst_vitallens_sink_tell_progress (GstVitalLensSink * self,
    const gchar * phase, gint percent, guint frames, guint target_frames);
void gst_vitallens_sink_tell_no_face (GstVitalLensSink * self);
GstStructure *gst_vitallens_sink_get_stats (GstVitalsServiceSink * service);

G_END_DECLS
