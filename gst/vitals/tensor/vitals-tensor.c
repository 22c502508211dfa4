/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <vitals/tensor/vitals-payload-private.h>
#include <vitals/tensor/vitals-payload-reader-private.h>
#include <vitals/tensor/vitals-tensor.h>
#include <vitals/vitals-error-private.h>

#define PLACEHOLDER_GREY 128
#define PLACEHOLDER_FRAMERATE 30.0

struct _VitalsTensor
{
  gatomicrefcount ref_count;

  GBytes *pixels;
  guint frames;
  gdouble framerate;
};

G_DEFINE_BOXED_TYPE (VitalsTensor, vitals_tensor, vitals_tensor_ref,
    vitals_tensor_unref);

/* @pixels: (transfer full) */
static VitalsTensor *
tensor_new_take (GBytes * pixels, gdouble framerate)
{
  VitalsTensor *tensor = g_new0 (VitalsTensor, 1);

  g_atomic_ref_count_init (&tensor->ref_count);
  tensor->pixels = pixels;
  tensor->frames = g_bytes_get_size (pixels) / VITALS_FRAME_BYTES;
  tensor->framerate = framerate;
  return tensor;
}

VitalsTensor *
vitals_tensor_new (GBytes * pixels, gdouble framerate, GError ** error)
{
  gsize size;

  g_return_val_if_fail (pixels != NULL, NULL);

  size = g_bytes_get_size (pixels);
  if (size == 0 || size % VITALS_FRAME_BYTES
      || size / VITALS_FRAME_BYTES > VITALS_TENSOR_MAX_FRAMES) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "%" G_GSIZE_FORMAT " bytes are not 1 to %d frames of %d bytes", size,
        VITALS_TENSOR_MAX_FRAMES, VITALS_FRAME_BYTES);
    return NULL;
  }
  if (!vitals_tensor_is_framerate (framerate)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "The frame rate must be %g to %g frames per second",
        VITALS_TENSOR_MIN_FRAMERATE, VITALS_TENSOR_MAX_FRAMERATE);
    return NULL;
  }
  return tensor_new_take (g_bytes_ref (pixels), framerate);
}

VitalsTensor *
vitals_tensor_new_placeholder (guint frames)
{
  gsize size = (gsize) frames * VITALS_FRAME_BYTES;
  guint8 *pixels;

  g_return_val_if_fail (frames >= 1 && frames <= VITALS_TENSOR_MAX_FRAMES,
      NULL);

  pixels = g_malloc (size);
  memset (pixels, PLACEHOLDER_GREY, size);
  return tensor_new_take (g_bytes_new_take (pixels, size),
      PLACEHOLDER_FRAMERATE);
}

static void
append_body (const guint8 * bytes, gsize size, gpointer user_data)
{
  g_byte_array_append (user_data, bytes, size);
}

static gboolean
is_our_order (const VitalsTensorLayout * layout)
{
  const guint8 *order = vitals_tensor_layout_get_plane_order (layout);
  guint i;

  if (vitals_tensor_layout_is_channel_major (layout))
    return FALSE;
  for (i = 0; i < VITALS_N_CHANNELS; i++) {
    if (order[i] != i)
      return FALSE;
  }
  return TRUE;
}

/* From the order of the layout to ours. */
static GBytes *
order_planes (const GByteArray * body, const VitalsTensorLayout * layout)
{
  const guint8 *order = vitals_tensor_layout_get_plane_order (layout);
  gboolean channel_major = vitals_tensor_layout_is_channel_major (layout);
  guint frames = body->len / VITALS_FRAME_BYTES;
  guint8 *pixels = g_malloc (body->len);
  guint frame, i;

  for (frame = 0; frame < frames; frame++) {
    for (i = 0; i < VITALS_N_CHANNELS; i++) {
      gsize from = channel_major ? (gsize) i * frames + frame
          : (gsize) frame * VITALS_N_CHANNELS + i;
      gsize to = (gsize) frame * VITALS_N_CHANNELS + order[i];

      memcpy (pixels + to * VITALS_PLANE_BYTES,
          body->data + from * VITALS_PLANE_BYTES, VITALS_PLANE_BYTES);
    }
  }
  return g_bytes_new_take (pixels, body->len);
}

