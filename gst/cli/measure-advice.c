/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure: what a person can do when the input cannot be played. */

#include <string.h>

#include "measure-advice.h"

gboolean
measure_advice_is_of_input (GstMessage * message)
{
  static const gchar *const names[] = { "v4l2src", "decodebin",
    "uridecodebin", NULL
  };
  GstObject *object = GST_MESSAGE_SRC (message);

  for (; object; object = GST_OBJECT_PARENT (object)) {
    GstElementFactory *factory =
        GST_IS_ELEMENT (object) ? gst_element_get_factory (GST_ELEMENT (object))
        : NULL;

    if (factory && g_strv_contains (names, GST_OBJECT_NAME (factory)))
      return TRUE;
  }
  return FALSE;
}

static const gchar *
advise (const GError * error, const gchar * input)
{
  if (g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)
      || g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_CODEC_NOT_FOUND))
    return "There is no video in it, or GStreamer has no decoder for it: "
        "\"gst-discoverer-1.0 INPUT\" tells which (the package "
        "gstreamer1.0-libav has most decoders)";
  if (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    return "The camera wants a name and a password";
  if (error->domain == GST_RESOURCE_ERROR && g_str_has_prefix (input, "/dev/"))
    return "Is the camera connected, and not used by another program? "
        "\"gst-device-monitor-1.0 Video/Source\" lists the cameras";
  if (strstr (input, "://"))
    return "Is the address right, and does the device answer there?";
  return "Is it a video? \"gst-discoverer-1.0 INPUT\" tells what is in it";
}

gchar *
measure_advice_describe (GstMessage * message, const gchar * input)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  if (!measure_advice_is_of_input (message))
    return g_strdup (error->message);
  return g_strdup_printf ("%s%s %s", error->message,
      g_str_has_suffix (error->message, ".") ? "" : ".", advise (error, input));
}
