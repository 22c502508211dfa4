/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* No face ever comes: each element says so after 30 s, once. */

#include <gst/check/gstcheck.h>

#include "has-detector.h"
#include "stage.h"

#define SIZE CAPS (160, 120)
#define STEP (GST_SECOND / 10)
/* of 10 a second */
#define TIMEOUT_FRAMES 300

static const gchar *const elements[] = { "rppg", "circadifyenc",
  "circadifysink"
};

static GstElement *
new_element (const gchar * name)
{
  GstElement *element = gst_element_factory_make (name, NULL);
  guint64 timeout;

  fail_unless (element != NULL, "no %s", name);
  g_object_get (element, "face-timeout", &timeout, NULL);
  fail_unless_equals_uint64 (timeout, 30 * GST_SECOND);
  /* nothing is sent: there is no face */
  if (g_str_equal (name, "circadifysink"))
    g_object_set (element, "api-key", "ck_test_timeout", "base-url",
        "http://127.0.0.1:9", NULL);
  return element;
}

/* circadifysink needs the module of libsoup even where nothing is sent. */
static gboolean
can_start (const gchar * name)
{
  GstElement *element = new_element (name);
  gboolean can = gst_element_set_state (element, GST_STATE_READY)
      != GST_STATE_CHANGE_FAILURE;

  if (!can)
    g_print ("skipped: %s does not start\n", name);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
  return can;
}

static void
open_element (Stage * stage, const gchar * name)
{
  GstElement *element = new_element (name);

  stage->now = 0;
  stage->bus = gst_bus_new ();
  gst_element_set_bus (element, stage->bus);
  stage->harness = gst_harness_new_with_element (element, "sink",
      g_str_equal (name, "circadifysink") ? NULL : "src");
  gst_harness_set_live (stage->harness, FALSE);
  gst_harness_set_drop_buffers (stage->harness, TRUE);
  gst_harness_set_src_caps_str (stage->harness, SIZE);
  gst_object_unref (element);
}

static void
show (Stage * stage, GstBuffer * frame, guint n)
{
  guint i;

  for (i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_copy (frame);

    GST_BUFFER_PTS (buffer) = stage->now;
    GST_BUFFER_DURATION (buffer) = STEP;
    stage->now += STEP;
    fail_unless_equals_int (gst_harness_push (stage->harness, buffer),
        GST_FLOW_OK);
  }
}

/* The vitals-quality that say that there is no face. */
static guint
count_absences (Stage * stage)
{
  GstStructure *quality;
  guint n = 0;

  while ((quality = stage_pop (stage, "vitals-quality"))) {
    gboolean face = TRUE;

    fail_unless (gst_structure_get_boolean (quality, "face", &face));
    n += !face;
    gst_structure_free (quality);
  }
  return n;
}

GST_START_TEST (no_face_is_told_after_30_seconds_once_an_absence)
{
  g_autoptr (GstBuffer) face = render (FACE, SIZE);
  g_autoptr (GstBuffer) chair = render (CHAIR, SIZE);
  const gchar *name = elements[__i__];
  Stage stage;

  if (!has_detector () || !can_start (name))
    return;
  open_element (&stage, name);
  show (&stage, chair, TIMEOUT_FRAMES);
  fail_unless_equals_int (count_absences (&stage), 0);
  show (&stage, chair, 1);
  fail_unless_equals_int (count_absences (&stage), 1);
  show (&stage, chair, TIMEOUT_FRAMES + 50);
  fail_unless_equals_int (count_absences (&stage), 0);

  /* it comes, and it goes: told by whoever packs as soon as it is lost */
  show (&stage, face, 20);
  show (&stage, chair, 30);
  fail_unless_equals_int (count_absences (&stage), __i__ > 0);
  show (&stage, chair, TIMEOUT_FRAMES);
  fail_unless_equals_int (count_absences (&stage), 1);
  stage_close (&stage);
}

GST_END_TEST;

GST_START_TEST (all_elements_have_the_same_default)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (elements); i++)
    gst_object_unref (new_element (elements[i]));
  gst_object_unref (new_element ("vitallenssink"));
}

GST_END_TEST;

static Suite *
timeout_suite (void)
{
  Suite *suite = suite_create ("timeout");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      no_face_is_told_after_30_seconds_once_an_absence, 0,
      G_N_ELEMENTS (elements));
  tcase_add_test (tcase, all_elements_have_the_same_default);
  return suite;
}

GST_CHECK_MAIN (timeout);
