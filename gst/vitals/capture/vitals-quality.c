/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/capture/vitals-quality-private.h>
#include <vitals/capture/vitals-steadiness-private.h>
#include <vitals/tensor/vitals-tensor.h>

/* Time over which the light and the rate are looked at, and from which on. */
#define SPAN (2 * GST_SECOND)
#define SHORTEST_SPAN GST_SECOND
/* Frames of that time that are kept: at higher rates it is shorter. */
#define HISTORY 128
/* A longer gap is another recording. */
#define LONGEST_GAP GST_SECOND
/* What changes slowly is looked at each so often: it need not cost more. */
#define STEP (100 * GST_MSECOND)
/* A limit must be kept by so much for the problem to go. */
#define HYSTERESIS 0.1
/* Width over height of a box that is a whole face; a picture that is taken as a
 * whole has such a shape too. */
#define NARROWEST 0.5
#define WIDEST 2.0
/* Of green, which carries the pulse: at or above this it carries none. */
#define CLIPPED_LEVEL 250
/* Every other row is looked at, and of its pixels all or every other. */
#define SPARSE 2
#define N_SPARSE ((VITALS_PATCH_SIZE / SPARSE) * (VITALS_PATCH_SIZE / SPARSE))
/* Chromaticities, in 1/1024: how far skin may be from the mean skin. */
#define CHROMA_SCALE 1024
#define SKIN_TOLERANCE 36
/* Red + green + blue: darker has no colour that could be told. */
#define DARKEST_COLOUR 45
/* With less skin than this at first, there is nothing to compare with. */
#define SMALLEST_SKIN 0.25
/* How much of a new look the memory of the skin takes on: of 10 s, and of a
 * minute while the face seems to be covered, as it may be another light. */
#define SKIN_MEMORY 0.01
#define COVERED_MEMORY (0.1 / 60)
/* Of its width: a box that goes so far is on another face. */
#define OTHER_FACE 0.5

typedef struct
{
  GstClockTime pts;
  gdouble luma;
} Light;

struct _VitalsQuality
{
  VitalsQualityLimits limits;
  VitalsQualityMeasures measures;
  gboolean started;

  Light history[HISTORY];       /* a ring */
  guint first, n;
  GstClockTime next_step;

  VitalsSteadiness *steadiness;
  gdouble skin[2];              /* chromaticity of red and green */
  gdouble skin_share;           /* of the face, 0: not known yet */
};

static const struct
{
  const gchar *warning, *name, *advice;
} problems[VITALS_QUALITY_N_PROBLEMS] = {
  {"lighting", "too dark", "Light the face evenly, from the front."},
  {"lighting", "overexposed", "Take light off the face, or shorten the "
        "exposure of the camera."},
  {"lighting", "light that flickers", "Use daylight or another lamp, or set "
        "the camera's anti-flicker to the mains frequency."},
  {"motion", "motion", "Keep head and camera still."},
  {"face_position", "face too small", "Come closer to the camera, or use a "
        "higher resolution."},
  {"face_position", "face cut by the edge of the picture", "Move into the "
        "middle of the picture."},
  {"occlusion", "face covered", "Keep hands, hair and other things off the "
        "face."},
  {"frame_rate", "too few frames a second", "More light, or a lower "
        "resolution, gives most cameras a higher rate."}
};

void
vitals_quality_limits_init (VitalsQualityLimits * limits)
{
  *limits = (VitalsQualityLimits) {
  .min_brightness = 0.06,.max_clipped = 0.5,.max_flicker = 0.04,.max_motion =
        0.15,.min_face_width = 16,.min_skin = 0.6,.min_framerate = 9};
}

const gchar *
vitals_quality_get_warning (guint index)
{
  return problems[index].warning;
}

const gchar *
vitals_quality_get_name (guint index)
{
  return problems[index].name;
}

const gchar *
vitals_quality_get_advice (guint index)
{
  return problems[index].advice;
}

VitalsQuality *
vitals_quality_new (const VitalsQualityLimits * limits,
    const VitalsPatchPlace * face_patch)
{
  VitalsQuality *quality = g_new0 (VitalsQuality, 1);

  quality->limits = *limits;
  quality->steadiness = vitals_steadiness_new (face_patch);
  vitals_quality_reset (quality);
  return quality;
}

void
vitals_quality_free (VitalsQuality * quality)
{
  vitals_steadiness_free (quality->steadiness);
  g_free (quality);
}

/* What follows has nothing to do with what was before. */
static void
forget (VitalsQuality * quality)
{
  VitalsQualityMeasures *measures = &quality->measures;

  measures->brightness = measures->clipped = measures->flicker =
      measures->motion = measures->skin = measures->framerate = NAN;
  quality->n = 0;
  quality->next_step = 0;
  quality->skin_share = 0;
  vitals_steadiness_reset (quality->steadiness);
}

void
vitals_quality_reset (VitalsQuality * quality)
{
  forget (quality);
  quality->measures.problems = 0;
  quality->started = FALSE;
}

