/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-scan-queue-private.h>
#include "fixture.h"

G_BEGIN_DECLS

/* What was told, a word for each phase and outcome. "lock" guards all below
 * it. */
typedef struct
{
  VitalsScanQueue *queue;
  VitalsCircadifyClient *client;
  RawServer *server;

  GMutex lock;
  GCond cond;
  GString *told;
  guint outcomes;
  gboolean let_go;
  gboolean cancel_in_outcome;
} Story;

/* A queue, against a server with @faults. */
void story_begin (Story * story, const Fault * faults,
    const VitalsScanQueueLimits * limits);
void story_push (Story * story, guint64 window);
void story_wait (Story * story, guint outcomes);
/* Waits for @outcomes and compares all that was told until then. */
void story_end (Story * story, guint outcomes, const gchar * expected);

G_END_DECLS
