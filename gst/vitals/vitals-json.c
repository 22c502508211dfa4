/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * JSON from and for the network. json-glib's parser recurses for each nested
 * value and reads more than JSON (comments, single quotes), so bytes from the
 * network are looked over before they are given to it.
 */

#include <math.h>
#include <string.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

#define MAX_NESTING 32
/* Doubles below this hold every integer, with room for halves. */
#define MAX_NUMBER 1e15

/* Writing */

static void append_value (GString * json, const GValue * value);

void
vitals_json_append_string (GString * json, const gchar * text)
{
  gchar *valid = g_utf8_make_valid (text, -1);
  const gchar *p;

  g_string_append_c (json, '"');
  for (p = valid; *p; p++) {
    guchar c = *p;

    if (c == '"' || c == '\\')
      g_string_append_printf (json, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
      g_string_append_printf (json, "\\u%04x", c);
    else
      g_string_append_c (json, c);
  }
  g_string_append_c (json, '"');
  g_free (valid);
}

/* The shortest of the two forms that reads back as the same number. */
static void
append_double (GString * json, gdouble number)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof (text), "%.15g", number);
  if (g_ascii_strtod (text, NULL) != number)
    g_ascii_formatd (text, sizeof (text), "%.17g", number);
  g_string_append (json, text);
  if (!strpbrk (text, ".e"))
    g_string_append (json, ".0");
}

static void
append_items (GString * json, const GValue * value, guint size,
    const GValue * (*get) (const GValue *, guint))
{
  gsize start;
  guint i;

  g_string_append_c (json, '[');
  for (i = 0; i < size; i++) {
    gsize before = json->len;

    if (i > 0 && json->str[json->len - 1] != '[')
      g_string_append_c (json, ',');
    start = json->len;
    append_value (json, get (value, i));
    if (json->len == start)
      g_string_truncate (json, before);
  }
  g_string_append_c (json, ']');
}

static gboolean
append_field (GQuark field, const GValue * value, gpointer user_data)
{
  GString *json = user_data;
  gsize before = json->len, start;

  if (json->str[json->len - 1] != '{')
    g_string_append_c (json, ',');
  vitals_json_append_string (json, g_quark_to_string (field));
  g_string_append_c (json, ':');
  start = json->len;
  append_value (json, value);
  if (json->len == start)
    g_string_truncate (json, before);
  return TRUE;
}

static void
append_number (GString * json, const GValue * value)
{
  gdouble number;

  switch (G_VALUE_TYPE (value)) {
    case G_TYPE_INT:
      g_string_append_printf (json, "%d", g_value_get_int (value));
      break;
    case G_TYPE_UINT:
      g_string_append_printf (json, "%u", g_value_get_uint (value));
      break;
    case G_TYPE_INT64:
      g_string_append_printf (json, "%" G_GINT64_FORMAT,
          g_value_get_int64 (value));
      break;
    case G_TYPE_UINT64:
      g_string_append_printf (json, "%" G_GUINT64_FORMAT,
          g_value_get_uint64 (value));
      break;
    default:
      number = G_VALUE_HOLDS_FLOAT (value) ? g_value_get_float (value)
          : g_value_get_double (value);
      if (isfinite (number))
        append_double (json, number);
      break;
  }
}

static void
append_other (GString * json, const GValue * value)
{
  gchar *text;

  if (G_VALUE_HOLDS_ENUM (value)) {
    GEnumClass *enum_class = g_type_class_ref (G_VALUE_TYPE (value));
    GEnumValue *entry = g_enum_get_value (enum_class, g_value_get_enum (value));

    if (entry)
      vitals_json_append_string (json, entry->value_nick);
    g_type_class_unref (enum_class);
    return;
  }
  text = gst_value_serialize (value);
  if (text)
    vitals_json_append_string (json, text);
  g_free (text);
}

