/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What it costs to pack a frame, beside others that do the same work: see
 * docs/performance.md.
 *
 *   bench-packer [--json] [--rounds N]
 *
 * Peers take turns on the same frames; times are medians, of the thread's
 * processor time, in milliseconds a frame. Ratios are medians of the rounds'
 * own: others on the same machine slow whole rounds down.
 *   hot:  one frame again and again, another one each round, as it matters
 *         where in memory a frame lies
 *   cold: the next frame of a ring that is larger than four times the last
 *         cache, whose other frames have been read since; the least of N_TRIES,
 *         as a hypervisor may stop any read of memory for longer than it takes
 */

#include "peers.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WIDTH 1920
#define HEIGHT 1080
#define MAX_PEERS 6
/* Of one measurement: more frames are packed when they take less. */
#define BATCH_SECONDS 0.001
#define ASSUMED_CACHE (32 << 20)
#define N_TRIES 3

static gint n_rounds = 101;
static gboolean as_json = FALSE;

static const GOptionEntry options[] = {
  {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL},
  {"rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds,
      "Measurements of each peer, the median counts (101)", "N"},
  {NULL, 0, 0, 0, NULL, NULL, NULL}
};

static const Peer *const peers[] = {
  &peer_packer, &peer_read, &peer_converter_linear, &peer_converter_cubic,
  &peer_converter_two_taps,
#if HAVE_OPENCV
  &peer_opencv
#endif
};

typedef struct
{
  const gchar *name;
  GstVideoFormat format;
  VitalsBox face;
} Work;

/* A face box whose largest patch is x, y, w, h: each byte of that is read. */
#define PATCH(x, y, w, h) {(x) - .2 / .6 * (w), (y) - .1 / .8 * (h), \
    (w) / .6, (h) / .8}
#define FACE_400 {760, 340, 400, 400}
#define PATCH_400 PATCH (760, 340, 400, 400)
#define WHOLE_BOX {0, 0, WIDTH, HEIGHT}
#define WHOLE_PATCH PATCH (0, 0, WIDTH, HEIGHT)

static const Work works[] = {
  {"I420, face 400x400", GST_VIDEO_FORMAT_I420, FACE_400},
  {"NV12, face 400x400", GST_VIDEO_FORMAT_NV12, FACE_400},
  {"YUY2, face 400x400", GST_VIDEO_FORMAT_YUY2, FACE_400},
  {"RGB, face 400x400", GST_VIDEO_FORMAT_RGB, FACE_400},
  {"BGRx, face 400x400", GST_VIDEO_FORMAT_BGRx, FACE_400},
  {"I420, patch 400x400", GST_VIDEO_FORMAT_I420, PATCH_400},
  {"NV12, patch 400x400", GST_VIDEO_FORMAT_NV12, PATCH_400},
  {"I420, face 1920x1080", GST_VIDEO_FORMAT_I420, WHOLE_BOX},
  {"NV12, face 1920x1080", GST_VIDEO_FORMAT_NV12, WHOLE_BOX},
  {"I420, patch 1920x1080", GST_VIDEO_FORMAT_I420, WHOLE_PATCH},
  {"NV12, patch 1920x1080", GST_VIDEO_FORMAT_NV12, WHOLE_PATCH}
};

typedef struct
{
  gpointer state;
  gdouble *hot, *cold;          /* [n_rounds] */
} Runner;

static gdouble
get_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
get_median (const gdouble * values)
{
  g_autofree gdouble *sorted = g_memdup2 (values, n_rounds * sizeof (*values));

  qsort (sorted, n_rounds, sizeof (*sorted), compare_doubles);
  return sorted[n_rounds / 2];
}

static gdouble
get_median_ratio (const gdouble * values, const gdouble * others)
{
  g_autofree gdouble *ratios = g_new (gdouble, n_rounds);
  gint i;

  for (i = 0; i < n_rounds; i++)
    ratios[i] = values[i] / others[i];
  return get_median (ratios);
}

static guint
get_ring_size (const GstVideoInfo * info)
{
  glong cache = MAX (sysconf (_SC_LEVEL3_CACHE_SIZE),
      sysconf (_SC_LEVEL2_CACHE_SIZE));

  return 4 * (gsize) (cache > 0 ? cache : ASSUMED_CACHE) / info->size + 2;
}

static GstVideoFrame *
open_ring (const GstVideoInfo * info, guint n)
{
  GstVideoFrame *ring = g_new (GstVideoFrame, n);
  guint32 seed = 1;
  guint i;
  gsize j;

  for (i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);

    if (!gst_video_frame_map (&ring[i], info, buffer, GST_MAP_READWRITE))
      g_error ("not mapped");
    gst_buffer_unref (buffer);
    for (j = 0; j < info->size; j++) {
      seed = seed * 1664525u + 1013904223u;
      ring[i].map[0].data[j] = 64 + (seed >> 25);
    }
  }
  return ring;
}

static void
close_ring (GstVideoFrame * ring, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    gst_video_frame_unmap (&ring[i]);
  g_free (ring);
}