static const Light *
get_light (const VitalsQuality * quality, guint i)
{
  return &quality->history[(quality->first + i) % HISTORY];
}

static void
remember_light (VitalsQuality * quality, GstClockTime pts, gdouble luma)
{
  Light *light;

  while (quality->n == HISTORY || (quality->n > 0
          && pts - get_light (quality, 0)->pts > SPAN)) {
    quality->first = (quality->first + 1) % HISTORY;
    quality->n--;
  }
  light = &quality->history[(quality->first + quality->n++) % HISTORY];
  light->pts = pts;
  light->luma = luma;
}

/* Peak of a sine with the same power as what is left of the light when its mean
 * and its straight drift are taken away, as a share of the mean. */
static gdouble
measure_flicker (const VitalsQuality * quality)
{
  gdouble mean_t = 0, mean = 0, tt = 0, ty = 0, yy = 0, rest;
  GstClockTime origin = get_light (quality, 0)->pts;
  guint i;

  for (i = 0; i < quality->n; i++) {
    const Light *light = get_light (quality, i);

    mean_t += (gdouble) (light->pts - origin) / quality->n;
    mean += light->luma / quality->n;
  }
  for (i = 0; i < quality->n; i++) {
    const Light *light = get_light (quality, i);
    gdouble t = (light->pts - origin) - mean_t, y = light->luma - mean;

    tt += t * t;
    ty += t * y;
    yy += y * y;
  }
  rest = MAX (0, yy - ty * ty / tt) / quality->n;
  return mean > 0 ? sqrt (2 * rest) / mean : NAN;
}

static void
measure_history (VitalsQuality * quality, GstClockTime pts)
{
  VitalsQualityMeasures *measures = &quality->measures;
  GstClockTime span = pts - get_light (quality, 0)->pts;

  if (quality->n < 2 || (span < SHORTEST_SPAN && quality->n < HISTORY))
    return;
  measures->framerate = (quality->n - 1) * (gdouble) GST_SECOND / span;
  measures->flicker = measure_flicker (quality);
}

/* Of every other row of the face. Rec. 601; the matrix of the stream is in the
 * planes already. */
static gdouble
measure_luma (const guint8 * pixels)
{
  static const gdouble weights[3] = { 0.299, 0.587, 0.114 };
  gdouble luma = 0;
  guint c, i, x;

  for (c = 0; c < 3; c++, pixels += VITALS_PLANE_BYTES) {
    guint32 sum = 0;

    for (i = 0; i < VITALS_PLANE_BYTES; i += SPARSE * VITALS_PATCH_SIZE) {
      for (x = 0; x < VITALS_PATCH_SIZE; x++)
        sum += pixels[i + x];
    }
    luma += weights[c] * sum / (VITALS_PLANE_BYTES / SPARSE);
  }
  return luma;
}

/* The mean colour of forehead and cheeks, sparsely. FALSE: too dark. */
static gboolean
measure_skin_colour (const guint8 * pixels, gdouble * skin)
{
  guint32 sums[3] = { 0, 0, 0 }, sum;
  guint p, c, i;

  for (p = 1; p < VITALS_N_PATCHES; p++)
    for (c = 0; c < 3; c++) {
      const guint8 *plane = pixels + (3 * p + c) * VITALS_PLANE_BYTES;

      for (i = 0; i < VITALS_PLANE_BYTES; i += SPARSE * SPARSE)
        sums[c] += plane[i];
    }
  sum = sums[0] + sums[1] + sums[2];
  if (sum < DARKEST_COLOUR * (VITALS_N_PATCHES - 1) * N_SPARSE)
    return FALSE;
  skin[0] = (gdouble) CHROMA_SCALE *sums[0] / sum;
  skin[1] = (gdouble) CHROMA_SCALE *sums[1] / sum;
  return TRUE;
}

typedef struct
{
  guint skin, clipped;          /* sparse pixels of the face patch */
} PixelCounts;

/* Whether the share that @value has of @sum, in 1/CHROMA_SCALE rounded down, is
 * near @share: multiplied, as a division for each pixel costs as much as all
 * else. */
static inline gboolean
is_near (gint value, gint sum, gint share)
{
  return value * CHROMA_SCALE >= (share - SKIN_TOLERANCE) * sum
      && value * CHROMA_SCALE < (share + SKIN_TOLERANCE + 1) * sum;
}

static void
count_pixels (const VitalsQuality * quality, const guint8 * red,
    PixelCounts * counts)
{
  const guint8 *green = red + VITALS_PLANE_BYTES;
  const guint8 *blue = green + VITALS_PLANE_BYTES;
  gint r0 = lrint (quality->skin[0]), g0 = lrint (quality->skin[1]);
  guint x, y;

  counts->skin = counts->clipped = 0;
  for (y = 0; y < VITALS_PATCH_SIZE; y += SPARSE)
    for (x = 0; x < VITALS_PATCH_SIZE; x += SPARSE) {
      guint i = y * VITALS_PATCH_SIZE + x;
      gint sum = red[i] + green[i] + blue[i];

      if (green[i] >= CLIPPED_LEVEL)
        counts->clipped++;
      if (sum >= DARKEST_COLOUR
          && is_near (red[i], sum, r0) && is_near (green[i], sum, g0))
        counts->skin++;
    }
}

