/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/tensor/vitals-tensor-fields-private.h>
#include <vitals/vitals-error-private.h>

#define OPAQUE_NAME "opaque"
#define DEFAULT_CONTENT_TYPE "application/octet-stream"

/* Our own layout, in the form in which others are written: the vendor's header
 * is not public (docs/tensor-layout.md). */
static const gchar draft_1[] =
    "[layout]\n"
    "name = draft-1\n"
    "header-size = 36\n"
    "[field magic]\noffset = 0\ntype = bytes\nvalue = CKT1\n"
    "[field version]\noffset = 4\ntype = u32\nvalue = 1\n"
    "[field frame-count]\noffset = 8\ntype = u32\n"
    "[field channels]\noffset = 12\ntype = u32\nvalue = 12\n"
    "[field height]\noffset = 16\ntype = u32\nvalue = 72\n"
    "[field width]\noffset = 20\ntype = u32\nvalue = 72\n"
    "[field frame-rate]\noffset = 24\ntype = f32\n"
    "[field element-type]\noffset = 28\ntype = u32\nvalue = 0\n"
    "[field reserved]\noffset = 32\ntype = u32\nvalue = 0\n";

G_DEFINE_BOXED_TYPE (VitalsTensorLayout, vitals_tensor_layout,
    vitals_tensor_layout_ref, vitals_tensor_layout_unref);

static const struct
{
  const gchar *name;
  gsize size;
} types[] = {
  [VITALS_FIELD_BYTES] = {"bytes", 0},
  [VITALS_FIELD_U8] = {"u8", 1},
  [VITALS_FIELD_U16] = {"u16", 2},
  [VITALS_FIELD_U32] = {"u32", 4},
  [VITALS_FIELD_U64] = {"u64", 8},
  [VITALS_FIELD_F32] = {"f32", 4},
  [VITALS_FIELD_F64] = {"f64", 8}
};

const gchar *
vitals_field_type_get_name (VitalsFieldType type)
{
  return type < G_N_ELEMENTS (types) ? types[type].name : NULL;
}

gsize
vitals_field_type_get_size (VitalsFieldType type)
{
  return types[type].size;
}

static void
field_clear (gpointer data)
{
  VitalsField *field = data;

  g_free (field->name);
  g_free (field->text);
}

VitalsTensorLayout *
vitals_tensor_layout_new_empty (void)
{
  VitalsTensorLayout *layout = g_new0 (VitalsTensorLayout, 1);
  guint i;

  g_atomic_ref_count_init (&layout->ref_count);
  layout->content_type = g_strdup (DEFAULT_CONTENT_TYPE);
  layout->gzip = TRUE;
  layout->fields = g_array_new (FALSE, TRUE, sizeof (VitalsField));
  g_array_set_clear_func (layout->fields, field_clear);
  for (i = 0; i < VITALS_N_CHANNELS; i++)
    layout->plane_order[i] = i;
  memcpy (layout->patches, vitals_default_patches, sizeof (layout->patches));
  return layout;
}

static VitalsTensorLayout *
new_opaque (void)
{
  VitalsTensorLayout *layout = vitals_tensor_layout_new_empty ();

  layout->name = g_strdup (OPAQUE_NAME);
  layout->opaque = TRUE;
  layout->gzip = FALSE;
  return layout;
}

VitalsTensorLayout *
vitals_tensor_layout_new (const gchar * name_or_file, GError ** error)
{
  g_return_val_if_fail (name_or_file != NULL, NULL);

  if (g_str_equal (name_or_file, "draft-1"))
    return vitals_tensor_layout_new_from_data (draft_1, -1, error);
  if (g_str_equal (name_or_file, OPAQUE_NAME))
    return new_opaque ();
  return vitals_tensor_layout_new_from_file (name_or_file, error);
}

const VitalsPatchPlace *
vitals_tensor_layout_get_patches (const VitalsTensorLayout * layout)
{
  return layout->patches;
}