static void
measure_hot (const Peer * peer, Runner * runner, GstVideoFrame * frame,
    guint round)
{
  gdouble start, now;
  guint n = 0;

  peer->run (runner->state, frame);
  start = get_seconds ();
  do {
    peer->run (runner->state, frame);
    n++;
    now = get_seconds ();
  } while (now - start < BATCH_SECONDS);
  runner->hot[round] = (now - start) / n;
}

/* All of a frame comes into the caches, and something else goes. */
static void
read_frame (GstVideoFrame * frame)
{
  volatile const guint8 *bytes = frame->map[0].data;
  gsize i;

  for (i = 0; i < frame->map[0].size; i += 64)
    (void) bytes[i];
}

static void
measure_cold (const Peer * peer, Runner * runner, GstVideoFrame * frame,
    guint round)
{
  gdouble start = get_seconds (), seconds;

  peer->run (runner->state, frame);
  seconds = get_seconds () - start;
  if (runner->cold[round] == 0 || seconds < runner->cold[round])
    runner->cold[round] = seconds;
  read_frame (frame);
}

static void
measure (const Work * work, Runner * runners)
{
  GstVideoInfo info;
  GstVideoFrame *ring;
  guint n, i, k, round, next = 0;

  gst_video_info_set_format (&info, work->format, WIDTH, HEIGHT);
  n = get_ring_size (&info);
  ring = open_ring (&info, n);
  for (i = 0; i < G_N_ELEMENTS (peers); i++) {
    runners[i].state = peers[i]->create (&info, &work->face);
    if (runners[i].state)
      peers[i]->run (runners[i].state, &ring[0]);
  }
  for (round = 0; round < (guint) n_rounds; round++) {
    for (i = 0; i < G_N_ELEMENTS (peers); i++) {
      if (runners[i].state)
        measure_hot (peers[i], &runners[i], &ring[round % n], round);
    }
  }
  for (k = 0; k < N_TRIES * (guint) n_rounds; k++) {
    for (i = 0; i < G_N_ELEMENTS (peers); i++) {
      if (runners[i].state)
        measure_cold (peers[i], &runners[i], &ring[next++ % n], k % n_rounds);
    }
  }
  close_ring (ring, n);
}

typedef struct
{
  const gchar *name;
  gdouble value;
} Figure;

/* The ratios are of one run: the packer, the first, is 1. */
static void
report (const Work * work, Runner * runners, JsonBuilder * json)
{
  guint i, k;

  json_builder_set_member_name (json, work->name);
  json_builder_begin_object (json);
  if (!as_json)
    g_print ("\n%-26s %9s %9s %9s %9s\n", work->name, "hot ms", "cold ms",
        "hot x", "cold x");
  for (i = 0; i < G_N_ELEMENTS (peers); i++) {
    const Runner *runner = &runners[i];
    const Figure figures[] = {
      {"hot-ms", get_median (runner->hot) * 1e3},
      {"cold-ms", get_median (runner->cold) * 1e3},
      {"hot-times-the-packer", get_median_ratio (runner->hot, runners->hot)},
      {"cold-times-the-packer", get_median_ratio (runner->cold, runners->cold)}
    };

    if (!runner->state)
      continue;
    json_builder_set_member_name (json, peers[i]->name);
    json_builder_begin_object (json);
    for (k = 0; k < G_N_ELEMENTS (figures); k++) {
      json_builder_set_member_name (json, figures[k].name);
      json_builder_add_double_value (json, figures[k].value);
    }
    json_builder_end_object (json);
    if (!as_json)
      g_print ("  %-24s %9.4f %9.4f %9.2f %9.2f\n", peers[i]->name,
          figures[0].value, figures[1].value, figures[2].value,
          figures[3].value);
  }
  json_builder_end_object (json);
}

static void
run (const Work * work, JsonBuilder * json)
{
  Runner runners[MAX_PEERS] = { {NULL, NULL, NULL} };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (peers); i++) {
    runners[i].hot = g_new0 (gdouble, n_rounds);
    runners[i].cold = g_new0 (gdouble, n_rounds);
  }
  measure (work, runners);
  report (work, runners, json);
  for (i = 0; i < G_N_ELEMENTS (peers); i++) {
    if (runners[i].state)
      peers[i]->destroy (runners[i].state);
    g_free (runners[i].hot);
    g_free (runners[i].cold);
  }
}

static void
print_json (JsonBuilder * json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree gchar *text = json_to_string (root, TRUE);

  g_print ("%s\n", text);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (GError) error = NULL;
  guint i;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (n_rounds < 1) {
    g_printerr ("--rounds must be 1 or more\n");
    return 2;
  }
  gst_init (NULL, NULL);
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "kernels");
  json_builder_add_string_value (json, vitals_kernels_get_default ()->name);
  if (!as_json)
    g_print ("kernels: %s; 1920x1080\n", vitals_kernels_get_default ()->name);
  for (i = 0; i < G_N_ELEMENTS (works); i++)
    run (&works[i], json);
  json_builder_end_object (json);
  if (as_json)
    print_json (json);
  return 0;
}
