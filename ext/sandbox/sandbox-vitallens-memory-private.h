/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-chest-motion-private.h>

#include "sandbox-vitallens-private.h"

G_BEGIN_DECLS

/*
 * What the samples of a stream need of the frames before. It travels in the
 * state, and so has the precision that it has there: what was carried and what
 * was not round in the same way.
 */

#define LENS_COLOURS 3
/* Frames of one window of the pulse: 1.6 s at the frame rate of the model. */
#define LENS_HISTORY 48
/* What is judged: 10 s of the pulse and 28 s of breathing, as means of so many
 * frames. */
#define LENS_PULSE_FRAMES 3
#define LENS_PULSES 100
#define LENS_BREATH_FRAMES 20
#define LENS_BREATHS 42

typedef struct
{
  guint frames;                 /* seen so far, less what a day of them is */
  gfloat colours[LENS_COLOURS][LENS_HISTORY];   /* the latest at the end */
  gfloat chest[VITALS_CHEST_MEMORY (SANDBOX_LENS_SIZE)];
  gfloat pulse_sum, breath_sum; /* of the mean that is not complete */
  guint pulses[LENS_PULSES], breaths[LENS_BREATHS];     /* codes */
  guint pulse_certainty, breath_certainty;      /* 0: not known yet, else codes */
} LensMemory;

/* What is no state of the sandbox begins anew. */
void lens_memory_load (LensMemory * memory, GBytes * state);
GBytes *lens_memory_save (const LensMemory * memory);

/* The next frame of the stream: its colour, and where its chest is, rows. */
void lens_memory_add_colour (LensMemory * memory, const gfloat * colour);
void lens_memory_add_samples (LensMemory * memory, gdouble pulse,
    gdouble breath);
/* What was added, oldest first. Returns: how many */
guint lens_memory_get_pulses (const LensMemory * memory, gdouble * pulses);
guint lens_memory_get_breaths (const LensMemory * memory, gdouble * breaths);

/* Of 0 to 1; -1: not known yet. */
guint lens_memory_code_certainty (gdouble certainty);
gdouble lens_memory_get_certainty (guint code);

G_END_DECLS
