/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/face/vitals-face-change-private.h>

/* As long as frames may be missing in a window. */
#define LONGEST_HOLE GST_SECOND
/* Intersection over union of two boxes of one face, by what else is known. */
#define SAME_ID_OVERLAP 0.2
#define SAME_PLACE_OVERLAP 0.5

void
vitals_face_change_init (VitalsFaceChange * change)
{
  change->known = change->missed = FALSE;
  change->time = GST_CLOCK_TIME_NONE;
}

static gboolean
is_same (const VitalsFaceChange * change, const VitalsFaceSeen * face)
{
  const VitalsFaceSeen *before = &change->face;
  gdouble overlap = vitals_box_get_overlap (&before->box, &face->box);

  if (before->kind == face->kind && face->kind != VITALS_FACE_ID_NONE) {
    if (before->id == face->id)
      return overlap >= SAME_ID_OVERLAP;
    if (face->kind == VITALS_FACE_ID_OF_TRACKER || change->missed)
      return FALSE;
  }
  return overlap > SAME_PLACE_OVERLAP;
}

static gboolean
is_hole (const VitalsFaceChange * change, GstClockTime time)
{
  return time > change->time && time - change->time > LONGEST_HOLE;
}

gboolean
vitals_face_change_see (VitalsFaceChange * change, const VitalsFaceSeen * face,
    GstClockTime time)
{
  gboolean other = change->known && (is_hole (change, time)
      || !is_same (change, face));

  change->known = TRUE;
  change->missed = FALSE;
  change->face = *face;
  change->time = time;
  return other;
}

gboolean
vitals_face_change_miss (VitalsFaceChange * change, GstClockTime time)
{
  change->missed = TRUE;
  if (!change->known || !is_hole (change, time))
    return FALSE;
  change->known = FALSE;
  return TRUE;
}
