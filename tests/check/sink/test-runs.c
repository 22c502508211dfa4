/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A run that begins while an outcome of the one before is being told. */

#include <glib/gstdio.h>
#include "fixture.h"

/* Of which the first window is told about when it begins again. */
typedef struct
{
  /* at a message, in its sync handler: as sink_name_message(). Or in a function
   * of the sink that is about to tell, where that is logged */
  const gchar *message, *function;
  const gchar *properties, *fault;
  guint frames;
  guint lines;                  /* that the first run leaves in the results */
} Moment;

#define FAILURE "start#1:status=500", WINDOW_FRAMES
#define ANSWER NULL, WINDOW_FRAMES

static const Moment moments[] = {
  {"error", NULL, "on-failure=error max-retries=0", FAILURE, 1},
  {"vitals-failed", NULL, "on-failure=error max-retries=0", FAILURE, 1},
  {"vitals-failed", NULL, "max-retries=0", FAILURE, 1},
  {"progress error", NULL, "on-failure=error", "result#1:failed=too dark",
      WINDOW_FRAMES, 1},
  {"progress start", NULL, "", ANSWER, 0},
  {"vitals-progress uploading", NULL, "", ANSWER, 0},
  {"vitals-progress processing", NULL, "", ANSWER, 0},
  {"progress complete", NULL, "", ANSWER, 1},
  {"vitals", NULL, "", ANSWER, 1},
  {"vitals-dropped", NULL, "", NULL, 5, 1},
  {NULL, "gst_circadify_sink_tell_phase", "", ANSWER, 0},
  {NULL, "gst_circadify_sink_tell_outcome", "", ANSWER, 0},
  {NULL, "gst_circadify_sink_tell_outcome", "on-failure=error max-retries=0",
      FAILURE, 0},
  {NULL, "gst_circadify_sink_tell_outcome", "", NULL, 5, 0}
};

typedef enum
{
  FIRST_RUN,
  MOMENT,                       /* it has come */
  BETWEEN,                      /* the first run has ended */
  SECOND_RUN
} Stage;

typedef struct
{
  Sink *sink;
  const Moment *moment;
  gboolean by_other;            /* who tells waits until the test has done it */
  /* guarded by the lock of sink, whose cond tells of both */
  Stage stage;
  GPtrArray *late;              /* names of messages since the first run ended */
} Restart;

static void
set_stage (Restart * restart, Stage stage)
{
  g_mutex_lock (&restart->sink->lock);
  restart->stage = stage;
  g_cond_broadcast (&restart->sink->cond);
  g_mutex_unlock (&restart->sink->lock);
}

static void
wait_stage (Restart * restart, Stage stage)
{
  g_mutex_lock (&restart->sink->lock);
  while (restart->stage < stage)
    g_cond_wait (&restart->sink->cond, &restart->sink->lock);
  g_mutex_unlock (&restart->sink->lock);
}

static void
begin_again (Restart * restart)
{
  sink_set_state (restart->sink, GST_STATE_NULL);
  set_stage (restart, BETWEEN);
  sink_set_state (restart->sink, GST_STATE_PLAYING);
  set_stage (restart, SECOND_RUN);
}

/* On the network thread: it comes once. */
static void
moment_has_come (Restart * restart)
{
  gboolean first;

  g_mutex_lock (&restart->sink->lock);
  first = restart->stage == FIRST_RUN;
  g_mutex_unlock (&restart->sink->lock);
  if (!first)
    return;
  set_stage (restart, MOMENT);
  if (restart->by_other)
    wait_stage (restart, SECOND_RUN);
  else
    begin_again (restart);
}

/* Whether the message came after the first run had ended. @name: (transfer full)
 * then */
static gboolean
keep_late (Restart * restart, gchar * name)
{
  gboolean late;

  g_mutex_lock (&restart->sink->lock);
  late = restart->stage >= BETWEEN;
  if (late)
    g_ptr_array_add (restart->late, name);
  g_mutex_unlock (&restart->sink->lock);
  return late;
}

static void
see_message (GstMessage * message, gpointer user_data)
{
  Restart *restart = user_data;
  gchar *name = sink_name_message (message);

  if (keep_late (restart, name))
    return;
  if (g_strcmp0 (name, restart->moment->message) == 0)
    moment_has_come (restart);
  g_free (name);
}

static void
see_log (GstDebugCategory * category G_GNUC_UNUSED, GstDebugLevel level
    G_GNUC_UNUSED, const gchar * file G_GNUC_UNUSED, const gchar * function,
    gint line G_GNUC_UNUSED, GObject * object G_GNUC_UNUSED,
    GstDebugMessage * message G_GNUC_UNUSED, gpointer user_data)
{
  Restart *restart = user_data;

  if (g_strcmp0 (function, restart->moment->function) == 0)
    moment_has_come (restart);
}

