/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-payload-private.h>

G_BEGIN_DECLS

/*
 * VitalsChunks: bytes that are written once and then given away, in blocks, so
 * that what grows is never copied.
 */
typedef struct
{
  GPtrArray *done;              /* of GBytes */
  guint8 *block;                /* being filled, or NULL */
  gsize used;
} VitalsChunks;

void vitals_chunks_init (VitalsChunks * chunks);
void vitals_chunks_clear (VitalsChunks * chunks);
/* Room for at least one byte; what was used of it is told with
 * vitals_chunks_advance(). */
guint8 *vitals_chunks_get_room (VitalsChunks * chunks, gsize * size);
void vitals_chunks_advance (VitalsChunks * chunks, gsize used);
void vitals_chunks_append (VitalsChunks * chunks, const guint8 * bytes,
    gsize size);
/* Moves all bytes behind those of @target; @chunks is empty then. */
void vitals_chunks_move (VitalsChunks * chunks, GPtrArray * target);

/*
 * VitalsDeflate: one running raw deflate stream, by one of the engines.
 */
typedef struct _VitalsDeflate VitalsDeflate;

/* @level: 1 to 9. VITALS_ERROR_UNSUPPORTED when the engine was not built. */
VitalsDeflate *vitals_deflate_new (VitalsCompressor compressor, gint level,
    GError ** error);
void vitals_deflate_free (VitalsDeflate * deflate);
void vitals_deflate_write (VitalsDeflate * deflate, const guint8 * bytes,
    gsize size, VitalsChunks * output);
/* The CRC-32 of a gzip member. @crc: of the bytes before these, 0: none. */
guint32 vitals_deflate_crc32 (VitalsDeflate * deflate, guint32 crc,
    const guint8 * bytes, gsize size);
/* Ends on a byte: @last with the final block of the stream, else so that
 * another stream may follow. The stream begins anew then. */
void vitals_deflate_end (VitalsDeflate * deflate, gboolean last,
    VitalsChunks * output);
/* Forgets what was written. */
void vitals_deflate_reset (VitalsDeflate * deflate);

/* An engine; the engines are in files of their own. */
typedef struct
{
  gpointer (*create) (gint level);
  void (*destroy) (gpointer engine);
  void (*reset) (gpointer engine);
  void (*write) (gpointer engine, const guint8 * bytes, gsize size,
      VitalsChunks * output);
  void (*end) (gpointer engine, gboolean last, VitalsChunks * output);
  guint32 (*crc32) (guint32 crc, const guint8 * bytes, gsize size);
} VitalsDeflateEngine;

extern const VitalsDeflateEngine vitals_deflate_zlib;
#if HAVE_ISAL
extern const VitalsDeflateEngine vitals_deflate_isal;
#endif

G_END_DECLS
