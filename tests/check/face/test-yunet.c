/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Faces by a YuNet model, all the way through cv::FaceDetectorYN. The model is
 * written here, and finds bright blobs: yunet-model.h. */

#include <math.h>
#include <string.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <vitals/face/vitals-face-detector-private.h>
#include <vitals/vitals-error.h>

#include "stage.h"
#include "yunet-model.h"

#define DARK 40
#define BRIGHT 255
/* Pixels that a box may be off: it is as exact as the blob's edges are. */
#define TOLERANCE 1.5

/* A model in a file, and a detector that uses it. */
typedef struct
{
  gchar *folder, *path;
  YunetLayout layout;
  VitalsFaceDetector *detector;
} Model;

/* FALSE, and says so, where the module is not built. */
static gboolean
model_open (Model * model)
{
  model->folder = g_dir_make_tmp ("vitals-XXXXXX", NULL);
  model->path = g_build_filename (model->folder, "blobs.onnx", NULL);
  model->detector = yunet_model_open (model->path, &model->layout);
  return model->detector != NULL;
}

static void
model_close (Model * model)
{
  g_clear_object (&model->detector);
  g_remove (model->path);
  g_rmdir (model->folder);
  g_free (model->path);
  g_free (model->folder);
}

/* Rows that are further apart than they are long. */
typedef struct
{
  guint8 *pixels;
  VitalsLuma luma;
} Picture;

static void
picture_init (Picture * picture, guint width, guint height)
{
  VitalsLuma *luma = &picture->luma;

  luma->width = width;
  luma->height = height;
  luma->stride = width + 13;
  luma->pixels = picture->pixels = g_malloc (luma->stride * height);
  memset (picture->pixels, DARK, luma->stride * height);
}

static void
picture_clear (Picture * picture)
{
  g_free (picture->pixels);
}

/* What lies outside the picture is not drawn. */
static void
picture_draw (Picture * picture, gint x, gint y, gint width, gint height,
    guint8 brightness)
{
  gint right = MIN (x + width, (gint) picture->luma.width);
  gint bottom = MIN (y + height, (gint) picture->luma.height);

  x = MAX (x, 0);
  for (y = MAX (y, 0); y < bottom; y++)
    memset (picture->pixels + y * picture->luma.stride + x, brightness,
        right - x);
}

typedef struct
{
  VitalsDetectedFace faces[VITALS_MAX_FACES];
  guint n;
} Found;

static void
look (const Model * model, const Picture * picture, Found * found)
{
  GError *error = NULL;

  if (!vitals_face_detector_detect (model->detector, &picture->luma,
          found->faces, &found->n, &error))
    fail ("%ux%u: %s", picture->luma.width, picture->luma.height,
        error->message);
}

/* The one face whose middle is there. */
static const VitalsDetectedFace *
find_at (const Found * found, gint x, gint y, gint width, gint height)
{
  const VitalsDetectedFace *face = NULL;
  guint i;

  for (i = 0; i < found->n; i++) {
    const VitalsBox *box = &found->faces[i].box;

    if (fabs (box->x + box->width / 2 - x - width / 2.0) < width / 2.0
        && fabs (box->y + box->height / 2 - y - height / 2.0) < height / 2.0) {
      fail_unless (face == NULL, "%d, %d: two faces in one place", x, y);
      face = &found->faces[i];
    }
  }
  return face;
}

static void
assert_found (const Found * found, gint x, gint y, gint width, gint height)
{
  const VitalsDetectedFace *face = find_at (found, x, y, width, height);
  const VitalsBox *box;

  fail_unless (face != NULL, "nothing at %d, %d of %dx%d", x, y, width, height);
  box = &face->box;
  fail_unless (fabs (box->x - x) <= TOLERANCE && fabs (box->y - y) <= TOLERANCE
      && fabs (box->width - width) <= TOLERANCE
      && fabs (box->height - height) <= TOLERANCE,
      "%d, %d of %dx%d is found as %.1f, %.1f of %.1fx%.1f", x, y, width,
      height, box->x, box->y, box->width, box->height);
}

