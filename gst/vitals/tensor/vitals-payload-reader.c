/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <vitals/tensor/vitals-inflate-private.h>
#include <vitals/tensor/vitals-payload-reader-private.h>
#include <vitals/vitals-error-private.h>

#define GZIP_ID1 0x1f
#define GZIP_ID2 0x8b
#define GZIP_START_BYTES 4      /* id, method, flags */
#define GZIP_FLAGS 3
#define GZIP_HEADER_CRC 0x02
#define INFLATE_BYTES (32 * 1024)

/* A deflate stream may go on without giving a byte (empty blocks): more input
 * than this for the largest body is not a payload. */
#define MAX_PAYLOAD_BYTES (VITALS_HEADER_MAX_BYTES + 65536 + \
    (gsize) VITALS_TENSOR_MAX_FRAMES * VITALS_FRAME_BYTES)

typedef enum
{
  KIND_UNKNOWN,                 /* fewer bytes than the start of gzip */
  KIND_GZIP,
  KIND_PLAIN
} Kind;

struct _VitalsPayloadReader
{
  VitalsTensorLayout *layout;
  VitalsPayloadBodyFunc body_func;
  gpointer user_data;
  gsize header_size;

  Kind kind;
  guint8 start[GZIP_START_BYTES];       /* until the kind is known */
  gsize taken;                  /* bytes of the payload as it came */
  VitalsInflate *inflate;       /* NULL: not begun */

  guint8 header_bytes[VITALS_HEADER_MAX_BYTES];
  gsize header_used;
  gboolean has_header;
  VitalsTensorHeader header;
  gsize body_size;              /* so far */
  gboolean done;
  gboolean foreign;
};

VitalsPayloadReader *
vitals_payload_reader_new (VitalsTensorLayout * layout,
    VitalsPayloadBodyFunc body_func, gpointer user_data)
{
  VitalsPayloadReader *reader = g_new0 (VitalsPayloadReader, 1);

  reader->layout = vitals_tensor_layout_ref (layout);
  reader->body_func = body_func;
  reader->user_data = user_data;
  reader->header_size = vitals_tensor_layout_get_header_size (layout);
  return reader;
}

void
vitals_payload_reader_free (VitalsPayloadReader * reader)
{
  g_clear_pointer (&reader->inflate, vitals_inflate_free);
  vitals_tensor_layout_unref (reader->layout);
  g_free (reader);
}

void
vitals_payload_reader_reset (VitalsPayloadReader * reader)
{
  g_clear_pointer (&reader->inflate, vitals_inflate_free);
  reader->kind = KIND_UNKNOWN;
  reader->taken = 0;
  reader->header_used = 0;
  reader->has_header = FALSE;
  memset (&reader->header, 0, sizeof (reader->header));
  reader->body_size = 0;
  reader->done = FALSE;
  reader->foreign = FALSE;
}

/* Of the whole body; 0 when the header does not say it. */
static gsize
expected_size (const VitalsPayloadReader * reader)
{
  return (gsize) reader->header.frames * VITALS_FRAME_BYTES;
}

static gsize
largest_size (const VitalsPayloadReader * reader)
{
  if (reader->header.frames > 0)
    return expected_size (reader);
  return (gsize) VITALS_TENSOR_MAX_FRAMES *VITALS_FRAME_BYTES;
}

static gboolean
take_body (VitalsPayloadReader * reader, const guint8 * bytes, gsize size,
    GError ** error)
{
  if (size > largest_size (reader) - reader->body_size) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "The payload is larger than its header says, or than %d frames",
        VITALS_TENSOR_MAX_FRAMES);
    return FALSE;
  }
  if (reader->body_func && size > 0)
    reader->body_func (bytes, size, reader->user_data);
  reader->body_size += size;
  return TRUE;
}

/* Bytes of the payload without its gzip: header, then body. */
static gboolean
take_content (VitalsPayloadReader * reader, const guint8 * bytes, gsize size,
    GError ** error)
{
  gsize part = MIN (size, reader->header_size - reader->header_used);

  memcpy (reader->header_bytes + reader->header_used, bytes, part);
  reader->header_used += part;
  if (reader->header_used < reader->header_size)
    return TRUE;
  if (!reader->has_header) {
    if (!vitals_tensor_layout_read_header (reader->layout,
            reader->header_bytes, &reader->header, error)) {
      reader->foreign = reader->kind == KIND_PLAIN;
      return FALSE;
    }
    reader->has_header = TRUE;
  }
  return take_body (reader, bytes + part, size - part, error);
}

static gboolean
finish_gzip (VitalsPayloadReader * reader, GError ** error)
{
  g_clear_pointer (&reader->inflate, vitals_inflate_free);
  if (!reader->has_header || reader->body_size == 0
      || reader->body_size % VITALS_FRAME_BYTES
      || (reader->header.frames
          && reader->body_size != expected_size (reader))) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "The payload ends after %" G_GSIZE_FORMAT " bytes of header and %"
        G_GSIZE_FORMAT " of body; its header says %u frames of %d bytes",
        reader->header_used, reader->body_size, reader->header.frames,
        VITALS_FRAME_BYTES);
    return FALSE;
  }
  reader->header.frames = reader->body_size / VITALS_FRAME_BYTES;
  reader->done = TRUE;
  return TRUE;
}

