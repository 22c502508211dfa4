/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure: the picture. */

#include <math.h>
#include <vitals/signal/vitals-rate-private.h>

#include "measure-plot.h"

#define WIDTH 900.0
#define PANEL_HEIGHT 220.0
#define MARGIN_LEFT 70.0
#define MARGIN_RIGHT 20.0
#define MARGIN_TOP 34.0
#define MARGIN_BOTTOM 44.0
#define N_PANELS 3
#define TICKS 6
/* The spectrum is drawn at each of these, bpm. */
#define SPECTRUM_STEP 0.5
/* The rate is drawn with so much room above and below, bpm. */
#define RATE_ROOM 10.0

#define PULSE_COLOUR "#b3202a"
#define RATE_COLOUR "#1f4e9c"

typedef struct
{
  gdouble time;                 /* s, from the first window's start to this one's end */
  gdouble rate;                 /* bpm; NaN: none */
  gdouble confidence;
} Point;

struct _MeasurePlot
{
  GArray *points;               /* of Point */
  GstClockTime start;           /* PTS, NONE: no message yet */
  GArray *waveform;             /* of double */
  gdouble waveform_rate;        /* Hz */
  gdouble heart_rate;           /* of the waveform, bpm; NaN: none */
  gchar *reason;                /* why it has none, or NULL */
};

/* A part of the picture, with what its axes show. */
typedef struct
{
  GString *svg;
  gdouble top;
  gdouble x_min, x_max, y_min, y_max;
} Panel;

MeasurePlot *
measure_plot_new (void)
{
  MeasurePlot *plot = g_new0 (MeasurePlot, 1);

  plot->points = g_array_new (FALSE, FALSE, sizeof (Point));
  plot->waveform = g_array_new (FALSE, FALSE, sizeof (gdouble));
  plot->start = GST_CLOCK_TIME_NONE;
  plot->heart_rate = NAN;
  return plot;
}

void
measure_plot_free (MeasurePlot * plot)
{
  g_array_unref (plot->points);
  g_array_unref (plot->waveform);
  g_free (plot->reason);
  g_free (plot);
}

/* --- what is gathered --- */

static void
take_waveform (MeasurePlot * plot, const GstStructure * vitals, gdouble rate)
{
  const GValue *list = gst_structure_get_value (vitals, "waveform");
  gdouble waveform_rate = 0.0;
  guint i;

  /* without a rate nobody knows how long it is */
  gst_structure_get_double (vitals, "waveform-rate", &waveform_rate);
  if (!list || !(waveform_rate > 0.0) || (!isfinite (rate)
          && isfinite (plot->heart_rate)))
    return;
  g_array_set_size (plot->waveform, 0);
  for (i = 0; i < gst_value_array_get_size (list); i++) {
    gdouble sample = g_value_get_double (gst_value_array_get_value (list, i));

    g_array_append_val (plot->waveform, sample);
  }
  plot->waveform_rate = waveform_rate;
  plot->heart_rate = rate;
  g_free (plot->reason);
  plot->reason = g_strdup (gst_structure_get_string (vitals, "reason"));
}

void
measure_plot_add (MeasurePlot * plot, const GstStructure * vitals)
{
  Point point = { 0.0, NAN, 0.0 };
  guint64 timestamp = 0, duration = 0;

  gst_structure_get_uint64 (vitals, "timestamp", &timestamp);
  gst_structure_get_uint64 (vitals, "duration", &duration);
  gst_structure_get_double (vitals, "heart-rate", &point.rate);
  gst_structure_get_double (vitals, "confidence", &point.confidence);
  if (!GST_CLOCK_TIME_IS_VALID (plot->start))
    plot->start = timestamp;
  point.time = GST_CLOCK_DIFF (plot->start, timestamp + duration)
      / (gdouble) GST_SECOND;
  g_array_append_val (plot->points, point);
  take_waveform (plot, vitals, point.rate);
}

/* --- drawing --- */

/* As %.2f, in every locale. */
static void
append_number (GString * svg, const gchar * before, gdouble value,
    const gchar * after)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (svg, before);
  g_string_append (svg, g_ascii_formatd (text, sizeof text, "%.2f", value));
  g_string_append (svg, after);
}

static gdouble
x_of (const Panel * panel, gdouble value)
{
  return MARGIN_LEFT + (value - panel->x_min) / (panel->x_max - panel->x_min)
      * (WIDTH - MARGIN_LEFT - MARGIN_RIGHT);
}

static gdouble
y_of (const Panel * panel, gdouble value)
{
  return panel->top + PANEL_HEIGHT - MARGIN_BOTTOM
      - (value - panel->y_min) / (panel->y_max - panel->y_min)
      * (PANEL_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM);
}

