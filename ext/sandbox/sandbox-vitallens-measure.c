/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is measured in the 40x40 pictures of a call: a pulse and a breathing
 * waveform, sample by sample from frames that are there already, so that a
 * stream in chunks gives what one long call gives. What a sample needs of
 * earlier frames travels in the state.
 */

#include <math.h>
#include <gst/gst.h>
#include <vitals/signal/vitals-chest-motion-private.h>
#include <vitals/signal/vitals-pulse-private.h>

#include "sandbox-vitallens-private.h"

/* Frames of one window of the pulse: 1.6 s at the frame rate of the model. */
#define HISTORY 48
#define COLOURS 3
#define STATE_FLOATS (VITALS_VITALLENS_STATE_BYTES / 4)
/* Marks a state as ours, and in its order. */
#define STATE_MARK 7303.0f

/* Where skin is in each of the service's crops: the middle of the face. */
#define LEFT 8
#define RIGHT 32
#define TOP 6
#define BOTTOM 28
/* A face fills about two thirds of that region. */
#define SKIN_OF_A_FACE 0.66

/* Breathing: the slow change of brightness, between two time constants in
 * frames (0.3 s and 5 s). */
#define FAST_FRAMES 9.0f
#define SLOW_FRAMES 150.0f
/* What the slow mean needs to settle. */
#define BREATH_FRAMES 900.0

/* All of it fits the state: 32-bit floats, so that what was carried and what
 * was not round in the same way. */
typedef struct
{
  guint frames;                 /* seen so far, at most 2^24 */
  gfloat fast, slow;
  gfloat colours[COLOURS][HISTORY];     /* the latest at the end */
} Memory;

static void
memory_load (Memory * memory, GBytes * state)
{
  gfloat floats[STATE_FLOATS];
  const guint8 *bytes = g_bytes_get_data (state, NULL);
  guint i;

  for (i = 0; i < STATE_FLOATS; i++)
    floats[i] = GST_READ_FLOAT_LE (bytes + 4 * i);
  *memory = (Memory) {
  .frames = 0,};
  /* the state of another service: begin anew */
  if (floats[0] != STATE_MARK || !(floats[1] >= 0 && floats[1] <= 1 << 24))
    return;
  memory->frames = floats[1];
  memory->fast = floats[2];
  memory->slow = floats[3];
  memcpy (memory->colours, floats + 4, sizeof (memory->colours));
}

static GBytes *
memory_save (const Memory * memory)
{
  gfloat floats[STATE_FLOATS] = { STATE_MARK, memory->frames, memory->fast,
    memory->slow
  };
  guint8 *bytes = g_malloc (VITALS_VITALLENS_STATE_BYTES);
  guint i;

  memcpy (floats + 4, memory->colours, sizeof (memory->colours));
  for (i = 0; i < STATE_FLOATS; i++)
    GST_WRITE_FLOAT_LE (bytes + 4 * i, floats[i]);
  return g_bytes_new_take (bytes, VITALS_VITALLENS_STATE_BYTES);
}

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
  guint sums[COLOURS] = { 0, }, skin = 0, x, y, c;

  for (y = TOP; y < BOTTOM; y++) {
    for (x = LEFT; x < RIGHT; x++) {
      const guint8 *pixel = frame + (y * SANDBOX_LENS_SIZE + x) * COLOURS;

      for (c = 0; c < COLOURS; c++)
        sums[c] += pixel[c];
      skin += is_skin (pixel);
    }
  }
  for (c = 0; c < COLOURS; c++)
    colour[c] = (gfloat) sums[c] / pixels;
  return MIN (skin / (SKIN_OF_A_FACE * pixels), 1.0);
}

static void
remember (Memory * memory, const gfloat * colour)
{
  guint c;

  for (c = 0; c < COLOURS; c++) {
    memmove (memory->colours[c], memory->colours[c] + 1,
        (HISTORY - 1) * sizeof (gfloat));
    memory->colours[c][HISTORY - 1] = colour[c];
  }
  if (memory->frames == 0)
    memory->fast = memory->slow = colour[1];
  memory->fast += (colour[1] - memory->fast) / FAST_FRAMES;
  memory->slow += (colour[1] - memory->slow) / SLOW_FRAMES;
  memory->frames = MIN (memory->frames + 1, 1 << 24);
}

/* The pulse at the latest frame, of the window that ends there. */
static gdouble
pulse_now (const Memory * memory)
{
  guint n = MIN (memory->frames, HISTORY), c, i;
  gdouble colours[COLOURS][HISTORY], pulse[HISTORY], scratch[2 * HISTORY];

  for (c = 0; c < COLOURS; c++) {
    for (i = 0; i < n; i++)
      colours[c][i] = MAX (memory->colours[c][HISTORY - n + i], 0.5f);
  }
  vitals_pulse_extract (VITALS_PULSE_METHOD_POS, colours[0], colours[1],
      colours[2], n, SANDBOX_LENS_FPS, pulse, scratch);
  return pulse[n - 1];
}

static gdouble
breath_now (const Memory * memory)
{
  return memory->slow > 0 ? (memory->slow - memory->fast) / memory->slow : 0;
}

void
sandbox_lens_measure_waveforms (const SandboxLensCall * call,
    SandboxLensResult * result)
{
  const guint8 *frame = g_bytes_get_data (call->video, NULL);
  guint context = call->state ? call->n_inputs - 1 : 0, i;
  Memory memory = {.frames = 0 };

  if (call->state)
    memory_load (&memory, call->state);
  result->n = call->frames - context;
  result->pulse = g_new (gdouble, result->n);
  result->breath = g_new (gdouble, result->n);
  result->confidence = g_new (gdouble, result->n);
  result->breath_confidence = g_new (gdouble, result->n);
  result->face = g_new (gdouble, result->n);
  frame += context * SANDBOX_LENS_FRAME_BYTES;
  for (i = 0; i < result->n; i++, frame += SANDBOX_LENS_FRAME_BYTES) {
    gfloat colour[COLOURS];

    result->face[i] = read_frame (frame, colour);
    remember (&memory, colour);
    result->pulse[i] = pulse_now (&memory);
    result->breath[i] = breath_now (&memory);
    result->confidence[i] = result->face[i]
        * MIN (memory.frames / (gdouble) HISTORY, 1.0);
    result->breath_confidence[i] = result->face[i]
        * MIN (memory.frames / BREATH_FRAMES, 1.0);
  }
  result->state = memory_save (&memory);
}

/* Means of the rows in green. */
static void
profile_rows (const guint8 * frame, gdouble * profile)
{
  guint x, y;

  for (y = 0; y < SANDBOX_LENS_SIZE; y++) {
    guint sum = 0;

    for (x = 0; x < SANDBOX_LENS_SIZE; x++)
      sum += frame[(y * SANDBOX_LENS_SIZE + x) * COLOURS + 1];
    profile[y] = (gdouble) sum / SANDBOX_LENS_SIZE;
  }
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
    gfloat colour[COLOURS];

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
