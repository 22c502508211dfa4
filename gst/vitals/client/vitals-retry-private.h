/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <vitals/vitals-prelude.h>

G_BEGIN_DECLS

/*
 * The one policy of all calls: whether a request that failed is sent again,
 * and when. No state.
 */

typedef enum
{
  /* A start on a live key costs one scan: it is sent again only when it cannot
   * have been accepted. */
  VITALS_RETRY_START,
  /* Its time-out is not a failure: the service is at work. */
  VITALS_RETRY_COMPLETE,
  /* May be sent any number of times. */
  VITALS_RETRY_REPEATABLE
} VitalsRetryRule;

/*
 * @error: why it failed: a VITALS_ERROR with what the service said, or
 *   G_IO_ERROR_TIMED_OUT
 * @sent: a byte of the request may have reached the other side
 * @attempt: how often it was sent, this time included
 * @delay: (out): ns to wait before it is sent again
 *
 * Returns: TRUE to send it again
 */
VITALS_API gboolean vitals_retry_decide (VitalsRetryRule rule,
    const GError * error, gboolean sent, guint attempt, guint max_retries,
    guint64 * delay);

/* Whether a start that ended with @error may have been accepted all the same,
 * and so be paid for: then it is not sent again, and counts as one that was. */
VITALS_API gboolean vitals_retry_start_is_in_doubt (const GError * error,
    gboolean sent);

G_END_DECLS
