/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../sink/fixture.h"

/* A synthetic face of 72 beats a minute. */
#define LENS_CAPS "video/x-raw,format=I420,width=160,height=120,framerate=30/1"
#define LENS_RATE 72.0
/* Frames of a chunk, which are a second. */
#define LENS_CHUNK 30

/* appsrc ! vitallenssink, a sandbox, and the frames of a face. */
typedef struct
{
  Sink *sink;
  GPtrArray *face;              /* of GstBuffer: 10 s, again and again */
  guint n_pushed;
  GstClockTime next;            /* PTS of the next frame */
  guint port;                   /* of the sandbox */
} Lens;

/* @live: a live source. @properties: of vitallenssink */
Lens *lens_new (gboolean live, const gchar * properties);
void lens_free (Lens * lens);

/* Frames of 30 a second, from where the last ended. */
void lens_push (Lens * lens, guint frames);
/* Chunks, each of which is sent and answered. */
void lens_measure (Lens * lens, guint chunks);
/* The service is gone, and comes again where it was. */
void lens_cut (Lens * lens);
void lens_mend (Lens * lens);
/* Waits until the sink has seen all that was pushed. */
void lens_wait_taken (Lens * lens);
/* Waits until no call is under way. */
void lens_wait_answered (Lens * lens);

/* The heart rate of the last vitals, or 0. */
gdouble lens_get_rate (Lens * lens);
guint lens_count_progress (Lens * lens, GstProgressType type);
GstProgressType lens_get_progress_type (GstMessage * message);
