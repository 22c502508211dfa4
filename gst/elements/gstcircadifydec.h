/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_CIRCADIFY_DEC (gst_circadify_dec_get_type ())
G_DECLARE_FINAL_TYPE (GstCircadifyDec, gst_circadify_dec, GST, CIRCADIFY_DEC,
    GstElement)

GST_ELEMENT_REGISTER_DECLARE (circadifydec);

G_END_DECLS
