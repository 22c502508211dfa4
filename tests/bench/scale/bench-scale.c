/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Many sinks in one process, live, against a service that discards:
 *
 *   bench-scale [--seconds N] [--window SECONDS]
 *
 * Each sink has a pipeline and a live source of its own, 640x480 at 30 frames
 * per second, a region of 200x200, and windows that begin at different times.
 * CPU is that of this process (the service is another one), in percent of one
 * core a sink. Late: the longest time from when a frame was due to when the sink
 * had packed it, and sealed the window where it was the last one.
 */

#include "shared-source.h"

#include <discard-server.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <vitals-sandbox.h>

#define MAX_SINKS 100

static gint seconds = 10;
static gint window = 5;
static gchar *one_row;

static const GOptionEntry options[] = {
  {"seconds", 0, 0, G_OPTION_ARG_INT, &seconds,
      "How long each measurement takes (10)", "N"},
  {"window", 0, 0, G_OPTION_ARG_INT, &window,
      "Length of a window, in seconds (5)", "N"},
  {"row", 0, 0, G_OPTION_ARG_STRING, &one_row,
      "Only this engine and number of sinks, as a row", "ENGINE,N"},
  {NULL, 0, 0, 0, NULL, NULL, NULL}
};

typedef struct
{
  const gchar *name, *properties;
} Engine;

static const Engine engines[] = {
  {"ISA-L", "compressor=isal compression-level=1"},
  {"zlib", "compressor=zlib compression-level=1"},
  {"level 0", "compression-level=0"}
};

static const guint counts[] = { 1, 10, 50, 100 };

typedef struct
{
  GstElement *pipeline, *sink;
  SharedSource *source;
  guint64 skipped, failed;      /* when the measurement began */
} Line;

static gboolean
line_start (Line * line, const gchar * url, const Engine * engine)
{
  g_autofree gchar *launch = g_strdup_printf ("sharedsrc name=source ! "
      "circadifysink name=sink post-progress=false roi=220,140,200,200 "
      "window-duration=%" G_GUINT64_FORMAT " min-frames=30 %s",
      window * GST_SECOND, engine->properties);
  GError *error = NULL;

  line->pipeline = gst_parse_launch (launch, &error);
  if (error) {
    g_printerr ("%s\n", error->message);
    g_clear_error (&error);
    return FALSE;
  }
  line->sink = gst_bin_get_by_name (GST_BIN (line->pipeline), "sink");
  line->source = SHARED_SOURCE (gst_bin_get_by_name (GST_BIN (line->pipeline),
          "source"));
  g_object_set (line->sink, "api-key", VITALS_SANDBOX_TEST_KEY, "base-url", url,
      NULL);
  return gst_element_set_state (line->pipeline, GST_STATE_PLAYING)
      != GST_STATE_CHANGE_FAILURE;
}

static void
line_stop (Line * line)
{
  gst_element_set_state (line->pipeline, GST_STATE_NULL);
  gst_object_unref (line->sink);
  gst_object_unref (line->source);
  gst_object_unref (line->pipeline);
}

static guint64
get_stat (Line * line, const gchar * name)
{
  GstStructure *stats;
  guint64 value = 0;

  g_object_get (line->sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, name, &value);
  gst_structure_free (stats);
  return value;
}

static gdouble
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static guint
count_threads (void)
{
  GDir *tasks = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  while (tasks && g_dir_read_name (tasks))
    n++;
  g_clear_pointer (&tasks, g_dir_close);
  return n;
}

static gdouble
get_resident_mb (void)
{
  g_autofree gchar *text = NULL;
  gulong pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*u %lu", &pages);
  return pages * 4096 / 1e6;
}

