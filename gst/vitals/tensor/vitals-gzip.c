/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/tensor/vitals-deflate-private.h>
#include <vitals/tensor/vitals-gzip-private.h>

/* ID, deflate, no flags, no time, no hint, unknown system */
static const guint8 gzip_start[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

void
vitals_gzip_append_start (GByteArray * member)
{
  g_byte_array_append (member, gzip_start, sizeof (gzip_start));
}

void
vitals_gzip_write_trailer (guint32 crc, gsize size, guint8 * trailer)
{
  GST_WRITE_UINT32_LE (trailer, crc);
  GST_WRITE_UINT32_LE (trailer + 4, (guint32) size);
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
  guint8 trailer[VITALS_GZIP_TRAILER_BYTES];
  VitalsChunks chunks;

  vitals_chunks_init (&chunks);
  vitals_deflate_write (deflate, data, size, &chunks);
  vitals_deflate_end (deflate, TRUE, &chunks);
  vitals_gzip_append_start (member);
  append_chunks (member, &chunks);
  vitals_gzip_write_trailer (vitals_deflate_crc32 (deflate, 0, data, size),
      size, trailer);
  g_byte_array_append (member, trailer, sizeof (trailer));
  vitals_chunks_clear (&chunks);
  vitals_deflate_free (deflate);
  return g_byte_array_free_to_bytes (member);
}
