/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-vitallens-answer-private.h>
#include <vitals/vitals-reading-private.h>

G_DEFINE_BOXED_TYPE (VitalsVitalLensAnswer, vitals_vitallens_answer,
    vitals_vitallens_answer_ref, vitals_vitallens_answer_unref);

VitalsVitalLensAnswer *
vitals_vitallens_answer_new (void)
{
  VitalsVitalLensAnswer *answer = g_new0 (VitalsVitalLensAnswer, 1);

  g_atomic_ref_count_init (&answer->ref_count);
  answer->reading = vitals_reading_new ("vitallens");
  return answer;
}

VitalsVitalLensAnswer *
vitals_vitallens_answer_ref (VitalsVitalLensAnswer * answer)
{
  g_return_val_if_fail (answer != NULL, NULL);
  g_atomic_ref_count_inc (&answer->ref_count);
  return answer;
}

void
vitals_vitallens_answer_unref (VitalsVitalLensAnswer * answer)
{
  guint kind;

  g_return_if_fail (answer != NULL);
  if (!g_atomic_ref_count_dec (&answer->ref_count))
    return;
  for (kind = 0; kind < VITALS_N_WAVEFORMS; kind++) {
    g_free (answer->waveforms[kind].data);
    g_free (answer->waveforms[kind].confidence);
  }
  vitals_reading_unref (answer->reading);
  g_clear_pointer (&answer->state, g_bytes_unref);
  g_free (answer->unusable);
  g_free (answer->model);
  g_free (answer);
}

const gdouble *
vitals_vitallens_answer_get_waveform (const VitalsVitalLensAnswer * answer,
    VitalsWaveformKind kind, gsize * n_samples)
{
  g_return_val_if_fail ((guint) kind < VITALS_N_WAVEFORMS, NULL);
  *n_samples = answer->waveforms[kind].n_samples;
  return answer->waveforms[kind].data;
}

const gdouble *
vitals_vitallens_answer_get_waveform_confidence (const VitalsVitalLensAnswer *
    answer, VitalsWaveformKind kind, gsize * n_samples)
{
  const VitalsVitalLensSeries *waveform;

  g_return_val_if_fail ((guint) kind < VITALS_N_WAVEFORMS, NULL);
  waveform = &answer->waveforms[kind];
  *n_samples = waveform->confidence ? waveform->n_samples : 0;
  return waveform->confidence;
}

VitalsReading *
vitals_vitallens_answer_get_reading (const VitalsVitalLensAnswer * answer)
{
  return answer->reading;
}

gboolean
vitals_vitallens_answer_is_usable (const VitalsVitalLensAnswer * answer,
    const gchar ** reason)
{
  if (reason)
    *reason = answer->unusable;
  return answer->unusable == NULL;
}

gdouble
vitals_vitallens_answer_get_face_confidence (const VitalsVitalLensAnswer *
    answer)
{
  return answer->face_confidence;
}

GBytes *
vitals_vitallens_answer_get_state (const VitalsVitalLensAnswer * answer)
{
  return answer->state;
}

const gchar *
vitals_vitallens_answer_get_model (const VitalsVitalLensAnswer * answer)
{
  return answer->model;
}
