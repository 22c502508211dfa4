/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/client/vitals-transport-private.h>

/* *INDENT-OFF* */
G_DEFINE_INTERFACE (VitalsTransport, vitals_transport, G_TYPE_OBJECT)
/* *INDENT-ON* */

static void
vitals_transport_default_init (VitalsTransportInterface * iface G_GNUC_UNUSED)
{
}

void
vitals_transport_send_async (VitalsTransport * transport,
    VitalsRequest * request, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VITALS_TRANSPORT_GET_IFACE (transport)->send_async (transport, request,
      cancellable, callback, user_data);
}

VitalsResponse *
vitals_transport_send_finish (VitalsTransport * transport,
    GAsyncResult * result, GError ** error)
{
  return VITALS_TRANSPORT_GET_IFACE (transport)->send_finish (transport,
      result, error);
}

VitalsRequest *
vitals_request_new (const gchar * method, const gchar * url)
{
  VitalsRequest *request = g_new0 (VitalsRequest, 1);

  g_atomic_ref_count_init (&request->ref_count);
  request->method = method;
  request->url = g_strdup (url);
  request->headers = g_ptr_array_new_with_free_func (g_free);
  return request;
}

VitalsRequest *
vitals_request_new_for_json (const gchar * method, const gchar * base_url,
    const gchar * path, const gchar * api_key, gsize max_response_bytes)
{
  gchar *url = g_strconcat (base_url, path, NULL);
  VitalsRequest *request = vitals_request_new (method, url);

  g_free (url);
  vitals_request_add_header (request, "X-API-Key", api_key);
  vitals_request_add_header (request, "Accept", "application/json");
  request->max_response_bytes = max_response_bytes;
  return request;
}

VitalsRequest *
vitals_request_copy (const VitalsRequest * request)
{
  VitalsRequest *copy = g_new0 (VitalsRequest, 1);

  g_atomic_ref_count_init (&copy->ref_count);
  copy->method = request->method;
  copy->url = g_strdup (request->url);
  copy->headers = g_ptr_array_ref (request->headers);
  if (request->body)
    copy->body = vitals_payload_ref (request->body);
  copy->ca_file = g_strdup (request->ca_file);
  copy->max_response_bytes = request->max_response_bytes;
  return copy;
}

VitalsRequest *
vitals_request_ref (VitalsRequest * request)
{
  g_atomic_ref_count_inc (&request->ref_count);
  return request;
}

void
vitals_request_unref (VitalsRequest * request)
{
  if (!g_atomic_ref_count_dec (&request->ref_count))
    return;
  g_free (request->url);
  g_ptr_array_unref (request->headers);
  g_clear_pointer (&request->body, vitals_payload_unref);
  g_free (request->ca_file);
  g_free (request);
}

void
vitals_request_add_header (VitalsRequest * request, const gchar * name,
    const gchar * value)
{
  g_ptr_array_add (request->headers, g_strdup (name));
  g_ptr_array_add (request->headers, g_strdup (value));
}

VitalsResponse *
vitals_response_new (guint status)
{
  VitalsResponse *response = g_new0 (VitalsResponse, 1);

  response->status = status;
  response->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  return response;
}

void
vitals_response_free (VitalsResponse * response)
{
  g_hash_table_unref (response->headers);
  g_clear_pointer (&response->body, g_bytes_unref);
  g_free (response);
}

void
vitals_response_add_header (VitalsResponse * response, const gchar * name,
    const gchar * value)
{
  gchar *lower = g_ascii_strdown (name, -1);

  if (g_hash_table_contains (response->headers, lower))
    g_free (lower);
  else
    g_hash_table_insert (response->headers, lower, g_strdup (value));
}

const gchar *
vitals_response_get_header (const VitalsResponse * response, const gchar * name)
{
  return g_hash_table_lookup (response->headers, name);
}
