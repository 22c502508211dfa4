/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/face/vitals-face-private.h>
#include <vitals/face/vitals-face-tracks-private.h>

/* A detection belongs to the face whose middle is nearest, within this many
 * widths: a head moves by half of one in 0.5 s when it is quick, and the next
 * person sits more than one away. */
#define REACH 1.0
/* ... and whose width is at most this much larger or smaller. */
#define GROWTH 1.6
/* Two detections that share this much of the smaller one are the same face. */
#define SAME_SHARE 0.5
/* Two looks agree on a face when their boxes share this much (intersection over
 * union): in a quarter of a second a head moves by a third of its width at most,
 * and hits in a background come and go. */
#define AGREE_OVERLAP 0.5
/* So many intervals without the answer of a look are no face any more: the box
 * is of long ago, though nobody says that the face is gone. */
#define UNSEEN_INTERVALS 4

typedef struct
{
  gint id;                      /* once it is told */
  VitalsBox held, newest;
  GstClockTime seen;            /* when it was last found */
  gboolean off;                 /* the newest detection was off the held box */
  gboolean told;                /* may be the face that is told of */
  gboolean sure;                /* two looks agreed */
} Track;

struct _VitalsFaceTracks
{
  gdouble hold;
  GstClockTime interval, lost_timeout;

  Track tracks[VITALS_MAX_FACES];
  guint n_tracks;
  GstClockTime looked;          /* newest look since the reset, or NONE */
  gint next_id;
  gint chosen;                  /* id, or -1 */
  VitalsTrackedFace told;       /* what the last get() said */
};

GType
vitals_face_event_get_type (void)
{
  static const GEnumValue values[] = {
    {VITALS_FACE_EVENT_NONE, "Nothing changed", "none"},
    {VITALS_FACE_EVENT_FOUND, "A face was found", "found"},
    {VITALS_FACE_EVENT_MOVED, "The box of the face moved", "moved"},
    {VITALS_FACE_EVENT_LOST, "The face is gone", "lost"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitalsFaceEvent",
            values));
  return type;
}

VitalsFaceTracks *
vitals_face_tracks_new (gdouble hold, GstClockTime interval,
    GstClockTime lost_timeout)
{
  VitalsFaceTracks *tracks = g_new0 (VitalsFaceTracks, 1);

  tracks->hold = hold;
  tracks->interval = interval;
  tracks->lost_timeout = lost_timeout;
  tracks->told.id = -1;
  vitals_face_tracks_reset (tracks);
  return tracks;
}

void
vitals_face_tracks_free (VitalsFaceTracks * tracks)
{
  g_free (tracks);
}

void
vitals_face_tracks_reset (VitalsFaceTracks * tracks)
{
  tracks->n_tracks = 0;
  tracks->looked = GST_CLOCK_TIME_NONE;
  tracks->chosen = -1;
}

/* A detector may see one face twice: the surer box is kept. */
static guint
drop_doubles (const VitalsDetectedFace * faces, guint n_faces,
    VitalsBox * boxes)
{
  guint n = 0, i, j;

  for (i = 0; i < n_faces; i++) {
    gboolean surest = vitals_box_get_area (&faces[i].box) > 0;

    for (j = 0; j < n_faces && surest; j++) {
      gdouble smaller = MIN (vitals_box_get_area (&faces[i].box),
          vitals_box_get_area (&faces[j].box));

      surest = j == i || faces[j].score < faces[i].score
          || (faces[j].score == faces[i].score && j > i)
          || vitals_box_get_shared_area (&faces[i].box, &faces[j].box)
          <= SAME_SHARE * smaller;
    }
    if (surest)
      boxes[n++] = faces[i].box;
  }
  return n;
}

/* In widths; larger than REACH when it cannot be the same face. */
static gdouble
distance (const Track * track, const VitalsBox * box)
{
  gdouble growth = box->width / track->newest.width;
  gdouble x = box->x + box->width / 2
      - (track->newest.x + track->newest.width / 2);
  gdouble y = box->y + box->height / 2
      - (track->newest.y + track->newest.height / 2);

  if (growth > GROWTH || growth < 1 / GROWTH)
    return G_MAXDOUBLE;
  return hypot (x, y) / track->newest.width;
}

static gboolean
is_off (const VitalsFaceTracks * tracks, const VitalsBox * held,
    const VitalsBox * box)
{
  gdouble far = tracks->hold * held->width;

  return fabs (box->x + box->width / 2 - held->x - held->width / 2) > far
      || fabs (box->y + box->height / 2 - held->y - held->height / 2) > far
      || fabs (box->width - held->width) > far
      || fabs (box->height - held->height) > far;
}

static void
tell_track (VitalsFaceTracks * tracks, Track * track)
{
  track->told = TRUE;
  track->id = tracks->next_id++;
}

static void
follow (VitalsFaceTracks * tracks, Track * track, const VitalsBox * box,
    GstClockTime time)
{
  gboolean off = is_off (tracks, &track->held, box);

  if (off && (track->off || !track->told)) {
    track->held = *box;
    off = FALSE;
  }
  if (vitals_box_get_overlap (&track->newest, box) >= AGREE_OVERLAP)
    track->sure = TRUE;
  if (track->sure && !track->told)
    tell_track (tracks, track);
  track->off = off;
  track->newest = *box;
  track->seen = time;
}

