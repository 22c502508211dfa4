/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include "vitals-sandbox.h"

/* What one pipeline posted until its end. */
typedef struct
{
  GPtrArray *messages;          /* of GstStructure */
  GError *error;                /* or NULL */
  GstStructure *stats;
} Run;

/* @fault: of the sandbox, or NULL */
VitalsSandbox *run_new_sandbox (const gchar * fault);

/* @source: as in gst-launch, with a "!" at its end. @sink: properties of
 * vitallenssink */
void run_pipeline (Run * run, VitalsSandbox * sandbox, const gchar * source,
    const gchar * sink);
/* Of a face of 72 beats a minute. */
void run_frames (Run * run, VitalsSandbox * sandbox, guint frames,
    const gchar * sink);
void run_clear (Run * run);

guint run_count (const Run * run, const gchar * name);
const GstStructure *run_get_last (const Run * run, const gchar * name);
