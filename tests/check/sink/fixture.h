/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <vitals-sandbox.h>

/* Small frames, in windows of one second. */
#define FRAME_CAPS "video/x-raw,format=I420,width=64,height=64,framerate=30/1"
#define FRAME_BYTES (64 * 64 * 3 / 2)
#define FRAME_DURATION (GST_SECOND / 30)
#define WINDOW_FRAMES 30

/* appsrc ! circadifysink, or another sink, in a pipeline, a sandbox, and all that was posted. */
typedef struct
{
  VitalsSandbox *sandbox;
  GstElement *pipeline;
  GstElement *src;
  GstElement *sink;
  GstClockTime next;            /* PTS of the next frame */

  /* called in the thread that posts, before the message is kept; may be NULL */
  void (*on_message) (GstMessage * message, gpointer user_data);
  gpointer user_data;

  GMutex lock;
  GCond cond;
  gboolean listening;           /* keep_message() may run; guarded by lock */
  GPtrArray *messages;          /* of GstMessage; guarded by lock */
} Sink;

/* @properties: of circadifysink, as in gst-launch. The sandbox has api 3; the
 * sink its URL, its test key and windows of a second. */
Sink *sink_new (const gchar * properties);
/* With another description of what is before the sink. */
Sink *sink_new_full (const gchar * source, const gchar * properties,
    const VitalsSandboxOptions * options);
/* Of any pipeline with a sink of that name, and perhaps a source "src". */
Sink *sink_new_launch (const gchar * launch, const gchar * api_key,
    const VitalsSandboxOptions * options);
void sink_free (Sink * sink);
void sink_fault (Sink * sink, const gchar * spec);

void sink_set_state (Sink * sink, GstState state);
/* Frames of 30 a second, from where the last ended. */
void sink_push (Sink * sink, guint frames);
GstFlowReturn sink_push_at (Sink * sink, GstClockTime pts);
void sink_end (Sink * sink);

/* Its name, of vitals-progress with the phase, of progress with the type, as
 * "progress start". (transfer full) */
gchar *sink_name_message (GstMessage * message);
/* How many element messages of @name were posted. */
guint sink_count (Sink * sink, const gchar * name);
/* The @index-th of them; waits for it. (transfer none) */
const GstStructure *sink_wait (Sink * sink, const gchar * name, guint index);
/* The @index-th failure, which must have this code and a message. */
void sink_wait_failure (Sink * sink, guint index, const gchar * code);
/* Waits for a progress message of this phase and window. */
void sink_wait_phase (Sink * sink, const gchar * phase, guint64 window);
void sink_wait_eos (Sink * sink);
/* Waits for an error. (transfer full) */
GError *sink_wait_error (Sink * sink);
gboolean sink_has_eos (Sink * sink);
/* Waits for EOS, and checks that nothing was posted after it that should not
 * be, and that windows came in order. */
void sink_check_order (Sink * sink);

guint64 sink_get_uint64 (const GstStructure * structure, const gchar * field);
guint sink_get_uint (const GstStructure * structure, const gchar * field);
/* A number of the property stats. */
guint64 sink_get_stat (Sink * sink, const gchar * field);
/* (transfer full) */
gchar *sink_get_state_name (Sink * sink);
/* NULL->READY of a sink that is alone, with these properties: the error that
 * it posts. (transfer full) (nullable) */
GError *sink_try_ready (const gchar * properties, const gchar * api_key);
