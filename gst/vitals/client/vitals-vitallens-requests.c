/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>
#include <vitals/tensor/vitals-gzip-private.h>
#include <vitals/vitals-error-private.h>
#include <vitals/vitals-json-private.h>

static VitalsRequest *
new_call (const gchar * method, const gchar * base_url, const gchar * path,
    const gchar * api_key)
{
  return vitals_request_new_for_json (method, base_url, path, api_key,
      VITALS_VITALLENS_MAX_ANSWER);
}

VitalsRequest *
vitals_vitallens_request_model (const gchar * base_url, const gchar * api_key,
    const gchar * model)
{
  gchar *name = model ? g_uri_escape_string (model, NULL, FALSE) : NULL;
  gchar *path = g_strconcat ("/resolve-model", name ? "?model=" : NULL, name,
      NULL);
  VitalsRequest *request = new_call ("GET", base_url, path, api_key);

  g_free (path);
  g_free (name);
  return request;
}

static gchar *
to_base64 (GBytes * bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return g_base64_encode (data, size);
}

static void
append_member (GString * json, const gchar * member, const gchar * text)
{
  g_string_append_printf (json, ",\"%s\":", member);
  vitals_json_append_string (json, text);
}

/* @text: (transfer full) */
static void
append_text (GPtrArray * chunks, gchar * text)
{
  g_ptr_array_add (chunks, g_bytes_new_take (text, strlen (text)));
}

/* What comes behind the video. */
static gchar *
end_of_file_body (const VitalsVitalLensCall * call)
{
  GString *json = g_string_new ("\"");
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];
  gchar *base64;

  if (call->fps > 0)
    g_string_append_printf (json, ",\"fps\":%s",
        g_ascii_formatd (number, sizeof (number), "%.9g", call->fps));
  if (call->process_signals)
    g_string_append (json, ",\"process_signals\":true");
  if (call->state) {
    base64 = to_base64 (call->state);
    append_member (json, "state", base64);
    g_free (base64);
  }
  if (call->model)
    append_member (json, "model", call->model);
  append_member (json, "origin", "gstreamer-vitals");
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

/* Written by hand, with the video in a chunk of its own: json-glib would hold
 * it three times. */
static VitalsPayload *
file_body (const VitalsVitalLensCall * call)
{
  GPtrArray *chunks = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);

  append_text (chunks, g_strdup ("{\"video\":\""));
  append_text (chunks, to_base64 (call->video));
  append_text (chunks, end_of_file_body (call));
  return vitals_payload_new_from_chunks (chunks, "application/json");
}

VitalsRequest *
vitals_vitallens_request_file (const gchar * base_url, const gchar * api_key,
    const VitalsVitalLensCall * call)
{
  VitalsRequest *request = new_call ("POST", base_url, "/file", api_key);

  request->body = file_body (call);
  return request;
}

VitalsRequest *
vitals_vitallens_request_stream (const gchar * base_url, const gchar * api_key,
    const VitalsVitalLensCall * call)
{
  VitalsRequest *request = new_call ("POST", base_url, "/stream", api_key);
  GBytes *gzip = vitals_gzip (call->video);
  gchar *base64;

  vitals_request_add_header (request, "X-Encoding", "gzip");
  vitals_request_add_header (request, "X-Origin", "gstreamer-vitals");
  if (call->state) {
    base64 = to_base64 (call->state);
    vitals_request_add_header (request, "X-State", base64);
    g_free (base64);
  }
  if (call->model)
    vitals_request_add_header (request, "X-Model", call->model);
  request->body = vitals_payload_new (gzip, "application/octet-stream");
  g_bytes_unref (gzip);
  return request;
}

static gboolean
refuse (GError ** error, const gchar * format, ...)
{
  va_list args;
  gchar *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST, "%s", text);
  g_free (text);
  return FALSE;
}

static gboolean
check_video (const VitalsVitalLensCall * call,
    const VitalsVitalLensModel * model, guint max_frames, GError ** error)
{
  gsize frame = (gsize) model->input_size * model->input_size * 3;
  gsize size = g_bytes_get_size (call->video);
  guint min_frames = call->state ? model->n_inputs
      : MAX (VITALS_VITALLENS_MIN_FRAMES, model->n_inputs);

  if (size % frame)
    return refuse (error, "The video has %" G_GSIZE_FORMAT " bytes, which is "
        "no number of frames of %ux%ux3 bytes", size, model->input_size,
        model->input_size);
  if (size / frame < min_frames || size / frame > max_frames)
    return refuse (error, "The video has %" G_GSIZE_FORMAT " frames; %u to %u "
        "can be sent in one call", size / frame, min_frames, max_frames);
  return TRUE;
}

gboolean
vitals_vitallens_check_call (const VitalsVitalLensCall * call,
    const VitalsVitalLensModel * model, guint max_frames, GError ** error)
{
  if (!vitals_vitallens_model_check (model, error)
      || !check_video (call, model, max_frames, error))
    return FALSE;
  if (call->state
      && g_bytes_get_size (call->state) != VITALS_VITALLENS_STATE_BYTES)
    return refuse (error, "The state has %" G_GSIZE_FORMAT " bytes, not %d",
        g_bytes_get_size (call->state), VITALS_VITALLENS_STATE_BYTES);
  if (call->process_signals && !(call->fps > 0 && isfinite (call->fps)))
    return refuse (error, "Rates need the video's frame rate");
  return TRUE;
}
