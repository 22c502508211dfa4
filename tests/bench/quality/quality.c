/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where the limits of the quality gate come from: the real clip made worse step
 * by step, what the gate measures in it, and what is left of the pulse. Prints a
 * table.
 */

#include <math.h>
#include <string.h>
#include <time.h>
#include <gst/gst.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/capture/vitals-quality-private.h>
#include <vitals/face/vitals-face-tracker-private.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

/* The face of the clip, in shares of the picture (528x592), as the tracker
 * finds it. */
static const VitalsBox face_share = { 0.108, 0.130, 0.727, 0.649 };

/* One way of making it worse; what is 0 stays as it is. */
typedef struct
{
  const gchar *name;
  gdouble gain;                 /* of the light */
  gdouble swell, swell_rate;    /* of the light: peak, Hz */
  gdouble noise;                /* of each sample, standard deviation */
  gdouble sway;                 /* of the box: peak, in its widths, at 0.31 Hz */
  guint width;                  /* of the face */
  guint divider;                /* of the frame rate */
  gdouble cover;                /* share of the height of the face, from below */
} Harm;

static const Harm harms[] = {
  {.name = "as it is"},
  {"light x 0.5, noise 3",.gain = 0.5,.noise = 3},
  {"light x 0.3, noise 3",.gain = 0.3,.noise = 3},
  {"light x 0.2, noise 3",.gain = 0.2,.noise = 3},
  {"light x 0.1, noise 3",.gain = 0.1,.noise = 3},
  {"light x 0.05, noise 3",.gain = 0.05,.noise = 3},
  {"light x 1.3",.gain = 1.3}, {"light x 1.5",.gain = 1.5},
  {"light x 1.7",.gain = 1.7}, {"light x 2",.gain = 2},
  {"light x 2.5",.gain = 2.5}, {"light x 3",.gain = 3},
  {"swell 2 %, 1.2 Hz",.swell = 0.02,.swell_rate = 1.2},
  {"swell 5 %, 1.2 Hz",.swell = 0.05,.swell_rate = 1.2},
  {"swell 10 %, 1.2 Hz",.swell = 0.1,.swell_rate = 1.2},
  {"swell 20 %, 1.2 Hz",.swell = 0.2,.swell_rate = 1.2},
  {"swell 30 %, 1.2 Hz",.swell = 0.3,.swell_rate = 1.2},
  {"swell 5 %, 10 Hz",.swell = 0.05,.swell_rate = 10},
  {"swell 10 %, 10 Hz",.swell = 0.1,.swell_rate = 10},
  {"swell 30 %, 10 Hz",.swell = 0.3,.swell_rate = 10},
  {"sway 0.01",.sway = 0.01}, {"sway 0.02",.sway = 0.02},
  {"sway 0.05",.sway = 0.05}, {"sway 0.1",.sway = 0.1},
  {"sway 0.15",.sway = 0.15}, {"sway 0.2",.sway = 0.2},
  {"sway 0.3",.sway = 0.3},
  {"200 pixels, noise 3",.width = 200,.noise = 3},
  {"100 pixels, noise 3",.width = 100,.noise = 3},
  {"80 pixels, noise 3",.width = 80,.noise = 3},
  {"60 pixels, noise 3",.width = 60,.noise = 3},
  {"40 pixels, noise 3",.width = 40,.noise = 3},
  {"30 pixels, noise 3",.width = 30,.noise = 3},
  {"20 pixels, noise 3",.width = 20,.noise = 3},
  {"15 a second",.divider = 2}, {"10 a second",.divider = 3},
  {"7.5 a second",.divider = 4}, {"5 a second",.divider = 6},
  {"3 a second",.divider = 10},
  {"lowest 20 % covered",.cover = 0.2},
  {"lowest 40 % covered",.cover = 0.4},
  {"lowest 60 % covered",.cover = 0.6}
};

/* What the gate measured: means, but of what is covered after 5 s. */
typedef struct
{
  gdouble sum;
  guint n;
} Mean;

