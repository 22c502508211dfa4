/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checking a payload and decoding it must agree. */

#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/tensor/vitals-tensor.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autoptr (VitalsTensorLayout) layout = vitals_tensor_layout_new ("draft-1",
      NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (VitalsTensor) tensor = NULL;
  g_autoptr (GError) refused = NULL, undecoded = NULL;
  gdouble framerate;
  guint frames;
  gboolean good = vitals_payload_check (bytes, layout, &frames, &framerate,
      &refused);

  tensor = vitals_tensor_decode (bytes, layout, &undecoded);
  g_assert_true (good == (tensor != NULL));
  g_assert_true (good == (refused == NULL));
  g_assert_true (good == (undecoded == NULL));
  if (tensor) {
    g_assert_cmpuint (vitals_tensor_get_frames (tensor), ==, frames);
    g_assert_true (vitals_tensor_get_framerate (tensor) == framerate);
    g_assert_cmpuint (g_bytes_get_size (vitals_tensor_get_pixels (tensor)), ==,
        (gsize) frames * VITALS_FRAME_BYTES);
  }
  return 0;
}
