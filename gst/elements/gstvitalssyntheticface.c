/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalssyntheticface.h"

#include <math.h>

/* Pulse of red and blue in green's (0.11, 0.43 and 0.15 % of DC), measured on a
 * real face. */
static const gdouble pulse_shares[3] = { 0.26, 1.0, 0.35 };

/* Light in 8-bit RGB. */
static const gdouble skin[3] = { 170.0, 120.0, 100.0 };
static const gdouble wall[3] = { 150.0, 155.0, 160.0 };
static const gdouble shirt[3] = { 70.0, 85.0, 120.0 };

/* Light that swells at a rate a heart could have, as mains light does when the
 * camera's rate is near a divisor of it. */
#define FLICKER_HZ 1.2
/* A seated person sways slowly. */
#define SWAY_HZ 0.31
/* Peak of the chest's way, in face heights. */
#define CHEST_MOTION 0.02
/* One stripe of the shirt and the next, in face heights. */
#define STRIPE 0.3
#define STRIPE_DEPTH 0.25

/* Ellipses on the face, at both sides of its middle: in heights of the face,
 * widths where they are across. Light is in that of the skin around. OpenCV's
 * frontal face cascade needs the sockets and the brows to see a face here. */
typedef struct
{
  gdouble x, y, half_width, half_height;
  gdouble light;
  gboolean has_pulse;
} Feature;

static const Feature features[] = {
  {0.20, 0.39, 0.14, 0.070, 0.8, TRUE}, /* eye sockets */
  {0.20, 0.31, 0.13, 0.020, 0.5, FALSE},        /* brows */
  {0.20, 0.40, 0.08, 0.030, 0.4, FALSE},        /* eyes */
  {0.05, 0.62, 0.04, 0.020, 0.6, FALSE},        /* nostrils */
  {0.00, 0.78, 0.15, 0.025, 0.4, FALSE} /* mouth */
};

/* Phase of the second harmonic: the dicrotic notch follows the peak. */
#define SECOND_HARMONIC_PHASE 1.0

#define N_GAUSSIAN 4096

typedef struct
{
  gdouble x, y, width, height;  /* of the face */
  gdouble chest;                /* how far the chest is up, in pixels */
  gdouble light;                /* of the room, 1 when it does not flicker */
  gdouble pulse[3];             /* factors of the skin's R, G and B */
} Scene;

/* How a component is made of RGB. */
typedef struct
{
  gdouble weights[3];
  gdouble offset;
} Component;

static gdouble
turns (gdouble rate, GstClockTime time)
{
  return 2.0 * G_PI * rate * ((gdouble) time / GST_SECOND);
}

static void
scene_place (const GstVitalsSyntheticFace * face, const GstVideoInfo * info,
    GstClockTime time, Scene * scene)
{
  gdouble width = GST_VIDEO_INFO_WIDTH (info);
  gdouble height = GST_VIDEO_INFO_HEIGHT (info);

  scene->height = MIN (0.45 * height, 0.6 * width);
  scene->width = 0.8 * scene->height;
  scene->x = (width - scene->width) / 2.0
      + face->motion * scene->width * sin (turns (SWAY_HZ, time));
  scene->y = 0.12 * height;
  scene->chest = face->respiratory_rate > 0.0 ? CHEST_MOTION * scene->height
      * sin (turns (face->respiratory_rate / 60.0, time)) : 0.0;
}

static void
scene_light (const GstVitalsSyntheticFace * face, GstClockTime time,
    Scene * scene)
{
  gdouble phase = turns (face->heart_rate / 60.0, time);
  gdouble pulse = 0.0;
  guint c;

  if (face->heart_rate > 0.0)
    pulse = cos (phase) + face->second_harmonic
        * cos (2.0 * phase - SECOND_HARMONIC_PHASE);
  /* blood absorbs: a beat is dark */
  for (c = 0; c < 3; c++)
    scene->pulse[c] = 1.0 - face->pulse_amplitude * pulse_shares[c] * pulse;
  scene->light = 1.0 + face->flicker * sin (turns (FLICKER_HZ, time));
}

void
gst_vitals_synthetic_face_get_box (const GstVitalsSyntheticFace * face,
    const GstVideoInfo * info, GstClockTime time, GstVideoRectangle * box)
{
  Scene scene;

  scene_place (face, info, time, &scene);
  box->x = (gint) lrint (scene.x);
  box->y = (gint) lrint (scene.y);
  box->w = (gint) lrint (scene.width);
  box->h = (gint) lrint (scene.height);
}

