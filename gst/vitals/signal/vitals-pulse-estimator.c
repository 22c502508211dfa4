/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-pulse-estimator-private.h>
#include <vitals/signal/vitals-confidence-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <vitals/signal/vitals-key-frames-private.h>
#include <vitals/signal/vitals-respiration-private.h>
#include <vitals/signal/vitals-trace-private.h>
#include <vitals/signal/vitals-variability-private.h>
#include <math.h>

#define LEAST_WINDOW (5 * GST_SECOND)
#define LEAST_RESPIRATION (15 * GST_SECOND)
#define LEAST_VARIABILITY (20 * GST_SECOND)
#define LEAST_FRAMERATE 8.0     /* 220 a minute are 3.7 Hz */
/* Below the slowest pulse, above the breath. */
#define PULSE_CUTOFF 0.35       /* Hz */
/* An estimate is a hint for this many that follow. */
#define HINT_ESTIMATES 3

struct _VitalsPulseEstimator
{
  VitalsPulseConfig config;
  VitalsTrace *trace;
  VitalsSpectrum *spectrum;
  gdouble hint;                 /* Hz; 0: none */
  guint hint_left;              /* estimates until the hint is forgotten */

  /* work space, each of size samples */
  guint size;
  gdouble *colours[VITALS_TRACE_COLOURS];
  gdouble *pulse, *scratch;

  gdouble *waveform;            /* of the last estimate */
  guint waveform_length;
  gdouble waveform_rate;
};

void
vitals_pulse_config_init (VitalsPulseConfig * config)
{
  config->method = VITALS_PULSE_METHOD_POS;
  config->window = 10 * GST_SECOND;
  config->respiration_window = 30 * GST_SECOND;
  config->hrv_window = 60 * GST_SECOND;
  config->min_confidence = 0.5;
}

VitalsPulseEstimator *
vitals_pulse_estimator_new (const VitalsPulseConfig * config)
{
  VitalsPulseEstimator *estimator = g_new0 (VitalsPulseEstimator, 1);
  GstClockTime longest = MAX (config->window,
      MAX (config->respiration_window, config->hrv_window));
  guint c;

  estimator->config = *config;
  estimator->trace = vitals_trace_new (longest);
  estimator->spectrum = vitals_spectrum_new ();
  estimator->size = MIN (VITALS_SPECTRUM_SIZE,
      2 + (guint) (longest * VITALS_TRACE_MAX_RATE / GST_SECOND));
  for (c = 0; c < VITALS_TRACE_COLOURS; c++)
    estimator->colours[c] = g_new (gdouble, estimator->size);
  estimator->pulse = g_new (gdouble, estimator->size);
  estimator->scratch =
      g_new (gdouble, VITALS_DETREND_SCRATCH (estimator->size));
  estimator->waveform = g_new (gdouble, estimator->size);
  return estimator;
}

void
vitals_pulse_estimator_free (VitalsPulseEstimator * estimator)
{
  guint c;

  vitals_trace_free (estimator->trace);
  vitals_spectrum_free (estimator->spectrum);
  for (c = 0; c < VITALS_TRACE_COLOURS; c++)
    g_free (estimator->colours[c]);
  g_free (estimator->pulse);
  g_free (estimator->scratch);
  g_free (estimator->waveform);
  g_free (estimator);
}

void
vitals_pulse_estimator_reset (VitalsPulseEstimator * estimator)
{
  vitals_trace_clear (estimator->trace);
  estimator->hint = 0.0;
  estimator->waveform_length = 0;
}

gboolean
vitals_pulse_estimator_push (VitalsPulseEstimator * estimator,
    GstClockTime pts, gdouble red, gdouble green, gdouble blue, gboolean step,
    gdouble motion)
{
  gdouble values[VITALS_TRACE_CHANNELS] = { red, green, blue, motion };

  return vitals_trace_push (estimator->trace, pts, values, step);
}

/* Loads the last @duration into colours and pulse. Returns: samples. */
static guint
load_window (VitalsPulseEstimator * estimator, GstClockTime duration,
    gdouble rate)
{
  guint n = 0, c;

  for (c = 0; c < VITALS_TRACE_COLOURS; c++)
    n = vitals_trace_resample (estimator->trace, c, duration, rate,
        estimator->colours[c], estimator->size);
  vitals_pulse_extract (estimator->config.method,
      estimator->colours[VITALS_TRACE_RED],
      estimator->colours[VITALS_TRACE_GREEN],
      estimator->colours[VITALS_TRACE_BLUE], n, rate, estimator->pulse,
      estimator->scratch);
  vitals_detrend (estimator->pulse, n, rate, PULSE_CUTOFF, estimator->scratch);
  return n;
}

