/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

/* When the service does not say what its model needs (older answers). */
#define DEFAULT_FPS 30
#define DEFAULT_INPUT_SIZE 40
#define DEFAULT_N_INPUTS 4
/* Names are put into headers and messages. */
#define MAX_NAME 128

/* What this version can give. */
typedef struct
{
  const gchar *member;          /* of the service's configuration */
  gdouble min, max;
} Limit;

static const Limit n_inputs_limit =
    { "n_inputs", 1, VITALS_VITALLENS_MIN_FRAMES };
static const Limit input_size_limit = { "input_size", 8, 256 };
static const Limit fps_limit = { "fps_target", 1, 240 };

GType
vitals_waveform_kind_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {VITALS_WAVEFORM_PPG, "Pulse", "ppg"},
    {VITALS_WAVEFORM_RESPIRATION, "Breathing", "respiration"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitalsWaveformKind",
            values));
  return type;
}

G_DEFINE_BOXED_TYPE (VitalsVitalLensModel, vitals_vitallens_model,
    vitals_vitallens_model_copy, vitals_vitallens_model_free);

VitalsVitalLensModel *
vitals_vitallens_model_copy (const VitalsVitalLensModel * model)
{
  VitalsVitalLensModel *copy = g_memdup2 (model, sizeof (*model));

  copy->name = g_strdup (model->name);
  return copy;
}

void
vitals_vitallens_model_free (VitalsVitalLensModel * model)
{
  g_free (model->name);
  g_free (model);
}

/* NaN is outside. */
static gboolean
is_within (const Limit * limit, gdouble value)
{
  return value >= limit->min && value <= limit->max;
}

static gboolean
is_name (const gchar * name)
{
  const gchar *p = name;

  while (g_ascii_isgraph (*p))
    p++;
  return p > name && *p == '\0' && p - name <= MAX_NAME;
}

static gboolean
check_limit (const Limit * limit, gdouble value, GError ** error)
{
  if (is_within (limit, value))
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
      "The model has a \"%s\" of %g; it must be %g to %g: take the model that "
      "the service gives", limit->member, value, limit->min, limit->max);
  return FALSE;
}

gboolean
vitals_vitallens_model_check (const VitalsVitalLensModel * model,
    GError ** error)
{
  if (model->name && !is_name (model->name)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "The model's name must be 1 to %d printable characters without spaces",
        MAX_NAME);
    return FALSE;
  }
  return check_limit (&n_inputs_limit, model->n_inputs, error)
      && check_limit (&input_size_limit, model->input_size, error)
      && check_limit (&fps_limit, model->fps_target, error);
}

/* A number of the model's configuration within its limits; @value stays when
 * it is absent. */
static gboolean
read_limit (JsonObject * config, const Limit * limit, gdouble * value,
    GError ** error)
{
  GError *type_error = NULL;

  if (vitals_json_get_number (config, limit->member, value, &type_error)
      && !is_within (limit, *value))
    vitals_set_error (&type_error, VITALS_ERROR_INVALID_RESPONSE,
        "The model wants \"%s\" of %g, which this version cannot give (%g to "
        "%g)", limit->member, *value, limit->min, limit->max);
  if (!type_error)
    return TRUE;
  g_propagate_error (error, type_error);
  return FALSE;
}

static gboolean
read_roi_method (JsonObject * config, VitalsRoiMethod * method, GError ** error)
{
  GError *type_error = NULL;
  const gchar *nick = vitals_json_get_string (config, "roi_method",
      &type_error);
  GEnumClass *methods;
  GEnumValue *value;

  if (type_error) {
    g_propagate_error (error, type_error);
    return FALSE;
  }
  *method = VITALS_ROI_METHOD_UPPER_BODY_CROPPED;
  if (!nick)
    return TRUE;
  methods = g_type_class_ref (VITALS_TYPE_ROI_METHOD);
  value = g_enum_get_value_by_nick (methods, nick);
  if (value)
    *method = value->value;
  else
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "The model wants a region that this version does not know; choose "
        "another model");
  g_type_class_unref (methods);
  return value != NULL;
}

