/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-error.h>
#include <vitals/vitals-reading.h>
#include <vitals/tensor/vitals-tensor-layout.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/capture/vitals-box.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/client/vitals-circadify-client.h>
#include <vitals/client/vitals-vitallens-client.h>
