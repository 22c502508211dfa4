/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/signal/vitals-pulse-estimator-private.h>
#include <vitals/vitals-reading-private.h>

VitalsReading *
vitals_pulse_estimate_to_reading (const VitalsPulseEstimate * estimate)
{
  const struct
  {
    VitalsMeasure measure;
    gboolean has;
    gdouble value, confidence;
  } values[] = {
    {VITALS_MEASURE_HEART_RATE, estimate->has_heart_rate, estimate->heart_rate,
        estimate->heart_rate_confidence},
    {VITALS_MEASURE_RESPIRATORY_RATE, estimate->has_respiratory_rate,
        estimate->respiratory_rate, estimate->respiratory_rate_confidence},
    {VITALS_MEASURE_HRV_SDNN, estimate->has_hrv, estimate->hrv_sdnn,
        estimate->hrv_confidence},
    {VITALS_MEASURE_HRV_RMSSD, estimate->has_hrv, estimate->hrv_rmssd,
        estimate->hrv_confidence},
    {VITALS_MEASURE_HRV_LFHF, estimate->has_lfhf, estimate->hrv_lfhf,
        estimate->hrv_confidence}
  };
  VitalsReading *reading = vitals_reading_new ("local");
  guint i;

  for (i = 0; i < G_N_ELEMENTS (values); i++) {
    if (!values[i].has)
      continue;
    vitals_reading_set_value (reading, values[i].measure, values[i].value);
    vitals_reading_set_measure_confidence (reading, values[i].measure,
        values[i].confidence);
  }
  vitals_reading_set_confidence (reading, estimate->heart_rate_confidence);
  return reading;
}
