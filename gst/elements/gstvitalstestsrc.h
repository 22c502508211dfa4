/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstpushsrc.h>
#include <gst/video/video.h>

#include "gstvitalssyntheticface.h"

G_BEGIN_DECLS

#define GST_TYPE_VITALS_TEST_SRC (gst_vitals_test_src_get_type ())
G_DECLARE_FINAL_TYPE (GstVitalsTestSrc, gst_vitals_test_src, GST,
    VITALS_TEST_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE (vitalstestsrc);

/* The object lock guards the properties, and "info" where it is written, and
 * read by others than the streaming thread: LATENCY is asked from any. The rest
 * is of the streaming thread, or is set while it does not run. */
struct _GstVitalsTestSrc
{
  GstPushSrc parent;

  /* properties */
  GstVitalsSyntheticFace face;
  gboolean face_meta;

  GstVideoInfo info;
  GstClockTime base;            /* when these caps began */
  guint64 number;               /* of the next frame since then */
};

/* gstvitalstestsrcproperties.c */
void gst_vitals_test_src_class_init_properties (GObjectClass * klass);
void gst_vitals_test_src_init_properties (GstVitalsTestSrc * self);

G_END_DECLS
