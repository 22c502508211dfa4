/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure: the command line, and the run of the pipeline. */

#include <glib-unix.h>
#include <gst/gst.h>
#include <signal.h>
#include <string.h>

#include <vitals/capture/vitals-box.h>
#include <vitals/vitals-error-private.h>

#include "measure-advice.h"
#include "measure-pipeline.h"
#include "measure-plot.h"
#include "measure-report.h"
#include "vitals-cli.h"

#define PROGRESS_INTERVAL_MS 200

typedef struct
{
  gchar *service_name;
  MeasureService service;       /* when it was checked */
  gboolean json;
  gchar *plot;
  gchar *roi;
  gint duration;                /* s; when it was checked 0: to the end */
  gint scans;                   /* when it was checked 1 or more */
  gchar **inputs;
} Options;

typedef struct
{
  const Options *options;
  MeasureReport *report;
  MeasurePlot *plot;            /* or NULL */
  GstElement *pipeline;
  GMainLoop *loop;
  guint timer;                  /* of the duration, until it ends */
  guint interrupts;
  gboolean failed;
} Measurement;

/* --- the command line --- */

static void
options_clear (Options * options)
{
  g_free (options->service_name);
  g_free (options->plot);
  g_free (options->roi);
  g_strfreev (options->inputs);
}

static gboolean
parse_options (Options * options, int argc, char **argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"service", 0, 0, G_OPTION_ARG_STRING, &options->service_name,
          "Who measures: this machine (default), Circadify, with the key in "
          "CIRCADIFY_API_KEY, or VitalLens, with that in VITALLENS_API_KEY",
        "local|circadify|vitallens"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &options->json,
        "Print lines of JSON on a terminal, too", NULL},
    {"plot", 0, 0, G_OPTION_ARG_FILENAME, &options->plot,
        "Draw pulse, spectrum and rate over time (not circadify)", "FILE.svg"},
    {"roi", 0, 0, G_OPTION_ARG_STRING, &options->roi,
          "Where the face is, in pixels (default: it is looked for)",
        "X,Y,WIDTH,HEIGHT"},
    {"duration", 0, 0, G_OPTION_ARG_INT, &options->duration,
        "End after this time (default: at the end of INPUT)", "SECONDS"},
    {"scans", 0, 0, G_OPTION_ARG_INT, &options->scans,
          "Circadify: windows to send; with a live key each is paid (default: 1)",
        "N"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->inputs,
        NULL, NULL},
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = NULL;

  context = g_option_context_new ("INPUT");
  g_option_context_set_summary (context,
      "Measures vital signs in INPUT: a video file, a camera (/dev/video0), an "
      "address\n(rtsp://...), or \"test\", a synthetic face. Exit status 3: "
      "no reading.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  return g_option_context_parse (context, &argc, &argv, error);
}

/* FALSE when there is none of that name. */
static gboolean
find_service (Options * options)
{
  static const gchar *const names[] = {
    [MEASURE_SERVICE_LOCAL] = "local",
    [MEASURE_SERVICE_CIRCADIFY] = "circadify",
    [MEASURE_SERVICE_VITALLENS] = "vitallens"
  };
  guint i;

  for (i = 0; options->service_name && i < G_N_ELEMENTS (names); i++) {
    options->service = i;
    if (g_str_equal (options->service_name, names[i]))
      return TRUE;
  }
  options->service = MEASURE_SERVICE_LOCAL;
  return options->service_name == NULL;
}

static gboolean
is_circadify (const Options * options)
{
  return options->service == MEASURE_SERVICE_CIRCADIFY;
}

static gboolean
is_given (gint number)
{
  return number != VITALS_CLI_NOT_GIVEN;
}

/* What is wrong, or NULL. */
static const gchar *
find_mistake (Options * options)
{
  if (!options->inputs)
    return "which input?";
  if (options->inputs[1])
    return "one input at a time";
  if (!find_service (options))
    return "--service must be local, circadify or vitallens";
  if (options->plot && is_circadify (options))
    return "--plot is not for Circadify, which gives no pulse to draw";
  if (options->plot && !*options->plot)
    return "--plot names no file";
  if (is_given (options->duration) && options->duration < 1)
    return "--duration must be 1 or more";
  if (is_given (options->scans) && options->scans < 1)
    return "--scans must be 1 or more";
  if (is_given (options->scans) && !is_circadify (options))
    return "--scans is for --service circadify";
  return NULL;
}