static void
draw_text (Panel * panel, gdouble x, gdouble y, const gchar * anchor,
    const gchar * text)
{
  g_autofree gchar *escaped = g_markup_escape_text (text, -1);

  append_number (panel->svg, "<text x=\"", x, "\" y=\"");
  append_number (panel->svg, "", y, "\" text-anchor=\"");
  g_string_append_printf (panel->svg, "%s\">%s</text>\n", anchor, escaped);
}

static void
draw_line (Panel * panel, gdouble x1, gdouble y1, gdouble x2, gdouble y2,
    const gchar * colour)
{
  append_number (panel->svg, "<line x1=\"", x1, "\" y1=\"");
  append_number (panel->svg, "", y1, "\" x2=\"");
  append_number (panel->svg, "", x2, "\" y2=\"");
  append_number (panel->svg, "", y2, "\" stroke=\"");
  g_string_append_printf (panel->svg, "%s\"/>\n", colour);
}

/* The round step that makes about TICKS of @range. */
static gdouble
get_step (gdouble range)
{
  static const gdouble steps[] = { 1.0, 2.0, 5.0, 10.0 };
  gdouble power = pow (10.0, floor (log10 (range / TICKS)));
  guint i;

  for (i = 0; i + 1 < G_N_ELEMENTS (steps); i++)
    if (range / (steps[i] * power) <= TICKS)
      break;
  return steps[i] * power;
}

static void
draw_x_axis (Panel * panel, const gchar * label)
{
  gdouble bottom = panel->top + PANEL_HEIGHT - MARGIN_BOTTOM;
  gdouble step = get_step (panel->x_max - panel->x_min);
  gdouble tick = ceil (panel->x_min / step) * step;

  for (; tick <= panel->x_max + 1e-9; tick += step) {
    gchar text[G_ASCII_DTOSTR_BUF_SIZE];
    gdouble x = x_of (panel, tick);

    draw_line (panel, x, bottom, x, bottom + 4, "#444");
    draw_text (panel, x, bottom + 17, "middle", g_ascii_formatd (text,
            sizeof text, "%g", tick));
  }
  draw_text (panel, WIDTH - MARGIN_RIGHT, bottom + 33, "end", label);
}

static void
draw_y_axis (Panel * panel)
{
  gdouble step = get_step (panel->y_max - panel->y_min);
  gdouble tick = ceil (panel->y_min / step) * step;

  for (; tick <= panel->y_max + 1e-9; tick += step) {
    gchar text[G_ASCII_DTOSTR_BUF_SIZE];
    gdouble y = y_of (panel, tick);

    draw_line (panel, MARGIN_LEFT, y, WIDTH - MARGIN_RIGHT, y, "#e4e4e4");
    /* what is 0 but for rounding is 0 */
    draw_text (panel, MARGIN_LEFT - 6, y + 4, "end", g_ascii_formatd (text,
            sizeof text, "%g", fabs (tick) < 1e-9 ? 0.0 : tick));
  }
}

static void
draw_frame (Panel * panel, const gchar * title, const gchar * x_label)
{
  gdouble bottom = panel->top + PANEL_HEIGHT - MARGIN_BOTTOM;

  draw_y_axis (panel);
  draw_x_axis (panel, x_label);
  draw_line (panel, MARGIN_LEFT, bottom, WIDTH - MARGIN_RIGHT, bottom, "#444");
  g_string_append (panel->svg, "<g font-weight=\"bold\">");
  draw_text (panel, MARGIN_LEFT, panel->top + 20, "start", title);
  g_string_append (panel->svg, "</g>");
}

static void
begin_curve (Panel * panel)
{
  g_string_append (panel->svg, "<polyline fill=\"none\" points=\"");
}

static void
add_to_curve (Panel * panel, gdouble x, gdouble y)
{
  append_number (panel->svg, "", x_of (panel, x), ",");
  append_number (panel->svg, "", y_of (panel, y), " ");
}

static void
end_curve (Panel * panel, const gchar * colour)
{
  g_string_append_printf (panel->svg, "\" stroke=\"%s\"/>\n", colour);
}

/* --- the panels --- */

static gchar *
describe_pulse (const MeasurePlot * plot)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (plot->heart_rate))
    return
        g_strdup_printf ("Pulse of the last window with a heart rate: %s bpm",
        g_ascii_formatd (text, sizeof text, "%.1f", plot->heart_rate));
  return g_strdup_printf ("Pulse of the last window, no heart rate: %s",
      plot->reason ? plot->reason : "");
}

