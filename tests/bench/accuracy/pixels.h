/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "score.h"
#include <vitals/capture/vitals-box.h>

/* A video whose truth is known. */
typedef struct
{
  const gchar *group;
  const gchar *source;          /* launch line, up to raw video */
  VitalsBox face;
  gdouble heart_rate;           /* a minute; 0: nothing alive */
  gdouble respiratory_rate;     /* a minute; 0: not known */
  guint first;                  /* s; an estimate each second from there on */
  guint first_breath;           /* s; the same for breathing */
} Video;

/* Measures it. @breath may be NULL. FALSE, with a word on stderr, when it
 * cannot be played. */
gboolean video_measure (const Video * video, Score * heart, Score * breath);
