/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The property tensor-layout of those that have it. */

#include <string.h>
#include <gst/check/gstcheck.h>

static const gchar *const names[] = { "circadifyenc", "circadifydec" };

typedef struct
{
  GstElement *element;
  gint done;
} Writer;

static gpointer
write_layout (gpointer user_data)
{
  Writer *writer = user_data;

  while (!g_atomic_int_get (&writer->done))
    g_object_set (writer->element, "tensor-layout", "draft-1", NULL);
  return NULL;
}

GST_START_TEST (layout_may_be_set_while_the_state_changes)
{
  Writer writer = { gst_element_factory_make (names[__i__], NULL), 0 };
  GThread *thread = g_thread_new ("writer", write_layout, &writer);
  guint i;

  for (i = 0; i < 3000; i++) {
    fail_unless_equals_int (gst_element_set_state (writer.element,
            GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
    gst_element_set_state (writer.element, GST_STATE_NULL);
  }
  g_atomic_int_set (&writer.done, 1);
  g_thread_join (thread);
  gst_object_unref (writer.element);
}

GST_END_TEST;

/* Its next run begins with an error that names the layout, or with none. */
static void
assert_run (GstElement * element, GstBus * bus, gboolean good)
{
  GstStateChangeReturn ret = gst_element_set_state (element, GST_STATE_PAUSED);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *error;

  fail_unless ((ret != GST_STATE_CHANGE_FAILURE) == good);
  fail_unless ((message == NULL) == good);
  if (message) {
    gst_message_parse_error (message, &error, NULL);
    fail_unless (strstr (error->message, "tensor-layout") != NULL);
    g_error_free (error);
    gst_message_unref (message);
  }
  gst_element_set_state (element, GST_STATE_READY);
}

GST_START_TEST (layout_that_is_set_in_ready_is_that_of_the_next_run)
{
  GstElement *element = gst_element_factory_make (names[__i__], NULL);
  GstBus *bus = gst_bus_new ();

  gst_element_set_bus (element, bus);
  gst_element_set_state (element, GST_STATE_READY);
  assert_run (element, bus, TRUE);
  g_object_set (element, "tensor-layout", "/nowhere/at/all", NULL);
  assert_run (element, bus, FALSE);
  g_object_set (element, "tensor-layout", "opaque", NULL);
  assert_run (element, bus, FALSE);
  g_object_set (element, "tensor-layout", "draft-1", NULL);
  assert_run (element, bus, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
layout_suite (void)
{
  Suite *suite = suite_create ("layout");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, layout_may_be_set_while_the_state_changes, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tests,
      layout_that_is_set_in_ready_is_that_of_the_next_run, 0,
      G_N_ELEMENTS (names));
  return suite;
}

GST_CHECK_MAIN (layout);
