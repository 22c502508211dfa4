/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitallenswaveform.h"

#include "gstvitalsmessages.h"

#include <math.h>
#include <string.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>
#include <vitals/signal/vitals-confidence-private.h>
#include <vitals/signal/vitals-waveform-private.h>
#include <vitals/vitals-reading-private.h>

#define LONGEST (60 * GST_SECOND)
#define HEART_WINDOW (10 * GST_SECOND)
#define SHORTEST_HEART_WINDOW GST_VITALLENS_SHORTEST_HEART_WINDOW
#define BREATH_WINDOW (30 * GST_SECOND)
#define SHORTEST_BREATH_WINDOW (10 * GST_SECOND)
#define SHORTEST_VARIABILITY_WINDOW (20 * GST_SECOND)
#define MIN_CONFIDENCE 0.5
/* What can be analysed. */
#define LEAST_RATE 8.0          /* Hz */
#define NO_HEART_RATE "the model measures no heart rate: choose another"

typedef struct
{
  GstClockTime time;
  gdouble pulse, breath;        /* NaN: not given */
  gdouble pulse_confidence, breath_confidence;
} Sample;

struct _GstVitalLensWaveform
{
  GArray *samples;
};

GstVitalLensWaveform *
gst_vitallens_waveform_new (void)
{
  GstVitalLensWaveform *waveform = g_new0 (GstVitalLensWaveform, 1);

  waveform->samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  return waveform;
}

void
gst_vitallens_waveform_free (GstVitalLensWaveform * waveform)
{
  g_array_unref (waveform->samples);
  g_free (waveform);
}

void
gst_vitallens_waveform_clear (GstVitalLensWaveform * waveform)
{
  g_array_set_size (waveform->samples, 0);
}

static const Sample *
get_samples (const GstVitalLensWaveform * waveform, guint first)
{
  return &g_array_index (waveform->samples, Sample, first);
}

static void
forget_old (GstVitalLensWaveform * waveform)
{
  GArray *samples = waveform->samples;
  guint old = 0;

  while (old < samples->len && get_samples (waveform, old)->time + LONGEST
      < get_samples (waveform, samples->len - 1)->time)
    old++;
  if (old > 0)
    g_array_remove_range (samples, 0, old);
}

/* What the service does not say it is not sure of. */
static gdouble
confidence_at (const VitalsVitalLensAnswer * answer, VitalsWaveformKind kind,
    gsize i)
{
  gsize n;
  const gdouble *confidence =
      vitals_vitallens_answer_get_waveform_confidence (answer, kind, &n);

  return i < n && isfinite (confidence[i]) ? confidence[i] : 0.0;
}

void
gst_vitallens_waveform_add (GstVitalLensWaveform * waveform,
    const VitalsVitalLensAnswer * answer, const GstClockTime * times, guint n)
{
  gsize n_pulse, n_breath, i;
  const gdouble *pulse = vitals_vitallens_answer_get_waveform (answer,
      VITALS_WAVEFORM_PPG, &n_pulse);
  const gdouble *breath = vitals_vitallens_answer_get_waveform (answer,
      VITALS_WAVEFORM_RESPIRATION, &n_breath);

  /* a hole in the pulse is a gap */
  if (n_pulse == 0)
    gst_vitallens_waveform_clear (waveform);
  for (i = 0; i < n_pulse; i++) {
    Sample sample = {.time = times[n - n_pulse + i],.pulse = pulse[i],
      .breath = i < n_breath ? breath[i] : NAN,
      .pulse_confidence = confidence_at (answer, VITALS_WAVEFORM_PPG, i),
      .breath_confidence = confidence_at (answer,
          VITALS_WAVEFORM_RESPIRATION, i)
    };

    if (isfinite (sample.pulse))
      g_array_append_val (waveform->samples, sample);
    else
      gst_vitallens_waveform_clear (waveform);
  }
  forget_old (waveform);
}

