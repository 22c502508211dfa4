/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-transport-private.h>
#include <vitals/client/vitals-vitallens-types.h>

G_BEGIN_DECLS

/*
 * The wire format of the VitalLens service: pure functions from values to
 * requests and from answers to values. docs/vitallens-protocol.md has the
 * table of what is accepted.
 */

/* 900 samples of two waveforms with their confidences and a state are about
 * 100 KiB. */
#define VITALS_VITALLENS_MAX_ANSWER (4 * 1024 * 1024)

typedef struct
{
  GBytes *video;                /* RGB, frames x size x size x 3 */
  gdouble fps;                  /* 0: not told */
  gboolean process_signals;     /* needs fps */
  GBytes *state;                /* or NULL */
  const gchar *model;           /* or NULL: the service chooses */
} VitalsVitalLensCall;

/* @base_url has no slash at its end. Returns: (transfer full) */
VITALS_API VitalsRequest *vitals_vitallens_request_model (const gchar *
    base_url, const gchar * api_key, const gchar * model);
VITALS_API VitalsRequest *vitals_vitallens_request_file (const gchar * base_url,
    const gchar * api_key, const VitalsVitalLensCall * call);
VITALS_API VitalsRequest *vitals_vitallens_request_stream (const gchar *
    base_url, const gchar * api_key, const VitalsVitalLensCall * call);

/* Whether a model, which anyone can fill, is one that this version can serve;
 * its name may be NULL. INVALID_REQUEST else. */
gboolean vitals_vitallens_model_check (const VitalsVitalLensModel * model,
    GError ** error);
/* Whether a call keeps the documented limits, and its model those of above;
 * INVALID_REQUEST else. */
VITALS_API gboolean vitals_vitallens_check_call (const VitalsVitalLensCall *
    call, const VitalsVitalLensModel * model, guint max_frames,
    GError ** error);

/* Returns: (transfer full), or NULL with INVALID_RESPONSE */
VITALS_API VitalsVitalLensModel *vitals_vitallens_parse_model (GBytes * body,
    GError ** error);

/* Whether the service itself calls such a value of @measure possible: heart rate
 * 40 to 220 and breathing 3 to 60 a minute, SDNN and RMSSD 1 to 200 ms, LF/HF 0
 * to 10; nothing else is measured by it. */
VITALS_API gboolean vitals_vitallens_is_possible (VitalsMeasure measure,
    gdouble value);

/* Whether a model measures @measure. */
VITALS_API gboolean vitals_vitallens_model_measures (const
    VitalsVitalLensModel * model, VitalsMeasure measure);

/* @n_samples: what the call should give; a waveform of another length is
 * INVALID_RESPONSE, as is an answer with neither waveforms nor rates. Reads
 * both shapes of the protocol. Returns: (transfer full) */
VITALS_API VitalsVitalLensAnswer *vitals_vitallens_parse_answer (GBytes * body,
    gsize n_samples, GError ** error);

G_END_DECLS
