/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Some sessions at a time, until all files are done. Everything here runs on
 * the main thread; the network thread only hands over the end of a scan.
 */

#include <glib-unix.h>
#include <signal.h>

#include <vitals/client/vitals-scan-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

#include "scan-batch.h"
#include "scan-input.h"
#include "vitals-cli.h"

#define EXIT_BY_SIGNAL 128

typedef struct
{
  const ScanBatchOptions *options;
  GPtrArray *files;             /* names as given */
  GMainLoop *loop;
  guint next_file;              /* index of the next to open */
  GQueue waiting;               /* of Job: the rest of the opened file */
  GPtrArray *running;           /* of Job, not owned */
  guint files_done;
  guint skipped;                /* payloads that were answered before */
  guint failed;                 /* payloads, and files that are none */
  gboolean stopping;            /* no more starts */
  gboolean output_lost;         /* and was told */
  int signal;                   /* the first that came, or 0 */
} Batch;

/* One opened file. */
typedef struct
{
  ScanFile file;
  gchar *name;                  /* as given */
  guint n_payloads;
  guint left;                   /* payloads without an answer */
} OpenFile;

/* One payload. The network thread touches it between vitals_scan_start() and
 * scan_done(), the main thread else. */
typedef struct
{
  Batch *batch;
  OpenFile *file;               /* counted */
  guint index;
  VitalsPayload *payload;       /* until it is handed to the scan */
  guint frames;                 /* 0: unknown */
  gdouble framerate;            /* 0: unknown */
  VitalsScan *scan;
  VitalsReading *reading;       /* or */
  GError *error;
  gchar *session_id;
  guint attempts;
} Job;

static void start_jobs (Batch * batch);

/* --- opened files --- */

static void
open_file_clear (OpenFile * file)
{
  g_free (file->file.path);
  g_free (file->name);
}

static void
open_file_unref (OpenFile * file)
{
  g_rc_box_release_full (file, (GDestroyNotify) open_file_clear);
}

static OpenFile *
open_file_new (Batch * batch, const gchar * name)
{
  OpenFile *file = g_rc_box_new0 (OpenFile);

  file->name = g_strdup (name);
  file->file.path = g_canonicalize_filename (name, NULL);
  file->file.key_environment =
      vitals_circadify_client_get_key_environment (batch->options->client);
  return file;
}

/* --- results --- */

static void
add_place (GstStructure * structure, const OpenFile * file, guint index)
{
  g_autofree gchar *name = g_filename_display_name (file->name);

  gst_structure_set (structure, "file", G_TYPE_STRING, name,
      "window", G_TYPE_UINT64, (guint64) index, NULL);
}

static void
report_result (Batch * batch, const GstStructure * structure,
    const gchar * json)
{
  if (scan_report_result (batch->options->report, structure, json)
      || batch->output_lost)
    return;
  scan_report_note (batch->options->report, "standard output cannot be "
      "written; no more scans are started, as their answers would be lost");
  batch->output_lost = batch->stopping = TRUE;
}

/* A file from which nothing can be sent. */
static void
report_bad_file (Batch * batch, const OpenFile * file, const GError * error)
{
  g_autoptr (GError) invalid = vitals_error_new (VITALS_ERROR_INVALID_TENSOR,
      "%s", error->message);
  g_autoptr (GstStructure) structure = vitals_failure_to_structure (invalid,
      NULL, 0);
  g_autofree gchar *json = NULL;

  add_place (structure, file, 0);
  json = vitals_structure_to_json (structure);
  report_result (batch, structure, json);
  batch->failed++;
  batch->files_done++;
}

/* An answer was paid: it is kept before it is told. */
static void
keep_answer (Batch * batch, const Job * job, const gchar * json)
{
  g_autoptr (GError) error = NULL;
  gboolean read = job->reading != NULL;

  if (!read && !g_error_matches (job->error, VITALS_ERROR,
          VITALS_ERROR_PROCESSING_FAILED))
    return;
  if (scan_state_add (batch->options->state, &job->file->file, job->index,
          job->file->n_payloads, read ? SCAN_STATE_READ : SCAN_STATE_FAILED,
          json, &error))
    return;
  scan_report_note (batch->options->report,
      "%s; no more scans are started, as they could be paid twice",
      error->message);
  batch->stopping = TRUE;
  batch->failed++;
}

