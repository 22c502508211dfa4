/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

#define CONFIDENCE_BINS 5

/* What is measured: rates a minute, then milliseconds. */
typedef enum
{
  SCORE_HEART,
  SCORE_BREATH,
  SCORE_SDNN,
  SCORE_RMSSD
} ScoreKind;

/* What a group of windows came to. */
typedef struct
{
  const gchar *name;
  ScoreKind kind;
  guint windows, accepted, within, far;
  gdouble error_sum;
  guint bin_windows[CONFIDENCE_BINS], bin_right[CONFIDENCE_BINS];
} Score;

/* Adds a window. The estimate comes from an estimator without a lower limit of
 * confidence. @truth: 0 when there is nothing to measure. @allowed:
 * the error that still is right. */
void score_add (Score * score, gdouble value, gdouble confidence,
    gdouble truth, gdouble allowed);

/* Right: within max(5 bpm, 10 %). */
void score_add_heart (Score * score, const VitalsPulseEstimate * estimate,
    gdouble truth);
/* Right: within 2 a minute. As the estimator gives it: with an accepted heart
 * rate only. */
void score_add_breath (Score * score, const VitalsPulseEstimate * estimate,
    gdouble truth);

/* The table of those of @scores that are of @kind. */
void score_print_table (const Score * scores, guint n, ScoreKind kind);
/* How many of them were right at each confidence. */
void score_print_confidences (const Score * scores, guint n, ScoreKind kind);
void score_to_json (const Score * score, JsonBuilder * builder);
