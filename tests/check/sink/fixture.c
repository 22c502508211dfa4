/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <string.h>

/* Only so that a test that hangs says where. */
#define PATIENCE (30 * G_USEC_PER_SEC)

static GstBusSyncReply
keep_message (GstBus * bus G_GNUC_UNUSED, GstMessage * message,
    gpointer user_data)
{
  Sink *sink = user_data;

  if (sink->on_message)
    sink->on_message (message, sink->user_data);
  g_mutex_lock (&sink->lock);
  /* who drops it owns it */
  g_ptr_array_add (sink->messages, message);
  g_cond_broadcast (&sink->cond);
  g_mutex_unlock (&sink->lock);
  return GST_BUS_DROP;
}

/* Nobody is in keep_message() any more. */
static void
stop_keeping (gpointer user_data)
{
  Sink *sink = user_data;

  g_mutex_lock (&sink->lock);
  sink->listening = FALSE;
  g_cond_broadcast (&sink->cond);
  g_mutex_unlock (&sink->lock);
}

Sink *
sink_new_launch (const gchar * launch, const gchar * api_key,
    const VitalsSandboxOptions * options)
{
  Sink *sink = g_new0 (Sink, 1);
  GError *error = NULL;
  GstBus *bus;

  g_mutex_init (&sink->lock);
  g_cond_init (&sink->cond);
  sink->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_message_unref);
  sink->sandbox = vitals_sandbox_new (options, &error);
  fail_unless (sink->sandbox != NULL, "%s", error ? error->message : "");
  sink->pipeline = gst_parse_launch (launch, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");

  sink->src = gst_bin_get_by_name (GST_BIN (sink->pipeline), "src");
  sink->sink = gst_bin_get_by_name (GST_BIN (sink->pipeline), "sink");
  g_object_set (sink->sink, "api-key", api_key, "base-url",
      vitals_sandbox_get_url (sink->sandbox), NULL);
  bus = gst_pipeline_get_bus (GST_PIPELINE (sink->pipeline));
  sink->listening = TRUE;
  gst_bus_set_sync_handler (bus, keep_message, sink, stop_keeping);
  gst_object_unref (bus);
  return sink;
}

Sink *
sink_new_full (const gchar * source, const gchar * properties,
    const VitalsSandboxOptions * options)
{
  gchar *launch = g_strdup_printf ("%s ! circadifysink name=sink "
      "window-duration=1000000000 min-frames=10 roi=0,0,64,64 "
      "poll-interval=20000000 %s", source, properties);
  Sink *sink = sink_new_launch (launch, VITALS_SANDBOX_TEST_KEY, options);

  g_free (launch);
  return sink;
}

Sink *
sink_new (const gchar * properties)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;

  return sink_new_full ("appsrc name=src format=time block=true caps="
      FRAME_CAPS, properties, &options);
}

void
sink_free (Sink * sink)
{
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (sink->pipeline));

  gst_element_set_state (sink->pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_object_unref (bus);
  /* a message that the network thread was posting is not waited for by the
   * state change */
  g_mutex_lock (&sink->lock);
  while (sink->listening)
    g_cond_wait (&sink->cond, &sink->lock);
  g_mutex_unlock (&sink->lock);
  g_clear_object (&sink->src);
  gst_object_unref (sink->sink);
  gst_object_unref (sink->pipeline);
  vitals_sandbox_free (sink->sandbox);
  g_ptr_array_unref (sink->messages);
  g_mutex_clear (&sink->lock);
  g_cond_clear (&sink->cond);
  g_free (sink);
}

void
sink_fault (Sink * sink, const gchar * spec)
{
  GError *error = NULL;

  fail_unless (vitals_sandbox_add_fault (sink->sandbox, spec, &error), "%s",
      error ? error->message : "");
}

void
sink_set_state (Sink * sink, GstState state)
{
  fail_if (gst_element_set_state (sink->pipeline, state)
      == GST_STATE_CHANGE_FAILURE);
}

