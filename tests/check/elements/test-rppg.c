/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <math.h>

#define GUARD (60 * GST_SECOND)

/* Runs a launch line to its end. Returns: (transfer full): its vitals messages;
 * @error: (out) (transfer full): or the error that ended it */
static GPtrArray *
run (const gchar * launch, GError ** error)
{
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_structure_free);
  GstMessage *message;
  gboolean running = TRUE;

  fail_unless (pipeline != NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (running) {
    message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline), GUARD,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    if (gst_message_has_name (message, "vitals"))
      g_ptr_array_add (messages,
          gst_structure_copy (gst_message_get_structure (message)));
    else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
      running = FALSE;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      fail_unless (error != NULL);
      gst_message_parse_error (message, error, NULL);
    }
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return messages;
}

static gdouble
get_number (GPtrArray * messages, guint index, const gchar * field)
{
  gdouble value;

  fail_unless (gst_structure_get_double (messages->pdata[index], field,
          &value), "no %s", field);
  return value;
}

#define FACE "vitalstestsrc num-buffers=%u heart-rate=72 %s ! " \
    "video/x-raw,format=%s,width=320,height=240,framerate=30/1 ! " \
    "rppg name=rppg %s ! fakesink"

static GPtrArray *
run_face (guint frames, const gchar * source, const gchar * format,
    const gchar * properties)
{
  g_autofree gchar *launch = g_strdup_printf (FACE, frames, source, format,
      properties);

  return run (launch, NULL);
}

GST_START_TEST (a_heart_rate_is_posted_each_second_after_five)
{
  GPtrArray *messages = run_face (305, "", "I420", "source-id=desk");
  GstStructure *last;
  guint64 window, duration;
  gboolean flag;

  fail_unless_equals_int (messages->len, 6);
  last = messages->pdata[5];
  fail_unless (fabs (get_number (messages, 5, "heart-rate") - 72.0) < 1.0);
  fail_unless (get_number (messages, 5, "heart-rate-confidence") > 0.8);
  fail_unless (gst_structure_get_uint64 (last, "window", &window));
  fail_unless_equals_uint64 (window, 5);
  fail_unless (gst_structure_get_uint64 (last, "duration", &duration));
  fail_unless (duration > 9.9 * GST_SECOND && duration < 10.1 * GST_SECOND);
  fail_unless_equals_string (gst_structure_get_string (last, "backend"),
      "local");
  fail_unless_equals_string (gst_structure_get_string (last, "source-id"),
      "desk");
  fail_unless (gst_structure_get_boolean (last, "is-synthetic", &flag));
  fail_unless (flag);
  fail_if (gst_structure_has_field (last, "reason"));
  fail_if (gst_structure_has_field (last, "waveform"));
  g_ptr_array_unref (messages);
}

GST_END_TEST;

GST_START_TEST (breathing_is_posted_after_fifteen_seconds)
{
  GPtrArray *messages = run_face (960, "respiratory-rate=14", "NV12", "");

  fail_unless (fabs (get_number (messages, messages->len - 1,
              "respiratory-rate") - 14.0) < 1.0);
  fail_if (gst_structure_has_field (messages->pdata[0], "respiratory-rate"));
  g_ptr_array_unref (messages);
}

GST_END_TEST;

GST_START_TEST (an_empty_chair_has_a_reason_in_place_of_a_rate)
{
  GPtrArray *messages = run_face (305, "face=false face-meta=false noise=2",
      "I420", "roi=117,29,86,108");
  guint i;

  fail_unless (messages->len > 0);
  for (i = 0; i < messages->len; i++) {
    fail_if (gst_structure_has_field (messages->pdata[i], "heart-rate"));
    fail_unless (gst_structure_has_field (messages->pdata[i], "reason"));
  }
  g_ptr_array_unref (messages);
}

GST_END_TEST;

GST_START_TEST (the_waveform_is_posted_when_asked_for)
{
  GPtrArray *messages = run_face (305, "", "BGRx", "post-waveform=true");
  const GValue *list = gst_structure_get_value (messages->pdata[5],
      "waveform");

  fail_unless (list != NULL);
  fail_unless (gst_value_array_get_size (list) > 290);
  fail_unless (fabs (get_number (messages, 5, "waveform-rate") - 30.0) < 0.1);
  g_ptr_array_unref (messages);
}

GST_END_TEST;

/* Region meta, a roi and the own tracker. */
GST_START_TEST (a_real_face_has_its_rate_however_it_is_found)
{
  static const gchar *const ways[] = {
    "rppg roi=50,60,390,440", "facetracker ! rppg face-detection=off",
    "rppg face-detection=on"
  };
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  g_autofree gchar *file = g_build_filename (data ? data : "", "face.mp4",
      NULL);
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=%s ! decodebin "
      "! videoconvert ! %s ! fakesink", file, ways[__i__]);
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_print ("skipped: no face.mp4 in VITALS_TEST_DATA\n");
    return;
  }
  messages = run (launch, &error);
  if (__i__ > 0 && error && error->domain == GST_LIBRARY_ERROR) {
    g_print ("skipped: %s\n", error->message);
    return;
  }
  fail_if (error != NULL);
  fail_unless (messages->len >= 5);
  fail_unless (fabs (get_number (messages, messages->len - 1, "heart-rate")
          - 52.7) <= 1.0);
  fail_unless (get_number (messages, messages->len - 1, "confidence") > 0.8);
}

GST_END_TEST;

GST_START_TEST (a_roi_outside_the_frame_is_an_error)
{
  GError *error = NULL;
  GPtrArray *messages = run ("vitalstestsrc num-buffers=10 face-meta=false ! "
      "video/x-raw,width=320,height=240 ! rppg roi=400,0,50,50 ! fakesink",
      &error);

  fail_unless (g_error_matches (error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS));
  g_error_free (error);
  g_ptr_array_unref (messages);
}

GST_END_TEST;

GST_START_TEST (a_run_after_a_stop_starts_anew)
{
  g_autofree gchar *launch = g_strdup_printf (FACE, 150, "", "I420", "");
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  guint i;

  for (i = 0; i < 3; i++) {
    GstMessage *message;

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline), GUARD,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
    gst_message_unref (message);
    gst_element_set_state (pipeline, i == 1 ? GST_STATE_READY : GST_STATE_NULL);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
rppg_suite (void)
{
  Suite *suite = suite_create ("rppg");
  TCase *tcase = tcase_create ("element");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_heart_rate_is_posted_each_second_after_five);
  tcase_add_test (tcase, breathing_is_posted_after_fifteen_seconds);
  tcase_add_test (tcase, an_empty_chair_has_a_reason_in_place_of_a_rate);
  tcase_add_test (tcase, the_waveform_is_posted_when_asked_for);
  tcase_add_loop_test (tcase, a_real_face_has_its_rate_however_it_is_found, 0,
      3);
  tcase_add_test (tcase, a_roi_outside_the_frame_is_an_error);
  tcase_add_test (tcase, a_run_after_a_stop_starts_anew);
  return suite;
}

GST_CHECK_MAIN (rppg);
