/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-payload-private.h>

G_BEGIN_DECLS

/*
 * VitalsInflate: reads one gzip member, in blocks of any size, by one of the
 * engines. Its CRC and its size are checked.
 */
typedef struct _VitalsInflate VitalsInflate;

typedef enum
{
  VITALS_INFLATE_GOING,
  VITALS_INFLATE_DONE,          /* with the last byte of the member */
  VITALS_INFLATE_DAMAGED
} VitalsInflateResult;

/* NULL when the engine was not built. */
VITALS_API VitalsInflate *vitals_inflate_new (VitalsCompressor engine);
VITALS_API void vitals_inflate_free (VitalsInflate * inflate);
/* Takes bytes until there are none left or @output is full: *@taken of @size
 * were read, and *@given of @room written. While @output was filled to its end
 * there may be more to come of what was taken already. */
VITALS_API VitalsInflateResult vitals_inflate_read (VitalsInflate * inflate,
    const guint8 * bytes, gsize size, gsize * taken, guint8 * output,
    gsize room, gsize * given);

/* An engine; the engines are in files of their own. Sizes fit into 32 bits. */
typedef struct
{
  gpointer (*create) (void);
  void (*destroy) (gpointer engine);
  VitalsInflateResult (*read) (gpointer engine, const guint8 * bytes,
      gsize size, gsize * taken, guint8 * output, gsize room, gsize * given);
} VitalsInflateEngine;

extern const VitalsInflateEngine vitals_inflate_zlib;
#if HAVE_ISAL
extern const VitalsInflateEngine vitals_inflate_isal;
#endif

G_END_DECLS
