/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The figures of circadifysink, against the sandbox in the same process:
 *
 *   figures        prints a table, and one line of JSON
 *
 * seal:    from the last frame of a 24 s window to its sealed payload
 * cancel:  from set_state(NULL) to its return, at each point of a session
 * post:    from the service's last answer to the message, upper bound: it
 *          begins when the request for the answer reached the service
 * sinks:   50 sinks in one process: all answered, network threads
 * memory:  growth of the resident set for a sink whose 24 s window waits, less
 *          the window's own compressed bytes
 */

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <gst/gst.h>
#include <vitals-sandbox.h>
#include <vitals/capture/vitals-capture-private.h>

#define WINDOW "window-duration=1000000000 min-frames=10 roi=0,0,64,64 "
#define SMALL "vitalstestsrc num-buffers=30 ! " \
    "video/x-raw,format=I420,width=64,height=64,framerate=30/1"
#define N_SEALS 5
#define N_SINKS 50
#define N_MEMORY 8

static gdouble
milliseconds_since (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1000.0;
}

static GstElement *
make_pipeline (VitalsSandbox * sandbox, const gchar * source,
    const gchar * properties)
{
  gchar *launch = g_strdup_printf ("%s ! circadifysink name=sink "
      "poll-interval=20000000 post-progress=false %s", source, properties);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  GstElement *sink;

  if (error)
    g_error ("%s", error->message);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_set (sink, "api-key", VITALS_SANDBOX_TEST_KEY, "base-url",
      vitals_sandbox_get_url (sandbox), NULL);
  gst_object_unref (sink);
  g_free (launch);
  return pipeline;
}

static VitalsSandbox *
make_sandbox (const gchar * fault)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  GError *error = NULL;
  VitalsSandbox *sandbox = vitals_sandbox_new (&options, &error);

  if (!sandbox || (fault && !vitals_sandbox_add_fault (sandbox, fault, &error)))
    g_error ("%s", error->message);
  return sandbox;
}

