/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The figures of vitallenssink, against the sandbox in a process of its own:
 *
 *   figures        prints a table, and one line of JSON
 *
 * rate:     the heart rate of face.mp4 (VITALS_TEST_DATA), mode=stream
 * first:    media time that the first heart rate needed
 * latency:  from the last frame of a chunk at the sink to its message, at 30
 *           frames a second in real time
 * cpu:      of the whole process for a frame of 1080p that is there already,
 *           less that of the same frames into fakesink: frames that were just
 *           written, as a decoder's, and more frames than the caches hold
 * memory:   growth of the resident set in the course of an hour of media, as
 *           fast as it goes, over that of the same frames into fakesink; before
 *           all else, whose decoder, module of OpenCV and freed frames would be
 *           in it
 */

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <vitals-sandbox.h>

#include "frames.h"
#include "service.h"

#define FPS 30
#define LIVE_SECONDS 15
#define CPU_FRAMES 1800
#define HOUR (3600 * FPS)
#define SMALL "video/x-raw,format=I420,width=160,height=120,framerate=30/1"
#define LARGE "video/x-raw,format=I420,width=1920,height=1080,framerate=30/1"

/* What a pipeline shows while it runs; the handler runs in the thread that
 * posts, the probe in the streaming thread. */
typedef struct
{
  GMutex lock;
  gint64 arrivals[LIVE_SECONDS * FPS];  /* monotonic us, by frame; 0: not yet */
  GArray *latencies;            /* of gdouble, ms */
  gdouble rate;                 /* the last, a minute; 0: none */
  gdouble first;                /* s of media; 0: none yet */
  gboolean failed;
} Run;

static guint
frame_at (GstClockTime time)
{
  return (time * FPS + GST_SECOND / 2) / GST_SECOND;
}

static GstPadProbeReturn
note_arrival (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  Run *run = user_data;
  guint frame = frame_at (GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)));

  g_mutex_lock (&run->lock);
  if (frame < G_N_ELEMENTS (run->arrivals))
    run->arrivals[frame] = g_get_monotonic_time ();
  g_mutex_unlock (&run->lock);
  return GST_PAD_PROBE_OK;
}

/* With the lock. */
static void
note_vitals (Run * run, const GstStructure * vitals)
{
  guint64 timestamp, duration;
  guint end;

  if (!gst_structure_get (vitals, "timestamp", G_TYPE_UINT64, &timestamp,
          "duration", G_TYPE_UINT64, &duration, NULL))
    return;
  end = frame_at (timestamp + duration);
  if (end > 0 && end <= G_N_ELEMENTS (run->arrivals)
      && run->arrivals[end - 1] > 0) {
    gdouble latency = (g_get_monotonic_time () - run->arrivals[end - 1])
        / 1000.0;

    g_array_append_val (run->latencies, latency);
  }
  if (gst_structure_get_double (vitals, "heart-rate", &run->rate)
      && run->first == 0)
    run->first = (timestamp + duration) / (gdouble) GST_SECOND;
}

static GstBusSyncReply
note_message (GstBus * bus G_GNUC_UNUSED, GstMessage * message,
    gpointer user_data)
{
  Run *run = user_data;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
    return GST_BUS_PASS;
  g_mutex_lock (&run->lock);
  if (gst_message_has_name (message, "vitals"))
    note_vitals (run, gst_message_get_structure (message));
  run->failed |= gst_message_has_name (message, "vitals-failed");
  g_mutex_unlock (&run->lock);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstElement *
make_pipeline (Run * run, const Service * service, const gchar * source,
    const gchar * properties)
{
  gchar *launch = g_strdup_printf ("%s ! vitallenssink name=sink %s", source,
      properties);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error), *sink;
  GstBus *bus;
  GstPad *pad;

  if (error)
    g_error ("%s", error->message);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_set (sink, "api-key", VITALS_SANDBOX_VITALLENS_KEY, "base-url",
      service->url, NULL);
  g_mutex_init (&run->lock);
  run->latencies = g_array_new (FALSE, FALSE, sizeof (gdouble));
  pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_arrival, run, NULL);
  gst_object_unref (pad);
  bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  gst_bus_set_sync_handler (bus, note_message, run, NULL);
  gst_object_unref (bus);
  gst_object_unref (sink);
  g_free (launch);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