/* Multiples of 32 and of 64 as well as none, upright and lying, each after
 * another. */
static const gint sizes[][2] = { {320, 180}, {320, 240}, {301, 187},
{180, 320}, {256, 192}, {199, 263}, {320, 180}
};

/* One blob of each stride, of which the last is found by one layout only. */
static const gint blobs[][2] = { {20, 25}, {40, 50}, {88, 110}, {160, 200} };

GST_START_TEST (box_is_where_the_blob_is_in_pictures_of_any_size)
{
  Model model;
  guint s, b;

  if (!model_open (&model))
    return;
  for (s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (b = 0; b < (model.layout == YUNET_2022 ? 4 : 3); b++) {
      gint width = blobs[b][0], height = blobs[b][1];
      gint x = 0.37 * (sizes[s][0] - width), y = 0.61 * (sizes[s][1] - height);
      Picture picture;
      Found found;

      if (x < 0 || y < 0)
        continue;
      picture_init (&picture, sizes[s][0], sizes[s][1]);
      picture_draw (&picture, x, y, width, height, BRIGHT);
      look (&model, &picture, &found);
      assert_found (&found, x, y, width, height);
      fail_unless_equals_int (found.n, 1);
      picture_clear (&picture);
    }
  model_close (&model);
}

GST_END_TEST;

GST_START_TEST (box_follows_the_blob_from_pixel_to_pixel)
{
  Picture picture;
  Model model;
  Found found;
  gint step;

  if (!model_open (&model))
    return;
  for (step = 0; step < 24; step++) {
    picture_init (&picture, 320, 180);
    picture_draw (&picture, 100 + step, 70 - step, 40, 50, BRIGHT);
    look (&model, &picture, &found);
    assert_found (&found, 100 + step, 70 - step, 40, 50);
    fail_unless_equals_int (found.n, 1);
    picture_clear (&picture);
  }
  model_close (&model);
}

GST_END_TEST;

GST_START_TEST (blobs_in_the_corners_are_found_there)
{
  Model model;
  guint s, corner;

  if (!model_open (&model))
    return;
  for (s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (corner = 0; corner < 4; corner++) {
      gint x = corner & 1 ? sizes[s][0] - 40 : 0;
      gint y = corner & 2 ? sizes[s][1] - 50 : 0;
      Picture picture;
      Found found;

      picture_init (&picture, sizes[s][0], sizes[s][1]);
      picture_draw (&picture, x, y, 40, 50, BRIGHT);
      look (&model, &picture, &found);
      assert_found (&found, x, y, 40, 50);
      picture_clear (&picture);
    }
  model_close (&model);
}

GST_END_TEST;

GST_START_TEST (two_blobs_are_two_faces_each_with_its_own_score)
{
  Picture picture;
  Model model;
  Found found;

  if (!model_open (&model))
    return;
  picture_init (&picture, 320, 180);
  picture_draw (&picture, 12, 20, 40, 50, BRIGHT);
  picture_draw (&picture, 250, 110, 20, 25, 0.85 * BRIGHT);
  look (&model, &picture, &found);
  fail_unless_equals_int (found.n, 2);
  assert_found (&found, 12, 20, 40, 50);
  assert_found (&found, 250, 110, 20, 25);
  fail_unless (find_at (&found, 12, 20, 40, 50)->score
      > find_at (&found, 250, 110, 20, 25)->score);
  picture_clear (&picture);
  model_close (&model);
}

GST_END_TEST;

GST_START_TEST (no_blob_is_no_face_even_after_one)
{
  Picture picture;
  Model model;
  Found found;

  if (!model_open (&model))
    return;
  picture_init (&picture, 320, 180);
  look (&model, &picture, &found);
  fail_unless_equals_int (found.n, 0);
  picture_draw (&picture, 120, 80, 40, 50, BRIGHT);
  look (&model, &picture, &found);
  fail_unless_equals_int (found.n, 1);
  picture_draw (&picture, 0, 0, 320, 180, DARK);
  look (&model, &picture, &found);
  fail_unless_equals_int (found.n, 0);
  picture_clear (&picture);
  model_close (&model);
}

GST_END_TEST;

/* The blob lies around the middle of a cell of 16 pixels, so that nothing but its
 * brightness is taken off its score. */
GST_START_TEST (faces_below_a_score_of_70_percent_are_none)
{
  const gdouble scores[] = { 0.65, 0.69, 0.71, 0.75, 1.0 };
  Model model;
  guint i;

  if (!model_open (&model))
    return;
  for (i = 0; i < G_N_ELEMENTS (scores); i++) {
    Picture picture;
    Found found;

    picture_init (&picture, 320, 180);
    picture_draw (&picture, 168 - 20, 88 - 25, 40, 50, lrint (scores[i]
            * BRIGHT));
    look (&model, &picture, &found);
    fail_unless_equals_int (found.n, scores[i] >= 0.7);
    if (found.n)
      fail_unless (fabs (found.faces[0].score - scores[i]) < 0.01, "%f for %f",
          found.faces[0].score, scores[i]);
    picture_clear (&picture);
  }
  model_close (&model);
}

GST_END_TEST;

/* Many answers are of one face, and the best are of the bright ones: what is
 * less sure must not fall off the end of the list before doubles are dropped. */
GST_START_TEST (dim_face_in_a_crowd_is_found)
{
  Picture picture;
  Model model;
  Found found;
  gint i;

  if (!model_open (&model))
    return;
  picture_init (&picture, 400, 260);
  for (i = 0; i < 15; i++)
    picture_draw (&picture, 16 + i % 5 * 80, 13 + i / 5 * 80, 24, 30,
        i == 7 ? 0.74 * BRIGHT : BRIGHT);
  look (&model, &picture, &found);
  for (i = 0; i < 15; i++)
    assert_found (&found, 16 + i % 5 * 80, 13 + i / 5 * 80, 24, 30);
  fail_unless_equals_int (found.n, 15);
  picture_clear (&picture);
  model_close (&model);
}

GST_END_TEST;

GST_START_TEST (more_faces_than_there_is_room_for_are_no_error)
{
  Picture picture;
  Model model;
  Found found;
  gint i;

  if (!model_open (&model))
    return;
  picture_init (&picture, 480, 320);
  for (i = 0; i < 24; i++)
    picture_draw (&picture, 18 + i % 6 * 80, 15 + i / 6 * 80, 20, 25, BRIGHT);
  look (&model, &picture, &found);
  fail_unless_equals_int (found.n, VITALS_MAX_FACES);
  picture_clear (&picture);
  model_close (&model);
}

GST_END_TEST;

/* Smaller than the largest stride, as caps may well have it. */
GST_START_TEST (picture_too_small_for_a_face_is_no_error)
{
  const guint small[][2] = { {1, 1}, {63, 63}, {320, 8}, {31, 180}, {48, 40} };
  Picture picture;
  Model model;
  Found found;
  guint i;

  if (!model_open (&model))
    return;
  for (i = 0; i < G_N_ELEMENTS (small); i++) {
    picture_init (&picture, small[i][0], small[i][1]);
    look (&model, &picture, &found);
    fail_unless_equals_int (found.n, 0);
    picture_clear (&picture);
  }
  picture_init (&picture, 48, 40);
  picture_draw (&picture, 11, 9, 20, 25, BRIGHT);
  look (&model, &picture, &found);
  assert_found (&found, 11, 9, 20, 25);
  picture_clear (&picture);
  model_close (&model);
}

GST_END_TEST;

GST_START_TEST (model_of_the_other_layout_is_refused_with_what_to_take)
{
  VitalsFaceDetectorConfig config = { NULL, NULL };
  g_autoptr (GError) error = NULL;
  Model model;

  if (!model_open (&model))
    return;
  config.model_location = model.path;
  yunet_model_write (model.path, model.layout == YUNET_2022 ? YUNET_2023
      : YUNET_2022);
  fail_unless (vitals_face_detector_new (&config, &error) == NULL);
  fail_unless (g_error_matches (error, VITALS_ERROR,
          VITALS_ERROR_INVALID_REQUEST));
  fail_unless (strstr (error->message, model.path) && strstr (error->message,
          model.layout == YUNET_2022 ? "face_detection_yunet_2022mar.onnx"
          : "face_detection_yunet_2023mar.onnx"), "%s", error->message);
  model_close (&model);
}

GST_END_TEST;

/* A white blob in black frames, for a while in each place. */
#define FRAME_WIDTH 640
#define FRAME_HEIGHT 360
#define BLOB_WIDTH 80
#define BLOB_HEIGHT 100
#define FRAMES_OF_A_PLACE 60

typedef struct
{
  const gint (*places)[2];      /* left, top */
  guint n_places, n_frames;
} Mover;

static GstPadProbeReturn
draw_blob (GstPad * pad G_GNUC_UNUSED, GstPadProbeInfo * info,
    gpointer user_data)
{
  Mover *mover = user_data;
  const gint *place = mover->places[mover->n_frames++ / FRAMES_OF_A_PLACE];
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER
      (info));
  GstMapInfo map;
  gint y;

  info->data = buffer;
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  /* luma comes first in I420, without gaps at this width */
  for (y = MAX (place[1], 0); y < MIN (place[1] + BLOB_HEIGHT, FRAME_HEIGHT);
      y++)
    memset (map.data + y * FRAME_WIDTH + place[0], 235, BLOB_WIDTH);
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

/* (transfer full) */
static GstElement *
new_blob_pipeline (const Model * model, Mover * mover)
{
  g_autofree gchar *launch = g_strdup_printf ("videotestsrc name=source "
      "pattern=black num-buffers=%u ! video/x-raw,format=I420,width=%d,"
      "height=%d,framerate=30/1 ! facetracker name=tracker "
      "model-location=%s ! fakesink name=sink",
      FRAMES_OF_A_PLACE * mover->n_places, FRAME_WIDTH, FRAME_HEIGHT,
      model->path);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  GstPad *pad = gst_element_get_static_pad (source, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, draw_blob, mover, NULL);
  gst_object_unref (pad);
  gst_object_unref (source);
  return pipeline;
}

/* The next message of facetracker; NULL: the pipeline came to its end. */
static GstMessage *
next_event (GstElement * pipeline)
{
  for (;;) {
    GstMessage *message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS
        (pipeline), 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL);
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    if (gst_message_has_name (message, "facetracker"))
      return message;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
      gst_message_unref (message);
      return NULL;
    }
    gst_message_unref (message);
  }
}

