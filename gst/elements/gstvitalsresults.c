/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsresults.h"

#include "gstvitalspipes.h"

#include <errno.h>
#include <fcntl.h>
#include <vitals/vitals-json-private.h>

gboolean
gst_vitals_results_open (GstElement * element, const gchar * location,
    GstVitalsLinesIdleFunc idle, GstVitalsLines ** results)
{
  GError *error = NULL;
  gint fd;

  *results = NULL;
  if (!location || !*location)
    return TRUE;
  fd = gst_vitals_pipe_open (location, O_APPEND);
  if (fd >= 0) {
    *results = gst_vitals_lines_new (fd, idle, element);
    return TRUE;
  }
  gst_vitals_pipe_set_error (&error, errno);
  GST_ELEMENT_ERROR (element, RESOURCE, OPEN_WRITE,
      ("results-location: %s: %s", location, error->message), (NULL));
  g_error_free (error);
  return FALSE;
}

void
gst_vitals_results_warn (GstElement * element, GError * error)
{
  GST_ELEMENT_WARNING (element, RESOURCE, WRITE,
      ("Results could not be written to results-location: %s",
          error->message), (NULL));
  g_error_free (error);
}

void
gst_vitals_results_write (GstVitalsLines * results,
    const GstStructure * message)
{
  g_autofree gchar *json = vitals_structure_to_json (message);

  gst_vitals_lines_write (results, g_strconcat (json, "\n", NULL));
}
