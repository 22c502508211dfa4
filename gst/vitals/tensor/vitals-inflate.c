/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/tensor/vitals-inflate-private.h>

struct _VitalsInflate
{
  const VitalsInflateEngine *engine;
  gpointer state;
};

static const VitalsInflateEngine *
find_engine (VitalsCompressor engine)
{
#if HAVE_ISAL
  if (engine != VITALS_COMPRESSOR_ZLIB)
    return &vitals_inflate_isal;
#endif
  return engine == VITALS_COMPRESSOR_ISAL ? NULL : &vitals_inflate_zlib;
}

VitalsInflate *
vitals_inflate_new (VitalsCompressor engine)
{
  const VitalsInflateEngine *found = find_engine (engine);
  VitalsInflate *inflate;

  if (!found)
    return NULL;
  inflate = g_new (VitalsInflate, 1);
  inflate->engine = found;
  inflate->state = found->create ();
  return inflate;
}

void
vitals_inflate_free (VitalsInflate * inflate)
{
  inflate->engine->destroy (inflate->state);
  g_free (inflate);
}

VitalsInflateResult
vitals_inflate_read (VitalsInflate * inflate, const guint8 * bytes, gsize size,
    gsize * taken, guint8 * output, gsize room, gsize * given)
{
  VitalsInflateResult result = inflate->engine->read (inflate->state, bytes,
      MIN (size, G_MAXINT32), taken, output, MIN (room, G_MAXINT32), given);

  /* or a caller would ask for ever */
  if (result == VITALS_INFLATE_GOING && size > 0 && room > 0 && *taken == 0
      && *given == 0)
    return VITALS_INFLATE_DAMAGED;
  return result;
}
