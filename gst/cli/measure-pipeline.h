/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  MEASURE_SERVICE_LOCAL,        /* rppg */
  MEASURE_SERVICE_CIRCADIFY,    /* circadifysink */
  MEASURE_SERVICE_VITALLENS     /* vitallenssink */
} MeasureService;

typedef struct
{
  MeasureService service;
  const gchar *roi;             /* x,y,width,height, or NULL: looked for */
  gint scans;                   /* circadify: how many windows */
  gboolean waveform;            /* not circadify: messages carry the pulse */
  GstClockTime duration;        /* media time, then the end; 0: all of it */
} MeasurePipelineOptions;

/*
 * From @input to vitals messages on the bus of a pipeline. @input: a file, a
 * camera (/dev/video0), an address (rtsp://...), or "test" for a synthetic face
 * in place of a camera. Errors of GST_CORE_ERROR (an element is not found) and
 * G_FILE_ERROR. Returns: (transfer full) (nullable)
 */
GstElement *measure_pipeline_new (const gchar * input,
    const MeasurePipelineOptions * options, GError ** error);

/* The name of the file that @input is. Returns: (transfer full) (nullable): NULL
 * for all else that it may be */
gchar *measure_pipeline_get_file (const gchar * input);

G_END_DECLS