VitalsTensorLayout *
vitals_tensor_layout_ref (VitalsTensorLayout * layout)
{
  g_return_val_if_fail (layout != NULL, NULL);
  g_atomic_ref_count_inc (&layout->ref_count);
  return layout;
}

void
vitals_tensor_layout_unref (VitalsTensorLayout * layout)
{
  g_return_if_fail (layout != NULL);
  if (!g_atomic_ref_count_dec (&layout->ref_count))
    return;
  g_free (layout->name);
  g_free (layout->content_type);
  g_array_unref (layout->fields);
  g_free (layout);
}

const gchar *
vitals_tensor_layout_get_name (const VitalsTensorLayout * layout)
{
  return layout->name;
}

gsize
vitals_tensor_layout_get_header_size (const VitalsTensorLayout * layout)
{
  return layout->header_size;
}

const gchar *
vitals_tensor_layout_get_content_type (const VitalsTensorLayout * layout)
{
  return layout->content_type;
}

gboolean
vitals_tensor_layout_get_gzip (const VitalsTensorLayout * layout)
{
  return layout->gzip;
}

gboolean
vitals_tensor_layout_is_opaque (const VitalsTensorLayout * layout)
{
  return layout->opaque;
}

gboolean
vitals_tensor_layout_is_channel_major (const VitalsTensorLayout * layout)
{
  return layout->channel_major;
}

const guint8 *
vitals_tensor_layout_get_plane_order (const VitalsTensorLayout * layout)
{
  return layout->plane_order;
}

gboolean
vitals_tensor_layout_has_frame_count (const VitalsTensorLayout * layout)
{
  guint i;

  for (i = 0; i < layout->fields->len; i++) {
    if (g_array_index (layout->fields, VitalsField, i).source
        == VITALS_FIELD_FRAME_COUNT)
      return TRUE;
  }
  return FALSE;
}

gboolean
vitals_tensor_is_framerate (gdouble framerate)
{
  return framerate >= VITALS_TENSOR_MIN_FRAMERATE
      && framerate <= VITALS_TENSOR_MAX_FRAMERATE;
}

static gdouble
field_value (const VitalsField * field, const VitalsTensorHeader * header)
{
  switch (field->source) {
    case VITALS_FIELD_FRAME_COUNT:
      return header->frames;
    case VITALS_FIELD_FRAME_RATE:
      return vitals_tensor_is_framerate (header->framerate)
          ? header->framerate : 0;
    default:
      return field->number;
  }
}

/* The nearest number that the integer type holds: a measured rate is seldom
 * whole. */
static guint64
round_to_type (VitalsFieldType type, gdouble number)
{
  return MIN (round (number), ldexp (1, MIN (8 * types[type].size, 53)) - 1);
}

/* Byte by byte: a field may lie at any offset, and GStreamer's macros for this
 * store whole words there, which C does not allow. */
static void
write_integer (guint64 number, gsize size, guint8 * bytes)
{
  gsize i;

  for (i = 0; i < size; i++)
    bytes[i] = number >> (8 * i);
}

static guint64
read_integer (const guint8 * bytes, gsize size)
{
  guint64 number = 0;
  gsize i;

  for (i = 0; i < size; i++)
    number |= (guint64) bytes[i] << (8 * i);
  return number;
}

static void
write_number (VitalsFieldType type, gdouble number, guint8 * bytes)
{
  guint64 integer;
  guint32 word;
  gfloat single;

  if (type == VITALS_FIELD_F32) {
    /* only here: what is of another type need not fit a float */
    single = number;
    memcpy (&word, &single, sizeof (word));
    integer = word;
  } else if (type == VITALS_FIELD_F64) {
    memcpy (&integer, &number, sizeof (integer));
  } else {
    integer = round_to_type (type, number);
  }
  write_integer (integer, types[type].size, bytes);
}

static gdouble
read_number (VitalsFieldType type, const guint8 * bytes)
{
  guint64 integer = read_integer (bytes, types[type].size);
  guint32 word = integer;
  gdouble number;
  gfloat single;

  if (type == VITALS_FIELD_F32) {
    memcpy (&single, &word, sizeof (single));
    return single;
  }
  if (type == VITALS_FIELD_F64) {
    memcpy (&number, &integer, sizeof (number));
    return number;
  }
  return integer;
}

