/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <zlib.h>
#include <vitals/tensor/vitals-deflate-private.h>

/* zlib's own default. */
#define MEMORY_LEVEL 8

static gpointer
zlib_create (gint level)
{
  z_stream *stream = g_new0 (z_stream, 1);

  /* negative: raw deflate, the gzip frame is ours */
  if (deflateInit2 (stream, level, Z_DEFLATED, -MAX_WBITS, MEMORY_LEVEL,
          Z_DEFAULT_STRATEGY) != Z_OK)
    g_error ("zlib cannot be set up: %s", stream->msg ? stream->msg : "");
  return stream;
}

static void
zlib_destroy (gpointer engine)
{
  deflateEnd (engine);
  g_free (engine);
}

static void
zlib_reset (gpointer engine)
{
  deflateReset (engine);
}

/* Runs until all input is taken and, by @flush, all output given. */
static void
zlib_run (z_stream * stream, gint flush, VitalsChunks * output)
{
  do {
    gsize room;

    stream->next_out = vitals_chunks_get_room (output, &room);
    stream->avail_out = room;
    if (deflate (stream, flush) == Z_STREAM_ERROR)
      g_error ("zlib refuses to compress");
    vitals_chunks_advance (output, room - stream->avail_out);
  } while (stream->avail_out == 0);
}

static void
zlib_write (gpointer engine, const guint8 * bytes, gsize size,
    VitalsChunks * output)
{
  z_stream *stream = engine;

  stream->next_in = (Bytef *) bytes;
  stream->avail_in = size;
  zlib_run (stream, Z_NO_FLUSH, output);
}

static void
zlib_end (gpointer engine, gboolean last, VitalsChunks * output)
{
  z_stream *stream = engine;

  stream->next_in = NULL;
  stream->avail_in = 0;
  zlib_run (stream, last ? Z_FINISH : Z_FULL_FLUSH, output);
}

static guint32
zlib_crc32 (guint32 crc, const guint8 * bytes, gsize size)
{
  return crc32_z (crc, bytes, size);
}

const VitalsDeflateEngine vitals_deflate_zlib = {
  zlib_create, zlib_destroy, zlib_reset, zlib_write, zlib_end, zlib_crc32
};
