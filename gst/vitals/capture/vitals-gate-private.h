/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/capture/vitals-quality-private.h>

G_BEGIN_DECLS

/*
 * VitalsGate: which windows are worth a scan.
 *
 * - A frame with any problem is bad.
 * - Bad frames before a window has begun are held back: the window begins with
 *   the first good one. Later ones are in it, as a hole would be worse.
 * - With more bad frames (held back ones too) than max_bad of those that the
 *   window is to get, it is refused at once; with more than max_bad of those
 *   that it got, when it ends.
 * - After a window was refused, none begins until a frame is good.
 *
 * Not thread-safe.
 */
typedef struct _VitalsGate VitalsGate;

typedef enum
{
  VITALS_GATE_OFF,              /* nothing is measured */
  VITALS_GATE_WARN,             /* measured, but all windows pass */
  VITALS_GATE_ON
} VitalsGateMode;

#define VITALS_TYPE_GATE_MODE (vitals_gate_mode_get_type ())
VITALS_API GType vitals_gate_mode_get_type (void);

typedef struct
{
  VitalsGateMode mode;
  VitalsQualityLimits limits;
  gdouble max_bad;              /* share of a window's frames, 0 to 1 */
} VitalsGateConfig;

/* On, with the limits of docs/quality.md. */
VITALS_API void vitals_gate_config_init (VitalsGateConfig * config);

typedef enum
{
  VITALS_GATE_TAKE,             /* into the window, which may begin with it */
  VITALS_GATE_HOLD,             /* no window begins with it */
  VITALS_GATE_REFUSE            /* the window ends here, and is not sent */
} VitalsGateVerdict;

/* @face_patch: where on the face the first patch lies */
VITALS_API VitalsGate *vitals_gate_new (const VitalsGateConfig * config,
    const VitalsPatchPlace * face_patch);
VITALS_API void vitals_gate_free (VitalsGate * gate);

/* The next frame. @open: whether a window has begun; @duration and @max_frames:
 * what the window is to get, at the rate that the frames come. */
VITALS_API VitalsGateVerdict vitals_gate_push (VitalsGate * gate,
    const guint8 * pixels, const VitalsBox * face, GstClockTime pts,
    gboolean open, GstClockTime duration, guint max_frames);
/* Whether a window that ends with @frames is refused. */
VITALS_API gboolean vitals_gate_refuses (const VitalsGate * gate, guint frames);
/* Why, for people, with what to do. (transfer full) */
VITALS_API gchar *vitals_gate_explain (const VitalsGate * gate);
/* The window ended. @refused: the next begins with a good frame only. */
VITALS_API void vitals_gate_end_window (VitalsGate * gate, gboolean refused);
/* Another recording, or another person asks: the next window is answered, good
 * or bad. */
VITALS_API void vitals_gate_begin_anew (VitalsGate * gate);
/* There is no face any more. Returns: whether there was one before */
VITALS_API gboolean vitals_gate_lose_face (VitalsGate * gate);

/* Frames that were held back since a window ended or a good frame came. */
VITALS_API guint vitals_gate_get_held (const VitalsGate * gate);
/* Of the last frame; NULL when nothing is measured. (transfer none) */
VITALS_API const VitalsQualityMeasures *vitals_gate_get_measures (const
    VitalsGate * gate);

G_END_DECLS
