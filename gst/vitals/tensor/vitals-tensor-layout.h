/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>
#include <glib-object.h>

G_BEGIN_DECLS

/* The geometry that is documented, and that every layout has. */
#define VITALS_PATCH_SIZE 72
#define VITALS_N_PATCHES 4
#define VITALS_N_CHANNELS 12
#define VITALS_PLANE_BYTES (VITALS_PATCH_SIZE * VITALS_PATCH_SIZE)
/* Bytes of one frame: 12 planes of 72 rows of 72 bytes. */
#define VITALS_FRAME_BYTES (VITALS_N_CHANNELS * VITALS_PLANE_BYTES)
/* More frames than this are refused on decode (documented maximum). */
#define VITALS_TENSOR_MAX_FRAMES 720
/* Frames per second that a camera may have; a header that tells another rate is
 * refused on decode, except 0, which means unknown. */
#define VITALS_TENSOR_MIN_FRAMERATE 0.1
#define VITALS_TENSOR_MAX_FRAMERATE 1000.0

/**
 * VitalsTensorLayout:
 *
 * Where the fields of a payload's header lie and in which order its planes
 * come: immutable, counted. One table drives encoding and decoding; a key file
 * replaces it without a rebuild.
 */
typedef struct _VitalsTensorLayout VitalsTensorLayout;

#define VITALS_TYPE_TENSOR_LAYOUT (vitals_tensor_layout_get_type ())
VITALS_API GType vitals_tensor_layout_get_type (void);

/**
 * vitals_tensor_layout_new:
 * @name_or_file: "draft-1", "opaque", or the path of a layout key file
 * @error: VITALS_ERROR_INVALID_TENSOR (what the file says is not valid), or
 *   the G_FILE_ERROR or G_KEY_FILE_ERROR of reading it
 *
 * Returns: (transfer full) (nullable): the layout
 */
VITALS_API VitalsTensorLayout *vitals_tensor_layout_new (const gchar *
    name_or_file, GError ** error);
/* Returns: (transfer full) (nullable) */
VITALS_API VitalsTensorLayout *vitals_tensor_layout_new_from_file (const gchar *
    filename, GError ** error);
/* From the text of a key file. Returns: (transfer full) (nullable) */
VITALS_API VitalsTensorLayout *vitals_tensor_layout_new_from_data (const gchar *
    data, gssize length, GError ** error);
/* The text of the key file that gives this layout. Returns: (transfer full) */
VITALS_API gchar *vitals_tensor_layout_to_data (const VitalsTensorLayout *
    layout);

VITALS_API VitalsTensorLayout *vitals_tensor_layout_ref (VitalsTensorLayout *
    layout);
VITALS_API void vitals_tensor_layout_unref (VitalsTensorLayout * layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsTensorLayout, vitals_tensor_layout_unref)

VITALS_API const gchar *vitals_tensor_layout_get_name (const VitalsTensorLayout
    * layout);
VITALS_API gsize vitals_tensor_layout_get_header_size (const VitalsTensorLayout
    * layout);
/* The Content-Type of the upload. */
VITALS_API const gchar *vitals_tensor_layout_get_content_type (const
    VitalsTensorLayout * layout);
/* TRUE: the payload is one gzip member (`gzip = stream`). */
VITALS_API gboolean vitals_tensor_layout_get_gzip (const VitalsTensorLayout *
    layout);
/* TRUE: payloads pass unchecked, nothing can be encoded or decoded. */
VITALS_API gboolean vitals_tensor_layout_is_opaque (const VitalsTensorLayout *
    layout);

G_END_DECLS
