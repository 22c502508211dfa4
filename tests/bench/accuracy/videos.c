/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "videos.h"
#include "pixels.h"

#define SYNTHETIC "vitalstestsrc num-buffers=%u heart-rate=%g " \
    "respiratory-rate=%g pulse-amplitude=%g %s ! " \
    "video/x-raw,format=I420,width=320,height=240,framerate=%u/1%s"
#define SECONDS 33
#define H264(crf) " ! x264enc pass=qual speed-preset=fast tune=zerolatency " \
    "threads=1 quantizer=" crf " ! avdec_h264"
#define CLIP "filesrc location=\"%s/face.mp4\" ! decodebin ! videoconvert ! " \
    "video/x-raw,format=I420%s"
#define CLIP_RATE 52.7
/* s: of breathing the first at all, and the first of a full window */
#define FIRST_BREATH 15
#define FULL_BREATH 30

/* As vitalstestsrc draws it at 320x240. */
static const VitalsBox synthetic_face = { 116.8, 28.8, 86.4, 108.0 };
static const VitalsBox clip_face = { 50, 60, 390, 440 };

/* Parts of the clip with no skin: wall, window, cabinet. */
static const VitalsBox clip_background[] = {
  {440, 240, 80, 180}, {0, 0, 60, 140}, {450, 0, 78, 45}, {455, 60, 70, 100},
  {0, 250, 45, 70}, {460, 430, 68, 50}
};

typedef struct
{
  const gchar *group;
  const gchar *properties;      /* of vitalstestsrc */
  const gchar *coder;
  guint framerate;
} Nuisance;

static const Nuisance faces[] = {
  {"face, raw", "noise=2", "", 30},
  {"face, noise 6", "noise=6", "", 30},
  {"face, 15 fps", "noise=2", "", 15},
  {"face, 10 fps", "noise=2", "", 10},
  {"face, sway .02", "noise=2 motion=0.02", "", 30},
  {"face, sway .05", "noise=2 motion=0.05", "", 30},
  {"face, flicker .01", "noise=2 flicker=0.01", "", 30},
  {"face, H.264 CRF 20", "noise=2", H264 ("20"), 30},
  {"face, H.264 CRF 26", "noise=2", H264 ("26"), 30},
  {"face, H.264 CRF 32", "noise=2", H264 ("32"), 30},
};

static const Nuisance negatives[] = {
  {"photo, raw", "noise=2", "", 30},
  {"photo, H.264 CRF 26", "noise=2", H264 ("26"), 30},
  {"photo, flicker .01", "noise=2 flicker=0.01", "", 30},
  {"chair, raw", "noise=2 face=false", "", 30},
  {"chair, H.264 CRF 26", "noise=2 face=false", H264 ("26"), 30},
  {"mannequin, sway .05", "noise=2 motion=0.05", "", 30},
  {"mannequin, H.264 CRF 26", "noise=2 motion=0.05", H264 ("26"), 30},
};

static const Nuisance held[] = {
  {"face, breath held", "noise=2", "", 30},
  {"face, breath held, H.264 CRF 20", "noise=2", H264 ("20"), 30},
  {"face, breath held, sway .05", "noise=2 motion=0.05", "", 30},
};

static const gchar *const clip_coders[][2] = {
  {"clip, raw", ""},
  {"clip, H.264 CRF 24", H264 ("24")},
  {"clip, H.264 CRF 28", H264 ("28")},
  {"clip, H.264 CRF 33", H264 ("33")},
  {"clip, H.264 CRF 38", H264 ("38")},
};

static const struct
{
  gdouble heart_rate, respiratory_rate, amplitude;
} people[] = {
  {48, 9, 0.004}, {66, 14, 0.0015}, {84, 18, 0.008}, {120, 22, 0.004},
  {170, 28, 0.004}
};

