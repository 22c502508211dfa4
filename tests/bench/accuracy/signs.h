/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "score.h"

/* Breathing and variability in traces, where there are such and where not. Adds
 * to @scores, which holds @size. Returns: how many it added. */
guint signs_measure (Score * scores, guint size, guint32 seed, guint repeats);
