/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The public methods of VitalsVitalLensClient. */

#include <gst/gst.h>
#include <vitals/client/vitals-call-private.h>
#include <vitals/client/vitals-method-private.h>
#include <vitals/client/vitals-service-errors-private.h>
#include <vitals/client/vitals-vitallens-client-private.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>

/* Arguments and results of a method. */
typedef struct
{
  VitalsServiceSettings *settings;      /* as they were when it began */
  gchar *name;                  /* resolve_model: what is wanted, or NULL */
  VitalsVitalLensModel *model;  /* its result, argument of the others */
  VitalsVitalLensCall call;
  guint max_frames;
  VitalsRequest *(*encode) (const gchar * base_url, const gchar * api_key,
      const VitalsVitalLensCall * call);
  VitalsVitalLensAnswer *answer;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  vitals_service_settings_free (call->settings);
  g_free (call->name);
  g_clear_pointer (&call->model, vitals_vitallens_model_free);
  g_clear_pointer (&call->call.video, g_bytes_unref);
  g_clear_pointer (&call->call.state, g_bytes_unref);
  g_clear_pointer (&call->answer, vitals_vitallens_answer_unref);
  g_free (call);
}

static GCancellable *
get_closed (GObject * client)
{
  return vitals_vitallens_client_get_closed (VITALS_VITALLENS_CLIENT (client));
}

static gboolean
check_method (VitalsMethod * method, GError ** error)
{
  const Call *call = method->data;

  return vitals_vitallens_client_check (VITALS_VITALLENS_CLIENT
      (method->client), error)
      && (!call->call.video || vitals_vitallens_check_call (&call->call,
          call->model, call->max_frames, error));
}

static void
note_failure (VitalsMethod * method, guint attempts)
{
  vitals_vitallens_client_note_failure (VITALS_VITALLENS_CLIENT
      (method->client), method->error, attempts);
}

static VitalsMethod *
new_method (VitalsVitalLensClient * client, VitalsMethodFunc run, Call * call,
    GCancellable * cancellable)
{
  static const VitalsMethodClass klass = {
    .get_closed = get_closed,.check = check_method,
    .note_failure = note_failure,.free_data = call_free
  };

  call->settings = vitals_vitallens_client_copy_settings (client);
  return vitals_method_new (client, &klass, run, call, cancellable);
}

static const VitalsServiceSettings *
get_settings (const VitalsMethod * method)
{
  const Call *call = method->data;

  return call->settings;
}

static GError *
check_answer (const VitalsResponse * response, gpointer user_data)
{
  return vitals_service_error_from_response (response,
      get_settings (user_data)->api_key);
}

/* @request: (transfer full) */
static void
send_request (VitalsMethod * method, VitalsRequest * request,
    VitalsCallPlan * plan, GAsyncReadyCallback callback)
{
  const VitalsServiceSettings *settings = get_settings (method);

  request->ca_file = g_strdup (settings->ca_file);
  plan->max_retries = settings->max_retries;
  plan->check = check_answer;
  vitals_call_async (request, plan, method->cancellable, callback, method);
  vitals_request_unref (request);
}

/* NULL: method->error says why. */
static VitalsResponse *
finish_request (VitalsMethod * method, GAsyncResult * result,
    VitalsCallRecord * record)
{
  VitalsResponse *response = vitals_call_finish (result, record,
      &method->error);

  if (!response)
    method->error = vitals_service_error_map (method->error,
        VITALS_ERROR_NETWORK);
  return response;
}

/* resolve-model */

static void
model_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  Call *call = method->data;
  VitalsCallRecord record;
  VitalsResponse *response = finish_request (method, result, &record);

  if (response) {
    call->model = vitals_vitallens_parse_model (response->body, &method->error);
    vitals_response_free (response);
  }
  vitals_method_end_step (method, record.attempts);
}

static void
run_model (VitalsMethod * method)
{
  const VitalsServiceSettings *settings = get_settings (method);
  const Call *call = method->data;
  VitalsCallPlan plan = {.rule = VITALS_RETRY_REPEATABLE,
    .limits = {.timeout = settings->request_timeout}
  };

  send_request (method, vitals_vitallens_request_model (settings->base_url,
          settings->api_key, call->name), &plan, model_done);
}

