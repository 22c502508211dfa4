/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/face/vitals-face-private.h>

struct _VitalsFaceChoice
{
  gboolean has_roi;
  VitalsBox roi;

  gboolean held;                /* a face of region meta is held */
  gint held_id;
  VitalsBox held_box;
};

VitalsFaceChoice *
vitals_face_choice_new (void)
{
  return g_new0 (VitalsFaceChoice, 1);
}

void
vitals_face_choice_free (VitalsFaceChoice * choice)
{
  g_free (choice);
}

void
vitals_face_choice_set_roi (VitalsFaceChoice * choice, const VitalsBox * roi)
{
  choice->has_roi = roi != NULL;
  if (roi)
    choice->roi = *roi;
}

void
vitals_face_choice_reset (VitalsFaceChoice * choice)
{
  choice->held = FALSE;
}

/* The same face as that which is held: by its id, or by where it is where the
 * detector numbers faces anew each time. */
static gboolean
is_held (const VitalsFaceChoice * choice, gint id, const VitalsBox * box)
{
  gdouble overlap;

  if (!choice->held)
    return FALSE;
  overlap = vitals_box_get_overlap (&choice->held_box, box);
  return overlap > 0.5 || (overlap > 0 && id == choice->held_id);
}

/* The next region of type "face", clipped; one that lies outside the frame, or
 * has no size, is none. */
static gboolean
next_region (GstBuffer * buffer, const GstVideoInfo * info, gpointer * state,
    VitalsBox * box, gint * id)
{
  static GQuark face = 0;
  GstMeta *meta;

  if (G_UNLIKELY (face == 0))
    face = g_quark_from_static_string ("face");
  while ((meta = gst_buffer_iterate_meta_filtered (buffer, state,
              GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))) {
    GstVideoRegionOfInterestMeta *region =
        (GstVideoRegionOfInterestMeta *) meta;
    VitalsBox whole = { region->x, region->y, region->w, region->h };

    *id = region->id;
    if (region->roi_type == face
        && vitals_box_clip (&whole, GST_VIDEO_INFO_WIDTH (info),
            GST_VIDEO_INFO_HEIGHT (info), box))
      return TRUE;
  }
  return FALSE;
}

gboolean
vitals_face_is_in_meta (GstBuffer * buffer, const GstVideoInfo * info)
{
  gpointer state = NULL;
  VitalsBox box;
  gint id;

  return next_region (buffer, info, &state, &box, &id);
}

static gboolean
pick_from_meta (VitalsFaceChoice * choice, GstBuffer * buffer,
    const GstVideoInfo * info, VitalsBox * box, gint * id)
{
  gpointer state = NULL;
  VitalsBox candidate;
  gint candidate_id;
  gdouble best = 0;

  while (next_region (buffer, info, &state, &candidate, &candidate_id)) {
    gdouble weight = vitals_box_get_area (&candidate);

    if (is_held (choice, candidate_id, &candidate))
      weight *= VITALS_FACE_TAKE_OVER;
    if (weight > best) {
      best = weight;
      *box = candidate;
      *id = candidate_id;
    }
  }
  if (best == 0)
    return FALSE;
  choice->held = TRUE;
  choice->held_id = *id;
  choice->held_box = *box;
  return TRUE;
}

VitalsFaceSource
vitals_face_choice_pick (VitalsFaceChoice * choice, GstBuffer * buffer,
    const GstVideoInfo * info, VitalsBox * box, gint * id)
{
  gint face_id = -1;
  VitalsFaceSource source;

  if (pick_from_meta (choice, buffer, info, box, &face_id)) {
    source = VITALS_FACE_FROM_META;
  } else if (choice->has_roi) {
    source = vitals_box_clip (&choice->roi, GST_VIDEO_INFO_WIDTH (info),
        GST_VIDEO_INFO_HEIGHT (info), box) ? VITALS_FACE_FROM_ROI
        : VITALS_FACE_NONE;
  } else {
    box->x = box->y = 0;
    box->width = GST_VIDEO_INFO_WIDTH (info);
    box->height = GST_VIDEO_INFO_HEIGHT (info);
    source = VITALS_FACE_WHOLE_FRAME;
  }
  if (id)
    *id = face_id;
  return source;
}