/* Half a pixel of the small picture is one of the frame. */
static void
assert_event_at (GstMessage * message, const gchar * event, gint x, gint y)
{
  const GstStructure *structure = gst_message_get_structure (message);
  VitalsBox box;

  fail_unless_equals_string (gst_structure_get_string (structure, "event"),
      event);
  fail_unless (gst_structure_get (structure, "x", G_TYPE_DOUBLE, &box.x, "y",
          G_TYPE_DOUBLE, &box.y, "width", G_TYPE_DOUBLE, &box.width, "height",
          G_TYPE_DOUBLE, &box.height, NULL));
  fail_unless (fabs (box.x - x) <= 4 && fabs (box.y - y) <= 4
      && fabs (box.width - BLOB_WIDTH) <= 4
      && fabs (box.height - BLOB_HEIGHT) <= 4, "%s at %d, %d: %.1f, %.1f of "
      "%.1fx%.1f", event, x, y, box.x, box.y, box.width, box.height);
}

GST_START_TEST (facetracker_follows_the_blob_that_moves)
{
  const gint places[][2] = { {100, 50}, {130, 70}, {160, 90} };
  Mover mover = { places, G_N_ELEMENTS (places), 0 };
  GstElement *pipeline;
  GstMessage *message;
  Model model;
  guint i;

  if (!model_open (&model))
    return;
  pipeline = new_blob_pipeline (&model, &mover);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (i = 0; i < mover.n_places; i++) {
    message = next_event (pipeline);
    fail_unless (message != NULL);
    assert_event_at (message, i ? "moved" : "found", places[i][0],
        places[i][1]);
    gst_message_unref (message);
  }
  fail_unless (next_event (pipeline) == NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  model_close (&model);
}

GST_END_TEST;

static void
judge_region (GstElement * sink G_GNUC_UNUSED, GstBuffer * buffer,
    GstPad * pad G_GNUC_UNUSED, guint * n_regions)
{
  GstVideoRegionOfInterestMeta *region =
      gst_buffer_get_video_region_of_interest_meta (buffer);

  if (!region)
    return;
  fail_unless (region->w > 0 && region->x + region->w <= FRAME_WIDTH
      && region->h > 0 && region->y + region->h <= FRAME_HEIGHT,
      "%u, %u of %ux%u", region->x, region->y, region->w, region->h);
  (*n_regions)++;
}

/* A model tells the whole of a face, also what of it is not in the picture. */
GST_START_TEST (face_that_the_edge_cuts_has_a_region_inside_the_frame)
{
  const gint places[][2] = { {300, -40}, {300, FRAME_HEIGHT - 60} };
  Model model;
  guint i;

  if (!model_open (&model))
    return;
  for (i = 0; i < G_N_ELEMENTS (places); i++) {
    Mover mover = { places + i, 1, 0 };
    GstElement *pipeline = new_blob_pipeline (&model, &mover);
    GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
    GstMessage *message;
    guint n_regions = 0;

    g_object_set (sink, "signal-handoffs", TRUE, NULL);
    g_signal_connect (sink, "handoff", G_CALLBACK (judge_region), &n_regions);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    while ((message = next_event (pipeline))) {
      const GstStructure *structure = gst_message_get_structure (message);
      gdouble y, height;

      fail_unless (gst_structure_get (structure, "y", G_TYPE_DOUBLE, &y,
              "height", G_TYPE_DOUBLE, &height, NULL));
      fail_unless (y >= 0 && y + height <= FRAME_HEIGHT, "%f, %f", y, height);
      gst_message_unref (message);
    }
    gst_element_set_state (pipeline, GST_STATE_NULL);
    fail_unless_equals_int (n_regions, FRAMES_OF_A_PLACE);
    gst_object_unref (sink);
    gst_object_unref (pipeline);
  }
  model_close (&model);
}

GST_END_TEST;

static Suite *
yunet_suite (void)
{
  Suite *suite = suite_create ("yunet");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, box_is_where_the_blob_is_in_pictures_of_any_size);
  tcase_add_test (tcase, box_follows_the_blob_from_pixel_to_pixel);
  tcase_add_test (tcase, blobs_in_the_corners_are_found_there);
  tcase_add_test (tcase, two_blobs_are_two_faces_each_with_its_own_score);
  tcase_add_test (tcase, no_blob_is_no_face_even_after_one);
  tcase_add_test (tcase, faces_below_a_score_of_70_percent_are_none);
  tcase_add_test (tcase, dim_face_in_a_crowd_is_found);
  tcase_add_test (tcase, more_faces_than_there_is_room_for_are_no_error);
  tcase_add_test (tcase, picture_too_small_for_a_face_is_no_error);
  tcase_add_test (tcase,
      model_of_the_other_layout_is_refused_with_what_to_take);
  tcase_add_test (tcase, facetracker_follows_the_blob_that_moves);
  tcase_add_test (tcase, face_that_the_edge_cuts_has_a_region_inside_the_frame);
  return suite;
}

GST_CHECK_MAIN (yunet);
