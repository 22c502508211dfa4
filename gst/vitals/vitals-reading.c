/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/vitals-reading-private.h>

struct _VitalsReading
{
  gatomicrefcount ref_count;

  const gchar *backend;
  guint present;                /* bit per measure that has a value */
  guint confident;              /* bit per measure that has a confidence */
  gdouble values[VITALS_N_MEASURES];
  gdouble confidences[VITALS_N_MEASURES];
  gdouble confidence;           /* of the whole, below 0: unknown */

  gboolean fallback;
  gboolean synthetic;
  gchar *session_id;
  gchar *model;
  gchar *key_environment;
  guint64 processing_time;      /* GST_CLOCK_TIME_NONE: unknown */
};

G_DEFINE_BOXED_TYPE (VitalsReading, vitals_reading, vitals_reading_ref,
    vitals_reading_unref);

/* What is known of each measure, in the order of the enum. A number outside of
 * "min" to "max" is no measurement of a person, whoever says it. */
static const struct
{
  const gchar *nick;
  const gchar *unit;
  gdouble min, max;
} measures[] = {
  /* what a heart rate meter has to show, neonates included (IEC 60601-2-27) */
  {"heart-rate", "bpm", 30, 250},
  /* breathing and its variability: where the clients of the VitalLens service
   * call a rate impossible */
  {"respiratory-rate", "/min", 3, 60},
  {"hrv", "ms", 1, 200},
  {"hrv-sdnn", "ms", 1, 200},
  {"hrv-rmssd", "ms", 1, 200},
  {"hrv-lfhf", "", 0, 10},
  /* oximeters are tested on volunteers from 70 % up (ISO 80601-2-61) and show
   * a guess down to 50 % */
  {"spo2", "%", 50, 100},
  /* from the least that a cuff has to measure on neonates to the most that it
   * may be inflated to (IEC 80601-2-30) */
  {"systolic-bp", "mmHg", 40, 300},
  {"diastolic-bp", "mmHg", 20, 300}
};

G_STATIC_ASSERT (G_N_ELEMENTS (measures) == VITALS_N_MEASURES);

GType
vitals_measure_get_type (void)
{
  static const GEnumValue values[] = {
    {VITALS_MEASURE_HEART_RATE, "Heart rate", "heart-rate"},
    {VITALS_MEASURE_RESPIRATORY_RATE, "Respiratory rate", "respiratory-rate"},
    {VITALS_MEASURE_HRV, "Heart rate variability", "hrv"},
    {VITALS_MEASURE_HRV_SDNN, "Heart rate variability, SDNN", "hrv-sdnn"},
    {VITALS_MEASURE_HRV_RMSSD, "Heart rate variability, RMSSD", "hrv-rmssd"},
    {VITALS_MEASURE_HRV_LFHF, "Heart rate variability, LF/HF", "hrv-lfhf"},
    {VITALS_MEASURE_SPO2, "Oxygen saturation", "spo2"},
    {VITALS_MEASURE_SYSTOLIC_BP, "Systolic blood pressure", "systolic-bp"},
    {VITALS_MEASURE_DIASTOLIC_BP, "Diastolic blood pressure", "diastolic-bp"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitalsMeasure", values));
  return type;
}

const gchar *
vitals_measure_get_name (VitalsMeasure measure)
{
  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, NULL);

  return measures[measure].nick;
}

const gchar *
vitals_measure_get_unit (VitalsMeasure measure)
{
  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, NULL);

  return measures[measure].unit;
}

void
vitals_measure_get_bounds (VitalsMeasure measure, gdouble * min, gdouble * max)
{
  g_return_if_fail ((guint) measure < VITALS_N_MEASURES);

  *min = measures[measure].min;
  *max = measures[measure].max;
}

gboolean
vitals_measure_is_plausible (VitalsMeasure measure, gdouble value)
{
  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, FALSE);

  return value >= measures[measure].min && value <= measures[measure].max;
}

VitalsReading *
vitals_reading_new (const gchar * backend)
{
  VitalsReading *reading = g_new0 (VitalsReading, 1);

  g_atomic_ref_count_init (&reading->ref_count);
  reading->backend = backend;
  reading->confidence = -1;
  reading->processing_time = GST_CLOCK_TIME_NONE;
  return reading;
}

VitalsReading *
vitals_reading_ref (VitalsReading * reading)
{
  g_atomic_ref_count_inc (&reading->ref_count);
  return reading;
}

void
vitals_reading_unref (VitalsReading * reading)
{
  if (!g_atomic_ref_count_dec (&reading->ref_count))
    return;
  g_free (reading->session_id);
  g_free (reading->model);
  g_free (reading->key_environment);
  g_free (reading);
}

gboolean
vitals_reading_set_value (VitalsReading * reading, VitalsMeasure measure,
    gdouble value)
{
  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, FALSE);

  if (!isfinite (value))
    return FALSE;
  reading->values[measure] = value;
  reading->present |= 1u << measure;
  return TRUE;
}

