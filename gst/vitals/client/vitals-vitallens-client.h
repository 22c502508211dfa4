/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/client/vitals-vitallens-types.h>
#include <vitals/vitals-error.h>

G_BEGIN_DECLS

/**
 * VitalsVitalLensClient:
 *
 * The calls of the VitalLens service, version 3. Thread-safe. Every call exists
 * blocking and as _async/_finish, which complete in the thread-default context
 * of the caller. A blocking call on the library's network thread is an
 * INVALID_REQUEST: it would wait for itself. Of an application, sync handlers of
 * the bus run there, as elements post from it; and what such a handler calls
 * with _async completes there.
 *
 * Properties: api-key (write-only, construct), base-url, ca-file,
 * request-timeout, upload-timeout (guint64 ns), max-retries (guint),
 * last-failure (read-only #GstStructure with the fields of `vitals-failed`).
 * The key and the address are fixed once the client is made. What else is set
 * counts for the calls that are made from then on.
 *
 * Frames are paid: a file or stream call that may have been accepted is never
 * sent again.
 */
#define VITALS_TYPE_VITALLENS_CLIENT (vitals_vitallens_client_get_type ())
VITALS_API G_DECLARE_FINAL_TYPE (VitalsVitalLensClient,
    vitals_vitallens_client, VITALS, VITALLENS_CLIENT, GObject)

#define VITALS_VITALLENS_DEFAULT_BASE_URL \
    "https://api.rouast.com/vitallens-v3"

/**
 * vitals_vitallens_client_new:
 * @api_key: (nullable): %NULL: the environment variable VITALLENS_API_KEY
 * @base_url: (nullable): %NULL: the environment variable VITALLENS_BASE_URL,
 *   else https://api.rouast.com/vitallens-v3; https, or http on loopback only
 * @error: VITALS_ERROR_MISSING_API_KEY, _INVALID_API_KEY, _INVALID_REQUEST
 *   (base URL)
 *
 * A client with the key and the address that are given. Sends nothing.
 *
 * Returns: (transfer full) (nullable): a client
 */
VITALS_API VitalsVitalLensClient *vitals_vitallens_client_new (const gchar *
    api_key, const gchar * base_url, GError ** error);

/**
 * vitals_vitallens_client_close:
 * @client: a client
 *
 * Cancels every call that is under way; later ones fail. Any thread.
 */
VITALS_API void vitals_vitallens_client_close (VitalsVitalLensClient * client);

/**
 * vitals_vitallens_check_api_key:
 * @api_key: (nullable): a key
 * @error: VITALS_ERROR_MISSING_API_KEY or _INVALID_API_KEY
 *
 * Whether a key has the form of one: printable ASCII without spaces. Only the
 * service knows whether it is one.
 *
 * Returns: %TRUE when it has
 */
VITALS_API gboolean vitals_vitallens_check_api_key (const gchar * api_key,
    GError ** error);

/**
 * vitals_vitallens_client_resolve_model:
 * @client: a client
 * @name: (nullable): the model that is wanted; %NULL: the service chooses
 * @cancellable: (nullable): to cancel it
 * @error: any #VitalsError that a service may cause; VITALS_ERROR_FORBIDDEN
 *   when the plan does not have the model
 *
 * What the model that will be used needs. Costs nothing.
 *
 * Returns: (transfer full) (nullable): the model, %NULL on failure
 */
VITALS_API VitalsVitalLensModel
    * vitals_vitallens_client_resolve_model (VitalsVitalLensClient * client,
    const gchar * name, GCancellable * cancellable, GError ** error);
/**
 * vitals_vitallens_client_resolve_model_async:
 * @client: a client
 * @name: (nullable): the model that is wanted; %NULL: the service chooses
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_vitallens_client_resolve_model().
 */
