/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "detector.h"

struct _TestDetector
{
  GObject parent;

  GThread *owner;               /* who made it */

  /* the lock guards what follows */
  GMutex lock;
  GCond cond;
  gboolean held, has_face;
  VitalsDetectedFace face;
  guint begun, ended, elsewhere;
};

static void detector_iface_init (VitalsFaceDetectorInterface * iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestDetector, test_detector, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VITALS_TYPE_FACE_DETECTOR, detector_iface_init));

static gboolean
detect (VitalsFaceDetector * base, const VitalsLuma * luma G_GNUC_UNUSED,
    VitalsDetectedFace * faces, guint * n_faces, GError ** error G_GNUC_UNUSED)
{
  TestDetector *self = TEST_DETECTOR (base);

  g_mutex_lock (&self->lock);
  *n_faces = self->has_face;
  if (self->has_face)
    faces[0] = self->face;
  self->begun++;
  self->elsewhere += g_thread_self () != self->owner;
  g_cond_broadcast (&self->cond);
  while (self->held)
    g_cond_wait (&self->cond, &self->lock);
  self->ended++;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
detector_iface_init (VitalsFaceDetectorInterface * iface)
{
  iface->detect = detect;
}

static void
test_detector_finalize (GObject * object)
{
  TestDetector *self = TEST_DETECTOR (object);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (test_detector_parent_class)->finalize (object);
}

static void
test_detector_class_init (TestDetectorClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_detector_finalize;
}

static void
test_detector_init (TestDetector * self)
{
  self->owner = g_thread_self ();
  self->face.score = 10;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

TestDetector *
test_detector_new (void)
{
  return g_object_new (TEST_TYPE_DETECTOR, NULL);
}

void
test_detector_show (TestDetector * detector, const VitalsBox * box)
{
  g_mutex_lock (&detector->lock);
  detector->has_face = box != NULL;
  if (box)
    detector->face.box = *box;
  g_mutex_unlock (&detector->lock);
}

static void
set_held (TestDetector * detector, gboolean held)
{
  g_mutex_lock (&detector->lock);
  detector->held = held;
  g_cond_broadcast (&detector->cond);
  g_mutex_unlock (&detector->lock);
}

void
test_detector_hold (TestDetector * detector)
{
  set_held (detector, TRUE);
}

void
test_detector_release (TestDetector * detector)
{
  set_held (detector, FALSE);
}

void
test_detector_wait_begun (TestDetector * detector, guint n)
{
  g_mutex_lock (&detector->lock);
  while (detector->begun < n)
    g_cond_wait (&detector->cond, &detector->lock);
  g_mutex_unlock (&detector->lock);
}

static guint
read_number (TestDetector * detector, const guint * number)
{
  guint value;

  g_mutex_lock (&detector->lock);
  value = *number;
  g_mutex_unlock (&detector->lock);
  return value;
}

guint
test_detector_get_begun (TestDetector * detector)
{
  return read_number (detector, &detector->begun);
}

guint
test_detector_get_ended (TestDetector * detector)
{
  return read_number (detector, &detector->ended);
}

guint
test_detector_get_elsewhere (TestDetector * detector)
{
  return read_number (detector, &detector->elsewhere);
}

VitalsTrackedFace
test_track (VitalsFaceTracker * tracker, GstClockTime pts)
{
  VitalsTrackedFace face;
  GstVideoInfo info;
  GstBuffer *buffer;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, TEST_WIDTH,
      TEST_HEIGHT);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 0, info.size);
  fail_unless (vitals_face_tracker_track (tracker, buffer, &info, pts, &face,
          NULL));
  gst_buffer_unref (buffer);
  return face;
}