static void
component_init (Component * component, const GstVideoInfo * info, guint index)
{
  const GstVideoFormatInfo *format = info->finfo;
  gint offset[GST_VIDEO_MAX_COMPONENTS], scale[GST_VIDEO_MAX_COMPONENTS];
  gdouble kr = 0.299, kb = 0.114, range;
  guint c;

  *component = (Component) {
  0};
  if (GST_VIDEO_FORMAT_INFO_IS_RGB (format)) {
    component->weights[index] = 1.0;
    return;
  }
  gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb);
  gst_video_color_range_offsets (info->colorimetry.range, format, offset,
      scale);
  range = scale[index] / 255.0;
  component->offset = offset[index];
  component->weights[0] = kr;
  component->weights[1] = 1.0 - kr - kb;
  component->weights[2] = kb;
  if (index > 0) {
    guint own = index == 1 ? 2 : 0;
    gdouble span = 2.0 * (1.0 - (index == 1 ? kb : kr));

    component->weights[own] -= 1.0;
    range /= -span;
  }
  for (c = 0; c < 3; c++)
    component->weights[c] *= range;
}

/* In 1/256 of a step. */
static gint
component_level (const Component * component, const gdouble * colour,
    const gdouble * factors, gdouble light)
{
  gdouble level = component->offset;
  guint c;

  for (c = 0; c < 3; c++)
    level += component->weights[c] * colour[c] * light
        * (factors ? factors[c] : 1.0);
  return (gint) lrint (256.0 * level);
}

static guint32
xorshift (guint32 state)
{
  state ^= state << 13;
  state ^= state >> 17;
  return state ^ (state << 5);
}

/* A generator of its own for each row, so that the bytes of a frame depend on
 * nothing but the arguments. Murmur3's finaliser mixes them. */
static guint32
row_seed (guint32 seed, guint64 number, guint component, guint row)
{
  guint32 state = seed * 2654435761u + (guint32) number * 40503u
      + (component << 28) + row * 2246822519u;

  state ^= state >> 16;
  state *= 0x85ebca6bu;
  state ^= state >> 13;
  state *= 0xc2b2ae35u;
  state ^= state >> 16;
  return state ? state : 1;
}

/* Quantiles of the normal distribution, by the rational approximation 26.2.23
 * of Abramowitz and Stegun (error below 4.5e-4), in 1/256. */
static const gint *
gaussian_table (void)
{
  static gint table[N_GAUSSIAN];
  static gsize made = 0;
  guint i;

  if (!g_once_init_enter (&made))
    return table;
  for (i = 0; i < N_GAUSSIAN / 2; i++) {
    gdouble t = sqrt (-2.0 * log ((i + 0.5) / N_GAUSSIAN));
    gdouble x = t - (2.515517 + 0.802853 * t + 0.010328 * t * t)
        / (1.0 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);

    table[i] = -(gint) lrint (256.0 * x);
    table[N_GAUSSIAN - 1 - i] = -table[i];
  }
  g_once_init_leave (&made, 1);
  return table;
}

/* The levels of a row get noise, and a dither that keeps what is less than a
 * step when an area is averaged. */
static void
write_row (guint8 * line, gint stride, const gint * levels, gint width,
    guint32 state, gint noise)
{
  const gint *gaussian = gaussian_table ();
  gint x;

  for (x = 0; x < width; x++) {
    gint level = levels[x];

    state = xorshift (state);
    level += (gint) (state & 0xff);
    if (noise)
      level += gaussian[state >> 20] * noise / 256;
    line[x * stride] = (guint8) CLAMP (level >> 8, 0, 255);
  }
}

/* Blends @level into the pixels from @from to @to, whose ends may be fractional;
 * both in pixels of the component. */
static void
span (gint * levels, gint width, gdouble from, gdouble to, gint level)
{
  gint x, first, last;

  from = CLAMP (from, 0.0, width);
  to = CLAMP (to, 0.0, width);
  if (to <= from)
    return;
  first = (gint) floor (from);
  last = (gint) ceil (to);
  for (x = first; x < last; x++) {
    gdouble covered = MIN (x + 1.0, to) - MAX ((gdouble) x, from);

    levels[x] += covered >= 1.0 ? level - levels[x]
        : (gint) lrint (covered * (level - levels[x]));
  }
}

/* Half the width of an ellipse at @y, 0 outside of it. */
static gdouble
ellipse (gdouble y, gdouble centre, gdouble half_width, gdouble half_height)
{
  gdouble v = (y - centre) / half_height;

  return fabs (v) < 1.0 ? half_width * sqrt (1.0 - v * v) : 0.0;
}

