/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* rppg, frame by frame: input that is not as it should be, and the file of
 * signals. */

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <math.h>

#include "../signal/synthetic.h"

#define SIZE 48
#define PLANE (SIZE * SIZE)
#define CAPS "video/x-raw,format=GBR,width=48,height=48,framerate=30/1"
#define HEADER "time,red,green,blue,pulse,respiration,confidence"
#define FIELDS 7

static const gdouble black[3] = { 0.0, 0.0, 0.0 };
static const gdouble grey[3] = { 128.0, 128.0, 128.0 };
static const gdouble white[3] = { 255.0, 255.0, 255.0 };

typedef struct
{
  GstHarness *harness;
  GstBus *bus;
  GRand *rand;
  Skin skin;
} Fixture;

static void
fixture_init (Fixture * fixture, const gchar * location)
{
  GstElement *rppg = gst_element_factory_make ("rppg", NULL);

  *fixture = (Fixture) {
  .bus = gst_bus_new (),.rand = g_rand_new_with_seed (1),.skin = SKIN_DEFAULT};
  fixture->skin.respiratory_rate = 0.0;
  g_object_set (rppg, "signal-location", location, NULL);
  gst_util_set_object_arg (G_OBJECT (rppg), "face-detection", "off");
  fixture->harness = gst_harness_new_with_element (rppg, "sink", "src");
  gst_element_set_bus (rppg, fixture->bus);
  gst_harness_set_drop_buffers (fixture->harness, TRUE);
  gst_harness_set_src_caps_str (fixture->harness, CAPS);
  gst_object_unref (rppg);
}

static void
fixture_clear (Fixture * fixture)
{
  gst_element_set_bus (fixture->harness->element, NULL);
  gst_harness_teardown (fixture->harness);
  gst_bus_set_flushing (fixture->bus, TRUE);
  gst_object_unref (fixture->bus);
  g_rand_free (fixture->rand);
}

/* A frame of one colour; the noise of its pixels carries what is below a step
 * of 8 bit. */
static GstBuffer *
new_frame (GRand * rand, const gdouble * rgb, gdouble noise, gdouble time)
{
  static const guint order[] = { 1, 2, 0 };     /* planes of GBR */
  static gdouble deviations[1021];
  guint start = g_rand_int_range (rand, 0, G_N_ELEMENTS (deviations));
  guint8 *pixels = g_malloc (3 * PLANE);
  GstBuffer *buffer;
  guint i;

  if (deviations[0] == 0.0)
    for (i = 0; i < G_N_ELEMENTS (deviations); i++)
      deviations[i] = gaussian (rand);
  for (i = 0; i < 3 * PLANE; i++)
    pixels[i] = (guint8) CLAMP (rgb[order[i / PLANE]] + 0.5
        + noise * deviations[(start + i) % G_N_ELEMENTS (deviations)], 0.0,
        255.0);
  buffer = gst_buffer_new_wrapped (pixels, 3 * PLANE);
  GST_BUFFER_PTS (buffer) = (GstClockTime) (time * GST_SECOND);
  return buffer;
}

static GstFlowReturn
push_skin_at (Fixture * fixture, gdouble time, gdouble pulse_time)
{
  gdouble rgb[3];

  skin_colour (&fixture->skin, pulse_time, rgb);
  return gst_harness_push (fixture->harness, new_frame (fixture->rand, rgb,
          1.0, time));
}

static void
push_skin_frames (Fixture * fixture, gdouble from, gdouble to)
{
  guint i;

  for (i = (guint) lrint (from * 30); i < (guint) lrint (to * 30); i++)
    fail_unless_equals_int (push_skin_at (fixture, i / 30.0, i / 30.0),
        GST_FLOW_OK);
}

static void
push_still (Fixture * fixture, const gdouble * rgb, gdouble from, gdouble to,
    gdouble framerate)
{
  guint i, n = (guint) lrint ((to - from) * framerate);

  for (i = 0; i < n; i++)
    fail_unless_equals_int (gst_harness_push (fixture->harness,
            new_frame (fixture->rand, rgb, 0.0, from + i / framerate)),
        GST_FLOW_OK);
}

