/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/vitals-error-private.h>

typedef struct
{
  gchar *service_code;
  guint http_status;
  gboolean retryable;
  gint64 retry_after;
} VitalsErrorPrivate;

static void
vitals_error_private_init (VitalsErrorPrivate * priv)
{
  priv->service_code = NULL;
  priv->http_status = 0;
  priv->retryable = FALSE;
  priv->retry_after = -1;
}

static void
vitals_error_private_copy (const VitalsErrorPrivate * src,
    VitalsErrorPrivate * dest)
{
  *dest = *src;
  dest->service_code = g_strdup (src->service_code);
}

static void
vitals_error_private_clear (VitalsErrorPrivate * priv)
{
  g_free (priv->service_code);
}

/* Defines vitals_error_quark() and vitals_error_get_private(). */
/* *INDENT-OFF* */
G_DEFINE_EXTENDED_ERROR (VitalsError, vitals_error)
/* *INDENT-ON* */

static const gchar *const names[] = {
  "MISSING_API_KEY", "INVALID_API_KEY", "UNAUTHORIZED", "FORBIDDEN",
  "INVALID_REQUEST", "SESSION_NOT_FOUND", "SESSION_EXPIRED", "RATE_LIMITED",
  "QUOTA_EXCEEDED", "NETWORK", "UPLOAD_FAILED", "SERVICE_UNAVAILABLE",
  "SCAN_TIMEOUT", "PROCESSING_FAILED", "INVALID_RESPONSE", "INVALID_TENSOR",
  "QUALITY_TOO_LOW", "UNSUPPORTED", "CANCELLED"
};

G_STATIC_ASSERT (G_N_ELEMENTS (names) == VITALS_ERROR_CANCELLED + 1);

const gchar *
vitals_error_get_name (const GError * error)
{
  if (error->domain != VITALS_ERROR || error->code < 0
      || error->code >= (gint) G_N_ELEMENTS (names))
    return "UNKNOWN";
  return names[error->code];
}

const gchar *
vitals_error_get_service_code (const GError * error)
{
  if (error->domain != VITALS_ERROR)
    return NULL;
  return vitals_error_get_private (error)->service_code;
}

guint
vitals_error_get_http_status (const GError * error)
{
  if (error->domain != VITALS_ERROR)
    return 0;
  return vitals_error_get_private (error)->http_status;
}

gboolean
vitals_error_get_retryable (const GError * error)
{
  if (error->domain != VITALS_ERROR)
    return FALSE;
  return vitals_error_get_private (error)->retryable;
}

gint64
vitals_error_get_retry_after (const GError * error)
{
  if (error->domain != VITALS_ERROR)
    return -1;
  return vitals_error_get_private (error)->retry_after;
}

GError *
vitals_error_new_service (VitalsError code, const gchar * service_code,
    guint http_status, gboolean retryable, gint64 retry_after,
    const gchar * format, ...)
{
  VitalsErrorPrivate *priv;
  GError *error;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (VITALS_ERROR, code, format, args);
  va_end (args);

  priv = vitals_error_get_private (error);
  priv->service_code = g_strdup (service_code);
  priv->http_status = http_status;
  priv->retryable = retryable;
  priv->retry_after = retry_after;
  return error;
}

static gboolean
code_is_final (VitalsError code)
{
  switch (code) {
    case VITALS_ERROR_MISSING_API_KEY:
    case VITALS_ERROR_INVALID_API_KEY:
    case VITALS_ERROR_UNAUTHORIZED:
    case VITALS_ERROR_FORBIDDEN:
    case VITALS_ERROR_QUOTA_EXCEEDED:
    case VITALS_ERROR_UNSUPPORTED:
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
vitals_error_is_final (const GError * error)
{
  return error->domain == VITALS_ERROR && code_is_final (error->code);
}

gboolean
vitals_error_name_is_final (const gchar * name)
{
  guint code;

  for (code = 0; code < G_N_ELEMENTS (names); code++) {
    if (g_str_equal (names[code], name))
      return code_is_final (code);
  }
  return FALSE;
}

GstStructure *
vitals_failure_to_structure (const GError * error, const gchar * session_id,
    guint attempts)
{
  gint64 retry_after = vitals_error_get_retry_after (error);
  GstStructure *failure = gst_structure_new ("vitals-failed",
      "code", G_TYPE_STRING, vitals_error_get_name (error),
      "message", G_TYPE_STRING, error->message,
      "retryable", G_TYPE_BOOLEAN, vitals_error_get_retryable (error),
      "attempts", G_TYPE_UINT, attempts, NULL);

  if (session_id)
    gst_structure_set (failure, "session-id", G_TYPE_STRING, session_id, NULL);
  if (vitals_error_get_service_code (error))
    gst_structure_set (failure, "service-code", G_TYPE_STRING,
        vitals_error_get_service_code (error), NULL);
  if (vitals_error_get_http_status (error))
    gst_structure_set (failure, "http-status", G_TYPE_UINT,
        vitals_error_get_http_status (error), NULL);
  if (retry_after >= 0)
    gst_structure_set (failure, "retry-after", G_TYPE_UINT64,
        (guint64) retry_after * GST_SECOND, NULL);
  return failure;
}
