/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/vitals-reading.h>
#include <vitals/face/vitals-roi-method.h>

G_BEGIN_DECLS

/* Bytes of the state that a stream carries from call to call: 256 32-bit
 * floats, little-endian. */
#define VITALS_VITALLENS_STATE_BYTES 1024
/* Most frames of one call. */
#define VITALS_VITALLENS_MAX_FILE_FRAMES 900
#define VITALS_VITALLENS_MAX_STREAM_FRAMES 150
/* Fewest frames of a call without a state. */
#define VITALS_VITALLENS_MIN_FRAMES 16

/**
 * VitalsVitalLensModel:
 * @name: (nullable): the model's name, for example "vitallens-2.0": printable
 *   ASCII without spaces; %NULL: the service chooses
 * @n_inputs: frames that a model looks at for one sample, 1 to 16; with a
 *   state, the first @n_inputs - 1 frames of a call are context
 * @input_size: width and height of its pictures in pixels, 8 to 256
 * @fps_target: frames per second that it wants, 1 to 240
 * @roi_method: the part of the picture that it wants
 * @measures: a bit 1 << #VitalsMeasure for each vital sign that it measures, also
 *   by its waveforms; 0, as in a model that a program fills: all that the
 *   service knows
 *
 * What the service says a model needs. A call with one that is out of these
 * ranges fails with VITALS_ERROR_INVALID_REQUEST.
 */
typedef struct
{
  gchar *name;
  guint n_inputs;
  guint input_size;
  gdouble fps_target;
  VitalsRoiMethod roi_method;
  guint measures;
} VitalsVitalLensModel;

#define VITALS_TYPE_VITALLENS_MODEL (vitals_vitallens_model_get_type ())
VITALS_API GType vitals_vitallens_model_get_type (void);
/**
 * vitals_vitallens_model_copy:
 * @model: a model
 *
 * A copy, with a name of its own.
 *
 * Returns: (transfer full): the copy
 */
VITALS_API VitalsVitalLensModel *vitals_vitallens_model_copy (const
    VitalsVitalLensModel * model);
/**
 * vitals_vitallens_model_free:
 * @model: (transfer full): a model
 *
 * Frees it and its name.
 */
VITALS_API void vitals_vitallens_model_free (VitalsVitalLensModel * model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsVitalLensModel,
    vitals_vitallens_model_free)

/**
 * VitalsWaveformKind:
 * @VITALS_WAVEFORM_PPG: the pulse
 * @VITALS_WAVEFORM_RESPIRATION: the breathing
 */
typedef enum
{
  VITALS_WAVEFORM_PPG,
  VITALS_WAVEFORM_RESPIRATION
} VitalsWaveformKind;

#define VITALS_N_WAVEFORMS (VITALS_WAVEFORM_RESPIRATION + 1)
#define VITALS_TYPE_WAVEFORM_KIND (vitals_waveform_kind_get_type ())
VITALS_API GType vitals_waveform_kind_get_type (void);

/**
 * VitalsVitalLensAnswer:
 *
 * What the service answered to one call: immutable, counted.
 */
typedef struct _VitalsVitalLensAnswer VitalsVitalLensAnswer;

#define VITALS_TYPE_VITALLENS_ANSWER (vitals_vitallens_answer_get_type ())
VITALS_API GType vitals_vitallens_answer_get_type (void);
/**
 * vitals_vitallens_answer_ref:
 * @answer: an answer
 *
 * One more reference. Any thread.
 *
 * Returns: (transfer full): @answer
 */
VITALS_API VitalsVitalLensAnswer
    * vitals_vitallens_answer_ref (VitalsVitalLensAnswer * answer);
/**
 * vitals_vitallens_answer_unref:
 * @answer: (transfer full): an answer
 *
 * One reference less; the last frees it. Any thread.
 */
VITALS_API void vitals_vitallens_answer_unref (VitalsVitalLensAnswer * answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsVitalLensAnswer,
    vitals_vitallens_answer_unref)

/**
 * vitals_vitallens_answer_get_waveform:
 * @answer: an answer
 * @kind: which waveform
 * @n_samples: (out): how many
 *
 * One sample for each frame of the call that was not context, in no unit. NaN
 * where the service had none.
 *
 * Returns: (array length=n_samples) (transfer none) (nullable): the samples
 */
VITALS_API const gdouble
    * vitals_vitallens_answer_get_waveform (const VitalsVitalLensAnswer *
    answer, VitalsWaveformKind kind, gsize * n_samples);

/**
 * vitals_vitallens_answer_get_waveform_confidence:
 * @answer: an answer
 * @kind: which waveform
 * @n_samples: (out): how many, as many as the waveform has
 *
 * 0 to 1 for each sample; NaN where the service said none.
 *
 * Returns: (array length=n_samples) (transfer none) (nullable): the
 *   confidences
 */
VITALS_API const gdouble
    * vitals_vitallens_answer_get_waveform_confidence (const
    VitalsVitalLensAnswer * answer, VitalsWaveformKind kind, gsize * n_samples);

/**
 * vitals_vitallens_answer_get_reading:
 * @answer: an answer
 *
 * The rates that the service computed (`process_signals`); a rate out of the
 * range that the service documents is absent, and all are when the answer is
 * not usable. A rate for which vitals_reading_get_measure_confidence() knows
 * nothing may be a guess: the service told no confidence, or none of 0 to 1.
 *
 * Returns: (transfer none): a reading, maybe without a value
 */
VITALS_API VitalsReading *vitals_vitallens_answer_get_reading (const
    VitalsVitalLensAnswer * answer);

/**
 * vitals_vitallens_answer_is_usable:
 * @answer: an answer
 * @reason: (out) (optional) (transfer none): why not, in words
 *
 * An answer with status 200 may still not be a measurement: no face, a face
 * confidence of 0.5 or less, or a signal that the service calls unusable.
 *
 * Returns: whether rates may be taken from it
 */
VITALS_API gboolean vitals_vitallens_answer_is_usable (const
    VitalsVitalLensAnswer * answer, const gchar ** reason);

/**
 * vitals_vitallens_answer_get_face_confidence:
 * @answer: an answer
 *
 * How sure the service is that it saw a face, as the mean over the frames.
 *
 * Returns: 0 to 1; -1 when the service said nothing
 */
VITALS_API gdouble vitals_vitallens_answer_get_face_confidence (const
    VitalsVitalLensAnswer * answer);
/**
 * vitals_vitallens_answer_get_state:
 * @answer: an answer
 *
 * What the next call of the same stream sends along. It belongs to @answer.
 *
 * Returns: (transfer none) (nullable): %VITALS_VITALLENS_STATE_BYTES bytes,
 *   %NULL when the service sent none
 */
VITALS_API GBytes *vitals_vitallens_answer_get_state (const
    VitalsVitalLensAnswer * answer);
/**
 * vitals_vitallens_answer_get_model:
 * @answer: an answer
 *
 * The model that the service used. It belongs to @answer.
 *
 * Returns: (transfer none) (nullable): for example "vitallens-2.0", %NULL when
 *   the service did not say
 */
VITALS_API const gchar *vitals_vitallens_answer_get_model (const
    VitalsVitalLensAnswer * answer);

G_END_DECLS
