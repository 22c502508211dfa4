/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstvitalsfailures.h"

#include <vitals/vitals-error.h>

#define DEFAULT_ON_FAILURE GST_VITALS_ON_FAILURE_POST

GType
gst_vitals_on_failure_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_VITALS_ON_FAILURE_POST, "Post vitals-failed and go on", "post"},
    {GST_VITALS_ON_FAILURE_ERROR, "The pipeline fails too", "error"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstVitalsOnFailure", values));
  return type;
}

void
gst_vitals_on_failure_install (GObjectClass * klass, guint id)
{
  /**
   * GstCircadifySink:on-failure:
   *
   * What a failure does: post, the default, tells of it in a `vitals-failed`
   * message, and the stream goes on; error fails the pipeline with the first
   * one, too. Changeable in READY.
   *
   * Since: 0.1
   */
  /**
   * GstVitalLensSink:on-failure:
   *
   * Since: 0.1
   */
  g_object_class_install_property (klass, id, g_param_spec_enum ("on-failure",
          "On failure", "What the first failure does",
          GST_TYPE_VITALS_ON_FAILURE, DEFAULT_ON_FAILURE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_READY));
  gst_type_mark_as_plugin_api (GST_TYPE_VITALS_ON_FAILURE, 0);
}

static gint
resource_error (const GError * error)
{
  switch ((VitalsError) error->code) {
    case VITALS_ERROR_MISSING_API_KEY:
    case VITALS_ERROR_INVALID_API_KEY:
    case VITALS_ERROR_UNAUTHORIZED:
    case VITALS_ERROR_FORBIDDEN:
      return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
    case VITALS_ERROR_SESSION_NOT_FOUND:
    case VITALS_ERROR_SESSION_EXPIRED:
      return GST_RESOURCE_ERROR_NOT_FOUND;
    case VITALS_ERROR_RATE_LIMITED:
    case VITALS_ERROR_SERVICE_UNAVAILABLE:
      return GST_RESOURCE_ERROR_BUSY;
    case VITALS_ERROR_QUOTA_EXCEEDED:
      return GST_RESOURCE_ERROR_NO_SPACE_LEFT;
    case VITALS_ERROR_NETWORK:
    case VITALS_ERROR_UPLOAD_FAILED:
      return GST_RESOURCE_ERROR_WRITE;
    case VITALS_ERROR_UNSUPPORTED:
    case VITALS_ERROR_INVALID_REQUEST:
      return GST_RESOURCE_ERROR_SETTINGS;
    default:
      return GST_RESOURCE_ERROR_READ;
  }
}

GstMessage *
gst_vitals_failure_to_message (GstElement * element, const GError * error)
{
  GError *failure = g_error_new_literal (GST_RESOURCE_ERROR,
      resource_error (error), error->message);
  GstMessage *message;

  GST_ERROR_OBJECT (element, "%s", error->message);
  message = gst_message_new_error (GST_OBJECT (element), failure,
      vitals_error_get_name (error));
  g_error_free (failure);
  return message;
}

gboolean
gst_vitals_fail_settings (GstElement * element, GError * error)
{
  if (g_error_matches (error, VITALS_ERROR, VITALS_ERROR_UNSUPPORTED))
    GST_ELEMENT_ERROR (element, LIBRARY, INIT, ("%s", error->message), (NULL));
  else
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS, ("%s", error->message),
        (NULL));
  g_error_free (error);
  return FALSE;
}
