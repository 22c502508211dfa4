/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is measured in the 40x40 pictures of a call: a pulse and a breathing
 * waveform, sample by sample from frames that are there already, so that a
 * stream in chunks gives what one long call gives. What a sample needs of
 * earlier frames travels in the state.
 */

#include <math.h>
#include <gst/gst.h>
#include <vitals/signal/vitals-confidence-private.h>
#include <vitals/signal/vitals-filter-private.h>
#include <vitals/signal/vitals-pulse-private.h>
#include <vitals/signal/vitals-respiration-private.h>
#include <vitals/signal/vitals-waveform-private.h>

#include "sandbox-vitallens-memory-private.h"

/* Where skin is in each of the service's crops: the middle of the face. */
#define LEFT 8
#define RIGHT 32
#define TOP 6
#define BOTTOM 28
/* A face fills about two thirds of that region. */
#define SKIN_OF_A_FACE 0.66

/* What was seen is judged so often: a pulse after 5 s, breathing after 10 s. */
#define JUDGE_FRAMES 15
#define LEAST_PULSES 50
#define LEAST_BREATHS 15
#define PULSE_RATE (SANDBOX_LENS_FPS / LENS_PULSE_FRAMES)
#define BREATH_RATE (SANDBOX_LENS_FPS / LENS_BREATH_FRAMES)
#define SLOWEST_BREATH (3.0 / 60.0)
/* Of a pulse in a face that was not seen for long enough to judge it. */
#define EARLY_CERTAINTY 0.7

static gboolean
is_skin (const guint8 * pixel)
{
  return pixel[0] > 40 && pixel[0] > pixel[1] && pixel[0] > pixel[2]
      && pixel[0] - MIN (pixel[1], pixel[2]) > 10;
}

/* Returns: how sure it is that this is a face, 0 to 1, by its colour */
static gdouble
read_frame (const guint8 * frame, gfloat * colour)
{
  const guint pixels = (RIGHT - LEFT) * (BOTTOM - TOP);
  guint sums[LENS_COLOURS] = { 0, }, skin = 0, x, y, c;

  for (y = TOP; y < BOTTOM; y++) {
    for (x = LEFT; x < RIGHT; x++) {
      const guint8 *pixel = frame + (y * SANDBOX_LENS_SIZE + x) * LENS_COLOURS;

      for (c = 0; c < LENS_COLOURS; c++)
        sums[c] += pixel[c];
      skin += is_skin (pixel);
    }
  }
  for (c = 0; c < LENS_COLOURS; c++)
    colour[c] = (gfloat) sums[c] / pixels;
  return MIN (skin / (SKIN_OF_A_FACE * pixels), 1.0);
}

/* The pulse at the latest frame, of the window that ends there. */
static gdouble
pulse_now (const LensMemory * memory)
{
  guint n = MIN (memory->frames, LENS_HISTORY), c, i;
  gdouble colours[LENS_COLOURS][LENS_HISTORY], pulse[LENS_HISTORY];
  gdouble scratch[2 * LENS_HISTORY];

  for (c = 0; c < LENS_COLOURS; c++) {
    for (i = 0; i < n; i++)
      colours[c][i] = MAX (memory->colours[c][LENS_HISTORY - n + i], 0.5f);
  }
  vitals_pulse_extract (VITALS_PULSE_METHOD_POS, colours[0], colours[1],
      colours[2], n, SANDBOX_LENS_FPS, pulse, scratch);
  return pulse[n - 1];
}

/* Means of the rows in green. */
static void
profile_rows (const guint8 * frame, gdouble * profile)
{
  guint x, y;

  for (y = 0; y < SANDBOX_LENS_SIZE; y++) {
    guint sum = 0;

    for (x = 0; x < SANDBOX_LENS_SIZE; x++)
      sum += frame[(y * SANDBOX_LENS_SIZE + x) * LENS_COLOURS + 1];
    profile[y] = (gdouble) sum / SANDBOX_LENS_SIZE;
  }
}

/* How far the upper body is raised, rows; where it shows nothing to hold on to,
 * as far as before. */
static gdouble
breath_now (LensMemory * memory, VitalsChestMotion * motion,
    const guint8 * frame)
{
  gdouble profile[SANDBOX_LENS_SIZE];

  profile_rows (frame, profile);
  vitals_chest_motion_load (motion, SANDBOX_LENS_SIZE, memory->chest);
  vitals_chest_motion_push (motion, profile, SANDBOX_LENS_SIZE);
  vitals_chest_motion_save (motion, SANDBOX_LENS_SIZE, memory->chest);
  return -memory->chest[VITALS_CHEST_MEMORY_LAST];
}

static void
judge_pulse (LensMemory * memory)
{
  gdouble pulses[LENS_PULSES], certainty = 0.0;
  guint n = lens_memory_get_pulses (memory, pulses);
  VitalsWaveformAnalysis analysis;
  VitalsRatePeak peak;

  if (n < LEAST_PULSES)
    return;
  if (vitals_waveform_analyse_pulse (pulses, NULL, n, PULSE_RATE, &analysis,
          NULL) && analysis.has_rate) {
    peak = (VitalsRatePeak) {
    .frequency = analysis.rate / 60.0,.snr = analysis.snr};
    certainty = vitals_confidence_of_peak (&peak, n / PULSE_RATE);
  }
  memory->pulse_certainty = lens_memory_code_certainty (certainty);
}