/* The last samples that span @window at most. Returns: the first of them */
static guint
find_first (const GstVitalLensWaveform * waveform, GstClockTime window)
{
  guint n = waveform->samples->len, first = n;
  GstClockTime end = n > 0 ? get_samples (waveform, n - 1)->time : 0;

  while (first > 0 && get_samples (waveform, first - 1)->time + window >= end)
    first--;
  return first;
}

static gdouble
rate_from (const GstVitalLensWaveform * waveform, guint first)
{
  guint n = waveform->samples->len - first;
  GstClockTime span;

  if (n < 2)
    return 0;
  span = get_samples (waveform, first + n - 1)->time
      - get_samples (waveform, first)->time;
  /* time stamps are cut off to nanoseconds: 150 frames are 5 s */
  return span > 0 ? round ((n - 1) * 1000.0 * GST_SECOND / span) / 1000.0 : 0;
}

/* How long @n samples at @rate are. */
static GstClockTime
length_of (guint n, gdouble rate)
{
  return rate > 0 ? (GstClockTime) lround (n / rate * 1000) * GST_MSECOND : 0;
}

/* @a and @b: at @share between them. NaN when one of them is. */
static gdouble
between (gdouble a, gdouble b, gdouble share)
{
  return a + share * (b - a);
}

/* The end of the stretch on a grid of its rate. */
typedef struct
{
  guint n;
  gdouble rate;                 /* Hz */
  gdouble *values, *quality;
  gdouble confidence;           /* mean of the service's, 0..1 */
} Part;

static void
part_clear (Part * part)
{
  g_clear_pointer (&part->values, g_free);
  g_clear_pointer (&part->quality, g_free);
}

/* Puts samples on a grid, and means their confidence: what analyses them knows
 * of no jitter, and of no frame that is missing. FALSE when a value is not
 * there. */
static gboolean
fill_part (const Sample * samples, gboolean breath, Part * part)
{
  guint n = part->n, i, k = 0;
  gdouble sum = 0;

  for (i = 0; i < n; i++) {
    gdouble time = samples[0].time + i / part->rate * GST_SECOND, share;
    const Sample *a, *b;

    while (k + 2 < n && samples[k + 1].time <= time)
      k++;
    a = &samples[k];
    b = &samples[MIN (k + 1, n - 1)];
    share = b->time > a->time ?
        MIN ((time - a->time) / (b->time - a->time), 1.0) : 0.0;
    part->values[i] = breath ? between (a->breath, b->breath, share)
        : between (a->pulse, b->pulse, share);
    part->quality[i] = breath ? between (a->breath_confidence,
        b->breath_confidence, share) : between (a->pulse_confidence,
        b->pulse_confidence, share);
    if (!isfinite (part->values[i]))
      return FALSE;
    sum += part->quality[i];
  }
  /* a sum of ones, each of them rounded, may be more than 1 */
  part->confidence = CLAMP (sum / n, 0.0, 1.0);
  return TRUE;
}

/* FALSE when there is not enough of it. @part: to be cleared in any case */
static gboolean
take_part (const GstVitalLensWaveform * waveform, GstClockTime window,
    GstClockTime shortest, gboolean breath, Part * part)
{
  guint first = find_first (waveform, window);

  memset (part, 0, sizeof (*part));
  part->n = waveform->samples->len - first;
  part->rate = rate_from (waveform, first);
  if (part->rate < LEAST_RATE || length_of (part->n, part->rate) < shortest)
    return FALSE;
  part->values = g_new (gdouble, part->n);
  part->quality = g_new (gdouble, part->n);
  return fill_part (get_samples (waveform, first), breath, part);
}

/* What no person has is not shown, whatever the waveform says, nor what the
 * model is not made for. */
static void
set_measure (GstVitalLensRates * rates, VitalsMeasure measure, gdouble value,
    gdouble confidence)
{
  if (!vitals_vitallens_is_possible (measure, value)
      || !vitals_vitallens_model_measures (rates->model, measure))
    return;
  vitals_reading_set_value (rates->reading, measure, value);
  vitals_reading_set_measure_confidence (rates->reading, measure, confidence);
}

