/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <vitals/tensor/vitals-deflate-private.h>

typedef struct
{
  struct isal_zstream stream;
  guint8 *level_buffer;
} Engine;

/* ISA-L has three levels above its fastest (which hardly compresses). At the
 * first, speed is what counts: for a face, a large buffer and matches in the
 * last 8 KB only (a plane has 5) take 8 % less time and give payloads that are
 * 1 % larger. */
static const struct
{
  guint level;
  guint buffer_bytes;
  guint history_bits;           /* 0: all that deflate can refer to */
} levels[] = {
  {1, ISAL_DEF_LVL1_EXTRA_LARGE, 13},
  {2, ISAL_DEF_LVL2_DEFAULT, 0},
  {3, ISAL_DEF_LVL3_DEFAULT, 0}
};

static void
isal_set_up (Engine * engine, guint level)
{
  isal_deflate_init (&engine->stream);
  engine->stream.level = levels[level].level;
  engine->stream.level_buf = engine->level_buffer;
  engine->stream.level_buf_size = levels[level].buffer_bytes;
  engine->stream.hist_bits = levels[level].history_bits;
  engine->stream.gzip_flag = IGZIP_DEFLATE;
}

static gpointer
isal_create (gint level)
{
  Engine *engine = g_new0 (Engine, 1);
  guint index = MIN (level, (gint) G_N_ELEMENTS (levels)) - 1;

  engine->level_buffer = g_malloc (levels[index].buffer_bytes);
  isal_set_up (engine, index);
  return engine;
}

static void
isal_destroy (gpointer data)
{
  Engine *engine = data;

  g_free (engine->level_buffer);
  g_free (engine);
}

static void
isal_reset_engine (gpointer data)
{
  Engine *engine = data;

  isal_set_up (engine, engine->stream.level - 1);
}

static void
isal_run (struct isal_zstream *stream, VitalsChunks * output)
{
  do {
    gsize room;

    stream->next_out = vitals_chunks_get_room (output, &room);
    stream->avail_out = room;
    if (isal_deflate (stream) != COMP_OK)
      g_error ("ISA-L refuses to compress");
    vitals_chunks_advance (output, room - stream->avail_out);
  } while (stream->avail_out == 0);
}

static void
isal_write (gpointer data, const guint8 * bytes, gsize size,
    VitalsChunks * output)
{
  Engine *engine = data;

  engine->stream.next_in = (guint8 *) bytes;
  engine->stream.avail_in = size;
  engine->stream.flush = NO_FLUSH;
  isal_run (&engine->stream, output);
}

static void
isal_end (gpointer data, gboolean last, VitalsChunks * output)
{
  Engine *engine = data;

  engine->stream.next_in = NULL;
  engine->stream.avail_in = 0;
  engine->stream.end_of_stream = last;
  engine->stream.flush = last ? NO_FLUSH : FULL_FLUSH;
  isal_run (&engine->stream, output);
}

static guint32
isal_crc32 (guint32 crc, const guint8 * bytes, gsize size)
{
  return crc32_gzip_refl (crc, bytes, size);
}

const VitalsDeflateEngine vitals_deflate_isal = {
  isal_create, isal_destroy, isal_reset_engine, isal_write, isal_end, isal_crc32
};