gboolean
vitals_vitallens_model_measures (const VitalsVitalLensModel * model,
    VitalsMeasure measure)
{
  return model->measures == 0 || (model->measures & 1 << measure);
}

/* What is in `supported_vitals`; a waveform gives its rate. */
static const struct
{
  const gchar *name;
  VitalsMeasure measure;
} supported[] = {
  {"heart_rate", VITALS_MEASURE_HEART_RATE},
  {"ppg_waveform", VITALS_MEASURE_HEART_RATE},
  {"respiratory_rate", VITALS_MEASURE_RESPIRATORY_RATE},
  {"respiratory_waveform", VITALS_MEASURE_RESPIRATORY_RATE},
  {"hrv_sdnn", VITALS_MEASURE_HRV_SDNN},
  {"hrv_rmssd", VITALS_MEASURE_HRV_RMSSD},
  {"hrv_lfhf", VITALS_MEASURE_HRV_LFHF}
};

/* 0 for a name that this version does not know. */
static guint
find_measure (const gchar * name)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (supported); i++) {
    if (g_strcmp0 (supported[i].name, name) == 0)
      return 1 << supported[i].measure;
  }
  return 0;
}

static gboolean
is_string (JsonNode * node)
{
  return JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING;
}

/* Absent: all that the service knows. */
static gboolean
read_measures (JsonObject * config, guint * measures, GError ** error)
{
  JsonNode *node = json_object_get_member (config, "supported_vitals");
  gboolean good = node && JSON_NODE_HOLDS_ARRAY (node);
  JsonArray *array = good ? json_node_get_array (node) : NULL;
  guint n = array ? json_array_get_length (array) : 0, i;

  *measures = 0;
  if (!node || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  for (i = 0; i < n && good; i++) {
    JsonNode *element = json_array_get_element (array, i);

    good = is_string (element);
    if (good)
      *measures |= find_measure (json_node_get_string (element));
  }
  if (!good)
    vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
        "The model's \"supported_vitals\" is not an array of strings");
  else if (*measures == 0)
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "The model measures no vital sign that this version knows; choose "
        "another model");
  return *measures != 0 && good;
}

static gboolean
read_config (JsonObject * config, VitalsVitalLensModel * model, GError ** error)
{
  gdouble n_inputs = DEFAULT_N_INPUTS, input_size = DEFAULT_INPUT_SIZE;

  model->fps_target = DEFAULT_FPS;
  if (!read_limit (config, &n_inputs_limit, &n_inputs, error)
      || !read_limit (config, &input_size_limit, &input_size, error)
      || !read_limit (config, &fps_limit, &model->fps_target, error))
    return FALSE;
  model->n_inputs = lround (n_inputs);
  model->input_size = lround (input_size);
  return read_measures (config, &model->measures, error)
      && read_roi_method (config, &model->roi_method, error);
}

static gboolean
read_name (JsonObject * object, VitalsVitalLensModel * model, GError ** error)
{
  const gchar *name = vitals_json_get_string (object, "resolved_model", NULL);

  if (name && is_name (name)) {
    model->name = g_strdup (name);
    return TRUE;
  }
  vitals_set_error (error, VITALS_ERROR_INVALID_RESPONSE,
      "The answer names no model; check the base URL");
  return FALSE;
}

VitalsVitalLensModel *
vitals_vitallens_parse_model (GBytes * body, GError ** error)
{
  JsonObject *object = vitals_json_parse_object (body,
      VITALS_VITALLENS_MAX_ANSWER, error);
  VitalsVitalLensModel *model;
  JsonObject *config, *none = NULL;
  GError *read_error = NULL;

  if (!object)
    return NULL;
  model = g_new0 (VitalsVitalLensModel, 1);
  config = vitals_json_get_object (object, "config", &read_error);
  if (!config && !read_error)
    config = none = json_object_new ();
  if (read_error)
    g_propagate_error (error, read_error);
  if (!config || !read_name (object, model, error)
      || !read_config (config, model, error))
    g_clear_pointer (&model, vitals_vitallens_model_free);
  g_clear_pointer (&none, json_object_unref);
  json_object_unref (object);
  return model;
}