static void
begin_track (VitalsFaceTracks * tracks, const VitalsBox * box,
    GstClockTime time)
{
  Track *track;

  if (tracks->n_tracks == VITALS_MAX_FACES)
    return;
  track = &tracks->tracks[tracks->n_tracks++];
  track->held = track->newest = *box;
  track->seen = time;
  track->off = track->sure = track->told = FALSE;
  if (!GST_CLOCK_TIME_IS_VALID (tracks->looked))
    tell_track (tracks, track);
}

/* What only one look saw was no face. */
static void
drop_unsure_tracks (VitalsFaceTracks * tracks, GstClockTime time)
{
  guint i = 0;

  while (i < tracks->n_tracks) {
    Track *track = &tracks->tracks[i];

    if (!track->sure && track->seen != time)
      *track = tracks->tracks[--tracks->n_tracks];
    else
      i++;
  }
}

/* Gives each face the nearest box, the nearest pair first; each box that is
 * left begins a face. */
static void
assign_boxes (VitalsFaceTracks * tracks, VitalsBox * boxes, guint n,
    GstClockTime time)
{
  gboolean taken[VITALS_MAX_FACES] = { FALSE };
  guint old = tracks->n_tracks, i, j;

  while (n > 0) {
    gdouble nearest = REACH;
    guint track = old, box = n;

    for (i = 0; i < old; i++) {
      for (j = 0; j < n && !taken[i]; j++) {
        gdouble far = distance (&tracks->tracks[i], &boxes[j]);

        if (far <= nearest) {
          nearest = far;
          track = i;
          box = j;
        }
      }
    }
    if (box == n)
      break;
    follow (tracks, &tracks->tracks[track], &boxes[box], time);
    taken[track] = TRUE;
    boxes[box] = boxes[--n];
  }
  drop_unsure_tracks (tracks, time);
  for (j = 0; j < n; j++)
    begin_track (tracks, &boxes[j], time);
}

/* From one look to the next nobody knows that a face is gone: only a look that
 * missed it has the time-out run out before the looks themselves fail to come. */
static gboolean
is_lost (const VitalsFaceTracks * tracks, const Track * track,
    GstClockTime time)
{
  GstClockTime unseen;

  if (time <= track->seen)
    return FALSE;
  unseen = time - track->seen;
  return unseen >= tracks->lost_timeout && (track->seen < tracks->looked
      || unseen / UNSEEN_INTERVALS >= tracks->interval);
}

static void
end_lost_tracks (VitalsFaceTracks * tracks, GstClockTime time)
{
  guint i = 0;

  while (i < tracks->n_tracks) {
    Track *track = &tracks->tracks[i];

    if (is_lost (tracks, track, time))
      *track = tracks->tracks[--tracks->n_tracks];
    else
      i++;
  }
}

static const Track *
choose (VitalsFaceTracks * tracks)
{
  const Track *best = NULL;
  gdouble most = 0;
  guint i;

  for (i = 0; i < tracks->n_tracks; i++) {
    const Track *track = &tracks->tracks[i];
    gdouble weight = vitals_box_get_area (&track->held);

    if (!track->told)
      continue;
    if (track->id == tracks->chosen)
      weight *= VITALS_FACE_TAKE_OVER;
    if (weight > most) {
      most = weight;
      best = track;
    }
  }
  tracks->chosen = best ? best->id : -1;
  return best;
}

void
vitals_face_tracks_push (VitalsFaceTracks * tracks, GstClockTime time,
    const VitalsDetectedFace * faces, guint n_faces)
{
  VitalsBox boxes[VITALS_MAX_FACES];
  guint n;

  n = drop_doubles (faces, MIN (n_faces, VITALS_MAX_FACES), boxes);
  assign_boxes (tracks, boxes, n, time);
  tracks->looked = time;
}

static gboolean
same_box (const VitalsBox * a, const VitalsBox * b)
{
  return a->x == b->x && a->y == b->y && a->width == b->width
      && a->height == b->height;
}

void
vitals_face_tracks_get (VitalsFaceTracks * tracks, GstClockTime time,
    VitalsTrackedFace * face)
{
  VitalsTrackedFace *told = &tracks->told;
  const Track *track;

  end_lost_tracks (tracks, time);
  track = choose (tracks);
  told->event = VITALS_FACE_EVENT_NONE;
  if (!track) {
    if (told->present)
      told->event = VITALS_FACE_EVENT_LOST;
    told->present = FALSE;
    *face = *told;
    return;
  }
  if (!told->present || told->id != track->id)
    told->event = VITALS_FACE_EVENT_FOUND;
  else if (!same_box (&told->box, &track->held))
    told->event = VITALS_FACE_EVENT_MOVED;
  told->present = TRUE;
  told->id = track->id;
  told->box = track->held;
  *face = *told;
}

gboolean
vitals_face_tracks_is_unsure (const VitalsFaceTracks * tracks)
{
  guint i;

  for (i = 0; i < tracks->n_tracks; i++) {
    const Track *track = &tracks->tracks[i];

    if (!track->told || (track->off && track->id == tracks->chosen))
      return TRUE;
  }
  return FALSE;
}