typedef struct
{
  const Harm *harm;
  VitalsQuality *quality;
  VitalsPulseEstimator *estimator;
  Mean brightness, clipped, flicker, motion, skin, framerate;
  guint number, bad, frames;
  gdouble box_width;
  guint8 *pixels;
  GRand *rand;
  gdouble ns;                   /* that the gate took */
} Run;

#define COVER_FROM (3 * GST_SECOND)

static void
add (Mean * mean, gdouble value)
{
  if (isnan (value))
    return;
  mean->sum += value;
  mean->n++;
}

static gdouble
get (const Mean * mean)
{
  return mean->n > 0 ? mean->sum / mean->n : NAN;
}

#define N_NOISE 65536

/* Normal, of variance 1: each the sum of twelve even ones. */
static const gdouble *
get_noise (void)
{
  static gdouble noise[N_NOISE];
  static gboolean made = FALSE;
  GRand *rand;
  guint i, k;

  if (made)
    return noise;
  rand = g_rand_new_with_seed (1);
  for (i = 0; i < N_NOISE; i++) {
    noise[i] = -6;
    for (k = 0; k < 12; k++)
      noise[i] += g_rand_double (rand);
  }
  g_rand_free (rand);
  made = TRUE;
  return noise;
}

static void
change_light (const Harm * harm, GRand * rand, GstVideoFrame * frame,
    gdouble seconds)
{
  gdouble gain = (harm->gain > 0 ? harm->gain : 1)
      * (1 + harm->swell * sin (2 * G_PI * harm->swell_rate * seconds));
  guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  gsize size = GST_VIDEO_FRAME_SIZE (frame), i;
  const gdouble *noise = get_noise ();

  if (gain == 1 && harm->noise == 0)
    return;
  /* RGB: as a camera does, sample by sample; the dither keeps what is less than
   * a step */
  for (i = 0; i < size; i++) {
    guint32 random = g_rand_int (rand);
    gdouble level = data[i] * gain + (random >> 16) / 65536.0
        + harm->noise * noise[random % N_NOISE];

    data[i] = CLAMP (level, 0, 255);
  }
}

static void
cover_face (const Harm * harm, GstVideoFrame * frame, const VitalsBox * face)
{
  gint top = face->y + (1 - harm->cover) * face->height, y;
  gint bottom = face->y + face->height;

  for (y = top; y < bottom; y++)
    memset ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0)
        + y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0)
        + 3 * (gint) face->x, 160, 3 * (gint) face->width);
}

