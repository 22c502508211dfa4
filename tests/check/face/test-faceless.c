/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A recording in which there is no face has an outcome, too, however short it
 * is. */

#include "../data.h"
#include "../sink/fixture.h"
#include "has-detector.h"

#define CHAIR "vitalstestsrc face=%s face-meta=false num-buffers=45 ! " \
    "video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! "
#define WINDOWS "window-duration=1000000000 min-frames=10"

typedef struct
{
  const gchar *element;         /* what is after the source */
  gboolean windows;             /* it has windows that can be dropped */
  const gchar *api_key;
} Element;

/* All in an element named sink, which posts. */
static const Element elements[] = {
  {"circadifysink name=sink " WINDOWS, TRUE, VITALS_SANDBOX_TEST_KEY},
  {"vitallenssink name=sink", TRUE, VITALS_SANDBOX_VITALLENS_KEY},
  {"circadifyenc " WINDOWS " ! circadifysink name=sink active=false", TRUE,
      VITALS_SANDBOX_TEST_KEY},
  {"rppg ! circadifysink active=false name=sink", FALSE,
      VITALS_SANDBOX_TEST_KEY}
};

static Sink *
run (const gchar * face, const Element * element, const gchar * more)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autofree gchar *source = g_strdup_printf (CHAIR, face);
  g_autofree gchar *launch = g_strconcat (source, element->element, more, NULL);
  Sink *sink = sink_new_launch (launch, element->api_key, &options);

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_wait_eos (sink);
  return sink;
}

static guint
count_no_face (Sink * sink)
{
  guint n = sink_count (sink, "vitals-quality"), absent = 0, i;
  gboolean face;

  for (i = 0; i < n; i++) {
    fail_unless (gst_structure_get_boolean (sink_wait (sink, "vitals-quality",
                i), "face", &face));
    absent += !face;
  }
  return absent;
}

static void
check_faceless (const Element * element, Sink * sink)
{
  const GstStructure *dropped;

  fail_unless_equals_int (count_no_face (sink), 1);
  fail_unless_equals_int (sink_count (sink, "vitals"), 0);
  fail_unless_equals_int (sink_count (sink, "vitals-dropped"),
      element->windows ? 1 : 0);
  if (!element->windows)
    return;
  dropped = sink_wait (sink, "vitals-dropped", 0);
  assert_equals_string (gst_structure_get_string (dropped, "reason"),
      "too-few-frames");
  fail_unless_equals_int (sink_get_uint (dropped, "frames"), 0);
  fail_unless_equals_uint64 (sink_get_uint64 (dropped, "window"), 0);
  fail_unless_equals_uint64 (sink_get_uint64 (dropped, "total"), 1);
}

GST_START_TEST (end_of_a_recording_without_a_face_is_told)
{
  const Element *element = &elements[__i__];
  Sink *sink = run ("false", element, "");

  check_faceless (element, sink);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (absence_that_was_told_is_not_told_again)
{
  const Element *element = &elements[__i__];
  Sink *sink = run ("false", element, " face-timeout=500000000");
  check_faceless (element, sink);
  sink_free (sink);
}

GST_END_TEST;

GST_START_TEST (recording_with_a_face_has_its_windows_only)
{
  Sink *sink = run ("true", &elements[0], "");

  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  fail_unless_equals_int (sink_count (sink, "vitals-dropped"), 0);
  fail_unless_equals_int (count_no_face (sink), 0);
  sink_free (sink);
}

GST_END_TEST;

/* Each recording has its own. */
GST_START_TEST (each_recording_in_a_row_has_an_outcome)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  g_autofree gchar *chair = g_strdup_printf (CHAIR, "false");
  g_autofree gchar *face = g_strdup_printf (CHAIR, "true");
  g_autofree gchar *launch = g_strconcat (chair, "c. ", face, "c. ", chair,
      "c. concat name=c ! ", elements[0].element, " face-timeout=60000000000",
      NULL);
  Sink *sink = sink_new_launch (launch, elements[0].api_key, &options);

  sink_set_state (sink, GST_STATE_PLAYING);
  sink_check_order (sink);
  fail_unless_equals_int (sink_count (sink, "vitals"), 2);
  fail_unless_equals_int (sink_count (sink, "vitals-dropped"), 2);
  /* and that the face of the second is gone */
  fail_unless_equals_int (count_no_face (sink), 3);
  fail_unless_equals_uint64 (sink_get_uint64 (sink_wait (sink,
              "vitals-dropped", 1), "window"), 3);
  sink_free (sink);
}

GST_END_TEST;

static Suite *
faceless_suite (void)
{
  Suite *suite = suite_create ("faceless");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, end_of_a_recording_without_a_face_is_told, 0,
      G_N_ELEMENTS (elements));
  tcase_add_loop_test (tcase, absence_that_was_told_is_not_told_again, 0, 2);
  tcase_add_test (tcase, recording_with_a_face_has_its_windows_only);
  tcase_add_test (tcase, each_recording_in_a_row_has_an_outcome);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  if (!has_detector ())
    return EXIT_SKIPPED;
  return gst_check_run_suite (faceless_suite (), "faceless", __FILE__);
}
