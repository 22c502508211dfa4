/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "signs.h"
#include "traces.h"

#define FIRST_BREATH 15
#define FULL_BREATH 30
#define BREATH_SECONDS 45
/* Runs of a row for each that was asked for. */
#define RUNS 20

typedef struct
{
  const gchar *name;
  TraceCase trace;
  guint from, to;               /* s, of the estimates */
  guint window;                 /* s, of the variability */
} Row;

#define SKIN .noise = 0.0005, .wander = 0.001, .framerate = 30
#define PULSE .heart_rate = 72, .amplitude = 0.004, SKIN

/* *INDENT-OFF* */
static const Row breaths[] = {
  {"breath, 15 to 30 s", {PULSE, .respiratory_rate = 15, .chest_noise = 0.5},
      FIRST_BREATH, FULL_BREATH - 1, 60},
  {"breath, uneven, 15 to 30 s", {PULSE, .respiratory_rate = 15,
          .chest_noise = 0.5, .chest_uneven = 0.1},
      FIRST_BREATH, FULL_BREATH - 1, 60},
  {"breath, uneven, 30 s", {PULSE, .respiratory_rate = 15,
          .chest_noise = 0.5, .chest_uneven = 0.1},
      FULL_BREATH, BREATH_SECONDS, 60},
  {"breath held, chest noisy", {PULSE, .chest_noise = 1},
      FIRST_BREATH, BREATH_SECONDS, 60},
  {"breath held, chest wanders", {PULSE, .chest_noise = 0.02,
          .chest_wander = 0.5, .chest_memory = 1},
      FIRST_BREATH, BREATH_SECONDS, 60},
  {"breath held, chest drifts", {PULSE, .chest_noise = 0.02,
          .chest_wander = 0.5, .chest_memory = 0.98},
      FIRST_BREATH, BREATH_SECONDS, 60},
  {"breath held, chest at 50 a minute", {PULSE, .chest_noise = 0.2,
          .chest_rate = 50}, FIRST_BREATH, BREATH_SECONDS, 60},
  {"breath held, chest at 4 a minute", {PULSE, .chest_noise = 0.2,
          .chest_rate = 4}, FIRST_BREATH, BREATH_SECONDS, 60},
  {"breath held, chest not seen", {PULSE}, FIRST_BREATH, BREATH_SECONDS, 60},
  {"no pulse, chest noisy", {SKIN, .chest_noise = 1},
      FIRST_BREATH, BREATH_SECONDS, 60},
  {"no pulse, chest wanders", {SKIN, .chest_noise = 0.02,
          .chest_wander = 0.5, .chest_memory = 1},
      FIRST_BREATH, BREATH_SECONDS, 60},
  {"no pulse, chest drifts", {SKIN, .chest_noise = 0.02,
          .chest_wander = 0.5, .chest_memory = 0.98},
      FIRST_BREATH, BREATH_SECONDS, 60},
  {"no pulse, chest at 15 a minute", {SKIN, .chest_noise = 0.2,
          .chest_rate = 15}, FIRST_BREATH, BREATH_SECONDS, 60},
};

#define HEART(rate, deviation, white) .heart_rate = (rate), \
    .amplitude = 0.004, .variability = (deviation), .noise = (white), \
    .framerate = 30

static const Row variabilities[] = {
  {"even, noise / 2, 60 s", {HEART (72, 0, 0.00025)}, 61, 61, 60},
  {"even, 60 s", {HEART (72, 0, 0.0005)}, 61, 61, 60},
  {"even, noise x 2, 60 s", {HEART (72, 0, 0.001)}, 61, 61, 60},
  {"even, noise x 4, 60 s", {HEART (72, 0, 0.002)}, 61, 61, 60},
  {"even, restless light, 60 s", {HEART (72, 0, 0.0005), .wander = 0.002},
      61, 61, 60},
  {"even, 50 a minute, 60 s", {HEART (50, 0, 0.0005)}, 61, 61, 60},
  {"even, 24 s", {HEART (72, 0, 0.0005)}, 25, 25, 24},
  {"even, noise x 2, 24 s", {HEART (72, 0, 0.001)}, 25, 25, 24},
  {"varies by .02, noise / 2, 60 s", {HEART (66, 0.02, 0.00025)}, 61, 61, 60},
  {"varies by .04, noise / 2, 60 s", {HEART (66, 0.04, 0.00025)}, 61, 61, 60},
  {"varies by .04, 60 s", {HEART (66, 0.04, 0.0005)}, 61, 61, 60},
  {"varies by .04, noise x 2, 60 s", {HEART (66, 0.04, 0.001)}, 61, 61, 60},
  {"varies by .07, 60 s", {HEART (60, 0.07, 0.0005)}, 61, 61, 60},
  {"varies by .07, 24 s", {HEART (60, 0.07, 0.0005)}, 25, 25, 24},
};
/* *INDENT-ON* */

static void
add_variability (Score * scores, const VitalsPulseEstimate * estimate,
    const TraceCase * trace, guint window)
{
  gdouble sdnn, rmssd;

  trace_variability (trace, window, &sdnn, &rmssd);
  score_add (&scores[0], estimate->hrv_sdnn, estimate->hrv_confidence, sdnn,
      0.25 * sdnn);
  score_add (&scores[1], estimate->hrv_rmssd, estimate->hrv_confidence, rmssd,
      0.25 * rmssd);
}

/* @scores: one for breathing, or two for SDNN and RMSSD. */
static void
run_row (const Row * row, gboolean breath, guint32 seed, Score * scores)
{
  g_autoptr (VitalsPulseEstimator) estimator = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  TraceState state = { {0}, 0.0 };
  VitalsPulseConfig config;
  VitalsPulseEstimate estimate;
  guint second;

  vitals_pulse_config_init (&config);
  config.min_confidence = 0.0;
  config.hrv_window = row->window * GST_SECOND;
  estimator = vitals_pulse_estimator_new (&config);
  for (second = 0; second <= row->to; second++) {
    trace_push_second (&row->trace, rand, second, &state, estimator);
    if (second + 1 < row->from)
      continue;
    vitals_pulse_estimator_estimate (estimator, &estimate);
    if (breath)
      score_add_breath (scores, &estimate, row->trace.respiratory_rate);
    else if (second >= row->to)
      add_variability (scores, &estimate, &row->trace, row->window);
  }
}

guint
signs_measure (Score * scores, guint size, guint32 seed, guint repeats)
{
  guint n = 0, i, run;

  g_assert (size >= G_N_ELEMENTS (breaths) + 2 * G_N_ELEMENTS (variabilities));
  for (i = 0; i < G_N_ELEMENTS (breaths); i++, n++) {
    scores[n].name = breaths[i].name;
    scores[n].kind = SCORE_BREATH;
    for (run = 0; run < RUNS * repeats; run++)
      run_row (&breaths[i], TRUE, seed + run, &scores[n]);
  }
  for (i = 0; i < G_N_ELEMENTS (variabilities); i++, n += 2) {
    scores[n].name = scores[n + 1].name = variabilities[i].name;
    scores[n].kind = SCORE_SDNN;
    scores[n + 1].kind = SCORE_RMSSD;
    for (run = 0; run < 2 * RUNS * repeats; run++)
      run_row (&variabilities[i], FALSE, seed + run, &scores[n]);
  }
  return n;
}