static gdouble
now_ns (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static void
judge (Run * run, const VitalsBox * face, GstClockTime pts)
{
  const VitalsQualityMeasures *measures;
  gdouble began = now_ns ();

  measures = vitals_quality_push (run->quality, run->pixels, face, pts);
  run->ns += now_ns () - began;
  run->frames++;
  run->bad += measures->problems != 0;
  add (&run->brightness, measures->brightness);
  add (&run->clipped, measures->clipped);
  add (&run->flicker, measures->flicker);
  add (&run->motion, measures->motion);
  add (&run->framerate, measures->framerate);
  if (pts >= COVER_FROM)
    add (&run->skin, measures->skin);
}

static void
measure_pulse (Run * run, GstClockTime pts)
{
  gdouble rgb[3];
  guint c, i;

  for (c = 0; c < 3; c++) {
    const guint8 *plane = run->pixels + c * VITALS_PLANE_BYTES;

    rgb[c] = 0;
    for (i = 0; i < VITALS_PLANE_BYTES; i++)
      rgb[c] += plane[i] / (gdouble) VITALS_PLANE_BYTES;
  }
  if (rgb[0] > 0)
    vitals_pulse_estimator_push (run->estimator, pts, rgb[0], rgb[1], rgb[2],
        FALSE, NAN);
}

static void
take_buffer (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer, GstPad * pad,
    Run * run)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  gdouble seconds = (gdouble) pts / GST_SECOND;
  GstBuffer *copy;
  GstVideoFrame frame;
  GstVideoInfo info;
  VitalsBox face, shifted;

  gst_video_info_from_caps (&info, caps);
  gst_caps_unref (caps);
  if (run->number++ % MAX (run->harm->divider, 1) != 0)
    return;
  face.x = face_share.x * GST_VIDEO_INFO_WIDTH (&info);
  face.y = face_share.y * GST_VIDEO_INFO_HEIGHT (&info);
  face.width = face_share.width * GST_VIDEO_INFO_WIDTH (&info);
  face.height = face_share.height * GST_VIDEO_INFO_HEIGHT (&info);
  run->box_width = face.width;
  shifted = face;
  shifted.x += run->harm->sway * face.width * sin (2 * G_PI * 0.31 * seconds);

  copy = gst_buffer_copy_deep (buffer);
  gst_video_frame_map (&frame, &info, copy, GST_MAP_READWRITE);
  change_light (run->harm, run->rand, &frame, seconds);
  if (run->harm->cover > 0 && pts >= COVER_FROM)
    cover_face (run->harm, &frame, &face);
  vitals_pack_frame (&frame, &shifted, run->pixels, NULL);
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (copy);
  /* a box that is held: it knows nothing of the sway */
  judge (run, &face, pts);
  measure_pulse (run, pts);
}

static void
play (const gchar * file, Run * run)
{
  guint width = run->harm->width > 0
      ? (guint) lrint (run->harm->width / face_share.width) : 528;
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=\"%s\" ! "
      "decodebin ! videoconvert ! videoscale method=lanczos ! "
      "video/x-raw,format=RGB,width=%u,height=%u ! "
      "fakesink name=sink signal-handoffs=true", file, width,
      (guint) lrint (width * 592.0 / 528.0));
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");

  g_signal_connect (sink, "handoff", G_CALLBACK (take_buffer), run);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_message_unref (gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
          GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
}

static void
measure (const gchar * file, const Harm * harm)
{
  VitalsQualityLimits limits;
  VitalsPulseConfig config;
  VitalsPulseEstimate estimate;
  Run run = {.harm = harm };

  vitals_quality_limits_init (&limits);
  vitals_pulse_config_init (&config);
  run.quality = vitals_quality_new (&limits, vitals_default_patches);
  run.estimator = vitals_pulse_estimator_new (&config);
  run.pixels = g_malloc (VITALS_FRAME_BYTES);
  run.rand = g_rand_new_with_seed (1);
  play (file, &run);
  vitals_pulse_estimator_estimate (run.estimator, &estimate);
  g_print ("| %-20s | %5.1f | %5.1f | %4.2f | %4.2f | %5.3f | %5.3f | %4.2f | "
      "%4.1f | %3.0f | %3.0f %% | %4.1f us |\n", harm->name, estimate.snr,
      estimate.heart_rate, get (&run.brightness), get (&run.clipped),
      get (&run.flicker), get (&run.motion), get (&run.skin),
      get (&run.framerate), run.box_width, 100.0 * run.bad / run.frames,
      run.ns / 1000 / run.frames);
  vitals_pulse_estimator_free (run.estimator);
  vitals_quality_free (run.quality);
  g_rand_free (run.rand);
  g_free (run.pixels);
}

int
main (int argc, char **argv)
{
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  g_autofree gchar *file = g_build_filename (data ? data : "", "face.mp4",
      NULL);
  guint i;

  gst_init (&argc, &argv);
  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_printerr ("skipped: no face.mp4 in VITALS_TEST_DATA\n");
    return 77;
  }
  g_print ("| the clip             |  SNR  |  bpm  | bri. | clip | flick | "
      "motio | skin | rate | wid | bad   | cost |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (i = 0; i < G_N_ELEMENTS (harms); i++)
    measure (file, &harms[i]);
  return 0;
}
