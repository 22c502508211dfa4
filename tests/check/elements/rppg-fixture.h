/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstharness.h>

#include "../signal/synthetic.h"

G_BEGIN_DECLS

/* rppg in a harness, fed with frames of the colour of a skin. */
typedef struct
{
  GstHarness *harness;
  GstBus *bus;
  GRand *rand;
  Skin skin;
} Fixture;

/* @location: of the file of signals, or NULL */
void fixture_init (Fixture * fixture, const gchar * location);
void fixture_clear (Fixture * fixture);

/* A frame of one colour; the noise of its pixels carries what is below a step
 * of 8 bit. (transfer full) */
GstBuffer *new_frame (GRand * rand, const gdouble * rgb, gdouble noise,
    gdouble time);
/* Times in seconds. */
GstFlowReturn push_skin_at (Fixture * fixture, gdouble time,
    gdouble pulse_time);
void push_skin_frames (Fixture * fixture, gdouble from, gdouble to);
void push_still (Fixture * fixture, const gdouble * rgb, gdouble from,
    gdouble to, gdouble framerate);

/* The next vitals message, checked; NULL when there is no other.
 * (transfer full) */
GstStructure *pop_vitals (Fixture * fixture);
guint count_vitals (Fixture * fixture, guint * with_rate);
gdouble last_rate (Fixture * fixture);
gboolean has_error (Fixture * fixture, GQuark domain, gint code);

G_END_DECLS
