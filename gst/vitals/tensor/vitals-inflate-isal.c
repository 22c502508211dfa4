/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <isa-l/igzip_lib.h>
#include <vitals/tensor/vitals-inflate-private.h>

static gpointer
isal_create (void)
{
  struct inflate_state *state = g_new (struct inflate_state, 1);

  isal_inflate_init (state);
  state->crc_flag = ISAL_GZIP;
  return state;
}

static void
isal_destroy (gpointer engine)
{
  g_free (engine);
}

static VitalsInflateResult
isal_read (gpointer engine, const guint8 * bytes, gsize size, gsize * taken,
    guint8 * output, gsize room, gsize * given)
{
  struct inflate_state *state = engine;
  gint result;

  state->next_in = (guint8 *) bytes;
  state->avail_in = size;
  state->next_out = output;
  state->avail_out = room;
  result = isal_inflate (state);
  *taken = size - state->avail_in;
  *given = room - state->avail_out;
  if (result != ISAL_DECOMP_OK)
    return VITALS_INFLATE_DAMAGED;
  return state->block_state == ISAL_BLOCK_FINISH ? VITALS_INFLATE_DONE
      : VITALS_INFLATE_GOING;
}

const VitalsInflateEngine vitals_inflate_isal = {
  isal_create, isal_destroy, isal_read
};
