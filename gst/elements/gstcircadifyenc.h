/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_CIRCADIFY_ENC (gst_circadify_enc_get_type ())
G_DECLARE_FINAL_TYPE (GstCircadifyEnc, gst_circadify_enc, GST, CIRCADIFY_ENC,
    GstElement)

GST_ELEMENT_REGISTER_DECLARE (circadifyenc);

G_END_DECLS
