/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The mark of pictures that no camera took: a GstCustomMeta without fields and
 * without tags, so that it survives what changes size or format. A reading of
 * marked frames is synthetic.
 */
#define GST_VITALS_SYNTHETIC_META "GstVitalsSyntheticMeta"

/* Registers the meta; call it once, at plugin load. */
static inline void
gst_vitals_synthetic_register (void)
{
  static const gchar *tags[] = { NULL };

  if (!gst_meta_get_info (GST_VITALS_SYNTHETIC_META))
    gst_meta_register_custom (GST_VITALS_SYNTHETIC_META, tags, NULL, NULL,
        NULL);
}

static inline void
gst_vitals_synthetic_mark (GstBuffer * buffer)
{
  gst_buffer_add_custom_meta (buffer, GST_VITALS_SYNTHETIC_META);
}

static inline gboolean
gst_vitals_synthetic_is_marked (GstBuffer * buffer)
{
  return gst_buffer_get_custom_meta (buffer, GST_VITALS_SYNTHETIC_META) != NULL;
}

G_END_DECLS
