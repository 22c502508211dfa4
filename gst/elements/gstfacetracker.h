/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

#define GST_TYPE_FACE_TRACKER (gst_face_tracker_get_type ())
G_DECLARE_FINAL_TYPE (GstFaceTracker, gst_face_tracker, GST, FACE_TRACKER,
    GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (facetracker);

G_END_DECLS
