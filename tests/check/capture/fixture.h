/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <vitals/capture/vitals-capture-private.h>

/* A capture of small grey frames, whose windows are kept. */

#define MS GST_MSECOND
#define NONE GST_CLOCK_TIME_NONE
/* PTS of frame @i at 30 a second */
#define AT_30(i) gst_util_uint64_scale_round (i, GST_SECOND, 30)

extern const VitalsBox face;
extern VitalsCapture *capture;
extern VitalsTensorLayout *layout;
extern GArray *windows;         /* of VitalsCaptureWindow, with its payload */
extern GstVideoFrame frame;

void set_up (void);
void tear_down (void);

/* capture-fps 30, no scan interval */
VitalsCaptureConfig config_of (GstClockTime duration, guint min, guint max);
/* Keeps a window as it is given to a VitalsCaptureWindowFunc. */
void take_window (const VitalsCaptureWindow * window, gpointer user_data);
/* Makes the capture; @fps of the caps, 0: variable. */
void start (const VitalsCaptureConfig * config, gint fps);
void set_rate (gint fps_n, gint fps_d);

/* Offers a frame, and adds it when it is admitted. */
VitalsAdmit push_full (GstClockTime pts, GstClockTime duration,
    gboolean discont);
VitalsAdmit push (GstClockTime pts);
/* Frames @from to @to-1 at 30 a second; all must be taken. */
void push_at_30 (guint from, guint to);

/* Fails the test unless window @index ended so. */
const VitalsCaptureWindow *get_window (guint index, VitalsWindowEnd end,
    guint frames);
