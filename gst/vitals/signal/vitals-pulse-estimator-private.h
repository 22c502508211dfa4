/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/signal/vitals-pulse-private.h>
#include <vitals/vitals-reading.h>

G_BEGIN_DECLS

/*
 * VitalsPulseEstimator: the colour of the skin of each frame in, vital signs
 * out whenever they are asked for. Constant work per frame; nothing is
 * allocated after _new(). Not thread-safe: one thread uses it. A rate is right
 * or absent: there is no NaN and no 0 in its place.
 */
typedef struct _VitalsPulseEstimator VitalsPulseEstimator;

typedef struct
{
  VitalsPulseMethod method;
  GstClockTime window;          /* of the heart rate, ns; 5 s to 60 s */
  GstClockTime respiration_window;      /* 15 s to 120 s */
  GstClockTime hrv_window;      /* 20 s to 120 s */
  gdouble min_confidence;       /* 0..1; a measure below is absent */
} VitalsPulseConfig;

/* POS, 10 s, 30 s, 60 s, 0.5. */
VITALS_API void vitals_pulse_config_init (VitalsPulseConfig * config);

/* Why there is no heart rate. */
typedef enum
{
  VITALS_NO_RATE_NONE,          /* there is one */
  VITALS_NO_RATE_TOO_SHORT,     /* less than 5 s without a gap */
  VITALS_NO_RATE_FRAME_RATE,    /* below 8 frames a second */
  VITALS_NO_RATE_NO_PULSE,      /* nothing peaks between 40 and 220 a minute */
  VITALS_NO_RATE_LOW_CONFIDENCE /* below min_confidence */
} VitalsNoRate;

/* A sentence for the person, (transfer none). */
VITALS_API const gchar *vitals_no_rate_get_text (VitalsNoRate reason);

/* A measure that was not taken, or is not certain enough, has its has_ FALSE
 * and 0 in its fields; the confidence tells how far it was. There is no
 * respiratory rate and no variability without a heart rate. */
typedef struct
{
  VitalsNoRate no_heart_rate;
  gboolean has_heart_rate, has_respiratory_rate, has_hrv, has_lfhf;
  gdouble heart_rate;           /* beats a minute */
  gdouble heart_rate_confidence;        /* 0..1 */
  gdouble snr;                  /* of the pulse, dB; 0 when there is none */
  gdouble respiratory_rate;     /* breaths a minute */
  gdouble respiratory_rate_confidence;  /* 0..1 */
  gdouble hrv_sdnn, hrv_rmssd;  /* ms */
  gdouble hrv_lfhf;             /* ratio */
  gdouble hrv_confidence;       /* 0..1 */
  GstClockTime timestamp, duration;     /* of the heart rate's window, ns */
  guint frames;                 /* in that window */
  gdouble framerate;            /* Hz */
} VitalsPulseEstimate;

VITALS_API VitalsPulseEstimator *vitals_pulse_estimator_new (const
    VitalsPulseConfig * config);
VITALS_API void vitals_pulse_estimator_free (VitalsPulseEstimator * estimator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsPulseEstimator,
    vitals_pulse_estimator_free)

/* Forgets everything (seek, new caps, another face). */
VITALS_API void vitals_pulse_estimator_reset (VitalsPulseEstimator *
    estimator);

/* Means of red, green and blue of the skin, any unit but linear in the pixel
 * values and above 0. @step: the region moved since the frame before. @motion:
 * how far the chest has moved, any unit (vitals_chest_motion_push()); NaN when
 * unknown. Returns: FALSE when the frame was not taken: black, not finite, or
 * a PTS that did not grow. */
VITALS_API gboolean vitals_pulse_estimator_push (VitalsPulseEstimator *
    estimator, GstClockTime pts, gdouble red, gdouble green, gdouble blue,
    gboolean step, gdouble motion);

/* Returns: whether there is a heart rate; @estimate is always filled. To be
 * called about once a second: each call remembers its rate as a hint for the
 * next. */
VITALS_API gboolean vitals_pulse_estimator_estimate (VitalsPulseEstimator *
    estimator, VitalsPulseEstimate * estimate);

/* The pulse of the last estimate: @n samples at @rate Hz, the last at the end
 * of its window; peaks are beats, standard deviation 1 (0 when there was none).
 * (transfer none), until the next call. */
VITALS_API const gdouble *vitals_pulse_estimator_get_waveform (const
    VitalsPulseEstimator * estimator, guint * n, gdouble * rate);

/* What @estimate has, with backend "local". Its confidence as a whole is that
 * of the heart rate, even when it was too low for one. (transfer full) */
VITALS_API VitalsReading *vitals_pulse_estimate_to_reading (const
    VitalsPulseEstimate * estimate);

G_END_DECLS
