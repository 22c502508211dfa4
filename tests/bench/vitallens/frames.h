/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* Frames of a synthetic face of 72 beats a minute: 10 s are 12 beats, so that
 * they may be repeated. Returns: (transfer full): an array of GstBuffer */
GPtrArray *frames_new (const gchar * caps, guint n);

/* A source that gives @n of them, again and again, as fast as they are taken:
 * the name of an appsrc in @pipeline is "src". */
void frames_feed (GstElement * pipeline, GPtrArray * frames, guint n);
