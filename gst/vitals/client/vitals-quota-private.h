/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/* How many scans a key has left, as the service last said to anyone in this
 * process. Any thread. */
void vitals_quota_set (const gchar * api_key, gint64 remaining);
/* -1: the service never said. */
gint64 vitals_quota_get (const gchar * api_key);

G_END_DECLS
