/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "score.h"

/* The synthetic face, the same without one, and the real clip, raw and
 * compressed. Adds to @scores, which holds @size. Returns: how many it added. */
guint videos_measure (Score * scores, guint size);
