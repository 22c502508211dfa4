/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vitals-sandbox.h"

/* Answers of a service that is not the sandbox's own measuring. */
typedef struct
{
  /* both waveforms at @time seconds; NULL: 0 */
  gdouble (*pulse) (gdouble time);
  gdouble (*breath) (gdouble time);
  gdouble confidence;           /* of each sample */
  const gchar *extra;           /* more members, each with a comma before it */
} Answers;

/* A pulse of 72 a minute, and breath of 15. */
gdouble answers_pulse (gdouble time);
gdouble answers_breath (gdouble time);

/* The Nth call of @route, from 1 to @calls, gets the Nth second, 30 samples. */
void answers_serve (VitalsSandbox * sandbox, const gchar * route, guint calls,
    const Answers * answers);
