/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The figures of rppg, and of the sandbox that measures with its library:
 *
 *   figures        prints a table, and one line of JSON
 *
 * cpu:     of the whole process for a frame of 1080p that is there already,
 *          less that of the same frames through identity; the median of pairs
 * memory:  resident set at the end of 90 s of media, less that of identity
 * rate:    the heart rate of face.mp4 (VITALS_TEST_DATA) at its end, by where
 *          the face comes from, and media time that the first one needed
 * step:    media time until a heart rate that changes by 30 is followed for good
 * sandbox: its processing-time of a tensor of 24 s, with the live key
 */

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <gst/video/gstvideometa.h>
#include <vitals-sandbox.h>

#include "../vitallens/frames.h"

#define FPS 30
#define FRAMES (90 * FPS)
#define N_RING 25               /* one beat of 72 a minute */
#define N_PAIRS 5
#define STEP_FRAME (20 * FPS)
#define N_TENSORS 3
#define LARGE "video/x-raw,format=I420,width=1920,height=1080,framerate=30/1"
#define RPPG "rppg face-detection=off roi=760,170,400,400"

/* What a pipeline shows while it runs, all from its streaming thread. */
typedef struct
{
  gdouble rate;                 /* the last, a minute; 0: none */
  gdouble first;                /* s of media until the first; 0: none yet */
  gdouble target;               /* of a step, a minute */
  gdouble followed;             /* s of media; 0: not yet */
  guint frames;
  gdouble resident;             /* MB, at the last frame */
} Run;

static void
note_vitals (Run * run, const GstStructure * vitals)
{
  guint64 timestamp, duration;
  gdouble end;

  if (!gst_structure_get (vitals, "timestamp", G_TYPE_UINT64, &timestamp,
          "duration", G_TYPE_UINT64, &duration, NULL))
    return;
  end = (timestamp + duration) / (gdouble) GST_SECOND;
  if (!gst_structure_get_double (vitals, "heart-rate", &run->rate))
    run->rate = 0;
  if (run->rate > 0 && run->first == 0)
    run->first = end;
  if (fabs (run->rate - run->target) > 2)
    run->followed = 0;
  else if (run->followed == 0)
    run->followed = end;
}

static GstBusSyncReply
note_message (GstBus * bus G_GNUC_UNUSED, GstMessage * message,
    gpointer user_data)
{
  if (!gst_message_has_name (message, "vitals"))
    return GST_BUS_PASS;
  note_vitals (user_data, gst_message_get_structure (message));
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstElement *
make_pipeline (Run * run, const gchar * launch)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  GstBus *bus;

  if (error)
    g_error ("%s", error->message);
  bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  gst_bus_set_sync_handler (bus, note_message, run, NULL);
  gst_object_unref (bus);
  return pipeline;
}

/* Waits for the end; FALSE when it was an error. */
static gboolean
finish (GstElement * pipeline)
{
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  GstMessage *message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gboolean eos = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;

  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return eos;
}

static void
add_probe (GstElement * pipeline, const gchar * name, const gchar * pad_name,
    GstPadProbeCallback callback, gpointer user_data)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  GstPad *pad = gst_element_get_static_pad (element, pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, user_data, NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return *(const gdouble *) a < *(const gdouble *) b ? -1 : 1;
}

/* cpu, memory */

static gdouble
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
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

static GstPadProbeReturn
note_frame (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data)
{
  Run *run = user_data;

  if (++run->frames == FRAMES)
    run->resident = resident_megabytes ();
  return GST_PAD_PROBE_OK;
}

/* Without the face's region, which would go before the one that is given. */
static GPtrArray *
make_ring (void)
{
  GPtrArray *frames = frames_new (LARGE, N_RING);
  guint i;

  for (i = 0; i < frames->len; i++) {
    GstVideoRegionOfInterestMeta *meta;

    while ((meta =
            gst_buffer_get_video_region_of_interest_meta (frames->pdata[i])))
      gst_buffer_remove_meta (frames->pdata[i], &meta->meta);
  }
  return frames;
}