/* @body: (transfer full) */
static GBytes *
take_pixels (GByteArray * body, const VitalsTensorLayout * layout)
{
  GBytes *pixels;

  if (is_our_order (layout))
    return g_byte_array_free_to_bytes (body);
  pixels = order_planes (body, layout);
  g_byte_array_unref (body);
  return pixels;
}

/* Reads the one payload that @bytes must be. */
static gboolean
read_payload (VitalsPayloadReader * reader, GBytes * bytes, GError ** error)
{
  gsize size, taken;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (!vitals_payload_reader_feed (reader, data, size, &taken, error))
    return FALSE;
  if (!vitals_payload_reader_is_done (reader)) {
    g_propagate_error (error, vitals_payload_reader_get_truncation (reader));
    return FALSE;
  }
  if (taken < size) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "%" G_GSIZE_FORMAT " bytes follow the payload", size - taken);
    return FALSE;
  }
  return TRUE;
}

VitalsTensor *
vitals_tensor_decode (GBytes * payload, VitalsTensorLayout * layout,
    GError ** error)
{
  VitalsPayloadReader *reader;
  VitalsTensor *tensor = NULL;
  g_autoptr (GByteArray) body = NULL;

  g_return_val_if_fail (payload != NULL, NULL);
  g_return_val_if_fail (layout != NULL, NULL);

  if (vitals_tensor_layout_is_opaque (layout)) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "Layout opaque says nothing of the content: to decode, give the "
        "payload's own layout");
    return NULL;
  }
  body = g_byte_array_new ();
  reader = vitals_payload_reader_new (layout, append_body, body);
  if (read_payload (reader, payload, error))
    tensor = tensor_new_take (take_pixels (g_steal_pointer (&body), layout),
        vitals_payload_reader_get_framerate (reader));
  vitals_payload_reader_free (reader);
  return tensor;
}

GBytes *
vitals_tensor_encode (VitalsTensor * tensor, VitalsTensorLayout * layout,
    gint level, GError ** error)
{
  VitalsPayloadWriter *writer;
  VitalsPayload *payload;
  const guint8 *pixels;
  GBytes *bytes;
  guint i;

  g_return_val_if_fail (tensor != NULL, NULL);
  g_return_val_if_fail (layout != NULL, NULL);
  g_return_val_if_fail (level >= 0 && level <= 9, NULL);

  /* zlib: the same bytes on every machine */
  writer = vitals_payload_writer_new (layout, VITALS_COMPRESSOR_ZLIB, level,
      error);
  if (!writer)
    return NULL;
  pixels = g_bytes_get_data (tensor->pixels, NULL);
  for (i = 0; i < tensor->frames; i++)
    vitals_payload_writer_add_frame (writer,
        pixels + (gsize) i * VITALS_FRAME_BYTES);
  payload = vitals_payload_writer_seal (writer, tensor->framerate);
  bytes = vitals_payload_to_bytes (payload);
  vitals_payload_unref (payload);
  vitals_payload_writer_free (writer);
  return bytes;
}

VitalsTensor *
vitals_tensor_ref (VitalsTensor * tensor)
{
  g_return_val_if_fail (tensor != NULL, NULL);
  g_atomic_ref_count_inc (&tensor->ref_count);
  return tensor;
}

void
vitals_tensor_unref (VitalsTensor * tensor)
{
  g_return_if_fail (tensor != NULL);
  if (!g_atomic_ref_count_dec (&tensor->ref_count))
    return;
  g_bytes_unref (tensor->pixels);
  g_free (tensor);
}

guint
vitals_tensor_get_frames (const VitalsTensor * tensor)
{
  return tensor->frames;
}

gdouble
vitals_tensor_get_framerate (const VitalsTensor * tensor)
{
  return tensor->framerate;
}

GBytes *
vitals_tensor_get_pixels (const VitalsTensor * tensor)
{
  return tensor->pixels;
}
