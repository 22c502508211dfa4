/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Payloads of layout draft-1 that look good until their end. */
typedef enum
{
  BAD_PAYLOAD_CHECKSUM,         /* the CRC of its gzip member is another */
  BAD_PAYLOAD_SIZE,             /* the size of its gzip member is another */
  BAD_PAYLOAD_BOMB,             /* 4 kB that become 4 MB, of two frames */
  BAD_PAYLOAD_SHORT,            /* a frame less than its header tells */
  N_BAD_PAYLOADS
} BadPayload;

/* A good one of @frames frames. (transfer full) */
GBytes *good_payload_new (guint frames, gint compression_level);
/* (transfer full) */
GBytes *bad_payload_new (BadPayload kind);
