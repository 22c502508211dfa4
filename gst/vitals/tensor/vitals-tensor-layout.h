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
 * The layout that a user names.
 *
 * Returns: (transfer full) (nullable): the layout, %NULL on failure
 */
VITALS_API VitalsTensorLayout *vitals_tensor_layout_new (const gchar *
    name_or_file, GError ** error);
/**
 * vitals_tensor_layout_new_from_file:
 * @filename: (type filename): path of a layout key file
 * @error: VITALS_ERROR_INVALID_TENSOR (what the file says is not valid), or
 *   the G_FILE_ERROR or G_KEY_FILE_ERROR of reading it
 *
 * The layout that a key file describes.
 *
 * Returns: (transfer full) (nullable): the layout, %NULL on failure
 */
VITALS_API VitalsTensorLayout *vitals_tensor_layout_new_from_file (const gchar *
    filename, GError ** error);
/**
 * vitals_tensor_layout_new_from_data:
 * @data: the text of a layout key file
 * @length: its length in bytes, or -1 when it ends with a NUL
 * @error: VITALS_ERROR_INVALID_TENSOR (what the text says is not valid), or the
 *   G_KEY_FILE_ERROR of reading it
 *
 * The layout that the text of a key file describes.
 *
 * Returns: (transfer full) (nullable): the layout, %NULL on failure
 */
VITALS_API VitalsTensorLayout *vitals_tensor_layout_new_from_data (const gchar *
    data, gssize length, GError ** error);
/**
 * vitals_tensor_layout_to_data:
 * @layout: a #VitalsTensorLayout
 *
 * The text of the key file that gives this layout.
 *
 * Returns: (transfer full): UTF-8 text
 */
VITALS_API gchar *vitals_tensor_layout_to_data (const VitalsTensorLayout *
    layout);

/**
 * vitals_tensor_layout_ref:
 * @layout: a #VitalsTensorLayout
 *
 * One more reference. Any thread.
 *
 * Returns: (transfer full): @layout
 */
VITALS_API VitalsTensorLayout *vitals_tensor_layout_ref (VitalsTensorLayout *
    layout);
/**
 * vitals_tensor_layout_unref:
 * @layout: (transfer full): a #VitalsTensorLayout
 *
 * One reference less; the last frees it. Any thread.
 */
VITALS_API void vitals_tensor_layout_unref (VitalsTensorLayout * layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsTensorLayout, vitals_tensor_layout_unref)

/**
 * vitals_tensor_layout_get_name:
 * @layout: a #VitalsTensorLayout
 *
 * The name in its key file.
 *
 * Returns: (transfer none): for example "draft-1"; "opaque" for the opaque one
 */
VITALS_API const gchar *vitals_tensor_layout_get_name (const VitalsTensorLayout
    * layout);
/**
 * vitals_tensor_layout_get_header_size:
 * @layout: a #VitalsTensorLayout
 *
 * How many bytes come before the planes.
 *
 * Returns: bytes; 0 for the opaque layout
 */
VITALS_API gsize vitals_tensor_layout_get_header_size (const VitalsTensorLayout
    * layout);
/**
 * vitals_tensor_layout_get_content_type:
 * @layout: a #VitalsTensorLayout
 *
 * The Content-Type of the upload.
 *
 * Returns: (transfer none): for example "application/octet-stream"
 */
VITALS_API const gchar *vitals_tensor_layout_get_content_type (const
    VitalsTensorLayout * layout);
/**
 * vitals_tensor_layout_get_gzip:
 * @layout: a #VitalsTensorLayout
 *
 * Whether payloads of this layout may be compressed (`gzip = stream`).
 *
 * Returns: %TRUE when the payload is one gzip member
 */
VITALS_API gboolean vitals_tensor_layout_get_gzip (const VitalsTensorLayout *
    layout);
/**
 * vitals_tensor_layout_is_opaque:
 * @layout: a #VitalsTensorLayout
 *
 * Whether it says nothing of the content, so that payloads pass unchecked.
 *
 * Returns: %TRUE when nothing can be encoded or decoded with it
 */
VITALS_API gboolean vitals_tensor_layout_is_opaque (const VitalsTensorLayout *
    layout);

G_END_DECLS
