/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-trace-private.h>
#include <math.h>

/* Skin reflects 0.1 to 1 % more or less with the pulse; 5 % from one frame to
 * the next is a moved box or a lamp. */
#define STEP_RATIO 1.05

typedef struct
{
  GstClockTime pts;
  guint merged;                 /* frames averaged in the values */
  gdouble values[VITALS_TRACE_CHANNELS];
} Sample;

struct _VitalsTrace
{
  GstClockTime span;
  GstClockTime last_pts;        /* of the last frame, merged ones included */
  guint capacity, first, length;
  gdouble gains[VITALS_TRACE_CHANNELS];
  Sample samples[];
};

VitalsTrace *
vitals_trace_new (GstClockTime span)
{
  guint capacity;
  VitalsTrace *trace;

  capacity = 2 + (guint) ceil (VITALS_TRACE_MAX_RATE * span / GST_SECOND);
  trace = g_malloc (sizeof (VitalsTrace) + capacity * sizeof (Sample));
  trace->span = span;
  trace->capacity = capacity;
  vitals_trace_clear (trace);
  return trace;
}

void
vitals_trace_free (VitalsTrace * trace)
{
  g_free (trace);
}

void
vitals_trace_clear (VitalsTrace * trace)
{
  guint c;

  trace->first = 0;
  trace->length = 0;
  for (c = 0; c < VITALS_TRACE_CHANNELS; c++)
    trace->gains[c] = 1.0;
}

static const Sample *
sample_at (const VitalsTrace * trace, guint index)
{
  return &trace->samples[(trace->first + index) % trace->capacity];
}

static Sample *
last_sample (VitalsTrace * trace)
{
  return &trace->samples[(trace->first + trace->length - 1) % trace->capacity];
}

static gboolean
values_are_valid (const gdouble * values)
{
  guint c;

  for (c = 0; c < VITALS_TRACE_COLOURS; c++)
    if (!isfinite (values[c]) || values[c] <= 0.0)
      return FALSE;
  return TRUE;
}

static gboolean
values_jump (const VitalsTrace * trace, const gdouble * values)
{
  const Sample *last = sample_at (trace, trace->length - 1);
  guint c;

  for (c = 0; c < VITALS_TRACE_COLOURS; c++) {
    gdouble ratio = values[c] * trace->gains[c] / last->values[c];

    if (ratio > STEP_RATIO || ratio < 1.0 / STEP_RATIO)
      return TRUE;
  }
  return FALSE;
}

/* From here on the trace goes on from its last value. */
static void
bridge_step (VitalsTrace * trace, const gdouble * values)
{
  const Sample *last = sample_at (trace, trace->length - 1);
  guint c;

  for (c = 0; c < VITALS_TRACE_COLOURS; c++)
    trace->gains[c] = last->values[c] / values[c];
}

static void
merge_sample (VitalsTrace * trace, const gdouble * values)
{
  Sample *last = last_sample (trace);
  guint c;

  last->merged++;
  for (c = 0; c < VITALS_TRACE_CHANNELS; c++)
    last->values[c] +=
        (values[c] * trace->gains[c] - last->values[c]) / last->merged;
}

static void
drop_old_samples (VitalsTrace * trace, GstClockTime pts)
{
  while (trace->length > 0 && (trace->length == trace->capacity
          || pts - sample_at (trace, 0)->pts > trace->span)) {
    trace->first = (trace->first + 1) % trace->capacity;
    trace->length--;
  }
}

static void
append_sample (VitalsTrace * trace, GstClockTime pts, const gdouble * values)
{
  Sample *sample;
  guint c;

  drop_old_samples (trace, pts);
  trace->length++;
  sample = last_sample (trace);
  sample->pts = pts;
  sample->merged = 1;
  for (c = 0; c < VITALS_TRACE_CHANNELS; c++)
    sample->values[c] = values[c] * trace->gains[c];
}

gboolean
vitals_trace_push (VitalsTrace * trace, GstClockTime pts,
    const gdouble * values, gboolean step)
{
  if (!GST_CLOCK_TIME_IS_VALID (pts) || !values_are_valid (values))
    return FALSE;

  if (trace->length > 0) {
    GstClockTime last = trace->last_pts;

    if (pts > last + VITALS_TRACE_MAX_GAP || pts + VITALS_TRACE_MAX_GAP < last)
      vitals_trace_clear (trace);
    else if (pts <= last)
      return FALSE;
    else if (step || values_jump (trace, values))
      bridge_step (trace, values);
  }
  trace->last_pts = pts;

  if (trace->length > 0
      && pts - last_sample (trace)->pts < GST_SECOND / VITALS_TRACE_MAX_RATE)
    merge_sample (trace, values);
  else
    append_sample (trace, pts, values);
  return TRUE;
}

guint
vitals_trace_get_length (const VitalsTrace * trace)
{
  return trace->length;
}

GstClockTime
vitals_trace_get_end (const VitalsTrace * trace)
{
  g_return_val_if_fail (trace->length > 0, GST_CLOCK_TIME_NONE);

  return sample_at (trace, trace->length - 1)->pts;
}

GstClockTime
vitals_trace_get_duration (const VitalsTrace * trace)
{
  if (trace->length == 0)
    return 0;
  return vitals_trace_get_end (trace) - sample_at (trace, 0)->pts;
}

/* Index of the first sample not older than @duration before the end. */
static guint
first_within (const VitalsTrace * trace, GstClockTime duration)
{
  GstClockTime end = vitals_trace_get_end (trace);
  guint low = 0, high = trace->length - 1;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (end - sample_at (trace, middle)->pts > duration)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

gdouble
vitals_trace_get_rate (const VitalsTrace * trace, GstClockTime duration)
{
  guint first;

  if (trace->length < 2)
    return 0.0;
  first = first_within (trace, duration);
  if (first == trace->length - 1)
    return 0.0;
  return (trace->length - 1 - first) * (gdouble) GST_SECOND
      / (vitals_trace_get_end (trace) - sample_at (trace, first)->pts);
}

guint
vitals_trace_resample (const VitalsTrace * trace, guint channel,
    GstClockTime duration, gdouble rate, gdouble * samples, guint size)
{
  GstClockTime end;
  gdouble available;
  guint n, i, at;

  if (trace->length < 2 || rate <= 0.0)
    return 0;
  end = vitals_trace_get_end (trace);
  available = MIN (duration, vitals_trace_get_duration (trace));
  n = MIN (size, 1 + (guint) floor (available * rate / GST_SECOND + 1e-6));

  at = 0;
  for (i = 0; i < n; i++) {
    gdouble back = (n - 1 - i) * (GST_SECOND / rate);
    const Sample *a, *b;
    gdouble part;

    while (at + 2 < trace->length
        && (gdouble) (end - sample_at (trace, at + 1)->pts) > back)
      at++;
    a = sample_at (trace, at);
    b = sample_at (trace, at + 1);
    part = ((gdouble) (end - a->pts) - back) / (gdouble) (b->pts - a->pts);
    samples[i] = a->values[channel]
        + CLAMP (part, 0.0, 1.0) * (b->values[channel] - a->values[channel]);
  }
  return n;
}
