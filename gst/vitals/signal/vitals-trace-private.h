/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * VitalsTrace: colour and motion per frame with their time, for as long as the
 * longest window: one unbroken stretch, in a ring that is allocated once.
 *
 * - A gap over 1 s, or a time that jumps, starts a new stretch: nothing is
 *   invented for time that was not seen.
 * - A step (the box moved, or a colour changes by more than 5 % from one
 *   frame to the next, which no pulse does) is bridged: what follows is scaled so
 *   that the trace goes on without a jump.
 * - Frames that come faster than VITALS_TRACE_MAX_RATE are averaged.
 */
typedef struct _VitalsTrace VitalsTrace;

enum
{
  VITALS_TRACE_RED,
  VITALS_TRACE_GREEN,
  VITALS_TRACE_BLUE,
  VITALS_TRACE_MOTION,          /* any value, NaN where unknown */
  VITALS_TRACE_CHANNELS
};

#define VITALS_TRACE_COLOURS 3
/* Samples a second; a pulse needs 30, and averaging keeps the light of more. */
#define VITALS_TRACE_MAX_RATE 64.0
/* A longer hole ends the stretch, ns. */
#define VITALS_TRACE_MAX_GAP GST_SECOND

VITALS_API VitalsTrace *vitals_trace_new (GstClockTime span);
VITALS_API void vitals_trace_free (VitalsTrace * trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsTrace, vitals_trace_free)

VITALS_API void vitals_trace_clear (VitalsTrace * trace);

/* @values: VITALS_TRACE_CHANNELS values; a colour that is not above 0 makes the
 * frame a hole.
 * Returns: FALSE when the frame was not taken (a
 * hole, or time that did not grow). */
VITALS_API gboolean vitals_trace_push (VitalsTrace * trace, GstClockTime pts,
    const gdouble * values, gboolean step);

/* Samples in the stretch, and how long it is, ns. */
VITALS_API guint vitals_trace_get_length (const VitalsTrace * trace);
VITALS_API GstClockTime vitals_trace_get_duration (const VitalsTrace * trace);
/* Time of the last sample, ns; only when there is one. */
VITALS_API GstClockTime vitals_trace_get_end (const VitalsTrace * trace);

/* Interpolates the last @duration ns of one channel linearly on a uniform grid
 * of @rate Hz that ends with the last sample; @samples holds @size. Returns:
 * how many were written. */
VITALS_API guint vitals_trace_resample (const VitalsTrace * trace,
    guint channel, GstClockTime duration, gdouble rate, gdouble * samples,
    guint size);

/* Mean rate over the last @duration ns, Hz; 0 below two samples. */
VITALS_API gdouble vitals_trace_get_rate (const VitalsTrace * trace,
    GstClockTime duration);

G_END_DECLS
