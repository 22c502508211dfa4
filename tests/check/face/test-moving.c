/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Faces that move over a background: how well the box fits, frame by frame. */

#include <math.h>
#include <gst/check/gstcheck.h>
#include <vitals/face/vitals-face-detector-private.h>

#include "moving.h"

static gboolean
has_detector (void)
{
  VitalsFaceDetectorConfig config = { NULL, NULL };
  GError *error = NULL;
  VitalsFaceDetector *detector = vitals_face_detector_new (&config, &error);

  if (!detector) {
    g_print ("skipped: %s\n", error->message);
    g_clear_error (&error);
    return FALSE;
  }
  g_object_unref (detector);
  return TRUE;
}

GST_START_TEST (box_fits_the_face_that_moves_in_95_of_100_frames)
{
  const gdouble motions[] = { 0, 0.05, 0.1 };
  guint i;

  if (!has_detector ())
    return;
  for (i = 0; i < G_N_ELEMENTS (motions); i++) {
    Fit fit = moving_sway (motions[i]);

    fail_unless_equals_int (fit.n_frames, 300);
    fail_unless (fit.n_good >= 0.95 * fit.n_frames,
        "motion %.2f: %u of %u frames", motions[i], fit.n_good, fit.n_frames);
  }
}

GST_END_TEST;

GST_START_TEST (a_move_of_15_percent_of_the_width_is_followed_within_a_second)
{
  gdouble width = moving_get_width ();
  gint step = lrint (0.15 * width);
  Reaction reaction;

  if (!has_detector ())
    return;
  reaction = moving_step (step, 3 * GST_SECOND);
  fail_unless_equals_int (reaction.n_moves, 1);
  fail_unless (reaction.took >= 0 && reaction.took <= (GstClockTimeDiff)
      GST_SECOND, "after %" GST_STIME_FORMAT, GST_STIME_ARGS (reaction.took));
  fail_unless (ABS ((gint) reaction.to - (gint) reaction.from - step)
      <= 0.05 * width, "from %u to %u, not by %d", reaction.from, reaction.to,
      step);
}

GST_END_TEST;

static Suite *
moving_suite (void)
{
  Suite *suite = suite_create ("moving");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, box_fits_the_face_that_moves_in_95_of_100_frames);
  tcase_add_test (tcase,
      a_move_of_15_percent_of_the_width_is_followed_within_a_second);
  return suite;
}

GST_CHECK_MAIN (moving);
