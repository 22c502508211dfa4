/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstrppgsignal.h"

#include "gstvitalslines.h"
#include "gstvitalspipes.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>

/* The first estimate needs 5 s; a row that is older gets no pulse. */
#define LONGEST_WAIT (6 * GST_SECOND)

typedef struct
{
  GstClockTime time;
  gdouble rgb[3];
  gdouble respiration;
} Row;

struct _GstRppgSignal
{
  GstVitalsLines *file;
  GArray *rows;                 /* of Row: those that wait for an estimate */
};

/* The pulse of the last estimate, on its grid. */
typedef struct
{
  const gdouble *samples;
  guint n;
  gdouble rate;
  GstClockTime start;
  gdouble confidence;
} Pulse;

static const Pulse no_pulse = { NULL, 0, 0.0, 0, 0.0 };

GstRppgSignal *
gst_rppg_signal_open (GstElement * element, const gchar * location,
    GError ** error)
{
  gint fd = gst_vitals_pipe_open (location, O_TRUNC);
  GstRppgSignal *signal;

  if (fd < 0) {
    gst_vitals_pipe_set_error (error, errno);
    g_prefix_error (error, "%s: ", location);
    return NULL;
  }
  signal = g_new0 (GstRppgSignal, 1);
  signal->file = gst_vitals_lines_new (fd, NULL, element);
  signal->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gst_vitals_lines_write (signal->file,
      g_strdup ("time,red,green,blue,pulse,respiration,confidence\n"));
  return signal;
}

void
gst_rppg_signal_add (GstRppgSignal * signal, GstClockTime time,
    const gdouble * rgb, gdouble respiration)
{
  Row row = { time, {rgb[0], rgb[1], rgb[2]}, respiration };

  g_array_append_val (signal->rows, row);
}

/* Independent of the locale; empty when @value is not finite. */
static void
append_field (GString * text, gchar separator, const gchar * format,
    gdouble value)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_string_append (text, g_ascii_formatd (number, sizeof number, format,
            value));
  g_string_append_c (text, separator);
}

/* Between the two samples around @time; NaN outside. */
static gdouble
pulse_at (const Pulse * pulse, GstClockTime time)
{
  gdouble place, share;
  guint i;

  if (pulse->n == 0)
    return NAN;
  place = GST_CLOCK_DIFF (pulse->start, time) * pulse->rate / GST_SECOND;
  /* times of the grid are rounded to ns */
  if (place < -0.001 || place > pulse->n - 1 + 0.001)
    return NAN;
  i = (guint) CLAMP (place, 0.0, pulse->n - 1);
  share = CLAMP (place - i, 0.0, 1.0);
  return (1.0 - share) * pulse->samples[i]
      + share * pulse->samples[MIN (i + 1, pulse->n - 1)];
}

static void
append_row (GString * text, const Row * row, const Pulse * pulse)
{
  gdouble value = pulse_at (pulse, row->time);
  guint c;

  append_field (text, ',', "%.6f", (gdouble) row->time / GST_SECOND);
  for (c = 0; c < 3; c++)
    append_field (text, ',', "%.4f", row->rgb[c]);
  append_field (text, ',', "%.4f", value);
  append_field (text, ',', "%.4f", row->respiration);
  append_field (text, '\n', "%.3f", isfinite (value) ? pulse->confidence : NAN);
}

static void
write_rows (GstRppgSignal * signal, const Pulse * pulse)
{
  GString *text;
  guint i;

  if (signal->rows->len == 0)
    return;
  text = g_string_new (NULL);
  for (i = 0; i < signal->rows->len; i++)
    append_row (text, &g_array_index (signal->rows, Row, i), pulse);
  g_array_set_size (signal->rows, 0);
  gst_vitals_lines_write (signal->file, g_string_free (text, FALSE));
}

void
gst_rppg_signal_interrupt (GstRppgSignal * signal)
{
  write_rows (signal, &no_pulse);
}

static gboolean
may_wait (const GArray * rows)
{
  return rows->len == 0 || g_array_index (rows, Row, rows->len - 1).time
      - g_array_index (rows, Row, 0).time < LONGEST_WAIT;
}

gboolean
gst_rppg_signal_write (GstRppgSignal * signal,
    const VitalsPulseEstimator * estimator,
    const VitalsPulseEstimate * estimate, GError ** error)
{
  Pulse pulse = {.start = estimate->timestamp,
    .confidence = estimate->heart_rate_confidence
  };

  if (estimate->no_heart_rate == VITALS_NO_RATE_TOO_SHORT
      && may_wait (signal->rows))
    return TRUE;
  pulse.samples = vitals_pulse_estimator_get_waveform (estimator, &pulse.n,
      &pulse.rate);
  write_rows (signal, &pulse);
  return gst_vitals_lines_check (signal->file, error);
}

void
gst_rppg_signal_wait (GstRppgSignal * signal)
{
  gst_vitals_lines_wait (signal->file);
}

void
gst_rppg_signal_set_waiting (GstRppgSignal * signal, gboolean waiting)
{
  gst_vitals_lines_set_interrupted (signal->file, !waiting);
}

gboolean
gst_rppg_signal_close (GstRppgSignal * signal, GError ** error)
{
  gboolean good;

  write_rows (signal, &no_pulse);
  good = gst_vitals_lines_close (signal->file, error);
  g_array_unref (signal->rows);
  g_free (signal);
  return good;
}
