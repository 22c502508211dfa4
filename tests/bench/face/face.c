/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Figures of finding faces: what it costs the streaming thread, what a
 * detection costs, and what it does on the real clip. Prints a table.
 */

#include <math.h>
#include <time.h>
#include <gst/gst.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/face/vitals-face-tracker-private.h>
#include <vitals/signal/vitals-pulse-estimator-private.h>

#include "../../check/face/moving.h"

#define FRAME (GST_SECOND / 30)
#define FRAMES 300

/* Of the processor, not of the clock: others may be using it. */
static gdouble
cpu_ms (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
}

static VitalsFaceDetector *
make_detector (void)
{
  VitalsFaceDetectorConfig config = { NULL, g_getenv ("VITALS_FACE_MODEL") };
  GError *error = NULL;
  VitalsFaceDetector *detector = vitals_face_detector_new (&config, &error);

  if (!detector) {
    g_printerr ("skipped: %s\n", error->message);
    exit (77);
  }
  return detector;
}

/* Frames of a camera do not stay in the cache: a ring of them. */
#define RING 8

static void
keep_buffer (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, GPtrArray * ring)
{
  if (ring->len < RING)
    g_ptr_array_add (ring, gst_buffer_copy_deep (buffer));
}

static void
play (const gchar * source, const gchar * caps, gboolean sync,
    GCallback handoff, gpointer data)
{
  g_autofree gchar *launch = g_strdup_printf ("%s ! videoconvert ! videoscale "
      "! video/x-raw,format=I420%s ! fakesink name=sink signal-handoffs=true "
      "sync=%s", source, caps, sync ? "true" : "false");
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");

  g_signal_connect (sink, "handoff", handoff, data);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_message_unref (gst_bus_timed_pop_filtered (GST_ELEMENT_BUS (pipeline),
          GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
}

/* Played as a camera does, so that the thread that looks has its time. */
static void
bench_live (VitalsFaceDetector * detector, const gchar * source, guint width,
    guint height)
{
  g_autoptr (GPtrArray) ring = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_buffer_unref);
  g_autofree gchar *caps = g_strdup_printf (",width=%u,height=%u,"
      "pixel-aspect-ratio=1/1", width, height);
  gdouble sum = 0, worst = 0, worst_second = 0, second = 0, own, all;
  VitalsFaceTrackerConfig config;
  VitalsFaceTracker *tracker;
  GstVideoInfo info;
  guint i;

  play (source, caps, FALSE, G_CALLBACK (keep_buffer), ring);
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, width, height);
  vitals_face_tracker_config_init (&config);
  tracker = vitals_face_tracker_new (detector, &config);
  vitals_face_tracker_set_live (tracker, TRUE);
  own = cpu_ms (CLOCK_THREAD_CPUTIME_ID);
  all = cpu_ms (CLOCK_PROCESS_CPUTIME_ID);
  for (i = 0; i < FRAMES; i++) {
    gdouble took = cpu_ms (CLOCK_THREAD_CPUTIME_ID);
    VitalsTrackedFace face;

    vitals_face_tracker_track (tracker, ring->pdata[i % RING], &info,
        i * FRAME, &face, NULL);
    took = cpu_ms (CLOCK_THREAD_CPUTIME_ID) - took;
    sum += took;
    second += took;
    worst = MAX (worst, took);
    if (i % 30 == 29) {
      worst_second = MAX (worst_second, second / 30);
      second = 0;
    }
    g_usleep (FRAME / 1000);
  }
  own = cpu_ms (CLOCK_THREAD_CPUTIME_ID) - own;
  all = cpu_ms (CLOCK_PROCESS_CPUTIME_ID) - all;
  g_print ("live, %ux%u: streaming thread %.3f ms a frame (worst second %.3f, "
      "worst frame %.3f); detection %.1f %% of a core\n", width, height,
      sum / FRAMES, worst_second, worst,
      100 * (all - own) / (FRAMES * FRAME * 1e-6));
  vitals_face_tracker_free (tracker);
}

/* Where a patch is tried: its place of the table, and others that are off by so
 * much of the box (outwards, down). */
#define PLACES 9
#define PLACE_STEP 0.04
#define TABLE_PLACE 4

