/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/tensor/vitals-tensor-layout.h>

G_BEGIN_DECLS
/*
 * Payloads that come on a sink pad. All calls are of the streaming thread, with
 * no lock held.
 */
/* FALSE after an error of @element: the caps tell another layout than @layout,
 * which is no opaque one. */
gboolean gst_vitals_payloads_check_caps (GstElement * element,
    const GstCaps * caps, const VitalsTensorLayout * layout);

/* A copy: a buffer of the source is not held. (transfer full) */
GBytes *gst_vitals_payloads_copy_bytes (GstBuffer * buffer);

G_END_DECLS
