/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Layouts as key files; docs/tensor-layout.md is their reference. What the file
 * does not say has a default, what it says and we do not know is an error: a
 * misspelt key must not lead to a payload that nobody can read.
 */

#include <math.h>
#include <string.h>
#include <vitals/tensor/vitals-tensor-fields-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-file-private.h>

/* Far above any layout: a video that is named by mistake is not read. */
#define MAX_LAYOUT_BYTES (1024 * 1024)
#define GROUP "layout"
#define FIELD_PREFIX "field "
#define FRAME_COUNT "frame-count"
#define FRAME_RATE "frame-rate"

static const gchar *const plane_names[] = { "R", "G", "B" };

static const gchar *const layout_keys[] = {
  "name", "header-size", "order", "patches", "planes", "gzip", "content-type",
  NULL
};

static const gchar *const field_keys[] = { "offset", "type", "value", NULL };

gboolean
vitals_layout_refuse (GError ** error, const gchar * format, ...)
{
  va_list args;
  gchar *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR, "Layout: %s", text);
  g_free (text);
  return FALSE;
}

gboolean
vitals_layout_check_keys (GKeyFile * file, const gchar * group,
    const gchar * const *known, GError ** error)
{
  gchar **keys = g_key_file_get_keys (file, group, NULL, error);
  gboolean good = keys != NULL;
  guint i;

  for (i = 0; good && keys[i]; i++) {
    if (!g_strv_contains (known, keys[i]))
      good =
          vitals_layout_refuse (error,
          "[%s] has the key \"%s\", which is not known", group, keys[i]);
  }
  g_strfreev (keys);
  return good;
}

/* An integer key within its limits; absent leaves @value. */
static gboolean
read_integer (GKeyFile * file, const gchar * group, const gchar * key,
    gboolean needed, guint64 max, gsize * value, GError ** error)
{
  gchar *text = g_key_file_get_value (file, group, key, NULL);
  guint64 number;
  gboolean good;

  if (!text)
    return !needed
        || vitals_layout_refuse (error, "[%s] lacks the key \"%s\"", group,
        key);
  good = g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL);
  if (good)
    *value = number;
  else
    vitals_layout_refuse (error, "[%s] %s = %s: must be a number from 0 to %"
        G_GUINT64_FORMAT, group, key, text, max);
  g_free (text);
  return good;
}

/* Where each of the @n @names comes in the list of the key. Each must be there
 * once; the key may be absent. */
static gboolean
read_order (GKeyFile * file, const gchar * key, const gchar * const *names,
    guint n, guint8 * order, GError ** error)
{
  gsize length = 0;
  gchar **list = g_key_file_get_string_list (file, GROUP, key, &length, NULL);
  guint seen = 0, i, j;
  gboolean good;

  for (i = 0; i < n; i++)
    order[i] = i;
  if (!list)
    return TRUE;
  for (i = 0; i < length && i < n; i++) {
    for (j = 0; j < n; j++) {
      if (g_str_equal (list[i], names[j])) {
        order[i] = j;
        seen |= 1u << j;
      }
    }
  }
  good = length == n && seen == (1u << n) - 1;
  if (!good) {
    gchar *all = g_strjoinv (";", (gchar **) names);

    vitals_layout_refuse (error, "%s must name each of %s once", key, all);
    g_free (all);
  }
  g_strfreev (list);
  return good;
}

static gboolean
read_orders (GKeyFile * file, VitalsTensorLayout * layout, GError ** error)
{
  const gchar *patches[VITALS_N_PATCHES + 1] = { NULL };
  const gchar *planes[G_N_ELEMENTS (plane_names) + 1] = { NULL };
  guint8 patch_order[VITALS_N_PATCHES];
  guint8 plane_order[G_N_ELEMENTS (plane_names)];
  guint i;

  memcpy (patches, vitals_patch_names, sizeof (vitals_patch_names));
  memcpy (planes, plane_names, sizeof (plane_names));
  if (!read_order (file, "patches", patches, VITALS_N_PATCHES,
          patch_order, error)
      || !read_order (file, "planes", planes, G_N_ELEMENTS (plane_names),
          plane_order, error))
    return FALSE;
  for (i = 0; i < VITALS_N_CHANNELS; i++)
    layout->plane_order[i] = 3 * patch_order[i / 3] + plane_order[i % 3];
  return TRUE;
}

