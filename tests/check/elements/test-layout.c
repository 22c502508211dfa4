/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The property tensor-layout of those that have it. */

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

static Suite *
layout_suite (void)
{
  Suite *suite = suite_create ("layout");
  TCase *tests = tcase_create ("general");

  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, layout_may_be_set_while_the_state_changes, 0,
      G_N_ELEMENTS (names));
  return suite;
}

GST_CHECK_MAIN (layout);
