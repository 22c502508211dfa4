/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <vitals/tensor/vitals-payload-private.h>

struct _VitalsPayload
{
  gatomicrefcount ref_count;

  GPtrArray *chunks;            /* of GBytes */
  gsize size;
  gchar *content_type;
};

VitalsPayload *
vitals_payload_new (GBytes * bytes, const gchar * content_type)
{
  GPtrArray *chunks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  g_ptr_array_add (chunks, g_bytes_ref (bytes));
  return vitals_payload_new_from_chunks (chunks, content_type);
}

VitalsPayload *
vitals_payload_new_from_chunks (GPtrArray * chunks, const gchar * content_type)
{
  VitalsPayload *payload = g_new0 (VitalsPayload, 1);
  guint i;

  g_atomic_ref_count_init (&payload->ref_count);
  payload->chunks = chunks;
  payload->content_type = g_strdup (content_type);
  for (i = 0; i < chunks->len; i++)
    payload->size += g_bytes_get_size (g_ptr_array_index (chunks, i));
  return payload;
}

VitalsPayload *
vitals_payload_ref (VitalsPayload * payload)
{
  g_atomic_ref_count_inc (&payload->ref_count);
  return payload;
}

void
vitals_payload_unref (VitalsPayload * payload)
{
  if (!g_atomic_ref_count_dec (&payload->ref_count))
    return;
  g_ptr_array_unref (payload->chunks);
  g_free (payload->content_type);
  g_free (payload);
}

gsize
vitals_payload_get_size (const VitalsPayload * payload)
{
  return payload->size;
}

guint
vitals_payload_get_n_chunks (const VitalsPayload * payload)
{
  return payload->chunks->len;
}

GBytes *
vitals_payload_get_chunk (const VitalsPayload * payload, guint index)
{
  g_return_val_if_fail (index < payload->chunks->len, NULL);

  return g_ptr_array_index (payload->chunks, index);
}

const gchar *
vitals_payload_get_content_type (const VitalsPayload * payload)
{
  return payload->content_type;
}

GBytes *
vitals_payload_to_bytes (const VitalsPayload * payload)
{
  guint8 *joined, *end;
  guint i;

  if (payload->chunks->len == 1)
    return g_bytes_ref (g_ptr_array_index (payload->chunks, 0));

  joined = end = g_malloc (payload->size);
  for (i = 0; i < payload->chunks->len; i++) {
    gsize size;
    gconstpointer data = g_bytes_get_data (g_ptr_array_index (payload->chunks,
            i), &size);

    if (size > 0)
      memcpy (end, data, size);
    end += size;
  }
  return g_bytes_new_take (joined, payload->size);
}
