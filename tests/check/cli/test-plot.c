/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitals measure --plot: what the picture is made of. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <math.h>
#include <string.h>

#include "../../../gst/cli/measure-plot.h"

/* As rppg posts it, of 5 s. */
static GstStructure *
make_vitals (gdouble waveform_rate)
{
  GstStructure *vitals = gst_structure_new ("vitals",
      "timestamp", G_TYPE_UINT64, (guint64) 0,
      "duration", G_TYPE_UINT64, 5 * GST_SECOND,
      "heart-rate", G_TYPE_DOUBLE, 60.0,
      "confidence", G_TYPE_DOUBLE, 0.9,
      "waveform-rate", G_TYPE_DOUBLE, waveform_rate, NULL);
  GValue list = G_VALUE_INIT;
  guint i;

  g_value_init (&list, GST_TYPE_ARRAY);
  for (i = 0; i < 150; i++) {
    GValue sample = G_VALUE_INIT;

    g_value_init (&sample, G_TYPE_DOUBLE);
    g_value_set_double (&sample, sin (2 * G_PI * i / 30));
    gst_value_array_append_and_take_value (&list, &sample);
  }
  gst_structure_take_value (vitals, "waveform", &list);
  return vitals;
}

static const gdouble useless_rates[] = { 0.0, -30.0, NAN };

GST_START_TEST (waveform_without_a_rate_is_not_drawn)
{
  g_autoptr (MeasurePlot) plot = measure_plot_new ();
  GstStructure *useless = make_vitals (useless_rates[__i__]);
  GstStructure *good = make_vitals (30.0);
  g_autofree gchar *path = NULL, *svg = NULL;
  GError *error = NULL;

  g_close (g_file_open_tmp ("vitals-XXXXXX", &path, NULL), NULL);
  measure_plot_add (plot, useless);
  fail_if (measure_plot_write (plot, path, &error));
  fail_unless (strstr (error->message, "no pulse") != NULL);
  g_error_free (error);
  /* nor does it take the place of what was there */
  measure_plot_add (plot, good);
  measure_plot_add (plot, useless);
  fail_unless (measure_plot_write (plot, path, NULL));
  fail_unless (g_file_get_contents (path, &svg, NULL, NULL));
  fail_unless (strstr (svg, "inf") == NULL && strstr (svg, "nan") == NULL);
  gst_structure_free (useless);
  gst_structure_free (good);
  g_unlink (path);
}

GST_END_TEST;

static Suite *
plot_suite (void)
{
  Suite *suite = suite_create ("plot");
  TCase *test = tcase_create ("general");

  suite_add_tcase (suite, test);
  tcase_add_loop_test (test, waveform_without_a_rate_is_not_drawn, 0,
      G_N_ELEMENTS (useless_rates));
  return suite;
}

GST_CHECK_MAIN (plot);
