/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lens.h"

#include <string.h>

#define SOURCE "appsrc name=src format=time max-bytes=0 is-live=%s caps=" \
    LENS_CAPS " ! vitallenssink name=sink max-retries=0 %s"

/* 12 beats */
#define FACE_FRAMES 300

static VitalsSandboxOptions
options_at (guint port)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;

  options.port = port;
  return options;
}

static GPtrArray *
make_face (guint frames)
{
  GPtrArray *face = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_buffer_unref);
  gchar *launch = g_strdup_printf ("vitalstestsrc heart-rate=%g "
      "num-buffers=%u ! " LENS_CAPS " ! appsink name=end sync=false",
      LENS_RATE, frames);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  GstSample *sample;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (face->len < frames) {
    g_signal_emit_by_name (end, "pull-sample", &sample);
    fail_unless (sample != NULL);
    g_ptr_array_add (face, gst_buffer_copy (gst_sample_get_buffer (sample)));
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (end);
  gst_object_unref (pipeline);
  g_free (launch);
  return face;
}

Lens *
lens_new (gboolean live, const gchar * properties)
{
  Lens *lens = g_new0 (Lens, 1);
  VitalsSandboxOptions options = options_at (0);
  gchar *launch = g_strdup_printf (SOURCE, live ? "true" : "false",
      properties);

  lens->sink = sink_new_launch (launch, VITALS_SANDBOX_VITALLENS_KEY, &options);
  lens->port = atoi (strrchr (vitals_sandbox_get_url (lens->sink->sandbox),
          ':') + 1);
  lens->face = make_face (FACE_FRAMES);
  g_free (launch);
  return lens;
}

void
lens_free (Lens * lens)
{
  sink_free (lens->sink);
  g_ptr_array_unref (lens->face);
  g_free (lens);
}

void
lens_push (Lens * lens, guint frames)
{
  guint i;

  for (i = 0; i < frames; i++) {
    GstBuffer *buffer;
    GstFlowReturn ret;

    buffer = gst_buffer_copy (lens->face->pdata[lens->n_pushed++
            % lens->face->len]);
    GST_BUFFER_PTS (buffer) = lens->next;
    GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
    lens->next += FRAME_DURATION;
    g_signal_emit_by_name (lens->sink->src, "push-buffer", buffer, &ret);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (ret, GST_FLOW_OK);
  }
}

void
lens_wait_taken (Lens * lens)
{
  while (sink_get_stat (lens->sink, "frames")
      + sink_get_stat (lens->sink, "skipped") < lens->n_pushed)
    g_thread_yield ();
}

static gboolean
is_sending (Lens * lens)
{
  gchar *state = sink_get_state_name (lens->sink);
  gboolean sending = g_str_equal (state, "sending");

  g_free (state);
  return sending;
}

void
lens_wait_answered (Lens * lens)
{
  while (is_sending (lens))
    g_thread_yield ();
}

/* A frame at a time: a live source loses those that come before the model. */
void
lens_measure (Lens * lens, guint chunks)
{
  guint wanted = sink_count (lens->sink, "vitals") + chunks;

  while (sink_count (lens->sink, "vitals") < wanted) {
    lens_push (lens, 1);
    lens_wait_taken (lens);
    lens_wait_answered (lens);
  }
}

void
lens_cut (Lens * lens)
{
  g_clear_pointer (&lens->sink->sandbox, vitals_sandbox_free);
}

void
lens_mend (Lens * lens)
{
  VitalsSandboxOptions options = options_at (lens->port);
  GError *error = NULL;

  lens->sink->sandbox = vitals_sandbox_new (&options, &error);
  fail_unless (lens->sink->sandbox != NULL, "%s", error ? error->message : "");
}

gdouble
lens_get_rate (Lens * lens)
{
  const GstStructure *vitals = sink_wait (lens->sink, "vitals",
      sink_count (lens->sink, "vitals") - 1);
  gdouble rate = 0;

  gst_structure_get_double (vitals, "heart-rate", &rate);
  return rate;
}

GstProgressType
lens_get_progress_type (GstMessage * message)
{
  GstProgressType type;

  gst_message_parse_progress (message, &type, NULL, NULL);
  return type;
}

guint
lens_count_progress (Lens * lens, GstProgressType wanted)
{
  GPtrArray *messages = lens->sink->messages;
  guint n = 0, i;

  g_mutex_lock (&lens->sink->lock);
  for (i = 0; i < messages->len; i++) {
    if (GST_MESSAGE_TYPE (messages->pdata[i]) == GST_MESSAGE_PROGRESS)
      n += lens_get_progress_type (messages->pdata[i]) == wanted;
  }
  g_mutex_unlock (&lens->sink->lock);
  return n;
}
