/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/**
 * VitalsPulseMethod:
 * @VITALS_PULSE_METHOD_POS: plane orthogonal to skin (Wang et al. 2017)
 * @VITALS_PULSE_METHOD_CHROM: chrominance (de Haan and Jeanne 2013)
 * @VITALS_PULSE_METHOD_GREEN: the green channel alone (Verkruysse et al. 2008)
 *
 * How a pulse is made of the colour of the skin.
 */
typedef enum
{
  VITALS_PULSE_METHOD_POS,
  VITALS_PULSE_METHOD_CHROM,
  VITALS_PULSE_METHOD_GREEN
} VitalsPulseMethod;

#define VITALS_TYPE_PULSE_METHOD (vitals_pulse_method_get_type ())
VITALS_API GType vitals_pulse_method_get_type (void);

/*
 * Writes the pulse into @pulse: @n samples at @rate Hz of the means of red,
 * green and blue (above 0), not detrended, with a peak where the skin absorbs
 * most (systole). A constant input gives zeros. @scratch: 2 * @n doubles.
 */
VITALS_API void vitals_pulse_extract (VitalsPulseMethod method,
    const gdouble * red, const gdouble * green, const gdouble * blue, guint n,
    gdouble rate, gdouble * pulse, gdouble * scratch);

G_END_DECLS