/* What has no pulse does not breathe. */
static void
judge_breath (LensMemory * memory)
{
  g_autoptr (VitalsSpectrum) spectrum = NULL;
  gdouble breaths[LENS_BREATHS], scratch[VITALS_DETREND_SCRATCH (LENS_BREATHS)];
  guint n = lens_memory_get_breaths (memory, breaths);
  VitalsBreath breath;

  if (n < LEAST_BREATHS)
    return;
  spectrum = vitals_spectrum_new ();
  vitals_breath_from_motion (breaths, n, BREATH_RATE, SLOWEST_BREATH, spectrum,
      scratch, &breath);
  memory->breath_certainty = lens_memory_code_certainty (MIN (breath.confidence,
          lens_memory_get_certainty (memory->pulse_certainty)));
}

/* Frame by frame. */
typedef struct
{
  LensMemory memory;
  VitalsChestMotion *motion;
  gboolean pulse_known, breath_known;   /* in the sample before */
} Measuring;

/* What was not known yet is as certain as what comes after it: that takes it in.
 * Of breathing nothing is known before. */
static void
tell_certainty (guint code, gdouble early, gboolean * known, guint i,
    gdouble * certainty)
{
  gdouble now = lens_memory_get_certainty (code);
  guint k;

  certainty[i] = now < 0 ? early : now;
  if (now < 0 || *known)
    return;
  *known = TRUE;
  for (k = 0; k < i; k++)
    certainty[k] = now;
}

static void
measure_frame (Measuring * measuring, const guint8 * frame, guint i,
    SandboxLensResult * result)
{
  LensMemory *memory = &measuring->memory;
  gfloat colour[LENS_COLOURS];

  result->face[i] = read_frame (frame, colour);
  lens_memory_add_colour (memory, colour);
  result->pulse[i] = pulse_now (memory);
  result->breath[i] = breath_now (memory, measuring->motion, frame);
  lens_memory_add_samples (memory, result->pulse[i], result->breath[i]);
  if (memory->frames % JUDGE_FRAMES == 0) {
    judge_pulse (memory);
    judge_breath (memory);
  }
  tell_certainty (memory->pulse_certainty, EARLY_CERTAINTY,
      &measuring->pulse_known, i, result->confidence);
  tell_certainty (memory->breath_certainty, 0.0, &measuring->breath_known, i,
      result->breath_confidence);
}

/* Waveforms are no surer than that there is a face, and those of the first
 * window of the pulse are made of less. @first: frames before those of the call */
static void
weigh_certainty (guint first, SandboxLensResult * result)
{
  guint i;

  for (i = 0; i < result->n; i++) {
    gdouble seen = MIN ((first + i + 1) / (gdouble) LENS_HISTORY, 1.0);

    result->confidence[i] *= result->face[i] * seen;
    result->breath_confidence[i] *= result->face[i] * seen;
  }
}

static void
result_init (SandboxLensResult * result, guint n)
{
  result->n = n;
  result->pulse = g_new (gdouble, n);
  result->breath = g_new (gdouble, n);
  result->confidence = g_new (gdouble, n);
  result->breath_confidence = g_new (gdouble, n);
  result->face = g_new (gdouble, n);
}

void
sandbox_lens_measure_waveforms (const SandboxLensCall * call,
    SandboxLensResult * result)
{
  const guint8 *frame = g_bytes_get_data (call->video, NULL);
  guint context = call->state ? call->n_inputs - 1 : 0, first, i;
  Measuring measuring = {.motion = vitals_chest_motion_new () };
  LensMemory *memory = &measuring.memory;

  if (call->state)
    lens_memory_load (memory, call->state);
  first = memory->frames;
  measuring.pulse_known = memory->pulse_certainty > 0;
  measuring.breath_known = memory->breath_certainty > 0;
  result_init (result, call->frames - context);
  frame += context * SANDBOX_LENS_FRAME_BYTES;
  for (i = 0; i < result->n; i++, frame += SANDBOX_LENS_FRAME_BYTES)
    measure_frame (&measuring, frame, i, result);
  weigh_certainty (first, result);
  result->state = lens_memory_save (memory);
  vitals_chest_motion_free (measuring.motion);
}

gboolean
sandbox_lens_measure_rates (const SandboxLensCall * call,
    VitalsPulseEstimate * estimate)
{
  g_autoptr (VitalsChestMotion) motion = vitals_chest_motion_new ();
  g_autoptr (VitalsPulseEstimator) estimator = NULL;
  const guint8 *frame = g_bytes_get_data (call->video, NULL);
  VitalsPulseConfig config;
  guint i;

  vitals_pulse_config_init (&config);
  config.window = CLAMP ((GstClockTime) (call->frames / call->fps
          * GST_SECOND), 5 * GST_SECOND, 60 * GST_SECOND);
  config.hrv_window = MAX (config.window, 20 * GST_SECOND);
  estimator = vitals_pulse_estimator_new (&config);
  for (i = 0; i < call->frames; i++, frame += SANDBOX_LENS_FRAME_BYTES) {
    gdouble profile[SANDBOX_LENS_SIZE];
    gfloat colour[LENS_COLOURS];

    read_frame (frame, colour);
    profile_rows (frame, profile);
    vitals_pulse_estimator_push (estimator,
        (GstClockTime) (i / call->fps * GST_SECOND), colour[0], colour[1],
        colour[2], FALSE, vitals_chest_motion_push (motion, profile,
            SANDBOX_LENS_SIZE));
  }
  return vitals_pulse_estimator_estimate (estimator, estimate);
}

void
sandbox_lens_result_clear (SandboxLensResult * result)
{
  g_free (result->pulse);
  g_free (result->breath);
  g_free (result->confidence);
  g_free (result->breath_confidence);
  g_free (result->face);
  g_clear_pointer (&result->state, g_bytes_unref);
}
