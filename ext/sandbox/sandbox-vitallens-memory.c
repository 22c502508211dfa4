/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The state of a stream: 256 floats. A float holds whole numbers up to 2^24, so
 * two codes of 12 bits, or three of 8.
 */

#include <math.h>
#include <string.h>

#include "sandbox-vitallens-memory-private.h"

#define STATE_FLOATS (VITALS_VITALLENS_STATE_BYTES / 4)
/* Marks a state as ours, and in its order. */
#define STATE_MARK 7304.0f
#define MOST_PACKED (1 << 24)
#define MOST_FRAMES (1 << 24)
/* Taken away there; means and judgements keep their step. */
#define FRAMES_OF_A_DAY 2592000

#define WIDE_CODES 4096
#define NARROW_CODES 256
/* Of a pulse in shares of the colour; more is motion. */
#define LARGEST_PULSE 0.1
/* Of breathing, a row. Codes go round: who breathes does not move by 4 rows
 * between two of them. */
#define BREATH_STEPS 32.0

#define CHEST_FLOATS VITALS_CHEST_MEMORY (SANDBOX_LENS_SIZE)
#define PULSE_FLOATS (LENS_PULSES / 2)
#define BREATH_FLOATS (LENS_BREATHS / 3)

/* Where things are in a state. */
enum
{
  AT_MARK,
  AT_FRAMES,
  AT_CERTAINTIES,
  AT_PULSE_SUM,
  AT_BREATH_SUM,
  AT_COLOURS,
  AT_CHEST = AT_COLOURS + LENS_COLOURS * LENS_HISTORY,
  AT_PULSES = AT_CHEST + CHEST_FLOATS,
  AT_BREATHS = AT_PULSES + PULSE_FLOATS,
  AT_END = AT_BREATHS + BREATH_FLOATS
};

G_STATIC_ASSERT (AT_END <= STATE_FLOATS);

static void
pack (const guint * codes, guint n, guint n_codes, guint in_one,
    gfloat * floats)
{
  guint i, k;

  for (i = 0; i < n; i += in_one) {
    guint packed = 0;

    for (k = 0; k < in_one; k++)
      packed = packed * n_codes + codes[i + k];
    *floats++ = packed;
  }
}

static void
unpack (const gfloat * floats, guint n, guint n_codes, guint in_one,
    guint * codes)
{
  guint i, k;

  for (i = 0; i < n; i += in_one) {
    guint packed = CLAMP (*floats, 0.0f, MOST_PACKED - 1.0f);

    floats++;
    for (k = in_one; k > 0; k--, packed /= n_codes)
      codes[i + k - 1] = packed % n_codes;
  }
}

static gboolean
is_ours (const gfloat * floats)
{
  guint i;

  for (i = 0; i < STATE_FLOATS; i++)
    if (!isfinite (floats[i]))
      return FALSE;
  return floats[AT_MARK] == STATE_MARK && floats[AT_FRAMES] >= 0
      && floats[AT_FRAMES] <= MOST_FRAMES;
}

static void
load_floats (LensMemory * memory, const gfloat * floats)
{
  guint certainties[2];

  memory->frames = floats[AT_FRAMES];
  memory->pulse_sum = floats[AT_PULSE_SUM];
  memory->breath_sum = floats[AT_BREATH_SUM];
  memcpy (memory->colours, floats + AT_COLOURS, sizeof (memory->colours));
  memcpy (memory->chest, floats + AT_CHEST, sizeof (memory->chest));
  unpack (floats + AT_CERTAINTIES, 2, WIDE_CODES, 2, certainties);
  memory->pulse_certainty = certainties[0];
  memory->breath_certainty = certainties[1];
  unpack (floats + AT_PULSES, LENS_PULSES, WIDE_CODES, 2, memory->pulses);
  unpack (floats + AT_BREATHS, LENS_BREATHS, NARROW_CODES, 3, memory->breaths);
}

void
lens_memory_load (LensMemory * memory, GBytes * state)
{
  gfloat floats[STATE_FLOATS];
  const guint8 *bytes = g_bytes_get_data (state, NULL);
  guint i;

  for (i = 0; i < STATE_FLOATS; i++)
    floats[i] = GST_READ_FLOAT_LE (bytes + 4 * i);
  memset (memory, 0, sizeof (*memory));
  if (is_ours (floats))
    load_floats (memory, floats);
}

