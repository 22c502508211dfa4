/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstpushsrc.h>

/*
 * sharedsrc: a live source at 30 frames per second whose pictures, 640x480 I420,
 * are the same memory for all: what is measured is what comes after it. Its
 * create() is called when the frame before has been dealt with, so it also
 * tells how late that was.
 */
#define SHARED_FPS 30

G_DECLARE_FINAL_TYPE (SharedSource, shared_source, SHARED, SOURCE, GstPushSrc)
#define SHARED_TYPE_SOURCE (shared_source_get_type ())

/* Makes the element sharedsrc known to pipelines. */
gboolean shared_source_register (void);

/* The longest time from when a frame was due to when downstream had dealt with
 * it, and the number of frames, since the last call. */
GstClockTime shared_source_take_latest (SharedSource * self, guint * frames);
