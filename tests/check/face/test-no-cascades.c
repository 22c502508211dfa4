/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The module as it is built with an OpenCV that has no cascades. */

#include <string.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <vitals/vitals-error.h>

#include "yunet-model.h"

static void
assert_refused (const gchar * cascade_location)
{
  VitalsFaceDetectorConfig config = { cascade_location, NULL };
  g_autoptr (GError) error = NULL;

  fail_unless (vitals_face_detector_new (&config, &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED));
  fail_unless (strstr (error->message, "xobjdetect")
      && strstr (error->message, "model-location"), "%s", error->message);
}

GST_START_TEST (cascades_that_opencv_lacks_are_named_with_what_to_set)
{
  assert_refused (NULL);
  assert_refused ("/nonexistent");
}

GST_END_TEST;

GST_START_TEST (model_does_without_cascades)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "blobs.onnx", NULL);
  VitalsDetectedFace faces[VITALS_MAX_FACES];
  guint8 pixels[160 * 120];
  const VitalsLuma luma = { pixels, 160, 120, 160 };
  VitalsFaceDetector *detector;
  YunetLayout layout;
  guint n_faces, y;

  detector = yunet_model_open (path, &layout);
  fail_unless (detector != NULL);
  memset (pixels, 0, sizeof (pixels));
  for (y = 30; y < 80; y++)
    memset (pixels + y * 160 + 60, 255, 40);
  fail_unless (vitals_face_detector_detect (detector, &luma, faces, &n_faces,
          NULL));
  fail_unless_equals_int (n_faces, 1);
  g_object_unref (detector);
  g_remove (path);
  g_rmdir (folder);
}

GST_END_TEST;

static Suite *
no_cascades_suite (void)
{
  Suite *suite = suite_create ("no-cascades");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, cascades_that_opencv_lacks_are_named_with_what_to_set);
  tcase_add_test (tcase, model_does_without_cascades);
  return suite;
}

GST_CHECK_MAIN (no_cascades);