static VitalsMethod *
new_model (VitalsVitalLensClient * client, const gchar * name,
    GCancellable * cancellable)
{
  Call *call = g_new0 (Call, 1);

  call->name = g_strdup (name);
  return new_method (client, run_model, call, cancellable);
}

VitalsVitalLensModel *
vitals_vitallens_client_resolve_model (VitalsVitalLensClient * client,
    const gchar * name, GCancellable * cancellable, GError ** error)
{
  VitalsMethod *method;
  VitalsVitalLensModel *model;

  g_return_val_if_fail (VITALS_IS_VITALLENS_CLIENT (client), NULL);

  method = new_model (client, name, cancellable);
  vitals_method_call (method, error);
  model = g_steal_pointer (&((Call *) method->data)->model);
  vitals_method_free (method);
  return model;
}

void
vitals_vitallens_client_resolve_model_async (VitalsVitalLensClient * client,
    const gchar * name, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_VITALLENS_CLIENT (client));

  vitals_method_start (new_model (client, name, cancellable),
      vitals_vitallens_client_resolve_model_async, callback, user_data);
}

VitalsVitalLensModel *
vitals_vitallens_client_resolve_model_finish (VitalsVitalLensClient * client,
    GAsyncResult * result, GError ** error)
{
  VitalsMethod *method = vitals_method_finish (client, result,
      vitals_vitallens_client_resolve_model_async, error);

  return method ? g_steal_pointer (&((Call *) method->data)->model) : NULL;
}

/* file and stream */

/* With a state, the first frames are context. */
static gsize
count_samples (const Call * call)
{
  gsize frames = g_bytes_get_size (call->call.video)
      / (call->model->input_size * call->model->input_size * 3);

  return call->call.state ? frames - (call->model->n_inputs - 1) : frames;
}

static void
frames_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  Call *call = method->data;
  VitalsCallRecord record;
  VitalsResponse *response = finish_request (method, result, &record);

  if (response) {
    call->answer = vitals_vitallens_parse_answer (response->body,
        count_samples (call), &method->error);
    vitals_response_free (response);
  }
  vitals_method_end_step (method, record.attempts);
}

static void
make_request (GTask * task, gpointer source G_GNUC_UNUSED, gpointer task_data,
    GCancellable * cancellable G_GNUC_UNUSED)
{
  VitalsMethod *method = task_data;
  const VitalsServiceSettings *settings = get_settings (method);
  const Call *call = method->data;

  g_task_return_pointer (task, call->encode (settings->base_url,
          settings->api_key, &call->call),
      (GDestroyNotify) vitals_request_unref);
}

/* To compress a video, or to write it as text, takes up to a second, in which
 * the network thread has the calls of all others to serve; and who makes an
 * asynchronous call, the network thread too, is not to be held up either. */
static void
encode (VitalsMethod * method, GAsyncReadyCallback callback)
{
  GTask *task = g_task_new (NULL, NULL, callback, method);

  g_task_set_task_data (task, method, NULL);
  g_task_run_in_thread (task, make_request);
  g_object_unref (task);
}

static VitalsRequest *
encode_finish (GAsyncResult * result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* Frames are paid, so what may have been accepted is not sent again. */
static void
file_encoded (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  const VitalsServiceSettings *settings = get_settings (method);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_START,
    .limits = {.progress_timeout = settings->request_timeout},
    .deadline = g_get_monotonic_time ()
    + settings->upload_timeout / GST_USECOND
  };

  send_request (method, encode_finish (result), &plan, frames_done);
}

static void
run_file (VitalsMethod * method)
{
  encode (method, file_encoded);
}

static void
stream_encoded (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  const VitalsServiceSettings *settings = get_settings (method);
  VitalsCallPlan plan = {.rule = VITALS_RETRY_START,
    .limits = {.timeout = settings->request_timeout}
  };

  send_request (method, encode_finish (result), &plan, frames_done);
}

static void
run_stream (VitalsMethod * method)
{
  encode (method, stream_encoded);
}

