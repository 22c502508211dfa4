/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-vitallens-types.h>

G_BEGIN_DECLS

/* A waveform; NULL where the answer has none of that kind. */
typedef struct
{
  gsize n_samples;
  gdouble *data;
  gdouble *confidence;          /* or NULL */
} VitalsVitalLensSeries;

/* Filled by vitals_vitallens_parse_answer(), only read from then on. */
struct _VitalsVitalLensAnswer
{
  gatomicrefcount ref_count;

  VitalsVitalLensSeries waveforms[VITALS_N_WAVEFORMS];
  VitalsReading *reading;
  GBytes *state;                /* or NULL */
  gdouble face_confidence;      /* -1: not said */
  gchar *unusable;              /* the reason, or NULL */
  gchar *model;                 /* or NULL */
};

/* With an empty reading. Returns: (transfer full) */
VitalsVitalLensAnswer *vitals_vitallens_answer_new (void);

G_END_DECLS
