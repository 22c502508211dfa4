/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstharness.h>

G_BEGIN_DECLS

/* circadifyenc in a harness: windows of 1 s, small frames of one grey. */

#define WINDOW 30
#define CAPS "video/x-raw,format=I420,width=64,height=48,framerate=30/1"
#define FRAME_SIZE (64 * 48 * 3 / 2)

typedef struct
{
  GstHarness *harness;
  GstBus *bus;
  GstClockTime next;
} Encoder;

Encoder encoder_new (void);
void encoder_free (Encoder * encoder);
/* (transfer full) */
GstBuffer *make_frame (gsize size, GstClockTime pts);
/* Until one is not taken. */
GstFlowReturn encoder_push (Encoder * encoder, guint n, gsize size);
/* The next vitals-dropped on the bus is this. */
void check_dropped (Encoder * encoder, const gchar * reason, guint frames);
/* The next error on the bus has these words. */
void check_error (Encoder * encoder, const gchar * words);

G_END_DECLS
