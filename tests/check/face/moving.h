/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* How facetracker follows the synthetic face, 640x480, 30 a second. Of the tests,
 * and of the benchmark that prints it. */

typedef struct
{
  gdouble motion;               /* widths that the face sways to each side */
  guint n_frames, n_good;       /* that overlap with the truth by 0.6 */
} Fit;

/* 10 s of a face that sways at 0.31 Hz. */
Fit moving_sway (gdouble motion);

typedef struct
{
  guint from, to;               /* left edge of the box: before, at the end */
  GstClockTimeDiff took;        /* from the step to the first frame with another
                                   box; -1: there is none */
  guint n_moves;
} Reaction;

/* A face that jumps by @step pixels at @at, and stays. */
Reaction moving_step (gint step, GstClockTime at);
/* The width of the face, pixels. */
gdouble moving_get_width (void);

G_END_DECLS