static void
report_job (Batch * batch, const Job * job)
{
  g_autoptr (GstStructure) structure = NULL;
  g_autofree gchar *json = NULL;

  structure = job->reading ? vitals_reading_to_structure (job->reading) :
      vitals_failure_to_structure (job->error, job->session_id, job->attempts);
  add_place (structure, job->file, job->index);
  if (job->reading && job->frames > 0)
    gst_structure_set (structure, "frames", G_TYPE_UINT, job->frames, NULL);
  if (job->reading && job->framerate > 0)
    gst_structure_set (structure, "framerate", G_TYPE_DOUBLE, job->framerate,
        NULL);
  json = vitals_structure_to_json (structure);
  keep_answer (batch, job, json);
  report_result (batch, structure, json);
  if (!job->error)
    return;
  batch->failed++;
  if (vitals_error_is_final (job->error))
    batch->stopping = TRUE;
}

/* --- jobs --- */

static void
job_free (Job * job)
{
  if (--job->file->left == 0)
    job->batch->files_done++;
  open_file_unref (job->file);
  g_clear_pointer (&job->payload, vitals_payload_unref);
  g_clear_pointer (&job->scan, vitals_scan_unref);
  g_clear_pointer (&job->reading, vitals_reading_unref);
  g_clear_error (&job->error);
  g_free (job->session_id);
  g_free (job);
}

static gboolean
job_ended (gpointer data)
{
  Job *job = data;
  Batch *batch = job->batch;

  g_ptr_array_remove_fast (batch->running, job);
  report_job (batch, job);
  job_free (job);
  start_jobs (batch);
  return G_SOURCE_REMOVE;
}

static void
scan_done (VitalsScan * scan, VitalsReading * reading, const GError * error,
    gpointer data)
{
  Job *job = data;

  if (reading)
    job->reading = vitals_reading_ref (reading);
  else
    job->error = g_error_copy (error);
  job->session_id = g_strdup (vitals_scan_get_session_id (scan));
  job->attempts = vitals_scan_get_attempts (scan);
  g_idle_add_full (G_PRIORITY_DEFAULT, job_ended, job, NULL);
}

static void
start_job (Batch * batch, Job * job)
{
  static const VitalsScanCallbacks callbacks = {.done = scan_done };

  job->scan = vitals_scan_new (batch->options->client, job->payload,
      batch->options->demographics, &callbacks, job, NULL);
  g_clear_pointer (&job->payload, vitals_payload_unref);
  g_ptr_array_add (batch->running, job);
  vitals_scan_start (job->scan);
}

/* FALSE when it was answered before: that answer counts. */
static gboolean
needs_scan (Batch * batch, const OpenFile * file, guint index)
{
  switch (scan_state_get (batch->options->state, &file->file, index)) {
    case SCAN_STATE_READ:
      batch->skipped++;
      return FALSE;
    case SCAN_STATE_FAILED:
      if (batch->options->retry_failed)
        return TRUE;
      batch->skipped++;
      batch->failed++;
      return FALSE;
    case SCAN_STATE_UNKNOWN:
      break;
  }
  return TRUE;
}

/* Without opening it, when the number of its payloads is known. */
static gboolean
is_answered (Batch * batch, const OpenFile * file)
{
  guint n_payloads = scan_state_get_n_payloads (batch->options->state,
      &file->file);
  guint i;

  for (i = 0; i < n_payloads; i++) {
    ScanStateAnswer answer = scan_state_get (batch->options->state,
        &file->file, i);

    if (answer == SCAN_STATE_UNKNOWN ||
        (answer == SCAN_STATE_FAILED && batch->options->retry_failed))
      return FALSE;
  }
  return n_payloads > 0;
}

static void
skip_file (Batch * batch, OpenFile * file)
{
  guint n_payloads = scan_state_get_n_payloads (batch->options->state,
      &file->file);
  guint i;

  for (i = 0; i < n_payloads; i++)
    needs_scan (batch, file, i);
  batch->files_done++;
}

