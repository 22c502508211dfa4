/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @bytes as one gzip member (RFC 1952), by the fastest engine that was built in,
 * at its fastest level. Returns: (transfer full) */
GBytes *vitals_gzip (GBytes * bytes);

G_END_DECLS
