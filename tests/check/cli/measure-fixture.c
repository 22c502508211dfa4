/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "measure-fixture.h"

#include <glib/gstdio.h>

#define RECORDING "vitalstestsrc num-buffers=%u heart-rate=72 %s ! " \
    "video/x-raw,width=160,height=120,framerate=30/1 ! jpegenc quality=95 ! " \
    "avimux ! filesink location=%s"

gchar *folder, *face, *mannequin;

static gchar *
record (const gchar * name, guint frames, const gchar * properties)
{
  gchar *path = g_build_filename (folder, name, NULL);
  g_autofree gchar *launch = g_strdup_printf (RECORDING, frames, properties,
      path);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return path;
}

void
measure_fixture_set_up (void)
{
  folder = g_dir_make_tmp ("measure-XXXXXX", NULL);
  face = record ("face.avi", 210, "");
  mannequin = record ("mannequin.avi", 210, "pulse-amplitude=0");
}

void
measure_fixture_tear_down (void)
{
  g_unlink (face);
  g_unlink (mannequin);
  g_rmdir (folder);
  g_free (face);
  g_free (mannequin);
  g_free (folder);
}
