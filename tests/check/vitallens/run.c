/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "run.h"

#define SOURCE "vitalstestsrc num-buffers=%u heart-rate=72 ! " \
    "video/x-raw,width=320,height=240,framerate=30/1 ! "

static gboolean
take_message (Run * run, GstMessage * message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      g_ptr_array_add (run->messages,
          gst_structure_copy (gst_message_get_structure (message)));
      return FALSE;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &run->error, NULL);
      return TRUE;
    default:
      return GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  }
}

void
run_pipeline (Run * run, VitalsSandbox * sandbox, const gchar * source,
    const gchar * sink)
{
  gchar *text = g_strdup_printf ("%s vitallenssink name=sink base-url=%s "
      "api-key=%s max-retries=0 %s", source, vitals_sandbox_get_url (sandbox),
      VITALS_SANDBOX_VITALLENS_KEY, sink);
  GstElement *pipeline = gst_parse_launch (text, NULL), *element;
  GstBus *bus;
  gboolean ended = FALSE;

  fail_unless (pipeline != NULL);
  run->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_structure_free);
  run->error = NULL;
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!ended) {
    GstMessage *message = gst_bus_timed_pop (bus, 30 * GST_SECOND);

    fail_unless (message != NULL, "the pipeline does not end");
    ended = take_message (run, message);
    gst_message_unref (message);
  }
  element = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_get (element, "stats", &run->stats, NULL);
  gst_object_unref (element);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_free (text);
}

void
run_frames (Run * run, VitalsSandbox * sandbox, guint frames,
    const gchar * sink)
{
  gchar *source = g_strdup_printf (SOURCE, frames);

  run_pipeline (run, sandbox, source, sink);
  g_free (source);
}

void
run_clear (Run * run)
{
  g_ptr_array_unref (run->messages);
  g_clear_error (&run->error);
  gst_structure_free (run->stats);
}

guint
run_count (const Run * run, const gchar * name)
{
  guint n = 0, i;

  for (i = 0; i < run->messages->len; i++)
    n += gst_structure_has_name (run->messages->pdata[i], name);
  return n;
}

const GstStructure *
run_get_last (const Run * run, const gchar * name)
{
  guint i;

  for (i = run->messages->len; i > 0; i--) {
    if (gst_structure_has_name (run->messages->pdata[i - 1], name))
      return run->messages->pdata[i - 1];
  }
  fail ("no message %s", name);
  return NULL;
}

VitalsSandbox *
run_new_sandbox (const gchar * fault)
{
  const VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  VitalsSandbox *sandbox = vitals_sandbox_new (&options, NULL);

  fail_unless (sandbox != NULL);
  if (fault)
    fail_unless (vitals_sandbox_add_fault (sandbox, fault, NULL));
  return sandbox;
}
