/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>
#include <vitals/capture/vitals-box.h>

/* Frames to pack: every format, and sizes and boxes that are hard. */

#define N_FORMATS 20
#define N_GEOMETRIES 7

typedef struct
{
  gint width, height;
  gboolean padded;
  VitalsBox face;
} Geometry;

typedef struct
{
  GstVideoInfo info;
  GstBuffer *buffer;
  GstVideoFrame frame;
} Picture;

extern const gchar *const formats[N_FORMATS];
extern const Geometry geometries[N_GEOMETRIES];

/* @colorimetry: NULL for the default. */
void picture_open (Picture * picture, GstVideoFormat format, gint width,
    gint height, gboolean padded, const gchar * colorimetry);
void picture_close (Picture * picture);
void picture_fill (Picture * picture, guint32 seed);