void
vitals_tensor_layout_write_header (const VitalsTensorLayout * layout,
    const VitalsTensorHeader * header, guint8 * bytes)
{
  guint i;

  memset (bytes, 0, layout->header_size);
  for (i = 0; i < layout->fields->len; i++) {
    const VitalsField *field = &g_array_index (layout->fields, VitalsField, i);

    if (field->type == VITALS_FIELD_BYTES)
      memcpy (bytes + field->offset, field->text, field->size);
    else
      write_number (field->type, field_value (field, header),
          bytes + field->offset);
  }
}

/* NULL when the bytes fit the field, else what is wrong. */
static gchar *
check_field (const VitalsField * field, const guint8 * bytes,
    VitalsTensorHeader * header)
{
  gdouble number;

  if (field->type == VITALS_FIELD_BYTES)
    return memcmp (bytes + field->offset, field->text, field->size) == 0 ? NULL
        : g_strdup_printf ("is not \"%s\"", field->text);

  number = read_number (field->type, bytes + field->offset);
  switch (field->source) {
    case VITALS_FIELD_FRAME_COUNT:
      if (!(number >= 1 && number <= VITALS_TENSOR_MAX_FRAMES))
        return g_strdup_printf ("is %g, not 1 to %d", number,
            VITALS_TENSOR_MAX_FRAMES);
      header->frames = number;
      return NULL;
    case VITALS_FIELD_FRAME_RATE:
      if (number != 0 && !vitals_tensor_is_framerate (number))
        return g_strdup_printf ("is %g, not 0 (unknown) or %g to %g frames "
            "per second", number, VITALS_TENSOR_MIN_FRAMERATE,
            VITALS_TENSOR_MAX_FRAMERATE);
      header->framerate = number;
      return NULL;
    default:
      return number == field->number ? NULL
          : g_strdup_printf ("is %g, not %g", number, field->number);
  }
}

gboolean
vitals_tensor_layout_read_header (const VitalsTensorLayout * layout,
    const guint8 * bytes, VitalsTensorHeader * header, GError ** error)
{
  guint i;

  memset (header, 0, sizeof (*header));
  for (i = 0; i < layout->fields->len; i++) {
    const VitalsField *field = &g_array_index (layout->fields, VitalsField, i);
    gchar *problem = check_field (field, bytes, header);

    if (problem) {
      vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
          "The payload is not of layout %s: its field %s (offset %"
          G_GSIZE_FORMAT ") %s", layout->name, field->name, field->offset,
          problem);
      g_free (problem);
      return FALSE;
    }
  }
  return TRUE;
}

static void
check_clear (gpointer data)
{
  VitalsFieldCheck *check = data;

  g_free (check->found);
  g_free (check->problem);
}

static gchar *
describe_value (const VitalsField * field, const guint8 * bytes)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE], *text, *escaped;

  if (field->type != VITALS_FIELD_BYTES)
    return g_strdup (g_ascii_formatd (number, sizeof (number), "%.10g",
            read_number (field->type, bytes + field->offset)));
  text = g_strndup ((const gchar *) bytes + field->offset, field->size);
  escaped = g_strescape (text, NULL);
  g_free (text);
  return escaped;
}

GArray *
vitals_tensor_layout_check_header (const VitalsTensorLayout * layout,
    const guint8 * bytes)
{
  GArray *checks = g_array_new (FALSE, FALSE, sizeof (VitalsFieldCheck));
  VitalsTensorHeader header;
  guint i;

  g_array_set_clear_func (checks, check_clear);
  for (i = 0; i < layout->fields->len; i++) {
    const VitalsField *field = &g_array_index (layout->fields, VitalsField, i);
    VitalsFieldCheck check = {
      field->name, vitals_field_type_get_name (field->type), field->offset,
      describe_value (field, bytes), check_field (field, bytes, &header)
    };

    g_array_append_val (checks, check);
  }
  return checks;
}
