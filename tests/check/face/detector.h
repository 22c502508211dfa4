/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <vitals/face/vitals-face-tracker-private.h>

G_BEGIN_DECLS

/*
 * A detector that finds what it is told to, and may be made to wait, so that a
 * test decides what happens while a look runs.
 */
#define TEST_TYPE_DETECTOR (test_detector_get_type ())
G_DECLARE_FINAL_TYPE (TestDetector, test_detector, TEST, DETECTOR, GObject)

TestDetector *test_detector_new (void);
/* What the looks that begin from now on find; NULL: no face. */
void test_detector_show (TestDetector * detector, const VitalsBox * box);
/* Looks wait from now on ... */
void test_detector_hold (TestDetector * detector);
/* ... until here. */
void test_detector_release (TestDetector * detector);
/* Waits until so many looks began since the start. */
void test_detector_wait_begun (TestDetector * detector, guint n);
guint test_detector_get_begun (TestDetector * detector);
guint test_detector_get_ended (TestDetector * detector);
/* The looks of other threads than that which calls. */
guint test_detector_get_elsewhere (TestDetector * detector);

/* Frames that the tracker is shown: black, 320x180, small enough that they are
 * looked at as they are. */
#define TEST_WIDTH 320
#define TEST_HEIGHT 180
/* The face at @pts. */
VitalsTrackedFace test_track (VitalsFaceTracker * tracker, GstClockTime pts);

G_END_DECLS
