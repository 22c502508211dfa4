/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the sink costs beside decoding: the clip of VITALS_TEST_DATA, whose face is
 * 400x400 pixels as it was recorded, in the middle of itself scaled to 1920x1080,
 * encoded anew as H.264, decoded on one thread into
 *
 *   fakesink          decoding only
 *   circadifyenc      packing and gzip
 *   circadifysink     the same and the session, against a service that discards
 *
 * in turns, with the box of that face. CPU time of the process: the median of the
 * rounds, and the median of what each needed more than decoding alone in the same
 * round. That is a small difference of large times; so also the CPU time of the
 * streaming thread in the element, and of deflate alone on the same patches. Of
 * these the least of the rounds as well: others on the same machine slow some
 * down.
 *
 *   bench-pipeline [--rounds N]
 */

#include <discard-server.h>
#include <gst/gst.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <vitals-sandbox.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/tensor/vitals-payload-private.h>

/* The face of the clip is at 30,74 of its 528x592. */
#define FACE_PLACE "sink_1::xpos=696 sink_1::ypos=244"
#define ROI "roi=726,318,400,400 min-frames=30"
#define FACE ROI " compressor=isal compression-level=1"
#define DECODE "filesrc location=\"%s\" ! matroskademux ! h264parse ! " \
    "avdec_h264 name=count max-threads=1 ! "
#define MAX_ROUNDS 101

static gint n_rounds = 11;

static const GOptionEntry options[] = {
  {"rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds,
      "Runs of each pipeline, the median counts (11)", "N"},
  {NULL, 0, 0, 0, NULL, NULL, NULL}
};

typedef struct
{
  const gchar *name, *sink;
  gdouble seconds[MAX_ROUNDS];
  gdouble thread_seconds[MAX_ROUNDS];   /* of the element "timed" */
} Peer;

static Peer peers[] = {
  {"decoding only", "fakesink name=timed sync=false", {0}, {0}},
  {"decoding, circadifyenc", "circadifyenc name=timed " FACE
        " ! fakesink sync=false", {0}, {0}},
  {"decoding, circadifysink", "circadifysink name=timed post-progress=false "
        FACE, {0}, {0}}
};

/* Of the element "timed" of the pipeline that runs. */
static GstPadChainFunction timed_chain;
static gdouble timed_seconds;

static gdouble
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static gdouble
get_thread_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gdouble start = get_thread_seconds ();
  GstFlowReturn flow = timed_chain (pad, parent, buffer);

  timed_seconds += get_thread_seconds () - start;
  return flow;
}

static void
time_element (GstElement * element)
{
  GstPad *pad = gst_element_get_static_pad (element, "sink");

  timed_chain = GST_PAD_CHAINFUNC (pad);
  gst_pad_set_chain_function (pad, chain);
  gst_object_unref (pad);
}

static GstPadProbeReturn
count_frame (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info G_GNUC_UNUSED,
    gpointer frames)
{
  ++*(guint *) frames;
  return GST_PAD_PROBE_OK;
}

/* Runs @launch to its end; the buffers of the element "count", if there is one,
 * are counted. */
static gboolean
run (const gchar * launch, const gchar * url, guint * frames, GError ** error)
{
  GstElement *pipeline = gst_parse_launch (launch, error), *element;
  GstMessage *message;

  if (!pipeline)
    return FALSE;
  element = gst_bin_get_by_name (GST_BIN (pipeline), "timed");
  if (element) {
    time_element (element);
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "api-key"))
      g_object_set (element, "api-key", VITALS_SANDBOX_TEST_KEY, "base-url",
          url, NULL);
    gst_object_unref (element);
  }
  element = gst_bin_get_by_name (GST_BIN (pipeline), "count");
  if (element) {
    GstPad *pad = gst_element_get_static_pad (element, "src");

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_frame, frames,
        NULL);
    gst_object_unref (pad);
    gst_object_unref (element);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
      GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, error, NULL);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return *error == NULL;
}

static gboolean
make_clip (const gchar * clip, const gchar * path, GError ** error)
{
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=\"%s\" ! "
      "decodebin ! videoconvert ! tee name=clip "
      "compositor name=scene " FACE_PLACE " ! "
      "video/x-raw,format=I420,width=1920,height=1080 ! "
      "x264enc bitrate=6000 speed-preset=veryfast bframes=0 ! h264parse ! "
      "matroskamux ! filesink location=\"%s\" "
      "clip. ! queue ! videoscale ! video/x-raw,width=1920,height=1080 ! scene.sink_0 "
      "clip. ! queue ! scene.sink_1", clip, path);
  guint frames = 0;

  return run (launch, NULL, &frames, error);
}

/* The patches of the clip. */
static VitalsTensor *
pack_clip (const gchar * path, GError ** error)
{
  g_autofree gchar *tensor = g_strconcat (path, ".tensor", NULL);
  g_autofree gchar *launch = g_strdup_printf (DECODE "circadifyenc " ROI
      " compression-level=0 ! filesink location=\"%s\"", path, tensor);
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  g_autoptr (GBytes) bytes = NULL;
  gchar *data;
  gsize size;
  guint frames = 0;

  if (!run (launch, NULL, &frames, error)
      || !g_file_get_contents (tensor, &data, &size, error))
    return NULL;
  g_unlink (tensor);
  bytes = g_bytes_new_take (data, size);
  return vitals_tensor_decode (bytes, layout, error);
}

