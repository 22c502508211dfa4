/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-vitallens-types.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

#include "sandbox-private.h"

G_BEGIN_DECLS

/* The models of the sandbox: pictures of 40x40, 30 frames a second. */
#define SANDBOX_LENS_SIZE 40
#define SANDBOX_LENS_FRAME_BYTES (SANDBOX_LENS_SIZE * SANDBOX_LENS_SIZE * 3)
#define SANDBOX_LENS_FPS 30.0

typedef struct
{
  const gchar *name;
  guint n_inputs;
  gboolean variability;
} SandboxLensModel;

/* NULL when it is not in the plan; the newest for NULL. */
const SandboxLensModel *sandbox_lens_find_model (const gchar * name);

/* What a call asks for, after its limits were checked. */
typedef struct
{
  const SandboxLensModel *model;
  GBytes *video;
  guint frames;
  guint n_inputs;
  GBytes *state;                /* or NULL */
  gdouble fps;                  /* 0: not told */
  gboolean rates;
} SandboxLensCall;

void sandbox_lens_call_clear (SandboxLensCall * call);

/* Reads the JSON of /file, or headers and bytes of /stream. Returns: the
 * refusal, or NULL */
SandboxAnswer *sandbox_lens_read_file (GBytes * body, SandboxLensCall * call);
SandboxAnswer *sandbox_lens_read_stream (SoupMessageHeaders * headers,
    GBytes * body, SandboxLensCall * call);

/* An error of this service: {"message": TEXT}. */
SandboxAnswer *sandbox_lens_refuse (guint status, const gchar * format, ...)
    G_GNUC_PRINTF (2, 3);

typedef struct
{
  guint n;
  gdouble *pulse, *breath;
  gdouble *confidence, *breath_confidence;      /* of both waveforms, 0..1 */
  gdouble *face;                /* 0..1 */
  GBytes *state;
} SandboxLensResult;

void sandbox_lens_result_clear (SandboxLensResult * result);

/* One sample for each frame that is not context. */
void sandbox_lens_measure_waveforms (const SandboxLensCall * call,
    SandboxLensResult * result);
/* Returns: whether there is a heart rate; @call has fps. */
gboolean sandbox_lens_measure_rates (const SandboxLensCall * call,
    VitalsPulseEstimate * estimate);

G_END_DECLS
