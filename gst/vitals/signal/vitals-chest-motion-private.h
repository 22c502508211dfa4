/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/*
 * VitalsChestMotion: how far a region moves up and down, from its profile (the
 * mean luma of each row). Each profile is matched to a reference with
 * sub-pixel accuracy, and the reference is held until they differ, so that
 * errors do not add up frame by frame.
 */
typedef struct _VitalsChestMotion VitalsChestMotion;

/* A profile has 8 to this many rows. */
#define VITALS_CHEST_MAX_ROWS 2160

VITALS_API VitalsChestMotion *vitals_chest_motion_new (void);
VITALS_API void vitals_chest_motion_free (VitalsChestMotion * motion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsChestMotion, vitals_chest_motion_free)

/* The next profile is a new reference; the displacement goes on. */
VITALS_API void vitals_chest_motion_step (VitalsChestMotion * motion);

/* @profile: @rows means from top to bottom. Returns: the displacement since the
 * first profile in rows, downwards positive; NaN when the profile shows
 * nothing to hold on to (flat, not finite, not 8 to VITALS_CHEST_MAX_ROWS). */
VITALS_API gdouble vitals_chest_motion_push (VitalsChestMotion * motion,
    const gdouble * profile, guint rows);

/* What it remembers of profiles of @rows rows: floats, so that what was carried
 * and what was not round in the same way. What is no such memory is forgotten:
 * the next profile is a new reference. */
#define VITALS_CHEST_MEMORY(rows) (3 + (rows))
#define VITALS_CHEST_MEMORY_LAST 2      /* index of the last displacement */
VITALS_API void vitals_chest_motion_save (const VitalsChestMotion * motion,
    guint rows, gfloat * memory);
VITALS_API void vitals_chest_motion_load (VitalsChestMotion * motion,
    guint rows, const gfloat * memory);

/* The upper body of a face box, before it is clipped to the frame. */
VITALS_API void vitals_chest_box (const VitalsBox * face, VitalsBox * chest);

G_END_DECLS
