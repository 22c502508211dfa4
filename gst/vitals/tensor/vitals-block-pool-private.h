/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Blocks of payloads. A payload is filled on a streaming thread and freed on
 * the network thread; from the general heap that leaves holes that the next
 * window does not fit into. What is free is kept for the next window, up to
 * VITALS_POOL_MAX_FREE blocks of the whole process; more goes back to the
 * system. Thread-safe.
 */

/* Large enough that a payload has few, small enough that the unused end of the
 * last one does not matter. */
#define VITALS_BLOCK_BYTES (64 * 1024)
/* 8 MiB, about one window of 24 s. */
#define VITALS_POOL_MAX_FREE 128

/* Returns: (transfer full): VITALS_BLOCK_BYTES bytes, not cleared */
guint8 *vitals_block_take (void);
void vitals_block_give (gpointer block);
/* The first @used bytes of a block that is given away; a copy of its own where
 * less than half of it is used. Returns: (transfer full) */
GBytes *vitals_block_to_bytes (guint8 * block, gsize used);

G_END_DECLS
