/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <vitals/client/vitals-retry-private.h>
#include <vitals/vitals-error.h>

/* The first wait, doubled each time up to the longest, and of that a random
 * part between a half and the whole, so that many clients that failed together
 * do not come back together. */
#define FIRST_DELAY (200 * GST_MSECOND)
#define LONGEST_DELAY (20 * GST_SECOND)

/* s. With a longer Retry-After than this, fail now and put the delay into the
 * error; do not wait. */
#define LONGEST_RETRY_AFTER 60

static gboolean
is_timeout (const GError * error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* A 5xx is no refusal, whatever its body says: a gateway sends it when the
 * service is late. One that tells when to come back is. */
static gboolean
is_refusal (const GError * error)
{
  guint status = vitals_error_get_http_status (error);

  if (status == 503)
    return vitals_error_get_retry_after (error) >= 0;
  return status >= 300 && status < 500;
}

gboolean
vitals_retry_start_is_in_doubt (const GError * error, gboolean sent)
{
  return sent && !is_refusal (error);
}

/* Nothing that the service may have accepted is sent again. */
static gboolean
may_repeat_start (const GError * error, gboolean sent)
{
  if (vitals_retry_start_is_in_doubt (error, sent))
    return FALSE;
  if (!sent)
    return is_timeout (error) || vitals_error_get_retryable (error);
  if (vitals_error_get_http_status (error) == 429)
    return g_error_matches (error, VITALS_ERROR, VITALS_ERROR_RATE_LIMITED)
        && vitals_error_get_retryable (error);
  return vitals_error_get_http_status (error) == 503
      && vitals_error_get_retryable (error);
}

static gboolean
may_repeat (VitalsRetryRule rule, const GError * error, gboolean sent)
{
  switch (rule) {
    case VITALS_RETRY_START:
      return may_repeat_start (error, sent);
    case VITALS_RETRY_COMPLETE:
      return vitals_error_get_retryable (error);
    case VITALS_RETRY_REPEATABLE:
      return is_timeout (error) || vitals_error_get_retryable (error);
  }
  g_return_val_if_reached (FALSE);
}

static guint64
back_off (guint attempt)
{
  guint64 delay = FIRST_DELAY;

  while (--attempt > 0 && delay < LONGEST_DELAY)
    delay *= 2;
  return MIN (delay, LONGEST_DELAY) * g_random_double_range (0.5, 1.0);
}

gboolean
vitals_retry_decide (VitalsRetryRule rule, const GError * error,
    gboolean sent, guint attempt, guint max_retries, guint64 * delay)
{
  gint64 retry_after = vitals_error_get_retry_after (error);

  if (attempt > max_retries || retry_after > LONGEST_RETRY_AFTER
      || !may_repeat (rule, error, sent))
    return FALSE;

  *delay = back_off (attempt);
  if (retry_after >= 0)
    *delay = MAX (*delay, (guint64) retry_after * GST_SECOND);
  return TRUE;
}