/* No surer than the service is, and no surer than the waveform shows: it is sure
 * of its samples, and not of there being a pulse in them. */
static gdouble
confidence_of_rate (const Part * part, const VitalsWaveformAnalysis * analysis)
{
  VitalsRatePeak peak = {.frequency = analysis->rate / 60.0,
    .snr = analysis->snr
  };

  if (!analysis->has_rate)
    return 0.0;
  return MIN (part->confidence,
      vitals_confidence_of_peak (&peak, part->n / part->rate));
}

/* Why there is no heart rate, or NULL. */
static const gchar *
find_reason (const Part * part, const VitalsWaveformAnalysis * analysis,
    const VitalsVitalLensModel * model)
{
  if (!vitals_vitallens_model_measures (model, VITALS_MEASURE_HEART_RATE))
    return NO_HEART_RATE;
  if (part->confidence < MIN_CONFIDENCE)
    return "the service is not certain enough of its waveform";
  if (!analysis->has_rate || !vitals_vitallens_is_possible
      (VITALS_MEASURE_HEART_RATE, analysis->rate))
    return "no pulse between 40 and 220 a minute stands out: hold still, with "
        "more and steady light";
  return NULL;
}

static void
measure_heart (const GstVitalLensWaveform * waveform, GstVitalLensRates * rates)
{
  VitalsWaveformAnalysis analysis;
  gdouble confidence;
  Part part;

  if (!take_part (waveform, HEART_WINDOW, SHORTEST_HEART_WINDOW, FALSE, &part)
      || !vitals_waveform_analyse_pulse (part.values, part.quality, part.n,
          part.rate, &analysis, NULL)) {
    rates->reason = rates->duration < SHORTEST_HEART_WINDOW ?
        "there are less than 5 s without a gap so far"
        : rates->framerate < LEAST_RATE ? "the frame rate is too low"
        : "the waveform of the service cannot be analysed";
  } else {
    confidence = confidence_of_rate (&part, &analysis);
    vitals_reading_set_confidence (rates->reading, confidence);
    rates->reason = find_reason (&part, &analysis, rates->model);
    if (!rates->reason)
      set_measure (rates, VITALS_MEASURE_HEART_RATE, analysis.rate, confidence);
  }
  part_clear (&part);
}

/* As sure as the service is: whether it is a breath at all was looked at. */
static void
measure_breath (const GstVitalLensWaveform * waveform,
    GstVitalLensRates * rates)
{
  VitalsWaveformAnalysis analysis;
  Part part;

  if (take_part (waveform, BREATH_WINDOW, SHORTEST_BREATH_WINDOW, TRUE, &part)
      && vitals_waveform_analyse_breath (part.values, part.n, part.rate,
          &analysis, NULL) && analysis.has_rate
      && part.confidence >= MIN_CONFIDENCE)
    set_measure (rates, VITALS_MEASURE_RESPIRATORY_RATE,
        analysis.rate, part.confidence);
  part_clear (&part);
}

static void
set_variability (GstVitalLensRates * rates,
    const VitalsVariability * variability, gdouble confidence)
{
  set_measure (rates, VITALS_MEASURE_HRV_SDNN, variability->sdnn, confidence);
  set_measure (rates, VITALS_MEASURE_HRV_RMSSD, variability->rmssd, confidence);
  if (variability->has_lfhf)
    set_measure (rates, VITALS_MEASURE_HRV_LFHF, variability->lfhf, confidence);
}

static void
measure_variability (const GstVitalLensWaveform * waveform,
    GstVitalLensRates * rates)
{
  VitalsWaveformAnalysis analysis;
  gdouble confidence = 0.0;
  Part part;

  if (take_part (waveform, LONGEST, SHORTEST_VARIABILITY_WINDOW, FALSE, &part)
      && vitals_waveform_analyse_pulse (part.values, part.quality, part.n,
          part.rate, &analysis, NULL) && analysis.has_variability)
    confidence = vitals_confidence_of_variability (&analysis.variability,
        analysis.snr, confidence_of_rate (&part, &analysis));
  if (confidence >= MIN_CONFIDENCE)
    set_variability (rates, &analysis.variability, confidence);
  part_clear (&part);
}