GBytes *
lens_memory_save (const LensMemory * memory)
{
  gfloat floats[STATE_FLOATS] = { 0, };
  guint certainties[2] = { memory->pulse_certainty, memory->breath_certainty };
  guint8 *bytes = g_malloc (VITALS_VITALLENS_STATE_BYTES);
  guint i;

  floats[AT_MARK] = STATE_MARK;
  floats[AT_FRAMES] = memory->frames;
  floats[AT_PULSE_SUM] = memory->pulse_sum;
  floats[AT_BREATH_SUM] = memory->breath_sum;
  memcpy (floats + AT_COLOURS, memory->colours, sizeof (memory->colours));
  memcpy (floats + AT_CHEST, memory->chest, sizeof (memory->chest));
  pack (certainties, 2, WIDE_CODES, 2, floats + AT_CERTAINTIES);
  pack (memory->pulses, LENS_PULSES, WIDE_CODES, 2, floats + AT_PULSES);
  pack (memory->breaths, LENS_BREATHS, NARROW_CODES, 3, floats + AT_BREATHS);
  for (i = 0; i < STATE_FLOATS; i++)
    GST_WRITE_FLOAT_LE (bytes + 4 * i, floats[i]);
  return g_bytes_new_take (bytes, VITALS_VITALLENS_STATE_BYTES);
}

void
lens_memory_add_colour (LensMemory * memory, const gfloat * colour)
{
  guint c;

  for (c = 0; c < LENS_COLOURS; c++) {
    memmove (memory->colours[c], memory->colours[c] + 1,
        (LENS_HISTORY - 1) * sizeof (gfloat));
    memory->colours[c][LENS_HISTORY - 1] = colour[c];
  }
  if (++memory->frames >= MOST_FRAMES)
    memory->frames -= FRAMES_OF_A_DAY;
}

static void
append (guint * codes, guint n, guint code)
{
  memmove (codes, codes + 1, (n - 1) * sizeof (guint));
  codes[n - 1] = code;
}

static guint
code_pulse (gdouble pulse)
{
  gdouble share = CLAMP (pulse / LARGEST_PULSE, -1.0, 1.0);

  return WIDE_CODES / 2 + (gint) lrint (share * (WIDE_CODES / 2 - 1));
}

static guint
code_breath (gdouble breath)
{
  gdouble steps = fmod (breath * BREATH_STEPS, NARROW_CODES);

  return (guint) (lrint (steps) + NARROW_CODES) % NARROW_CODES;
}

void
lens_memory_add_samples (LensMemory * memory, gdouble pulse, gdouble breath)
{
  memory->pulse_sum += pulse;
  memory->breath_sum += breath;
  if (memory->frames % LENS_PULSE_FRAMES == 0) {
    append (memory->pulses, LENS_PULSES,
        code_pulse (memory->pulse_sum / LENS_PULSE_FRAMES));
    memory->pulse_sum = 0;
  }
  if (memory->frames % LENS_BREATH_FRAMES == 0) {
    append (memory->breaths, LENS_BREATHS,
        code_breath (memory->breath_sum / LENS_BREATH_FRAMES));
    memory->breath_sum = 0;
  }
}

guint
lens_memory_get_pulses (const LensMemory * memory, gdouble * pulses)
{
  guint n = MIN (memory->frames / LENS_PULSE_FRAMES, LENS_PULSES), i;
  const guint *codes = memory->pulses + LENS_PULSES - n;

  for (i = 0; i < n; i++)
    pulses[i] = ((gint) codes[i] - WIDE_CODES / 2) * LARGEST_PULSE
        / (WIDE_CODES / 2 - 1);
  return n;
}

guint
lens_memory_get_breaths (const LensMemory * memory, gdouble * breaths)
{
  guint n = MIN (memory->frames / LENS_BREATH_FRAMES, LENS_BREATHS), i;
  const guint *codes = memory->breaths + LENS_BREATHS - n;
  gint steps = 0;

  for (i = 0; i < n; i++) {
    if (i > 0)
      steps += (gint8) (codes[i] - codes[i - 1]);
    breaths[i] = steps / BREATH_STEPS;
  }
  return n;
}

guint
lens_memory_code_certainty (gdouble certainty)
{
  return 1 + (guint) lrint (CLAMP (certainty, 0.0, 1.0) * (WIDE_CODES - 2));
}

gdouble
lens_memory_get_certainty (guint code)
{
  return code > 0 ? (code - 1) / (gdouble) (WIDE_CODES - 2) : -1.0;
}