VITALS_API void vitals_vitallens_client_resolve_model_async
    (VitalsVitalLensClient * client, const gchar * name,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/**
 * vitals_vitallens_client_resolve_model_finish:
 * @client: a client
 * @result: what the callback got
 * @error: as of the blocking call
 *
 * The end of vitals_vitallens_client_resolve_model_async().
 *
 * Returns: (transfer full) (nullable): the model, %NULL on failure
 */
VITALS_API VitalsVitalLensModel
    * vitals_vitallens_client_resolve_model_finish (VitalsVitalLensClient *
    client, GAsyncResult * result, GError ** error);

/**
 * vitals_vitallens_client_file:
 * @client: a client
 * @model: what vitals_vitallens_client_resolve_model() gave
 * @video: RGB pictures of the model's size, one after the other: 16 to 900, and
 *   with a @state at least as many as the model has inputs
 * @fps: frames per second, or 0 when unknown; @process_signals needs it
 * @process_signals: whether the service computes rates, too
 * @state: (nullable): of the answer before
 * @cancellable: (nullable): to cancel it
 * @error: VITALS_ERROR_INVALID_REQUEST before anything is sent, when a limit is
 *   not kept; any #VitalsError that a service may cause
 *
 * Sends a recording in one call. With a @state its first frames, as many as the
 * model has inputs less one, are context and get no sample.
 *
 * Returns: (transfer full) (nullable): the answer, %NULL on failure. Ask
 *   vitals_vitallens_answer_is_usable() before rates are taken from it.
 */
VITALS_API VitalsVitalLensAnswer
    * vitals_vitallens_client_file (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, gdouble fps,
    gboolean process_signals, GBytes * state, GCancellable * cancellable,
    GError ** error);
/**
 * vitals_vitallens_client_file_async:
 * @client: a client
 * @model: the model
 * @video: RGB pictures
 * @fps: frames per second, or 0 when unknown
 * @process_signals: whether the service computes rates, too
 * @state: (nullable): of the answer before
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_vitallens_client_file().
 */
VITALS_API void vitals_vitallens_client_file_async (VitalsVitalLensClient *
    client, const VitalsVitalLensModel * model, GBytes * video, gdouble fps,
    gboolean process_signals, GBytes * state, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
/**
 * vitals_vitallens_client_file_finish:
 * @client: a client
 * @result: what the callback got
 * @error: as of the blocking call
 *
 * The end of vitals_vitallens_client_file_async().
 *
 * Returns: (transfer full) (nullable): the answer, %NULL on failure
 */
VITALS_API VitalsVitalLensAnswer
    * vitals_vitallens_client_file_finish (VitalsVitalLensClient * client,
    GAsyncResult * result, GError ** error);

/**
 * vitals_vitallens_client_stream:
 * @client: a client
 * @model: what vitals_vitallens_client_resolve_model() gave
 * @video: RGB pictures of the model's size: 16 to 150, and with a @state at
 *   least as many as the model has inputs
 * @state: (nullable): of the answer before
 * @cancellable: (nullable): to cancel it
 * @error: as of vitals_vitallens_client_file()
 *
 * Sends the next chunk of a stream, compressed. Its answer has waveforms and a
 * state, never rates.
 *
 * Returns: (transfer full) (nullable): the answer, %NULL on failure
 */
VITALS_API VitalsVitalLensAnswer
    * vitals_vitallens_client_stream (VitalsVitalLensClient * client,
    const VitalsVitalLensModel * model, GBytes * video, GBytes * state,
    GCancellable * cancellable, GError ** error);
/**
 * vitals_vitallens_client_stream_async:
 * @client: a client
 * @model: the model
 * @video: RGB pictures
 * @state: (nullable): of the answer before
 * @cancellable: (nullable): to cancel it
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * See vitals_vitallens_client_stream().
 */
VITALS_API void vitals_vitallens_client_stream_async (VitalsVitalLensClient *
    client, const VitalsVitalLensModel * model, GBytes * video, GBytes * state,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
/**
 * vitals_vitallens_client_stream_finish:
 * @client: a client
 * @result: what the callback got
 * @error: as of the blocking call
 *
 * The end of vitals_vitallens_client_stream_async().
 *
 * Returns: (transfer full) (nullable): the answer, %NULL on failure
 */
VITALS_API VitalsVitalLensAnswer
    * vitals_vitallens_client_stream_finish (VitalsVitalLensClient * client,
    GAsyncResult * result, GError ** error);

G_END_DECLS