static void
draw_pulse (const MeasurePlot * plot, Panel * panel)
{
  const gdouble *samples = (const gdouble *) plot->waveform->data;
  g_autofree gchar *title = describe_pulse (plot);
  guint n = plot->waveform->len, i;
  gdouble highest = 1.0;

  for (i = 0; i < n; i++)
    highest = MAX (highest, fabs (samples[i]));
  panel->x_max = (n - 1) / plot->waveform_rate;
  panel->y_min = -highest;
  panel->y_max = highest;
  draw_frame (panel, title, "seconds of the window");
  begin_curve (panel);
  for (i = 0; i < n; i++)
    add_to_curve (panel, i / plot->waveform_rate, samples[i]);
  end_curve (panel, PULSE_COLOUR);
}

static void
draw_spectrum (const MeasurePlot * plot, Panel * panel)
{
  g_autoptr (VitalsSpectrum) spectrum = vitals_spectrum_new ();
  gdouble low = 60.0 * VITALS_HEART_RATE_MIN, high =
      60.0 * VITALS_HEART_RATE_MAX;
  gdouble highest = 0.0, rate;

  vitals_spectrum_compute (spectrum, (const gdouble *) plot->waveform->data,
      plot->waveform->len, plot->waveform_rate);
  for (rate = low; rate <= high; rate += SPECTRUM_STEP)
    highest = MAX (highest, vitals_spectrum_get_power_at (spectrum,
            rate / 60.0));
  panel->x_min = low;
  panel->x_max = high;
  panel->y_max = 1.0;
  draw_frame (panel, "Its spectrum (power, highest = 1)", "a minute");
  if (isfinite (plot->heart_rate))
    draw_line (panel, x_of (panel, plot->heart_rate), y_of (panel, 0.0),
        x_of (panel, plot->heart_rate), y_of (panel, 1.0), RATE_COLOUR);
  if (highest <= 0.0)
    return;
  begin_curve (panel);
  for (rate = low; rate <= high; rate += SPECTRUM_STEP)
    add_to_curve (panel, rate, vitals_spectrum_get_power_at (spectrum,
            rate / 60.0) / highest);
  end_curve (panel, PULSE_COLOUR);
}

static void
find_range (const GArray * points, Panel * panel)
{
  gdouble low = INFINITY, high = -INFINITY;
  guint i;

  for (i = 0; i < points->len; i++) {
    const Point *point = &g_array_index (points, Point, i);

    panel->x_max = MAX (panel->x_max, point->time);
    if (!isfinite (point->rate))
      continue;
    low = MIN (low, point->rate);
    high = MAX (high, point->rate);
  }
  panel->y_min =
      isfinite (low) ? low - RATE_ROOM : 60.0 * VITALS_HEART_RATE_MIN;
  panel->y_max =
      isfinite (low) ? high + RATE_ROOM : 60.0 * VITALS_HEART_RATE_MAX;
}

static void
draw_rates (const MeasurePlot * plot, Panel * panel)
{
  guint i;

  find_range (plot->points, panel);
  draw_frame (panel, "Heart rate, bpm (paler: less certain; none: not certain "
      "enough)", "seconds, end of each window");
  for (i = 0; i < plot->points->len; i++) {
    const Point *point = &g_array_index (plot->points, Point, i);

    if (!isfinite (point->rate))
      continue;
    append_number (panel->svg, "<circle cx=\"", x_of (panel, point->time),
        "\"");
    append_number (panel->svg, " cy=\"", y_of (panel, point->rate),
        "\" r=\"4\"");
    append_number (panel->svg, " fill-opacity=\"", point->confidence,
        "\" fill=\"" RATE_COLOUR "\"/>\n");
  }
}

static gchar *
draw (const MeasurePlot * plot)
{
  static void (*const panels[N_PANELS]) (const MeasurePlot *, Panel *) = {
    draw_pulse, draw_spectrum, draw_rates
  };
  GString *svg = g_string_new (NULL);
  guint i;

  g_string_append_printf (svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "width=\"%d\" height=\"%d\" font-family=\"sans-serif\" "
      "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" "
      "fill=\"white\"/>\n", (gint) WIDTH, (gint) (N_PANELS * PANEL_HEIGHT));
  for (i = 0; i < N_PANELS; i++) {
    Panel panel = { svg, i * PANEL_HEIGHT, 0.0, 0.0, 0.0, 0.0 };

    panels[i] (plot, &panel);
  }
  g_string_append (svg, "</svg>\n");
  return g_string_free (svg, FALSE);
}

gboolean
measure_plot_write (MeasurePlot * plot, const gchar * file, GError ** error)
{
  g_autofree gchar *svg = NULL;

  if (plot->waveform->len < 2) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
        "%s: there is no pulse to draw", file);
    return FALSE;
  }
  /* a file is replaced as a whole; a device would be, too */
  if (g_file_test (file, G_FILE_TEST_EXISTS)
      && !g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
        "%s: no regular file: name another for the plot", file);
    return FALSE;
  }
  svg = draw (plot);
  return g_file_set_contents_full (file, svg, -1,
      G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