/* The element would find out, but only when the pipeline starts. */
static gboolean
check_roi (const gchar * roi, GError ** error)
{
  VitalsBox box;

  if (!roi || vitals_box_parse (roi, &box, error))
    return TRUE;
  g_prefix_error (error, "--roi: ");
  return FALSE;
}

static gboolean
check_plot (const Options * options, GError ** error)
{
  g_autofree gchar *file = measure_pipeline_get_file (options->inputs[0]);

  return !options->plot || !file
      || vitals_cli_check_not_input ("--plot", options->plot, file, error);
}

static gboolean
check_options (Options * options, GError ** error)
{
  const gchar *wrong = find_mistake (options);

  if (wrong) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        wrong);
    return FALSE;
  }
  if (!is_given (options->duration))
    options->duration = 0;
  if (!is_given (options->scans))
    options->scans = 1;
  return check_roi (options->roi, error) && check_plot (options, error);
}

/* --- the run --- */

/* An input that was ended before its first picture finds that it had none. */
static gboolean
is_of_interrupt (const Measurement * measurement, GstMessage * message)
{
  return measurement->interrupts > 0 && measure_advice_is_of_input (message);
}

static void
handle_error (Measurement * measurement, GstMessage * message)
{
  g_autofree gchar *text = NULL;

  if (is_of_interrupt (measurement, message)) {
    g_main_loop_quit (measurement->loop);
    return;
  }
  text = measure_advice_describe (message, measurement->options->inputs[0]);
  measure_report_note (measurement->report, text);
  measurement->failed = TRUE;
  g_main_loop_quit (measurement->loop);
}

static void
handle_warning (Measurement * measurement, GstMessage * message)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_warning (message, &error, NULL);
  measure_report_note (measurement->report, error->message);
}

/* circadifysink tells its progress itself. */
static gboolean
shows_progress (const Measurement * measurement)
{
  return !is_circadify (measurement->options)
      && measure_report_is_live (measurement->report);
}

static gboolean
show_progress (gpointer user_data)
{
  Measurement *measurement = user_data;
  gint64 position, duration;

  if (gst_element_query_duration (measurement->pipeline, GST_FORMAT_TIME,
          &duration) && duration > 0
      && gst_element_query_position (measurement->pipeline, GST_FORMAT_TIME,
          &position))
    measure_report_progress (measurement->report,
        (gdouble) position / duration);
  return G_SOURCE_CONTINUE;
}

/* After these nothing else will be answered, and a camera has no end. */
static gboolean
is_final (const GstStructure * failed)
{
  const gchar *code = gst_structure_get_string (failed, "code");

  return gst_structure_has_name (failed, "vitals-failed")
      && code && vitals_error_name_is_final (code);
}

static void
handle_element (Measurement * measurement, GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);

  if (is_final (structure)) {
    measure_report_note (measurement->report,
        gst_structure_get_string (structure, "message"));
    measurement->failed = TRUE;
    g_main_loop_quit (measurement->loop);
    return;
  }

  if (measurement->plot && gst_structure_has_name (structure, "vitals"))
    measure_plot_add (measurement->plot, structure);
  measure_report_message (measurement->report, structure);
  if (shows_progress (measurement))
    show_progress (measurement);
}

