/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/capture/vitals-box.h>
#include <vitals/tensor/vitals-tensor-layout-private.h>

G_BEGIN_DECLS

/*
 * VitalsSteadiness: how fast a face moves, in its box and with it. A box that is
 * held says nothing about a head that turns in it, so the face patch of one look
 * is laid over that of the look before. Not thread-safe.
 */
typedef struct _VitalsSteadiness VitalsSteadiness;

/* @patch: where on the face the planes are from; copied */
VITALS_API VitalsSteadiness *vitals_steadiness_new (const VitalsPatchPlace *
    patch);
VITALS_API void vitals_steadiness_free (VitalsSteadiness * steadiness);
VITALS_API void vitals_steadiness_reset (VitalsSteadiness * steadiness);

/* @plane: of that patch. Returns: mean speed over the last second, box
 * widths a second; NAN until half a second was seen */
VITALS_API gdouble vitals_steadiness_push (VitalsSteadiness * steadiness,
    const guint8 * plane, const VitalsBox * face, GstClockTime pts);

G_END_DECLS
