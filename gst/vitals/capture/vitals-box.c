/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/capture/vitals-box.h>
#include <vitals/vitals-error-private.h>

/* One number and the comma that follows it, or the end after the last. */
static gboolean
read_number (const gchar ** text, gboolean last, gdouble * number)
{
  gchar *end;

  *number = g_ascii_strtod (*text, &end);
  if (end == *text || !isfinite (*number))
    return FALSE;
  while (g_ascii_isspace (*end))
    end++;
  if (*end != (last ? '\0' : ','))
    return FALSE;
  *text = last ? end : end + 1;
  return TRUE;
}

gboolean
vitals_box_parse (const gchar * text, VitalsBox * box, GError ** error)
{
  const gchar *rest = text;
  VitalsBox read;

  g_return_val_if_fail (text != NULL, FALSE);

  if (!read_number (&rest, FALSE, &read.x)
      || !read_number (&rest, FALSE, &read.y)
      || !read_number (&rest, FALSE, &read.width)
      || !read_number (&rest, TRUE, &read.height)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "\"%s\" is no region: write x,y,width,height in pixels, for example "
        "120,80,200.5,240", text);
    return FALSE;
  }
  if (read.width <= 0 || read.height <= 0) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "The region \"%s\" is empty: width and height must be above 0", text);
    return FALSE;
  }
  *box = read;
  return TRUE;
}

gboolean
vitals_box_clip (const VitalsBox * box, guint width, guint height,
    VitalsBox * clipped)
{
  gdouble left = MAX (box->x, 0), top = MAX (box->y, 0);
  gdouble right = MIN (box->x + box->width, width);
  gdouble bottom = MIN (box->y + box->height, height);

  /* MAX and MIN lose a NaN: it has to be looked for */
  if (!isfinite (box->x + box->y + box->width + box->height)
      || right <= left || bottom <= top)
    return FALSE;
  clipped->x = left;
  clipped->y = top;
  clipped->width = right - left;
  clipped->height = bottom - top;
  return TRUE;
}

gdouble
vitals_box_get_area (const VitalsBox * box)
{
  return box->width * box->height;
}

gdouble
vitals_box_get_shared_area (const VitalsBox * a, const VitalsBox * b)
{
  gdouble width = MIN (a->x + a->width, b->x + b->width) - MAX (a->x, b->x);
  gdouble height = MIN (a->y + a->height, b->y + b->height) - MAX (a->y, b->y);

  return width > 0 && height > 0 ? width * height : 0;
}

gdouble
vitals_box_get_overlap (const VitalsBox * a, const VitalsBox * b)
{
  gdouble shared = vitals_box_get_shared_area (a, b);

  return shared / (vitals_box_get_area (a) + vitals_box_get_area (b) - shared);
}
