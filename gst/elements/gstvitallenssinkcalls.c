/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitallenssink: calls of the service, on the network thread. */

#include "gstvitallenssink.h"

#include <vitals/client/vitals-network-private.h>

static void
chunk_free (GstVitalLensChunk * chunk)
{
  g_clear_pointer (&chunk->model, vitals_vitallens_model_free);
  g_clear_pointer (&chunk->video, g_bytes_unref);
  g_clear_pointer (&chunk->state, g_bytes_unref);
  g_clear_pointer (&chunk->times, g_array_unref);
  g_object_unref (chunk->cancellable);
  gst_object_unref (chunk->sink);
  g_free (chunk);
}

GstVitalLensChunk *
gst_vitallens_sink_chunk_new (GstVitalLensSink * self)
{
  GstVitalLensChunk *chunk = g_new0 (GstVitalLensChunk, 1);

  chunk->sink = gst_object_ref (self);
  chunk->generation = self->generation;
  chunk->cancellable = g_object_ref (self->cancellable);
  return chunk;
}

/* @error: (transfer full) */
static void
tell_failure (GstVitalLensChunk * chunk, VitalsVitalLensClient * client,
    GError * error)
{
  GstStructure *failure;
  guint attempts = 0;

  /* one call is in flight at a time: the last that failed is this one */
  g_object_get (client, "last-failure", &failure, NULL);
  if (failure)
    gst_structure_get_uint (failure, "attempts", &attempts);
  g_clear_pointer (&failure, gst_structure_free);
  gst_vitallens_sink_tell_failure (chunk->sink, chunk, error, attempts);
  g_error_free (error);
}

static void
frames_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GstVitalLensChunk *chunk = user_data;
  VitalsVitalLensClient *client = VITALS_VITALLENS_CLIENT (source);
  VitalsVitalLensAnswer *answer;
  GError *error = NULL;

  answer = chunk->as_file ?
      vitals_vitallens_client_file_finish (client, result, &error)
      : vitals_vitallens_client_stream_finish (client, result, &error);
  if (answer) {
    gst_vitallens_sink_tell_answer (chunk->sink, chunk, answer);
    vitals_vitallens_answer_unref (answer);
  } else {
    tell_failure (chunk, client, error);
  }
  chunk_free (chunk);
}

static void
model_done (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GstVitalLensChunk *chunk = user_data;
  VitalsVitalLensClient *client = VITALS_VITALLENS_CLIENT (source);
  GError *error = NULL;
  VitalsVitalLensModel *model =
      vitals_vitallens_client_resolve_model_finish (client, result, &error);

  if (model)
    gst_vitallens_sink_tell_model (chunk->sink, chunk, model);
  else
    tell_failure (chunk, client, error);
  chunk_free (chunk);
}

typedef struct
{
  GstVitalLensChunk *chunk;
  VitalsVitalLensClient *client;
  gchar *model;                 /* name to resolve, or NULL */
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->client);
  g_free (call->model);
  g_free (call);
}

/* Made here, the call completes here: no main loop of an application is
 * needed. The client holds the video as long as it needs it. */
static gboolean
call_service (gpointer user_data)
{
  Call *call = user_data;
  GstVitalLensChunk *chunk = call->chunk;
  GBytes *video = g_steal_pointer (&chunk->video);

  if (!chunk->times)
    vitals_vitallens_client_resolve_model_async (call->client, call->model,
        chunk->cancellable, model_done, chunk);
  else if (chunk->as_file)
    vitals_vitallens_client_file_async (call->client, chunk->model,
        video, chunk->fps, chunk->rates, chunk->state, chunk->cancellable,
        frames_done, chunk);
  else
    vitals_vitallens_client_stream_async (call->client, chunk->model,
        video, chunk->state, chunk->cancellable, frames_done, chunk);
  g_clear_pointer (&video, g_bytes_unref);
  return G_SOURCE_REMOVE;
}

void
gst_vitallens_sink_call (GstVitalLensSink * self, GstVitalLensChunk * chunk,
    const gchar * model)
{
  Call *call = g_new0 (Call, 1);

  call->chunk = chunk;
  call->client = g_object_ref (self->parent.client);
  call->model = model && *model ? g_strdup (model) : NULL;
  vitals_network_invoke (call_service, call, call_free);
}
