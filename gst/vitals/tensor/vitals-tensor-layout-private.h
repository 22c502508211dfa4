/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor-layout.h>

G_BEGIN_DECLS

/* Room for the header of any layout; larger header sizes are refused. */
#define VITALS_HEADER_MAX_BYTES 4096

/* The fields that differ from payload to payload. */
typedef struct
{
  guint frames;
  gdouble framerate;            /* frames per second, (n-1)/(last-first); one
                                 * outside of MIN to MAX is written as 0 */
} VitalsTensorHeader;

/* Whether @framerate is one that a payload can tell; 0 is not. */
VITALS_API gboolean vitals_tensor_is_framerate (gdouble framerate);

VITALS_API gboolean vitals_tensor_layout_is_channel_major (const
    VitalsTensorLayout * layout);

/* FALSE: only the end of its gzip member says where a payload ends. */
VITALS_API gboolean vitals_tensor_layout_has_frame_count (const
    VitalsTensorLayout * layout);

/* For each plane of the layout's order, which plane it is in the fixed order
 * of this library: face R,G,B, forehead R,G,B, left cheek R,G,B, right cheek
 * R,G,B. Twelve numbers. */
VITALS_API const guint8 *vitals_tensor_layout_get_plane_order (const
    VitalsTensorLayout * layout);

/* Where a patch lies: edges as fractions of the face box, 0,0 its upper left
 * and 1,1 its lower right corner. */
typedef struct
{
  gdouble left, top, right, bottom;
} VitalsPatchPlace;

/* Face, forehead, left cheek, right cheek (as the viewer sees them). Source:
 * the vendor's documents; docs/tensor-layout.md. */
VITALS_API const VitalsPatchPlace vitals_default_patches[VITALS_N_PATCHES];
/* Four places, in that order. */
VITALS_API const VitalsPatchPlace *vitals_tensor_layout_get_patches (const
    VitalsTensorLayout * layout);

/* @bytes has room for header-size bytes. */
VITALS_API void vitals_tensor_layout_write_header (const VitalsTensorLayout *
    layout, const VitalsTensorHeader * header, guint8 * bytes);

/* @bytes are header-size bytes. VITALS_ERROR_INVALID_TENSOR names the field
 * that does not fit. A field that the layout lacks is 0 in @header. */
VITALS_API gboolean vitals_tensor_layout_read_header (const VitalsTensorLayout *
    layout, const guint8 * bytes, VitalsTensorHeader * header, GError ** error);

/* A field of a header that was looked at. */
typedef struct
{
  const gchar *name;            /* of the layout, as is type */
  const gchar *type;            /* as in the key file */
  gsize offset;
  gchar *found;                 /* the value in the header, for people */
  gchar *problem;               /* NULL: it fits */
} VitalsFieldCheck;

/* All fields, those that fit and those that do not. @bytes are header-size
 * bytes. Returns: (transfer full) (element-type VitalsFieldCheck) */
VITALS_API GArray *vitals_tensor_layout_check_header (const VitalsTensorLayout *
    layout, const guint8 * bytes);

G_END_DECLS