static void
remember_skin (VitalsQuality * quality, const gdouble * colour, gdouble share)
{
  gdouble memory = quality->measures.skin < quality->limits.min_skin
      ? COVERED_MEMORY : SKIN_MEMORY;
  guint i;

  quality->skin_share += memory * (share - quality->skin_share);
  for (i = 0; i < 2; i++)
    quality->skin[i] += memory * (colour[i] - quality->skin[i]);
}

static void
measure_pixels (VitalsQuality * quality, const guint8 * pixels)
{
  VitalsQualityMeasures *measures = &quality->measures;
  gdouble colour[2], share;
  gboolean has_colour = measure_skin_colour (pixels, colour);
  PixelCounts counts;

  if (has_colour && quality->skin_share == 0)
    memcpy (quality->skin, colour, sizeof (colour));
  count_pixels (quality, pixels, &counts);
  measures->clipped = counts.clipped / (gdouble) N_SPARSE;
  share = counts.skin / (gdouble) N_SPARSE;
  if (quality->skin_share == 0)
    quality->skin_share = share;
  measures->skin = NAN;
  if (!has_colour || quality->skin_share < SMALLEST_SKIN) {
    quality->skin_share = 0;
    return;
  }
  measures->skin = share / quality->skin_share;
  remember_skin (quality, colour, share);
}

static gboolean
is_below (gdouble value, gdouble limit, gboolean was)
{
  return value < (was ? (1 + HYSTERESIS) * limit : limit);
}

static gboolean
is_above (gdouble value, gdouble limit, gboolean was)
{
  return value > (was ? (1 - HYSTERESIS) * limit : limit);
}

static gboolean
is_other_face (const VitalsBox * before, const VitalsBox * face)
{
  return hypot (face->x + face->width / 2 - before->x - before->width / 2,
      face->y + face->height / 2 - before->y - before->height / 2)
      > OTHER_FACE * face->width;
}

static gboolean
is_cut (const VitalsBox * box)
{
  return box->width < NARROWEST * box->height
      || box->width > WIDEST * box->height;
}

/* Comparisons with NAN are false: what is not known is no problem. */
static VitalsQualityProblems
find_problems (const VitalsQualityMeasures * measures,
    const VitalsQualityLimits * limits)
{
  VitalsQualityProblems old = measures->problems, found = 0;

  if (is_below (measures->brightness, limits->min_brightness,
          old & VITALS_QUALITY_DARK))
    found |= VITALS_QUALITY_DARK;
  if (is_above (measures->clipped, limits->max_clipped,
          old & VITALS_QUALITY_CLIPPED))
    found |= VITALS_QUALITY_CLIPPED;
  if (is_above (measures->flicker, limits->max_flicker,
          old & VITALS_QUALITY_FLICKER))
    found |= VITALS_QUALITY_FLICKER;
  if (is_above (measures->motion, limits->max_motion,
          old & VITALS_QUALITY_MOTION))
    found |= VITALS_QUALITY_MOTION;
  if (is_below (measures->box.width, limits->min_face_width,
          old & VITALS_QUALITY_SMALL))
    found |= VITALS_QUALITY_SMALL;
  if (is_cut (&measures->box))
    found |= VITALS_QUALITY_CUT;
  if (is_below (measures->skin, limits->min_skin,
          old & VITALS_QUALITY_OCCLUDED))
    found |= VITALS_QUALITY_OCCLUDED;
  if (is_below (measures->framerate, limits->min_framerate,
          old & VITALS_QUALITY_SLOW))
    found |= VITALS_QUALITY_SLOW;
  return found;
}

const VitalsQualityMeasures *
vitals_quality_push (VitalsQuality * quality, const guint8 * pixels,
    const VitalsBox * face, GstClockTime pts)
{
  VitalsQualityMeasures *measures = &quality->measures;
  VitalsQualityProblems found;
  gdouble luma = measure_luma (pixels);

  if (quality->n > 0 && (pts <= get_light (quality, quality->n - 1)->pts
          || pts - get_light (quality, quality->n - 1)->pts > LONGEST_GAP))
    forget (quality);
  remember_light (quality, pts, luma);
  measure_history (quality, pts);
  if (is_other_face (&measures->box, face))
    quality->skin_share = 0;
  measures->box = *face;
  measures->brightness = luma / 255;
  if (pts >= quality->next_step) {
    quality->next_step = pts + STEP;
    measure_pixels (quality, pixels);
    measures->motion = vitals_steadiness_push (quality->steadiness,
        pixels + VITALS_PLANE_BYTES, face, pts);
  }

  found = find_problems (measures, &quality->limits);
  measures->changed = !quality->started || found != measures->problems;
  measures->problems = found;
  quality->started = TRUE;
  return measures;
}