/* Appends nothing for what has no JSON form (NaN, a NULL string). */
static void
append_value (GString * json, const GValue * value)
{
  GType type = G_VALUE_TYPE (value);

  if (type == G_TYPE_BOOLEAN) {
    g_string_append (json, g_value_get_boolean (value) ? "true" : "false");
  } else if (type == G_TYPE_INT || type == G_TYPE_UINT || type == G_TYPE_INT64
      || type == G_TYPE_UINT64 || type == G_TYPE_FLOAT
      || type == G_TYPE_DOUBLE) {
    append_number (json, value);
  } else if (type == G_TYPE_STRING) {
    if (g_value_get_string (value))
      vitals_json_append_string (json, g_value_get_string (value));
  } else if (GST_VALUE_HOLDS_LIST (value)) {
    append_items (json, value, gst_value_list_get_size (value),
        gst_value_list_get_value);
  } else if (GST_VALUE_HOLDS_ARRAY (value)) {
    append_items (json, value, gst_value_array_get_size (value),
        gst_value_array_get_value);
  } else if (GST_VALUE_HOLDS_STRUCTURE (value)) {
    g_string_append_c (json, '{');
    if (gst_value_get_structure (value))
      gst_structure_foreach (gst_value_get_structure (value), append_field,
          json);
    g_string_append_c (json, '}');
  } else {
    append_other (json, value);
  }
}

gchar *
vitals_structure_to_json (const GstStructure * structure)
{
  GString *json = g_string_new ("{\"type\":");

  vitals_json_append_string (json, gst_structure_get_name (structure));
  gst_structure_foreach (structure, append_field, json);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

/* Reading */

/* The byte after the string that starts at @p, or NULL. */
static const gchar *
skip_string (const gchar * p, const gchar * end)
{
  for (p++; p < end; p++) {
    if (*p == '"')
      return p + 1;
    if (*p == '\\')
      p++;
    else if ((guchar) * p < 0x20)
      return NULL;
  }
  return NULL;
}

/* Whether the bytes can be JSON of bounded depth: outside of strings nothing
 * but its own characters, no deeper than json-glib may safely recurse.
 * @whole: FALSE when they are not, or end too early */
static gboolean
check_shape (const gchar * text, gsize size, gboolean * whole, GError ** error)
{
  const gchar *p = text, *end = text + size;
  guint depth = 0;

  while (p && p < end) {
    if (*p == '"') {
      p = skip_string (p, end);
      continue;
    }
    if (!g_ascii_isalnum (*p) && !strchr ("{}[],:+-. \t\r\n", *p))
      break;
    if (*p == '{' || *p == '[') {
      if (++depth > MAX_NESTING) {
        vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
            "The answer nests more than %d levels deep; it is not from the "
            "service that the base URL should name", MAX_NESTING);
        return FALSE;
      }
    } else if ((*p == '}' || *p == ']') && depth-- == 0) {
      break;
    }
    p++;
  }
  if (p == end && depth == 0)
    return TRUE;
  *whole = FALSE;
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer is not JSON; check the base URL, a proxy or a login page may "
      "stand in the way");
  return FALSE;
}

/* Numbers that JSON does not have, but that servers in Python write. */
static gsize
nan_length (const gchar * p, const gchar * end)
{
  static const gchar *const words[] = { "NaN", "Infinity", "-Infinity" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize length = strlen (words[i]);

    if ((gsize) (end - p) >= length && memcmp (p, words[i], length) == 0)
      return length;
  }
  return 0;
}

/* The text with null, which is "absent" too, in their place. It has passed
 * check_shape(). */
static gchar *
replace_nan (const gchar * text, gsize * size)
{
  GString *clean = g_string_sized_new (*size);
  const gchar *p = text, *end = text + *size;

  while (p < end) {
    const gchar *next = *p == '"' ? skip_string (p, end) : p + 1;
    gsize length = nan_length (p, end);

    if (length > 0) {
      g_string_append (clean, "null");
      next = p + length;
    } else {
      g_string_append_len (clean, p, next - p);
    }
    p = next;
  }
  *size = clean->len;
  return g_string_free (clean, FALSE);
}