static gboolean
check_field (GQuark id, const GValue * value, gpointer user_data)
{
  (void) user_data;
  if (G_VALUE_HOLDS_DOUBLE (value))
    fail_unless (isfinite (g_value_get_double (value)), "%s",
        g_quark_to_string (id));
  return TRUE;
}

/* The next vitals message, checked; NULL when there is no other. */
static GstStructure *
pop_vitals (Fixture * fixture)
{
  GstMessage *message;

  while ((message = gst_bus_pop (fixture->bus))) {
    GstStructure *structure = NULL;

    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    if (gst_message_has_name (message, "vitals"))
      structure = gst_structure_copy (gst_message_get_structure (message));
    gst_message_unref (message);
    if (structure) {
      gst_structure_foreach (structure, check_field, NULL);
      fail_unless (gst_structure_has_field (structure, "heart-rate") !=
          gst_structure_has_field (structure, "reason"));
      return structure;
    }
  }
  return NULL;
}

/* How many messages there are, and how many have a heart rate. */
static guint
count_vitals (Fixture * fixture, guint * with_rate)
{
  GstStructure *vitals;
  guint n = 0;

  *with_rate = 0;
  for (; (vitals = pop_vitals (fixture)); n++) {
    *with_rate += gst_structure_has_field (vitals, "heart-rate");
    gst_structure_free (vitals);
  }
  return n;
}

/* The heart rate of the last message; 0 when it has none. */
static gdouble
last_rate (Fixture * fixture)
{
  GstStructure *vitals;
  gdouble rate = 0.0;

  while ((vitals = pop_vitals (fixture))) {
    if (!gst_structure_get_double (vitals, "heart-rate", &rate))
      rate = 0.0;
    gst_structure_free (vitals);
  }
  return rate;
}

static gboolean
has_error (Fixture * fixture, GQuark domain, gint code)
{
  GstMessage *message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ERROR);
  GError *error = NULL;
  gboolean matches;

  if (!message)
    return FALSE;
  gst_message_parse_error (message, &error, NULL);
  matches = g_error_matches (error, domain, code);
  g_error_free (error);
  gst_message_unref (message);
  return matches;
}

/* --- input that is not as it should be --- */