static void
draw_chest (const Scene * scene, const Component * component, gdouble y,
    gint * levels, gint width, gdouble scale)
{
  gdouble along = (y + scene->chest - scene->y) / scene->height;
  gdouble centre = scene->x + scene->width / 2.0, half;
  gdouble light = scene->light * (1.0 + STRIPE_DEPTH
      * sin (2.0 * G_PI * along / STRIPE));

  if (along < 1.1)
    return;
  half = scene->width * (along < 1.4 ? 1.2 * sqrt ((along - 1.1) / 0.3) : 1.2);
  span (levels, width, (centre - half) * scale, (centre + half) * scale,
      component_level (component, shirt, NULL, light));
}

static void
draw_features (const Scene * scene, const Component * component, gdouble along,
    gdouble shade, gint * levels, gint width, gdouble scale)
{
  gdouble centre = scene->x + scene->width / 2.0;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (features); i++) {
    const Feature *feature = &features[i];
    gdouble half = ellipse (along, feature->y, feature->half_width
        * scene->width, feature->half_height);
    gint level = component_level (component, skin,
        feature->has_pulse ? scene->pulse : NULL,
        feature->light * shade * scene->light);
    gint side;

    for (side = -1; half > 0.0 && side <= 1; side += 2) {
      gdouble middle = centre + side * feature->x * scene->width;

      span (levels, width, (middle - half) * scale, (middle + half) * scale,
          level);
    }
  }
}

static void
draw_head (const Scene * scene, const Component * component, gdouble y,
    gint * levels, gint width, gdouble scale)
{
  gdouble centre = scene->x + scene->width / 2.0;
  gdouble along = (y - scene->y) / scene->height;
  gdouble half = ellipse (along, 0.5, scene->width / 2.0, 0.5);
  gdouble shade = 1.05 - 0.1 * along;

  /* the neck, behind the chin */
  if (along > 0.8 && along < 1.25)
    half = MAX (half, 0.22 * scene->width);
  span (levels, width, (centre - half) * scale, (centre + half) * scale,
      component_level (component, skin, scene->pulse, scene->light * shade));
  draw_features (scene, component, along, shade, levels, width, scale);
}

static void
render_component (const GstVitalsSyntheticFace * face, const Scene * scene,
    GstVideoFrame * frame, guint index, guint64 number, gint * levels)
{
  gint width = GST_VIDEO_FRAME_COMP_WIDTH (frame, index);
  gint height = GST_VIDEO_FRAME_COMP_HEIGHT (frame, index);
  gdouble x_scale = (gdouble) width / GST_VIDEO_FRAME_WIDTH (frame);
  gdouble y_scale = (gdouble) GST_VIDEO_FRAME_HEIGHT (frame) / height;
  gint noise = (gint) lrint (256.0 * face->noise), background, x, row;
  Component component;

  component_init (&component, &frame->info, index);
  background = component_level (&component, wall, NULL, scene->light);
  for (row = 0; row < height; row++) {
    gdouble y = (row + 0.5) * y_scale;

    for (x = 0; x < width; x++)
      levels[x] = background;
    if (face->face) {
      draw_head (scene, &component, y, levels, width, x_scale);
      draw_chest (scene, &component, y, levels, width, x_scale);
    }
    write_row ((guint8 *) GST_VIDEO_FRAME_COMP_DATA (frame, index)
        + row * GST_VIDEO_FRAME_COMP_STRIDE (frame, index),
        GST_VIDEO_FRAME_COMP_PSTRIDE (frame, index), levels, width,
        row_seed (face->seed, number, index, row), noise);
  }
}

/* Bytes that no colour is written to: alpha, and padding. */
static void
fill_opaque (GstVideoFrame * frame)
{
  if (GST_VIDEO_FRAME_N_PLANES (frame) == 1
      && GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0) == 4)
    memset (GST_VIDEO_FRAME_PLANE_DATA (frame, 0), 0xff,
        (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0)
        * GST_VIDEO_FRAME_HEIGHT (frame));
}

void
gst_vitals_synthetic_face_render (const GstVitalsSyntheticFace * face,
    GstVideoFrame * frame, guint64 number, GstClockTime time)
{
  guint n = MIN (GST_VIDEO_FRAME_N_COMPONENTS (frame), 3), index;
  gint *levels = g_new (gint, GST_VIDEO_FRAME_WIDTH (frame));
  Scene scene;

  scene_place (face, &frame->info, time, &scene);
  scene_light (face, time, &scene);
  if (GST_VIDEO_INFO_IS_RGB (&frame->info))
    fill_opaque (frame);
  for (index = 0; index < n; index++)
    render_component (face, &scene, frame, index, number, levels);
  g_free (levels);
}
