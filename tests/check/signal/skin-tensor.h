/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor.h>

#include "synthetic.h"

/* A skin in 8 bit: the noise of the pixels carries the pulse over the steps of
 * rounding, as that of a sensor does. (transfer full) */
VitalsTensor *skin_tensor_new (const Skin * skin, guint frames);