GstFlowReturn
sink_push_at (Sink * sink, GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, FRAME_BYTES, NULL);
  GstFlowReturn ret;

  gst_buffer_memset (buffer, 0, 128, FRAME_BYTES);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = FRAME_DURATION;
  g_signal_emit_by_name (sink->src, "push-buffer", buffer, &ret);
  gst_buffer_unref (buffer);
  return ret;
}

void
sink_push (Sink * sink, guint frames)
{
  guint i;

  for (i = 0; i < frames; i++) {
    fail_unless_equals_int (sink_push_at (sink, sink->next), GST_FLOW_OK);
    sink->next += FRAME_DURATION;
  }
}

void
sink_end (Sink * sink)
{
  GstFlowReturn ret;

  g_signal_emit_by_name (sink->src, "end-of-stream", &ret);
  fail_unless_equals_int (ret, GST_FLOW_OK);
}

gchar *
sink_name_message (GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  const gchar *phase;
  GstProgressType type;
  GEnumClass *types;
  gchar *name;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_PROGRESS) {
    gst_message_parse_progress (message, &type, NULL, NULL);
    types = g_type_class_ref (GST_TYPE_PROGRESS_TYPE);
    name = g_strconcat ("progress ", g_enum_get_value (types,
            type)->value_nick, NULL);
    g_type_class_unref (types);
    return name;
  }
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
    return g_strdup (GST_MESSAGE_TYPE_NAME (message));
  phase = gst_structure_get_string (structure, "phase");
  return g_strconcat (gst_structure_get_name (structure), phase ? " " : NULL,
      phase, NULL);
}

static gboolean
is_named (GstMessage * message, const gchar * name)
{
  return GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && gst_message_has_name (message, name);
}

/* With the lock. */
static GstMessage *
find_named (Sink * sink, const gchar * name, guint index)
{
  guint i;

  for (i = 0; i < sink->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (sink->messages, i);

    if (is_named (message, name) && index-- == 0)
      return message;
  }
  return NULL;
}

/* With the lock. */
static GstMessage *
find_type (Sink * sink, GstMessageType type)
{
  guint i;

  for (i = 0; i < sink->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (sink->messages, i);

    if (GST_MESSAGE_TYPE (message) == type)
      return message;
  }
  return NULL;
}

/* With the lock. Waits for another message. */
static void
wait_for_more (Sink * sink, const gchar * what)
{
  if (!g_cond_wait_until (&sink->cond, &sink->lock,
          g_get_monotonic_time () + PATIENCE))
    fail ("no %s came", what);
}

guint
sink_count (Sink * sink, const gchar * name)
{
  guint n = 0;

  g_mutex_lock (&sink->lock);
  while (find_named (sink, name, n))
    n++;
  g_mutex_unlock (&sink->lock);
  return n;
}

const GstStructure *
sink_wait (Sink * sink, const gchar * name, guint index)
{
  GstMessage *message;

  g_mutex_lock (&sink->lock);
  while (!(message = find_named (sink, name, index))) {
    GstMessage *error = find_type (sink, GST_MESSAGE_ERROR);

    if (error) {
      GError *reason;

      gst_message_parse_error (error, &reason, NULL);
      fail ("an error instead of %s: %s", name, reason->message);
    }
    wait_for_more (sink, name);
  }
  g_mutex_unlock (&sink->lock);
  return gst_message_get_structure (message);
}

void
sink_wait_failure (Sink * sink, guint index, const gchar * code)
{
  const GstStructure *failed = sink_wait (sink, "vitals-failed", index);

  assert_equals_string (gst_structure_get_string (failed, "code"), code);
  fail_unless (gst_structure_get_string (failed, "message") != NULL);
}

void
sink_wait_phase (Sink * sink, const gchar * phase, guint64 window)
{
  const GstStructure *progress;
  guint i = 0;

  do {
    progress = sink_wait (sink, "vitals-progress", i++);
  } while (g_strcmp0 (gst_structure_get_string (progress, "phase"), phase) != 0
      || sink_get_uint64 (progress, "window") != window);
}

