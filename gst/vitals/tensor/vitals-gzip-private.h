/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VITALS_GZIP_TRAILER_BYTES 8

/* What goes before and after the deflate stream of a gzip member (RFC 1952).
 * @crc, @size: of what was compressed. @trailer: VITALS_GZIP_TRAILER_BYTES */
void vitals_gzip_append_start (GByteArray * member);
void vitals_gzip_write_trailer (guint32 crc, gsize size, guint8 * trailer);

/* @bytes as one gzip member, by the fastest engine that was built in, at its
 * fastest level. Returns: (transfer full) */
GBytes *vitals_gzip (GBytes * bytes);

G_END_DECLS