/* Returns: seconds of the processor */
static gdouble
run_frames (GPtrArray * frames, const gchar * element, Run * run)
{
  gchar *launch = g_strdup_printf ("appsrc name=src format=time block=true "
      "max-buffers=4 max-bytes=0 caps=" LARGE " ! %s ! fakesink name=end "
      "sync=false", element);
  GstElement *pipeline;
  gdouble before;

  /* what was freed earlier is not there to be used again */
  malloc_trim (0);
  before = cpu_seconds ();
  pipeline = make_pipeline (run, launch);
  add_probe (pipeline, "end", "sink", note_frame, run);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  frames_feed (pipeline, frames, FRAMES);
  if (!finish (pipeline))
    g_error ("%s failed", element);
  g_free (launch);
  return cpu_seconds () - before;
}

/* @cpu: ms for a frame; @memory: MB, of the first pair */
static void
measure_frames (gdouble * cpu, gdouble * memory)
{
  GPtrArray *frames = make_ring ();
  gdouble times[N_PAIRS];
  guint i;

  for (i = 0; i < N_PAIRS; i++) {
    Run without = { 0, }, with = { 0, };
    gdouble source = run_frames (frames, "identity", &without);

    times[i] = (run_frames (frames, RPPG, &with) - source) / FRAMES * 1000;
    if (with.first == 0)
      g_error ("there is no heart rate: the region shows no face");
    if (i == 0)
      *memory = with.resident - without.resident;
  }
  qsort (times, N_PAIRS, sizeof (times[0]), compare);
  *cpu = times[N_PAIRS / 2];
  g_ptr_array_unref (frames);
}

/* rate, first */

static void
row (const gchar * name, gdouble value, const gchar * unit, const gchar * goal)
{
  g_print ("%-44s %8.2f %-4s goal %s\n", name, value, unit, goal);
}

static void
measure_clip (const gchar * name, const gchar * elements, Run * run)
{
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  gchar *file = g_build_filename (data ? data : ".", "face.mp4", NULL);
  gchar *launch = g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! "
      "videoconvert ! %s ! fakesink sync=false", file, elements);

  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_print ("face.mp4 is not there (VITALS_TEST_DATA): skipped, %s\n", name);
  } else {
    GstElement *pipeline = make_pipeline (run, launch);
    gchar *first = g_strdup_printf ("media time of its first, %s", name);
    gchar *rate = g_strdup_printf ("heart rate of face.mp4, %s", name);

    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    if (finish (pipeline)) {
      row (rate, run->rate, "/min", "52.7 +-1.0");
      row (first, run->first, "s", "5.1");
    } else {
      g_print ("%s: is not possible here, skipped\n", rate);
    }
    g_free (rate);
    g_free (first);
  }
  g_free (launch);
  g_free (file);
}

/* step */

static GstPadProbeReturn
change_rate (GstPad * pad, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer user_data)
{
  Run *run = user_data;

  if (++run->frames == STEP_FRAME) {
    GstElement *source = gst_pad_get_parent_element (pad);

    if (fabs (run->rate - run->target) < 28)
      g_error ("no heart rate before the step: %g", run->rate);
    g_object_set (source, "heart-rate", run->target, NULL);
    gst_object_unref (source);
  }
  return GST_PAD_PROBE_OK;
}

static gdouble
measure_step (gdouble from, gdouble to)
{
  Run run = {.target = to };
  gchar *launch = g_strdup_printf ("vitalstestsrc name=src heart-rate=%.0f "
      "num-buffers=%u ! video/x-raw,format=I420,width=320,height=240,"
      "framerate=30/1 ! rppg ! fakesink sync=false", from, 3 * STEP_FRAME);
  GstElement *pipeline = make_pipeline (&run, launch);

  add_probe (pipeline, "src", "src", change_rate, &run);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  if (!finish (pipeline) || run.followed == 0)
    g_error ("the step to %g is not followed: %g", to, run.rate);
  g_free (launch);
  return run.followed - STEP_FRAME / (gdouble) FPS;
}