static gboolean
measure_synthetic (const Nuisance * nuisance, guint seed, gdouble heart_rate,
    gdouble respiratory_rate, gdouble amplitude, Score * heart, Score * breath)
{
  g_autofree gchar *properties = NULL, *source = NULL;
  Video video = { nuisance->group, NULL, synthetic_face, heart_rate,
    respiratory_rate, heart_rate > 0.0 ? 10 : 5,
    respiratory_rate > 0.0 ? FULL_BREATH : FIRST_BREATH
  };

  properties = g_strdup_printf ("seed=%u %s", seed, nuisance->properties);
  source = g_strdup_printf (SYNTHETIC, SECONDS * nuisance->framerate,
      heart_rate, respiratory_rate, amplitude, properties,
      nuisance->framerate, nuisance->coder);
  video.source = source;
  heart->name = nuisance->group;
  return video_measure (&video, heart, breath);
}

static gboolean
measure_clip (const gchar * data, const gchar * coder, const VitalsBox * box,
    gdouble rate, Score * heart)
{
  g_autofree gchar *source = g_strdup_printf (CLIP, data, coder);
  Video video = { heart->name, source, *box, rate, 0.0, 5, FULL_BREATH };

  return video_measure (&video, heart, NULL);
}

static guint
measure_clips (Score * scores)
{
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  g_autofree gchar *file = g_strdup_printf ("%s/face.mp4", data ? data : "");
  guint i, n = 0;

  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_printerr ("bench-accuracy: no face.mp4 in VITALS_TEST_DATA: the real "
        "clip is skipped\n");
    return 0;
  }
  for (i = 0; i < G_N_ELEMENTS (clip_coders); i++, n++) {
    scores[n].name = clip_coders[i][0];
    if (!measure_clip (data, clip_coders[i][1], &clip_face, CLIP_RATE,
            &scores[n]))
      return n;
  }
  scores[n].name = "clip, background";
  for (i = 0; i < G_N_ELEMENTS (clip_background); i++)
    measure_clip (data, "", &clip_background[i], 0.0, &scores[n]);
  return n + 1;
}

/* One group with each of the people, its seeds from @seed on. */
static gboolean
measure_people (const Nuisance * nuisance, gboolean breathe, guint seed,
    Score * heart, Score * breath)
{
  guint k;

  for (k = 0; k < G_N_ELEMENTS (people); k++)
    if (!measure_synthetic (nuisance, seed + k, people[k].heart_rate,
            breathe ? people[k].respiratory_rate : 0.0, people[k].amplitude,
            heart, breath))
      return FALSE;
  return TRUE;
}

static gboolean
measure_negative (const Nuisance * nuisance, Score * heart, Score * breath)
{
  guint k;

  for (k = 0; k < G_N_ELEMENTS (people); k++)
    if (!measure_synthetic (nuisance, 100 + k, 0.0, 0.0, 0.0, heart, breath))
      return FALSE;
  return TRUE;
}

/* Somebody who does not breathe. */
static guint
measure_held (Score * scores)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (held); i++) {
    Score heart = { 0 };

    scores[i].name = held[i].group;
    scores[i].kind = SCORE_BREATH;
    if (!measure_people (&held[i], FALSE, 50, &heart, &scores[i]))
      return i;
  }
  return i;
}

guint
videos_measure (Score * scores, guint size)
{
  Score *breath = &scores[0], *no_breath = &scores[1];
  guint n = 2, i;

  g_assert (size >= 2 + G_N_ELEMENTS (held) + G_N_ELEMENTS (faces)
      + G_N_ELEMENTS (negatives) + G_N_ELEMENTS (clip_coders) + 1);
  breath->name = "face, breaths, 30 s";
  no_breath->name = "photo, chair, mannequin, from 15 s on";
  breath->kind = no_breath->kind = SCORE_BREATH;
  n += measure_held (scores + n);
  for (i = 0; i < G_N_ELEMENTS (faces); i++, n++)
    if (!measure_people (&faces[i], TRUE, 1, &scores[n], breath))
      return n;
  for (i = 0; i < G_N_ELEMENTS (negatives); i++, n++)
    if (!measure_negative (&negatives[i], &scores[n], no_breath))
      return n;
  return n + measure_clips (scores + n);
}