/* Returns: seconds of CPU time */
static gdouble
deflate_patches (VitalsTensor * tensor)
{
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  g_autoptr (VitalsPayloadWriter) writer = vitals_payload_writer_new (layout,
      VITALS_COMPRESSOR_ISAL, 1, NULL);
  const guint8 *pixels =
      g_bytes_get_data (vitals_tensor_get_pixels (tensor), NULL);
  guint frames = vitals_tensor_get_frames (tensor), i;
  gdouble start = get_thread_seconds ();

  for (i = 0; i < frames; i++)
    vitals_payload_writer_add_frame (writer,
        pixels + (gsize) i * VITALS_FRAME_BYTES);
  return get_thread_seconds () - start;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
get_median (const gdouble * values)
{
  gdouble sorted[MAX_ROUNDS];

  memcpy (sorted, values, n_rounds * sizeof (gdouble));
  qsort (sorted, n_rounds, sizeof (gdouble), compare);
  return sorted[n_rounds / 2];
}

/* @deflate: of the rounds, seconds */
static gboolean
measure (const gchar * path, const gchar * url, guint * frames,
    gdouble * deflate, GError ** error)
{
  g_autoptr (VitalsTensor) tensor = pack_clip (path, error);
  guint round, i;

  if (!tensor)
    return FALSE;
  for (round = 0; round < (guint) n_rounds; round++) {
    for (i = 0; i < G_N_ELEMENTS (peers); i++) {
      g_autofree gchar *launch = g_strdup_printf (DECODE "%s", path,
          peers[i].sink);
      gdouble start = get_cpu_seconds ();

      *frames = 0;
      timed_seconds = 0;
      if (!run (launch, url, frames, error))
        return FALSE;
      peers[i].seconds[round] = get_cpu_seconds () - start;
      peers[i].thread_seconds[round] = timed_seconds;
    }
    deflate[round] = deflate_patches (tensor);
  }
  return TRUE;
}

static gdouble
get_median_difference (const gdouble * values, const gdouble * less)
{
  gdouble differences[MAX_ROUNDS];
  gint i;

  for (i = 0; i < n_rounds; i++)
    differences[i] = values[i] - less[i];
  return get_median (differences);
}

static gdouble
get_least (const gdouble * values)
{
  gdouble least = values[0];
  gint i;

  for (i = 1; i < n_rounds; i++)
    least = MIN (least, values[i]);
  return least;
}

/* @deflate: of the rounds, seconds */
static void
report (guint frames, const gdouble * deflate)
{
  const gdouble ms = 1e3 / frames;
  const gdouble decoding = get_median (peers[0].seconds) * ms;
  guint i;

  g_print ("ms a frame, the least in brackets\n");
  for (i = 0; i < G_N_ELEMENTS (peers); i++) {
    gdouble thread = get_median (peers[i].thread_seconds) * ms;

    g_print ("%-26s %.3f", peers[i].name, get_median (peers[i].seconds) * ms);
    if (i > 0)
      g_print (", %+.3f; on the streaming thread %.3f (%.3f), %.1f %% of "
          "decoding", get_median_difference (peers[i].seconds,
              peers[0].seconds) * ms, thread,
          get_least (peers[i].thread_seconds) * ms, 100 * thread / decoding);
    g_print ("\n");
  }
  g_print ("%-26s %.3f (%.3f)\n", "deflate of the patches",
      get_median (deflate) * ms, get_least (deflate) * ms);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  g_autofree gchar *clip = g_build_filename (data ? data : "", "face.mp4",
      NULL);
  g_autofree gchar *folder = NULL, *path = NULL, *url = NULL;
  GError *error = NULL;
  DiscardServer server;
  gdouble deflate[MAX_ROUNDS];
  guint frames;
  gboolean good;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (n_rounds < 1 || n_rounds > MAX_ROUNDS) {
    g_printerr ("--rounds must be 1 to %d\n", MAX_ROUNDS);
    return 2;
  }
  if (!g_file_test (clip, G_FILE_TEST_EXISTS)) {
    g_print ("skipped: no face.mp4 in VITALS_TEST_DATA\n");
    return 0;
  }
  if (!discard_server_start (&server)) {
    g_printerr ("the service cannot be started\n");
    return 1;
  }
  gst_init (NULL, NULL);
  url = discard_server_dup_url (&server);
  folder = g_dir_make_tmp ("vitals-bench-XXXXXX", NULL);
  path = g_build_filename (folder, "clip.mkv", NULL);
  good = make_clip (clip, path, &error)
      && measure (path, url, &frames, deflate, &error);
  if (good)
    report (frames, deflate);
  else
    g_printerr ("%s\n", error->message);
  g_clear_error (&error);
  g_unlink (path);
  g_rmdir (folder);
  discard_server_stop (&server);
  return good ? 0 : 1;
}
