/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/**
 * VitalsBox:
 * @x: left edge
 * @y: upper edge
 * @width: width
 * @height: height
 *
 * A rectangle in pixels of the frame; edges may be fractional.
 */
typedef struct
{
  gdouble x, y, width, height;
} VitalsBox;

/**
 * vitals_box_parse:
 * @text: "x,y,width,height" in pixels; decimals are allowed, with "." as the
 *   decimal point whatever the locale
 * @box: (out caller-allocates): the box; left alone on failure
 * @error: VITALS_ERROR_INVALID_REQUEST that says what is wrong with @text
 *
 * A box as users write it. Width and height must be above 0.
 *
 * Returns: %TRUE when @box was set
 */
VITALS_API gboolean vitals_box_parse (const gchar * text, VitalsBox * box,
    GError ** error);
/**
 * vitals_box_clip:
 * @box: a box
 * @width: of the frame, in pixels
 * @height: of the frame, in pixels
 * @clipped: (out caller-allocates): the part inside; left alone when there is
 *   none. May be @box itself.
 *
 * The part of a box that lies inside a frame.
 *
 * Returns: %FALSE when there is none, or when @box is not finite
 */
VITALS_API gboolean vitals_box_clip (const VitalsBox * box, guint width,
    guint height, VitalsBox * clipped);
/**
 * vitals_box_get_area:
 * @box: a box
 *
 * Width times height.
 *
 * Returns: square pixels
 */
VITALS_API gdouble vitals_box_get_area (const VitalsBox * box);
/**
 * vitals_box_get_shared_area:
 * @a: a box
 * @b: another
 *
 * The area of what lies in both.
 *
 * Returns: square pixels; 0 when they do not touch
 */
VITALS_API gdouble vitals_box_get_shared_area (const VitalsBox * a,
    const VitalsBox * b);

/**
 * vitals_box_get_overlap:
 * @a: a box that has a size
 * @b: another
 *
 * Intersection over union: what lies in both as a share of what lies in either.
 *
 * Returns: 0 to 1
 */
VITALS_API gdouble vitals_box_get_overlap (const VitalsBox * a,
    const VitalsBox * b);

G_END_DECLS
