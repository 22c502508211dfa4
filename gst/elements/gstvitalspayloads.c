/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalspayloads.h"

gboolean
gst_vitals_payloads_check_caps (GstElement * element, const GstCaps * caps,
    const VitalsTensorLayout * layout)
{
  const gchar *name = gst_structure_get_string (gst_caps_get_structure (caps,
          0), "layout");
  const gchar *expected = vitals_tensor_layout_get_name (layout);

  if (!name || g_str_equal (name, expected)
      || vitals_tensor_layout_is_opaque (layout))
    return TRUE;
  GST_ELEMENT_ERROR (element, STREAM, FORMAT,
      ("The payloads have layout %s, and tensor-layout is %s: set it to the "
          "same.", name, expected), (NULL));
  return FALSE;
}

GBytes *
gst_vitals_payloads_copy_bytes (GstBuffer * buffer)
{
  gpointer copy;
  gsize size;

  gst_buffer_extract_dup (buffer, 0, -1, &copy, &size);
  return g_bytes_new_take (copy, size);
}
