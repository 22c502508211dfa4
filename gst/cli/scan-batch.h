/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals.h>

#include "scan-report.h"
#include "scan-state.h"

G_BEGIN_DECLS

typedef struct
{
  VitalsCircadifyClient *client;
  const VitalsDemographics *demographics;
  ScanState *state;
  ScanReport *report;
  VitalsTensorLayout *layout;
  guint jobs;                   /* sessions at a time */
  gboolean retry_failed;        /* what the state says failed is paid again */
} ScanBatchOptions;

/* Scans @files and reports each payload. Runs the default main context; the
 * first SIGINT or SIGTERM starts no more scans, the second gives up those that
 * are under way. Returns: an exit status of the command */
int scan_batch_run (const ScanBatchOptions * options, GPtrArray * files);

G_END_DECLS