/* Measures @n lines that run. */
static void
measure (Line * lines, guint n, const Engine * engine)
{
  GstClockTime latest = 0;
  guint64 skipped = 0, windows = 0, dropped = 0;
  gdouble start, cpu;
  guint frames = 0, i, part;

  for (i = 0; i < n; i++) {
    shared_source_take_latest (lines[i].source, &part);
    lines[i].skipped = get_stat (&lines[i], "skipped");
    lines[i].failed = get_stat (&lines[i], "failed");
  }
  start = g_get_monotonic_time () * 1e-6;
  cpu = get_cpu_seconds ();
  g_usleep (seconds * G_USEC_PER_SEC);
  cpu = get_cpu_seconds () - cpu;
  start = g_get_monotonic_time () * 1e-6 - start;
  for (i = 0; i < n; i++) {
    GstClockTime late = shared_source_take_latest (lines[i].source, &part);

    latest = MAX (latest, late);
    frames += part;
    skipped += get_stat (&lines[i], "skipped") - lines[i].skipped;
    windows += get_stat (&lines[i], "failed") - lines[i].failed;
    dropped += get_stat (&lines[i], "dropped");
  }
  g_print ("%-8s %5u %8.2f %8.1f %10.1f %8" G_GUINT64_FORMAT " %8"
      G_GUINT64_FORMAT " %8" G_GUINT64_FORMAT " %8u %8.0f\n", engine->name, n,
      100.0 * cpu / start / n, frames / start / n, latest / 1e6, windows,
      skipped, dropped, count_threads (), get_resident_mb ());
}

static gboolean
run (const gchar * url, const Engine * engine, guint n)
{
  Line lines[MAX_SINKS];
  gboolean good = TRUE;
  guint started = 0, i;

  while (good && started < n) {
    good = line_start (&lines[started++], url, engine);
    /* so that the windows of the sinks end at different times */
    g_usleep (window * G_USEC_PER_SEC / n);
  }
  if (good)
    measure (lines, n, engine);
  for (i = 0; i < started; i++)
    line_stop (&lines[i]);
  return good;
}

static gint
measure_row (void)
{
  g_auto (GStrv) words = g_strsplit (one_row, ",", 2);
  guint n = words[0] && words[1] ? atoi (words[1]) : 0, i;
  const Engine *engine = NULL;
  g_autofree gchar *url = NULL;
  DiscardServer server;
  gboolean good;

  for (i = 0; i < G_N_ELEMENTS (engines); i++)
    if (words[0] && g_str_equal (words[0], engines[i].name))
      engine = &engines[i];
  if (!engine || n < 1 || n > MAX_SINKS) {
    g_printerr ("--row: ISA-L, zlib or level 0, and 1 to %u\n", MAX_SINKS);
    return 2;
  }
  if (!discard_server_start (&server)) {
    g_printerr ("the service cannot be started\n");
    return 1;
  }
  gst_init (NULL, NULL);
  shared_source_register ();
  url = discard_server_dup_url (&server);
  good = run (url, engine, n);
  discard_server_stop (&server);
  return good ? 0 : 1;
}

/* In a process of its own, whose memory no other row has used. */
static gboolean
spawn_row (const gchar * program, const Engine * engine, guint n)
{
  g_autofree gchar *row = g_strdup_printf ("--row=%s,%u", engine->name, n);
  g_autofree gchar *length = g_strdup_printf ("--seconds=%d", seconds);
  g_autofree gchar *windows = g_strdup_printf ("--window=%d", window);
  const gchar *argv[] = { program, row, length, windows, NULL };
  g_autoptr (GError) error = NULL;
  gint status;

  if (g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN,
          NULL, NULL, NULL, NULL, &status, &error)
      && g_spawn_check_wait_status (status, &error))
    return TRUE;
  g_printerr ("%s\n", error->message);
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean good = TRUE;
  guint engine, i;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (seconds < 1 || window < 1) {
    g_printerr ("--seconds and --window must be 1 or more\n");
    return 2;
  }
  if (one_row)
    return measure_row ();
  g_print ("%-8s %5s %8s %8s %10s %8s %8s %8s %8s %8s\n", "", "sinks",
      "CPU %", "fps", "late ms", "windows", "skipped", "dropped", "threads",
      "RSS MB");
  for (engine = 0; good && engine < G_N_ELEMENTS (engines); engine++)
    for (i = 0; good && i < G_N_ELEMENTS (counts); i++)
      good = spawn_row (argv[0], &engines[engine], counts[i]);
  return good ? 0 : 1;
}