static void
watch_log (Restart * restart)
{
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (see_log, restart, NULL);
  gst_debug_set_threshold_for_name ("circadifysink", GST_LEVEL_DEBUG);
}

static void
unwatch_log (void)
{
  gst_debug_set_threshold_for_name ("circadifysink", GST_LEVEL_NONE);
  gst_debug_remove_log_function (see_log);
  gst_debug_add_log_function (gst_debug_log_default, NULL, NULL);
}

/* Until the second has begun. */
static void
do_first_run (Restart * restart)
{
  Sink *sink = restart->sink;

  if (restart->moment->fault)
    sink_fault (sink, restart->moment->fault);
  sink_set_state (sink, GST_STATE_PLAYING);
  sink_push (sink, restart->moment->frames);
  if (restart->moment->frames < WINDOW_FRAMES) {
    /* what came before a gap is dropped */
    sink->next += 2 * GST_SECOND;
    sink_push (sink, 1);
  }
  wait_stage (restart, MOMENT);
  if (restart->by_other)
    begin_again (restart);
  wait_stage (restart, SECOND_RUN);
}

/* With the lock. */
static guint
count_late (Restart * restart, const gchar * name)
{
  guint n = 0, i;

  for (i = 0; i < restart->late->len; i++)
    n += g_str_equal (restart->late->pdata[i], name);
  return n;
}

static void
wait_end (Restart * restart)
{
  Sink *sink = restart->sink;

  g_mutex_lock (&sink->lock);
  while (count_late (restart, "eos") + count_late (restart, "error") == 0)
    g_cond_wait (&sink->cond, &sink->lock);
  g_mutex_unlock (&sink->lock);
}

static void
do_second_run (Restart * restart)
{
  Sink *sink = restart->sink;

  sink->next = 0;
  sink_push (sink, WINDOW_FRAMES);
  sink_end (sink);
  wait_end (restart);
  sink_set_state (sink, GST_STATE_NULL);
}

/* What is posted for a window that is measured, and what for others. */
static const gchar *const once[] = {
  "vitals-progress initializing", "progress start", "vitals-progress uploading",
  "vitals-progress processing", "progress complete", "vitals", "eos"
};

static const gchar *const never[] = {
  "progress error", "progress canceled", "vitals-failed", "vitals-dropped",
  "error", "warning"
};

/* As of a sink that has had no other run. */
static void
check_second_run (Restart * restart)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (once); i++)
    fail_unless (count_late (restart, once[i]) == 1, "%u %s",
        count_late (restart, once[i]), once[i]);
  for (i = 0; i < G_N_ELEMENTS (never); i++)
    fail_unless (count_late (restart, never[i]) == 0, "%u %s",
        count_late (restart, never[i]), never[i]);
  fail_unless_equals_uint64 (sink_get_stat (restart->sink, "windows"), 1);
  fail_unless_equals_uint64 (sink_get_stat (restart->sink, "answers"), 1);
  fail_unless_equals_uint64 (sink_get_stat (restart->sink, "failed"), 0);
  fail_unless_equals_uint64 (sink_get_stat (restart->sink, "dropped"), 0);
}

static guint
count_lines (const gchar * path)
{
  gchar *text = NULL;
  guint lines = 0;
  gchar *p;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  for (p = text; *p; p++)
    lines += *p == '\n';
  g_free (text);
  return lines;
}

GST_START_TEST (a_run_says_and_counts_nothing_of_the_one_before)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "results", NULL);
  Restart restart = {.moment = &moments[__i__ / 2],.by_other = __i__ % 2 };
  g_autofree gchar *properties = g_strdup_printf ("results-location=\"%s\" %s",
      path, restart.moment->properties);

  restart.late = g_ptr_array_new_with_free_func (g_free);
  restart.sink = sink_new (properties);
  restart.sink->on_message = see_message;
  restart.sink->user_data = &restart;
  if (restart.moment->function)
    watch_log (&restart);
  do_first_run (&restart);
  do_second_run (&restart);
  if (restart.moment->function)
    unwatch_log ();
  check_second_run (&restart);
  fail_unless_equals_int (count_lines (path), restart.moment->lines + 1);
  sink_free (restart.sink);
  g_ptr_array_unref (restart.late);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

static Suite *
sink_runs_suite (void)
{
  Suite *s = suite_create ("sink-runs");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, a_run_says_and_counts_nothing_of_the_one_before, 0,
      2 * G_N_ELEMENTS (moments));
  return s;
}

GST_CHECK_MAIN (sink_runs);