/* ISA-L 2.30 checks the CRC of a gzip header wrongly when the header comes in
 * parts. Hardly anybody writes one. */
static VitalsCompressor
choose_engine (const VitalsPayloadReader * reader)
{
  return reader->start[GZIP_FLAGS] & GZIP_HEADER_CRC ? VITALS_COMPRESSOR_ZLIB
      : VITALS_COMPRESSOR_AUTO;
}

static gboolean
read_gzip (VitalsPayloadReader * reader, const guint8 * bytes, gsize size,
    gsize * taken, GError ** error)
{
  guint8 output[INFLATE_BYTES];
  VitalsInflateResult result;
  gsize read, given;

  if (!reader->inflate)
    reader->inflate = vitals_inflate_new (choose_engine (reader));
  *taken = 0;
  do {
    result = vitals_inflate_read (reader->inflate, bytes + *taken,
        size - *taken, &read, output, sizeof (output), &given);
    if (result == VITALS_INFLATE_DAMAGED) {
      vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
          "The payload's gzip is damaged");
      return FALSE;
    }
    *taken += read;
    if (!take_content (reader, output, given, error))
      return FALSE;
  } while (result == VITALS_INFLATE_GOING && (*taken < size
          || given == sizeof (output)));

  return result == VITALS_INFLATE_GOING || finish_gzip (reader, error);
}

static gboolean
read_plain (VitalsPayloadReader * reader, const guint8 * bytes, gsize size,
    gsize * taken, GError ** error)
{
  gsize header = MIN (size, reader->header_size - reader->header_used);
  gsize body;

  if (!take_content (reader, bytes, header, error))
    return FALSE;
  *taken = header;
  if (!reader->has_header)
    return TRUE;
  if (reader->header.frames == 0) {
    vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
        "Layout %s has no frame count, so its payloads must be gzip",
        vitals_tensor_layout_get_name (reader->layout));
    return FALSE;
  }
  body = MIN (size - header, expected_size (reader) - reader->body_size);
  if (!take_body (reader, bytes + header, body, error))
    return FALSE;
  *taken += body;
  reader->done = reader->body_size == expected_size (reader);
  return TRUE;
}

static gboolean
read_kind (VitalsPayloadReader * reader, Kind kind, const guint8 * bytes,
    gsize size, gsize * taken, GError ** error)
{
  reader->kind = kind;
  if (kind == KIND_GZIP)
    return read_gzip (reader, bytes, size, taken, error);
  return read_plain (reader, bytes, size, taken, error);
}

/* The first bytes tell gzip from plain; they may come one by one. */
static gboolean
read_start (VitalsPayloadReader * reader, const guint8 * bytes, gsize size,
    gsize * taken, GError ** error)
{
  gsize held = reader->taken, first;
  Kind kind;

  *taken = MIN (size, GZIP_START_BYTES - held);
  memcpy (reader->start + held, bytes, *taken);
  if (held + *taken < GZIP_START_BYTES)
    return TRUE;
  kind = reader->start[0] == GZIP_ID1 && reader->start[1] == GZIP_ID2
      && vitals_tensor_layout_get_gzip (reader->layout) ? KIND_GZIP
      : KIND_PLAIN;
  return read_kind (reader, kind, reader->start, GZIP_START_BYTES, &first,
      error);
}

gboolean
vitals_payload_reader_feed (VitalsPayloadReader * reader,
    const guint8 * bytes, gsize size, gsize * taken, GError ** error)
{
  gsize step;

  *taken = 0;
  while (*taken < size && !reader->done) {
    gboolean good;

    step = 0;
    if (reader->kind == KIND_UNKNOWN)
      good = read_start (reader, bytes + *taken, size - *taken, &step, error);
    else
      good = read_kind (reader, reader->kind, bytes + *taken, size - *taken,
          &step, error);
    if (!good)
      return FALSE;
    *taken += step;
    reader->taken += step;
    if (reader->taken > MAX_PAYLOAD_BYTES) {
      vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
          "The payload has more than %" G_GSIZE_FORMAT " bytes and still no "
          "end", (gsize) MAX_PAYLOAD_BYTES);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
vitals_payload_reader_is_done (const VitalsPayloadReader * reader)
{
  return reader->done;
}

gboolean
vitals_payload_reader_is_foreign (const VitalsPayloadReader * reader)
{
  return reader->foreign;
}

guint
vitals_payload_reader_get_frames (const VitalsPayloadReader * reader)
{
  return reader->header.frames;
}

gdouble
vitals_payload_reader_get_framerate (const VitalsPayloadReader * reader)
{
  return reader->header.framerate;
}

GError *
vitals_payload_reader_get_truncation (const VitalsPayloadReader * reader)
{
  if (reader->taken == 0)
    return vitals_error_new (VITALS_ERROR_INVALID_TENSOR,
        "There is no payload: it has 0 bytes");
  if (!reader->has_header)
    return vitals_error_new (VITALS_ERROR_INVALID_TENSOR,
        "The payload is truncated: it ends within its header, after %"
        G_GSIZE_FORMAT " bytes", reader->taken);
  return vitals_error_new (VITALS_ERROR_INVALID_TENSOR,
      "The payload is truncated: it ends after %" G_GSIZE_FORMAT " of %"
      G_GSIZE_FORMAT " frames", reader->body_size / VITALS_FRAME_BYTES,
      (gsize) reader->header.frames);
}
