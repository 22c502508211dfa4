/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The groups [patch NAME] of a layout file: where the patches lie on a face. */

#include <math.h>
#include <string.h>
#include <vitals/tensor/vitals-tensor-fields-private.h>

/* How far outside the face box an edge may lie, in box widths and heights. */
#define REACH 1.0

const VitalsPatchPlace vitals_default_patches[VITALS_N_PATCHES] = {
  {.20, .10, .80, .90},         /* face */
  {.30, .10, .70, .25},         /* forehead */
  {.20, .50, .40, .70},         /* left cheek, as the viewer sees it */
  {.60, .50, .80, .70}          /* right cheek */
};

const gchar *const vitals_patch_names[VITALS_N_PATCHES] = {
  "face", "forehead", "left-cheek", "right-cheek"
};

static const gchar *const keys[] = { "left", "top", "right", "bottom", NULL };

static gboolean
read_edge (GKeyFile * file, const gchar * group, const gchar * key,
    gdouble * edge, GError ** error)
{
  gchar *text = g_key_file_get_value (file, group, key, NULL);
  gchar *end;
  gboolean good;

  if (!text)
    return vitals_layout_refuse (error, "[%s] lacks the key \"%s\"", group,
        key);
  *edge = g_ascii_strtod (text, &end);
  good = end > text && *end == '\0' && isfinite (*edge) && *edge >= -REACH
      && *edge <= 1 + REACH;
  if (!good)
    vitals_layout_refuse (error, "[%s] %s = %s: must be a fraction of the face "
        "box, %g to %g", group, key, text, -REACH, 1 + REACH);
  g_free (text);
  return good;
}

static gboolean
read_place (GKeyFile * file, const gchar * group, VitalsPatchPlace * place,
    GError ** error)
{
  if (!vitals_layout_check_keys (file, group, keys, error)
      || !read_edge (file, group, "left", &place->left, error)
      || !read_edge (file, group, "top", &place->top, error)
      || !read_edge (file, group, "right", &place->right, error)
      || !read_edge (file, group, "bottom", &place->bottom, error))
    return FALSE;
  return (place->left < place->right && place->top < place->bottom)
      || vitals_layout_refuse (error, "[%s] is empty: right must be more than "
      "left, and bottom more than top", group);
}

gboolean
vitals_layout_read_patch (VitalsTensorLayout * layout, GKeyFile * file,
    const gchar * group, GError ** error)
{
  const gchar *name = group + strlen (VITALS_LAYOUT_PATCH_PREFIX);
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++)
    if (g_str_equal (name, vitals_patch_names[i]))
      return read_place (file, group, &layout->patches[i], error);
  return vitals_layout_refuse (error, "[%s]: there is no such patch, only "
      "face, forehead, left-cheek and right-cheek", group);
}

static void
write_edge (GKeyFile * file, const gchar * group, const gchar * key,
    gdouble edge)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  g_key_file_set_value (file, group, key,
      g_ascii_dtostr (number, sizeof (number), edge));
}

void
vitals_layout_write_patches (const VitalsTensorLayout * layout, GKeyFile * file)
{
  guint i;

  for (i = 0; i < VITALS_N_PATCHES; i++) {
    const VitalsPatchPlace *place = &layout->patches[i];
    gchar *group;

    if (memcmp (place, &vitals_default_patches[i], sizeof (*place)) == 0)
      continue;
    group = g_strconcat (VITALS_LAYOUT_PATCH_PREFIX, vitals_patch_names[i],
        NULL);
    write_edge (file, group, "left", place->left);
    write_edge (file, group, "top", place->top);
    write_edge (file, group, "right", place->right);
    write_edge (file, group, "bottom", place->bottom);
    g_free (group);
  }
}
