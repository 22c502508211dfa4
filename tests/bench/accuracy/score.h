/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

#define CONFIDENCE_BINS 5

/* What a group of windows came to. */
typedef struct
{
  const gchar *name;
  guint windows, accepted, within, far;
  gdouble error_sum;
  guint bin_windows[CONFIDENCE_BINS], bin_right[CONFIDENCE_BINS];
} Score;

/* Adds a window. The estimate comes from an estimator without a lower limit of
 * confidence. @truth: a minute, 0 when there is nothing to measure. @allowed:
 * the error that still is right. */
void score_add (Score * score, gdouble value, gdouble confidence,
    gdouble truth, gdouble allowed);

/* Right: within max(5 bpm, 10 %). */
void score_add_heart (Score * score, const VitalsPulseEstimate * estimate,
    gdouble truth);
/* Right: within 2 a minute. */
void score_add_breath (Score * score, const VitalsPulseEstimate * estimate,
    gdouble truth);

void score_print_title (void);
void score_print (const Score * score);
void score_to_json (const Score * score, JsonBuilder * builder);
