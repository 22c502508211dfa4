/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be known to be wrong before the first frame is an error at
 * NULL->READY; what the properties are is what the documents say. */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "fixture.h"

#define GOOD_KEY "ck_test_abc"

static void
assert_refused (const gchar * properties, const gchar * api_key,
    GQuark domain, gint code, const gchar * words)
{
  GError *error = sink_try_ready (properties, api_key);

  fail_unless (error != NULL, "accepted: %s", properties);
  fail_unless (g_error_matches (error, domain, code), "%s: %s", properties,
      error->message);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
}

GST_START_TEST (no_key_says_where_to_put_one)
{
  g_unsetenv ("CIRCADIFY_API_KEY");
  assert_refused ("", NULL, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "CIRCADIFY_API_KEY");
}

GST_END_TEST;

GST_START_TEST (malformed_key_is_refused_and_not_shown)
{
  GError *error = sink_try_ready ("", "ck_test_half secret");

  fail_unless (error != NULL);
  fail_unless (strstr (error->message, "half") == NULL);
  g_error_free (error);
}

GST_END_TEST;

GST_START_TEST (key_is_taken_from_property_then_file_then_environment)
{
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *file = g_build_filename (folder, "key", NULL);
  gchar *properties = g_strdup_printf ("api-key-file=\"%s\"", file);

  g_unsetenv ("CIRCADIFY_API_KEY");
  fail_unless (g_file_set_contents_full (file, "  " GOOD_KEY " \nrest\n", -1,
          G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  fail_unless (sink_try_ready (properties, NULL) == NULL);
  fail_unless (g_file_set_contents (file, "not a key\n", -1, NULL));
  fail_unless (sink_try_ready (properties, GOOD_KEY) == NULL);
  assert_refused (properties, NULL, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_SETTINGS, "malformed");
  g_unlink (file);
  assert_refused (properties, NULL, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_OPEN_READ, "api-key-file");
  g_setenv ("CIRCADIFY_API_KEY", GOOD_KEY, TRUE);
  fail_unless (sink_try_ready ("", NULL) == NULL);
  g_unsetenv ("CIRCADIFY_API_KEY");
  g_rmdir (folder);
  g_free (properties);
  g_free (file);
  g_free (folder);
}

GST_END_TEST;

/* Else a live key of the environment would be paid with. */
GST_START_TEST (empty_key_file_does_not_fall_through_to_the_environment)
{
  const gchar *const contents[] = { "", "\n", " \t\r\n" GOOD_KEY "\n" };
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *file = g_build_filename (folder, "key", NULL);
  gchar *properties = g_strdup_printf ("api-key-file=\"%s\"", file);
  guint i;

  g_setenv ("CIRCADIFY_API_KEY", GOOD_KEY, TRUE);
  for (i = 0; i < G_N_ELEMENTS (contents); i++) {
    fail_unless (g_file_set_contents (file, contents[i], -1, NULL));
    assert_refused (properties, NULL, GST_RESOURCE_ERROR,
        GST_RESOURCE_ERROR_OPEN_READ, file);
    assert_refused (properties, NULL, GST_RESOURCE_ERROR,
        GST_RESOURCE_ERROR_OPEN_READ, "its first line is empty");
  }
  g_unsetenv ("CIRCADIFY_API_KEY");
  g_unlink (file);
  g_rmdir (folder);
  g_free (properties);
  g_free (file);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (key_cannot_be_read)
{
  GstElement *element = gst_element_factory_make ("circadifysink", NULL);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS
      (element), "api-key");

  fail_unless (pspec->flags & G_PARAM_WRITABLE);
  fail_if (pspec->flags & G_PARAM_READABLE);
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (http_is_only_for_this_machine)
{
  assert_refused ("base-url=http://api.circadify.com", GOOD_KEY,
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, "https");
  assert_refused ("base-url=https://user:secret@api.circadify.com", GOOD_KEY,
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, "");
  fail_unless (sink_try_ready ("base-url=http://127.0.0.1:1", GOOD_KEY)
      == NULL);
}

GST_END_TEST;

GST_START_TEST (layout_that_cannot_be_used_is_named)
{
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *file = g_build_filename (folder, "layout", NULL);
  gchar *properties = g_strdup_printf ("tensor-layout=\"%s\"", file);

  assert_refused (properties, GOOD_KEY, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_OPEN_READ, "tensor-layout");
  fail_unless (g_file_set_contents (file, "[layout]\nname=a\nheader-size=4\n"
          "[field frame-count]\noffset=0\ntype=u32\n"
          "[field other]\noffset=3\ntype=u8\nvalue=1\n", -1, NULL));
  assert_refused (properties, GOOD_KEY, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_OPEN_READ, "overlap");
  fail_unless (g_file_set_contents (file, "[layout]\nname=a\nheader-size=4\n"
          "[field frame-count]\noffset=1\ntype=u32\n", -1, NULL));
  assert_refused (properties, GOOD_KEY, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_OPEN_READ, "leaves the header");
  g_unlink (file);
  g_rmdir (folder);
  g_free (properties);
  g_free (file);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (settings_that_contradict_each_other_are_refused)
{
  assert_refused ("min-frames=200 max-frames=100", GOOD_KEY,
      GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS, "min-frames");
  assert_refused ("window-duration=24", GOOD_KEY, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_SETTINGS, "nanoseconds");
  assert_refused ("window-duration=4000000000", GOOD_KEY, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_SETTINGS, "min-frames");
  fail_unless (sink_try_ready ("window-duration=5000000000", GOOD_KEY)
      == NULL);
  assert_refused ("results-location=/nowhere/at/all", GOOD_KEY,
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_WRITE, "results-location");
}

GST_END_TEST;

/* What circadifysink warns of when it starts; NULL: nothing. (transfer full) */
static gchar *
get_warning (const gchar * properties, const gchar * api_key)
{
  gchar *launch = g_strdup_printf ("circadifysink %s", properties);
  GstElement *element = gst_parse_launch (launch, NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  GError *warning = NULL;
  gchar *text = NULL;

  g_object_set (element, "api-key", api_key, NULL);
  gst_element_set_bus (element, bus);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  if (message) {
    gst_message_parse_warning (message, &warning, NULL);
    text = g_strdup (warning->message);
    g_error_free (warning);
    gst_message_unref (message);
    fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING) == NULL);
  }
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  g_free (launch);
  return text;
}

GST_START_TEST (cost_of_a_live_key_is_told_where_nothing_limits_it)
{
  gchar *all = get_warning ("", VITALS_SANDBOX_LIVE_KEY);
  gchar *some = get_warning ("scan-interval=300000000000",
      VITALS_SANDBOX_LIVE_KEY);

  fail_unless (strstr (all, "scan-interval") != NULL);
  fail_unless (strstr (some, "num-scans") != NULL);
  fail_unless (strstr (some, "scan-interval") == NULL);
  fail_unless (get_warning ("num-scans=1", VITALS_SANDBOX_LIVE_KEY) == NULL);
  fail_unless (get_warning ("", GOOD_KEY) == NULL);
  g_free (all);
  g_free (some);
}

GST_END_TEST;

GST_START_TEST (roi_that_cannot_be_read_is_an_error_and_not_the_whole_frame)
{
  static const gchar *const wrong[] = {
    "1", "1,2,3", "1,2,3,4,", "1,2,3,4,5", "a,b,c,d", ",,,", "0,0,9,9abc",
    "nan,0,9,9", "0,0,inf,9", "0,0,0,9", "0,0,9,-9"
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    gchar *properties = g_strdup_printf ("roi=\"%s\"", wrong[i]);
    gchar *corrected = g_strconcat (properties, " roi=0,0,9,9", NULL);

    assert_refused (properties, GOOD_KEY, GST_LIBRARY_ERROR,
        GST_LIBRARY_ERROR_SETTINGS, "roi");
    fail_unless (sink_try_ready (corrected, GOOD_KEY) == NULL);
    g_free (corrected);
    g_free (properties);
  }
}

GST_END_TEST;

/* Of 5 GB; it takes no place on the disk. (transfer full) */
static gchar *
make_large_file (void)
{
  gchar *path;
  gint fd = g_file_open_tmp ("vitals-XXXXXX", &path, NULL);

  fail_unless (fd >= 0);
  fail_unless_equals_int (ftruncate (fd, 5000 * 1000 * 1000L), 0);
  close (fd);
  return path;
}

GST_START_TEST (key_file_is_read_no_further_than_a_key_is_long)
{
  gchar *path = make_large_file ();
  gchar *properties = g_strdup_printf ("api-key-file=\"%s\"", path);

  g_unsetenv ("CIRCADIFY_API_KEY");
  assert_refused (properties, NULL, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_OPEN_READ, "first line is empty");
  g_unlink (path);
  g_free (properties);
  g_free (path);
}

GST_END_TEST;

GST_START_TEST (every_property_says_when_it_may_change_and_what_it_is)
{
  GstElement *element = gst_element_factory_make ("circadifysink", NULL);
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);
  GParamSpec **specs;
  guint n, i;

  specs = g_object_class_list_properties (klass, &n);
  for (i = 0; i < n; i++) {
    guint mutable = specs[i]->flags & (GST_PARAM_MUTABLE_READY
        | GST_PARAM_MUTABLE_PAUSED | GST_PARAM_MUTABLE_PLAYING);

    if (specs[i]->owner_type != G_OBJECT_TYPE (element))
      continue;
    fail_unless (strlen (g_param_spec_get_blurb (specs[i])) > 10, "%s",
        specs[i]->name);
    fail_if ((specs[i]->flags & G_PARAM_WRITABLE) && mutable == 0, "%s",
        specs[i]->name);
    fail_unless ((mutable & (mutable - 1)) == 0, "%s", specs[i]->name);
  }
  g_free (specs);
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (states_can_be_cycled_and_stats_answer_in_each)
{
  Sink *sink = sink_new ("");
  guint i;

  for (i = 0; i < 3; i++) {
    gchar *name;

    sink_set_state (sink, GST_STATE_PLAYING);
    sink->next = 0;
    sink_push (sink, 5);
    sink_set_state (sink, GST_STATE_NULL);
    name = sink_get_state_name (sink);
    assert_equals_string (name, "stopped");
    g_free (name);
  }
  sink_free (sink);
}

GST_END_TEST;

/* Each must be an error at once: opening a pipe, or reading a device to its
 * end, would never end. */
static const gchar *const file_properties[] = {
  "tensor-layout", "api-key-file", "ca-file"
};

GST_START_TEST (file_that_is_not_regular_is_refused_at_once)
{
  const gchar *name = file_properties[__i__];
  gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  gchar *fifo = g_build_filename (folder, "fifo", NULL);
  const gchar *const paths[] = { fifo, "/dev/zero", folder };
  guint i;

  fail_unless_equals_int (mkfifo (fifo, 0600), 0);
  for (i = 0; i < G_N_ELEMENTS (paths); i++) {
    gchar *properties = g_strdup_printf ("%s=\"%s\"", name, paths[i]);

    assert_refused (properties, g_str_equal (name, "api-key-file") ? NULL
        : GOOD_KEY, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ, name);
    g_free (properties);
  }
  g_unlink (fifo);
  g_rmdir (folder);
  g_free (fifo);
  g_free (folder);
}

GST_END_TEST;

GST_START_TEST (video_given_as_layout_is_not_read)
{
  gchar *path = make_large_file ();
  gchar *properties = g_strdup_printf ("tensor-layout=\"%s\"", path);

  assert_refused (properties, GOOD_KEY, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_OPEN_READ, "more than");
  g_unlink (path);
  g_free (properties);
  g_free (path);
}

GST_END_TEST;

/* The last one: this process has no TLS from here on. */
GST_START_TEST (scheme_may_be_in_capitals)
{
  GError *small, *capital;

  g_setenv ("GIO_USE_TLS", "dummy", TRUE);
  /* in a process with other tests it was chosen already */
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return;
  small = sink_try_ready ("base-url=https://127.0.0.1:1", GOOD_KEY);
  capital = sink_try_ready ("base-url=HTTPS://127.0.0.1:1", GOOD_KEY);
  fail_unless (small != NULL && capital != NULL);
  assert_equals_string (capital->message, small->message);
  g_error_free (small);
  g_error_free (capital);
}

GST_END_TEST;

static Suite *
sink_setup_suite (void)
{
  Suite *s = suite_create ("sink-setup");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, no_key_says_where_to_put_one);
  tcase_add_test (tc, malformed_key_is_refused_and_not_shown);
  tcase_add_test (tc, key_is_taken_from_property_then_file_then_environment);
  tcase_add_test (tc, empty_key_file_does_not_fall_through_to_the_environment);
  tcase_add_test (tc, key_cannot_be_read);
  tcase_add_test (tc, http_is_only_for_this_machine);
  tcase_add_test (tc, layout_that_cannot_be_used_is_named);
  tcase_add_test (tc, settings_that_contradict_each_other_are_refused);
  tcase_add_test (tc, cost_of_a_live_key_is_told_where_nothing_limits_it);
  tcase_add_test (tc,
      roi_that_cannot_be_read_is_an_error_and_not_the_whole_frame);
  tcase_add_test (tc, key_file_is_read_no_further_than_a_key_is_long);
  tcase_add_test (tc, every_property_says_when_it_may_change_and_what_it_is);
  tcase_add_test (tc, states_can_be_cycled_and_stats_answer_in_each);
  tcase_add_loop_test (tc, file_that_is_not_regular_is_refused_at_once, 0,
      G_N_ELEMENTS (file_properties));
  tcase_add_test (tc, video_given_as_layout_is_not_read);
  tcase_add_test (tc, scheme_may_be_in_capitals);
  return s;
}

GST_CHECK_MAIN (sink_setup);