/* Also refuses NaN. */
static gboolean
is_confidence (gdouble confidence)
{
  return confidence >= 0 && confidence <= 1;
}

gboolean
vitals_reading_set_measure_confidence (VitalsReading * reading,
    VitalsMeasure measure, gdouble confidence)
{
  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, FALSE);

  if (!is_confidence (confidence))
    return FALSE;
  reading->confidences[measure] = confidence;
  reading->confident |= 1u << measure;
  return TRUE;
}

gboolean
vitals_reading_set_confidence (VitalsReading * reading, gdouble confidence)
{
  if (!is_confidence (confidence))
    return FALSE;
  reading->confidence = confidence;
  return TRUE;
}

void
vitals_reading_set_fallback (VitalsReading * reading, gboolean fallback)
{
  reading->fallback = fallback;
}

void
vitals_reading_set_synthetic (VitalsReading * reading, gboolean synthetic)
{
  reading->synthetic = synthetic;
}

void
vitals_reading_set_session_id (VitalsReading * reading,
    const gchar * session_id)
{
  g_free (reading->session_id);
  reading->session_id = g_strdup (session_id);
}

void
vitals_reading_set_model (VitalsReading * reading, const gchar * model)
{
  g_free (reading->model);
  reading->model = g_strdup (model);
}

void
vitals_reading_set_key_environment (VitalsReading * reading,
    const gchar * environment)
{
  g_free (reading->key_environment);
  reading->key_environment = g_strdup (environment);
}

void
vitals_reading_set_processing_time (VitalsReading * reading,
    guint64 processing_time)
{
  reading->processing_time = processing_time;
}

gboolean
vitals_reading_get_value (const VitalsReading * reading, VitalsMeasure measure,
    gdouble * value)
{
  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, FALSE);

  if (!(reading->present & (1u << measure)))
    return FALSE;
  if (value)
    *value = reading->values[measure];
  return TRUE;
}

gboolean
vitals_reading_get_measure_confidence (const VitalsReading * reading,
    VitalsMeasure measure, gdouble * confidence)
{
  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, FALSE);

  if (!(reading->confident & (1u << measure)))
    return FALSE;
  if (confidence)
    *confidence = reading->confidences[measure];
  return TRUE;
}

gboolean
vitals_reading_get_confidence (const VitalsReading * reading,
    gdouble * confidence)
{
  if (reading->confidence < 0)
    return FALSE;
  if (confidence)
    *confidence = reading->confidence;
  return TRUE;
}

gboolean
vitals_reading_is_fallback (const VitalsReading * reading)
{
  return reading->fallback;
}

gboolean
vitals_reading_is_synthetic (const VitalsReading * reading)
{
  return reading->synthetic;
}

const gchar *
vitals_reading_get_backend (const VitalsReading * reading)
{
  return reading->backend;
}

const gchar *
vitals_reading_get_session_id (const VitalsReading * reading)
{
  return reading->session_id;
}

const gchar *
vitals_reading_get_key_environment (const VitalsReading * reading)
{
  return reading->key_environment;
}

static void
set_measures (GstStructure * structure, const VitalsReading * reading)
{
  guint i;

  for (i = 0; i < VITALS_N_MEASURES; i++) {
    if (reading->present & (1u << i))
      gst_structure_set (structure, measures[i].nick, G_TYPE_DOUBLE,
          reading->values[i], NULL);
    if (reading->confident & (1u << i)) {
      gchar *name = g_strconcat (measures[i].nick, "-confidence", NULL);

      gst_structure_set (structure, name, G_TYPE_DOUBLE,
          reading->confidences[i], NULL);
      g_free (name);
    }
  }
}

static void
set_string (GstStructure * structure, const gchar * name, const gchar * value)
{
  if (value)
    gst_structure_set (structure, name, G_TYPE_STRING, value, NULL);
}

GstStructure *
vitals_reading_to_structure (const VitalsReading * reading)
{
  GstStructure *structure = gst_structure_new ("vitals",
      "backend", G_TYPE_STRING, reading->backend,
      "is-fallback", G_TYPE_BOOLEAN, reading->fallback,
      "is-synthetic", G_TYPE_BOOLEAN, reading->synthetic, NULL);

  set_string (structure, "session-id", reading->session_id);
  set_string (structure, "model", reading->model);
  set_string (structure, "key-environment", reading->key_environment);
  set_measures (structure, reading);
  if (reading->confidence >= 0)
    gst_structure_set (structure, "confidence", G_TYPE_DOUBLE,
        reading->confidence, NULL);
  if (reading->processing_time != GST_CLOCK_TIME_NONE)
    gst_structure_set (structure, "processing-time", G_TYPE_UINT64,
        reading->processing_time, NULL);
  return structure;
}
