/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "skin-tensor.h"

#include <gst/check/gstcheck.h>

VitalsTensor *
skin_tensor_new (const Skin * skin, guint frames)
{
  guint8 *pixels = g_malloc (frames * VITALS_FRAME_BYTES), *pixel = pixels;
  g_autoptr (GRand) rand = g_rand_new_with_seed (skin->seed);
  g_autoptr (GBytes) bytes = NULL;
  VitalsTensor *tensor;
  gdouble dither[1021];
  guint i, plane, k;

  for (k = 0; k < G_N_ELEMENTS (dither); k++)
    dither[k] = gaussian (rand);
  for (i = 0; i < frames; i++) {
    gdouble colour[3];
    guint start = g_rand_int_range (rand, 0, G_N_ELEMENTS (dither));

    skin_colour (skin, i / skin->framerate, colour);
    for (plane = 0; plane < VITALS_N_CHANNELS; plane++)
      for (k = 0; k < VITALS_PLANE_BYTES; k++)
        *pixel++ = (guint8) (colour[plane % 3] + 0.5
            + dither[(start + k) % G_N_ELEMENTS (dither)]);
  }
  bytes = g_bytes_new_take (pixels, frames * VITALS_FRAME_BYTES);
  tensor = vitals_tensor_new (bytes, skin->framerate, NULL);
  fail_unless (tensor != NULL);
  return tensor;
}
