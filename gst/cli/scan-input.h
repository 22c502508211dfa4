/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/tensor/vitals-payload-private.h>

#include "scan-state.h"

G_BEGIN_DECLS

/* The files that the arguments name: themselves, or for a folder the *.ckt in
 * it, in the order of their names; each file once. (element-type filename) */
GPtrArray *scan_input_list (gchar ** arguments, GError ** error);

/* Looks at a file; file->path is set. */
gboolean scan_input_stat (ScanFile * file, GError ** error);

/* One payload of a file. */
typedef struct
{
  VitalsPayload *payload;
  guint frames;                 /* 0: unknown (an opaque layout) */
  gdouble framerate;            /* 0: unknown */
} ScanPayload;

/* The payloads of a file, in their order, checked. They are in memory, all of
 * them. (element-type ScanPayload) */
GArray *scan_input_read (const gchar * path, VitalsTensorLayout * layout,
    GError ** error);

G_END_DECLS
