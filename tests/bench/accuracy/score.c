/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "score.h"
#include <math.h>

#define ACCEPTED 0.5
#define CERTAIN 0.8
#define FAR 10.0

void
score_add (Score * score, gdouble value, gdouble confidence, gdouble truth,
    gdouble allowed)
{
  gdouble error = fabs (value - truth);
  guint bin = MIN ((guint) (confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1);

  score->windows++;
  score->bin_windows[bin]++;
  if (truth > 0.0 && error <= allowed)
    score->bin_right[bin]++;
  if (confidence < ACCEPTED)
    return;
  score->accepted++;
  if (truth <= 0.0)
    return;
  score->error_sum += error;
  if (error <= allowed)
    score->within++;
  if (error > FAR && confidence >= CERTAIN)
    score->far++;
}

void
score_add_heart (Score * score, const VitalsPulseEstimate * estimate,
    gdouble truth)
{
  score_add (score, estimate->heart_rate, estimate->heart_rate_confidence,
      truth, MAX (5.0, 0.1 * truth));
}

void
score_add_breath (Score * score, const VitalsPulseEstimate * estimate,
    gdouble truth)
{
  score_add (score, estimate->respiratory_rate,
      estimate->heart_rate_confidence >= ACCEPTED
      ? estimate->respiratory_rate_confidence : 0.0, truth, 2.0);
}

static gdouble
share (guint part, guint whole)
{
  return whole > 0 ? (gdouble) part / whole : 0.0;
}

static const gchar *const titles[] = { "heart rate", "breathing", "SDNN",
  "RMSSD"
};

static void
print_score (const Score * score)
{
  g_print ("| %s | %u | %.1f %% |", score->name, score->windows,
      100.0 * share (score->accepted, score->windows));
  if (score->error_sum > 0.0)
    g_print (" %.2f | %.1f %% | %.1f %% |\n",
        score->error_sum / score->accepted,
        100.0 * share (score->within, score->accepted),
        100.0 * share (score->far, score->windows));
  else
    g_print (" - | - | - |\n");
}

void
score_print_table (const Score * scores, guint n, ScoreKind kind)
{
  guint i;

  g_print ("| %s | windows | accepted | mean error | within | far and certain "
      "|\n|---|---|---|---|---|---|\n", titles[kind]);
  for (i = 0; i < n; i++)
    if (scores[i].kind == kind)
      print_score (&scores[i]);
  g_print ("\n");
}

void
score_print_confidences (const Score * scores, guint n, ScoreKind kind)
{
  guint i, bin;

  g_print ("| confidence of %s | windows | right |\n|---|---|---|\n",
      titles[kind]);
  for (bin = 0; bin < CONFIDENCE_BINS; bin++) {
    guint right = 0, windows = 0;

    for (i = 0; i < n; i++)
      if (scores[i].kind == kind) {
        right += scores[i].bin_right[bin];
        windows += scores[i].bin_windows[bin];
      }
    g_print ("| %.1f to %.1f | %u | %.1f %% |\n",
        (gdouble) bin / CONFIDENCE_BINS, (bin + 1.0) / CONFIDENCE_BINS,
        windows, 100.0 * share (right, windows));
  }
  g_print ("\n");
}

static void
add_number (JsonBuilder * builder, const gchar * name, gdouble value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

void
score_to_json (const Score * score, JsonBuilder * builder)
{
  guint i;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "group");
  json_builder_add_string_value (builder, score->name);
  json_builder_set_member_name (builder, "measure");
  json_builder_add_string_value (builder, titles[score->kind]);
  add_number (builder, "windows", score->windows);
  add_number (builder, "accepted", share (score->accepted, score->windows));
  if (score->error_sum > 0.0) {
    add_number (builder, "mean-error", score->error_sum / score->accepted);
    add_number (builder, "within", share (score->within, score->accepted));
    add_number (builder, "far-and-certain", share (score->far, score->windows));
  }
  json_builder_set_member_name (builder, "right-by-confidence");
  json_builder_begin_array (builder);
  for (i = 0; i < CONFIDENCE_BINS; i++) {
    json_builder_begin_array (builder);
    json_builder_add_int_value (builder, score->bin_right[i]);
    json_builder_add_int_value (builder, score->bin_windows[i]);
    json_builder_end_array (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}