/* Waits for the end. */
static void
finish (Run * run, GstElement * pipeline)
{
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR || run->failed)
    g_error ("the stream failed");
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_mutex_clear (&run->lock);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return *(const gdouble *) a < *(const gdouble *) b ? -1 : 1;
}

/* rate, first. FALSE: there is no face.mp4. */
static gboolean
measure_clip (const Service * service, gdouble * rate, gdouble * first)
{
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  gchar *file = g_build_filename (data ? data : ".", "face.mp4", NULL);
  gboolean there = g_file_test (file, G_FILE_TEST_EXISTS);
  Run run = {.rate = 0 };

  if (there) {
    gchar *source = g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! "
        "videoconvert", file);

    finish (&run, make_pipeline (&run, service, source, ""));
    *rate = run.rate;
    *first = run.first;
    g_array_unref (run.latencies);
    g_free (source);
  }
  g_free (file);
  return there;
}

static void
measure_latency (const Service * service, gdouble * median, gdouble * longest)
{
  Run run = {.rate = 0 };
  gchar *source =
      g_strdup_printf ("vitalstestsrc is-live=true num-buffers=%u ! " SMALL,
      LIVE_SECONDS * FPS);

  finish (&run, make_pipeline (&run, service, source, ""));
  g_array_sort (run.latencies, compare);
  *median = g_array_index (run.latencies, gdouble, run.latencies->len / 2);
  *longest = g_array_index (run.latencies, gdouble, run.latencies->len - 1);
  g_array_unref (run.latencies);
  g_free (source);
}

static gdouble
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

#define LARGE_SOURCE "appsrc name=src format=time block=true max-buffers=4 " \
    "max-bytes=0 caps=" LARGE

/* Seconds of what is there without the sink. */
static gdouble
measure_source (GPtrArray * frames)
{
  GstElement *pipeline = gst_parse_launch (LARGE_SOURCE
      " ! fakesink sync=false", NULL);
  gdouble before = cpu_seconds ();
  Run run = {.rate = 0 };

  g_mutex_init (&run.lock);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  frames_feed (pipeline, frames, CPU_FRAMES);
  finish (&run, pipeline);
  return cpu_seconds () - before;
}

/* @n: different frames */
static gdouble
measure_cpu (const Service * service, guint n)
{
  GPtrArray *frames = frames_new (LARGE, n);
  gdouble source = measure_source (frames), before = cpu_seconds (), cpu;
  Run run = {.rate = 0 };
  GstElement *pipeline = make_pipeline (&run, service, LARGE_SOURCE, "");

  frames_feed (pipeline, frames, CPU_FRAMES);
  finish (&run, pipeline);
  cpu = cpu_seconds () - before - source;
  g_array_unref (run.latencies);
  g_ptr_array_unref (frames);
  return cpu / CPU_FRAMES * 1000;
}

static gdouble
resident_megabytes (void)
{
  gchar *text = NULL;
  gulong pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*u %lu", &pages);
  g_free (text);
  return pages * 4096 / 1e6;
}

/* At these frames of the stream. */
static const guint marks[] = { 60 * FPS, 600 * FPS, HOUR - 1 };

typedef struct
{
  gdouble resident[G_N_ELEMENTS (marks)];
} Memory;

static GstPadProbeReturn
note_memory (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  Memory *memory = user_data;
  guint mark;

  for (mark = 0; mark < G_N_ELEMENTS (marks); mark++) {
    if (frame_at (GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info)))
        == marks[mark])
      memory->resident[mark] = resident_megabytes ();
  }
  return GST_PAD_PROBE_OK;
}

#define SMALL_SOURCE "appsrc name=src format=time block=true max-buffers=60 " \
    "max-bytes=0 caps=" SMALL