/* One of two words; absent is the first. */
static gboolean
read_choice (GKeyFile * file, const gchar * key, const gchar * first,
    const gchar * second, gboolean * is_second, GError ** error)
{
  gchar *text = g_key_file_get_value (file, GROUP, key, NULL);
  gboolean good = TRUE;

  *is_second = text && g_str_equal (text, second);
  if (text && !*is_second && !g_str_equal (text, first))
    good =
        vitals_layout_refuse (error, "%s = %s: must be %s or %s", key, text,
        first, second);
  g_free (text);
  return good;
}

static gboolean
is_header_value (const gchar * text)
{
  const gchar *p;

  for (p = text; *p; p++) {
    if (!g_ascii_isprint (*p))
      return FALSE;
  }
  return p > text && p - text < 128;
}

static gboolean
read_texts (GKeyFile * file, VitalsTensorLayout * layout, GError ** error)
{
  gchar *type = g_key_file_get_value (file, GROUP, "content-type", NULL);

  layout->name = g_key_file_get_value (file, GROUP, "name", NULL);
  if (type) {
    g_free (layout->content_type);
    layout->content_type = type;
  }
  if (!layout->name || !is_header_value (layout->name))
    return vitals_layout_refuse (error,
        "[layout] needs a name of printable ASCII");
  if (!is_header_value (layout->content_type))
    return vitals_layout_refuse (error, "content-type must be printable ASCII");
  return TRUE;
}

static gboolean
read_layout_group (GKeyFile * file, VitalsTensorLayout * layout,
    GError ** error)
{
  gboolean no_gzip;

  if (!g_key_file_has_group (file, GROUP))
    return vitals_layout_refuse (error,
        "there is no [layout] group; it is not a layout file");
  return vitals_layout_check_keys (file, GROUP, layout_keys, error)
      && read_texts (file, layout, error)
      && read_integer (file, GROUP, "header-size", TRUE,
      VITALS_HEADER_MAX_BYTES, &layout->header_size, error)
      && read_choice (file, "order", "frame-major", "channel-major",
      &layout->channel_major, error)
      && read_choice (file, "gzip", "stream", "none", &no_gzip, error)
      && (layout->gzip = !no_gzip, read_orders (file, layout, error));
}

static gboolean
read_type (GKeyFile * file, const gchar * group, VitalsField * field,
    GError ** error)
{
  gchar *text = g_key_file_get_value (file, group, "type", NULL);
  const gchar *name;
  guint type;

  for (type = 0; (name = vitals_field_type_get_name (type)); type++) {
    if (g_strcmp0 (text, name) == 0)
      break;
  }
  g_free (text);
  if (!name)
    return vitals_layout_refuse (error,
        "[%s] needs a type: bytes, u8, u16, u32, u64, f32 or " "f64", group);
  field->type = type;
  field->size = vitals_field_type_get_size (type);
  return TRUE;
}

static gboolean
fits_type (gdouble number, VitalsFieldType type)
{
  if (type == VITALS_FIELD_F64)
    return TRUE;
  if (type == VITALS_FIELD_F32)
    return fabs (number) <= G_MAXFLOAT && (gdouble) (gfloat) number == number;
  /* integers above 2^53 are not told apart as doubles */
  return number >= 0 && number == floor (number)
      && number < ldexp (1, MIN (8 * vitals_field_type_get_size (type), 53));
}

