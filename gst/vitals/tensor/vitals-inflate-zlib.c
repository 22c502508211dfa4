/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <zlib.h>
#include <vitals/tensor/vitals-inflate-private.h>

static gpointer
zlib_create (void)
{
  z_stream *stream = g_new0 (z_stream, 1);

  /* 16: with a gzip frame, whose CRC is checked */
  if (inflateInit2 (stream, MAX_WBITS + 16) != Z_OK)
    g_error ("zlib cannot be set up: %s", stream->msg ? stream->msg : "");
  return stream;
}

static void
zlib_destroy (gpointer engine)
{
  inflateEnd (engine);
  g_free (engine);
}

static VitalsInflateResult
zlib_read (gpointer engine, const guint8 * bytes, gsize size, gsize * taken,
    guint8 * output, gsize room, gsize * given)
{
  z_stream *stream = engine;
  gint result;

  stream->next_in = (Bytef *) bytes;
  stream->avail_in = size;
  stream->next_out = output;
  stream->avail_out = room;
  result = inflate (stream, Z_NO_FLUSH);
  *taken = size - stream->avail_in;
  *given = room - stream->avail_out;
  if (result == Z_STREAM_END)
    return VITALS_INFLATE_DONE;
  /* Z_BUF_ERROR: no input, or no room; nothing is lost */
  return result == Z_OK || result == Z_BUF_ERROR ? VITALS_INFLATE_GOING
      : VITALS_INFLATE_DAMAGED;
}

const VitalsInflateEngine vitals_inflate_zlib = {
  zlib_create, zlib_destroy, zlib_read
};