static void
keep_waveform (VitalsPulseEstimator * estimator, guint n, gdouble rate)
{
  gdouble deviation = vitals_deviation (estimator->pulse, n);
  guint i;

  for (i = 0; i < n; i++)
    estimator->waveform[i] =
        deviation > 0.0 ? estimator->pulse[i] / deviation : 0.0;
  estimator->waveform_length = n;
  estimator->waveform_rate = rate;
}

static void
remember_hint (VitalsPulseEstimator * estimator, gboolean certain,
    gdouble frequency)
{
  if (certain) {
    estimator->hint = frequency;
    estimator->hint_left = HINT_ESTIMATES;
  } else if (estimator->hint_left > 0) {
    estimator->hint_left--;
  } else {
    estimator->hint = 0.0;
  }
}

/* Posture and light are the same in red and green, and cancel out. */
static gboolean
is_slow_heart (VitalsPulseEstimator * estimator, guint n, gdouble rate,
    gdouble frequency)
{
  const gdouble *red = estimator->colours[VITALS_TRACE_RED];
  const gdouble *green = estimator->colours[VITALS_TRACE_GREEN];
  gdouble red_mean = vitals_mean (red, n), green_mean = vitals_mean (green, n);
  guint i;

  if (frequency >= 2.0 * VITALS_HEART_RATE_MIN)
    return FALSE;
  for (i = 0; i < n; i++)
    estimator->scratch[i] = green[i] / green_mean - red[i] / red_mean;
  vitals_spectrum_compute (estimator->spectrum, estimator->scratch, n, rate);
  return vitals_rate_is_harmonic (estimator->spectrum, n / rate, frequency);
}

static VitalsNoRate
estimate_heart_rate (VitalsPulseEstimator * estimator, gdouble rate,
    VitalsPulseEstimate * estimate)
{
  VitalsRatePeak peak;
  gdouble seconds;
  gboolean certain;
  guint n;

  n = load_window (estimator, estimator->config.window, rate);
  keep_waveform (estimator, n, rate);
  seconds = n / rate;
  estimate->frames = n;
  estimate->duration = (GstClockTime) (seconds * GST_SECOND);
  estimate->timestamp = vitals_trace_get_end (estimator->trace)
      - MIN (vitals_trace_get_end (estimator->trace),
      (GstClockTime) ((n - 1) / rate * GST_SECOND));
  vitals_spectrum_compute (estimator->spectrum, estimator->pulse, n, rate);
  if (!vitals_rate_find_heart (estimator->spectrum, seconds, estimator->hint,
          &peak)
      || is_slow_heart (estimator, n, rate, peak.frequency)) {
    remember_hint (estimator, FALSE, 0.0);
    return VITALS_NO_RATE_NO_PULSE;
  }
  /* there may be a pulse under it: less compression would show it */
  if (vitals_is_of_key_frames (estimator->colours[VITALS_TRACE_GREEN], n, rate,
          peak.frequency, estimator->scratch)) {
    remember_hint (estimator, FALSE, 0.0);
    return VITALS_NO_RATE_LOW_CONFIDENCE;
  }
  estimate->snr = peak.snr;
  estimate->heart_rate_confidence = vitals_confidence_of_pulse (&peak,
      estimator->colours[VITALS_TRACE_RED],
      estimator->colours[VITALS_TRACE_GREEN], n, rate);
  certain = estimate->heart_rate_confidence >= estimator->config.min_confidence;
  remember_hint (estimator, certain, peak.frequency);
  if (!certain)
    return VITALS_NO_RATE_LOW_CONFIDENCE;
  estimate->has_heart_rate = TRUE;
  estimate->heart_rate = 60.0 * peak.frequency;
  return VITALS_NO_RATE_NONE;
}

/* Beats of the last @duration, by the heart rate that was found. */
static guint
find_beats (VitalsPulseEstimator * estimator, GstClockTime duration,
    gdouble rate, gdouble frequency, VitalsBeats * beats)
{
  guint n = load_window (estimator, duration, rate);

  vitals_spectrum_band_pass (estimator->spectrum, estimator->pulse, n, rate,
      0.5 * frequency, 2.5 * frequency);
  vitals_beats_find (estimator->pulse, NULL, n, rate, frequency, beats);
  return n;
}

static void
estimate_from_motion (VitalsPulseEstimator * estimator, gdouble rate,
    VitalsBreath * breath)
{
  guint n = vitals_trace_resample (estimator->trace, VITALS_TRACE_MOTION,
      estimator->config.respiration_window, rate, estimator->pulse,
      estimator->size);
  guint i;

  breath->frequency = breath->confidence = 0.0;
  for (i = 0; i < n; i++)
    if (!isfinite (estimator->pulse[i]))
      return;
  if (vitals_deviation (estimator->pulse, n) > 0.0)
    vitals_breath_from_motion (estimator->pulse, n, rate, VITALS_BREATH_MIN,
        estimator->spectrum, estimator->scratch, breath);
}

