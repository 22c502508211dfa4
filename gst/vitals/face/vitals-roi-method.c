/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/face/vitals-roi-method.h>

/* How much each side grows, in widths and heights of the face box (negative:
 * shrinks). The numbers of the service's own clients. */
static const struct
{
  gdouble left, top, right, bottom;
} growths[] = {
  [VITALS_ROI_METHOD_FACE] = {-.2, -.1, -.2, -.1},
  [VITALS_ROI_METHOD_FOREHEAD] = {-.35, -.15, -.35, -.75},
  [VITALS_ROI_METHOD_UPPER_BODY] = {.25, .20, .25, .40},
  [VITALS_ROI_METHOD_UPPER_BODY_CROPPED] = {.19, .1455, .19, .2769}
};

GType
vitals_roi_method_get_type (void)
{
  static const GEnumValue values[] = {
    {VITALS_ROI_METHOD_FACE, "Inner part of the face", "face"},
    {VITALS_ROI_METHOD_FOREHEAD, "Forehead", "forehead"},
    {VITALS_ROI_METHOD_UPPER_BODY, "Head and shoulders", "upper_body"},
    {VITALS_ROI_METHOD_UPPER_BODY_CROPPED, "Head and neck",
        "upper_body_cropped"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitalsRoiMethod",
            values));
  return type;
}

/* Even, at least 2, and not past the frame. */
static gdouble
even_size (gdouble start, gdouble size, guint limit)
{
  gdouble whole = MIN (round (size), limit - start);

  return whole - fmod (whole, 2);
}

gboolean
vitals_roi_method_crop (VitalsRoiMethod method, const VitalsBox * face,
    guint width, guint height, VitalsBox * crop)
{
  VitalsBox grown;

  g_return_val_if_fail ((guint) method < G_N_ELEMENTS (growths), FALSE);

  grown.x = face->x - growths[method].left * face->width;
  grown.y = face->y - growths[method].top * face->height;
  grown.width = face->width
      * (1 + growths[method].left + growths[method].right);
  grown.height = face->height
      * (1 + growths[method].top + growths[method].bottom);
  if (!vitals_box_clip (&grown, width, height, &grown))
    return FALSE;

  crop->x = round (grown.x);
  crop->y = round (grown.y);
  crop->width = even_size (crop->x, grown.width, width);
  crop->height = even_size (crop->y, grown.height, height);
  return crop->width >= 2 && crop->height >= 2;
}
