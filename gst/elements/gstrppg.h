/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

#define GST_TYPE_RPPG (gst_rppg_get_type ())
G_DECLARE_FINAL_TYPE (GstRppg, gst_rppg, GST, RPPG, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (rppg);

G_END_DECLS