/* @whole: FALSE when the bytes are not JSON, or only a part of it */
static JsonObject *
parse_object (GBytes * bytes, gsize max_bytes, gboolean * whole,
    GError ** error)
{
  gsize size;
  const gchar *text = g_bytes_get_data (bytes, &size);
  gchar *clean;
  JsonParser *parser;
  JsonObject *object = NULL;
  GError *parse_error = NULL;

  *whole = TRUE;
  if (size > max_bytes) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer has more than %" G_GSIZE_FORMAT " bytes; it is not from "
        "the service that the base URL should name", max_bytes);
    return NULL;
  }
  if (size == 0 || !g_utf8_validate_len (text, size, NULL)) {
    *whole = FALSE;
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer is %s, not JSON; check the base URL",
        size == 0 ? "empty" : "not UTF-8");
    return NULL;
  }
  if (!check_shape (text, size, whole, error))
    return NULL;

  clean = replace_nan (text, &size);
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, clean, size, &parse_error)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer is not valid JSON: %s", parse_error->message);
    *whole = FALSE;
    g_clear_error (&parse_error);
  } else if (!json_parser_get_root (parser)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer is empty, not JSON; check the base URL");
    *whole = FALSE;
  } else if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser))) {
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The answer is JSON, but not an object; check the base URL");
  } else {
    object = json_node_dup_object (json_parser_get_root (parser));
  }
  g_object_unref (parser);
  g_free (clean);
  return object;
}

JsonObject *
vitals_json_parse_object (GBytes * bytes, gsize max_bytes, GError ** error)
{
  gboolean whole;

  return parse_object (bytes, max_bytes, &whole, error);
}

gboolean
vitals_json_check_whole (GBytes * bytes, gsize max_bytes, GError ** error)
{
  GError *parse_error = NULL;
  gboolean whole;
  JsonObject *object = parse_object (bytes, max_bytes, &whole, &parse_error);

  g_clear_pointer (&object, json_object_unref);
  if (!whole)
    g_propagate_error (error, vitals_error_new_service
        (VITALS_ERROR_INVALID_RESPONSE, NULL, 0, TRUE, -1, "%s",
            parse_error->message));
  g_clear_error (&parse_error);
  return whole;
}

/* NULL for an absent member and for null. */
static JsonNode *
get_member (JsonObject * object, const gchar * member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static void
set_type_error (GError ** error, const gchar * member, const gchar * wanted)
{
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer's \"%s\" is not %s", member, wanted);
}

gboolean
vitals_json_get_number (JsonObject * object, const gchar * member,
    gdouble * value, GError ** error)
{
  JsonNode *node = get_member (object, member);
  GType type;
  gdouble number;

  if (!node)
    return FALSE;
  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
      : G_TYPE_INVALID;
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE) {
    set_type_error (error, member, "a number");
    return FALSE;
  }
  number = json_node_get_double (node);
  if (!isfinite (number) || fabs (number) >= MAX_NUMBER) {
    set_type_error (error, member, "a number of a sane size");
    return FALSE;
  }
  *value = number;
  return TRUE;
}

const gchar *
vitals_json_get_string (JsonObject * object, const gchar * member,
    GError ** error)
{
  JsonNode *node = get_member (object, member);

  if (!node)
    return NULL;
  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING) {
    set_type_error (error, member, "a string");
    return NULL;
  }
  return json_node_get_string (node);
}

JsonObject *
vitals_json_get_object (JsonObject * object, const gchar * member,
    GError ** error)
{
  JsonNode *node = get_member (object, member);

  if (!node)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    set_type_error (error, member, "an object");
    return NULL;
  }
  return json_node_get_object (node);
}
