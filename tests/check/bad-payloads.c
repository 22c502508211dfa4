/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bad-payloads.h"

#include <string.h>
#include <vitals/tensor/vitals-tensor.h>

#define BOMB_BYTES (4 * 1000 * 1000)

GBytes *
good_payload_new (guint frames, gint compression_level)
{
  VitalsTensorLayout *layout = vitals_tensor_layout_new ("draft-1", NULL);
  gsize size = (gsize) frames * VITALS_FRAME_BYTES;
  guint8 *pixels = g_malloc (size);
  VitalsTensor *tensor;
  GBytes *bytes, *payload;

  memset (pixels, 100, size);
  bytes = g_bytes_new_take (pixels, size);
  tensor = vitals_tensor_new (bytes, 30, NULL);
  payload = vitals_tensor_encode (tensor, layout, compression_level, NULL);
  g_assert (payload != NULL);
  vitals_tensor_unref (tensor);
  vitals_tensor_layout_unref (layout);
  g_bytes_unref (bytes);
  return payload;
}

/* The first @size bytes of a payload of two frames, and @zeros. */
static GBytes *
gzip_new (gsize size, gsize zeros)
{
  GBytes *plain = good_payload_new (2, 0);
  GConverter *gzip = G_CONVERTER (g_zlib_compressor_new
      (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  GOutputStream *memory = g_memory_output_stream_new_resizable ();
  GOutputStream *stream = g_converter_output_stream_new (memory, gzip);
  guint8 *nothing = g_malloc0 (zeros + 1);
  GBytes *packed;

  g_output_stream_write_all (stream, g_bytes_get_data (plain, NULL), size,
      NULL, NULL, NULL);
  g_output_stream_write_all (stream, nothing, zeros, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  packed = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM
      (memory));
  g_object_unref (stream);
  g_object_unref (memory);
  g_object_unref (gzip);
  g_bytes_unref (plain);
  g_free (nothing);
  return packed;
}

/* Another byte so far from the end. */
static GBytes *
damage (GBytes * payload, gsize from_end)
{
  gsize size;
  guint8 *data = g_bytes_unref_to_data (payload, &size);

  data[size - from_end] ^= 1;
  return g_bytes_new_take (data, size);
}

GBytes *
bad_payload_new (BadPayload kind)
{
  gsize header = 0;
  GBytes *plain = good_payload_new (2, 0);

  header = g_bytes_get_size (plain) - 2 * VITALS_FRAME_BYTES;
  g_bytes_unref (plain);
  /* the trailer: 4 bytes of CRC, 4 of size */
  if (kind == BAD_PAYLOAD_CHECKSUM)
    return damage (good_payload_new (2, 1), 6);
  if (kind == BAD_PAYLOAD_SIZE)
    return damage (good_payload_new (2, 1), 2);
  if (kind == BAD_PAYLOAD_BOMB)
    return gzip_new (header + 2 * VITALS_FRAME_BYTES, BOMB_BYTES);
  return gzip_new (header + VITALS_FRAME_BYTES, 0);
}
