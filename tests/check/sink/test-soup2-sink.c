/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An application that is linked to libsoup 2 loads the plugin, is told of the
 * clash when the sink goes to READY, and lives. */

#include <string.h>
#include <gst/gst.h>
#include <libsoup/soup.h>

int
main (int argc, char **argv)
{
  GstElement *sink;
  GstMessage *message;
  GError *error = NULL;
  GstBus *bus;

  gst_init (&argc, &argv);
  g_assert_cmpuint (soup_get_major_version (), ==, 2);
  sink = gst_element_factory_make ("circadifysink", NULL);
  g_assert_nonnull (sink);
  g_object_set (sink, "api-key", "ck_test_abc", NULL);
  bus = gst_bus_new ();
  gst_element_set_bus (sink, bus);
  g_assert_cmpint (gst_element_set_state (sink, GST_STATE_READY), ==,
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_print ("%s\n", error->message);
  g_assert_error (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_INIT);
  g_assert_nonnull (strstr (error->message, "libsoup 2"));
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (sink, GST_STATE_NULL);
  gst_element_set_bus (sink, NULL);
  gst_object_unref (bus);
  gst_object_unref (sink);
  return 0;
}
