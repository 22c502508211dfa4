/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/signal/vitals-pulse-estimator-private.h>
#include <vitals/tensor/vitals-tensor.h>

G_BEGIN_DECLS

/*
 * The vital signs in the frames of one window. All of it is used as one window;
 * variability when it is 20 s or longer. Breathing is looked for in the pulse
 * and in the nodding of the face, for the chest is not in the tensor.
 *
 * FALSE with VITALS_ERROR_PROCESSING_FAILED, and a sentence that says why, when
 * there is no heart rate that can be trusted; @estimate is filled all the same.
 * VITALS_ERROR_INVALID_TENSOR when the tensor does not tell its frame rate.
 */
VITALS_API gboolean vitals_tensor_estimate (const VitalsTensor * tensor,
    VitalsPulseEstimate * estimate, GError ** error);

G_END_DECLS
