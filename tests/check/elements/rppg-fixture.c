/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstcheck.h>
#include <math.h>

#include "rppg-fixture.h"

#define SIZE 48
#define PLANE (SIZE * SIZE)
#define CAPS "video/x-raw,format=GBR,width=48,height=48,framerate=30/1"

void
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

void
fixture_clear (Fixture * fixture)
{
  gst_element_set_bus (fixture->harness->element, NULL);
  gst_harness_teardown (fixture->harness);
  gst_bus_set_flushing (fixture->bus, TRUE);
  gst_object_unref (fixture->bus);
  g_rand_free (fixture->rand);
}

GstBuffer *
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

GstFlowReturn
push_skin_at (Fixture * fixture, gdouble time, gdouble pulse_time)
{
  gdouble rgb[3];

  skin_colour (&fixture->skin, pulse_time, rgb);
  return gst_harness_push (fixture->harness, new_frame (fixture->rand, rgb,
          1.0, time));
}

void
push_skin_frames (Fixture * fixture, gdouble from, gdouble to)
{
  guint i;

  for (i = (guint) lrint (from * 30); i < (guint) lrint (to * 30); i++)
    fail_unless_equals_int (push_skin_at (fixture, i / 30.0, i / 30.0),
        GST_FLOW_OK);
}

void
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

GstStructure *
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
guint
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
gdouble
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

gboolean
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
