/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <unistd.h>
#include <gst/check/gstcheck.h>
#include "answers.h"

#define RATE 30

gdouble
answers_pulse (gdouble time)
{
  return sin (2.0 * G_PI * 1.2 * time) + 0.2 * sin (4.0 * G_PI * 1.2 * time);
}

gdouble
answers_breath (gdouble time)
{
  return sin (2.0 * G_PI * 0.25 * time);
}

static void
append_number (GString * text, guint i, gdouble number)
{
  gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, "%s%s", i > 0 ? "," : "",
      g_ascii_dtostr (buffer, sizeof (buffer), number));
}

static void
append_waveform (GString * text, const gchar * name,
    gdouble (*sample) (gdouble time), guint call, gdouble confidence)
{
  guint i;

  g_string_append_printf (text, "\"%s\":{\"data\":[", name);
  for (i = 0; i < RATE; i++)
    append_number (text, i,
        sample ? sample (call - 1 + i / (gdouble) RATE) : 0.0);
  g_string_append (text, "],\"confidence\":[");
  for (i = 0; i < RATE; i++)
    append_number (text, i, confidence);
  g_string_append (text, "]}");
}

static gchar *
make_answer (const Answers * answers, guint call)
{
  GString *text = g_string_new ("{\"waveforms\":{");
  guint i;

  append_waveform (text, "ppg_waveform", answers->pulse, call,
      answers->confidence);
  g_string_append_c (text, ',');
  append_waveform (text, "respiratory_waveform", answers->breath, call,
      answers->confidence);
  g_string_append (text, "},\"state\":{\"data\":[");
  for (i = 0; i < 256; i++)
    append_number (text, i, 0.5);
  g_string_append_printf (text, "]}%s}", answers->extra ? answers->extra : "");
  return g_string_free (text, FALSE);
}

void
answers_serve (VitalsSandbox * sandbox, const gchar * route, guint calls,
    const Answers * answers)
{
  guint call;

  for (call = 1; call <= calls; call++) {
    gchar *text = make_answer (answers, call), *path, *fault;
    gint file = g_file_open_tmp ("vitals-answer-XXXXXX", &path, NULL);

    fail_unless (file >= 0);
    close (file);
    fail_unless (g_file_set_contents (path, text, -1, NULL));
    fault = g_strdup_printf ("%s#%u:body-file=%s", route, call, path);
    fail_unless (vitals_sandbox_add_fault (sandbox, fault, NULL));
    /* the fault has read it */
    unlink (path);
    g_free (fault);
    g_free (path);
    g_free (text);
  }
}
