/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * GstVitalsSyntheticFace: a picture of head and chest whose pulse and breathing
 * are known: a pure function of its parameters, the time and the number of the
 * frame.
 */
typedef struct
{
  gdouble heart_rate;           /* per minute; 0: no pulse */
  gdouble respiratory_rate;     /* per minute; 0: the chest is still */
  gdouble pulse_amplitude;      /* of green, fraction of its DC */
  gdouble second_harmonic;      /* fraction of the pulse's first harmonic */
  gdouble noise;                /* standard deviation, in steps of 8 bits */
  gdouble motion;               /* peak of the head's sway, in face widths */
  gdouble flicker;              /* peak of the light's swell, fraction */
  guint32 seed;
  gboolean face;                /* FALSE: an empty chair */
} GstVitalsSyntheticFace;

/* 8-bit formats whose components GstVideoFormatInfo can address. */
#define GST_VITALS_SYNTHETIC_FORMATS "{ I420, YV12, NV12, NV21, Y42B, Y444, " \
    "YUY2, UYVY, RGB, BGR, RGBx, BGRx, xRGB, xBGR, RGBA, BGRA, ARGB, ABGR, " \
    "RGBP, GBR, GRAY8 }"

/* The face at @time, in whole pixels. */
void gst_vitals_synthetic_face_get_box (const GstVitalsSyntheticFace * face,
    const GstVideoInfo * info, GstClockTime time, GstVideoRectangle * box);

void gst_vitals_synthetic_face_render (const GstVitalsSyntheticFace * face,
    GstVideoFrame * frame, guint64 number, GstClockTime time);

G_END_DECLS
