/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The public methods of VitalsVitalLensClient. */

#include <gst/gst.h>
#include <vitals/client/vitals-call-private.h>
#include <vitals/client/vitals-method-private.h>
#include <vitals/client/vitals-service-errors-private.h>
#include <vitals/client/vitals-vitallens-client-private.h>
#include <vitals/client/vitals-vitallens-protocol-private.h>

/* Arguments of a method. */
typedef struct
{
  VitalsServiceSettings settings;       /* as they were when it was called */
  gchar *name;                  /* resolve_model: what is wanted, or NULL */
  VitalsVitalLensModel *model;  /* of the others */
  VitalsVitalLensCall call;     /* its video until the request is written */
  guint max_frames;
  gsize n_samples;              /* of the answer, when the request is written */
  VitalsRequest *(*encode) (const gchar * base_url, const gchar * api_key,
      const VitalsVitalLensCall * call);
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  vitals_service_settings_clear (&call->settings);
  g_free (call->name);
  g_clear_pointer (&call->model, vitals_vitallens_model_free);
  g_clear_pointer (&call->call.video, g_bytes_unref);
  g_clear_pointer (&call->call.state, g_bytes_unref);
  g_free (call);
}

static gboolean
check_method (VitalsMethod * method, GError ** error)
{
  const Call *call = method->data;

  return !call->call.video || vitals_vitallens_check_call (&call->call,
      call->model, call->max_frames, error);
}

static VitalsMethod *
new_method (VitalsVitalLensClient * client, VitalsMethodFunc run, Call * call,
    GCancellable * cancellable)
{
  static const VitalsMethodClass klass = {
    .check = check_method,.free_data = call_free
  };
  VitalsServiceState *state = vitals_vitallens_client_get_state (client);

  vitals_service_state_copy_settings (state, &call->settings);
  return vitals_method_new (client, state, &klass, run, call, cancellable);
}

static const VitalsServiceSettings *
get_settings (const VitalsMethod * method)
{
  const Call *call = method->data;

  return &call->settings;
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
  VitalsCallRecord record;
  VitalsResponse *response = finish_request (method, result, &record);

  if (response) {
    vitals_method_set_result (method,
        vitals_vitallens_parse_model (response->body, &method->error),
        (GDestroyNotify) vitals_vitallens_model_free);
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
  gpointer model;

  g_return_val_if_fail (VITALS_IS_VITALLENS_CLIENT (client), NULL);

  vitals_method_call (new_model (client, name, cancellable), &model, error);
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
  gpointer model;

  vitals_method_finish (client, result,
      vitals_vitallens_client_resolve_model_async, &model, error);
  return model;
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

static gsize
get_n_samples (const VitalsMethod * method)
{
  const Call *call = method->data;

  return call->n_samples;
}

static void
frames_done (GObject * source G_GNUC_UNUSED, GAsyncResult * result,
    gpointer user_data)
{
  VitalsMethod *method = user_data;
  VitalsCallRecord record;
  VitalsResponse *response = finish_request (method, result, &record);

  if (response) {
    vitals_method_set_result (method,
        vitals_vitallens_parse_answer (response->body,
            get_n_samples (method), &method->error),
        (GDestroyNotify) vitals_vitallens_answer_unref);
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

/* What is sent again is the request: the video is not held until the answer. */
static VitalsRequest *
encode_finish (VitalsMethod * method, GAsyncResult * result)
{
  Call *call = method->data;

  call->n_samples = count_samples (call);
  g_clear_pointer (&call->call.video, g_bytes_unref);
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

  send_request (method, encode_finish (method, result), &plan, frames_done);
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

  send_request (method, encode_finish (method, result), &plan, frames_done);
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

VitalsVitalLensAnswer *
vitals_vitallens_client_file (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, gdouble fps,
    gboolean process_signals, GBytes * state, GCancellable * cancellable,
    GError ** error)
{
  gpointer answer;

  g_return_val_if_fail (VITALS_IS_VITALLENS_CLIENT (client), NULL);
  g_return_val_if_fail (model != NULL && video != NULL, NULL);

  vitals_method_call (new_file (client, model, video, fps, process_signals,
          state, cancellable), &answer, error);
  return answer;
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
  gpointer answer;

  vitals_method_finish (client, result, vitals_vitallens_client_file_async,
      &answer, error);
  return answer;
}

VitalsVitalLensAnswer *
vitals_vitallens_client_stream (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, GBytes * state,
    GCancellable * cancellable, GError ** error)
{
  gpointer answer;

  g_return_val_if_fail (VITALS_IS_VITALLENS_CLIENT (client), NULL);
  g_return_val_if_fail (model != NULL && video != NULL, NULL);

  vitals_method_call (new_stream (client, model, video, state, cancellable),
      &answer, error);
  return answer;
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
  gpointer answer;

  vitals_method_finish (client, result, vitals_vitallens_client_stream_async,
      &answer, error);
  return answer;
}