typedef struct
{
  VitalsFaceTracker *tracker;
  VitalsPulseEstimator *estimators[PLACES][VITALS_N_PATCHES];
  GstClockTime first, found;
  guint frames, moves, lost;
  VitalsBox box;
  guint8 *pixels;
} Clip;

static gboolean
patch_mean (const Clip * clip, guint patch, gdouble * rgb)
{
  guint c, i;

  for (c = 0; c < 3; c++) {
    const guint8 *plane = clip->pixels + (3 * patch + c) * VITALS_PLANE_BYTES;

    rgb[c] = 0;
    for (i = 0; i < VITALS_PLANE_BYTES; i++)
      rgb[c] += plane[i];
    rgb[c] /= VITALS_PLANE_BYTES;
  }
  return rgb[0] > 0;
}

static void
measure_place (Clip * clip, GstVideoFrame * frame, guint place,
    GstClockTime pts, gboolean step)
{
  gdouble out = PLACE_STEP * clip->box.width * ((gint) (place % 3) - 1);
  gdouble down = PLACE_STEP * clip->box.height * ((gint) (place / 3) - 1);
  gdouble rgb[3];
  guint p;

  for (p = 0; p < VITALS_N_PATCHES; p++) {
    VitalsBox box = clip->box;

    /* the left cheek lies to the left */
    box.x += p == 2 ? -out : p == 3 ? out : 0;
    box.y += down;
    if (vitals_pack_frame (frame, &box, clip->pixels, NULL)
        && patch_mean (clip, p, rgb))
      vitals_pulse_estimator_push (clip->estimators[place][p], pts, rgb[0],
          rgb[1], rgb[2], step, NAN);
  }
}

static void
measure_frame (Clip * clip, GstBuffer * buffer, const GstVideoInfo * info,
    const VitalsTrackedFace * face)
{
  GstVideoFrame frame;
  guint place;

  clip->box = face->box;
  gst_video_frame_map (&frame, info, buffer, GST_MAP_READ);
  for (place = 0; place < PLACES; place++)
    if (clip->estimators[place][0])
      measure_place (clip, &frame, place, GST_BUFFER_PTS (buffer),
          face->event != VITALS_FACE_EVENT_NONE);
  gst_video_frame_unmap (&frame);
}

static void
take_buffer (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer, GstPad * pad,
    Clip * clip)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;
  VitalsTrackedFace face;

  gst_video_info_from_caps (&info, caps);
  gst_caps_unref (caps);
  vitals_face_tracker_track (clip->tracker, buffer, &info,
      GST_BUFFER_PTS (buffer), &face, NULL);
  if (clip->frames++ == 0)
    clip->first = GST_BUFFER_PTS (buffer);
  if (face.event == VITALS_FACE_EVENT_FOUND
      && !GST_CLOCK_TIME_IS_VALID (clip->found))
    clip->found = GST_BUFFER_PTS (buffer);
  clip->moves += face.event == VITALS_FACE_EVENT_MOVED;
  clip->lost += face.event == VITALS_FACE_EVENT_LOST;
  if (face.present)
    measure_frame (clip, buffer, &info, &face);
}

static void
print_places (Clip * clip)
{
  static const gchar *const names[] = { "face", "forehead", "left cheek",
    "right cheek"
  };
  VitalsPulseEstimate estimate;
  guint place, p;

  g_print ("SNR of the patches, dB, as they are, and (cheeks outwards, all "
      "down) by 4 %% of the box:\n");
  for (p = 0; p < VITALS_N_PATCHES; p++) {
    g_print ("  %-12s", names[p]);
    for (place = 0; place < PLACES; place++) {
      vitals_pulse_estimator_estimate (clip->estimators[place][p], &estimate);
      g_print ("  %+d,%+d: %4.1f", (gint) (place % 3) - 1,
          (gint) (place / 3) - 1, estimate.snr);
    }
    g_print ("\n");
  }
}

