/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/**
 * VitalsMeasure:
 * @VITALS_MEASURE_HEART_RATE: beats a minute
 * @VITALS_MEASURE_RESPIRATORY_RATE: breaths a minute
 * @VITALS_MEASURE_HRV: heart rate variability in ms, SDNN or RMSSD unstated
 * @VITALS_MEASURE_HRV_SDNN: ms
 * @VITALS_MEASURE_HRV_RMSSD: ms
 * @VITALS_MEASURE_HRV_LFHF: ratio of the low to the high frequency power
 * @VITALS_MEASURE_SPO2: oxygen saturation in %
 * @VITALS_MEASURE_SYSTOLIC_BP: mmHg
 * @VITALS_MEASURE_DIASTOLIC_BP: mmHg
 *
 * What can be measured. The nick ("heart-rate") is the name of the field in
 * messages, "nick-confidence" that of its confidence.
 */
typedef enum
{
  VITALS_MEASURE_HEART_RATE,
  VITALS_MEASURE_RESPIRATORY_RATE,
  VITALS_MEASURE_HRV,
  VITALS_MEASURE_HRV_SDNN,
  VITALS_MEASURE_HRV_RMSSD,
  VITALS_MEASURE_HRV_LFHF,
  VITALS_MEASURE_SPO2,
  VITALS_MEASURE_SYSTOLIC_BP,
  VITALS_MEASURE_DIASTOLIC_BP
} VitalsMeasure;

#define VITALS_TYPE_MEASURE (vitals_measure_get_type ())
VITALS_API GType vitals_measure_get_type (void);
/**
 * vitals_measure_get_name:
 * @measure: which measure
 *
 * The name of its field in messages.
 *
 * Returns: (transfer none): for example "heart-rate"
 */
VITALS_API const gchar *vitals_measure_get_name (VitalsMeasure measure);
/**
 * vitals_measure_get_unit:
 * @measure: which measure
 *
 * The unit of its values.
 *
 * Returns: (transfer none): "bpm", "/min", "ms", "%", "mmHg", or "" for a ratio
 */
VITALS_API const gchar *vitals_measure_get_unit (VitalsMeasure measure);

/**
 * VitalsReading:
 *
 * What was measured in one window: immutable, counted. A measure that is
 * absent was not measured; there is no 0 and no NaN in its place.
 */
typedef struct _VitalsReading VitalsReading;

#define VITALS_TYPE_READING (vitals_reading_get_type ())
VITALS_API GType vitals_reading_get_type (void);
/**
 * vitals_reading_ref:
 * @reading: a #VitalsReading
 *
 * One more reference. Any thread.
 *
 * Returns: (transfer full): @reading
 */
VITALS_API VitalsReading *vitals_reading_ref (VitalsReading * reading);
/**
 * vitals_reading_unref:
 * @reading: (transfer full): a #VitalsReading
 *
 * One reference less; the last frees it. Any thread.
 */
VITALS_API void vitals_reading_unref (VitalsReading * reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsReading, vitals_reading_unref)

/**
 * vitals_reading_get_value:
 * @reading: a #VitalsReading
 * @measure: which measure
 * @value: (out) (optional): its value in the unit of @measure
 *
 * What was measured.
 *
 * Returns: %FALSE when it was not measured; @value is left alone then
 */
VITALS_API gboolean vitals_reading_get_value (const VitalsReading * reading,
    VitalsMeasure measure, gdouble * value);

/**
 * vitals_reading_get_measure_confidence:
 * @reading: a #VitalsReading
 * @measure: which measure
 * @confidence: (out) (optional): 0 to 1
 *
 * How sure the one is who measured this.
 *
 * Returns: %FALSE when no confidence of this measure is known
 */
VITALS_API gboolean vitals_reading_get_measure_confidence (const VitalsReading
    * reading, VitalsMeasure measure, gdouble * confidence);

/**
 * vitals_reading_get_confidence:
 * @reading: a #VitalsReading
 * @confidence: (out) (optional): 0 to 1, of the whole reading
 *
 * How sure the one is who measured; 0 in a fallback reading.
 *
 * Returns: %FALSE when it is not known
 */
VITALS_API gboolean vitals_reading_get_confidence (const VitalsReading *
    reading, gdouble * confidence);

/**
 * vitals_reading_is_fallback:
 * @reading: a #VitalsReading
 *
 * Whether it was not measured, but taken from what the service names as a
 * fallback.
 *
 * Returns: %TRUE for a fallback
 */
VITALS_API gboolean vitals_reading_is_fallback (const VitalsReading * reading);
/**
 * vitals_reading_is_synthetic:
 * @reading: a #VitalsReading
 *
 * Whether it says nothing of a person: invented for a test key, or measured on
 * a synthetic face.
 *
 * Returns: %TRUE when it is of no person
 */
VITALS_API gboolean vitals_reading_is_synthetic (const VitalsReading * reading);
/**
 * vitals_reading_get_backend:
 * @reading: a #VitalsReading
 *
 * Who measured it.
 *
 * Returns: (transfer none): "circadify", "vitallens" or "local"
 */
VITALS_API const gchar *vitals_reading_get_backend (const VitalsReading *
    reading);
/**
 * vitals_reading_get_session_id:
 * @reading: a #VitalsReading
 *
 * The session that it came from.
 *
 * Returns: (transfer none) (nullable): its id, %NULL when there was none
 */
VITALS_API const gchar *vitals_reading_get_session_id (const VitalsReading *
    reading);
/**
 * vitals_reading_get_key_environment:
 * @reading: a #VitalsReading
 *
 * The environment of the key that it was paid with.
 *
 * Returns: (transfer none) (nullable): "test" or "live", %NULL when there was
 *   no such key
 */
VITALS_API const gchar *vitals_reading_get_key_environment (const VitalsReading
    * reading);

/**
 * vitals_reading_to_structure:
 * @reading: a #VitalsReading
 *
 * All that is known, with the names, types and units of the `vitals` message.
 *
 * Returns: (transfer full): a structure named "vitals"
 */
VITALS_API GstStructure *vitals_reading_to_structure (const VitalsReading *
    reading);

G_END_DECLS
