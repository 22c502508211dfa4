/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/capture/vitals-gate-private.h>

/* A window with a third of its frames lost still has the pulse of the rest;
 * docs/quality.md. */
#define DEFAULT_MAX_BAD 0.3

struct _VitalsGate
{
  VitalsGateConfig config;
  VitalsQuality *quality;
  const VitalsQualityMeasures *measures;        /* NULL: no face was seen */

  /* of the window, or of what would be it */
  guint n_frames, n_bad, n_held;
  guint n_problems[VITALS_QUALITY_N_PROBLEMS];
  gboolean refused;             /* a window was, and no good frame came since */
};

GType
vitals_gate_mode_get_type (void)
{
  static const GEnumValue values[] = {
    {VITALS_GATE_OFF, "Quality is not measured", "off"},
    {VITALS_GATE_WARN, "Warn, and send all windows", "warn"},
    {VITALS_GATE_ON, "Warn, and do not send bad windows", "on"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitalsGateMode",
            values));
  return type;
}

void
vitals_gate_config_init (VitalsGateConfig * config)
{
  config->mode = VITALS_GATE_ON;
  config->max_bad = DEFAULT_MAX_BAD;
  vitals_quality_limits_init (&config->limits);
}

VitalsGate *
vitals_gate_new (const VitalsGateConfig * config,
    const VitalsPatchPlace * face_patch)
{
  VitalsGate *gate = g_new0 (VitalsGate, 1);

  gate->config = *config;
  gate->quality = vitals_quality_new (&config->limits, face_patch);
  return gate;
}

void
vitals_gate_free (VitalsGate * gate)
{
  vitals_quality_free (gate->quality);
  g_free (gate);
}

static void
forget_counts (VitalsGate * gate)
{
  gate->n_frames = gate->n_bad = gate->n_held = 0;
  memset (gate->n_problems, 0, sizeof (gate->n_problems));
}

static void
count (VitalsGate * gate, VitalsQualityProblems problems)
{
  guint i;

  gate->n_frames++;
  gate->n_bad += problems != 0;
  for (i = 0; i < VITALS_QUALITY_N_PROBLEMS; i++)
    if (problems & (1 << i))
      gate->n_problems[i]++;
}

/* Frames that are still to come cannot make up for the bad ones. */
static gboolean
is_beyond_help (const VitalsGate * gate, GstClockTime duration,
    guint max_frames)
{
  gdouble frames = max_frames;

  if (!isnan (gate->measures->framerate))
    frames = MIN (frames, gate->measures->framerate * duration / GST_SECOND);
  return gate->n_bad > gate->config.max_bad * frames;
}

VitalsGateVerdict
vitals_gate_push (VitalsGate * gate, const guint8 * pixels,
    const VitalsBox * face, GstClockTime pts, gboolean open,
    GstClockTime duration, guint max_frames)
{
  gboolean bad;

  if (gate->config.mode == VITALS_GATE_OFF)
    return VITALS_GATE_TAKE;
  gate->measures = vitals_quality_push (gate->quality, pixels, face, pts);
  bad = gate->measures->problems != 0;
  if (gate->config.mode == VITALS_GATE_WARN)
    return VITALS_GATE_TAKE;

  if (!open && bad && gate->refused)
    return VITALS_GATE_HOLD;
  if (!open && !bad)
    forget_counts (gate);
  gate->refused = FALSE;
  count (gate, gate->measures->problems);
  if (!bad)
    return VITALS_GATE_TAKE;
  gate->n_held += !open;
  if (is_beyond_help (gate, duration, max_frames))
    return VITALS_GATE_REFUSE;
  return open ? VITALS_GATE_TAKE : VITALS_GATE_HOLD;
}

gboolean
vitals_gate_refuses (const VitalsGate * gate, guint frames)
{
  return gate->n_bad > gate->config.max_bad * frames;
}

gchar *
vitals_gate_explain (const VitalsGate * gate)
{
  GString *text = g_string_new (NULL);
  guint worst = 0, i;

  g_string_append_printf (text, "%u of %u frames are too bad to measure a "
      "pulse in them (", gate->n_bad, gate->n_frames);
  for (i = 0; i < VITALS_QUALITY_N_PROBLEMS; i++) {
    if (gate->n_problems[i] == 0)
      continue;
    g_string_append_printf (text, "%s: %u; ", vitals_quality_get_name (i),
        gate->n_problems[i]);
    if (gate->n_problems[i] > gate->n_problems[worst])
      worst = i;
  }
  g_string_truncate (text, text->len - 2);
  g_string_append_printf (text, "). %s", vitals_quality_get_advice (worst));
  return g_string_free (text, FALSE);
}

void
vitals_gate_end_window (VitalsGate * gate, gboolean refused)
{
  forget_counts (gate);
  gate->refused = refused;
}

void
vitals_gate_begin_anew (VitalsGate * gate)
{
  vitals_gate_end_window (gate, FALSE);
  vitals_quality_reset (gate->quality);
}

gboolean
vitals_gate_lose_face (VitalsGate * gate)
{
  gboolean had_face = gate->measures != NULL;

  gate->measures = NULL;
  vitals_quality_reset (gate->quality);
  return had_face;
}

guint
vitals_gate_get_held (const VitalsGate * gate)
{
  return gate->n_held;
}

const VitalsQualityMeasures *
vitals_gate_get_measures (const VitalsGate * gate)
{
  return gate->measures;
}