static void
queue_payloads (Batch * batch, OpenFile * file, GArray * payloads)
{
  guint i;

  file->n_payloads = payloads->len;
  for (i = 0; i < payloads->len; i++) {
    const ScanPayload *payload = &g_array_index (payloads, ScanPayload, i);
    Job *job;

    if (!needs_scan (batch, file, i))
      continue;
    job = g_new0 (Job, 1);
    job->batch = batch;
    job->file = g_rc_box_acquire (file);
    job->index = i;
    job->payload = vitals_payload_ref (payload->payload);
    job->frames = payload->frames;
    job->framerate = payload->framerate;
    g_queue_push_tail (&batch->waiting, job);
    file->left++;
  }
}

static void
open_next_file (Batch * batch)
{
  OpenFile *file = open_file_new (batch,
      g_ptr_array_index (batch->files, batch->next_file++));
  g_autoptr (GArray) payloads = NULL;
  g_autoptr (GError) error = NULL;

  if (!scan_input_stat (&file->file, &error)) {
    report_bad_file (batch, file, error);
  } else if (is_answered (batch, file)) {
    skip_file (batch, file);
  } else if ((payloads = scan_input_read (file->file.path,
              batch->options->layout, &error))) {
    queue_payloads (batch, file, payloads);
  } else {
    report_bad_file (batch, file, error);
  }
  open_file_unref (file);
}

static void
start_jobs (Batch * batch)
{
  while (!batch->stopping && batch->running->len < batch->options->jobs) {
    Job *job = g_queue_pop_head (&batch->waiting);

    if (job)
      start_job (batch, job);
    else if (batch->next_file < batch->files->len)
      open_next_file (batch);
    else
      break;
  }
  scan_report_progress (batch->options->report, batch->files_done,
      batch->files->len, batch->running->len, batch->failed);
  if (batch->running->len == 0)
    g_main_loop_quit (batch->loop);
}

static gboolean
start_first_jobs (gpointer data)
{
  start_jobs (data);
  return G_SOURCE_REMOVE;
}

/* --- signals --- */

static void
cancel_job (gpointer job, gpointer user_data G_GNUC_UNUSED)
{
  vitals_scan_cancel (((Job *) job)->scan);
}

static gboolean
interrupt (Batch * batch, int signal)
{
  if (batch->signal) {
    g_ptr_array_foreach (batch->running, cancel_job, NULL);
    return G_SOURCE_CONTINUE;
  }
  batch->signal = signal;
  batch->stopping = TRUE;
  if (batch->running->len > 0)
    scan_report_note (batch->options->report, "waiting for the %u scans that "
        "are under way (they may be paid already); again to give them up",
        batch->running->len);
  return G_SOURCE_CONTINUE;
}

static gboolean
got_sigint (gpointer data)
{
  return interrupt (data, SIGINT);
}

static gboolean
got_sigterm (gpointer data)
{
  return interrupt (data, SIGTERM);
}

/* --- all of it --- */

static int
conclude (Batch * batch)
{
  guint not_begun;

  g_queue_clear_full (&batch->waiting, (GDestroyNotify) job_free);
  not_begun = batch->files->len - batch->next_file;
  if (batch->skipped > 0)
    scan_report_note (batch->options->report,
        "%u payloads were answered before and are skipped", batch->skipped);
  if (not_begun > 0)
    scan_report_note (batch->options->report, "%u of %u files were not begun",
        not_begun, batch->files->len);
  if (batch->signal)
    return EXIT_BY_SIGNAL + batch->signal;
  return batch->failed > 0 || batch->stopping ? VITALS_EXIT_FAILED :
      VITALS_EXIT_OK;
}

int
scan_batch_run (const ScanBatchOptions * options, GPtrArray * files)
{
  Batch batch = {.options = options,.files = files };
  guint sigint, sigterm;
  int status;

  g_queue_init (&batch.waiting);
  batch.running = g_ptr_array_new ();
  batch.loop = g_main_loop_new (NULL, FALSE);
  sigint = g_unix_signal_add (SIGINT, got_sigint, &batch);
  sigterm = g_unix_signal_add (SIGTERM, got_sigterm, &batch);

  g_idle_add (start_first_jobs, &batch);
  g_main_loop_run (batch.loop);
  status = conclude (&batch);

  g_source_remove (sigint);
  g_source_remove (sigterm);
  g_main_loop_unref (batch.loop);
  g_ptr_array_unref (batch.running);
  return status;
}