/* sandbox */

/* Returns: ms; @megabytes: of the payload */
static gdouble
process_tensor (gdouble * megabytes)
{
  VitalsSandboxOptions options = VITALS_SANDBOX_OPTIONS_INIT;
  VitalsSandbox *sandbox = vitals_sandbox_new (&options, NULL);
  Run run = { 0, };
  GstElement *pipeline = make_pipeline (&run, "vitalstestsrc num-buffers=720 "
      "noise=1 ! video/x-raw,format=I420,width=640,height=480,framerate=30/1 "
      "! circadifysink name=sink poll-interval=20000000 post-progress=false");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstStructure *reading = NULL;
  guint64 time = 0;
  GBytes *payload;

  if (!sandbox)
    g_error ("the sandbox does not start");
  g_object_set (sink, "api-key", VITALS_SANDBOX_LIVE_KEY, "base-url",
      vitals_sandbox_get_url (sandbox), NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  if (!finish (pipeline))
    g_error ("the stream failed");
  g_object_get (sink, "last-reading", &reading, NULL);
  payload = vitals_sandbox_get_upload (sandbox, 0);
  if (!reading || !payload
      || !gst_structure_get_uint64 (reading, "processing-time", &time))
    g_error ("the sandbox did not answer with a processing-time");
  *megabytes = g_bytes_get_size (payload) / 1e6;
  g_bytes_unref (payload);
  gst_structure_free (reading);
  gst_object_unref (sink);
  vitals_sandbox_free (sandbox);
  return time / 1e6;
}

static gdouble
measure_sandbox (gdouble * megabytes)
{
  gdouble times[N_TENSORS];
  guint i;

  for (i = 0; i < N_TENSORS; i++)
    times[i] = process_tensor (megabytes);
  qsort (times, N_TENSORS, sizeof (times[0]), compare);
  return times[N_TENSORS / 2];
}

int
main (int argc, char **argv)
{
  static const gchar *const clips[][2] = {
    {"roi", "rppg face-detection=off roi=50,60,390,440"},
    {"facetracker", "facetracker ! rppg face-detection=off"},
    {"own tracker", "rppg face-detection=on"}
  };
  Run runs[G_N_ELEMENTS (clips)] = { {0,}, };
  gdouble cpu, memory = 0, up, down, sandbox, megabytes;
  guint i;

  gst_init (&argc, &argv);
  /* before what leaves holes */
  measure_frames (&cpu, &memory);
  row ("CPU of a 1080p frame, face of 400x400", cpu, "ms", "0.4");
  row ("resident growth in 90 s of media", memory, "MB", "4");
  for (i = 0; i < G_N_ELEMENTS (clips); i++)
    measure_clip (clips[i][0], clips[i][1], &runs[i]);
  up = measure_step (65, 95);
  row ("step from 65 to 95 is followed after", up, "s", "8");
  down = measure_step (95, 65);
  row ("step from 95 to 65 is followed after", down, "s", "8");
  sandbox = measure_sandbox (&megabytes);
  row ("sandbox: processing-time of 24 s", sandbox, "ms", "300");
  row ("sandbox: size of that tensor", megabytes, "MB", "about 20");
  g_print ("{\"cpu_ms\":%.3f,\"memory_mb\":%.2f,\"rate\":[%.2f,%.2f,%.2f],"
      "\"first_s\":[%.2f,%.2f,%.2f],\"step_s\":[%.2f,%.2f],"
      "\"sandbox_ms\":%.1f,\"tensor_mb\":%.1f}\n", cpu, memory, runs[0].rate,
      runs[1].rate, runs[2].rate, runs[0].first, runs[1].first, runs[2].first,
      up, down, sandbox, megabytes);
  return 0;
}
