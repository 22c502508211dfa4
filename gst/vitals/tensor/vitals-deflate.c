/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <vitals/tensor/vitals-block-pool-private.h>
#include <vitals/tensor/vitals-deflate-private.h>
#include <vitals/vitals-error-private.h>

struct _VitalsDeflate
{
  const VitalsDeflateEngine *engine;
  gpointer state;
};

GType
vitals_compressor_get_type (void)
{
  static const GEnumValue values[] = {
    {VITALS_COMPRESSOR_AUTO, "The fastest that was built", "auto"},
    {VITALS_COMPRESSOR_ZLIB, "zlib", "zlib"},
    {VITALS_COMPRESSOR_ISAL, "Intel ISA-L", "isal"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitalsCompressor",
            values));
  return type;
}

void
vitals_chunks_init (VitalsChunks * chunks)
{
  chunks->done = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);
  chunks->block = NULL;
  chunks->used = 0;
}

void
vitals_chunks_clear (VitalsChunks * chunks)
{
  g_ptr_array_unref (chunks->done);
  g_clear_pointer (&chunks->block, vitals_block_give);
}

static void
close_block (VitalsChunks * chunks)
{
  g_ptr_array_add (chunks->done,
      vitals_block_to_bytes (g_steal_pointer (&chunks->block), chunks->used));
  chunks->used = 0;
}

guint8 *
vitals_chunks_get_room (VitalsChunks * chunks, gsize * size)
{
  if (chunks->block && chunks->used == VITALS_BLOCK_BYTES)
    close_block (chunks);
  if (!chunks->block)
    chunks->block = vitals_block_take ();
  *size = VITALS_BLOCK_BYTES - chunks->used;
  return chunks->block + chunks->used;
}

void
vitals_chunks_advance (VitalsChunks * chunks, gsize used)
{
  chunks->used += used;
}

void
vitals_chunks_append (VitalsChunks * chunks, const guint8 * bytes, gsize size)
{
  while (size > 0) {
    gsize room, part;
    guint8 *target = vitals_chunks_get_room (chunks, &room);

    part = MIN (room, size);
    memcpy (target, bytes, part);
    vitals_chunks_advance (chunks, part);
    bytes += part;
    size -= part;
  }
}

void
vitals_chunks_move (VitalsChunks * chunks, GPtrArray * target)
{
  guint i;

  if (chunks->used > 0)
    close_block (chunks);
  for (i = 0; i < chunks->done->len; i++)
    g_ptr_array_add (target, g_bytes_ref (g_ptr_array_index (chunks->done, i)));
  g_ptr_array_set_size (chunks->done, 0);
}

static const VitalsDeflateEngine *
find_engine (VitalsCompressor compressor)
{
#if HAVE_ISAL
  if (compressor != VITALS_COMPRESSOR_ZLIB)
    return &vitals_deflate_isal;
#endif
  return compressor == VITALS_COMPRESSOR_ISAL ? NULL : &vitals_deflate_zlib;
}

VitalsDeflate *
vitals_deflate_new (VitalsCompressor compressor, gint level, GError ** error)
{
  const VitalsDeflateEngine *engine = find_engine (compressor);
  VitalsDeflate *deflate;

  if (!engine) {
    vitals_set_error (error, VITALS_ERROR_UNSUPPORTED,
        "This build has no ISA-L: use compressor=auto or zlib, or build with "
        "libisal (Debian: libisal-dev)");
    return NULL;
  }
  deflate = g_new0 (VitalsDeflate, 1);
  deflate->engine = engine;
  deflate->state = engine->create (level);
  return deflate;
}

void
vitals_deflate_free (VitalsDeflate * deflate)
{
  deflate->engine->destroy (deflate->state);
  g_free (deflate);
}

void
vitals_deflate_write (VitalsDeflate * deflate, const guint8 * bytes,
    gsize size, VitalsChunks * output)
{
  deflate->engine->write (deflate->state, bytes, size, output);
}

guint32
vitals_deflate_crc32 (VitalsDeflate * deflate, guint32 crc,
    const guint8 * bytes, gsize size)
{
  return deflate->engine->crc32 (crc, bytes, size);
}

void
vitals_deflate_end (VitalsDeflate * deflate, gboolean last,
    VitalsChunks * output)
{
  deflate->engine->end (deflate->state, last, output);
  deflate->engine->reset (deflate->state);
}

void
vitals_deflate_reset (VitalsDeflate * deflate)
{
  deflate->engine->reset (deflate->state);
}