static VitalsMethod *
new_frames (VitalsVitalLensClient * client, VitalsMethodFunc run,
    guint max_frames, const VitalsVitalLensModel * model, GBytes * video,
    GBytes * state, GCancellable * cancellable)
{
  Call *call = g_new0 (Call, 1);

  call->model = vitals_vitallens_model_copy (model);
  call->max_frames = max_frames;
  call->call.video = g_bytes_ref (video);
  call->call.state = state ? g_bytes_ref (state) : NULL;
  call->call.model = call->model->name;
  return new_method (client, run, call, cancellable);
}

static VitalsMethod *
new_file (VitalsVitalLensClient * client, const VitalsVitalLensModel * model,
    GBytes * video, gdouble fps, gboolean process_signals, GBytes * state,
    GCancellable * cancellable)
{
  VitalsMethod *method = new_frames (client, run_file,
      VITALS_VITALLENS_MAX_FILE_FRAMES, model, video, state, cancellable);
  Call *call = method->data;

  call->encode = vitals_vitallens_request_file;
  call->call.fps = fps;
  call->call.process_signals = process_signals;
  return method;
}

static VitalsMethod *
new_stream (VitalsVitalLensClient * client, const VitalsVitalLensModel * model,
    GBytes * video, GBytes * state, GCancellable * cancellable)
{
  VitalsMethod *method = new_frames (client, run_stream,
      VITALS_VITALLENS_MAX_STREAM_FRAMES, model, video, state, cancellable);
  Call *call = method->data;

  call->encode = vitals_vitallens_request_stream;
  return method;
}

/* @method: (transfer full) */
static VitalsVitalLensAnswer *
call_frames (VitalsMethod * method, GError ** error)
{
  VitalsVitalLensAnswer *answer;

  vitals_method_call (method, error);
  answer = g_steal_pointer (&((Call *) method->data)->answer);
  vitals_method_free (method);
  return answer;
}

static VitalsVitalLensAnswer *
finish_frames (VitalsVitalLensClient * client, GAsyncResult * result,
    gpointer tag, GError ** error)
{
  VitalsMethod *method = vitals_method_finish (client, result, tag, error);

  return method ? g_steal_pointer (&((Call *) method->data)->answer) : NULL;
}

VitalsVitalLensAnswer *
vitals_vitallens_client_file (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, gdouble fps,
    gboolean process_signals, GBytes * state, GCancellable * cancellable,
    GError ** error)
{
  g_return_val_if_fail (VITALS_IS_VITALLENS_CLIENT (client), NULL);
  g_return_val_if_fail (model != NULL && video != NULL, NULL);

  return call_frames (new_file (client, model, video, fps, process_signals,
          state, cancellable), error);
}

void
vitals_vitallens_client_file_async (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, gdouble fps,
    gboolean process_signals, GBytes * state, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VITALS_IS_VITALLENS_CLIENT (client));
  g_return_if_fail (model != NULL && video != NULL);

  vitals_method_start (new_file (client, model, video, fps, process_signals,
          state, cancellable), vitals_vitallens_client_file_async, callback,
      user_data);
}

VitalsVitalLensAnswer *
vitals_vitallens_client_file_finish (VitalsVitalLensClient * client,
    GAsyncResult * result, GError ** error)
{
  return finish_frames (client, result, vitals_vitallens_client_file_async,
      error);
}

VitalsVitalLensAnswer *
vitals_vitallens_client_stream (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, GBytes * state,
    GCancellable * cancellable, GError ** error)
{
  g_return_val_if_fail (VITALS_IS_VITALLENS_CLIENT (client), NULL);
  g_return_val_if_fail (model != NULL && video != NULL, NULL);

  return call_frames (new_stream (client, model, video, state, cancellable),
      error);
}

void
vitals_vitallens_client_stream_async (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, GBytes * state,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_return_if_fail (VITALS_IS_VITALLENS_CLIENT (client));
  g_return_if_fail (model != NULL && video != NULL);

  vitals_method_start (new_stream (client, model, video, state, cancellable),
      vitals_vitallens_client_stream_async, callback, user_data);
}

VitalsVitalLensAnswer *
vitals_vitallens_client_stream_finish (VitalsVitalLensClient * client,
    GAsyncResult * result, GError ** error)
{
  return finish_frames (client, result, vitals_vitallens_client_stream_async,
      error);
}
