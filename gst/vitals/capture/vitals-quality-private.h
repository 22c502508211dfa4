/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/capture/vitals-box.h>
#include <vitals/tensor/vitals-tensor-layout-private.h>

G_BEGIN_DECLS

/*
 * VitalsQuality: whether frames are good enough to measure a pulse in them, from
 * their packed patches and the face box alone. docs/quality.md says what each
 * figure means and where its limit comes from. Not thread-safe.
 */
typedef struct _VitalsQuality VitalsQuality;

/* What can be wrong, as bits. */
typedef enum
{
  VITALS_QUALITY_DARK = 1 << 0,
  VITALS_QUALITY_CLIPPED = 1 << 1,
  VITALS_QUALITY_FLICKER = 1 << 2,
  VITALS_QUALITY_MOTION = 1 << 3,
  VITALS_QUALITY_SMALL = 1 << 4,
  VITALS_QUALITY_CUT = 1 << 5,
  VITALS_QUALITY_OCCLUDED = 1 << 6,
  VITALS_QUALITY_SLOW = 1 << 7
} VitalsQualityProblems;

#define VITALS_QUALITY_N_PROBLEMS 8

/* A problem is there beyond these, and goes when they are kept by a tenth. */
typedef struct
{
  gdouble min_brightness;       /* mean luma of the face, 0 to 1 */
  gdouble max_clipped;          /* share of the face */
  gdouble max_flicker;          /* peak of the light's swell, share of it */
  gdouble max_motion;           /* box widths a second */
  gdouble min_face_width;       /* pixels */
  gdouble min_skin;             /* share of the skin that was seen at first */
  gdouble min_framerate;        /* per second */
} VitalsQualityLimits;

VITALS_API void vitals_quality_limits_init (VitalsQualityLimits * limits);

/* NAN: not known yet, or it cannot be told in this picture. */
typedef struct
{
  VitalsBox box;
  gdouble brightness, clipped, flicker, motion, skin, framerate;
  VitalsQualityProblems problems;
  gboolean changed;             /* the first, or with other problems than before */
} VitalsQualityMeasures;

/* @face_patch: where on the face the first patch lies */
VITALS_API VitalsQuality *vitals_quality_new (const VitalsQualityLimits *
    limits, const VitalsPatchPlace * face_patch);
VITALS_API void vitals_quality_free (VitalsQuality * quality);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsQuality, vitals_quality_free)
/* Another face, or another recording. */
VITALS_API void vitals_quality_reset (VitalsQuality * quality);
/* The next frame: its 12 planes and the box that they were taken from. PTS
 * grow. Returns: (transfer none), until the next call */
VITALS_API const VitalsQualityMeasures *vitals_quality_push (VitalsQuality
    * quality, const guint8 * pixels, const VitalsBox * face, GstClockTime pts);

/* Problem @index, 0 to VITALS_QUALITY_N_PROBLEMS - 1, has the bit 1 << @index.
 * Its warning in messages: lighting, motion, face_position, occlusion or
 * frame_rate. */
VITALS_API const gchar *vitals_quality_get_warning (guint index);
/* What it is, for people, and what to do against it. */
VITALS_API const gchar *vitals_quality_get_name (guint index);
VITALS_API const gchar *vitals_quality_get_advice (guint index);

G_END_DECLS