/* @text: (transfer full) (nullable) */
static gboolean
take_value (const gchar * group, VitalsField * field, gchar * text,
    GError ** error)
{
  gboolean given = text != NULL;
  gchar *end;
  gboolean good;

  if (field->source != VITALS_FIELD_CONSTANT) {
    g_free (text);
    if (given)
      return vitals_layout_refuse (error,
          "[%s] is filled for each payload and can have no " "value", group);
    if (field->type == VITALS_FIELD_BYTES)
      return vitals_layout_refuse (error, "[%s] must be a number", group);
    return field->source != VITALS_FIELD_FRAME_COUNT
        || fits_type (VITALS_TENSOR_MAX_FRAMES, field->type)
        || vitals_layout_refuse (error,
        "[%s] type = u8 does not hold %d frames: take u16 or " "more", group,
        VITALS_TENSOR_MAX_FRAMES);
  }
  if (!text || !*text) {
    g_free (text);
    return vitals_layout_refuse (error,
        "[%s] needs a value (only " FRAME_COUNT " and " FRAME_RATE
        " have none)", group);
  }
  if (field->type == VITALS_FIELD_BYTES) {
    field->text = text;
    field->size = strlen (text);
    return TRUE;
  }
  field->number = g_ascii_strtod (text, &end);
  good = *end == '\0' && isfinite (field->number)
      && fits_type (field->number, field->type);
  if (!good)
    vitals_layout_refuse (error,
        "[%s] value = %s: no number that its type %s holds", group, text,
        vitals_field_type_get_name (field->type));
  g_free (text);
  return good;
}

static gboolean
read_field (GKeyFile * file, const gchar * group, VitalsTensorLayout * layout,
    GError ** error)
{
  VitalsField *field;
  gchar *value;

  g_array_set_size (layout->fields, layout->fields->len + 1);
  field = &g_array_index (layout->fields, VitalsField, layout->fields->len - 1);
  field->name = g_strdup (group + strlen (FIELD_PREFIX));
  if (g_str_equal (field->name, FRAME_COUNT))
    field->source = VITALS_FIELD_FRAME_COUNT;
  else if (g_str_equal (field->name, FRAME_RATE))
    field->source = VITALS_FIELD_FRAME_RATE;

  if (!vitals_layout_check_keys (file, group, field_keys, error)
      || !read_type (file, group, field, error)
      || !read_integer (file, group, "offset", TRUE, VITALS_HEADER_MAX_BYTES,
          &field->offset, error))
    return FALSE;
  value = g_key_file_get_value (file, group, "value", NULL);
  if (!take_value (group, field, value, error))
    return FALSE;
  if (field->offset + field->size > layout->header_size)
    return vitals_layout_refuse (error,
        "field %s (offset %" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT
        " bytes) leaves the header of %" G_GSIZE_FORMAT " bytes", field->name,
        field->offset, field->size, layout->header_size);
  return TRUE;
}

static gboolean
read_groups (GKeyFile * file, VitalsTensorLayout * layout, GError ** error)
{
  gchar **groups = g_key_file_get_groups (file, NULL);
  gboolean good = TRUE;
  guint i;

  for (i = 0; good && groups[i]; i++) {
    if (g_str_has_prefix (groups[i], FIELD_PREFIX))
      good = read_field (file, groups[i], layout, error);
    else if (g_str_has_prefix (groups[i], VITALS_LAYOUT_PATCH_PREFIX))
      good = vitals_layout_read_patch (layout, file, groups[i], error);
    else if (!g_str_equal (groups[i], GROUP))
      good =
          vitals_layout_refuse (error,
          "the group [%s] is not known; fields are written "
          "as [field NAME], patches as [patch NAME]", groups[i]);
  }
  g_strfreev (groups);
  return good;
}

static gboolean
check_overlap (const VitalsTensorLayout * layout, GError ** error)
{
  guint i, j;

  for (i = 0; i < layout->fields->len; i++) {
    const VitalsField *a = &g_array_index (layout->fields, VitalsField, i);

    for (j = 0; j < i; j++) {
      const VitalsField *b = &g_array_index (layout->fields, VitalsField, j);

      if (a->offset < b->offset + b->size && b->offset < a->offset + a->size)
        return vitals_layout_refuse (error, "the fields %s and %s overlap",
            b->name, a->name);
    }
  }
  return TRUE;
}

/* Without a frame count nobody can tell where a payload ends, unless gzip
 * does. */
