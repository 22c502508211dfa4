/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/tensor/vitals-block-pool-private.h>

/* A free block holds the next one. */
typedef struct _FreeBlock FreeBlock;

struct _FreeBlock
{
  FreeBlock *next;
};

/* The lock is a leaf. */
static GMutex pool_lock;
static FreeBlock *pool_free;
static guint pool_n_free;

guint8 *
vitals_block_take (void)
{
  FreeBlock *block;

  g_mutex_lock (&pool_lock);
  block = pool_free;
  if (block) {
    pool_free = block->next;
    pool_n_free--;
  }
  g_mutex_unlock (&pool_lock);
  return block ? (guint8 *) block : g_malloc (VITALS_BLOCK_BYTES);
}

void
vitals_block_give (gpointer memory)
{
  FreeBlock *block = memory;
  gboolean kept;

  g_mutex_lock (&pool_lock);
  kept = pool_n_free < VITALS_POOL_MAX_FREE;
  if (kept) {
    block->next = pool_free;
    pool_free = block;
    pool_n_free++;
  }
  g_mutex_unlock (&pool_lock);
  if (!kept)
    g_free (block);
}

GBytes *
vitals_block_to_bytes (guint8 * block, gsize used)
{
  GBytes *bytes;

  if (used >= VITALS_BLOCK_BYTES / 2)
    return g_bytes_new_with_free_func (block, used, vitals_block_give, block);
  bytes = g_bytes_new (block, used);
  vitals_block_give (block);
  return bytes;
}
