/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <string.h>

#include "encoder.h"

Encoder
encoder_new (void)
{
  Encoder encoder = { gst_harness_new_parse ("circadifyenc "
        "window-duration=1000000000 min-frames=20 roi=8,8,32,32"),
    gst_bus_new (), 0
  };

  gst_element_set_bus (encoder.harness->element, encoder.bus);
  gst_harness_set_src_caps_str (encoder.harness, CAPS);
  gst_harness_play (encoder.harness);
  return encoder;
}

void
encoder_free (Encoder * encoder)
{
  gst_element_set_bus (encoder->harness->element, NULL);
  gst_harness_teardown (encoder->harness);
  gst_object_unref (encoder->bus);
}

GstBuffer *
make_frame (gsize size, GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 100, size);
  GST_BUFFER_PTS (buffer) = pts;
  return buffer;
}

GstFlowReturn
encoder_push (Encoder * encoder, guint n, gsize size)
{
  GstFlowReturn ret = GST_FLOW_OK;
  guint i;

  for (i = 0; i < n && ret == GST_FLOW_OK; i++) {
    ret = gst_harness_push (encoder->harness, make_frame (size, encoder->next));
    encoder->next += GST_SECOND / 30;
  }
  return ret;
}

void
check_dropped (Encoder * encoder, const gchar * reason, guint frames)
{
  const GstStructure *dropped;
  GstMessage *message;
  guint n;

  do {
    message = gst_bus_pop_filtered (encoder->bus, GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    dropped = gst_message_get_structure (message);
    if (gst_structure_has_name (dropped, "vitals-dropped"))
      break;
    gst_message_unref (message);
  } while (TRUE);
  fail_unless_equals_string (gst_structure_get_string (dropped, "reason"),
      reason);
  fail_unless (gst_structure_get_uint (dropped, "frames", &n));
  fail_unless_equals_int (n, frames);
  gst_message_unref (message);
}

void
check_error (Encoder * encoder, const gchar * words)
{
  GstMessage *message = gst_bus_pop_filtered (encoder->bus, GST_MESSAGE_ERROR);
  GError *error;

  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
  gst_message_unref (message);
}
