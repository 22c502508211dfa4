/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/tensor/vitals-deflate-private.h>
#include <vitals/tensor/vitals-gzip-private.h>

/* ID, deflate, no flags, no time, no hint, unknown system */
static const guint8 gzip_start[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

static void
append_trailer (GByteArray * member, guint32 crc, gsize size)
{
  guint32 trailer[] = { GUINT32_TO_LE (crc), GUINT32_TO_LE ((guint32) size) };

  g_byte_array_append (member, (const guint8 *) trailer, sizeof (trailer));
}

/* Each block is given to the pool again. */
static void
append_chunks (GByteArray * member, VitalsChunks * chunks)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);
  guint i;

  vitals_chunks_move (chunks, blocks);
  for (i = 0; i < blocks->len; i++)
    g_byte_array_append (member, g_bytes_get_data (blocks->pdata[i], NULL),
        g_bytes_get_size (blocks->pdata[i]));
  g_ptr_array_unref (blocks);
}

GBytes *
vitals_gzip (GBytes * bytes)
{
  VitalsDeflate *deflate = vitals_deflate_new (VITALS_COMPRESSOR_AUTO, 1, NULL);
  GByteArray *member = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  VitalsChunks chunks;

  vitals_chunks_init (&chunks);
  vitals_deflate_write (deflate, data, size, &chunks);
  vitals_deflate_end (deflate, TRUE, &chunks);
  g_byte_array_append (member, gzip_start, sizeof (gzip_start));
  append_chunks (member, &chunks);
  append_trailer (member, vitals_deflate_crc32 (deflate, 0, data, size), size);
  vitals_chunks_clear (&chunks);
  vitals_deflate_free (deflate);
  return g_byte_array_free_to_bytes (member);
}