static void
estimate_respiration (VitalsPulseEstimator * estimator, gdouble rate,
    VitalsPulseEstimate * estimate)
{
  VitalsBreath chest, pulse, fused;
  VitalsBeats beats;
  guint n;

  /* what has no pulse does not breathe: chairs and mannequins move, too */
  if (!estimate->has_heart_rate
      || vitals_trace_get_duration (estimator->trace) < LEAST_RESPIRATION)
    return;
  estimate_from_motion (estimator, rate, &chest);
  n = find_beats (estimator, estimator->config.respiration_window, rate,
      estimate->heart_rate / 60.0, &beats);
  vitals_breath_from_pulse (&beats, estimator->colours[VITALS_TRACE_GREEN],
      n, rate, estimator->spectrum, estimator->scratch, &pulse);
  vitals_breath_fuse (&chest, &pulse, &fused);
  estimate->respiratory_rate_confidence = fused.confidence;
  if (fused.confidence <= 0.0
      || fused.confidence < estimator->config.min_confidence)
    return;
  estimate->has_respiratory_rate = TRUE;
  estimate->respiratory_rate = 60.0 * fused.frequency;
}

static void
estimate_variability (VitalsPulseEstimator * estimator, gdouble rate,
    VitalsPulseEstimate * estimate)
{
  VitalsVariability variability;
  guint n;

  if (!estimate->has_heart_rate
      || vitals_trace_get_duration (estimator->trace) <
      MAX (LEAST_VARIABILITY, estimator->config.hrv_window * 19 / 20))
    return;
  n = load_window (estimator, estimator->config.hrv_window, rate);
  if (!vitals_variability_measure (estimator->pulse, NULL, n, rate,
          estimate->heart_rate / 60.0, estimator->spectrum, &variability))
    return;
  estimate->hrv_confidence = vitals_confidence_of_variability (&variability,
      estimate->snr, estimate->heart_rate_confidence);
  if (estimate->hrv_confidence < estimator->config.min_confidence)
    return;
  estimate->has_hrv = TRUE;
  estimate->hrv_sdnn = variability.sdnn;
  estimate->hrv_rmssd = variability.rmssd;
  estimate->has_lfhf = variability.has_lfhf;
  estimate->hrv_lfhf = variability.has_lfhf ? variability.lfhf : 0.0;
}

gboolean
vitals_pulse_estimator_estimate (VitalsPulseEstimator * estimator,
    VitalsPulseEstimate * estimate)
{
  VitalsTrace *trace = estimator->trace;

  *estimate = (VitalsPulseEstimate) {
  .no_heart_rate = VITALS_NO_RATE_TOO_SHORT,.timestamp =
        GST_CLOCK_TIME_NONE,.duration = GST_CLOCK_TIME_NONE};
  estimator->waveform_length = 0;
  if (vitals_trace_get_length (trace) < 2
      || vitals_trace_get_duration (trace) < LEAST_WINDOW * 99 / 100)
    return FALSE;
  estimate->framerate = vitals_trace_get_rate (trace, estimator->config.window);
  if (estimate->framerate < LEAST_FRAMERATE) {
    estimate->no_heart_rate = VITALS_NO_RATE_FRAME_RATE;
    return FALSE;
  }
  estimate->no_heart_rate =
      estimate_heart_rate (estimator, estimate->framerate, estimate);
  estimate_respiration (estimator, estimate->framerate, estimate);
  estimate_variability (estimator, estimate->framerate, estimate);
  return estimate->has_heart_rate;
}

const gdouble *
vitals_pulse_estimator_get_waveform (const VitalsPulseEstimator * estimator,
    guint * n, gdouble * rate)
{
  *n = estimator->waveform_length;
  *rate = estimator->waveform_rate;
  return estimator->waveform;
}

const gchar *
vitals_no_rate_get_text (VitalsNoRate reason)
{
  switch (reason) {
    case VITALS_NO_RATE_NONE:
      return "a heart rate was measured";
    case VITALS_NO_RATE_TOO_SHORT:
      return "less than 5 s of the face without a gap: wait, and keep it in "
          "the picture";
    case VITALS_NO_RATE_FRAME_RATE:
      return "the camera gives less than 8 frames a second: set a higher rate, "
          "or give it more light";
    case VITALS_NO_RATE_NO_PULSE:
      return "no pulse between 40 and 220 a minute in the colour of the face: "
          "check that the face box is on skin and evenly lit";
    case VITALS_NO_RATE_LOW_CONFIDENCE:
      return
          "the pulse is not certain enough: hold still, with more and steady "
          "light, and less compression of the video";
  }
  g_return_val_if_reached ("");
}
