/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/client/vitals-vitallens-client.h>

G_BEGIN_DECLS

/* Below it there is no heart rate. */
#define GST_VITALLENS_SHORTEST_HEART_WINDOW (5 * GST_SECOND)

/*
 * The waveforms of a stream, put together from the answers to its chunks: one
 * unbroken stretch, the last minute of it. Not thread-safe.
 */
typedef struct _GstVitalLensWaveform GstVitalLensWaveform;

GstVitalLensWaveform *gst_vitallens_waveform_new (void);
void gst_vitallens_waveform_free (GstVitalLensWaveform * waveform);
/* Another stretch begins: nothing is measured across a gap. */
void gst_vitallens_waveform_clear (GstVitalLensWaveform * waveform);

/* The samples of @answer belong to the last of the @n @times. */
void gst_vitallens_waveform_add (GstVitalLensWaveform * waveform,
    const VitalsVitalLensAnswer * answer, const GstClockTime * times, guint n);

/* What the stretch shows now. */
typedef struct
{
  VitalsReading *reading;       /* (transfer full) */
  const VitalsVitalLensModel *model;    /* (transfer none) */
  const gchar *reason;          /* why there is no heart rate, or NULL */
  GstClockTime timestamp, duration;     /* of the heart rate's window */
  guint frames;
  gdouble framerate;            /* Hz, 0: unknown */
} GstVitalLensRates;

/* @model: what it does not measure is absent */
void gst_vitallens_waveform_measure (const GstVitalLensWaveform * waveform,
    const VitalsVitalLensModel * model, GstVitalLensRates * rates);
/* What the service itself has computed of @reading, by the same rules: absent
 * where it is not sure of it, or @model does not measure it. Sets reading and
 * reason. */
void gst_vitallens_waveform_take_rates (VitalsReading * reading,
    const VitalsVitalLensModel * model, GstVitalLensRates * rates);
/* Sets waveform and waveform-rate: the pulse of the heart rate's window. */
void gst_vitallens_waveform_describe (const GstVitalLensWaveform * waveform,
    const GstVitalLensRates * rates, GstStructure * message);

G_END_DECLS
