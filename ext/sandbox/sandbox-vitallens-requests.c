/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The calls of the VitalLens service as they come in, and their limits. */

#include <math.h>
#include <vitals/tensor/vitals-tensor-layout.h>
#include <vitals/vitals-json-private.h>
#include "sandbox-vitallens-private.h"

static const SandboxLensModel models[] = {
  {"vitallens-2.0", 5, TRUE},
  {"vitallens-1.0", 4, FALSE}
};

const SandboxLensModel *
sandbox_lens_find_model (const gchar * name)
{
  guint i;

  for (i = 0; name && *name && i < G_N_ELEMENTS (models); i++) {
    if (g_str_equal (models[i].name, name))
      return &models[i];
  }
  return name && *name ? NULL : &models[0];
}

void
sandbox_lens_call_clear (SandboxLensCall * call)
{
  g_clear_pointer (&call->video, g_bytes_unref);
  g_clear_pointer (&call->state, g_bytes_unref);
}

SandboxAnswer *
sandbox_lens_refuse (guint status, const gchar * format, ...)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_alloc ();
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  json_object_set_string_member (object, "message", text);
  json_node_take_object (node, object);
  return sandbox_answer_new (status, node);
}

/* --- what both routes have --- */

static SandboxAnswer *
set_model (SandboxLensCall * call, const gchar * name)
{
  call->model = sandbox_lens_find_model (name);
  if (!call->model)
    return sandbox_lens_refuse (403, "The model %s is not in your plan.", name);
  call->n_inputs = call->model->n_inputs;
  return NULL;
}

static GBytes *
decode_base64 (const gchar * text)
{
  gsize size;
  guint8 *bytes = g_base64_decode (text, &size);

  return g_bytes_new_take (bytes, size);
}

static SandboxAnswer *
set_state (SandboxLensCall * call, const gchar * text)
{
  if (!text)
    return NULL;
  call->state = decode_base64 (text);
  if (g_bytes_get_size (call->state) == VITALS_VITALLENS_STATE_BYTES)
    return NULL;
  return sandbox_lens_refuse (400, "The state has %" G_GSIZE_FORMAT
      " bytes, not %d.", g_bytes_get_size (call->state),
      VITALS_VITALLENS_STATE_BYTES);
}

static SandboxAnswer *
check_frames (SandboxLensCall * call, guint most)
{
  gsize size = g_bytes_get_size (call->video);
  guint least = call->state ? call->n_inputs : VITALS_VITALLENS_MIN_FRAMES;

  if (size % SANDBOX_LENS_FRAME_BYTES)
    return sandbox_lens_refuse (422, "%" G_GSIZE_FORMAT
        " bytes are no number of frames of 40 x 40 x 3.", size);
  call->frames = size / SANDBOX_LENS_FRAME_BYTES;
  if (call->frames < least || call->frames > most)
    return sandbox_lens_refuse (400, "%u frames: %u to %u are allowed.",
        call->frames, least, most);
  return NULL;
}

/* --- file --- */

static const gchar *
get_string (JsonObject * object, const gchar * name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node)
      : NULL;
}

/* A number, or a string that holds one; 0 for neither. */
static gdouble
get_number (JsonObject * object, const gchar * name)
{
  JsonNode *node = json_object_get_member (object, name);
  const gchar *text = get_string (object, name);
  gdouble number = 0;

  if (text)
    number = g_ascii_strtod (text, NULL);
  else if (node && JSON_NODE_HOLDS_VALUE (node))
    number = json_node_get_double (node);
  return isfinite (number) && number > 0 ? number : 0;
}

/* true, 1, "1" or "true" */
static gboolean
get_flag (JsonObject * object, const gchar * name)
{
  JsonNode *node = json_object_get_member (object, name);
  const gchar *text = get_string (object, name);

  if (text)
    return g_str_equal (text, "1") || g_str_equal (text, "true");
  return node && JSON_NODE_HOLDS_VALUE (node)
      && (json_node_get_boolean (node) || json_node_get_int (node) == 1);
}

static SandboxAnswer *
read_object (JsonObject * object, SandboxLensCall * call)
{
  const gchar *video = get_string (object, "video");
  SandboxAnswer *refusal;

  if (!video)
    return sandbox_lens_refuse (400, "The body has no \"video\".");
  if ((refusal = set_model (call, get_string (object, "model")))
      || (refusal = set_state (call, get_string (object, "state"))))
    return refusal;
  call->video = decode_base64 (video);
  call->fps = get_number (object, "fps");
  call->rates = get_flag (object, "process_signals");
  if (call->rates && call->fps <= 0)
    return sandbox_lens_refuse (400, "process_signals needs \"fps\".");
  /* times are counted in ns: frames of such a camera fit */
  if (call->fps > 0 && (call->fps < VITALS_TENSOR_MIN_FRAMERATE
          || call->fps > VITALS_TENSOR_MAX_FRAMERATE))
    return sandbox_lens_refuse (400, "\"fps\" must be %g to %g.",
        VITALS_TENSOR_MIN_FRAMERATE, VITALS_TENSOR_MAX_FRAMERATE);
  return check_frames (call, VITALS_VITALLENS_MAX_FILE_FRAMES);
}

SandboxAnswer *
sandbox_lens_read_file (GBytes * body, SandboxLensCall * call)
{
  g_autoptr (JsonObject) object = vitals_json_parse_object (body,
      SANDBOX_MAX_BODY_BYTES, NULL);

  if (!object)
    return sandbox_lens_refuse (400, "The body is not a JSON object.");
  return read_object (object, call);
}

/* --- stream --- */

/* NULL when it is not what it says, or longer than any call may be. */
static GBytes *
decompress (GBytes * body, GZlibCompressorFormat format)
{
  const gsize most = (VITALS_VITALLENS_MAX_FILE_FRAMES + 1)
      * SANDBOX_LENS_FRAME_BYTES;
  g_autoptr (GZlibDecompressor) decompressor = g_zlib_decompressor_new (format);
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (body);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (memory,
      G_CONVERTER (decompressor));
  guint8 *bytes = g_malloc (most);
  gsize size;

  if (g_input_stream_read_all (stream, bytes, most, &size, NULL, NULL))
    return g_bytes_new_take (g_realloc (bytes, MAX (size, 1)), size);
  g_free (bytes);
  return NULL;
}

static GBytes *
decode_body (GBytes * body, const gchar * encoding)
{
  if (!encoding || g_str_equal (encoding, "none"))
    return g_bytes_ref (body);
  if (g_str_equal (encoding, "gzip"))
    return decompress (body, G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  if (g_str_equal (encoding, "deflate"))
    return decompress (body, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  return NULL;
}

SandboxAnswer *
sandbox_lens_read_stream (SoupMessageHeaders * headers, GBytes * body,
    SandboxLensCall * call)
{
  const gchar *encoding = soup_message_headers_get_one (headers, "X-Encoding");
  SandboxAnswer *refusal;

  if ((refusal = set_model (call, soup_message_headers_get_one (headers,
                  "X-Model")))
      || (refusal = set_state (call, soup_message_headers_get_one (headers,
                  "X-State"))))
    return refusal;
  call->video = decode_body (body, encoding);
  if (!call->video)
    return sandbox_lens_refuse (400, "The body is not \"%s\", as X-Encoding "
        "says: gzip, deflate and none are known.", encoding);
  return check_frames (call, VITALS_VITALLENS_MAX_STREAM_FRAMES);
}