/* Waits for EOS; TRUE when it came and not an error. */
static gboolean
wait_eos (GstElement * pipeline)
{
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  GstMessage *message = gst_bus_timed_pop_filtered (bus, 120 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gboolean eos = message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;

  g_clear_pointer (&message, gst_message_unref);
  gst_object_unref (bus);
  return eos;
}

static void
free_pipeline (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

/* seal */

/* @user_data: when the payload was there. */
static void
note_end (const VitalsCaptureWindow * window, gpointer user_data)
{
  gint64 *sealed = user_data;

  if (window->payload)
    *sealed = g_get_monotonic_time ();
}

/* Noise, as a camera's: what compresses worst. */
static void
fill_noise (GstVideoFrame * frame, GRand * random)
{
  guint8 *pixel = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  gsize i;

  for (i = 0; i < GST_VIDEO_FRAME_SIZE (frame); i++)
    pixel[i] = 120 + g_rand_int_range (random, 0, 6);
}

static gdouble
seal_once (VitalsCompressor compressor)
{
  VitalsCaptureConfig config = {
    .window_duration = 24 * GST_SECOND,
    .min_frames = 150,
    .max_frames = 720,
    .capture_fps = 30,
    .compressor = compressor,
    .compression_level = 1
  };
  VitalsTensorLayout *layout = vitals_tensor_layout_new ("draft-1", NULL);
  gint64 sealed = 0, last = 0;
  VitalsCapture *capture = vitals_capture_new (layout, &config, note_end,
      &sealed, NULL);
  GRand *random = g_rand_new_with_seed (1);
  VitalsBox face = { 120, 40, 400, 400 };
  GstVideoInfo info;
  GstBuffer *buffer;
  GstVideoFrame frame;
  guint i;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 640, 480);
  GST_VIDEO_INFO_FPS_N (&info) = 30;
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  vitals_capture_set_info (capture, &info);
  for (i = 0; i < 720 && !sealed; i++) {
    GstClockTime pts = gst_util_uint64_scale (i, GST_SECOND, 30);

    gst_video_frame_map (&frame, &info, buffer, GST_MAP_READWRITE);
    fill_noise (&frame, random);
    last = g_get_monotonic_time ();
    if (vitals_capture_admit (capture, pts, GST_SECOND / 30, FALSE)
        == VITALS_ADMIT_TAKE)
      vitals_capture_add (capture, &frame, &face, NULL);
    gst_video_frame_unmap (&frame);
  }
  gst_buffer_unref (buffer);
  g_rand_free (random);
  vitals_capture_free (capture);
  vitals_tensor_layout_unref (layout);
  return sealed ? (sealed - last) / 1000. : -1;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return *(const gdouble *) a < *(const gdouble *) b ? -1 : 1;
}

/* The median, as the machine may have other things to do. */
static gdouble
measure_seal (VitalsCompressor compressor)
{
  gdouble times[N_SEALS];
  guint i;

  for (i = 0; i < N_SEALS; i++)
    times[i] = seal_once (compressor);
  qsort (times, N_SEALS, sizeof (times[0]), compare);
  return times[N_SEALS / 2];
}

/* cancel */

static gdouble
measure_cancel (const gchar * fault, const gchar * route)
{
  VitalsSandbox *sandbox = make_sandbox (fault);
  GstElement *pipeline = make_pipeline (sandbox, SMALL, WINDOW);
  gint64 start;
  gdouble time;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  vitals_sandbox_wait_count (sandbox, route, 1, 20000);
  start = g_get_monotonic_time ();
  gst_element_set_state (pipeline, GST_STATE_NULL);
  time = milliseconds_since (start);
  gst_object_unref (pipeline);
  vitals_sandbox_free (sandbox);
  return time;
}

/* post */

static GstBusSyncReply
note_time (GstBus * bus G_GNUC_UNUSED, GstMessage * message, gpointer user_data)
{
  if (gst_message_has_name (message, "vitals"))
    *(gint64 *) user_data = g_get_monotonic_time ();
  return GST_BUS_PASS;
}

static gdouble
measure_post (void)
{
  VitalsSandbox *sandbox = make_sandbox (NULL);
  GstElement *pipeline = make_pipeline (sandbox, SMALL, WINDOW);
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  gint64 asked, posted = 0;

  gst_bus_set_sync_handler (bus, note_time, &posted, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  vitals_sandbox_wait_count (sandbox, "result", 1, 20000);
  asked = g_get_monotonic_time ();
  wait_eos (pipeline);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_object_unref (bus);
  free_pipeline (pipeline);
  vitals_sandbox_free (sandbox);
  return posted ? MAX (posted - asked, 0) / 1000.0 : -1;
}

/* sinks */

static guint
count_network_threads (void)
{
  GDir *tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *task;
  guint n = 0;

  while (tasks && (task = g_dir_read_name (tasks))) {
    gchar *path = g_strdup_printf ("/proc/self/task/%s/comm", task);
    gchar *name = NULL;

    if (g_file_get_contents (path, &name, NULL, NULL))
      n += g_str_has_prefix (name, "vitals-network");
    g_free (name);
    g_free (path);
  }
  g_clear_pointer (&tasks, g_dir_close);
  return n;
}

static guint
run_many (guint * network_threads)
{
  VitalsSandbox *sandbox = make_sandbox (NULL);
  GstElement *pipelines[N_SINKS];
  guint answered = 0, i;

  for (i = 0; i < N_SINKS; i++) {
    pipelines[i] = make_pipeline (sandbox, SMALL, WINDOW);
    gst_element_set_state (pipelines[i], GST_STATE_PLAYING);
  }
  for (i = 0; i < N_SINKS; i++) {
    GstElement *sink = gst_bin_get_by_name (GST_BIN (pipelines[i]), "sink");
    GstStructure *reading = NULL;

    if (wait_eos (pipelines[i]))
      g_object_get (sink, "last-reading", &reading, NULL);
    answered += reading != NULL;
    g_clear_pointer (&reading, gst_structure_free);
    gst_object_unref (sink);
  }
  /* while they start, threads of GLib have the name of the one they come from */
  *network_threads = count_network_threads ();
  for (i = 0; i < N_SINKS; i++)
    free_pipeline (pipelines[i]);
  vitals_sandbox_free (sandbox);
  return answered;
}

/* memory */

static gsize
resident_bytes (void)
{
  gchar *text = NULL;
  gulong pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*u %lu", &pages);
  g_free (text);
  return pages * 4096;
}

static guint64
held_bytes (GstElement * pipeline)
{
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstStructure *stats;
  guint64 held = 0;

  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "held-bytes", &held);
  gst_structure_free (stats);
  gst_object_unref (sink);
  return held;
}

#define LONG "vitalstestsrc num-buffers=720 ! " \
    "video/x-raw,format=I420,width=160,height=120,framerate=30/1"

/* Per sink, with what a pipeline of its own takes: an upper bound. */
static gdouble
measure_memory (gdouble * held)
{
  VitalsSandbox *sandbox = make_sandbox ("start:stall");
  GstElement *pipelines[N_MEMORY];
  gsize before, after;
  guint64 total = 0;
  guint i;

  /* what earlier measurements freed is not there to be used again */
  malloc_trim (0);
  before = resident_bytes ();
  for (i = 0; i < N_MEMORY; i++) {
    pipelines[i] = make_pipeline (sandbox, LONG, "");
    gst_element_set_state (pipelines[i], GST_STATE_PLAYING);
    /* the sealed window waits for its start */
    vitals_sandbox_wait_count (sandbox, "start", i + 1, 60000);
    total += held_bytes (pipelines[i]);
  }
  after = resident_bytes ();
  for (i = 0; i < N_MEMORY; i++)
    free_pipeline (pipelines[i]);
  vitals_sandbox_free (sandbox);
  *held = total / (gdouble) N_MEMORY / 1e6;
  return ((gdouble) after - before - total) / N_MEMORY / 1e6;
}

static void
row (const gchar * name, gdouble value, gdouble goal, const gchar * unit)
{
  g_print ("%-44s %8.2f %-3s goal %g\n", name, value, unit, goal);
}

int
main (int argc, char **argv)
{
  static const gchar *const points[][2] = {
    {"start:stall", "start"}, {"upload:stall-read", "upload"},
    {"upload:stall", "upload"}, {"complete:stall", "complete"},
    {"result:stall", "result"}, {"result:never", "result"}
  };
  gdouble zlib, fastest, post, memory, held, cancel = 0;
  guint answered, threads, i;

  gst_init (&argc, &argv);
  /* the first one loads the plugins; memory comes before what leaves holes */
  post = measure_post ();
  memory = measure_memory (&held);
  zlib = measure_seal (VITALS_COMPRESSOR_ZLIB);
  fastest = measure_seal (VITALS_COMPRESSOR_AUTO);
  row ("last frame to sealed payload, zlib", zlib, 10, "ms");
  row ("last frame to sealed payload, auto", fastest, 10, "ms");
  for (i = 0; i < G_N_ELEMENTS (points); i++) {
    gdouble time = measure_cancel (points[i][0], points[i][1]);
    gchar *name = g_strdup_printf ("cancel to NULL at %s", points[i][0]);

    cancel = MAX (cancel, time);
    row (name, time, 100, "ms");
    g_free (name);
  }
  row ("result asked to message posted", post, 5, "ms");
  answered = run_many (&threads);
  row ("of 50 sinks answered", answered, N_SINKS, "");
  row ("network threads for 50 sinks", threads, 1, "");
  row ("compressed window of a sink", held, 45, "MB");
  row ("memory of a sink beside it", memory, 1, "MB");
  g_print ("{\"seal_zlib_ms\":%.3f,\"seal_ms\":%.3f,\"cancel_ms\":%.3f,"
      "\"post_ms\":%.3f,\"answered\":%u,\"network_threads\":%u,"
      "\"memory_mb\":%.3f}\n", zlib, fastest, cancel, post, answered, threads,
      memory);
  return 0;
}
