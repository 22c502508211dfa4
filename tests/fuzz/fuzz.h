/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The entry of a target, as libFuzzer names it. It aborts when what it finds
 * cannot be. Returns: 0 */
int LLVMFuzzerTestOneInput (const uint8_t * data, size_t size);