/* @places: whether other places of the patches are tried */
static void
bench_clip (VitalsFaceDetector * detector, const gchar * source, gboolean live,
    const VitalsFaceTrackerConfig * config, gboolean places)
{
  VitalsPulseEstimate estimate;
  VitalsPulseConfig pulse;
  Clip clip = { NULL };
  guint place, p;

  vitals_pulse_config_init (&pulse);
  clip.tracker = vitals_face_tracker_new (detector, config);
  vitals_face_tracker_set_live (clip.tracker, live);
  for (place = 0; place < PLACES; place++)
    for (p = 0; p < VITALS_N_PATCHES && (places || place == TABLE_PLACE); p++)
      clip.estimators[place][p] = vitals_pulse_estimator_new (&pulse);
  clip.pixels = g_malloc (VITALS_FRAME_BYTES);
  clip.found = GST_CLOCK_TIME_NONE;
  play (source, "", live, G_CALLBACK (take_buffer), &clip);
  vitals_pulse_estimator_estimate (clip.estimators[TABLE_PLACE][0], &estimate);
  g_print ("clip, %s, hold %.2f: found after %d ms, %u moves, %u losses, box "
      "%.0f,%.0f,%.0f,%.0f, face patch: %.1f bpm, SNR %.1f dB\n",
      live ? "live" : "not live", config->hold,
      GST_CLOCK_TIME_IS_VALID (clip.found)
      ? (gint) ((clip.found - clip.first) / GST_MSECOND) : -1, clip.moves,
      clip.lost, clip.box.x, clip.box.y, clip.box.width, clip.box.height,
      estimate.heart_rate, estimate.snr);
  if (places)
    print_places (&clip);
  vitals_face_tracker_free (clip.tracker);
  for (place = 0; place < PLACES; place++)
    for (p = 0; p < VITALS_N_PATCHES; p++)
      g_clear_pointer (&clip.estimators[place][p], vitals_pulse_estimator_free);
  g_free (clip.pixels);
}

static void
bench_clips (VitalsFaceDetector * detector, const gchar * source)
{
  VitalsFaceTrackerConfig config;

  vitals_face_tracker_config_init (&config);
  bench_clip (detector, source, FALSE, &config, TRUE);
  bench_clip (detector, source, TRUE, &config, FALSE);
  /* a box that is found anew in each frame */
  config.hold = 0.0;
  config.interval = GST_MSECOND;
  bench_clip (detector, source, FALSE, &config, FALSE);
}

static void
bench_sway (void)
{
  const gdouble motions[] = { 0, 0.05, 0.1, 0.15 };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (motions); i++) {
    Fit fit = moving_sway (motions[i]);

    g_print ("face that sways by %2.0f %% of its width: overlap of 0.6 in %.1f "
        "%% of %u frames\n", 100 * motions[i],
        100.0 * fit.n_good / fit.n_frames, fit.n_frames);
  }
}

/* At ten moments between two looks. */
static void
bench_step (void)
{
  gint step = lrint (0.15 * moving_get_width ());
  GstClockTimeDiff least = G_MAXINT64, most = 0;
  guint n_moves = 0, n_missed = 0, i;

  for (i = 0; i < 10; i++) {
    Reaction reaction = moving_step (step, 3 * GST_SECOND
        + i * 50 * GST_MSECOND);

    n_moves += reaction.n_moves;
    n_missed += reaction.took < 0;
    least = MIN (least, reaction.took);
    most = MAX (most, reaction.took);
  }
  g_print ("move by 15 %% of the width, 10 times: after %.2f to %.2f s, "
      "in %u steps, %u not followed\n", (gdouble) least / GST_SECOND,
      (gdouble) most / GST_SECOND, n_moves, n_missed);
}

int
main (int argc, char **argv)
{
  const gchar *data = g_getenv ("VITALS_TEST_DATA");
  g_autofree gchar *file = g_build_filename (data ? data : "", "face.mp4",
      NULL);
  gboolean has_clip = g_file_test (file, G_FILE_TEST_EXISTS);
  g_autofree gchar *source = has_clip
      ? g_strdup_printf ("filesrc location=\"%s\" ! decodebin", file)
      : g_strdup ("vitalstestsrc num-buffers=8");
  VitalsFaceDetector *detector;

  gst_init (&argc, &argv);
  detector = make_detector ();
  bench_live (detector, source, 640, 480);
  bench_live (detector, source, 1920, 1080);
  bench_live (detector, source, 3840, 2160);
  bench_sway ();
  bench_step ();
  if (has_clip) {
    bench_clips (detector, source);
  } else {
    g_print ("no face.mp4 in VITALS_TEST_DATA\n");
  }
  g_object_unref (detector);
  return 0;
}
