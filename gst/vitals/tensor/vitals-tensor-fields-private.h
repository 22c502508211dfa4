/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor-layout-private.h>

G_BEGIN_DECLS

/* How a field of the header is written; numbers are little-endian. */
typedef enum
{
  VITALS_FIELD_BYTES,
  VITALS_FIELD_U8,
  VITALS_FIELD_U16,
  VITALS_FIELD_U32,
  VITALS_FIELD_U64,
  VITALS_FIELD_F32,
  VITALS_FIELD_F64
} VitalsFieldType;

/* Where the value of a field comes from. */
typedef enum
{
  VITALS_FIELD_CONSTANT,
  VITALS_FIELD_FRAME_COUNT,
  VITALS_FIELD_FRAME_RATE
} VitalsFieldSource;

typedef struct
{
  gchar *name;
  VitalsFieldSource source;
  VitalsFieldType type;
  gsize offset;
  gsize size;                   /* bytes */
  gdouble number;               /* of a constant that is a number */
  gchar *text;                  /* of a constant that is bytes */
} VitalsField;

struct _VitalsTensorLayout
{
  gatomicrefcount ref_count;

  gchar *name;
  gchar *content_type;
  gboolean opaque;
  gsize header_size;
  gboolean channel_major;
  gboolean gzip;
  guint8 plane_order[VITALS_N_CHANNELS];
  VitalsPatchPlace patches[VITALS_N_PATCHES];
  GArray *fields;               /* of VitalsField */
};

/* An empty layout with the defaults of the key file. */
VitalsTensorLayout *vitals_tensor_layout_new_empty (void);
/* The nick of a type as in the key file, or NULL. */
const gchar *vitals_field_type_get_name (VitalsFieldType type);
/* Bytes of a number; 0 for VITALS_FIELD_BYTES. */
gsize vitals_field_type_get_size (VitalsFieldType type);

/* Parts of layout files. */
#define VITALS_LAYOUT_PATCH_PREFIX "patch "

extern const gchar *const vitals_patch_names[VITALS_N_PATCHES];

/* Sets INVALID_TENSOR; FALSE. */
gboolean vitals_layout_refuse (GError ** error, const gchar * format,
    ...) G_GNUC_PRINTF (2, 3);
/* Refuses a key of @group that is not in @known. */
gboolean vitals_layout_check_keys (GKeyFile * file, const gchar * group,
    const gchar * const *known, GError ** error);
/* @group: begins with the prefix */
gboolean vitals_layout_read_patch (VitalsTensorLayout * layout, GKeyFile * file,
    const gchar * group, GError ** error);
/* Those that are not where they are by default. */
void vitals_layout_write_patches (const VitalsTensorLayout * layout,
    GKeyFile * file);

G_END_DECLS