/* @n: of @frames, again and again. @pipeline: (transfer full) */
static void
run_memory (Run * run, GstElement * pipeline, GPtrArray * frames, guint n,
    Memory * memory)
{
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstPad *pad = gst_element_get_static_pad (sink, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_memory, memory, NULL);
  gst_object_unref (pad);
  gst_object_unref (sink);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  frames_feed (pipeline, frames, n);
  finish (run, pipeline);
  /* what was freed is not there to be used again */
  malloc_trim (0);
}

/* MB at the first mark. */
static gdouble
measure_memory_without (GPtrArray * frames)
{
  Run run = {.rate = 0 };
  Memory memory = { 0, };

  g_mutex_init (&run.lock);
  malloc_trim (0);
  run_memory (&run, gst_parse_launch (SMALL_SOURCE
          " ! fakesink name=sink sync=false", NULL), frames, marks[0] + 1,
      &memory);
  return memory.resident[0];
}

static void
measure_memory_with (const Service * service, const gchar * properties,
    GPtrArray * frames, guint n, Memory * memory)
{
  Run run = {.rate = 0 };

  run_memory (&run, make_pipeline (&run, service, SMALL_SOURCE, properties),
      frames, n, memory);
  if (fabs (run.rate - 72) > 1)
    g_error ("the heart rate is wrong: %g", run.rate);
  g_array_unref (run.latencies);
}

/* @stream: at the marks; @file: MB at the second, of mode=file */
static void
measure_memory (const Service * service, Memory * stream, gdouble * file)
{
  GPtrArray *frames = frames_new (SMALL, 10 * FPS);
  gdouble without = measure_memory_without (frames);
  Memory memory = { 0, };
  guint mark;

  measure_memory_with (service, "", frames, HOUR, stream);
  for (mark = 0; mark < G_N_ELEMENTS (marks); mark++)
    stream->resident[mark] -= without;
  measure_memory_with (service, "mode=file", frames, marks[1] + 1, &memory);
  *file = memory.resident[1] - without;
  g_ptr_array_unref (frames);
}

static void
row (const gchar * name, gdouble value, const gchar * unit, const gchar * goal)
{
  g_print ("%-44s %8.2f %-4s goal %s\n", name, value, unit, goal);
}

int
main (int argc, char **argv)
{
  gdouble rate = 0, first = 0, median, longest, warm, cold, file;
  Memory memory = { 0, };
  Service service;

  if (!service_start (&service))
    g_error ("the service does not start");
  gst_init (&argc, &argv);
  measure_memory (&service, &memory, &file);
  if (measure_clip (&service, &rate, &first)) {
    row ("heart rate of face.mp4", rate, "/min", "52.7 +-1.0");
    row ("media time of its first heart rate", first, "s", "6");
  } else {
    g_print ("face.mp4 is not there (VITALS_TEST_DATA): skipped\n");
  }
  measure_latency (&service, &median, &longest);
  row ("last frame of a chunk to message, median", median, "ms", "50");
  row ("last frame of a chunk to message, longest", longest, "ms", "50");
  warm = measure_cpu (&service, 4);
  row ("CPU of a 1080p frame, just written", warm, "ms", "0.3");
  cold = measure_cpu (&service, 30);
  row ("CPU of a 1080p frame, from memory", cold, "ms", "0.3");
  row ("resident growth after 1 min of an hour", memory.resident[0], "MB", "8");
  row ("resident growth after 10 min", memory.resident[1], "MB", "flat");
  row ("resident growth at the end", memory.resident[2], "MB", "flat");
  row ("resident growth after 10 min, mode=file", file, "MB", "25");
  g_print ("{\"rate\":%.2f,\"first_s\":%.2f,\"latency_ms\":%.2f,"
      "\"latency_max_ms\":%.2f,\"cpu_ms\":[%.3f,%.3f],\"growth_mb\":[%.1f,%.1f,"
      "%.1f],\"growth_file_mb\":%.1f}\n", rate, first, median, longest, warm,
      cold, memory.resident[0], memory.resident[1], memory.resident[2], file);
  service_stop (&service);
  return 0;
}
