/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <zlib.h>
#include <vitals/tensor/vitals-payload-reader-private.h>
#include <vitals/vitals-error-private.h>

#define GZIP_ID1 0x1f
#define GZIP_ID2 0x8b
#define GZIP_ID_BYTES 2
#define INFLATE_BYTES (32 * 1024)

/* A deflate stream may go on without giving a byte (empty blocks): more input
 * than this for the largest body is not a payload. */
#define MAX_PAYLOAD_BYTES (VITALS_HEADER_MAX_BYTES + 65536 + \
    (gsize) VITALS_TENSOR_MAX_FRAMES * VITALS_FRAME_BYTES)

typedef enum
{
  KIND_UNKNOWN,                 /* fewer bytes than an id of gzip */
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
  guint8 start[GZIP_ID_BYTES];  /* until the kind is known */
  gsize taken;                  /* bytes of the payload as it came */
  z_stream inflater;
  gboolean inflating;           /* inflater is set up */

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

static void
stop_inflating (VitalsPayloadReader * reader)
{
  if (reader->inflating)
    inflateEnd (&reader->inflater);
  reader->inflating = FALSE;
}

void
vitals_payload_reader_free (VitalsPayloadReader * reader)
{
  stop_inflating (reader);
  vitals_tensor_layout_unref (reader->layout);
  g_free (reader);
}

void
vitals_payload_reader_reset (VitalsPayloadReader * reader)
{
  stop_inflating (reader);
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
  stop_inflating (reader);
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

static gboolean
start_inflating (VitalsPayloadReader * reader)
{
  if (!reader->inflating) {
    memset (&reader->inflater, 0, sizeof (reader->inflater));
    /* 16: with a gzip frame, whose CRC is checked */
    reader->inflating = inflateInit2 (&reader->inflater, MAX_WBITS + 16)
        == Z_OK;
  }
  return reader->inflating;
}

static gboolean
read_gzip (VitalsPayloadReader * reader, const guint8 * bytes, gsize size,
    gsize * taken, GError ** error)
{
  guint8 output[INFLATE_BYTES];
  z_stream *inflater = &reader->inflater;
  gint result = Z_OK;

  if (!start_inflating (reader))
    g_error ("zlib cannot be set up");
  inflater->next_in = (Bytef *) bytes;
  inflater->avail_in = size;
  do {
    inflater->next_out = output;
    inflater->avail_out = sizeof (output);
    result = inflate (inflater, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      vitals_set_error (error, VITALS_ERROR_INVALID_TENSOR,
          "The payload's gzip is damaged%s%s", inflater->msg ? ": " : "",
          inflater->msg ? inflater->msg : "");
      return FALSE;
    }
    if (!take_content (reader, output, sizeof (output) - inflater->avail_out,
            error))
      return FALSE;
  } while (result == Z_OK && (inflater->avail_in > 0
          || inflater->avail_out == 0));

  *taken = size - inflater->avail_in;
  return result != Z_STREAM_END || finish_gzip (reader, error);
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

/* The first two bytes tell gzip from plain; they may come one by one. */
static gboolean
read_start (VitalsPayloadReader * reader, const guint8 * bytes, gsize size,
    gsize * taken, GError ** error)
{
  gsize held = reader->taken, first;
  Kind kind;

  *taken = MIN (size, GZIP_ID_BYTES - held);
  memcpy (reader->start + held, bytes, *taken);
  if (held + *taken < GZIP_ID_BYTES)
    return TRUE;
  kind = reader->start[0] == GZIP_ID1 && reader->start[1] == GZIP_ID2
      && vitals_tensor_layout_get_gzip (reader->layout) ? KIND_GZIP
      : KIND_PLAIN;
  return read_kind (reader, kind, reader->start, GZIP_ID_BYTES, &first, error);
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
vitals_payload_reader_is_empty (const VitalsPayloadReader * reader)
{
  return reader->taken == 0;
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
