/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Layout key files: what is accepted can be written, read and filled in. */

#include <string.h>
#include <vitals/tensor/vitals-tensor-layout-private.h>

#include "fuzz.h"

/* The text that a layout gives must be one that gives the same layout. */
static void
check_text (const VitalsTensorLayout * layout)
{
  g_autoptr (VitalsTensorLayout) again = NULL;
  g_autofree gchar *text = vitals_tensor_layout_to_data (layout);
  g_autofree gchar *same = NULL;

  again = vitals_tensor_layout_new_from_data (text, -1, NULL);
  g_assert_nonnull (again);
  same = vitals_tensor_layout_to_data (again);
  g_assert_cmpstr (text, ==, same);
}

static void
check_header (const VitalsTensorLayout * layout)
{
  VitalsTensorHeader header = { VITALS_TENSOR_MAX_FRAMES, 29.97 };
  gsize size = vitals_tensor_layout_get_header_size (layout);
  /* exactly as large, so that a sanitizer sees a byte too many */
  g_autofree guint8 *bytes = g_malloc (MAX (size, 1));
  g_autoptr (GArray) checks = NULL;
  VitalsTensorHeader read;

  vitals_tensor_layout_write_header (layout, &header, bytes);
  g_assert_true (vitals_tensor_layout_read_header (layout, bytes, &read, NULL));
  if (vitals_tensor_layout_has_frame_count (layout))
    g_assert_cmpuint (read.frames, ==, header.frames);
  checks = vitals_tensor_layout_check_header (layout, bytes);
  g_assert_nonnull (checks);
}

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitalsTensorLayout) layout =
      vitals_tensor_layout_new_from_data ((const gchar *) data, size, &error);

  g_assert_true ((layout == NULL) == (error != NULL));
  if (layout) {
    check_text (layout);
    check_header (layout);
  }
  return 0;
}