static gboolean
check_framing (const VitalsTensorLayout * layout, GError ** error)
{
  if (vitals_tensor_layout_has_frame_count (layout))
    return TRUE;
  return layout->gzip
      || vitals_layout_refuse (error,
      "without gzip a [field " FRAME_COUNT
      "] is needed: it says where a payload ends");
}

/* GLib's own error quotes the line, which is a secret when somebody gave the
 * file of the API key by mistake. */
static gboolean
load_key_file (GKeyFile * file, const gchar * data, gssize length,
    GError ** error)
{
  if (g_key_file_load_from_data (file, length > 0 ? data : "", length,
          G_KEY_FILE_NONE, NULL))
    return TRUE;
  return vitals_layout_refuse (error,
      "this is no key file, of groups with keys and values");
}

VitalsTensorLayout *
vitals_tensor_layout_new_from_data (const gchar * data, gssize length,
    GError ** error)
{
  GKeyFile *file = g_key_file_new ();
  VitalsTensorLayout *layout = vitals_tensor_layout_new_empty ();

  if (length < 0)
    length = strlen (data);
  if (!load_key_file (file, data, length, error)
      || !read_layout_group (file, layout, error)
      || !read_groups (file, layout, error)
      || !check_overlap (layout, error) || !check_framing (layout, error))
    g_clear_pointer (&layout, vitals_tensor_layout_unref);
  g_key_file_unref (file);
  return layout;
}

VitalsTensorLayout *
vitals_tensor_layout_new_from_file (const gchar * filename, GError ** error)
{
  VitalsTensorLayout *layout;
  gsize length;
  gchar *data = vitals_file_read (filename, MAX_LAYOUT_BYTES, &length, error);

  if (!data) {
    g_prefix_error (error, "The tensor layout is neither draft-1 nor opaque, "
        "and no file that can be read: ");
    return NULL;
  }
  layout = vitals_tensor_layout_new_from_data (data, length, error);
  if (!layout)
    g_prefix_error (error, "%s: ", filename);
  g_free (data);
  return layout;
}

static void
write_field (GKeyFile * file, const VitalsField * field)
{
  gchar *group = g_strconcat (FIELD_PREFIX, field->name, NULL);
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  g_key_file_set_uint64 (file, group, "offset", field->offset);
  g_key_file_set_value (file, group, "type",
      vitals_field_type_get_name (field->type));
  if (field->source == VITALS_FIELD_CONSTANT)
    g_key_file_set_value (file, group, "value", field->text ? field->text
        : g_ascii_dtostr (number, sizeof (number), field->number));
  g_free (group);
}

static void
write_orders (GKeyFile * file, const VitalsTensorLayout * layout)
{
  const gchar *patches[VITALS_N_PATCHES];
  const gchar *planes[G_N_ELEMENTS (plane_names)];
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++)
    patches[i] = vitals_patch_names[layout->plane_order[3 * i] / 3];
  for (i = 0; i < G_N_ELEMENTS (plane_names); i++)
    planes[i] = plane_names[layout->plane_order[i] % 3];
  g_key_file_set_string_list (file, GROUP, "patches", patches,
      VITALS_N_PATCHES);
  g_key_file_set_string_list (file, GROUP, "planes", planes,
      G_N_ELEMENTS (plane_names));
}

gchar *
vitals_tensor_layout_to_data (const VitalsTensorLayout * layout)
{
  GKeyFile *file = g_key_file_new ();
  gchar *data;
  guint i;

  g_key_file_set_value (file, GROUP, "name", layout->name);
  g_key_file_set_uint64 (file, GROUP, "header-size", layout->header_size);
  g_key_file_set_value (file, GROUP, "order",
      layout->channel_major ? "channel-major" : "frame-major");
  write_orders (file, layout);
  g_key_file_set_value (file, GROUP, "gzip", layout->gzip ? "stream" : "none");
  g_key_file_set_value (file, GROUP, "content-type", layout->content_type);
  vitals_layout_write_patches (layout, file);
  for (i = 0; i < layout->fields->len; i++)
    write_field (file, &g_array_index (layout->fields, VitalsField, i));
  data = g_key_file_to_data (file, NULL, NULL);
  g_key_file_unref (file);
  return data;
}
