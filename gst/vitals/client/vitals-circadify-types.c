/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <vitals/client/vitals-circadify-types-private.h>

G_DEFINE_BOXED_TYPE (VitalsDemographics, vitals_demographics,
    vitals_demographics_copy, vitals_demographics_free);
G_DEFINE_BOXED_TYPE (VitalsRateLimit, vitals_rate_limit,
    vitals_rate_limit_copy, vitals_rate_limit_free);
G_DEFINE_BOXED_TYPE (VitalsSession, vitals_session, vitals_session_ref,
    vitals_session_unref);

GType
vitals_sex_get_type (void)
{
  static const GEnumValue values[] = {
    {VITALS_SEX_UNSET, "Not given", "unset"},
    {VITALS_SEX_MALE, "Male", "male"},
    {VITALS_SEX_FEMALE, "Female", "female"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitalsSex", values));
  return type;
}

VitalsDemographics *
vitals_demographics_new (gint age, VitalsSex sex, gint fitzpatrick)
{
  VitalsDemographics *demographics = g_new (VitalsDemographics, 1);

  demographics->age = age;
  demographics->sex = sex;
  demographics->fitzpatrick = fitzpatrick;
  return demographics;
}

VitalsDemographics *
vitals_demographics_copy (const VitalsDemographics * demographics)
{
  return g_memdup2 (demographics, sizeof (*demographics));
}

void
vitals_demographics_free (VitalsDemographics * demographics)
{
  g_free (demographics);
}

VitalsRateLimit *
vitals_rate_limit_copy (const VitalsRateLimit * rate_limit)
{
  return g_memdup2 (rate_limit, sizeof (*rate_limit));
}

void
vitals_rate_limit_free (VitalsRateLimit * rate_limit)
{
  g_free (rate_limit);
}

VitalsSession *
vitals_session_new (const gchar * session_id, const gchar * upload_url)
{
  VitalsSession *session = g_new0 (VitalsSession, 1);

  g_atomic_ref_count_init (&session->ref_count);
  session->session_id = g_strdup (session_id);
  session->upload_url = g_strdup (upload_url);
  session->expires_at = -1;
  return session;
}

VitalsSession *
vitals_session_ref (VitalsSession * session)
{
  g_atomic_ref_count_inc (&session->ref_count);
  return session;
}

void
vitals_session_unref (VitalsSession * session)
{
  if (!g_atomic_ref_count_dec (&session->ref_count))
    return;
  g_free (session->session_id);
  g_free (session->upload_url);
  g_free (session);
}

const gchar *
vitals_session_get_session_id (const VitalsSession * session)
{
  return session->session_id;
}

const gchar *
vitals_session_get_upload_url (const VitalsSession * session)
{
  return session->upload_url;
}

gint64
vitals_session_get_expires_at (const VitalsSession * session)
{
  return session->expires_at;
}

gboolean
vitals_session_get_fallback_range (const VitalsSession * session,
    VitalsMeasure measure, gdouble * min, gdouble * max)
{
  const VitalsFallbackRange *range;

  g_return_val_if_fail ((guint) measure < VITALS_N_MEASURES, FALSE);

  range = &session->fallback[measure];
  if (!range->present)
    return FALSE;
  if (min)
    *min = range->min;
  if (max)
    *max = range->max;
  return TRUE;
}

VitalsReading *
vitals_session_make_fallback (const VitalsSession * session)
{
  VitalsReading *reading = NULL;
  gdouble systolic;
  guint i;

  for (i = 0; i < VITALS_N_MEASURES; i++) {
    const VitalsFallbackRange *range = &session->fallback[i];
    gdouble middle = (range->min + range->max) / 2;

    if (!range->present)
      continue;
    if (i == VITALS_MEASURE_DIASTOLIC_BP) {
      /* an offset from the systolic pressure, which is the higher one */
      if (!reading || !vitals_reading_get_value (reading,
              VITALS_MEASURE_SYSTOLIC_BP, &systolic))
        continue;
      middle = systolic - fabs (middle);
    }
    /* the difference of two plausible pressures need not be one */
    if (!vitals_measure_is_plausible (i, middle))
      continue;
    if (!reading)
      reading = vitals_reading_new ("circadify");
    vitals_reading_set_value (reading, i, middle);
  }
  if (reading) {
    vitals_reading_set_confidence (reading, 0);
    vitals_reading_set_fallback (reading, TRUE);
    vitals_reading_set_session_id (reading, session->session_id);
  }
  return reading;
}
