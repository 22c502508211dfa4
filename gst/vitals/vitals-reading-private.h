/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-reading.h>

G_BEGIN_DECLS

#define VITALS_N_MEASURES (VITALS_MEASURE_DIASTOLIC_BP + 1)

/* Whether a person can have such a value; NaN is none. */
VITALS_API gboolean vitals_measure_is_plausible (VitalsMeasure measure,
    gdouble value);
/* The ends of what is plausible, in the unit of @measure. */
void vitals_measure_get_bounds (VitalsMeasure measure, gdouble * min,
    gdouble * max);

/* A reading is filled by the one who creates it, before it is shared.
 * @backend is a static string. */
VITALS_API VitalsReading *vitals_reading_new (const gchar * backend);
/* A value that is not finite is refused (left absent) with FALSE. */
VITALS_API gboolean vitals_reading_set_value (VitalsReading * reading,
    VitalsMeasure measure, gdouble value);
VITALS_API gboolean vitals_reading_set_measure_confidence (VitalsReading *
    reading, VitalsMeasure measure, gdouble confidence);
VITALS_API gboolean vitals_reading_set_confidence (VitalsReading * reading,
    gdouble confidence);
VITALS_API void vitals_reading_set_fallback (VitalsReading * reading,
    gboolean fallback);
VITALS_API void vitals_reading_set_synthetic (VitalsReading * reading,
    gboolean synthetic);
VITALS_API void vitals_reading_set_session_id (VitalsReading * reading,
    const gchar * session_id);
VITALS_API void vitals_reading_set_model (VitalsReading * reading,
    const gchar * model);
/* @environment: "test" or "live", copied */
VITALS_API void vitals_reading_set_key_environment (VitalsReading * reading,
    const gchar * environment);
/* Nanoseconds that the service says it worked. */
VITALS_API void vitals_reading_set_processing_time (VitalsReading * reading,
    guint64 processing_time);

G_END_DECLS
