/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasesink.h>

#include "gstvitalsfacefinder.h"
#include "gstvitalsresults.h"
#include "gstvitalsservicesettings.h"

G_BEGIN_DECLS

#define GST_TYPE_VITALS_SERVICE_SINK (gst_vitals_service_sink_get_type ())
#define GST_VITALS_SERVICE_SINK(obj) \
    (G_TYPE_CHECK_INSTANCE_CAST ((obj), GST_TYPE_VITALS_SERVICE_SINK, \
        GstVitalsServiceSink))
#define GST_VITALS_SERVICE_SINK_CLASS(klass) \
    (G_TYPE_CHECK_CLASS_CAST ((klass), GST_TYPE_VITALS_SERVICE_SINK, \
        GstVitalsServiceSinkClass))
#define GST_VITALS_SERVICE_SINK_GET_CLASS(obj) \
    (G_TYPE_INSTANCE_GET_CLASS ((obj), GST_TYPE_VITALS_SERVICE_SINK, \
        GstVitalsServiceSinkClass))

typedef struct _GstVitalsServiceSink GstVitalsServiceSink;
typedef struct _GstVitalsServiceSinkClass GstVitalsServiceSinkClass;

/*
 * GstVitalsServiceSink: what a sink is that has a service measure: its
 * settings, its life from state to state, what it waits for, and what all
 * messages have. It is not declared with G_DECLARE_DERIVABLE_TYPE, which leaves
 * no place for the fields that a subclass shares with it: one lock guards both.
 *
 * Lock order: the stream lock and the preroll lock of the pad, then "lock",
 * then the locks of the subclass and of the results file. The object lock is a
 * leaf. Nothing is posted and no signal emitted with any of "lock" and the
 * object lock held.
 *
 * Outcomes come on the network thread, which holds a reference to the sink and
 * is never waited for in a change of state: a sync handler of the bus may
 * change the state there.
 */
struct _GstVitalsServiceSink
{
  GstBaseSink parent;

  /* guarded by the object lock */
  GstVitalsServiceSettings settings;
  gboolean changed;             /* a property was set that start() has read */

  /* of the subclass, which sets it when it is made */
  const GstVitalsFaceSettings *face_settings;

  /* streaming thread; made in READY->PAUSED, freed in PAUSED->READY */
  GstVitalsFaceFinder *face;
  gchar *stream_id;

  GMutex lock;
  GCond cond;                   /* whatever the streaming thread waits for */
  /* guarded by lock */
  gpointer client;              /* a GObject from start() to stop(); in a run
                                 * the streaming thread reads it without the
                                 * lock */
  GstVitalsLines *results;    /* or NULL */
  gboolean unlocked;            /* between unlock() and unlock_stop() */
  gboolean live_known, live;    /* upstream */
  gboolean failed;              /* on-failure=error has posted its error */
  GstStructure *last_reading;
};

/* No method is called with a lock held but those that say so. */
struct _GstVitalsServiceSinkClass
{
  GstBaseSinkClass parent_class;

  /* Where the subclass keeps the value of a property of its own, or NULL. */
  gpointer (*find_field) (GstVitalsServiceSink * self, guint id);
  GstStructure *(*get_stats) (GstVitalsServiceSink * self);

  /* In start(): what of the client's properties is not in @settings is set
   * here. @key, @base_url: or NULL. Returns: (transfer full): a GObject */
  gpointer (*new_client) (GstVitalsServiceSink * self, const gchar * key,
      const gchar * base_url, GError ** error);
  GDestroyNotify close_client;

  /* READY->PAUSED and back. FALSE after an error; end_run() is called then,
   * too. */
  gboolean (*begin_run) (GstVitalsServiceSink * self);
  void (*end_run) (GstVitalsServiceSink * self);

  /* Streaming thread. Another recording, perhaps of another person. */
  void (*begin_recording) (GstVitalsServiceSink * self);
  void (*flush) (GstVitalsServiceSink * self);
  /* The end of the stream: until all is answered, and the messages are posted.
   * @left: us, what is left of drain-timeout */
  GstFlowReturn (*drain) (GstVitalsServiceSink * self, gint64 * left);
};

GType gst_vitals_service_sink_get_type (void);
/* a subclass is declared with G_DECLARE_FINAL_TYPE, which wants it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVitalsServiceSink, gst_object_unref)

/* To be called after a property was set. What is read in start() holds for the
 * next run. */
void gst_vitals_service_sink_note_set (GstVitalsServiceSink * self,
    GParamSpec * pspec);
/* For the properties that a subclass does not handle itself; they call
 * note_set(). */
void gst_vitals_service_sink_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec);
void gst_vitals_service_sink_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec);

/* Of the base itself: its methods start and stop. */
gboolean gst_vitals_service_sink_start (GstBaseSink * basesink);
gboolean gst_vitals_service_sink_stop (GstBaseSink * basesink);
/* READY: those of the subclass, with what the properties are now. Stopped after
 * an error. */
gboolean gst_vitals_service_sink_start_anew (GstVitalsServiceSink * self);

/* Streaming thread, without the lock: whether upstream is live. Asked anew in
 * each PLAYING, and when the latency has changed. */
gboolean gst_vitals_service_sink_is_live (GstVitalsServiceSink * self);

/* What is waited for. With the lock. @self: a GstVitalsServiceSink */
typedef gboolean (*GstVitalsServiceReadyFunc) (gpointer self);

/* Streaming thread, with the lock, which it lets go meanwhile. Waits for
 * @is_ready, or until nothing is left of @left (us, NULL: for ever); the time
 * of a pause does not count. ERROR when the stream has failed. */
GstFlowReturn gst_vitals_service_sink_wait (GstVitalsServiceSink * self,
    GstVitalsServiceReadyFunc is_ready, gint64 * left);
/* Wakes who waits. @self: a GstVitalsServiceSink */
void gst_vitals_service_sink_wake (gpointer self);
/* What is said of what had no answer within drain-timeout. */
GError *gst_vitals_service_sink_new_late_error (GstVitalsServiceSink * self);

/* The end of the stream: drain(), and until the results are written. Without
 * the lock. */
GstFlowReturn gst_vitals_service_sink_drain (GstVitalsServiceSink * self);

gchar *gst_vitals_service_sink_dup_source_id (GstVitalsServiceSink * self);
/* vitals-progress, as gst_vitals_message_progress(). NULL when it is not
 * wanted. */
GstMessage *gst_vitals_service_sink_new_progress (GstVitalsServiceSink * self,
    guint64 window, const gchar * phase, gint percent, guint frames,
    guint target_frames);
/* With the lock: @message is the last reading. */
void gst_vitals_service_sink_take_reading (GstVitalsServiceSink * self,
    const GstStructure * message);

G_END_DECLS
