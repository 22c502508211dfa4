/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GST_TYPE_VITALS_TEST_SRC (gst_vitals_test_src_get_type ())
G_DECLARE_FINAL_TYPE (GstVitalsTestSrc, gst_vitals_test_src, GST,
    VITALS_TEST_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE (vitalstestsrc);

G_END_DECLS