void
sink_wait_eos (Sink * sink)
{
  g_mutex_lock (&sink->lock);
  while (!find_type (sink, GST_MESSAGE_EOS))
    wait_for_more (sink, "EOS");
  g_mutex_unlock (&sink->lock);
}

gboolean
sink_has_eos (Sink * sink)
{
  gboolean eos;

  g_mutex_lock (&sink->lock);
  eos = find_type (sink, GST_MESSAGE_EOS) != NULL;
  g_mutex_unlock (&sink->lock);
  return eos;
}

GError *
sink_wait_error (Sink * sink)
{
  GstMessage *message;
  GError *error;

  g_mutex_lock (&sink->lock);
  while (!(message = find_type (sink, GST_MESSAGE_ERROR)))
    wait_for_more (sink, "error");
  gst_message_parse_error (message, &error, NULL);
  g_mutex_unlock (&sink->lock);
  return error;
}

void
sink_check_order (Sink * sink)
{
  gboolean eos = FALSE;
  gint64 last = -1;
  guint i;

  sink_wait_eos (sink);
  g_mutex_lock (&sink->lock);
  for (i = 0; i < sink->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (sink->messages, i);

    eos |= GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (is_named (message, "vitals") || is_named (message, "vitals-failed")
        || is_named (message, "vitals-dropped")) {
      gint64 window = sink_get_uint64 (gst_message_get_structure (message),
          "window");

      fail_if (eos, "window %" G_GINT64_FORMAT " came after EOS", window);
      fail_unless (window == last + 1, "window %" G_GINT64_FORMAT " came after "
          "%" G_GINT64_FORMAT, window, last);
      last = window;
    }
  }
  g_mutex_unlock (&sink->lock);
}

guint64
sink_get_uint64 (const GstStructure * structure, const gchar * field)
{
  guint64 value;

  fail_unless (gst_structure_get_uint64 (structure, field, &value),
      "no guint64 %s in %s", field, gst_structure_get_name (structure));
  return value;
}

guint
sink_get_uint (const GstStructure * structure, const gchar * field)
{
  guint value;

  fail_unless (gst_structure_get_uint (structure, field, &value),
      "no guint %s in %s", field, gst_structure_get_name (structure));
  return value;
}

guint64
sink_get_stat (Sink * sink, const gchar * field)
{
  GstStructure *stats;
  const GValue *value;
  guint64 number;

  g_object_get (sink->sink, "stats", &stats, NULL);
  value = gst_structure_get_value (stats, field);
  fail_unless (value != NULL, "no %s in stats", field);
  number = G_VALUE_HOLDS_UINT (value) ? g_value_get_uint (value)
      : g_value_get_uint64 (value);
  gst_structure_free (stats);
  return number;
}

gchar *
sink_get_state_name (Sink * sink)
{
  GstStructure *stats;
  gchar *name;

  g_object_get (sink->sink, "stats", &stats, NULL);
  name = g_strdup (gst_structure_get_string (stats, "state"));
  gst_structure_free (stats);
  return name;
}

GError *
sink_try_ready (const gchar * properties, const gchar * api_key)
{
  gchar *launch = g_strdup_printf ("circadifysink %s", properties);
  GstElement *element = gst_parse_launch (launch, NULL);
  GstBus *bus = gst_bus_new ();
  GstStateChangeReturn ret;
  GError *error = NULL;
  GstMessage *message;

  fail_unless (element != NULL, "%s", launch);
  g_object_set (element, "api-key", api_key, NULL);
  gst_element_set_bus (element, bus);
  ret = gst_element_set_state (element, GST_STATE_READY);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless ((ret == GST_STATE_CHANGE_FAILURE) == (message != NULL));
  if (message) {
    gst_message_parse_error (message, &error, NULL);
    gst_message_unref (message);
  }
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  g_free (launch);
  return error;
}
