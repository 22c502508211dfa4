/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * How many scans a key has left, as the service last said to anyone in this
 * process. Any thread.
 *
 * It grows old: quotas are renewed, and only a start shows it. When none is
 * left that is asked for each hour, as a start that is refused costs nothing;
 * when some are, each day, as it then costs one of them.
 */
void vitals_quota_set (const gchar * api_key, gint64 remaining);
/* -1: the service never said, or so long ago that it is to be asked. */
gint64 vitals_quota_get (const gchar * api_key);
/* A start goes out: what was too old counts again, so that one start asks and
 * not one of every sink. */
void vitals_quota_ask (const gchar * api_key);

/* us, monotonic. That of tests; NULL: the system's. */
typedef gint64 (*VitalsQuotaClock) (void);
VITALS_API void vitals_quota_set_clock (VitalsQuotaClock clock);
gint64 vitals_quota_get_time (void);
/* Whether a QUOTA_EXCEEDED of then is too old to count. */
gboolean vitals_quota_refusal_is_old (gint64 refused_at);

G_END_DECLS
