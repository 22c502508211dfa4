/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* rppg: the file of signals. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rppg-fixture.h"

#define HEADER "time,red,green,blue,pulse,respiration,confidence"
#define FIELDS 7

static gchar *
make_path (void)
{
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("rppg-XXXXXX.csv", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  g_unlink (path);
  return path;
}

/* Each a list of fields; the first is the header. */
static GPtrArray *
read_rows (const gchar * path)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_strfreev);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint i, k;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  fail_unless_equals_string (lines[0], HEADER);
  for (i = 1; lines[i] && *lines[i]; i++) {
    gchar **fields = g_strsplit (lines[i], ",", -1);

    fail_unless_equals_int (g_strv_length (fields), FIELDS);
    for (k = 0; k < FIELDS; k++)
      fail_unless (isfinite (g_ascii_strtod (fields[k], NULL)));
    g_ptr_array_add (rows, fields);
  }
  return rows;
}

static const gchar *
get_field (GPtrArray * rows, guint row, guint field)
{
  return ((gchar **) rows->pdata[row])[field];
}

GST_START_TEST (each_frame_has_a_row_with_its_pulse)
{
  g_autofree gchar *path = make_path ();
  g_autoptr (GPtrArray) rows = NULL;
  Fixture fixture;
  GStatBuf info;
  guint i;

  fixture_init (&fixture, path);
  push_skin_frames (&fixture, 0.0, 8.5);
  gst_harness_push_event (fixture.harness, gst_event_new_eos ());
  fixture_clear (&fixture);
  rows = read_rows (path);
  fail_unless_equals_int (rows->len, 255);
  for (i = 0; i < rows->len; i++) {
    fail_unless (fabs (g_ascii_strtod (get_field (rows, i, 0), NULL)
            - i / 30.0) < 1e-5);
    fail_unless (fabs (g_ascii_strtod (get_field (rows, i, 2), NULL)
            - 120.0) < 2.0);
    fail_if (*get_field (rows, i, 4) == '\0', "row %u", i);
    fail_if (*get_field (rows, i, 6) == '\0', "row %u", i);
  }
  fail_unless_equals_int (g_stat (path, &info), 0);
  fail_unless_equals_int (info.st_mode & 0777, 0600);
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (rows_of_a_stretch_that_is_too_short_have_no_pulse)
{
  g_autofree gchar *path = make_path ();
  g_autoptr (GPtrArray) rows = NULL;
  Fixture fixture;
  guint i;

  fixture_init (&fixture, path);
  for (i = 0; i < 4; i++)
    push_skin_frames (&fixture, 6 * i, 6 * i + 3);
  fixture_clear (&fixture);
  rows = read_rows (path);
  fail_unless_equals_int (rows->len, 4 * 90);
  for (i = 0; i < rows->len; i++) {
    fail_unless_equals_string (get_field (rows, i, 4), "");
    fail_unless_equals_string (get_field (rows, i, 6), "");
  }
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (a_file_that_cannot_be_made_is_an_error)
{
  GstElement *rppg = gst_element_factory_make ("rppg", NULL);

  g_object_set (rppg, "signal-location", "/does/not/exist/signal.csv", NULL);
  fail_unless_equals_int (gst_element_set_state (rppg, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (rppg, GST_STATE_NULL);
  gst_object_unref (rppg);
}

GST_END_TEST;

GST_START_TEST (a_disk_that_is_full_is_an_error)
{
  Fixture fixture;
  GstFlowReturn flow = GST_FLOW_OK;
  guint i;

  fixture_init (&fixture, "/dev/full");
  for (i = 0; i < 300 && flow == GST_FLOW_OK; i++)
    flow = push_skin_at (&fixture, i / 30.0, i / 30.0);
  fail_unless_equals_int (flow, GST_FLOW_ERROR);
  fail_unless (has_error (&fixture, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_WRITE));
  fixture_clear (&fixture);
}

GST_END_TEST;

static gboolean
has_warning (Fixture * fixture)
{
  GstMessage *message = gst_bus_pop_filtered (fixture->bus,
      GST_MESSAGE_WARNING);

  if (message)
    gst_message_unref (message);
  return message != NULL;
}

/* A disk that has become full by then. */
GST_START_TEST (what_cannot_be_written_at_the_end_is_a_warning)
{
  Fixture fixture;
  GstElement *rppg;

  fixture_init (&fixture, "/dev/full");
  push_skin_frames (&fixture, 0.0, 1.0);
  rppg = gst_object_ref (fixture.harness->element);
  fail_unless_equals_int (gst_element_set_state (rppg, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless (has_warning (&fixture));
  fail_if (has_error (&fixture, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE));
  gst_object_unref (rppg);
  fixture_clear (&fixture);
}

GST_END_TEST;

/* Without a guard that is a signal, which ends the process. */
GST_START_TEST (reader_that_leaves_is_an_error_once)
{
  g_autofree gchar *path = make_path ();
  GstFlowReturn flow = GST_FLOW_OK;
  GstElement *rppg;
  Fixture fixture;
  gint reader;
  guint i;

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  reader = g_open (path, O_RDONLY | O_NONBLOCK, 0);
  fixture_init (&fixture, path);
  g_close (reader, NULL);
  for (i = 0; i < 300 && flow == GST_FLOW_OK; i++)
    flow = push_skin_at (&fixture, i / 30.0, i / 30.0);
  fail_unless_equals_int (flow, GST_FLOW_ERROR);
  fail_unless (has_error (&fixture, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_WRITE));
  rppg = gst_object_ref (fixture.harness->element);
  gst_element_set_state (rppg, GST_STATE_NULL);
  /* what could not be written then, either, is only a warning */
  fail_if (has_error (&fixture, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE));
  gst_object_unref (rppg);
  fixture_clear (&fixture);
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (a_pipe_that_nobody_reads_is_an_error_at_once)
{
  g_autofree gchar *path = make_path ();
  GstElement *rppg = gst_element_factory_make ("rppg", NULL);

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  g_object_set (rppg, "signal-location", path, NULL);
  fail_unless_equals_int (gst_element_set_state (rppg, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (rppg, GST_STATE_NULL);
  gst_object_unref (rppg);
  g_unlink (path);
}

GST_END_TEST;

/* A pipe with a reader, in which there is no room; its ends are *@reader and
 * what is given back. */
static gint
make_full_pipe (const gchar * path, gint * reader)
{
  static const gchar junk[4096];
  gint writer;

  fail_unless_equals_int (mkfifo (path, 0600), 0);
  *reader = g_open (path, O_RDONLY | O_NONBLOCK, 0);
  writer = g_open (path, O_WRONLY | O_NONBLOCK, 0);
  fail_unless (*reader >= 0 && writer >= 0);
  while (write (writer, junk, sizeof junk) > 0);
  return writer;
}

typedef struct
{
  Fixture *fixture;
  gint ended;                   /* EOS has gone through */
} Ending;

static gpointer
end_stream (gpointer user_data)
{
  Ending *ending = user_data;

  gst_harness_push_event (ending->fixture->harness, gst_event_new_eos ());
  g_atomic_int_set (&ending->ended, TRUE);
  return NULL;
}

GST_START_TEST (a_reader_that_stops_reading_holds_up_nobody)
{
  g_autofree gchar *path = make_path ();
  Fixture fixture;
  Ending ending = { &fixture, FALSE };
  gint reader, writer = make_full_pipe (path, &reader);
  GstElement *rppg;
  GThread *thread;

  fixture_init (&fixture, path);
  g_close (writer, NULL);
  push_skin_frames (&fixture, 0.0, 12.0);
  thread = g_thread_new ("eos", end_stream, &ending);
  rppg = gst_object_ref (fixture.harness->element);
  gst_element_set_state (rppg, GST_STATE_NULL);
  g_thread_join (thread);
  /* what is lost is told */
  fail_unless (has_warning (&fixture));
  gst_object_unref (rppg);
  fixture_clear (&fixture);
  g_close (reader, NULL);
  g_unlink (path);
}

GST_END_TEST;

/* What there is to read. */
static void
read_some (gint reader, GString * text)
{
  gchar block[4096];
  gssize size;

  while ((size = read (reader, block, sizeof block)) > 0) {
    gssize i;

    for (i = 0; i < size; i++)
      if (block[i] != 0)
        g_string_append_c (text, block[i]);
  }
}

GST_START_TEST (a_reader_that_is_slow_has_every_row_before_the_end)
{
  g_autofree gchar *path = make_path ();
  Fixture fixture;
  Ending ending = { &fixture, FALSE };
  gint reader, writer = make_full_pipe (path, &reader);
  GString *text = g_string_new (NULL);
  gchar **lines;
  GThread *thread;

  fixture_init (&fixture, path);
  g_close (writer, NULL);
  push_skin_frames (&fixture, 0.0, 12.0);
  thread = g_thread_new ("eos", end_stream, &ending);
  while (!g_atomic_int_get (&ending.ended)) {
    read_some (reader, text);
    g_thread_yield ();
  }
  g_thread_join (thread);
  read_some (reader, text);
  lines = g_strsplit (text->str, "\n", -1);
  fail_unless_equals_int (g_strv_length (lines), 1 + 12 * 30 + 1);
  fail_unless_equals_string (lines[0], HEADER);
  g_strfreev (lines);
  g_string_free (text, TRUE);
  fixture_clear (&fixture);
  g_close (reader, NULL);
  g_unlink (path);
}

GST_END_TEST;

static Suite *
rppg_signals_suite (void)
{
  Suite *suite = suite_create ("rppg-signals");
  TCase *tests = tcase_create ("signals");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, each_frame_has_a_row_with_its_pulse);
  tcase_add_test (tests, rows_of_a_stretch_that_is_too_short_have_no_pulse);
  tcase_add_test (tests, a_file_that_cannot_be_made_is_an_error);
  tcase_add_test (tests, a_disk_that_is_full_is_an_error);
  tcase_add_test (tests, what_cannot_be_written_at_the_end_is_a_warning);
  tcase_add_test (tests, reader_that_leaves_is_an_error_once);
  tcase_add_test (tests, a_reader_that_stops_reading_holds_up_nobody);
  tcase_add_test (tests, a_reader_that_is_slow_has_every_row_before_the_end);
  tcase_add_test (tests, a_pipe_that_nobody_reads_is_an_error_at_once);
  return suite;
}

GST_CHECK_MAIN (rppg_signals);
