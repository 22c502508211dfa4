/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * Whether what swings @frequency times a second in @samples, one a frame at
 * @rate Hz, is made by a video coder: those for cameras begin anew with a key
 * frame every so many frames, and what comes out steps there within a few frames,
 * while a heart swings over many frames. A photograph has such a rate, too.
 * @scratch: @n.
 */
VITALS_API gboolean vitals_is_of_key_frames (const gdouble * samples, guint n,
    gdouble rate, gdouble frequency, gdouble * scratch);

G_END_DECLS
