/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <vitals/capture/vitals-gate-private.h>
#include <vitals/tensor/vitals-payload-private.h>

G_BEGIN_DECLS

/*
 * VitalsCapture: frames in, windows out. It chooses the frames (pacer), packs
 * them, deflates them and closes windows by time. It knows no pad and no
 * service; circadifysink and circadifyenc are made of it. Not thread-safe: one
 * streaming thread uses it.
 *
 * A window is half-open in PTS, [t0, t0 + window_duration): closed by the frame
 * whose end reaches it, else by the first frame past it, which opens the next;
 * or at max_frames.
 */
typedef struct _VitalsCapture VitalsCapture;

typedef struct
{
  GstClockTime window_duration; /* ns */
  guint min_frames, max_frames; /* 1 <= min <= max <= 720 */
  gdouble capture_fps;          /* > 0 */
  GstClockTime scan_interval;   /* shortest media time between two window
                                   starts; jumps and flushes do not count,
                                   nor what passed while no frame came */
  VitalsCompressor compressor;
  gint compression_level;
  VitalsGateConfig gate;
} VitalsCaptureConfig;

/* Why a window ended. SEALED is the good end and is in no message, LOW_QUALITY
 * is told as a failure. */
typedef enum
{
  VITALS_WINDOW_SEALED,
  VITALS_WINDOW_TOO_FEW_FRAMES,
  VITALS_WINDOW_DISCONTINUITY,
  VITALS_WINDOW_STOPPED,
  VITALS_WINDOW_LOW_QUALITY
} VitalsWindowEnd;

/* The `reason` of vitals-dropped. */
VITALS_API const gchar *vitals_window_end_get_reason (VitalsWindowEnd end);

typedef struct
{
  guint64 window;               /* counts from 0, dropped ones included */
  VitalsWindowEnd end;
  VitalsPayload *payload;       /* NULL unless SEALED; (transfer none), ref it */
  const GError *error;          /* NULL unless LOW_QUALITY; (transfer none) */
  guint frames;
  gdouble framerate;            /* (frames-1)/(last PTS - first PTS), 0 if 1 */
  GstClockTime timestamp;       /* PTS of the first frame */
  GstClockTime duration;        /* last PTS - first PTS + one frame */
  gboolean discont;             /* of SEALED: how far its PTS is from that of
                                   the one before is no time that passed */
} VitalsCaptureWindow;

/* Called from within the vitals_capture_ calls below, in their thread. */
typedef void (*VitalsCaptureWindowFunc) (const VitalsCaptureWindow * window,
    gpointer user_data);

/* Whether a window of that duration can have min_frames at capture_fps. */
VITALS_API gboolean vitals_capture_config_is_possible (const
    VitalsCaptureConfig * config);

VITALS_API VitalsCapture *vitals_capture_new (VitalsTensorLayout * layout,
    const VitalsCaptureConfig * config, VitalsCaptureWindowFunc func,
    gpointer user_data, GError ** error);
VITALS_API void vitals_capture_free (VitalsCapture * capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsCapture, vitals_capture_free)

/* New caps: a change drops the open window (DISCONTINUITY). */
VITALS_API void vitals_capture_set_info (VitalsCapture * capture,
    const GstVideoInfo * info);

typedef enum
{
  VITALS_ADMIT_TAKE,            /* go on with vitals_capture_add() */
  VITALS_ADMIT_SKIP_RATE,       /* more frames than capture_fps asks for */
  VITALS_ADMIT_SKIP_ORDER,      /* PTS did not grow */
  VITALS_ADMIT_SKIP_INTERVAL,   /* scan_interval has not passed */
  VITALS_ADMIT_SKIP_CLOSED      /* no window may be opened now */
} VitalsAdmit;

/* Decides by time, before the frame is mapped; may end the open window (past
 * its end, or a gap over 1 s, or @discont with a jump). @pts and @duration in
 * ns; @duration may be GST_CLOCK_TIME_NONE. */
VITALS_API VitalsAdmit vitals_capture_admit (VitalsCapture * capture,
    GstClockTime pts, GstClockTime duration, gboolean discont);

/* Packs the admitted frame; opens a window when none is open and the gate lets
 * it; closes it when this frame's end reaches its end. */
VITALS_API gboolean vitals_capture_add (VitalsCapture * capture,
    GstVideoFrame * frame, const VitalsBox * face, GError ** error);

/* There is no face in the frame. Returns: whether there was one in the last. */
VITALS_API gboolean vitals_capture_lose_face (VitalsCapture * capture);

/* What follows is of another person, or of another time: drops the open window
 * (DISCONTINUITY) and forgets how good the face was. Returns: whether a window
 * was open; then the frame at hand is to be left out, as a new window has to be
 * admitted first. */
VITALS_API gboolean vitals_capture_change_face (VitalsCapture * capture);

/* The end of the stream: seals the open window when it has min_frames, drops
 * it (TOO_FEW_FRAMES) else. */
VITALS_API void vitals_capture_finish (VitalsCapture * capture);
/* Drops the open window, if there is one. After a DISCONTINUITY the next frame
 * may have any PTS. */
VITALS_API void vitals_capture_drop (VitalsCapture * capture,
    VitalsWindowEnd reason);
/* FALSE: no new window is opened (the open one goes on). TRUE by default. */
VITALS_API void vitals_capture_set_open_windows (VitalsCapture * capture,
    gboolean open_windows);

/* Of the last frame that was added; NULL: the gate is off, or there was no face
 * since. (transfer none) */
VITALS_API const VitalsQualityMeasures *vitals_capture_get_quality (const
    VitalsCapture * capture);

/* The last frame was not good enough to begin a window with. */
VITALS_API gboolean vitals_capture_is_waiting (const VitalsCapture * capture);

/* Of the open window; 0 when none is open. */
VITALS_API guint vitals_capture_get_frames (const VitalsCapture * capture);
/* How many frames the open window is expected to get (by its rate). */
VITALS_API guint vitals_capture_get_target_frames (const VitalsCapture *
    capture);
/* Of the open window, by time, 0 to 100. */
VITALS_API gint vitals_capture_get_percent (const VitalsCapture * capture);
/* Number of the open window, or of the next. */
VITALS_API guint64 vitals_capture_get_window (const VitalsCapture * capture);
/* No window is open: the number of the next, where others are counted, too. */
VITALS_API void vitals_capture_set_window (VitalsCapture * capture,
    guint64 window);

G_END_DECLS