static gboolean
handle_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  Measurement *measurement = user_data;

  (void) bus;
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      handle_error (measurement, message);
      break;
    case GST_MESSAGE_WARNING:
      handle_warning (measurement, message);
      break;
    case GST_MESSAGE_ELEMENT:
      handle_element (measurement, message);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (measurement->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* A file runs as fast as it can: its time is that of its frames. */
static gboolean
is_file (const Options * options)
{
  g_autofree gchar *file = measure_pipeline_get_file (options->inputs[0]);

  return file != NULL;
}

/* What was begun is finished: a paid scan is still answered. */
static gboolean
end_input (gpointer user_data)
{
  Measurement *measurement = user_data;

  gst_element_send_event (measurement->pipeline, gst_event_new_eos ());
  return G_SOURCE_CONTINUE;
}

static gboolean
time_is_over (gpointer user_data)
{
  Measurement *measurement = user_data;

  measurement->timer = 0;
  end_input (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
handle_signal (gpointer user_data)
{
  Measurement *measurement = user_data;

  if (measurement->interrupts++ == 0)
    return end_input (user_data);
  g_main_loop_quit (measurement->loop);
  return G_SOURCE_CONTINUE;
}

/* The sources of events that go on while it runs. (element-type guint) */
static GArray *
add_sources (Measurement * measurement)
{
  GArray *sources = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GstBus) bus = gst_element_get_bus (measurement->pipeline);
  guint ids[4], n = 0;

  ids[n++] = gst_bus_add_watch (bus, handle_message, measurement);
  ids[n++] = g_unix_signal_add (SIGINT, handle_signal, measurement);
  ids[n++] = g_unix_signal_add (SIGTERM, handle_signal, measurement);
  if (shows_progress (measurement))
    ids[n++] = g_timeout_add (PROGRESS_INTERVAL_MS, show_progress, measurement);
  g_array_append_vals (sources, ids, n);
  return sources;
}

static void
run_pipeline (Measurement * measurement)
{
  g_autoptr (GArray) sources = add_sources (measurement);
  const Options *options = measurement->options;
  guint i;

  if (options->duration > 0 && !is_file (options))
    measurement->timer = g_timeout_add_seconds (options->duration, time_is_over,
        measurement);
  /* what it fails for is a message */
  gst_element_set_state (measurement->pipeline, GST_STATE_PLAYING);
  g_main_loop_run (measurement->loop);
  gst_element_set_state (measurement->pipeline, GST_STATE_NULL);
  for (i = 0; i < sources->len; i++)
    g_source_remove (g_array_index (sources, guint, i));
  if (measurement->timer)
    g_source_remove (measurement->timer);
}

static int
finish (Measurement * measurement)
{
  g_autoptr (GError) error = NULL;
  gboolean measured = !measurement->failed
      && measure_report_finish (measurement->report);

  if (measurement->failed)
    return VITALS_EXIT_FAILED;
  if (measurement->plot && !measure_plot_write (measurement->plot,
          measurement->options->plot, &error))
    return vitals_cli_failure ("%s", error->message);
  if (measurement->interrupts > 1)
    return VITALS_EXIT_INTERRUPTED;
  return measured ? VITALS_EXIT_OK : VITALS_EXIT_NO_READING;
}

static int
measure (const Options * options)
{
  MeasurePipelineOptions pipeline_options = {
    options->service, options->roi, options->scans, options->plot != NULL,
    is_file (options) ? options->duration * GST_SECOND : 0
  };
  Measurement measurement = {.options = options };
  g_autoptr (MeasureReport) report = NULL;
  g_autoptr (MeasurePlot) plot = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  g_autoptr (GError) error = NULL;

  pipeline = measure_pipeline_new (options->inputs[0], &pipeline_options,
      &error);
  if (!pipeline)
    return vitals_cli_failure ("%s", error->message);
  report = measure_report_new (options->json, is_circadify (options));
  plot = options->plot ? measure_plot_new () : NULL;
  loop = g_main_loop_new (NULL, FALSE);
  measurement.report = report;
  measurement.plot = plot;
  measurement.pipeline = pipeline;
  measurement.loop = loop;
  run_pipeline (&measurement);
  return finish (&measurement);
}

int
vitals_cli_measure (int argc, char **argv)
{
  Options options = {.duration = VITALS_CLI_NOT_GIVEN,
    .scans = VITALS_CLI_NOT_GIVEN
  };
  g_autoptr (GError) error = NULL;
  int status;

  if (!parse_options (&options, argc, argv, &error) ||
      !check_options (&options, &error))
    status = vitals_cli_usage_error ("%s", error->message);
  else if (options.plot && !vitals_cli_check_output (options.plot, TRUE,
          &error))
    status = vitals_cli_failure ("%s", error->message);
  else
    status = measure (&options);
  options_clear (&options);
  return status;
}
