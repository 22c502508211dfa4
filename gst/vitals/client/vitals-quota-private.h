/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * How many scans a key has left, as the service last said to anyone in this
 * process, and the starts of anyone that may yet take some of them. Any thread;
 * without a key (NULL) nothing is known or noted.
 *
 * It grows old: quotas are renewed, and only a start shows it. When none is
 * left that is asked for each hour, as a start that is refused costs nothing;
 * when some are, each day, as it then costs one of them.
 */
typedef struct
{
  gint64 remaining;             /* -1: the service never said, or so long ago
                                 * that it is to be asked */
  guint starting;               /* starts under way */
  gboolean asking;              /* one of them is the first that may tell */
} VitalsQuotaUsage;

/* @asked_at: vitals_quota_get_time() of the question, or earlier. What was asked
 * before the last answer came may be older news than that: it only lowers it. */
void vitals_quota_set (const gchar * api_key, gint64 remaining,
    gint64 asked_at);
void vitals_quota_get (const gchar * api_key, VitalsQuotaUsage * usage);

typedef enum
{
  VITALS_QUOTA_START_ACCEPTED,
  VITALS_QUOTA_START_REFUSED,
  VITALS_QUOTA_START_IN_DOUBT   /* it may have taken one of what remains */
} VitalsQuotaStartEnd;

/* A start goes out, and ends. What was too old counts again, so that one start
 * asks and not one of every sink. */
void vitals_quota_begin_start (const gchar * api_key);
void vitals_quota_end_start (const gchar * api_key, VitalsQuotaStartEnd end);
/* Calls @func(@data) once, in the thread that ends the next of the starts that
 * are under way, with no lock held. FALSE: there is none, nothing is called. */
typedef void (*VitalsQuotaFunc) (gpointer data);
gboolean vitals_quota_wait (const gchar * api_key, VitalsQuotaFunc func,
    gpointer data);

/* us, monotonic. That of tests; NULL: the system's. */
typedef gint64 (*VitalsQuotaClock) (void);
VITALS_API void vitals_quota_set_clock (VitalsQuotaClock clock);
gint64 vitals_quota_get_time (void);
/* Whether a QUOTA_EXCEEDED of then is too old to count. */
gboolean vitals_quota_refusal_is_old (gint64 refused_at);

G_END_DECLS
