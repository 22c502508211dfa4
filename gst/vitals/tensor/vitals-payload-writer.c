/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The header of a payload is known last, yet its gzip member begins first: the
 * header goes in front as one stored deflate block, the body follows as the raw
 * stream that was compressed frame by frame, and the CRC of the whole is
 * combined from theirs. RFC 1951 and 1952; docs/tensor-layout.md has a drawing.
 */

#include <string.h>
#include <zlib.h>
#include <vitals/tensor/vitals-deflate-private.h>
#include <vitals/tensor/vitals-gzip-private.h>
#include <vitals/tensor/vitals-tensor-layout-private.h>
#include <vitals/vitals-error-private.h>

/* Type of a stored block that is not the last, LEN, its complement. */
#define STORED_BYTES 5

/* A part of the body that is compressed by itself: all of it, or one channel
 * of a channel-major layout. */
typedef struct
{
  VitalsDeflate *deflate;       /* NULL: no gzip */
  VitalsChunks chunks;
  guint32 crc;
  gsize size;                   /* before compression */
} Part;

struct _VitalsPayloadWriter
{
  VitalsTensorLayout *layout;
  guint n_parts;
  Part parts[VITALS_N_CHANNELS];
  gboolean gzip;
  guint frames;
};

VitalsPayloadWriter *
vitals_payload_writer_new (VitalsTensorLayout * layout,
    VitalsCompressor compressor, gint level, GError ** error)
{
  VitalsPayloadWriter *writer;

  if (vitals_tensor_layout_is_opaque (layout)) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "Layout opaque only passes payloads on: to make one, give another "
        "layout");
    return NULL;
  }
  if (level == 0 && !vitals_tensor_layout_has_frame_count (layout)) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "Layout %s has no frame count, so its payloads must be gzip: take a "
        "compression level from 1 to 9",
        vitals_tensor_layout_get_name (layout));
    return NULL;
  }
  writer = g_new0 (VitalsPayloadWriter, 1);
  writer->layout = vitals_tensor_layout_ref (layout);
  writer->gzip = level > 0 && vitals_tensor_layout_get_gzip (layout);
  while (writer->n_parts < (vitals_tensor_layout_is_channel_major (layout)
          ? VITALS_N_CHANNELS : 1)) {
    Part *part = &writer->parts[writer->n_parts];

    if (writer->gzip)
      part->deflate = vitals_deflate_new (compressor, level, error);
    if (writer->gzip && !part->deflate) {
      vitals_payload_writer_free (writer);
      return NULL;
    }
    vitals_chunks_init (&part->chunks);
    writer->n_parts++;
  }
  return writer;
}

void
vitals_payload_writer_free (VitalsPayloadWriter * writer)
{
  guint i;

  for (i = 0; i < writer->n_parts; i++) {
    g_clear_pointer (&writer->parts[i].deflate, vitals_deflate_free);
    vitals_chunks_clear (&writer->parts[i].chunks);
  }
  vitals_tensor_layout_unref (writer->layout);
  g_free (writer);
}

static void
part_write (Part * part, const guint8 * bytes, gsize size)
{
  if (part->deflate) {
    part->crc = vitals_deflate_crc32 (part->deflate, part->crc, bytes, size);
    vitals_deflate_write (part->deflate, bytes, size, &part->chunks);
  } else {
    vitals_chunks_append (&part->chunks, bytes, size);
  }
  part->size += size;
}

/* Planes that follow each other in the frame and in the payload. */
static guint
count_joined (const guint8 * order, guint first)
{
  guint n = 1;

  while (first + n < VITALS_N_CHANNELS && order[first + n] == order[first] + n)
    n++;
  return n;
}

void
vitals_payload_writer_add_frame (VitalsPayloadWriter * writer,
    const guint8 * frame)
{
  const guint8 *order = vitals_tensor_layout_get_plane_order (writer->layout);
  gboolean one_part = writer->n_parts == 1;
  guint i, n;

  /* with each call deflate copies what it may refer to, up to 32 KB */
  for (i = 0; i < VITALS_N_CHANNELS; i += n) {
    n = one_part ? count_joined (order, i) : 1;
    part_write (&writer->parts[one_part ? 0 : i],
        frame + order[i] * VITALS_PLANE_BYTES, n * VITALS_PLANE_BYTES);
  }
  writer->frames++;
}

static void
part_empty (Part * part)
{
  part->crc = 0;
  part->size = 0;
}

/* The header, with what goes before it in a gzip member. */
static GBytes *
make_front (VitalsPayloadWriter * writer, const guint8 * header, gsize size)
{
  GByteArray *front = g_byte_array_new ();
  guint8 stored[STORED_BYTES] = { 0, size & 0xff, size >> 8, ~size & 0xff,
    (~size >> 8) & 0xff
  };

  if (writer->gzip) {
    vitals_gzip_append_start (front);
    g_byte_array_append (front, stored, sizeof (stored));
  }
  g_byte_array_append (front, header, size);
  return g_byte_array_free_to_bytes (front);
}

static GBytes *
make_trailer (VitalsPayloadWriter * writer, const guint8 * header, gsize size)
{
  guint8 *trailer = g_malloc (VITALS_GZIP_TRAILER_BYTES);
  guint32 crc = crc32 (0, header, size);
  guint i;

  for (i = 0; i < writer->n_parts; i++) {
    const Part *part = &writer->parts[i];

    crc = crc32_combine (crc, part->crc, part->size);
    size += part->size;
  }
  vitals_gzip_write_trailer (crc, size, trailer);
  return g_bytes_new_take (trailer, VITALS_GZIP_TRAILER_BYTES);
}

VitalsPayload *
vitals_payload_writer_seal (VitalsPayloadWriter * writer, gdouble framerate)
{
  VitalsTensorHeader values = { writer->frames, framerate };
  GPtrArray *chunks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint8 header[VITALS_HEADER_MAX_BYTES];
  gsize size = vitals_tensor_layout_get_header_size (writer->layout);
  guint i;

  g_return_val_if_fail (writer->frames > 0, NULL);

  vitals_tensor_layout_write_header (writer->layout, &values, header);
  g_ptr_array_add (chunks, make_front (writer, header, size));
  for (i = 0; i < writer->n_parts; i++) {
    Part *part = &writer->parts[i];

    if (part->deflate)
      vitals_deflate_end (part->deflate, i == writer->n_parts - 1,
          &part->chunks);
    vitals_chunks_move (&part->chunks, chunks);
  }
  if (writer->gzip)
    g_ptr_array_add (chunks, make_trailer (writer, header, size));

  for (i = 0; i < writer->n_parts; i++)
    part_empty (&writer->parts[i]);
  writer->frames = 0;
  return vitals_payload_new_from_chunks (chunks,
      vitals_tensor_layout_get_content_type (writer->layout));
}

void
vitals_payload_writer_reset (VitalsPayloadWriter * writer)
{
  guint i;

  for (i = 0; i < writer->n_parts; i++) {
    Part *part = &writer->parts[i];

    if (part->deflate)
      vitals_deflate_reset (part->deflate);
    vitals_chunks_clear (&part->chunks);
    vitals_chunks_init (&part->chunks);
    part_empty (part);
  }
  writer->frames = 0;
}
