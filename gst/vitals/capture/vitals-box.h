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

/* From "x,y,width,height" (decimals allowed, "." as decimal point whatever the
 * locale). FALSE with VITALS_ERROR_INVALID_REQUEST that says what is wrong. */
VITALS_API gboolean vitals_box_parse (const gchar * text, VitalsBox * box,
    GError ** error);
/* The part of @box inside a frame of @width x @height; FALSE when there is
 * none. */
VITALS_API gboolean vitals_box_clip (const VitalsBox * box, guint width,
    guint height, VitalsBox * clipped);
/* In square pixels. */
VITALS_API gdouble vitals_box_get_area (const VitalsBox * box);
/* Of what lies in both, in square pixels; 0 when they do not touch. */
VITALS_API gdouble vitals_box_get_shared_area (const VitalsBox * a,
    const VitalsBox * b);

/* Of two boxes that have a size: what lies in both, as share of what lies in
 * either (intersection over union), 0 to 1. */
VITALS_API gdouble vitals_box_get_overlap (const VitalsBox * a,
    const VitalsBox * b);

G_END_DECLS
