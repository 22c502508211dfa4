/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/capture/vitals-box.h>

G_BEGIN_DECLS

/**
 * GstVitalsFaceDetection:
 * @GST_VITALS_FACE_DETECTION_AUTO: where neither region meta nor roi says it,
 *   look for the face
 * @GST_VITALS_FACE_DETECTION_ON: as auto, and fail when it cannot be looked for
 * @GST_VITALS_FACE_DETECTION_OFF: never look for the face
 *
 * When an element that measures faces looks for them itself.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_VITALS_FACE_DETECTION_AUTO,
  GST_VITALS_FACE_DETECTION_ON,
  GST_VITALS_FACE_DETECTION_OFF
} GstVitalsFaceDetection;

#define GST_TYPE_VITALS_FACE_DETECTION (gst_vitals_face_detection_get_type ())
GType gst_vitals_face_detection_get_type (void);

/*
 * The properties of finding a face that all elements have that look at one. The
 * element guards them with its object lock.
 */
typedef struct
{
  gchar *roi_text;
  gboolean has_roi;
  gchar *roi_mistake;           /* of a roi set in NULL that cannot be read */
  VitalsBox roi;
  GstVitalsFaceDetection face_detection;
  GstClockTime face_timeout;
} GstVitalsFaceSettings;

/* The ids of the properties are @first_id and those after it. */
#define GST_VITALS_N_FACE_PROPERTIES 3

void gst_vitals_face_settings_install (GObjectClass * klass, guint first_id);
void gst_vitals_face_settings_init (GstVitalsFaceSettings * settings);
void gst_vitals_face_settings_clear (GstVitalsFaceSettings * settings);
/* @id counts from 0. Takes the object lock of @element. A roi that cannot be
 * read is a warning of @element, and the one before stays; in NULL, where
 * nobody may hear a warning yet, it is an error of the check, too. */
void gst_vitals_face_settings_set (GstVitalsFaceSettings * settings, guint id,
    const GValue * value, GstElement * element);
/* FALSE after an error of @element: what can be known to be wrong before the
 * first buffer. Takes the object lock. */
gboolean gst_vitals_face_settings_check (const GstVitalsFaceSettings *
    settings, GstElement * element);
/* With the object lock. */
void gst_vitals_face_settings_get (const GstVitalsFaceSettings * settings,
    guint id, GValue * value);

G_END_DECLS