GST_START_TEST (still_pictures_have_a_reason_in_place_of_a_rate)
{
  const gdouble *colours[] = { grey, white };
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  push_still (&fixture, colours[__i__], 0.0, 8.0, 30.0);
  fail_unless (count_vitals (&fixture, &with_rate) > 0);
  fail_unless_equals_int (with_rate, 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_dark_room_has_no_message)
{
  Fixture fixture;

  fixture_init (&fixture, NULL);
  push_still (&fixture, black, 0.0, 8.0, 30.0);
  fail_unless (pop_vitals (&fixture) == NULL);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_light_that_goes_out_repeats_no_reading)
{
  Fixture fixture;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 8.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  push_still (&fixture, black, 8.0, 12.0, 30.0);
  fail_unless (pop_vitals (&fixture) == NULL);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (one_frame_has_no_message)
{
  Fixture fixture;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 1 / 30.0);
  gst_harness_push_event (fixture.harness, gst_event_new_eos ());
  fail_unless (pop_vitals (&fixture) == NULL);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (after_a_gap_of_five_seconds_it_starts_anew)
{
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 8.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  push_skin_frames (&fixture, 13.0, 17.5);
  fail_unless_equals_int (count_vitals (&fixture, &with_rate), 0);
  push_skin_frames (&fixture, 17.5, 22.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (four_frames_a_second_have_a_reason)
{
  Fixture fixture;
  guint with_rate, i;

  fixture_init (&fixture, NULL);
  for (i = 0; i < 40; i++)
    push_skin_at (&fixture, i / 4.0, i / 4.0);
  fail_unless (count_vitals (&fixture, &with_rate) > 0);
  fail_unless_equals_int (with_rate, 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

/* Steps of 8 to 57 ms, as a network camera has; now and then one goes back. */
GST_START_TEST (times_that_jump_keep_the_rate)
{
  Fixture fixture;
  gdouble time = 0.0;
  guint i;

  fixture_init (&fixture, NULL);
  for (i = 0; i < 360; i++) {
    time = i / 30.0 + g_rand_double_range (fixture.rand, -0.012, 0.012);
    push_skin_at (&fixture, MAX (time, 0.0), MAX (time, 0.0));
    if (i % 50 == 49)
      push_skin_at (&fixture, time - 0.02, time - 0.02);
  }
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_box_that_jumps_keeps_the_rate)
{
  static const gchar *const boxes[] = { "2,2,24,24", "20,20,24,24" };
  Fixture fixture;
  guint i;

  fixture_init (&fixture, NULL);
  for (i = 0; i < 12; i++) {
    g_object_set (fixture.harness->element, "roi", boxes[i % 2], NULL);
    push_skin_frames (&fixture, i, i + 1);
  }
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.5);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (a_heart_outside_40_to_220_has_a_reason)
{
  static const gdouble rates[] = { 32.0, 240.0 };
  Fixture fixture;
  guint with_rate;

  fixture_init (&fixture, NULL);
  fixture.skin.heart_rate = rates[__i__];
  fixture.skin.amplitude = 0.008;
  push_skin_frames (&fixture, 0.0, 12.0);
  fail_unless (count_vitals (&fixture, &with_rate) > 0);
  fail_unless_equals_int (with_rate, 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (frames_without_a_time_are_an_error)
{
  Fixture fixture;
  GstBuffer *frame;

  fixture_init (&fixture, NULL);
  frame = new_frame (fixture.rand, grey, 0.0, 0.0);
  GST_BUFFER_PTS (frame) = GST_BUFFER_DTS (frame) = GST_CLOCK_TIME_NONE;
  fail_unless_equals_int (gst_harness_push (fixture.harness, frame),
      GST_FLOW_ERROR);
  fail_unless (has_error (&fixture, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED));
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (video_at_another_speed_is_refused)
{
  static const gdouble speeds[][2] = { {2.0, 1.0}, {-1.0, 1.0}, {1.0, 0.5} };
  Fixture fixture;
  GstSegment segment;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 1.0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = speeds[__i__][0];
  segment.applied_rate = speeds[__i__][1];
  segment.stop = 100 * GST_SECOND;
  gst_harness_push_event (fixture.harness, gst_event_new_segment (&segment));
  fail_unless (has_error (&fixture, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED));
  fixture_clear (&fixture);
}

GST_END_TEST;

GST_START_TEST (another_recording_starts_anew)
{
  Fixture fixture;
  GstSegment segment;
  guint with_rate;

  fixture_init (&fixture, NULL);
  push_skin_frames (&fixture, 0.0, 8.0);
  fail_unless (fabs (last_rate (&fixture) - 72.0) < 1.0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 8 * GST_SECOND;
  gst_harness_push_event (fixture.harness, gst_event_new_segment (&segment));
  push_skin_frames (&fixture, 0.0, 4.5);
  fail_unless_equals_int (count_vitals (&fixture, &with_rate), 0);
  fixture_clear (&fixture);
}

GST_END_TEST;

/* --- the file of signals --- */

static gchar *
make_path (void)
{
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("rppg-XXXXXX.csv", &path, NULL);

  fail_unless (fd >= 0);
  g_close (fd, NULL);
  g_unlink (path);
  return path;
}

/* Each a list of fields; the first is the header. */
static GPtrArray *
read_rows (const gchar * path)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_strfreev);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint i, k;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  fail_unless_equals_string (lines[0], HEADER);
  for (i = 1; lines[i] && *lines[i]; i++) {
    gchar **fields = g_strsplit (lines[i], ",", -1);

    fail_unless_equals_int (g_strv_length (fields), FIELDS);
    for (k = 0; k < FIELDS; k++)
      fail_unless (isfinite (g_ascii_strtod (fields[k], NULL)));
    g_ptr_array_add (rows, fields);
  }
  return rows;
}

static const gchar *
get_field (GPtrArray * rows, guint row, guint field)
{
  return ((gchar **) rows->pdata[row])[field];
}

GST_START_TEST (each_frame_has_a_row_with_its_pulse)
{
  g_autofree gchar *path = make_path ();
  g_autoptr (GPtrArray) rows = NULL;
  Fixture fixture;
  GStatBuf info;
  guint i;

  fixture_init (&fixture, path);
  push_skin_frames (&fixture, 0.0, 8.5);
  gst_harness_push_event (fixture.harness, gst_event_new_eos ());
  fixture_clear (&fixture);
  rows = read_rows (path);
  fail_unless_equals_int (rows->len, 255);
  for (i = 0; i < rows->len; i++) {
    fail_unless (fabs (g_ascii_strtod (get_field (rows, i, 0), NULL)
            - i / 30.0) < 1e-5);
    fail_unless (fabs (g_ascii_strtod (get_field (rows, i, 2), NULL)
            - 120.0) < 2.0);
    fail_if (*get_field (rows, i, 4) == '\0', "row %u", i);
    fail_if (*get_field (rows, i, 6) == '\0', "row %u", i);
  }
  fail_unless_equals_int (g_stat (path, &info), 0);
  fail_unless_equals_int (info.st_mode & 0777, 0600);
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (rows_of_a_stretch_that_is_too_short_have_no_pulse)
{
  g_autofree gchar *path = make_path ();
  g_autoptr (GPtrArray) rows = NULL;
  Fixture fixture;
  guint i;

  fixture_init (&fixture, path);
  for (i = 0; i < 4; i++)
    push_skin_frames (&fixture, 6 * i, 6 * i + 3);
  fixture_clear (&fixture);
  rows = read_rows (path);
  fail_unless_equals_int (rows->len, 4 * 90);
  for (i = 0; i < rows->len; i++) {
    fail_unless_equals_string (get_field (rows, i, 4), "");
    fail_unless_equals_string (get_field (rows, i, 6), "");
  }
  g_unlink (path);
}

GST_END_TEST;

GST_START_TEST (a_file_that_cannot_be_made_is_an_error)
{
  GstElement *rppg = gst_element_factory_make ("rppg", NULL);

  g_object_set (rppg, "signal-location", "/does/not/exist/signal.csv", NULL);
  fail_unless_equals_int (gst_element_set_state (rppg, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (rppg, GST_STATE_NULL);
  gst_object_unref (rppg);
}

GST_END_TEST;

GST_START_TEST (a_disk_that_is_full_is_an_error)
{
  Fixture fixture;
  GstFlowReturn flow = GST_FLOW_OK;
  guint i;

  fixture_init (&fixture, "/dev/full");
  for (i = 0; i < 300 && flow == GST_FLOW_OK; i++)
    flow = push_skin_at (&fixture, i / 30.0, i / 30.0);
  fail_unless_equals_int (flow, GST_FLOW_ERROR);
  fail_unless (has_error (&fixture, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_WRITE));
  fixture_clear (&fixture);
}

GST_END_TEST;

static Suite *
rppg_frames_suite (void)
{
  Suite *suite = suite_create ("rppg-frames");
  TCase *input = tcase_create ("input");
  TCase *file = tcase_create ("signal-location");

  suite_add_tcase (suite, input);
  tcase_add_loop_test (input, still_pictures_have_a_reason_in_place_of_a_rate,
      0, 2);
  tcase_add_test (input, a_dark_room_has_no_message);
  tcase_add_test (input, a_light_that_goes_out_repeats_no_reading);
  tcase_add_test (input, one_frame_has_no_message);
  tcase_add_test (input, after_a_gap_of_five_seconds_it_starts_anew);
  tcase_add_test (input, four_frames_a_second_have_a_reason);
  tcase_add_test (input, times_that_jump_keep_the_rate);
  tcase_add_test (input, a_box_that_jumps_keeps_the_rate);
  tcase_add_loop_test (input, a_heart_outside_40_to_220_has_a_reason, 0, 2);
  tcase_add_test (input, frames_without_a_time_are_an_error);
  tcase_add_loop_test (input, video_at_another_speed_is_refused, 0, 3);
  tcase_add_test (input, another_recording_starts_anew);
  suite_add_tcase (suite, file);
  tcase_add_test (file, each_frame_has_a_row_with_its_pulse);
  tcase_add_test (file, rows_of_a_stretch_that_is_too_short_have_no_pulse);
  tcase_add_test (file, a_file_that_cannot_be_made_is_an_error);
  tcase_add_test (file, a_disk_that_is_full_is_an_error);
  return suite;
}

GST_CHECK_MAIN (rppg_frames);