/* Of the heart rate. */
static void
describe_window (const GstVitalLensWaveform * waveform,
    GstVitalLensRates * rates)
{
  guint first = find_first (waveform, HEART_WINDOW);

  rates->frames = waveform->samples->len - first;
  rates->framerate = rate_from (waveform, first);
  rates->duration = length_of (rates->frames, rates->framerate);
  rates->timestamp = rates->frames > 0 ? get_samples (waveform, first)->time
      : GST_CLOCK_TIME_NONE;
}

static void
rates_init (GstVitalLensRates * rates, const VitalsVitalLensModel * model)
{
  memset (rates, 0, sizeof (*rates));
  rates->reading = vitals_reading_new ("vitallens");
  rates->model = model;
}

void
gst_vitallens_waveform_measure (const GstVitalLensWaveform * waveform,
    const VitalsVitalLensModel * model, GstVitalLensRates * rates)
{
  rates_init (rates, model);
  describe_window (waveform, rates);
  measure_heart (waveform, rates);
  /* what has no pulse does not breathe */
  if (rates->reason)
    return;
  measure_breath (waveform, rates);
  measure_variability (waveform, rates);
}

/* Of a rate of the service: as with its waveforms, what it does not say it is
 * not sure of. */
static void
take_rate (VitalsReading * reading, VitalsMeasure measure,
    GstVitalLensRates * rates)
{
  gdouble value, confidence;

  if (!vitals_reading_get_value (reading, measure, &value)
      || !vitals_reading_get_measure_confidence (reading, measure, &confidence)
      || confidence < MIN_CONFIDENCE
      || !vitals_vitallens_model_measures (rates->model, measure))
    return;
  vitals_reading_set_value (rates->reading, measure, value);
  vitals_reading_set_measure_confidence (rates->reading, measure, confidence);
}

/* Why its heart rate is not taken. */
static const gchar *
find_reason_of_service (const VitalsReading * reading,
    const VitalsVitalLensModel * model)
{
  const VitalsMeasure heart_rate = VITALS_MEASURE_HEART_RATE;

  if (!vitals_vitallens_model_measures (model, heart_rate))
    return NO_HEART_RATE;
  if (!vitals_reading_get_value (reading, heart_rate, NULL))
    return "the service found no heart rate";
  if (!vitals_reading_get_measure_confidence (reading, heart_rate, NULL))
    return "the service does not say how certain it is of its heart rate";
  return "the service is not certain enough of its heart rate";
}

void
gst_vitallens_waveform_take_rates (VitalsReading * reading,
    const VitalsVitalLensModel * model, GstVitalLensRates * rates)
{
  VitalsMeasure measure;

  rates_init (rates, model);
  for (measure = 0; measure < VITALS_N_MEASURES; measure++)
    take_rate (reading, measure, rates);
  if (!vitals_reading_get_value (rates->reading, VITALS_MEASURE_HEART_RATE,
          NULL))
    rates->reason = find_reason_of_service (reading, model);
}

void
gst_vitallens_waveform_describe (const GstVitalLensWaveform * waveform,
    const GstVitalLensRates * rates, GstStructure * message)
{
  guint n = waveform->samples->len, i;
  g_autofree gdouble *pulse = NULL;

  /* it may have been cleared since */
  if (rates->frames == 0 || rates->frames > n)
    return;
  pulse = g_new (gdouble, rates->frames);
  for (i = 0; i < rates->frames; i++)
    pulse[i] = get_samples (waveform, n - rates->frames + i)->pulse;
  gst_vitals_message_set_waveform (message, pulse, rates->frames,
      rates->framerate);
}
